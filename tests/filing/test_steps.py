from datetime import timedelta

import pytest

from filing.amending import queue, wish_of
from filing.amendment import Deletion, Replacement
from filing.messages import EarlierFiling, Edit, FilingStart, ReplacementReady
from filing.policy import Policy
from filing.record import ActionCode, Event, Record
from filing.requests import CheckOutcome, DeleteOutcome, SubmitOutcome
from filing.snapshot import Finding, Refusal
from filing.state import FilingState
from filing.steps import (
    close,
    meet_deadlines,
    open_filing,
    replacement_ready,
    take_check,
    take_deletion,
    take_edit_before_submission,
    take_replacement_ready,
    take_submission,
)
from filing.vocabulary import Carrier, CarrierStatus, Phase, ReviewStatus
from tests.filing.builders import DAY, HOUR, START, application, filing_on, look, new_state, snapshot
from tests.filing.edits import NEW, edit, filed, handed_in, shows


def finding(code: str = "NAME_LENGTH", severity: str = "reject") -> Finding:
    return Finding(code=code, field="sign_name", part="x", severity=severity, rule="the rule", advice="the advice")


def asked(state: FilingState) -> list[ActionCode]:
    return [action.code for action in state.actions]


def test_a_filing_opens_with_its_application_and_policy() -> None:
    policy = Policy(name="mine")
    state = open_filing(FilingStart(application=application(), policy=policy, by="ann"), at=START, run_id="run-9")

    assert (state.application, state.policy, state.origin_run_id) == (application(), policy, "run-9")
    assert [(line.event, line.by, line.at) for line in state.records] == [(Event.OPENED, "ann", START)]
    assert state.phase is Phase.CHECKING


def test_a_policy_that_was_asked_for_stays_and_otherwise_the_accounts_is_taken() -> None:
    mine, accounts = Policy(name="mine"), Policy(name="account's")
    passed = CheckOutcome(findings=[], policy=accounts)
    for asked_for, expected in ((mine, mine), (None, accounts)):
        state = open_filing(FilingStart(application=application(), policy=asked_for), at=START, run_id="run-9")

        take_check(state, passed, START)

        assert state.policy == expected


def test_a_start_without_an_application_says_so() -> None:
    with pytest.raises(ValueError, match="application: missing"):
        open_filing(FilingStart(), at=START, run_id="run-9")


def test_findings_that_reject_are_told_all_at_once_and_taken_back_when_cured() -> None:
    state = new_state()

    assert not take_check(state, CheckOutcome(findings=[finding("A"), finding("B")]), START)
    assert asked(state) == [ActionCode.FIX_APPLICATION]
    assert state.actions[0].detail.count("the advice") == 2

    assert take_check(state, CheckOutcome(findings=[]), START + HOUR)
    assert state.actions == []
    assert [line.event for line in state.records] == [Event.CHECK_FAILED, Event.CHECK_PASSED]


def test_a_finding_that_only_warns_lets_it_pass() -> None:
    assert take_check(new_state(), CheckOutcome(findings=[finding(severity="warn")]), START)


def test_carriers_without_a_test_phone_are_named_before_it_matters() -> None:
    state = new_state()

    assert take_check(state, CheckOutcome(findings=[], missing_phones=[Carrier.UNICOM]), START)

    assert asked(state) == [ActionCode.NO_TEST_PHONE]
    assert "联通" in state.actions[0].detail


def test_a_submission_is_in_review_and_nothing_older_counts() -> None:
    state = new_state()
    overdue_at = START + 2 * DAY

    take_submission(state, SubmitOutcome(at=START, order_id="20001", review_overdue_at=overdue_at))

    assert state.review.status is ReviewStatus.IN_REVIEW
    assert (state.review.order_id, state.review.submitted_at, state.review.overdue_at) == ("20001", START, overdue_at)
    assert state.written_at == START
    assert not state.adopted


def test_an_adopted_signature_is_taken_as_the_platform_shows_it() -> None:
    state = new_state()

    take_submission(state, SubmitOutcome(at=START, adopted=True, review_overdue_at=START + 2 * DAY))
    assert state.phase is Phase.CHECKING
    assert state.snapshot is None
    look(state, START + HOUR, snapshot(mobile=CarrierStatus.REGISTERED))

    assert state.adopted
    assert state.review.status is ReviewStatus.APPROVED
    assert state.carrier(Carrier.MOBILE).status is CarrierStatus.REGISTERED


@pytest.mark.parametrize(("account", "code"), [(True, ActionCode.FIX_ACCOUNT), (False, ActionCode.SUBMIT_REFUSED)])
def test_a_refused_submission_asks_for_a_person_until_it_succeeds(account: bool, code: ActionCode) -> None:
    state = new_state()

    take_submission(state, SubmitOutcome(at=START, refusal=Refusal(code="isv.X", text="no", account=account)))
    assert asked(state) == [code]
    assert state.actions[0].detail == "isv.X: no"
    assert state.review.submitted_at is None

    take_submission(state, SubmitOutcome(at=START + HOUR, order_id="1", review_overdue_at=START + DAY))
    assert state.actions == []


def test_an_overdue_review_is_told_once_with_its_order_id() -> None:
    state = new_state()
    take_submission(state, SubmitOutcome(at=START, order_id="20001", review_overdue_at=START + DAY))

    meet_deadlines(state, START + DAY - timedelta(seconds=1))
    assert state.actions == []
    for days in (1, 2, 3):
        meet_deadlines(state, START + days * DAY)

    assert asked(state) == [ActionCode.REVIEW_OVERDUE]
    assert "20001" in state.actions[0].detail
    assert sum(line.event is Event.REVIEW_OVERDUE for line in state.records) == 1


def test_a_review_that_was_decided_in_time_is_never_overdue() -> None:
    state = new_state()
    take_submission(state, SubmitOutcome(at=START, order_id="20001", review_overdue_at=START + DAY))
    look(state, START + HOUR, snapshot())

    meet_deadlines(state, START + 5 * DAY)

    assert ActionCode.REVIEW_OVERDUE not in asked(state)


def test_a_released_filing_asks_for_nothing() -> None:
    state = filing_on(CarrierStatus.FAILED)

    close(state, at=START + DAY, by="ann", why="not needed")

    assert state.phase is Phase.RELEASED
    assert state.actions == []
    assert (state.records[-1].event, state.records[-1].by, state.records[-1].detail) == (
        Event.RELEASED,
        "ann",
        "not needed",
    )


# What an earlier filing of the name left


def test_a_name_that_was_filed_before_keeps_its_records_and_uses_no_number_twice() -> None:
    line = Record(at=START - DAY, by="ann", event=Event.RELEASED)
    earlier = EarlierFiling(rounds={Carrier.TELECOM: 4}, records=[line])

    state = open_filing(FilingStart(application=application(), earlier=earlier), at=START, run_id="run-9")
    opened = look(state, START, snapshot(telecom=CarrierStatus.REGISTERING, mobile=CarrierStatus.REGISTERING)).to_start

    assert [record.event for record in state.records][:2] == [Event.RELEASED, Event.OPENED]
    assert {each.carrier: each.round for each in opened} == {Carrier.MOBILE: 1, Carrier.TELECOM: 5}


# Edits before the submission


def test_an_edit_before_the_submission_changes_the_application_and_has_it_checked_anew() -> None:
    state = new_state()
    take_check(state, CheckOutcome(findings=[finding()]), START)
    take_submission(state, SubmitOutcome(at=START, refusal=Refusal(code="isv.X", text="no")))
    state.queued = wish_of(state, edit(), START, "")

    take_edit_before_submission(state, START + HOUR)

    assert state.application.qualification_id == NEW
    assert state.queued is None
    assert (state.findings, state.submit_refusal, state.actions) == ([], None, [])
    assert (state.records[-1].event, state.records[-1].by) == (Event.EDITED, "ann")


def test_without_an_edit_nothing_is_checked_anew() -> None:
    state = new_state()
    take_check(state, CheckOutcome(findings=[finding()]), START)
    before = state.model_copy(deep=True)

    take_edit_before_submission(state, START + HOUR)

    assert state == before


# Deletion


def being_deleted() -> FilingState:
    state = filed(CarrierStatus.FAILED)
    queue(state, wish_of(state, Edit(set={"remark": "x"}), START, ""), START)
    state.deletion = Deletion(by="ann", reason="merged", asked_at=START)
    return state


def test_a_deleted_signature_closes_its_filing_and_drops_what_waited() -> None:
    state = being_deleted()

    take_deletion(state, DeleteOutcome(at=START + HOUR))

    assert (state.phase, state.deletion, state.queued, state.actions) == (Phase.DELETED, None, None, [])
    assert [record.event for record in state.records][-2:] == [Event.EDIT_DROPPED, Event.DELETED]
    assert (state.records[-1].by, state.records[-1].detail) == ("ann", "merged")


def test_a_signature_that_was_gone_already_says_so() -> None:
    state = being_deleted()

    take_deletion(state, DeleteOutcome(at=START + HOUR, was_gone=True))

    assert state.phase is Phase.DELETED
    assert state.records[-1].detail == "the platform knew it no more; merged"


def test_a_refused_deletion_is_a_question_and_the_filing_goes_on_with_what_waits() -> None:
    state = being_deleted()

    take_deletion(state, DeleteOutcome(at=START + HOUR, refusal=Refusal(code="TRAFFIC", text="in use")))

    assert not state.phase.closed
    assert state.deletion is None
    assert state.queued is not None
    (action,) = [each for each in state.actions if each.code is ActionCode.DELETE_REFUSED]
    assert action.detail == "TRAFFIC: in use"
    assert state.records[-1].event is Event.DELETE_REFUSED


def test_an_answer_to_no_deletion_deletes_nothing() -> None:
    state = filed()

    take_deletion(state, DeleteOutcome(at=START + HOUR))

    assert not state.phase.closed


def test_a_filing_that_is_released_forgets_what_waited() -> None:
    state = filed(CarrierStatus.REGISTERING)
    queue(state, wish_of(state, edit(), START, ""), START)

    close(state, at=START + DAY, by="bob", why="")

    assert (state.queued, state.actions, state.phase) == (None, [], Phase.RELEASED)
    assert [(record.event, record.by) for record in state.records][-2:] == [
        (Event.EDIT_DROPPED, "bob"),
        (Event.RELEASED, "bob"),
    ]


# Taking the place of another


@pytest.mark.parametrize(
    ("wanted", "usable", "ready"),
    [
        ((), (), False),
        ((), (Carrier.TELECOM,), True),
        ((Carrier.MOBILE,), (Carrier.TELECOM,), False),
        ((Carrier.MOBILE, Carrier.UNICOM), (Carrier.MOBILE,), False),
        ((Carrier.MOBILE,), (Carrier.MOBILE, Carrier.TELECOM), True),
    ],
)
def test_the_old_signature_may_go_once_the_new_is_usable_where_it_was(
    wanted: tuple[Carrier, ...], usable: tuple[Carrier, ...], ready: bool
) -> None:
    state = filed(dict.fromkeys(usable, CarrierStatus.REGISTERED))
    state.replaces = Replacement(sign_name="旧名", carriers=wanted, by="ann")

    assert replacement_ready(state, START) is ready
    assert not replacement_ready(state, START + DAY), "it is told once"
    assert (state.records[-1].event is Event.REPLACEMENT_READY) is ready


def test_who_replaces_nothing_tells_nobody() -> None:
    assert not replacement_ready(filed(), START)


def test_that_another_took_its_place_is_a_persons_decision() -> None:
    state = filed()

    take_replacement_ready(state, ReplacementReady(sign_name="新名", carriers=(Carrier.MOBILE,)), START)

    assert asked(state) == [ActionCode.REPLACED]
    assert "【新名】 is usable: 移动 mobile" in state.actions[0].detail
    assert not state.phase.closed


def test_a_review_that_is_late_names_the_order_of_the_edit_that_is_reviewed() -> None:
    state = filed()
    handed_in(state, order_id="20077")
    look(state, START + 2 * HOUR, shows(review=ReviewStatus.IN_REVIEW))

    meet_deadlines(state, START + 9 * DAY)

    assert asked(state) == [ActionCode.REVIEW_OVERDUE]
    assert "order 20077" in state.actions[0].detail
