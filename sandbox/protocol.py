"""The wire protocol: requests signed with ACS3-HMAC-SHA256 ("V3"), and the shape of answers.

A request is a POST to ``/``. The operation is named only by the header ``x-acs-action``; parameters come in the query
or in a form body. The URL may write a space as ``+`` where the signature has ``%20``: parameters are parsed first and
encoded again by RFC 3986 for the check.
"""

import hashlib
import hmac
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote

from sandbox.clock import parse_instant

VERSION = "2017-05-25"
MAX_SKEW = timedelta(minutes=15)
_ALGORITHM = "ACS3-HMAC-SHA256"
_AUTHORIZATION = re.compile(rf"{_ALGORITHM} Credential=([^,]+), *SignedHeaders=([^,]+), *Signature=([0-9a-f]{{64}})")
_INTEGER = re.compile(r"-?[0-9]{1,18}")


class ApiError(Exception):
    """A refusal as the wire has it.

    Attributes:
        code: The platform's error code, for example ``SignName.Exists``.
        message: The text beside it.
        status: The HTTP status: 400 to 599, or 200 for the business errors of the sending operations.
        retry_after_ms: Sent as ``x-acs-retry-after`` if set.
    """

    def __init__(self, code: str, message: str, status: int = 400, retry_after_ms: int | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.retry_after_ms = retry_after_ms

    def body(self, request_id: str, host: str) -> dict[str, Any]:
        """Returns the JSON body."""
        if self.status == 200:
            return {"RequestId": request_id, "Code": self.code, "Message": self.message}
        return {
            "RequestId": request_id,
            "HostId": host,
            "Code": self.code,
            "Message": self.message,
            "Recommend": f"https://api.aliyun.com/troubleshoot?q={quote(self.code)}&product=Dysmsapi",
        }


@dataclass(frozen=True)
class WireRequest:
    """An HTTP request, parsed but not yet verified."""

    method: str
    path: str
    query: Sequence[tuple[str, str]]
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()).upper())

    @classmethod
    def parse(
        cls, method: str, path: str, query: str, headers: Sequence[tuple[str, str]], body: bytes
    ) -> "WireRequest":
        """Parses a request from its parts, the query as it stands in the URL."""
        by_name: dict[str, list[str]] = {}
        for name, value in headers:
            by_name.setdefault(name.lower(), []).append(_clean(value.strip()))
        return cls(
            method=method,
            path=_clean(path),
            query=parse_qsl(_clean(query), keep_blank_values=True, errors="replace"),
            headers={name: ",".join(sorted(values)) for name, values in by_name.items()},
            body=body,
        )

    @property
    def operation(self) -> str:
        """The operation named by ``x-acs-action``; empty if none is."""
        return self.headers.get("x-acs-action", "")

    @property
    def host(self) -> str:
        """The host the caller addressed."""
        return self.headers.get("host", "")

    def parameters(self) -> "Parameters":
        """Returns the parameters of the query and, if the body is a form, of the body."""
        values = dict(self.query)
        if self.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            form = parse_qsl(self.body.decode(errors="replace"), keep_blank_values=True, errors="replace")
            values.update(form)
        return Parameters(values)

    def asked_time(self) -> datetime | None:
        """Returns the time of ``x-sandbox-time``, or ``None`` if the header is absent.

        Raises:
            ApiError: ``InvalidSandboxTime``: not an ISO 8601 date and time with a zone.
        """
        text = self.headers.get("x-sandbox-time")
        if text is None:
            return None
        try:
            return parse_instant(text)
        except (ValueError, OverflowError) as error:
            raise ApiError("InvalidSandboxTime", f"x-sandbox-time: {error}") from error


class Parameters(dict[str, str]):
    """The parameters of an operation, as text by name; an empty text counts as absent."""

    @property
    def sign_name(self) -> str | None:
        """The signature the request is about; ChangeSignatureQualification calls it ``SignatureName``."""
        return self.text("SignName") or self.text("SignatureName")

    def text(self, name: str) -> str | None:
        """Returns a parameter, or ``None`` if it is absent."""
        return self.get(name) or None

    def required(self, name: str) -> str:
        """Returns a parameter.

        Raises:
            ApiError: ``Missing{name}``.
        """
        value = self.text(name)
        if value is None:
            raise ApiError(f"Missing{name}", f"{name} is mandatory for this action.")
        return value

    def integer(self, name: str) -> int | None:
        """Returns a whole number, or ``None`` if it is absent.

        Raises:
            ApiError: ``Invalid{name}``: not decimal digits, or more than eighteen of them.
        """
        value = self.text(name)
        if value is None:
            return None
        if not _INTEGER.fullmatch(value):
            raise ApiError(f"Invalid{name}", f"The specified {name} is not a valid integer.")
        return int(value)

    def boolean(self, name: str) -> bool | None:
        """Returns a truth value (``True``/``true``, ``False``/``false``), or ``None`` if it is absent.

        Raises:
            ApiError: ``Invalid{name}``: another word.
        """
        value = self.text(name)
        if value is None:
            return None
        if value.lower() not in ("true", "false"):
            raise ApiError(f"Invalid{name}", f"The specified {name} is neither true nor false.")
        return value.lower() == "true"

    def page(self, number_name: str, size_name: str = "PageSize") -> tuple[int, int]:
        """Returns page number (from 1, default 1) and page size (1 to 50, default 10).

        Raises:
            ApiError: ``Invalid{name}``: out of range.
        """
        number, size = self.integer(number_name), self.integer(size_name)
        number, size = 1 if number is None else number, 10 if size is None else size
        if number < 1:
            raise ApiError(f"Invalid{number_name}", f"{number_name} starts at 1.")
        if not 1 <= size <= 50:
            raise ApiError(f"Invalid{size_name}", f"{size_name} is 1 to 50.")
        return number, size


class Authenticator:
    """Verifies who sent a request and that it is fresh."""

    def __init__(self, accounts: Mapping[str, str]) -> None:
        """Takes the access key ids and their secrets. Nonces are remembered in memory for as long as they matter."""
        self._accounts = dict(accounts)
        self._nonces: dict[tuple[str, str], datetime] = {}

    def verify(self, request: WireRequest, now: datetime) -> str:
        """Verifies the signature, the date and the nonce.

        Args:
            request: The request.
            now: The wall clock; never the asked time, because the caller signs by its own wall clock.

        Returns:
            The access key id.

        Raises:
            ApiError: ``IncompleteSignature``, ``InvalidAccessKeyId.NotFound``, ``InvalidTimeStamp.Format``,
                ``InvalidTimeStamp.Expired``, ``SignatureDoesNotMatch`` or ``SignatureNonceUsed``.
        """
        match = _AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
        if not match:
            raise ApiError("IncompleteSignature", f"The request carries no {_ALGORITHM} authorization.")
        key, signed_headers, signature = match.groups()
        if key not in self._accounts:
            raise ApiError("InvalidAccessKeyId.NotFound", "Specified access key is not found.", 404)
        self._check_date(request.headers.get("x-acs-date", ""), now)
        if not hmac.compare_digest(signature, _signature(request, signed_headers.split(";"), self._accounts[key])):
            message = "Specified signature is not matched with our calculation."
            raise ApiError("SignatureDoesNotMatch", message)
        self._check_nonce(key, request.headers.get("x-acs-signature-nonce", ""), now)
        return key

    @staticmethod
    def _check_date(text: str, now: datetime) -> None:
        try:
            date = parse_instant(text)
        except (ValueError, OverflowError) as error:
            raise ApiError("InvalidTimeStamp.Format", "x-acs-date is not an ISO 8601 time in UTC.") from error
        if abs(now - date) > MAX_SKEW:
            raise ApiError("InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.")

    def _check_nonce(self, key: str, nonce: str, now: datetime) -> None:
        # A request may be dated up to MAX_SKEW ahead, so its nonce can be replayed for twice that long.
        while self._nonces and now - next(iter(self._nonces.values())) > 2 * MAX_SKEW:
            del self._nonces[next(iter(self._nonces))]
        if (key, nonce) in self._nonces:
            raise ApiError("SignatureNonceUsed", "Specified signature nonce was used already.")
        self._nonces[key, nonce] = now


def _clean(text: str) -> str:
    # Bytes that are not UTF-8 arrive as lone surrogates, which neither JSON readers nor SQLite take.
    return text.encode(errors="surrogateescape").decode(errors="replace")


def _signature(request: WireRequest, signed_headers: Sequence[str], secret: str) -> str:
    pairs = sorted((quote(name, safe="~"), quote(value, safe="~")) for name, value in request.query)
    canonical = "\n".join(
        (
            request.method,
            request.path,
            "&".join(f"{name}={value}" for name, value in pairs),
            *(f"{name}:{request.headers.get(name, '')}" for name in signed_headers),
            "",
            ";".join(signed_headers),
            hashlib.sha256(request.body).hexdigest(),
        )
    )
    to_sign = f"{_ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    return hmac.new(secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
