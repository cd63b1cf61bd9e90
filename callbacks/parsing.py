"""What the platform pushes (回调), read as hearsay: anybody could have sent it, so nothing in it is a fact.

Of a report about a message only the OutId is taken. The number it went to is never looked at, so it cannot end in a
log or a payload; numbers within a reviewer's words are masked.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from filing.masking import mask_phones_in

NAME_MAX = 100
"""Longer than any sign name; the platform allows 12, other sources 18."""

WORDS_MAX = 500
"""Characters of a reviewer's reason that are passed on."""

_OUT_ID = re.compile(r"[0-9a-f]{32}")
"""The form of the OutIds of this project; others belong to somebody else's messages."""

_ORDER_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
_STATUS = re.compile(r"[a-z_]{1,20}")
_IDENTITY_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


class UnreadableError(Exception):
    """The body is not what the platform sends; the text says what was expected."""


@dataclass(frozen=True)
class SignReport:
    """``SignSmsReport``: the platform's review (审核) of a signature has come so far."""

    sign_name: str
    says: str
    """``approving``, ``approved`` or ``rejected``; empty where it is none of the platform's words."""
    words: str
    """The reviewer's reason."""
    order_id: str | None


@dataclass(frozen=True)
class MessageReport:
    """``SmsReport``: there is a receipt (回执) of the message with this OutId."""

    out_id: str


Report = SignReport | MessageReport


def parse(body: bytes) -> list[Report]:
    """Read the body of a callback.

    Reports that concern no filing (messages of other programs, other kinds of callbacks) are left out.

    Raises:
        UnreadableError: It is not a JSON array of objects.
    """
    try:
        entries = json.loads(body)
    except (ValueError, RecursionError) as failure:
        raise UnreadableError("expected JSON in UTF-8") from failure
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise UnreadableError("expected a JSON array of objects")
    found = [_report(entry) for entry in entries]
    # Many messages of one report may be about the same one; order matters only to whoever reads the log.
    return list(dict.fromkeys(report for report in found if report is not None))


def _report(entry: Mapping[str, Any]) -> Report | None:
    if "sign_status" in entry:
        return _sign_report(entry)
    out_id = _text(entry.get("out_id"))
    return MessageReport(out_id) if _OUT_ID.fullmatch(out_id) else None


def _sign_report(entry: Mapping[str, Any]) -> SignReport | None:
    name = _text(entry.get("sign_name")).strip("【】").strip()
    # A slash would make it the id of another workflow, such as that of a round.
    if not name or len(name) > NAME_MAX or "/" in name:
        return None
    says = _text(entry.get("sign_status"))
    # HTTP says orderId, the message queue order_id.
    order_id = _text(entry.get("orderId") or entry.get("order_id"))
    return SignReport(
        sign_name=name,
        says=says if _STATUS.fullmatch(says) else "",
        words=_IDENTITY_NUMBER.sub("******", mask_phones_in(_text(entry.get("reason"))))[:WORDS_MAX],
        order_id=order_id if _ORDER_ID.fullmatch(order_id) else None,
    )


def _text(value: Any) -> str:
    """A value as text; numbers may come as such, anything else is as good as missing."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).encode(errors="replace").decode().strip()
