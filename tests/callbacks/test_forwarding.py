"""From a callback to the filing it concerns: real HTTP, the real server, real filings."""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from callbacks import forwarding
from callbacks.forwarding import Forwarder, joined
from callbacks.parsing import MessageReport, SignReport
from callbacks.receiver import CallbackReceiver
from engine.plugin import FilingPlugin
from filing.messages import Hint
from filing.record import Event
from filing.verification import out_id_mark
from filing.vocabulary import Phase, ReviewStatus
from tests.callbacks.test_parsing import SIGN_REPORT, SMS_REPORT
from tests.callbacks.test_receiver import post
from tests.filing.builders import START
from tests.ports import free_port
from tests.workflows.life import ACCOUNT, Filing
from tests.workflows.stack import QUICK, DevStack, dev_stack

PAUSE = 1.5


@contextlib.asynccontextmanager
async def receiving(client: Client, pause: float = PAUSE) -> AsyncIterator[int]:
    """A receiver that passes on what it gets; its port."""
    forwarder = Forwarder(client, pause=pause)
    async with CallbackReceiver(forwarder.offer, {ACCOUNT}) as listening:
        try:
            yield listening.port
        finally:
            await forwarder.close()


async def push(port: int, *entries: dict[str, Any]) -> None:
    """Post a callback as the platform does."""
    assert (await post(port, list(entries), f"/callbacks/{ACCOUNT}"))[0] == 200


async def hints(filing: Filing) -> list[dict[str, Any]]:
    """The hints that reached a filing, oldest first."""
    history = await filing.handle.fetch_history()
    signals = [event.workflow_execution_signaled_event_attributes for event in history.events]
    return [json.loads(one.input.payloads[0].data) for one in signals if one.signal_name == "hint"]


async def until_hinted(filing: Filing, count: int) -> list[dict[str, Any]]:
    async with asyncio.timeout(20):
        while len(found := await hints(filing)) < count:  # noqa: ASYNC110 - a server's state is waited for
            await asyncio.sleep(0.1)
    return found


async def in_review(stack: DevStack, sign_name: str) -> Filing:
    filing = await stack.file(sign_name, remark="[sandbox review=silent]")
    async with asyncio.timeout(30):
        while (await filing.report()).review.status is not ReviewStatus.IN_REVIEW:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    return filing


async def test_callbacks_make_the_filings_look_that_they_concern_and_nobody_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with dev_stack(tmp_path) as stack, receiving(stack.client) as port:
        filing, other, over = [await in_review(stack, name) for name in ("云杉科技", "云杉", "杭州云杉")]
        await over.message("release")
        await over.handle.result()

        # One at once, and of those that follow within the pause the last.
        for words in ("第一次 13900000001", "第二次", "第三次"):
            await push(port, {**SIGN_REPORT, "reason": words})
        for name in ("杭州云杉", "不存在", "云杉科技/mobile/1", "x'; --"):
            await push(port, {**SIGN_REPORT, "sign_name": name})
        first, last = await until_hinted(filing, 2)
        assert (first["kind"], first["says"], first["order_id"]) == ("review", "rejected", "1000000001")
        assert (first["words"], last["words"]) == ("第一次 139****0001", "第三次")
        await asyncio.sleep(2 * PAUSE)
        await push(port, SIGN_REPORT)
        assert len(await until_hinted(filing, 3)) == 3

        report = await filing.report()
        assert report.review.status is ReviewStatus.IN_REVIEW, "hearsay changes nothing"
        assert [line for line in report.records if line.event is Event.MESSAGE_REFUSED] == []
        assert await hints(other) == []
        assert await hints(over) == []
        assert await stack.task_failures(filing) == 0
    ours = [line for line in caplog.records if line.name.startswith("callbacks")]
    assert [line.getMessage() for line in ours if line.levelno > logging.DEBUG] == []
    assert "13900000001" not in caplog.text


async def test_a_receipt_finds_its_filing_by_the_out_id_alone(tmp_path: Path) -> None:
    async with dev_stack(tmp_path, pace=QUICK) as stack, receiving(stack.client) as port:
        filing = await stack.file("云杉科技")
        other = await in_review(stack, "云杉")
        await stack.until_settled(filing)
        sent = [send["parameters"]["OutId"] for send in await stack.sends("云杉科技")]
        assert len(sent) == 3
        assert {out_id[:12] for out_id in sent} == {out_id_mark(ACCOUNT, "云杉科技")}

        # Looking for the mark of a stranger makes known those of the filings that are open.
        await push(port, {**SMS_REPORT, "out_id": "0" * 32})
        await push(port, {**SMS_REPORT, "out_id": sent[0]})
        await until_hinted(filing, 1)
        await push(port, *({**SMS_REPORT, "out_id": out_id} for out_id in sent), SMS_REPORT)
        first, rest = await until_hinted(filing, 2)

        assert (first["kind"], first["out_id"]) == ("receipt", sent[0])
        assert rest["out_id"] is None, "of several messages none is named"
        assert await hints(other) == []
        assert (await filing.report()).phase is Phase.ACTIVE
        assert await stack.task_failures(filing) == 0


async def nobody() -> Client:
    """A client of a server that is not there."""
    return await Client.connect(f"127.0.0.1:{free_port()}", plugins=[FilingPlugin()], lazy=True)


async def test_without_an_engine_hints_are_lost_and_callbacks_answered(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forwarding, "_RPC_TIMEOUT", timedelta(seconds=0.5))
    async with receiving(await nobody()) as port:
        await push(port, SIGN_REPORT)
        await push(port, SMS_REPORT)
        async with asyncio.timeout(20):
            while caplog.text.count("dropped") + caplog.text.count("cannot be listed") < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.1)

    assert "云杉" not in caplog.text
    assert "13900000001" not in caplog.text


async def test_a_flood_of_names_is_bounded(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forwarding, "MOST_WAITING", 5)
    forwarder = Forwarder(await nobody())
    before = len(asyncio.all_tasks())
    for number in range(50):
        forwarder.offer(ACCOUNT, SignReport(f"云杉{number}", "approving", "", None))
        forwarder.offer(ACCOUNT, MessageReport(f"{number:032x}"))
    waiting = len(asyncio.all_tasks()) - before
    await forwarder.close()

    assert waiting <= 10
    assert caplog.text.count("too many wait already") == 100 - waiting
    assert len(asyncio.all_tasks()) == before


def review(says: str, order_id: str = "1") -> Hint:
    return Hint(kind="review", at=START, says=says, order_id=order_id)


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ("approving", "rejected", "rejected"),
        ("rejected", "approving", "rejected"),
        ("rejected", "", "rejected"),
        ("rejected", "approved", "approved"),
        ("approving", "approving", "approving"),
    ],
)
def test_of_two_words_on_a_review_a_verdict_stays(first: str, second: str, kept: str) -> None:
    assert joined(review(first), review(second)).says == kept
    assert joined(None, review(second)).says == second
