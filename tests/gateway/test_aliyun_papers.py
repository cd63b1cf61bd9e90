from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Any

import pytest
from alibabacloud_dysmsapi20170525 import models
from hypothesis import given
from hypothesis import strategies as st

from filing.calendar import BEIJING
from filing.paper_models import AppRecord, AuthorizationLetter, QualificationRecord, Trademark
from filing.snapshot import QualificationState
from gateway import paper_readings, wire
from gateway.aliyun import AliyunGateway
from gateway.errors import AccountError, NotFoundError
from tests.gateway.scripted import Answer, ScriptedPlatform, ok, refusal

SALT = b"known to nobody else"
IDENTITY_NUMBER = "110105194912310038"

Read = Callable[[AliyunGateway], Awaitable[Any]]
LISTED: dict[str, tuple[Read, str, str]] = {
    "QuerySmsAuthorizationLetter": (lambda gateway: gateway.read_letter(5), "AuthorizationLetterId", "letter_id"),
    "QuerySmsTrademark": (lambda gateway: gateway.read_trademark(5), "TrademarkId", "trademark_id"),
    "QuerySmsAppIcpRecord": (lambda gateway: gateway.read_app_record(5), "AppIcpRecordId", "record_id"),
}


def entry(number: Any, **fields: Any) -> dict[str, Any]:
    return {"GroupId": number, "StateName": "PASS", **fields}


def page(entries: list[dict[str, Any]], total: Any) -> Answer:
    return ok(Success=True, Data={"List": entries, "PageNo": 1, "PageSize": 50, "Total": total})


# Qualifications


async def test_what_tells_an_enterprise_from_a_person(platform: ScriptedPlatform, gateway: AliyunGateway) -> None:
    platform.will(
        ok(
            Data={
                "State": "NOT_FINISH",
                "WorkOrderId": "10900008",
                "CompanyName": " 南京梧桐文化有限公司 ",
                "OrganizationCode": "91320100ma00000081",
                "LegalPersonName": "张某某",
            }
        ),
        ok(Data={"State": "FROZEN", "OrganizationCode": None, "LegalPersonName": ""}),
    )

    first, second = await gateway.read_qualification(900008), await gateway.read_qualification(900009)

    assert (first.company_name, first.organization_code) == ("南京梧桐文化有限公司", "91320100MA00000081")
    assert (first.work_order_id, first.names_a_person) == (10900008, True)
    assert "张某某" not in first.model_dump_json()
    assert (second.state, second.platform_state) == (QualificationState.UNKNOWN, "FROZEN")
    assert (second.organization_code, second.names_a_person) == ("", False)


async def test_a_persons_number_in_place_of_a_companys_code_stays_unread(
    platform: ScriptedPlatform, gateway: AliyunGateway
) -> None:
    platform.will(ok(Data={"State": "PASSED", "CompanyType": "PERSONAL", "OrganizationCode": "11010519491231002x"}))

    assert (await gateway.read_qualification(900007)).organization_code == ""


# Administrators


async def mark_of(platform: ScriptedPlatform, gateway: AliyunGateway, number: object, salt: bytes = SALT) -> str | None:
    platform.will(ok(Data={"State": "PASSED", "AdminIDCardNo": number, "AdminName": "李某某"}))
    return await gateway.read_administrator_mark(900001, salt)


async def test_a_mark_tells_the_same_person_and_nothing_else(
    platform: ScriptedPlatform, gateway: AliyunGateway
) -> None:
    mark = await mark_of(platform, gateway, "11010519491231002X")

    assert mark is not None
    assert mark == await mark_of(platform, gateway, " 11010519491231002x ")
    assert mark != await mark_of(platform, gateway, IDENTITY_NUMBER)
    assert mark != await mark_of(platform, gateway, "11010519491231002X", b"another salt")
    assert "1101051949" not in mark


@pytest.mark.parametrize("number", [None, "", "******************", "1101**********002X", "1***************X"])
async def test_a_number_that_is_hidden_has_no_mark(
    platform: ScriptedPlatform, gateway: AliyunGateway, number: str | None
) -> None:
    assert await mark_of(platform, gateway, number) is None


# Records


async def test_the_record_of_a_review_has_the_reviewers_words(
    platform: ScriptedPlatform, gateway: AliyunGateway
) -> None:
    platform.will(
        page(
            [
                entry(
                    "900004",
                    StateName="NOT_PASS",
                    CompanyName="成都锦里餐饮有限公司",
                    LegalPersonName="张某某",
                    UseBySelf="true",
                    WorkOrderId=10900004,
                    AuditTime="2025-01-08 15:30:00",
                    AuditRemark=f"管理员{IDENTITY_NUMBER}手机13900001234无法核实",
                ),
                {"CompanyName": "来历不明"},
            ],
            2,
        )
    )

    records = await gateway.read_qualification_records(work_order_id=10900004)

    assert platform.asked[0].operation == "QuerySmsQualificationRecord"
    assert platform.asked[0].params == {"WorkOrderId": "10900004", "PageNo": "1", "PageSize": "50"}
    assert records == [
        QualificationRecord(
            qualification_id=900004,
            company_name="成都锦里餐饮有限公司",
            state=QualificationState.REJECTED,
            work_order_id=10900004,
            audited_at=datetime(2025, 1, 8, 15, 30, tzinfo=BEIJING),
            remark="管理员******手机139****1234无法核实",
        )
    ]


async def test_records_are_read_page_by_page_to_the_end(platform: ScriptedPlatform, gateway: AliyunGateway) -> None:
    full = [entry(number) for number in range(1, 51)]
    platform.will(page(full, 51), page([entry(51)], 51))

    records = await gateway.read_qualification_records(most=200)

    assert [record.qualification_id for record in records] == list(range(1, 52))
    assert [asked.params["PageNo"] for asked in platform.asked] == ["1", "2"]


@pytest.mark.parametrize("total", [50, "50", None])
async def test_no_page_is_asked_for_beyond_the_last(
    platform: ScriptedPlatform, gateway: AliyunGateway, total: Any
) -> None:
    platform.will(page([entry(number) for number in range(1, 51)], total), page([], total))

    assert len(await gateway.read_qualification_records(most=200)) == 50
    assert len(platform.asked) == (2 if total is None else 1), "without a total, an empty page is the end"


async def test_no_more_records_are_read_than_asked_for(platform: ScriptedPlatform, gateway: AliyunGateway) -> None:
    platform.will(*(page([entry(number) for number in range(50)], 5000) for _ in range(2)))

    assert len(await gateway.read_qualification_records(most=60)) == 60
    assert len(platform.asked) == 2


async def test_an_account_without_qualifications(platform: ScriptedPlatform, gateway: AliyunGateway) -> None:
    platform.will(ok(Success=True, Data=None), page([], 0))

    assert await gateway.read_qualification_records() == []
    assert await gateway.read_qualification_records() == []


# Letters, trademarks, app records


async def test_a_letter(platform: ScriptedPlatform, gateway: AliyunGateway) -> None:
    platform.will(
        ok(
            Data=[
                {"AuthorizationLetterId": 4, "SignScope": "别的"},
                {
                    "AuthorizationLetterId": 5,
                    "OrganizationCode": "91420100ma0000005e",
                    "SignScope": "白鹭旅行、 白鹭假期、",
                    "AuthorizationLetterExpDate": "2025-01-01~2030-12-31",
                    "State": "INT",
                    "Status": "VALID",
                },
            ]
        )
    )

    assert await gateway.read_letter(5) == AuthorizationLetter(
        letter_id=5,
        organization_code="91420100MA0000005E",
        covers=("白鹭旅行", "白鹭假期"),
        in_force=True,
        valid_until=date(2030, 12, 31),
    )
    assert platform.asked[0].params == {"AuthorizationLetterIdList": "[5]"}


@pytest.mark.parametrize(("written", "in_force"), [("VALID", True), ("invalid", False), ("SOON", None), (None, None)])
async def test_whether_a_letter_is_in_force(
    platform: ScriptedPlatform, gateway: AliyunGateway, written: str | None, in_force: bool | None
) -> None:
    platform.will(ok(Data=[{"AuthorizationLetterId": 5, "Status": written}]))

    letter = await gateway.read_letter(5)

    assert letter.in_force is in_force
    assert (letter.covers, letter.organization_code, letter.valid_until) == ((), "", None)


async def test_a_trademark(platform: ScriptedPlatform, gateway: AliyunGateway) -> None:
    platform.will(
        ok(
            Data=[
                {
                    "TrademarkId": "5",
                    "TrademarkName": "云杉优选",
                    "TrademarkApplicantName": "杭州云杉科技有限公司",
                    "TrademarkEffExpDate": "2020-05-08~2030-05-07",
                }
            ]
        )
    )

    assert await gateway.read_trademark(5) == Trademark(
        trademark_id=5, name="云杉优选", owner="杭州云杉科技有限公司", valid_until=date(2030, 5, 7)
    )


async def test_an_app_record(platform: ScriptedPlatform, gateway: AliyunGateway) -> None:
    platform.will(ok(Data=[{"AppIcpRecordId": 5, "AppServiceName": "蓝鲸速运", "AppPrincipalUnitName": None}]))

    assert await gateway.read_app_record(5) == AppRecord(record_id=5, name="蓝鲸速运", owner="")


@pytest.mark.parametrize("operation", LISTED)
async def test_a_paper_is_asked_for_by_its_id(
    platform: ScriptedPlatform, gateway: AliyunGateway, operation: str
) -> None:
    read, key, attribute = LISTED[operation]
    platform.will(ok(Data=[{key: 5}]))

    assert getattr(await read(gateway), attribute) == 5
    assert (platform.asked[0].operation, platform.asked[0].params) == (operation, {f"{key}List": "[5]"})


@pytest.mark.parametrize("operation", LISTED)
@pytest.mark.parametrize("others", [None, [], [6]])
async def test_a_paper_that_the_account_does_not_have(
    platform: ScriptedPlatform, gateway: AliyunGateway, operation: str, others: list[int] | None
) -> None:
    read, key, _ = LISTED[operation]
    platform.will(ok(Data=None if others is None else [{key: number} for number in others]))

    with pytest.raises(NotFoundError, match="5"):
        await read(gateway)


@given(
    st.dictionaries(
        st.sampled_from(["GroupId", "StateName", "AuditTime", "AuditRemark", "WorkOrderId", "CompanyName"]),
        st.none() | st.integers() | st.text(),
    )
)
def test_no_record_is_too_odd_to_be_read(fields: dict[str, Any]) -> None:
    answered = models.QuerySmsQualificationRecordResponseBodyDataList().from_map(fields)

    read = paper_readings.qualification_record(answered)

    assert (read is None) is (wire.number(fields.get("GroupId")) is None)


async def test_a_refusal_keeps_its_code(platform: ScriptedPlatform, gateway: AliyunGateway) -> None:
    platform.will(refusal("Forbidden.RAM", "no permission"))

    with pytest.raises(AccountError, match=r"Forbidden\.RAM"):
        await gateway.read_trademark(5)
