"""Edit, re-file and confirm against the real thing; deleting has tests of its own."""

import json
import shlex
from typing import Any

import pytest

from cli.exits import Exit
from filing.vocabulary import Carrier, CarrierStatus
from tests.cli.operator import ALL_FAIL, WHALE_OTHER, Operator, Ran, Run

EDIT = f"qualification_id={WHALE_OTHER}"


@pytest.fixture
def failed(operator: Operator, whale: str) -> str:
    """A signature that every carrier refused, so that an edit puts nothing at risk."""
    operator.submit(whale, ALL_FAIL)
    operator.settled(whale, CarrierStatus.FAILED)
    return whale


def as_sent(parameters: dict[str, Any]) -> dict[str, str]:
    """Parameters as the SDK writes them on the wire."""
    return {name: json.dumps(value) if isinstance(value, list) else str(value) for name, value in parameters.items()}


def follow(operator: Operator, command: str, *further: object) -> Ran:
    """Give the command that a refusal shows."""
    words = shlex.split(command)
    assert words[0] == "starter.py"
    return operator(*words[1:], *further)


def test_an_edit_is_handed_in_and_followed_to_its_verdict(operator: Operator, failed: str) -> None:
    ran = operator("edit", failed, "--set", EDIT, "--set", "remark=", "--reason", "新资质", "--wait", "30s", "--json")

    assert ran.code == Exit.DONE, ran.err
    done = operator.until(failed, lambda report: bool(report["edit"]["stage"] == "APPROVED"))
    assert done["edit"]["request_id"] == ran.document["request_id"]
    assert done["application"]["qualification_id"] == WHALE_OTHER
    assert done["application"]["remark"] == ""
    assert ran.document["platform"]["order_id"] == done["edit"]["order_id"]
    [write] = [entry for entry in operator.writes(failed) if entry["operation"] == "UpdateSmsSign"]
    assert write["parameters"]["QualificationId"] == str(WHALE_OTHER)
    shown = operator("status", failed).out
    assert "编辑签名 (edit): 审核通过 APPROVED" in shown
    assert f"qualification_id 900002 → {WHALE_OTHER}" in shown
    assert ": 新资质" in shown
    again = operator.settled(failed, CarrierStatus.REGISTERED)
    assert {known["round"] for known in again["carriers"].values()} == {2}


def test_a_registered_carrier_is_only_put_at_risk_by_the_command_that_names_it(operator: Operator, whale: str) -> None:
    operator.submit(whale)
    operator.settled(whale, CarrierStatus.REGISTERED)

    refused = operator("edit", whale, "--set", EDIT, "--json")
    tried = operator("edit", whale, "--set", EDIT, "--dry-run")
    tried_json = operator("edit", whale, "--set", EDIT, "--dry-run", "--json")

    assert refused.code == tried.code == tried_json.code == Exit.REFUSED
    details = refused.document["error"]["details"]
    assert "更新后需要重新报备" in details["rule"]
    assert "--accept-reset mobile,unicom,telecom" in details["command"]
    assert details["command"] in refused.err
    assert "would be refused: " in tried.err
    assert "at risk: 移动 mobile, 联通 unicom, 电信 telecom 报备成功: back to 报备中" in tried.out
    assert "not accepted yet: 移动 mobile, 联通 unicom, 电信 telecom" in tried.out
    assert tried_json.document["not_accepted"] == [*Carrier]
    assert tried_json.document["error"]["code"] == Exit.REFUSED

    accepted = follow(operator, details["command"], "--dry-run", "--json")
    ran = follow(operator, details["command"], "--wait", "30s")

    assert accepted.code == Exit.DONE
    assert accepted.document["not_accepted"] == []
    assert ran.code == Exit.DONE, ran.err
    assert "handed in, order " in ran.out
    operator.until(whale, lambda report: bool(report["carriers"]["mobile"]["round"] == 2))


def test_a_dry_run_shows_what_is_sent_and_sends_nothing(operator: Operator, failed: str) -> None:
    history, writes = operator.events(failed), operator.writes(failed)

    edit = operator("edit", failed, "--set", EDIT, "--dry-run", "--json")
    shown = operator("edit", failed, "--set", EDIT, "--dry-run")
    rebind = operator("refile", failed, "--reason", "lapsed", "--way", "change_qualification", "--dry-run", "--json")
    click = operator("refile", failed, "--reason", "lapsed", "--way", "console", "--dry-run")
    delete = operator("delete", failed, "--confirm", failed, "--dry-run", "--json")
    other = operator("delete", failed, "--confirm", "另一名称", "--dry-run")

    assert [ran.code for ran in (edit, shown, rebind, click, delete)] == [Exit.DONE] * 5
    assert edit.document["operation"] == "UpdateSmsSign"
    assert edit.document["changes"] == {"qualification_id": ["900002", str(WHALE_OTHER)]}
    assert "operation: UpdateSmsSign" in shown.out
    assert f"  QualificationId = {WHALE_OTHER}" in shown.out
    assert "  ThirdParty = false" in shown.out
    assert rebind.document["operation"] == "ChangeSignatureQualification"
    assert rebind.document["parameters"] == {"SignatureName": failed, "QualificationId": 900002}
    assert "operation: none" in click.out
    assert f"asked of a person in the console: 国内消息 > 签名管理 > 【{failed}】" in click.out
    assert delete.document["operation"] == "DeleteSmsSign"
    assert delete.document["parameters"] == {"SignName": failed}
    assert other.code == Exit.REFUSED
    assert "would be refused: confirm says 另一名称" in other.err
    assert operator.events(failed) == history
    assert operator.writes(failed) == writes

    assert operator("edit", failed, "--set", EDIT, "--wait", "30s").code == Exit.DONE
    [write] = [entry for entry in operator.writes(failed) if entry["operation"] == "UpdateSmsSign"]
    assert as_sent(edit.document["parameters"]).items() <= write["parameters"].items()


def test_an_edit_that_must_wait_is_refused_or_queued(operator: Operator, whale: str) -> None:
    operator.submit(whale, "[sandbox review=silent]")
    operator.until(whale, lambda report: bool(report["phase"] == "IN_REVIEW"))

    refused = operator("edit", whale, "--set", EDIT, "--json")
    tried = operator("edit", whale, "--set", EDIT, "--when-settled", "--dry-run")
    queued = follow(operator, refused.document["error"]["details"]["command"], "--wait", "1s", "--json")
    merged = operator("edit", whale, "--set", "remark=a", "--when-settled", "--by", "李")
    shown = operator("status", whale).out
    withdrawn = operator("edit", whale, "--withdraw", "--wait", "5s")

    assert refused.code == Exit.REFUSED
    assert "报备期间不可编辑签名" in refused.document["error"]["details"]["rule"]
    assert tried.code == Exit.DONE
    assert "waits for: 审核中, order " in tried.out
    assert queued.code == Exit.WAITING
    assert "waits until settled" in queued.document["answer"]
    assert "waits for: 审核中" in queued.document["error"]["message"]
    assert "merged into the edit that waits already" in merged.out
    assert f"waits (queued): 编辑签名 qualification_id 900002 → {WHALE_OTHER}; remark" in shown
    assert "; by 李 " in shown
    assert withdrawn.code == Exit.DONE
    assert operator.report(whale)["queued_edit"] is None


def test_what_the_platform_need_not_know_is_changed_at_once(operator: Operator, failed: str) -> None:
    ran = operator("edit", failed, "--set", "needed_by=2027-03-31", "--wait", "30s", "--json")

    assert ran.code == Exit.DONE
    assert ran.document["platform"] == {"told": ""}
    assert operator.report(failed)["application"]["needed_by"] == "2027-03-31"
    assert operator.operations(failed) == ["CreateSmsSign"]


def test_the_platforms_refusal_of_an_edit_is_told(operator: Operator, failed: str) -> None:
    operator.disturb(
        operation="UpdateSmsSign",
        sign_name=failed,
        kind="code",
        code="InvalidQualification",
        message="资质无效",
        count=1,
    )

    ran = operator("edit", failed, "--set", EDIT, "--wait", "30s", "--json")

    assert ran.code == Exit.REFUSED
    told = ran.document["error"]["message"]
    assert told.startswith("refused by the platform: InvalidQualification: 资质无效 (RequestId ")
    assert ran.document["platform"]["edit"]["stage"] == "REFUSED"
    assert "提交被拒绝 REFUSED" in operator("status", failed).out


def test_a_lost_answer_is_settled_by_a_persons_word(operator: Operator, failed: str) -> None:
    operator.disturb(operation="UpdateSmsSign", sign_name=failed, kind="drop_before", count=1)

    lost = operator("edit", failed, "--set", EDIT, "--wait", "3s")
    shown = operator("status", failed).out
    confirmed = operator("confirm", failed, "review", "not_received", "--reason", "控制台没有", "--by", "李")
    operator.until(failed, lambda report: bool(report["edit"]["stage"] == "APPROVED"))

    assert lost.code == Exit.NEEDS_PERSON
    assert "answer was lost" in lost.err
    assert "nothing shows yet that it has it" in shown
    assert confirmed.code == Exit.DONE
    assert "by your word" in confirmed.out
    assert operator.operations(failed).count("UpdateSmsSign") == 2


def test_a_verdict_by_a_persons_word_is_shown_as_such(operator: Operator, failed: str) -> None:
    operator.disturb(operation="UpdateSmsSign", sign_name=failed, kind="drop_before", count=1)
    assert operator("edit", failed, "--set", EDIT).code == Exit.DONE
    operator.until(failed, lambda report: bool(report["edit"]["unclear"]))

    ran = operator("confirm", failed, "review", "rejected", "--by", "李", "--reason", "名称不符")

    assert ran.code == Exit.DONE
    shown = operator("status", failed).out
    assert "编辑签名 (edit): 审核不通过 REJECTED" in shown
    assert "审核不通过 by 李's word, not the platform's" in shown
    assert "名称不符" in shown


def test_an_edit_before_the_submission_is_answered_by_it(operator: Operator, whale: str) -> None:
    file = operator.application(whale, ALL_FAIL)
    file.write_text(file.read_text(encoding="utf-8").replace("900002", "900004"), encoding="utf-8")
    assert operator("submit", file, "--wait", "30s").code == Exit.NEEDS_PERSON

    ran = operator("edit", whale, "--set", "qualification_id=900002", "--wait", "30s")

    assert ran.code == Exit.DONE, ran.err
    assert "handed in, order " in ran.out
    assert operator.operations(whale) == ["CreateSmsSign"]


def test_a_refile_hands_in_the_same_again(operator: Operator, failed: str) -> None:
    ran = operator("refile", failed, "--reason", "运营商超时", "--way", "change_qualification", "--wait", "30s")

    assert ran.code == Exit.DONE, ran.err
    assert "handed in" in ran.out
    report = operator.until(failed, lambda report: bool(report["carriers"]["telecom"]["round"] == 2))
    assert (report["edit"]["kind"], report["edit"]["reason"]) == ("refile", "运营商超时")
    assert report["edit"]["changes"] == {}
    assert "重新报备 (refile): " in operator("status", failed).out
    [write] = [entry for entry in operator.writes(failed) if entry["operation"] == "ChangeSignatureQualification"]
    assert write["parameters"]["QualificationId"] == "900002"


def test_a_refile_in_the_console_is_asked_of_a_person(operator: Operator, failed: str) -> None:
    ran = operator("refile", failed, "--carrier", "telecom", "--reason", "超时", "--way", "console", "--wait", "30s")

    assert ran.code == Exit.DONE
    assert "国内消息 > 签名管理" in ran.out
    [asked] = [a for a in operator.report(failed)["actions"] if a["code"] == "REFILE_IN_CONSOLE"]
    assert asked["carrier"] == "telecom"
    assert operator.operations(failed) == ["CreateSmsSign"]


def test_a_persons_word_is_shown_apart_from_the_facts(operator: Operator, name: str) -> None:
    operator.submit(name, "[sandbox mobile=silent unicom=silent telecom=fail:OTHERS_ERROR]")
    operator.until(name, lambda report: bool(report["carriers"]["telecom"]["status"] == "FAILED"))

    usable = operator("confirm", name, "usable", "mobile", "--by", "李", "--reason", "业务短信正常", "--json")
    arrived = operator("confirm", f"【{name}】", "test", "delivered", "UNICOM", "--by", "李")
    failed = operator("confirm", name, "usable", "telecom", "--json")
    no_edit = operator("confirm", name, "review", "approved")

    assert (usable.code, arrived.code) == (Exit.DONE, Exit.DONE)
    assert usable.document["message"] == "confirm"
    shown = operator("status", name).out
    assert "usable by 李's word of " in shown
    assert "(业务短信正常), not the platform's" in shown
    assert "test messages that arrived by a person's word, not the platform's: 1" in shown
    assert failed.code == no_edit.code == Exit.REFUSED
    assert failed.document["error"]["details"]["rule"] == "a person's word counts only where the platform gives none"
    assert "refile" in failed.document["error"]["details"]["command"]
    assert "no edit waits for its review" in no_edit.err


def test_what_is_not_open_takes_no_change(operator: Operator, name: str) -> None:
    operator.submit(name)
    operator.release(name)

    for arguments in (
        ["edit", name, "--set", "remark=a"],
        ["edit", name, "--set", "remark=a", "--dry-run"],
        ["refile", name, "--reason", "a", "--wait", "1s"],
        ["confirm", name, "usable", "mobile"],
        ["delete", name, "--confirm", name],
        ["delete", name, "--confirm", name, "--dry-run"],
        ["edit", "无此签名", "--set", "remark=a"],
    ):
        assert operator(*arguments).code == Exit.NOT_FOUND, arguments


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["edit", "云杉", "--set", "colour=red", "--set", "third_party=maybe"], "--set: third_party: expected true"),
        (["edit", "云杉", "--set", "remark=a", "--accept-reset", "mobile,china"], "--accept-reset: Input should be"),
        (["edit", "云杉", "--set", "remark=a", "--wait", "soon"], "--wait: expected a length such as '30 s'"),
        (["refile", "云杉"], "Missing option '--reason'"),
        (["refile", "云杉", "--reason", " "], "--reason: "),
        (["refile", "云杉", "--reason", "a", "--way", "letter"], "'update_sign', 'change_qualification', 'console'"),
        (["delete", "云杉"], "Missing option '--confirm'"),
        (["delete", "云杉", "--confirm", ""], "--confirm: "),
        (["delete", "云杉", "--confirm", "云杉", "--wait", "0s"], "--wait: expected a length above zero"),
        (["confirm", "云杉"], "Missing argument 'WORD'"),
        (["confirm", "云杉", "review"], "starter.py confirm NAME review approved|rejected|not_received"),
        (["confirm", "云杉", "review", "fine"], "starter.py confirm NAME usable mobile|unicom|telecom"),
        (["confirm", "云杉", "test", "mobile"], "starter.py confirm NAME test delivered mobile|unicom|telecom"),
        (["submit", "a.yaml", "--wait", "soon"], "--wait: expected a length"),
    ],
)
def test_what_cannot_be_read_ends_with_2(run: Run, arguments: list[str], told: str) -> None:
    ran = run(*arguments)

    assert ran.code == Exit.UNREADABLE
    assert told in ran.err
    assert ran.out == ""
