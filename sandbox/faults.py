"""Fault injection: what goes wrong on purpose, per operation, with a probability, a number of times, in a window.

Faults live in memory: a restarted sandbox is a healthy one.
"""

import json
import random
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from sandbox.clock import Instant
from sandbox.protocol import ApiError

_WITHOUT_BODY = (204, 205, 304)
_ENVELOPE = ("RequestId", "Code", "Message")
_NUMBER = re.compile(r"[0-9]{1,18}")


class Fault(BaseModel):
    """One fault. Without ``count`` and window it lasts until it is cleared."""

    model_config = ConfigDict(extra="forbid")

    operation: str = "*"
    """The operation it befalls, or ``*`` for all."""
    sign_name: str | None = None
    """Only requests with this ``SignName`` (``SignatureName`` where the operation calls it so)."""
    kind: Literal[
        "http_500",
        "http_503",
        "drop_before",
        "drop_after",
        "no_answer",
        "no_answer_after",
        "garbage",
        "wrong_shape",
        "code",
        "throttle",
        "latency",
    ]
    """``drop_before`` and ``drop_after`` close the connection before or after the effect; ``no_answer`` and
    ``no_answer_after`` keep it open and say nothing until the caller hangs up, without or with the effect; ``garbage``
    answers HTML; ``wrong_shape`` takes effect and answers lists and numbers as text; ``code`` answers ``status`` with
    ``code``; ``throttle`` answers HTTP 400 Throttling.User with x-acs-retry-after; ``latency`` only takes its time."""
    count: int | None = Field(default=None, ge=1)
    """How many requests it befalls."""
    probability: float = Field(default=1.0, ge=0, le=1)
    """The share of the requests that it befalls, of those that fit."""
    seed: int = 0
    """Faults that are added in the same order with the same seeds befall the same ones of the requests that come."""
    since: Instant | None = Field(default=None, alias="from")
    until: Instant | None = None
    """The window: from ``from`` (inclusive) to ``until`` (exclusive)."""
    clock: Literal["asked", "wall"] = "asked"
    """Whose time the window is in: that which a request asks about, or the wall clock when it comes."""
    status: int = Field(default=200, ge=200, le=599)
    """The HTTP status of ``code``; one that has a body."""
    code: str = "isv.BUSINESS_LIMIT_CONTROL"
    message: str = "injected fault"
    retry_after_ms: int = Field(default=1000, ge=0)
    """Sent by ``throttle``, and by ``code`` where it is given."""
    latency_ms: int = Field(default=0, ge=0, le=600_000)

    @field_validator("status")
    @classmethod
    def _has_a_body(cls, status: int) -> int:
        if status in _WITHOUT_BODY:
            raise ValueError(f"an answer with status {status} has no body")
        return status

    def befalls(self, operation: str, sign_name: str | None, asked: datetime, wall: datetime) -> bool:
        """Returns whether it fits a request that comes at ``wall`` and asks about ``asked``."""
        at = asked if self.clock == "asked" else wall
        return (
            self.operation in ("*", operation)
            and self.sign_name in (None, sign_name)
            and (self.since is None or self.since <= at)
            and (self.until is None or at < self.until)
        )

    def refusal(self) -> ApiError | None:
        """Returns the error it answers with, or ``None`` if its kind is not an error answer."""
        match self.kind:
            case "http_500":
                return ApiError("InternalError", self.message, 500)
            case "http_503":
                return ApiError("ServiceUnavailable", self.message, 503)
            case "code":
                retry_after = self.retry_after_ms if "retry_after_ms" in self.model_fields_set else None
                return ApiError(self.code, self.message, self.status, retry_after)
            case "throttle":
                return ApiError("Throttling.User", self.message, 400, self.retry_after_ms)
            case _:
                return None

    @property
    def prevents(self) -> bool:
        """Whether the request has no effect."""
        return self.kind in ("drop_before", "no_answer", "garbage")

    @property
    def drops(self) -> bool:
        """Whether the connection is closed instead of an answer."""
        return self.kind in ("drop_before", "drop_after")

    @property
    def keeps_silent(self) -> bool:
        """Whether the connection stays open without an answer."""
        return self.kind in ("no_answer", "no_answer_after")


@dataclass
class _InForce:
    fault: Fault
    left: int | None
    """Of its ``count``."""
    draws: random.Random


class Faults:
    """The faults in force."""

    def __init__(self) -> None:
        self._faults: list[_InForce] = []
        self._added = 0

    def add(self, fault: Fault) -> None:
        """Puts a fault in force, behind those that are."""
        # Two faults with the same seed must not draw alike: of two that are as likely, the second would never befall.
        draws = random.Random(f"{fault.seed}/{self._added}")  # noqa: S311 - chance, no secret
        self._faults.append(_InForce(fault, fault.count, draws))
        self._added += 1

    def clear(self) -> None:
        """Ends all faults."""
        self._faults.clear()
        self._added = 0

    def current(self) -> list[Fault]:
        """Returns the faults in force, with the ``count`` that is left."""
        return [one.fault.model_copy(update={"count": one.left}) for one in self._faults]

    def take(self, operation: str, sign_name: str | None, asked: datetime, wall: datetime) -> Fault | None:
        """Returns the first fault that befalls a request and uses it up by one; ``None`` if there is none.

        Args:
            operation: What is called.
            sign_name: The signature it is about.
            asked: The time it asks about.
            wall: The wall clock.
        """
        for index, one in enumerate(self._faults):
            if one.fault.befalls(operation, sign_name, asked, wall) and one.draws.random() < one.fault.probability:
                if one.left == 1:
                    del self._faults[index]
                elif one.left is not None:
                    one.left -= 1
                return one.fault
        return None


def misshapen(answer: Any) -> Any:
    """Returns an answer with its values in the wrong shape, as a careless client would not notice.

    Lists become their JSON text, numbers and truth values text, and texts of digits, such as order ids, numbers.
    ``RequestId``, ``Code`` and ``Message`` stay: they say that all is well.
    """
    if isinstance(answer, dict):
        return {name: value if name in _ENVELOPE else misshapen(value) for name, value in answer.items()}
    if isinstance(answer, list):
        return json.dumps(answer, ensure_ascii=False)
    if isinstance(answer, str):
        return int(answer) if _NUMBER.fullmatch(answer) else answer
    return json.dumps(answer)
