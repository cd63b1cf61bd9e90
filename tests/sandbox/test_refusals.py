"""Every refusal that the platform documents per operation and that the sandbox's state can produce, in one table.

The parameters that are missing or wrong by themselves are with their operation; here is what depends on what is stored.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.sandbox.driver import MOBILE, OTP_TEMPLATE, Driver, refusal

LETTER = {
    "OrganizationCode": "91420100MA0000005E",
    "AuthorizationLetterExpDate": "2025-01-01~2030-12-31",
    "SignList": ["白鹭旅行"],
    "State": "PASSED",
}
NOTICE: dict[str, Any] = {
    "template_name": "通知",
    "template_content": "您好",
    "template_type": 1,
    "related_sign_name": "云杉科技",
}
SEND = {"phone_numbers": MOBILE, "sign_name": "云杉科技"}
BY_LETTER: dict[str, Any] = {"qualification_id": 900005, "third_party": True}
FILED, IN_REVIEW, REGISTERING, REJECTED, CANCELLED, NONE = (
    "filed",
    "in review",
    "报备中",
    "rejected",
    "withdrawn",
    "none",
)

Act = Callable[[Driver], Awaitable[Any]]


async def lead(driver: Driver, to: str) -> None:
    """Leads 云杉科技 to a state; the papers are there in any."""
    letters = [
        LETTER | {"AuthorizationLetterId": 42, "AuthorizationLetterName": "授权书一", "State": "INT"},
        LETTER | {"AuthorizationLetterId": 43, "AuthorizationLetterName": "授权书二", "SignList": ["白鹭假期"]},
        LETTER
        | {
            "AuthorizationLetterId": 44,
            "AuthorizationLetterName": "授权书三",
            "AuthorizationLetterExpDate": "2025-01-01~2026-01-01",
        },
    ]
    await driver.control("POST", "stock", {"letters": letters})
    if to == NONE:
        return
    await driver.create(remark="[sandbox review=reject]" if to == REJECTED else "")
    if to == CANCELLED:
        assert driver.time is not None
        await driver.control("POST", "console/云杉科技/withdraw", {"at": driver.time.isoformat()})
    if to in (REGISTERING, REJECTED):
        driver.later(hours=2)
    if to == FILED:
        driver.later(days=14, hours=2)


async def rebind_by_letter(driver: Driver, **fields: Any) -> Any:
    await driver.create("白鹭旅行", **BY_LETTER, authorization_letter_id=800001)
    driver.later(days=14, hours=2)
    return await driver.rebind("白鹭旅行", **{"qualification_id": 900005} | fields)


async def create_and_call(driver: Driver, operation: str, **fields: Any) -> Any:
    created = await driver.call("create_sms_template", **NOTICE)
    return await driver.call(operation, template_code=created.template_code, **fields)


TABLE: list[tuple[str, str, Act, int, str]] = [
    ("CreateSmsSign", FILED, lambda d: d.create(), 400, "SignName.Exists"),
    ("CreateSmsSign", CANCELLED, lambda d: d.create(), 400, "SignName.Exists"),
    ("CreateSmsSign", NONE, lambda d: d.create(qualification_id=1), 404, "QualificationNotFound"),
    ("CreateSmsSign", NONE, lambda d: d.create(qualification_id=900003), 400, "InvalidQualification"),
    ("CreateSmsSign", NONE, lambda d: d.create(third_party=True), 400, "ParameterMismatch.ThirdParty"),
    ("CreateSmsSign", NONE, lambda d: d.create("云 杉"), 400, "InvalidSignName"),
    ("CreateSmsSign", NONE, lambda d: d.create(""), 400, "MissingSignName"),
    ("CreateSmsSign", NONE, lambda d: d.create(sign_source=2), 400, "MissApplySceneContent"),
    (
        "CreateSmsSign",
        NONE,
        lambda d: d.create(sign_source=2, apply_scene_content="app"),
        400,
        "InvalidApplySceneContent",
    ),
    (
        "CreateSmsSign",
        NONE,
        lambda d: d.create(sign_source=2, apply_scene_content="https://a.cn", app_icp_record_id=1),
        400,
        "AppIcpRecordNotExist",
    ),
    ("CreateSmsSign", NONE, lambda d: d.create(sign_source=5, trademark_id=1), 400, "TrademarkNotExist"),
    ("CreateSmsSign", NONE, lambda d: d.create("白鹭旅行", **BY_LETTER), 400, "SmsAuthorizationLetterNotExist"),
    (
        "CreateSmsSign",
        NONE,
        lambda d: d.create("白鹭旅行", **BY_LETTER, authorization_letter_id=43),
        400,
        "SmsSignNotAuthorized",
    ),
    (
        "CreateSmsSign",
        NONE,
        lambda d: d.create("白鹭旅行", **BY_LETTER, authorization_letter_id=44),
        400,
        "SmsAuthorizationLetterNotMatch",
    ),
    ("CreateSmsSign", NONE, lambda d: d.create(authorization_letter_id=42), 400, "SmsAuthorizationLetterNotMatch"),
    ("UpdateSmsSign", NONE, lambda d: d.update(), 404, "SignatureNotFound"),
    ("UpdateSmsSign", IN_REVIEW, lambda d: d.update(), 400, "isv.ERROR_SIGN_NOT_MODIFY"),
    ("UpdateSmsSign", REGISTERING, lambda d: d.update(), 400, "isv.ERROR_SIGN_NOT_MODIFY"),
    ("UpdateSmsSign", CANCELLED, lambda d: d.update(), 400, "isv.ERROR_SIGN_NOT_MODIFY"),
    ("UpdateSmsSign", REJECTED, lambda d: d.update(qualification_id=1), 404, "QualificationNotFound"),
    ("UpdateSmsSign", REJECTED, lambda d: d.update(qualification_id=900004), 400, "InvalidQualification"),
    ("UpdateSmsSign", FILED, lambda d: d.update(third_party=True), 400, "ParameterMismatch.ThirdParty"),
    ("UpdateSmsSign", FILED, lambda d: d.update(sign_source=5), 400, "TrademarkNotExist"),
    ("DeleteSmsSign", NONE, lambda d: d.delete(), 404, "SignatureNotFound"),
    ("DeleteSmsSign", IN_REVIEW, lambda d: d.delete(), 400, "isv.ERROR_SIGN_NOT_DELETE"),
    ("GetSmsSign", NONE, lambda d: d.get(), 404, "SignatureNotFound"),
    ("ChangeSignatureQualification", NONE, lambda d: d.rebind(), 400, "SmsSignatureNotExist"),
    ("ChangeSignatureQualification", IN_REVIEW, lambda d: d.rebind(), 400, "SMS_STATUS_ILLEGAL"),
    ("ChangeSignatureQualification", REGISTERING, lambda d: d.rebind(), 400, "SMS_STATUS_ILLEGAL"),
    ("ChangeSignatureQualification", REJECTED, lambda d: d.rebind(), 400, "SMS_STATUS_ILLEGAL"),
    ("ChangeSignatureQualification", CANCELLED, lambda d: d.rebind(), 400, "SMS_STATUS_ILLEGAL"),
    ("ChangeSignatureQualification", FILED, lambda d: d.rebind(qualification_id=1), 400, "QualificationNotExist"),
    (
        "ChangeSignatureQualification",
        FILED,
        lambda d: d.rebind(qualification_id=900008),
        400,
        "QualificationNotComplete",
    ),
    (
        "ChangeSignatureQualification",
        FILED,
        lambda d: d.rebind(qualification_id=900003),
        400,
        "SmsQualificationNotPassed",
    ),
    (
        "ChangeSignatureQualification",
        FILED,
        lambda d: d.rebind(authorization_letter_id=1),
        400,
        "SmsAuthorizationLetterNotExist",
    ),
    (
        "ChangeSignatureQualification",
        NONE,
        lambda d: rebind_by_letter(d, authorization_letter_id=42),
        400,
        "SmsPassedAuthorizationLetterNotMatch",
    ),
    (
        "ChangeSignatureQualification",
        NONE,
        lambda d: rebind_by_letter(d, authorization_letter_id=43),
        400,
        "SmsSignNotAuthorized",
    ),
    (
        "QuerySingleSmsQualification",
        NONE,
        lambda d: d.call("query_single_sms_qualification", qualification_group_id=1),
        400,
        "QualificationNotFound",
    ),
    ("CreateSmsTemplate", NONE, lambda d: d.call("create_sms_template", **NOTICE), 404, "SmsSignatureNotFound"),
    ("CreateSmsTemplate", IN_REVIEW, lambda d: d.call("create_sms_template", **NOTICE), 400, "AssocSignUnapproved"),
    ("CreateSmsTemplate", CANCELLED, lambda d: d.call("create_sms_template", **NOTICE), 400, "AssocSignUnapproved"),
    (
        "UpdateSmsTemplate",
        FILED,
        lambda d: create_and_call(d, "update_sms_template", **NOTICE),
        400,
        "isv.ERROR_TEMPLATE_NOT_MODIFY",
    ),
    (
        "DeleteSmsTemplate",
        FILED,
        lambda d: create_and_call(d, "delete_sms_template"),
        400,
        "isv.ERROR_TEMPLATE_NOT_DELETE",
    ),
    ("GetSmsTemplate", NONE, lambda d: d.call("get_sms_template", template_code="SMS_1"), 404, "TemplateNotFound"),
    ("SendSms", NONE, lambda d: d.send(MOBILE), 200, "isv.SMS_SIGNATURE_ILLEGAL"),
    ("SendSms", IN_REVIEW, lambda d: d.send(MOBILE), 200, "isv.SMS_SIGNATURE_ILLEGAL"),
    ("SendSms", REJECTED, lambda d: d.send(MOBILE), 200, "isv.SMS_SIGNATURE_ILLEGAL"),
    ("SendSms", CANCELLED, lambda d: d.send(MOBILE), 200, "isv.SMS_SIGNATURE_ILLEGAL"),
    ("SendSms", FILED, lambda d: d.send(MOBILE, template_code="SMS_1"), 200, "isv.SMS_TEMPLATE_ILLEGAL"),
    ("SendSms", FILED, lambda d: create_and_call(d, "send_sms", **SEND), 200, "isv.SMS_TEMPLATE_ILLEGAL"),
    ("SendSms", FILED, lambda d: d.send("1"), 200, "isv.MOBILE_NUMBER_ILLEGAL"),
    (
        "SendSms",
        FILED,
        lambda d: d.send(MOBILE, template_code=OTP_TEMPLATE),
        200,
        "isv.TEMPLATE_MISSING_PARAMETERS",
    ),
    ("QuerySendDetails", NONE, lambda d: d.details("1", "20260302"), 200, "isv.MOBILE_NUMBER_ILLEGAL"),
    ("QuerySendDetails", NONE, lambda d: d.details(MOBILE, "2026-03-02"), 200, "isv.INVALID_PARAMETERS"),
]


@pytest.mark.parametrize(
    ("state", "act", "status", "code"),
    [pytest.param(*row[1:], id="-".join([row[0], row[1], row[4]])) for row in TABLE],
)
async def test_refusals(driver: Driver, state: str, act: Act, status: int, code: str) -> None:
    await lead(driver, state)
    before = await driver.control("GET", "journal")
    assert await refusal(act(driver)) == (status, code)
    after = (await driver.control("GET", "journal"))["entries"]
    assert (after[-1]["status"], after[-1]["code"]) == (status, code)
    assert len(after) > len(before["entries"])
