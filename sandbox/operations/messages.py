"""Reading messages (短信) back: QuerySendDetails, QuerySendStatistics.

Business refusals of this family come as HTTP 200 with a ``Code`` other than ``OK``.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any, Literal

from sandbox.clock import beijing, beijing_date, parse_beijing_date
from sandbox.numbers import normalise
from sandbox.operations.call import Call
from sandbox.operations.sending import refused
from sandbox.store import Message

_DETAILS_KEPT = timedelta(days=30)
_DOMESTIC = 1


def query_send_details(call: Call) -> dict[str, Any]:
    """Lists the messages to one number on one Beijing date within the last 30 days, the latest first."""
    parameters = call.parameters
    phone_number, send_date = parameters.required("PhoneNumber"), parameters.required("SendDate")
    number, size = parameters.page("CurrentPage")
    phone = normalise(phone_number)
    if phone is None:
        raise refused("isv.MOBILE_NUMBER_ILLEGAL", "手机号码格式错误")
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


def _date(text: str) -> datetime:
    try:
        return parse_beijing_date(text)
    except ValueError as error:
        raise refused("isv.INVALID_PARAMETERS", "日期格式错误，请使用yyyyMMdd") from error


def _outcome(message: Message, at: datetime) -> Literal["waiting", "delivered", "failed"]:
    if at < message.receipt_at:
        return "waiting"
    return "delivered" if message.delivered else "failed"


ERR_CODES = {"failed": "PORT_NOT_REGISTERED", "delivered": "DELIVERED"}
"""``ErrCode`` of a receipt that names none of its own."""


def _detail(message: Message, at: datetime) -> dict[str, Any]:
    outcome = _outcome(message, at)
    detail = {
        "PhoneNum": message.phone,
        "SendStatus": {"waiting": 1, "failed": 2, "delivered": 3}[outcome],
        "ErrCode": message.pending_code if outcome == "waiting" else message.code or ERR_CODES[outcome],
        "SendDate": beijing(message.sent_at),
        "TemplateCode": message.template_code,
        "Content": message.content,
    }
    if outcome != "waiting":
        detail["ReceiveDate"] = beijing(message.receipt_at)
    if message.out_id is not None:
        detail["OutId"] = message.out_id
    return detail
