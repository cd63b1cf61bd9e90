"""Reading application files: every problem of every file at once, each with what to do about it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from cli.documents import DocumentError, read_documents
from cli.exits import CliError, Exit
from filing.application import SignatureApplication
from filing.naming import check_application
from filing.vocabulary import SignatureSource

_FIELDS = tuple(SignatureApplication.model_fields)
_IDS = tuple(name for name in _FIELDS if name.endswith("_id"))
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_SHOWN_MAX = 60


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with one application.

    Attributes:
        source: The file, with number of document or entry where there are several.
        field: Key of the application, empty where it is not about one.
        rule: What is wrong, or which rule is broken.
        advice: What to do.
        code: The broken naming rule, empty where the application cannot even be read.
    """

    source: str
    field: str
    rule: str
    advice: str = ""
    code: str = ""

    def __str__(self) -> str:
        where = f"{self.source}: {self.field}" if self.field else self.source
        return f"{where}: {self.rule}" + (f"; {self.advice}" if self.advice else "")


class InputError(CliError):
    """Applications that cannot be submitted; ``problems`` are all of them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        code = Exit.REFUSED if all(problem.code for problem in problems) else Exit.UNREADABLE
        lines = "\n".join(str(problem) for problem in problems)
        super().__init__(code, f"nothing was submitted:\n{lines}", {"problems": [asdict(p) for p in problems]})
        self.problems = list(problems)


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
        problems.append(Problem(source, "", f"expected keys and values, got {_shown(raw)}", "see examples/"))
        return None
    found = [*_account_problems(source, raw, account, default_account), *_literal_problems(source, raw)]
    told = {problem.field for problem in found}
    try:
        application = SignatureApplication.model_validate({"account": account or default_account or "", **raw})
    except ValidationError as failure:
        found += [p for p in (_problem(source, error, raw) for error in failure.errors()) if p.field not in told]
        application = None
    problems += found
    return None if found else application


def _account_problems(
    source: str, raw: Mapping[str, Any], account: str | None, default_account: str | None
) -> Iterator[Problem]:
    named = raw.get("account")
    if named is None and "account" not in raw and not (account or default_account):
        yield Problem(source, "account", "missing", "name the platform account here or with --account")
    elif account and named is not None and named != account:
        yield Problem(source, "account", f"{_shown(named)} here, but --account says {account}", "drop one of the two")


def _literal_problems(source: str, raw: Mapping[str, Any]) -> Iterator[Problem]:
    """What the model would bend into shape: ``true`` as a number, a number as a date."""
    for field in _IDS:
        value = raw.get(field)
        if value is not None and not _is_id(value):
            rule = f"expected a number, got {_shown(value)}"
            yield Problem(source, field, rule, "take the id that the console shows")
    third_party = raw.get("third_party", False)
    if not isinstance(third_party, bool):
        yield Problem(source, "third_party", f"expected true or false, got {_shown(third_party)}")
    day = raw.get("needed_by")
    if day is not None and not (isinstance(day, str) and _DATE.fullmatch(day)):
        yield Problem(source, "needed_by", f"expected a date such as 2026-03-31, got {_shown(day)}")


def _is_id(value: object) -> bool:
    if isinstance(value, str):
        return re.fullmatch(r"[0-9]{1,18}", value) is not None
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18


def _problem(source: str, error: ErrorDetails, raw: Mapping[str, Any]) -> Problem:
    field = ".".join(str(part) for part in error["loc"])
    value = _shown(error["input"])
    match error["type"]:
        case "extra_forbidden":
            unused = [name for name in _FIELDS if name not in raw]
            close = get_close_matches(field, unused, n=1) or get_close_matches(field, _FIELDS, n=1)
            hint = f"did you mean {close[0]}?" if close else f"there are: {', '.join(_FIELDS)}"
            return Problem(source, field, "unknown key", hint)
        case "missing":
            return Problem(source, field, "missing", "add it; see examples/")
        case "enum":
            return Problem(source, field, f"expected one of {_sources()}, got {value}", _meant_source(error["input"]))
        case "string_type":
            advice = "put it in quotes" if isinstance(error["input"], int | float) else ""
            return Problem(source, field, f"expected text, got {value}", advice)
        case "string_too_short":
            return Problem(source, field, "empty", "fill it in, or leave the key out where it is optional")
        case "string_too_long":
            return Problem(source, field, f"longer than {error['ctx']['max_length']} characters", "shorten it")
        case "greater_than":
            return Problem(source, field, f"expected a number above {error['ctx']['gt']}, got {value}")
        case "tuple_type":
            return Problem(source, field, f"expected a list, got {value}")
        case _:
            return Problem(source, field, f"{error['msg']}, got {value}")


def _sources() -> str:
    return ", ".join(f"{source} ({source.label})" for source in SignatureSource if not source.retired)


def _meant_source(value: object) -> str:
    taken = [source.value for source in SignatureSource if not source.retired]
    close = get_close_matches(str(value).upper(), taken, n=1)
    return f"did you mean {close[0]}?" if close else ""


def _breaches(source: str, application: SignatureApplication) -> list[Problem]:
    return [
        Problem(
            source, finding.field, f"{finding.part}: {finding.rule}".removeprefix(": "), finding.advice, finding.code
        )
        for finding in check_application(application)
        if finding.rejects
    ]


def _shown(value: object) -> str:
    text = repr(value) if value is not None else "nothing"
    return text if len(text) <= _SHOWN_MAX else f"{text[:_SHOWN_MAX]}..."
