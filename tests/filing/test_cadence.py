from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filing.cadence import next_read_at
from filing.calendar import BEIJING, deadline_after
from filing.deadlines import reading_plan
from filing.policy import DEFAULT_POLICY
from filing.requests import ReadStep, RoundDates
from filing.state import FilingState
from filing.vocabulary import CarrierStatus, ReviewStatus
from tests.filing.builders import DAY, HOUR, START, all_carriers, new_state
from tests.filing.builders import look as take_look

MINUTE = timedelta(minutes=1)


def beijing(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BEIJING)


def wait(state: FilingState, now: datetime) -> timedelta:
    plans, moments = reading_plan(state)
    return next_read_at(plans, moments, now) - now


def in_review() -> FilingState:
    state = new_state()
    state.review.status = ReviewStatus.IN_REVIEW
    state.review.submitted_at = START
    state.review.overdue_at = deadline_after(START, DEFAULT_POLICY.review_overdue).at
    return state


def filed() -> FilingState:
    """All carriers 报备中 since START, with the dates that the default policy gives."""
    state = new_state()
    take_look(state, START, all_carriers(CarrierStatus.REGISTERING))
    policy = DEFAULT_POLICY
    real = RoundDates(
        submitted_at=START,
        faster_at=deadline_after(START, policy.registering_faster_after).at,
        due_at=deadline_after(START, policy.result_due).at,
        stalled_at=deadline_after(START, policy.result_stalled).at,
    )
    for _, known in state.open_rounds():
        assert known.last_round is not None
        known.last_round = known.last_round.model_copy(update=real.model_dump())
    return state


def test_a_review_is_read_every_quarter_of_an_hour_while_people_review() -> None:
    assert wait(in_review(), START + MINUTE) == 15 * MINUTE


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (beijing(date(2026, 3, 2), 20, 50), beijing(date(2026, 3, 3), 0)),  # the review is overdue at that midnight
        (beijing(date(2026, 3, 7), 20, 50), beijing(date(2026, 3, 8), 9)),
        (beijing(date(2026, 3, 8), 3), beijing(date(2026, 3, 8), 9)),
        (beijing(date(2026, 3, 8), 8, 50), beijing(date(2026, 3, 8), 9, 5)),
        (beijing(date(2026, 3, 8), 12), beijing(date(2026, 3, 8), 12, 15)),
    ],
)
def test_nobody_reviews_at_night(now: datetime, then: datetime) -> None:
    state = in_review()
    if now.date() == date(2026, 3, 2):
        state.review.overdue_at = beijing(date(2026, 3, 3), 0)

    assert now + wait(state, now) == then


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (1, 24 * HOUR),
        (4, 24 * HOUR),
        (8, 8 * HOUR),  # Tuesday, the sixth working day
        (10, 8 * HOUR),
        (12, 24 * HOUR),  # Saturday: the slow pace is kept on days of rest
        (20, 24 * HOUR),  # past due the slow pace returns
    ],
)
def test_carriers_are_read_daily_and_faster_when_most_answer(days: int, expected: timedelta) -> None:
    assert wait(filed(), START + days * DAY) == expected


def test_a_slow_wait_does_not_reach_into_the_faster_time_or_past_a_deadline() -> None:
    state = filed()
    opened = next(state.open_rounds())[1].last_round
    assert opened is not None

    for moment in (opened.faster_at, opened.due_at, opened.stalled_at):
        assert wait(state, moment - 3 * HOUR) == 3 * HOUR


def test_a_proof_is_read_every_six_hours() -> None:
    state = new_state()
    take_look(state, START, all_carriers(CarrierStatus.PENDING_VERIFICATION))

    assert wait(state, START + DAY) == 6 * HOUR


def test_what_is_registered_is_read_weekly_and_on_the_day_it_would_lapse() -> None:
    state = new_state()
    take_look(state, START, all_carriers(CarrierStatus.REGISTERED))
    assert state.guard.expires_at is not None

    assert wait(state, START + DAY) == 7 * DAY
    assert wait(state, state.guard.expires_at - 2 * DAY) == 2 * DAY


def test_the_shortest_interval_that_anything_wants_is_used() -> None:
    weekly = [ReadStep(since=START, every_seconds=7 * 86400)]
    hourly = [ReadStep(since=START, every_seconds=3600)]

    assert next_read_at([weekly, hourly], [], START) == START + HOUR
    assert next_read_at([weekly, hourly], [START + MINUTE], START) == START + MINUTE


moments = st.timedeltas(timedelta(), timedelta(days=500)).map(lambda age: START - 60 * DAY + age)
steps = st.builds(
    ReadStep,
    since=moments,
    every_seconds=st.floats(1, 1e6),
    at_rest_seconds=st.none() | st.floats(1, 1e6),
    hours=st.none() | st.just((9, 21)) | st.just((0, 24)) | st.just((23, 24)),
)


@given(st.lists(st.lists(steps, max_size=3), max_size=3), st.lists(moments, max_size=3), moments)
def test_the_next_read_lies_ahead_and_before_every_deadline(
    plans: list[list[ReadStep]], deadlines: list[datetime], now: datetime
) -> None:
    ordered = [sorted(plan, key=lambda step: step.since) for plan in plans]
    always = [ReadStep(since=datetime(2025, 1, 1, tzinfo=UTC), every_seconds=7 * 86400)]

    then = next_read_at([always, *ordered], deadlines, now)

    assert then > now
    assert all(then <= deadline for deadline in deadlines if deadline > now)
    assert all(then <= step.since for plan in ordered for step in plan if step.since > now)
    assert then <= now + 7 * DAY
