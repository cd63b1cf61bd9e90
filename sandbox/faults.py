"""Fault injection: what goes wrong on purpose, per operation, a number of times or for a span of asked time.

Faults live in memory: a restarted sandbox is a healthy one.
"""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from sandbox.protocol import ApiError
from sandbox.stock import Instant


class Fault(BaseModel):
    """One fault. Without ``count`` and window it lasts until it is cleared."""

    model_config = ConfigDict(extra="forbid")

    operation: str = "*"
    """The operation it befalls, or ``*`` for all."""
    sign_name: str | None = None
    """Only requests with this ``SignName`` (``SignatureName`` where the operation calls it so)."""
    kind: Literal["http_500", "http_503", "drop_before", "drop_after", "garbage", "code", "throttle", "latency"]
    """``drop_before`` and ``drop_after`` close the connection before or after the effect; ``garbage`` answers HTML;
    ``code`` answers HTTP 200 with ``code``; ``throttle`` answers HTTP 400 Throttling.User with x-acs-retry-after."""
    count: int | None = Field(default=None, ge=1)
    """How many requests it befalls."""
    since: Instant | None = Field(default=None, alias="from")
    until: Instant | None = None
    """The window in asked time: from ``from`` (inclusive) to ``until`` (exclusive)."""
    code: str = "isv.BUSINESS_LIMIT_CONTROL"
    message: str = "injected fault"
    retry_after_ms: int = Field(default=1000, ge=0)
    latency_ms: int = Field(default=0, ge=0, le=600_000)

    def befalls(self, operation: str, sign_name: str | None, at: datetime) -> bool:
        """Returns whether it befalls a request that asks about ``at``."""
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
                return ApiError(self.code, self.message, 200)
            case "throttle":
                return ApiError("Throttling.User", self.message, 400, self.retry_after_ms)
            case _:
                return None


class Faults:
    """The faults in force."""

    def __init__(self) -> None:
        self._faults: list[tuple[Fault, int | None]] = []

    def add(self, fault: Fault) -> None:
        """Puts a fault in force, behind those that are."""
        self._faults.append((fault, fault.count))

    def clear(self) -> None:
        """Ends all faults."""
        self._faults.clear()

    def current(self) -> list[Fault]:
        """Returns the faults in force, with the ``count`` that is left."""
        return [fault.model_copy(update={"count": left}) for fault, left in self._faults]

    def take(self, operation: str, sign_name: str | None, at: datetime) -> Fault | None:
        """Returns the first fault that befalls a request and uses it up by one; ``None`` if there is none."""
        for index, (fault, left) in enumerate(self._faults):
            if fault.befalls(operation, sign_name, at):
                if left == 1:
                    del self._faults[index]
                elif left is not None:
                    self._faults[index] = (fault, left - 1)
                return fault
        return None
