from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from filing.application import SignatureApplication, differing_fields
from filing.vocabulary import SignatureSource
from tests.filing.builders import application


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ({"sign_nane": "x"}, "sign_nane"),
        ({"sign_name": "   "}, "sign_name"),
        ({"company_name": ""}, "company_name"),
        ({"account": " "}, "account"),
        ({"qualification_id": 0}, "qualification_id"),
        ({"qualification_id": -5}, "qualification_id"),
        ({"source": "HEARSAY"}, "source"),
        ({"remark": "长" * 201}, "remark"),
        ({"needed_by": "soon"}, "needed_by"),
        ({"supporting_files": [" "]}, "supporting_files"),
    ],
)
def test_a_mistake_is_refused_at_its_field(written: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        SignatureApplication.model_validate(application().model_dump() | written)

    assert {error["loc"][0] for error in refused.value.errors()} == {field}


def test_space_around_a_name_is_not_part_of_it() -> None:
    """It would become part of the workflow id, and the platform would know another name."""
    assert application(" 云杉科技\n", company_name=" 杭州云杉科技有限公司 ") == application()


def test_the_retired_sources_are_understood() -> None:
    """They are refused later, with advice, by the naming rules."""
    assert application(source="WEBSITE").source is SignatureSource.WEBSITE


def test_an_application_cannot_change_behind_the_workflows_back() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        setattr(application(), "sign_name", "别的")  # noqa: B010 - the type checker forbids the plain assignment


def test_differences_are_named_with_both_values() -> None:
    changed = application(remark="急", needed_by=date(2026, 4, 1), supporting_files=["a.png"])

    assert differing_fields(application(), changed) == {
        "remark": ("(none)", "急"),
        "needed_by": ("(none)", "2026-04-01"),
        "supporting_files": ("(none)", "['a.png']"),
    }
    assert differing_fields(changed, changed.model_copy()) == {}


@given(st.booleans(), st.none() | st.integers(1, 9), st.text(max_size=20))
def test_what_differs_is_what_is_unequal(third_party: bool, letter: int | None, remark: str) -> None:
    one = application()
    other = application(third_party=third_party, authorization_letter_id=letter, remark=remark)

    assert (differing_fields(one, other) == {}) is (one == other)
    assert differing_fields(one, other).keys() == differing_fields(other, one).keys()
