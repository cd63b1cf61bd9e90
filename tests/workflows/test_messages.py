"""Messages from people, sent to a real server by the ``temporal`` command as a person would, good ones and bad ones."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client, WorkflowFailureError, WorkflowUpdateFailedError
from temporalio.exceptions import CancelledError

from engine.dev_server import find_binary
from engine.names import TASK_QUEUE
from filing.record import Event
from filing.vocabulary import Carrier, CarrierStatus, Phase
from tests.workflows.life import events_of
from tests.workflows.stack import DevStack, dev_stack


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncIterator[DevStack]:
    async with dev_stack(tmp_path) as running:
        yield running


async def cli(stack: DevStack, *arguments: str) -> tuple[int, str]:
    """Run the ``temporal`` command; its exit code and output."""
    process = await asyncio.create_subprocess_exec(
        str(find_binary()),
        *arguments,
        "--address",
        stack.server.address,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


async def test_no_signal_wedges_a_filing_and_each_refusal_is_shown(stack: DevStack) -> None:
    filing = await stack.file("云杉科技")
    identity = filing.handle.id
    for arguments in (
        ["--name", "look_now"],
        ["--name", "pause", "--input", '{"by": "Li"}', "--input", '{"by": "Wang"}'],
        ["--name", "test_send", "--input", '{"carrier": "broadnet"}'],
        ["--name", "release", "--input", '{"bye": 1}'],
        ["--name", "release", "--input", '"now"'],
        ["--name", "relaese"],
        ["--name", "round_news", "--input", '{"state": 7}'],
        ["--name", "round_news"],
    ):
        code, output = await cli(stack, "workflow", "signal", "-w", identity, *arguments)
        assert code == 0, output

    async with asyncio.timeout(20):
        while len(refusals := events_of(report := await filing.report(), Event.MESSAGE_REFUSED)) < 7:  # noqa: ASYNC110
            await asyncio.sleep(0.2)
    told = "\n".join(line.detail for line in refusals)
    assert "pause: expected one JSON object" in told
    assert "carrier: Input should be 'mobile', 'unicom' or 'telecom'" in told
    assert "release: bye: Extra inputs are not permitted" in told
    assert "relaese: there is no such message; there are look_now, pause, resume, release, test_send" in told
    assert "round_news" in told
    assert not report.paused
    assert not report.phase.closed
    await stack.until_settled(filing)
    assert await stack.task_failures(filing) == 0


async def test_signals_and_updates_do_the_same(stack: DevStack) -> None:
    filing = await stack.file("云杉科技")
    code, output = await cli(
        stack, "workflow", "signal", "-w", filing.handle.id, "--name", "pause", "--input", '{"by": "Li"}'
    )
    assert code == 0, output
    async with asyncio.timeout(20):
        while not (await filing.report()).paused:  # noqa: ASYNC110 - the state of a server is what is waited for
            await asyncio.sleep(0.1)
    code, output = await cli(
        stack, "workflow", "update", "execute", "-w", filing.handle.id, "--name", "resume", "--input", '{"by": "Wang"}'
    )
    assert code == 0, output
    assert "resumed" in output
    report = await filing.report()
    assert not report.paused
    assert [line.by for line in events_of(report, Event.MESSAGE)] == ["Li", "Wang"]


async def test_an_update_that_is_refused_leaves_no_event_and_names_the_field(stack: DevStack) -> None:
    filing = await stack.file("云杉科技")
    await filing.report()
    for name, message, told in (
        ("test_send", {"carrier": "broadnet"}, "carrier: Input should be"),
        ("test_send", {}, "test messages need 审核通过"),
        ("pause", {"by": ""}, "by: String should have at least 1 character"),
        ("pause", 7, "(whole input)"),
    ):
        with pytest.raises(WorkflowUpdateFailedError) as failure:
            await filing.handle.execute_update(name, message)
        assert told in str(failure.value.cause)
    code, output = await cli(
        stack,
        "workflow",
        "update",
        "execute",
        "-w",
        filing.handle.id,
        "--name",
        "pause",
        "--input",
        "1",
        "--input",
        "2",
    )
    assert code != 0, output


async def test_a_repeated_request_is_answered_once(stack: DevStack) -> None:
    filing = await stack.file("云杉科技")
    await stack.until_settled(filing)
    sends = len(await stack.sends("云杉科技"))
    for _ in range(3):
        assert "one message is being sent" in await filing.message("test_send", carrier="mobile", request_id="ticket-7")
    async with asyncio.timeout(30):
        while len(await stack.sends("云杉科技")) == sends:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.2)
    await filing.message("pause", request_id="ticket-8")
    report = await filing.report()
    assert len(await stack.sends("云杉科技")) == sends + 1
    assert report.carriers[Carrier.MOBILE].tests_sent == 2


async def test_a_paused_filing_neither_reads_nor_sends(stack: DevStack) -> None:
    filing = await stack.file("云杉科技")
    await filing.message("pause")
    before = len(await stack.journal("云杉科技"))
    # Long enough for several reads at the demo policy, had it not been paused.
    await asyncio.sleep(4)
    assert len(await stack.journal("云杉科技")) - before <= 1
    with pytest.raises(WorkflowUpdateFailedError) as failure:
        await filing.message("look_now")
    assert "resume it first" in str(failure.value.cause)
    await filing.message("resume")
    report = await stack.until_settled(filing)
    assert report.phase is Phase.ACTIVE


async def test_a_child_that_is_terminated_is_started_again_and_sends_nothing_twice(stack: DevStack) -> None:
    filing = await stack.file("云杉科技")
    client: Client = stack.client
    async with asyncio.timeout(40):
        while not await stack.sends("云杉科技"):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.1)
    await client.get_workflow_handle(f"{filing.handle.id}/mobile/1").terminate("by hand")
    report = await stack.until_settled(filing)
    assert report.carriers[Carrier.MOBILE].status is CarrierStatus.REGISTERED
    assert report.carriers[Carrier.MOBILE].round == 1
    assert events_of(report, Event.ROUND_BROKEN, Carrier.MOBILE)
    assert len(await stack.sends("云杉科技")) == 3


async def test_cancelling_in_the_web_ui_ends_the_rounds_and_deletes_nothing(stack: DevStack) -> None:
    filing = await stack.file("云杉科技")
    async with asyncio.timeout(30):
        while (await filing.report()).phase is not Phase.FILING:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.1)
    code, output = await cli(stack, "workflow", "cancel", "-w", filing.handle.id)
    assert code == 0, output
    with pytest.raises(WorkflowFailureError) as failure:
        await filing.handle.result()
    assert isinstance(failure.value.cause, CancelledError)
    report = await filing.report()
    assert report.phase is Phase.RELEASED
    assert not [entry for entry in await stack.journal("云杉科技") if entry["operation"] == "DeleteSmsSign"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (
            '{"application": {"sign_name": "云杉科技", "company_name": "杭州云杉科技有限公司"}}',
            "application.qualification_id",
        ),
        ('{"application": {"sign_name": "云杉", "company": "x", "qualification_id": 1}}', "application.company"),
        ('{"aplication": {}}', "application"),
        ("7", "(whole input)"),
        (None, "application"),
    ],
)
async def test_a_start_with_bad_input_fails_at_once_and_names_the_field(
    stack: DevStack, given: str | None, field: str
) -> None:
    arguments = ["workflow", "start", "--type", "SignatureFiling", "--task-queue", TASK_QUEUE, "-w", "filing/acme/坏"]
    code, output = await cli(stack, *arguments, *(["--input", given] if given else []))
    assert code == 0, output
    handle = stack.client.get_workflow_handle("filing/acme/坏")
    async with asyncio.timeout(20):
        while (await handle.describe()).close_time is None:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.1)
    code, output = await cli(stack, "workflow", "show", "-w", "filing/acme/坏", "--output", "json")
    events: list[dict[str, Any]] = json.loads(output)["events"]
    failure = events[-1]["workflowExecutionFailedEventAttributes"]["failure"]
    assert field in json.dumps(failure, ensure_ascii=False) or field in _details(failure)


def _details(failure: dict[str, Any]) -> str:

    payloads = failure.get("applicationFailureInfo", {}).get("details", {}).get("payloads", [])
    return "".join(base64.b64decode(payload["data"]).decode() for payload in payloads)
