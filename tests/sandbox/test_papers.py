"""Qualifications, letters, trademarks and app records, through the SDK over HTTP."""

import pytest
from alibabacloud_tea_openapi.exceptions import ClientException

from tests.sandbox.driver import Driver, refused


@pytest.mark.parametrize(
    ("group_id", "state", "use_by_self"),
    [
        (900001, "PASSED", True),
        (900002, "PASSED", True),
        (900003, "INT", True),
        (900004, "FAILED", True),
        (900005, "PASSED", False),
        (900006, "PASSED", True),
    ],
)
async def test_one_qualification(driver: Driver, group_id: int, state: str, *, use_by_self: bool) -> None:
    body = await driver.call("query_single_sms_qualification", qualification_group_id=group_id)
    assert (body.code, body.success) == ("OK", True)
    assert (body.data.qualification_group_id, body.data.state, body.data.use_by_self) == (group_id, state, use_by_self)
    assert body.data.company_name.endswith("有限公司")
    assert (body.data.company_type, body.data.business_type, len(body.data.organization_code)) == (
        "COMPANY",
        "dysms",
        18,
    )
    assert body.data.work_order_id
    assert body.data.eff_time_str == "2018-05-08~2099-12-31"


async def test_unknown_qualification(driver: Driver) -> None:
    with pytest.raises(ClientException) as caught:
        await driver.call("query_single_sms_qualification", qualification_group_id=1)
    assert caught.value.code == "QualificationNotFound"
    with pytest.raises(ClientException) as caught:
        await driver.call("query_single_sms_qualification")
    assert caught.value.code == "MissingQualificationGroupId"


async def test_records_use_the_other_vocabulary(driver: Driver) -> None:
    body = await driver.call("query_sms_qualification_record", page_no=1, page_size=3)
    assert (body.success, body.data.page_no, body.data.page_size, body.data.total) == (True, 1, 3, 11)
    assert [(r.group_id, r.state_name, r.use_by_self) for r in body.data.list] == [
        (900001, "PASS", "true"),
        (900002, "PASS", "true"),
        (900003, "INIT", "true"),
    ]
    rest = await driver.call("query_sms_qualification_record", page_no=2, page_size=3)
    assert [(r.group_id, r.state_name, r.use_by_self) for r in rest.data.list] == [
        (900004, "NOT_PASS", "true"),
        (900005, "PASS", "false"),
        (900006, "PASS", "true"),
    ]
    assert rest.data.list[0].audit_remark


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"company_name": "深圳蓝鲸物流有限公司"}, [900002, 900006]),
        ({"state": "INIT"}, [900003]),
        ({"use_by_self": False}, [900005]),
        ({"work_order_id": 10900004}, [900004]),
        ({"state": "PASS", "use_by_self": True}, [900001, 900002, 900006, 900007, 900009, 900010, 900011]),
        ({"state": "NOT_FINISH"}, [900008]),
        ({"legal_person_name": "无此人"}, []),
    ],
)
async def test_records_are_filtered(driver: Driver, filters: dict[str, object], found: list[int]) -> None:
    body = await driver.call("query_sms_qualification_record", **filters)
    assert [record.group_id for record in body.data.list] == found


async def test_letters(driver: Driver) -> None:
    body = await driver.call("query_sms_authorization_letter", authorization_letter_id_list=[800001, 5])
    (letter,) = body.data
    assert (letter.authorization_letter_id, letter.state, letter.status) == (800001, "PASSED", "VALID")
    assert letter.sign_scope == "白鹭旅行、白鹭假期、白鹭出行"
    assert (await driver.call("query_sms_authorization_letter", sign_name="云杉科技")).data == []
    assert len((await driver.call("query_sms_authorization_letter", sign_name="白鹭出行")).data) == 1
    assert (await driver.call("query_sms_authorization_letter", status="INVALID")).data == []


async def test_a_letter_ends_with_its_last_day_in_beijing(driver: Driver) -> None:
    driver.time = driver.time and driver.time.replace(year=2030, month=12, day=31, hour=23)
    assert (await driver.call("query_sms_authorization_letter")).data[0].status == "VALID"
    driver.later(hours=1)
    assert (await driver.call("query_sms_authorization_letter")).data[0].status == "INVALID"


async def test_a_personal_qualification_has_neither_company_nor_code(driver: Driver) -> None:
    person = (await driver.call("query_single_sms_qualification", qualification_group_id=900007)).data
    assert (person.company_type, person.company_name, person.organization_code) == ("PERSONAL", "", "")
    assert person.legal_person_name


async def test_companies_have_administrators_of_their_own_except_two(driver: Driver) -> None:
    numbers: dict[str, set[str]] = {}
    for group_id in range(900001, 900012):
        read = (await driver.call("query_single_sms_qualification", qualification_group_id=group_id)).data
        assert read.admin_idcard_no.startswith("000000"), "there is no such region, so nobody has this number"
        numbers.setdefault(read.admin_idcard_no, set()).add(read.company_name)
    assert [companies for companies in numbers.values() if len(companies) > 1] == [
        {"昆明松果科技有限公司", "昆明石榴文化有限公司"}
    ]


async def test_trademarks(driver: Driver) -> None:
    body = await driver.call("query_sms_trademark", trademark_id_list=[700002, 5])
    assert (body.code, body.success) == ("OK", True)
    (trademark,) = body.data
    assert (trademark.trademark_id, trademark.trademark_name) == (700002, "云杉优选")
    assert trademark.trademark_applicant_name == "杭州云杉科技有限公司"
    assert trademark.trademark_eff_exp_date == "2020-05-08~2030-05-07"
    assert (await driver.call("query_sms_trademark", trademark_id_list=[5])).data == []


async def test_app_records(driver: Driver) -> None:
    body = await driver.call("query_sms_app_icp_record", app_icp_record_id_list=[600002, 600001])
    assert [(r.app_icp_record_id, r.app_service_name, r.app_principal_unit_name) for r in body.data] == [
        (600001, "蓝鲸速运", "深圳蓝鲸物流有限公司"),
        (600002, "云杉出行", "深圳蓝鲸物流有限公司"),
    ]


@pytest.mark.parametrize("operation", ["query_sms_trademark", "query_sms_app_icp_record"])
async def test_papers_are_read_by_their_ids_only(driver: Driver, operation: str) -> None:
    with pytest.raises(ClientException) as caught:
        await driver.call(operation)
    assert caught.value.code in ("MissingTrademarkIdList", "MissingAppIcpRecordIdList")


LETTER = {
    "AuthorizationLetterId": 42,
    "AuthorizationLetterName": "白鹭授权书二",
    "OrganizationCode": "91420100MA0000005E",
    "AuthorizationLetterExpDate": "2025-01-01~2026-06-30",
    "SignList": ["白鹭旅行", "白鹭假期"],
    "State": "INT",
}
UNDER_THE_LETTER = {"qualification_id": 900005, "third_party": True, "authorization_letter_id": 42}


async def letter_state(driver: Driver) -> tuple[str, str]:
    (letter,) = (await driver.call("query_sms_authorization_letter", authorization_letter_id_list=[42])).data
    return letter.state, letter.status


async def test_a_letter_passes_with_the_first_signature_that_rests_on_it(driver: Driver) -> None:
    await driver.control("POST", "stock", {"letters": [LETTER]})
    await driver.create("白鹭出行", qualification_id=900005, third_party=True, authorization_letter_id=800001)
    await driver.create("白鹭假期", **UNDER_THE_LETTER, remark="[sandbox review=reject]")
    driver.later(hours=3)
    assert await letter_state(driver) == ("INT", "VALID"), "one rests on another letter, one was rejected"
    await driver.create("白鹭旅行", **UNDER_THE_LETTER)
    assert (await driver.get("白鹭旅行")).authorization_letter_audit_pass is False
    driver.later(hours=1, minutes=59)
    assert await letter_state(driver) == ("INT", "VALID")
    driver.later(minutes=1)
    assert await letter_state(driver) == ("PASSED", "VALID")
    assert (await driver.get("白鹭旅行")).authorization_letter_audit_pass is True
    assert (await driver.get("白鹭假期")).authorization_letter_audit_pass is True, (
        "the letter passed, not the signature"
    )
    assert len((await driver.call("query_sms_authorization_letter", state="PASSED")).data) == 2

    await driver.delete("白鹭旅行")
    assert await letter_state(driver) == ("PASSED", "VALID"), "it stays so when the signature goes"


async def test_a_withdrawn_application_passes_no_letter(driver: Driver) -> None:
    await driver.control("POST", "stock", {"letters": [LETTER]})
    await driver.create("白鹭旅行", **UNDER_THE_LETTER)
    assert driver.time is not None
    await driver.control("POST", "console/白鹭旅行/withdraw", {"at": driver.time.isoformat()})
    driver.later(days=1)
    assert await letter_state(driver) == ("INT", "VALID")


async def test_a_letter_that_has_ended_carries_no_application(driver: Driver) -> None:
    await driver.control("POST", "stock", {"letters": [LETTER]})
    driver.time = driver.time and driver.time.replace(month=7, day=1)
    assert await letter_state(driver) == ("INT", "INVALID")
    assert await refused(driver.create("白鹭旅行", **UNDER_THE_LETTER)) == "SmsAuthorizationLetterNotMatch"


QUALIFICATION = {
    "QualificationGroupId": 42,
    "QualificationName": "新资质",
    "CompanyName": "南京梧桐餐饮有限公司",
    "OrganizationCode": "91320100MA0000006T",
    "LegalPersonName": "演示法人",
    "UseBySelf": True,
    "WorkOrderId": 43,
    "State": "PASSED",
}


@pytest.mark.parametrize(
    ("verdict", "word", "code"),
    [("PASSED", "PASS", None), ("FAILED", "NOT_PASS", "InvalidQualification")],
)
async def test_the_review_of_a_qualification_ends_at_its_time(
    driver: Driver, verdict: str, word: str, code: str | None
) -> None:
    document = QUALIFICATION | {
        "State": verdict,
        "reviewed_at": "2026-03-04T10:00:00+08:00",
        "AuditRemark": "已核对",
    }
    await driver.control("POST", "stock", {"qualifications": [document]})

    async def states() -> tuple[str, str, str | None, str | None]:
        one = (await driver.call("query_single_sms_qualification", qualification_group_id=42)).data
        (record,) = (await driver.call("query_sms_qualification_record", company_name="南京梧桐餐饮有限公司")).data.list
        return one.state, record.state_name, record.audit_time, record.audit_remark

    assert await states() == ("INT", "INIT", None, None)
    assert await refused(driver.create("梧桐餐饮", qualification_id=42)) == "InvalidQualification"
    driver.later(days=2)
    assert await states() == (verdict, word, "2026-03-04 10:00:00", "已核对")
    if code:
        assert await refused(driver.create("梧桐餐饮", qualification_id=42)) == code
    else:
        assert (await driver.create("梧桐餐饮", qualification_id=42)).code == "OK"


async def test_a_qualification_that_failed_must_be_modified_before_it_is_bound_again(driver: Driver) -> None:
    await driver.control("POST", "stock", {"qualifications": [QUALIFICATION]})
    await driver.create("梧桐餐饮", qualification_id=42, remark="[sandbox telecom=fail:QUALIFICATION_ERROR]")
    driver.later(days=20)
    assert await refused(driver.rebind("梧桐餐饮", qualification_id=42)) == "SmsQualificationRegisterFailed"
    assert (await driver.get("梧桐餐饮")).qualification_id == 42
    assert driver.time is not None
    modified = QUALIFICATION | {"modified_at": driver.time.isoformat()}
    await driver.control("POST", "stock", {"qualifications": [modified]})
    assert (await driver.rebind("梧桐餐饮", qualification_id=42)).code == "OK"
    assert set((await driver.statuses("梧桐餐饮")).values()) == {-1}


async def test_other_failures_do_not_stand_against_the_qualification(driver: Driver) -> None:
    await driver.create(remark="[sandbox telecom=fail:SIGNATURE_ERROR]")
    driver.later(days=20)
    assert (await driver.rebind(qualification_id=900001)).code == "OK"


async def test_a_qualification_that_carriers_refuse_is_bound_to_nothing(driver: Driver) -> None:
    await driver.control("POST", "stock", {"qualifications": [QUALIFICATION | {"refused_by_carriers": True}]})
    await driver.create()
    driver.later(days=20)
    assert await refused(driver.rebind(qualification_id=42)) == "SmsQualificationRegisterFailed"
