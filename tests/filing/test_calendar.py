import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filing.calendar import (
    beijing_date,
    beijing_midnight,
    deadline_after,
    has_published_holidays,
    is_working_day,
    months_after,
    plain_deadline_after,
    working_day_after,
    working_days_between,
)
from filing.span import Span

# 国务院办公厅关于2026年部分节假日安排的通知: first and last day off, then the Saturdays and Sundays that are worked.
DAYS_OFF_2026 = [
    (date(2026, 1, 1), date(2026, 1, 3)),
    (date(2026, 2, 15), date(2026, 2, 23)),
    (date(2026, 4, 4), date(2026, 4, 6)),
    (date(2026, 5, 1), date(2026, 5, 5)),
    (date(2026, 6, 19), date(2026, 6, 21)),
    (date(2026, 9, 25), date(2026, 9, 27)),
    (date(2026, 10, 1), date(2026, 10, 7)),
]
WORKED_2026 = {
    date(2026, 1, 4),
    date(2026, 2, 14),
    date(2026, 2, 28),
    date(2026, 5, 9),
    date(2026, 9, 20),
    date(2026, 10, 10),
}
EVERY_DAY_2026 = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
TEN_WORKING_DAYS = Span(working_days=10)

days = st.dates(date(2020, 1, 1), date(2040, 12, 31))


def worked(day: date) -> bool:
    if any(first <= day <= last for first, last in DAYS_OFF_2026):
        return False
    return day in WORKED_2026 or day.weekday() < 5


@pytest.fixture(params=["UTC", "America/New_York", "Pacific/Kiritimati"])
def local_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    os.environ.setdefault("TZ", "")
    if not os.environ["TZ"]:
        del os.environ["TZ"]
    time.tzset()


def test_2026_is_worked_as_the_state_council_says() -> None:
    assert [day for day in EVERY_DAY_2026 if is_working_day(day) is not worked(day)] == []


@pytest.mark.parametrize(
    ("start", "tenth"),
    [
        (date(2026, 3, 2), date(2026, 3, 16)),
        (date(2026, 2, 13), date(2026, 3, 5)),  # over 春节, with two Saturdays worked
        (date(2026, 9, 25), date(2026, 10, 15)),  # from a holiday, over the next one
        (date(2026, 9, 24), date(2026, 10, 15)),
        (date(2026, 12, 15), date(2026, 12, 29)),
    ],
)
def test_the_tenth_working_day(start: date, tenth: date) -> None:
    assert working_day_after(start, 10) == tenth


def test_a_year_of_starts_is_due_ten_working_days_later() -> None:
    due = [deadline_after(beijing_midnight(day) + timedelta(hours=10), TEN_WORKING_DAYS) for day in EVERY_DAY_2026]

    assert [one.at for one in due] == sorted(one.at for one in due), "whoever files later is due later"
    for day, one in zip(EVERY_DAY_2026, due, strict=True):
        last = beijing_date(one.at) - timedelta(days=1)
        assert one.at == beijing_midnight(last + timedelta(days=1)), "the whole of the last day counts"
        if last.year == 2026:
            between = [day + timedelta(days=number) for number in range(1, (last - day).days + 1)]
            assert sum(map(worked, between)) == 10
            assert worked(last)
            assert not one.estimated
        else:
            assert one.estimated


def test_years_without_published_holidays_are_estimates_and_never_errors() -> None:
    assert has_published_holidays(2026)
    late = deadline_after(datetime(2026, 12, 15, 2, tzinfo=UTC), Span(working_days=20))
    far = deadline_after(datetime(2031, 5, 1, 2, tzinfo=UTC), TEN_WORKING_DAYS)

    assert late.estimated
    assert late.at > datetime(2027, 1, 10, tzinfo=UTC), "the New Year's holiday and two more weeks"
    assert far.estimated
    assert far.at > datetime(2031, 5, 15, tzinfo=UTC)


@pytest.mark.parametrize("day", [date(2027, 2, 8), date(2028, 10, 2), date(2031, 5, 1), date(2035, 1, 1)])
def test_statutory_holidays_are_known_without_publication(day: date) -> None:
    assert day.weekday() < 5
    assert not is_working_day(day)


def test_a_filing_of_mid_december_is_due_before_the_new_year() -> None:
    due = deadline_after(datetime(2026, 12, 15, 2, tzinfo=UTC), TEN_WORKING_DAYS)

    assert due.at == beijing_midnight(date(2026, 12, 30))
    assert not due.estimated


@given(days, st.integers(1, 40))
def test_working_days_are_counted_in_one_direction(day: date, count: int) -> None:
    last = working_day_after(day, count)

    assert is_working_day(last)
    assert sum(is_working_day(day + timedelta(days=number)) for number in range(1, (last - day).days + 1)) == count


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 7, 15), 6, date(2027, 1, 15)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 1, 31), 12, date(2027, 1, 31)),
    ],
)
def test_calendar_months(start: date, months: int, end: date) -> None:
    assert months_after(start, months) == end


@given(days, days, st.integers(1, 36))
def test_months_keep_the_order_of_days(one: date, other: date, months: int) -> None:
    first, second = sorted((one, other))

    assert months_after(first, months) <= months_after(second, months)
    assert months_after(first, months) > first


@given(days, st.integers(1, 24), st.integers(1, 24))
def test_months_lose_a_day_at_most_at_the_end_of_a_month(day: date, first: int, second: int) -> None:
    direct, by_steps = months_after(day, first + second), months_after(months_after(day, first), second)

    assert (direct.year, direct.month) == (by_steps.year, by_steps.month)
    assert direct >= by_steps
    if day.day <= 28:
        assert direct == by_steps


@pytest.mark.usefixtures("local_zone")
def test_a_day_begins_in_beijing_wherever_the_program_runs() -> None:
    before = datetime(2026, 3, 2, 15, 59, 59, tzinfo=UTC)
    at = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)

    assert beijing_date(before) == date(2026, 3, 2)
    assert beijing_date(at) == date(2026, 3, 3)
    assert beijing_midnight(date(2026, 3, 3)) == at
    assert beijing_date(at.astimezone(timezone(timedelta(hours=-9)))) == date(2026, 3, 3)


def test_two_starts_on_one_beijing_day_are_due_together() -> None:
    early, late = datetime(2026, 3, 1, 16, 0, tzinfo=UTC), datetime(2026, 3, 2, 15, 59, tzinfo=UTC)

    assert deadline_after(early, TEN_WORKING_DAYS) == deadline_after(late, TEN_WORKING_DAYS)
    assert plain_deadline_after(early, Span(months=6)) == plain_deadline_after(late, Span(months=6))


def test_months_end_with_their_last_day_and_durations_to_the_second() -> None:
    start = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)

    assert plain_deadline_after(start, Span(months=6)) == beijing_midnight(date(2026, 9, 3))
    assert plain_deadline_after(start, Span(duration=timedelta(hours=36))) == start + timedelta(hours=36)
    assert deadline_after(start, Span(months=6)).at == plain_deadline_after(start, Span(months=6))


def test_working_days_need_the_holidays() -> None:
    with pytest.raises(ValueError, match="deadline_after"):
        plain_deadline_after(datetime(2026, 3, 2, tzinfo=UTC), TEN_WORKING_DAYS)


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (datetime(2026, 3, 2, 2, tzinfo=UTC), datetime(2026, 3, 2, 9, tzinfo=UTC), 0),
        (datetime(2026, 3, 2, 2, tzinfo=UTC), datetime(2026, 3, 9, 2, tzinfo=UTC), 5),
        # 23:30 UTC is the next morning in Beijing.
        (datetime(2026, 3, 1, 23, 30, tzinfo=UTC), datetime(2026, 3, 2, 23, 30, tzinfo=UTC), 1),
        # The National Day holiday of 2026 with its make-up days.
        (datetime(2026, 9, 30, 2, tzinfo=UTC), datetime(2026, 10, 10, 2, tzinfo=UTC), 3),
    ],
)
def test_working_days_that_have_passed(first: datetime, last: datetime, days: int) -> None:
    assert working_days_between(first, last) == (days, False)


def test_working_days_into_a_year_without_published_holidays_are_an_estimate() -> None:
    assert working_days_between(datetime(2026, 12, 30, 2, tzinfo=UTC), datetime(2027, 1, 5, 2, tzinfo=UTC))[1]


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1)), st.integers(1, 30))  # noqa: DTZ001 - made aware below
def test_a_deadline_of_working_days_is_that_many_working_days_away(moment: datetime, count: int) -> None:
    start = moment.replace(tzinfo=UTC)
    last = beijing_midnight(working_day_after(beijing_date(start), count))
    assert working_days_between(start, last)[0] == count


def test_a_year_of_daily_submissions_gives_a_sane_due_date_for_each() -> None:
    for number in range(366):
        start = beijing_midnight(date(2026, 1, 1) + timedelta(days=number)) + timedelta(hours=10)
        due = deadline_after(start, Span(working_days=10))
        last = beijing_date(due.at - timedelta(seconds=1))
        assert is_working_day(last), f"{start}: it falls on a working day's end"
        assert working_days_between(start, due.at - timedelta(seconds=1))[0] == 10
        assert 10 <= (last - beijing_date(start)).days <= 24, f"{start}: with Spring Festival at most"
        assert due.estimated is (last.year > 2026), "only what rests on an unpublished year is an estimate"
