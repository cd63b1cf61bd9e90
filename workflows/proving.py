"""Sending test messages from a workflow: each intent is recorded before it is carried out, and carried out once."""

import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, is_cancelled_exception

from activities.proving import ProvingActivities
from filing.policy import Policy
from filing.record import Event, Record
from filing.requests import ReceiptOutcome, ReceiptRequest, SendOutcome, SendRequest, SendResult
from filing.round_state import SendState, SentTest
from filing.verification import apply_result, bad_numbers, out_id, sent_on, settled_lately, used_numbers
from filing.vocabulary import Carrier, CarrierStatus

READ_TIMEOUT = timedelta(minutes=1)

_SEND_RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=5),
    maximum_interval=timedelta(minutes=10),
    # An attempt that timed out or was cut off may have sent: it is never run again. See ``send_test``.
    non_retryable_error_types=["TemporalTimeout:StartToClose", "UNCLEAR"],
)

_EVENTS = {
    SendState.ACCEPTED: Event.TEST_ACCEPTED,
    SendState.DELIVERED: Event.TEST_DELIVERED,
    SendState.FAILED: Event.TEST_FAILED,
    SendState.NO_RECEIPT: Event.TEST_NO_RECEIPT,
    SendState.UNCLEAR: Event.TEST_UNCLEAR,
}


class TestSender:
    """Sends the test messages of one carrier and follows their receipts.

    ``tests`` is the ledger of intents; the sender adds to it and keeps it up to date. ``note`` is called with a
    record for whatever happened.
    """

    def __init__(
        self,
        *,
        account: str,
        sign_name: str,
        carrier: Carrier,
        number_of_round: int,
        origin_run_id: str,
        mark: str,
        search_from: datetime,
        policy: Policy,
        tests: list[SentTest],
        note: Callable[[Record], None],
    ) -> None:
        self._account, self._sign_name, self._carrier = account, sign_name, carrier
        self._round, self._origin, self._policy = number_of_round, origin_run_id, policy
        self._mark = mark
        self._search_from = search_from
        self._note = note
        self.tests = tests
        self._recheck = False
        self.sends = 0
        """Intents carried out so far; tells the follower of receipts to take in the newest."""

    @property
    def open_tests(self) -> list[SentTest]:
        """Tests whose receipt may still come."""
        return [test for test in self.tests if test.state.open]

    def sent_today(self) -> int:
        """Tests that count on this Beijing day."""
        return sent_on(self.tests, workflow.now())

    @property
    def has_work(self) -> bool:
        """Whether receipts have to be followed or looked at once more."""
        return bool(self.open_tests) or self._recheck

    def recheck(self) -> None:
        """Look at the receipts once more, now: one may have come, or have changed."""
        self._recheck = True

    async def send_batch(
        self,
        batch: list[SentTest],
        stop: Callable[[], bool],
        *,
        most: int | None = None,
        hand_since: datetime | None = None,
        only_while: CarrierStatus | None = None,
    ) -> SendResult | None:
        """Send one message to each number of the carrier, some minutes apart, within the day's limit.

        Args:
            batch: Takes the tests as they are sent; the caller's, so that they are known also if it is given up.
            stop: Asked before every message and while one waits for the platform; true ends the batch.
            most: Most messages to send, none for one to each number.
            hand_since: A message that a person sent by hand since then and that arrived takes the place of the batch.
            only_while: Send only where the platform still shows this status.

        Returns:
            The last answer, none where the batch was stopped before one; an answer that is not ``ACCEPTED`` says why
            the batch ended.
        """
        result: SendResult | None = None
        while not stop():
            result = await self._send_one(batch, stop, hand_since, only_while)
            if result is None or result.outcome is SendOutcome.BAD_NUMBER:
                continue
            wanted = result.pool if most is None else min(result.pool, most)
            full = len(batch) >= wanted or self.sent_today() >= self._policy.tests_per_day
            if full or result.outcome not in (SendOutcome.ACCEPTED, SendOutcome.UNCLEAR):
                break
            with contextlib.suppress(TimeoutError):
                await workflow.wait_condition(
                    stop, timeout=self._policy.tests_apart, timeout_summary="pause between test messages"
                )
        return result

    async def _send_one(
        self,
        batch: list[SentTest],
        stop: Callable[[], bool],
        hand_since: datetime | None,
        only_while: CarrierStatus | None,
    ) -> SendResult | None:
        """Carry out one intent; none where it was called off before anything was sent."""
        number = self.tests[-1].number + 1 if self.tests else 1
        test = SentTest(
            number=number,
            out_id=out_id(self._origin, self._carrier, self._round, number, mark=self._mark),
            intended_at=workflow.now(),
        )
        request = SendRequest(
            account=self._account,
            sign_name=self._sign_name,
            carrier=self._carrier,
            out_id=test.out_id,
            search_from=self._search_from,
            hand_since=hand_since,
            only_while=only_while,
            own=[earlier.out_id for earlier in self.tests],
            used=used_numbers(self.tests),
            avoid=bad_numbers(self.tests),
            retry_max_seconds=self._policy.platform_retry_max.total_seconds(),
        )
        self.tests.append(test)
        handle = workflow.start_activity_method(
            ProvingActivities.send_test,
            request,
            start_to_close_timeout=self._policy.send_unclear_after,
            retry_policy=_SEND_RETRY,
            # Cancelled while it waits it never ran; cancelled while it runs its answer still counts.
            cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            summary=f"test message {number} to {self._carrier.label} {self._carrier}",
        )
        try:
            await workflow.wait_condition(lambda: handle.done() or stop())
        except GeneratorExit:
            # The workflow is only put out of the worker's memory.
            raise
        except BaseException:
            # The workflow is cancelled: what is being sent is waited for and recorded.
            handle.cancel()
            self._take(test, batch, await self._answer(handle))
            raise
        handle.cancel()
        return self._take(test, batch, await self._answer(handle))

    def _take(self, test: SentTest, batch: list[SentTest], result: SendResult | None) -> SendResult | None:
        if result is None:
            self.tests.remove(test)
            return None
        if result.outcome in (SendOutcome.ACCEPTED, SendOutcome.UNCLEAR):
            batch.append(test)
            self.sends += 1
        elif result.outcome is SendOutcome.BY_HAND:
            self.tests.remove(test)
            self._note(self._record(result.at, "platform", Event.TEST_DELIVERED, f"{result.phone} sent by hand"))
            return result
        elif result.outcome is SendOutcome.NOT_DUE:
            self.tests.remove(test)
            return result
        elif result.outcome is not SendOutcome.BAD_NUMBER:
            # Nothing happened and no number is to blame: the intent stays open for the next attempt.
            self.tests.remove(test)
        apply_result(test, result)
        self._tell(test, Event.TEST_NOT_SENT if test.state is SendState.NOT_SENT else _EVENTS[test.state])
        return result

    async def _answer(self, handle: workflow.ActivityHandle[SendResult]) -> SendResult | None:
        try:
            return await handle
        except ActivityError as failure:
            if is_cancelled_exception(failure):
                return None
            return SendResult(outcome=SendOutcome.UNCLEAR, at=workflow.now(), text=str(failure.cause or failure))

    async def follow_receipts(self) -> None:
        """Follow the receipts of all open tests until each is known or given up."""
        while self.has_work:
            tests, sends, recheck = self.open_tests, self.sends, self._recheck
            self._recheck = False
            handle = workflow.start_activity_method(
                ProvingActivities.watch_receipts,
                ReceiptRequest(
                    account=self._account,
                    sign_name=self._sign_name,
                    carrier=self._carrier,
                    tests=tests,
                    settled=settled_lately(self.tests, workflow.now()),
                    recheck=recheck,
                    read_after_seconds=[step.total_seconds() for step in self._policy.receipt_read_after],
                    give_up_after_seconds=self._policy.receipt_given_up_after.total_seconds(),
                    retry_max_seconds=self._policy.platform_retry_max.total_seconds(),
                ),
                start_to_close_timeout=READ_TIMEOUT,
                retry_policy=RetryPolicy(maximum_interval=self._policy.platform_retry_max),
                summary=f"receipts of {self._carrier.label} {self._carrier}",
            )
            # A message sent meanwhile wants to be looked up sooner than this poll would.
            await workflow.wait_condition(lambda: handle.done() or self.sends != sends or self._recheck)  # noqa: B023 - awaited here
            if not handle.done():
                handle.cancel()
            outcome = await _outcome(handle)
            if outcome is None:
                continue
            settled = {test.out_id: test for test in outcome.tests}
            for test in self.tests:
                newer = settled.get(test.out_id)
                if newer is not None:
                    for name in type(test).model_fields:
                        setattr(test, name, getattr(newer, name))
                    self._tell(test, _EVENTS[test.state])

    def _tell(self, test: SentTest, event: Event) -> None:
        shown = " ".join(part for part in (f"#{test.number}", test.phone, test.code, test.detail) if part)
        by = "platform" if event in (Event.TEST_DELIVERED, Event.TEST_FAILED) else "workflow"
        self._note(self._record(test.settled_at or test.accepted_at or test.intended_at, by, event, shown))

    def _record(self, at: datetime, by: str, event: Event, detail: str) -> Record:
        return Record(at=at, by=by, event=event, carrier=self._carrier, round=self._round or None, detail=detail)


async def _outcome(handle: workflow.ActivityHandle[ReceiptOutcome]) -> ReceiptOutcome | None:
    """What a look at the receipts brought; none where it was cut short, here or by somebody's hand."""
    try:
        return await handle
    except ActivityError as failure:
        workflow.logger.info("looking for receipts ended: %s", failure)
        return None
