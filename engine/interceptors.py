"""Interceptors: what a signal does wrong is recorded, never raised.

An exception in a signal handler fails the workflow task, which is then tried for ever: one malformed signal would
wedge a filing for good. Most mistakes are caught in the handlers; this catches what goes wrong before them, such as
a signal with two payloads for a handler that takes one.
"""

from typing import Protocol, runtime_checkable

from temporalio import workflow
from temporalio.worker import (
    HandleSignalInput,
    Interceptor,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
)


@runtime_checkable
class RecordsRefusals(Protocol):
    """A workflow that can note down a message it could not take."""

    def refuse_message(self, name: str, why: str) -> None:
        """Note that a message was refused, and why."""
        ...


class SignalGuard(WorkflowInboundInterceptor):
    """Turns a failure of a signal handler into a record of the workflow."""

    async def handle_signal(self, input: HandleSignalInput) -> None:  # noqa: A002 - the name is Temporal's
        """Handle a signal; never raises but for a cancellation, which is not a failure of the signal."""
        try:
            await super().handle_signal(input)
        except Exception as failure:
            # Whatever it is, it must not fail the workflow task.
            workflow.logger.warning("signal %s refused: %s", input.signal, failure)
            instance = workflow.instance()
            if isinstance(instance, RecordsRefusals):
                instance.refuse_message(input.signal, _in_words(failure))


class SignalGuardInterceptor(Interceptor):
    """Puts ``SignalGuard`` around every workflow of a worker."""

    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,  # noqa: A002, ARG002 - the signature is Temporal's
    ) -> type[WorkflowInboundInterceptor]:
        """The interceptor that each workflow gets."""
        return SignalGuard


def _in_words(failure: Exception) -> str:
    if isinstance(failure, TypeError) and "argument" in str(failure):
        return "expected one JSON object (or nothing) as the message"
    return str(failure)
