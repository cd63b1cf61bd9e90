"""A round (一次报备) of a carrier from both sides: what a change means to it, what its news mean to the filing."""

from datetime import datetime, timedelta

from filing.calendar import shown
from filing.diagnosis import codes_about_filing
from filing.guard import note_tests, refresh_guard
from filing.messages import RoundNews, StatusChanged
from filing.record import ActionCode, Event
from filing.round_state import RoundState
from filing.state import RECORDS_KEPT, FilingState
from filing.verification import enter_pending
from filing.vocabulary import Carrier, CarrierStatus, RoundOutcome

RESTART_PAUSE = timedelta(minutes=10)
"""How long a carrier whose round broke twice is left alone, doubled with every further time."""

RESTART_PAUSE_MAX = timedelta(days=1)

_ROUND_ACTIONS = (
    ActionCode.RESULT_OVERDUE,
    ActionCode.RESULT_STALLED,
    ActionCode.TESTS_BLOCKED,
    ActionCode.TESTS_SPENT,
    ActionCode.RECEIPTS_DOUBT,
    ActionCode.NO_TEST_PHONE,
)


_OUTCOMES = {
    CarrierStatus.REGISTERED: RoundOutcome.REGISTERED,
    CarrierStatus.FAILED: RoundOutcome.FAILED,
    CarrierStatus.EXPIRED: RoundOutcome.EXPIRED,
    CarrierStatus.NOT_FILED: RoundOutcome.SUPERSEDED,
}


def take_status(opened: RoundState, change: StatusChanged) -> None:
    """Bring a round up to date with its carrier; a verdict sets its outcome.

    News older than what the round knows is ignored. A status nobody documented ends nothing: the round waits on.
    """
    if opened.outcome is not None or change.observed_at < opened.observed_at:
        return
    opened.status, opened.reasons, opened.observed_at = change.status, change.reasons, change.observed_at
    if change.superseded:
        opened.outcome = RoundOutcome.SUPERSEDED
    elif change.status in _OUTCOMES:
        opened.outcome = _OUTCOMES[change.status]
    elif change.status is CarrierStatus.PENDING_VERIFICATION and opened.pending_at is None:
        enter_pending(opened, change.observed_at)


def take_news(state: FilingState, news: RoundNews) -> None:
    """Bring the filing up to date with what a round reports."""
    opened = news.state
    known = state.carrier(opened.carrier)
    if opened.round != known.rounds or not known.round_open:
        # News of a round that is over: what it returned at its end says more.
        return
    known.last_round = opened
    seen = {(line.at, line.event, line.carrier, line.detail) for line in state.records}
    # What made way for newer lines does not come back with the next news.
    oldest = state.records[0].at if len(state.records) >= RECORDS_KEPT else None
    for line in news.records:
        made_way = oldest is not None and line.at < oldest
        if not made_way and (line.at, line.event, line.carrier, line.detail) not in seen:
            state.record(line.event, line.detail, at=line.at, by=line.by, carrier=line.carrier, number=line.round)
    note_tests(state, opened.carrier, opened.tests, opened.by_hand)
    if opened.outcome is None:
        _ask_for_round(state, opened)


def _ask_for_round(state: FilingState, opened: RoundState) -> None:
    carrier = opened.carrier
    state.settle(*_ROUND_ACTIONS, carrier=carrier)
    if state.carrier(carrier).usable_word is not None:
        # A person has answered what would be asked.
        return
    if opened.status is CarrierStatus.REGISTERING and opened.stalled_told:
        detail = f"since {shown(opened.submitted_at)}"
        state.ask(ActionCode.RESULT_STALLED, at=opened.stalled_at, carrier=carrier, detail=detail)
    elif opened.status is CarrierStatus.REGISTERING and opened.overdue_told:
        detail = f"since {shown(opened.submitted_at)}"
        state.ask(ActionCode.RESULT_OVERDUE, at=opened.due_at, carrier=carrier, detail=detail)
    pending = opened.status is CarrierStatus.PENDING_VERIFICATION
    if pending and not opened.by_hand and (codes := codes_about_filing(opened.tests)):
        since = max(test.settled_at or test.intended_at for test in opened.tests)
        state.ask(ActionCode.RECEIPTS_DOUBT, at=since, carrier=carrier, detail=codes)
    if opened.blocked is not None:
        state.ask(opened.blocked.code, at=opened.blocked.since, carrier=carrier, detail=opened.blocked.detail)


def rounds_to_go_on(state: FilingState) -> list[RoundState]:
    """The rounds that an earlier run of the filing left open, as they are to be started again."""
    return [known.last_round for _, known in state.open_rounds() if known.last_round is not None]


def close_round(state: FilingState, news: RoundNews, at: datetime) -> None:
    """A round came to its end and returned what it did.

    Where the carrier may be in filing (superseded, interrupted from outside, or shown so while the round was ending)
    the platform has to be seen afresh before another round may start, so what was seen before is forgotten.
    """
    take_news(state, news)
    opened = news.state
    known = state.carrier(opened.carrier)
    known.round_open = False
    known.settled_at = at
    outcome = opened.outcome or RoundOutcome.RELEASED
    state.record(Event.ROUND_ENDED, outcome.value, at=at, carrier=opened.carrier, number=opened.round)
    state.settle(*_ROUND_ACTIONS, ActionCode.ROUND_BROKEN, carrier=opened.carrier)
    if outcome is RoundOutcome.RELEASED and not state.phase.closed:
        broke(state, opened.carrier, "it was cancelled from outside", at)
    elif outcome is not RoundOutcome.RELEASED:
        known.round_failures = 0
        if outcome is RoundOutcome.SUPERSEDED or known.status.starts_round:
            state.snapshot = None
    refresh_guard(state, at)


def broke(state: FilingState, carrier: Carrier, why: str, at: datetime) -> None:
    """A round's workflow ended without a verdict: restart it once, then with growing pauses and a person's eye."""
    known = state.carrier(carrier)
    known.round_open = False
    known.settled_at = at
    known.round_failures += 1
    state.record(Event.ROUND_BROKEN, why, at=at, carrier=carrier, number=known.rounds)
    if known.round_failures > 1:
        pause = min(RESTART_PAUSE * 2 ** min(known.round_failures - 2, 10), RESTART_PAUSE_MAX)
        known.restart_at = at + pause
        state.ask(ActionCode.ROUND_BROKEN, at=at, carrier=carrier, detail=f"{why}; next try {shown(known.restart_at)}")
    else:
        state.snapshot = None


def restart_due(state: FilingState, at: datetime) -> None:
    """Look afresh for every carrier whose pause after a broken round is over."""
    for known in state.carriers.values():
        if known.restart_at is not None and known.restart_at <= at:
            known.restart_at = None
            state.snapshot = None
