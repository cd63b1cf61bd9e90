"""The platform's way of writing values, read with tolerance: numbers as text, Beijing times, periods, flags.

Whatever cannot be read is ``None`` and logged, never an error: one odd field must not hide a whole answer.
"""

import logging
import re
from datetime import date, datetime
from urllib.parse import unquote, urlsplit

from filing.calendar import BEIJING

_logger = logging.getLogger(__name__)

_UNLIMITED = date(2099, 12, 31)

_SHOWN_SIGNATURE = re.compile(r"\s*【([^】]+)】")


def number(value: object) -> int | None:
    """A whole number that may come as text (``TotalCount`` of ``QuerySendDetails`` always does)."""
    if isinstance(value, bool) or value in (None, ""):
        return None
    try:
        return int(str(value).strip())
    except ValueError:
        _logger.warning("not a number: %r", value)
        return None


def flag(value: object) -> bool | None:
    """A boolean that may come as the text ``true`` or ``false``."""
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(str(value).strip().lower())


def moment(value: object) -> datetime | None:
    """A time written ``yyyy-MM-dd HH:mm:ss``, which is Beijing time (UTC+8)."""
    if not value:
        return None
    try:
        return datetime.strptime(str(value).strip(), "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)
    except ValueError:
        _logger.warning("not a time: %r", value)
        return None


def compact_date(value: object) -> date | None:
    """A date written ``yyyyMMdd`` or ``yyyy-MM-dd``."""
    if not value:
        return None
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        _logger.warning("not a date: %r", value)
        return None


def show_compact(day: date) -> str:
    """A date as the platform's requests want it, ``yyyyMMdd``."""
    return day.strftime("%Y%m%d")


def last_day(period: object) -> date | None:
    """The last day of a period ``a~b`` (``EffTimeStr``); none where it is unlimited, written as 2099-12-31."""
    _, tilde, end = str(period or "").partition("~")
    day = compact_date(end) if tilde else None
    return None if day == _UNLIMITED else day


def file_key(link: object) -> str:
    """The OSS file key within a link to a file: its path, without the key id and signature that follow it."""
    try:
        path = urlsplit(str(link or "")).path
    except ValueError:
        _logger.warning("not a link to a file")
        return ""
    return unquote(path).lstrip("/")


def shown_signature(content: object) -> str | None:
    """The name between 【】 at the start of a message."""
    found = _SHOWN_SIGNATURE.match(str(content or ""))
    return found[1] if found else None


def mainland_number(phone: str) -> str:
    """A mainland number without its country code: sending allows it, ``QuerySendDetails`` wants eleven digits."""
    return re.sub(r"^(?:\+|00)?86(?=1\d{10}$)", "", re.sub(r"[\s-]", "", phone))
