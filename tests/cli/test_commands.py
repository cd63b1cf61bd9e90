"""Commands against the real thing: Temporal's server, a worker, the platform's SDK and the sandbox."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.app import main
from cli.exits import Exit
from filing.vocabulary import Carrier, CarrierStatus
from tests.cli.operator import Operator, next_name

Write = Callable[[str, str], Path]


def test_a_filing_goes_from_submission_to_registered(operator: Operator, name: str) -> None:
    operator.submit(name)

    report = operator.until(
        name, lambda report: all(c["status"] == CarrierStatus.REGISTERED for c in report["carriers"].values())
    )

    assert report["workflow_id"] == f"filing/demo/{name}"
    assert report["phase"] == "ACTIVE"
    assert report["execution"] == "RUNNING"
    assert report["review"]["status"] == "APPROVED"
    assert set(report["carriers"]) == set(Carrier)
    for carrier in report["carriers"].values():
        assert (carrier["label"], carrier["platform_code"], carrier["round"]) == ("报备成功", 3, 1)
        assert carrier["tests_delivered"] >= 1
    assert report["records"][0]["event"] == "opened"
    shown = operator("status", name)
    assert "审核通过" in shown.out
    assert "报备成功 (3)" in shown.out


def test_what_is_open_already_is_not_submitted_again(operator: Operator, name: str) -> None:
    operator.submit(name)

    same = operator("submit", operator.application(name), "--json")
    different = operator("submit", operator.application(name, remark="另一用途"), "--json")
    told = operator("submit", operator.application(name, remark="另一用途"))

    assert same.code == Exit.DONE
    assert same.document["filings"][0]["result"] == "unchanged"
    assert different.code == told.code == Exit.REFUSED
    assert different.document["filings"][0]["differences"] == {"remark": {"open": "(none)", "new": "另一用途"}}
    assert different.document["error"]["code"] == Exit.REFUSED
    assert "另一用途" in told.out


def test_messages_are_answered_and_recorded_with_their_sender(operator: Operator, name: str) -> None:
    operator.submit(name)

    paused = operator("pause", f"【{name}】", "--by", "李", "--reason", "搬迁")
    refused = operator("look-now", name, "--json")
    resumed = operator("resume", name, "--json")

    assert paused.code == Exit.DONE
    assert "paused" in paused.out
    assert refused.code == Exit.REFUSED
    assert "resume it first" in refused.document["error"]["message"]
    assert resumed.document["answer"] == "resumed"
    records = operator("status", name, "--json").document["records"]
    assert ("李", "message") in [(record["by"], record["event"]) for record in records]


def test_a_test_message_before_the_approval_is_refused(operator: Operator, name: str) -> None:
    operator.submit(name, "[sandbox review=silent]")

    ran = operator("test-send", name, "--carrier", "mobile")

    assert ran.code == Exit.REFUSED
    assert "审核通过" in ran.err


def test_a_released_filing_still_reports_and_takes_no_message(operator: Operator, name: str) -> None:
    operator.submit(name)

    operator.release(name)
    closed = operator.until(name, lambda report: bool(report["execution"] == "COMPLETED"))
    late = operator("look-now", name)

    assert closed["phase"] == "RELEASED"
    assert late.code == Exit.NOT_FOUND
    assert "Traceback" not in late.err


def test_the_list_shows_open_filings_and_closed_ones_on_request(operator: Operator, name: str) -> None:
    other = next_name()
    operator.submit(name)
    operator.submit(other)
    operator.release(other)
    operator.until(other, lambda report: bool(report["execution"] == "COMPLETED"))

    opened = {row["sign_name"]: row for row in operator("list", "--json").document}
    everything = {row["sign_name"]: row for row in operator("list", "--all", "--json").document}

    assert name in opened
    assert other not in opened
    assert everything[other]["phase"] == "RELEASED"
    assert set(opened[name]["carriers"]) == set(Carrier)
    assert operator("list", "--account", "nobody", "--json").document == []
    assert name in operator("list", "--account", "demo").out


def test_watch_prints_records_until_the_filing_is_closed(operator: Operator, name: str, temporal_address: str) -> None:
    operator.submit(name)
    arguments = ["release", name, "--address", temporal_address, "--account", "demo"]
    closer = threading.Timer(1.0, main, args=[arguments])
    closer.start()

    ran = operator("watch", name)
    closer.join()

    assert ran.code == Exit.DONE
    assert "opened" in ran.out
    assert "released" in ran.out


def test_an_unknown_name_ends_with_4(operator: Operator) -> None:
    assert operator("status", "无此签名").code == Exit.NOT_FOUND
    assert operator("status", "无'此\"签名", "--json").document["error"]["code"] == Exit.NOT_FOUND
    assert operator("status", "无此签名", "--account", "demo").code == Exit.NOT_FOUND


def test_an_unknown_namespace_ends_with_5(operator: Operator) -> None:
    ran = operator("list", "--namespace", "nowhere")

    assert ran.code == Exit.UNREACHABLE
    assert "nowhere" in ran.err


def test_without_a_worker_commands_end_with_5(operator: Operator, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMS_FILING_TASK_QUEUE", "nobody-polls-this")
    operator.submit(name)

    for arguments in (["status", name], ["release", name]):
        ran = operator(*arguments, timeout=1)
        assert ran.code == Exit.UNREACHABLE
        assert "is worker.py running" in ran.err


def test_a_name_filed_by_several_accounts_needs_one_named(operator: Operator, name: str, write: Write) -> None:
    operator.submit(name)
    text = operator.application(name).read_text(encoding="utf-8")
    other = write("other.yaml", text.replace("account: demo", "account: second"))
    assert operator("submit", other).code == Exit.DONE

    ran = operator("status", name, "--json")

    assert ran.code == Exit.UNREADABLE
    assert ran.document["error"]["details"] == {"accounts": ["demo", "second"]}
    assert operator("status", name, "--account", "second", "--json").document["account"] == "second"


def test_the_settings_only_account_is_the_default(operator: Operator, name: str, write: Write) -> None:
    text = operator.application(name).read_text(encoding="utf-8").replace("account: demo\n", "")
    settings = write("one.toml", "[accounts.demo]\ntemplate_code = 'SMS_1'\ntemplate_type = 'notification'")

    ran = operator("submit", write("none.yaml", text), "--settings", settings, "--json")

    assert ran.document["filings"][0]["workflow_id"] == f"filing/demo/{name}"
    assert operator("status", name, "--settings", settings, "--json").document["account"] == "demo"


def test_a_policy_that_is_asked_for_is_the_filings(operator: Operator, name: str) -> None:
    ran = operator("submit", operator.application(name), "--policy", "demo-lapse", "--json")

    assert ran.document["filings"][0]["policy"] == "demo-lapse"
    assert operator("status", name, "--json").document["policy"] == "demo-lapse"
