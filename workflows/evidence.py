"""Having the records (报备记录) of a filing written down beyond what its workflow carries."""

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, FailureError, is_cancelled_exception

from activities.evidence import EvidenceActivities
from filing.evidence import EvidenceRequest, hand_over, is_evidence_due, take_back
from filing.state import FilingState
from workflows.background import Background

AT_ONCE = timedelta(seconds=10)
"""For the first attempt, which runs within the workflow task and leaves one event."""

WRITE_TIMEOUT = timedelta(minutes=1)

LAST_WRITE = timedelta(minutes=3)
"""How long a filing that closes or begins a new run waits for a disk; what is unwritten then stands in its history."""


class Evidence:
    """Writes records down in batches: many at once, the oldest with the next wake, and all before the run ends."""

    def __init__(self, state: FilingState, background: Background) -> None:
        self._state = state
        self._background = background
        self._at_work: set[asyncio.Task[None]] = set()
        self._at_once = 0
        """First attempts that have no end yet."""
        self._asked = 0
        self._allowed = False

    def write_what_is_due(self) -> None:
        """Write down what has waited long enough, in the background."""
        if self._may_write() and is_evidence_due(self._state, workflow.now()):
            self._write_all()

    async def wind_up(self) -> None:
        """Write down what is left; a disk that takes nothing holds up the end of the run for some minutes only."""
        if self._may_write():
            self._write_all()
        # First without a timer, which the first attempt needs only where it fails.
        await workflow.wait_condition(lambda: not self._at_once)
        if not self._at_work:
            return
        try:
            await workflow.wait_condition(
                lambda: not self._at_work, timeout=LAST_WRITE, timeout_summary="last records (报备记录)"
            )
        except TimeoutError:
            workflow.logger.warning("records of %s are not written down", workflow.info().workflow_id)
            for task in list(self._at_work):
                task.cancel()
                await workflow.wait([task])

    def _may_write(self) -> bool:
        """Whether the run may write: not while it repeats a history of a version that wrote nothing down.

        An answer given while a history is repeated counts for its whole run, so each question has a name of its own.
        """
        if not self._allowed:
            self._asked += 1
            self._allowed = workflow.patched(f"evidence-{self._asked}")
        return self._allowed

    def _write_all(self) -> None:
        for request in hand_over(self._state):
            self._at_once += 1
            task = self._background.start(self._write(request))
            self._at_work.add(task)
            task.add_done_callback(self._at_work.discard)

    async def _write(self, request: EvidenceRequest) -> None:
        summary = f"write down {len(request.records)} records (报备记录)"
        try:
            await workflow.execute_local_activity_method(
                EvidenceActivities.append_evidence,
                request,
                schedule_to_close_timeout=AT_ONCE,
                retry_policy=RetryPolicy(maximum_attempts=1),
                summary=summary,
            )
        except FailureError as failure:
            # Of a local activity the failure itself is raised, not one of the activity.
            workflow.logger.warning("records are not written at once: %s", failure)
        else:
            return
        finally:
            self._at_once -= 1
        try:
            await workflow.execute_activity_method(
                EvidenceActivities.append_evidence,
                request,
                start_to_close_timeout=WRITE_TIMEOUT,
                retry_policy=RetryPolicy(maximum_interval=self._state.policy.platform_retry_max),
                summary=summary,
            )
        except (ActivityError, asyncio.CancelledError) as failure:
            if is_cancelled_exception(failure):
                take_back(self._state, request)
                raise
            # Somebody failed it by hand: what it was to write stands in the history.
            workflow.logger.warning("records are not written down: %s", failure)
