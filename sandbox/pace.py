"""How long the platform and the carriers take: the paces ``real`` and ``demo``."""

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sandbox.clock import BEIJING

_SPAN = re.compile(r"([0-9]{1,6})(s|min|h|d|wd|mo)")
_LONGEST = timedelta(days=3660)
_SATURDAY = 5


@dataclass(frozen=True)
class Span:
    """A length of time, of which exactly one kind is meant to be set."""

    fixed: timedelta = timedelta(0)
    working_days: int = 0
    """Monday to Friday in Beijing. Public holidays count as working days here: a caller that knows the calendar must
    not be able to rely on the platform knowing it as well."""
    months: int = 0
    """Calendar months; the last day of a shorter month stands for a day it does not have."""

    @classmethod
    def parse(cls, text: str) -> "Span":
        """Reads a span such as ``25s``, ``2min``, ``36h``, ``10d``, ``7wd`` (working days) or ``6mo`` (months).

        Raises:
            ValueError: The text has another shape or is longer than ten years.
        """
        match = _SPAN.fullmatch(text)
        if not match:
            raise ValueError(f"{text!r} is not a span such as 25s, 2min, 36h, 10d, 7wd or 6mo")
        count, unit = int(match[1]), match[2]
        units = {
            "s": timedelta(seconds=1),
            "min": timedelta(minutes=1),
            "h": timedelta(hours=1),
            "d": timedelta(days=1),
        }
        days_of_longer_units = {"wd": timedelta(days=1), "mo": timedelta(days=30)}
        if count * (units | days_of_longer_units)[unit] > _LONGEST:
            raise ValueError(f"{text!r} is longer than ten years")
        if unit == "wd":
            return cls(working_days=count)
        if unit == "mo":
            return cls(months=count)
        return cls(fixed=count * units[unit])

    def after(self, start: datetime) -> datetime:
        """Returns the instant this span after ``start`` ends, in the zone of ``start``."""
        moment = start.astimezone(BEIJING)
        if self.months:
            index = moment.year * 12 + moment.month - 1 + self.months
            year, month = index // 12, index % 12 + 1
            moment = moment.replace(year=year, month=month, day=min(moment.day, calendar.monthrange(year, month)[1]))
        left = self.working_days
        while left:
            moment += timedelta(days=1)
            if moment.weekday() < _SATURDAY:
                left -= 1
        return (moment + self.fixed).astimezone(start.tzinfo)


@dataclass(frozen=True)
class Pace:
    """How long each step of a signature's life takes."""

    name: str
    review: timedelta
    """The platform's own review (审核), counted in ``review_hours`` only."""
    registration: Mapping[str, Span]
    """From approval to the carrier's answer, per carrier code (``mobile``, ``unicom``, ``telecom``)."""
    receipt: timedelta
    """From the send to its receipt (回执)."""
    verdict: timedelta
    """From the first delivered message to 报备成功."""
    expiry: Span
    """From the last send, or from 报备成功 if that is later, to 报备失效."""
    review_hours: tuple[time, time] | None = None
    """The Beijing hours in which reviewers work, every day of the week; ``None`` is around the clock."""

    def review_ends(self, start: datetime) -> datetime:
        """Returns when a review that was asked for at ``start`` is decided."""
        if self.review_hours is None:
            return start + self.review
        opens, closes = self.review_hours
        moment, left = start.astimezone(BEIJING), self.review
        while True:
            open_at = datetime.combine(moment.date(), opens, BEIJING)
            close_at = datetime.combine(moment.date(), closes, BEIJING)
            moment = max(moment, open_at)
            if moment + left <= close_at:
                return (moment + left).astimezone(start.tzinfo)
            left -= max(close_at - moment, timedelta(0))
            moment = open_at + timedelta(days=1)


REAL = Pace(
    name="real",
    review=timedelta(hours=2),
    review_hours=(time(9), time(21)),
    registration={
        "mobile": Span(working_days=7),
        "unicom": Span(working_days=8),
        "telecom": Span(working_days=10),
    },
    receipt=timedelta(seconds=15),
    verdict=timedelta(hours=36),
    expiry=Span(months=6),
)
"""What the help page tells: review about 2 h, carriers 7-10 working days, verdict in 24-48 h, expiry after 6 months."""

DEMO = Pace(
    name="demo",
    review=timedelta(seconds=4),
    registration={
        "mobile": Span(fixed=timedelta(seconds=8)),
        "unicom": Span(fixed=timedelta(seconds=10)),
        "telecom": Span(fixed=timedelta(seconds=12)),
    },
    receipt=timedelta(seconds=1),
    verdict=timedelta(seconds=6),
    expiry=Span(fixed=timedelta(seconds=600)),
)
"""A whole life in about half a minute."""

PACES: Mapping[str, Pace] = {pace.name: pace for pace in (REAL, DEMO)}
