"""Whether the papers beside the qualification (资质) will do: letter of authorization, trademark, app record.

Sources: help page, step 2; ``CreateSmsSign``, ``QuerySmsAuthorizationLetter``, ``QuerySmsTrademark`` and
``QuerySmsAppIcpRecord`` of Dysmsapi 2017-05-25. That a paper is not named at all is found by ``filing.naming``.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, Literal

from filing.application import SignatureApplication, unknown_fields
from filing.naming.findings import OWNER_NOT_CHECKED, note, reject, warn
from filing.naming.normalising import normalise_sign_name, same_company
from filing.paper_models import AppRecord, AuthorizationLetter, Trademark
from filing.snapshot import Finding, Qualification

PaperField = Literal["authorization_letter_id", "trademark_id", "app_icp_record_id"]

LETTER: Final = "authorization_letter_id"
TRADEMARK: Final = "trademark_id"
APP_RECORD: Final = "app_icp_record_id"

PAPER_FIELDS: Final = ("qualification_id", LETTER, TRADEMARK, APP_RECORD)
"""The fields of an application that name papers; a finding about a paper names one of them."""

_STEP_2 = "help page, step 2"
_SHOWN_NAMES = 10
_WORDS = {
    LETTER: ("LETTER", "letter of authorization (委托授权书)"),
    TRADEMARK: ("TRADEMARK", "trademark (商标)"),
    APP_RECORD: ("APP_RECORD", "ICP record of an app (APP 备案)"),
}
_VALID = {
    LETTER: "the letter must be valid (QuerySmsAuthorizationLetter: Status)",
    TRADEMARK: "the trademark must be registered and in force (QuerySmsTrademark: TrademarkEffExpDate)",
}


def judge_letter(
    letter: AuthorizationLetter,
    application: SignatureApplication,
    qualification: Qualification | None,
    today: date,
    warn_within: timedelta,
) -> Iterator[Finding]:
    """Judge a letter of authorization: it covers the name, is of the qualification's company, and is valid.

    Args:
        letter: What the platform shows.
        application: What is to rest on it.
        qualification: What it has to agree with; none where that could not be read.
        today: The Beijing date.
        warn_within: How long before its last day it is called expiring.
    """
    if application.sign_name not in letter.covers:
        yield reject(
            "LETTER_NOT_COVERING",
            application.sign_name,
            f"the letter must cover the signature (CreateSmsSign: SmsSignNotAuthorized); it covers {_scope(letter)}",
            "name a letter that covers it, or have one made that does: at most 100 signatures each",
            field=LETTER,
        )
    yield from _letters_company(letter, qualification)
    yield from _validity(LETTER, letter.valid_until, today, warn_within, ended=letter.in_force is False)


def judge_trademark(
    trademark: Trademark, application: SignatureApplication, today: date, warn_within: timedelta
) -> Iterator[Finding]:
    """Judge a trademark: the company's own, identical to the signature, in force."""
    rule = f"the trademark must be registered to the company itself ({_STEP_2}: 商标所有方与企业名称一致)"
    yield from _owner(TRADEMARK, trademark.owner, application, rule)
    if trademark.name and not _same_name(trademark.name, application.sign_name):
        yield reject(
            "TRADEMARK_NAME_MISMATCH",
            trademark.name,
            "a signature from a trademark must be identical to it (签名规范 of the platform)",
            f"name the trademark that reads {application.sign_name}, or apply for the signature {trademark.name}",
            field=TRADEMARK,
        )
    yield from _validity(TRADEMARK, trademark.valid_until, today, warn_within)


def judge_app_record(record: AppRecord, application: SignatureApplication) -> Iterator[Finding]:
    """Judge an app's ICP record: the company's own, and of the app that the signature is called after.

    An app is often called otherwise in its record than in the stores, so a difference of names only warns.
    """
    rule = f"the app's ICP subject (备案主体) must be the company itself ({_STEP_2}: ICP 备案主体与企业名称一致)"
    yield from _owner(APP_RECORD, record.owner, application, rule)
    if record.name and not _same_name(record.name, application.sign_name):
        yield warn(
            "APP_NAME_MISMATCH",
            record.name,
            f"a signature from an app is the app's name ({_STEP_2}: 已上线APP名)",
            f"name the record of the app that is called {application.sign_name}",
            field=APP_RECORD,
        )


def not_found(field: PaperField, number: int) -> Finding:
    """The finding for a paper that the account does not have."""
    code, what = _WORDS[field]
    return reject(
        f"{code}_NOT_FOUND",
        str(number),
        f"the account needs a {what} of this id (CreateSmsSign: {field})",
        f"put the id that the console shows into {field}, or create the paper there",
        field=field,
    )


def not_readable(field: PaperField, code: str, text: str) -> Finding:
    """The finding for a paper that the platform refuses to show; it checks the paper itself at the submission."""
    return warn(
        f"{_WORDS[field][0]}_NOT_READABLE",
        code,
        f"the {_WORDS[field][1]} must be readable to be checked: {text}",
        "grant the account the permission to query it, or look it up in the console",
        field=field,
    )


def _letters_company(letter: AuthorizationLetter, qualification: Qualification | None) -> Iterator[Finding]:
    rule = "the letter's 统一社会信用代码 must be the qualification's (CreateSmsSign: SmsAuthorizationLetterNotMatch)"
    wanted = qualification.organization_code if qualification else ""
    if not letter.organization_code or not wanted:
        yield note(
            OWNER_NOT_CHECKED,
            str(letter.letter_id),
            f"{rule}: not checked, the platform does not show both",
            "compare the two in the console",
            field=LETTER,
        )
    elif letter.organization_code != wanted:
        yield reject(
            "LETTER_OF_ANOTHER_COMPANY",
            letter.organization_code,
            f"{rule}, which is {wanted}",
            "name a letter of that company, or the qualification of the letter's",
            field=LETTER,
        )


def _owner(field: PaperField, owner: str, application: SignatureApplication, rule: str) -> Iterator[Finding]:
    if not owner or "company_name" in unknown_fields(application):
        yield note(
            OWNER_NOT_CHECKED,
            owner or "no owner shown",
            f"{rule}: not checked",
            "compare the two before you submit",
            field=field,
        )
    elif not same_company(owner, application.company_name):
        yield reject(
            f"{_WORDS[field][0]}_OWNER_MISMATCH",
            owner,
            rule,
            f"name one of {application.company_name}, or apply with source ENTERPRISE_NAME (企事业单位名)",
            field=field,
        )


def _validity(
    field: PaperField, until: date | None, today: date, warn_within: timedelta, *, ended: bool = False
) -> Iterator[Finding]:
    code, what = _WORDS[field]
    part = until.isoformat() if until else "INVALID"
    if ended or (until is not None and until < today):
        advice = f"create a {what} with its new term in the console, and put its id into {field}"
        yield reject(f"{code}_EXPIRED", part, _VALID[field], advice, field=field)
    elif until is not None and until - today <= warn_within:
        advice = f"renew it before that day, and put the new paper's id into {field}"
        yield warn(f"{code}_EXPIRING", part, _VALID[field], advice, field=field)


def _scope(letter: AuthorizationLetter) -> str:
    shown = "、".join(letter.covers[:_SHOWN_NAMES])
    more = len(letter.covers) - _SHOWN_NAMES
    return f"{shown} and {more} more" if more > 0 else shown or "none"


def _same_name(one: str, other: str) -> bool:
    plain = (normalise_sign_name(name).text.casefold() for name in (one, other))
    return len(set(plain)) == 1
