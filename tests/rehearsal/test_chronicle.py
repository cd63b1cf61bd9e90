from datetime import datetime, timedelta

from filing.guard import check_guard
from filing.policy import DEFAULT_POLICY
from filing.record import ActionCode, Event
from filing.report import report_on
from filing.state import FilingState
from filing.vocabulary import Carrier, CarrierStatus
from rehearsal.chronicle import Chronicle, Kind
from tests.filing.builders import DAY, START, all_carriers, filing_on, look, snapshot


def told(chronicle: Chronicle, state: FilingState, at: datetime) -> None:
    chronicle.take(report_on(state, "filing/acme/云杉科技", at), at)


def test_what_happens_at_all_carriers_at_once_is_one_entry() -> None:
    chronicle = Chronicle(DEFAULT_POLICY)
    told(chronicle, filing_on(CarrierStatus.REGISTERING), START + DAY)

    [status] = [entry for entry in chronicle.timeline if "未报备 → 报备中" in entry.text]
    [deadline] = [entry for entry in chronicle.timeline if entry.kind is Kind.DEADLINE]
    assert status.carriers == deadline.carriers == tuple(Carrier)
    assert status.at == deadline.at == START, "told by when it happened, not by when it was asked for"
    assert deadline.due == START + 14 * DAY


def test_a_report_taken_twice_tells_nothing_twice() -> None:
    chronicle, state = Chronicle(DEFAULT_POLICY), filing_on(CarrierStatus.REGISTERING)
    told(chronicle, state, START)
    before = chronicle.timeline
    told(chronicle, state, START + DAY)

    assert chronicle.timeline == before
    assert chronicle.last_event_at == START


def test_each_test_message_is_counted_once_when_it_is_accepted() -> None:
    chronicle, state = Chronicle(DEFAULT_POLICY), filing_on(CarrierStatus.PENDING_VERIFICATION)
    state.record(Event.TEST_ACCEPTED, "#1 139****0001", at=START, carrier=Carrier.MOBILE)
    state.record(Event.TEST_DELIVERED, "#1 139****0001", at=START, carrier=Carrier.MOBILE)
    told(chronicle, state, START)
    state.record(Event.TEST_ACCEPTED, "#2 139****0001", at=START + DAY, carrier=Carrier.MOBILE)
    told(chronicle, state, START + DAY)

    assert chronicle.messages == 2
    assert [entry.text for entry in chronicle.timeline if entry.messages] == [
        "test message #1 139****0001",
        "test message #2 139****0001",
    ]


def test_it_is_ready_when_the_last_carrier_is_registered() -> None:
    chronicle, state = Chronicle(DEFAULT_POLICY), filing_on(CarrierStatus.REGISTERING)
    told(chronicle, state, START)
    look(state, START + DAY, snapshot(mobile=CarrierStatus.REGISTERED, unicom=CarrierStatus.REGISTERED))
    told(chronicle, state, START + 2 * DAY)
    assert chronicle.ready_at is None

    look(state, START + 3 * DAY, all_carriers(CarrierStatus.REGISTERED))
    told(chronicle, state, START + 4 * DAY)
    look(state, START + 200 * DAY, all_carriers(CarrierStatus.EXPIRED))
    told(chronicle, state, START + 201 * DAY)

    assert chronicle.ready_at == START + 3 * DAY
    assert chronicle.registered_at[Carrier.MOBILE] == START + DAY
    assert chronicle.lapsed_at == START + 200 * DAY


def test_what_is_asked_of_a_person_has_its_dates() -> None:
    chronicle, state = Chronicle(DEFAULT_POLICY), filing_on(CarrierStatus.REGISTERING)
    told(chronicle, state, START)
    look(state, START + DAY, snapshot(mobile=CarrierStatus.FAILED))
    told(chronicle, state, START + 2 * DAY)
    look(state, START + 5 * DAY, snapshot(mobile=CarrierStatus.REGISTERING))
    told(chronicle, state, START + 6 * DAY)

    [asked] = [asked for asked in chronicle.asked if asked.code is ActionCode.FILING_FAILED]
    assert (asked.carrier, asked.since, asked.until) == (Carrier.MOBILE, START + DAY, START + 5 * DAY)
    [entry] = [entry for entry in chronicle.timeline if entry.kind is Kind.PERSON and "移动" in entry.text]
    assert entry.at == START + DAY
    assert entry.command.startswith("starter.py ")


def test_only_the_lapse_that_holds_is_told() -> None:
    """Every message moves it; only the one that is warned of, or the last, is worth telling."""
    chronicle, state = Chronicle(DEFAULT_POLICY), filing_on(CarrierStatus.REGISTERED)
    told(chronicle, state, START)
    check_guard(state, START + 3 * DAY, START + 3 * DAY)
    told(chronicle, state, START + 3 * DAY)
    assert state.guard.expires_at is not None
    warned_at = state.guard.expires_at - timedelta(days=30)
    check_guard(state, None, warned_at)
    told(chronicle, state, warned_at)

    entries = [entry for entry in chronicle.timeline if "lapses (报备失效)" in entry.text]
    assert [entry.due for entry in entries] == [state.guard.expires_at]
    assert entries[0].at < warned_at
    assert "warnings on " in entries[0].text
    assert ActionCode.EXPIRY_NEAR in [asked.code for asked in chronicle.asked]
