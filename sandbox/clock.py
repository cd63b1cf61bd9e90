"""Times as the platform reads and writes them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Beijing time (北京时间). A fixed offset: China has had no daylight saving time since 1991."""

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
"""Asked times outside these bounds are refused, which keeps every date that is computed from one representable."""

_FASTEST = 1_000_000
_COMPACT_DATE = re.compile(r"[0-9]{8}")


def now() -> datetime:
    """Returns the wall clock, in UTC."""
    return datetime.now(UTC)


@lru_cache(maxsize=1_000)
def parse_instant(text: str) -> datetime:
    """Reads an ISO 8601 date and time with its zone.

    Args:
        text: For example ``2026-03-02T09:30:00+08:00`` or ``2026-03-02T01:30:00Z``.

    Returns:
        The same instant in UTC.

    Raises:
        ValueError: The text is not ISO 8601, has no zone, or lies outside the years 2000 to 2200.
    """
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    if not EARLIEST <= instant <= LATEST:
        raise ValueError(f"{text!r} is outside the years 2000 to 2200")
    return instant.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(lambda instant: parse_instant(instant.isoformat()))]
"""A date and time with its zone, in the years 2000 to 2200, as a field of a document."""


def stored(instant: datetime) -> str:
    """Writes an instant as stored: ISO 8601 in UTC with microseconds, so that text order is time order."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


@lru_cache(maxsize=10_000)
def beijing(instant: datetime) -> str:
    """Writes an instant as the wire has it: ``yyyy-MM-dd HH:mm:ss`` in Beijing time."""
    return instant.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def parse_beijing_time(text: str) -> datetime:
    """Reads ``yyyy-MM-dd HH:mm:ss`` in Beijing time.

    Raises:
        ValueError: The text has another shape.
    """
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)


def beijing_date(instant: datetime) -> str:
    """Writes the Beijing date of an instant as the wire has it: ``yyyyMMdd``."""
    return instant.astimezone(BEIJING).strftime("%Y%m%d")


def beijing_day(instant: datetime) -> str:
    """Writes the Beijing date of an instant as papers have it: ``yyyy-MM-dd``."""
    return instant.astimezone(BEIJING).strftime("%Y-%m-%d")


def parse_beijing_date(text: str) -> datetime:
    """Reads ``yyyyMMdd`` as the midnight that begins that Beijing date.

    Raises:
        ValueError: The text is not eight digits that name a date in the years 2000 to 2199.
    """
    if not _COMPACT_DATE.fullmatch(text):
        raise ValueError(f"{text!r} is not yyyyMMdd")
    midnight = datetime.strptime(text, "%Y%m%d").replace(tzinfo=BEIJING)
    if not EARLIEST <= midnight < LATEST:
        raise ValueError(f"{text!r} is outside the years 2000 to 2199")
    return midnight


def check_factor(factor: float) -> None:
    """Checks how many times faster than the wall clock a sandbox's clock is to run.

    Raises:
        ValueError: It is not from 1 to 1,000,000.
    """
    if not 1 <= factor <= _FASTEST:
        raise ValueError(f"the clock's factor is from 1 to {_FASTEST}, not {factor:g}")


class SandboxClock:
    """The time of requests that name none, and of callbacks: the wall clock, or one that runs faster or is ahead.

    It never goes back, and never beyond the last time that may be asked about.
    """

    def __init__(self, wall: Callable[[], datetime], factor: float = 1.0) -> None:
        """Starts it at the wall clock.

        Args:
            wall: The wall clock.
            factor: How many times faster it runs than the wall clock.

        Raises:
            ValueError: The factor is not from 1 to 1,000,000.
        """
        check_factor(factor)
        self._wall = wall
        self.factor = factor
        self._set_at = self._set_to = wall()

    def now(self) -> datetime:
        """Returns the time, in UTC."""
        return self.at(self._wall())

    def at(self, wall: datetime) -> datetime:
        """Returns the time that it shows when the wall clock shows ``wall``."""
        if self.is_wall_clock:
            return wall
        # Compared in seconds: a clock that runs fast for long would overflow a date.
        passed = (wall - self._set_at).total_seconds() * self.factor
        left = (LATEST - self._set_to).total_seconds()
        return self._set_to + timedelta(seconds=max(passed, 0)) if passed < left else LATEST

    @property
    def is_wall_clock(self) -> bool:
        """Whether it shows what the wall clock shows."""
        return self.factor == 1 and self._set_to == self._set_at

    def move_to(self, instant: datetime) -> None:
        """Moves it forward; from there on it runs as before.

        Raises:
            ValueError: The instant is before the time that it shows, or after the year 2199.
        """
        wall = self._wall()
        now = self.at(wall)
        if instant < now:
            raise ValueError(f"the clock shows {now.isoformat()} and never goes back")
        if instant > LATEST:
            raise ValueError("the clock ends with the year 2199")
        self._set_at, self._set_to = wall, instant

    def restart(self) -> None:
        """Sets it to the wall clock again, for a sandbox that forgets everything."""
        self._set_at = self._set_to = self._wall()
