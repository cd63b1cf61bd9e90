"""Handing a signature in anew and deleting it: one activity at a time, in the background of a filing."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, is_cancelled_exception

from activities.amending import AmendingActivities
from filing.amendment import Amendment, AmendmentStage, Deletion
from filing.judging import take_outcome
from filing.objections import TRAFFIC_FORBIDS_DELETE
from filing.requests import (
    AmendOutcome,
    AmendRequest,
    AmendResult,
    DeleteOutcome,
    DeleteRequest,
    WatchOutcome,
    WatchRequest,
)
from filing.snapshot import Refusal
from filing.state import FilingState
from filing.steps import take_deletion
from workflows.background import Background

DELETE_TIMEOUT = timedelta(minutes=2)

Outcome = TypeVar("Outcome")


class Amending:
    """Carries out the edit or re-file that the state holds, and the deletion."""

    def __init__(
        self,
        state: FilingState,
        background: Background,
        *,
        watch: Callable[[], WatchRequest],
        take_in: Callable[[WatchOutcome], None],
    ) -> None:
        """Prepare; nothing is started.

        Args:
            state: The filing.
            background: Where the work is done.
            watch: How the signature is read now.
            take_in: Takes in what the platform showed after the write.
        """
        self._state, self._background = state, background
        self._watch, self._take_in = watch, take_in
        self._task: asyncio.Task[None] | None = None
        self._stopped = False

    @property
    def at_work(self) -> bool:
        """Whether the platform is being written to."""
        return self._task is not None

    def begin_what_is_due(self) -> None:
        """Start what the state asks for, unless it is being done."""
        state = self._state
        if self._task is not None or state.paused or state.phase.closed:
            return
        if state.deletion is not None:
            self._task = self._background.start(self._delete(state.deletion))
        elif state.amendment is not None and state.amendment.stage is AmendmentStage.TO_WRITE:
            self._task = self._background.start(self._write(state.amendment))

    async def wind_up(self) -> None:
        """Let what is being written come to its answer; what only waits for the platform is given up."""
        self._stopped = True
        if self._task is not None:
            await workflow.wait_condition(lambda: self._task is None)

    async def _write(self, amendment: Amendment) -> None:
        state = self._state
        handle = workflow.start_activity_method(
            AmendingActivities.amend_signature,
            AmendRequest(
                application=amendment.application,
                way=amendment.way,
                accept_reset=amendment.wish.accept_reset,
                watch=self._watch(),
                review_overdue=(
                    state.policy.review_overdue_government if state.government else state.policy.review_overdue
                ),
            ),
            start_to_close_timeout=state.policy.send_unclear_after,
            retry_policy=RetryPolicy(
                maximum_interval=state.policy.platform_retry_max,
                # An attempt that timed out or was cut off may have written: it is never run again.
                non_retryable_error_types=["TemporalTimeout:StartToClose", "UNCLEAR"],
            ),
            # Called off while it waits it wrote nothing; while it writes, its answer counts.
            cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            summary=f"{amendment.wish.kind.label} ({amendment.wish.kind}) by {amendment.way}",
        )
        try:
            try:
                outcome = await self._unless_stopped(handle)
            except ActivityError as failure:
                lost = Refusal(code="", text=str(failure.cause or failure))
                outcome = AmendOutcome(result=AmendResult.UNCLEAR, at=workflow.now(), refusal=lost)
            if outcome is not None:
                take_outcome(state, outcome)
                if outcome.seen is not None and not state.phase.closed:
                    self._take_in(outcome.seen)
        finally:
            self._task = None

    async def _delete(self, deletion: Deletion) -> None:
        state = self._state
        shown = state.snapshot
        handle = workflow.start_activity_method(
            AmendingActivities.delete_signature,
            DeleteRequest(
                account=state.application.account,
                sign_name=state.application.sign_name,
                created_at=shown.created_at if shown else None,
                traffic_since=None if deletion.force else workflow.now() - TRAFFIC_FORBIDS_DELETE,
                retry_max_seconds=state.policy.platform_retry_max.total_seconds(),
            ),
            start_to_close_timeout=DELETE_TIMEOUT,
            retry_policy=RetryPolicy(maximum_interval=state.policy.platform_retry_max),
            cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            summary="delete the signature (删除签名) for ever",
        )
        try:
            outcome: DeleteOutcome | None = await self._unless_stopped(handle)
            if outcome is not None:
                take_deletion(state, outcome, deletion)
        finally:
            self._task = None

    async def _unless_stopped(self, handle: workflow.ActivityHandle[Outcome]) -> Outcome | None:
        """The answer of an activity; none where it was called off before it did anything."""
        state = self._state
        await workflow.wait_condition(lambda: handle.done() or state.paused or state.phase.closed or self._stopped)
        handle.cancel()
        try:
            return await handle
        except ActivityError as failure:
            if is_cancelled_exception(failure):
                return None
            raise
