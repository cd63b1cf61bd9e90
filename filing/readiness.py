"""Whether a signature will be usable by the day it is needed (``needed_by``).

Help page: carriers take 7-10 working days as observed lately, 5-7 on average, and promise nothing; the verdict follows
24-48 hours after a delivered test; all of it is to be done at least ten working days before a launch.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum

from filing.calendar import beijing_midnight, deadline_after, shown_deadline
from filing.policy import Policy
from filing.record import ActionCode, Event
from filing.requests import Forecast
from filing.snapshot import LenientModel
from filing.span import Span
from filing.state import CarrierState, FilingState
from filing.vocabulary import Carrier, CarrierStatus

ADVISED_WORKING_DAYS = 10
"""Help page: 至少提前10个工作日完成所有报备流程."""


class Outlook(StrEnum):
    """How the day on which a signature is needed and the dates of its filing go together."""

    READY = "READY"
    IN_TIME = "IN_TIME"
    AT_RISK = "AT_RISK"
    CANNOT_BE = "CANNOT_BE"

    @property
    def label(self) -> str:
        """The outlook in words."""
        return {
            "READY": "ready",
            "IN_TIME": "ready by then, if carriers take their usual time",
            "AT_RISK": "at risk",
            "CANNOT_BE": "cannot be",
        }[self.value]


class Readiness(LenientModel):
    """When a signature can be expected to be usable on all three carriers; a window, since nobody promises a day."""

    needed_by: date | None = None
    outlook: Outlook | None = None
    """None where no day was named and the signature is not usable yet."""
    earliest: datetime | None = None
    latest: datetime | None = None
    """None where it cannot be told: a carrier is late, or a person has to act first."""
    estimated: bool = False
    why: str = ""
    """What the slowest carrier waits for."""


def forecast(policy: Policy, at: datetime) -> Forecast:
    """The window for an application that is submitted now, from the policy's and the help page's days.

    Counts working days, so call it from activities and the command line only.
    """
    reviewed = deadline_after(at, policy.review_overdue)
    first = deadline_after(at, policy.registering_faster_after)
    # The moment before, for a review that is over at midnight leaves the whole next day to the carriers.
    last = deadline_after(reviewed.at - timedelta(seconds=1), policy.result_due)
    return Forecast(
        at=at,
        earliest=first.at + policy.verdict_due / 2,
        latest=last.at + policy.verdict_due,
        estimated=first.estimated or last.estimated,
    )


def outlook_of(needed_by: date, window: Forecast) -> Outlook:
    """The outlook of an application before it is submitted; it has to be usable as ``needed_by`` begins."""
    return _outlook(beijing_midnight(needed_by), window.earliest, window.latest)


def readiness(state: FilingState, now: datetime) -> Readiness:
    """The outlook of a filing as it stands."""
    needed_by = state.application.needed_by
    windows = [_window(state, carrier, now) for carrier in Carrier]
    if all(window is None for window in windows):
        return Readiness(needed_by=needed_by, outlook=Outlook.READY, why="usable on all three carriers")
    awaited = [window for window in windows if window is not None]
    slowest = max(awaited, key=lambda window: (window.latest is None, window.latest or window.earliest))
    earliest = max(window.earliest for window in awaited)
    outlook = _outlook(beijing_midnight(needed_by), earliest, slowest.latest) if needed_by else None
    return Readiness(
        needed_by=needed_by,
        outlook=outlook,
        earliest=earliest,
        latest=slowest.latest,
        estimated=any(window.estimated for window in awaited),
        why=slowest.why,
    )


def _outlook(needed: datetime, earliest: datetime, latest: datetime | None) -> Outlook:
    if needed < earliest:
        return Outlook.CANNOT_BE
    return Outlook.IN_TIME if latest is not None and latest <= needed else Outlook.AT_RISK


class _Window(LenientModel):
    earliest: datetime
    latest: datetime | None
    estimated: bool = False
    why: str


def _window(state: FilingState, carrier: Carrier, now: datetime) -> _Window | None:
    """When one carrier can be expected to be usable, none where it is."""
    known, name = state.carriers.get(carrier, CarrierState()), f"{carrier.label} {carrier}"
    if known.status is CarrierStatus.REGISTERED or known.usable_word is not None:
        return None
    opened, verdict = known.last_round, state.policy.verdict_due
    if known.status is CarrierStatus.PENDING_VERIFICATION:
        due = opened.verdict_due_at if opened is not None else None
        blocked = opened is not None and opened.blocked is not None
        latest = None if blocked else max(due or now + verdict, now)
        return _Window(earliest=now, latest=latest, why=f"{name}: the verdict on its test messages")
    if known.status is CarrierStatus.REGISTERING and opened is not None:
        late = opened.due_at <= now
        why = f"{name}: {known.status.label}, result due {shown_deadline(opened.due_at)}"
        return _Window(
            earliest=max(opened.faster_at + verdict / 2, now),
            latest=None if late else opened.due_at + verdict,
            estimated=opened.estimated,
            why=f"{why}, late" if late else why,
        )
    anew = now + _at_least(state.policy.registering_faster_after) + verdict / 2
    if known.observed_at is None and state.forecast is not None:
        # Not submitted or still in review: what was expected then, and as much later as it waits for a person.
        window = state.forecast
        waited = timedelta() if state.review.submitted_at else max(now - window.at, timedelta())
        return _Window(
            earliest=max(window.earliest, anew) if waited else window.earliest,
            latest=window.latest + waited,
            estimated=window.estimated or bool(waited),
            why=f"{name}: not filed yet",
        )
    return _Window(earliest=anew, latest=None, why=f"{name}: {known.status.label}, a person has to act first")


def _at_least(span: Span) -> timedelta:
    """The shortest that a span can be: no working day is shorter than a day, and months have 28."""
    return timedelta(days=span.working_days or 28 * span.months) + span.duration


def watch_go_live(state: FilingState, now: datetime) -> None:
    """Ask a person as soon as the day cannot be met, or nobody can tell any more whether it will be."""
    needed_by = state.application.needed_by
    if needed_by is None or state.phase.closed or state.go_live_met == needed_by:
        state.settle(ActionCode.GO_LIVE_AT_RISK)
        return
    seen = readiness(state, now)
    passed = now >= beijing_midnight(needed_by)
    if passed and seen.outlook is Outlook.READY:
        # What becomes of it after its launch is no matter of the launch any more.
        state.go_live_met = needed_by
    state.go_live_begun = needed_by if passed else state.go_live_begun
    in_doubt = seen.outlook is Outlook.CANNOT_BE or (seen.outlook is Outlook.AT_RISK and seen.latest is None)
    if seen.outlook is Outlook.READY or not in_doubt:
        state.settle(ActionCode.GO_LIVE_AT_RISK)
    elif seen.outlook is not None:
        detail = f"needed by {seen.needed_by}, {seen.outlook.label}: {seen.why}"
        if not any(action.code is ActionCode.GO_LIVE_AT_RISK for action in state.actions):
            state.record(Event.GO_LIVE_AT_RISK, detail, at=now)
        state.ask(ActionCode.GO_LIVE_AT_RISK, at=now, detail=detail)


def go_live_wake(state: FilingState) -> datetime | None:
    """When the day on which the signature is needed begins, until it has."""
    needed_by = state.application.needed_by
    return beijing_midnight(needed_by) if needed_by not in (None, state.go_live_begun) else None
