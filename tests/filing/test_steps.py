from datetime import timedelta

import pytest

from filing.messages import FilingStart
from filing.policy import Policy
from filing.record import ActionCode, Event
from filing.requests import CheckOutcome, SubmitOutcome
from filing.snapshot import Finding, Refusal
from filing.state import FilingState
from filing.steps import close, meet_deadlines, open_filing, take_check, take_submission
from filing.vocabulary import Carrier, CarrierStatus, Phase, ReviewStatus
from tests.filing.builders import DAY, HOUR, START, application, filing_on, look, new_state, snapshot


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
