from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filing.health import failure_jump
from filing.observing import take_in
from filing.record import ActionCode, Event
from filing.requests import HealthNews, WatchOutcome
from filing.snapshot import DayTraffic, FailureJump
from filing.state import FilingState
from filing.vocabulary import CarrierStatus
from tests.filing.builders import DAY, START, all_carriers, filing_on

TODAY = date(2026, 3, 31)


def day(back: int, delivered: int, failed: int) -> DayTraffic:
    return DayTraffic(day=TODAY - timedelta(days=back), total=delivered + failed, delivered=delivered, failed=failed)


def jump(*days: DayTraffic, alarm: float = 0.2, least: int = 10) -> FailureJump | None:
    return failure_jump(days, TODAY, alarm=alarm, least=least)


def test_a_jump_is_dated_by_its_first_bad_day_and_names_both_rates() -> None:
    found = jump(day(20, 98, 2), day(4, 99, 1), day(2, 50, 50), day(0, 40, 60))

    assert found is not None
    assert found.since == TODAY - timedelta(days=2)
    assert str(found) == "55% of 200 messages failed since 2026-03-29, 2% in the four weeks before"


@pytest.mark.parametrize(
    ("days", "why"),
    [
        ([], "no traffic"),
        ([day(1, 100, 5)], "few fail"),
        ([day(1, 0, 9)], "too few messages to say"),
        ([day(12, 100, 100), day(1, 100, 100)], "it was always so"),
        ([day(10, 0, 100)], "over ten days ago"),
        ([day(40, 100, 0), day(38, 0, 100)], "longer ago than is compared"),
    ],
)
def test_what_is_no_jump(days: list[DayTraffic], why: str) -> None:
    assert jump(*days) is None, why


def test_the_first_traffic_of_a_signature_can_be_bad_from_the_beginning() -> None:
    found = jump(day(1, 10, 30))
    assert found is not None
    assert found.before is None
    assert "before" not in str(found)


def test_messages_that_nobody_answered_for_are_not_counted() -> None:
    waiting = DayTraffic(day=TODAY, total=1000)
    assert jump(waiting) is None
    assert waiting.answered == 0


traffic = st.lists(
    st.builds(day, st.integers(0, 60), st.integers(0, 500), st.integers(0, 500)),
    max_size=40,
    unique_by=lambda each: each.day,
)


@given(traffic, st.floats(0.01, 1), st.integers(1, 100))
def test_a_jump_always_holds_what_it_says(days: list[DayTraffic], alarm: float, least: int) -> None:
    found = jump(*days, alarm=alarm, least=least)
    if found is None:
        return
    assert TODAY - timedelta(days=10) < found.since <= TODAY
    assert found.failed >= least
    assert found.rate >= alarm
    assert found.failed <= found.answered
    assert found.before is None or found.rate >= 2 * found.before


# In a filing


def looked(state: FilingState, news: HealthNews | None, after: timedelta = DAY) -> None:
    take_in(
        state,
        WatchOutcome(observed_at=START + after, snapshot=all_carriers(CarrierStatus.REGISTERED), health=news),
    )


def test_a_jump_is_a_dated_record_and_an_action_and_ends_when_it_is_over() -> None:
    state = filing_on(CarrierStatus.REGISTERED)
    found = jump(day(1, 10, 30))

    looked(state, HealthNews(jump=found))
    (action,) = [action for action in state.actions if action.code is ActionCode.FAILURES_JUMPED]
    assert "since 2026-03-30" in action.detail
    looked(state, None, 2 * DAY)
    assert state.failures == found, "a look that says nothing of it changes nothing"

    looked(state, HealthNews(), 3 * DAY)
    assert not [action for action in state.actions if action.code is ActionCode.FAILURES_JUMPED]
    told = [line.event for line in state.records if line.event in (Event.FAILURES_JUMPED, Event.FAILURES_FELL)]
    assert told == [Event.FAILURES_JUMPED, Event.FAILURES_FELL]
