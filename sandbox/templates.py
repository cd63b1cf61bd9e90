"""Message templates (短信模板): what a stored one has come to, and what its variables may hold. No I/O, no clock.

A template is reviewed like a signature and filed with nobody. Its latest submission is what is shown and sent.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.clock import parse_beijing_time, parse_instant
from sandbox.pace import Pace
from sandbox.timeline import Review

OTP, NOTIFICATION, PROMOTION, INTERNATIONAL = 0, 1, 2, 3
"""``TemplateType`` of CreateSmsTemplate: 验证码, 短信通知, 推广短信, 国际/港澳台消息."""

VARIABLE = re.compile(r"\$\{([A-Za-z0-9_]+)\}")
LONGEST_VALUE = 35
"""Characters of a variable whose attribute sets no limit of its own."""

_STOCKED_STATUS: Mapping[str, Review] = {
    "AUDIT_STATE_INIT": Review.IN_REVIEW,
    "AUDIT_STATE_PASS": Review.APPROVED,
    "AUDIT_STATE_NOT_PASS": Review.REJECTED,
    "AUDIT_STATE_CANCEL": Review.CANCELLED,
}


@dataclass(frozen=True)
class Attribute:
    """What a variable of some attribute (变量属性) may hold."""

    pattern: re.Pattern[str]
    longest: int = LONGEST_VALUE


ATTRIBUTES: Mapping[str, Attribute] = {
    "numberCaptcha": Attribute(re.compile(r"[0-9]{4,}"), 6),
    "characterWithNumber2": Attribute(re.compile(r"[A-Za-z0-9]{4,}"), 6),
    "phone_number2": Attribute(re.compile(r"[0-9-]{5,}"), 15),
    "time": Attribute(re.compile(r"[0-9年月日号时点分秒上下午晚中凌晨:：/. -]+")),
    "money": Attribute(re.compile(r"[0-9.,元圆角分万亿]+")),
    "other_number2": Attribute(re.compile(r"[A-Za-z0-9]+")),
    "name": Attribute(re.compile(r"[^{}【】]+")),
    "user_nick": Attribute(re.compile(r"[^{}【】]+")),
    "address": Attribute(re.compile(r"[^{}【】]+")),
    "others": Attribute(re.compile(r"[^{}【】]+")),
}
"""By the name in ``TemplateRule``. The names are those of the reference's examples; its page shows only a part."""


@dataclass(frozen=True)
class TemplateState:
    """A template at the time asked about."""

    code: str
    kind: int
    """``TemplateType``."""
    content: str
    review: Review
    name: str | None = None
    order_id: str | None = None
    created_at: datetime | None = None
    audited_at: datetime | None = None
    tag: int = 2
    """``TemplateTag``: 2 made by the account, 3 gifted, 4 for tests."""
    material: Mapping[str, Any] = field(default_factory=dict)
    """What the applicant handed in, by the parameter names of CreateSmsTemplate."""
    rule: Mapping[str, str] = field(default_factory=dict)
    """The attribute of each variable; empty where none is known."""


def template_state(paper: Mapping[str, Any], at: datetime, pace: Pace) -> TemplateState:
    """Computes the state of a stored template.

    Args:
        paper: As stocked, with a ``TemplateStatus`` that stays, or with ``submissions`` that are reviewed.
        at: The time asked about, not before its last submission.
        pace: How long a review takes.
    """
    if "submissions" not in paper:
        created = paper.get("CreateDate")
        return TemplateState(
            code=paper["TemplateCode"],
            kind=paper["TemplateType"],
            content=paper["TemplateContent"],
            review=_STOCKED_STATUS[paper["TemplateStatus"]],
            name=paper.get("TemplateName"),
            order_id=paper.get("OrderId"),
            created_at=parse_beijing_time(created) if created else None,
            tag=paper.get("TemplateTag", 3),
            material={name: paper[name] for name in ("RelatedSignName", "Remark") if name in paper},
        )
    first, last = paper["submissions"][0], paper["submissions"][-1]
    material = last["material"]
    decided_at = None if last["review"] == "silent" else pace.review_ends(parse_instant(last["at"]))
    review = Review.IN_REVIEW
    if decided_at is not None and decided_at <= at:
        review = Review.APPROVED if last["review"] == "ok" else Review.REJECTED
    return TemplateState(
        code=paper["TemplateCode"],
        kind=material["TemplateType"],
        content=material["TemplateContent"],
        review=review,
        name=material["TemplateName"],
        order_id=last["order_id"],
        created_at=parse_instant(first["at"]),
        audited_at=None if review is Review.IN_REVIEW else decided_at,
        material=material,
        rule=last["rule"],
    )
