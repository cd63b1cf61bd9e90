"""Each kind of fault as the SDK meets it."""

import asyncio
from datetime import timedelta

import pytest
from aiohttp import ServerDisconnectedError
from alibabacloud_tea_openapi.exceptions import ClientException, ServerException, ThrottlingException
from darabonba.exceptions import UnretryableException
from hypothesis import given
from hypothesis import strategies as st

from sandbox import DEMO, SandboxServer
from sandbox.faults import Fault, Faults, misshapen
from tests.sandbox.driver import START, Driver
from tests.sandbox.raw import WALL, Raw
from tests.sandbox.waiting import until


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


@pytest.mark.parametrize(("status", "error"), [(403, ClientException), (429, ClientException), (502, ServerException)])
async def test_any_status_with_any_code(
    driver: Driver, status: int, error: type[ClientException | ServerException]
) -> None:
    await driver.control("POST", "faults", {"kind": "code", "status": status, "code": "Forbidden.RAM", "count": 1})
    with pytest.raises(error) as caught:
        await driver.create()
    assert (caught.value.status_code, caught.value.code) == (status, "Forbidden.RAM")
    assert not await exists(driver)


@pytest.mark.parametrize("status", [100, 199, 204, 304, 600])
async def test_a_status_that_no_answer_can_have(driver: Driver, status: int) -> None:
    answer = await driver.control("POST", "faults", {"kind": "code", "status": status}, status=400)
    assert answer["error"].startswith("status: ")


async def test_a_code_may_say_when_to_come_back(driver: Driver) -> None:
    fault = {"kind": "code", "status": 503, "code": "ServiceUnavailable", "retry_after_ms": 40}
    await driver.control("POST", "faults", fault)
    with pytest.raises(ThrottlingException) as caught:
        await driver.create()
    assert (caught.value.code, caught.value.retry_after) == ("ServiceUnavailable", 40)


@pytest.mark.parametrize(("kind", "effect"), [("no_answer", False), ("no_answer_after", True)])
async def test_no_answer_until_the_caller_hangs_up(driver: Driver, kind: str, *, effect: bool) -> None:
    await driver.control("POST", "faults", {"kind": kind, "count": 1})
    driver.read_timeout_ms = 300
    with pytest.raises(UnretryableException):
        await driver.create()
    assert await exists(driver) is effect
    (entry,) = (await driver.control("GET", "journal?operation=CreateSmsSign"))["entries"]
    assert (entry["fault"], entry["status"]) == (kind, None)


async def test_whoever_waits_for_no_answer_holds_nothing_up() -> None:
    async with SandboxServer(pace=DEMO) as server:
        driver = Driver(server)
        driver.read_timeout_ms = 60_000
        await driver.control("POST", "faults", {"kind": "no_answer", "operation": "GetSmsSign"})
        waiting = asyncio.create_task(driver.get())

        async def has_come() -> bool:
            return bool((await driver.control("GET", "journal?operation=GetSmsSign"))["entries"])

        await until(has_come)
        assert (await driver.create()).code == "OK"
        assert not waiting.done()
        began = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - began < 0.8, "the sandbox stops without waiting for it"
    with pytest.raises(UnretryableException):
        await waiting


async def test_wrong_shape_takes_effect_and_cannot_be_parsed(driver: Driver) -> None:
    created = await driver.create()
    driver.later(hours=2)
    await driver.control("POST", "faults", {"kind": "wrong_shape", "operation": "GetSmsSign"})
    with pytest.raises(AssertionError, match="could not parse"):
        await driver.get()
    await driver.control("DELETE", "faults")
    await driver.control("POST", "faults", {"kind": "wrong_shape", "count": 1})
    second = await driver.create("云杉二号")
    assert isinstance(second.order_id, int)
    assert second.order_id > int(created.order_id)


def test_what_is_misshapen() -> None:
    answer = {"Code": "OK", "N": 1, "B": True, "T": "text", "Id": "20000000001", "L": [1, {"a": "甲"}], "D": {"n": 2.5}}
    assert misshapen(answer) == {
        "Code": "OK",
        "N": "1",
        "B": "true",
        "T": "text",
        "Id": 20000000001,
        "L": '[1, {"a": "甲"}]',
        "D": {"n": "2.5"},
    }
    assert misshapen({"Remark": "9" * 5000}) == {"Remark": "9" * 5000}


async def test_window_in_the_wall_clock() -> None:
    wall = [WALL]
    async with SandboxServer(pace=DEMO, clock=lambda: wall[0]) as server:
        raw = Raw(server)
        driver = Driver(server)
        window = {"from": "2026-03-02T02:00:00Z", "until": "2026-03-02T02:01:00Z", "clock": "wall"}
        await driver.control("POST", "faults", {"kind": "http_503", **window})
        query = {"SignName": "云杉科技"}
        assert (await raw.post(query=query, x_sandbox_time="2030-01-01T00:00:00Z"))[0] == 503
        wall[0] += timedelta(minutes=1)
        assert (await raw.post(query=query, x_sandbox_time="2026-03-02T02:00:30Z"))[1]["Code"] == "SignatureNotFound"


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
        fault = faults.take(operation, sign_name, START, START)
        return fault.kind if fault else None

    assert taken("GetSmsSign", "甲") is None
    assert taken("SendSms", "甲") == "http_500"
    assert taken("SendSms", "乙") == "http_503"
    assert taken("SendSms", "乙") is None
    assert taken("SendSms", "甲") == "http_500"


def struck(faults: list[Fault], requests: int) -> list[str | None]:
    """Which kind of fault befalls each of so many requests."""
    in_force = Faults()
    for fault in faults:
        in_force.add(fault)
    taken = [in_force.take("GetSmsSign", None, START, START) for _ in range(requests)]
    return [fault.kind if fault else None for fault in taken]


@given(probability=st.floats(0, 1), seed=st.integers(), other=st.integers())
def test_a_probability_is_the_same_in_every_run(probability: float, seed: int, other: int) -> None:
    faults = [
        Fault(kind="http_500", probability=probability, seed=seed),
        Fault(kind="http_503", probability=probability, seed=other),
    ]
    first = struck(faults, 200)
    assert struck(faults, 200) == first
    if probability in (0, 1):
        assert set(first) == {"http_500" if probability else None}


def test_a_probability_is_about_that_share_of_the_requests() -> None:
    kinds = struck([Fault(kind="http_500", probability=0.3), Fault(kind="http_503", probability=0.5)], 2000)
    assert 540 < kinds.count("http_500") < 660
    assert 620 < kinds.count("http_503") < 780, "the second draws by itself, of those that the first lets pass"


def test_a_count_is_of_the_requests_that_were_befallen() -> None:
    kinds = struck([Fault(kind="http_500", probability=0.5, count=3)], 100)
    assert kinds.count("http_500") == 3
    assert kinds[:3] != ["http_500"] * 3


@pytest.mark.parametrize("probability", [-0.1, 1.1, "often"])
async def test_a_probability_that_is_none(driver: Driver, probability: object) -> None:
    answer = await driver.control("POST", "faults", {"kind": "garbage", "probability": probability}, status=400)
    assert answer["error"].startswith("probability: ")
