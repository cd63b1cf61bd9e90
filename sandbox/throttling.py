"""The limits per account and operation (单用户 QPS 限制): how many requests a second the platform takes.

They run by the wall clock, as on the platform: time that is asked about does not make room. Counted are requests with a
verified signature, in every span of one second; those that are refused for the limit do not count themselves.
"""

import math
from collections import deque
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sandbox.protocol import ApiError

DOCUMENTED_QPS: Mapping[str, int] = {
    "GetSmsSign": 150,
    "QuerySmsSignList": 10,
    "DeleteSmsSign": 1000,
    "SendSms": 5000,
    "SendBatchSms": 5000,
    "QuerySendDetails": 5000,
    "QuerySendStatistics": 20,
    "UpdateSmsTemplate": 1000,
    "DeleteSmsTemplate": 1000,
}
"""Requests a second, as the API reference states them per operation."""

USUAL_QPS = 100
"""What an operation takes of which the reference states no limit. That is the sandbox's own choice."""

EVERY_OTHER = "*"
"""Stands for every operation that is not named."""

_SECOND = timedelta(seconds=1)
_MOST = 1_000_000


class Throttle:
    """Counts requests and refuses those over the limit. It lives in memory."""

    def __init__(self, limits: Mapping[str, int] | None) -> None:
        """Takes the limits.

        Args:
            limits: Requests a second by operation, ``*`` for every other one; what it does not name is as documented.
                ``None`` limits nothing.
        """
        self._limits = None if limits is None else {EVERY_OTHER: USUAL_QPS} | dict(DOCUMENTED_QPS) | dict(limits)
        self._taken: dict[tuple[str, str], deque[datetime]] = {}

    @property
    def limits(self) -> Mapping[str, int] | None:
        """Requests a second by operation, or ``None`` where nothing is limited."""
        return self._limits

    def take(self, account: str, operation: str, now: datetime) -> None:
        """Counts a request.

        Args:
            account: Who calls.
            operation: What is called.
            now: The wall clock.

        Raises:
            ApiError: ``Throttling.User``: the account called the operation as often as it may within the last second.
                ``retry_after_ms`` tells when there is room again.
        """
        if self._limits is None:
            return
        taken = self._taken.setdefault((account, operation), deque())
        if taken and taken[-1] > now:
            # The wall clock was set back, so what was counted says nothing.
            taken.clear()
        while taken and now - taken[0] >= _SECOND:
            taken.popleft()
        limit = self._limits.get(operation, self._limits[EVERY_OTHER])
        if len(taken) >= limit:
            wait = taken[-limit] + _SECOND - now
            raise ApiError(
                "Throttling.User",
                "Request was denied due to user flow control.",
                400,
                max(1, math.ceil(wait / timedelta(milliseconds=1))),
            )
        taken.append(now)

    def forget(self) -> None:
        """Forgets what was counted."""
        self._taken.clear()


def parse_qps(assignments: Iterable[str], operations: Iterable[str]) -> dict[str, int]:
    """Reads limits as they stand on a command line.

    Args:
        assignments: Each is ``NAME=N``, for example ``GetSmsSign=10`` or ``*=1000``; a later one wins.
        operations: The operations that there are.

    Raises:
        ValueError: There is no such operation, or the number is none from 1 to 1,000,000.
    """
    known = {*operations, EVERY_OTHER}
    limits: dict[str, int] = {}
    for assignment in assignments:
        name, _, text = (part.strip() for part in assignment.partition("="))
        if name not in known:
            raise ValueError(f"{assignment!r} is not NAME=N; NAME is an operation such as GetSmsSign, or * for others")
        if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= _MOST):
            raise ValueError(f"{assignment!r} is not NAME=N; N is a whole number from 1 to {_MOST}")
        limits[name] = int(text)
    return limits
