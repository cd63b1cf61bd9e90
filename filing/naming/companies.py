"""Taking the name of a company apart: place (行政区划), 字号, line of business (行业), legal form (组织形式).

It goes by word lists, so it is a guess: what rests on it alone warns and never rejects.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from filing.naming.normalising import normalise_company_name, signable
from filing.naming.places import CITIES, COUNTRY_WORDS, PROVINCES, SUFFIXES
from filing.naming.words import FORM_FRAGMENTS, INDUSTRY_WORDS, LEGAL_FORMS

BRAND_MIN: Final = 2
"""A 字号 has two characters at least (企业名称登记管理规定, article 8)."""

_BRANCH = re.compile(r"(?<=公司)[^公]{1,12}(?:分公司|办事处)$")
_PARTNERSHIP = re.compile(r"（(?:有限合伙|普通合伙|特殊普通合伙)）$")
_BRACKETED = re.compile(r"（[^（）]*）")
# Only after a city that is named as one, because 区 and 县 end ordinary words, too.
_DISTRICT = re.compile(r"[^区县市（）]{2,3}[区县]")
_PLACES_MAX = 3


@dataclass(frozen=True)
class CompanyName:
    """The name of a company and its parts, of which each may be empty but the 字号.

    Attributes:
        full: As on the licence, in one coding.
        places: What it begins with, from the country down.
        brand: The 字号, by which it differs from others.
        industries: Lines of business, in their order.
        form: The legal form or kind of institution, with a branch.
    """

    full: str
    places: tuple[str, ...]
    brand: str
    industries: tuple[str, ...]
    form: str

    @property
    def bare(self) -> str:
        """The full name without brackets and other symbols, which no signature can hold."""
        return signable(self.full)

    @property
    def brand_at(self) -> int:
        """Where the 字号 begins in the bare name."""
        return len("".join(self.places))

    def short_forms(self) -> Iterator[tuple[str, str]]:
        """The contiguous short forms (简称) with the whole 字号, each with what it is made of, the shortest first."""
        starts = [(self.brand, "字号")]
        for number, place in enumerate(reversed(self.places), start=1):
            below = "".join(self.places[len(self.places) - number + 1 :])
            starts.append((place + below + self.brand, "place + 字号"))
        ends = ["".join(self.industries[:number]) for number in range(len(self.industries) + 1)]
        for start, made_of in starts:
            for end in ends:
                yield start + end, made_of + (" + 行业" if end else "")
            if self.form:
                yield start + ends[-1] + self.form, f"{made_of}{' + 行业' if ends[-1] else ''} + legal form"


@lru_cache(maxsize=1000)
def take_apart(company: str) -> CompanyName:
    """Take a company's name apart.

    Args:
        company: As on its licence; brackets of any width.
    """
    full = normalise_company_name(company).text
    rest, form = _without_form(full)
    places, rest = _without_places(rest)
    head, bracket, tail = _around_brackets(rest)
    # What follows brackets is a line of business: the 字号 stands before them, as in 云杉（杭州）科技有限公司.
    brand, industries = _without_industries(head, BRAND_MIN)
    if tail:
        between, more = _without_industries(tail, 0)
        industries = (*industries, bracket, between, *more)
    elif bracket:
        form = bracket + form
    return CompanyName(full, places, brand, tuple(part for part in industries if part), signable(form))


def generic(text: str) -> bool:
    """Whether a text consists of places, lines of business and legal forms alone."""
    return made_of(text, _GENERIC)


def made_of(text: str, words: Collection[str]) -> bool:
    """Whether a text can be cut into these words without a rest."""
    longest = max(map(len, words))
    reached = [True] + [False] * len(text)
    for end in range(1, len(text) + 1):
        reached[end] = any(reached[start] and text[start:end] in words for start in range(max(0, end - longest), end))
    return bool(text) and reached[-1]


def is_place(text: str) -> bool:
    """Whether a text is the name of a country, a province or a city, with its suffix or without."""
    return text in _PLACES


def _all_places() -> frozenset[str]:
    named = {name + suffix for name in PROVINCES | CITIES for suffix in SUFFIXES}
    return frozenset(named) | COUNTRY_WORDS


_PLACES: Final = _all_places()
_PLACE_MAX: Final = max(map(len, _PLACES))
_GENERIC: Final = _PLACES | INDUSTRY_WORDS | LEGAL_FORMS | FORM_FRAGMENTS
_INDUSTRY_MAX: Final = max(map(len, INDUSTRY_WORDS))
_FORMS: Final = sorted(LEGAL_FORMS, key=len, reverse=True)


def _without_form(name: str) -> tuple[str, str]:
    cut = len(name)
    for pattern in (_BRANCH, _PARTNERSHIP):
        if found := pattern.search(name[:cut]):
            cut = found.start()
    form = next((form for form in _FORMS if name[:cut].endswith(form) and len(form) + BRAND_MIN <= cut), "")
    return name[: cut - len(form)], name[cut - len(form) :]


def _without_places(name: str) -> tuple[tuple[str, ...], str]:
    places: list[str] = []
    while len(places) < _PLACES_MAX and (place := _place_before(name, places)):
        places.append(place)
        name = name[len(place) :]
    return tuple(places), name


def _place_before(name: str, before: list[str]) -> str:
    """The place that a name begins with, if enough for a 字号 follows."""
    if before and before[-1].endswith("市") and (found := _DISTRICT.match(name)):
        found_length = found.end()
    else:
        lengths = range(min(_PLACE_MAX, len(name)), 1, -1)
        found_length = next((length for length in lengths if name[:length] in _PLACES), 0)
    return name[:found_length] if len(signable(name[found_length:])) >= BRAND_MIN else ""


def _around_brackets(name: str) -> tuple[str, str, str]:
    """What stands before the first brackets, in them, and after them; brackets at the very front are just left out."""
    found = _BRACKETED.search(name)
    if found is None or len(signable(name[: found.start()])) < BRAND_MIN:
        return signable(name), "", ""
    parts = (name[: found.start()], found[0], name[found.end() :])
    head, bracket, tail = (signable(part) for part in parts)
    return head, bracket, tail


def _without_industries(name: str, keep: int) -> tuple[str, tuple[str, ...]]:
    """Take lines of business off the end, the longest word first, and leave so many characters at least."""
    industries: list[str] = []
    while True:
        lengths = range(min(_INDUSTRY_MAX, len(name) - keep), 1, -1)
        length = next((length for length in lengths if name[-length:] in INDUSTRY_WORDS), 0)
        if not length:
            return name, tuple(industries)
        industries.insert(0, name[-length:])
        name = name[:-length]
