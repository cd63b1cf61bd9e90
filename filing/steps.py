"""The steps of a filing before and beside its rounds, as changes of its state."""

from datetime import datetime

from filing.calendar import shown
from filing.messages import FilingStart
from filing.observing import ask_about_not_filed_now
from filing.phase import phase_of
from filing.policy import Policy
from filing.record import ActionCode, Event
from filing.requests import CheckOutcome, SubmitOutcome
from filing.state import FilingState
from filing.vocabulary import Phase, ReviewStatus

PLATFORM = "platform"


def open_filing(start: FilingStart, *, at: datetime, run_id: str) -> FilingState:
    """The state of a new filing.

    Raises:
        ValueError: The start carries no application.
    """
    if start.application is None:
        raise ValueError("application: missing; a filing is started with an application, see examples/")
    state = FilingState(
        application=start.application,
        policy=start.policy or Policy(),
        policy_asked=start.policy is not None,
        by=start.by,
        opened_at=at,
        origin_run_id=run_id,
    )
    state.record(Event.OPENED, f"policy {start.policy.name}" if start.policy else "", at=at, by=start.by)
    return state


def take_check(state: FilingState, outcome: CheckOutcome, at: datetime) -> bool:
    """Take in what the check found.

    Returns:
        Whether the signature may be submitted.
    """
    if outcome.policy is not None and not state.policy_asked:
        state.policy = outcome.policy
    state.findings = outcome.findings
    state.government = outcome.government
    state.missing_phones = outcome.missing_phones
    state.settle(ActionCode.FIX_APPLICATION, ActionCode.NO_TEST_PHONE)
    if state.missing_phones:
        carriers = ", ".join(f"{carrier.label} {carrier}" for carrier in state.missing_phones)
        state.ask(ActionCode.NO_TEST_PHONE, at=at, detail=f"no test phone of {carriers}")
    if any(finding.rejects for finding in outcome.findings):
        told = "; ".join(f"{f.field} {f.part}: {f.rule}; {f.advice}" for f in outcome.findings)
        state.ask(ActionCode.FIX_APPLICATION, at=at, detail=told)
        state.record(Event.CHECK_FAILED, told, at=at)
        return False
    state.record(Event.CHECK_PASSED, f"policy {state.policy.name}", at=at)
    return True


def take_submission(state: FilingState, outcome: SubmitOutcome) -> None:
    """Take in the platform's answer to the submission."""
    if outcome.refusal is not None:
        code = ActionCode.FIX_ACCOUNT if outcome.refusal.account else ActionCode.SUBMIT_REFUSED
        detail = f"{outcome.refusal.code}: {outcome.refusal.text}"
        state.submit_refusal = outcome.refusal
        state.ask(code, at=outcome.at, detail=detail)
        state.record(Event.SUBMIT_REFUSED, detail, at=outcome.at, by=PLATFORM)
        return
    state.submit_refusal = None
    state.settle(ActionCode.SUBMIT_REFUSED, ActionCode.FIX_ACCOUNT)
    review = state.review
    review.submitted_at, review.order_id = outcome.at, outcome.order_id
    review.overdue_at = outcome.review_overdue_at
    state.adopted = outcome.adopted
    state.written_at = outcome.at
    if outcome.adopted:
        state.record(Event.ADOPTED, f"order {outcome.order_id or 'unknown'}", at=outcome.at)
    else:
        review.status = ReviewStatus.IN_REVIEW
        state.snapshot = outcome.snapshot
        state.read_at = outcome.at if outcome.snapshot else None
        state.record(Event.SUBMITTED, f"order {outcome.order_id}", at=outcome.at)


def meet_deadlines(state: FilingState, at: datetime) -> None:
    """Say what is late, apart from the guard, which wants a fresh look at the traffic first."""
    review = state.review
    late = review.overdue_at is not None and review.overdue_at <= at
    if review.status is ReviewStatus.IN_REVIEW and late and not review.overdue_told:
        review.overdue_told = True
        submitted = f"submitted {shown(review.submitted_at)}, " if review.submitted_at else ""
        detail = f"{submitted}order {review.order_id or 'unknown'}"
        state.ask(ActionCode.REVIEW_OVERDUE, at=at, detail=detail)
        state.record(Event.REVIEW_OVERDUE, detail, at=at)
    if state.not_filed_at is not None and state.not_filed_at <= at:
        ask_about_not_filed_now(state, at)


def close(state: FilingState, *, at: datetime, by: str, why: str) -> None:
    """Stop following the signature; nothing is deleted at the platform."""
    state.phase = Phase.RELEASED
    state.actions = []
    state.record(Event.RELEASED, why, at=at, by=by)


def refresh_phase(state: FilingState) -> None:
    """Derive the phase anew."""
    state.phase = phase_of(state)
