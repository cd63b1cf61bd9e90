"""What Temporal's client raises, as the errors that commands end with."""

import contextlib
from collections.abc import Iterator

from temporalio.client import (
    RPCTimeoutOrCancelledError,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
    WorkflowUpdateFailedError,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from cli.exits import CliError, Exit


@contextlib.contextmanager
def in_words(subject: str, timeout: float, *, worker: bool = False) -> Iterator[None]:
    """Turn what the client raises into a message.

    Args:
        subject: What was asked about.
        timeout: How many seconds an answer was waited for.
        worker: Whether a worker has to answer.

    Raises:
        CliError: In place of what the client raised.
    """
    silent = _no_worker if worker else engine_silent
    try:
        yield
    except WorkflowUpdateFailedError as failure:
        raise _refusal(failure.cause) from failure
    except (TimeoutError, RPCTimeoutOrCancelledError) as failure:
        raise silent(timeout) from failure
    except WorkflowQueryRejectedError as failure:
        raise _not_open(subject) from failure
    except WorkflowQueryFailedError as failure:
        raise CliError(Exit.UNREACHABLE, f"{subject}: the worker cannot report on it: {failure}") from failure
    except RPCError as failure:
        if failure.status in (RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED):
            raise silent(timeout) from failure
        raise _rpc_error(failure, subject, worker=worker, timeout=timeout) from failure


def _no_worker(timeout: float) -> CliError:
    return CliError(
        Exit.UNREACHABLE,
        f"no worker took it within {timeout:g} s: is worker.py running, with this task queue and namespace?",
    )


def engine_silent(timeout: float) -> CliError:
    """Temporal itself gave no answer in time."""
    return CliError(Exit.UNREACHABLE, f"Temporal did not answer within {timeout:g} s")


def _not_open(subject: str) -> CliError:
    return CliError(Exit.NOT_FOUND, f"{subject}: no such filing is open here; 'starter.py list --all' shows all")


def _refusal(cause: BaseException | None) -> CliError:
    if not isinstance(cause, ApplicationError):
        return CliError(Exit.REFUSED, f"refused: {cause}")
    # The filing says why in its message; beside it stand the rule and a command, or the errors of each field.
    match [*cause.details]:
        case [{"rule": rule, "command": command}]:
            further = {"rule": rule, "command": command}
        case [list() as errors]:
            further = {"fields": errors}
        case _:
            further = {}
    return CliError(Exit.REFUSED, f"refused: {cause.message}", {"type": cause.type, **further})


def _rpc_error(failure: RPCError, subject: str, *, worker: bool, timeout: float) -> CliError:
    words = failure.message
    match failure.status:
        case RPCStatusCode.NOT_FOUND if "namespace" not in words.lower():
            return _not_open(subject)
        case RPCStatusCode.FAILED_PRECONDITION if worker and "poller" in words.lower():
            return _no_worker(timeout)
        case RPCStatusCode.INVALID_ARGUMENT if "search attribute" in words.lower():
            return CliError(
                Exit.UNREACHABLE,
                f"the namespace lacks search attributes ({words}); a worker registers them when it starts",
            )
        case RPCStatusCode.PERMISSION_DENIED | RPCStatusCode.UNAUTHENTICATED:
            return CliError(Exit.UNREACHABLE, f"Temporal does not let this client in: {words}")
        case status:
            return CliError(Exit.UNREACHABLE, f"Temporal answered {status.name}: {words}")
