"""Proving a filing with test messages (验证报备): when to send, how many, and what a receipt means.

Help page, "验证报备结果": every carrier needs at least one delivered message, small numbers are enough and cost money,
and the status changes by itself 24-48 hours after a delivered test.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from hashlib import sha256

from filing.calendar import beijing_date, beijing_midnight, shown_deadline
from filing.policy import Policy
from filing.receipts import ReceiptClass, receipt_class
from filing.record import Action, ActionCode
from filing.requests import SendOutcome, SendResult
from filing.round_state import RoundState, SendState, SentTest
from filing.snapshot import Receipt, ReceiptStatus
from filing.state import CarrierState
from filing.vocabulary import Carrier, CarrierStatus

RECEIPTS_CHANGE = timedelta(days=3)
"""For so long a receipt is compared again whenever the receipts of its carrier are read anyway."""


_MARK_LENGTH = 12


def out_id(origin_run_id: str, carrier: Carrier, number_of_round: int, number: int, *, mark: str = "") -> str:
    """The ``OutId`` of an intent to send: the same intent has the same one in every retry, reset and restart.

    Args:
        origin_run_id: First run of the filing.
        carrier: Where it goes.
        number_of_round: The round, 0 outside one.
        number: Number of the test.
        mark: ``out_id_mark`` of the filing; none for intents of versions that had no marks.
    """
    intent = sha256(f"{origin_run_id}/{carrier}/{number_of_round}/{number}".encode()).hexdigest()
    return f"{mark}{intent}"[:32]


def out_id_mark(account: str, sign_name: str) -> str:
    """What the OutIds of a filing begin with: a receipt that is pushed names nothing else that leads to it."""
    return sha256(f"{account}/{sign_name}".encode()).hexdigest()[:_MARK_LENGTH]


def mark_of(out_id: str) -> str:
    """The mark that an OutId begins with, if it has one."""
    return out_id[:_MARK_LENGTH]


def sent_on(tests: list[SentTest], now: datetime) -> int:
    """Test messages that count on the Beijing day of ``now``."""
    return sum(test.state.spent and beijing_date(test.intended_at) == beijing_date(now) for test in tests)


def day_reopens_at(tests: list[SentTest], policy: Policy) -> datetime | None:
    """The Beijing midnight after a day whose budget is used up; none where the last day with a test has budget left."""
    last = max((test.intended_at for test in tests if test.state.spent), default=None)
    if last is None or sent_on(tests, last) < policy.tests_per_day:
        return None
    return beijing_midnight(beijing_date(last) + timedelta(days=1))


def tests_on(known: CarrierState, now: datetime) -> int:
    """Test messages of a carrier that count on the Beijing day of ``now``, in its round and outside."""
    return sent_on([*(known.last_round.tests if known.last_round else []), *known.extra_tests], now)


def used_numbers(tests: list[SentTest]) -> dict[str, int]:
    """How often each number was used, so that tests spread over different ones."""
    return dict(Counter(test.phone for test in tests if test.phone and test.state.spent))


def bad_numbers(tests: list[SentTest]) -> list[str]:
    """Numbers that cannot receive; the signature is not to blame for them."""
    return sorted({test.phone for test in tests if test.phone and receipt_class(test.code) is ReceiptClass.BAD_NUMBER})


def apply_result(test: SentTest, result: SendResult) -> None:
    """Write into a test what came of sending it."""
    test.phone, test.api_request_id = result.phone, result.api_request_id
    if result.outcome is SendOutcome.ACCEPTED:
        test.state, test.accepted_at, test.biz_id = SendState.ACCEPTED, result.at, result.biz_id
        test.detail = result.text
    elif result.outcome is SendOutcome.UNCLEAR:
        test.state, test.code, test.detail = SendState.UNCLEAR, result.code, result.text
    else:
        test.state, test.code, test.detail = SendState.NOT_SENT, result.code, result.text
        test.settled_at = result.at


def apply_receipt(test: SentTest, receipt: Receipt, sign_name: str, at: datetime) -> bool:
    """Write a receipt into its test.

    Returns:
        Whether the receipt tells more than was known.
    """
    arrived = receipt.status is ReceiptStatus.DELIVERED
    # A failure whose code says that the answer is still awaited is none yet; one without a code is one.
    awaited = bool(receipt.code) and receipt_class(receipt.code) is ReceiptClass.PENDING
    if receipt.status is ReceiptStatus.WAITING or (awaited and not arrived):
        if test.state is SendState.UNCLEAR:
            test.state, test.accepted_at = SendState.ACCEPTED, receipt.sent_at or at
            test.code = test.detail = ""
            return True
        return False
    state = SendState.DELIVERED if arrived else SendState.FAILED
    if state is test.state:
        return False
    test.state = state
    test.accepted_at = test.accepted_at or receipt.sent_at or test.intended_at
    test.settled_at = receipt.received_at or at
    test.shown_signature = receipt.shown_signature or ""
    if arrived:
        test.delivered_at = test.settled_at
    other_name = arrived and receipt.shown_signature not in (None, sign_name)
    test.code = receipt.code
    test.detail = f"the message shows 【{receipt.shown_signature}】" if other_name else ""
    return True


def sent_by_hand(receipts: Iterable[Receipt], own: Collection[str], sign_name: str, since: datetime) -> Receipt | None:
    """A message that a person sent by hand and that arrived: under this signature, since then, and none of ours.

    Args:
        receipts: What the test phones of the carrier got.
        own: OutIds of our own tests.
        sign_name: The signature.
        since: Nothing sent before counts.
    """
    found = [
        receipt
        for receipt in receipts
        if receipt.status is ReceiptStatus.DELIVERED
        and receipt.shown_signature == sign_name
        and receipt.out_id not in own
        and receipt.sent_at is not None
        and receipt.sent_at > since
    ]
    return min(found, key=lambda receipt: receipt.sent_at or since, default=None)


def take_by_hand(opened: RoundState, result: SendResult, policy: Policy) -> None:
    """A message that was sent by hand arrived: it proves as much as one of ours, and the verdict is due."""
    opened.by_hand.append(result.at)
    if opened.status is CarrierStatus.PENDING_VERIFICATION:
        opened.verdict_due_at = result.at + policy.verdict_due
        opened.next_batch_at, opened.blocked = opened.verdict_due_at, None


def reconsider(opened: RoundState, policy: Policy, now: datetime) -> bool:
    """Receipts may have changed: with nothing left that arrived there is no verdict to wait for, but another batch.

    Returns:
        Whether a receipt that had come was taken back.
    """
    pending = opened.status is CarrierStatus.PENDING_VERIFICATION and opened.verdict_due_at is not None
    taken_back = any(test.delivered_at is not None and not test.delivered for test in opened.tests)
    if pending and taken_back and not opened.delivered and not opened.by_hand:
        opened.verdict_due_at = None
        opened.next_batch_at = now + policy.next_batch_after
        block_when_spent(opened, policy, now)
    return taken_back


def settled_lately(tests: list[SentTest], now: datetime) -> list[SentTest]:
    """Tests whose receipt (回执) may still change: one may turn to failed days later."""
    known = [test for test in tests if test.settled_at is not None and test.state is not SendState.NOT_SENT]
    return [test for test in known if test.settled_at is not None and now - test.settled_at < RECEIPTS_CHANGE]


def may_send_by_itself(opened: RoundState, policy: Policy) -> bool:
    """Whether the round itself may send: the carrier awaits proof, nothing is in the way, and budget is left."""
    return (
        opened.status is CarrierStatus.PENDING_VERIFICATION
        and not opened.quiet
        and opened.blocked is None
        and opened.spent < policy.tests_per_round
    )


def batch_is_due(opened: RoundState, policy: Policy, now: datetime) -> bool:
    """Whether a batch of tests has to go out now, by a person's request or by itself.

    A person may go beyond the budget of the round, but nobody beyond that of the day.
    """
    waits = [day_reopens_at(opened.tests, policy), opened.quiet_until]
    if opened.quiet or any(until is not None and now < until for until in waits):
        return False
    if opened.asked_tests > 0:
        return True
    return may_send_by_itself(opened, policy) and opened.next_batch_at is not None and opened.next_batch_at <= now


def enter_pending(opened: RoundState, at: datetime) -> None:
    """The carrier became 已报备待验证: the first batch is due at once."""
    opened.pending_at = at
    opened.next_batch_at = at
    opened.blocked = None


def plan_next_batch(opened: RoundState, batch: list[SentTest], policy: Policy, now: datetime) -> None:
    """Set when the next batch goes out, once all of a batch is known.

    A delivered test starts the clock of the verdict; without one the next day is tried.
    """
    if opened.status is not CarrierStatus.PENDING_VERIFICATION:
        return
    arrived = [test.settled_at for test in batch if test.delivered and test.settled_at is not None]
    if arrived:
        opened.verdict_due_at = min(arrived) + policy.verdict_due
        opened.next_batch_at = opened.verdict_due_at
    else:
        # A person may have seen a message arrive that has no receipt: then the verdict is waited for first.
        verdict_due = opened.verdict_due_at
        awaited = verdict_due is not None and verdict_due > now + policy.next_batch_after
        opened.next_batch_at = verdict_due if awaited else now + policy.next_batch_after
        if not awaited:
            block_when_spent(opened, policy, now)


def stay_due(opened: RoundState, now: datetime) -> None:
    """A batch was stopped before anything was sent: it is due again as soon as the round may go on."""
    if opened.status is CarrierStatus.PENDING_VERIFICATION and opened.next_batch_at is None:
        opened.next_batch_at = now


def block_when_spent(opened: RoundState, policy: Policy, now: datetime) -> None:
    """Ask a person once the round's budget is used up and there is no verdict to wait for any more."""
    if opened.spent >= policy.tests_per_round and opened.blocked is None:
        opened.blocked = Action(
            code=ActionCode.TESTS_SPENT,
            carrier=opened.carrier,
            detail=f"{opened.spent} sent, {len(opened.delivered)} delivered",
            since=now,
        )


def resume_proving(opened: RoundState, at: datetime) -> None:
    """Bring a round whose workflow broke back to where it was.

    What it was sending then may have gone out, so it is looked up; what it would have planned is planned.
    """
    for test in opened.tests:
        if test.state is SendState.INTENDED:
            test.state, test.detail = SendState.UNCLEAR, "the round broke off while it was being sent"
    if opened.status is not CarrierStatus.PENDING_VERIFICATION:
        return
    if opened.pending_at is None:
        enter_pending(opened, at)
    elif opened.next_batch_at is None and opened.blocked is None and not opened.batch:
        opened.next_batch_at = max(opened.verdict_due_at or at, at)


def hold_after(opened: RoundState, result: SendResult, policy: Policy, now: datetime) -> None:
    """Put the next batch off, or stop sending, after a message that was not sent."""
    if result.outcome is SendOutcome.QUOTA:
        seconds = result.retry_after_seconds or policy.next_batch_after.total_seconds()
        opened.quiet_until = now + timedelta(seconds=seconds)
        if opened.status is CarrierStatus.PENDING_VERIFICATION:
            opened.next_batch_at = opened.quiet_until
    elif result.outcome is SendOutcome.NOT_DUE:
        # The reader brings what the platform shows; if it is still 已报备待验证 then, the batch is due again.
        opened.next_batch_at = now + policy.verification_read_every
    elif result.outcome in (SendOutcome.ACCOUNT, SendOutcome.REFUSED):
        opened.blocked = Action(
            code=ActionCode.TESTS_BLOCKED,
            carrier=opened.carrier,
            detail=f"{result.code}: {result.text}",
            since=now,
        )
    elif result.outcome is SendOutcome.NO_PHONE:
        opened.blocked = Action(code=ActionCode.NO_TEST_PHONE, carrier=opened.carrier, detail=result.text, since=now)


def next_round_wake(opened: RoundState, policy: Policy, *, batch_at_work: bool = False) -> tuple[datetime, str] | None:
    """The round's next deadline and what it is, for its timer.

    While a batch is at work (``batch_at_work``) none waits to begin: the end of one wakes the round by itself.
    """
    wakes: list[tuple[datetime, str]] = []
    name = f"{opened.carrier.label} {opened.carrier}"
    if opened.status is CarrierStatus.REGISTERING:
        if not opened.overdue_told:
            wakes.append((opened.due_at, f"waiting for {name}, result due {shown_deadline(opened.due_at)}"))
        if not opened.stalled_told:
            wakes.append((opened.stalled_at, f"waiting for {name}, unusual after {shown_deadline(opened.stalled_at)}"))
    if opened.status is CarrierStatus.PENDING_VERIFICATION and opened.verdict_due_at is not None:
        wakes.append((opened.verdict_due_at, f"verdict due for {name}"))
    if not batch_at_work:
        waits = [until for until in (day_reopens_at(opened.tests, policy), opened.quiet_until) if until is not None]
        if may_send_by_itself(opened, policy) and opened.next_batch_at is not None:
            wakes.append((max(opened.next_batch_at, *waits, opened.next_batch_at), f"next test messages for {name}"))
        if opened.asked_tests > 0 and not opened.quiet and waits:
            wakes.append((max(waits), f"test messages asked for {name}"))
    return min(wakes, key=lambda wake: wake[0], default=None)
