"""One timer per workflow, moved only when the next deadline moves; and letters to other workflows."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from pydantic import BaseModel
from temporalio import workflow
from temporalio.exceptions import FailureError

SHORTEST = timedelta(seconds=1)
"""A timer is never armed in the past: a deadline that its handler fails to clear would spin."""


class AlarmClock:
    """Calls ``ring`` once the set moment has come."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._at: datetime | None = None
        self._task: asyncio.Task[None] | None = None

    def set(self, at: datetime | None, why: str) -> None:
        """Set the alarm, move it, or switch it off; setting it to the same moment again costs nothing."""
        if at == self._at:
            return
        self.stop()
        if at is not None:
            self._at = at
            self._task = asyncio.create_task(self._sleep(at, why))

    def stop(self) -> None:
        """Switch the alarm off."""
        if self._task is not None:
            self._task.cancel()
        self._at = self._task = None

    async def _sleep(self, at: datetime, why: str) -> None:
        await workflow.sleep(max(at - workflow.now(), SHORTEST), summary=why)
        self._at = self._task = None
        self._ring()


class Letters:
    """Signals to another workflow, posted in order without waiting for them.

    A signal that is cancelled together with its workflow leaves the engine in a state it cannot recover from, so each
    is shielded; one that finds nobody is logged, for its receiver has ended and needs it no more.
    """

    def __init__(self) -> None:
        self._last: asyncio.Task[None] | None = None

    def post(
        self, workflow_id: str, signal: str, content: BaseModel, *, ready: Callable[[], bool] | None = None
    ) -> None:
        """Send a signal after those posted before, once ``ready`` says that its receiver exists."""
        self._last = asyncio.create_task(self._send(self._last, workflow_id, signal, content, ready))

    @staticmethod
    async def _send(
        before: asyncio.Task[None] | None,
        workflow_id: str,
        signal: str,
        content: BaseModel,
        ready: Callable[[], bool] | None,
    ) -> None:
        if before is not None:
            await before
        if ready is not None:
            await workflow.wait_condition(ready)
        try:
            await workflow.get_external_workflow_handle(workflow_id).signal(signal, content)
        except FailureError as failure:
            workflow.logger.info("signal %s found nobody at %s: %s", signal, workflow_id, failure)
