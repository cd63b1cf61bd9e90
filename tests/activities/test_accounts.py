from datetime import UTC, datetime

import pytest
from temporalio.exceptions import ApplicationError

from activities.accounts import now
from filing.vocabulary import Carrier
from tests.activities.bench import ACCOUNT, START, Bench, watch_request


def test_an_account_that_this_worker_lacks_may_come_with_a_restart(bench: Bench) -> None:
    with pytest.raises(ApplicationError) as failed:
        bench.accounts.get("other")

    assert failed.value.type == "UNKNOWN_ACCOUNT"
    assert not failed.value.non_retryable
    assert "'other'" in failed.value.message
    assert ACCOUNT in failed.value.message


async def test_an_activity_for_an_unknown_account_does_not_reach_the_platform(bench: Bench) -> None:
    with pytest.raises(ApplicationError, match="restart the worker"):
        await bench.run(bench.watching.watch_signature, watch_request(account="other"))

    assert (await bench.control("GET", "journal"))["entries"] == []


def test_numbers_leave_the_worker_masked_and_each_can_be_told_apart(bench: Bench) -> None:
    alike = {Carrier.MOBILE: ["13911110001", "13922220001", "13933330002"]}

    pool = bench.accounts_with(alike).get(ACCOUNT).pool(Carrier.MOBILE)

    assert pool == {"139****0001": "13911110001", "139****0001#2": "13922220001", "139****0002": "13933330002"}
    assert bench.accounts_with(alike).get(ACCOUNT).pool(Carrier.UNICOM) == {}


def test_an_account_does_not_show_its_numbers(bench: Bench) -> None:
    assert "13900000001" not in repr(bench.accounts.get(ACCOUNT))


async def test_the_time_is_that_of_the_attempt(bench: Bench) -> None:
    async def tell_time(_: None) -> datetime:
        return now()

    assert await bench.run(tell_time, None, START) == START


def test_outside_of_an_activity_it_is_the_clocks() -> None:
    before = datetime.now(UTC)

    assert before <= now() <= datetime.now(UTC)
