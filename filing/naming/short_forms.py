"""Whether a name is the company's: the full name (全称), or a short form (简称) that skips and reorders nothing.

Rule: help page, step 2. That a short form identifies its company and no other (能唯一标识企业) no program can prove, so
only where there is a reason to doubt it a warning says which.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from filing.naming.companies import CompanyName, generic, take_apart
from filing.naming.findings import CREATE_SMS_SIGN, HELP_PAGE, printable, reject, warn
from filing.snapshot import Finding

SHORT: Final = 2
"""So few characters are likely to be in the names of many companies."""


def check_company(name: str, company: str) -> Iterator[Finding]:
    """How a name of source 企事业单位名 relates to its company's.

    Args:
        name: The signature without its brackets, in the company's kind of characters.
        company: The name on the licence.
    """
    parts = take_apart(company)
    if name in parts.bare:
        yield from _across_symbols(name, parts)
        yield from _doubts(name, parts)
    elif (at := parts.bare.casefold().find(name.casefold())) >= 0 and len(parts.bare.casefold()) == len(parts.bare):
        written = parts.bare[at : at + len(name)]
        rule = f"the name must be as on the licence ({HELP_PAGE}), and case counts ({CREATE_SMS_SIGN}: 区分大小写)"
        yield warn("NAME_CASE", f"{name} for {written}", rule, f"write {written}")
        yield from _doubts(written, parts)
    else:
        yield _foreign(name, parts)


def _across_symbols(name: str, parts: CompanyName) -> Iterator[Finding]:
    if name not in parts.full:
        rule = f"全称 or a contiguous part of it ({HELP_PAGE}), but a signature cannot hold its brackets or symbols"
        advice = "nothing, or take a part that none interrupts: whether carriers accept the gap is not published"
        yield warn("NAME_OMITS_SYMBOLS", name, rule, advice)


def _doubts(name: str, parts: CompanyName) -> Iterator[Finding]:
    reason = _doubt(name, parts)
    if reason:
        rule = f"a short form must identify the company and no other (能唯一标识企业, {HELP_PAGE}): {reason}"
        yield warn("NAME_NOT_UNIQUE", name, rule, f"add to it, for example {_examples(parts, name)}")


def _doubt(name: str, parts: CompanyName) -> str:
    """Why a part of the company's name may be another's as well, empty where nothing says so."""
    brand = parts.brand
    if name == parts.bare:
        return ""
    if generic(name):
        return "it is made of place, line of business and legal form (行政区划, 行业, 组织形式) alone"
    if not _overlaps(name, parts):
        return f"it has nothing of the 字号 {brand}"
    if brand[:SHORT] not in name:
        return f"it begins in the middle of the 字号 {brand}"
    if len(name) <= SHORT:
        return "two characters are part of the names of many companies"
    return ""


def _overlaps(name: str, parts: CompanyName) -> bool:
    first, behind = parts.brand_at, parts.brand_at + len(parts.brand)
    at = parts.bare.find(name)
    while at >= 0:
        if at < behind and at + len(name) > first:
            return True
        at = parts.bare.find(name, at + 1)
    return False


def _foreign(name: str, parts: CompanyName) -> Finding:
    company = parts.bare
    skipped = _skipped(name, company)
    advice = f"take a contiguous part, for example {_examples(parts)}, or another source"
    if skipped:
        rule = f"a short form must not skip characters of {parts.full} (不可跳字, {HELP_PAGE})"
        return reject("NAME_SKIPS", f"{name} leaves out {skipped}", rule, advice)
    strange = _strange(name, company)
    if not strange:
        rule = f"a short form must keep the order of {parts.full} (不可乱序, {HELP_PAGE})"
        return reject("NAME_REORDERED", name, rule, advice)
    rule = f"the name must be {parts.full} or a part of it without skipped or reordered characters ({HELP_PAGE})"
    part = printable(name) if strange == name else f"{printable(strange)} of {printable(name)}"
    return reject("NAME_NOT_OF_COMPANY", part, rule, advice)


def _strange(name: str, company: str) -> str:
    """What a name has and its company's has not, or not so often, as it is written, with a gap shown as …."""
    left, runs = Counter(company), [""]
    for char in name:
        if left[char]:
            left[char] -= 1
            runs.append("")
        else:
            runs[-1] += char
    return "…".join(filter(None, runs))


def _skipped(name: str, company: str) -> str:
    """What a name leaves out between its characters, with a gap shown as …; empty where their order is another.

    The first match from the left ends as early as any; from its end backwards it is as tight as any.
    """
    end = 0
    for char in name:
        end = company.find(char, end) + 1
        if not end:
            return ""
    places, place = [], end
    for char in reversed(name):
        place = company.rfind(char, 0, place)
        places.append(place)
    places.reverse()
    gaps = [company[one + 1 : next_one] for one, next_one in pairwise(places)]
    return "…".join(gap for gap in gaps if gap)


def _examples(parts: CompanyName, besides: str = "") -> str:
    """Two short forms that are nothing but contiguous."""
    found = [form for form, _ in parts.short_forms() if len(form) > SHORT and form != besides and form in parts.full]
    return " or ".join(dict.fromkeys(found[:2])) or parts.full
