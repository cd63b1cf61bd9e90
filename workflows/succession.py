"""When a run of a filing ends so that the next one goes on with its state (continue-as-new)."""

from temporalio import workflow


class Succession:
    """Watches the length of the run's history.

    The engine suggests a new run long before its limits. A moment at which no round is open is waited for, since it
    costs nothing; but a carrier that never answers keeps its round open for ever, so once the history has doubled
    the rounds are handed over.
    """

    def __init__(self) -> None:
        self._suggested_at: int | None = None

    def suggested(self) -> bool:
        """Whether the engine suggests a new run."""
        info = workflow.info()
        if self._suggested_at is None and info.is_continue_as_new_suggested():
            self._suggested_at = info.get_current_history_length()
        return self._suggested_at is not None

    def cannot_wait(self) -> bool:
        """Whether the next run must begin although something is under way."""
        length = workflow.info().get_current_history_length()
        return self.suggested() and self._suggested_at is not None and length >= 2 * self._suggested_at
