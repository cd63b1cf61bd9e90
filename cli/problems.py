"""What is wrong with the fields of an application as people write them, each with what to do about it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from cli.exits import CliError, Exit
from filing.application import SignatureApplication, unknown_fields
from filing.vocabulary import SignatureSource, SignatureType

FIELDS = tuple(SignatureApplication.model_fields)

_IDS = tuple(name for name in FIELDS if name.endswith("_id"))
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_SHOWN_MAX = 60


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with one application or with one change of it.

    Attributes:
        source: The file, with number of document or entry where there are several; or the option.
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
    """Input that cannot be used; ``problems`` are all of them."""

    def __init__(self, problems: Sequence[Problem], *, undone: str = "submitted") -> None:
        """Put the problems into words.

        Args:
            problems: At least one.
            undone: What has not happened to anything because of them.
        """
        code = Exit.REFUSED if all(problem.code for problem in problems) else Exit.UNREADABLE
        lines = "\n".join(str(problem) for problem in problems)
        super().__init__(code, f"nothing was {undone}:\n{lines}", {"problems": [asdict(p) for p in problems]})
        self.problems = list(problems)


def check_fields(
    source: str,
    written: Mapping[str, Any],
    others: Mapping[str, Any],
    *,
    offered: Sequence[str] = FIELDS,
    known: Sequence[Problem] = (),
) -> tuple[SignatureApplication | None, list[Problem]]:
    """Check fields of an application strictly: nothing is bent into shape.

    Args:
        source: Where they stand.
        written: The fields as they were written.
        others: What holds for fields that were not.
        offered: The fields that somebody who misspelt one may have meant.
        known: Problems found already; of their fields no more is said.

    Returns:
        The application, none if anything is wrong, and all problems including those known.
    """
    problems = [*known, *_literal_problems(source, written)]
    told = {problem.field for problem in problems}
    application = None
    try:
        application = SignatureApplication.model_validate({**others, **written})
    except ValidationError as failure:
        found = (_problem(source, error, written, offered) for error in failure.errors())
        problems += [problem for problem in found if problem.field not in told]
    else:
        unknown = (field for field in unknown_fields(application) if field in written and field not in told)
        problems += [
            Problem(source, field, f"{shown(written[field])} stands for what is not known", "name it, or leave it out")
            for field in unknown
        ]
    return (None if problems else application), problems


def shown(value: object) -> str:
    """A value as a problem quotes it."""
    text = repr(value) if value is not None else "nothing"
    return text if len(text) <= _SHOWN_MAX else f"{text[:_SHOWN_MAX]}..."


def _literal_problems(source: str, written: Mapping[str, Any]) -> Iterator[Problem]:
    """What the model would bend into shape: ``true`` as a number, a number as a date."""
    for field in _IDS:
        value = written.get(field)
        if value is not None and not _is_id(value):
            rule = f"expected a number, got {shown(value)}"
            yield Problem(source, field, rule, "take the id that the console shows")
    third_party = written.get("third_party", False)
    if not isinstance(third_party, bool):
        yield Problem(source, "third_party", f"expected true or false, got {shown(third_party)}")
    day = written.get("needed_by")
    if day is not None and not (isinstance(day, str) and _DATE.fullmatch(day)):
        yield Problem(source, "needed_by", f"expected a date such as 2026-03-31, got {shown(day)}")


def _is_id(value: object) -> bool:
    if isinstance(value, str):
        return re.fullmatch(r"[0-9]{1,18}", value) is not None
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18


def _problem(source: str, error: ErrorDetails, written: Mapping[str, Any], offered: Sequence[str]) -> Problem:
    field = ".".join(str(part) for part in error["loc"])
    value = shown(error["input"])
    match error["type"]:
        case "extra_forbidden":
            unused = [name for name in offered if name not in written]
            close = get_close_matches(field, unused, n=1) or get_close_matches(field, offered, n=1)
            hint = f"did you mean {close[0]}?" if close else f"there are: {', '.join(offered)}"
            return Problem(source, field, "unknown key", hint)
        case "missing":
            return Problem(source, field, "missing", "add it; see examples/")
        case "enum":
            words = SignatureType if field == "sign_type" else SignatureSource
            rule = f"expected one of {_choices(words)}, got {value}"
            return Problem(source, field, rule, _meant(error["input"], words))
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


def _choices(words: type[SignatureSource | SignatureType]) -> str:
    return ", ".join(f"{word} ({word.label})" for word in _taken(words))


def _meant(value: object, words: type[SignatureSource | SignatureType]) -> str:
    close = get_close_matches(str(value).upper(), [word.value for word in _taken(words)], n=1)
    return f"did you mean {close[0]}?" if close else ""


def _taken(words: type[SignatureSource | SignatureType]) -> list[SignatureSource | SignatureType]:
    """The words that the platform takes today."""
    return [word for word in words if word.value != "UNKNOWN" and not getattr(word, "retired", False)]
