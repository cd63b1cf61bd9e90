"""Reading application files: every problem of every file at once, each with what to do about it.

Names are normalised here and nowhere else, before anything is checked; what was changed is a finding.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cli.documents import DocumentError, read_documents
from cli.problems import InputError, Problem, check_fields, shown
from filing.application import SignatureApplication
from filing.naming import LENGTH_MAX, check_application
from filing.naming.normalising import normalise_company_name, normalise_sign_name
from filing.naming.similar import check_similar
from filing.snapshot import Finding

_NORMALISERS = {"sign_name": normalise_sign_name, "company_name": normalise_company_name}


@dataclass(frozen=True)
class Examined:
    """An application that can be read.

    Attributes:
        source: Where it stands.
        application: With its names normalised.
        findings: What the naming and source rules say of it, and what was changed.
    """

    source: str
    application: SignatureApplication
    findings: tuple[Finding, ...]


@dataclass
class Examination:
    """All applications of some files, and the problems of those that cannot be read."""

    applications: list[Examined] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def require_passing(self) -> None:
        """Refuse what cannot be read or handed in.

        Raises:
            InputError: Anything is wrong anywhere: exit code 2 where an application cannot be read, 3 where all can be
                read and naming rules are broken.
        """
        breaches = [
            Problem(one.source, found.field, f"{found.part}: {found.rule}".removeprefix(": "), found.advice, found.code)
            for one in self.applications
            for found in one.findings
            if found.rejects
        ]
        if self.problems or breaches:
            raise InputError([*self.problems, *breaches])


def read_applications(
    files: Sequence[Path],
    *,
    account: str | None = None,
    default_account: str | None = None,
    length_max: int = LENGTH_MAX,
) -> list[tuple[str, SignatureApplication]]:
    """Read and check applications that are to be handed in; see ``examine_applications``.

    Returns:
        Each application with a label that says where it stands.

    Raises:
        InputError: Anything is wrong anywhere.
    """
    examination = examine_applications(files, account=account, default_account=default_account, length_max=length_max)
    examination.require_passing()
    return [(one.source, one.application) for one in examination.applications]


def examine_applications(
    files: Sequence[Path],
    *,
    account: str | None = None,
    default_account: str | None = None,
    length_max: int = LENGTH_MAX,
) -> Examination:
    """Read applications from YAML or JSON files and let the naming and source rules judge them.

    Args:
        files: Each holds one application, a list of them, or (YAML) several documents.
        account: The account that was asked for; files must name the same or none.
        default_account: The account for applications without one where none was asked for.
        length_max: The most characters that a name may have.
    """
    found = Examination()
    seen: dict[str, dict[str, str]] = defaultdict(dict)
    for file in files:
        for source, raw in _entries(file, found.problems):
            written, changes = _normalised(raw)
            application = _application(source, written, account, default_account, found.problems)
            if application is None:
                continue
            name, others = application.sign_name, seen[application.account]
            if name in others:
                rule = f"{name} stands in {others[name]} already"
                found.problems.append(Problem(source, "sign_name", rule, "keep one"))
                continue
            judged = check_application(application, length_max=length_max)
            similar = check_similar(name, others, "in the same files")
            found.applications.append(Examined(source, application, (*changes, *judged, *similar)))
            others[name] = source
    return found


def _entries(file: Path, problems: list[Problem]) -> Iterator[tuple[str, Any]]:
    try:
        documents = read_documents(file)
    except DocumentError as failure:
        problems.append(Problem(str(file), "", str(failure)))
        return
    if not documents:
        problems.append(Problem(str(file), "", "holds no application", "see examples/ for one"))
    for number, document in enumerate(documents, start=1):
        source = str(file) if len(documents) == 1 else f"{file} (document {number})"
        if isinstance(document, list):
            if not document:
                problems.append(Problem(source, "", "an empty list", "see examples/ for an application"))
            yield from ((f"{source} (entry {index})", entry) for index, entry in enumerate(document, start=1))
        else:
            yield source, document


def _normalised(raw: Any) -> tuple[Any, list[Finding]]:
    """What was written with its names normalised, and what that changed."""
    if not isinstance(raw, Mapping):
        return raw, []
    names = {key: normalise(raw[key]) for key, normalise in _NORMALISERS.items() if isinstance(raw.get(key), str)}
    changed = {key: name.text for key, name in names.items() if name.text}
    return {**raw, **changed}, [name.finding for name in names.values() if name.finding and name.text]


def _application(
    source: str, raw: Any, account: str | None, default_account: str | None, problems: list[Problem]
) -> SignatureApplication | None:
    if not isinstance(raw, Mapping):
        problems.append(Problem(source, "", f"expected keys and values, got {shown(raw)}", "see examples/"))
        return None
    application, found = check_fields(
        source,
        raw,
        {"account": account or default_account or ""},
        known=list(_account_problems(source, raw, account, default_account)),
    )
    problems += found
    return application


def _account_problems(
    source: str, raw: Mapping[str, Any], account: str | None, default_account: str | None
) -> Iterator[Problem]:
    named = raw.get("account")
    if named is None and "account" not in raw and not (account or default_account):
        yield Problem(source, "account", "missing", "name the platform account here or with --account")
    elif account and named is not None and named != account:
        yield Problem(source, "account", f"{shown(named)} here, but --account says {account}", "drop one of the two")
