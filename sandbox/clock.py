"""Times as the platform reads and writes them."""

import re
from datetime import UTC, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Beijing time (北京时间). A fixed offset: China has had no daylight saving time since 1991."""

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
"""Asked times outside these bounds are refused, which keeps every date that is computed from one representable."""

_COMPACT_DATE = re.compile(r"[0-9]{8}")


def now() -> datetime:
    """Returns the wall clock, in UTC."""
    return datetime.now(UTC)


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


def stored(instant: datetime) -> str:
    """Writes an instant as stored: ISO 8601 in UTC with microseconds, so that text order is time order."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def beijing(instant: datetime) -> str:
    """Writes an instant as the wire has it: ``yyyy-MM-dd HH:mm:ss`` in Beijing time."""
    return instant.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def beijing_date(instant: datetime) -> str:
    """Writes the Beijing date of an instant as the wire has it: ``yyyyMMdd``."""
    return instant.astimezone(BEIJING).strftime("%Y%m%d")


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
