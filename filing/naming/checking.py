"""All naming and source rules together, for whoever has an application, a name alone, or only the wish for one."""

from collections.abc import Iterator

from filing.application import SignatureApplication
from filing.naming.companies import take_apart
from filing.naming.meaning import check_meaning
from filing.naming.short_forms import check_company
from filing.naming.sources import check_papers, check_source
from filing.naming.spelling import LENGTH_MAX, check_spelling, usual_form
from filing.snapshot import Finding
from filing.vocabulary import UNKNOWN_LABEL, SignatureSource


def check_application(application: SignatureApplication, *, length_max: int = LENGTH_MAX) -> list[Finding]:
    """Check an application against the naming and source rules.

    Args:
        application: What is to be handed in; of an adopted one, what nobody knows is not judged.
        length_max: The most characters that a name may have.

    Returns:
        One finding per breach, and notes on what is risky or could not be checked; empty where nothing is to be said.
    """
    wording = check_wording(
        application.sign_name, source=application.source, company=_known_company(application), length_max=length_max
    )
    return [*wording, *check_papers(application)]


def check_name(name: str, *, length_max: int = LENGTH_MAX) -> list[Finding]:
    """Check a bare name, of which nobody knows what it rests on (存量签名).

    Returns:
        One finding per breach, empty where there is none.
    """
    return check_wording(name, source=SignatureSource.UNKNOWN, company="", length_max=length_max)


def check_wording(name: str, *, source: SignatureSource, company: str, length_max: int = LENGTH_MAX) -> list[Finding]:
    """Check a name that somebody thinks of, before there are any papers.

    Args:
        name: Without its brackets 【】.
        source: What it is taken from.
        company: The name on the licence, empty where nobody knows it.
        length_max: The most characters that it may have.
    """
    usual = usual_form(name)
    return [
        *check_spelling(name, company, length_max),
        *check_meaning(usual, source, take_apart(company).bare if company else ""),
        *check_source(source),
        *_of_company(_as_licensed(name, usual, company), source, company),
    ]


def check_changes(application: SignatureApplication) -> list[Finding]:
    """Check what an edit can break: all but the spelling of the name, which no edit changes.

    Workflows ask this. It needs no table but the project's own, so its answer does not change with a library.
    """
    source, company = application.source, _known_company(application)
    return [
        *check_source(source),
        *_of_company(application.sign_name, source, company),
        *check_papers(application),
    ]


def _of_company(name: str, source: SignatureSource, company: str) -> Iterator[Finding]:
    """Only a name that is taken from the company's is compared with it."""
    if source is SignatureSource.ENTERPRISE_NAME and company and name:
        yield from check_company(name, company)


def _as_licensed(name: str, usual: str, company: str) -> str:
    """The name to compare with the licence: as it is if that fits, since a licence may hold odd characters itself."""
    return name if name in company else usual


def _known_company(application: SignatureApplication) -> str:
    return "" if application.company_name == UNKNOWN_LABEL else application.company_name
