"""The filing (报备) of one signature: checked, submitted, followed at three carriers, and guarded for years."""

from datetime import datetime, timedelta
from typing import TypeVar

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception
from temporalio.workflow import ActivityHandle

from activities.applications import ApplicationActivities
from engine.names import FILING_WORKFLOW, filing_id
from filing import steps
from filing.amending import ask_about_queue, sends_held, take_up_queued
from filing.deadlines import next_wake, watch_request
from filing.guard import refresh_guard, registered
from filing.messages import FilingResult, FilingStart, Hint, OperatorMessage, ReplacementReady, RoundNews
from filing.objections import Objection
from filing.observing import take_in
from filing.preview import Preview, PreviewRequest, preview
from filing.record import Event, Record
from filing.report import FilingReport, report_on
from filing.requests import (
    CheckOutcome,
    CheckRequest,
    SubmitOutcome,
    SubmitRequest,
    WatchOutcome,
    WatchRequest,
)
from filing.rounds import restart_due, take_news
from filing.state import FilingState
from workflows.alarm import AlarmClock, Letters
from workflows.amending import Amending
from workflows.background import Background
from workflows.evidence import Evidence
from workflows.extra_tests import ExtraTests
from workflows.guarding import GuardCheck
from workflows.messages import NOTHING, OperatorMessages
from workflows.orders import Orders
from workflows.proving import READ_TIMEOUT
from workflows.publishing import Publisher
from workflows.reading import Reader
from workflows.rounds import Rounds
from workflows.succession import Succession

ANSWER_FIRST = timedelta(seconds=1)

Outcome = TypeVar("Outcome")


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
        self._late = start.late
        try:
            self._state: FilingState = start.state or steps.open_filing(
                start, at=workflow.now(), run_id=info.first_execution_run_id
            )
        except ValueError as failure:
            raise ApplicationError(str(failure), type="PayloadValidationError", non_retryable=True) from failure
        self._stirred = False
        self._publisher = Publisher(self._state)
        self._look_again = False
        self._background = Background(self._stir)
        self._alarm = AlarmClock(self._stir)
        self._reader = Reader(self._stir)
        self._rounds = Rounds(self._state, self._background)
        self._extra = ExtraTests(self._state, self._background, self._note)
        self._guard = GuardCheck(self._state, self._background, self._extra.send)
        self._evidence = Evidence(self._state, self._background)
        self._amending = Amending(
            self._state, self._background, watch=self._watch_request, take_in=self._take_in_reading
        )
        self._orders = Orders(self._state, self._rounds, self._extra, self._look_now)
        self._succession = Succession()
        self._letters = Letters()

    @workflow.run
    async def run(self, start: FilingStart | None = None) -> FilingResult:  # noqa: ARG002 - taken by __init__
        """Follow the signature until it is released; how it closed is the result."""
        self._rounds.go_on(self._late)
        self._extra.go_on()
        try:
            await self._bring_to_platform()
            await self._follow()
        except BaseException as failure:
            if is_cancelled_exception(failure):
                steps.close(self._state, at=workflow.now(), by="Web UI or CLI", why="the workflow was cancelled")
                self._publisher.publish()
                await self._evidence.wind_up()
            raise
        self._reader.stop()
        self._alarm.stop()
        self._publisher.publish()
        await self._amending.wind_up()
        await self._rounds.wind_up()
        await self._extra.wind_up()
        # Whoever released the filing gets an answer first: an update that is answered by the very task that closes
        # the workflow is thrown back by the server if anything else arrives meanwhile.
        await workflow.sleep(ANSWER_FIRST, summary="answer before closing")
        await workflow.wait_condition(workflow.all_handlers_finished)
        await self._evidence.wind_up()
        state = self._state
        return FilingResult(
            phase=state.phase, closed_at=workflow.now(), records=state.records, rounds=state.numbers_of_rounds()
        )

    # The procedure

    async def _bring_to_platform(self) -> None:
        """Steps 1 and 2: an approved qualification (资质), a proper name, and the submission or adoption."""
        state = self._state
        while state.review.submitted_at is None and not state.phase.closed:
            steps.take_edit_before_submission(state, workflow.now())
            self._publisher.publish()
            if self._succession.cannot_wait():
                await self._begin_new_run()
            elif state.paused:
                await workflow.wait_condition(
                    lambda: not state.paused or state.phase.closed or self._succession.cannot_wait()
                )
            elif await self._check():
                await self._submit()

    async def _check(self) -> bool:
        """Check the application; what is wrong is shown as an action and checked again until it is cured."""
        state = self._state
        known = None if state.adopts else state.findings or None
        handle = workflow.start_activity_method(
            ApplicationActivities.check_application,
            CheckRequest(
                application=state.application,
                known=None if self._look_again else known,
                adopts=state.adopts,
                policy=state.policy if state.policy_asked else None,
                paper_expiry_warning_seconds=(
                    state.policy.paper_expiry_warning.total_seconds() if state.policy_asked else None
                ),
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
                adopts=state.adopts,
                policy=state.policy,
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
            self._publisher.publish()
            await workflow.wait_condition(lambda: self._look_again or state.phase.closed or state.queued is not None)

    async def _follow(self) -> None:
        """Steps 3 to 6: read, open rounds, take their verdicts, and guard what is registered."""
        while not self._state.phase.closed:
            # First, for while the platform is written to nobody reads it.
            self._amending.begin_what_is_due()
            self._keep_reading()
            self._evidence.write_what_is_due()
            wake = next_wake(self._state, guard_at_work=self._guard.at_work)
            self._alarm.set(wake.at if wake else None, wake.why if wake else "")
            self._publisher.publish()
            if self._may_continue_as_new() or self._succession.cannot_wait():
                await self._begin_new_run()
            await workflow.wait_condition(lambda: self._stirred or self._state.phase.closed)
            self._stirred = False
            self._background.raise_failure()
            outcome = self._reader.take()
            if outcome is not None:
                self._take_in_reading(outcome)
            self._meet_deadlines()
            self._go_on_with_edits()
            self._take_over_from_rounds()

    def _watch_request(self) -> WatchRequest:
        return watch_request(self._state, look_again=self._look_again)

    def _keep_reading(self) -> None:
        # While the platform is written to, what it shows is looked at by the one who writes.
        if self._state.paused or self._amending.at_work:
            self._reader.stop()
            return
        self._reader.read_on(self._watch_request())
        self._look_again = False

    def _take_in_reading(self, outcome: WatchOutcome) -> None:
        observation = take_in(self._state, outcome)
        for carrier, change in observation.to_tell:
            self._rounds.tell(carrier, change)
        # Before new rounds are started, which know it from their beginning.
        self._rounds.hold(held=sends_held(self._state))
        for opened in observation.to_start:
            self._rounds.start(opened)

    def _go_on_with_edits(self) -> None:
        """Hand in what has waited, once nothing is in progress; tell the old signature that it may go."""
        state, now = self._state, workflow.now()
        ask_about_queue(state, now)
        take_up_queued(state, now)
        self._rounds.hold(held=sends_held(state))
        if steps.replacement_ready(state, now) and state.replaces is not None:
            old = filing_id(state.application.account, state.replaces.sign_name)
            news = ReplacementReady(sign_name=state.application.sign_name, carriers=tuple(registered(state)))
            self._letters.post(old, "replacement_ready", news)

    def _take_over_from_rounds(self) -> None:
        """A round that has ended may leave a receipt to come, or a test that was asked of it too late."""
        for ended in self._rounds.left_over:
            self._extra.finish(ended)
        self._rounds.left_over.clear()

    def _meet_deadlines(self) -> None:
        state, now = self._state, workflow.now()
        steps.meet_deadlines(state, now)
        restart_due(state, now)
        self._guard.begin_if_due()

    # Messages from people; how they arrive is in workflows.messages, what they do in workflows.orders

    def objection(self, message: OperatorMessage) -> Objection | None:
        """Why the state does not allow a message, or none."""
        return self._orders.objection(message)

    def obey(self, message: OperatorMessage, request_id: str) -> str:
        """Do what a person asked for and say what follows."""
        self._stir()
        return self._orders.obey(message, request_id)

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

    @workflow.signal(name="hint", description="From a callback of the platform: look, something may have changed")
    def hint(self, message: RawValue = NOTHING) -> None:
        """Look because of a callback; it is never believed."""
        self._orders.take_hint(workflow.payload_converter().from_payload(message.payload, Hint))
        self._stir()

    @workflow.signal(name="replacement_ready", description="From the filing that takes the place of this one")
    def replacement_ready(self, message: RawValue = NOTHING) -> None:
        """Take that another signature has taken the place of this one."""
        news: ReplacementReady = workflow.payload_converter().from_payload(message.payload, ReplacementReady)
        steps.take_replacement_ready(self._state, news, workflow.now())
        self._stir()

    @workflow.query(name="preview", description="What an edit, a re-file or a deletion would do; does nothing")
    def preview(self, request: PreviewRequest) -> Preview:
        """Tell what a message would do."""
        return preview(self._state, request, workflow.now())

    @workflow.query(name="report", description="Everything there is to know about the filing")
    def report(self, as_of: datetime | None = None) -> FilingReport:
        """Report on the filing; what depends on the time is told as of now, or of a later moment that is given."""
        now = workflow.now()
        return report_on(self._state, workflow.info().workflow_id, max(now, as_of) if as_of else now)

    # When to begin a new run

    def _may_continue_as_new(self) -> bool:
        """Whether a new run is suggested and nothing at all is under way."""
        return (
            self._succession.suggested()
            and not self._amending.at_work
            and not self._rounds.any_running
            and not self._extra.any_at_work
            and not self._rounds.left_over
            and not self._guard.at_work
            and not self._stirred
            and workflow.all_handlers_finished()
        )

    async def _begin_new_run(self) -> None:
        """Hand over what is under way and begin a new run; return where the filing was closed meanwhile.

        A message that is being sent or handed in comes to its answer first; what only waits is given up, and begun
        again by the next run.
        """
        self._reader.stop()
        self._alarm.stop()
        self._guard.stop()
        await self._amending.wind_up()
        await self._extra.wind_up()
        await self._rounds.hand_over()
        await self._evidence.wind_up()
        await workflow.wait_condition(workflow.all_handlers_finished)
        if self._state.phase.closed:
            return
        if self._look_again:
            # A hint that came too late for this run: the next one reads at once.
            self._state.snapshot = None
        workflow.continue_as_new(FilingStart(state=self._state, late=self._rounds.late))

    def _look_now(self) -> None:
        self._look_again = True
        self._reader.stop()

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
        await workflow.wait_condition(
            lambda: (
                handle.done()
                or self._look_again
                or state.paused
                or state.phase.closed
                or state.queued is not None
                or self._succession.cannot_wait()
            )
        )
        handle.cancel()
        try:
            return await handle
        except ActivityError as failure:
            workflow.logger.info("interrupted: %s", failure)
            return None
