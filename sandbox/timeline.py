"""The life of a signature as a function of what was stored and the time asked about. No I/O, no clock.

A signature (签名) is reviewed by the platform (审核); every approval starts a round of filing (报备) per carrier, and
so does a click on 报备 in the console for the carriers it names::

    submitted -> 0 审核中 -> 2 rejected
                         -> 1 approved -> per carrier  -1 报备中 -> 0 报备失败
                                                                -> 1 已报备待验证 -> 3 报备成功 -> 2 报备失效
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any

from sandbox.fates import CarrierFate, Fates
from sandbox.numbers import CARRIERS
from sandbox.pace import Pace
from sandbox.rules import Rules


class Review(IntEnum):
    """``SignStatus`` of GetSmsSign: the platform's own review."""

    IN_REVIEW = 0
    APPROVED = 1
    REJECTED = 2


class Filing(IntEnum):
    """``RegisterStatus`` of GetSmsSign: one carrier's filing."""

    NOT_FILED = -2
    REGISTERING = -1
    FAILED = 0
    PENDING_VERIFICATION = 1
    EXPIRED = 2
    REGISTERED = 3


USABLE = frozenset({Filing.PENDING_VERIFICATION, Filing.REGISTERED})
"""The statuses in which a carrier delivers."""

REASON_OF: Mapping[Filing, str] = {
    Filing.NOT_FILED: "NON_REGISTER",
    Filing.REGISTERING: "REGISTERING",
    Filing.FAILED: "OTHERS_ERROR",
    Filing.PENDING_VERIFICATION: "DETECTING",
    Filing.EXPIRED: "NO_SEND_RECORD",
    Filing.REGISTERED: "DETECT_SUCCESS",
}
"""The ReasonCode that goes with a status unless a fate or a stocked signature names another."""


@dataclass(frozen=True)
class StockedCarrier:
    """Where a carrier stands on a signature that was loaded as an existing one (存量), not filed here."""

    status: Filing
    completed_at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Submission:
    """One CreateSmsSign, UpdateSmsSign, ChangeSignatureQualification or stocked signature."""

    at: datetime
    order_id: str
    material: Mapping[str, Any]
    """What the applicant handed in, by the operations' parameter names."""
    fates: Fates = field(default_factory=Fates)
    approved_at: datetime | None = None
    """Set on a stocked signature that was approved elsewhere; no review takes place then."""
    stocked: Mapping[str, StockedCarrier] = field(default_factory=dict)
    reviewed: bool = True
    """Off for one that counts at once, without a review: it is approved the moment it comes and no audit is dated."""

    def decided_at(self, pace: Pace) -> datetime | None:
        """Returns when the review is decided, or ``None`` if never."""
        if not self.reviewed:
            return self.at
        if self.approved_at is not None:
            return self.approved_at
        return None if self.fates.review == "silent" else pace.review_ends(self.at)

    @property
    def will_be_approved(self) -> bool:
        """Whether the review, once decided, is an approval."""
        return not self.reviewed or self.approved_at is not None or self.fates.review == "ok"


@dataclass(frozen=True)
class Reported:
    """One click on 报备 in the console: these carriers are filed anew, with the material that is approved."""

    at: datetime
    carriers: frozenset[str]
    fates: Fates = field(default_factory=Fates)


@dataclass(frozen=True)
class Sent:
    """One message sent under the signature."""

    at: datetime
    carrier: str
    delivered_at: datetime | None
    """When the receipt says DELIVERED; ``None`` if it never does."""


@dataclass(frozen=True)
class CarrierState:
    """One carrier at the time asked about."""

    status: Filing
    reason: str
    completed_at: datetime | None = None
    """``OperatorCompleteTime`` (运营商反馈时间): when the carrier answered. A verdict or an expiry leaves it alone."""


@dataclass(frozen=True)
class SignatureState:
    """What GetSmsSign tells at the time asked about."""

    review: Review
    shown: Submission
    """The first-created or latest-approved submission: the platform never shows an edit before its approval."""
    created_at: datetime
    audited_at: datetime | None
    """When the review that ``review`` speaks of was decided."""
    ever_approved: bool
    in_review: bool
    """Whether a submission waits for its review, whatever ``review`` shows."""
    carriers: Mapping[str, CarrierState]


@dataclass(frozen=True)
class _Round:
    """One filing with one carrier, from its start."""

    started_at: datetime
    fates: Fates
    resets: bool
    """Whether it takes the place also of one in which the carrier delivers."""
    stocked: StockedCarrier | None = None


def signature_state(
    submissions: Sequence[Submission],
    sent: Iterable[Sent],
    at: datetime,
    pace: Pace,
    rules: Rules,
    reports: Iterable[Reported] = (),
) -> SignatureState | None:
    """Computes the state of a signature.

    Args:
        submissions: Since the signature was created, in order of time.
        sent: The messages sent under it, in order of time.
        at: The time asked about; what is later does not count.
        pace: How long each step takes.
        rules: The switches for behaviour that is not documented.
        reports: The clicks on 报备, in order of time; those before the first approval have no effect.

    Returns:
        The state, or ``None`` if the signature did not exist at that time.
    """
    past = [submission for submission in submissions if submission.at <= at]
    if not past:
        return None
    decided = list(_decisions(past, at, pace))
    approvals = [(moment, submission) for moment, submission in decided if submission.will_be_approved]
    messages = [message for message in sent if message.at <= at]
    clicks = [report for report in reports if approvals and approvals[0][0] <= report.at <= at]
    in_review = not decided or decided[-1][1] is not past[-1]

    review, audited_at = Review.IN_REVIEW, None
    if not in_review or (approvals and not rules.edit_shows_in_review):
        if approvals:
            review = Review.APPROVED
            audited_at = max((moment for moment, submission in approvals if submission.reviewed), default=None)
        elif decided:
            review, audited_at = Review.REJECTED, decided[-1][0]
    return SignatureState(
        review=review,
        shown=approvals[-1][1] if approvals else past[0],
        created_at=past[0].at,
        audited_at=audited_at,
        ever_approved=bool(approvals),
        in_review=in_review,
        carriers={
            carrier: _carrier_state(carrier, approvals, clicks, messages, at, pace, rules) for carrier in CARRIERS
        },
    )


def _decisions(submissions: Iterable[Submission], at: datetime, pace: Pace) -> Iterator[tuple[datetime, Submission]]:
    for submission in submissions:
        decided_at = submission.decided_at(pace)
        if decided_at is not None and decided_at <= at:
            yield decided_at, submission


def _carrier_state(
    carrier: str,
    approvals: Sequence[tuple[datetime, Submission]],
    clicks: Sequence[Reported],
    sent: Sequence[Sent],
    at: datetime,
    pace: Pace,
    rules: Rules,
) -> CarrierState:
    """Computes one carrier's state in the round that counts: the latest that was not passed over."""
    rounds = [
        _Round(moment, approved.fates, rules.edit_resets_carriers, approved.stocked.get(carrier))
        for moment, approved in approvals
    ]
    rounds += [_Round(click.at, click.fates, resets=True) for click in clicks if carrier in click.carriers]
    current: _Round | None = None
    for following in sorted(rounds, key=lambda filing: filing.started_at):
        if current and not following.resets:
            before = [message for message in sent if message.at < following.started_at]
            if _round_state(carrier, current, before, following.started_at, pace).status in USABLE:
                continue
        current = following
    if current is None:
        return CarrierState(Filing.NOT_FILED, REASON_OF[Filing.NOT_FILED])
    return _round_state(carrier, current, sent, at, pace)


def _round_state(carrier: str, filing: _Round, sent: Sequence[Sent], at: datetime, pace: Pace) -> CarrierState:
    stocked = filing.stocked
    if stocked and stocked.status in (Filing.NOT_FILED, Filing.FAILED, Filing.EXPIRED):
        return CarrierState(stocked.status, stocked.reason or REASON_OF[stocked.status], stocked.completed_at)

    fate = filing.fates.carriers.get(carrier, CarrierFate())
    if stocked and stocked.status in USABLE:
        answered_at = stocked.completed_at or filing.started_at
    else:
        answered_at = (fate.takes or pace.registration[carrier]).after(filing.started_at)
        if not fate.answers or at < answered_at:
            return CarrierState(Filing.REGISTERING, REASON_OF[Filing.REGISTERING])
        if fate.fails_with:
            return CarrierState(Filing.FAILED, fate.fails_with, answered_at)

    registered_at: datetime | None = None
    if stocked and stocked.status is Filing.REGISTERED:
        registered_at = answered_at
    else:
        delivered = (m.delivered_at for m in sent if m.carrier == carrier and m.at >= answered_at and m.delivered_at)
        first = min(delivered, default=None)
        registered_at = first + pace.verdict if first else None
    if registered_at is None or at < registered_at:
        return CarrierState(Filing.PENDING_VERIFICATION, REASON_OF[Filing.PENDING_VERIFICATION], answered_at)

    expiry = filing.fates.expiry or pace.expiry
    expires_at = expiry.after(registered_at)
    for message in sent:
        if message.at >= expires_at:
            break
        expires_at = max(expires_at, expiry.after(message.at))
    if at >= expires_at:
        return CarrierState(Filing.EXPIRED, REASON_OF[Filing.EXPIRED], answered_at)
    return CarrierState(Filing.REGISTERED, REASON_OF[Filing.REGISTERED], answered_at)
