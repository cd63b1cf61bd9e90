"""Lengths of time as people write them: ``15 min``, ``48 h``, ``7 days``, ``10 working days``, ``6 months``."""

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_serializer, model_validator

_UNITS = {
    "s": 1.0,
    "sec": 1.0,
    "second": 1.0,
    "min": 60.0,
    "minute": 60.0,
    "h": 3600.0,
    "hour": 3600.0,
    "d": 86400.0,
    "day": 86400.0,
}
_WRITTEN = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[a-z]+(?: days?)?)")
_EXPECTED = "a length such as '30 s', '15 min', '48 h' or '7 days'"
_LONGEST = timedelta(days=36525)
_LONGEST_MONTHS = 1200
_LONGEST_WORKING_DAYS = 25000


def parse_duration(value: object) -> timedelta:
    """Read a plain duration, above zero and at most a hundred years.

    Raises:
        ValueError: It is not a positive number followed by one of s, min, h, d (or their long forms); the message
            does not repeat it.
    """
    if isinstance(value, timedelta):
        return _within_bounds(value)
    match = _WRITTEN.fullmatch(str(value).strip().lower())
    unit = _singular(match["unit"]) if match else ""
    if match is None or unit not in _UNITS:
        raise ValueError(f"expected {_EXPECTED}")
    # Cut short before it becomes a timedelta, which cannot hold every number.
    seconds = min(float(match["number"]) * _UNITS[unit], 2 * _LONGEST.total_seconds())
    return _within_bounds(timedelta(seconds=seconds))


def _within_bounds(duration: timedelta) -> timedelta:
    if duration <= timedelta():
        raise ValueError("expected a length above zero")
    if duration > _LONGEST:
        raise ValueError("expected a length of at most a hundred years")
    return duration


def show_duration(value: timedelta) -> str:
    """Write a duration in the largest unit that divides it, in the form that ``parse_duration`` reads."""
    seconds = value.total_seconds()
    for unit, size in (("days", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{int(seconds // size)} {unit}"
    return f"{seconds:.6f}".rstrip("0").rstrip(".") + " s"


Duration = Annotated[timedelta, BeforeValidator(parse_duration), PlainSerializer(show_duration, return_type=str)]
"""A pydantic field for a plain duration, written and stored as text."""


class Span(BaseModel):
    """A length that may need a calendar: exactly one of months, working days and a plain duration.

    It is above zero and at most about a hundred years, so that every date computed from it exists.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    months: int = Field(0, ge=0, le=_LONGEST_MONTHS)
    working_days: int = Field(0, ge=0, le=_LONGEST_WORKING_DAYS)
    duration: timedelta = timedelta()

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        match = _WRITTEN.fullmatch(value.strip().lower())
        if match and match["unit"] in ("month", "months") and match["number"].isdigit():
            return {"months": int(match["number"])}
        if match and match["unit"] in ("working day", "working days") and match["number"].isdigit():
            return {"working_days": int(match["number"])}
        if match is None or _singular(match["unit"]) not in _UNITS:
            raise ValueError(f"expected {_EXPECTED}, '10 working days' or '6 months'")
        return {"duration": parse_duration(value)}

    @model_validator(mode="after")
    def _exactly_one(self) -> "Span":
        if sum(bool(part) for part in (self.months, self.working_days, self.duration)) != 1:
            raise ValueError("expected one length above zero")
        if self.duration:
            _within_bounds(self.duration)
        return self

    @model_serializer
    def _to_text(self) -> str:
        return str(self)

    def __str__(self) -> str:
        """The span as a person writes it."""
        if self.months:
            return f"{self.months} months"
        if self.working_days:
            return f"{self.working_days} working days"
        return show_duration(self.duration)


def _singular(unit: str) -> str:
    return unit[:-1] if len(unit) > 1 and unit.endswith("s") else unit
