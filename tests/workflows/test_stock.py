"""Reading an account's existing signatures (存量签名) through the worker."""

from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowFailureError, WorkflowHandle
from temporalio.exceptions import ActivityError, ApplicationError

from engine.names import STOCK_WORKFLOW, TASK_QUEUE, stock_id
from filing.existing import StockProgress, StockReading, StockRequest
from filing.vocabulary import Carrier
from tests.workflows.life import ACCOUNT, Life, new_life

PAGE = 50
A_RUN = 4 * PAGE


async def have(life: Life, number: int) -> None:
    """Put so many signatures into the account."""
    created = (await life.now() - timedelta(days=30)).isoformat()
    carriers = {carrier.value: {"status": 3} for carrier in Carrier}
    signatures = [
        {
            "sign_name": f"云杉{index}",
            "created_at": created,
            "material": {"QualificationId": 900001},
            "carriers": carriers,
        }
        for index in range(number)
    ]
    await life.control("POST", "/_sandbox/stock", {"signatures": signatures})


async def read(life: Life, account: str = ACCOUNT, **fields: Any) -> StockReading:
    reading: StockReading = await life.env.client.execute_workflow(
        STOCK_WORKFLOW,
        StockRequest(account=account, **fields),
        id=stock_id(account),
        task_queue=TASK_QUEUE,
        result_type=StockReading,
    )
    return reading


async def test_a_big_account_comes_in_parts_that_are_all_of_it() -> None:
    async with new_life() as life:
        await have(life, A_RUN + 7)

        first = await read(life)
        assert first.next_page is not None
        second = await read(life, first_page=first.next_page)

        assert (len(first.signatures), len(second.signatures), second.next_page) == (A_RUN, 7, None)
        assert first.total == second.total == A_RUN + 7
        assert len({one.sign_name for one in (*first.signatures, *second.signatures)}) == A_RUN + 7
        assert len(first.model_dump_json()) < 500_000, "a payload of two megabytes is refused by the engine"


async def test_signatures_by_name() -> None:
    async with new_life() as life:
        await have(life, 3)

        reading = await read(life, names=("云杉2", "没有的"))

        assert [(one.sign_name, one.snapshot.found) for one in reading.signatures] == [
            ("云杉2", True),
            ("没有的", False),
        ]


async def test_what_was_read_before_a_refusal_stands() -> None:
    async with new_life() as life:
        await have(life, PAGE + 1)
        await life.fault("GetSmsSign", "code", code="isp.RAM_PERMISSION_DENY", sign_name="云杉0")

        reading = await read(life)

        assert len(reading.signatures) == PAGE, "the page before it"
        assert reading.refusal is not None
        assert reading.next_page == 2


async def begun(life: Life) -> WorkflowHandle[Any, StockReading]:
    """Have the account read, without waiting for it: only then the clock skips."""
    return await life.env.client.start_workflow(
        STOCK_WORKFLOW,
        StockRequest(account=ACCOUNT),
        id=stock_id(ACCOUNT),
        task_queue=TASK_QUEUE,
        result_type=StockReading,
    )


async def test_a_platform_that_is_busy_for_a_while_is_waited_for() -> None:
    async with new_life() as life:
        await have(life, 3)
        await life.fault("QuerySmsSignList", "throttle", count=3, retry_after_ms=20_000)

        handle = await begun(life)
        await life.pass_time(timedelta(minutes=2))

        assert len((await handle.result()).signatures) == 3


async def test_a_platform_that_stays_away_ends_it() -> None:
    async with new_life() as life:
        await life.fault("QuerySmsSignList", "drop_before")

        handle = await begun(life)
        await life.pass_time(timedelta(minutes=10))
        with pytest.raises(WorkflowFailureError) as failed:
            await handle.result()

        assert isinstance(failed.value.cause, ActivityError)
        assert "the platform cannot be asked now" in str(failed.value.cause.cause)


async def test_how_far_it_is_can_be_asked() -> None:
    async with new_life() as life:
        await have(life, PAGE + 1)
        await life.fault("GetSmsSign", "throttle", sign_name="云杉0", retry_after_ms=20_000)

        handle = await begun(life)
        await life.pass_time(timedelta(seconds=10))
        progress = await handle.query("progress", result_type=StockProgress)

        assert progress.signatures == PAGE
        await handle.terminate()


async def test_an_account_that_the_worker_has_not_is_told_at_once() -> None:
    async with new_life() as life:
        began = await life.now()

        with pytest.raises(WorkflowFailureError) as failed:
            await read(life, account="other")

        assert isinstance(failed.value.cause, ActivityError)
        assert isinstance(failed.value.cause.cause, ApplicationError)
        assert "no account 'other'" in failed.value.cause.cause.message
        assert await life.now() - began < timedelta(minutes=1)
