from datetime import timedelta

import pytest

from filing.gate import Gate, GateVerdict, gate
from filing.record import ActionCode
from filing.report import report_on
from filing.snapshot import Refusal
from filing.state import FilingState
from filing.vocabulary import CanSend, Carrier, CarrierStatus, ReviewStatus
from tests.filing.builders import DAY, START, filing_on, look, new_state, reading, snapshot

ALL = list(Carrier)
MOBILE, TELECOM = Carrier.MOBILE, Carrier.TELECOM


def at_gate(state: FilingState, carriers: list[Carrier] = ALL, *, followed: bool = True) -> Gate:
    return gate(report_on(state, "filing/acme/云杉科技", START + DAY), carriers, followed=followed)


def proven(status: CarrierStatus = CarrierStatus.REGISTERED, delivered: int = 3) -> FilingState:
    """Registered everywhere, with so many messages delivered on each carrier."""
    state = filing_on(status)
    for carrier in Carrier:
        state.carrier(carrier).deliveries = [START + timedelta(minutes=number) for number in range(delivered)]
    return state


def test_the_gate_opens_where_messages_arrived_lately() -> None:
    answer = at_gate(proven())
    assert answer.verdict is GateVerdict.OPEN
    assert all(each.can_send is CanSend.BULK and "3 delivered" in each.why for each in answer.carriers)


def test_registered_alone_is_not_enough_and_only_a_person_gets_further() -> None:
    answer = at_gate(proven(delivered=2))
    assert answer.verdict is GateVerdict.NEEDS_PERSON
    assert "at least one sub-port passed; 2 of 3 delivered" in answer.carriers[0].why


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (CarrierStatus.REGISTERING, GateVerdict.WAIT),
        (CarrierStatus.PENDING_VERIFICATION, GateVerdict.WAIT),
        (CarrierStatus.FAILED, GateVerdict.CLOSED),
        (CarrierStatus.EXPIRED, GateVerdict.CLOSED),
        (CarrierStatus.UNKNOWN, GateVerdict.NEEDS_PERSON),
    ],
)
def test_each_status_has_its_answer(status: CarrierStatus, verdict: GateVerdict) -> None:
    assert at_gate(filing_on(status), [MOBILE]).verdict is verdict


def test_the_gravest_of_several_carriers_counts_and_one_may_be_asked_alone() -> None:
    state = proven()
    seen = snapshot(mobile=CarrierStatus.REGISTERED, unicom=CarrierStatus.REGISTERED)
    seen.carriers[TELECOM] = reading(CarrierStatus.FAILED, "QUALIFICATION_ERROR")
    look(state, START + timedelta(hours=1), seen)

    assert at_gate(state).verdict is GateVerdict.CLOSED
    assert at_gate(state, [MOBILE]).verdict is GateVerdict.OPEN


def test_an_action_about_a_waiting_carrier_needs_a_person() -> None:
    state = filing_on(CarrierStatus.REGISTERING)
    state.ask(ActionCode.RESULT_STALLED, at=START, carrier=MOBILE, detail="since 2026-03-02")
    assert at_gate(state, [MOBILE]).verdict is GateVerdict.NEEDS_PERSON
    assert at_gate(state, [TELECOM]).verdict is GateVerdict.WAIT


@pytest.mark.parametrize("code", [ActionCode.FAILURES_JUMPED, ActionCode.GONE, ActionCode.FIX_ACCOUNT])
def test_what_is_in_doubt_closes_an_open_gate_to_scripts(code: ActionCode) -> None:
    state = proven()
    state.ask(code, at=START, detail=str(Refusal(code="x", text="y")))
    assert at_gate(state).verdict is GateVerdict.NEEDS_PERSON


def test_a_filing_that_nobody_follows_is_not_believed() -> None:
    answer = at_gate(proven(), followed=False)
    assert answer.verdict is GateVerdict.NEEDS_PERSON
    assert "nobody follows" in answer.carriers[0].why
    assert at_gate(filing_on(CarrierStatus.FAILED), followed=False).verdict is GateVerdict.CLOSED


def test_before_any_carrier_the_review_is_what_counts() -> None:
    assert at_gate(new_state()).verdict is GateVerdict.WAIT
    rejected = new_state()
    rejected.review.status = ReviewStatus.REJECTED
    assert at_gate(rejected).verdict is GateVerdict.CLOSED


def test_a_paused_filing_waits_for_a_person() -> None:
    state = filing_on(CarrierStatus.REGISTERING)
    state.paused = True
    assert at_gate(state).verdict is GateVerdict.NEEDS_PERSON
