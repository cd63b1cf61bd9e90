"""Reading ``--set FIELD=VALUE``: changes of an application, checked as strictly as application files are."""

from collections.abc import Sequence
from typing import Any

from cli.problems import InputError, Problem, check_fields, shown
from filing.application import SignatureApplication
from filing.changes import EDITABLE, IDENTITY

_OPTION = "--set"

# What holds for the fields that are not set; they are not looked at.
_OTHERS = {"sign_name": "任意", "company_name": "任意", "qualification_id": 1}

_EMPTY = {
    name: field.default
    for name, field in SignatureApplication.model_fields.items()
    if not field.is_required() and field.default in (None, "", ())
}
"""Fields that may be empty, with what they are then."""


def read_assignments(texts: Sequence[str]) -> dict[str, Any]:
    """Read changes of an application.

    Args:
        texts: Each is ``field=value``; ``field=`` empties a field that may be empty.

    Returns:
        Field to its new value in the form of JSON: ids as numbers, dates as text.

    Raises:
        InputError: Anything is wrong with any of them (2).
    """
    problems: list[Problem] = []
    written: dict[str, Any] = {}
    for text in texts:
        field, equals, value = text.partition("=")
        field = field.strip()
        if not equals or not field:
            problems.append(Problem(_OPTION, "", f"expected FIELD=VALUE, got {shown(text)}"))
        elif field in IDENTITY:
            advice = "a new name is filed as a signature of its own: starter.py replace OLD NEW.yaml"
            problems.append(Problem(_OPTION, field, "cannot be changed", advice))
        elif field in written:
            problems.append(Problem(_OPTION, field, "given twice", "keep one"))
        else:
            written[field] = _value(field, value)
    application, problems = check_fields(_OPTION, written, _OTHERS, offered=EDITABLE, known=problems)
    if application is None:
        raise InputError(problems, undone="sent")
    checked = application.model_dump(mode="json")
    return {field: checked[field] for field in written}


def _value(field: str, text: str) -> Any:
    """What a text stands for; one that stands for nothing of its field's kind stays text and is refused as such."""
    if not text.strip() and field in _EMPTY:
        return _EMPTY[field]
    if field == "third_party":
        return {"true": True, "false": False}.get(text.strip().lower(), text)
    if field == "supporting_files":
        return [part.strip() for part in text.split(",") if part.strip()]
    return text
