"""Each kind of fault as the SDK meets it."""

import pytest
from aiohttp import ServerDisconnectedError
from alibabacloud_tea_openapi.exceptions import ClientException, ServerException, ThrottlingException
from darabonba.exceptions import UnretryableException

from sandbox import DEMO, SandboxServer
from sandbox.faults import Fault, Faults
from tests.sandbox.driver import START, Driver


async def exists(driver: Driver) -> bool:
    return bool((await driver.call("query_sms_sign_list")).total_count)


@pytest.mark.parametrize(
    ("kind", "status", "code"), [("http_500", 500, "InternalError"), ("http_503", 503, "ServiceUnavailable")]
)
async def test_server_errors(driver: Driver, kind: str, status: int, code: str) -> None:
    await driver.control("POST", "faults", {"kind": kind, "operation": "CreateSmsSign", "count": 1})
    with pytest.raises(ServerException) as caught:
        await driver.create()
    assert (caught.value.status_code, caught.value.code) == (status, code)
    assert not await exists(driver)
    assert (await driver.create()).code == "OK", "the count is used up"


@pytest.mark.parametrize(("kind", "effect"), [("drop_before", False), ("drop_after", True)])
async def test_dropped_connections(driver: Driver, kind: str, *, effect: bool) -> None:
    await driver.control("POST", "faults", {"kind": kind, "count": 1})
    with pytest.raises(UnretryableException) as caught:
        await driver.create()
    assert isinstance(caught.value.inner_exception, ServerDisconnectedError)
    assert await exists(driver) is effect
    (entry,) = (await driver.control("GET", "journal?operation=CreateSmsSign"))["entries"]
    assert (entry["fault"], entry["status"]) == (kind, None)


async def test_garbage(driver: Driver) -> None:
    await driver.control("POST", "faults", {"kind": "garbage", "count": 1})
    with pytest.raises(UnretryableException):
        await driver.create()
    assert not await exists(driver)


async def test_code_in_http_200(driver: Driver) -> None:
    await driver.control("POST", "faults", {"kind": "code", "code": "isv.AMOUNT_NOT_ENOUGH", "message": "账户余额不足"})
    body = await driver.create()
    assert (body.code, body.message, body.order_id) == ("isv.AMOUNT_NOT_ENOUGH", "账户余额不足", None)


async def test_throttling_says_when_to_come_back(driver: Driver) -> None:
    await driver.control("POST", "faults", {"kind": "throttle", "retry_after_ms": 1500, "count": 1})
    with pytest.raises(ThrottlingException) as caught:
        await driver.create()
    assert (caught.value.code, caught.value.retry_after, caught.value.status_code) == ("Throttling.User", 1500, 400)


async def test_latency_delays_and_answers(driver: Driver) -> None:
    await driver.control("POST", "faults", {"kind": "latency", "latency_ms": 1, "count": 1})
    assert (await driver.create()).code == "OK"
    (entry,) = (await driver.control("GET", "journal?operation=CreateSmsSign"))["entries"]
    assert entry["fault"] == "latency"


async def test_latency_beyond_the_timeout_of_the_caller() -> None:
    async with SandboxServer(pace=DEMO) as server:
        driver = Driver(server)
        driver.read_timeout_ms = 50
        await driver.control("POST", "faults", {"kind": "latency", "latency_ms": 60_000, "count": 1})
        with pytest.raises(UnretryableException):
            await driver.create()


async def test_window_is_in_asked_time(driver: Driver) -> None:
    window = {"from": "2026-03-02T11:00:00+08:00", "until": "2026-03-02T12:00:00+08:00"}
    await driver.control("POST", "faults", {"kind": "http_503", **window})
    assert not await exists(driver)
    driver.later(hours=1)
    with pytest.raises(ServerException):
        await exists(driver)
    driver.later(hours=1)
    assert not await exists(driver)


async def test_faults_are_listed_and_cleared(driver: Driver) -> None:
    await driver.control("POST", "faults", {"kind": "http_500", "count": 2})
    with pytest.raises(ServerException):
        await driver.create()
    (fault,) = (await driver.control("GET", "faults"))["faults"]
    assert (fault["kind"], fault["operation"], fault["count"]) == ("http_500", "*", 1)
    await driver.control("DELETE", "faults")
    assert (await driver.create()).code == "OK"


async def test_faults_come_before_authentication() -> None:
    async with SandboxServer(pace=DEMO) as server:
        stranger = Driver(server, secret="wrong")
        await stranger.control("POST", "faults", {"kind": "http_503", "count": 1})
        with pytest.raises(ServerException):
            await stranger.get()
        with pytest.raises(ClientException):
            await stranger.get()


def test_the_first_fault_that_fits_is_taken() -> None:
    faults = Faults()
    faults.add(Fault(kind="http_500", operation="SendSms", sign_name="甲"))
    faults.add(Fault(kind="http_503", operation="SendSms", count=1))

    def taken(operation: str, sign_name: str) -> str | None:
        fault = faults.take(operation, sign_name, START)
        return fault.kind if fault else None

    assert taken("GetSmsSign", "甲") is None
    assert taken("SendSms", "甲") == "http_500"
    assert taken("SendSms", "乙") == "http_503"
    assert taken("SendSms", "乙") is None
    assert taken("SendSms", "甲") == "http_500"
