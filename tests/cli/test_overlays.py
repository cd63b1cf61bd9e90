import pytest

from cli.overlays import resolve_policies
from filing.policy import BUILT_IN_POLICIES, Policy


def test_the_built_in_policies_are_always_there() -> None:
    resolved = resolve_policies({})

    assert {name: Policy.model_validate(fields) for name, fields in resolved.items()} == BUILT_IN_POLICIES


def test_a_policy_may_rest_on_another_named_one() -> None:
    resolved = resolve_policies(
        {
            "b": {"based_on": "a", "tests_per_day": 5},
            "a": {"based_on": "demo", "tests_per_day": 4, "tests_per_round": 9},
        }
    )

    b = Policy.model_validate(resolved["b"])
    assert (b.name, b.tests_per_day, b.tests_per_round) == ("b", 5, 9)
    assert b.review_overdue == BUILT_IN_POLICIES["demo"].review_overdue


def test_without_a_base_it_is_the_default_policy() -> None:
    assert Policy.model_validate(resolve_policies({"a": {}})["a"]) == Policy(name="a")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({"default": {}}, "default is built in"),
        ({"a": {"name": "b"}}, "a.name"),
        ({"a": {"based_on": "c"}}, "a.based_on: no policy 'c'"),
        ({"a": {"based_on": "b"}, "b": {"based_on": "a"}}, "in a circle: a -> b -> a"),
        ({"a": {"based_on": 5}}, "a.based_on: expected the name"),
    ],
)
def test_a_base_that_cannot_be_is_refused(written: object, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        resolve_policies(written)
