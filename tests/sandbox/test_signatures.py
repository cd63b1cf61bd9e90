"""The operations on signatures, through the SDK over HTTP."""

from typing import Any

import pytest

from sandbox import REAL, Rules, SandboxServer
from tests.sandbox.driver import MOBILE, TELECOM, UNICOM, Driver, refused


async def test_create_and_read_back(driver: Driver) -> None:
    created = await driver.create(
        remark="登录验证码", apply_scene_content="https://example.com", more_data=["path/a.png"], sign_type=1
    )
    assert (created.code, created.message, created.sign_name) == ("OK", "OK", "云杉科技")
    read = await driver.get()
    assert read.order_id == created.order_id
    assert (read.sign_status, read.sign_tag, read.create_date) == (0, "2", "2026-03-02 10:00:00")
    assert (read.qualification_id, read.third_party, read.remark) == (900001, False, "登录验证码")
    assert (read.apply_scene, read.register_result) == ("https://example.com", -1)
    assert read.file_url_list == ["https://oss.sandbox.invalid/path/a.png"]
    assert (read.audit_info.audit_date, read.audit_info.reject_info) == (None, None)
    for detail in read.sign_isp_register_detail_list:
        assert detail.register_status == -2
        assert detail.operator_complete_time is None
        assert detail.register_status_reasons[0].reason_code == "NON_REGISTER"
        assert detail.register_status_reasons[0].reason_desc_list == ["未发起报备"]


async def test_a_whole_life(driver: Driver) -> None:
    await driver.create()
    driver.later(hours=2)
    approved = await driver.get()
    assert (approved.sign_status, approved.audit_info.audit_date) == (1, "2026-03-02 12:00:00")
    assert await driver.statuses() == {"mobile": -1, "unicom": -1, "telecom": -1}

    driver.later(days=14)
    assert await driver.statuses() == {"mobile": 1, "unicom": 1, "telecom": 1}
    first = (await driver.get()).sign_isp_register_detail_list[0]
    assert (first.operator_code, first.operator_complete_time) == ("mobile", "2026-03-11 12:00:00")
    assert first.register_status_reasons[0].reason_code == "DETECTING"

    await driver.send(f"{MOBILE},{UNICOM}")
    driver.later(hours=36, seconds=15)
    assert await driver.statuses() == {"mobile": 3, "unicom": 3, "telecom": 1}
    registered = await driver.get()
    assert registered.register_result == 1
    assert registered.sign_isp_register_detail_list[0].operator_complete_time == "2026-03-11 12:00:00"
    assert registered.sign_isp_register_detail_list[0].register_status_reasons[0].reason_code == "DETECT_SUCCESS"

    driver.later(days=184)
    assert await driver.statuses() == {"mobile": 2, "unicom": 2, "telecom": 1}
    expired = await driver.get()
    assert expired.register_result == 2
    assert expired.sign_isp_register_detail_list[0].register_status_reasons[0].reason_code == "NO_SEND_RECORD"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"sign_name": None}, "MissingSignName"),
        ({"sign_name": ""}, "MissingSignName"),
        ({"qualification_id": None}, "MissingQualificationId"),
        ({"sign_source": None}, "MissingSignSource"),
        ({"sign_name": "云"}, "InvalidSignName"),
        ({"sign_name": "云杉科技云杉科技云杉科技云"}, "InvalidSignName"),
        ({"sign_name": "云杉 科技"}, "InvalidSignName"),
        ({"sign_name": "【云杉】"}, "InvalidSignName"),
        ({"sign_name": "12345"}, "InvalidSignName"),
        ({"sign_name": "云杉测试"}, "InvalidSignName"),
        ({"sign_name": "YunTest"}, "InvalidSignName"),
        ({"sign_source": 1}, "isv.SIGN_SOURCE_ILLEGAL"),
        ({"qualification_id": 1}, "QualificationNotFound"),
        ({"qualification_id": "x"}, "InvalidQualificationId"),
        ({"qualification_id": 900003}, "InvalidQualification"),
        ({"qualification_id": 900004}, "InvalidQualification"),
        ({"qualification_id": 900005}, "ParameterMismatch.ThirdParty"),
        ({"third_party": True}, "ParameterMismatch.ThirdParty"),
        ({"qualification_id": 900005, "third_party": True}, "SmsAuthorizationLetterNotExist"),
        ({"authorization_letter_id": 5}, "SmsAuthorizationLetterNotExist"),
        ({"authorization_letter_id": 800001}, "SmsAuthorizationLetterNotMatch"),
        (
            {"qualification_id": 900005, "third_party": True, "authorization_letter_id": 800001},
            "SmsSignNotAuthorized",
        ),
        ({"sign_source": 5}, "TrademarkNotExist"),
        ({"sign_source": 2}, "MissApplySceneContent"),
        ({"sign_source": 2, "apply_scene_content": "app"}, "InvalidApplySceneContent"),
        ({"sign_source": 2, "apply_scene_content": "https://example.com"}, "AppIcpRecordNotExist"),
    ],
)
async def test_refused_applications(driver: Driver, fields: dict[str, Any], code: str) -> None:
    usual = {"sign_name": "云杉科技", "qualification_id": 900001, "sign_source": 0}
    assert await refused(driver.call("create_sms_sign", **(usual | fields))) == code
    assert (await driver.call("query_sms_sign_list")).total_count == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"sign_source": 5, "trademark_id": 700001},
        {"sign_source": 2, "apply_scene_content": "https://example.com", "app_icp_record_id": 600001},
        {
            "sign_name": "白鹭旅行",
            "qualification_id": 900005,
            "third_party": True,
            "authorization_letter_id": 800001,
        },
    ],
)
async def test_accepted_applications(driver: Driver, fields: dict[str, Any]) -> None:
    created = await driver.create(**fields)
    read = await driver.get(created.sign_name)
    assert read.trademark_id == fields.get("trademark_id")
    assert read.app_icp_record_id == fields.get("app_icp_record_id")
    assert read.authorization_letter_id == fields.get("authorization_letter_id")
    assert read.authorization_letter_audit_pass is ("authorization_letter_id" in fields)


async def test_name_length_is_a_rule() -> None:
    async with SandboxServer(pace=REAL, rules=Rules(sign_name_max_length=18)) as server:
        assert (await Driver(server).create("云杉科技云杉科技云杉科技云")).code == "OK"


async def test_a_name_is_taken_once(driver: Driver) -> None:
    await driver.create()
    assert await refused(driver.create()) == "SignName.Exists"
    assert (await driver.create("云杉科技A")).code == "OK"
    assert (await driver.create("云杉科技a")).code == "OK", "names are case-sensitive"


@pytest.mark.parametrize("operation", ["get_sms_sign", "delete_sms_sign", "update_sms_sign"])
async def test_unknown_and_missing_names(driver: Driver, operation: str) -> None:
    assert await refused(driver.call(operation, sign_name="无此签名")) == "SignatureNotFound"
    assert await refused(driver.call(operation)) == "MissingSignName"


async def test_rejection_is_told(driver: Driver) -> None:
    await driver.create(remark="[sandbox review=reject]")
    driver.later(hours=2)
    read = await driver.get()
    assert (read.sign_status, read.audit_info.audit_date) == (2, "2026-03-02 12:00:00")
    assert read.audit_info.reject_info
    listed = (await driver.call("query_sms_sign_list")).sms_sign_list[0]
    assert listed.audit_status == "AUDIT_STATE_NOT_PASS"
    assert (listed.reason.reject_date, listed.reason.reject_info) == (
        "2026-03-02 12:00:00",
        read.audit_info.reject_info,
    )


async def test_list_is_paged_latest_first(driver: Driver) -> None:
    for name in ("云杉一号", "云杉二号", "云杉三号"):
        await driver.create(name)
        driver.later(hours=1)
    page = await driver.call("query_sms_sign_list", page_index=1, page_size=2)
    assert (page.current_page, page.page_size, page.total_count) == (1, 2, 3)
    assert [entry.sign_name for entry in page.sms_sign_list] == ["云杉三号", "云杉二号"]
    assert page.sms_sign_list[1].audit_status == "AUDIT_STATE_PASS"
    assert page.sms_sign_list[0].audit_status == "AUDIT_STATE_INIT"
    assert page.sms_sign_list[0].reason.reject_info == "无审批备注"
    assert page.sms_sign_list[0].business_type == "通用类型"
    assert page.sms_sign_list[0].authorization_letter_audit_pass is False
    rest = await driver.call("query_sms_sign_list", page_index=2, page_size=2)
    assert [entry.sign_name for entry in rest.sms_sign_list] == ["云杉一号"]
    assert await refused(driver.call("query_sms_sign_list", page_size=51)) == "InvalidPageSize"
    assert await refused(driver.call("query_sms_sign_list", page_index=0)) == "InvalidPageIndex"


async def test_edit_is_refused_in_review_and_while_registering(driver: Driver) -> None:
    await driver.create()
    assert await refused(driver.update()) == "isv.ERROR_SIGN_NOT_MODIFY"
    driver.later(hours=2)
    assert await refused(driver.update()) == "isv.ERROR_SIGN_NOT_MODIFY"
    driver.later(days=14)
    assert (await driver.update()).code == "OK"


async def test_switch_edit_while_registering() -> None:
    async with SandboxServer(pace=REAL, rules=Rules(edit_while_registering="allowed")) as server:
        driver = Driver(server)
        await driver.create(remark="[sandbox mobile=silent]")
        driver.later(days=30)
        assert (await driver.update()).code == "OK"


async def test_edit_keeps_the_old_material_until_approved(driver: Driver) -> None:
    created = await driver.create(remark="旧 [sandbox telecom=fail:QUALIFICATION_ERROR]")
    driver.later(days=20)
    assert (await driver.statuses())["telecom"] == 0
    edited = await driver.update(qualification_id=900002, remark="新")
    assert edited.order_id != created.order_id
    during = await driver.get()
    assert (during.sign_status, during.order_id, during.qualification_id) == (0, created.order_id, 900001)
    assert (await driver.statuses()) == {"mobile": 1, "unicom": 1, "telecom": 0}

    driver.later(hours=2)
    after = await driver.get()
    assert (after.sign_status, after.order_id, after.qualification_id) == (1, edited.order_id, 900002)
    assert after.remark == "新"
    assert await driver.statuses() == {"mobile": -1, "unicom": -1, "telecom": -1}
    driver.later(days=20)
    assert (await driver.statuses())["telecom"] == 1, "the edit without a directive cures"


async def test_delete(driver: Driver) -> None:
    await driver.create()
    assert await refused(driver.call("delete_sms_sign", sign_name="云杉科技")) == "isv.ERROR_SIGN_NOT_DELETE"
    driver.later(days=20)
    assert (await driver.call("delete_sms_sign", sign_name="云杉科技")).sign_name == "云杉科技"
    assert await refused(driver.get()) == "SignatureNotFound"
    assert (await driver.call("query_sms_sign_list")).total_count == 0
    assert (await driver.send(TELECOM)).code == "isv.SMS_SIGNATURE_ILLEGAL"

    again = await driver.create()
    read = await driver.get()
    assert (read.order_id, read.sign_status) == (again.order_id, 0)


async def test_a_caller_whose_clock_is_behind_sees_and_follows_the_last_event(driver: Driver) -> None:
    await driver.create()
    driver.later(days=20)
    await driver.update()
    driver.later(days=-10)
    assert (await driver.get()).sign_status == 0, "the edit is seen"
    driver.later(days=10, hours=2)
    await driver.send(MOBILE)
    driver.later(days=-5)
    await driver.send(UNICOM)
    assert (await driver.details(UNICOM, "20260322")).total_count == "1"
