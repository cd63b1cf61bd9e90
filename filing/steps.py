"""The steps of a filing before and beside its rounds, as changes of its state."""

from datetime import datetime

from filing.adopting import EARLIER_RECORDS, told_findings, told_unknown
from filing.amending import at_work, change_application, drop_queue
from filing.amendment import Deletion
from filing.calendar import shown
from filing.guard import registered
from filing.judging import meet_deadline
from filing.messages import EarlierFiling, FilingStart, ReplacementReady
from filing.observing import ask_about_not_filed_now
from filing.papers import waits_only
from filing.phase import phase_of
from filing.policy import Policy
from filing.readiness import watch_go_live
from filing.record import ActionCode, Event
from filing.requests import CheckOutcome, DeleteOutcome, SubmitOutcome
from filing.state import FilingState
from filing.vocabulary import Carrier, Phase, ReviewStatus

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
        adopts=start.adopt,
    )
    if start.earlier is not None:
        _continue_numbers(state, start.earlier)
    state.record(Event.OPENED, f"policy {start.policy.name}" if start.policy else "", at=at, by=start.by)
    return state


def _continue_numbers(state: FilingState, earlier: EarlierFiling) -> None:
    """The name was filed before: its records stay readable, and its rounds' numbers are not used again."""
    state.inherit_records(earlier.records)
    for carrier, number in earlier.rounds.items():
        state.carrier(carrier).rounds = number


def take_edit_before_submission(state: FilingState, at: datetime) -> None:
    """An edit before the submission changes the application itself, and everything is checked anew."""
    if state.queued is not None:
        change_application(state, state.queued, at)
        state.queued, state.findings, state.submit_refusal = None, [], None
        state.settle(ActionCode.FIX_APPLICATION, ActionCode.SUBMIT_REFUSED)


def take_check(state: FilingState, outcome: CheckOutcome, at: datetime) -> bool:
    """Take in what the check found.

    Returns:
        Whether the signature may be submitted. One that exists already is taken over whatever it lacks; what of it
        matters becomes an action later.
    """
    if outcome.policy is not None and not state.policy_asked:
        state.policy = outcome.policy
    state.forecast = outcome.forecast or state.forecast
    watch_go_live(state, at)
    state.findings = outcome.findings
    state.government = outcome.government
    state.price_per_message = outcome.price_per_message
    state.missing_phones = outcome.missing_phones
    state.settle(ActionCode.FIX_APPLICATION, ActionCode.NO_TEST_PHONE)
    if state.missing_phones:
        carriers = ", ".join(f"{carrier.label} {carrier}" for carrier in state.missing_phones)
        state.ask(ActionCode.NO_TEST_PHONE, at=at, detail=f"no test phone of {carriers}")
    if any(finding.rejects for finding in outcome.findings):
        told = told_findings(outcome.findings)
        state.record(Event.CHECK_FAILED, told, at=at)
        # A qualification that is only under review (审核中) is waited for: nobody has to do anything.
        if not state.adopts and not waits_only(outcome.findings):
            state.ask(ActionCode.FIX_APPLICATION, at=at, detail=told)
        return state.adopts
    state.record(Event.CHECK_PASSED, f"policy {state.policy.name}", at=at)
    return True


def take_submission(state: FilingState, outcome: SubmitOutcome) -> None:
    """Take in the platform's answer to the submission."""
    if outcome.refusal is not None:
        code = ActionCode.FIX_ACCOUNT if outcome.refusal.account else ActionCode.SUBMIT_REFUSED
        detail = outcome.refusal.told
        state.submit_refusal = outcome.refusal
        state.ask(code, at=outcome.at, detail=detail)
        state.record(Event.SUBMIT_REFUSED, outcome.refusal.traced, at=outcome.at, by=PLATFORM)
        return
    state.submit_refusal = None
    state.settle(ActionCode.SUBMIT_REFUSED, ActionCode.FIX_ACCOUNT)
    review = state.review
    review.submitted_at, review.order_id = outcome.at, outcome.order_id
    review.api_request_id, review.overdue_at = outcome.api_request_id, outcome.review_overdue_at
    state.forecast = outcome.forecast or state.forecast
    state.adopted = outcome.adopted
    state.written_at = outcome.at
    if outcome.adopted:
        told = (f"order {outcome.order_id or 'unknown'}", told_unknown(state.application), EARLIER_RECORDS)
        state.record(Event.ADOPTED, "; ".join(filter(None, told)), at=outcome.at)
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
        amendment = at_work(state)
        detail = f"{submitted}order {(amendment.order_id if amendment else review.order_id) or 'unknown'}"
        state.ask(ActionCode.REVIEW_OVERDUE, at=at, detail=detail)
        state.record(Event.REVIEW_OVERDUE, detail, at=at)
    if state.not_filed_at is not None and state.not_filed_at <= at:
        ask_about_not_filed_now(state, at)
    meet_deadline(state, at)
    watch_go_live(state, at)


def close(state: FilingState, *, at: datetime, by: str, why: str, phase: Phase = Phase.RELEASED) -> None:
    """Stop following the signature, because it was let go (nothing is deleted at the platform) or deleted there."""
    drop_queue(state, at, by, phase.label)
    state.phase, state.deletion = phase, None
    state.actions = []
    state.record(Event.DELETED if phase is Phase.DELETED else Event.RELEASED, why, at=at, by=by)


def take_deletion(state: FilingState, outcome: DeleteOutcome, asked: Deletion | None = None) -> None:
    """Take in what came of a deletion that was asked for; a refusal is an action, and the filing goes on.

    A filing that was released meanwhile has forgotten what was ``asked``; what was deleted is recorded as deleted.
    """
    deletion = state.deletion or asked
    if deletion is None:
        return
    if outcome.refusal is None:
        gone = "the platform knew it no more" if outcome.was_gone else ""
        why = "; ".join(filter(None, (gone, deletion.reason)))
        close(state, at=outcome.at, by=deletion.by, why=why, phase=Phase.DELETED)
        return
    state.deletion = None
    if state.phase.closed:
        return
    state.ask(ActionCode.DELETE_REFUSED, at=outcome.at, detail=outcome.refusal.told)
    state.record(Event.DELETE_REFUSED, outcome.refusal.traced, at=outcome.at, by=PLATFORM)


def replacement_ready(state: FilingState, at: datetime) -> bool:
    """Whether this signature has just become usable wherever the one was whose place it takes."""
    replaces = state.replaces
    if replaces is None or replaces.told_at is not None:
        return False
    usable = set(registered(state))
    ready = usable >= set(replaces.carriers) if replaces.carriers else bool(usable)
    if ready:
        replaces.told_at = at
        told = " ".join(f"{carrier.label} {carrier}" for carrier in Carrier if carrier in usable)
        state.record(Event.REPLACEMENT_READY, f"{replaces.sign_name} may go; usable: {told}", at=at)
    return ready


def take_replacement_ready(state: FilingState, news: ReplacementReady, at: datetime) -> None:
    """Another signature has taken the place of this one: a person decides whether it is released or deleted."""
    told = " ".join(f"{carrier.label} {carrier}" for carrier in news.carriers)
    state.ask(ActionCode.REPLACED, at=at, detail=f"【{news.sign_name}】 is usable: {told}")
    state.record(Event.REPLACEMENT_READY, f"{news.sign_name} takes its place", at=at)


def refresh_phase(state: FilingState) -> None:
    """Derive the phase anew."""
    state.phase = phase_of(state)
