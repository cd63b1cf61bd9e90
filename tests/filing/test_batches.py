"""When the next batch of tests goes out: ``filing.verification`` from the end of a batch on."""

from datetime import date, timedelta
from typing import Any

import pytest

from filing.calendar import beijing_date
from filing.policy import DEFAULT_POLICY, Policy
from filing.record import ActionCode
from filing.requests import SendOutcome, SendResult
from filing.round_state import RoundState, SendState, SentTest
from filing.verification import (
    batch_is_due,
    block_when_spent,
    enter_pending,
    hold_after,
    next_round_wake,
    plan_next_batch,
    resume_proving,
)
from filing.vocabulary import Carrier, CarrierStatus, RoundOutcome
from filing.vouching import take_delivery
from tests.filing.builders import DAY, HOUR, START, new_round, sent_test

MINUTE = timedelta(minutes=1)
NAME = "云杉科技"


def pending(tests: list[SentTest] | None = None, **fields: Any) -> RoundState:
    opened = new_round(CarrierStatus.PENDING_VERIFICATION, tests=tests or [], **fields)
    enter_pending(opened, START)
    return opened


# What follows a batch


def test_a_delivered_test_starts_the_clock_of_the_verdict() -> None:
    opened = pending()
    batch = [
        sent_test(1, state=SendState.FAILED, settled_at=START + MINUTE),
        sent_test(2, state=SendState.DELIVERED, settled_at=START + 3 * MINUTE),
        sent_test(3, state=SendState.DELIVERED, settled_at=START + 2 * MINUTE),
    ]

    plan_next_batch(opened, batch, DEFAULT_POLICY, START + HOUR)

    assert opened.verdict_due_at == START + 2 * MINUTE + DEFAULT_POLICY.verdict_due
    assert opened.next_batch_at == opened.verdict_due_at
    wake = next_round_wake(opened, DEFAULT_POLICY)
    assert wake is not None
    assert wake[0] == opened.verdict_due_at
    assert wake[1].startswith("verdict due")


def test_a_batch_that_did_not_arrive_is_tried_again_the_next_day() -> None:
    opened = pending([sent_test(1, state=SendState.NO_RECEIPT)])

    plan_next_batch(opened, opened.tests, DEFAULT_POLICY, START + HOUR)

    assert opened.verdict_due_at is None
    assert opened.next_batch_at == START + HOUR + DEFAULT_POLICY.next_batch_after


def test_a_spent_budget_asks_for_a_person_and_stops() -> None:
    policy = Policy(tests_per_round=2, tests_per_day=2)
    opened = pending([sent_test(1, state=SendState.FAILED), sent_test(2, state=SendState.FAILED)])

    plan_next_batch(opened, opened.tests, policy, START + HOUR)

    assert opened.blocked is not None
    assert opened.blocked.code is ActionCode.TESTS_SPENT
    assert opened.blocked.detail == "2 sent, 0 delivered"
    assert next_round_wake(opened, policy) is None


def test_a_spent_budget_waits_for_the_verdict_of_what_arrived_before_it_asks() -> None:
    policy = Policy(tests_per_round=2, tests_per_day=2)
    opened = pending([sent_test(1, state=SendState.DELIVERED, settled_at=START), sent_test(2, state=SendState.FAILED)])

    plan_next_batch(opened, opened.tests, policy, START + HOUR)

    assert opened.blocked is None
    wake = next_round_wake(opened, policy)
    assert wake is not None
    assert wake[0] == START + policy.verdict_due
    block_when_spent(opened, policy, wake[0])
    assert opened.blocked is not None


def test_a_round_that_broke_off_goes_on_where_it_was() -> None:
    unsure = sent_test(1, state=SendState.INTENDED)
    proven = sent_test(2, state=SendState.DELIVERED, settled_at=START)
    opened = pending([unsure, proven])
    opened.next_batch_at = None

    resume_proving(opened, START + HOUR)

    assert unsure.state is SendState.UNCLEAR, "it may have gone out, so it is looked up"
    assert opened.next_batch_at == START + HOUR
    opened.next_batch_at, opened.verdict_due_at = None, START + 2 * HOUR
    resume_proving(opened, START + HOUR)
    assert opened.next_batch_at == START + 2 * HOUR


def test_a_quota_holds_everybody_back_until_its_window_opens() -> None:
    opened = pending(asked_tests=1)
    quota = SendResult(outcome=SendOutcome.QUOTA, at=START, retry_after_seconds=3600)

    hold_after(opened, quota, DEFAULT_POLICY, START)

    assert not batch_is_due(opened, DEFAULT_POLICY, START + HOUR / 2)
    assert batch_is_due(opened, DEFAULT_POLICY, START + HOUR)
    wake = next_round_wake(opened, DEFAULT_POLICY)
    assert wake is not None
    assert wake[0] == START + HOUR


def test_nothing_is_planned_after_the_verdict() -> None:
    opened = pending([sent_test(1, state=SendState.DELIVERED, settled_at=START)])
    opened.status, opened.outcome, opened.next_batch_at = CarrierStatus.REGISTERED, RoundOutcome.REGISTERED, None

    plan_next_batch(opened, opened.tests, DEFAULT_POLICY, START + HOUR)

    assert opened.next_batch_at is None


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (SendOutcome.ACCOUNT, ActionCode.TESTS_BLOCKED),
        (SendOutcome.REFUSED, ActionCode.TESTS_BLOCKED),
        (SendOutcome.NO_PHONE, ActionCode.NO_TEST_PHONE),
    ],
)
def test_a_refused_send_stops_the_tests_and_asks_for_a_person(outcome: SendOutcome, code: ActionCode) -> None:
    opened = pending()

    hold_after(opened, SendResult(outcome=outcome, at=START, code="isv.X", text="why"), DEFAULT_POLICY, START)

    assert opened.blocked is not None
    assert (opened.blocked.code, opened.blocked.carrier) == (code, Carrier.MOBILE)
    assert "why" in opened.blocked.detail
    assert not batch_is_due(opened, DEFAULT_POLICY, START + DAY)


@pytest.mark.parametrize(("seconds", "wait"), [(90.0, timedelta(seconds=90)), (None, DEFAULT_POLICY.next_batch_after)])
def test_a_quota_puts_the_batch_off_and_asks_nobody(seconds: float | None, wait: timedelta) -> None:
    opened = pending()
    result = SendResult(outcome=SendOutcome.QUOTA, at=START, retry_after_seconds=seconds)

    hold_after(opened, result, DEFAULT_POLICY, START)

    assert opened.next_batch_at == START + wait
    assert opened.blocked is None


def test_a_sent_message_holds_nothing() -> None:
    opened = pending()

    hold_after(opened, SendResult(outcome=SendOutcome.ACCEPTED, at=START), DEFAULT_POLICY, START)

    assert (opened.next_batch_at, opened.blocked) == (START, None)


# The round's own clock


def test_a_silent_carrier_wakes_its_round_twice() -> None:
    opened = new_round()

    overdue = next_round_wake(opened, DEFAULT_POLICY)
    assert overdue is not None
    assert overdue[0] == opened.due_at
    opened.overdue_told = True
    stalled = next_round_wake(opened, DEFAULT_POLICY)
    assert stalled is not None
    assert stalled[0] == opened.stalled_at
    opened.stalled_told = True
    assert next_round_wake(opened, DEFAULT_POLICY) is None


def test_a_round_wakes_on_the_beijing_day_that_has_budget_again() -> None:
    policy = Policy(tests_per_day=1)
    opened = pending([sent_test(1, START, SendState.FAILED)])
    opened.next_batch_at = START + HOUR

    wake = next_round_wake(opened, policy)

    assert wake is not None
    assert beijing_date(wake[0]) == date(2026, 3, 3)


# A person's word, and rounds that are handed over


def test_a_verdict_that_is_awaited_by_a_persons_word_comes_before_the_next_batch() -> None:
    opened = pending()
    take_delivery(opened, START + HOUR, DEFAULT_POLICY)
    due = opened.verdict_due_at
    lost = sent_test(1, START, SendState.NO_RECEIPT, settled_at=START + DAY)

    plan_next_batch(opened, [lost], DEFAULT_POLICY, START + 2 * HOUR)
    assert opened.next_batch_at == due

    plan_next_batch(opened, [lost], DEFAULT_POLICY, START + 40 * HOUR)
    assert opened.next_batch_at == START + 40 * HOUR + DEFAULT_POLICY.next_batch_after


def test_nobody_is_asked_about_a_spent_budget_while_a_verdict_is_awaited() -> None:
    policy = Policy(tests_per_round=1)
    lost = sent_test(1, START, SendState.NO_RECEIPT, settled_at=START + DAY)
    opened = pending([lost])
    take_delivery(opened, START + HOUR, policy)

    plan_next_batch(opened, [lost], policy, START + 2 * HOUR)

    assert opened.blocked is None
    assert opened.next_batch_at == opened.verdict_due_at


def test_a_round_that_goes_on_judges_its_batch_before_it_plans_another() -> None:
    opened = pending([sent_test(1)])
    opened.batch, opened.next_batch_at = [1], None

    resume_proving(opened, START + DAY)

    assert opened.next_batch_at is None
