"""One round (一次报备) of one carrier, from 报备中 to its verdict."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import is_cancelled_exception

from engine.names import CARRIER_WORKFLOW
from filing.calendar import shown, shown_deadline
from filing.card import round_card
from filing.messages import RoundCommand, RoundNews, RoundStart, StatusChanged
from filing.record import Event, Record
from filing.requests import SendOutcome, SendResult
from filing.round_state import RoundState, SentTest
from filing.rounds import take_status
from filing.verification import (
    batch_is_due,
    block_when_spent,
    enter_pending,
    hold_after,
    next_round_wake,
    out_id_mark,
    plan_next_batch,
    reconsider,
    stay_due,
    take_by_hand,
)
from filing.vocabulary import CarrierStatus, RoundOutcome
from filing.vouching import take_delivery
from workflows.alarm import AlarmClock, Letters
from workflows.background import Background
from workflows.messages import NOTHING
from workflows.proving import TestSender

Message = TypeVar("Message", bound=BaseModel)


@workflow.defn(name=CARRIER_WORKFLOW)
class CarrierFilingWorkflow:
    """Follows one carrier: waits for its answer, proves it with test messages, and returns with the verdict.

    It never reads the platform. The filing does, once for all three carriers, and tells each round what changed.
    """

    @workflow.init
    def __init__(self, start: RoundStart) -> None:
        self._start = start
        self._round: RoundState = start.state
        self._records: list[Record] = []
        self._stirred = False
        self._telling = False
        self._handing_over = False
        self._batch: asyncio.Task[None] | None = None
        self._receipts: asyncio.Task[None] | None = None
        self._background = Background(self._stir)
        self._alarm = AlarmClock(self._stir)
        self._letters = Letters()
        self._sender = TestSender(
            account=start.account,
            sign_name=start.sign_name,
            carrier=self._round.carrier,
            number_of_round=self._round.round,
            origin_run_id=start.origin_run_id,
            mark=out_id_mark(start.account, start.sign_name) if self._round.marked else "",
            search_from=self._round.submitted_at,
            policy=start.policy,
            tests=self._round.tests,
            note=self._note,
        )

    @workflow.run
    async def run(self, start: RoundStart) -> RoundNews:  # noqa: ARG002 - taken by __init__
        """Follow the round to its end and return what happened in it, also when it is cancelled."""
        if self._round.status is CarrierStatus.PENDING_VERIFICATION and self._round.pending_at is None:
            enter_pending(self._round, self._round.observed_at)
        try:
            await self._follow_to_verdict()
            await self._finish_sending()
        except BaseException as failure:
            if not is_cancelled_exception(failure):
                raise
            self._round.outcome = self._round.outcome or RoundOutcome.RELEASED
            await self._finish_sending()
        self._alarm.stop()
        self._show()
        handed_over = self._handing_over and self._round.outcome is None
        return RoundNews(state=self._round, records=self._records, handed_over=handed_over)

    async def _follow_to_verdict(self) -> None:
        while self._round.outcome is None and not self._handing_over:
            # Told first, so that the filing knows the state in which a batch is about to begin.
            self._tell_the_filing()
            self._begin_what_is_due()
            self._show()
            wake = next_round_wake(self._round, self._start.policy, batch_at_work=self._batch is not None)
            self._alarm.set(*(wake or (None, "")))
            await workflow.wait_condition(lambda: self._stirred)
            self._stirred = False
            self._background.raise_failure()
            self._meet_deadlines()

    def _begin_what_is_due(self) -> None:
        if self._batch is None and self._round.batch:
            # Sent before the round was handed over, or before its workflow broke.
            self._batch = self._background.start(self._run_batch(self._judge_batch()))
        elif self._batch is None and batch_is_due(self._round, self._start.policy, workflow.now()):
            self._batch = self._background.start(self._run_batch(self._send_and_judge_batch()))
        if self._receipts is None and self._sender.has_work:
            self._receipts = self._background.start(self._follow_receipts())

    async def _send_and_judge_batch(self) -> None:
        """验证报备: send a small batch, wait for its receipts, and plan what follows.

        A person may ask for more than the round's budget allows; by itself the round stays within it.
        """
        opened, policy = self._round, self._start.policy
        asked = opened.asked_tests > 0
        opened.asked_tests -= asked
        opened.next_batch_at = opened.quiet_until = None
        batch: list[SentTest] = []
        last: SendResult | None = None
        try:
            last = await self._sender.send_batch(
                batch,
                stop=lambda: opened.outcome is not None or opened.quiet or self._handing_over,
                most=None if asked else policy.tests_per_round - opened.spent,
                # Where a person asks for one more, what was sent by hand does not do.
                hand_since=None if asked else max([*opened.by_hand, opened.pending_at or opened.submitted_at]),
                only_while=None if asked else CarrierStatus.PENDING_VERIFICATION,
            )
            if last is not None and last.outcome is SendOutcome.BY_HAND:
                take_by_hand(opened, last, policy)
            elif last is not None:
                hold_after(opened, last, policy, workflow.now())
        finally:
            # Also where the batch was given up: what it sent is judged by whoever goes on with the round.
            opened.batch = [test.number for test in batch]
            if not batch and asked and (last is None or last.outcome is SendOutcome.QUOTA):
                opened.asked_tests += 1
        # What stops the tests is told at once; how they fared, when their receipts are there.
        self._telling = self._telling or opened.blocked is not None
        self._stir()
        if batch:
            await self._judge_batch()
        else:
            stay_due(opened, workflow.now())
            self._telling = True

    async def _judge_batch(self) -> None:
        """Wait for the receipts of what was sent, and plan what follows."""
        opened = self._round
        batch = [test for test in opened.tests if test.number in opened.batch]
        await workflow.wait_condition(lambda: opened.outcome is not None or not _any_open(batch))
        opened.batch = []
        plan_next_batch(opened, batch, self._start.policy, workflow.now())
        self._telling = True

    async def _run_batch(self, work: Coroutine[object, object, None]) -> None:
        try:
            await work
        finally:
            self._batch = None

    async def _follow_receipts(self) -> None:
        try:
            await self._sender.follow_receipts()
        finally:
            self._receipts = None
        if reconsider(self._round, self._start.policy, workflow.now()):
            self._telling = True

    async def _finish_sending(self) -> None:
        """Let a message that is being sent come to its answer; a batch that only waits is given up."""
        for task in (self._batch, self._receipts):
            if task is not None:
                task.cancel()
                await workflow.wait([task])

    def _meet_deadlines(self) -> None:
        """Say what is late. The platform alone decides what becomes of it."""
        opened, now = self._round, workflow.now()
        if opened.outcome is not None:
            return
        if opened.status is CarrierStatus.REGISTERING:
            if not opened.overdue_told and opened.due_at <= now:
                opened.overdue_told = True
                self._warn(Event.RESULT_OVERDUE, f"due {shown_deadline(opened.due_at)}")
            if not opened.stalled_told and opened.stalled_at <= now:
                opened.stalled_told = True
                self._warn(Event.RESULT_STALLED, f"since {shown(opened.submitted_at)}")
        elif opened.verdict_due_at is not None and opened.verdict_due_at <= now:
            opened.verdict_due_at = None
            block_when_spent(opened, self._start.policy, now)
            self._warn(Event.VERDICT_OVERDUE, f"{len(opened.delivered)} delivered")

    def _warn(self, event: Event, detail: str) -> None:
        opened = self._round
        self._note(
            Record(
                at=workflow.now(), by="workflow", event=event, carrier=opened.carrier, round=opened.round, detail=detail
            )
        )
        self._telling = True

    def _note(self, record: Record) -> None:
        self._records.append(record)
        self._stir()

    def _stir(self) -> None:
        self._stirred = True

    def _tell_the_filing(self) -> None:
        """Post one signal for all that is noteworthy since the last."""
        if self._telling:
            self._telling = False
            news = RoundNews(state=self._round.model_copy(deep=True), records=list(self._records))
            self._letters.post(self._start.filing_workflow_id, "round_news", news)

    def _show(self) -> None:
        workflow.set_current_details(round_card(self._start.sign_name, self._round))

    @workflow.signal(name="status_changed", description="From the filing: what the platform shows now")
    def status_changed(self, message: RawValue = NOTHING) -> None:
        """Take what the platform shows for this carrier."""
        change = self._decoded("status_changed", message, StatusChanged)
        if change is not None:
            take_status(self._round, change)
            self._stir()

    @workflow.signal(name="round_command", description="From the filing: what a person asked for")
    def round_command(self, message: RawValue = NOTHING) -> None:
        """Take what a person asked of the filing."""
        command = self._decoded("round_command", message, RoundCommand)
        if command is None:
            return
        if command.paused is not None:
            self._round.paused = command.paused
        if command.held is not None:
            self._round.held = command.held
        if command.batches:
            self._round.asked_tests += command.batches
            self._round.blocked = None
        if command.delivered_at is not None:
            take_delivery(self._round, command.delivered_at, self._start.policy)
            self._telling = True
        if command.recheck:
            self._sender.recheck()
        self._handing_over = self._handing_over or command.hand_over
        if command.release and self._round.outcome is None:
            self._round.outcome = RoundOutcome.RELEASED
        self._stir()

    @workflow.signal(dynamic=True)
    def unknown_signal(self, name: str, args: Sequence[RawValue]) -> None:  # noqa: ARG002 - the signature is Temporal's
        """Note a signal that nobody handles; people talk to the filing, not to its rounds."""
        self.refuse_message(name, "send messages to the filing, not to a carrier's round")

    @workflow.query(name="round", description="The state of this round")
    def round_state(self) -> RoundState:
        """The state of this round."""
        return self._round

    def refuse_message(self, name: str, why: str) -> None:
        """Note that a signal was refused; the filing shows it."""
        self._warn(Event.MESSAGE_REFUSED, f"{name}: {why}")

    def _decoded(self, name: str, raw: RawValue, kind: type[Message]) -> Message | None:
        try:
            return workflow.payload_converter().from_payload(raw.payload, kind)
        except (ValidationError, KeyError, RuntimeError):
            self.refuse_message(name, "not a message of the filing")
            return None


def _any_open(batch: list[SentTest]) -> bool:
    return any(test.state.open for test in batch)
