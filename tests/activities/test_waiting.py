import dataclasses
from datetime import timedelta

import pytest
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory
from temporalio.testing import ActivityEnvironment

from activities.waiting import SHORTEST_WAIT, nothing_new, platform_away
from gateway.errors import TryLaterError

LONGEST = timedelta(minutes=10)


def away(attempt: int, retry_after: timedelta | None = None, longest: timedelta = LONGEST) -> ApplicationError:
    environment = ActivityEnvironment()
    environment.info = dataclasses.replace(ActivityEnvironment.default_info(), attempt=attempt)
    return environment.run(platform_away, TryLaterError("busy", code="Throttling", retry_after=retry_after), longest)


@pytest.mark.parametrize("failure", [nothing_new("no change", LONGEST), away(1)])
def test_waiting_is_retried_and_alarms_nobody(failure: ApplicationError) -> None:
    assert failure.category is ApplicationErrorCategory.BENIGN
    assert not failure.non_retryable


@pytest.mark.parametrize("wait", [timedelta(), timedelta(seconds=-5), timedelta(microseconds=1)])
def test_no_wait_is_so_short_that_it_spins(wait: timedelta) -> None:
    assert nothing_new("no change", wait).next_retry_delay == SHORTEST_WAIT


def test_pauses_grow_to_the_longest_and_stay_there() -> None:
    pauses = [away(attempt).next_retry_delay for attempt in (1, 2, 3, 4, 8, 50, 100_000)]

    assert pauses == [
        timedelta(seconds=5),
        timedelta(seconds=10),
        timedelta(seconds=20),
        timedelta(seconds=40),
        LONGEST,
        LONGEST,
        LONGEST,
    ]


def test_the_platforms_own_wish_goes_first_within_reason() -> None:
    assert away(5, timedelta(seconds=2)).next_retry_delay == timedelta(seconds=2)
    assert away(1, timedelta(hours=9)).next_retry_delay == LONGEST
    assert away(1, timedelta(hours=9), timedelta(seconds=5)).next_retry_delay == timedelta(seconds=5)


def test_the_web_ui_can_show_why() -> None:
    assert "Throttling: busy" in away(1).message
