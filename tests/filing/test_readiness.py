from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filing.amendment import Confirmation
from filing.calendar import beijing_date, beijing_midnight
from filing.deadlines import next_wake
from filing.policy import DEFAULT_POLICY
from filing.readiness import Outlook, forecast, outlook_of, readiness, watch_go_live
from filing.record import ActionCode, Event
from filing.state import FilingState
from filing.vocabulary import Carrier, CarrierStatus, Phase
from tests.filing.builders import (
    DAY,
    HOUR,
    START,
    all_carriers,
    application,
    filing_on,
    look,
    new_state,
    reading,
    round_of,
    snapshot,
)


def needed(by: date | None, state: FilingState | None = None) -> FilingState:
    state = state or new_state()
    state.application = application(needed_by=by)
    state.forecast = forecast(DEFAULT_POLICY, START)
    return state


def asks(state: FilingState) -> list[str]:
    return [action.detail for action in state.actions if action.code is ActionCode.GO_LIVE_AT_RISK]


# Before the submission: from Monday, 2 March 2026


def test_the_window_is_that_of_the_help_page_with_review_and_verdict() -> None:
    window = forecast(DEFAULT_POLICY, START)

    assert beijing_date(window.earliest) == date(2026, 3, 11), "five working days to the 9th, a day for the verdict"
    assert beijing_date(window.latest) == date(2026, 3, 20), "review on the 3rd, ten working days, two for the verdict"
    assert not window.estimated


@pytest.mark.parametrize(
    ("needed_by", "outlook"),
    [
        (date(2026, 3, 2), Outlook.CANNOT_BE),
        (date(2026, 3, 10), Outlook.CANNOT_BE),
        (date(2026, 3, 12), Outlook.AT_RISK),
        (date(2026, 3, 19), Outlook.AT_RISK),
        (date(2026, 3, 21), Outlook.IN_TIME),
    ],
)
def test_an_application_is_told_whether_the_day_can_be_met(needed_by: date, outlook: Outlook) -> None:
    assert outlook_of(needed_by, forecast(DEFAULT_POLICY, START)) is outlook
    assert readiness(needed(needed_by), START).outlook is outlook


@given(st.dates(min_value=date(2026, 1, 1), max_value=date(2028, 12, 31)))
def test_whatever_the_day_of_submission_the_window_is_sane(day: date) -> None:
    at = beijing_midnight(day) + 10 * HOUR
    window = forecast(DEFAULT_POLICY, at)

    assert 5 * DAY < window.earliest - at < 22 * DAY
    assert window.earliest < window.latest < at + 36 * DAY
    assert outlook_of(beijing_date(window.latest) + DAY, window) is Outlook.IN_TIME


def test_a_december_filing_works_and_is_marked_as_an_estimate() -> None:
    window = forecast(DEFAULT_POLICY, datetime(2026, 12, 15, 2, tzinfo=UTC))

    assert beijing_date(window.latest) == date(2027, 1, 2)
    assert not window.estimated, "ten working days end within the published year"
    assert forecast(DEFAULT_POLICY, datetime(2026, 12, 18, 2, tzinfo=UTC)).estimated


def test_every_day_that_a_submission_waits_for_a_person_is_lost() -> None:
    state = needed(date(2026, 3, 21))

    assert readiness(state, START).outlook is Outlook.IN_TIME
    assert readiness(state, START + 3 * DAY).outlook is Outlook.AT_RISK
    assert readiness(state, START + 15 * DAY).outlook is Outlook.CANNOT_BE


# While carriers are filed


def test_the_slowest_carrier_decides() -> None:
    state = needed(date(2026, 4, 1))
    look(state, START, snapshot(mobile=CarrierStatus.REGISTERED, unicom=CarrierStatus.PENDING_VERIFICATION))
    look(
        state,
        START + HOUR,
        snapshot(
            mobile=CarrierStatus.REGISTERED,
            unicom=CarrierStatus.PENDING_VERIFICATION,
            telecom=CarrierStatus.REGISTERING,
        ),
    )

    seen = readiness(state, START + DAY)

    assert seen.why.startswith("电信 telecom: 报备中, result due 2026-03-16")
    assert seen.outlook is Outlook.IN_TIME
    assert seen.latest == round_of(state, Carrier.TELECOM).due_at + 2 * DAY


def test_a_late_carrier_leaves_nobody_able_to_tell() -> None:
    state = needed(date(2026, 4, 1), filing_on(CarrierStatus.REGISTERING))
    late = round_of(state).due_at + HOUR

    seen = readiness(state, late)

    assert (seen.outlook, seen.latest) == (Outlook.AT_RISK, None)
    assert seen.why.endswith("late")


def test_a_carrier_that_failed_waits_for_a_person_and_at_least_a_whole_filing_more() -> None:
    failed = snapshot(mobile=CarrierStatus.REGISTERED, unicom=CarrierStatus.REGISTERED)
    failed.carriers[Carrier.TELECOM] = reading(CarrierStatus.FAILED, "QUALIFICATION_ERROR")
    state = needed(date(2026, 3, 12))
    look(state, START, failed)

    assert readiness(state, START).outlook is Outlook.AT_RISK
    assert readiness(state, START + 5 * DAY).outlook is Outlook.CANNOT_BE
    assert "a person has to act first" in readiness(state, START).why


def test_registered_everywhere_is_ready_and_a_persons_word_counts() -> None:
    state = needed(date(2026, 3, 1))
    look(state, START, all_carriers(CarrierStatus.REGISTERED))
    assert readiness(state, START).outlook is Outlook.READY

    state.carrier(Carrier.UNICOM).status = CarrierStatus.PENDING_VERIFICATION
    assert readiness(state, START).outlook is not Outlook.READY
    state.carrier(Carrier.UNICOM).usable_word = Confirmation(by="Li", at=START)
    assert readiness(state, START).outlook is Outlook.READY


# What a person is told


def test_a_day_that_cannot_be_met_is_an_action_and_one_record_until_it_can() -> None:
    state = needed(date(2026, 3, 5))

    watch_go_live(state, START)
    watch_go_live(state, START + HOUR)

    (detail,) = asks(state)
    assert detail.startswith("needed by 2026-03-05, cannot be: 移动 mobile: not filed yet")
    assert sum(line.event is Event.GO_LIVE_AT_RISK for line in state.records) == 1

    state.application = application(needed_by=date(2026, 4, 30))
    watch_go_live(state, START + 2 * HOUR)
    assert not asks(state)


def test_a_day_that_may_be_met_troubles_nobody() -> None:
    state = needed(date(2026, 3, 15))
    watch_go_live(state, START)
    assert readiness(state, START).outlook is Outlook.AT_RISK
    assert not asks(state)


def test_the_filing_wakes_on_the_day_itself_and_only_then() -> None:
    state = needed(date(2026, 3, 15))
    day = beijing_midnight(date(2026, 3, 15))
    wake = next_wake(state)
    assert wake is not None
    assert wake.at == day

    watch_go_live(state, day)

    assert asks(state)
    assert next_wake(state) is None
    state.phase = Phase.RELEASED
    watch_go_live(state, day + DAY)
    assert not asks(state)


def test_without_a_day_nothing_is_watched() -> None:
    state = needed(None)
    watch_go_live(state, START + timedelta(days=400))
    assert next_wake(state) is None
    assert not state.actions
    assert readiness(state, START).outlook is None


def test_a_signature_that_lapses_after_its_launch_is_no_matter_of_the_launch() -> None:
    day = date(2026, 3, 15)
    state = needed(day, filing_on(CarrierStatus.REGISTERED))
    watch_go_live(state, beijing_midnight(day))
    look(state, START + 200 * DAY, all_carriers(CarrierStatus.EXPIRED))
    watch_go_live(state, START + 200 * DAY)
    assert not asks(state)

    state.application = application(needed_by=date(2026, 10, 1))
    watch_go_live(state, START + 201 * DAY)
    assert asks(state), "another day is watched anew"
    wake = next_wake(state)
    assert wake is not None
    assert wake.at == beijing_midnight(date(2026, 10, 1))


def test_a_launch_that_was_missed_is_asked_about_until_it_is_usable() -> None:
    state = needed(date(2026, 3, 5), filing_on(CarrierStatus.REGISTERING))
    watch_go_live(state, START + 10 * DAY)
    assert asks(state)
    look(state, START + 12 * DAY, all_carriers(CarrierStatus.REGISTERED))
    watch_go_live(state, START + 12 * DAY)
    assert not asks(state)
    look(state, START + 13 * DAY, all_carriers(CarrierStatus.EXPIRED))
    watch_go_live(state, START + 13 * DAY)
    assert not asks(state)
