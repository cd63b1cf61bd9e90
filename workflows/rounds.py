"""The rounds of a filing as its children: starting them, writing to them, and taking back what they return."""

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ChildWorkflowError, FailureError

from engine.names import filing_id, round_id
from filing.calendar import shown_deadline
from filing.messages import RoundCommand, RoundStart, StatusChanged
from filing.observing import under_review_again
from filing.round_state import RoundState
from filing.rounds import broke, close_round
from filing.state import FilingState
from filing.vocabulary import Carrier
from workflows.alarm import Letters
from workflows.background import Background
from workflows.carrier_filing import CarrierFilingWorkflow

LAST_WORD = timedelta(minutes=1)
"""How long a filing that closes waits for its rounds; one that is stuck must not hold it."""


class Rounds:
    """Runs the open rounds of a filing in its background."""

    def __init__(self, state: FilingState, background: Background) -> None:
        self._state = state
        self._background = background
        self._running: dict[Carrier, _Running] = {}
        self._held = under_review_again(state)
        self.left_over: list[RoundState] = []
        """Rounds that ended with a test asked for and not sent, or with a receipt still to come."""

    @property
    def any_running(self) -> bool:
        """Whether a round's workflow has not been heard the last of."""
        return bool(self._running)

    def running(self, carrier: Carrier) -> bool:
        """Whether a carrier's round runs."""
        return carrier in self._running

    def start(self, opened: RoundState) -> None:
        """Start the workflow of a round."""
        application = self._state.application
        running = _Running(round_id(application.account, application.sign_name, opened.carrier, opened.round))
        self._running[opened.carrier] = running
        running.task = self._background.start(self._run(opened, running))

    async def _run(self, opened: RoundState, running: "_Running") -> None:
        state, carrier = self._state, opened.carrier
        application = state.application
        try:
            handle = await workflow.start_child_workflow(
                CarrierFilingWorkflow.run,
                RoundStart(
                    account=application.account,
                    sign_name=application.sign_name,
                    origin_run_id=state.origin_run_id,
                    filing_workflow_id=filing_id(application.account, application.sign_name),
                    policy=state.policy,
                    state=opened,
                ),
                id=running.workflow_id,
                parent_close_policy=workflow.ParentClosePolicy.REQUEST_CANCEL,
                static_summary=f"{carrier.label} round {opened.round}, result due {shown_deadline(opened.due_at)}",
            )
            running.ready = True
            news = await handle
            close_round(state, news, workflow.now())
            if news.state.asked_tests or any(test.state.open for test in news.state.tests):
                self.left_over.append(news.state)
        except FailureError as failure:
            cause = failure.cause if isinstance(failure, ChildWorkflowError) and failure.cause else failure
            broke(state, carrier, str(cause), workflow.now())
        finally:
            running.ready = True
            del self._running[carrier]

    def tell(self, carrier: Carrier, change: StatusChanged) -> None:
        """Tell a round what the platform shows for its carrier."""
        if running := self._running.get(carrier):
            running.letters.post(running.workflow_id, "status_changed", change, ready=running.is_ready)

    def command(self, command: RoundCommand, carrier: Carrier | None = None) -> None:
        """Pass on what a person asked for, to one round or to all."""
        for each, running in self._running.items():
            if carrier in (None, each):
                running.letters.post(running.workflow_id, "round_command", command, ready=running.is_ready)

    def hold(self, *, held: bool) -> None:
        """Have all rounds keep from sending while the signature is reviewed again, or let them go on."""
        if held != self._held:
            self._held = held
            self.command(RoundCommand(held=held))

    async def wind_up(self) -> None:
        """Ask all rounds to end and wait for what they did, but not for ever."""
        self.command(RoundCommand(release=True))
        try:
            await workflow.wait_condition(
                lambda: not self._running, timeout=LAST_WORD, timeout_summary="last word of the rounds"
            )
        except TimeoutError:
            workflow.logger.warning("rounds of %s did not end: %s", workflow.info().workflow_id, list(self._running))


class _Running:
    """A round's workflow: whether it is there to be written to, and the post to it."""

    def __init__(self, workflow_id: str) -> None:
        self.workflow_id = workflow_id
        self.ready = False
        self.letters = Letters()
        self.task: asyncio.Task[None] | None = None

    def is_ready(self) -> bool:
        """Whether the workflow can be written to."""
        return self.ready
