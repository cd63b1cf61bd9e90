"""One bundle for clients, workers and replays, so that all of them convert and intercept alike."""

from temporalio.plugin import SimplePlugin
from temporalio.worker import WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from engine.converter import data_converter
from engine.interceptors import SignalGuardInterceptor

# Loaded once and shared by all workflows instead of once for each: they hold no state, and the holiday tables alone
# would cost every workflow megabytes.
_SHARED_MODULES = ("filing", "engine", "activities", "chinese_calendar", "holidays")


def _runner(existing: WorkflowRunner | None) -> WorkflowRunner:
    if isinstance(existing, SandboxedWorkflowRunner) or existing is None:
        return SandboxedWorkflowRunner(
            restrictions=SandboxRestrictions.default.with_passthrough_modules(*_SHARED_MODULES)
        )
    return existing


class FilingPlugin(SimplePlugin):
    """The project's data converter, interceptors and workflow sandbox."""

    def __init__(self) -> None:
        super().__init__(
            "SmsFiling",
            data_converter=data_converter,
            interceptors=[SignalGuardInterceptor()],
            workflow_runner=_runner,
        )
