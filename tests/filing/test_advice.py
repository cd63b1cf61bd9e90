import pytest

from filing.advice import advice_for, advise, told_together
from filing.observing import reading_detail
from filing.record import Action, ActionCode
from filing.vocabulary import Carrier, CarrierStatus, ReasonCode
from tests.filing.builders import START, reading

# The reasons of 报备中, 已报备待验证 and 报备成功 want nothing of anybody.
QUIET = {ReasonCode.REGISTERING, ReasonCode.DETECTING, ReasonCode.DETECT_SUCCESS}
OTHERS = advice_for("OTHERS_ERROR")


@pytest.mark.parametrize("code", sorted(set(ReasonCode) - QUIET - {ReasonCode.OTHERS_ERROR}))
def test_every_reason_for_a_failure_has_advice_of_its_own(code: ReasonCode) -> None:
    assert advice_for(code.value) != OTHERS


def test_a_reason_that_nobody_documented_leads_to_the_console() -> None:
    assert advice_for("BRAND_NEW") == OTHERS
    assert advice_for("") == OTHERS
    assert "操作建议" in OTHERS


def test_several_reasons_are_advised_once_each() -> None:
    codes = ("SIGNATURE_ERROR", "QUALIFICATION_ERROR", "BINDING_INCOMPLETE_QUA", "BRAND_NEW")
    failed = reading(CarrierStatus.FAILED, *codes)

    advice = advice_for(reading_detail(failed))

    assert advice == f"{advice_for('SIGNATURE_ERROR')}; {advice_for('QUALIFICATION_ERROR')}"


@pytest.mark.parametrize("carrier", [None, *Carrier])
@pytest.mark.parametrize("code", ActionCode)
def test_every_action_has_words_and_a_command_for_this_filing(code: ActionCode, carrier: Carrier | None) -> None:
    action = Action(code=code, carrier=carrier, detail="the {detail} %s", since=START)

    advice = advise(action, "云杉科技", "acme")

    assert advice.what
    assert "the {detail} %s" in advice.why, "the platform's words are shown as they came"
    assert advice.what == " ".join(advice.what.split())
    assert advice.command.startswith("starter.py ")
    assert "云杉科技 --account acme" in advice.command


def test_a_command_that_takes_a_carrier_names_it() -> None:
    stalled = Action(code=ActionCode.RESULT_STALLED, carrier=Carrier.UNICOM, since=START)
    rejected = Action(code=ActionCode.EDIT_REJECTED, carrier=Carrier.UNICOM, since=START)

    assert advise(stalled, "云杉科技", "acme").command.endswith("--carrier unicom")
    assert "--carrier" not in advise(rejected, "云杉科技", "acme").command


@pytest.mark.parametrize(
    ("reasons", "command"),
    [
        ("QUALIFICATION_ERROR", "edit 云杉科技 --account acme --set qualification_id=ID"),
        ("SIGNATURE_ERROR", "replace 云杉科技 --account acme NEW.yaml"),
        ("REGISTER_TIMEOUT", "refile 云杉科技 --account acme --carrier telecom --reason TEXT"),
        ("NO_SEND_RECORD", "refile 云杉科技 --account acme --carrier telecom --reason TEXT"),
        ("SUBPORT_RECYCLE", "edit 云杉科技 --account acme --set FIELD=VALUE"),
        ("BRAND_NEW", "refile 云杉科技 --account acme --carrier telecom --reason TEXT"),
    ],
)
def test_each_reason_leads_to_the_command_that_helps(reasons: str, command: str) -> None:
    failed = Action(code=ActionCode.FILING_FAILED, carrier=Carrier.TELECOM, detail=reasons, since=START)

    assert advise(failed, "云杉科技", "acme").command == f"starter.py {command}"


def test_what_is_the_same_at_several_carriers_is_told_once_with_a_command_for_each() -> None:
    lapsed = [
        Action(code=ActionCode.FILING_EXPIRED, carrier=carrier, detail="NO_SEND_RECORD", since=START)
        for carrier in (Carrier.MOBILE, Carrier.TELECOM)
    ]
    other = Action(code=ActionCode.FILING_EXPIRED, carrier=Carrier.UNICOM, detail="EXT_CODE_RECYCLE", since=START)
    near = Action(code=ActionCode.EXPIRY_NEAR, detail="in June", since=START)

    told = told_together([advise(action, "云杉科技", "acme") for action in (lapsed[0], other, near, lapsed[1])])

    assert [len(advice.commands) for advice in told] == [2, 1, 1]
    assert told[0].what.startswith("移动 mobile, 电信 telecom: check that")
    assert told[1].what.startswith("联通 unicom: check that")
    assert told[2].what == "send a message under this signature if it is still needed"


WRONG_PAPERS = ("资质管理 > 编辑", "bind another approved one", "资质管理 > 新增资质", "by itself after the review")
LAPSED = ("check that signature and qualification are right", "报备 again in the console", "bind another approved")


@pytest.mark.parametrize(
    ("reason", "steps"),
    [
        ("UNBINDING_QUA", ("bind an approved qualification", "starts by itself")),
        ("BINDING_INCOMPLETE_QUA", WRONG_PAPERS),
        ("NON_REGISTER", ("bind an approved qualification (编辑签名)", "click 报备")),
        ("QUALIFICATION_ERROR", WRONG_PAPERS),
        ("SIGNATURE_ERROR", ("bind another approved qualification", "apply for a new signature")),
        (
            "REGISTER_TIMEOUT",
            (
                "check the name against the rules",
                "stop using it and apply for a new signature",
                "企事业单位名",
                "go on testing in small numbers",
                "change or edit the qualification",
            ),
        ),
        ("NO_SEND_RECORD", (*LAPSED, "deleted for ever")),
        ("EXT_CODE_RECYCLE", LAPSED),
        ("SUBPORT_RECYCLE", ("if they are right, 报备 again", "correct the signature (编辑签名)", "filed again")),
    ],
)
def test_each_reason_is_answered_with_every_step_of_the_help_page(reason: str, steps: tuple[str, ...]) -> None:
    advice = advice_for(reason)

    assert [step for step in steps if step not in advice] == []


def test_tests_without_a_verdict_lead_to_the_codes_and_what_they_may_mean() -> None:
    spent = Action(code=ActionCode.TESTS_SPENT, carrier=Carrier.UNICOM, detail="12 sent", since=START)

    what = advise(spent, "云杉科技", "acme").what

    assert "发送记录" in what
    assert "correct the qualification (编辑签名) or replace a name that breaks the rules" in what


def test_codes_about_the_filing_lead_to_qualification_and_name_and_to_more_tests() -> None:
    doubt = Action(code=ActionCode.RECEIPTS_DOUBT, carrier=Carrier.TELECOM, detail="PORT_NOT_REGISTERED", since=START)

    advice = advise(doubt, "云杉科技", "acme")

    assert "check that the qualification is right" in advice.what
    assert "签名实名合规要求" in advice.what
    assert "where both are right, go on testing" in advice.what
    assert "PORT_NOT_REGISTERED, none delivered" in advice.why
    assert advice.command == "starter.py edit 云杉科技 --account acme --set qualification_id=ID"


@pytest.mark.parametrize("carrier", Carrier)
def test_a_failed_carrier_is_named_in_both_languages(carrier: Carrier) -> None:
    action = Action(code=ActionCode.FILING_FAILED, carrier=carrier, detail="SIGNATURE_ERROR", since=START)

    what = advise(action, "云杉科技", "acme").what

    assert carrier.label in what
    assert carrier.value in what
    assert advice_for("SIGNATURE_ERROR") in what
