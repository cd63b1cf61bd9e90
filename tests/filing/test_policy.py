from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from filing.policy import BUILT_IN_POLICIES, DEFAULT_POLICY, Policy
from filing.span import Span


@pytest.mark.parametrize("policy", BUILT_IN_POLICIES.values(), ids=lambda policy: policy.name)
def test_a_policy_survives_json(policy: Policy) -> None:
    assert Policy.model_validate_json(policy.model_dump_json()) == policy


@pytest.mark.parametrize("policy", BUILT_IN_POLICIES.values(), ids=lambda policy: policy.name)
def test_built_in_policies_meet_their_own_rules(policy: Policy) -> None:
    """Copies are not validated when they are made."""
    assert Policy.model_validate(policy.model_dump()) == policy
    if policy.expiry.duration:
        assert max(policy.expiry_warnings) < policy.expiry.duration
    assert list(policy.receipt_read_after) == sorted(policy.receipt_read_after)


def test_the_default_is_what_the_help_page_says() -> None:
    assert DEFAULT_POLICY.registering_faster_after == Span(working_days=5)
    assert DEFAULT_POLICY.result_due == Span(working_days=10)
    assert DEFAULT_POLICY.expiry == Span(months=6)
    assert DEFAULT_POLICY.verdict_due == timedelta(hours=48)
    assert DEFAULT_POLICY.expiry_warnings == (timedelta(days=30), timedelta(days=7))
    assert not DEFAULT_POLICY.keep_alive, "messages that cost money are asked for"


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ({"no_such_key": 1}, "no_such_key"),
        ({"verdict_due": "0 s"}, "verdict_due"),
        ({"verdict_due": timedelta()}, "verdict_due"),
        ({"result_due": "0 working days"}, "result_due"),
        ({"expiry_warnings": ["0 s"]}, "expiry_warnings"),
        ({"tests_per_day": 0}, "tests_per_day"),
        ({"tests_per_round": 0}, "tests_per_round"),
        ({"bulk_from_delivered": 0}, "bulk_from_delivered"),
        ({"receipt_read_after": []}, "receipt_read_after"),
        ({"review_hours": [21, 9]}, "review_hours"),
        ({"review_hours": [9, 25]}, "review_hours"),
        ({"refile_by": "magic"}, "refile_by"),
    ],
)
def test_a_mistake_is_refused_at_its_field(written: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Policy.model_validate(written)

    assert {error["loc"][0] for error in refused.value.errors()} == {field}


def test_the_expiry_cannot_be_counted_in_working_days() -> None:
    """The guard computes it anew in the workflow, which must not depend on published holidays."""
    with pytest.raises(ValidationError, match="expected months or a plain length"):
        Policy.model_validate({"expiry": "120 working days"})

    assert Policy.model_validate({"expiry": "180 days"}).expiry == Span(duration=timedelta(days=180))
