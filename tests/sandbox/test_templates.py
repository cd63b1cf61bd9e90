"""Message templates, through the SDK over HTTP."""

from typing import Any

import pytest

from sandbox import REAL, SandboxServer
from tests.sandbox.driver import MOBILE, Driver, refusal

NOTICE: dict[str, Any] = {
    "template_name": "到货通知",
    "template_content": "您好，您的订单${order}已到货。",
    "template_type": 1,
    "template_rule": '{"order": "other_number2"}',
    "related_sign_name": "云杉科技",
}
CODE: dict[str, Any] = {
    "template_name": "登录验证码",
    "template_content": "验证码：${code}，五分钟内有效。",
    "template_type": 0,
    "template_rule": '{"code": "numberCaptcha"}',
    "related_sign_name": "云杉科技",
}


@pytest.fixture
async def approved(driver: Driver) -> Driver:
    """A driver with an approved signature."""
    await driver.create()
    driver.later(hours=2)
    return driver


async def test_a_template_is_reviewed_and_then_sent(approved: Driver) -> None:
    created = await approved.call("create_sms_template", **NOTICE, remark="登录通知", more_data=["a.png"])
    assert (created.code, created.template_name) == ("OK", "到货通知")
    code = created.template_code
    read = await approved.call("get_sms_template", template_code=code)
    assert (read.template_status, read.template_type, read.template_tag) == ("0", "1", 2)
    assert (read.order_id, read.create_date) == (created.order_id, "2026-03-02 12:00:00")
    assert (read.related_sign_name, read.sign_list.sign_list) == ("云杉科技", ["云杉科技"])
    assert (read.variable_attribute, read.audit_info.audit_date) == ('{"order": "other_number2"}', None)
    send = {"template_code": code, "template_param": '{"order": "A1"}'}
    assert (await approved.send(MOBILE, **send)).code == "isv.SMS_TEMPLATE_ILLEGAL", "in review"

    approved.later(hours=2)
    read = await approved.call("get_sms_template", template_code=code)
    assert (read.template_status, read.audit_info.audit_date) == ("1", "2026-03-02 14:00:00")
    assert read.more_data_file_url_list.more_data_file_url == ["https://oss.sandbox.invalid/a.png"]
    assert (await approved.send(MOBILE, **send)).code == "OK"
    (message,) = (await approved.details(MOBILE, "20260302")).sms_send_detail_dtos.sms_send_detail_dto
    assert message.content == "【云杉科技】您好，您的订单A1已到货。"


async def test_a_rejected_template_may_be_edited_and_no_other(approved: Driver) -> None:
    created = await approved.call("create_sms_template", **NOTICE, remark="[sandbox review=reject]")
    code = {"template_code": created.template_code}
    in_review = await refusal(approved.call("update_sms_template", **NOTICE, **code))
    assert in_review == (400, "isv.ERROR_TEMPLATE_NOT_MODIFY")
    assert await refusal(approved.call("delete_sms_template", **code)) == (400, "isv.ERROR_TEMPLATE_NOT_DELETE")
    approved.later(hours=2)
    rejected = await approved.call("get_sms_template", **code)
    assert (rejected.template_status, bool(rejected.audit_info.reject_info)) == ("2", True)
    listed = (await approved.call("query_sms_template_list")).sms_template_list[0]
    assert (listed.audit_status, listed.reason.reject_date) == ("AUDIT_STATE_NOT_PASS", "2026-03-02 14:00:00")

    edited = await approved.call("update_sms_template", **NOTICE | {"template_name": "到货提醒"}, **code)
    assert edited.template_code == created.template_code
    assert edited.order_id != created.order_id
    during = await approved.call("get_sms_template", **code)
    assert (during.template_status, during.template_name, during.create_date) == (
        "0",
        "到货提醒",
        "2026-03-02 12:00:00",
    )
    approved.later(hours=-1)
    assert (await approved.call("get_sms_template", **code)).template_name == "到货提醒", "a caller sees its own writes"
    approved.later(hours=3)
    assert (await approved.call("get_sms_template", **code)).template_status == "1"
    assert await refusal(approved.call("update_sms_template", **NOTICE, **code)) == (
        400,
        "isv.ERROR_TEMPLATE_NOT_MODIFY",
    )
    assert (await approved.call("delete_sms_template", **code)).template_code == created.template_code
    for operation in ("get_sms_template", "delete_sms_template"):
        assert await refusal(approved.call(operation, **code)) == (404, "TemplateNotFound")
    assert (await approved.send(MOBILE, **code)).code == "isv.SMS_TEMPLATE_ILLEGAL"


async def test_a_silent_review_never_ends(approved: Driver) -> None:
    created = await approved.call("create_sms_template", **NOTICE, remark="[sandbox review=silent]")
    approved.later(days=60)
    assert (await approved.call("get_sms_template", template_code=created.template_code)).template_status == "0"


async def test_the_list_counts_types_otherwise_and_latest_first(approved: Driver) -> None:
    for fields in (CODE, NOTICE, NOTICE | {"template_type": 2}):
        await approved.call("create_sms_template", **fields)
        approved.later(minutes=1)
    abroad = {"template_name": "abroad", "template_content": "Hello", "template_type": 3, "intl_type": 0}
    await approved.call("create_sms_template", **abroad)
    page = await approved.call("query_sms_template_list", page_index=1, page_size=4)
    assert (page.total_count, page.page_size, page.current_page) == (6, 4, 1)
    listed = [(entry.outer_template_type, entry.template_type) for entry in page.sms_template_list]
    assert listed == [(3, 6), (2, 1), (1, 0), (0, 2)]
    assert [entry.signature_name for entry in page.sms_template_list] == [None, *["云杉科技"] * 3]
    rest = await approved.call("query_sms_template_list", page_index=2, page_size=4)
    assert [entry.template_code for entry in rest.sms_template_list] == ["SMS_900001", "SMS_900002"]
    assert [entry.audit_status for entry in rest.sms_template_list] == ["AUDIT_STATE_PASS"] * 2


async def test_a_cancelled_template_is_misspelt_as_the_platform_does(driver: Driver) -> None:
    template = {
        "TemplateCode": "SMS_42",
        "TemplateType": 1,
        "TemplateContent": "通知",
        "TemplateStatus": "AUDIT_STATE_CANCEL",
        "CreateDate": "2026-01-01 10:00:00",
    }
    await driver.control("POST", "stock", {"templates": [template]})
    assert (await driver.call("query_sms_template_list")).sms_template_list[0].audit_status == "AUDIT_SATE_CANCEL"
    read = await driver.call("get_sms_template", template_code="SMS_42")
    assert (read.template_status, read.create_date, read.template_tag) == ("10", "2026-01-01 10:00:00", 3)
    answer = await driver.control("POST", "stock", {"templates": [template | {"CreateDate": "2026-13-01"}]}, 400)
    assert "CreateDate" in answer["error"]


async def test_templates_belong_to_their_account() -> None:
    async with SandboxServer(pace=REAL, accounts={"one": "1", "two": "2"}) as server:
        one, two = Driver(server, "one", "1"), Driver(server, "two", "2")
        await one.create()
        one.later(hours=2)
        code = (await one.call("create_sms_template", **NOTICE)).template_code
        assert await refusal(two.call("get_sms_template", template_code=code)) == (404, "TemplateNotFound")
        assert (await two.call("query_sms_template_list")).total_count == 2, "those of the demo data"


async def test_a_hundred_templates_a_day(approved: Driver) -> None:
    for _ in range(100):
        await approved.call("create_sms_template", **NOTICE)
    assert await refusal(approved.call("create_sms_template", **NOTICE)) == (400, "isv.TEMPLATE_COUNT_OVER_LIMIT")
    approved.later(hours=12)
    assert (await approved.call("create_sms_template", **NOTICE)).code == "OK", "the next Beijing date"


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"template_name": None}, 404, "MissingTemplateName"),
        ({"template_name": "名" * 31}, 400, "InvalidTemplateName"),
        ({"template_content": None}, 400, "MissingTemplateContent"),
        ({"template_type": None}, 400, "MissingTemplateType"),
        ({"template_type": 4}, 400, "InvalidTemplateType"),
        ({"template_type": 3}, 400, "InvalidIntlType"),
        ({"template_content": "字" * 501, "template_rule": None}, 400, "InvalidTemplateContent.Format"),
        ({"template_content": "您好${order"}, 400, "InvalidTemplateContent.Format"),
        ({"template_content": "您好${订单}"}, 400, "InvalidTemplateContent.Format"),
        ({"template_content": "您好${1}", "template_rule": '{"1": "name"}'}, 400, "InvalidTemplateContent.Format"),
        ({"template_content": "${order}"}, 400, "InvalidTemplateContent.Format"),
        ({"template_content": "【云杉】您的订单${order}"}, 400, "InvalidTemplateContent.Format"),
        ({"template_rule": "order"}, 400, "InvalidTemplateRule.Format"),
        ({"template_rule": "[]"}, 400, "InvalidTemplateRule.Format"),
        ({"template_rule": None}, 400, "InvalidTemplateRule"),
        ({"template_rule": '{"order": "no_such_attribute"}'}, 400, "InvalidTemplateRule"),
        ({"template_rule": '{"order": ["name"]}'}, 400, "InvalidTemplateRule"),
        ({"template_rule": '{"order": "name", "other": "name"}'}, 400, "InvalidTemplateRule"),
        (
            {"template_type": 0, "template_content": "验证码${a}和${b}", "template_rule": '{"a": "name", "b": "name"}'},
            400,
            "TemplateVarLimitExceeded",
        ),
        ({"related_sign_name": None}, 400, "MissingRelatedSignName"),
        ({"related_sign_name": "无此签名"}, 404, "SmsSignatureNotFound"),
        ({"related_sign_name": "云杉二号"}, 400, "AssocSignUnapproved"),
    ],
)
async def test_refused_templates(approved: Driver, fields: dict[str, Any], status: int, code: str) -> None:
    await approved.create("云杉二号")
    assert await refusal(approved.call("create_sms_template", **(NOTICE | fields))) == (status, code)
    assert (await approved.call("query_sms_template_list")).total_count == 2
