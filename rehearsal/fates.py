"""Fates: what the rehearsal's carriers and platform shall do, in the sandbox's vocabulary (``sandbox.fates``)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sandbox.fates import parse_directive, parse_fates
from sandbox.numbers import CARRIERS
from sandbox.reasons import REASON_TEXTS

HAPPY: Mapping[str, str] = {**dict.fromkeys(CARRIERS, "ok"), "review": "ok", "expiry": "6mo"}
"""All goes well; with nothing sent but tests, the filing lapses after six calendar months (help page, 报备失效)."""

SILENT = "silent"
"""The fate of a carrier that never answers."""

WORDS: Mapping[str, Mapping[str, str]] = {
    "happy": HAPPY,
    "lapse": {"expiry": HAPPY["expiry"]},
}
"""Words for several fates at once."""

_NO_FAILURE = frozenset({"NON_REGISTER", "REGISTERING", "DETECTING", "DETECT_SUCCESS"})
"""Reasons (ReasonCode) of the other statuses."""

POSSIBLE = f"""\
  mobile=..., unicom=..., telecom=...  with ok, silent, days:N (working days), seconds:N, or fail:REASON with one of
    {", ".join(code for code in REASON_TEXTS if code not in _NO_FAILURE)}
    or registered, and after that SPAN taken back by the carrier: recalled:SPAN (扩展码收回), governed:SPAN (合规治理)
  review=ok, review=reject, review=silent
  expiry=SPAN, such as 30d or 6mo
  happy (the default: all of them ok), lapse (expiry=6mo)"""

_SHORTENED = re.compile(r"seconds:.*")


@dataclass(frozen=True)
class Cast:
    """The fates of a rehearsal.

    Attributes:
        fates: Every key of the sandbox's vocabulary with its value, so that nothing else is left to decide.
        of_remark: Those that the application's remark asks for and that were followed.
        left_out: Those of the remark that shorten time for a demo and were not.
    """

    fates: Mapping[str, str]
    of_remark: Mapping[str, str]
    left_out: Mapping[str, str]

    @property
    def told(self) -> str:
        """The fates that differ from the happy ones, or the word for none."""
        return " ".join(f"{key}={value}" for key, value in self.fates.items() if value != HAPPY[key]) or "happy"


def read_fates(texts: Sequence[str]) -> dict[str, str]:
    """Read the fates that were asked for.

    Args:
        texts: Each is ``key=value`` or one of the words of ``WORDS``.

    Returns:
        Key to value, a later word never overruling an explicit key.

    Raises:
        ValueError: One is unknown or contradicts another; with all that are possible.
    """
    asked: dict[str, str] = {}
    words: dict[str, str] = {}
    for text in texts:
        key, equals, value = text.strip().partition("=")
        if not equals and key in WORDS:
            words |= WORDS[key]
            continue
        if not equals:
            raise ValueError(f"{text!r} is no fate; there are:\n{POSSIBLE}")
        try:
            parse_fates({key: value})
        except ValueError as failure:
            raise ValueError(f"{failure}; there are:\n{POSSIBLE}") from failure
        if value.partition(":")[2] in _NO_FAILURE:
            raise ValueError(f"{text}: no reason of a failure; there are:\n{POSSIBLE}")
        if asked.setdefault(key, value) != value:
            raise ValueError(f"{key} has two fates, {asked[key]} and {value}; keep one")
    return words | asked


def cast(asked: Mapping[str, str], remark: str) -> Cast:
    """Decide all fates: what was asked for goes before the remark's directive, and that before the happy ones.

    The directive is the sandbox's own (``[sandbox telecom=silent]``), so a rehearsal follows it; what it says in
    seconds stands for months in a demo and would make no life of true durations.

    Args:
        asked: From ``read_fates``.
        remark: Of the application. A directive that cannot be read is none, as for the sandbox.
    """
    try:
        directive = parse_directive(remark)
    except ValueError:
        directive = {}
    left_out = {
        key: value for key, value in directive.items() if key == "expiry" or _SHORTENED.fullmatch(value) is not None
    }
    followed = {key: value for key, value in directive.items() if key not in left_out and key not in asked}
    return Cast({**HAPPY, **followed, **asked}, followed, {k: v for k, v in left_out.items() if k not in asked})
