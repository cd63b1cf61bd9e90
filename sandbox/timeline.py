"""The life of a signature as a function of what was stored and the time asked about. No I/O, no clock.

A signature (签名) is reviewed by the platform (审核); every approval starts a round of filing (报备) per carrier, and
so does a click on 报备 in the console for the carriers it names::

    submitted -> 0 审核中 -> 10 withdrawn
                         -> 2 rejected
                         -> 1 approved -> per carrier  -1 报备中 -> 0 报备失败
                                                                -> 1 已报备待验证 -> 3 报备成功 -> 2 报备失效
                                                                -> (revoked) 2 报备失效
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum
from typing import Any

from sandbox.fates import CarrierFate, Fates
from sandbox.numbers import CARRIERS
from sandbox.pace import Pace, Span
from sandbox.rules import Rules


class Review(IntEnum):
    """``SignStatus`` of GetSmsSign: the platform's own review."""

    IN_REVIEW = 0
    APPROVED = 1
    REJECTED = 2
    CANCELLED = 10
    """取消审核: the applicant withdrew it before the review was decided."""


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
    rebinding: bool = False
    """Whether it is another binding to a qualification, which files anew whatever it changes."""
    withdrawn_at: datetime | None = None
    """When the applicant withdrew it from its review, which then decides nothing."""

    def decided_at(self, pace: Pace) -> datetime | None:
        """Returns when the review is over, or ``None`` if never."""
        if self.withdrawn_at is not None:
            return self.withdrawn_at
        if not self.reviewed:
            return self.at
        if self.approved_at is not None:
            return self.approved_at
        return None if self.fates.review == "silent" else pace.review_ends(self.at)

    @property
    def will_be_approved(self) -> bool:
        """Whether the review, once over, is an approval."""
        if self.withdrawn_at is not None:
            return False
        return not self.reviewed or self.approved_at is not None or self.fates.review == "ok"


@dataclass(frozen=True)
class Reported:
    """One click on 报备 in the console: these carriers are filed anew, with the material that is approved."""

    at: datetime
    carriers: frozenset[str]
    fates: Fates = field(default_factory=Fates)


@dataclass(frozen=True)
class Revoked:
    """What carriers had filed is taken back: 扩展码收回 (EXT_CODE_RECYCLE) or 运营商签名合规治理 (SUBPORT_RECYCLE)."""

    at: datetime
    carriers: frozenset[str]
    reason: str


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


@dataclass(frozen=True)
class _Life:
    """What befell the filings until the time asked about, and how it is taken."""

    sent: Sequence[Sent]
    revocations: Sequence[Revoked]
    pace: Pace
    rules: Rules

    def before(self, moment: datetime) -> "_Life":
        """Returns the part of it that lies before a moment."""
        return replace(
            self,
            sent=[message for message in self.sent if message.at < moment],
            revocations=[revoked for revoked in self.revocations if revoked.at < moment],
        )


def signature_state(
    submissions: Sequence[Submission],
    sent: Iterable[Sent],
    at: datetime,
    pace: Pace,
    rules: Rules,
    reports: Iterable[Reported] = (),
    revocations: Iterable[Revoked] = (),
) -> SignatureState | None:
    """Computes the state of a signature.

    Args:
        submissions: Since the signature was created, in order of time.
        sent: The messages sent under it, in order of time.
        at: The time asked about; what is later does not count.
        pace: How long each step takes.
        rules: The switches for behaviour that is not documented.
        reports: The clicks on 报备, in order of time; those before the first approval have no effect.
        revocations: What was taken back of it, in order of time; that has no effect on a carrier that does not deliver.

    Returns:
        The state, or ``None`` if the signature did not exist at that time.
    """
    past = [submission for submission in submissions if submission.at <= at]
    if not past:
        return None
    decided = list(_decisions(past, at, pace))
    approvals = [(moment, submission) for moment, submission in decided if submission.will_be_approved]
    clicks = [report for report in reports if approvals and approvals[0][0] <= report.at <= at]
    life = _Life(
        [message for message in sent if message.at <= at],
        [revoked for revoked in revocations if revoked.at <= at],
        pace,
        rules,
    )
    in_review = not decided or decided[-1][1] is not past[-1]
    review, audited_at = Review.IN_REVIEW, None
    if not in_review or (approvals and not rules.edit_shows_in_review):
        review, audited_at = _verdict(decided, rules)
    return SignatureState(
        review=review,
        shown=approvals[-1][1] if approvals else past[0],
        created_at=past[0].at,
        audited_at=audited_at,
        ever_approved=bool(approvals),
        in_review=in_review,
        carriers={carrier: _carrier_state(carrier, approvals, clicks, life, at) for carrier in CARRIERS},
    )


def _decisions(submissions: Iterable[Submission], at: datetime, pace: Pace) -> Iterator[tuple[datetime, Submission]]:
    for submission in submissions:
        decided_at = submission.decided_at(pace)
        if decided_at is not None and decided_at <= at:
            yield decided_at, submission


def _verdict(decided: Sequence[tuple[datetime, Submission]], rules: Rules) -> tuple[Review, datetime | None]:
    """Returns what the reviews that are over come to, and when the one that says so was decided."""
    approvals = [(moment, submission) for moment, submission in decided if submission.will_be_approved]
    moment, last = decided[-1]
    if last.withdrawn_at is not None and (rules.withdrawn_edit_shows or not approvals):
        return Review.CANCELLED, None
    if approvals:
        return Review.APPROVED, max((at for at, submission in approvals if submission.reviewed), default=None)
    return Review.REJECTED, moment


def _carrier_state(
    carrier: str,
    approvals: Sequence[tuple[datetime, Submission]],
    clicks: Sequence[Reported],
    life: _Life,
    at: datetime,
) -> CarrierState:
    """Computes one carrier's state in the round that counts: the latest that was not passed over."""
    rounds: list[_Round] = []
    former: Submission | None = None
    for moment, approved in approvals:
        unchanged = former is not None and approved.material == former.material and not approved.rebinding
        if life.rules.unchanged_edit_files or not unchanged:
            resets = life.rules.edit_resets_carriers
            rounds.append(_Round(moment, approved.fates, resets, approved.stocked.get(carrier)))
        former = approved
    rounds += [_Round(click.at, click.fates, resets=True) for click in clicks if carrier in click.carriers]
    current: _Round | None = None
    last_answer: datetime | None = None
    for following in sorted(rounds, key=lambda filing: filing.started_at):
        if current:
            before = _round_state(carrier, current, life.before(following.started_at), following.started_at)
            if not following.resets and before.status in USABLE:
                continue
            last_answer = before.completed_at or last_answer
        current = following
    if current is None:
        return CarrierState(Filing.NOT_FILED, REASON_OF[Filing.NOT_FILED])
    state = _round_state(carrier, current, life, at)
    if state.status is Filing.REGISTERING and life.rules.complete_time_while_registering == "previous":
        return replace(state, completed_at=last_answer)
    return state


def _round_state(carrier: str, filing: _Round, life: _Life, at: datetime) -> CarrierState:
    """Computes the state of one filing, what was taken back included."""
    revocations = [revoked for revoked in life.revocations if carrier in revoked.carriers]
    fate = filing.fates.carriers.get(carrier, CarrierFate())
    if fate.revoked_with and fate.revoked_after and not filing.stocked:
        revoked_at = fate.revoked_after.after(_answered_at(carrier, filing, life.pace))
        revocations.append(Revoked(revoked_at, frozenset({carrier}), fate.revoked_with))
    for revoked in sorted(revocations, key=lambda event: event.at):
        if filing.started_at <= revoked.at <= at:
            before = _filed_state(carrier, filing, life, revoked.at)
            if before.status in USABLE:
                return CarrierState(Filing.EXPIRED, revoked.reason, before.completed_at)
    return _filed_state(carrier, filing, life, at)


def _answered_at(carrier: str, filing: _Round, pace: Pace) -> datetime:
    fate = filing.fates.carriers.get(carrier, CarrierFate())
    return (fate.takes or pace.registration[carrier]).after(filing.started_at)


def _filed_state(carrier: str, filing: _Round, life: _Life, at: datetime) -> CarrierState:
    """Computes the state of one filing as if nothing was ever taken back."""
    stocked = filing.stocked
    if stocked and stocked.status in (Filing.NOT_FILED, Filing.FAILED, Filing.EXPIRED):
        return CarrierState(stocked.status, stocked.reason or REASON_OF[stocked.status], stocked.completed_at)

    fate = filing.fates.carriers.get(carrier, CarrierFate())
    if stocked and stocked.status in USABLE:
        answered_at = stocked.completed_at or filing.started_at
    else:
        answered_at = _answered_at(carrier, filing, life.pace)
        if not fate.answers or at < answered_at:
            return CarrierState(Filing.REGISTERING, REASON_OF[Filing.REGISTERING])
        if fate.fails_with:
            return CarrierState(Filing.FAILED, fate.fails_with, answered_at)

    registered_at: datetime | None = None
    if stocked and stocked.status is Filing.REGISTERED:
        registered_at = answered_at
    else:
        registered_at = _registered_at(carrier, answered_at, life)
    if registered_at is None or at < registered_at:
        return CarrierState(Filing.PENDING_VERIFICATION, REASON_OF[Filing.PENDING_VERIFICATION], answered_at)
    if at >= _expires_at(carrier, filing.fates.expiry or life.pace.expiry, registered_at, life):
        return CarrierState(Filing.EXPIRED, REASON_OF[Filing.EXPIRED], answered_at)
    return CarrierState(Filing.REGISTERED, REASON_OF[Filing.REGISTERED], answered_at)


def _registered_at(carrier: str, answered_at: datetime, life: _Life) -> datetime | None:
    delivered = sorted(
        message.delivered_at
        for message in life.sent
        if message.carrier == carrier and message.at >= answered_at and message.delivered_at
    )
    needed = life.rules.deliveries_for_verdict
    return delivered[needed - 1] + life.pace.verdict if len(delivered) >= needed else None


def _expires_at(carrier: str, expiry: Span, registered_at: datetime, life: _Life) -> datetime:
    expires_at = expiry.after(registered_at)
    for message in life.sent:
        if message.at >= expires_at:
            break
        if life.rules.expiry_counts == "signature" or message.carrier == carrier:
            expires_at = max(expires_at, expiry.after(message.at))
    return expires_at
