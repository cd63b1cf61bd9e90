"""Fates: what an applicant or a test asks the sandbox to let happen to a signature.

A fate is asked for by a directive in the ``Remark`` of CreateSmsSign or UpdateSmsSign::

    [sandbox telecom=fail:QUALIFICATION_ERROR unicom=silent mobile=days:3 expiry=25s review=reject]

or, with the same keys and values, through the control plane, which wins. The grammar::

    directive = "[sandbox" (" " key "=" value)+ "]"
    mobile | unicom | telecom =
        ok               answered well after the pace's time
        fail:REASON_CODE 报备失败 with that reason after the pace's time
        silent           never answered: 报备中 for ever
        days:N           answered well after N working days
        seconds:N        answered well after N seconds
        recalled:SPAN    answered well after the pace's time; SPAN later 扩展码收回, whatever it is by then
        governed:SPAN    the same with 运营商签名合规治理
    expiry = SPAN        instead of the pace's expiry, for example 25s, 36h, 10d, 6mo
    review = ok | reject | silent
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from sandbox.numbers import CARRIERS
from sandbox.pace import Span
from sandbox.reasons import REASON_TEXTS

_DIRECTIVE = re.compile(r"\[sandbox\b([^\]]*)\]")
_REVIEWS = ("ok", "reject", "silent")
_REVOCATIONS = {"recalled": "EXT_CODE_RECYCLE", "governed": "SUBPORT_RECYCLE"}
_LONGEST_SECONDS = 10**8
_LONGEST_DAYS = 3660


@dataclass(frozen=True)
class CarrierFate:
    """What a carrier does with a filing."""

    answers: bool = True
    fails_with: str | None = None
    """The ReasonCode of the failure, or ``None`` for a good answer."""
    takes: Span | None = None
    """Instead of the pace's time."""
    revoked_after: Span | None = None
    """From the answer to the day on which what was filed is taken back, or ``None`` if it is not."""
    revoked_with: str | None = None
    """The ReasonCode of that."""


@dataclass(frozen=True)
class Fates:
    """What will happen to one submission of a signature."""

    carriers: Mapping[str, CarrierFate] = field(default_factory=dict)
    expiry: Span | None = None
    review: Literal["ok", "reject", "silent"] = "ok"


def parse_fates(asked: Mapping[str, str]) -> Fates:
    """Reads fates from their keys and values.

    Args:
        asked: For example ``{"telecom": "fail:QUALIFICATION_ERROR", "expiry": "25s"}``.

    Raises:
        ValueError: A key or value is not of the grammar in this module's description; the message names it.
    """
    carriers: dict[str, CarrierFate] = {}
    expiry: Span | None = None
    review: Literal["ok", "reject", "silent"] = "ok"
    for key, value in asked.items():
        if key in CARRIERS:
            carriers[key] = _parse_carrier(key, value)
        elif key == "expiry":
            expiry = Span.parse(value)
        elif key == "review" and value in _REVIEWS:
            review = value  # type: ignore[assignment]  # membership in a tuple does not narrow a str
        else:
            raise ValueError(f"{key}={value} is not a fate the sandbox knows")
    return Fates(carriers=carriers, expiry=expiry, review=review)


def parse_directive(remark: str) -> dict[str, str]:
    """Finds the directive in a remark.

    Returns:
        The keys and values asked for; empty if the remark has no directive.

    Raises:
        ValueError: There is a directive and it cannot be read.
    """
    match = _DIRECTIVE.search(remark)
    if not match:
        if "[sandbox" in remark:
            raise ValueError("the directive is not closed by ]")
        return {}
    asked: dict[str, str] = {}
    for word in match[1].split():
        key, equals, value = word.partition("=")
        if not equals:
            raise ValueError(f"{word!r} is not key=value")
        asked[key] = value
    parse_fates(asked)
    return asked


def _parse_carrier(carrier: str, value: str) -> CarrierFate:
    verb, _, argument = value.partition(":")
    if value == "ok":
        return CarrierFate()
    if value == "silent":
        return CarrierFate(answers=False)
    if verb == "fail" and argument in REASON_TEXTS:
        return CarrierFate(fails_with=argument)
    if verb == "days" and _number(argument) <= _LONGEST_DAYS:
        return CarrierFate(takes=Span(working_days=_number(argument)))
    if verb == "seconds" and _number(argument) <= _LONGEST_SECONDS:
        return CarrierFate(takes=Span(fixed=timedelta(seconds=_number(argument))))
    if verb in _REVOCATIONS:
        return CarrierFate(revoked_after=Span.parse(argument), revoked_with=_REVOCATIONS[verb])
    raise ValueError(
        f"{carrier}={value} is not ok, fail:REASON_CODE, silent, days:N, seconds:N, recalled:SPAN or governed:SPAN"
    )


def _number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise ValueError(f"{text!r} is not a number")
    return int(text)
