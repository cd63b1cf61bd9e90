"""What is refused when a message is sent, and what a batch is, through the SDK over HTTP."""

import json
from datetime import datetime
from typing import Any

import pytest

from sandbox import REAL, Rules, SandboxServer
from sandbox.clock import BEIJING
from tests.sandbox.driver import MOBILE, OTP_TEMPLATE, TELECOM, UNICOM, Driver, refused

ATTRIBUTES = {
    "numberCaptcha": ["123456"],
    "characterWithNumber2": ["12ab"],
    "phone_number2": ["0571-8212345"],
    "time": ["2026年3月16日上午", "10:30"],
    "money": ["12.50元"],
    "other_number2": ["A1"],
    "name": ["张三"],
    "address": ["文一路1号"],
}


def template(code: str, **fields: object) -> dict[str, object]:
    return {
        "TemplateCode": code,
        "TemplateType": 1,
        "TemplateContent": "通知",
        "TemplateStatus": "AUDIT_STATE_PASS",
    } | fields


@pytest.fixture
async def filed(driver: Driver) -> Driver:
    """A driver with two signatures; telecom never answers for the first."""
    await driver.create(remark="[sandbox telecom=silent]")
    await driver.create("云杉二号")
    driver.later(days=14)
    stock = [
        template("SMS_2", TemplateType=2, TemplateContent="新品上市，拒收请回复R"),
        template("SMS_3", TemplateType=3, TemplateContent="Hello"),
        template("SMS_4", TemplateContent="您好${name}"),
    ]
    await driver.control("POST", "stock", {"templates": stock})
    return driver


async def batch(driver: Driver, numbers: list[str], names: list[str], **fields: Any) -> Any:
    usual = {
        "template_code": "SMS_4",
        "template_param_json": json.dumps([{"name": f"{n}号"} for n in range(len(numbers))]),
    }
    return await driver.call(
        "send_batch_sms",
        **usual | {"phone_number_json": json.dumps(numbers), "sign_name_json": json.dumps(names)} | fields,
    )


async def messages(driver: Driver, number: str) -> list[Any]:
    return list((await driver.details(number, "20260316")).sms_send_detail_dtos.sms_send_detail_dto)


async def test_each_message_of_a_batch_has_its_own_signature_and_values(filed: Driver) -> None:
    sent = await batch(filed, [MOBILE, f"+86{TELECOM}", MOBILE], ["云杉科技", "云杉科技", "云杉二号"], out_id="out-1")
    assert sent.code == "OK"
    filed.later(minutes=1)
    assert [message.content for message in await messages(filed, MOBILE)] == [
        "【云杉二号】您好2号",
        "【云杉科技】您好0号",
    ]
    (telecom,) = await messages(filed, TELECOM)
    assert (telecom.content, telecom.err_code, telecom.out_id) == (
        "【云杉科技】您好1号",
        "PORT_NOT_REGISTERED",
        "out-1",
    )
    assert (await filed.details(MOBILE, "20260316", biz_id=sent.biz_id)).total_count == "2"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"phone_number_json": MOBILE}, "isv.INVALID_JSON_PARAM"),
        ({"phone_number_json": f"[{MOBILE}]"}, "isv.INVALID_JSON_PARAM"),
        ({"phone_number_json": "[]", "sign_name_json": "[]", "template_param_json": None}, "isv.INVALID_PARAMETERS"),
        ({"phone_number_json": '["12"]'}, "isv.MOBILE_NUMBER_ILLEGAL"),
        (
            {"phone_number_json": json.dumps([MOBILE] * 101), "sign_name_json": json.dumps(["云杉科技"] * 101)},
            "isv.MOBILE_COUNT_OVER_LIMIT",
        ),
        ({"sign_name_json": "{}"}, "isv.INVALID_JSON_PARAM"),
        ({"sign_name_json": '["云杉科技", "云杉二号"]'}, "isv.INVALID_PARAMETERS"),
        ({"sign_name_json": '["无此签名"]'}, "isv.SMS_SIGNATURE_ILLEGAL"),
        ({"template_param_json": "[{}, {}]"}, "isv.INVALID_PARAMETERS"),
        ({"template_param_json": "{}"}, "isv.INVALID_JSON_PARAM"),
        ({"template_param_json": '["name"]'}, "isv.INVALID_JSON_PARAM"),
        ({"template_param_json": "[{}]"}, "isv.TEMPLATE_MISSING_PARAMETERS"),
        ({"sms_up_extend_code_json": '["1", "2"]'}, "isv.INVALID_PARAMETERS"),
        ({"template_code": "SMS_1"}, "isv.SMS_TEMPLATE_ILLEGAL"),
    ],
)
async def test_refused_batches_send_nothing(filed: Driver, fields: dict[str, Any], code: str) -> None:
    usual = {
        "phone_number_json": json.dumps([MOBILE]),
        "sign_name_json": '["云杉科技"]',
        "template_param_json": '[{"name": "张三"}]',
        "template_code": "SMS_4",
    }
    body = await filed.call("send_batch_sms", **(usual | fields))
    assert (body.code, body.biz_id) == (code, None)
    assert await messages(filed, MOBILE) == []


@pytest.mark.parametrize("missing", ["phone_number_json", "sign_name_json", "template_code"])
async def test_missing_parameters_of_a_batch(filed: Driver, missing: str) -> None:
    fields = {"phone_number_json": "[]", "sign_name_json": "[]", "template_code": "SMS_4"}
    code = "Missing" + "".join(word.capitalize() for word in missing.split("_"))
    assert await refused(filed.call("send_batch_sms", **(fields | {missing: None}))) == code


async def test_a_batch_is_refused_as_a_whole_by_the_limits_of_one_number(filed: Driver) -> None:
    twice = {
        "phone_number_json": json.dumps([UNICOM, MOBILE, MOBILE]),
        "sign_name_json": '["云杉科技", "云杉科技", "云杉科技"]',
        "template_code": OTP_TEMPLATE,
        "template_param_json": json.dumps([{"code": "123456"}] * 3),
    }
    body = await filed.call("send_batch_sms", **twice)
    assert (body.code, body.message) == ("isv.BUSINESS_LIMIT_CONTROL", "触发分钟级流控Permits:1")
    assert await messages(filed, UNICOM) == []


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("字" * 35, "OK"),
        ("字" * 36, "isv.PARAM_LENGTH_LIMIT"),
        ("https://example.com/a", "isv.PARAM_NOT_SUPPORT_URL"),
        ("WWW.example.com", "isv.PARAM_NOT_SUPPORT_URL"),
    ],
)
async def test_values_of_variables(filed: Driver, value: str, code: str) -> None:
    sent = await filed.send(MOBILE, template_code="SMS_4", template_param=json.dumps({"name": value}))
    assert sent.code == code


@pytest.mark.parametrize(
    ("attribute", "value", "code"),
    [
        *((attribute, value, "OK") for attribute, values in ATTRIBUTES.items() for value in values),
        ("numberCaptcha", "1234567", "isv.PARAM_LENGTH_LIMIT"),
        ("numberCaptcha", "123", "isv.TEMPLATE_PARAMS_ILLEGAL"),
        ("numberCaptcha", "12ab", "isv.TEMPLATE_PARAMS_ILLEGAL"),
        ("characterWithNumber2", "1234567", "isv.PARAM_LENGTH_LIMIT"),
        ("phone_number2", "05718212345678-1", "isv.PARAM_LENGTH_LIMIT"),
        ("phone_number2", "电话", "isv.TEMPLATE_PARAMS_ILLEGAL"),
        ("time", "soon", "isv.TEMPLATE_PARAMS_ILLEGAL"),
        ("money", "贵", "isv.TEMPLATE_PARAMS_ILLEGAL"),
        ("other_number2", "订单", "isv.TEMPLATE_PARAMS_ILLEGAL"),
        ("name", "【张三】", "isv.TEMPLATE_PARAMS_ILLEGAL"),
    ],
)
async def test_values_must_fit_the_attribute_that_the_template_was_approved_with(
    filed: Driver, attribute: str, value: str, code: str
) -> None:
    created = await filed.call(
        "create_sms_template",
        template_name="通知",
        template_content="您好${x}",
        template_type=1,
        template_rule=json.dumps({"x": attribute}),
        related_sign_name="云杉科技",
    )
    filed.later(hours=2)
    sent = await filed.send(MOBILE, template_code=created.template_code, template_param=json.dumps({"x": value}))
    assert sent.code == code


async def test_a_template_for_abroad_goes_to_no_number_here(filed: Driver) -> None:
    assert (await filed.send(MOBILE, template_code="SMS_3")).code == "isv.DOMESTIC_NUMBER_NOT_SUPPORTED"


@pytest.mark.parametrize(
    ("hour", "minute", "sends"),
    [(7, 59, False), (8, 0, True), (19, 59, True), (20, 0, False), (0, 0, False)],
)
async def test_promotions_rest_at_night(hour: int, minute: int, *, sends: bool) -> None:
    async with SandboxServer(pace=REAL, rules=Rules(night_promotion_code="isv.NIGHT")) as server:
        driver = Driver(server)
        await driver.create()
        stock = [template("SMS_2", TemplateType=2, TemplateContent="新品上市，拒收请回复R")]
        await driver.control("POST", "stock", {"templates": stock})
        driver.time = datetime(2026, 3, 17, hour, minute, tzinfo=BEIJING)
        assert (await driver.send(MOBILE, template_code="SMS_2")).code == ("OK" if sends else "isv.NIGHT")
        assert (await driver.send(MOBILE)).code == "OK", "notifications go at any hour"


async def test_promotions_have_a_limit_per_number(filed: Driver) -> None:
    for _ in range(50):
        assert (await filed.send(MOBILE, template_code="SMS_2")).code == "OK"
    assert (await filed.send(MOBILE, template_code="SMS_2")).message == "触发天级流控Permits:50"


async def test_a_number_gets_forty_codes_a_day_whatever_the_signature(driver: Driver) -> None:
    code = {"template_code": OTP_TEMPLATE, "template_param": '{"code": "482913"}'}
    names = [f"云杉{number}号" for number in "一二三四五"]
    for name in names:
        await driver.create(name)
    driver.time = datetime(2026, 3, 17, 0, 0, tzinfo=BEIJING)
    for _ in range(10):
        for name in names[:4]:
            assert (await driver.send(MOBILE, name, **code)).code == "OK"
        driver.later(hours=1)
    assert (await driver.send(MOBILE, names[4], **code)).message == "触发天级流控Permits:40"
    assert (await driver.send(UNICOM, names[4], **code)).code == "OK"


async def test_an_extension_code_belongs_to_one_signature(filed: Driver) -> None:
    assert (await filed.send(MOBILE, sms_up_extend_code="01")).code == "OK"
    assert (await filed.send(MOBILE, sms_up_extend_code="01")).code == "OK"
    assert (await filed.send(MOBILE, "云杉二号", sms_up_extend_code="01")).code == "isv.EXTEND_CODE_ERROR"
    assert (await filed.send(MOBILE, "云杉二号", sms_up_extend_code="02")).code == "OK"
    assert (await filed.send(MOBILE, sms_up_extend_code="A")).code == "isv.CODE_ERROR"
    assert (await filed.send("12", sms_up_extend_code="03")).code == "isv.MOBILE_NUMBER_ILLEGAL"
    assert (await filed.send(MOBILE, "云杉二号", sms_up_extend_code="03")).code == "OK", "a refused message takes none"
