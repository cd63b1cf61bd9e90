"""The operations that send messages (短信): SendSms, SendBatchSms.

Business refusals of this family come as HTTP 200 with a ``Code`` other than ``OK``. A request is refused as a whole.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.clock import BEIJING
from sandbox.numbers import carrier_of, normalise
from sandbox.operations.call import Call
from sandbox.operations.limits import check_limits
from sandbox.operations.templates import template_of
from sandbox.protocol import ApiError
from sandbox.receipts import AskedFate, delivers, fate_of, receipt_for
from sandbox.settings import exceeded
from sandbox.store import Message
from sandbox.templates import (
    ATTRIBUTES,
    INTERNATIONAL,
    LONGEST_VALUE,
    OTP,
    PROMOTION,
    VARIABLE,
    TemplateState,
)
from sandbox.timeline import Review, SignatureState

_MOST_NUMBERS = 1000
_MOST_IN_BATCH = 100
_OPENS, _CLOSES = 8, 20
"""The hours, in Beijing, between which promotions may be sent."""
_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
_EXTEND_CODE = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True)
class _Outgoing:
    """One message to one number, before anything is checked but its number."""

    sign_name: str
    phone: str
    carrier: str
    values: str | None
    """Its ``TemplateParam``."""
    extend_code: str | None


def send_sms(call: Call) -> dict[str, Any]:
    """Sends one message to each number. Whether it will be delivered is settled now, by the carrier's filing."""
    parameters = call.parameters
    phone_numbers = parameters.required("PhoneNumbers").split(",")
    sign_name = parameters.required("SignName")
    parameters.required("TemplateCode")
    values, extend_code = parameters.text("TemplateParam"), parameters.text("SmsUpExtendCode")
    _check_count(phone_numbers, _MOST_NUMBERS)
    carriers = dict(_number(text) for text in phone_numbers)
    return _send(
        call, [_Outgoing(sign_name, phone, carrier, values, extend_code) for phone, carrier in carriers.items()]
    )


def send_batch_sms(call: Call) -> dict[str, Any]:
    """Sends a message to each of up to a hundred numbers, each under its own signature and with its own values."""
    parameters = call.parameters
    parameters.required("TemplateCode")
    phone_numbers = _texts(parameters.required("PhoneNumberJson"))
    sign_names = _texts(parameters.required("SignNameJson"))
    values = _objects(parameters.text("TemplateParamJson"), len(phone_numbers))
    given = parameters.text("SmsUpExtendCodeJson")
    extend_codes = _texts(given) if given else [None] * len(phone_numbers)
    _check_count(phone_numbers, _MOST_IN_BATCH)
    if not phone_numbers or not len(phone_numbers) == len(sign_names) == len(values) == len(extend_codes):
        raise refused("isv.INVALID_PARAMETERS", "手机号码、签名与模板变量的个数不一致")
    numbers = [_number(text) for text in phone_numbers]
    return _send(
        call,
        [
            _Outgoing(sign_name, phone, carrier, text, code)
            for (phone, carrier), sign_name, text, code in zip(numbers, sign_names, values, extend_codes, strict=True)
        ],
    )


def refused(code: str, message: str) -> ApiError:
    """Returns a refusal as this family answers it: HTTP 200 with a code."""
    return ApiError(code, message, status=200)


def _send(call: Call, outgoing: Sequence[_Outgoing]) -> dict[str, Any]:
    template = template_of(call, call.parameters.required("TemplateCode"))
    signatures = {name: _signature(call, name) for name in dict.fromkeys(message.sign_name for message in outgoing)}
    if template is None or template.review is not Review.APPROVED:
        raise refused("isv.SMS_TEMPLATE_ILLEGAL", "该账号下找不到对应模板或模板未审核通过")
    if template.kind == INTERNATIONAL:
        raise refused("isv.DOMESTIC_NUMBER_NOT_SUPPORTED", "国际/港澳台消息模板不支持发送境内号码")
    for signature in signatures.values():
        if signature.shown.material.get("SignType") == OTP and template.kind != OTP:
            raise refused("isv.SMS_SIGNATURE_SCENE_ILLEGAL", "验证码签名不能用于其他类型的模板")
    contents = [f"【{message.sign_name}】{_fill(template, message.values)}" for message in outgoing]
    sent_at = max(call.time_for(name) for name in signatures)
    _check_night(call, template, sent_at)
    for message in outgoing:
        _check_extend_code(call, message)
    check_limits(call, [(message.sign_name, message.phone) for message in outgoing], template, sent_at)
    code = exceeded(call.store, call.account, len(outgoing), sent_at)
    if code:
        raise refused(code, "账户余额不足" if code == "isv.AMOUNT_NOT_ENOUGH" else "触发发送限额")

    biz_id = f"{int(sent_at.timestamp() * 1000)}{call.store.next_message():06d}^0"
    call.store.add_messages(
        call.account,
        [
            _accepted(call, message, content, signatures[message.sign_name], template, biz_id, sent_at)
            for message, content in zip(outgoing, contents, strict=True)
        ],
    )
    return {"BizId": biz_id}


def _accepted(
    call: Call,
    message: _Outgoing,
    content: str,
    signature: SignatureState,
    template: TemplateState,
    biz_id: str,
    sent_at: datetime,
) -> Message:
    asked = call.store.paper("number", message.phone)
    fate = fate_of(message.phone, AskedFate(**asked).fate if asked else None)
    receipt = receipt_for(fate, signature.carriers[message.carrier], sent_at, call.pace.receipt, call.rules)
    return Message(
        sign_name=message.sign_name,
        phone=message.phone,
        carrier=message.carrier,
        sent_at=sent_at,
        receipt_at=receipt.at,
        delivered=receipt.delivered,
        template_code=template.code,
        template_type=template.kind,
        content=content,
        out_id=call.parameters.text("OutId"),
        biz_id=biz_id,
        code=receipt.code,
        pending_code=receipt.pending_code,
    )


def _signature(call: Call, sign_name: str) -> SignatureState:
    signature = call.signature(sign_name)
    if signature is None or not signature.ever_approved:
        raise refused("isv.SMS_SIGNATURE_ILLEGAL", "该账号下找不到对应签名或签名未审核通过")
    if call.rules.unusable_refuses_sends and not any(
        delivers(carrier, call.rules) for carrier in signature.carriers.values()
    ):
        raise refused("isv.SIGN_STATE_ILLEGAL", "签名状态为“不可用”")
    return signature


def _number(text: str) -> tuple[str, str]:
    """Reads a phone number and returns its eleven digits with its carrier."""
    number = normalise(text)
    carrier = carrier_of(number) if number else None
    if number is None or carrier is None:
        raise refused("isv.MOBILE_NUMBER_ILLEGAL", "手机号码格式错误")
    return number, carrier


def _check_count(numbers: Sequence[str], most: int) -> None:
    if len(numbers) > most:
        raise refused("isv.MOBILE_COUNT_OVER_LIMIT", f"手机号码数量超过{most}个")


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise refused("isv.INVALID_JSON_PARAM", "参数格式错误，请使用JSON") from error


def _texts(text: str) -> list[str]:
    array = _parsed(text)
    if not isinstance(array, list) or not all(isinstance(element, str) for element in array):
        raise refused("isv.INVALID_JSON_PARAM", "参数格式错误，请使用JSON")
    return array


def _objects(text: str | None, count: int) -> list[str | None]:
    if text is None:
        return [None] * count
    array = _parsed(text)
    if not isinstance(array, list):
        raise refused("isv.INVALID_JSON_PARAM", "参数格式错误，请使用JSON")
    return [json.dumps(element) for element in array]


def _fill(template: TemplateState, parameters: str | None) -> str:
    """Puts the values of ``TemplateParam``, a JSON object, into the template's ``${name}`` places."""
    values = _parsed(parameters or "{}")
    if not isinstance(values, dict):
        raise refused("isv.INVALID_JSON_PARAM", "参数格式错误，请使用JSON")
    names = VARIABLE.findall(template.content)
    missing = [name for name in names if name not in values]
    if missing:
        raise refused("isv.TEMPLATE_MISSING_PARAMETERS", f"模板缺少变量：{missing[0]}")
    if any(isinstance(value, dict | list) for value in values.values()):
        raise refused("isv.TEMPLATE_PARAMS_ILLEGAL", "模板变量的值须为字符串")
    _check_values(template, {name: str(values[name]) for name in names})
    return VARIABLE.sub(lambda match: str(values[match[1]]), template.content)


def _check_values(template: TemplateState, values: dict[str, str]) -> None:
    for name, value in values.items():
        attribute = ATTRIBUTES.get(template.rule.get(name, ""))
        if len(value) > (attribute.longest if attribute else LONGEST_VALUE):
            raise refused("isv.PARAM_LENGTH_LIMIT", f"变量长度受限：{name}")
        if _LINK.search(value):
            raise refused("isv.PARAM_NOT_SUPPORT_URL", f"变量不支持传入链接：{name}")
        if attribute and not attribute.pattern.fullmatch(value):
            raise refused("isv.TEMPLATE_PARAMS_ILLEGAL", f"变量与其属性类型不匹配：{name}")


def _check_night(call: Call, template: TemplateState, at: datetime) -> None:
    if template.kind == PROMOTION and not _OPENS <= at.astimezone(BEIJING).hour < _CLOSES:
        raise refused(call.rules.night_promotion_code, "推广短信禁止在20:00-08:00发送")


def _check_extend_code(call: Call, message: _Outgoing) -> None:
    """Refuses an extension code (扩展码) that is none, or that belongs to another signature of the account."""
    code = message.extend_code
    if code is None:
        return
    if not _EXTEND_CODE.fullmatch(code):
        raise refused("isv.CODE_ERROR", "传入扩展码不可用")
    key = f"{call.account}/{code}"
    owner = call.store.paper("extend_code", key)
    if owner and owner["sign_name"] != message.sign_name:
        raise refused("isv.EXTEND_CODE_ERROR", "扩展码使用错误，相同的扩展码不可用于多个签名")
    call.store.put_paper("extend_code", key, {"sign_name": message.sign_name})
