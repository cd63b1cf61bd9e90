"""What is changed about a name before it is checked, once, where an application is read; every change is told.

Changed is only what is the same name in another coding. Whatever might have been meant is refused instead.
"""

import re
import unicodedata
from dataclasses import dataclass

from filing.naming.characters import allowed, folded, invisible
from filing.naming.findings import code_point, named, printable, warn
from filing.snapshot import Finding

_TO_CHINESE_BRACKETS = str.maketrans("()", "（）")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Normalised:
    """A name as it goes on, and what was changed about it: none where nothing was."""

    text: str
    finding: Finding | None = None


def normalise_sign_name(written: str) -> Normalised:
    """Normalise a signature.

    Full-width letters and digits become plain ones, compatibility ideographs and radicals the usual characters;
    invisible characters, white space around it and a pair of brackets 【】 around it are taken off.
    """
    text, changes = _plain(written)
    bare = _unwrapped(text)
    if bare != text.strip():
        changes.append("the brackets 【】 around it were taken off, the platform adds them")
    elif bare != text:
        changes.append("white space around it was taken off")
    return _told("sign_name", written, bare, changes)


def normalise_company_name(written: str) -> Normalised:
    """Normalise the name of a company, as far as licences write it in one way only.

    As a signature's, but inner spaces and brackets are part of it; a Chinese name has its brackets full-width （）.
    """
    text, changes = _plain(written)
    if text != text.strip():
        changes.append("white space around it was taken off")
    text = text.strip()
    if any(allowed(char) and not char.isascii() for char in text) and any(char in "()" for char in text):
        text = text.translate(_TO_CHINESE_BRACKETS)
        changes.append("its brackets became （）, as licences print them")
    return _told("company_name", written, text, changes)


def same_company(one: str, other: str) -> bool:
    """Whether two company names are the same on a licence: width, kind of brackets and white space do not count."""
    return _comparable(one) == _comparable(other)


def signable(name: str) -> str:
    """What is left of a company's name without brackets, spaces and symbols, which no signature can hold."""
    return "".join(filter(allowed, name))


def _comparable(company: str) -> str:
    return _SPACES.sub("", normalise_company_name(company).text).translate(_TO_CHINESE_BRACKETS)


def _plain(written: str) -> tuple[str, list[str]]:
    text, changes = "", []
    for char in written:
        plain = "" if invisible(char) else folded(char)
        text += plain
        if not plain:
            changes.append(f"{code_point(char)} ({unicodedata.name(char, 'no name')}) was taken out, it does not show")
        elif plain != char:
            changes.append(f"{named(char)} became {named(plain)}")
    return text, list(dict.fromkeys(changes))


def _unwrapped(text: str) -> str:
    while True:
        bare = text.strip()
        if len(bare) >= 2 and bare[0] == "【" and bare[-1] == "】":
            bare = bare[1:-1]
        if bare == text:
            return bare
        text = bare


def _told(field: str, before: str, after: str, changes: list[str]) -> Normalised:
    if before == after:
        return Normalised(after)
    return Normalised(
        after,
        warn(
            "NAME_NORMALISED",
            f'"{printable(before)}" -> "{printable(after)}"',
            f"a name is filed in one coding: {'; '.join(changes)} (Unicode NFKC, CreateSmsSign)",
            f"nothing, if {printable(after)} is meant; written so in the file, it is the same everywhere",
            field=field,
        ),
    )
