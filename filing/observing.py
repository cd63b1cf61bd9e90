"""Taking in what the platform shows: the one place where a filing's knowledge of the platform changes.

The platform's word is final; the filing's own clocks only predict and warn (help page, "跟踪报备状态").
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from filing.adopting import ask_about_gaps, compare_adopted
from filing.amending import at_work, sends_held
from filing.calendar import shown, shown_deadline
from filing.deadlines import is_gone
from filing.guard import note_verdict, refresh_guard
from filing.hinting import heard_words
from filing.judging import judge
from filing.messages import StatusChanged
from filing.record import ActionCode, Event
from filing.requests import RoundDates, WatchOutcome
from filing.review_words import Rejection
from filing.round_state import RoundState
from filing.snapshot import CarrierReading, FailureJump, Reason, SignatureSnapshot
from filing.state import CarrierState, FilingState
from filing.verification import resume_proving
from filing.vocabulary import Carrier, CarrierStatus, ReviewStatus
from filing.vouching import overrule

PLATFORM = "platform"

_SURPRISE = timedelta(days=1)
"""Our date is a day's; the platform's is too, and need not be the same."""


@dataclass
class Observation:
    """What has to follow from a snapshot: rounds to start, and news for rounds that run."""

    to_start: list[RoundState] = field(default_factory=list)
    to_tell: list[tuple[Carrier, StatusChanged]] = field(default_factory=list)


def take_in(state: FilingState, outcome: WatchOutcome) -> Observation:
    """Bring the state up to date with a reading of the platform.

    A refusal to be read becomes an action. A snapshot is compared carrier by carrier; a carrier that is being filed
    and has no open round gets one, unless what was seen is older than the last write or the last round's end.
    """
    at = state.read_at = outcome.observed_at
    state.read_refusal = outcome.refusal
    if outcome.refusal is not None:
        state.record(Event.READ_REFUSED, outcome.refusal.traced, at=at, by=PLATFORM)
        state.ask(ActionCode.FIX_ACCOUNT, at=at, detail=outcome.refusal.told)
        return Observation()
    if outcome.snapshot is None:
        return Observation()
    state.settle(ActionCode.FIX_ACCOUNT)
    snapshot, state.snapshot = outcome.snapshot, outcome.snapshot
    if not snapshot.found:
        _take_missing(state, at)
        return Observation()
    if state.missing_since is not None:
        state.missing_since = None
        state.settle(ActionCode.GONE)
        state.record(Event.FOUND_AGAIN, at=at, by=PLATFORM)
    judge(state, snapshot, at)
    _take_review(state, snapshot, at)
    compare_adopted(state, at)
    observation = Observation()
    if state.review.status is not ReviewStatus.APPROVED and not _ever_filed(state, snapshot):
        ask_about_gaps(state, at)
        return observation
    for carrier in Carrier:
        _take_carrier(state, carrier, snapshot.reading(carrier), at, outcome.dates, observation)
    _ask_about_not_filed(state, at)
    ask_about_gaps(state, at)
    refresh_guard(state, at)
    if outcome.health is not None:
        _take_health(state, outcome.health.jump, at)
    return observation


def _take_health(state: FilingState, jump: FailureJump | None, at: datetime) -> None:
    """Messages fail more than they used to since a date, or no longer do: a person looks, no status changes."""
    before, state.failures = state.failures, jump
    if jump is not None:
        state.ask(ActionCode.FAILURES_JUMPED, at=at, detail=str(jump))
        state.record(Event.FAILURES_JUMPED, str(jump), at=at, by=PLATFORM)
    elif before is not None:
        state.settle(ActionCode.FAILURES_JUMPED)
        state.record(Event.FAILURES_FELL, f"after {before.since}", at=at, by=PLATFORM)


def _take_missing(state: FilingState, at: datetime) -> None:
    """Two looks apart must miss a signature before anybody is told that it is gone."""
    if state.missing_since is None:
        state.missing_since = at
    elif at >= state.missing_since + state.policy.review_read_every and not is_gone(state):
        state.ask(ActionCode.GONE, at=at, detail=f"not found since {shown(state.missing_since)}")
        state.record(Event.GONE, at=at, by=PLATFORM)


def _ever_filed(state: FilingState, snapshot: SignatureSnapshot) -> bool:
    """Whether a carrier has been filed before, as it has while an edit of an approved signature is reviewed."""
    return any(known.observed_at is not None for known in state.carriers.values()) or any(
        snapshot.reading(carrier).status is not CarrierStatus.NOT_FILED for carrier in Carrier
    )


def _take_review(state: FilingState, snapshot: SignatureSnapshot, at: datetime) -> None:
    review = state.review
    if (snapshot.review, snapshot.order_id) == (review.status, review.order_id):
        return
    before, review.status = review.status, snapshot.review
    review.order_id = snapshot.order_id or review.order_id
    if before is snapshot.review:
        return
    state.settle(ActionCode.REVIEW_OVERDUE, ActionCode.REVIEW_REJECTED, ActionCode.STATUS_UNKNOWN)
    words = snapshot.review_text
    if snapshot.review is ReviewStatus.REJECTED:
        words = words or heard_words(state, review.order_id)
    state.record(
        Event.REVIEW_CHANGED,
        f"{before.label} → {snapshot.review.label}" + (f": {words}" if words else ""),
        at=at,
        by=PLATFORM,
    )
    if snapshot.review is ReviewStatus.IN_REVIEW:
        if before is not ReviewStatus.NOT_SUBMITTED:
            _begin_review_again(state, at)
        return
    review.reviewed_at = snapshot.audited_at or at
    review.reasons = (words,) if words else ()
    if snapshot.review is ReviewStatus.APPROVED:
        state.rejection = None
        state.not_filed_at = at + state.policy.not_filed_grace
        return
    edited = state.amendment is not None and state.amendment.ended_at == at
    if snapshot.review is ReviewStatus.REJECTED and not edited:
        # Where an edit was refused, its verdict has just kept what it had handed in.
        state.rejection = Rejection(order_id=review.order_id, application=state.application, words=words)
    unknown = snapshot.review is ReviewStatus.UNKNOWN
    detail = words or f"{snapshot.review.label}, SignStatus {snapshot.review_code}"
    state.ask(ActionCode.STATUS_UNKNOWN if unknown else ActionCode.REVIEW_REJECTED, at=at, detail=detail)


def _begin_review_again(state: FilingState, at: datetime) -> None:
    """A signature that was reviewed before is 审核中 again, by an edit here or in the console.

    Of an edit in the console nobody computed a deadline. The review works on every day of the week, so it is given
    as long as the first one was.
    """
    review, amendment = state.review, at_work(state)
    if amendment is not None and amendment.overdue_at is not None:
        review.overdue_at = amendment.overdue_at
    elif review.overdue_at is not None and review.submitted_at is not None:
        review.overdue_at = at + (review.overdue_at - review.submitted_at)
    review.submitted_at, review.reviewed_at, review.overdue_told, review.reasons = at, None, False, ()
    state.not_filed_at = None


def _take_carrier(
    state: FilingState,
    carrier: Carrier,
    reading: CarrierReading,
    at: datetime,
    dates: RoundDates | None,
    observation: Observation,
) -> None:
    known = state.carrier(carrier)
    before = known.status
    changed = (reading.status, reading.reasons) != (before, known.reasons)
    first_look = known.observed_at is None
    answered_anew = _answered_anew(known, reading)
    if reading.status is not before or first_look:
        known.observed_at = at
        if not (first_look and reading.status is CarrierStatus.NOT_FILED):
            state.record(
                Event.STATUS_CHANGED,
                f"{before.label} → {reading.status.label}{_in_brackets(reading.reasons)}",
                at=at,
                by=PLATFORM,
                carrier=carrier,
                number=known.rounds or None,
            )
    known.status, known.platform_code = reading.status, reading.platform_code
    known.reasons, known.completed_at = reading.reasons, reading.completed_at
    if answered_anew:
        state.record(Event.STATUS_CHANGED, f"{before.label} again", at=at, by=PLATFORM, carrier=carrier)
    if reading.status is not before or first_look or answered_anew:
        state.settle_carrier(carrier)
        known.told_arrivals = 0
        overrule(state, carrier, before, at, anew=answered_anew)
        if reading.status is CarrierStatus.REGISTERED:
            note_verdict(state, carrier, at)
        if before is CarrierStatus.REGISTERED and reading.status is CarrierStatus.EXPIRED:
            _note_surprise(state, carrier, at)
        if reading.status is CarrierStatus.NOT_FILED and not first_look and state.not_filed_at is None:
            state.not_filed_at = at + state.policy.not_filed_grace
    _ask_about(state, carrier, reading, at)
    if not known.round_open and not reading.status.starts_round:
        # What broke an earlier round is over with it; the next one begins afresh.
        known.round_failures, known.restart_at = 0, None
    if known.round_open:
        if changed or answered_anew:
            was_pending = before is CarrierStatus.PENDING_VERIFICATION or (
                known.last_round is not None and known.last_round.pending_at is not None
            )
            began_anew = answered_anew or (reading.status is CarrierStatus.REGISTERING and was_pending)
            observation.to_tell.append(
                (
                    carrier,
                    StatusChanged(
                        status=reading.status, reasons=reading.reasons, observed_at=at, superseded=began_anew
                    ),
                )
            )
    elif reading.status.starts_round and dates is not None:
        if not _is_new(state, known, at):
            # Forgotten, so that the reader shows it afresh even if nothing changes any more.
            state.snapshot = None
        elif known.restart_at is None or at >= known.restart_at:
            observation.to_start.append(_open_round(state, carrier, reading, at, dates))


def _note_surprise(state: FilingState, carrier: Carrier, at: datetime) -> None:
    """The carrier lapsed before our own clock said so: the platform's word is final, and worth a line."""
    expected = state.guard.expires_at
    if expected is not None and at < expected - _SURPRISE:
        detail = f"expected about {shown_deadline(expected)}; {state.guard.told_traffic}"
        state.record(Event.EXPIRED_EARLY, detail, at=at, carrier=carrier)


def _answered_anew(known: CarrierState, reading: CarrierReading) -> bool:
    """Whether a carrier was filed again and answered again between two looks, with the same status as before."""
    both = known.completed_at is not None and reading.completed_at is not None
    moved = both and known.completed_at != reading.completed_at
    return moved and reading.status is known.status and reading.status is not CarrierStatus.REGISTERING


def _is_new(state: FilingState, known: CarrierState, at: datetime) -> bool:
    """Whether an observation is younger than the last write and than the end of the carrier's last round."""
    after_write = state.written_at is None or at >= state.written_at
    after_round = known.settled_at is None or at > known.settled_at
    return after_write and after_round


def _open_round(
    state: FilingState, carrier: Carrier, reading: CarrierReading, at: datetime, dates: RoundDates
) -> RoundState:
    known = state.carrier(carrier)
    again = known.last_round if known.round_failures else None
    if again is None:
        known.rounds += 1
        known.spent_before += known.last_round.spent if known.last_round else 0
        opened = RoundState(
            carrier=carrier,
            round=known.rounds,
            status=reading.status,
            reasons=reading.reasons,
            observed_at=at,
            **dates.model_dump(),
        )
        state.record(
            Event.ROUND_STARTED,
            f"{reading.status.label}, result due {shown_deadline(dates.due_at)}"
            + (" (estimate)" if dates.estimated else ""),
            at=at,
            carrier=carrier,
            number=known.rounds,
        )
    else:
        # The same round number gives the same OutIds, so what the broken run may have sent is found, not sent again.
        opened = again.model_copy(
            deep=True,
            update={"status": reading.status, "reasons": reading.reasons, "observed_at": at, "outcome": None},
        )
        resume_proving(opened, at)
        state.record(Event.ROUND_STARTED, "restarted", at=at, carrier=carrier, number=known.rounds)
    known.round_open, known.restart_at, known.last_round = True, None, opened
    opened.paused, opened.held = state.paused, sends_held(state)
    return opened


_ASKED_BY_STATUS = {
    CarrierStatus.FAILED: ActionCode.FILING_FAILED,
    CarrierStatus.EXPIRED: ActionCode.FILING_EXPIRED,
    CarrierStatus.UNKNOWN: ActionCode.STATUS_UNKNOWN,
}


def _ask_about(state: FilingState, carrier: Carrier, reading: CarrierReading, at: datetime) -> None:
    """Ask a person about a carrier that needs one, in the words of the latest reading."""
    code = _ASKED_BY_STATUS.get(reading.status)
    if code is not None:
        detail = reading_detail(reading)
        state.ask(code, at=at, carrier=carrier, detail=detail)


def _ask_about_not_filed(state: FilingState, at: datetime) -> None:
    """未报备 past its grace is a person's matter; seen filed, it is none any more."""
    not_filed = [c for c in Carrier if state.carrier(c).status is CarrierStatus.NOT_FILED]
    for carrier in Carrier:
        if carrier not in not_filed:
            state.settle(ActionCode.NOT_FILED, carrier=carrier)
    if not not_filed:
        state.not_filed_at = None
    elif state.not_filed_at is not None and at >= state.not_filed_at:
        ask_about_not_filed_now(state, at)


def ask_about_not_filed_now(state: FilingState, at: datetime) -> None:
    """The grace after the approval is over: ask about each carrier that still shows 未报备."""
    state.not_filed_at = None
    for carrier in Carrier:
        known = state.carrier(carrier)
        if known.status is CarrierStatus.NOT_FILED:
            reading = CarrierReading(status=known.status, reasons=known.reasons)
            state.ask(ActionCode.NOT_FILED, at=at, carrier=carrier, detail=reading_detail(reading))
            state.record(Event.NOT_FILED, at=at, carrier=carrier)


def reading_detail(reading: CarrierReading) -> str:
    """The reasons of a reading as one line of codes, or the raw number where the status is not documented."""
    codes = " ".join(reason.code for reason in reading.reasons)
    return codes or (f"RegisterStatus {reading.platform_code}" if reading.status is CarrierStatus.UNKNOWN else "")


def _in_brackets(reasons: tuple[Reason, ...]) -> str:
    told = "; ".join(f"{r.code} {r.text}".strip() for r in reasons)
    return f" ({told})" if told else ""
