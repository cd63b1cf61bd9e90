import pytest
from hypothesis import given
from hypothesis import strategies as st

from filing.naming.similar import CASE, INVISIBLE, LOOK_ALIKE, WIDTH, check_similar, similar_names
from tests.filing.naming.names import names, plain


@pytest.mark.parametrize(
    ("one", "other", "ways"),
    [
        ("Spruce云杉", "spruce云杉", (CASE,)),
        ("云杉A", "云杉Ａ", (WIDTH,)),
        ("云杉", "云\u200b杉", (INVISIBLE,)),
        ("aoc云杉", "аос云杉", (LOOK_ALIKE,)),
        ("云杉O2O", "云杉020", (LOOK_ALIKE,)),
        ("AI云杉", "Al云杉", (LOOK_ALIKE,)),
        ("长山", "⻓山", (LOOK_ALIKE,)),
        ("土石", "士石", (LOOK_ALIKE,)),
        ("ABC云杉", "abc云\u200b杉", (CASE, INVISIBLE)),
        ("BC云杉", "ｂc云杉", (CASE, WIDTH)),
    ],
)
def test_what_alone_differs_is_named(one: str, other: str, ways: tuple[str, ...]) -> None:
    for name, existing in ((one, other), (other, one)):
        [found] = similar_names(name, ["别的", existing])
        assert (found.name, found.ways) == (existing, ways)


@pytest.mark.parametrize(
    ("one", "other"),
    [("云杉科技", "云杉"), ("云杉1", "云杉2"), ("云杉", "杉云"), ("云杉科技", "云松科技"), ("", "云杉")],
)
def test_other_names_are_told_apart(one: str, other: str) -> None:
    assert similar_names(one, [other]) == []


@given(names)
def test_a_name_is_not_similar_to_itself(name: str) -> None:
    assert similar_names(name, [name, name]) == []


@given(names, st.integers(0, 12))
def test_an_invisible_character_anywhere_is_seen(name: str, place: int) -> None:
    place = min(place, len(name))

    [found] = similar_names(name, [f"{name[:place]}\u200d{name[place:]}"])

    assert found.ways == (INVISIBLE,)


@given(st.text(plain, min_size=2, max_size=6), st.text(plain, min_size=2, max_size=6))
def test_likeness_is_mutual(one: str, other: str) -> None:
    assert [f.ways for f in similar_names(one, [other])] == [f.ways for f in similar_names(other, [one])]


def test_the_warning_shows_what_does_not_show() -> None:
    [found] = check_similar("云杉", ["云\u200b杉", "云松"], "of an open filing")

    assert (found.code, found.severity) == ("NAME_SIMILAR", "warn")
    assert found.part == "云杉 and 云<U+200B>杉"
    assert "of an open filing by invisible characters alone" in found.rule
