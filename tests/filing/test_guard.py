from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from filing.calendar import beijing_date, beijing_midnight, months_after, plain_deadline_after
from filing.guard import DELIVERIES_KEPT, GuardDecision, check_guard, note_tests, note_traffic, refresh_guard
from filing.policy import DEFAULT_POLICY, Policy
from filing.record import ActionCode, Event
from filing.round_state import SendState, SentTest
from filing.snapshot import CarrierReading, SignatureSnapshot
from filing.state import FilingState
from filing.vocabulary import Carrier, CarrierStatus, ReviewStatus
from tests.filing.builders import DAY, HOUR, START, all_carriers, filing_on, look, new_state, sent_test, snapshot

LAPSES_AT = beijing_midnight(date(2026, 9, 3))
"""Six calendar months after START, at the end of the day."""


def warnings(state: FilingState) -> list[datetime]:
    return [line.at for line in state.records if line.event is Event.EXPIRY_WARNING]


def warned(state: FilingState) -> bool:
    return any(action.code is ActionCode.EXPIRY_NEAR for action in state.actions)


def play_until(state: FilingState, end: datetime, traffic_at: datetime | None = None) -> list[GuardDecision]:
    """Let the guard check whenever it wants to."""
    decisions = []
    while state.guard.next_check_at is not None and state.guard.next_check_at <= end:
        decisions.append(check_guard(state, traffic_at, state.guard.next_check_at))
    return decisions


def test_six_calendar_months_begin_with_the_verdict() -> None:
    state = filing_on(CarrierStatus.REGISTERED)

    assert state.guard.expires_at == LAPSES_AT
    assert state.guard.next_check_at == LAPSES_AT - 30 * DAY


def test_the_verdict_counts_from_when_the_carrier_completed_it() -> None:
    state = new_state()
    done = CarrierReading(status=CarrierStatus.REGISTERED, completed_at=START - 40 * DAY)
    look(state, START, SignatureSnapshot(review=ReviewStatus.APPROVED, carriers={Carrier.MOBILE: done}))

    assert state.carrier(Carrier.MOBILE).verified_at == START - 40 * DAY
    assert state.guard.expires_at == plain_deadline_after(START - 40 * DAY, DEFAULT_POLICY.expiry)


def test_the_youngest_verdict_or_traffic_decides() -> None:
    state = filing_on(CarrierStatus.REGISTERED)
    note_traffic(state, START + 60 * DAY)
    note_traffic(state, START + 10 * DAY)
    refresh_guard(state, START + 60 * DAY)

    assert state.guard.last_traffic_on == date(2026, 5, 1)
    assert state.guard.expires_at == beijing_midnight(date(2026, 11, 2))


def test_a_person_is_warned_thirty_and_seven_days_before_once_each() -> None:
    state = filing_on(CarrierStatus.REGISTERED)

    play_until(state, LAPSES_AT)

    assert warnings(state) == [LAPSES_AT - 30 * DAY, LAPSES_AT - 7 * DAY]
    assert [action.code for action in state.actions] == [ActionCode.EXPIRY_NEAR]


def test_a_check_that_comes_late_warns_once_for_both() -> None:
    state = filing_on(CarrierStatus.REGISTERED)

    check_guard(state, None, LAPSES_AT - 5 * DAY)

    assert warnings(state) == [LAPSES_AT - 5 * DAY]
    assert state.guard.next_check_at is not None
    assert state.guard.next_check_at > LAPSES_AT


def test_a_check_before_its_time_says_nothing() -> None:
    state = filing_on(CarrierStatus.REGISTERED)

    check_guard(state, None, LAPSES_AT - 31 * DAY)

    assert warnings(state) == []


def test_fresh_traffic_moves_the_date_and_nobody_is_warned() -> None:
    state = filing_on(CarrierStatus.REGISTERED)

    check_guard(state, START + 100 * DAY, LAPSES_AT - 30 * DAY)

    assert warnings(state) == []
    assert state.guard.expires_at == plain_deadline_after(START + 100 * DAY, DEFAULT_POLICY.expiry)
    assert state.guard.next_check_at == state.guard.expires_at - 30 * DAY


def test_traffic_after_a_warning_takes_it_back_and_the_next_half_year_warns_anew() -> None:
    state = filing_on(CarrierStatus.REGISTERED)
    play_until(state, LAPSES_AT - 30 * DAY)
    assert warned(state)

    sent_at = LAPSES_AT - 20 * DAY
    note_tests(state, Carrier.MOBILE, [sent_test(at=sent_at)])
    refresh_guard(state, sent_at)
    assert not warned(state)

    moved = plain_deadline_after(sent_at, DEFAULT_POLICY.expiry)
    play_until(state, moved)
    assert warnings(state) == [LAPSES_AT - 30 * DAY, moved - 30 * DAY, moved - 7 * DAY]


def test_traffic_that_was_known_moves_nothing() -> None:
    state = filing_on(CarrierStatus.REGISTERED)
    note_traffic(state, START)
    before = state.guard.model_copy()

    check_guard(state, START - 2 * HOUR, START + DAY)

    assert state.guard == before
    assert not [line for line in state.records if line.event is Event.TRAFFIC_SEEN]


def test_what_lapsed_at_the_platform_is_guarded_no_more() -> None:
    state = filing_on(CarrierStatus.REGISTERED)
    play_until(state, LAPSES_AT)

    look(state, LAPSES_AT, all_carriers(CarrierStatus.EXPIRED))

    assert not warned(state)
    assert state.guard.expires_at is None
    assert state.guard.next_check_at is None
    assert check_guard(state, None, LAPSES_AT + DAY) == GuardDecision()


def test_one_carrier_that_is_left_is_guarded_on() -> None:
    state = filing_on(CarrierStatus.REGISTERED)

    look(state, START + DAY, snapshot(unicom=CarrierStatus.REGISTERED))

    assert state.guard.expires_at == LAPSES_AT


def test_a_date_that_passes_at_a_registered_signature_is_told_and_lapses_nothing() -> None:
    """The date is an estimate; only the platform knows."""
    state = filing_on(CarrierStatus.REGISTERED)

    play_until(state, LAPSES_AT + 60 * DAY)

    assert sum(line.event is Event.EXPIRY_DATE_PASSED for line in state.records) == 1
    assert state.carrier(Carrier.MOBILE).status is CarrierStatus.REGISTERED
    assert len(warnings(state)) == 2


def test_keep_alive_sends_once_and_only_where_it_was_asked_for() -> None:
    eager = filing_on(CarrierStatus.REGISTERED, policy=Policy(keep_alive=True))
    plain = filing_on(CarrierStatus.REGISTERED)

    assert [one.keep_alive for one in play_until(eager, LAPSES_AT)] == [False, True]
    assert not any(one.keep_alive for one in play_until(plain, LAPSES_AT))


def test_tests_open_the_gate_of_bulk_sending_and_are_counted_once() -> None:
    state = filing_on(CarrierStatus.REGISTERED)
    tests = [
        sent_test(1, START + DAY, SendState.DELIVERED, settled_at=START + DAY + HOUR),
        sent_test(2, START + 2 * DAY, SendState.FAILED, settled_at=START + 2 * DAY + HOUR),
        sent_test(3, START + 3 * DAY, SendState.NOT_SENT, accepted_at=None),
    ]

    for _ in range(2):
        note_tests(state, Carrier.MOBILE, tests)

    assert state.carrier(Carrier.MOBILE).deliveries == [START + DAY + HOUR]
    assert state.guard.traffic_at == START + 2 * DAY, "a message that failed went out, one that was not sent did not"


def test_only_the_newest_deliveries_are_kept() -> None:
    state = new_state()
    tests = [
        sent_test(number, START, SendState.DELIVERED, settled_at=START + number * HOUR)
        for number in range(1, DELIVERIES_KEPT + 6)
    ]

    note_tests(state, Carrier.MOBILE, tests)

    kept = state.carrier(Carrier.MOBILE).deliveries
    assert kept == [START + number * HOUR for number in range(6, DELIVERIES_KEPT + 6)]


def test_a_test_that_went_out_shows_that_there_is_a_phone() -> None:
    state = new_state(missing_phones=[Carrier.MOBILE, Carrier.UNICOM])
    state.ask(ActionCode.NO_TEST_PHONE, at=START)

    note_tests(state, Carrier.MOBILE, [sent_test()])
    assert state.missing_phones == [Carrier.UNICOM]
    assert state.actions

    note_tests(state, Carrier.UNICOM, [sent_test()])
    assert state.actions == []


@given(st.lists(st.timedeltas(timedelta(), timedelta(days=400)), max_size=8))
def test_the_date_is_six_months_after_the_latest_and_never_moves_back(ages: list[timedelta]) -> None:
    state = filing_on(CarrierStatus.REGISTERED)
    latest = START
    for age in ages:
        before = state.guard.expires_at
        note_traffic(state, START + age)
        refresh_guard(state, START + age)
        latest = max(latest, START + age)

        assert state.guard.expires_at is not None
        assert before is not None
        assert state.guard.expires_at >= before
        assert beijing_date(state.guard.expires_at) == months_after(beijing_date(latest), 6) + DAY


# Messages that arrive although the carrier says otherwise, and receipts that are taken back


def delivered(number: int, at: datetime) -> SentTest:
    return sent_test(number, at, SendState.DELIVERED, settled_at=at, delivered_at=at)


def test_a_carrier_that_turns_out_well_after_its_failure_is_noticed_once_per_message() -> None:
    state = filing_on(CarrierStatus.FAILED)
    tests = [delivered(1, START + HOUR)]
    for _ in range(2):
        note_tests(state, Carrier.MOBILE, tests)
    tests.append(delivered(2, START + 2 * HOUR))
    note_tests(state, Carrier.MOBILE, tests)

    told = [line for line in state.records if line.event is Event.WORKS_ANYWAY]
    assert [(line.carrier, line.at, line.detail) for line in told] == [
        (Carrier.MOBILE, START + HOUR, "1 since 报备失败 was shown"),
        (Carrier.MOBILE, START + 2 * HOUR, "2 since 报备失败 was shown"),
    ]


def test_a_message_that_arrived_before_the_failure_proves_nothing() -> None:
    state = filing_on(CarrierStatus.FAILED)
    note_tests(state, Carrier.MOBILE, [delivered(1, START - HOUR)])
    assert not [line for line in state.records if line.event is Event.WORKS_ANYWAY]


def test_a_receipt_that_turned_to_failed_no_longer_opens_the_gate() -> None:
    state = filing_on(CarrierStatus.REGISTERED)
    test = delivered(1, START + HOUR)
    note_tests(state, Carrier.MOBILE, [test, delivered(2, START + 2 * HOUR)])
    assert len(state.carrier(Carrier.MOBILE).deliveries) == 2

    test.state, test.settled_at = SendState.FAILED, START + 3 * HOUR
    note_tests(state, Carrier.MOBILE, [test, delivered(2, START + 2 * HOUR)])

    assert state.carrier(Carrier.MOBILE).deliveries == [START + 2 * HOUR]


def test_messages_sent_by_hand_count_like_ours() -> None:
    state = filing_on(CarrierStatus.REGISTERED)
    note_tests(state, Carrier.MOBILE, [], [START + HOUR])
    assert state.carrier(Carrier.MOBILE).deliveries == [START + HOUR]
