"""A filing that lives long begins new runs, at a quiet moment or by handing its rounds over, and loses nothing."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from filing.amendment import AmendmentStage
from filing.record import Event
from filing.report import FilingReport
from filing.vocabulary import Carrier, CarrierStatus, Phase
from tests.workflows.life import Filing, events_of
from tests.workflows.stack import QUICK, DevStack, dev_stack


async def test_a_new_run_knows_everything_and_answers_no_request_twice(tmp_path: Path) -> None:
    # Far below the server's own threshold, so that one short life passes it.
    async with dev_stack(tmp_path, {"limit.historyCount.suggestContinueAsNew": "60"}) as stack:
        filing = await stack.file("云杉科技")
        first = (await filing.handle.describe()).run_id
        before = await stack.until_settled(filing)
        answer = await filing.message("test_send", carrier="mobile", request_id="ticket-1")
        async with asyncio.timeout(60):
            while (await filing.handle.describe()).run_id == first:  # noqa: ASYNC110 - a server's state is waited for
                await asyncio.sleep(0.3)
        assert await filing.message("test_send", carrier="mobile", request_id="ticket-1") == answer
        after = await filing.report()

        assert after.phase is Phase.ACTIVE
        assert after.review == before.review
        assert [line for line in before.records if line not in after.records] == []
        assert len(events_of(after, Event.MESSAGE)) == 1
        assert len(await stack.sends("云杉科技")) == 4
        assert await stack.task_failures(filing) == 0
        history = await filing.handle.fetch_history()
        started = history.events[0].workflow_execution_started_event_attributes
        assert started.continued_execution_run_id


async def test_a_round_that_stays_open_is_handed_over_and_goes_on(tmp_path: Path) -> None:
    """A carrier that never answers keeps its round open for ever; the run must not grow with it."""
    async with dev_stack(tmp_path, {"limit.historyCount.suggestContinueAsNew": "60"}) as stack:
        filing = await stack.file("云杉科技", remark="[sandbox unicom=silent telecom=seconds:25]")
        before = await until(filing, lambda seen: bool(events_of(seen, Event.RESULT_OVERDUE, Carrier.UNICOM)))
        first = (await filing.handle.describe()).run_id
        await until_next_run(filing, first)
        after = await filing.report()

        assert [line for line in before.records if line not in after.records] == []
        assert len(events_of(after, Event.ROUND_STARTED, Carrier.UNICOM)) == 1
        assert after.carriers[Carrier.UNICOM].round_open
        assert after.carriers[Carrier.UNICOM].result_due_at == before.carriers[Carrier.UNICOM].result_due_at
        assert after.phase is Phase.FILING
        assert len(events_of(after, Event.RESULT_OVERDUE, Carrier.UNICOM)) == 1, "what was told is not told again"
        assert not events_of(after, Event.ROUND_BROKEN)
        await until(filing, lambda seen: seen.carriers[Carrier.TELECOM].status is CarrierStatus.REGISTERED)
        assert len(await stack.sends("云杉科技")) == 2
        assert await stack.task_failures(filing) == 0


async def test_a_whole_life_through_many_runs_is_the_same_life(tmp_path: Path) -> None:
    """Runs end in the middle of a review, of rounds, of sends and with an edit that waits; messages come all along."""
    async with dev_stack(tmp_path, {"limit.historyCount.suggestContinueAsNew": "20"}, QUICK) as stack:
        filing = await stack.file("云杉科技", remark="[sandbox telecom=fail:QUALIFICATION_ERROR]")
        runs = {(await filing.handle.describe()).run_id}
        talking = asyncio.create_task(talk(filing, runs))
        async with asyncio.timeout(60):
            while (await filing.report()).phase is not Phase.FILING:  # noqa: ASYNC110
                await asyncio.sleep(0.2)
        await filing.message(
            "edit", set={"remark": "用于通知"}, when_settled=True, accept_reset="mobile,unicom", request_id="ticket-1"
        )
        report = await until(
            filing,
            lambda seen: (
                seen.edit is not None
                and seen.edit.stage is AmendmentStage.APPROVED
                and all(shown.status is CarrierStatus.REGISTERED for shown in seen.carriers.values())
                and not any(shown.round_open for shown in seen.carriers.values())
            ),
        )
        talking.cancel()
        assert len(runs) >= 5, "one life in many runs"
        assert [shown.round for shown in report.carriers.values()] == [2, 2, 2]
        for carrier in Carrier:
            assert len(events_of(report, Event.ROUND_STARTED, carrier)) == 2
        sends = await stack.sends("云杉科技")
        assert len({send["parameters"]["OutId"] for send in sends}) == len(sends)
        # One for each carrier in the second round. In the first the edit that waited goes out in the very moment in
        # which two carriers could be proven: a message for either is sent only if it was faster.
        assert 3 <= len(sends) <= 5
        writes = [one["operation"] for one in await stack.journal("云杉科技") if one["code"] == "OK"]
        assert (writes.count("CreateSmsSign"), writes.count("UpdateSmsSign")) == (1, 1)
        assert not events_of(report, Event.ROUND_BROKEN)
        assert not events_of(report, Event.MESSAGE_REFUSED)
        again = await filing.message("edit", set={"remark": "别的"}, request_id="ticket-1")
        assert "waits" in again, "a repeated request is answered once, also in a later run"
        assert (await filing.report()).application.remark == "用于通知"


async def talk(filing: Filing, runs: set[str]) -> None:
    """Ask for things without end, as an impatient person would, and note the runs that answer."""
    while True:
        await filing.message("look_now")
        await filing.handle.signal("look_now")
        runs.add((await filing.handle.describe()).run_id)
        await asyncio.sleep(0.4)


async def until(filing: Filing, condition: Callable[[FilingReport], bool], seconds: float = 120) -> FilingReport:
    async with asyncio.timeout(seconds):
        while not condition(report := await filing.report()):  # noqa: ASYNC110 - a server's state is waited for
            await asyncio.sleep(0.3)
    return report


async def until_next_run(filing: Filing, first: str) -> None:
    """Keep the filing busy until it has begun a new run."""
    async with asyncio.timeout(90):
        while (await filing.handle.describe()).run_id == first:
            await filing.message("confirm", test_delivered="unicom")
            await asyncio.sleep(0.1)


async def test_a_message_asked_for_during_a_hand_over_is_sent_once(tmp_path: Path) -> None:
    async with dev_stack(tmp_path, {"limit.historyCount.suggestContinueAsNew": "60"}) as stack:
        filing = await stack.file("云杉科技", remark="[sandbox unicom=silent mobile=silent telecom=silent]")
        async with asyncio.timeout(60):
            while (await filing.report()).phase is not Phase.FILING:  # noqa: ASYNC110
                await asyncio.sleep(0.2)
        first = (await filing.handle.describe()).run_id
        await asyncio.gather(until_next_run(filing, first), ask_for_tests(filing, 6))
        await until(filing, lambda seen: seen.carriers[Carrier.UNICOM].tests_sent >= 6)
        await asyncio.sleep(3)
        sends = await sent_to_unicom(stack)
        assert len(sends) == 6
        assert len(set(sends)) == 6


async def ask_for_tests(filing: Filing, times: int) -> None:
    for _ in range(times):
        await filing.message("test_send", carrier="unicom")
        await asyncio.sleep(0.7)


async def sent_to_unicom(stack: DevStack) -> list[str]:
    """The OutIds of the tests that went to 联通; those to a carrier in 报备中 are taken and not delivered."""
    return [send["parameters"]["OutId"] for send in await stack.sends("云杉科技")]


async def test_a_new_run_waits_for_a_moment_without_rounds_while_it_can(tmp_path: Path) -> None:
    async with dev_stack(tmp_path, {"limit.historyCount.suggestContinueAsNew": "80"}) as stack:
        filing = await stack.file("云杉科技")
        first = (await filing.handle.describe()).run_id
        report = await stack.until_settled(filing)
        assert report.phase is Phase.ACTIVE
        async with asyncio.timeout(60):
            while (await filing.handle.describe()).run_id == first:
                await filing.message("look_now")
                await asyncio.sleep(0.3)
        rounds = [one async for one in stack.client.list_workflows("WorkflowType = 'CarrierFiling'")]
        assert len(rounds) == 3, "no round had to be started again"
        assert len(await stack.sends("云杉科技")) == 3
