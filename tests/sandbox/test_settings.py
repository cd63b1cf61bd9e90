"""An account's balance and limits, through the control plane and the SDK."""

from typing import Any

import pytest

from sandbox import REAL, SandboxServer
from tests.sandbox.driver import MOBILE, TELECOM, UNICOM, Driver


@pytest.fixture
async def filed(driver: Driver) -> Driver:
    """A driver with a signature that telecom never answers for."""
    await driver.create(remark="[sandbox telecom=silent]")
    driver.later(days=14)
    return driver


async def code(driver: Driver, numbers: str) -> str:
    return str((await driver.send(numbers)).code)


async def test_what_arrives_is_paid_for_and_nothing_else(filed: Driver) -> None:
    await filed.send(MOBILE)
    answer = await filed.control("PUT", "settings", {"balance": 2})
    assert (answer["account"], answer["balance"], answer["day_limit"]) == ("sandbox-key", 2, None)
    assert await code(filed, TELECOM) == "OK"
    assert await code(filed, f"{TELECOM},{MOBILE}") == "OK"
    assert await code(filed, f"{UNICOM},{MOBILE}") == "isv.AMOUNT_NOT_ENOUGH", "one is left"
    assert await code(filed, UNICOM) == "OK"
    assert await code(filed, TELECOM) == "isv.AMOUNT_NOT_ENOUGH"
    await filed.control("PUT", "settings", {"balance": 1})
    assert await code(filed, MOBILE) == "OK"
    await filed.control("PUT", "settings", {})
    assert await code(filed, f"{UNICOM},{MOBILE}") == "OK", "no balance, no limit"


@pytest.mark.parametrize(
    ("limit", "refusal", "wait"),
    [("day_limit", "isv.DAY_LIMIT_CONTROL", {"hours": 14}), ("month_limit", "isv.MONTH_LIMIT_CONTROL", {"days": 16})],
)
async def test_limits_of_the_account_open_with_the_next_day_or_month_in_beijing(
    filed: Driver, limit: str, refusal: str, wait: dict[str, float]
) -> None:
    await filed.control("PUT", "settings", {limit: 2})
    assert await code(filed, TELECOM) == "OK"
    assert await code(filed, f"{MOBILE},{UNICOM}") == refusal
    assert await code(filed, MOBILE) == "OK"
    assert await code(filed, MOBILE) == refusal
    filed.later(**wait)
    filed.later(seconds=-1)
    assert (await code(filed, MOBILE) == refusal) == (limit == "day_limit")
    filed.later(seconds=1)
    assert await code(filed, MOBILE) == "OK"


async def test_settings_are_one_accounts_and_survive_a_restart(tmp_path: Any) -> None:
    accounts = {"one": "1", "two": "2"}
    database = tmp_path / "sandbox.sqlite"
    async with SandboxServer(pace=REAL, accounts=accounts, database=database) as server:
        for key, secret in accounts.items():
            await Driver(server, key, secret).create()
        await Driver(server).control("PUT", "settings", {"account": "two", "balance": 0})
    async with SandboxServer(pace=REAL, accounts=accounts, database=database) as server:
        for key, expected in (("one", "OK"), ("two", "isv.AMOUNT_NOT_ENOUGH")):
            driver = Driver(server, key, accounts[key])
            driver.later(days=14)
            assert await code(driver, MOBILE) == expected


@pytest.mark.parametrize("document", [{"balance": -1}, {"balance": "many"}, {"account": "nobody"}, {"since": 5}, []])
async def test_unreadable_settings(driver: Driver, document: Any) -> None:
    assert (await driver.control("PUT", "settings", document, status=400))["error"]
