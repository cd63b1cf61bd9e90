"""What went wrong in a call through the official SDK, as one error of ``gateway.errors``.

An error arrives in one of three ways: as an exception that carries the platform's code (HTTP 4xx and 5xx), as an
answer with HTTP 200 whose ``Code`` is not ``OK``, or as an exception from below the protocol. Of the third kind only
a connection that was never made proves that nothing happened. After a lost answer, or one that is no JSON, a read
can be tried again and a write is unclear.

It knows the SDK's exceptions, and those of aiohttp below it, so only ``gateway.aliyun`` may import it.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from darabonba.exceptions import RetryError
from Tea.exceptions import UnretryableException

from filing.calendar import beijing_date, beijing_midnight
from filing.masking import mask_phones_in
from gateway.codes import classify
from gateway.errors import AccountError, GatewayError, NumberQuotaError, QuotaError, TryLaterError, UnclearError

NOT_UNDERSTOOD = "answer not understood"

_LONGEST_TEXT = 500

# Nothing has left this machine when one of these is raised.
_NEVER_CONNECTED = (
    aiohttp.ClientConnectorError,
    aiohttp.ClientHttpProxyError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
)

# A wrong signature is answered with the whole string that was signed: every parameter, and the security token.
_SIGNED_STRING = re.compile(r"\s*\(?server string to sign.*", re.IGNORECASE | re.DOTALL)
_REQUEST_ID = re.compile(r"\s*request ?id\s*:?\s*[0-9A-F-]+\s*$", re.IGNORECASE)

# The two clocks may disagree by seconds, and a quota asked for a moment too early costs a whole day more.
_AFTER_MIDNIGHT = timedelta(minutes=1)


@dataclass(frozen=True)
class Call:
    """One request, as far as the sorting of its failure needs to know it."""

    operation: str
    write: bool
    at: datetime
    """When it was made, by the clock that the platform goes by."""
    secrets: tuple[str, ...] = ()
    """Values that must not show in any text."""

    def lost(self, what: str) -> TryLaterError | UnclearError:
        """The failure of a request whose fate is unknown: unclear for a write, no harm done for a read."""
        text = f"{self.operation}: {what}"
        return UnclearError(text) if self.write else TryLaterError(text)

    def clean(self, text: object) -> str:
        """The platform's words without phone numbers, credentials, request id and excess length."""
        cleaned = _REQUEST_ID.sub("", _SIGNED_STRING.sub("", str(text or "")))
        for secret in self.secrets:
            cleaned = cleaned.replace(secret, "***")
        return mask_phones_in(cleaned).strip()[:_LONGEST_TEXT]


def from_exception(failure: Exception, call: Call) -> GatewayError:
    """Sort an exception that the SDK raised, or the ``TimeoutError`` of the time allowed for the whole call."""
    if isinstance(failure, AlibabaCloudException):
        return _from_response(failure, call)
    if isinstance(failure, TimeoutError):
        return call.lost("no answer in time")
    if not isinstance(failure, UnretryableException):
        return call.lost(f"{NOT_UNDERSTOOD} ({type(failure).__name__})")
    if failure.last_request is None:
        # The chain's own text lists every file and address it tried.
        return AccountError(
            f"{call.operation}: no credentials found by the SDK's default chain",
            advice="give an access key, or a RAM role to this machine",
        )
    cause = failure.inner_exception
    if isinstance(cause, RetryError):
        # The SDK puts every OSError in one of these and keeps the cause only as its context.
        cause = cause.__context__
    kind = type(cause).__name__
    if isinstance(cause, _NEVER_CONNECTED):
        return TryLaterError(f"{call.operation}: cannot connect to the platform ({kind})")
    if isinstance(cause, TimeoutError):
        return call.lost(f"no answer in time ({kind})")
    if isinstance(cause, aiohttp.ClientError | OSError):
        return call.lost(f"connection lost before the answer ({kind})")
    return call.lost(f"{NOT_UNDERSTOOD} ({kind})")


def _from_response(failure: AlibabaCloudException, call: Call) -> GatewayError:
    # The SDK's message repeats status and request id around the platform's own words, which its data still has.
    data = failure.data if isinstance(failure.data, dict) else {}
    code = "" if failure.code in (None, "None") else str(failure.code)
    words = data.get("Message") or data.get("message") or (failure.message if not data else "")
    milliseconds = failure.retry_after
    return from_code(
        code,
        words,
        call,
        request_id="" if failure.request_id in (None, "None") else str(failure.request_id),
        http_status=failure.status_code or 400,
        retry_after=None if milliseconds is None else timedelta(milliseconds=milliseconds),
    )


def from_code(
    code: str,
    words: object,
    call: Call,
    *,
    request_id: str = "",
    http_status: int = 200,
    retry_after: timedelta | None = None,
) -> GatewayError:
    """Sort an answer by its code, and where nobody documented the code, by its HTTP status.

    Args:
        code: The platform's ``Code``; empty where the answer had none.
        words: Its ``Message``.
        call: The request that was answered.
        request_id: Its ``RequestId``.
        http_status: 200 for a business error in an answer of the ordinary shape.
        retry_after: The delay that the header ``x-acs-retry-after`` asked for.
    """
    ruling = classify(code)
    text = call.clean(words) or f"{call.operation} failed"
    if issubclass(ruling.error, QuotaError):
        opens = retry_after or _until_window_opens(text, call.at)
        kind = NumberQuotaError if issubclass(ruling.error, NumberQuotaError) else QuotaError
        return kind(text, code=code, request_id=request_id, advice=ruling.advice, retry_after=opens)
    if retry_after is not None or http_status == 429:
        return TryLaterError(text, code=code, request_id=request_id, advice=ruling.advice, retry_after=retry_after)
    if not code:
        return call.lost(f"{NOT_UNDERSTOOD} (HTTP {http_status}, no code)")
    unknown_fault = not ruling.documented and http_status >= 500
    if issubclass(ruling.error, TryLaterError) or unknown_fault:
        if call.write and (ruling.effect_unknown or unknown_fault):
            return UnclearError(text, code=code, request_id=request_id)
        return TryLaterError(text, code=code, request_id=request_id)
    return ruling.error(text, code=code, request_id=request_id, advice=ruling.advice)


def _until_window_opens(text: str, at: datetime) -> timedelta:
    """How long a used-up quota stays so; the platform names its window only in Chinese prose.

    ``触发分钟级流控Permits:1`` is a window of a minute, ``小时级`` of an hour; ``天级`` and everything else, the
    monthly limit included, is asked again after the next Beijing midnight: an operator may raise a limit at any
    time, and a refused request costs nothing.
    """
    if "分钟级" in text:
        return timedelta(minutes=1)
    if "小时级" in text:
        return timedelta(hours=1)
    return beijing_midnight(beijing_date(at) + timedelta(days=1)) - at + _AFTER_MIDNIGHT
