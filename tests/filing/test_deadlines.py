import pytest

from filing.amending import ask_in_console, wish_of
from filing.deadlines import confirm_missing_at, next_due_at, next_wake, reading_plan
from filing.requests import AmendResult
from filing.rounds import broke
from filing.state import FilingState
from filing.steps import meet_deadlines
from filing.vocabulary import Carrier, CarrierStatus, ReviewStatus
from tests.filing.builders import (
    DAY,
    HOUR,
    NOT_FOUND,
    START,
    all_carriers,
    dates,
    filing_on,
    look,
    new_state,
    round_of,
    snapshot,
)
from tests.filing.edits import WRITTEN_AT, filed, handed_in, refile, shows


def under_review() -> FilingState:
    state = new_state()
    state.review.submitted_at, state.review.overdue_at = START, START + 2 * DAY
    look(state, START, snapshot(ReviewStatus.IN_REVIEW))
    return state


def intervals(state: FilingState) -> list[list[float]]:
    return [[step.every_seconds for step in plan] for plan in reading_plan(state)[0]]


def test_a_new_filing_waits_for_no_date() -> None:
    assert next_wake(new_state()) is None
    assert next_due_at(new_state()) is None


def test_a_review_wakes_once_when_it_is_overdue() -> None:
    state = under_review()

    wake = next_wake(state)
    assert wake is not None
    assert wake.at == START + 2 * DAY
    assert "审核" in wake.why

    meet_deadlines(state, wake.at)
    assert next_wake(state) is None


def test_each_deadline_of_the_filing_wakes_it_and_lets_go_once_met() -> None:
    """A deadline that stayed would ring for ever."""
    state = filing_on(CarrierStatus.NOT_FILED)
    broke(state, Carrier.MOBILE, "a bug", START)
    broke(state, Carrier.MOBILE, "a bug", START)
    restart = next_wake(state)
    assert restart is not None
    assert restart.at == state.carrier(Carrier.MOBILE).restart_at
    state.carrier(Carrier.MOBILE).restart_at = None

    not_filed = next_wake(state)
    assert not_filed is not None
    assert not_filed.at == START + state.policy.not_filed_grace
    meet_deadlines(state, not_filed.at)
    assert next_wake(state) is None


def test_the_guard_wakes_the_filing_unless_it_is_at_work_or_may_not_read() -> None:
    state = filing_on(CarrierStatus.REGISTERED)

    wake = next_wake(state)
    assert wake is not None
    assert wake.at == state.guard.next_check_at
    assert next_wake(state, guard_at_work=True) is None

    state.paused = True
    assert next_wake(state) is None, "a paused filing does not check the traffic, so its timer would ring for ever"


def test_rounds_keep_their_own_deadlines() -> None:
    assert next_wake(filing_on(CarrierStatus.REGISTERING)) is None


def test_the_first_deadline_wins() -> None:
    state = filing_on(CarrierStatus.REGISTERED)
    state.not_filed_at = START + DAY

    wake = next_wake(state)

    assert wake is not None
    assert wake.at == START + DAY
    assert "not filed" in wake.why


def test_two_looks_miss_a_signature_before_it_is_called_gone_also_at_night() -> None:
    state = filing_on(CarrierStatus.REGISTERED)
    night = START + 12 * HOUR
    look(state, night, NOT_FOUND)

    second_look = confirm_missing_at(state)
    assert second_look == night + state.policy.review_read_every
    assert second_look in reading_plan(state)[1]

    look(state, second_look, NOT_FOUND)
    assert confirm_missing_at(state) is None
    assert second_look not in reading_plan(state)[1]


@pytest.mark.parametrize(
    ("status", "slowest"),
    [(CarrierStatus.REGISTERED, True), (CarrierStatus.REGISTERING, False), (CarrierStatus.PENDING_VERIFICATION, False)],
)
def test_a_filing_with_nothing_open_is_read_at_the_guards_pace_alone(status: CarrierStatus, slowest: bool) -> None:
    weekly = DAY.total_seconds() * 7

    assert (intervals(filing_on(status)) == [[weekly]]) is slowest


def test_the_plan_of_a_carrier_follows_its_dates() -> None:
    state = filing_on(CarrierStatus.REGISTERING)
    plans, moments = reading_plan(state)
    given = dates(START)

    assert [[step.since for step in plan] for plan in plans[1:]] == [[START, given.faster_at, given.due_at]] * 3
    assert moments == [given.due_at, given.stalled_at], "shared by three carriers, wanted once"


def test_the_plan_changes_only_with_the_state() -> None:
    """The reader at work is disturbed when its request changes, so the plan must not depend on the time."""
    state = filing_on(CarrierStatus.REGISTERING)
    before = reading_plan(state)

    look(state, START + 3 * DAY, all_carriers(CarrierStatus.REGISTERING))

    assert reading_plan(state) == before


def test_a_round_with_its_verdict_is_read_no_faster() -> None:
    state = filing_on(CarrierStatus.REGISTERING)
    look(state, START + DAY, all_carriers(CarrierStatus.REGISTERED))

    assert len(intervals(state)) == 1


def test_the_next_date_for_a_person() -> None:
    assert next_due_at(under_review()) == START + 2 * DAY

    state = filing_on(CarrierStatus.REGISTERING)
    assert next_due_at(state) == round_of(state).due_at

    state = filing_on(CarrierStatus.REGISTERED)
    assert next_due_at(state) == state.guard.next_check_at


# Edits


def test_an_edit_under_review_wakes_the_filing_when_it_is_unclear_and_when_it_is_late() -> None:
    state = filed(CarrierStatus.FAILED)
    handed_in(state, result=AmendResult.UNCLEAR)
    wakes = []
    while (wake := next_wake(state)) is not None:
        wakes.append((wake.at, "edit" in wake.why))
        meet_deadlines(state, wake.at)

    assert wakes == [(WRITTEN_AT + state.policy.send_unclear_after, True), (WRITTEN_AT + DAY, True)]


def test_an_edit_that_shows_as_in_review_wakes_as_any_review() -> None:
    state = filed(CarrierStatus.FAILED)
    handed_in(state)
    look(state, WRITTEN_AT + HOUR, shows(CarrierStatus.FAILED, review=ReviewStatus.IN_REVIEW))

    wake = next_wake(state)
    assert wake is not None
    assert wake.at == WRITTEN_AT + DAY, "the date that was computed for this very edit"
    meet_deadlines(state, wake.at)
    assert next_wake(state) is None


def test_an_edit_under_review_is_read_like_a_review_until_it_is_late() -> None:
    state = filed(CarrierStatus.REGISTERED)
    handed_in(state)
    plans, moments = reading_plan(state)

    (plan,) = plans[1:]
    policy = state.policy
    assert [(step.since, step.every_seconds) for step in plan] == [
        (state.opened_at, policy.review_read_every.total_seconds()),
        (WRITTEN_AT + DAY, policy.registering_read_every.total_seconds()),
    ]
    assert plan[0].hours == policy.review_hours
    assert WRITTEN_AT + DAY in moments


def test_an_unclear_write_is_looked_at_again_before_anybody_is_asked() -> None:
    state = filed(CarrierStatus.REGISTERED)
    handed_in(state, result=AmendResult.UNCLEAR)

    assert WRITTEN_AT + state.policy.send_unclear_after in reading_plan(state)[1]


def test_a_click_in_the_console_is_looked_for_hourly_on_the_day_on_which_it_was_asked() -> None:
    state = filed(CarrierStatus.EXPIRED)
    state.actions.clear()
    ask_in_console(state, wish_of(state, refile(way="console"), START, ""), START)
    plans, _ = reading_plan(state)

    hour, day, week = HOUR.total_seconds(), DAY.total_seconds(), 7 * DAY.total_seconds()
    assert [[(step.since, step.every_seconds) for step in plan] for plan in plans[1:]] == [
        [(START, day)],
        [(START, hour), (START + DAY, week)],
    ]


def test_a_rejected_edit_is_looked_at_daily_for_it_may_be_mended_in_the_console() -> None:
    state = filed(CarrierStatus.REGISTERED)
    handed_in(state)
    look(state, WRITTEN_AT + HOUR, shows(order_id="20009"))

    assert intervals(state) == [[7 * DAY.total_seconds()], [DAY.total_seconds()]]


def test_the_review_of_an_edit_is_the_next_date_also_where_the_platform_shows_none() -> None:
    state = filed(CarrierStatus.REGISTERED)
    handed_in(state)

    assert next_due_at(state) == WRITTEN_AT + DAY
