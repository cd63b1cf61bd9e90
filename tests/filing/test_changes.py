from typing import Any

import pytest

from filing.application import SignatureApplication
from filing.changes import BINDING, EDITABLE, IDENTITY, LOCAL, apply_changes, check_changes, told_changes
from tests.filing.builders import application

VALID: list[tuple[str, Any, Any]] = [
    ("qualification_id", "900006", 900006),
    ("authorization_letter_id", 800001, 800001),
    ("third_party", "true", True),
    ("source", "TRADEMARK", "TRADEMARK"),
    ("company_name", " 深圳蓝鲸物流有限公司 ", "深圳蓝鲸物流有限公司"),
    ("remark", "", ""),
    ("supporting_files", ["a.png", "b.png"], ["a.png", "b.png"]),
    ("needed_by", "2026-05-01", "2026-05-01"),
]


def test_all_but_what_a_filing_is_about_can_be_changed() -> None:
    assert set(EDITABLE) | set(IDENTITY) == set(SignatureApplication.model_fields)
    assert not set(EDITABLE) & set(IDENTITY)
    assert {*LOCAL, *BINDING} <= set(EDITABLE)


@pytest.mark.parametrize(("field", "given", "kept"), VALID, ids=[field for field, _, _ in VALID])
def test_a_value_is_kept_in_the_form_in_which_it_is_stored(field: str, given: Any, kept: Any) -> None:
    checked = check_changes({field: given})

    assert checked == {field: kept}
    assert check_changes(checked) == checked, "what was stored passes again"


@pytest.mark.parametrize(
    "field",
    [
        "authorization_letter_id",
        "trademark_id",
        "app_icp_record_id",
        "app_link",
        "needed_by",
        "remark",
        "supporting_files",
    ],
)
def test_none_empties_a_field_that_may_be_empty(field: str) -> None:
    full = application(
        authorization_letter_id=1,
        trademark_id=1,
        app_icp_record_id=1,
        app_link="https://a.example",
        needed_by="2026-05-01",
        remark="x",
        supporting_files=["a.png"],
    )

    emptied = apply_changes(full, check_changes({field: None}))

    assert getattr(emptied, field) == getattr(application(), field)


@pytest.mark.parametrize("field", ["qualification_id", "company_name", "source", "third_party"])
def test_none_empties_no_other_field(field: str) -> None:
    with pytest.raises(ValueError, match=f"^{field}: "):
        check_changes({field: None})


def test_the_name_and_the_account_stay_and_another_name_is_another_filing() -> None:
    for field in IDENTITY:
        with pytest.raises(ValueError, match=rf"{field}: cannot be changed.*replace"):
            check_changes({field: "新名字"})


def test_a_misspelt_field_is_answered_with_the_one_that_was_meant() -> None:
    with pytest.raises(ValueError, match="did you mean qualification_id"):
        check_changes({"qualifcation_id": 1})
    with pytest.raises(ValueError, match="there are source, company_name"):
        check_changes({"colour": "red"})


def test_everything_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(ValueError, match="sign_name") as refused:
        check_changes({"sign_name": "x", "colour": "red", "qualification_id": 0, "remark": "x" * 201, "app_link": "ok"})

    told = str(refused.value)
    assert [field in told for field in ("sign_name", "colour", "qualification_id", "remark")] == [True] * 4
    assert "app_link:" not in told


def test_a_change_leaves_the_rest_of_the_application_alone() -> None:
    changed = apply_changes(application(remark="旧"), {"qualification_id": 900006, "needed_by": "2026-05-01"})

    assert changed == application(remark="旧", qualification_id=900006, needed_by="2026-05-01")


def test_differences_are_told_field_by_field_with_both_values() -> None:
    told = told_changes({"qualification_id": ("900002", "900006"), "remark": ("(none)", "x")})

    assert told == "qualification_id 900002 → 900006; remark (none) → x"
