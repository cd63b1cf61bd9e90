"""Behaviour that the platform's documentation leaves open, as named switches."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, get_args, get_origin, get_type_hints

_LONGEST_TEXT = 100
_LARGEST_NUMBER = 10_000
_TRUTH = {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False}


@dataclass(frozen=True)
class Rules:
    """What the sandbox assumes where the real platform's behaviour is not documented."""

    edit_while_registering: Literal["refused_if_any", "refused_if_all", "allowed"] = "refused_if_any"
    """What UpdateSmsSign and ChangeSignatureQualification do while carriers are 报备中.

    The help page says "报备期间不可编辑签名", not whether one of three carriers is enough, and of a change of the
    qualification it says nothing of its own.
    """

    edit_refusal_code: str = "isv.ERROR_SIGN_NOT_MODIFY"
    """The code with which UpdateSmsSign refuses at the wrong moment; by default that of the operation it replaced."""

    unchanged_edit_files: bool = True
    """An approved UpdateSmsSign that changes no field files with the carriers anew. Off: it leaves them as they are."""

    edit_resets_carriers: bool = True
    """An approved edit puts all three carriers back to 报备中. Off: a carrier in 已报备待验证 or 报备成功 stays there.

    The help page says of 报备成功 that an update "needs filing again" and does not say whether for all carriers.
    """

    edit_shows_in_review: bool = True
    """While an edit is in review, GetSmsSign answers SignStatus 0 beside the old material. Off: the old status too."""

    withdrawn_edit_shows: bool = False
    """Once an edit of an approved signature is withdrawn, GetSmsSign answers SignStatus 10. Off: 1, as before the edit.

    With 10 the signature can be deleted and not edited: the reference of UpdateSmsSign names 1 and 2 only.
    """

    rebind_is_reviewed: bool = False
    """ChangeSignatureQualification goes into review like an edit. Off: the carriers are filed at once.

    Reviewed or not, what ``edit_resets_carriers`` says of an edit holds for it as well.
    """

    failed_qualification_rebinds: bool = False
    """A signature may be bound again to the qualification with which a carrier failed it, as it is. Off: that is
    ``SmsQualificationRegisterFailed`` ("modify the qualification and re-bind") until the qualification is modified.
    """

    app_source_accepted: bool = True
    """``SignSource`` 2 (已上线 APP 名) is accepted. Off: refused like the retired ones, as notices of 2026 say."""

    sign_name_max_length: int = 12
    """Longest signature name. The API reference says 12; newer naming pages are quoted with 18."""

    signs_per_day: int = 10_000
    """Applications for signatures per account and Beijing date. The reference says 1 for persons and no limit for
    companies, an older page 100, others 1 for all; one too many is ``isv.SIGN_COUNT_OVER_LIMIT``.
    """

    deliveries_for_verdict: int = 1
    """Messages that a carrier must deliver before the time to 报备成功 runs; the real threshold is not told."""

    expiry_counts: Literal["signature", "carrier"] = "signature"
    """Whose messages put 报备失效 off: all under the signature, as the help page words it, or the carrier's own."""

    complete_time_while_registering: Literal["absent", "previous"] = "absent"
    """What OperatorCompleteTime is in 报备中 of a later filing: nothing, or the time of the answer before."""

    register_result: Literal["any_carrier", "all_carriers", "absent"] = "any_carrier"
    """When the deprecated RegisterResult says 1: one carrier is 报备成功, or all are. ``absent``: it never comes."""

    registering_delivers: bool = False
    """Messages through a carrier in 报备中 arrive. The help page lets people try (可少量多次), no more."""

    unusable_refuses_sends: bool = False
    """Sending is refused with ``isv.SIGN_STATE_ILLEGAL`` where no carrier would deliver. Off: the receipts tell."""

    unfiled_receipt: str = "PORT_NOT_REGISTERED"
    """ErrCode of the receipt where the filing is in the way. The platform warns that any code may mean that."""

    night_promotion_code: str = "isv.BUSINESS_LIMIT_CONTROL"
    """The code that refuses promotions (推广短信) from 20:00 to 08:00; that they are refused is documented, not how."""

    day_limits: Literal["beijing_date", "rolling"] = "beijing_date"
    """What a day is to the limits per number: one page says 自然日, another 24 hours from the message on."""


def parse_rules(assignments: Iterable[str], rules: Rules | None = None) -> Rules:
    """Reads switches as they stand on a command line.

    Args:
        assignments: Each is ``NAME=VALUE``, for example ``unchanged_edit_files=off``; a later one wins.
        rules: What holds where no assignment says otherwise; the defaults if ``None``.

    Raises:
        ValueError: A name or a value is not possible; the message tells those that are.
    """
    chosen: dict[str, Any] = {}
    kinds = get_type_hints(Rules)
    for assignment in assignments:
        name, equals, text = (part.strip() for part in assignment.partition("="))
        if not equals:
            raise ValueError(f"{assignment!r} is not NAME=VALUE; the rules are {', '.join(kinds)}")
        if name not in kinds:
            alike = difflib.get_close_matches(name, kinds, n=1)
            hint = f"did you mean {alike[0]}?" if alike else f"the rules are {', '.join(kinds)}"
            raise ValueError(f"there is no rule {name!r}; {hint}")
        chosen[name] = _read(name, kinds[name], text)
    return replace(rules or Rules(), **chosen)


def told(rules: Rules) -> dict[str, bool | int | str]:
    """Returns every switch by name, for the health answer of the control plane."""
    return {field.name: getattr(rules, field.name) for field in fields(rules)}


def _read(name: str, kind: Any, text: str) -> bool | int | str:
    if get_origin(kind) is Literal:
        possible = get_args(kind)
        if text not in possible:
            raise ValueError(f"{name}={text} is not possible; it is one of {', '.join(possible)}")
        return text
    if kind is bool:
        if text.lower() not in _TRUTH:
            raise ValueError(f"{name}={text} is not possible; it is on or off")
        return _TRUTH[text.lower()]
    if kind is int:
        if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= _LARGEST_NUMBER and len(text) < 9):
            raise ValueError(f"{name}={text} is not possible; it is a whole number from 1 to {_LARGEST_NUMBER}")
        return int(text)
    if not (text.isascii() and text.isprintable() and 1 <= len(text) <= _LONGEST_TEXT and " " not in text):
        raise ValueError(f"{name}={text} is not possible; it is a code of the platform")
    return text
