"""Reading the platform while a filing waits: the one reader of a signature, and its last traffic."""

from datetime import datetime, timedelta

from temporalio import activity

from activities.accounts import Accounts, now
from activities.waiting import nothing_new, platform_away, refused
from filing.cadence import next_read_at
from filing.calendar import beijing_date, beijing_midnight, deadline_after
from filing.health import COMPARED, failure_jump
from filing.requests import (
    HealthNews,
    HealthPlan,
    RoundDates,
    TrafficOutcome,
    TrafficRequest,
    WatchOutcome,
    WatchRequest,
)
from filing.snapshot import FailureJump, SignatureSnapshot
from filing.vocabulary import Carrier, CarrierStatus
from gateway.errors import RefusedError, TryLaterError

REFUSED_READ_AGAIN = timedelta(hours=1)
"""Pause after the platform refused to be read and the filing knows it already."""


class WatchActivities:
    """Read signatures through the accounts of this worker."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    @activity.defn
    async def watch_signature(self, request: WatchRequest) -> WatchOutcome:
        """Return as soon as the platform shows something else than what the filing knows.

        One call of ``GetSmsSign`` shows the review and all three carriers. While nothing is new the activity waits by
        retry, until the shortest interval that anything about the signature wants, or the next deadline.
        """
        at = now()
        gateway = self._accounts.get(request.account).gateway
        if request.last_read_at is not None:
            # Another read right after one that was taken in could show nothing, or a platform that flaps.
            wait = next_read_at(request.plans, request.moments, request.last_read_at) - at
            if wait > timedelta():
                raise nothing_new("read a moment ago", wait)
        try:
            snapshot = await gateway.read_signature(request.sign_name)
        except TryLaterError as failure:
            raise platform_away(failure, timedelta(seconds=request.retry_max_seconds)) from failure
        except RefusedError as failure:
            refusal = refused(failure).model_copy(update={"account": True})
            if request.known_refusal is not None and refusal.code == request.known_refusal.code:
                raise nothing_new(f"still refused: {failure}", REFUSED_READ_AGAIN) from failure
            return WatchOutcome(observed_at=at, refusal=refusal)
        if request.health is not None and _is_quiet(snapshot):
            jump = await self._failure_jump(request, request.health, at)
            # A jump that goes on is known.
            if (jump is None) != (request.health.known is None):
                return outcome_of(request, snapshot, at).model_copy(update={"health": HealthNews(jump=jump)})
        confirms = not snapshot.found and request.confirm_missing_at is not None and at >= request.confirm_missing_at
        if snapshot == request.known and request.known_refusal is None and not confirms:
            wait = next_read_at(request.plans, request.moments, at) - at
            raise nothing_new(_in_words(snapshot), wait)
        return outcome_of(request, snapshot, at)

    async def _failure_jump(self, request: WatchRequest, health: HealthPlan, at: datetime) -> FailureJump | None:
        """Whether messages fail more than before; what is known stands where the statistics cannot be read now."""
        today = beijing_date(at)
        gateway = self._accounts.get(request.account).gateway
        try:
            days = await gateway.read_traffic(request.sign_name, since=today - COMPARED, until=today)
        except (TryLaterError, RefusedError) as failure:
            activity.logger.info("statistics not read: %s", failure)
            return health.known
        return failure_jump(days, today, alarm=health.alarm, least=health.least)

    @activity.defn
    async def read_last_traffic(self, request: TrafficRequest) -> TrafficOutcome:
        """Read from the statistics when the signature was used last, at most as far back as ``since``."""
        at = now()
        account = self._accounts.get(request.account)
        try:
            day = await account.gateway.last_traffic_on(
                request.sign_name, since=beijing_date(request.since), until=beijing_date(at)
            )
        except TryLaterError as failure:
            raise platform_away(failure, timedelta(seconds=request.retry_max_seconds)) from failure
        except RefusedError as failure:
            activity.logger.warning("statistics refused: %s", failure)
            return TrafficOutcome()
        # Statistics know the day only; its beginning is the careful reading of it.
        return TrafficOutcome(traffic_at=beijing_midnight(day) if day is not None else None)


def outcome_of(request: WatchRequest, snapshot: SignatureSnapshot, at: datetime) -> WatchOutcome:
    """What a look showed, with the dates of the rounds that it may start."""
    return WatchOutcome(observed_at=at, snapshot=snapshot, dates=_dates(request, snapshot, at))


def _dates(request: WatchRequest, snapshot: SignatureSnapshot, at: datetime) -> RoundDates | None:
    """The dates of rounds that start with this snapshot.

    The clock of 7-10 working days starts when 报备中 is first seen. A signature that was adopted may have been in it
    for long: the audit date is the nearest known, and the dates are marked as estimates.
    """
    if not any(snapshot.reading(carrier).status.starts_round for carrier in Carrier):
        return None
    adopted = request.adopted and request.known is None and snapshot.audited_at is not None
    begun = snapshot.audited_at if adopted and snapshot.audited_at is not None else at
    faster, due, stalled = (
        deadline_after(begun, span) for span in (request.faster_after, request.result_due, request.result_stalled)
    )
    return RoundDates(
        submitted_at=begun,
        faster_at=faster.at,
        due_at=due.at,
        stalled_at=stalled.at,
        estimated=adopted or due.estimated or stalled.estimated,
    )


def _is_quiet(snapshot: SignatureSnapshot) -> bool:
    """Whether a carrier is registered and none is being filed; before that a failure says little."""
    statuses = [snapshot.reading(carrier).status for carrier in Carrier] if snapshot.found else []
    return CarrierStatus.REGISTERED in statuses and not any(status.starts_round for status in statuses)


def _in_words(snapshot: SignatureSnapshot) -> str:
    """What the Web UI shows of a poll that found nothing new."""
    if not snapshot.found:
        return "not found at the platform"
    shown = " ".join(f"{carrier.label}{snapshot.reading(carrier).status.label}" for carrier in Carrier)
    return f"no change: {snapshot.review.label}; {shown}"
