"""Limits per account and operation, by themselves and over HTTP."""

from datetime import UTC, datetime, timedelta

import pytest
from alibabacloud_tea_openapi.exceptions import ThrottlingException
from hypothesis import given
from hypothesis import strategies as st

from sandbox import DEMO, SandboxServer
from sandbox.operations import OPERATIONS
from sandbox.protocol import ApiError
from sandbox.throttling import DOCUMENTED_QPS, USUAL_QPS, Throttle, parse_qps
from tests.sandbox.driver import Driver

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def later(milliseconds: int) -> datetime:
    return NOON + timedelta(milliseconds=milliseconds)


def taken(throttle: Throttle, operation: str, at: datetime, account: str = "a") -> int | None:
    """Calls once; ``None`` if it was taken, else after how many milliseconds to come again."""
    try:
        throttle.take(account, operation, at)
    except ApiError as error:
        return error.retry_after_ms if error.code == "Throttling.User" else 0
    return None


@pytest.mark.parametrize(
    ("operation", "qps"), [("GetSmsSign", 150), ("QuerySmsSignList", 10), ("CreateSmsSign", USUAL_QPS)]
)
def test_an_operation_is_taken_as_often_as_documented(operation: str, qps: int) -> None:
    throttle = Throttle({})
    assert [taken(throttle, operation, NOON) for _ in range(qps + 1)] == [None] * qps + [1000]


def test_every_documented_limit_is_of_an_operation() -> None:
    assert DOCUMENTED_QPS.keys() <= OPERATIONS.keys()


def test_whoever_waits_as_long_as_told_is_taken() -> None:
    throttle = Throttle({"SendSms": 2})
    assert [taken(throttle, "SendSms", later(at)) for at in (0, 400, 600)] == [None, None, 400]
    assert taken(throttle, "SendSms", later(999)) == 1
    assert taken(throttle, "SendSms", later(1000)) is None


def test_accounts_and_operations_do_not_stand_in_each_others_way() -> None:
    throttle = Throttle({"*": 1, "GetSmsSign": 1})
    for account in ("a", "b"):
        for operation in ("GetSmsSign", "CreateSmsSign", "UpdateSmsSign"):
            assert taken(throttle, operation, NOON, account) is None
    assert taken(throttle, "CreateSmsSign", NOON) is not None


def test_a_wall_clock_that_is_set_back_shuts_nobody_out() -> None:
    throttle = Throttle({"GetSmsSign": 1})
    assert taken(throttle, "GetSmsSign", later(3_600_000)) is None
    assert taken(throttle, "GetSmsSign", NOON) is None


@given(
    qps=st.integers(1, 5),
    pauses=st.lists(st.integers(0, 700), max_size=40),
)
def test_no_second_has_more_requests_than_allowed_and_none_is_refused_needlessly(qps: int, pauses: list[int]) -> None:
    throttle, at, accepted = Throttle({"*": qps}), 0, list[int]()
    for pause in pauses:
        at += pause
        in_the_last_second = sum(at - one < 1000 for one in accepted)
        retry = taken(throttle, "CreateSmsSign", later(at))
        assert (retry is None) is (in_the_last_second < qps)
        if retry is None:
            accepted.append(at)
        else:
            assert sum(at + retry - one < 1000 for one in accepted) < qps


async def test_the_request_over_the_limit_is_told_when_to_come_back() -> None:
    async with SandboxServer(pace=DEMO, limits={"QuerySmsSignList": 2}) as server:
        driver = Driver(server)
        for _ in range(2):
            await driver.call("query_sms_sign_list")
        with pytest.raises(ThrottlingException) as caught:
            await driver.call("query_sms_sign_list")
        assert (caught.value.code, caught.value.status_code) == ("Throttling.User", 400)
        assert 0 < caught.value.retry_after <= 1000
        assert (await driver.create()).code == "OK", "other operations have limits of their own"
        entries = (await driver.control("GET", "journal?operation=QuerySmsSignList"))["entries"]
        assert [(entry["code"], entry["fault"]) for entry in entries] == [
            ("OK", None),
            ("OK", None),
            ("Throttling.User", None),
        ]


async def test_a_sandbox_that_is_told_nothing_takes_any_number_of_requests() -> None:
    async with SandboxServer(pace=DEMO) as server:
        driver = Driver(server)
        for _ in range(12):
            assert (await driver.call("query_sms_sign_list")).code == "OK"
        assert (await driver.control("GET", "health"))["limits"] is None


def test_limits_on_a_command_line() -> None:
    assert parse_qps(["GetSmsSign=3", "*=7", "GetSmsSign=4"], OPERATIONS) == {"GetSmsSign": 4, "*": 7}


@pytest.mark.parametrize(
    "text", ["GetSmsSign", "GetSmsSign=", "GetSmsSign=0", "GetSmsSign=-1", "GetSmsSign=1e3", "Get=1", "=5"]
)
def test_limits_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match="is not NAME=N"):
        parse_qps([text], OPERATIONS)
