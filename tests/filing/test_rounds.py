from datetime import datetime, timedelta

import pytest

from filing.messages import RoundNews, StatusChanged
from filing.record import Action, ActionCode, Event, Record
from filing.round_state import RoundState, SendState
from filing.rounds import (
    RESTART_PAUSE,
    RESTART_PAUSE_MAX,
    broke,
    close_round,
    restart_due,
    rounds_to_go_on,
    take_news,
    take_status,
)
from filing.state import RECORDS_KEPT, FilingState
from filing.vocabulary import Carrier, CarrierStatus, Phase, ReasonCode, RoundOutcome
from tests.filing.builders import (
    DAY,
    HOUR,
    START,
    all_carriers,
    ended,
    filing_on,
    look,
    new_round,
    reading,
    round_of,
    sent_test,
)


def change(status: CarrierStatus, at: datetime = START + DAY, **fields: bool) -> StatusChanged:
    return StatusChanged(status=status, observed_at=at, **fields)


def asked(state: FilingState, carrier: Carrier = Carrier.MOBILE) -> list[ActionCode]:
    return [action.code for action in state.actions if action.carrier is carrier]


def news_of(state: FilingState, **fields: object) -> RoundNews:
    return RoundNews(state=round_of(state).model_copy(deep=True, update=fields))


# What a change means to a round


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (CarrierStatus.REGISTERED, RoundOutcome.REGISTERED),
        (CarrierStatus.FAILED, RoundOutcome.FAILED),
        (CarrierStatus.EXPIRED, RoundOutcome.EXPIRED),
        (CarrierStatus.NOT_FILED, RoundOutcome.SUPERSEDED),
        (CarrierStatus.UNKNOWN, None),
        (CarrierStatus.REGISTERING, None),
        (CarrierStatus.PENDING_VERIFICATION, None),
    ],
)
def test_a_verdict_ends_a_round(status: CarrierStatus, outcome: RoundOutcome | None) -> None:
    opened = new_round()

    take_status(opened, change(status))

    assert (opened.status, opened.outcome) == (status, outcome)


def test_a_platform_that_began_anew_ends_a_round() -> None:
    opened = new_round(CarrierStatus.PENDING_VERIFICATION)

    take_status(opened, change(CarrierStatus.REGISTERING, superseded=True))

    assert opened.outcome is RoundOutcome.SUPERSEDED


def test_the_first_batch_is_due_when_the_proof_is() -> None:
    opened = new_round()

    take_status(opened, change(CarrierStatus.PENDING_VERIFICATION))
    take_status(opened, change(CarrierStatus.PENDING_VERIFICATION, START + 2 * DAY))

    assert (opened.pending_at, opened.next_batch_at) == (START + DAY, START + DAY)


def test_old_news_and_news_after_the_verdict_change_nothing() -> None:
    opened = new_round(at=START)
    take_status(opened, change(CarrierStatus.FAILED, START - HOUR))
    assert opened.status is CarrierStatus.REGISTERING

    take_status(opened, change(CarrierStatus.REGISTERED))
    take_status(opened, change(CarrierStatus.FAILED, START + 2 * DAY))
    assert opened.outcome is RoundOutcome.REGISTERED


# What the news of a round mean to the filing


def test_overdue_and_stalled_become_one_action_with_the_date_of_each() -> None:
    state = filing_on(CarrierStatus.REGISTERING)

    take_news(state, news_of(state, overdue_told=True))
    assert asked(state) == [ActionCode.RESULT_OVERDUE]
    take_news(state, news_of(state, overdue_told=True, stalled_told=True))
    assert asked(state) == [ActionCode.RESULT_STALLED]
    assert state.actions[-1].since == round_of(state).stalled_at


def test_what_blocks_the_tests_is_asked_and_taken_back() -> None:
    state = filing_on(CarrierStatus.PENDING_VERIFICATION)
    blocked = Action(code=ActionCode.TESTS_BLOCKED, carrier=Carrier.MOBILE, detail="isv.X: no", since=START + HOUR)

    take_news(state, news_of(state, blocked=blocked))
    assert [(action.code, action.detail, action.since) for action in state.actions] == [
        (ActionCode.TESTS_BLOCKED, "isv.X: no", START + HOUR)
    ]
    take_news(state, news_of(state, blocked=None))
    assert state.actions == []


def test_codes_about_the_filing_are_asked_about_until_a_message_arrives() -> None:
    state = filing_on(CarrierStatus.PENDING_VERIFICATION)
    failed = sent_test(1, state=SendState.FAILED, code="PORT_NOT_REGISTERED", settled_at=START + HOUR)

    take_news(state, news_of(state, tests=[failed]))
    assert [(action.code, action.detail, action.since) for action in state.actions] == [
        (ActionCode.RECEIPTS_DOUBT, "PORT_NOT_REGISTERED", START + HOUR)
    ]
    arrived = sent_test(2, state=SendState.DELIVERED, settled_at=START + DAY)
    take_news(state, news_of(state, tests=[failed, arrived]))
    assert state.actions == []


def test_codes_of_a_carrier_that_has_not_answered_are_no_news() -> None:
    state = filing_on(CarrierStatus.REGISTERING)
    failed = sent_test(1, state=SendState.FAILED, code="PORT_NOT_REGISTERED", settled_at=START + HOUR)

    take_news(state, news_of(state, tests=[failed]))

    assert state.actions == []


def test_news_told_twice_are_recorded_once() -> None:
    state = filing_on(CarrierStatus.PENDING_VERIFICATION)
    news = news_of(state)
    news.records.append(Record(at=START + HOUR, by="workflow", event=Event.TEST_ACCEPTED, carrier=Carrier.MOBILE))

    take_news(state, news)
    take_news(state, news)

    assert sum(line.event is Event.TEST_ACCEPTED for line in state.records) == 1


def test_records_that_made_way_do_not_come_back() -> None:
    """A round tells all of its records each time, however many the filing has seen since."""
    state = filing_on(CarrierStatus.REGISTERING)
    news = news_of(state)
    news.records.append(Record(at=START + HOUR, by="workflow", event=Event.RESULT_OVERDUE, carrier=Carrier.MOBILE))
    take_news(state, news)
    for number in range(RECORDS_KEPT):
        state.record(Event.TRAFFIC_SEEN, str(number), at=START + (2 + number) * HOUR)

    take_news(state, news)

    assert len(state.records) == RECORDS_KEPT
    assert all(line.event is Event.TRAFFIC_SEEN for line in state.records)


def test_news_of_an_earlier_round_are_not_taken_for_this_one() -> None:
    state = filing_on(CarrierStatus.REGISTERING)
    late = news_of(state, overdue_told=True)
    state.carrier(Carrier.MOBILE).rounds = 2

    take_news(state, late)

    assert asked(state) == []


def test_tests_that_arrived_count_for_the_filing() -> None:
    state = filing_on(CarrierStatus.PENDING_VERIFICATION)
    arrived = sent_test(1, START + HOUR, SendState.DELIVERED, settled_at=START + HOUR)

    take_news(state, news_of(state, tests=[arrived]))

    assert state.carrier(Carrier.MOBILE).deliveries == [START + HOUR]
    assert state.guard.traffic_at == START + HOUR


# The end of a round


def test_a_verdict_closes_the_round_and_what_it_asked_for() -> None:
    state = filing_on(CarrierStatus.REGISTERING)
    take_news(state, news_of(state, stalled_told=True))
    look(state, START + 30 * DAY, all_carriers(CarrierStatus.REGISTERED))

    close_round(state, ended(round_of(state), RoundOutcome.REGISTERED), START + 30 * DAY)

    known = state.carrier(Carrier.MOBILE)
    assert (known.round_open, known.settled_at, known.rounds) == (False, START + 30 * DAY, 1)
    assert asked(state) == []
    assert state.snapshot is not None, "there is nothing to look at again"


def test_a_failed_round_still_asks_for_a_person() -> None:
    state = filing_on(CarrierStatus.REGISTERING)
    failed = reading(CarrierStatus.FAILED, ReasonCode.QUALIFICATION_ERROR)
    seen = all_carriers(CarrierStatus.REGISTERING).model_copy(deep=True)
    seen.carriers[Carrier.MOBILE] = failed
    look(state, START + DAY, seen)

    close_round(state, ended(round_of(state), RoundOutcome.FAILED), START + DAY)

    assert asked(state) == [ActionCode.FILING_FAILED]


def test_a_round_that_broke_is_restarted_once_at_once_then_with_growing_pauses() -> None:
    state = filing_on(CarrierStatus.REGISTERING)
    at, pauses = START + DAY, []
    for _ in range(12):
        broke(state, Carrier.MOBILE, "a bug", at)
        known = state.carrier(Carrier.MOBILE)
        if known.restart_at is None:
            pauses.append(timedelta())
            assert asked(state) == []
        else:
            pauses.append(known.restart_at - at)
            assert asked(state) == [ActionCode.ROUND_BROKEN]
            at = known.restart_at
            restart_due(state, at - HOUR)
            assert known.restart_at is not None
            restart_due(state, at)
        assert state.snapshot is None, "the platform is looked at afresh"
        at += HOUR
        (again,) = look(state, at, all_carriers(CarrierStatus.REGISTERING)).to_start
        assert again.round == 1, "the same number gives the same OutIds, so nothing is sent twice"

    assert pauses[:4] == [timedelta(), RESTART_PAUSE, 2 * RESTART_PAUSE, 4 * RESTART_PAUSE]
    assert pauses[-1] == RESTART_PAUSE_MAX


def test_a_broken_round_is_not_restarted_before_its_pause_is_over() -> None:
    state = filing_on(CarrierStatus.REGISTERING)
    broke(state, Carrier.MOBILE, "a bug", START + DAY)
    broke(state, Carrier.MOBILE, "a bug", START + DAY)

    assert look(state, START + DAY + RESTART_PAUSE / 2, all_carriers(CarrierStatus.REGISTERING)).to_start == []
    assert state.snapshot is not None, "looking again before the pause is over would find the same"


def test_a_restarted_round_goes_on_with_what_it_had_sent() -> None:
    state = filing_on(CarrierStatus.PENDING_VERIFICATION)
    take_news(state, news_of(state, tests=[sent_test()], overdue_told=True))
    broke(state, Carrier.MOBILE, "a bug", START + DAY)

    (again,) = look(state, START + DAY + HOUR, all_carriers(CarrierStatus.PENDING_VERIFICATION)).to_start

    assert [test.out_id for test in again.tests] == ["out-1"]
    assert again.overdue_told
    assert again.submitted_at == START


def test_a_verdict_after_a_restart_forgets_the_failures() -> None:
    state = filing_on(CarrierStatus.REGISTERING)
    broke(state, Carrier.MOBILE, "a bug", START + DAY)
    look(state, START + DAY + HOUR, all_carriers(CarrierStatus.REGISTERING))
    look(state, START + 2 * DAY, all_carriers(CarrierStatus.REGISTERED))
    close_round(state, ended(round_of(state), RoundOutcome.REGISTERED), START + 2 * DAY)

    (anew,) = [
        opened
        for opened in look(state, START + 3 * DAY, all_carriers(CarrierStatus.REGISTERING)).to_start
        if opened.carrier is Carrier.MOBILE
    ]
    assert anew.round == 2


def test_a_round_cancelled_by_hand_is_restarted_unless_the_filing_is_over() -> None:
    state = filing_on(CarrierStatus.REGISTERING)
    cancelled: RoundState = round_of(state)

    close_round(state, ended(cancelled, RoundOutcome.RELEASED), START + DAY)
    assert state.snapshot is None
    assert state.carrier(Carrier.MOBILE).round_failures == 1

    released = filing_on(CarrierStatus.REGISTERING)
    released.phase = Phase.RELEASED
    close_round(released, ended(round_of(released), None), START + DAY)
    assert released.carrier(Carrier.MOBILE).round_failures == 0
    assert [line.detail for line in released.records if line.event is Event.ROUND_ENDED] == ["RELEASED"]


def test_the_next_run_goes_on_with_the_rounds_that_are_open() -> None:
    state = filing_on(CarrierStatus.REGISTERING)
    close_round(state, ended(round_of(state), RoundOutcome.FAILED), START + DAY)

    assert rounds_to_go_on(state) == [round_of(state, Carrier.UNICOM), round_of(state, Carrier.TELECOM)]
