"""The filing (报备) of one signature: checked, submitted, followed at three carriers, and guarded for years."""

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import ApplicationError, is_cancelled_exception
from temporalio.workflow import ActivityHandle

from activities.applications import ApplicationActivities
from activities.watching import WatchActivities
from engine.names import FILING_WORKFLOW
from engine.search_attributes import Values, updates_between, values_of
from filing import steps
from filing.card import filing_card
from filing.deadlines import next_wake, reading_plan
from filing.guard import check_guard, note_tests, refresh_guard, registered
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
from filing.observing import take_in
from filing.report import FilingReport, report_on
from filing.requests import CheckOutcome, CheckRequest, SubmitRequest, TrafficRequest, WatchRequest
from filing.rounds import restart_due, take_news
from filing.state import Event, FilingState, Record
from filing.vocabulary import Carrier, ReviewStatus
from workflows.alarm import AlarmClock
from workflows.background import Background
from workflows.messages import NOTHING, OperatorMessages
from workflows.proving import READ_TIMEOUT, TestSender
from workflows.reading import Reader
from workflows.rounds import Rounds

ANSWER_FIRST = timedelta(seconds=1)

LOOK_AGAIN_AFTER = timedelta(seconds=5)
"""A hint to look is ignored when the platform was read this short a while ago."""


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
        self._extra: dict[Carrier, asyncio.Task[None]] = {}
        self._background = Background(self._stir)
        self._alarm = AlarmClock(self._stir)
        self._reader = Reader(self._stir)
        self._rounds = Rounds(self._state, self._background)

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
        """Submit for review, or adopt; a refusal waits for a person, who then says ``look_now``."""
        state = self._state
        steps.take_submission(
            state,
            await workflow.execute_activity_method(
                ApplicationActivities.submit_signature,
                SubmitRequest(
                    application=state.application,
                    review_overdue=state.policy.review_overdue,
                    retry_max_seconds=state.policy.platform_retry_max.total_seconds(),
                ),
                start_to_close_timeout=READ_TIMEOUT,
                retry_policy=self._retry(),
                summary="submit the signature for 审核, or adopt it",
            ),
        )
        if state.review.submitted_at is None:
            self._publish()
            await workflow.wait_condition(lambda: self._look_again or state.phase.closed)
            self._look_again = False

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
                plans=plans,
                moments=moments,
                result_due=state.policy.result_due,
                result_stalled=state.policy.result_stalled,
                faster_after=state.policy.registering_faster_after,
                retry_max_seconds=state.policy.platform_retry_max.total_seconds(),
            )
        )

    def _take_in_reading(self) -> None:
        outcome = self._reader.take()
        if outcome is None:
            return
        observation = take_in(self._state, outcome)
        for carrier, change in observation.to_tell:
            self._rounds.tell(carrier, change)
        for opened in observation.to_start:
            self._rounds.start(opened)

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
        since = state.guard.traffic_at or state.opened_at
        try:
            outcome = await workflow.execute_activity_method(
                WatchActivities.read_last_traffic,
                TrafficRequest(
                    account=state.application.account,
                    sign_name=state.application.sign_name,
                    since=since,
                    retry_max_seconds=state.policy.platform_retry_max.total_seconds(),
                ),
                start_to_close_timeout=READ_TIMEOUT,
                retry_policy=self._retry(),
                summary="last traffic under the signature",
            )
            if check_guard(state, outcome.traffic_at, workflow.now()).keep_alive:
                for carrier in registered(state):
                    state.record(Event.KEEP_ALIVE, at=workflow.now(), carrier=carrier)
                    self._send_extra(carrier)
        finally:
            self._guard_check = None

    def _send_extra(self, carrier: Carrier) -> None:
        """Send one test message outside a round."""
        self._extra[carrier] = self._background.start(self._extra_test(carrier))

    async def _extra_test(self, carrier: Carrier) -> None:
        state, known = self._state, self._state.carrier(carrier)
        sender = TestSender(
            account=state.application.account,
            sign_name=state.application.sign_name,
            carrier=carrier,
            number_of_round=0,
            origin_run_id=state.origin_run_id,
            search_from=state.opened_at,
            policy=state.policy,
            tests=known.extra_tests,
            note=self._note,
        )
        try:
            await sender.send_batch(stop=lambda: state.phase.closed, size=1)
            await sender.follow_receipts()
            note_tests(state, carrier, known.extra_tests)
            refresh_guard(state, workflow.now())
        finally:
            del self._extra[carrier]

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
        busy = [f"{carrier.label} {carrier}" for carrier in _chosen(message) if carrier in self._extra]
        return f"a test message to {', '.join(busy)} is on its way already" if busy else None

    def obey(self, message: OperatorMessage) -> str:
        """Do what a person asked for and say what follows."""
        state, now = self._state, workflow.now()
        name = type(message).__name__
        self._stir()
        match message:
            case LookNow():
                begun = self._reader.begun_at
                if begun is not None and now - begun < LOOK_AGAIN_AFTER:
                    return "the platform was read a moment ago"
                self._look_again = True
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
            self._send_extra(carrier)
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
    def report(self) -> FilingReport:
        """Report on the filing as of its last change."""
        return report_on(self._state, workflow.info().workflow_id, workflow.now())

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
            and not self._extra
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

    async def _unless_interrupted(self, handle: ActivityHandle[CheckOutcome]) -> CheckOutcome | None:
        """Wait for an activity that waits itself, unless a person wants something else meanwhile."""
        state = self._state
        await workflow.wait_condition(lambda: handle.done() or self._look_again or state.paused or state.phase.closed)
        if handle.done():
            return await handle
        handle.cancel()
        handle.add_done_callback(lambda done: done.cancelled() or done.exception())
        return None


def _chosen(message: SendTest) -> list[Carrier]:
    return [message.carrier] if message.carrier else list(Carrier)
