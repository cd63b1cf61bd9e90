"""A filing that lives long begins new runs, only while no round is open, and loses nothing."""

import asyncio
from pathlib import Path

from filing.record import Event
from filing.vocabulary import Phase
from tests.workflows.life import events_of
from tests.workflows.stack import dev_stack


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


async def test_a_new_run_waits_until_no_round_is_open(tmp_path: Path) -> None:
    async with dev_stack(tmp_path, {"limit.historyCount.suggestContinueAsNew": "10"}) as stack:
        filing = await stack.file("云杉科技")
        async with asyncio.timeout(30):
            while (await filing.report()).phase is not Phase.FILING:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.2)
        filing_run = (await filing.handle.describe()).run_id
        await filing.message("look_now")
        await asyncio.sleep(2)
        assert (await filing.handle.describe()).run_id == filing_run
        report = await stack.until_settled(filing)
        assert report.phase is Phase.ACTIVE
        assert len(await stack.sends("云杉科技")) == 3
