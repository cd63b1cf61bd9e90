"""Changes of an application: some of its fields by name, each checked as the application itself would check it."""

from difflib import get_close_matches
from typing import Annotated, Any

from pydantic import AfterValidator, ValidationError

from filing.application import SignatureApplication, unknown_fields

IDENTITY = ("account", "sign_name")
"""What a filing is about. The platform renames nothing by its API (``UpdateSmsSign``: the name identifies)."""

LOCAL = ("company_name", "needed_by")
"""What the platform is not told: it has the company from the qualification, and no date on which a name is needed."""

EDITABLE = tuple(name for name in SignatureApplication.model_fields if name not in IDENTITY)

BINDING = ("qualification_id", "authorization_letter_id")
"""What ``ChangeSignatureQualification`` can change by itself."""

_ANY_APPLICATION = {"sign_name": "任意", "company_name": "任意", "qualification_id": 1}


def check_changes(changes: dict[str, Any]) -> dict[str, Any]:
    """Check changes field by field.

    Args:
        changes: Field of the application to its new value; none empties a field that may be empty.

    Returns:
        The same in the form of JSON: ids as numbers, dates as text.

    Raises:
        ValueError: A field does not exist, cannot be changed, or cannot have this value; all are named.
    """
    problems = [_not_editable(field) for field in changes if field not in EDITABLE]
    known = {field: _emptied(field, value) for field, value in changes.items() if field in EDITABLE}
    try:
        wanted = SignatureApplication.model_validate({**_ANY_APPLICATION, **known})
        problems += [f"{field}: cannot be made unknown; name it" for field in unknown_fields(wanted)]
        checked = wanted.model_dump(mode="json")
    except ValidationError as failure:
        problems += [
            f"{'.'.join(map(str, error['loc']))}: {error['msg'].removeprefix('Value error, ')}"
            for error in failure.errors()
        ]
        checked = {}
    if problems:
        raise ValueError("; ".join(problems))
    return {field: checked[field] for field in changes}


Changes = Annotated[dict[str, Any], AfterValidator(check_changes)]
"""A pydantic field for changes; see ``check_changes``."""


def apply_changes(application: SignatureApplication, changes: dict[str, Any]) -> SignatureApplication:
    """The application with some fields changed; the changes were checked before."""
    return SignatureApplication.model_validate({**application.model_dump(mode="json"), **changes})


def told_changes(differences: dict[str, tuple[str, str]]) -> str:
    """Differences field by field, for records: ``qualification_id 900002 → 900006``."""
    return "; ".join(f"{field} {before} → {after}" for field, (before, after) in differences.items())


def _emptied(field: str, value: Any) -> Any:
    """What none stands for in a field that may be empty."""
    empty = SignatureApplication.model_fields[field].get_default()
    return empty if value is None and empty in (None, "", ()) else value


def _not_editable(field: str) -> str:
    if field in IDENTITY:
        return f"{field}: cannot be changed; file the new name as a signature of its own (replace)"
    close = get_close_matches(field, EDITABLE, n=1)
    hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(EDITABLE)}"
    return f"{field}: no such field; {hint}"
