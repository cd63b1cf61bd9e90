"""Records (报备记录) are written down beyond what a workflow carries, and a broken disk holds nothing up for ever."""

import asyncio
import functools
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.client import WorkflowFailureError
from temporalio.worker import PatchActivationInput, Worker

from activities.evidence import EvidenceActivities
from filing.evidence import WRITE_AFTER, evidence_file, read_lines
from filing.messages import EarlierFiling, FilingResult
from filing.record import Event, Record
from filing.state import RECORDS_KEPT
from filing.vocabulary import Carrier, Phase
from tests.workflows.life import ACCOUNT, Filing, application, count_events, events_of, new_life
from tests.workflows.scenarios import HALF_A_DAY, happy, in_phase
from tests.workflows.stack import dev_stack
from workflows import serving

A_MINUTE = timedelta(minutes=1)


class Disk:
    """The folder of all evidence, which can break."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def breaks(self) -> None:
        """A file stands where the folder should be."""
        self.folder.rename(self.folder.with_name("aside")) if self.folder.exists() else None
        self.folder.write_text("")

    def mended(self) -> None:
        """The folder is there again, with what it held."""
        self.folder.unlink()
        aside = self.folder.with_name("aside")
        aside.rename(self.folder) if aside.exists() else None

    def records(self, sign_name: str = "云杉科技") -> list[Record]:
        """What stands in the file of a signature; no line of it is torn or stands there twice."""
        path = self.folder.joinpath(*evidence_file(ACCOUNT, sign_name))
        if not path.is_file():
            return []
        text = path.read_text(encoding="utf-8")
        read = read_lines(text)
        assert read.unreadable == 0
        assert text.count("\n") == len(read.records)
        return read.records


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    """Workers of this test keep evidence."""
    kept = Disk(tmp_path / "evidence")
    monkeypatch.setattr(serving, "EvidenceActivities", lambda _: EvidenceActivities(kept.folder))
    return kept


async def chatter(filing: Filing, count: int) -> None:
    """Say things that nobody understands, each of which is recorded."""
    for _ in range(count):
        await filing.handle.signal("nonsense")


async def test_a_filing_that_ends_leaves_its_whole_history(disk: Disk) -> None:
    async with new_life() as life:
        filing = await happy(life, carriers="days:2")
        await filing.message("release", reason="不再使用")
        result = FilingResult.model_validate(await filing.handle.result())

        assert disk.records() == result.records
        told = {record.event for record in result.records}
        assert told >= {Event.SUBMITTED, Event.ROUND_STARTED, Event.ROUND_ENDED, Event.TEST_DELIVERED, Event.RELEASED}
        assert count_events(await filing.history())["ACTIVITY_TASK_FAILED"] == 0


async def test_the_workflow_carries_few_records_and_the_file_has_them_all(disk: Disk) -> None:
    async with new_life() as life:
        filing = await happy(life, carriers="days:2")
        before = await filing.report()
        await chatter(filing, RECORDS_KEPT + 10)
        await life.pass_time(A_MINUTE)
        report = await filing.report()

        assert len(report.records) == RECORDS_KEPT
        assert before.records[0] not in report.records
        written = disk.records()
        assert written[: len(before.records)] == before.records
        assert len(events := [line for line in written if line.event is Event.MESSAGE_REFUSED]) >= RECORDS_KEPT
        assert [line.number for line in written] == list(range(1, len(written) + 1)), len(events)


async def test_few_records_are_written_once_they_are_old_and_something_happens(disk: Disk) -> None:
    async with new_life() as life:
        filing = await life.file(application(), fates={"review": "silent"})
        await filing.until("in review", in_phase(Phase.IN_REVIEW), within=HALF_A_DAY, step=timedelta(hours=1))
        assert disk.records() == []
        await life.pass_time(WRITE_AFTER + A_MINUTE)
        assert disk.records() == [], "it is not woken for that alone"
        await filing.message("look_now")
        await life.pass_time(A_MINUTE)

        assert {line.event for line in disk.records()} >= {Event.OPENED, Event.SUBMITTED, Event.REVIEW_OVERDUE}
        assert disk.records() == (await filing.report()).records


async def test_a_cancelled_filing_writes_down_that_it_was(disk: Disk) -> None:
    async with new_life() as life:
        filing = await life.file(application())
        await filing.until("filing", in_phase(Phase.FILING), within=timedelta(days=2), step=timedelta(hours=6))
        await filing.handle.cancel()
        with pytest.raises(WorkflowFailureError):
            await filing.handle.result()

        last = disk.records()[-1]
        assert (last.event, last.by) == (Event.RELEASED, "Web UI or CLI")


async def test_a_broken_disk_is_waited_out_and_loses_nothing(disk: Disk) -> None:
    async with new_life() as life:
        disk.breaks()
        filing = await happy(life, carriers="days:2")
        assert (await filing.report()).phase is Phase.ACTIVE
        await life.pass_time(timedelta(days=3))
        disk.mended()
        await life.pass_time(timedelta(hours=1))
        await filing.message("release")
        result = FilingResult.model_validate(await filing.handle.result())

        assert sorted(disk.records(), key=lambda record: record.number) == result.records


async def test_a_broken_disk_holds_up_an_end_for_minutes_and_the_next_filing_makes_it_good(disk: Disk) -> None:
    async with new_life() as life:
        disk.breaks()
        filing = await happy(life, carriers="days:2")
        at = await life.now()
        await filing.message("release")
        await life.pass_time(10 * A_MINUTE)
        result = FilingResult.model_validate(await filing.handle.result())
        assert A_MINUTE < result.closed_at - at < 5 * A_MINUTE
        assert result.records[-1].event is Event.RELEASED

        disk.mended()
        left = EarlierFiling(rounds=result.rounds, records=result.records)
        again = await life.file(application(), earlier=left)
        await again.until("adopted", in_phase(Phase.ACTIVE), within=timedelta(days=2), step=timedelta(hours=1))
        assert disk.records()[: len(result.records)] == result.records


async def test_what_an_earlier_filing_wrote_is_not_written_again(disk: Disk) -> None:
    async with new_life() as life:
        filing = await happy(life, carriers="days:2")
        await filing.message("release")
        result = FilingResult.model_validate(await filing.handle.result())
        again = await life.file(
            application(), earlier=EarlierFiling(rounds=result.rounds, records=result.records[-RECORDS_KEPT:])
        )
        await again.until("adopted", in_phase(Phase.ACTIVE), within=timedelta(days=2), step=timedelta(hours=1))
        await again.message("release")
        second = FilingResult.model_validate(await again.handle.result())

        assert disk.records() == second.records
        assert len(events_of(await again.report(), Event.OPENED)) == 2


async def test_a_filing_from_before_there_was_evidence_writes_it_from_the_upgrade_on(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An old worker leaves no trace of evidence in the history; everything is replayed at each step here."""
    upgraded = asyncio.Event()

    def new_code(asked: PatchActivationInput) -> bool:
        return upgraded.is_set() or not asked.patch_id.startswith("evidence")

    monkeypatch.setattr(serving, "Worker", functools.partial(Worker, patch_activation_callback=new_code))
    async with new_life(cached_workflows=0) as life:
        filing = await happy(life, carriers="days:2")
        assert disk.records() == []
        upgraded.set()
        await filing.message("look_now")
        await life.pass_time(A_MINUTE)
        assert {line.event for line in disk.records()} >= {Event.OPENED, Event.SUBMITTED}
        await filing.message("release")
        result = FilingResult.model_validate(await filing.handle.result())

        assert disk.records() == result.records
        assert count_events(await filing.history())["WORKFLOW_TASK_FAILED"] == 0


async def test_many_runs_write_one_file(disk: Disk, tmp_path: Path) -> None:
    async with dev_stack(tmp_path / "server", {"limit.historyCount.suggestContinueAsNew": "20"}) as stack:
        filing = await stack.file("云杉科技", remark="[sandbox unicom=silent mobile=silent telecom=silent]")
        runs = {(await filing.handle.describe()).run_id}
        async with asyncio.timeout(60):
            while (await filing.report()).phase is not Phase.FILING:  # noqa: ASYNC110 - a server's state is waited for
                await asyncio.sleep(0.2)
        async with asyncio.timeout(90):
            while len(runs) < 4:
                await filing.message("confirm", test_delivered="unicom")
                runs.add((await filing.handle.describe()).run_id)
        await filing.message("release")
        result = FilingResult.model_validate(await filing.handle.result())

        written = disk.records()
        assert [line.number for line in written] == list(range(1, len(written) + 1))
        assert written[-len(result.records) :] == result.records
        assert len([line for line in written if line.event is Event.ROUND_ENDED]) == len(Carrier)
