"""What people say of existing signatures (存量签名): what the platform does not return, by option, file or answer."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from cli.documents import DocumentError, read_documents
from cli.exits import CliError, Exit
from cli.problems import InputError, Problem, check_fields, shown
from filing.changes import EDITABLE
from filing.existing import ExistingSignature
from filing.vocabulary import SignatureSource, SignatureType

UNDONE = "adopted"

_OTHERS = {"account": "any", "company_name": "任意", "qualification_id": 1}
"""What holds for the fields that a file does not name; they are not looked at."""

Word = TypeVar("Word", SignatureSource, SignatureType)


@dataclass(frozen=True)
class Facts:
    """What is told of the signatures that are adopted.

    Attributes:
        source: Of all of them; the platform never returns it. None while nobody told it.
        sign_type: Of those whose type the platform does not say.
        company: Of those whose company no qualification says.
        by_name: Fields of the application by sign name, before all of these.
    """

    source: SignatureSource | None = None
    sign_type: SignatureType | None = None
    company: str | None = None
    by_name: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def of(self, existing: ExistingSignature) -> dict[str, Any]:
        """What is told of one signature: field of the application to its value."""
        told: dict[str, Any] = {}
        if self.source is not None:
            told["source"] = self.source
        if self.sign_type is not None and existing.sign_type is SignatureType.UNKNOWN:
            told["sign_type"] = self.sign_type
        if self.company and not (existing.qualification and existing.qualification.company_name):
            told["company_name"] = self.company
        return {**told, **self.by_name.get(existing.sign_name, {})}


def read_facts(*, source: str | None, sign_type: str | None, company: str | None, file: Path | None) -> Facts:
    """Read the options and the file.

    Raises:
        CliError: Anything in them cannot be read (2); a file is told with all its problems.
    """
    return Facts(
        source=_word_of_option("--source", source, SignatureSource),
        sign_type=_word_of_option("--type", sign_type, SignatureType),
        company=(company or "").strip() or None,
        by_name=_by_name(file) if file is not None else {},
    )


def word_of(text: str, words: Iterable[Word]) -> Word | None:
    """The word that somebody typed, by its value or its Chinese label, whatever its case; none where it is none."""
    typed = text.strip().upper().replace("-", "_")
    return next((word for word in words if typed in (word.value, word.label.upper())), None)


def choices(words: Iterable[Word]) -> str:
    """The words that somebody may type."""
    return ", ".join(f"{word} ({word.label})" for word in nameable(words))


def nameable(words: Iterable[Word]) -> list[Word]:
    """The words without the one for what nobody knows."""
    return [word for word in words if word.value != "UNKNOWN"]


def _word_of_option(option: str, text: str | None, words: type[Word]) -> Word | None:
    if text is None:
        return None
    word = word_of(text, nameable(words))
    if word is None:
        close = get_close_matches(text.upper(), [each.value for each in nameable(words)], n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise CliError(Exit.UNREADABLE, f"{option}: expected one of {choices(words)}, got {text!r}{hint}")
    return word


def _by_name(file: Path) -> dict[str, dict[str, Any]]:
    """Facts by name: applications of which everything but the name may be left out."""
    problems: list[Problem] = []
    found: dict[str, dict[str, Any]] = {}
    try:
        documents = read_documents(file)
    except DocumentError as failure:
        raise InputError([Problem(str(file), "", str(failure))], undone=UNDONE) from failure
    for source, raw in _entries(str(file), documents):
        name, fields, wrong = _facts_of(source, raw)
        if name in found:
            wrong = [*wrong, Problem(source, "sign_name", f"{name} stands there twice", "keep one")]
        problems += wrong
        found[name] = fields
    if not (found or problems):
        problems.append(Problem(str(file), "", "holds nothing", "write sign_name and what is known, such as source"))
    if problems:
        raise InputError(problems, undone=UNDONE)
    return found


def _entries(file: str, documents: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    entries = [entry for document in documents for entry in (document if isinstance(document, list) else [document])]
    for number, entry in enumerate(entries, start=1):
        yield (file if len(entries) == 1 else f"{file} (entry {number})"), entry


def _facts_of(source: str, raw: Any) -> tuple[str, dict[str, Any], list[Problem]]:
    if not isinstance(raw, Mapping):
        return "", {}, [Problem(source, "", f"expected keys and values, got {shown(raw)}")]
    application, problems = check_fields(source, raw, _OTHERS, offered=("sign_name", *EDITABLE))
    if application is None:
        return "", {}, problems
    checked = application.model_dump(mode="json")
    return application.sign_name, {key: checked[key] for key in raw if key in EDITABLE}, []
