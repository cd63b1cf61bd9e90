"""The filing (报备) of one signature: checked, submitted, followed at three carriers, and guarded for years."""

import asyncio
from datetime import datetime, timedelta
from typing import TypeVar

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception
from temporalio.workflow import ActivityHandle

from activities.applications import ApplicationActivities
from activities.watching import WatchActivities
from engine.names import FILING_WORKFLOW
from engine.search_attributes import Values, updates_between, values_of
from filing import steps
from filing.card import filing_card
from filing.deadlines import confirm_missing_at, next_wake, reading_plan
from filing.guard import check_guard, refresh_guard, registered, traffic_since
from filing.messages import (
    FilingResult,
    FilingStart,
    LookNow,
    OperatorMessage,
    Pause,
    Release,
    Resume,
    RoundCommand,
    RoundNews,
    SendTest,
)
from filing.observing import take_in, under_review_again
from filing.record import Event, Record
from filing.report import FilingReport, report_on
from filing.requests import CheckOutcome, CheckRequest, SubmitOutcome, SubmitRequest, TrafficRequest, WatchRequest
from filing.rounds import restart_due, take_news
from filing.state import FilingState
from filing.verification import tests_on
from filing.vocabulary import Carrier, ReviewStatus
from workflows.alarm import AlarmClock
from workflows.background import Background
from workflows.extra_tests import ExtraTests
from workflows.messages import NOTHING, OperatorMessages
from workflows.proving import READ_TIMEOUT
from workflows.reading import Reader
from workflows.rounds import Rounds

ANSWER_FIRST = timedelta(seconds=1)

Outcome = TypeVar("Outcome")

LOOK_AGAIN_AFTER = timedelta(seconds=5)
"""Hints to look that come closer together than this are one hint."""


@workflow.defn(name=FILING_WORKFLOW)
class SignatureFilingWorkflow(OperatorMessages):
    """One signature for as long as anybody cares for it.

    It reads the platform, opens a round for each carrier that is being filed, keeps what the rounds report, warns
    before the filing lapses, and takes messages from people. It ends when it is released or deleted.
    """

    @workflow.init
    def __init__(self, start: FilingStart | None = None) -> None:
        info = workflow.info()
        start = start or FilingStart()
        try:
            self._state: FilingState = start.state or steps.open_filing(
                start, at=workflow.now(), run_id=info.first_execution_run_id
            )
        except ValueError as failure:
            raise ApplicationError(str(failure), type="PayloadValidationError", non_retryable=True) from failure
        self._stirred = False
        self._shown: Values = {pair.key: pair.value for pair in info.typed_search_attributes}
        self._look_again = False
        self._guard_check: asyncio.Task[None] | None = None
        self._hinted_at: datetime | None = None
        self._background = Background(self._stir)
        self._alarm = AlarmClock(self._stir)
        self._reader = Reader(self._stir)
        self._rounds = Rounds(self._state, self._background)
        self._extra = ExtraTests(self._state, self._background, self._note)

    @workflow.run
    async def run(self, start: FilingStart | None = None) -> FilingResult:  # noqa: ARG002 - taken by __init__
        """Follow the signature until it is released; how it closed is the result."""
        try:
            await self._bring_to_platform()
            await self._follow()
        except BaseException as failure:
            if is_cancelled_exception(failure):
                steps.close(self._state, at=workflow.now(), by="Web UI or CLI", why="the workflow was cancelled")
                self._publish()
            raise
        self._reader.stop()
        self._alarm.stop()
        self._publish()
        await self._rounds.wind_up()
        await self._extra.wind_up()
        # Whoever released the filing gets an answer first: an update that is answered by the very task that closes
        # the workflow is thrown back by the server if anything else arrives meanwhile.
        await workflow.sleep(ANSWER_FIRST, summary="answer before closing")
        await workflow.wait_condition(workflow.all_handlers_finished)
        return FilingResult(phase=self._state.phase, closed_at=workflow.now(), records=self._state.records)

    # The procedure

    async def _bring_to_platform(self) -> None:
        """Steps 1 and 2: an approved qualification (资质), a proper name, and the submission or adoption."""
        while self._state.review.submitted_at is None and not self._state.phase.closed:
            self._publish()
            if self._state.paused:
                await workflow.wait_condition(lambda: not self._state.paused or self._state.phase.closed)
            elif await self._check():
                await self._submit()

    async def _check(self) -> bool:
        """Check the application; what is wrong is shown as an action and checked again until it is cured."""
        state = self._state
        known = state.findings or None
        handle = workflow.start_activity_method(
            ApplicationActivities.check_application,
            CheckRequest(
                application=state.application,
                known=None if self._look_again else known,
                read_every_seconds=state.policy.qualification_read_every.total_seconds(),
                retry_max_seconds=state.policy.platform_retry_max.total_seconds(),
            ),
            start_to_close_timeout=READ_TIMEOUT,
            retry_policy=self._retry(),
            summary="wait for the findings to change" if known else "check names and qualification (资质)",
        )
        self._look_again = False
        outcome: CheckOutcome | None = await self._unless_interrupted(handle)
        return outcome is not None and steps.take_check(state, outcome, workflow.now())

    async def _submit(self) -> None:
        """Submit for review, or adopt; a refusal waits for a person, who then says ``look_now``.

        What the account is to blame for is tried again by the activity itself, until the answer changes.
        """
        state, refusal = self._state, self._state.submit_refusal
        overdue = state.policy.review_overdue_government if state.government else state.policy.review_overdue
        handle = workflow.start_activity_method(
            ApplicationActivities.submit_signature,
            SubmitRequest(
                application=state.application,
                review_overdue=overdue,
                known_refusal=refusal if refusal and refusal.account else None,
                retry_max_seconds=state.policy.platform_retry_max.total_seconds(),
            ),
            start_to_close_timeout=READ_TIMEOUT,
            retry_policy=self._retry(),
            # Called off while it waits for the platform it wrote nothing; while it writes, its answer counts.
            cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            summary="submit the signature for 审核, or adopt it",
        )
        outcome: SubmitOutcome | None = await self._unless_interrupted(handle)
        if outcome is None:
            return
        steps.take_submission(state, outcome)
        if outcome.refusal is not None and not outcome.refusal.account:
            self._publish()
            await workflow.wait_condition(lambda: self._look_again or state.phase.closed)

    async def _follow(self) -> None:
        """Steps 3 to 6: read, open rounds, take their verdicts, and guard what is registered."""
        while not self._state.phase.closed:
            self._keep_reading()
            wake = next_wake(self._state, guard_at_work=self._guard_check is not None)
            self._alarm.set(wake.at if wake else None, wake.why if wake else "")
            self._publish()
            if self._may_continue_as_new():
                workflow.continue_as_new(FilingStart(state=self._state))
            await workflow.wait_condition(lambda: self._stirred)
            self._stirred = False
            self._background.raise_failure()
            self._take_in_reading()
            self._meet_deadlines()
            self._take_over_from_rounds()

    def _keep_reading(self) -> None:
        state = self._state
        if state.paused:
            self._reader.stop()
            return
        plans, moments = reading_plan(state)
        self._reader.read_on(
            WatchRequest(
                account=state.application.account,
                sign_name=state.application.sign_name,
                known=state.snapshot,
                known_refusal=state.read_refusal,
                adopted=state.adopted and not any(known.rounds for known in state.carriers.values()),
                confirm_missing_at=confirm_missing_at(state),
                last_read_at=None if self._look_again or state.snapshot is None else state.read_at,
                plans=plans,
                moments=moments,
                result_due=state.policy.result_due,
                result_stalled=state.policy.result_stalled,
                faster_after=state.policy.registering_faster_after,
                retry_max_seconds=state.policy.platform_retry_max.total_seconds(),
            )
        )
        self._look_again = False

    def _take_in_reading(self) -> None:
        outcome = self._reader.take()
        if outcome is None:
            return
        observation = take_in(self._state, outcome)
        for carrier, change in observation.to_tell:
            self._rounds.tell(carrier, change)
        # Before new rounds are started, which know it from their beginning.
        self._rounds.hold(held=under_review_again(self._state))
        for opened in observation.to_start:
            self._rounds.start(opened)

    def _take_over_from_rounds(self) -> None:
        """A round that has ended may leave a receipt to come, or a test that was asked of it too late."""
        for ended in self._rounds.left_over:
            self._extra.finish(ended)
        self._rounds.left_over.clear()

    def _meet_deadlines(self) -> None:
        state, now = self._state, workflow.now()
        steps.meet_deadlines(state, now)
        restart_due(state, now)
        due = state.guard.next_check_at
        if due is not None and due <= now and self._guard_check is None and not state.paused:
            self._guard_check = self._background.start(self._check_traffic())

    async def _check_traffic(self) -> None:
        """Look at the latest traffic before anybody is warned that the filing is about to lapse."""
        state = self._state
        try:
            outcome = await workflow.execute_activity_method(
                WatchActivities.read_last_traffic,
                TrafficRequest(
                    account=state.application.account,
                    sign_name=state.application.sign_name,
                    since=traffic_since(state, workflow.now()),
                    retry_max_seconds=state.policy.platform_retry_max.total_seconds(),
                ),
                start_to_close_timeout=READ_TIMEOUT,
                retry_policy=self._retry(),
                summary="last traffic under the signature",
            )
            decision = check_guard(state, outcome.traffic_at, workflow.now())
            if decision.keep_alive and not state.paused and not under_review_again(state):
                for carrier in registered(state):
                    state.record(Event.KEEP_ALIVE, at=workflow.now(), carrier=carrier)
                    self._extra.send(carrier)
        except ActivityError as failure:
            workflow.logger.warning("the traffic was not read: %s", failure)
            state.guard.next_check_at = workflow.now() + state.policy.guard_read_every
        finally:
            self._guard_check = None

    # Messages from people; how they arrive and are refused is in workflows.messages

    def objection(self, message: OperatorMessage) -> str | None:
        """Why the state does not allow a message, or none."""
        state = self._state
        if state.phase.closed:
            return f"the filing is {state.phase.label} ({state.phase}); submit the signature anew"
        if isinstance(message, LookNow | SendTest) and state.paused:
            return "the filing is paused; resume it first"
        if isinstance(message, SendTest):
            return self._objection_to_test(message)
        return None

    def _objection_to_test(self, message: SendTest) -> str | None:
        review = self._state.review.status
        if review is not ReviewStatus.APPROVED:
            return f"the signature is {review.label}; test messages need {ReviewStatus.APPROVED.label}"
        for carrier in _chosen(message):
            if self._extra.at_work(carrier):
                return f"a test message to {carrier.label} {carrier} is on its way already"
            most = self._state.policy.tests_per_day
            if tests_on(self._state.carrier(carrier), workflow.now()) >= most:
                return f"{most} test messages went to {carrier.label} {carrier} today; the policy allows no more a day"
        return None

    def obey(self, message: OperatorMessage) -> str:
        """Do what a person asked for and say what follows."""
        state, now = self._state, workflow.now()
        name = type(message).__name__
        self._stir()
        match message:
            case LookNow():
                if self._hinted_at is not None and now - self._hinted_at < LOOK_AGAIN_AFTER:
                    return "the platform is being read already"
                self._look_again, self._hinted_at = True, now
                self._reader.stop()
                return "reading the platform now"
            case Pause():
                state.paused = True
                self._rounds.command(RoundCommand(paused=True))
                answer = "paused: nothing is read or sent until resume"
            case Resume():
                state.paused = False
                self._rounds.command(RoundCommand(paused=False))
                answer = "resumed"
            case Release():
                steps.close(state, at=now, by=message.by, why=message.reason)
                return "released: the signature is followed no more, nothing was deleted at the platform"
            case SendTest():
                answer = self._test_send(message)
            case _:
                answer = "not understood by this version; nothing was done"
        state.record(Event.MESSAGE, f"{name}: {answer}", at=now, by=message.by)
        return answer

    def _test_send(self, message: SendTest) -> str:
        in_rounds = [carrier for carrier in _chosen(message) if self._rounds.running(carrier)]
        outside = [carrier for carrier in _chosen(message) if carrier not in in_rounds]
        for carrier in in_rounds:
            self._rounds.command(RoundCommand(batches=1, by=message.by), carrier)
        for carrier in outside:
            self._extra.send(carrier)
        parts = [f"{c.label}: passed on to the open round" for c in in_rounds]
        parts += [f"{c.label}: one message is being sent" for c in outside]
        return "; ".join(parts)

    def refuse_message(self, name: str, why: str) -> None:
        """Note a message that was refused, with what its sender would have been told."""
        self._state.record(Event.MESSAGE_REFUSED, f"{name}: {why}", at=workflow.now(), by="unknown")
        self._stir()

    def earlier_answer(self, request_id: str) -> str | None:
        """The answer that a request of this id was given, in this run or an earlier one."""
        return self._state.answers.get(request_id)

    def remember_answer(self, request_id: str, answer: str) -> None:
        """Keep an answer for a repeated request."""
        self._state.remember_answer(request_id, answer)

    @workflow.signal(name="round_news", description="From a round: where it stands")
    def round_news(self, message: RawValue = NOTHING) -> None:
        """Take what a round reports."""
        news: RoundNews = workflow.payload_converter().from_payload(message.payload, RoundNews)
        take_news(self._state, news)
        refresh_guard(self._state, workflow.now())
        self._stir()

    @workflow.query(name="report", description="Everything there is to know about the filing")
    def report(self, as_of: datetime | None = None) -> FilingReport:
        """Report on the filing; what depends on the time is told as of now, or of a later moment that is given."""
        now = workflow.now()
        return report_on(self._state, workflow.info().workflow_id, max(now, as_of) if as_of else now)

    # What is shown, and when to begin a new run

    def _publish(self) -> None:
        """Bring list columns and card up to date, once per wake-up and only where something changed."""
        steps.refresh_phase(self._state)
        values = values_of(self._state)
        updates = updates_between(self._shown, values)
        if updates:
            workflow.upsert_search_attributes(updates)
            self._shown = values
        workflow.set_current_details(filing_card(self._state))

    def _may_continue_as_new(self) -> bool:
        return (
            workflow.info().is_continue_as_new_suggested()
            and not self._rounds.any_running
            and not self._extra.any_at_work
            and not self._rounds.left_over
            and self._guard_check is None
            and not self._stirred
            and workflow.all_handlers_finished()
        )

    def _note(self, record: Record) -> None:
        self._state.record(
            record.event, record.detail, at=record.at, by=record.by, carrier=record.carrier, number=record.round
        )

    def _stir(self) -> None:
        self._stirred = True

    def _retry(self) -> RetryPolicy:
        return RetryPolicy(maximum_interval=self._state.policy.platform_retry_max)

    async def _unless_interrupted(self, handle: ActivityHandle[Outcome]) -> Outcome | None:
        """Wait for an activity that waits itself, unless a person wants something else meanwhile."""
        state = self._state
        await workflow.wait_condition(lambda: handle.done() or self._look_again or state.paused or state.phase.closed)
        handle.cancel()
        try:
            return await handle
        except ActivityError as failure:
            workflow.logger.info("interrupted: %s", failure)
            return None


def _chosen(message: SendTest) -> list[Carrier]:
    return [message.carrier] if message.carrier else list(Carrier)
