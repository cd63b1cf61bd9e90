"""The wire protocol: how a request names its operation and its parameters, and the shape of answers.

Clients send requests to ``/`` in two forms, and parameters of both in the query or in a form body. In ACS3 ("V3") the
headers name operation and version: ``x-acs-action``, ``x-acs-version``. In RPC ("V1") the parameters do so themselves:
``Action``, ``Version``. A request is ACS3 if its ``Authorization`` says so, else RPC; some RPC clients send the headers
of ACS3 as well.
"""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, quote

from sandbox.clock import parse_instant

VERSION = "2017-05-25"
_COMMON_PARAMETERS = frozenset(
    {
        "AccessKeyId",
        "Action",
        "BearerToken",
        "Format",
        "SecurityToken",
        "Signature",
        "SignatureMethod",
        "SignatureNonce",
        "SignatureType",
        "SignatureVersion",
        "Timestamp",
        "Version",
    }
)
"""The parameters (公共请求参数) that are about the request itself; no operation has one of these names."""
_FORM = "application/x-www-form-urlencoded"
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
            "Recommend": "https://api.aliyun.com/troubleshoot"
            f"?q={quote(self.code)}&product=Dysmsapi&requestId={request_id}",
        }


def _new_request_id() -> str:
    """Returns a ``RequestId`` in the form that the platform gives them: a random UUID in capitals."""
    digits = os.urandom(16).hex().upper()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{digits[16:20]}-{digits[20:]}"


@dataclass
class WireRequest:
    """An HTTP request, parsed but not yet verified; nobody changes it."""

    method: str
    path: str
    query: Sequence[tuple[str, str]]
    form: Sequence[tuple[str, str]]
    """The parameters of a form body; empty for any other."""
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes
    request_id: str = field(default_factory=_new_request_id)

    @classmethod
    def parse(
        cls, method: str, path: str, query: str, headers: Sequence[tuple[str, str]], body: bytes
    ) -> "WireRequest":
        """Parses a request from its parts, the query as it stands in the URL."""
        by_name: dict[str, str] = {}
        repeated: dict[str, list[str]] = {}
        for name, value in headers:
            key, text = name.lower(), value if value.isascii() else _clean(value)
            if key in by_name:
                repeated.setdefault(key, [by_name[key]]).append(text)
            else:
                by_name[key] = text
        for key, texts in repeated.items():
            by_name[key] = ",".join(sorted(texts))
        is_form = by_name.get("content-type", "").lower().startswith(_FORM)
        return cls(
            method=method,
            path=_clean(path),
            query=_pairs(_clean(query)),
            form=_pairs(body.decode(errors="replace")) if is_form else (),
            headers=by_name,
            body=body,
        )

    @cached_property
    def is_acs3(self) -> bool:
        """Whether it is in the ACS3 form."""
        return self.headers.get("authorization", "").startswith("ACS3-")

    @cached_property
    def operation(self) -> str:
        """The operation (Action) it asks for; empty if it names none."""
        return self.headers.get("x-acs-action", "") if self.is_acs3 else self.fields.get("Action", "")

    @property
    def version(self) -> str:
        """The version of the API it asks for; empty if it names none."""
        return self.headers.get("x-acs-version", "") if self.is_acs3 else self.fields.get("Version", "")

    @property
    def host(self) -> str:
        """The host the caller addressed."""
        return self.headers.get("host", "")

    @cached_property
    def fields(self) -> "Parameters":
        """Every parameter of the query and of a form body; what the body says counts."""
        return Parameters([*self.query, *self.form])

    def parameters(self) -> "Parameters":
        """Returns the parameters of the operation, without those that are about the request itself."""
        return Parameters({name: value for name, value in self.fields.items() if name not in _COMMON_PARAMETERS})

    def check_format(self) -> None:
        """Checks that JSON may be answered: ``Format`` is ``JSON`` in any case or absent, ``Accept`` allows it.

        Where ``Format`` is absent the old reference promises XML, but clients that leave it out read JSON.

        Raises:
            ApiError: ``InvalidParameter.Format`` or ``InvalidParameter.Accept``: XML, which the platform knows too and
                the sandbox does not write, or a format that nobody knows.
        """
        asked = self.fields.get("Format", "")
        if asked.lower() not in ("", "json"):
            raise ApiError("InvalidParameter.Format", f"Format {asked!r} is not served here; ask for JSON.")
        accepted = self.headers.get("accept", "")
        if "xml" in accepted and not any(kind in accepted for kind in ("json", "*/*")):
            raise ApiError(
                "InvalidParameter.Accept", f"Accept {accepted!r} is not served here; ask for application/json."
            )

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


def _clean(text: str) -> str:
    # Bytes that are not UTF-8 arrive as lone surrogates, which neither JSON readers nor SQLite take.
    if text.isascii():
        return text
    return text.encode(errors="surrogateescape").decode(errors="replace")


def _pairs(text: str) -> list[tuple[str, str]]:
    return parse_qsl(text, keep_blank_values=True, errors="replace")
