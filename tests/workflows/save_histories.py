"""Plays every scenario and saves its histories for replays: ``make histories``.

Run it when a change of the workflows is meant to change their commands, and keep the old files of a released version:
open filings of that version have histories like them.
"""

import asyncio
import gzip
import sys
from pathlib import Path

from temporalio.client import WorkflowHistory

from tests.workflows.life import Filing, new_life
from tests.workflows.scenarios import SCENARIOS

FOLDER = Path(__file__).parent / "histories"


async def histories_of(filing: Filing) -> dict[str, WorkflowHistory]:
    """The histories of a filing and of all its rounds, by a short name."""
    report = await filing.report()
    histories = {"filing": await filing.history()}
    for carrier, shown in report.carriers.items():
        for number in range(1, shown.round + 1):
            histories[f"{carrier}-{number}"] = await filing.round_history(carrier, number)
    return histories


async def save_all() -> None:
    """Play and save."""
    FOLDER.mkdir(exist_ok=True)
    for name, play in SCENARIOS.items():
        async with new_life() as life:
            for part, history in (await histories_of(await play(life))).items():
                # Without a time stamp in the header the same history gives the same file.
                packed = gzip.compress(history.to_json().encode(), mtime=0)
                (FOLDER / f"{name}.{part}.json.gz").write_bytes(packed)
        sys.stdout.write(f"{name}: saved\n")


if __name__ == "__main__":
    asyncio.run(save_all())
