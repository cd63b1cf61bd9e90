"""Qualifications, letters, trademarks and app records, through the SDK over HTTP."""

from typing import Any

import pytest
from alibabacloud_tea_openapi.exceptions import ClientException

from tests.sandbox.driver import Driver


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


@pytest.mark.parametrize(
    ("operation", "fields"),
    [
        ("query_single_sms_qualification", {"qualification_group_id": 900004}),
        ("query_sms_qualification_record", {}),
        ("query_sms_authorization_letter", {}),
        ("query_sms_trademark", {"trademark_id_list": [700001, 700002, 700003]}),
        ("query_sms_app_icp_record", {"app_icp_record_id_list": [600001, 600002]}),
    ],
)
async def test_answers_have_exactly_the_sdks_field_names(
    driver: Driver, operation: str, fields: dict[str, Any]
) -> None:
    came, kept = await driver.answer_and_model(operation, **fields)
    assert kept["Data"], "there is something to compare"
    assert kept == _without_nulls(came)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_without_nulls(inner) for inner in value]
    return value
