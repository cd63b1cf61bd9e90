"""Looking at the latest traffic of a signature, in the background of its filing."""

import asyncio
from collections.abc import Callable

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError

from activities.watching import WatchActivities
from filing.amending import sends_held
from filing.guard import check_guard, registered, traffic_since
from filing.record import Event
from filing.requests import TrafficRequest
from filing.state import FilingState
from filing.vocabulary import Carrier
from workflows.background import Background
from workflows.proving import READ_TIMEOUT


class GuardCheck:
    """Reads the traffic before anybody is warned that the filing is about to lapse."""

    def __init__(self, state: FilingState, background: Background, keep_alive: Callable[[Carrier], None]) -> None:
        """Prepare; nothing is started.

        Args:
            state: The filing.
            background: Where the work is done.
            keep_alive: Sends a message on a carrier, where the policy wants the filing kept alive.
        """
        self._state, self._background, self._keep_alive = state, background, keep_alive
        self._task: asyncio.Task[None] | None = None

    @property
    def at_work(self) -> bool:
        """Whether the traffic is being read."""
        return self._task is not None

    def begin_if_due(self) -> None:
        """Start the check once its time has come; a filing that is paused reads nothing."""
        state, due = self._state, self._state.guard.next_check_at
        if due is not None and due <= workflow.now() and self._task is None and not state.paused:
            self._task = self._background.start(self._check())

    def stop(self) -> None:
        """Call the check off; the next run begins it again."""
        if self._task is not None:
            self._task.cancel()

    async def _check(self) -> None:
        state = self._state
        try:
            outcome = await workflow.execute_activity_method(
                WatchActivities.read_last_traffic,
                TrafficRequest(
                    account=state.application.account,
                    sign_name=state.application.sign_name,
                    since=traffic_since(state, workflow.now()),
                    retry_max_seconds=state.policy.platform_retry_max.total_seconds(),
                ),
                start_to_close_timeout=READ_TIMEOUT,
                retry_policy=RetryPolicy(maximum_interval=state.policy.platform_retry_max),
                summary="last traffic under the signature",
            )
            decision = check_guard(state, outcome.traffic_at, workflow.now())
            if decision.keep_alive and not state.paused and not sends_held(state):
                for carrier in registered(state):
                    state.record(Event.KEEP_ALIVE, at=workflow.now(), carrier=carrier)
                    self._keep_alive(carrier)
        except ActivityError as failure:
            workflow.logger.warning("the traffic was not read: %s", failure)
            state.guard.next_check_at = workflow.now() + state.policy.guard_read_every
        finally:
            self._task = None
