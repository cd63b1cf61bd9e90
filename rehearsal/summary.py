"""What a life comes to: ready when, for how much, late or in time, and what it asks of people."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from filing.calendar import beijing_date, beijing_midnight, has_published_holidays, is_working_day
from rehearsal.playing import Life

DEFAULT_PRICE = Decimal("0.045")
"""Yuan per message, an assumption: the list price of a small package. What an account pays is its own contract."""

_SATURDAY = 5


@dataclass(frozen=True)
class Summary:
    """What a life comes to.

    Attributes:
        ready_at: When it was first 报备成功 at all three carriers, none if never.
        working_days: Working days from the submission to then, its own day not counted.
        estimated: Whether that count rests on a year without published holidays.
        holidays: Days from Monday to Friday until then on which nobody works. The sandbox's carriers answer by
            Monday to Friday alone, real ones rest on these days too.
        messages: Test messages that were billed.
        price: Yuan per message.
        needed_by: The day as whose beginning it is needed, none where the application names none.
        days_late: How many days after ``needed_by`` its first whole day of use is, negative where before; none where
            no day is named or it is never ready.
    """

    ready_at: datetime | None
    working_days: int | None
    estimated: bool
    holidays: int
    messages: int
    price: Decimal
    needed_by: date | None
    days_late: int | None

    @property
    def cost(self) -> Decimal:
        """Yuan for all messages."""
        return self.messages * self.price


def summarise(life: Life, price: Decimal = DEFAULT_PRICE) -> Summary:
    """Sum a life up.

    Args:
        life: As it was played.
        price: Yuan per message.
    """
    ready_at, needed_by = life.chronicle.ready_at, life.report.application.needed_by
    until = beijing_date(ready_at or life.ended_at)
    submitted_on = beijing_date(life.began_at)
    days_late = None
    if needed_by is not None and ready_at is not None:
        days_late = (_first_whole_day(ready_at) - needed_by).days
    return Summary(
        ready_at=ready_at,
        working_days=working_days(submitted_on, until) if ready_at else None,
        estimated=not all(has_published_holidays(year) for year in range(submitted_on.year, until.year + 1)),
        holidays=sum(_is_holiday(day) for day in _days(submitted_on, until)) if ready_at else 0,
        messages=life.chronicle.messages,
        price=price,
        needed_by=needed_by,
        days_late=days_late,
    )


def working_days(submitted_on: date, day: date) -> int:
    """Working days from a submission to a day, the day of the submission not counted."""
    return sum(is_working_day(each) for each in _days(submitted_on, day))


def _days(after: date, until: date) -> list[date]:
    return [after + timedelta(days=number) for number in range(1, (until - after).days + 1)]


def _is_holiday(day: date) -> bool:
    return day.weekday() < _SATURDAY and not is_working_day(day)


def _first_whole_day(ready_at: datetime) -> date:
    """The first day from whose beginning on it can be used; what is needed by a day is needed as that day begins."""
    day = beijing_date(ready_at)
    return day if beijing_midnight(day) == ready_at else day + timedelta(days=1)
