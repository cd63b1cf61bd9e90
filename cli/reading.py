"""Reading application files: every problem of every file at once, each with what to do about it."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from cli.documents import DocumentError, read_documents
from cli.problems import InputError, Problem, check_fields, shown
from filing.application import SignatureApplication
from filing.naming import check_application


def read_applications(
    files: Sequence[Path], *, account: str | None = None, default_account: str | None = None
) -> list[tuple[str, SignatureApplication]]:
    """Read and check applications from YAML or JSON files.

    Args:
        files: Each holds one application, a list of them, or (YAML) several documents.
        account: The account that was asked for; files must name the same or none.
        default_account: The account for applications without one where none was asked for.

    Returns:
        Each application with a label that says where it stands.

    Raises:
        InputError: Anything is wrong anywhere: exit code 2 where an application cannot be read, 3 where all can be
            read and naming rules are broken.
    """
    problems: list[Problem] = []
    applications: list[tuple[str, SignatureApplication]] = []
    seen: dict[tuple[str, str], str] = {}
    for file in files:
        for source, raw in _entries(file, problems):
            application = _application(source, raw, account, default_account, problems)
            if application is None:
                continue
            problems += _breaches(source, application)
            key = (application.account, application.sign_name)
            if key in seen:
                rule = f"{application.sign_name} stands in {seen[key]} already"
                problems.append(Problem(source, "sign_name", rule, "keep one"))
            seen.setdefault(key, source)
            applications.append((source, application))
    if problems:
        raise InputError(problems)
    return applications


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


def _breaches(source: str, application: SignatureApplication) -> list[Problem]:
    return [
        Problem(
            source, finding.field, f"{finding.part}: {finding.rule}".removeprefix(": "), finding.advice, finding.code
        )
        for finding in check_application(application)
        if finding.rejects
    ]
