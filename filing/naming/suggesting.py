"""Names that would pass, thought of before any paper exists."""

from collections.abc import Iterator
from dataclasses import dataclass

from filing.naming.checking import check_wording
from filing.naming.companies import take_apart
from filing.naming.findings import REJECT, Verdict, verdict, weight
from filing.naming.spelling import LENGTH_MAX
from filing.snapshot import Finding
from filing.vocabulary import SignatureSource


@dataclass(frozen=True)
class Suggestion:
    """A name with what it is made of, the source to file it under, and what the rules say of it."""

    sign_name: str
    made_of: str
    source: SignatureSource
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst severity of the findings."""
        return verdict(self.findings)


def suggest_names(company: str, brand: str = "", *, length_max: int = LENGTH_MAX) -> list[Suggestion]:
    """Suggest names for a company.

    Args:
        company: The name on its licence.
        brand: A registered trademark (已注册商标) of it, if there is one; empty for none.
        length_max: The most characters that a name may have.

    Returns:
        Names that the rules do not refuse: those without a warning first, then by recommendation of the source (高
        before 中), the full name before the short forms.
    """
    judged = [one for one in consider_names(company, brand, length_max=length_max) if one.verdict != REJECT]
    # Sorting is stable, so that otherwise the order in which they were thought of stays.
    return sorted(judged, key=lambda one: (weight(one.verdict), one.source is not SignatureSource.ENTERPRISE_NAME))


def consider_names(company: str, brand: str = "", *, length_max: int = LENGTH_MAX) -> list[Suggestion]:
    """The same with those that the rules refuse, in the order in which they come to mind; each name once per source."""
    seen: dict[tuple[str, SignatureSource], Suggestion] = {}
    for name, made_of, source in _ideas(company, brand):
        if (name, source) not in seen:
            findings = check_wording(name, source=source, company=company, length_max=length_max)
            seen[name, source] = Suggestion(name, made_of, source, tuple(findings))
    return list(seen.values())


def _ideas(company: str, brand: str) -> Iterator[tuple[str, str, SignatureSource]]:
    parts = take_apart(company)
    yield parts.bare, "full name (全称)", SignatureSource.ENTERPRISE_NAME
    if brand and brand in parts.bare:
        yield brand, "short form (简称): the brand", SignatureSource.ENTERPRISE_NAME
    for form, made_of in parts.short_forms():
        yield form, f"short form (简称): {made_of}", SignatureSource.ENTERPRISE_NAME
    if brand:
        yield brand, "trademark (商标)", SignatureSource.TRADEMARK
