from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from filing.span import Duration, Span, parse_duration, show_duration

LONGEST = timedelta(days=36525)
durations = st.timedeltas(min_value=timedelta(microseconds=1), max_value=LONGEST)
spans = st.one_of(
    st.integers(1, 1200).map(lambda count: Span(months=count)),
    st.integers(1, 25000).map(lambda count: Span(working_days=count)),
    durations.map(lambda length: Span(duration=length)),
)


class Holder(BaseModel):
    wait: Duration
    span: Span


@given(durations)
def test_a_duration_is_read_as_it_is_written(length: timedelta) -> None:
    assert parse_duration(show_duration(length)) == length


@given(spans, durations)
def test_a_span_survives_json(span: Span, wait: timedelta) -> None:
    holder = Holder(wait=wait, span=span)

    assert Holder.model_validate_json(holder.model_dump_json()) == holder


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30 s", 30),
        ("30s", 30),
        ("1 second", 1),
        ("15 min", 900),
        ("15 Minutes", 900),
        ("1.5 h", 5400),
        ("48 hours", 172800),
        (" 7 days ", 604800),
        ("1 d", 86400),
    ],
)
def test_durations_as_people_write_them(text: str, seconds: float) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("10 working days", Span(working_days=10)),
        ("1 working day", Span(working_days=1)),
        ("6 months", Span(months=6)),
        ("1 month", Span(months=1)),
        ("36 h", Span(duration=timedelta(hours=36))),
    ],
)
def test_spans_as_people_write_them(text: str, span: Span) -> None:
    assert Span.model_validate(text) == span


@pytest.mark.parametrize(
    "written",
    [
        "",
        "soon",
        "0 s",
        "0 months",
        "0 working days",
        "-1 h",
        "1.5 months",
        "1.5 working days",
        "7",
        "7 weeks",
        "1 fortnight",
        "99999 months",
        "99999999 working days",
        "99999999999999999999 days",
        f"{'9' * 400} s",
        {"months": -1},
        {"duration": timedelta(seconds=-1)},
        {"duration": timedelta()},
        {"months": 1, "working_days": 1},
        {},
    ],
)
def test_what_is_no_length_is_refused(written: object) -> None:
    with pytest.raises(ValidationError):
        Span.model_validate(written)


@pytest.mark.parametrize("value", [timedelta(), timedelta(seconds=-1), LONGEST * 2, "99999999999999999999 days", None])
def test_a_duration_is_above_zero_and_not_endless(value: object) -> None:
    with pytest.raises(ValueError, match="expected a length"):
        parse_duration(value)


def test_a_refusal_says_what_was_expected_and_repeats_nothing() -> None:
    with pytest.raises(ValidationError) as refused:
        Holder.model_validate({"wait": "hunter2", "span": "hunter2"})

    for error in refused.value.errors():
        assert "'15 min'" in error["msg"]
        assert "hunter2" not in error["msg"]
