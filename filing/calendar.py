"""Chinese working days and calendar months, in Beijing time.

Two libraries share the work: ``chinesecalendar`` knows the State Council's holidays and make-up days (调休) of the
years for which they are published; for later years ``holidays`` knows the statutory days without the make-up days,
so what is computed from them is marked as an estimate. Both are data that change with their releases: call the
functions that count working days from activities only, never from a workflow, and keep what they return.
"""

import calendar as gregorian
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import chinese_calendar
import holidays

from filing.snapshot import LenientModel
from filing.span import Span

BEIJING = ZoneInfo("Asia/Shanghai")


class Deadline(LenientModel):
    """A moment that was computed; ``estimated`` where it rests on a year without published holidays."""

    at: datetime
    estimated: bool = False


def beijing_date(at: datetime) -> date:
    """The date in Beijing at a moment, whatever zone the moment is given in."""
    return at.astimezone(BEIJING).date()


def beijing_midnight(day: date) -> datetime:
    """The moment at which a date begins in Beijing."""
    return datetime.combine(day, time(), BEIJING)


def shown(moment: datetime) -> str:
    """A moment as people read it: in Beijing time, to the minute, or to the second where seconds matter."""
    local = moment.astimezone(BEIJING)
    return f"{local:%Y-%m-%d %H:%M:%S}" if local.second or local.microsecond else f"{local:%Y-%m-%d %H:%M}"


def shown_deadline(moment: datetime) -> str:
    """A deadline as people read it: one that falls on a Beijing midnight is the day that ends with it."""
    local = moment.astimezone(BEIJING)
    return f"{local - timedelta(days=1):%Y-%m-%d}" if local.time() == time() else shown(moment)


def is_working_day(day: date) -> bool:
    """Whether people in mainland China work on a date, by published data or else by the statutory days."""
    if has_published_holidays(day.year):
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5 and day not in _statutory_days(day.year)


@cache
def has_published_holidays(year: int) -> bool:
    """Whether holidays and make-up days of a year are known."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


@cache
def _statutory_days(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("CN", years=year))


def working_day_after(day: date, count: int) -> date:
    """The ``count``-th working day after a date, that date not counted (``count`` >= 1)."""
    for _ in range(count):
        day += timedelta(days=1)
        while not is_working_day(day):
            day += timedelta(days=1)
    return day


def working_days_between(first: datetime, last: datetime) -> tuple[int, bool]:
    """The working days that have passed since a moment: those after its day, up to the day of ``last``.

    Returns:
        How many, and whether that is an estimate, for a year without published holidays.
    """
    day, until = beijing_date(first), beijing_date(last)
    days = [day + timedelta(days=number) for number in range(1, (until - day).days + 1)]
    estimated = any(not has_published_holidays(year) for year in {day.year for day in days})
    return sum(is_working_day(day) for day in days), estimated


def months_after(day: date, count: int) -> date:
    """The same day ``count`` calendar months later, or that month's last day where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, gregorian.monthrange(year, month + 1)[1]))


def deadline_after(start: datetime, span: Span) -> Deadline:
    """The moment at which a span that began at ``start`` is over.

    Spans of days end with their last day, at the Beijing midnight that follows it.
    """
    if span.working_days:
        last = working_day_after(beijing_date(start), span.working_days)
        return Deadline(at=_end_of(last), estimated=not has_published_holidays(last.year))
    return Deadline(at=plain_deadline_after(start, span))


def plain_deadline_after(start: datetime, span: Span) -> datetime:
    """``deadline_after`` for a span of months or of a plain duration, which needs no holidays.

    It depends on nothing that changes, so workflows may call it.

    Raises:
        ValueError: The span is one of working days.
    """
    if span.working_days:
        raise ValueError("working days depend on published holidays: use deadline_after in an activity")
    if span.months:
        return _end_of(months_after(beijing_date(start), span.months))
    return start + span.duration


def _end_of(day: date) -> datetime:
    return beijing_midnight(day + timedelta(days=1))
