"""What the installed SDK's model classes know of requests and answers, by the names on the wire.

The classes tell their Python names and types; the name on the wire is found by setting one attribute at a time and
looking what ``to_map`` makes of it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args, get_origin, get_type_hints

from alibabacloud_dysmsapi20170525 import models
from darabonba.model import DaraModel


@dataclass(frozen=True)
class Field:
    """One field of a model."""

    kind: type
    """``str``, ``int``, ``bool``, ``dict`` or ``list``."""
    element: type | None
    """Of a list: what it holds; ``dict`` for models."""
    inner: Mapping[str, "Field"]
    """The fields of the model that it is, or that a list holds; empty for anything else."""

    def paths(self, name: str) -> Iterator[str]:
        """Yields the dotted names of this field and of all within it."""
        yield name
        for inner_name, field in self.inner.items():
            yield from field.paths(f"{name}.{inner_name}")


def answer_fields(operation: str) -> dict[str, Field]:
    """Returns the fields of an operation's answer."""
    return _fields(getattr(models, f"{operation}ResponseBody"))


def request_fields(operation: str) -> dict[str, Field]:
    """Returns the parameters of an operation."""
    return _fields(getattr(models, f"{operation}Request"))


def paths(fields: Mapping[str, Field]) -> set[str]:
    """Returns the dotted names of fields and of all within them."""
    return {path for name, field in fields.items() for path in field.paths(name)}


def strangers(answer: Any, fields: Mapping[str, Field], at: str = "") -> Iterator[str]:
    """Yields what of an answer the model does not know, or has of another type."""
    for name, value in answer.items():
        path = f"{at}{name}"
        field = fields.get(name)
        if field is None:
            yield f"{path} is unknown"
        elif type(value) is not field.kind:
            yield f"{path} is {type(value).__name__}, not {field.kind.__name__}"
        elif isinstance(value, list):
            for element in value:
                if type(element) is not field.element:
                    yield f"{path} holds {type(element).__name__}, not {field.element}"
                elif field.inner:
                    yield from strangers(element, field.inner, f"{path}.")
        elif field.inner:
            yield from strangers(value, field.inner, f"{path}.")


def answered(answer: Mapping[str, Any], at: str = "") -> Iterator[str]:
    """Yields the dotted names of everything that an answer says."""
    for name, value in answer.items():
        path = f"{at}{name}"
        yield path
        for element in value if isinstance(value, list) else [value]:
            if isinstance(element, dict):
                yield from answered(element, f"{path}.")


def _fields(model: type[DaraModel]) -> dict[str, Field]:
    empty = model().to_map()
    found: dict[str, Field] = {}
    for attribute, hint in get_type_hints(model.__init__).items():
        kind: Any = get_origin(hint) or hint
        arguments = get_args(hint)
        holds: Any = arguments[0] if kind is list else hint
        is_model = isinstance(holds, type) and issubclass(holds, DaraModel)
        value = holds() if is_model else object()
        filled = model()
        setattr(filled, attribute, [value] if kind is list else value)
        changed = [name for name, told in filled.to_map().items() if empty.get(name) != told or name not in empty]
        (wire_name,) = changed
        found[wire_name] = Field(
            kind=dict if is_model and kind is not list else kind,
            element=(dict if is_model else holds) if kind is list else None,
            inner=_fields(holds) if is_model else {},
        )
    return found
