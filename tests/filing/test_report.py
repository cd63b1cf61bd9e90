import json
from datetime import datetime

import pytest

from filing.amending import queue, wish_of
from filing.amendment import AmendmentStage, Confirmation, Deletion, Replacement
from filing.report import FilingReport, report_on
from filing.round_state import SendState
from filing.rounds import close_round, take_news
from filing.snapshot import CarrierReading, Reason, SignatureSnapshot
from filing.state import FilingState
from filing.steps import refresh_phase
from filing.vocabulary import CanSend, Carrier, CarrierStatus, Phase, ReviewStatus, RoundOutcome
from tests.filing.builders import (
    DAY,
    HOUR,
    START,
    all_carriers,
    ended,
    filing_on,
    look,
    new_state,
    reading,
    round_of,
    sent_test,
)
from tests.filing.edits import NEW, NEXT_ORDER, OLD, WRITTEN_AT, edit, filed, handed_in, refile, shows


def reported(state: FilingState, now: datetime = START) -> FilingReport:
    refresh_phase(state)
    return report_on(state, "filing/acme/云杉科技", now)


def test_a_new_filing_is_reported_with_everything_unknown_as_null() -> None:
    report = json.loads(reported(new_state()).model_dump_json())

    assert report["workflow_id"] == "filing/acme/云杉科技"
    assert (report["account"], report["sign_name"], report["phase"]) == ("acme", "云杉科技", "CHECKING")
    assert report["review"]["status"] == "NOT_SUBMITTED"
    assert list(report["carriers"]) == ["mobile", "unicom", "telecom"]
    for shown in report["carriers"].values():
        assert shown["status"] == "NOT_FILED"
        assert shown["label"] == "未报备"
        assert [shown[date] for date in ("submitted_at", "result_due_at", "result_at", "verified_at")] == [None] * 4
        assert (shown["round"], shown["tests_sent"], shown["can_send"]) == (0, 0, "no")
    assert report["expires_at"] is None
    assert report["actions"] == []


def test_a_report_changes_nothing() -> None:
    """It answers a query, in which a workflow must not change."""
    state = new_state()
    before = state.model_copy(deep=True)

    report_on(state, "id", START)

    assert state == before


def test_moments_carry_a_zone() -> None:
    report = json.loads(reported(filing_on(CarrierStatus.REGISTERED)).model_dump_json())

    moments = [report["expires_at"], report["next_due_at"], report["review"]["reviewed_at"]]
    moments += [line["at"] for line in report["records"]]
    assert all(datetime.fromisoformat(moment).tzinfo for moment in moments)


def test_a_reason_is_shown_in_the_platforms_words_or_else_in_ours() -> None:
    state = new_state()
    given = (
        Reason(code="QUALIFICATION_ERROR", text="资质证照不清晰"),
        Reason(code="SIGNATURE_ERROR"),
        Reason(code="BRAND_NEW"),
    )
    failed = CarrierReading(status=CarrierStatus.FAILED, platform_code=0, reasons=given)
    look(state, START, SignatureSnapshot(review=ReviewStatus.APPROVED, carriers={Carrier.MOBILE: failed}))

    shown = reported(state).carriers[Carrier.MOBILE]

    assert [(reason.code, reason.text) for reason in shown.reasons] == [
        ("QUALIFICATION_ERROR", "资质证照不清晰"),
        ("SIGNATURE_ERROR", "签名不符合运营商签名实名规范要求"),
        ("BRAND_NEW", ""),
    ]
    assert shown.platform_code == 0


def test_the_dates_are_those_of_the_current_or_last_round() -> None:
    state = filing_on(CarrierStatus.REGISTERING)
    opened = round_of(state)

    shown = reported(state).carriers[Carrier.MOBILE]
    assert (shown.submitted_at, shown.result_due_at, shown.stalled_at) == (START, opened.due_at, opened.stalled_at)
    assert (shown.round, shown.round_open, shown.result_at) == (1, True, None)

    look(state, START + DAY, all_carriers(CarrierStatus.REGISTERED))
    close_round(state, ended(round_of(state), RoundOutcome.REGISTERED), START + DAY)
    shown = reported(state).carriers[Carrier.MOBILE]
    assert (shown.round, shown.round_open) == (1, False)
    assert (shown.result_at, shown.verified_at) == (START + DAY, START + DAY)
    assert shown.submitted_at == START


def test_tests_of_the_round_and_beside_it_are_counted() -> None:
    state = filing_on(CarrierStatus.REGISTERED)
    known = state.carrier(Carrier.MOBILE)
    known.extra_tests = [
        sent_test(9, state=SendState.DELIVERED, settled_at=START),
        sent_test(10, state=SendState.NOT_SENT),
    ]
    anew = filing_on(CarrierStatus.PENDING_VERIFICATION)
    anew.carrier(Carrier.MOBILE).extra_tests = known.extra_tests
    tests = [sent_test(1, state=SendState.UNCLEAR), sent_test(2, state=SendState.DELIVERED, settled_at=START)]
    take_news(anew, ended(round_of(anew).model_copy(update={"tests": tests}), None))

    assert [reported(state).carriers[Carrier.MOBILE].tests_sent, known.rounds] == [1, 0]
    shown = reported(anew).carriers[Carrier.MOBILE]
    assert (shown.tests_sent, shown.tests_delivered) == (3, 2)


@pytest.mark.parametrize(("delivered", "allowed"), [(2, CanSend.TRIAL), (3, CanSend.BULK)])
def test_the_gate_of_bulk_sending_is_as_of_now(delivered: int, allowed: CanSend) -> None:
    state = filing_on(CarrierStatus.REGISTERED)
    state.carrier(Carrier.MOBILE).deliveries = [START + number * HOUR for number in range(delivered)]

    assert reported(state, START + DAY).carriers[Carrier.MOBILE].can_send is allowed
    assert reported(state, START + 60 * DAY).carriers[Carrier.MOBILE].can_send is CanSend.TRIAL


def test_what_a_person_must_do_is_reported_with_a_command() -> None:
    state = new_state()
    failed = {Carrier.TELECOM: reading(CarrierStatus.FAILED, "QUALIFICATION_ERROR")}
    look(state, START, SignatureSnapshot(review=ReviewStatus.APPROVED, carriers=failed))

    report = reported(state)

    (action,) = report.actions
    assert (action.code, action.carrier) == ("FILING_FAILED", Carrier.TELECOM)
    assert "QUALIFICATION_ERROR" in action.why
    assert action.command
    assert report.phase is Phase.INACTIVE


# Edits, words, and what else people asked for


def test_an_edit_is_reported_from_the_wish_to_the_verdict() -> None:
    state = filed()
    assert reported(state).edit is None
    handed_in(state, edit(reason="new licence"))

    shown = reported(state).edit
    assert shown is not None
    assert (shown.kind, shown.way, shown.stage, shown.label) == ("edit", "update_sign", "IN_REVIEW", "审核中")
    assert (shown.order_id, shown.by, shown.reason, shown.request_id) == (NEXT_ORDER, "ann", "new licence", "r-1")
    assert shown.changes == {"qualification_id": (str(OLD), str(NEW))}
    assert (shown.asked_at, shown.submitted_at, shown.overdue_at) == (START, WRITTEN_AT, WRITTEN_AT + DAY)
    assert (shown.ended_at, shown.unclear) == (None, False)

    look(state, WRITTEN_AT + DAY, shows(CarrierStatus.REGISTERING, order_id=NEXT_ORDER, qualification_id=NEW))
    shown = reported(state).edit
    assert shown is not None
    assert (shown.stage, shown.label, shown.ended_by) == (AmendmentStage.APPROVED, "审核通过", "platform")
    assert shown.ended_at == WRITTEN_AT + DAY
    assert reported(state).application.qualification_id == NEW


def test_what_waits_is_reported_in_words_with_what_may_be_filed_anew() -> None:
    state = filed(CarrierStatus.REGISTERING)
    assert reported(state).queued_edit is None
    queue(state, wish_of(state, refile(carrier="telecom", accept_reset="mobile"), START, "r-2"), START)

    shown = reported(state).queued_edit

    assert shown is not None
    assert (shown.kind, shown.summary) == ("refile", "重新报备 电信 telecom; lapsed")
    assert (shown.accept_reset, shown.by, shown.request_id) == ([Carrier.MOBILE], "ann", "r-2")


def test_a_persons_word_is_reported_apart_from_the_status() -> None:
    state = filing_on(CarrierStatus.REGISTERING)
    word = Confirmation(by="bob", at=START, reason="sent 500")
    state.carrier(Carrier.MOBILE).usable_word = word
    state.carrier(Carrier.MOBILE).told_deliveries = [word, word]

    shown = reported(state).carriers[Carrier.MOBILE]

    assert (shown.status, shown.usable_by_word, shown.deliveries_by_word) == (CarrierStatus.REGISTERING, word, 2)
    assert shown.can_send is CanSend.BULK
    assert "bob" in shown.can_send_reason
    assert reported(state).carriers[Carrier.UNICOM].usable_by_word is None


def test_a_deletion_and_a_replacement_show() -> None:
    state = filed()
    assert (reported(state).deleting, reported(state).replaces) == (False, None)

    state.deletion = Deletion(by="ann", asked_at=START)
    state.replaces = Replacement(sign_name="旧名", by="ann")
    assert (reported(state).deleting, reported(state).replaces) == (True, "旧名")
