import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filing.calendar import beijing_midnight
from filing.policy import DEFAULT_POLICY, Policy
from filing.record import Action, ActionCode
from filing.requests import SendOutcome, SendResult
from filing.round_state import RoundState, SendState, SentTest
from filing.snapshot import Receipt, ReceiptStatus
from filing.verification import (
    apply_receipt,
    apply_result,
    bad_numbers,
    batch_is_due,
    enter_pending,
    mark_of,
    may_send_by_itself,
    next_round_wake,
    out_id,
    out_id_mark,
    reconsider,
    sent_by_hand,
    sent_on,
    settled_lately,
    take_by_hand,
    used_numbers,
)
from filing.vocabulary import Carrier, CarrierStatus
from tests.filing.builders import HOUR, START, new_round, sent_test

MINUTE = timedelta(minutes=1)
NAME = "云杉科技"


def pending(tests: list[SentTest] | None = None, **fields: Any) -> RoundState:
    opened = new_round(CarrierStatus.PENDING_VERIFICATION, tests=tests or [], **fields)
    enter_pending(opened, START)
    return opened


def receipt(status: ReceiptStatus, code: str = "", **fields: object) -> Receipt:
    return Receipt.model_validate({"out_id": "out-1", "status": status, "code": code, **fields})


# The identity of an intent

intents = st.tuples(
    st.sampled_from(["run-1", "run-2"]), st.sampled_from(Carrier), st.integers(0, 50), st.integers(1, 50)
)


@given(intents, intents)
def test_an_out_id_is_one_intents_own_and_stable(
    one: tuple[str, Carrier, int, int], other: tuple[str, Carrier, int, int]
) -> None:
    assert (out_id(*one) == out_id(*other)) is (one == other)


def test_an_out_id_never_changes_between_versions() -> None:
    """A message sent by an older version is recognised by the same id."""
    assert out_id("run-1", Carrier.MOBILE, 1, 1) == "14a3799d391947a4b4653f220c44de57"


def test_an_out_id_begins_with_the_mark_of_its_filing_and_stays_as_long() -> None:
    mark = out_id_mark("acme", "云杉科技")
    marked = out_id("run-1", Carrier.MOBILE, 1, 1, mark=mark)

    assert mark_of(marked) == mark
    assert re.fullmatch("[0-9a-f]{32}", marked)
    assert marked == out_id("run-1", Carrier.MOBILE, 1, 1, mark=mark)
    assert marked != out_id("run-1", Carrier.MOBILE, 1, 2, mark=mark)
    assert len({mark, out_id_mark("acme", "云杉"), out_id_mark("other", "云杉科技")}) == 3


# Budgets


def test_what_counts_against_a_budget() -> None:
    spent = {state for state in SendState if sent_test(state=state).state.spent}

    assert spent == set(SendState) - {SendState.NOT_SENT}, "an unclear one may have gone out"


def test_a_day_is_a_beijing_date() -> None:
    last_minute, next_minute = datetime(2026, 3, 2, 15, 59, tzinfo=UTC), datetime(2026, 3, 2, 16, 1, tzinfo=UTC)
    tests = [sent_test(1, START), sent_test(2, last_minute), sent_test(3, next_minute)]

    assert sent_on(tests, START) == 2
    assert sent_on(tests, next_minute) == 1


def test_the_round_sends_by_itself_only_while_proof_is_awaited_and_budget_is_left() -> None:
    policy = Policy(tests_per_round=2)
    blocked = Action(code=ActionCode.TESTS_BLOCKED, since=START)

    assert may_send_by_itself(pending(), policy)
    assert may_send_by_itself(pending([sent_test(1), sent_test(2, state=SendState.NOT_SENT)]), policy)
    assert not may_send_by_itself(pending([sent_test(1), sent_test(2, state=SendState.UNCLEAR)]), policy)
    assert not may_send_by_itself(pending(paused=True), policy)
    assert not may_send_by_itself(new_round(), policy)
    stopped = pending()
    stopped.blocked = blocked
    assert not may_send_by_itself(stopped, policy)


def test_a_batch_is_due_at_its_time() -> None:
    opened = pending()
    opened.next_batch_at = START + HOUR

    assert not batch_is_due(opened, DEFAULT_POLICY, START)
    assert batch_is_due(opened, DEFAULT_POLICY, START + HOUR)


def test_a_person_may_exceed_the_rounds_budget_but_nobody_the_days() -> None:
    policy = Policy(tests_per_day=3, tests_per_round=3)
    opened = pending([sent_test(number, START + number * HOUR) for number in (1, 2, 3)], asked_tests=1)
    midnight = beijing_midnight(date(2026, 3, 3))

    assert not may_send_by_itself(opened, policy)
    assert not batch_is_due(opened, policy, START + 5 * HOUR)
    assert not batch_is_due(opened, policy, midnight - MINUTE)
    assert batch_is_due(opened, policy, midnight)


def test_a_request_that_the_day_has_no_budget_for_is_not_forgotten() -> None:
    policy = Policy(tests_per_day=1, tests_per_round=1)
    opened = pending([sent_test(1, START, SendState.DELIVERED)], asked_tests=1)

    wake = next_round_wake(opened, policy)
    assert wake is not None
    assert wake[0] == beijing_midnight(date(2026, 3, 3))
    assert batch_is_due(opened, policy, wake[0])

    at_work = next_round_wake(opened, policy, batch_at_work=True)
    assert at_work is None, "the batch under way comes first and wakes the round itself"


def test_a_paused_round_sends_nothing_for_anybody() -> None:
    assert not batch_is_due(pending(asked_tests=1, paused=True), DEFAULT_POLICY, START)


def test_a_round_held_while_an_edit_is_reviewed_sends_nothing_for_anybody() -> None:
    held = pending(asked_tests=1, held=True)
    assert not batch_is_due(held, DEFAULT_POLICY, START)
    held.held = False
    assert batch_is_due(held, DEFAULT_POLICY, START)


@given(
    st.lists(st.timedeltas(timedelta(), timedelta(days=3)), max_size=12),
    st.integers(1, 4),
    st.timedeltas(timedelta(), timedelta(days=4)),
    st.integers(0, 2),
)
def test_no_batch_goes_out_on_a_day_that_is_used_up(
    ages: list[timedelta], per_day: int, age: timedelta, asked: int
) -> None:
    policy = Policy(tests_per_day=per_day, tests_per_round=200)
    tests = [sent_test(number, START + sent, SendState.DELIVERED) for number, sent in enumerate(sorted(ages))]
    opened, now = pending(tests, asked_tests=asked), START + age

    past = [test for test in tests if test.intended_at <= now]
    opened.tests = past
    assert batch_is_due(opened, policy, now) is (sent_on(past, now) < per_day)
    wake = next_round_wake(opened, policy)
    assert wake is not None
    assert batch_is_due(opened, policy, max(wake[0], now)), "a timer that rings for nothing would ring for ever"


# What comes of a send


def test_tests_spread_over_numbers_and_avoid_those_that_cannot_receive() -> None:
    tests = [
        sent_test(1, phone="139****0001"),
        sent_test(2, phone="139****0001", state=SendState.DELIVERED),
        sent_test(3, phone="139****0002", state=SendState.FAILED, code="MOBILE_NOT_ON_SERVICE"),
        sent_test(4, phone="139****0003", state=SendState.NOT_SENT, code="isv.MOBILE_NUMBER_ILLEGAL"),
        sent_test(5, phone="", state=SendState.UNCLEAR),
    ]

    assert used_numbers(tests) == {"139****0001": 2, "139****0002": 1}
    assert bad_numbers(tests) == ["139****0002", "139****0003"]


@pytest.mark.parametrize(
    ("outcome", "state", "spent"),
    [
        (SendOutcome.ACCEPTED, SendState.ACCEPTED, True),
        (SendOutcome.UNCLEAR, SendState.UNCLEAR, True),
        (SendOutcome.QUOTA, SendState.NOT_SENT, False),
        (SendOutcome.BAD_NUMBER, SendState.NOT_SENT, False),
        (SendOutcome.REFUSED, SendState.NOT_SENT, False),
        (SendOutcome.ACCOUNT, SendState.NOT_SENT, False),
        (SendOutcome.NO_PHONE, SendState.NOT_SENT, False),
    ],
)
def test_the_answer_to_a_send(outcome: SendOutcome, state: SendState, spent: bool) -> None:
    test = sent_test(state=SendState.INTENDED, accepted_at=None, phone="")
    result = SendResult(outcome=outcome, at=START + MINUTE, phone="139****0001", code="isv.X", text="why")

    apply_result(test, result)

    assert (test.state, test.state.spent, test.phone) == (state, spent, "139****0001")
    assert (test.accepted_at is not None) is (outcome is SendOutcome.ACCEPTED)
    assert test.code == ("" if outcome is SendOutcome.ACCEPTED else "isv.X")
    assert test.detail == "why"


@pytest.mark.parametrize(
    ("given", "state"),
    [
        (receipt(ReceiptStatus.DELIVERED, "DELIVERED"), SendState.DELIVERED),
        (receipt(ReceiptStatus.DELIVERED), SendState.DELIVERED),
        (receipt(ReceiptStatus.FAILED, "PORT_NOT_REGISTERED"), SendState.FAILED),
        (receipt(ReceiptStatus.FAILED), SendState.FAILED),
        (receipt(ReceiptStatus.FAILED, "REQUEST_SUCCESS"), None),
        (receipt(ReceiptStatus.WAITING), None),
        (receipt(ReceiptStatus.WAITING, "REQUEST_SUCCESS"), None),
    ],
)
def test_a_receipt_by_its_status(given: Receipt, state: SendState | None) -> None:
    test = sent_test()

    told = apply_receipt(test, given, NAME, START + HOUR)

    assert told is (state is not None)
    assert test.state is (state or SendState.ACCEPTED)
    assert (test.settled_at is not None) is told


def test_a_receipt_keeps_its_own_times() -> None:
    test = sent_test(accepted_at=None, state=SendState.UNCLEAR)
    given = receipt(ReceiptStatus.DELIVERED, "DELIVERED", sent_at=START + MINUTE, received_at=START + 2 * MINUTE)

    apply_receipt(test, given, NAME, START + HOUR)

    assert (test.accepted_at, test.settled_at) == (START + MINUTE, START + 2 * MINUTE)


def test_an_unclear_send_that_is_found_is_accepted_once_and_no_longer_unclear() -> None:
    test = sent_test(state=SendState.UNCLEAR, accepted_at=None, code="X", detail="connection lost")
    waiting = receipt(ReceiptStatus.WAITING, sent_at=START + MINUTE)

    assert apply_receipt(test, waiting, NAME, START + HOUR)
    assert (test.state, test.accepted_at, test.code, test.detail) == (SendState.ACCEPTED, START + MINUTE, "", "")
    assert not apply_receipt(test, waiting, NAME, START + HOUR)


@pytest.mark.parametrize(("shown", "told"), [(NAME, False), (None, False), ("别的名字", True)])
def test_a_message_that_arrives_under_another_name_is_told(shown: str | None, told: bool) -> None:
    test = sent_test()

    apply_receipt(test, receipt(ReceiptStatus.DELIVERED, "DELIVERED", shown_signature=shown), NAME, START)

    assert ("别的名字" in test.detail) is told


# Sent by hand, and receipts that change


def by_hand(out_id: str = "", **fields: object) -> Receipt:
    given = {"sent_at": START + MINUTE, "received_at": START + 2 * MINUTE, "shown_signature": NAME, **fields}
    return receipt(ReceiptStatus.DELIVERED, "DELIVERED", **given).model_copy(update={"out_id": out_id})


@pytest.mark.parametrize(
    ("seen", "counts"),
    [
        (by_hand(), True),
        (by_hand("someone-elses"), True),
        (by_hand("ours"), False),
        (by_hand(shown_signature="别的签名"), False),
        (by_hand(shown_signature=None), False),
        (by_hand(sent_at=START), False),
        (by_hand(sent_at=None), False),
        (by_hand().model_copy(update={"status": ReceiptStatus.FAILED}), False),
        (by_hand().model_copy(update={"status": ReceiptStatus.WAITING}), False),
    ],
)
def test_only_a_message_of_this_signature_that_arrived_and_is_not_ours_was_sent_by_hand(
    seen: Receipt, counts: bool
) -> None:
    assert (sent_by_hand([seen], ["ours"], NAME, START) is not None) is counts


def test_of_several_sent_by_hand_the_first_counts() -> None:
    later = by_hand(sent_at=START + HOUR)
    assert sent_by_hand([later, by_hand()], [], NAME, START) == by_hand()


def test_a_message_sent_by_hand_makes_the_verdict_due_like_one_of_ours() -> None:
    opened = pending(blocked=Action(code=ActionCode.TESTS_SPENT, carrier=Carrier.MOBILE, since=START))
    take_by_hand(opened, SendResult(outcome=SendOutcome.BY_HAND, at=START + HOUR), DEFAULT_POLICY)

    assert opened.verdict_due_at == opened.next_batch_at == START + HOUR + DEFAULT_POLICY.verdict_due
    assert (opened.by_hand, opened.blocked, opened.spent) == ([START + HOUR], None, 0)


def test_a_receipt_that_turns_to_failed_takes_the_test_back_and_the_next_batch_comes() -> None:
    test = sent_test()
    opened = pending([test])
    assert apply_receipt(test, receipt(ReceiptStatus.DELIVERED, "DELIVERED"), NAME, START + MINUTE)
    opened.verdict_due_at = opened.next_batch_at = START + DEFAULT_POLICY.verdict_due
    assert not reconsider(opened, DEFAULT_POLICY, START + HOUR)

    assert apply_receipt(test, receipt(ReceiptStatus.FAILED, "NO_ROUTE"), NAME, START + HOUR)
    assert reconsider(opened, DEFAULT_POLICY, START + HOUR)

    assert (test.state, test.code, test.delivered_at) == (SendState.FAILED, "NO_ROUTE", START + MINUTE)
    assert opened.verdict_due_at is None
    assert opened.next_batch_at == START + HOUR + DEFAULT_POLICY.next_batch_after


def test_another_message_that_arrived_keeps_the_verdict_due() -> None:
    turned = sent_test(state=SendState.FAILED, delivered_at=START)
    opened = pending([turned, sent_test(2, state=SendState.DELIVERED, settled_at=START)])
    opened.verdict_due_at = START + HOUR
    reconsider(opened, DEFAULT_POLICY, START)
    assert opened.verdict_due_at == START + HOUR


def test_a_receipt_that_comes_after_it_was_given_up_still_counts() -> None:
    test = sent_test(state=SendState.NO_RECEIPT, settled_at=START)
    assert apply_receipt(test, receipt(ReceiptStatus.DELIVERED, "DELIVERED"), NAME, START + HOUR)
    assert test.delivered


def test_receipts_are_compared_again_for_three_days() -> None:
    tests = [
        sent_test(1, state=SendState.DELIVERED, settled_at=START),
        sent_test(2, state=SendState.FAILED, settled_at=START + HOUR),
        sent_test(3, state=SendState.NOT_SENT, settled_at=START),
        sent_test(4),
    ]
    assert [test.number for test in settled_lately(tests, START + HOUR)] == [1, 2]
    assert [test.number for test in settled_lately(tests, START + timedelta(days=3))] == [2]
