"""The messages that change a signature, sent by the ``temporal`` command as signals and as updates, good and bad."""

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from filing.amendment import AmendmentStage
from filing.record import ActionCode, Event
from filing.report import FilingReport
from filing.vocabulary import Carrier, CarrierStatus, Phase
from tests.workflows.life import Filing, events_of
from tests.workflows.scenarios import action_on
from tests.workflows.stack import QUICK, DevStack, dev_stack
from tests.workflows.test_continue_as_new import until
from tests.workflows.test_messages import cli

Send = Callable[..., object]


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncIterator[DevStack]:
    async with dev_stack(tmp_path, pace=QUICK) as running:
        yield running


async def send(stack: DevStack, filing: Filing, way: str, name: str, message: object) -> str:
    """Send a message in one of the two ways; what its sender is told."""
    text = message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)
    arguments = ["-w", filing.handle.id, "--name", name, "--input", text]
    verb = ["signal"] if way == "signal" else ["update", "execute"]
    code, output = await cli(stack, "workflow", *verb, *arguments)
    assert way == "update" or code == 0, output
    return output


async def told(stack: DevStack, filing: Filing, way: str, name: str, message: object) -> str:
    """Send a message that has to be refused; where the refusal shows, for a signal in the records."""
    output = await send(stack, filing, way, name, message)
    if way == "update":
        return output
    refused = f"{name}: "
    report = await until(
        filing, lambda seen: any(refused in line.detail for line in events_of(seen, Event.MESSAGE_REFUSED)), 20
    )
    lines: list[str] = [line.detail for line in events_of(report, Event.MESSAGE_REFUSED)]
    return [line for line in lines if refused in line][-1]


def registered(report: FilingReport) -> bool:
    return all(shown.status is CarrierStatus.REGISTERED and not shown.round_open for shown in report.carriers.values())


@pytest.mark.parametrize("way", ["update", "signal"])
async def test_each_message_does_the_same_as_update_and_as_signal(stack: DevStack, way: str) -> None:
    filing = await stack.file("云杉科技", remark="[sandbox telecom=fail:QUALIFICATION_ERROR]")
    await until(
        filing,
        lambda seen: seen.carriers[Carrier.TELECOM].status is CarrierStatus.FAILED and seen.phase is Phase.ACTIVE,
    )
    assert "could be lost" in await told(stack, filing, way, "edit", {"set": {"remark": "甲"}})
    edit = {"set": {"remark": "甲"}, "accept_reset": "mobile,unicom", "by": "Li"}
    await send(stack, filing, way, "edit", edit)
    report = await until(filing, registered)
    assert report.edit is not None
    assert (report.edit.stage, report.edit.by, report.application.remark) == (AmendmentStage.APPROVED, "Li", "甲")

    assert "reason: Field required" in await told(stack, filing, way, "refile", {"carrier": "telecom"})
    await send(stack, filing, way, "refile", {"carrier": "telecom", "reason": "再来", "way": "console"})
    await until(filing, lambda seen: action_on(seen, ActionCode.REFILE_IN_CONSOLE) == [Carrier.TELECOM])

    assert "no edit waits" in await told(stack, filing, way, "confirm", {"review": "approved"})
    await send(stack, filing, way, "confirm", {"usable": "mobile", "by": "Wang"})
    report = await until(filing, lambda seen: seen.carriers[Carrier.MOBILE].usable_by_word is not None)

    assert "cannot take its own place" in await told(stack, filing, way, "replace", {"old": "云杉科技"})
    await send(stack, filing, way, "replace", {"old": "旧签名", "by": "Li"})
    await until(filing, lambda seen: seen.replaces == "旧签名")

    assert "confirm says 别的" in await told(stack, filing, way, "delete", {"confirm": "别的"})
    assert "there was traffic" in await told(stack, filing, way, "delete", {"confirm": "云杉科技"})
    await send(stack, filing, way, "delete", {"confirm": "云杉科技", "force": True, "by": "Li"})
    result = await filing.handle.result()
    assert result["phase"] == "DELETED"
    assert await stack.task_failures(filing) == 0
    operations = [one["operation"] for one in await stack.journal("云杉科技") if one["code"] == "OK"]
    assert (operations.count("UpdateSmsSign"), operations.count("DeleteSmsSign")) == (1, 1)


BAD = [
    ("edit", {"set": {"sign_name": "新名"}}, "sign_name: cannot be changed"),
    ("edit", {"set": {"qualificaton_id": 1}}, "did you mean qualification_id?"),
    ("edit", {"set": {"qualification_id": "abc"}}, "qualification_id: Input should be a valid integer"),
    ("edit", {"set": "remark"}, "set: Input should be an object"),
    ("edit", {"remark": "甲"}, "remark: Extra inputs are not permitted"),
    ("edit", {"set": {"source": "WEBSITE"}}, "已下线"),
    ("edit", {}, "nothing is to be changed"),
    ("edit", "[1, 2]", "(whole input)"),
    ("refile", {}, "reason: Field required"),
    ("refile", {"reason": " "}, "reason: String should have at least 1 character"),
    ("refile", {"reason": "x", "way": "by hand"}, "way: Input should be 'update_sign'"),
    ("confirm", {}, "say one of"),
    ("confirm", {"usable": "mobile", "test_delivered": "mobile"}, "say one of"),
    ("confirm", {"usable": "broadnet"}, "usable: Input should be 'mobile'"),
    ("delete", {}, "confirm: Field required"),
    ("delete", {"confirm": ""}, "confirm: String should have at least 1 character"),
    ("replace", {}, "old: Field required"),
    ("replace", {"old": "旧", "carriers": "everywhere"}, "carriers.0: Input should be 'mobile'"),
]


async def test_no_message_wedges_a_filing_and_each_refusal_names_the_field(stack: DevStack) -> None:
    filing = await stack.file("云杉科技", remark="[sandbox review=silent]")
    await until(filing, lambda seen: seen.phase is Phase.IN_REVIEW)
    for name, message, words in BAD:
        assert words in await send(stack, filing, "update", name, message), (name, message)
        await send(stack, filing, "signal", name, message)
    for name in ("edit", "refile", "confirm", "delete", "replace", "replacement_ready"):
        # An empty form, two payloads, and what is no object.
        for inputs in ([], ["--input", "{}", "--input", "{}"], ["--input", "7"], ["--input", "null"]):
            code, output = await cli(stack, "workflow", "signal", "-w", filing.handle.id, "--name", name, *inputs)
            assert code == 0, output
    report = await until(filing, lambda seen: len(events_of(seen, Event.MESSAGE_REFUSED)) >= 2 * len(BAD), 30)
    refusals = "\n".join(line.detail for line in events_of(report, Event.MESSAGE_REFUSED))
    for _, _, words in BAD:
        assert words in refusals
    assert report.phase is Phase.IN_REVIEW
    assert report.queued_edit is None
    assert await stack.task_failures(filing) == 0
