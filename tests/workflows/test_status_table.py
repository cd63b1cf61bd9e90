"""The help page's table of statuses (报备状态详解与故障排查), each row and each reason code as a life of its own."""

from datetime import timedelta

import pytest

from filing.advice import advice_for
from filing.gate import GateVerdict, gate
from filing.record import ActionCode, Event
from filing.report import FilingReport
from filing.vocabulary import CanSend, Carrier, CarrierStatus, Phase, ReasonCode
from tests.workflows.life import Filing, Life, application, events_of, new_life

MOBILE, UNICOM, TELECOM = Carrier.MOBILE, Carrier.UNICOM, Carrier.TELECOM
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

FAILED = [
    (ReasonCode.QUALIFICATION_ERROR, "当前签名关联资质不准确", "edit"),
    (ReasonCode.SIGNATURE_ERROR, "apply for a new signature, best with the source 企事业单位名", "replace"),
    (ReasonCode.SIGNATURE_QUALIFICATION_ERROR, "bind the qualification of the company the name belongs to", "edit"),
    (ReasonCode.ONE_CODE_MULTIPLE_SIGN, "extension code carries several signatures", "refile"),
    (ReasonCode.OTHERS_ERROR, "操作建议", "refile"),
    (ReasonCode.REGISTER_TIMEOUT, "go on testing in small numbers", "refile"),
]
EXPIRED = [
    (ReasonCode.NO_SEND_RECORD, "报备 again in the console", "refile"),
    (ReasonCode.EXT_CODE_RECYCLE, "报备 again in the console", "refile"),
    (ReasonCode.SUBPORT_RECYCLE, "签名合规治理", "edit"),
]
NOT_FILED = [
    (ReasonCode.UNBINDING_QUA, "bind an approved qualification", "look-now"),
    (ReasonCode.BINDING_INCOMPLETE_QUA, "当前签名关联资质不准确", "look-now"),
    (ReasonCode.NON_REGISTER, "click 报备 for this carrier", "look-now"),
]


async def stocked(life: Life, status: int, reasons: dict[Carrier, ReasonCode]) -> Filing:
    """A signature that existed before in one status, for a reason of its own at each carrier, and is followed now."""
    created = (await life.now() - 60 * DAY).isoformat()
    carriers = {carrier: {"status": status, "reason": reason} for carrier, reason in reasons.items()}
    signature = {
        "sign_name": "云杉科技",
        "created_at": created,
        "material": {"QualificationId": 900001},
        "carriers": carriers,
    }
    await life.control("POST", "/_sandbox/stock", {"signatures": [signature]})
    return await life.file(application())


def verdicts(report: FilingReport) -> dict[Carrier, GateVerdict]:
    answer = gate(report, list(Carrier), followed=True)
    return {each.carrier: each.verdict for each in answer.carriers}


def told(report: FilingReport, code: ActionCode, carrier: Carrier) -> tuple[str, str]:
    """What a person is told to do about a carrier, and the verb of the command that helps."""
    (action,) = [each for each in report.actions if (each.code, each.carrier) == (code, carrier)]
    return action.what, action.command.split()[1]


@pytest.mark.parametrize("three", [FAILED[:3], FAILED[3:]], ids=["qualification and name", "code, timeout, others"])
async def test_a_failed_filing_tells_for_each_reason_what_the_help_page_tells(
    three: list[tuple[ReasonCode, str, str]],
) -> None:
    async with new_life() as life:
        fates = {carrier.value: f"fail:{reason}" for carrier, (reason, _, _) in zip(Carrier, three, strict=True)}
        filing = await life.file(application(), fates=fates)
        report = await filing.until(
            "all failed",
            lambda seen: all(each.status is CarrierStatus.FAILED for each in seen.carriers.values()),
            within=30 * DAY,
            step=DAY,
        )
        for carrier, (reason, words, verb) in zip(Carrier, three, strict=True):
            assert [each.code for each in report.carriers[carrier].reasons] == [reason]
            assert report.carriers[carrier].reasons[0].text, "the platform's words, or else what the code means"
            what, command = told(report, ActionCode.FILING_FAILED, carrier)
            assert words in what
            assert command == verb
            assert len(events_of(report, Event.ROUND_ENDED, carrier)) == 1
        assert report.phase is Phase.INACTIVE
        assert set(verdicts(report).values()) == {GateVerdict.CLOSED}
        # Tests remain possible after a failure (若资质与签名都符合要求，请继续测试发送).
        assert "one message is being sent" in await filing.message("test_send", carrier="mobile")


async def test_a_lapsed_filing_tells_for_each_reason_what_the_help_page_tells() -> None:
    async with new_life() as life:
        reasons = dict(zip(Carrier, (reason for reason, _, _ in EXPIRED), strict=True))
        filing = await stocked(life, 2, reasons)
        await life.pass_time(HOUR)
        report = await filing.report()
        for carrier, (_, words, verb) in zip(Carrier, EXPIRED, strict=True):
            assert report.carriers[carrier].status is CarrierStatus.EXPIRED
            what, command = told(report, ActionCode.FILING_EXPIRED, carrier)
            assert words in what
            assert command == verb
            assert report.carriers[carrier].can_send is CanSend.NO
        assert report.phase is Phase.INACTIVE
        assert set(verdicts(report).values()) == {GateVerdict.CLOSED}


async def test_a_signature_that_was_never_filed_tells_for_each_reason_what_starts_it() -> None:
    async with new_life() as life:
        reasons = dict(zip(Carrier, (reason for reason, _, _ in NOT_FILED), strict=True))
        filing = await stocked(life, -2, reasons)
        report = await filing.until(
            "asked",
            lambda seen: any(action.code is ActionCode.NOT_FILED for action in seen.actions),
            within=3 * DAY,
            step=HOUR,
        )
        for carrier, (_, words, verb) in zip(Carrier, NOT_FILED, strict=True):
            what, command = told(report, ActionCode.NOT_FILED, carrier)
            assert words in what
            assert command == verb
        # A click on 报备 in the console is noticed by itself.
        await life.click_report("云杉科技", MOBILE)
        report = await filing.until(
            "filed",
            lambda seen: seen.carriers[MOBILE].status is CarrierStatus.REGISTERING,
            within=2 * DAY,
            step=HOUR,
        )
        assert report.carriers[MOBILE].round == 1
        assert not [action for action in report.actions if action.carrier is MOBILE]


async def test_registering_waits_and_says_when_it_is_due_late_and_unusual() -> None:
    async with new_life() as life:
        filing = await life.file(application(), fates=dict.fromkeys(Carrier, "silent"))
        report = await filing.until(
            "registering",
            lambda seen: seen.carriers[TELECOM].status is CarrierStatus.REGISTERING,
            within=2 * DAY,
            step=HOUR,
        )
        known = report.carriers[TELECOM]
        assert [reason.code for reason in known.reasons] == [ReasonCode.REGISTERING]
        assert known.can_send is CanSend.TRIAL
        assert not report.actions
        assert set(verdicts(report).values()) == {GateVerdict.WAIT}
        refused = await filing.refused("edit", set={"remark": "more"})
        assert "报备期间不可编辑签名" in refused

        report = await filing.until(
            "stalled",
            lambda seen: any(action.code is ActionCode.RESULT_STALLED for action in seen.actions),
            within=50 * DAY,
            step=DAY,
        )
        what, command = told(report, ActionCode.RESULT_STALLED, TELECOM)
        assert "a silent refusal, a slow carrier and one that cannot report back look the same" in what
        assert command == "ticket"
        for event in (Event.RESULT_OVERDUE, Event.RESULT_STALLED):
            assert len(events_of(report, event, TELECOM)) == 1, "said once"


async def test_pending_verification_is_proven_and_registered_stays_watched() -> None:
    async with new_life() as life:
        filing = await life.file(application(), fates=dict.fromkeys(Carrier, "days:3"))
        report = await filing.until(
            "pending",
            lambda seen: seen.carriers[UNICOM].status is CarrierStatus.PENDING_VERIFICATION,
            within=20 * DAY,
            step=HOUR,
        )
        assert [reason.code for reason in report.carriers[UNICOM].reasons] == [ReasonCode.DETECTING]
        assert report.carriers[UNICOM].can_send is CanSend.TRIAL

        report = await filing.until("active", lambda seen: seen.phase is Phase.ACTIVE, within=10 * DAY, step=HOUR)
        for carrier in Carrier:
            known = report.carriers[carrier]
            assert [reason.code for reason in known.reasons] == [ReasonCode.DETECT_SUCCESS]
            assert known.tests_delivered >= 1, "每个运营商至少成功发送一次测试短信"
            assert known.verified_at is not None
            (verdict,) = events_of(report, Event.ROUND_ENDED, carrier)
            arrived = min(test.receipt_at for test in known.tests if test.receipt_at is not None)
            assert timedelta(hours=23) < verdict.at - arrived < timedelta(hours=72)
        assert report.expires_at is not None
        assert not report.actions


def test_every_reason_code_is_in_one_of_these_lives() -> None:
    lived = {reason for reason, _, _ in (*FAILED, *EXPIRED, *NOT_FILED)}
    assert lived | {ReasonCode.REGISTERING, ReasonCode.DETECTING, ReasonCode.DETECT_SUCCESS} == set(ReasonCode)
    assert all(words in advice_for(reason) for reason, words, _ in (*FAILED, *EXPIRED, *NOT_FILED))
