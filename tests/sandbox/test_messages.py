"""Sending and reading back, through the SDK over HTTP."""

from typing import Any

import pytest
from alibabacloud_tea_openapi.exceptions import ClientException

from tests.sandbox.driver import MOBILE, NOTIFICATION_TEMPLATE, OTP_TEMPLATE, TELECOM, UNICOM, Driver

OTP = {"template_code": OTP_TEMPLATE, "template_param": '{"code": "482913"}'}


@pytest.fixture
async def filed(driver: Driver) -> Driver:
    """A driver with a signature that mobile and unicom have answered, telecom has not."""
    await driver.create(remark="[sandbox telecom=silent]")
    driver.later(days=14)
    return driver


async def test_receipts_tell_delivery_by_the_carriers_filing(filed: Driver) -> None:
    sent = await filed.send(f"{MOBILE},+86{TELECOM}", out_id="out-1", **OTP)
    assert (sent.code, sent.message) == ("OK", "OK")
    waiting = await filed.details(MOBILE, "20260316")
    (message,) = waiting.sms_send_detail_dtos.sms_send_detail_dto
    assert (waiting.total_count, message.send_status, message.err_code) == ("1", 1, "")
    assert (message.send_date, message.receive_date) == ("2026-03-16 10:00:00", None)

    filed.later(hours=3, seconds=15)
    (delivered,) = (await filed.details(MOBILE, "20260316")).sms_send_detail_dtos.sms_send_detail_dto
    assert (delivered.send_status, delivered.err_code, delivered.out_id) == (3, "DELIVERED", "out-1")
    assert delivered.content == "【云杉科技】验证码：482913，五分钟内有效，请勿告诉他人。"
    assert (delivered.phone_num, delivered.template_code) == (MOBILE, OTP_TEMPLATE)
    assert delivered.receive_date == "2026-03-16 10:00:15"
    (failed,) = (await filed.details(TELECOM, "20260316", biz_id=sent.biz_id)).sms_send_detail_dtos.sms_send_detail_dto
    assert (failed.send_status, failed.err_code, failed.phone_num) == (2, "PORT_NOT_REGISTERED", TELECOM)


async def test_details_by_date_and_page(filed: Driver) -> None:
    for number in range(3):
        await filed.send(MOBILE, out_id=f"out-{number}")
        filed.later(minutes=1)
    page = (await filed.details(MOBILE, "20260316", page_size=2)).sms_send_detail_dtos.sms_send_detail_dto
    assert [message.out_id for message in page] == ["out-2", "out-1"]
    rest = (await filed.details(MOBILE, "20260316", page_size=2, current_page=2)).sms_send_detail_dtos
    assert [message.out_id for message in rest.sms_send_detail_dto] == ["out-0"]
    for other in ((MOBILE, "20260315"), (MOBILE, "20260317"), (UNICOM, "20260316")):
        assert (await filed.details(*other)).total_count == "0"
    assert (await filed.details(MOBILE, "20260316", biz_id="none")).total_count == "0"
    filed.later(days=31)
    assert (await filed.details(MOBILE, "20260316")).total_count == "0", "kept for 30 days"


async def test_midnight_is_that_of_beijing(filed: Driver) -> None:
    filed.later(hours=13, minutes=59, seconds=59)
    await filed.send(MOBILE)
    filed.later(seconds=1)
    await filed.send(MOBILE)
    assert (await filed.details(MOBILE, "20260316")).total_count == "1"
    assert (await filed.details(MOBILE, "20260317")).total_count == "1"
    statistics = await filed.call(
        "query_send_statistics", is_globe=1, start_date="20260317", end_date="20260317", page_index=1, page_size=10
    )
    assert [(row.send_date, row.total_count) for row in statistics.data.target_list] == [("20260317", 1)]


async def test_statistics_per_date_and_signature(filed: Driver) -> None:
    dates: dict[str, Any] = {"is_globe": 1, "start_date": "20260301", "end_date": "20260331"}
    await filed.send(f"{MOBILE},{TELECOM}")
    filed.later(days=2)
    await filed.send(MOBILE, **OTP)

    async def rows(**fields: Any) -> list[tuple[str, int, int, int, int]]:
        body = await filed.call("query_send_statistics", **({"page_index": 1, "page_size": 50} | dates | fields))
        return [
            (r.send_date, r.total_count, r.responded_success_count, r.responded_fail_count, r.no_responded_count)
            for r in body.data.target_list
        ]

    assert await rows(sign_name="云杉科技") == [("20260316", 2, 1, 1, 0), ("20260318", 1, 0, 0, 1)]
    filed.later(minutes=1)
    assert await rows() == [("20260316", 2, 1, 1, 0), ("20260318", 1, 1, 0, 0)]
    assert await rows(template_type=0) == [("20260318", 1, 1, 0, 0)]
    assert await rows(end_date="20260317", page_size=1) == [("20260316", 2, 1, 1, 0)]
    assert await rows(page_index=2, page_size=1) == [("20260318", 1, 1, 0, 0)]
    assert await rows(sign_name="另一签名") == []
    assert await rows(is_globe=2) == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"phone_numbers": "12345"}, "isv.MOBILE_NUMBER_ILLEGAL"),
        ({"phone_numbers": "19200000001"}, "isv.MOBILE_NUMBER_ILLEGAL"),
        ({"phone_numbers": f"{MOBILE},"}, "isv.MOBILE_NUMBER_ILLEGAL"),
        ({"phone_numbers": ",".join([MOBILE] * 1001)}, "isv.MOBILE_COUNT_OVER_LIMIT"),
        ({"sign_name": "无此签名"}, "isv.SMS_SIGNATURE_ILLEGAL"),
        ({"template_code": "SMS_1"}, "isv.SMS_TEMPLATE_ILLEGAL"),
        ({"template_code": OTP_TEMPLATE}, "isv.TEMPLATE_MISSING_PARAMETERS"),
        ({"template_param": "code"}, "isv.INVALID_JSON_PARAM"),
        ({"template_param": "[1]"}, "isv.INVALID_JSON_PARAM"),
        ({"template_param": '{"code": [1]}'}, "isv.TEMPLATE_PARAMS_ILLEGAL"),
    ],
)
async def test_refused_sends_are_http_200(filed: Driver, fields: dict[str, Any], code: str) -> None:
    usual = {"phone_numbers": MOBILE, "sign_name": "云杉科技", "template_code": NOTIFICATION_TEMPLATE}
    body = await filed.call("send_sms", **(usual | fields))
    assert (body.code, body.biz_id) == (code, None)
    assert body.message
    assert (await filed.details(MOBILE, "20260316")).total_count == "0"


@pytest.mark.parametrize("missing", ["PhoneNumbers", "SignName", "TemplateCode"])
async def test_missing_parameters_are_http_400(filed: Driver, missing: str) -> None:
    fields = {"phone_numbers": MOBILE, "sign_name": "云杉科技", "template_code": NOTIFICATION_TEMPLATE}
    del fields[{"PhoneNumbers": "phone_numbers", "SignName": "sign_name", "TemplateCode": "template_code"}[missing]]
    with pytest.raises(ClientException) as caught:
        await filed.call("send_sms", **fields)
    assert caught.value.code == f"Missing{missing}"


@pytest.mark.parametrize("remark", ["", "[sandbox review=reject]"])
async def test_signature_must_have_been_approved(driver: Driver, remark: str) -> None:
    await driver.create(remark=remark)
    driver.later(hours=3 if remark else 1)
    assert (await driver.send(MOBILE)).code == "isv.SMS_SIGNATURE_ILLEGAL"


async def test_an_edit_in_review_does_not_stop_sending(filed: Driver) -> None:
    await filed.control("PUT", "fates/云杉科技", {"telecom": "fail:OTHERS_ERROR"})
    filed.later(hours=2)
    await filed.update()
    assert (await filed.get()).sign_status == 0
    assert (await filed.send(MOBILE)).code == "OK"


async def test_otp_signature_takes_otp_templates_only(driver: Driver) -> None:
    await driver.create(sign_type=0)
    driver.later(hours=2)
    assert (await driver.send(MOBILE)).code == "isv.SMS_SIGNATURE_SCENE_ILLEGAL"
    assert (await driver.send(MOBILE, **OTP)).code == "OK"


async def test_otp_limits_per_number(filed: Driver) -> None:
    assert (await filed.send(MOBILE, **OTP)).code == "OK"
    filed.later(seconds=59)
    second = await filed.send(MOBILE, **OTP)
    assert (second.code, second.message) == ("isv.BUSINESS_LIMIT_CONTROL", "触发分钟级流控Permits:1")
    assert (await filed.send(UNICOM, **OTP)).code == "OK", "another number"
    assert (await filed.send(MOBILE)).code == "OK", "another type of template"
    filed.later(seconds=1)
    for _ in range(4):
        assert (await filed.send(MOBILE, **OTP)).code == "OK"
        filed.later(minutes=1)
    assert (await filed.send(MOBILE, **OTP)).message == "触发小时级流控Permits:5"
    filed.later(hours=1)
    for _ in range(5):
        assert (await filed.send(MOBILE, **OTP)).code == "OK"
        filed.later(minutes=20)
    assert (await filed.send(MOBILE, **OTP)).message == "触发天级流控Permits:10"
    filed.later(days=1)
    assert (await filed.send(MOBILE, **OTP)).code == "OK"


async def test_notification_limit_per_number(filed: Driver) -> None:
    for _ in range(50):
        assert (await filed.send(MOBILE)).code == "OK"
    assert (await filed.send(MOBILE)).message == "触发天级流控Permits:50"
    assert (await filed.send(UNICOM)).code == "OK"


@pytest.mark.parametrize("fields", [{"send_date": "2026-03-16"}, {"send_date": "20261340"}])
async def test_unreadable_date(filed: Driver, fields: dict[str, str]) -> None:
    assert (await filed.details(MOBILE, **fields)).code == "isv.INVALID_PARAMETERS"


async def test_details_of_an_unreadable_number(filed: Driver) -> None:
    assert (await filed.details("12", "20260316")).code == "isv.MOBILE_NUMBER_ILLEGAL"
