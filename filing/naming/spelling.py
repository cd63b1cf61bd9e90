"""What a signature may be spelt with: its length, its characters, and words that no signature may hold."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from filing.naming.characters import (
    allowed,
    bracket,
    emoji_in,
    full_width,
    in_simplified_set,
    invisible,
    simplified,
    stands_for,
    traditional_in,
)
from filing.naming.findings import CREATE_SMS_SIGN, NAMING_PAGE, listed, named, note, reject, warn
from filing.snapshot import Finding

LENGTH_MIN: Final = 2
LENGTH_MAX: Final = 12
"""``CreateSmsSign`` and the authorisation letter say 2-12."""
LENGTH_CONTESTED: Final = 18
"""A later digest of the naming page (签名规范) says 2-18, so the limit is a setting."""

_CONFLICT = (
    f"{CREATE_SMS_SIGN} and the authorisation letter say {LENGTH_MIN}-{LENGTH_MAX} characters, a later digest of the "
    f"naming page says {LENGTH_MIN}-{LENGTH_CONTESTED}: the published sources conflict"
)
_OF_WHAT = f"only Chinese characters, English letters and digits ({CREATE_SMS_SIGN})"


def check_spelling(name: str, company: str, length_max: int) -> Iterator[Finding]:
    """Everything about the characters of a name.

    Args:
        name: The signature without its brackets.
        company: The name on the licence, which may hold a traditional character itself; empty where nobody knows it.
        length_max: The most characters that are taken.
    """
    yield from _length(name, length_max)
    yield from _foreign(name)
    yield from _traditional(name, company)
    yield from _digits_and_english(name)
    yield from _test_words(name)


def usual_form(name: str) -> str:
    """The name that is likely to be meant: look-alikes as what they look like, others left out, simplified.

    The company's name is compared with this form, so that one odd character is not told as two breaches.
    """
    shown = (char for char in name if not invisible(char))
    return simplified("".join(char if allowed(char) else stands_for(char) for char in shown))


def _length(name: str, length_max: int) -> Iterator[Finding]:
    length = len(name)
    if LENGTH_MIN <= length <= min(length_max, LENGTH_MAX):
        return
    part = f"{length} characters"
    if LENGTH_MAX < length <= length_max:
        yield note(
            "NAME_LENGTH",
            part,
            _CONFLICT,
            f"nothing: the settings take {length_max} (sign_name_length_max); if the platform refuses it, shorten it",
        )
    elif LENGTH_MAX < length <= LENGTH_CONTESTED:
        yield reject(
            "NAME_LENGTH",
            part,
            f"{_CONFLICT}, and the settings take {length_max}",
            f"use a shorter form, or set sign_name_length_max = {length} if the console takes it",
        )
    else:
        yield reject(
            "NAME_LENGTH",
            part,
            f"a signature has {LENGTH_MIN}-{length_max} characters ({CREATE_SMS_SIGN})",
            "use the company's full name or a short form of it within that length",
        )


def _foreign(name: str) -> Iterator[Finding]:
    """One finding for each kind of character that is not taken."""
    emoji = emoji_in(name)
    if emoji:
        shown = " ".join(dict.fromkeys(name[start:end] for start, end in emoji))
        yield reject("NAME_EMOJI", shown, _OF_WHAT, "leave the emoji out")
    covered = {place for start, end in emoji for place in range(start, end)}
    left = [char for place, char in enumerate(name) if place not in covered and not allowed(char)]
    for code, of_kind, advice in _KINDS:
        found = [char for char in left if of_kind(char)]
        left = [char for char in left if not of_kind(char)]
        if found:
            yield reject(code, listed(found), _OF_WHAT, advice)
    alike = {char: plain for char in left if (plain := stands_for(char))}
    if alike:
        told = ", ".join(f"{named(char)} like {_named_all(plain)}" for char, plain in alike.items())
        advice = "type the Chinese character, letter or digit that is meant; recipients see no difference"
        yield reject("NAME_LOOK_ALIKE", told, f"{_OF_WHAT}; these only look so (Unicode confusables)", advice)
    other = [char for char in left if char not in alike]
    if other:
        advice = "leave these characters out; languages other than Chinese and English are not taken"
        yield reject("NAME_CHARACTERS", listed(other), _OF_WHAT, advice)


_KINDS: Final[tuple[tuple[str, Callable[[str], bool], str], ...]] = (
    ("NAME_INVISIBLE", invisible, "type the name anew, since what was copied holds characters that do not show"),
    ("NAME_SPACES", str.isspace, "close the gap; a signature has no spaces"),
    ("NAME_BRACKETS", bracket, "leave brackets out; the platform adds 【】 itself"),
    ("NAME_FULL_WIDTH", full_width, "type letters and digits in half width (半角)"),
)
"""Kinds of characters that are told apart, with what to do about them; look-alikes and the rest follow."""


def _traditional(name: str, company: str) -> Iterator[Finding]:
    found = traditional_in(name)
    if not found:
        return
    part = ", ".join(f"{named(char)} for {plain}" for char, plain in found.items())
    rule = f"traditional characters (繁体字) are not taken ({NAMING_PAGE})"
    if all(char in company or in_simplified_set(char) for char in found):
        why = "the licence writes it so" if all(char in company for char in found) else "simplified Chinese has it, too"
        yield warn("NAME_TRADITIONAL", part, rule, f"{why}: keep it, and say so in the remark to the reviewer")
    else:
        yield reject("NAME_TRADITIONAL", part, rule, f"write {simplified(name)}")


def _digits_and_english(name: str) -> Iterator[Finding]:
    if name.isdigit():
        rule = f"a signature must not be digits only ({CREATE_SMS_SIGN})"
        yield reject("NAME_ALL_DIGITS", name, rule, "use the company's name")
    elif name.isascii() and any(char.isalpha() for char in name):
        rule = f"carriers easily block a signature that is all English (纯英文, {NAMING_PAGE})"
        yield warn("NAME_ENGLISH", name, rule, "combine it with Chinese, as in the company's name")


def _test_words(name: str) -> Iterator[Finding]:
    for word in ("测试", "test"):
        written = dict.fromkeys(re.findall(word, name, re.IGNORECASE))
        if written:
            rule = f"a signature must not contain 测试 or test ({CREATE_SMS_SIGN})"
            yield reject("NAME_TEST", " ".join(written), rule, "use the name the recipients know the company by")


def _named_all(plain: str) -> str:
    return " ".join(named(char) for char in plain)
