"""How payloads become objects: pydantic, with a clear failure where a person's input has the wrong shape."""

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.contrib.pydantic import PydanticPayloadConverter
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultFailureConverter,
    PayloadConverter,
    create_payload_validation_error,
)

from filing.messages import FilingStart


class FilingPayloadConverter(CompositePayloadConverter):
    """Pydantic conversion that fails a start with bad input at once, with the errors of each field.

    Only the part that people write is treated so. A stored state that does not load raises an ordinary error: the
    workflow task fails, nothing is lost, and a worker that can read it goes on.
    """

    def __init__(self) -> None:
        super().__init__(*PydanticPayloadConverter().converters.values())

    def from_payloads(self, payloads: Sequence[Payload], type_hints: list[type[Any]] | None = None) -> list[Any]:
        """Convert payloads.

        Raises:
            ApplicationError: The input of a filing does not describe an application.
        """
        starts_filing = FilingStart in _members(type_hints[0]) if type_hints else False
        try:
            values = super().from_payloads(payloads, type_hints)
        except (ValidationError, KeyError, RuntimeError) as failure:
            errors = field_errors(failure)
            if starts_filing and not _concern_state(errors):
                raise create_payload_validation_error(errors) from failure
            raise
        # Bytes and protobuf messages are converted whatever the type hint says.
        if starts_filing and values and not isinstance(values[0], FilingStart | None):
            raise create_payload_validation_error(_NOT_JSON)
        return values


_NOT_JSON = [{"field": "(whole input)", "problem": "expected JSON"}]


def field_errors(failure: ValidationError | KeyError | RuntimeError) -> list[dict[str, str]]:
    """The errors of a conversion, one entry per field with ``field`` and ``problem``; the input is not repeated."""
    if not isinstance(failure, ValidationError):
        return _NOT_JSON
    return [
        {
            "field": ".".join(str(part) for part in error["loc"]) or "(whole input)",
            "problem": error["msg"].removeprefix("Value error, "),
        }
        for error in failure.errors(include_url=False, include_context=False, include_input=False)
    ]


def _members(type_hint: Any) -> tuple[Any, ...]:
    return getattr(type_hint, "__args__", (type_hint,))


def _concern_state(errors: list[dict[str, str]]) -> bool:
    return any(error["field"].split(".")[0] == "state" for error in errors)


class FilingFailureConverter(DefaultFailureConverter):
    """Leaves the stack trace out of what people are told: the Web UI would show it beneath a refusal."""

    def to_failure(self, exception: BaseException, payload_converter: PayloadConverter, failure: Failure) -> None:
        """Convert a failure."""
        super().to_failure(exception, payload_converter, failure)
        if failure.application_failure_info.type in _ANSWERS:
            failure.stack_trace = ""


_ANSWERS = frozenset({"REFUSED", "BAD_MESSAGE", "PayloadValidationError"})
"""Failures that answer a person; they say what is wrong, and nothing in the program is."""

data_converter = DataConverter(
    payload_converter_class=FilingPayloadConverter, failure_converter_class=FilingFailureConverter
)
"""The data converter of clients, workers and replays."""
