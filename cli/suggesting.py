"""The command ``suggest``: names that would pass, before there is any paper."""

from typing import Any

from rich.console import Group
from rich.text import Text

from cli.exits import CliError, Exit
from cli.linting import finding_lines, verdict_line
from cli.options import Common
from cli.output import console, print_json
from cli.settings import load_settings
from filing.naming.companies import CompanyName, take_apart
from filing.naming.findings import printable
from filing.naming.normalising import normalise_company_name, normalise_sign_name
from filing.naming.suggesting import Suggestion, consider_names, suggest_names
from filing.snapshot import Finding
from filing.vocabulary import SignatureSource

COMPANY_MAX = 150
"""The longest name that the platform takes for a company (``Authorization`` of ``CreateSmsAuthorizationLetter``)."""


async def suggest(company: str, brand: str | None, common: Common) -> Exit:
    """Suggest names for a company.

    Raises:
        CliError: What was given is no name (2), or no name would pass (3).
    """
    length_max = load_settings(common.settings_file).sign_name_length_max
    name, trademark = normalise_company_name(company), normalise_sign_name(brand or "")
    _require_name("COMPANY", name.text)
    if brand is not None:
        _require_name("--brand", trademark.text)
    changes = [one.finding for one in (name, trademark) if one.finding]
    suggestions = suggest_names(name.text, trademark.text, length_max=length_max)
    if not suggestions:
        considered = consider_names(name.text, trademark.text, length_max=length_max)
        why = "; ".join(f"{printable(one.sign_name)}: {_reasons(one)}" for one in considered)
        told = f"no name of {printable(name.text)} would pass: {why}"
        raise CliError(Exit.REFUSED, f"{told}; a registered trademark may (--brand)")
    refused = [
        one
        for one in consider_names(name.text, trademark.text, length_max=length_max)
        if one.verdict == "reject" and one.source is SignatureSource.TRADEMARK
    ]
    parts = take_apart(name.text)
    if common.as_json:
        print_json(
            {
                "company_name": name.text,
                "parts": _plain_parts(parts),
                "changes": [finding.model_dump() for finding in changes],
                "suggestions": [_plain(one) for one in suggestions],
                "refused": [_plain(one) for one in refused],
            }
        )
    else:
        _show(parts, changes, [*suggestions, *refused])
    return Exit.DONE


def _require_name(what: str, name: str) -> None:
    if not name:
        raise CliError(Exit.UNREADABLE, f"{what}: empty; give the name as on the paper")
    if len(name) > COMPANY_MAX:
        raise CliError(
            Exit.UNREADABLE, f"{what}: {len(name)} characters; no name has more than {COMPANY_MAX}, give the name alone"
        )


def _reasons(suggestion: Suggestion) -> str:
    return ", ".join(finding.rule for finding in suggestion.findings if finding.rejects)


def _plain(suggestion: Suggestion) -> dict[str, Any]:
    return {
        "sign_name": suggestion.sign_name,
        "made_of": suggestion.made_of,
        "source": suggestion.source,
        "grade": suggestion.source.recommendation,
        "verdict": suggestion.verdict,
        "findings": [finding.model_dump() for finding in suggestion.findings],
    }


def _plain_parts(parts: CompanyName) -> dict[str, Any]:
    return {"places": parts.places, "brand": parts.brand, "industries": parts.industries, "form": parts.form}


def _show(parts: CompanyName, changes: list[Finding], suggestions: list[Suggestion]) -> None:
    out = console()
    named = (
        ("place (行政区划)", "".join(parts.places)),
        ("字号", parts.brand),
        ("行业 (line of business)", "".join(parts.industries)),
        ("组织形式 (legal form)", parts.form),
    )
    out.print(Text(f"{parts.full} is taken for: {', '.join(f'{what} {part}' for what, part in named if part)}", "dim"))
    out.print(Group(*finding_lines(changes)), end="")
    for one in suggestions:
        head = verdict_line(one.sign_name, one.verdict, one.source).append(f"  {one.made_of}", "dim")
        out.print(Group(head, *finding_lines(one.findings)))
