from dataclasses import fields
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.rules import Rules, parse_rules, told

HINTS = get_type_hints(Rules)


def values(kind: Any) -> st.SearchStrategy[Any]:
    if get_origin(kind):
        return st.sampled_from(get_args(kind))
    if kind is bool:
        return st.booleans()
    if kind is int:
        return st.integers(1, 10_000)
    return st.from_regex(r"[A-Za-z][A-Za-z._]{0,40}", fullmatch=True)


@given(st.fixed_dictionaries({}, optional={name: values(kind) for name, kind in HINTS.items()}))
def test_what_is_written_is_what_holds_and_the_rest_is_the_default(asked: dict[str, Any]) -> None:
    rules = parse_rules(f"{name}={value}" for name, value in asked.items())
    assert told(rules) == told(Rules()) | asked


def test_what_holds_already_stays_and_a_later_word_wins() -> None:
    rules = parse_rules(
        ["edit_resets_carriers=off", "edit_resets_carriers = ON", "sign_name_max_length=18"],
        Rules(rebind_is_reviewed=True),
    )
    assert rules == Rules(rebind_is_reviewed=True, sign_name_max_length=18)


@pytest.mark.parametrize(
    ("assignment", "words"),
    [
        ("edit_resets_carriers", "'edit_resets_carriers' is not NAME=VALUE; the rules are edit_while_registering"),
        ("", "is not NAME=VALUE"),
        ("edit_reset_carriers=off", "did you mean edit_resets_carriers?"),
        ("=off", "there is no rule ''; the rules are edit_while_registering"),
        ("edit_resets_carriers=perhaps", "edit_resets_carriers=perhaps is not possible; it is on or off"),
        ("edit_while_registering=off", "it is one of refused_if_any, refused_if_all, allowed"),
        ("sign_name_max_length=long", "it is a whole number from 1 to 10000"),
        ("sign_name_max_length=0", "it is a whole number from 1 to 10000"),
        ("sign_name_max_length=１８", "it is a whole number from 1 to 10000"),
        ("sign_name_max_length=99999999999", "it is a whole number from 1 to 10000"),
        ("unfiled_receipt=", "it is a code of the platform"),
        ("unfiled_receipt=no route", "it is a code of the platform"),
        ("unfiled_receipt=未报备", "it is a code of the platform"),
    ],
)
def test_what_is_not_possible_is_told_with_what_is(assignment: str, words: str) -> None:
    with pytest.raises(ValueError, match=r".+") as refusal:
        parse_rules([assignment])
    assert words in str(refusal.value)


def test_every_switch_is_told() -> None:
    assert told(Rules()).keys() == {field.name for field in fields(Rules)} == HINTS.keys()
