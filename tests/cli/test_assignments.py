import pytest

from cli.assignments import read_assignments
from cli.exits import Exit
from cli.problems import InputError, Problem


def refused(*texts: str) -> InputError:
    with pytest.raises(InputError) as raised:
        read_assignments(texts)
    return raised.value


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("qualification_id=900006", "qualification_id", 900006),
        ("trademark_id=", "trademark_id", None),
        ("third_party=TRUE", "third_party", True),
        ("third_party=false", "third_party", False),
        ("needed_by=2026-03-31", "needed_by", "2026-03-31"),
        ("needed_by=", "needed_by", None),
        ("source=APP", "source", "APP"),
        ("supporting_files=a.pdf, b.pdf", "supporting_files", ["a.pdf", "b.pdf"]),
        ("supporting_files=", "supporting_files", []),
        ("remark=a = b", "remark", "a = b"),
        ("remark= ", "remark", ""),
        (" company_name = 杭州云杉科技有限公司", "company_name", "杭州云杉科技有限公司"),
    ],
)
def test_a_value_is_read_as_its_field_wants_it(text: str, field: str, value: object) -> None:
    assert read_assignments([text]) == {field: value}


@pytest.mark.parametrize(
    ("text", "field", "rule", "advice"),
    [
        ("remark", "", "expected FIELD=VALUE, got 'remark'", ""),
        ("=a", "", "expected FIELD=VALUE", ""),
        ("account=main", "account", "cannot be changed", "starter.py replace OLD NEW.yaml"),
        ("sign_name=云杉", "sign_name", "cannot be changed", "starter.py replace OLD NEW.yaml"),
        ("qualification_idd=1", "qualification_idd", "unknown key", "did you mean qualification_id?"),
        ("colour=red", "colour", "unknown key", "there are: source, company_name"),
        ("qualification_id=9.5", "qualification_id", "expected a number, got '9.5'", "the id that the console shows"),
        ("qualification_id=", "qualification_id", "expected a number, got ''", ""),
        ("qualification_id=0", "qualification_id", "expected a number above 0, got '0'", ""),
        ("third_party=是", "third_party", "expected true or false, got '是'", ""),
        ("third_party=", "third_party", "expected true or false, got ''", ""),
        ("needed_by=soon", "needed_by", "expected a date such as 2026-03-31, got 'soon'", ""),
        ("needed_by=2026-02-30", "needed_by", "2026-02-30", ""),
        ("source=ENTERPRISE", "source", "expected one of ENTERPRISE_NAME", "did you mean ENTERPRISE_NAME?"),
        ("company_name=", "company_name", "empty", "fill it in"),
        (f"remark={'长' * 201}", "remark", "longer than 200 characters", "shorten it"),
    ],
)
def test_a_mistake_names_field_rule_and_remedy(text: str, field: str, rule: str, advice: str) -> None:
    error = refused(text)

    [problem] = error.problems
    assert problem.field == field
    assert rule in problem.rule
    assert advice in problem.advice
    assert error.code is Exit.UNREADABLE


def test_a_misspelt_field_is_not_taken_for_one_that_cannot_be_set() -> None:
    [problem] = refused("sign_nam=云杉").problems

    assert "sign_name" not in problem.advice


def test_a_field_that_is_given_twice_is_told() -> None:
    assert Problem("--set", "remark", "given twice", "keep one") in refused("remark=", "remark=a").problems


def test_every_mistake_is_told_at_once() -> None:
    error = refused("account=x", "remark=a", "remark=b", "qualification_id=x", "colour=red", "needed_by=x")

    assert [problem.field for problem in error.problems] == [
        "account",
        "remark",
        "qualification_id",
        "needed_by",
        "colour",
    ]
    assert error.message.startswith("nothing was sent:\n--set: account: cannot be changed; ")
