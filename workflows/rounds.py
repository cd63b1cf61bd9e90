"""The rounds of a filing as its children: starting them, writing to them, and taking back what they return."""

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ChildWorkflowError, FailureError, WorkflowAlreadyStartedError

from engine.names import filing_id, round_id
from filing.amending import sends_held
from filing.calendar import shown_deadline
from filing.messages import LateCommand, RoundCommand, RoundNews, RoundStart, StatusChanged
from filing.round_state import RoundState
from filing.rounds import broke, close_round, rounds_to_go_on, take_news
from filing.state import FilingState
from filing.vocabulary import Carrier
from workflows.alarm import Letters
from workflows.background import Background
from workflows.carrier_filing import CarrierFilingWorkflow

LAST_WORD = timedelta(minutes=1)
"""How long a filing that closes or hands over waits for its rounds; one that is stuck must not hold it."""

MOST_NUMBERS_SKIPPED = 100
"""Rounds that earlier filings of the name may have had, where nobody told this one of them."""


class Rounds:
    """Runs the open rounds of a filing in its background."""

    def __init__(self, state: FilingState, background: Background) -> None:
        self._state = state
        self._background = background
        self._running: dict[Carrier, _Running] = {}
        self._held = sends_held(state)
        self._handing_over = False
        self.late: list[LateCommand] = []
        """What was asked of the rounds while they were being handed over."""
        self.left_over: list[RoundState] = []
        """Rounds that ended with a test asked for and not sent, or with a receipt still to come."""

    @property
    def any_running(self) -> bool:
        """Whether a round's workflow has not been heard the last of."""
        return bool(self._running)

    def running(self, carrier: Carrier) -> bool:
        """Whether a carrier's round runs, or is only being handed over to the next run of the filing."""
        return carrier in self._running or (self._handing_over and self._state.carrier(carrier).round_open)

    def start(self, opened: RoundState) -> None:
        """Start the workflow of a round."""
        running = _Running(self._id_of(opened))
        self._running[opened.carrier] = running
        running.task = self._background.start(self._run(opened, running))

    def go_on(self, late: list[LateCommand]) -> None:
        """Start again the rounds that an earlier run of the filing left open, and tell them what was asked since."""
        for opened in rounds_to_go_on(self._state):
            opened.paused, opened.held = self._state.paused, self._held
            self.start(opened)
        for asked in late:
            self.command(asked.command, asked.carrier)

    async def _run(self, opened: RoundState, running: "_Running") -> None:
        state, carrier = self._state, opened.carrier
        try:
            handle = await self._start_workflow(opened, running)
            running.ready = True
            news = await handle
            if news.handed_over and self._handing_over:
                take_news(state, news)
                return
            close_round(state, news, workflow.now())
            if news.state.asked_tests or any(test.state.open for test in news.state.tests):
                self.left_over.append(news.state)
        except FailureError as failure:
            cause = failure.cause if isinstance(failure, ChildWorkflowError) and failure.cause else failure
            broke(state, carrier, str(cause), workflow.now())
        finally:
            running.ready = True
            del self._running[carrier]

    async def _start_workflow(
        self, opened: RoundState, running: "_Running"
    ) -> workflow.ChildWorkflowHandle[CarrierFilingWorkflow, RoundNews]:
        """Start the workflow of a round under a number that no earlier filing of this name used.

        Raises:
            FailureError: It cannot be started.
        """
        state, application = self._state, self._state.application
        opened.marked = opened.marked or not opened.begun
        for _ in range(MOST_NUMBERS_SKIPPED):
            try:
                handle = await workflow.start_child_workflow(
                    CarrierFilingWorkflow.run,
                    RoundStart(
                        account=application.account,
                        sign_name=application.sign_name,
                        origin_run_id=state.origin_run_id,
                        filing_workflow_id=filing_id(application.account, application.sign_name),
                        policy=state.policy,
                        state=opened.model_copy(update={"begun": True}),
                    ),
                    id=running.workflow_id,
                    id_reuse_policy=(
                        WorkflowIDReusePolicy.ALLOW_DUPLICATE
                        if opened.begun
                        else WorkflowIDReusePolicy.REJECT_DUPLICATE
                    ),
                    parent_close_policy=workflow.ParentClosePolicy.REQUEST_CANCEL,
                    static_summary=(
                        f"{opened.carrier.label} round {opened.round}, result due {shown_deadline(opened.due_at)}"
                    ),
                )
            except WorkflowAlreadyStartedError:
                if opened.begun:
                    raise
                known = state.carrier(opened.carrier)
                known.rounds = opened.round = opened.round + 1
                running.workflow_id = self._id_of(opened)
            else:
                opened.begun = True
                return handle
        raise WorkflowAlreadyStartedError(running.workflow_id, workflow.info().workflow_type)

    def _id_of(self, opened: RoundState) -> str:
        application = self._state.application
        return round_id(application.account, application.sign_name, opened.carrier, opened.round)

    def tell(self, carrier: Carrier, change: StatusChanged) -> None:
        """Tell a round what the platform shows for its carrier."""
        if running := self._running.get(carrier):
            running.letters.post(running.workflow_id, "status_changed", change, ready=running.is_ready)

    def command(self, command: RoundCommand, carrier: Carrier | None = None) -> None:
        """Pass on what a person asked for, to one round or to all."""
        if self._handing_over:
            self.late.append(LateCommand(carrier=carrier, command=command))
            return
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
        self._handing_over = False
        self.command(RoundCommand(release=True))
        await self._last_word()

    async def hand_over(self) -> None:
        """Have all rounds end with their state as it is, so that the next run can start them again from there."""
        self.command(RoundCommand(hand_over=True))
        self._handing_over = True
        await self._last_word()

    async def _last_word(self) -> None:
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
