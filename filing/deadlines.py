"""When a filing has to wake up by itself, and how often the platform has to be read in the meantime."""

from datetime import datetime, timedelta

from filing.amending import in_review, unclear_ask_at
from filing.calendar import shown_deadline
from filing.policy import Policy
from filing.readiness import go_live_wake
from filing.record import ActionCode
from filing.requests import HealthPlan, ReadStep, WatchRequest
from filing.round_state import RoundState
from filing.snapshot import LenientModel
from filing.state import CarrierState, FilingState
from filing.vocabulary import CarrierStatus, ReviewStatus

_CURED_AT_THE_PLATFORM = {
    ActionCode.REVIEW_REJECTED,
    ActionCode.NOT_FILED,
    ActionCode.FILING_FAILED,
    ActionCode.FILING_EXPIRED,
    ActionCode.STATUS_UNKNOWN,
    ActionCode.REFILE_IN_CONSOLE,
    ActionCode.EDIT_REJECTED,
}
"""What a person mends in the console; it is to be noticed within a day."""

_CONSOLE_SOON = timedelta(days=1)
"""For so long after a click in the console was asked for it is looked for often."""


class Wake(LenientModel):
    """The next moment at which the filing itself has to do something; ``why`` is shown on the timer."""

    at: datetime
    why: str


def next_wake(state: FilingState, *, guard_at_work: bool = False) -> Wake | None:
    """The earliest deadline that the filing itself keeps; rounds keep their own.

    ``guard_at_work`` says that the traffic is being checked already.
    """
    wakes = []
    review = state.review
    if review.status is ReviewStatus.IN_REVIEW and review.overdue_at is not None and not review.overdue_told:
        wakes.append(Wake(at=review.overdue_at, why="审核 (review) is overdue"))
    amendment = in_review(state)
    if amendment is not None and review.status is not ReviewStatus.IN_REVIEW:
        if (ask_at := unclear_ask_at(state)) is not None:
            wakes.append(Wake(at=ask_at, why="did the edit arrive?"))
        if amendment.overdue_at is not None and not amendment.overdue_told:
            wakes.append(Wake(at=amendment.overdue_at, why="审核 (review) of the edit is overdue"))
    if state.not_filed_at is not None:
        wakes.append(Wake(at=state.not_filed_at, why="未报备 (not filed) after approval"))
    if (go_live := go_live_wake(state)) is not None:
        wakes.append(Wake(at=go_live, why="the day on which it is needed"))
    # The traffic is read at the platform, and a filing that is paused reads nothing.
    guard_rests = guard_at_work or state.paused
    if state.guard.next_check_at is not None and state.guard.expires_at is not None and not guard_rests:
        wakes.append(
            Wake(
                at=state.guard.next_check_at,
                why=f"check last traffic, lapses about {shown_deadline(state.guard.expires_at)}",
            )
        )
    for carrier, known in state.carriers.items():
        if known.restart_at is not None:
            wakes.append(Wake(at=known.restart_at, why=f"restart the round of {carrier.label} {carrier}"))
    return min(wakes, key=lambda wake: wake.at, default=None)


def is_gone(state: FilingState) -> bool:
    """Whether people were told that the platform no longer knows the signature."""
    return any(action.code is ActionCode.GONE for action in state.actions)


def confirm_missing_at(state: FilingState) -> datetime | None:
    """When a signature that was not found is looked for again, before it is called gone."""
    if state.missing_since is None or is_gone(state):
        return None
    return state.missing_since + state.policy.review_read_every


def reading_plan(state: FilingState) -> tuple[list[list[ReadStep]], list[datetime]]:
    """How often to read, and the moments at which a fresh look is wanted.

    It depends on the state alone, so that a reader at work is disturbed only when something about its pace changed.

    Returns:
        One list of steps per interest (the review, each carrier, the guard), and the moments. The shortest interval
        that any interest wants is the one used.
    """
    policy, begin = state.policy, state.opened_at
    plans = [[_step(begin, policy.guard_read_every)]]
    moments: list[datetime] = []
    if state.review.status in (ReviewStatus.IN_REVIEW, ReviewStatus.NOT_SUBMITTED) or state.missing_since is not None:
        plans.append([_step(begin, policy.review_read_every, hours=policy.review_hours)])
        if state.review.overdue_at is not None:
            moments.append(state.review.overdue_at)
    amendment = in_review(state)
    if amendment is not None and amendment.overdue_at is not None:
        # Once a person is asked, what shows late is early enough.
        late = _step(amendment.overdue_at, policy.registering_read_every)
        plans.append([_step(begin, policy.review_read_every, hours=policy.review_hours), late])
        moments += [moment for moment in (unclear_ask_at(state), amendment.overdue_at) if moment is not None]
    if (second_look := confirm_missing_at(state)) is not None:
        moments.append(second_look)
    if state.not_filed_at is not None:
        # A person is asked then, and what they do in the console is to be noticed within a day; the reader at work is
        # not told of it, for what it knows has not changed.
        later = _step(state.not_filed_at, policy.registering_read_every)
        plans.append([_step(begin, policy.not_filed_read_every), later])
        moments.append(state.not_filed_at)
    filing = False
    for _, known in state.open_rounds():
        # A round that has its verdict is about to end and wants no more reads.
        if known.last_round is not None and (known.status.starts_round or known.status is CarrierStatus.UNKNOWN):
            filing = True
            steps, due = _round_plan(state.policy, known, known.last_round)
            plans.append(steps)
            moments += due
    if any(action.code in _CURED_AT_THE_PLATFORM for action in state.actions):
        plans.append([_step(begin, policy.registering_read_every)])
    asked = [action.since for action in state.actions if action.code is ActionCode.REFILE_IN_CONSOLE]
    if asked:
        soon = min(_CONSOLE_SOON, policy.registering_read_every)
        plans.append([_step(begin, policy.not_filed_read_every), _step(max(asked) + soon, policy.guard_read_every)])
    if state.guard.expires_at is not None and not filing:
        moments.append(state.guard.expires_at)
    return plans, sorted(set(moments))


def watch_request(state: FilingState, *, look_again: bool = False) -> WatchRequest:
    """How the signature is to be read from now on; ``look_again`` asks for a read at once."""
    plans, moments = reading_plan(state)
    return WatchRequest(
        account=state.application.account,
        sign_name=state.application.sign_name,
        known=state.snapshot,
        known_refusal=state.read_refusal,
        adopted=state.adopted and not any(known.rounds for known in state.carriers.values()),
        confirm_missing_at=confirm_missing_at(state),
        last_read_at=None if look_again or state.snapshot is None else state.read_at,
        plans=plans,
        moments=moments,
        health=HealthPlan(
            known=state.failures, alarm=state.policy.failure_rate_alarm, least=state.policy.failures_least
        ),
        result_due=state.policy.result_due,
        result_stalled=state.policy.result_stalled,
        faster_after=state.policy.registering_faster_after,
        retry_max_seconds=state.policy.platform_retry_max.total_seconds(),
    )


def _round_plan(policy: Policy, known: CarrierState, opened: RoundState) -> tuple[list[ReadStep], list[datetime]]:
    if known.status is CarrierStatus.PENDING_VERIFICATION:
        # Help page: the verdict takes 24-48 hours, so in the first half of the time there is less to see.
        begun, every = known.observed_at or opened.submitted_at, policy.verification_read_every
        return [_step(begun, 2 * every), _step(begun + policy.verdict_due / 2, every)], []
    return (
        [
            _step(opened.submitted_at, policy.registering_read_every),
            _step(opened.faster_at, policy.registering_faster_every, at_rest=policy.registering_read_every),
            _step(opened.due_at, policy.registering_read_every),
        ],
        [opened.due_at, opened.stalled_at],
    )


def next_due_at(state: FilingState) -> datetime | None:
    """The next date that concerns a person: a review or a result that is due, or the next check of the traffic."""
    dates = [known.last_round.due_at for _, known in state.open_rounds() if known.last_round is not None]
    if state.review.status is ReviewStatus.IN_REVIEW and state.review.overdue_at is not None:
        dates.append(state.review.overdue_at)
    if (amendment := in_review(state)) is not None and amendment.overdue_at is not None:
        dates.append(amendment.overdue_at)
    if state.guard.next_check_at is not None:
        dates.append(state.guard.next_check_at)
    return min(dates, default=None)


def _step(
    since: datetime, every: timedelta, *, at_rest: timedelta | None = None, hours: tuple[int, int] | None = None
) -> ReadStep:
    return ReadStep(
        since=since,
        every_seconds=every.total_seconds(),
        at_rest_seconds=at_rest.total_seconds() if at_rest else None,
        hours=hours,
    )
