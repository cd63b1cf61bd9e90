"""The operations on messages (短信): SendSms, QuerySendDetails, QuerySendStatistics.

Business refusals of this family come as HTTP 200 with a ``Code`` other than ``OK``.
"""

import json
import re
from collections import Counter
from datetime import datetime, timedelta
from typing import Any, Literal

from sandbox.clock import BEIJING, beijing, beijing_date, parse_beijing_date
from sandbox.numbers import carrier_of, normalise
from sandbox.operations.call import Call
from sandbox.protocol import ApiError
from sandbox.store import Message
from sandbox.timeline import USABLE, SignatureState

OTP, NOTIFICATION = 0, 1
"""Template types (模板类型): 验证码, 通知."""

_MOST_NUMBERS = 1000
_DETAILS_KEPT = timedelta(days=30)
_DOMESTIC = 1
_VARIABLE = re.compile(r"\$\{([A-Za-z0-9_]+)\}")


def send_sms(call: Call) -> dict[str, Any]:
    """Sends one message to each number. Whether it will be delivered is settled now, by the carrier's filing."""
    parameters = call.parameters
    phone_numbers = parameters.required("PhoneNumbers")
    sign_name = parameters.required("SignName")
    template_code = parameters.required("TemplateCode")
    numbers = _numbers(phone_numbers)
    signature = call.signature(sign_name)
    if signature is None or not signature.ever_approved:
        raise _refused("isv.SMS_SIGNATURE_ILLEGAL", "该账号下找不到对应签名或签名未审核通过")
    template = call.store.paper("template", template_code)
    if template is None or template["TemplateStatus"] != "AUDIT_STATE_PASS":
        raise _refused("isv.SMS_TEMPLATE_ILLEGAL", "该账号下找不到对应模板或模板未审核通过")
    if signature.shown.material.get("SignType") == OTP and template["TemplateType"] != OTP:
        raise _refused("isv.SMS_SIGNATURE_SCENE_ILLEGAL", "验证码签名不能用于其他类型的模板")
    content = f"【{sign_name}】{_fill(template['TemplateContent'], parameters.text('TemplateParam'))}"
    sent_at = call.time_for(sign_name)
    for number in numbers:
        _check_limits(call, sign_name, template_code, template["TemplateType"], number, sent_at)

    biz_id = f"{int(sent_at.timestamp() * 1000)}{call.store.next_message():06d}^0"
    receipt_at = sent_at + call.pace.receipt
    call.store.add_messages(
        call.account,
        [
            Message(
                sign_name=sign_name,
                phone=number,
                carrier=carrier,
                sent_at=sent_at,
                receipt_at=receipt_at,
                delivered=_delivers(signature, carrier),
                template_code=template_code,
                template_type=template["TemplateType"],
                content=content,
                out_id=parameters.text("OutId"),
                biz_id=biz_id,
            )
            for number, carrier in numbers.items()
        ],
    )
    return {"BizId": biz_id}


def query_send_details(call: Call) -> dict[str, Any]:
    """Lists the messages to one number on one Beijing date within the last 30 days, the latest first."""
    parameters = call.parameters
    phone_number, send_date = parameters.required("PhoneNumber"), parameters.required("SendDate")
    number, size = parameters.page("CurrentPage")
    phone = normalise(phone_number)
    if phone is None:
        raise _refused("isv.MOBILE_NUMBER_ILLEGAL", "手机号码格式错误")
    day = _date(send_date)
    biz_id = parameters.text("BizId")
    found: list[Message] = []
    if day + timedelta(days=1) > call.asked_at - _DETAILS_KEPT:
        messages = call.store.messages(call.account, phone=phone, since=day, before=day + timedelta(days=1))
        found = [message for message in reversed(messages) if biz_id in (None, message.biz_id)]
    page = [_detail(message, call.asked_at) for message in found[(number - 1) * size : number * size]]
    return {"TotalCount": str(len(found)), "SmsSendDetailDTOs": {"SmsSendDetailDTO": page}}


def query_send_statistics(call: Call) -> dict[str, Any]:
    """Counts messages per Beijing date, of one signature or all; dates without messages are left out."""
    parameters = call.parameters
    first, last = _date(parameters.required("StartDate")), _date(parameters.required("EndDate"))
    number, size = parameters.page("PageIndex")
    parameters.required("IsGlobe")
    template_type = parameters.integer("TemplateType")
    messages: list[Message] = []
    if parameters.integer("IsGlobe") == _DOMESTIC:
        messages = call.store.messages(
            call.account, sign_name=parameters.text("SignName"), since=first, before=last + timedelta(days=1)
        )
    counts: dict[str, Counter[str]] = {}
    for message in messages:
        if template_type in (None, message.template_type):
            counts.setdefault(beijing_date(message.sent_at), Counter())[_outcome(message, call.asked_at)] += 1
    rows = [
        {
            "SendDate": date,
            "TotalCount": count.total(),
            "RespondedSuccessCount": count["delivered"],
            "RespondedFailCount": count["failed"],
            "NoRespondedCount": count["waiting"],
        }
        for date, count in counts.items()
    ]
    return {"Data": {"TotalSize": len(rows), "TargetList": rows[(number - 1) * size : number * size]}}


def _refused(code: str, message: str) -> ApiError:
    return ApiError(code, message, status=200)


def _numbers(text: str) -> dict[str, str]:
    """Reads a comma list of phone numbers and returns the carrier of each."""
    parts = text.split(",")
    if len(parts) > _MOST_NUMBERS:
        raise _refused("isv.MOBILE_COUNT_OVER_LIMIT", f"手机号码数量超过{_MOST_NUMBERS}个")
    carriers: dict[str, str] = {}
    for part in parts:
        number = normalise(part)
        carrier = carrier_of(number) if number else None
        if number is None or carrier is None:
            raise _refused("isv.MOBILE_NUMBER_ILLEGAL", "手机号码格式错误")
        carriers[number] = carrier
    return carriers


def _fill(template: str, parameters: str | None) -> str:
    """Puts the values of ``TemplateParam``, a JSON object, into the template's ``${name}`` places."""
    try:
        values = json.loads(parameters or "{}")
    except (ValueError, RecursionError) as error:
        raise _refused("isv.INVALID_JSON_PARAM", "参数格式错误，请使用JSON") from error
    if not isinstance(values, dict):
        raise _refused("isv.INVALID_JSON_PARAM", "参数格式错误，请使用JSON")
    missing = [name for name in _VARIABLE.findall(template) if name not in values]
    if missing:
        raise _refused("isv.TEMPLATE_MISSING_PARAMETERS", f"模板缺少变量：{missing[0]}")
    if any(isinstance(value, dict | list) for value in values.values()):
        raise _refused("isv.TEMPLATE_PARAMS_ILLEGAL", "模板变量的值须为字符串")
    return _VARIABLE.sub(lambda match: str(values[match[1]]), template)


def _check_limits(call: Call, sign_name: str, template_code: str, template_type: int, phone: str, at: datetime) -> None:
    """Refuses a message over the platform's limits per number (短信发送频率限制).

    Verification codes: one signature to one number once a minute, five times an hour, ten times a day. Notifications:
    one signature and template to one number fifty times a day. A day is a Beijing date.
    """
    midnight = at.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
    since = min(midnight, at - timedelta(hours=1))
    earlier = [
        message
        for message in call.store.messages(call.account, sign_name=sign_name, phone=phone, since=since)
        if message.template_type == template_type and (template_type == OTP or message.template_code == template_code)
    ]
    yesterday = midnight - timedelta.resolution
    limits = {
        OTP: (("分钟", at - timedelta(minutes=1), 1), ("小时", at - timedelta(hours=1), 5), ("天", yesterday, 10)),
        NOTIFICATION: (("天", yesterday, 50),),
    }
    for window, after, most in limits.get(template_type, ()):
        if sum(message.sent_at > after for message in earlier) >= most:
            raise _refused("isv.BUSINESS_LIMIT_CONTROL", f"触发{window}级流控Permits:{most}")


def _delivers(signature: SignatureState, carrier: str) -> bool:
    return signature.carriers[carrier].status in USABLE


def _date(text: str) -> datetime:
    try:
        return parse_beijing_date(text)
    except ValueError as error:
        raise _refused("isv.INVALID_PARAMETERS", "日期格式错误，请使用yyyyMMdd") from error


def _outcome(message: Message, at: datetime) -> Literal["waiting", "delivered", "failed"]:
    if at < message.receipt_at:
        return "waiting"
    return "delivered" if message.delivered else "failed"


_CODES = {"waiting": "", "failed": "PORT_NOT_REGISTERED", "delivered": "DELIVERED"}


def _detail(message: Message, at: datetime) -> dict[str, Any]:
    outcome = _outcome(message, at)
    detail = {
        "PhoneNum": message.phone,
        "SendStatus": {"waiting": 1, "failed": 2, "delivered": 3}[outcome],
        "ErrCode": (message.code if outcome != "waiting" else None) or _CODES[outcome],
        "SendDate": beijing(message.sent_at),
        "TemplateCode": message.template_code,
        "Content": message.content,
    }
    if outcome != "waiting":
        detail["ReceiveDate"] = beijing(message.receipt_at)
    if message.out_id is not None:
        detail["OutId"] = message.out_id
    return detail
