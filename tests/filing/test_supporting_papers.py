from datetime import date, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filing.paper_models import AppRecord, AuthorizationLetter, Trademark
from filing.snapshot import Finding, Qualification, QualificationState
from filing.supporting_papers import (
    PaperField,
    judge_app_record,
    judge_letter,
    judge_trademark,
    not_found,
    not_readable,
)
from filing.vocabulary import UNKNOWN_LABEL, SignatureSource
from tests.filing.builders import application

TODAY = date(2026, 3, 2)
WARN_WITHIN = timedelta(days=60)
COMPANY, CODE = "杭州云杉科技有限公司", "91330100MA0000001F"
QUALIFICATION = Qualification(qualification_id=1, state=QualificationState.APPROVED, organization_code=CODE)

names = st.text("云杉科技青禾白鹭ABC123", min_size=2, max_size=12)


def letters_findings(
    qualification: Qualification | None = QUALIFICATION, name: str = "云杉科技", **fields: Any
) -> list[Finding]:
    given = {"letter_id": 8, "organization_code": CODE, "covers": ("云杉优选", "云杉科技"), "in_force": True, **fields}
    letter = AuthorizationLetter(**given)
    asked = application(name, third_party=True, authorization_letter_id=8)
    return list(judge_letter(letter, asked, qualification, TODAY, WARN_WITHIN))


def trademarks_findings(company: str = COMPANY, sign_name: str = "云杉科技", **fields: Any) -> list[Finding]:
    trademark = Trademark(**{"trademark_id": 7, "name": "云杉科技", "owner": COMPANY, **fields})
    asked = application(sign_name, company_name=company, source=SignatureSource.TRADEMARK, trademark_id=7)
    return list(judge_trademark(trademark, asked, TODAY, WARN_WITHIN))


def records_findings(**fields: Any) -> list[Finding]:
    record = AppRecord(**{"record_id": 6, "name": "云杉科技", "owner": COMPANY, **fields})
    return list(judge_app_record(record, application(source=SignatureSource.APP, app_icp_record_id=6)))


def told(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.code, finding.severity) for finding in findings]


# Letters of authorization


def test_a_letter_that_covers_the_name_is_in_order_reviewed_or_not() -> None:
    assert letters_findings() == []
    assert letters_findings(in_force=None) == []


@given(st.lists(names, max_size=20), names)
def test_a_letter_covers_exactly_the_names_in_it(covers: list[str], name: str) -> None:
    found = [finding.code for finding in letters_findings(name=name, covers=tuple(covers))]

    assert found == ([] if name in covers else ["LETTER_NOT_COVERING"])


def test_what_a_letter_covers_is_told_and_not_at_any_length() -> None:
    many = tuple(f"云杉{number}" for number in range(100))

    (found,) = letters_findings(covers=many)
    assert "云杉0、云杉1、" in found.rule
    assert "and 90 more" in found.rule
    assert "云杉99" not in found.rule
    (empty,) = letters_findings(covers=())
    assert empty.rule.endswith("it covers none")


def test_a_letter_must_be_of_the_qualifications_company() -> None:
    (found,) = letters_findings(organization_code="91530100MA0000010T")

    assert (found.code, found.part, found.rejects) == ("LETTER_OF_ANOTHER_COMPANY", "91530100MA0000010T", True)
    assert CODE in found.rule


@pytest.mark.parametrize(
    ("qualification", "code"),
    [
        (None, CODE),
        (Qualification(qualification_id=1, state=QualificationState.APPROVED), CODE),
        (QUALIFICATION, ""),
    ],
)
def test_a_code_that_is_not_shown_is_not_compared(qualification: Qualification | None, code: str) -> None:
    assert told(letters_findings(qualification, organization_code=code)) == [("OWNER_NOT_CHECKED", "ok")]


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"valid_until": date(2026, 3, 1)}, [("LETTER_EXPIRED", "reject")]),
        ({"valid_until": date(2026, 3, 2)}, [("LETTER_EXPIRING", "warn")]),
        ({"valid_until": date(2026, 5, 1)}, [("LETTER_EXPIRING", "warn")]),
        ({"valid_until": date(2026, 5, 2)}, []),
        ({"in_force": False}, [("LETTER_EXPIRED", "reject")]),
        ({"in_force": False, "valid_until": date(2030, 1, 1)}, [("LETTER_EXPIRED", "reject")]),
    ],
)
def test_a_letters_term(fields: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert told(letters_findings(**fields)) == found


# Trademarks and app records


def test_a_trademark_of_the_company_that_reads_like_the_signature_is_in_order() -> None:
    assert trademarks_findings() == []


@pytest.mark.parametrize(("written", "same"), [("云杉ＡＢＣ", True), ("【云杉abc】", True), ("云杉ABCD", False)])
def test_a_trademark_reads_alike_whatever_its_width_and_case(written: str, *, same: bool) -> None:
    found = told(trademarks_findings(sign_name="云杉ABC", name=written))

    assert found == ([] if same else [("TRADEMARK_NAME_MISMATCH", "reject")])


@pytest.mark.parametrize(("judged", "code"), [(trademarks_findings, "TRADEMARK"), (records_findings, "APP_RECORD")])
def test_an_owner_must_be_the_company_where_one_is_shown(judged: Any, code: str) -> None:
    assert told(judged(owner="杭州云杉科技有限责任公司")) == [(f"{code}_OWNER_MISMATCH", "reject")]
    assert told(judged(owner="")) == [("OWNER_NOT_CHECKED", "ok")]
    assert told(judged(owner="杭州云杉 科技有限公司")) == []


def test_an_owner_is_not_compared_with_a_company_that_nobody_knows() -> None:
    (found,) = trademarks_findings(company=UNKNOWN_LABEL, owner="深圳蓝鲸物流有限公司")

    assert (found.code, found.part) == ("OWNER_NOT_CHECKED", "深圳蓝鲸物流有限公司")


@pytest.mark.parametrize(
    ("until", "found"),
    [
        (date(2026, 3, 1), [("TRADEMARK_EXPIRED", "reject")]),
        (date(2026, 3, 2), [("TRADEMARK_EXPIRING", "warn")]),
        (None, []),
    ],
)
def test_a_trademarks_term(until: date | None, found: list[tuple[str, str]]) -> None:
    assert told(trademarks_findings(valid_until=until)) == found


def test_an_app_of_another_name_only_warns() -> None:
    (found,) = records_findings(name="云杉出行")

    assert (found.code, found.part, found.severity) == ("APP_NAME_MISMATCH", "云杉出行", "warn")
    assert records_findings() == []


def test_a_name_that_is_not_shown_is_not_compared() -> None:
    assert trademarks_findings(name="") == []
    assert records_findings(name="") == []


# Papers that cannot be judged


@pytest.mark.parametrize("field", get_args(PaperField))
def test_a_paper_that_is_not_there_or_not_shown(field: PaperField) -> None:
    missing, hidden = not_found(field, 5), not_readable(field, "isp.RAM_PERMISSION_DENY", "no permission")

    assert (missing.field, missing.part, missing.rejects) == (field, "5", True)
    assert missing.code.endswith("_NOT_FOUND")
    assert (hidden.field, hidden.part, hidden.severity) == (field, "isp.RAM_PERMISSION_DENY", "warn")
    assert "no permission" in hidden.rule
