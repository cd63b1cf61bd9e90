"""Alibaba Cloud SMS (阿里云短信服务, Dysmsapi 2017-05-25) through its official SDK.

One account, one SDK client, asynchronous calls only. The SDK's own retry stays off: sending and creating are not
idempotent, and Temporal retries whatever may be retried.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from alibabacloud_credentials.client import Client as CredentialClient
from alibabacloud_dysmsapi20170525 import models as requests
from alibabacloud_dysmsapi20170525.client import Client
from alibabacloud_tea_openapi.utils_models import Config
from darabonba.runtime import ExtendsParameters, RuntimeOptions

from filing.application import SignatureApplication
from filing.existing import ExistingSignature, SignaturePage
from filing.snapshot import DayTraffic, Receipt, SignatureSnapshot
from filing.vocabulary import ReviewStatus
from gateway import readings, wire
from gateway.aliyun_papers import PaperReads
from gateway.errors import NotFoundError, TryLaterError
from gateway.failures import NOT_UNDERSTOOD, Call, from_code, from_exception
from gateway.protocol import Accepted
from gateway.signing import sign_parameters

_DOMESTIC = 1

# The most that QuerySmsSignList, QuerySendDetails and QuerySendStatistics take.
_PAGE_SIZE = 50

# Ten thousand entries of one number and day, or of one signature: no honest answer is longer.
_MOST_PAGES = 200


def _quiet_sdk_logging() -> None:
    """Undo what importing the SDK does to logging: a handler on stderr, at DEBUG, that may print signed headers."""
    sdk_logger = logging.getLogger("darabonba-core")
    sdk_logger.handlers.clear()
    sdk_logger.setLevel(logging.WARNING)


_quiet_sdk_logging()


@dataclass(frozen=True)
class AliyunAccess:
    """How to reach one account; its ``repr`` shows no credential.

    Attributes:
        endpoint: Host, with a port where it is not the usual one: ``dysmsapi.aliyuncs.com``.
        protocol: ``https``; ``http`` only for a sandbox.
        access_key_id: The AccessKey's id; none to use the SDK's default credential chain (environment, profile,
            RAM role), which is asked at the first call.
        access_key_secret: Its secret.
        security_token: The token that goes with a temporary (STS) key.
        connect_timeout: Time allowed to open a connection.
        read_timeout: Time allowed for each silence while the answer is awaited or arrives.
    """

    endpoint: str
    protocol: Literal["http", "https"]
    access_key_id: str | None = field(repr=False)
    access_key_secret: str | None = field(repr=False)
    security_token: str | None = field(default=None, repr=False)
    connect_timeout: timedelta = timedelta(seconds=5)
    read_timeout: timedelta = timedelta(seconds=10)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not show in any message."""
        return tuple(filter(None, (self.access_key_secret, self.security_token, self.access_key_id)))


class AliyunGateway(PaperReads):
    """``gateway.protocol.SmsGateway`` for one account at Alibaba Cloud."""

    def __init__(self, access: AliyunAccess, clock_header: Callable[[], datetime] | None = None) -> None:
        """Prepare the adapter; nothing is sent and no credential is looked up.

        Args:
            access: The account.
            clock_header: Only for a sandbox: tells the time that each request says it is made at, with a zone.

        Raises:
            ValueError: ``clock_header`` was given for an endpoint of Alibaba Cloud.
        """
        if clock_header and "aliyuncs.com" in access.endpoint.lower():
            raise ValueError(f"{access.endpoint} has its own clock; clock_header is for a sandbox only")
        self._access = access
        self._clock_header = clock_header
        self._lazy_client: Client | None = None

    async def read_signature(self, sign_name: str) -> SignatureSnapshot:
        """See the protocol."""
        request = requests.GetSmsSignRequest(sign_name=sign_name)
        try:
            body = await self._call("GetSmsSign", request, "get_sms_sign")
        except NotFoundError:
            return SignatureSnapshot(found=False, review=ReviewStatus.NOT_SUBMITTED)
        return readings.snapshot(body)

    async def list_signatures(self, page: int) -> SignaturePage:
        """See the protocol."""
        request = requests.QuerySmsSignListRequest(page_index=page, page_size=_PAGE_SIZE)
        body = await self._call("QuerySmsSignList", request, "query_sms_sign_list")
        return readings.signature_page(body, page, _PAGE_SIZE)

    async def read_existing(self, sign_name: str) -> ExistingSignature:
        """See the protocol."""
        request = requests.GetSmsSignRequest(sign_name=sign_name)
        try:
            body = await self._call("GetSmsSign", request, "get_sms_sign")
        except NotFoundError:
            unknown = SignatureSnapshot(found=False, review=ReviewStatus.NOT_SUBMITTED)
            return ExistingSignature(sign_name=sign_name, snapshot=unknown)
        return readings.existing(body, sign_name)

    async def create_signature(self, application: SignatureApplication) -> Accepted:
        """See the protocol.

        Raises:
            RefusedError: Also, without a call, for a source that the platform retired (help page, step 2).
        """
        request = requests.CreateSmsSignRequest().from_map(sign_parameters(application))
        body = await self._call("CreateSmsSign", request, "create_sms_sign", write=True)
        return _accepted(body, body.order_id)

    async def update_signature(self, application: SignatureApplication) -> Accepted:
        """See the protocol.

        Raises:
            RefusedError: Also, without a call, for a source that the platform retired (help page, step 2).
        """
        request = requests.UpdateSmsSignRequest().from_map(sign_parameters(application))
        body = await self._call("UpdateSmsSign", request, "update_sms_sign", write=True)
        return _accepted(body, body.order_id)

    async def change_qualification(
        self, sign_name: str, *, qualification_id: int, authorization_letter_id: int | None
    ) -> Accepted:
        """See the protocol. The only operation on a signature that calls its name ``SignatureName``."""
        request = requests.ChangeSignatureQualificationRequest(
            signature_name=sign_name,
            qualification_id=qualification_id,
            authorization_letter_id=authorization_letter_id,
        )
        operation, method = "ChangeSignatureQualification", "change_signature_qualification"
        body = await self._call(operation, request, method, write=True, verdict_in_data=True)
        return _accepted(body, None)

    async def delete_signature(self, sign_name: str) -> None:
        """See the protocol."""
        request = requests.DeleteSmsSignRequest(sign_name=sign_name)
        await self._call("DeleteSmsSign", request, "delete_sms_sign", write=True)

    async def send_test(
        self,
        *,
        phone: str,
        sign_name: str,
        template_code: str,
        template_params: Mapping[str, str],
        out_id: str,
    ) -> Accepted:
        """See the protocol."""
        request = requests.SendSmsRequest(
            phone_numbers=wire.mainland_number(phone),
            sign_name=sign_name,
            template_code=template_code,
            template_param=json.dumps(dict(template_params), ensure_ascii=False) if template_params else None,
            out_id=out_id,
        )
        body = await self._call("SendSms", request, "send_sms", write=True)
        return _accepted(body, body.biz_id)

    async def read_receipts(self, *, phone: str, sent_on: Sequence[date]) -> list[Receipt]:
        """See the protocol; each date is asked once, and the platform keeps thirty days."""
        number = wire.mainland_number(phone)
        found: list[Receipt] = []
        for day in dict.fromkeys(sent_on):

            async def page(index: int, day: date = day) -> tuple[Sequence[Any], int | None]:
                request = requests.QuerySendDetailsRequest(
                    phone_number=number,
                    send_date=wire.show_compact(day),
                    page_size=_PAGE_SIZE,
                    current_page=index,
                )
                body = await self._call("QuerySendDetails", request, "query_send_details")
                entries = body.sms_send_detail_dtos.sms_send_detail_dto if body.sms_send_detail_dtos else []
                return entries, wire.number(body.total_count)

            found += map(readings.receipt, await _all_pages(page))
        return found

    async def last_traffic_on(self, sign_name: str, *, since: date, until: date) -> date | None:
        """See the protocol; a day counts as soon as one message was accepted, delivered or not."""
        used = [day.day for day in await self.read_traffic(sign_name, since=since, until=until) if day.total > 0]
        return max(used, default=None)

    async def read_traffic(self, sign_name: str, *, since: date, until: date) -> list[DayTraffic]:
        """See the protocol."""

        async def page(index: int) -> tuple[Sequence[Any], int | None]:
            request = requests.QuerySendStatisticsRequest(
                is_globe=_DOMESTIC,
                start_date=wire.show_compact(since),
                end_date=wire.show_compact(until),
                page_index=index,
                page_size=_PAGE_SIZE,
                sign_name=sign_name,
            )
            body = await self._call("QuerySendStatistics", request, "query_send_statistics")
            if body.data is None:
                return [], 0
            return body.data.target_list, wire.number(body.data.total_size)

        return [day for entry in await _all_pages(page) if (day := readings.day_traffic(entry)) is not None]

    async def close(self) -> None:
        """See the protocol. The SDK opens a connection per call, so there is nothing to release."""

    async def _call(
        self, operation: str, request: Any, method: str, *, write: bool = False, verdict_in_data: bool = False
    ) -> Any:
        """Make one call and return the body of an answer whose ``Code`` is ``OK``.

        Args:
            operation: The platform's name of it, for messages.
            request: The SDK's request object.
            method: The SDK method, without the ending ``_with_options_async``.
            write: Whether a lost answer leaves it open what happened.
            verdict_in_data: Whether ``Data`` has a verdict of its own, so that an ``OK`` above it is not the last word.

        Raises:
            GatewayError: Whatever went wrong, sorted.
        """
        at = self._clock_header() if self._clock_header else datetime.now(UTC)
        call = Call(operation, write, at, self._access.secrets)
        # Each phase has a time limit of the SDK's; a name lookup and an answer that trickles in have none.
        whole = self._access.connect_timeout + 2 * self._access.read_timeout
        send = getattr(self._client(), f"{method}_with_options_async")
        try:
            async with asyncio.timeout(whole.total_seconds()):
                response = await send(request, self._runtime(at))
        except Exception as failure:
            # Without its cause: the SDK's exceptions hold the request, with phone number and credentials.
            raise from_exception(failure, call) from None
        body = response.body
        if body is None:
            # The SDK could not build its model and left the answer as it came; an error in it still counts.
            raw = (response.to_map() or {}).get("body")
            answer = raw if isinstance(raw, dict) else {}
            if answer.get("Code") in (None, "OK"):
                raise call.lost(NOT_UNDERSTOOD)
            raise from_code(str(answer["Code"]), answer.get("Message"), call, request_id=answer.get("RequestId") or "")
        if body.code != "OK":
            raise from_code(str(body.code or ""), body.message, call, request_id=str(body.request_id or ""))
        if verdict_in_data and (refusal := _refusal_in_data(body)):
            raise from_code(*refusal, call, request_id=str(body.request_id or ""))
        return body

    def _client(self) -> Client:
        if self._lazy_client is None:
            access = self._access
            config = Config(endpoint=access.endpoint, protocol=access.protocol)
            if access.access_key_id and access.access_key_secret:
                config.access_key_id = access.access_key_id
                config.access_key_secret = access.access_key_secret
                config.security_token = access.security_token
            else:
                config.credential = CredentialClient()
            self._lazy_client = Client(config)
        return self._lazy_client

    def _runtime(self, at: datetime) -> RuntimeOptions:
        options = RuntimeOptions(
            connect_timeout=_milliseconds(self._access.connect_timeout),
            read_timeout=_milliseconds(self._access.read_timeout),
        )
        if self._clock_header:
            options.extends_parameters = ExtendsParameters(headers={"x-sandbox-time": at.isoformat()})
        return options


def _accepted(body: Any, number: object) -> Accepted:
    return Accepted(number=str(number or ""), request_id=str(body.request_id or ""))


def _refusal_in_data(body: Any) -> tuple[str, object] | None:
    """Code and words of an answer that says ``OK`` and, further in, that it failed; without a code it is unclear."""
    data = body.data
    if wire.flag(body.success) is not False and (data is None or wire.flag(data.success) is not False):
        return None
    code = str((data and data.err_code) or "")
    return "" if code == "OK" else code, data and data.err_message


async def _all_pages(page: Callable[[int], Awaitable[tuple[Sequence[Any], int | None]]]) -> list[Any]:
    """Read pages from 1 on until the total is reached, or without a total, until one is not full."""
    entries: list[Any] = []
    for index in range(1, _MOST_PAGES + 1):
        found, total = await page(index)
        entries += found
        if not found or (len(found) < _PAGE_SIZE if total is None else len(entries) >= total):
            return entries
    raise TryLaterError(f"{NOT_UNDERSTOOD}: more than {_MOST_PAGES} pages")


def _milliseconds(span: timedelta) -> int:
    return int(span / timedelta(milliseconds=1))
