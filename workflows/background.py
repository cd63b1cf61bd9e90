"""What runs beside a workflow's main procedure."""

import asyncio
from collections.abc import Callable, Coroutine

from temporalio.exceptions import is_cancelled_exception


class Background:
    """Tasks beside the main procedure; ``stir`` wakes the procedure when one has ended.

    A failure in such a task would pass unnoticed, and the filing would wait for ever. Here it is kept and raised in
    the procedure, so that the workflow task fails visibly and is run again by code that is mended.
    """

    def __init__(self, stir: Callable[[], None]) -> None:
        self._stir = stir
        self._failure: BaseException | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        """Run something beside the procedure."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def raise_failure(self) -> None:
        """Raise what went wrong in a task, if anything did."""
        if self._failure is not None:
            # Not the failure itself: one of Temporal's own would fail the workflow for good, not only its task.
            raise RuntimeError(f"a task of the workflow failed: {self._failure!r}") from self._failure

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        failure = None if task.cancelled() else task.exception()
        if failure is not None and not is_cancelled_exception(failure):
            self._failure = failure
        self._stir()
