import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError, CancelledError

from cli.exits import CliError, Exit
from cli.failures import in_words


def told(cause: BaseException) -> CliError:
    with pytest.raises(CliError) as raised, in_words("filing/main/云杉科技", 20, worker=True):
        raise WorkflowUpdateFailedError(cause)
    return raised.value


def test_a_refusal_keeps_its_rule_and_its_command() -> None:
    details = {"rule": "help page", "command": "starter.py status 云杉科技"}

    error = told(ApplicationError("not now (rule: help page)", details, type="REFUSED"))

    assert error.code is Exit.REFUSED
    assert error.message == "refused: not now (rule: help page)"
    assert error.details == {"type": "REFUSED", **details}


def test_a_message_that_cannot_be_read_keeps_the_errors_of_its_fields() -> None:
    errors = [{"field": "carrier", "problem": "expected a carrier"}]

    error = told(ApplicationError("carrier: expected a carrier", errors, type="BAD_MESSAGE"))

    assert error.details == {"type": "BAD_MESSAGE", "fields": errors}


@pytest.mark.parametrize(
    ("cause", "details"),
    [(ApplicationError("broken", type="ValueError"), {"type": "ValueError"}), (CancelledError("gone"), {})],
)
def test_any_other_end_of_an_update_is_told_as_it_is(cause: BaseException, details: dict[str, str]) -> None:
    assert told(cause).details == details
