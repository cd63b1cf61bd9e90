"""The one reader of a signature: an activity that comes back when the platform shows something new."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError
from temporalio.workflow import ActivityHandle

from activities.watching import WatchActivities
from filing.requests import WatchOutcome, WatchRequest

READ_TIMEOUT = timedelta(minutes=1)


class Reader:
    """Keeps one ``watch_signature`` activity at work; ``stir`` wakes the filing when it has come back."""

    def __init__(self, stir: Callable[[], None]) -> None:
        self._stir = stir
        self._request: WatchRequest | None = None
        self._handle: ActivityHandle[WatchOutcome] | None = None

    def read_on(self, request: WatchRequest) -> None:
        """Have the signature read as requested; a reader that serves as well is left at its work."""
        if self._handle is not None and (self._handle.done() or self._serves(request)):
            return
        self.stop()
        self._request = request
        self._handle = workflow.start_activity_method(
            WatchActivities.watch_signature,
            request,
            start_to_close_timeout=READ_TIMEOUT,
            retry_policy=RetryPolicy(maximum_interval=timedelta(seconds=request.retry_max_seconds)),
            summary="read the signature until something changes",
        )
        self._handle.add_done_callback(self._come_back)

    def _serves(self, wanted: WatchRequest) -> bool:
        """Whether the reader at work does what is wanted.

        A pace grows only together with what is known, so a reader whose pace became too fast may go on with it: that
        costs a read or two, and starting it anew would cost the engine as much. Only a deadline that comes nearer
        by itself is worth a new one.
        """
        current = self._request
        if current is None or _subject(current) != _subject(wanted):
            return False
        now = workflow.now()
        ahead = [min((m for m in each.moments if m > now), default=None) for each in (current, wanted)]
        return ahead[1] is None or (ahead[0] is not None and ahead[0] <= ahead[1])

    def _come_back(self, handle: asyncio.Task[WatchOutcome]) -> None:
        if not handle.cancelled():
            # Looked at here, so that a reader that was stopped is not reported as a failure nobody cared for.
            handle.exception()
        if handle is self._handle:
            self._stir()

    def take(self) -> WatchOutcome | None:
        """What the reader came back with, if it has."""
        handle = self._handle
        if handle is None or not handle.done():
            return None
        self.stop()
        if handle.cancelled():
            return None
        failure = handle.exception()
        if failure is not None:
            # Every failure of the activity is retried, so only a cancellation or a timeout of the server ends here.
            workflow.logger.warning(
                "reader ended: %s", failure if isinstance(failure, ActivityError) else repr(failure)
            )
            return None
        return handle.result()

    def stop(self) -> None:
        """Stop reading; the next ``read_on`` reads at once."""
        if self._handle is not None and not self._handle.done():
            self._handle.cancel()
        self._handle = self._request = None


def _subject(request: WatchRequest) -> tuple[object, ...]:
    """What a reader compares with; another subject needs another reader."""
    return (request.known, request.known_refusal, request.adopted, request.confirm_missing_at)
