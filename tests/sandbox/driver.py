"""Drives a sandbox through the official SDK, as a customer would, and through its control plane."""

import copy
from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from alibabacloud_dysmsapi20170525 import models
from alibabacloud_dysmsapi20170525.client import Client
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.models import Config
from darabonba.runtime import ExtendsParameters, RuntimeOptions

from sandbox import SandboxServer
from sandbox.clock import BEIJING

START = datetime(2026, 3, 2, 10, 0, tzinfo=BEIJING)
"""A Monday morning in Beijing."""

MOBILE, UNICOM, TELECOM = "13900000001", "18600000001", "18900000001"
_USUAL = {"qualification_id": 900001, "sign_source": 0}
OTP_TEMPLATE, NOTIFICATION_TEMPLATE = "SMS_900001", "SMS_900002"


class Driver:
    """Calls operations by their SDK method names, at a time of its own.

    Attributes:
        time: Sent as ``x-sandbox-time`` with every call; ``None`` sends no such header.
    """

    def __init__(self, server: SandboxServer, key: str = "sandbox-key", secret: str = "sandbox-secret") -> None:
        self.server = server
        self.time: datetime | None = START
        self.read_timeout_ms = 5000
        self._client = Client(
            Config(access_key_id=key, access_key_secret=secret, endpoint=server.endpoint, protocol="http")
        )

    def later(self, **span: float) -> None:
        """Moves the driver's time, by the arguments of ``timedelta``."""
        assert self.time is not None
        self.time += timedelta(**span)

    async def call(self, operation: str, **fields: Any) -> Any:
        """Calls an operation, for example ``get_sms_sign``, and returns the body as the SDK parsed it."""
        method = getattr(self._client, f"{operation}_with_options_async")
        response = await method(self.request(operation, **fields), self.runtime())
        assert response.body is not None, "the SDK could not parse the answer"
        return response.body

    @staticmethod
    def request(operation: str, **fields: Any) -> Any:
        """The SDK's request object."""
        return getattr(models, "".join(word.capitalize() for word in operation.split("_")) + "Request")(**fields)

    def runtime(self) -> RuntimeOptions:
        """The SDK's options for a call at the driver's time."""
        headers = {"x-sandbox-time": self.time.isoformat()} if self.time else {}
        return RuntimeOptions(extends_parameters=ExtendsParameters(headers=headers), read_timeout=self.read_timeout_ms)

    async def answer_and_model(self, operation: str, **fields: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Calls an operation; the answer as it came over the wire, and what the SDK's model classes keep of it."""
        came: list[dict[str, Any]] = []
        send = self._client.call_api_async

        async def keeping(*arguments: Any) -> Any:
            answered = await send(*arguments)
            came.append(copy.deepcopy(answered["body"]))
            return answered

        self._client.call_api_async = keeping
        try:
            body = await self.call(operation, **fields)
        finally:
            self._client.call_api_async = send
        return came[0], body.to_map()

    async def create(self, sign_name: str = "云杉科技", **fields: Any) -> Any:
        """Applies for a signature of the first demo company."""
        return await self.call("create_sms_sign", **_USUAL | fields | {"sign_name": sign_name})

    async def update(self, sign_name: str = "云杉科技", **fields: Any) -> Any:
        """Edits a signature."""
        return await self.call("update_sms_sign", **_USUAL | fields | {"sign_name": sign_name})

    async def rebind(self, signature_name: str = "云杉科技", **fields: Any) -> Any:
        """Binds a signature to another qualification."""
        return await self.call(
            "change_signature_qualification",
            **{"qualification_id": 900002} | fields | {"signature_name": signature_name},
        )

    async def delete(self, sign_name: str = "云杉科技") -> Any:
        """Deletes a signature."""
        return await self.call("delete_sms_sign", sign_name=sign_name)

    async def get(self, sign_name: str = "云杉科技") -> Any:
        """Reads a signature."""
        return await self.call("get_sms_sign", sign_name=sign_name)

    async def carriers(self, sign_name: str = "云杉科技") -> dict[str, Any]:
        """Reads the whole entry per carrier."""
        return {detail.operator_code: detail for detail in (await self.get(sign_name)).sign_isp_register_detail_list}

    async def statuses(self, sign_name: str = "云杉科技") -> dict[str, int]:
        """Reads the RegisterStatus per carrier."""
        return {code: detail.register_status for code, detail in (await self.carriers(sign_name)).items()}

    async def send(self, phone_numbers: str, sign_name: str = "云杉科技", **fields: Any) -> Any:
        """Sends a notification."""
        fields = {"template_code": NOTIFICATION_TEMPLATE} | fields
        return await self.call("send_sms", phone_numbers=phone_numbers, sign_name=sign_name, **fields)

    async def details(self, phone_number: str, send_date: str, **fields: Any) -> Any:
        """Reads the receipts of one number on one date."""
        fields = {"page_size": 10, "current_page": 1} | fields
        return await self.call("query_send_details", phone_number=phone_number, send_date=send_date, **fields)

    async def report(self, *carriers: str, status: int = 200, sign_name: str = "云杉科技", **fields: Any) -> Any:
        """Clicks 报备 in the console, at the driver's time."""
        at = {"at": self.time.isoformat()} if self.time else {}
        document = {"carriers": carriers} | at | fields
        return await self.control("POST", f"console/{sign_name}/report", document, status)

    async def control(self, method: str, path: str, json: object = None, status: int = 200) -> Any:
        """Calls the control plane and returns its JSON answer."""
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, f"{self.server.url}/_sandbox/{path}", json=json) as response,
        ):
            assert response.status == status, await response.text()
            return await response.json()


async def refusal(call: Awaitable[Any]) -> tuple[int, str]:
    """Awaits a call that is refused and returns the HTTP status and the code; a refusal in an answer is HTTP 200."""
    try:
        answer = await call
    except ClientException as error:
        return error.status_code, str(error.code)
    assert answer.code != "OK", "it was not refused"
    return 200, str(answer.code)


async def refused(call: Awaitable[Any]) -> str:
    """Awaits a call that is refused with HTTP 400, or 404 where something is not there, and returns the code."""
    status, code = await refusal(call)
    assert status in (400, 404)
    return code
