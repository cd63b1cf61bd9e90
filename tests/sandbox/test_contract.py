"""The unmodified official SDK against the sandbox: synchronous and asynchronous, with both ways of signing.

What the SDK makes of each kind of answer is part of the contract: a client that tells a refusal from a lost answer on
the real platform must be able to do so here.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from alibabacloud_dysmsapi20170525.client import Client
from alibabacloud_tea_openapi.exceptions import ClientException, ServerException, ThrottlingException
from alibabacloud_tea_openapi.models import Config
from darabonba.exceptions import RetryError, UnretryableException

from sandbox import REAL, SandboxServer
from sandbox.operations import OPERATIONS
from tests.sandbox.driver import Driver
from tests.sandbox.sdk_answers import every_kind_of_answer

ACS3, RPC = None, "v2"
"""``signature_algorithm`` of the SDK's configuration: it signs by version 3 unless told otherwise."""


class ContractDriver(Driver):
    """Calls by the synchronous methods of the SDK, or by the others, and signs as it is told to."""

    def __init__(self, server: SandboxServer, *, synchronous: bool, signature_algorithm: str | None) -> None:
        super().__init__(server)
        self._synchronous = synchronous
        self._client = Client(
            Config(
                access_key_id="sandbox-key",
                access_key_secret="sandbox-secret",
                endpoint=server.endpoint,
                protocol="http",
                signature_algorithm=signature_algorithm,
            )
        )

    async def respond(self, operation: str, **fields: Any) -> Any:
        """The SDK's response object, of which the body is a part."""
        request, runtime = self.request(operation, **fields), self.runtime()
        if self._synchronous:
            return await asyncio.to_thread(getattr(self._client, f"{operation}_with_options"), request, runtime)
        return await getattr(self._client, f"{operation}_with_options_async")(request, runtime)

    async def call(self, operation: str, **fields: Any) -> Any:
        response = await self.respond(operation, **fields)
        assert response.body is not None, "the SDK could not parse the answer"
        return response.body

    async def answer_and_model(self, operation: str, **fields: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        body = (await self.call(operation, **fields)).to_map()
        return body, body


@pytest.mark.parametrize(("synchronous", "algorithm"), [(True, ACS3), (True, RPC), (False, RPC)])
async def test_every_operation_answers(synchronous: bool, algorithm: str | None) -> None:
    async with SandboxServer(pace=REAL) as server:
        driver = ContractDriver(server, synchronous=synchronous, signature_algorithm=algorithm)

        answers = await every_kind_of_answer(driver)

        assert set(answers) == set(OPERATIONS)
        told = {operation: {answer["Code"] for answer in given} for operation, given in answers.items()}
        assert {operation: codes for operation, codes in told.items() if codes != {"OK"}} == {}
        entries = (await driver.control("GET", "journal"))["entries"]
        assert all(entry["account"] == "sandbox-key" for entry in entries), "each was signed and verified"


@pytest.fixture(params=[True, False], ids=["sync", "async"])
async def driver(request: pytest.FixtureRequest) -> AsyncIterator[ContractDriver]:
    async with SandboxServer(pace=REAL) as server:
        driver = ContractDriver(server, synchronous=request.param, signature_algorithm=ACS3)
        await driver.create()
        yield driver


async def failure_of(driver: ContractDriver, **fault: Any) -> BaseException:
    await driver.control("POST", "faults", {"operation": "GetSmsSign", "count": 1, **fault})
    with pytest.raises(Exception) as caught:  # noqa: PT011 - what it is, is what is asked
        await driver.get()
    assert (await driver.get()).code == "OK", "and the next call is answered as ever"
    return caught.value


async def test_a_refusal_is_a_client_exception_with_code_status_and_request_id(driver: ContractDriver) -> None:
    with pytest.raises(ClientException) as caught:
        await driver.get("没有这个")
    assert (caught.value.code, caught.value.status_code) == ("SignatureNotFound", 404)
    assert caught.value.request_id


@pytest.mark.parametrize(("kind", "status"), [("http_500", 500), ("http_503", 503)])
async def test_a_fault_of_the_platform_is_a_server_exception(driver: ContractDriver, kind: str, status: int) -> None:
    failure = await failure_of(driver, kind=kind)
    assert isinstance(failure, ServerException)
    assert failure.status_code == status


async def test_throttling_says_in_milliseconds_when_to_come_back(driver: ContractDriver) -> None:
    failure = await failure_of(driver, kind="throttle", retry_after_ms=1500)
    assert isinstance(failure, ThrottlingException)
    assert (failure.code, failure.retry_after) == ("Throttling.User", 1500)


async def test_throttling_without_the_header_is_a_plain_client_exception(driver: ContractDriver) -> None:
    failure = await failure_of(driver, kind="code", code="Throttling.User", status=400)
    assert type(failure) is ClientException


async def test_another_code_in_http_200_returns_as_if_all_were_well(driver: ContractDriver) -> None:
    fault = {"operation": "GetSmsSign", "kind": "code", "code": "isv.DAY_LIMIT_CONTROL", "count": 1}
    await driver.control("POST", "faults", fault)
    assert (await driver.get()).code == "isv.DAY_LIMIT_CONTROL"


async def test_an_answer_that_is_no_json_loses_its_status(driver: ContractDriver) -> None:
    failure = await failure_of(driver, kind="garbage")
    assert isinstance(failure, UnretryableException)
    assert isinstance(failure.inner_exception, RuntimeError)


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
async def test_a_connection_that_is_reset_leaves_it_open_what_happened(driver: ContractDriver, kind: str) -> None:
    assert isinstance(await failure_of(driver, kind=kind), UnretryableException)


async def test_no_answer_in_time(driver: ContractDriver) -> None:
    driver.read_timeout_ms = 200
    failure = await failure_of(driver, kind="latency", latency_ms=800)
    assert isinstance(failure, UnretryableException)
    assert isinstance(failure.inner_exception, RetryError)


async def test_wrong_shapes_leave_no_body_and_raise_nothing(driver: ContractDriver) -> None:
    await driver.control("POST", "faults", {"operation": "GetSmsSign", "kind": "wrong_shape", "count": 1})
    response = await driver.respond("get_sms_sign", sign_name="云杉科技")
    assert response.body is None
    assert response.to_map()["body"]["Code"] == "OK", "what came is still there"
