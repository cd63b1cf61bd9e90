from datetime import timedelta

import pytest

from filing.amendment import Confirmation
from filing.policy import DEFAULT_POLICY, Policy
from filing.sending import can_send
from filing.state import CarrierState
from filing.vocabulary import CanSend, CarrierStatus
from filing.vouching import VOUCHABLE
from tests.filing.builders import DAY, START


def known(status: CarrierStatus, *days_ago: float) -> CarrierState:
    return CarrierState(status=status, deliveries=[START - days * DAY for days in days_ago])


@pytest.mark.parametrize(
    ("status", "allowed"),
    [
        (CarrierStatus.NOT_FILED, CanSend.NO),
        (CarrierStatus.REGISTERING, CanSend.TRIAL),
        (CarrierStatus.PENDING_VERIFICATION, CanSend.TRIAL),
        (CarrierStatus.REGISTERED, CanSend.TRIAL),
        (CarrierStatus.FAILED, CanSend.NO),
        (CarrierStatus.EXPIRED, CanSend.NO),
        (CarrierStatus.UNKNOWN, CanSend.NO),
    ],
)
def test_by_status_alone_nothing_is_safe_for_bulk(status: CarrierStatus, allowed: CanSend) -> None:
    verdict, why = can_send(known(status), DEFAULT_POLICY, START)

    assert verdict is allowed
    assert status.label in why


@pytest.mark.parametrize(
    ("days_ago", "allowed"),
    [
        ((1, 2), CanSend.TRIAL),
        ((1, 2, 3), CanSend.BULK),
        ((1, 2, 29.9), CanSend.BULK),
        ((1, 2, 30), CanSend.TRIAL),
        ((31, 32, 33, 34), CanSend.TRIAL),
    ],
)
def test_bulk_wants_three_delivered_in_thirty_days(days_ago: tuple[float, ...], allowed: CanSend) -> None:
    assert can_send(known(CarrierStatus.REGISTERED, *days_ago), DEFAULT_POLICY, START)[0] is allowed


@pytest.mark.parametrize("status", sorted(set(CarrierStatus) - {CarrierStatus.REGISTERED}))
def test_deliveries_help_no_carrier_that_is_not_registered(status: CarrierStatus) -> None:
    assert can_send(known(status, 1, 2, 3, 4), DEFAULT_POLICY, START)[0] is not CanSend.BULK


def test_the_gate_is_the_policys() -> None:
    policy = Policy(bulk_from_delivered=1, bulk_window=timedelta(hours=1))

    assert can_send(known(CarrierStatus.REGISTERED, 0.01), policy, START)[0] is CanSend.BULK
    assert can_send(known(CarrierStatus.REGISTERED, 0.1), policy, START)[0] is CanSend.TRIAL


@pytest.mark.parametrize("status", CarrierStatus)
def test_a_persons_word_opens_the_gate_where_the_platform_may_know_less_and_is_named(status: CarrierStatus) -> None:
    vouched = known(status)
    vouched.usable_word = Confirmation(by="bob", at=START)

    allowed, why = can_send(vouched, DEFAULT_POLICY, START + DAY)

    assert (allowed is CanSend.BULK) is (status in VOUCHABLE)
    assert ("bob" in why) is (status in VOUCHABLE)
    assert status.label in why


@pytest.mark.parametrize(("words", "allowed"), [(1, CanSend.TRIAL), (2, CanSend.BULK)])
def test_words_that_a_message_arrived_count_beside_the_receipts(words: int, allowed: CanSend) -> None:
    counted = known(CarrierStatus.REGISTERED, 1)
    counted.told_deliveries = [Confirmation(by="bob", at=START - number * DAY) for number in range(words)]

    verdict, why = can_send(counted, DEFAULT_POLICY, START)

    assert verdict is allowed
    assert f"({words} by a person's word)" in why
    assert can_send(counted, DEFAULT_POLICY, START + 40 * DAY)[0] is CanSend.TRIAL


def test_a_carrier_that_failed_and_takes_messages_all_the_same_is_for_trials() -> None:
    failed = known(CarrierStatus.FAILED, 1, 3).model_copy(update={"observed_at": START - 2 * DAY})

    verdict, why = can_send(failed, DEFAULT_POLICY, START)

    assert verdict is CanSend.TRIAL
    assert "1 messages arrived since" in why, "the one of three days ago came before the failure"
    failed.status = CarrierStatus.EXPIRED
    assert can_send(failed, DEFAULT_POLICY, START)[0] is CanSend.NO


def test_the_policy_may_forbid_trials_before_the_carriers_answer() -> None:
    strict = Policy(trial_while_registering=False)
    assert can_send(known(CarrierStatus.REGISTERING), strict, START)[0] is CanSend.NO
    assert can_send(known(CarrierStatus.PENDING_VERIFICATION), strict, START)[0] is CanSend.TRIAL
