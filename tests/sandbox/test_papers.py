"""Qualifications and letters, through the SDK over HTTP."""

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
    assert (body.success, body.data.page_no, body.data.page_size, body.data.total) == (True, 1, 3, 6)
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
        ({"state": "PASS", "use_by_self": True}, [900001, 900002, 900006]),
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
