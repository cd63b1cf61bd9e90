"""The first checks of an application: how a signature may be called, and what its source needs.

Sources: help page, step 2 (签名内容要求); ``CreateSmsSign`` of Dysmsapi 2017-05-25. All breaches are reported at once.
"""

import unicodedata
from collections.abc import Iterator

from filing.application import SignatureApplication
from filing.snapshot import Finding
from filing.vocabulary import SignatureSource

LENGTH_MIN = 2
LENGTH_MAX = 12
"""``CreateSmsSign`` and the authorisation letter say 2-12; a later public digest says 18, so this is a parameter."""


def check_application(application: SignatureApplication, *, length_max: int = LENGTH_MAX) -> list[Finding]:
    """Check an application against the naming and source rules.

    Returns:
        One finding per breach, empty where there is none.
    """
    return [
        *_length(application.sign_name, length_max),
        *_characters(application.sign_name),
        *_source(application),
        *_company(application),
    ]


def _reject(code: str, field: str, part: str, rule: str, advice: str) -> Finding:
    return Finding(code=code, field=field, part=part, severity="reject", rule=rule, advice=advice)


def _length(name: str, length_max: int) -> Iterator[Finding]:
    if not LENGTH_MIN <= len(name) <= length_max:
        yield _reject(
            "NAME_LENGTH",
            "sign_name",
            f"{len(name)} characters",
            f"a signature has {LENGTH_MIN}-{length_max} characters (CreateSmsSign)",
            "use the company's full name or a short form of it within that length",
        )


def _characters(name: str) -> Iterator[Finding]:
    foreign = [char for char in name if not _allowed(char)]
    if foreign:
        shown = " ".join(
            f"{char if char.isprintable() else '?'} (U+{ord(char):04X})" for char in dict.fromkeys(foreign)
        )
        yield _reject(
            "NAME_CHARACTERS",
            "sign_name",
            shown,
            "only Chinese characters, letters and digits, no brackets, spaces or symbols (CreateSmsSign)",
            "leave these characters out; the platform adds the brackets 【】 itself",
        )
    if name.isdigit():
        yield _reject(
            "NAME_ALL_DIGITS",
            "sign_name",
            name,
            "a signature must not be digits only (CreateSmsSign)",
            "use the company's name",
        )
    lowered = name.casefold()
    for word in ("测试", "test"):
        if word in lowered:
            yield _reject(
                "NAME_TEST",
                "sign_name",
                word,
                "a signature must not contain 测试 or test (CreateSmsSign)",
                "use the name the recipients know the company by",
            )


def _allowed(char: str) -> bool:
    if char.isascii():
        return char.isalnum()
    return unicodedata.category(char) == "Lo" and unicodedata.name(char, "").startswith("CJK UNIFIED IDEOGRAPH")


def _source(application: SignatureApplication) -> Iterator[Finding]:
    source = application.source
    if source.retired:
        yield _reject(
            "SOURCE_RETIRED",
            "source",
            source.value,
            f"the source {source.label} is no longer taken (help page, step 2: 已下线)",
            "apply for a signature with source ENTERPRISE_NAME (企事业单位名), the one with the highest pass rate",
        )
    needed: tuple[tuple[bool, int | None, str, str], ...] = (
        (application.third_party, application.authorization_letter_id, "authorization_letter_id", "他用 (third_party)"),
        (
            source is SignatureSource.TRADEMARK,
            application.trademark_id,
            "trademark_id",
            "source TRADEMARK (已注册商标名)",
        ),
        (source is SignatureSource.APP, application.app_icp_record_id, "app_icp_record_id", "source APP (已上线APP名)"),
    )
    for applies, value, field, why in needed:
        if applies and value is None:
            yield _reject(
                "PAPER_MISSING",
                field,
                "",
                f"{why} needs {field} (CreateSmsSign)",
                f"create the paper in the console and put its id into {field}",
            )


def _company(application: SignatureApplication) -> Iterator[Finding]:
    name, company = application.sign_name, application.company_name
    if application.source is not SignatureSource.ENTERPRISE_NAME or name in company:
        return
    yield _reject(
        "NAME_NOT_OF_COMPANY",
        "sign_name",
        name,
        f"the name must be {company} or a part of it without skipped or reordered characters (help page, step 2)",
        "take a contiguous part of the company's name that identifies it, or another source",
    )
