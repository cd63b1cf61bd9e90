"""The checks of papers against a platform that has them, through the real SDK."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from activities import papers
from filing.papers import refiles_note, waits_only
from filing.requests import CheckOutcome
from filing.snapshot import Finding
from filing.supporting_papers import PAPER_FIELDS
from filing.vocabulary import SignatureSource
from tests.activities.bench import START, Bench, check_request, qualification

IDENTITY_NUMBER = re.compile(r"\d{17}[\dX]")

EGRET: dict[str, Any] = {
    "qualification_id": 900005,
    "company_name": "武汉白鹭旅行有限公司",
    "sign_name": "白鹭旅行",
    "third_party": True,
    "authorization_letter_id": 800001,
}
TRADEMARK: dict[str, Any] = {
    "source": SignatureSource.TRADEMARK,
    "trademark_id": 700002,
    "sign_name": "云杉优选",
}
APP: dict[str, Any] = {
    "source": SignatureSource.APP,
    "app_icp_record_id": 600001,
    "app_link": "https://store.example.com/600001",
    "sign_name": "蓝鲸速运",
    "company_name": "深圳蓝鲸物流有限公司",
    "qualification_id": 900002,
}
PINE: dict[str, Any] = {"qualification_id": 900010, "company_name": "昆明松果科技有限公司", "sign_name": "松果科技"}
RAIN: dict[str, Any] = {"qualification_id": 900009, "company_name": "苏州听雨茶业有限公司", "sign_name": "听雨茶业"}


async def check(bench: Bench, at: datetime = START, known: list[Finding] | None = None, **fields: Any) -> CheckOutcome:
    return await bench.run(bench.applications.check_application, check_request(known, **fields), at)


async def found(bench: Bench, at: datetime = START, **fields: Any) -> list[Finding]:
    """What a check finds about papers; what the names breach is another matter."""
    return [finding for finding in (await check(bench, at, **fields)).findings if finding.field in PAPER_FIELDS]


async def all_requests(bench: Bench) -> int:
    return len((await bench.control("GET", "journal"))["entries"])


def told(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.code, finding.severity) for finding in findings]


def letter(number: int = 800100, **fields: Any) -> dict[str, Any]:
    return {
        "AuthorizationLetterId": number,
        "AuthorizationLetterName": f"授权书{number}",
        "OrganizationCode": "91420100MA0000005E",
        "SignList": ["白鹭旅行"],
        "AuthorizationLetterExpDate": "2025-01-01~2027-12-31",
        "State": "INT",
        **fields,
    }


# Qualifications


@pytest.mark.parametrize("fields", [{}, EGRET, TRADEMARK, APP], ids=["own", "letter", "trademark", "app"])
async def test_papers_that_are_in_order(bench: Bench, fields: dict[str, Any]) -> None:
    assert await found(bench, **fields) == []


async def test_a_rejected_one_is_told_with_the_reviewers_words(bench: Bench) -> None:
    (finding,) = await found(bench, qualification_id=900004, company_name="成都锦里餐饮有限公司", sign_name="锦里餐饮")

    assert told([finding]) == [("QUALIFICATION_REJECTED", "reject")]
    assert "营业执照图片不清晰，请重新上传" in finding.part
    assert refiles_note(()) in finding.advice


async def test_an_incomplete_one_is_told_with_what_is_missing(bench: Bench) -> None:
    (finding,) = await found(bench, qualification_id=900008, company_name="南京梧桐文化有限公司", sign_name="梧桐文化")

    assert told([finding]) == [("QUALIFICATION_INCOMPLETE", "reject")]
    assert "请补充法人证件照片" in finding.part


async def test_the_reviewers_words_are_no_reason_to_fail(bench: Bench) -> None:
    fields: dict[str, Any] = {
        "qualification_id": 900004,
        "company_name": "成都锦里餐饮有限公司",
        "sign_name": "锦里餐饮",
    }
    await bench.fault("QuerySmsQualificationRecord", "code", code="isp.RAM_PERMISSION_DENY")

    findings = await found(bench, **fields)

    assert findings[0].part == "审核不通过"
    assert told(findings) == [("QUALIFICATION_REJECTED", "reject"), ("ADMINISTRATOR_NOT_CHECKED", "ok")]


@pytest.mark.parametrize(
    ("state", "code"), [("CANCELED", "QUALIFICATION_CANCELLED"), ("INT", "QUALIFICATION_IN_REVIEW")]
)
async def test_other_states(bench: Bench, state: str, code: str) -> None:
    await bench.control("POST", "stock", {"qualifications": [qualification(State=state)]})

    findings = await found(bench, qualification_id=900100)

    assert told(findings) == [(code, "reject")]
    assert waits_only(findings) is (state == "INT")


async def test_a_personal_one_is_told_as_such(bench: Bench) -> None:
    (finding,) = await found(bench, qualification_id=900007)

    assert told([finding]) == [("QUALIFICATION_PERSONAL", "reject")]
    assert "他用" in finding.advice
    assert "升级为企业认证" in finding.advice


async def test_brackets_of_another_width_are_the_same_company(bench: Bench) -> None:
    await bench.control("POST", "stock", {"qualifications": [qualification(CompanyName="云杉(杭州)科技有限公司")]})

    same = await found(bench, qualification_id=900100, company_name="云杉（杭州）科技有限公司")

    assert "COMPANY_MISMATCH" not in [finding.code for finding in same]


async def test_a_licence_that_is_about_to_end_warns_and_lets_pass(bench: Bench) -> None:
    long_before = await found(bench, **RAIN)
    before = await found(bench, datetime(2026, 12, 1, tzinfo=UTC), **RAIN)
    after = await found(bench, datetime(2027, 1, 1, tzinfo=UTC), **RAIN)

    assert (told(long_before), told(before)) == ([], [("LICENCE_EXPIRING", "warn")])
    assert told(after) == [("LICENCE_EXPIRED", "reject")]
    assert before[0].part == "2026-12-31"


async def test_how_early_a_licence_is_expiring_is_the_filings_policy(bench: Bench) -> None:
    december = datetime(2026, 12, 1, tzinfo=UTC)
    request = check_request(**RAIN).model_copy(
        update={"paper_expiry_warning_seconds": timedelta(days=10).total_seconds()}
    )

    outcome = await bench.run(bench.applications.check_application, request, december)

    assert "LICENCE_EXPIRING" not in [finding.code for finding in outcome.findings]


async def test_a_government_body_is_told_from_a_company_and_from_a_person(bench: Bench) -> None:
    types = {900101: "NON_PROFIT_ORGANIZATION", 900102: "COMPANY", 900103: "PERSONAL"}
    stock = [qualification(number, CompanyType=kind) for number, kind in types.items()]
    await bench.control("POST", "stock", {"qualifications": stock})

    assert [(await check(bench, qualification_id=number)).government for number in types] == [True, False, False]


# Letters of authorization


@pytest.mark.parametrize(
    ("fields", "findings"),
    [
        ({"State": "PASSED"}, []),
        ({"State": "INT"}, []),
        ({"SignList": ["白鹭假期"]}, [("LETTER_NOT_COVERING", "reject")]),
        ({"OrganizationCode": "91330100MA0000001F"}, [("LETTER_OF_ANOTHER_COMPANY", "reject")]),
        ({"AuthorizationLetterExpDate": "2024-01-01~2026-03-01"}, [("LETTER_EXPIRED", "reject")]),
        ({"AuthorizationLetterExpDate": "2026-04-01~2029-03-31"}, [("LETTER_EXPIRED", "reject")]),
        ({"AuthorizationLetterExpDate": "2024-01-01~2026-03-31"}, [("LETTER_EXPIRING", "warn")]),
        (
            {
                "SignList": [],
                "OrganizationCode": "91330100MA0000001F",
                "AuthorizationLetterExpDate": "2020-01-01~2020-12-31",
            },
            [("LETTER_NOT_COVERING", "reject"), ("LETTER_OF_ANOTHER_COMPANY", "reject"), ("LETTER_EXPIRED", "reject")],
        ),
    ],
)
async def test_letters(bench: Bench, fields: dict[str, Any], findings: list[tuple[str, str]]) -> None:
    await bench.control("POST", "stock", {"letters": [letter(**fields)]})

    assert told(await found(bench, **EGRET | {"authorization_letter_id": 800100})) == findings


async def test_a_letter_is_judged_even_where_the_qualification_is_not_there(bench: Bench) -> None:
    findings = await found(bench, **EGRET | {"qualification_id": 123, "sign_name": "白鹭"})

    assert told(findings) == [
        ("QUALIFICATION_NOT_FOUND", "reject"),
        ("LETTER_NOT_COVERING", "reject"),
        ("OWNER_NOT_CHECKED", "ok"),
    ]


# Trademarks and app records


@pytest.mark.parametrize(
    ("fields", "findings"),
    [
        (TRADEMARK | {"trademark_id": 5}, [("TRADEMARK_NOT_FOUND", "reject")]),
        (TRADEMARK | {"trademark_id": 700003}, [("TRADEMARK_NAME_MISMATCH", "reject")]),
        (
            TRADEMARK | {"company_name": "深圳蓝鲸物流有限公司", "qualification_id": 900002},
            [("TRADEMARK_OWNER_MISMATCH", "reject")],
        ),
        (APP | {"app_icp_record_id": 5}, [("APP_RECORD_NOT_FOUND", "reject")]),
        (APP | {"sign_name": "蓝鲸出行"}, [("APP_NAME_MISMATCH", "warn")]),
        (
            APP | {"company_name": "杭州云杉科技有限公司", "qualification_id": 900001},
            [("APP_RECORD_OWNER_MISMATCH", "reject")],
        ),
    ],
)
async def test_trademarks_and_app_records(
    bench: Bench, fields: dict[str, Any], findings: list[tuple[str, str]]
) -> None:
    assert told(await found(bench, **fields)) == findings


async def test_an_owner_that_the_platform_does_not_show_is_not_checked_and_said_so(bench: Bench) -> None:
    await bench.control("POST", "stock", {"app_records": [{"AppIcpRecordId": 600100}]})

    for fields in (TRADEMARK | {"trademark_id": 700001}, APP | {"app_icp_record_id": 600100}):
        (finding,) = await found(bench, **fields)
        assert told([finding]) == [("OWNER_NOT_CHECKED", "ok")]
        assert "not checked" in finding.rule


async def test_a_trademark_that_has_ended(bench: Bench) -> None:
    later = datetime(2030, 5, 7, 16, tzinfo=UTC)

    assert ("TRADEMARK_EXPIRED", "reject") in told(await found(bench, later, **TRADEMARK))


async def test_papers_that_the_source_does_not_need_are_not_read(bench: Bench) -> None:
    assert await found(bench, trademark_id=5, app_icp_record_id=5) == []
    assert await bench.requests("QuerySmsTrademark") == await bench.requests("QuerySmsAppIcpRecord") == 0


async def test_a_paper_that_may_not_be_read_warns_and_lets_pass(bench: Bench) -> None:
    await bench.fault("QuerySmsAuthorizationLetter", "code", code="isp.RAM_PERMISSION_DENY", message="no permission")

    (finding,) = await found(bench, **EGRET)

    assert told([finding]) == [("LETTER_NOT_READABLE", "warn")]
    assert "no permission" in finding.rule


# Administrators


async def test_one_administrator_of_two_companies_is_said_before_the_filing(bench: Bench) -> None:
    outcome = await check(bench, **PINE)

    (finding,) = outcome.findings
    assert told([finding]) == [("ADMINISTRATOR_SHARED", "warn")]
    assert finding.part == "昆明石榴文化有限公司 (900011)"
    assert not IDENTITY_NUMBER.search(outcome.model_dump_json())
    assert "演示管理员" not in outcome.model_dump_json()


async def test_a_company_may_have_several_qualifications_with_one_administrator(bench: Bench) -> None:
    same = qualification(900100, AdminIDCardNo="000000190001010001")
    await bench.control("POST", "stock", {"qualifications": [same]})

    assert await found(bench) == []


@pytest.mark.parametrize("hidden", [None, "", "******************", "0000**********9999"])
async def test_an_identity_number_that_is_hidden_is_not_compared_and_said_so(bench: Bench, hidden: str | None) -> None:
    await bench.control("POST", "stock", {"qualifications": [qualification(AdminIDCardNo=hidden)]})

    (own,) = await found(bench, qualification_id=900100)
    assert told([own]) == [("ADMINISTRATOR_NOT_CHECKED", "ok")]
    await bench.control(
        "POST", "stock", {"qualifications": [qualification(AdminIDCardNo=hidden, CompanyName="昆明山茶")]}
    )
    (other,) = await found(bench)
    assert told([other]) == [("ADMINISTRATOR_NOT_CHECKED", "ok")]
    assert other.part.startswith("1 of ")


async def test_an_account_whose_qualifications_may_not_be_listed(bench: Bench) -> None:
    await bench.fault("QuerySmsQualificationRecord", "code", code="GrayCustAccessError", message="not for you")

    (finding,) = await found(bench)

    assert told([finding]) == [("ADMINISTRATOR_NOT_CHECKED", "ok")]
    assert "not for you" in finding.rule


async def test_administrators_are_read_once_in_a_workers_life(bench: Bench) -> None:
    await check(bench)
    first = await bench.requests("QuerySingleSmsQualification")
    await check(bench, **PINE)
    second = await bench.requests("QuerySingleSmsQualification") - first

    assert first == 1 + 1 + 8, "the qualification, its administrator, and those of eight qualifications of others"
    assert second == 1, "all the rest is known"
    assert await bench.requests("QuerySmsQualificationRecord") == 2


async def test_a_qualification_that_was_reviewed_anew_is_compared_anew(bench: Bench) -> None:
    await check(bench, **PINE)
    changed = qualification(
        900011,
        CompanyName="昆明石榴文化有限公司",
        OrganizationCode="91530100MA0000011X",
        WorkOrderId=20_900_011,
        AdminIDCardNo="000000190001010011",
    )
    await bench.control("POST", "stock", {"qualifications": [changed]})

    assert await found(bench, **PINE) == []


async def test_no_check_reads_more_administrators_than_its_time_allows(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(papers, "MOST_MARKS", 4)

    (finding,) = await found(bench)

    assert (finding.code, finding.part) == ("ADMINISTRATOR_NOT_CHECKED", "4 of 8")
    assert await found(bench) == [], "the next check goes on where this one stopped"


async def test_more_qualifications_than_are_listed_are_said_to_be_more(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(papers, "MOST_RECORDS", 3)

    (finding,) = await found(bench)

    assert (finding.code, finding.part) == ("ADMINISTRATOR_NOT_CHECKED", "0 of 2 or more")


async def test_a_wait_asks_for_no_more_than_what_may_cure_it(bench: Bench) -> None:
    await bench.control("POST", "stock", {"qualifications": [qualification(State="INT", AdminIDCardNo=None)]})
    first = await check(bench, qualification_id=900100)
    before = await all_requests(bench)

    request = check_request(first.findings, qualification_id=900100)
    assert (await bench.delay(bench.applications.check_application, request))[0] == "NOTHING_NEW"

    assert told(first.findings) == [("QUALIFICATION_IN_REVIEW", "reject"), ("ADMINISTRATOR_NOT_CHECKED", "ok")]
    assert await all_requests(bench) - before == 1


async def test_what_is_cured_is_compared_once_more_before_it_is_submitted(bench: Bench) -> None:
    pine = {"CompanyName": "昆明松果科技有限公司", "OrganizationCode": "91530100MA0000010T"}
    waiting = qualification(900010, State="INT", WorkOrderId=1, **pine)
    await bench.control("POST", "stock", {"qualifications": [waiting]})
    first = await check(bench, **PINE)
    assert told(first.findings) == [("QUALIFICATION_IN_REVIEW", "reject")]

    shared = qualification(900010, WorkOrderId=2, AdminIDCardNo="000000190001010010", **pine)
    await bench.control("POST", "stock", {"qualifications": [shared]})
    cured = await check(bench, known=first.findings, **PINE)

    assert told(cured.findings) == [("ADMINISTRATOR_SHARED", "warn")]
