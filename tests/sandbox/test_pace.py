from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.clock import BEIJING
from sandbox.pace import DEMO, REAL, Span


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("asked", "decided"),
    [
        ("2026-03-02T10:00", "2026-03-02T12:00"),
        ("2026-03-02T19:00", "2026-03-02T21:00"),
        ("2026-03-02T20:30", "2026-03-03T10:30"),
        ("2026-03-02T23:00", "2026-03-03T11:00"),
        ("2026-03-02T03:00", "2026-03-02T11:00"),
        ("2026-03-07T10:00", "2026-03-07T12:00"),
    ],
)
def test_review_counts_only_the_hours_of_reviewers(asked: str, decided: str) -> None:
    assert REAL.review_ends(at(asked)) == at(decided)


def test_demo_review_takes_seconds_at_any_hour() -> None:
    assert DEMO.review_ends(at("2026-03-02T03:00")) == at("2026-03-02T03:00:04")


@pytest.mark.parametrize(
    ("span", "start", "end"),
    [
        (Span(working_days=1), "2026-03-02T10:00", "2026-03-03T10:00"),
        (Span(working_days=1), "2026-03-06T10:00", "2026-03-09T10:00"),
        (Span(working_days=1), "2026-03-07T10:00", "2026-03-09T10:00"),
        (Span(working_days=10), "2026-03-02T10:00", "2026-03-16T10:00"),
        (Span(months=6), "2026-08-31T10:00", "2027-02-28T10:00"),
        (Span(months=6), "2026-03-02T10:00", "2026-09-02T10:00"),
        (Span(fixed=timedelta(seconds=8)), "2026-03-02T10:00", "2026-03-02T10:00:08"),
    ],
)
def test_span_ends(span: Span, start: str, end: str) -> None:
    assert span.after(at(start)) == at(end)


def test_working_days_are_those_of_beijing_whatever_the_zone_of_the_start() -> None:
    friday_evening_utc = datetime.fromisoformat("2026-03-06T20:00:00+00:00")
    assert Span(working_days=1).after(friday_evening_utc).isoformat() == "2026-03-08T20:00:00+00:00"


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("25s", Span(fixed=timedelta(seconds=25))),
        ("2min", Span(fixed=timedelta(minutes=2))),
        ("36h", Span(fixed=timedelta(hours=36))),
        ("10d", Span(fixed=timedelta(days=10))),
        ("7wd", Span(working_days=7)),
        ("6mo", Span(months=6)),
    ],
)
def test_span_is_read(text: str, span: Span) -> None:
    assert Span.parse(text) == span


@pytest.mark.parametrize("text", ["", "25", "s", "-1s", "1.5h", "999999d", "999999mo", "10 d", "１d"])
def test_unreadable_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"span|longer"):
        Span.parse(text)


@given(st.integers(0, 80 * 365 * 86400), st.integers(0, 400))
def test_a_longer_span_never_ends_earlier(seconds: int, days: int) -> None:
    moment = at("2020-01-01T00:00") + timedelta(seconds=seconds)
    shorter, longer = Span(working_days=days), Span(working_days=days + 1)
    assert moment <= shorter.after(moment) < longer.after(moment)
    assert REAL.review_ends(moment) >= moment + REAL.review
