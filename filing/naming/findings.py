"""How the naming rules speak: findings of three severities, and characters in words that any terminal can show."""

from collections.abc import Iterable
from typing import Final, Literal

from filing.naming.characters import invisible
from filing.snapshot import Finding

Verdict = Literal["ok", "warn", "reject"]

OK: Final = "ok"
WARN: Final = "warn"
REJECT: Final = "reject"
_BY_WEIGHT: Final[tuple[Verdict, ...]] = (REJECT, WARN, OK)

SIGN_NAME: Final = "sign_name"

CREATE_SMS_SIGN: Final = "CreateSmsSign"
NAMING_PAGE: Final = "签名规范 of the platform"
HELP_PAGE: Final = "help page, step 2"

OWNER_NOT_CHECKED: Final = "OWNER_NOT_CHECKED"
"""Code of the note that the owner of a trademark or an app was not compared with the company."""

_SHOWN_MAX = 60


def reject(code: str, part: str, rule: str, advice: str, *, field: str = SIGN_NAME) -> Finding:
    """A breach with which nothing may be submitted."""
    return _finding(code, part, REJECT, rule, advice, field)


def warn(code: str, part: str, rule: str, advice: str, *, field: str = SIGN_NAME) -> Finding:
    """Something that may well be refused, or that a person should know."""
    return _finding(code, part, WARN, rule, advice, field)


def note(code: str, part: str, rule: str, advice: str, *, field: str = SIGN_NAME) -> Finding:
    """Something that is no breach and still worth telling."""
    return _finding(code, part, OK, rule, advice, field)


def verdict(findings: Iterable[Finding]) -> Verdict:
    """The worst severity of all findings, ``ok`` where there are none."""
    found = {finding.severity for finding in findings}
    return next((severity for severity in _BY_WEIGHT if severity in found), OK)


def weight(given: Verdict) -> int:
    """A verdict as a number to sort by, the best first."""
    return -_BY_WEIGHT.index(given)


def printable(text: str) -> str:
    """A text of which every character shows: one that does not is written as its code point, such as <U+200B>."""
    shown = "".join(char if _shows(char) else f"<{code_point(char)}>" for char in text)
    return shown if len(shown) <= _SHOWN_MAX else f"{shown[:_SHOWN_MAX]}..."


def listed(characters: Iterable[str]) -> str:
    """Characters with their code points, each once: ``а (U+0430) ! (U+0021)``."""
    return " ".join(named(char) for char in dict.fromkeys(characters))


def named(char: str) -> str:
    """One character with its code point."""
    return f"{char} ({code_point(char)})" if _shows(char) and not char.isspace() else code_point(char)


def code_point(char: str) -> str:
    """The code point of a character, for example ``U+4E91``."""
    return f"U+{ord(char):04X}"


def _shows(char: str) -> bool:
    return char.isprintable() and not invisible(char)


def _finding(code: str, part: str, severity: Verdict, rule: str, advice: str, field: str) -> Finding:
    return Finding(code=code, field=field, part=part, severity=severity, rule=rule, advice=advice)
