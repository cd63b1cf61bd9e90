"""How documents that people hand in are read, and how it is said what is wrong with them."""

from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

Document = TypeVar("Document", bound=BaseModel)


def read(model: type[Document], text: bytes) -> Document:
    """Reads a JSON document.

    Raises:
        ValueError: It is not JSON, or not such a document; the message names field and rule, and no value, which may
            be a secret.
    """
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        raise ValueError(problems(error)) from error


def is_snapshot(text: bytes) -> bool:
    """Returns whether a JSON document calls itself a snapshot.

    Raises:
        ValueError: It is not JSON, or has numbers that JSON does not know.
    """
    try:
        document = from_json(text, allow_inf_nan=False)
    except ValueError as error:
        raise ValueError(f"document: {error}") from error
    return isinstance(document, dict) and "snapshot" in document


def problems(error: ValidationError) -> str:
    """Returns what is wrong in one line: each field by its path, and the rule."""
    return "; ".join(
        f"{'.'.join(str(part) for part in each['loc']) or 'document'}: {each['msg'].removeprefix('Value error, ')}"
        for each in error.errors(include_input=False, include_url=False, include_context=False)
    )
