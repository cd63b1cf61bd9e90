"""The command ``rehearse``."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.commands.shared import run, with_shared
from cli.options import Common, Policy

app = typer.Typer()


@app.command(rich_help_panel="Filings")
@with_shared(engine=False)
def rehearse(
    common: Common,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The application (申请) in YAML or JSON.")],
    *,
    fate: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=VALUE",
            help="What shall happen, such as telecom=fail:QUALIFICATION_ERROR, unicom=silent, mobile=days:15, "
            "review=reject; may be repeated. Default: the remark's, else all goes well.",
        ),
    ] = None,
    begins: Annotated[
        datetime | None,
        typer.Option(
            "--from",
            metavar="DATE",
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"],
            help="Beijing date, or date and time, of the submission; default: now. A date alone means 10:00.",
        ),
    ] = None,
    months: Annotated[int, typer.Option(min=1, max=60, help="Calendar months to play at most.")] = 13,
    price: Annotated[
        str | None,
        typer.Option(
            metavar="YUAN", help="Price of a message; default: the account's (price_per_message), else 0.045."
        ),
    ] = None,
    policy: Policy = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Show on standard error what the stack logs.")] = False,
) -> int:
    """Play a filing's whole life in seconds, before anything is submitted (预演).

    With true durations, on a clock that skips, against a private sandbox: what happens when, every deadline, warning
    and test message, and what a person will have to do. Nothing is submitted anywhere, and nothing is kept.
    """
    from cli import rehearsing  # noqa: PLC0415 - see cli.app

    asked = rehearsing.Asked(fates=fate or [], begins=begins, months=months, price=price, policy=policy)
    return run(rehearsing.rehearse(file, common, asked, verbose=verbose))
