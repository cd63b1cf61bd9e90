"""The platform's limits per number (短信发送频率限制)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sandbox.clock import BEIJING
from sandbox.operations.call import Call
from sandbox.protocol import ApiError
from sandbox.store import Message
from sandbox.templates import NOTIFICATION, OTP, PROMOTION, TemplateState


def check_limits(call: Call, outgoing: Sequence[tuple[str, str]], template: TemplateState, at: datetime) -> None:
    """Refuses messages over the limits, those of the same request before them counted in.

    Verification codes: one signature to one number once a minute, five times an hour, ten times a day, and all
    signatures of the account to one number forty times a day. Notifications and promotions: one signature and template
    to one number fifty times a day. What a day is, is a rule. Whether an earlier message arrived does not matter.

    Args:
        call: The request.
        outgoing: Signature and number of each message.
        template: What is sent.
        at: When.

    Raises:
        ApiError: ``isv.BUSINESS_LIMIT_CONTROL``, which names the window in Chinese as the platform does.
    """
    midnight = at.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
    day = midnight - timedelta.resolution if call.rules.day_limits == "beijing_date" else at - timedelta(days=1)
    minute, hour = at - timedelta(minutes=1), at - timedelta(hours=1)
    now: list[tuple[str, str]] = []
    for sign_name, phone in outgoing:
        earlier = call.store.messages(call.account, phone=phone, since=min(day, hour))
        of_kind = [message for message in earlier if message.template_type == template.kind]
        alike = [message for message in of_kind if _alike(message, sign_name, template)]
        same_request = now.count((sign_name, phone))
        if template.kind == OTP:
            _check("分钟", alike, minute, 1, same_request)
            _check("小时", alike, hour, 5, same_request)
            _check("天", alike, day, 10, same_request)
            _check("天", of_kind, day, 40, sum(other == phone for _, other in now))
        elif template.kind in (NOTIFICATION, PROMOTION):
            _check("天", alike, day, 50, same_request)
        now.append((sign_name, phone))


def _alike(message: Message, sign_name: str, template: TemplateState) -> bool:
    return message.sign_name == sign_name and (template.kind == OTP or message.template_code == template.code)


def _check(window: str, messages: Sequence[Message], after: datetime, most: int, same_request: int) -> None:
    if sum(message.sent_at > after for message in messages) + same_request >= most:
        raise ApiError("isv.BUSINESS_LIMIT_CONTROL", f"触发{window}级流控Permits:{most}", status=200)
