from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from activities.accounts import Accounts
from activities.applications import RECHECK_AFTER_UNCLEAR, ApplicationActivities
from activities.papers import Administrators
from filing.calendar import deadline_after
from filing.policy import DEFAULT_POLICY
from filing.vocabulary import Carrier, ReviewStatus
from tests.activities.bench import (
    ACCOUNT,
    APPROVED_AT,
    DAY,
    HOUR,
    RETRY_MAX,
    START,
    Bench,
    check_request,
    submit_request,
)

SECOND = timedelta(seconds=1)

# The demo qualifications: 900003 is in review, 900004 failed, 900005 is for 他用.
FINDINGS: list[tuple[dict[str, Any], list[str]]] = [
    ({}, []),
    ({"qualification_id": 123}, ["QUALIFICATION_NOT_FOUND"]),
    (
        {"qualification_id": 900003, "company_name": "上海青禾教育有限公司", "sign_name": "青禾教育"},
        ["QUALIFICATION_IN_REVIEW"],
    ),
    (
        {"qualification_id": 900004, "company_name": "成都锦里餐饮有限公司", "sign_name": "锦里餐饮"},
        ["QUALIFICATION_REJECTED"],
    ),
    ({"qualification_id": 900002}, ["COMPANY_MISMATCH"]),
    ({"third_party": True, "authorization_letter_id": 1}, ["PURPOSE_MISMATCH", "LETTER_NOT_FOUND"]),
    (
        {"qualification_id": 900005, "company_name": "武汉白鹭旅行有限公司", "sign_name": "白鹭旅行"},
        ["PURPOSE_MISMATCH"],
    ),
    (
        {"sign_name": "云杉test", "qualification_id": 123},
        ["NAME_TEST", "NAME_NOT_OF_COMPANY", "QUALIFICATION_NOT_FOUND"],
    ),
]


@pytest.mark.parametrize(
    ("fields", "codes"), FINDINGS, ids=lambda value: "-".join(value) if isinstance(value, list) else ""
)
async def test_everything_that_is_wrong_is_found_at_once(
    bench: Bench, fields: dict[str, Any], codes: list[str]
) -> None:
    outcome = await bench.run(bench.applications.check_application, check_request(**fields))

    rejecting = [finding for finding in outcome.findings if finding.rejects]
    assert [finding.code for finding in rejecting] == codes
    assert all(finding.rule and finding.advice for finding in rejecting)
    assert outcome.missing_phones == []


async def test_a_licence_that_ran_out_is_found_on_the_day_after_its_last(bench: Bench) -> None:
    stock = {
        "qualifications": [
            {
                "QualificationGroupId": 900100,
                "QualificationName": "云杉资质",
                "CompanyName": "杭州云杉科技有限公司",
                "OrganizationCode": "91330100MA0000001F",
                "LegalPersonName": "演示法人",
                "UseBySelf": True,
                "WorkOrderId": 1,
                "State": "PASSED",
                "EffTimeStr": "2020-01-01~2026-03-02",
            }
        ]
    }
    await bench.control("POST", "stock", stock)
    request = check_request(qualification_id=900100)

    last_minute = await bench.run(bench.applications.check_application, request, START + 13 * HOUR)
    midnight = await bench.run(bench.applications.check_application, request, START + 14 * HOUR)

    assert last_minute.findings[0].code == "LICENCE_EXPIRING"
    assert not last_minute.findings[0].rejects
    assert [finding.code for finding in midnight.findings if finding.rejects] == ["LICENCE_EXPIRED"]


async def test_carriers_without_a_test_phone_are_named(bench: Bench) -> None:
    some = ApplicationActivities(bench.accounts_with({Carrier.UNICOM: ["18600000001"]}), Administrators())

    outcome = await bench.run(some.check_application, check_request())

    assert outcome.missing_phones == [Carrier.MOBILE, Carrier.TELECOM]


async def test_a_check_brings_the_accounts_policy_along(bench: Bench) -> None:
    outcome = await bench.run(bench.applications.check_application, check_request())

    assert outcome.policy == bench.accounts.get(ACCOUNT).policy


async def test_findings_that_are_known_are_waited_on_until_they_change(bench: Bench) -> None:
    wrong: dict[str, Any] = {
        "qualification_id": 900003,
        "company_name": "上海青禾教育有限公司",
        "sign_name": "青禾教育",
    }
    known = (await bench.run(bench.applications.check_application, check_request(**wrong))).findings

    waiting = await bench.delay(bench.applications.check_application, check_request(known, **wrong))
    assert waiting == ("NOTHING_NEW", HOUR)

    qualification = {
        "QualificationGroupId": 900003,
        "QualificationName": "青禾资质",
        "CompanyName": "上海青禾教育有限公司",
        "OrganizationCode": "91310000MA00000038",
        "LegalPersonName": "演示法人",
        "UseBySelf": True,
        "WorkOrderId": 1,
        "State": "PASSED",
    }
    await bench.control("POST", "stock", {"qualifications": [qualification]})
    cured = await bench.run(bench.applications.check_application, check_request(known, **wrong))
    assert not any(finding.rejects for finding in cured.findings)


async def test_an_account_that_may_not_read_is_a_finding(bench: Bench) -> None:
    stranger = ApplicationActivities(bench.accounts_with(access_key_secret="wrong"), Administrators())

    outcome = await bench.run(stranger.check_application, check_request())

    assert [(finding.code, finding.part) for finding in outcome.findings] == [
        ("ACCOUNT_REFUSED", "SignatureDoesNotMatch")
    ]


@pytest.mark.parametrize("kind", ["http_500", "http_503", "drop_before", "drop_after", "garbage"])
async def test_a_platform_that_is_away_is_waited_out(bench: Bench, kind: str) -> None:
    await bench.fault("*", kind)

    assert await bench.delay(bench.applications.check_application, check_request()) == ("PLATFORM_AWAY", 5 * SECOND)
    assert await bench.delay(bench.applications.submit_signature, submit_request(), attempt=30) == (
        "PLATFORM_AWAY",
        RETRY_MAX,
    )


async def test_a_throttled_check_waits_as_long_as_it_was_told(bench: Bench) -> None:
    await bench.fault("*", "throttle", retry_after_ms=7000)

    assert await bench.delay(bench.applications.check_application, check_request()) == ("PLATFORM_AWAY", 7 * SECOND)


async def test_a_submission_names_its_order_and_when_it_would_be_late(bench: Bench) -> None:
    outcome = await bench.run(bench.applications.submit_signature, submit_request())

    assert outcome.order_id
    assert not outcome.adopted
    assert outcome.at == START
    assert outcome.review_overdue_at == deadline_after(START, DEFAULT_POLICY.review_overdue).at
    assert outcome.snapshot is not None
    assert outcome.snapshot.review is ReviewStatus.IN_REVIEW
    assert len(await bench.calls("CreateSmsSign")) == 1


async def test_a_submission_that_cannot_be_read_right_after_is_still_one(bench: Bench) -> None:
    await bench.fault("GetSmsSign", "code", code="SignatureNotFound", count=1)
    await bench.fault("GetSmsSign", "http_500")

    outcome = await bench.run(bench.applications.submit_signature, submit_request())

    assert outcome.order_id
    assert outcome.snapshot is None


async def test_a_signature_that_is_there_is_adopted_and_not_written(bench: Bench) -> None:
    await bench.submit()

    outcome = await bench.run(bench.applications.submit_signature, submit_request(), APPROVED_AT)

    assert outcome.adopted
    assert outcome.order_id
    assert outcome.refusal is None
    assert len(await bench.calls("CreateSmsSign")) == 1


async def test_a_signature_that_appears_between_the_look_and_the_write_is_adopted(bench: Bench) -> None:
    await bench.submit()
    await bench.fault("GetSmsSign", "code", code="SignatureNotFound", count=1)

    outcome = await bench.run(bench.applications.submit_signature, submit_request(), START + HOUR)

    assert outcome.adopted
    assert outcome.refusal is None


async def test_a_submission_whose_answer_was_lost_is_found_and_not_written_twice(bench: Bench) -> None:
    await bench.fault("CreateSmsSign", "drop_after", count=1)

    waiting = await bench.delay(bench.applications.submit_signature, submit_request())
    assert waiting == ("PLATFORM_AWAY", RECHECK_AFTER_UNCLEAR)
    again = await bench.run(
        bench.applications.submit_signature, submit_request(), START + 30 * SECOND, attempt=2, scheduled_at=START
    )

    assert not again.adopted, "it was this activity that submitted it"
    assert again.order_id
    journal = await bench.control("GET", "journal?operation=CreateSmsSign")
    assert len(journal["entries"]) == 1


async def test_what_the_platform_refuses_is_a_result_that_says_why(bench: Bench) -> None:
    outcome = await bench.run(bench.applications.submit_signature, submit_request(qualification_id=900003))

    assert outcome.refusal is not None
    assert outcome.refusal.code
    assert outcome.refusal.text
    assert not outcome.refusal.account
    assert outcome.order_id is None


async def test_a_matter_of_the_account_is_marked_as_one(bench: Bench) -> None:
    await bench.fault("CreateSmsSign", "code", code="isp.RAM_PERMISSION_DENY", message="no permission")

    outcome = await bench.run(bench.applications.submit_signature, submit_request(), START + DAY)

    assert outcome.refusal is not None
    assert (outcome.refusal.code, outcome.refusal.account) == ("isp.RAM_PERMISSION_DENY", True)


async def test_what_only_warns_is_not_waited_on(bench: Bench) -> None:
    """Two characters may be another company's as well, but nothing has to be cured."""
    short = check_request(sign_name="云杉")
    known = (await bench.run(bench.applications.check_application, short)).findings

    again = await bench.run(bench.applications.check_application, check_request(known, sign_name="云杉"))

    assert [(finding.code, finding.severity) for finding in known] == [("NAME_NOT_UNIQUE", "warn")]
    assert again.findings == known


async def test_a_name_may_be_as_long_as_the_workers_settings_say(bench: Bench) -> None:
    long = check_request(sign_name="杭州云杉科技有限公司总部" + "门", company_name="杭州云杉科技有限公司总部门")
    account = replace(bench.accounts.get(ACCOUNT), sign_name_length_max=13)
    patient = ApplicationActivities(Accounts({ACCOUNT: account}), Administrators())

    strict = await bench.run(bench.applications.check_application, long)
    lenient = await bench.run(patient.check_application, long)

    assert "NAME_LENGTH" in [finding.code for finding in strict.findings if finding.rejects]
    assert "NAME_LENGTH" not in [finding.code for finding in lenient.findings if finding.rejects]


async def test_the_width_of_brackets_makes_no_other_company(bench: Bench) -> None:
    stock = {
        "QualificationGroupId": 900101,
        "QualificationName": "云杉资质",
        "CompanyName": "云杉（中国）科技有限公司",
        "OrganizationCode": "91330100MA0000001F",
        "LegalPersonName": "演示法人",
        "UseBySelf": True,
        "WorkOrderId": 1,
        "State": "PASSED",
    }
    await bench.control("POST", "stock", {"qualifications": [stock]})

    for company, codes in (("云杉(中国)科技有限公司", []), ("云杉(中国)物流有限公司", ["COMPANY_MISMATCH"])):
        request = check_request(qualification_id=900101, company_name=company, sign_name="云杉中国")
        outcome = await bench.run(bench.applications.check_application, request)
        assert [finding.code for finding in outcome.findings if finding.rejects] == codes
