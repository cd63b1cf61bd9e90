import logging
from datetime import date, datetime
from typing import Any

import pytest

from filing.calendar import BEIJING
from gateway import wire


@pytest.mark.parametrize(
    ("written", "read"), [(3, 3), ("3", 3), (" -1 ", -1), ("", None), (None, None), ("many", None), (True, None)]
)
def test_number(written: Any, read: int | None) -> None:
    assert wire.number(written) == read


@pytest.mark.parametrize(
    ("written", "read"), [(True, True), ("TRUE", True), (False, False), ("false", False), (None, None), ("yes", None)]
)
def test_flag(written: Any, read: bool | None) -> None:
    assert wire.flag(written) is read


def test_moment_is_beijing_time() -> None:
    read = wire.moment("2026-03-12 23:59:50")

    assert read == datetime(2026, 3, 12, 23, 59, 50, tzinfo=BEIJING)
    assert read.isoformat() == "2026-03-12T23:59:50+08:00"


@pytest.mark.parametrize("written", [None, "", "2026-03-12", "soon", 20260312])
def test_a_moment_that_cannot_be_read_is_none(written: Any) -> None:
    assert wire.moment(written) is None


def test_what_cannot_be_read_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        wire.number("many")
        wire.moment("soon")
        wire.compact_date("someday")

    assert [record.args for record in caplog.records] == [("many",), ("soon",), ("someday",)]


@pytest.mark.parametrize("written", ["20260312", "2026-03-12", 20260312])
def test_dates_are_read_with_and_without_dashes(written: Any) -> None:
    assert wire.compact_date(written) == date(2026, 3, 12)


def test_dates_are_written_without_dashes() -> None:
    assert wire.show_compact(date(2026, 3, 2)) == "20260302"


@pytest.mark.parametrize(
    ("period", "last"),
    [
        ("2020-05-01~2030-04-30", date(2030, 4, 30)),
        (" 2020-05-01 ~ 2030-04-30 ", date(2030, 4, 30)),
        ("2020-05-01~2099-12-31", None),
        ("2020-05-01~长期", None),
        ("2030-04-30", None),
        ("", None),
        (None, None),
    ],
)
def test_last_day_of_a_period(period: Any, last: date | None) -> None:
    assert wire.last_day(period) == last


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("【云杉科技】验证码：1", "云杉科技"),
        (" 【云杉科技】【另一个】", "云杉科技"),
        ("验证码：1【云杉科技】", None),
        ("【】空", None),
        (None, None),
    ],
)
def test_shown_signature(content: Any, name: str | None) -> None:
    assert wire.shown_signature(content) == name


@pytest.mark.parametrize(
    "written", ["13900001234", "+8613900001234", "008613900001234", "8613900001234", "+86 139-0000-1234"]
)
def test_mainland_number_drops_the_country_code(written: str) -> None:
    assert wire.mainland_number(written) == "13900001234"


def test_a_number_of_another_shape_stays_as_it_is() -> None:
    assert wire.mainland_number("8613900") == "8613900"
