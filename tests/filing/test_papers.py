from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filing.paper_models import QualificationRecord
from filing.papers import (
    credit_code,
    judge_administrator,
    judge_fit,
    judge_qualification,
    not_found,
    other_companies,
    refiles_note,
    waits_only,
)
from filing.snapshot import Finding, Qualification, QualificationState
from filing.vocabulary import UNKNOWN_LABEL
from tests.filing.builders import application

TODAY = date(2026, 3, 2)
WARN_WITHIN = timedelta(days=60)
COMPANY, CODE = "杭州云杉科技有限公司", "91330100MA0000001F"
ANOTHER = "91530100MA0000010T"

days = st.dates(date(2000, 1, 1), date(2098, 12, 31))


def qualification(**fields: Any) -> Qualification:
    given = {
        "qualification_id": 1,
        "state": QualificationState.APPROVED,
        "company_name": COMPANY,
        "company_type": "COMPANY",
        "organization_code": CODE,
        "names_a_person": True,
        "for_own_use": True,
        **fields,
    }
    return Qualification(**given)


def judged(**fields: Any) -> list[Finding]:
    return list(judge_qualification(qualification(**fields), TODAY, WARN_WITHIN))


def codes(**fields: Any) -> list[str]:
    return [finding.code for finding in judged(**fields)]


def record(number: int, company: str, **fields: Any) -> QualificationRecord:
    given = {"qualification_id": number, "company_name": company, "state": QualificationState.APPROVED, **fields}
    return QualificationRecord(**given)


# States


@pytest.mark.parametrize(
    ("state", "code", "said"),
    [
        (QualificationState.IN_REVIEW, "QUALIFICATION_IN_REVIEW", "wait"),
        (QualificationState.REJECTED, "QUALIFICATION_REJECTED", "correct it"),
        (QualificationState.INCOMPLETE, "QUALIFICATION_INCOMPLETE", "complete it"),
        (QualificationState.CANCELLED, "QUALIFICATION_CANCELLED", "another"),
        (QualificationState.UNKNOWN, "QUALIFICATION_STATE_UNKNOWN", "look it up"),
    ],
)
def test_only_an_approved_qualification_will_do(state: QualificationState, code: str, said: str) -> None:
    (found,) = judged(state=state, platform_state="FROZEN")

    assert (found.code, found.field) == (code, "qualification_id")
    assert found.rejects
    assert "审核通过" in found.rule
    assert "help page" in found.rule
    assert found.advice.startswith(said) or said in found.advice
    assert ("FROZEN" in found.part) is (state is QualificationState.UNKNOWN), "only what is unknown is shown raw"


def test_an_approved_one_of_an_enterprise_is_in_order() -> None:
    assert judged() == []
    assert judged(company_type="NON_PROFIT_ORGANIZATION") == []


@pytest.mark.parametrize("state", [QualificationState.REJECTED, QualificationState.INCOMPLETE])
def test_the_reviewers_words_are_told(state: QualificationState) -> None:
    (found,) = judge_qualification(qualification(state=state), TODAY, WARN_WITHIN, remark="营业执照不清晰")

    assert "营业执照不清晰" in found.part


def test_a_review_is_the_only_thing_that_is_just_waited_for() -> None:
    in_review, rejected = judged(state=QualificationState.IN_REVIEW), judged(state=QualificationState.REJECTED)
    expiring = judged(valid_until=TODAY)

    assert waits_only(in_review)
    assert waits_only([*in_review, *expiring]), "what only warns asks nobody to act first"
    assert not waits_only(rejected)
    assert not waits_only([*in_review, *rejected])
    assert not waits_only(expiring)
    assert not waits_only([])


def test_one_that_is_not_there_is_to_be_applied_for() -> None:
    found = not_found(42)

    assert (found.code, found.part, found.rejects) == ("QUALIFICATION_NOT_FOUND", "42", True)
    assert "新增资质" in found.advice


# Whose it is


@pytest.mark.parametrize(
    "fields",
    [
        {"company_type": "PERSONAL"},
        {"company_type": "PERSONAL", "company_name": "", "organization_code": ""},
        {"company_type": "PERSONAL", "organization_code": "91330100MA0000001E"},
        {"company_type": "PERSONAL", "company_name": "", "organization_code": CODE},
        {"company_type": "", "company_name": "", "organization_code": ""},
    ],
)
def test_a_personal_qualification_cannot_be_filed(fields: dict[str, Any]) -> None:
    (found,) = judged(**{"organization_code": "", **fields})

    assert (found.code, found.rejects) == ("QUALIFICATION_PERSONAL", True)
    assert "inferred" in found.rule
    assert "他用" in found.advice
    assert "升级为企业认证" in found.advice


@pytest.mark.parametrize(
    "fields",
    [
        {"company_type": ""},
        {"company_type": "", "organization_code": ""},
        {"company_type": "", "company_name": ""},
        {"company_type": "", "company_name": "", "organization_code": "", "names_a_person": False},
        {"company_type": "COMPANY", "company_name": "", "organization_code": ""},
    ],
)
def test_what_the_platform_leaves_out_makes_nobody_a_person(fields: dict[str, Any]) -> None:
    assert judged(**fields) == []


def test_an_unknown_type_with_an_organisations_code_only_warns() -> None:
    (found,) = judged(company_type="INDIVIDUAL_BUSINESS")

    assert (found.code, found.part, found.severity) == ("COMPANY_TYPE_UNKNOWN", "INDIVIDUAL_BUSINESS", "warn")


def test_what_an_incomplete_one_lacks_may_still_come() -> None:
    blank = {"company_type": "", "company_name": "", "organization_code": ""}

    assert codes(state=QualificationState.INCOMPLETE, **blank) == ["QUALIFICATION_INCOMPLETE"]
    assert codes(state=QualificationState.INCOMPLETE, company_type="PERSONAL", organization_code="") == [
        "QUALIFICATION_INCOMPLETE",
        "QUALIFICATION_PERSONAL",
    ]


@given(st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_a_credit_code_with_one_other_character_is_none(place: int, character: str) -> None:
    changed = CODE[:place] + character + CODE[place + 1 :]

    assert credit_code(changed) is (changed == CODE)


@pytest.mark.parametrize("text", ["", "91330100", CODE + "0", CODE.lower(), "O" * 18, "云" * 18])
def test_other_texts_are_no_credit_codes(text: str) -> None:
    assert not credit_code(text)


# The licence


@given(days)
def test_a_licence_is_valid_to_the_end_of_its_last_day(until: date) -> None:
    found = [finding.code for finding in judge_qualification(qualification(valid_until=until), until, timedelta(0))]
    after = judge_qualification(qualification(valid_until=until), until + timedelta(days=1), timedelta(0))

    assert found == ["LICENCE_EXPIRING"]
    assert [finding.code for finding in after] == ["LICENCE_EXPIRED"]


@given(days, st.integers(1, 400), st.integers(0, 400))
def test_a_licence_is_expiring_within_the_limit(until: date, within: int, ahead: int) -> None:
    found = list(
        judge_qualification(qualification(valid_until=until), until - timedelta(days=ahead), timedelta(days=within))
    )

    assert [finding.code for finding in found] == (["LICENCE_EXPIRING"] if ahead <= within else [])
    assert not any(finding.rejects for finding in found)


def test_a_licence_is_told_by_its_date_so_that_no_day_changes_the_finding() -> None:
    fields = qualification(valid_until=date(2026, 4, 1))
    one, next_day = (list(judge_qualification(fields, TODAY + timedelta(days=n), WARN_WITHIN)) for n in (0, 1))

    assert one == next_day != []


def test_a_licence_without_an_end_never_ends() -> None:
    assert judged(valid_until=None) == []


# Whether it fits


def fits(application_fields: dict[str, Any], **fields: Any) -> list[str]:
    return [finding.code for finding in judge_fit(qualification(**fields), application(**application_fields))]


def test_the_company_must_be_the_same_however_its_brackets_are_written() -> None:
    assert fits({"company_name": "云杉（杭州）科技有限公司"}, company_name="云杉(杭州) 科技有限公司") == []
    assert fits({"company_name": "杭州云杉科技有限责任公司"}) == ["COMPANY_MISMATCH"]
    assert fits({"company_name": UNKNOWN_LABEL}) == [], "of an adopted signature nobody said it"
    assert fits({}, company_name="") == []
    assert fits({}, company_name="某某", company_type="PERSONAL", organization_code="") == [], (
        "that it is one is enough"
    )


@pytest.mark.parametrize("own_use", [True, False])
@pytest.mark.parametrize("third_party", [True, False])
def test_own_use_and_third_party_are_opposites(*, own_use: bool, third_party: bool) -> None:
    found = list(judge_fit(qualification(for_own_use=own_use), application(third_party=third_party)))

    assert [finding.code for finding in found] == (["PURPOSE_MISMATCH"] if own_use is third_party else [])
    for finding in found:
        assert finding.part == ("自用" if own_use else "他用")
        assert f"third_party to {str(not third_party).lower()}" in finding.advice


def test_a_purpose_that_is_not_shown_is_no_breach() -> None:
    assert fits({"third_party": True}, for_own_use=None) == []


# Administrators


def administrator(own: str | None, *others: tuple[int, str, str | None], all_listed: bool = True) -> list[Finding]:
    records = {number: record(number, company) for number, company, _ in others}
    marks = {number: mark for number, _, mark in others}
    return list(judge_administrator(own, records, marks, all_listed=all_listed))


def test_an_administrator_of_two_companies_is_warned_of_with_the_companies_alone() -> None:
    (found,) = administrator("mark-a", (7, "昆明松果", "mark-a"), (8, "昆明石榴", "mark-b"), (9, "昆明山茶", "mark-a"))

    assert (found.code, found.severity) == ("ADMINISTRATOR_SHARED", "warn")
    assert found.part == "昆明松果 (7); 昆明山茶 (9)"
    assert "mark" not in found.model_dump_json()


def test_what_could_not_be_compared_is_said() -> None:
    masked = administrator(None, (7, "昆明松果", None), (8, "昆明石榴", None))
    half = administrator("a", (7, "昆明松果", "a"), (8, "昆明石榴", None))

    assert [(found.code, found.severity, found.part) for found in masked] == [
        ("ADMINISTRATOR_NOT_CHECKED", "ok", "2 of 2")
    ]
    assert [(found.code, found.part) for found in half] == [
        ("ADMINISTRATOR_SHARED", "昆明松果 (7)"),
        ("ADMINISTRATOR_NOT_CHECKED", "1 of 2"),
    ]
    assert [found.part for found in administrator("a", (7, "昆明松果", "b"), all_listed=False)] == ["0 of 1 or more"]
    assert administrator("a", (7, "昆明松果", "b")) == []
    assert administrator(None) == [], "one company alone has nothing to compare"


def test_two_hidden_numbers_are_not_taken_for_the_same() -> None:
    assert [found.code for found in administrator(None, (7, "昆明松果", None))] == ["ADMINISTRATOR_NOT_CHECKED"]


def test_only_other_companies_that_carriers_may_have_seen_are_compared() -> None:
    others = other_companies(
        qualification(),
        [
            record(1, "改过的名字"),
            record(2, COMPANY),
            record(3, "昆明松果", state=QualificationState.REJECTED),
            record(4, "昆明石榴", state=QualificationState.CANCELLED),
            record(5, ""),
            record(6, "昆明山茶", state=QualificationState.REJECTED, work_order_id=10),
            record(6, "昆明山茶", work_order_id=11),
            record(7, "昆明茶花", state=QualificationState.CANCELLED, work_order_id=21),
            record(7, "昆明茶花", work_order_id=20),
            record(8, "昆明杜鹃", state=QualificationState.IN_REVIEW),
        ],
    )

    assert sorted(others) == [6, 8]
    assert others[6].work_order_id == 11


# Signatures that rest on it


@given(st.lists(st.text("云杉青禾", min_size=2, max_size=6), max_size=5))
def test_a_change_names_the_signatures_that_are_filed_anew(names: list[str]) -> None:
    told = refiles_note(names)

    assert told.startswith(refiles_note(()))
    assert all(name in told for name in names)


@pytest.mark.parametrize(
    "fields",
    [
        {"state": QualificationState.REJECTED},
        {"state": QualificationState.INCOMPLETE},
        {"valid_until": date(2026, 3, 1)},
        {"valid_until": date(2026, 3, 3)},
    ],
)
def test_who_changes_a_qualification_is_told_what_that_does(fields: dict[str, Any]) -> None:
    (found,) = judged(**fields)

    assert refiles_note(()) in found.advice
