"""What became of an edit or a re-file: from the platform's answer to the write to the verdict of its review.

While it is reviewed the platform goes on showing the material approved before, so its verdict is known by its order
id, by a status that changes, or from a person; a rejected one may never show.
"""

from datetime import datetime, timedelta

from filing.amending import OUTCOME_ACTIONS, PLATFORM, approved, at_work, in_review, queue, told, unclear_ask_at
from filing.amendment import Amendment, AmendmentStage
from filing.hinting import heard_words
from filing.record import ActionCode, Event
from filing.requests import AmendOutcome, AmendResult
from filing.review_words import Rejection
from filing.snapshot import Refusal, SignatureSnapshot
from filing.state import FilingState
from filing.supporting_papers import PAPER_FIELDS
from filing.vocabulary import Carrier, CarrierStatus, FilingWay, ReviewStatus

NO_CALENDAR = timedelta(days=2)
"""Time for a review whose deadline no activity computed, because its answer was lost together with the submission."""


def take_outcome(state: FilingState, outcome: AmendOutcome) -> None:
    """Take in what came of handing the signature in anew; what the platform shows now is taken in by the caller."""
    amendment = at_work(state)
    if amendment is None or amendment.stage is not AmendmentStage.TO_WRITE:
        return
    if outcome.result is AmendResult.NOT_NOW and _arrived_before(amendment, outcome):
        # It was taken for lost and written again, and the platform shows that it has it.
        amendment.stage, amendment.shown_in_review = AmendmentStage.IN_REVIEW, True
        amendment.overdue_at = outcome.at + NO_CALENDAR
        return
    if outcome.result is AmendResult.NOT_NOW:
        # The platform knows of a review or a filing that this filing did not: it waits its turn.
        state.amendment = None
        queue(state, amendment.wish, outcome.at)
        return
    if outcome.result is AmendResult.REFUSED:
        refusal = outcome.refusal or Refusal(code="", text="")
        _end(state, amendment, AmendmentStage.REFUSED, outcome.at, refusal.traced, PLATFORM)
        state.ask(ActionCode.EDIT_REFUSED, at=outcome.at, detail=refusal.told)
        return
    if outcome.before is not None:
        amendment.order_before = outcome.before.order_id or amendment.order_before
        amendment.qualification_before = outcome.before.qualification_id
        amendment.approved_before = approved(outcome.before)
    amendment.stage = AmendmentStage.IN_REVIEW
    amendment.order_id, amendment.api_request_id = outcome.order_id, outcome.api_request_id
    amendment.written_at = state.written_at = outcome.at
    amendment.overdue_at = outcome.review_overdue_at or outcome.at + NO_CALENDAR
    amendment.unclear = outcome.result is AmendResult.UNCLEAR
    about = told(amendment.wish, amendment.differences)
    if amendment.unclear:
        words = outcome.refusal.text if outcome.refusal else "no answer"
        state.record(Event.EDIT_UNCLEAR, f"{words}; {about}", at=outcome.at)
        # Whatever is seen next is news: it may tell whether the platform has it.
        state.snapshot = None
    else:
        detail = f"order {amendment.order_id or 'unknown'}, {amendment.way}; {about}"
        state.record(Event.EDIT_SUBMITTED, detail, at=outcome.at, by=amendment.wish.by)
        state.settle(ActionCode.REVIEW_REJECTED)
    if outcome.findings is not None:
        others = [finding for finding in state.findings if finding.field not in PAPER_FIELDS]
        state.findings = [*others, *outcome.findings]
    if not amendment.approved_before:
        # Never approved, so there is no older material that goes on: this is the application now.
        state.application = amendment.application


def _arrived_before(amendment: Amendment, outcome: AmendOutcome) -> bool:
    shown = outcome.seen.snapshot if outcome.seen else None
    return amendment.written_at is not None and shown is not None and shown.review is ReviewStatus.IN_REVIEW


def judge(state: FilingState, snapshot: SignatureSnapshot, at: datetime) -> None:
    """Find out from what the platform shows what became of an edit or re-file."""
    amendment = state.amendment
    if amendment is None or amendment.written_at is None or at < amendment.written_at:
        return
    if not amendment.stage.at_work:
        _overrule(state, amendment, snapshot, at)
        return
    if snapshot.review is ReviewStatus.IN_REVIEW:
        amendment.shown_in_review, amendment.unclear = True, False
        state.settle(ActionCode.EDIT_UNCLEAR, ActionCode.EDIT_UNANSWERED)
        return
    stage = _verdict(state, amendment, amendment.written_at, snapshot)
    if stage is not None:
        end(state, amendment, stage, at, snapshot.review_text, PLATFORM, order_id=snapshot.order_id)


def _verdict(
    state: FilingState, amendment: Amendment, written_at: datetime, snapshot: SignatureSnapshot
) -> AmendmentStage | None:
    """What a snapshot that is no longer 审核中 says of an amendment; none where it says nothing yet."""
    if snapshot.review in (ReviewStatus.REJECTED, ReviewStatus.CANCELLED):
        decided = snapshot.audited_at is not None and snapshot.audited_at >= written_at.replace(microsecond=0)
        rejected = amendment.approved_before or amendment.shown_in_review or decided
        return AmendmentStage.REJECTED if rejected else None
    if snapshot.review is not ReviewStatus.APPROVED:
        return None
    order = snapshot.order_id
    if order is not None and order == amendment.order_id:
        return AmendmentStage.APPROVED
    if None not in (order, amendment.order_before) and order != amendment.order_before:
        return AmendmentStage.APPROVED if amendment.order_id is None else AmendmentStage.OVERTAKEN
    # Nothing was being filed when it was handed in, so what is being filed now follows from it; unless nobody knows
    # whether it arrived, for then it may be a click in the console.
    certain = not amendment.unclear or amendment.way is FilingWay.CHANGE_QUALIFICATION
    certain = certain and snapshot.qualification_id in (None, amendment.application.qualification_id)
    refiled = certain and any(
        snapshot.reading(c).status is CarrierStatus.REGISTERING
        and state.carrier(c).status is not CarrierStatus.REGISTERING
        for c in Carrier
    )
    if not amendment.approved_before or _rebound(amendment, snapshot) or refiled:
        return AmendmentStage.APPROVED
    # Reviewed, and the old material is back.
    return AmendmentStage.REJECTED if amendment.shown_in_review else None


def _rebound(amendment: Amendment, snapshot: SignatureSnapshot) -> bool:
    """Whether the signature rests on the qualification of the edit now, and did not before."""
    before, now = amendment.qualification_before, snapshot.qualification_id
    return before is not None and now != before and now == amendment.application.qualification_id


def end(
    state: FilingState,
    amendment: Amendment,
    stage: AmendmentStage,
    at: datetime,
    words: str,
    by: str,
    *,
    order_id: str | None = None,
) -> None:
    """An edit or re-file has its verdict, from the platform or from a person."""
    state.settle(*OUTCOME_ACTIONS)
    if stage is AmendmentStage.APPROVED:
        amendment.order_id = order_id or amendment.order_id
        _end(state, amendment, stage, at, "", by)
        state.application, state.rejection = amendment.application, None
        return
    if stage is AmendmentStage.OVERTAKEN:
        words = f"the platform shows order {order_id}, handed in was {amendment.order_id}"
    _end(state, amendment, stage, at, words, by)
    if stage is AmendmentStage.REJECTED:
        state.rejection = Rejection(order_id=amendment.order_id, application=amendment.application, words=words)
    if not amendment.approved_before and stage is AmendmentStage.REJECTED:
        # Nothing older goes on, so it is the signature itself that was rejected.
        state.review.reasons = (words,) if words else ()
        state.ask(ActionCode.REVIEW_REJECTED, at=at, detail=words or stage.label)
    else:
        said = (
            words
            or heard_words(state, amendment.order_id)
            or "the platform does not show the reviewer's words; the console does (签名管理)"
        )
        detail = f"order {amendment.order_id or 'unknown'}, {stage.label}: {said}"
        state.ask(ActionCode.EDIT_REJECTED, at=at, detail=detail)


_EVENTS = {
    AmendmentStage.APPROVED: Event.EDIT_APPROVED,
    AmendmentStage.REJECTED: Event.EDIT_REJECTED,
    AmendmentStage.REFUSED: Event.EDIT_REFUSED,
    AmendmentStage.OVERTAKEN: Event.EDIT_OVERTAKEN,
}


def _end(state: FilingState, amendment: Amendment, stage: AmendmentStage, at: datetime, words: str, by: str) -> None:
    amendment.stage, amendment.ended_at, amendment.words, amendment.ended_by = stage, at, words, by
    amendment.unclear = False
    order = f"order {amendment.order_id}" if amendment.order_id else ""
    about = told(amendment.wish, amendment.differences)
    state.record(_EVENTS[stage], "; ".join(filter(None, (order, about, words))), at=at, by=by)


def write_again(state: FilingState, amendment: Amendment) -> None:
    """A person found that the platform never received it: the same is handed in once more."""
    amendment.stage, amendment.unclear, amendment.unclear_told = AmendmentStage.TO_WRITE, False, False
    amendment.overdue_at, amendment.overdue_told = None, False
    state.settle(*OUTCOME_ACTIONS)


def _overrule(state: FilingState, amendment: Amendment, snapshot: SignatureSnapshot, at: datetime) -> None:
    """The platform shows as approved what was taken for rejected: its word is final."""
    order = snapshot.order_id
    if amendment.stage is not AmendmentStage.REJECTED or snapshot.review is not ReviewStatus.APPROVED:
        return
    this_one = order == amendment.order_id if amendment.order_id else _rebound(amendment, snapshot)
    if order is not None and this_one:
        state.record(Event.OVERRULED, f"order {order} is approved after all", at=at, by=PLATFORM)
        end(state, amendment, AmendmentStage.APPROVED, at, "", PLATFORM, order_id=order)
    elif None not in (order, amendment.order_before) and order != amendment.order_before:
        # Mended by another edit, in the console: nobody need answer this one any more.
        state.settle(ActionCode.EDIT_REJECTED)


def meet_deadline(state: FilingState, at: datetime) -> None:
    """Ask a person about an edit whose fate the platform does not tell."""
    amendment = in_review(state)
    if amendment is None or state.review.status is ReviewStatus.IN_REVIEW:
        return
    order = f"order {amendment.order_id or 'unknown'}"
    told_at = unclear_ask_at(state)
    if told_at is not None and told_at <= at:
        amendment.unclear_told = True
        state.ask(ActionCode.EDIT_UNCLEAR, at=at, detail=told(amendment.wish, amendment.differences))
    if amendment.overdue_at is not None and amendment.overdue_at <= at and not amendment.overdue_told:
        amendment.overdue_told = True
        state.settle(ActionCode.EDIT_UNCLEAR)
        state.ask(ActionCode.EDIT_UNANSWERED, at=at, detail=order)
        state.record(Event.EDIT_UNANSWERED, order, at=at)
