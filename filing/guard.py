"""Guarding what is registered: six calendar months without a send and the filing lapses (help page, 报备失效).

No operation tells when a signature was last used on a carrier; the statistics are per signature. So the date is the
signature's, it is an estimate, and it is looked up afresh before anybody is warned.
"""

from collections.abc import Sequence
from datetime import datetime

from filing.calendar import beijing_date, beijing_midnight, months_after, plain_deadline_after, shown_deadline
from filing.record import ActionCode, Event
from filing.round_state import SentTest
from filing.snapshot import LenientModel
from filing.state import FilingState
from filing.vocabulary import Carrier, CarrierStatus

DELIVERIES_KEPT = 20


class GuardDecision(LenientModel):
    """What follows from a look at the traffic."""

    keep_alive: bool = False
    """Whether one test message per registered carrier is to be sent now."""


def registered(state: FilingState) -> list[Carrier]:
    """The carriers that are 报备成功 now."""
    return [c for c in Carrier if state.carrier(c).status is CarrierStatus.REGISTERED]


def note_verdict(state: FilingState, carrier: Carrier, at: datetime) -> None:
    """A carrier became 报备成功: its six months begin here if nothing is sent later."""
    known = state.carrier(carrier)
    known.verified_at = known.completed_at or at
    known.round_failures = 0
    if carrier in state.missing_phones:
        # Proven without a test of ours, so no phone is missed.
        state.missing_phones.remove(carrier)


def note_traffic(state: FilingState, traffic_at: datetime) -> None:
    """A message went out under the signature."""
    guard = state.guard
    if guard.traffic_at is None or traffic_at > guard.traffic_at:
        guard.traffic_at = traffic_at
        guard.last_traffic_on = beijing_date(traffic_at)


def refresh_guard(state: FilingState, at: datetime) -> None:
    """Compute anew when the filing would lapse and when to look at the traffic next."""
    guard = state.guard
    carriers = registered(state)
    if not carriers:
        guard.expires_at = guard.next_check_at = None
        state.settle(ActionCode.EXPIRY_NEAR)
        return
    begun = [moment for c in carriers if (moment := state.carrier(c).verified_at) is not None]
    begun += [guard.traffic_at] if guard.traffic_at is not None else []
    expires_at = plain_deadline_after(max(begun), state.policy.expiry)
    if guard.expires_at == expires_at:
        return
    guard.expires_at, guard.passed_told = expires_at, False
    first_warning = expires_at - max(state.policy.expiry_warnings, default=state.policy.guard_read_every)
    guard.next_check_at = max(first_warning, at)
    if first_warning > at:
        state.settle(ActionCode.EXPIRY_NEAR)


def traffic_since(state: FilingState, at: datetime) -> datetime:
    """From when on traffic matters: the last that is known, or else as far back as a filing can live without any."""
    expiry = state.policy.expiry
    if state.guard.traffic_at is not None:
        return state.guard.traffic_at
    return beijing_midnight(months_after(beijing_date(at), -expiry.months)) if expiry.months else at - expiry.duration


def check_guard(state: FilingState, traffic_at: datetime | None, at: datetime) -> GuardDecision:
    """Decide, with the latest traffic just read, whether a person must be warned.

    Args:
        state: The filing.
        traffic_at: Latest traffic that the platform's statistics show, none where they show none.
        at: Now.
    """
    guard, policy = state.guard, state.policy
    if traffic_at is not None and (guard.traffic_at is None or traffic_at > guard.traffic_at):
        note_traffic(state, traffic_at)
        state.record(Event.TRAFFIC_SEEN, f"{guard.last_traffic_on}", at=at, by="platform")
    refresh_guard(state, at)
    if guard.expires_at is None or guard.next_check_at is None or guard.next_check_at > at:
        return GuardDecision()
    last_traffic = guard.told_traffic
    if at >= guard.expires_at:
        if not guard.passed_told:
            guard.passed_told = True
            still = f"{last_traffic}; the platform still shows {CarrierStatus.REGISTERED.label}"
            state.record(Event.EXPIRY_DATE_PASSED, still, at=at)
        guard.next_check_at = at + policy.guard_read_every
        return GuardDecision()
    detail = f"{last_traffic}, lapses about {shown_deadline(guard.expires_at)}"
    state.ask(ActionCode.EXPIRY_NEAR, at=at, detail=detail)
    state.record(Event.EXPIRY_WARNING, detail, at=at)
    later = [moment for before in policy.expiry_warnings if (moment := guard.expires_at - before) > at]
    # The signature is read on the day itself; only where the platform shows nothing then is there more to say.
    guard.next_check_at = min(later, default=guard.expires_at + 2 * policy.guard_read_every)
    return GuardDecision(keep_alive=policy.keep_alive and not later)


def note_tests(state: FilingState, carrier: Carrier, tests: list[SentTest], by_hand: Sequence[datetime] = ()) -> None:
    """Take in the tests of a carrier: they are traffic, and those that arrived open the gate of bulk sending."""
    known = state.carrier(carrier)
    for test in tests:
        if test.accepted_at is not None:
            note_traffic(state, test.accepted_at)
            if carrier in state.missing_phones:
                state.missing_phones.remove(carrier)
    if not state.missing_phones:
        state.settle(ActionCode.NO_TEST_PHONE)
    arrived = {test.settled_at for test in tests if test.delivered and test.settled_at is not None} | set(by_hand)
    taken_back = {test.delivered_at for test in tests if not test.delivered}
    known.deliveries = sorted({*known.deliveries, *arrived} - taken_back)[-DELIVERIES_KEPT:]
    new = known.status is CarrierStatus.FAILED and known.arrived_since > known.told_arrivals
    if new:
        known.told_arrivals = known.arrived_since
        told = f"{known.told_arrivals} since {known.status.label} was shown"
        state.record(Event.WORKS_ANYWAY, told, at=max(known.deliveries), carrier=carrier)
