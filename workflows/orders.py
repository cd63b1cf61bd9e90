"""What a filing does when a person asks for something that its state allows; refusals are in ``filing.objections``."""

from collections.abc import Callable
from datetime import datetime, timedelta

from temporalio import workflow

from filing import steps
from filing.amending import take_wish
from filing.amendment import Deletion, Replacement
from filing.hinting import carriers_of, hear
from filing.messages import (
    Confirm,
    Delete,
    Edit,
    Hint,
    LookNow,
    OperatorMessage,
    Pause,
    Refile,
    Release,
    Replace,
    Resume,
    RoundCommand,
    SendTest,
)
from filing.objections import Objection, chosen, objection_to
from filing.record import ActionCode, Event
from filing.state import FilingState
from filing.vouching import take_word
from workflows.extra_tests import ExtraTests
from workflows.rounds import Rounds

LOOK_AGAIN_AFTER = timedelta(seconds=5)
"""Hints to look that come closer together than this are one hint."""


HINTS_WITHIN, MOST_HINTS = timedelta(hours=1), 30
"""More callbacks than these within the time are ignored; what they tell shows at the next planned look."""


class Orders:
    """Carries out the messages of people, at once or by changing the state that the filing follows."""

    def __init__(self, state: FilingState, rounds: Rounds, extra: ExtraTests, look_now: Callable[[], None]) -> None:
        self._state, self._rounds, self._extra = state, rounds, extra
        self._look_now = look_now
        self._hinted_at: datetime | None = None
        self._hints: list[datetime] = []

    def objection(self, message: OperatorMessage) -> Objection | None:
        """Why the filing does not take a message now, or none."""
        if isinstance(message, SendTest):
            for carrier in chosen(message.carrier):
                if self._extra.at_work(carrier):
                    return Objection(f"a test message to {carrier.label} {carrier} is on its way already")
        return objection_to(self._state, message, workflow.now())

    def take_hint(self, hint: Hint) -> None:
        """Look because of a callback (回调); only so often, since anybody can send one."""
        state, now = self._state, workflow.now()
        self._hints = [at for at in self._hints if now - at < HINTS_WITHIN]
        if state.phase.closed or state.paused or len(self._hints) >= MOST_HINTS:
            return
        self._hints.append(now)
        hear(state, hint)
        if hint.kind == "review":
            self._hint(now)
            return
        for carrier in carriers_of(state, hint):
            if self._rounds.running(carrier):
                self._rounds.command(RoundCommand(recheck=True), carrier)
            else:
                self._extra.recheck(carrier)

    def obey(self, message: OperatorMessage, request_id: str) -> str:
        """Do what a person asked for and say what follows."""
        state, now = self._state, workflow.now()
        match message:
            case LookNow():
                return self._hint(now)
            case Release():
                steps.close(state, at=now, by=message.by, why=message.reason)
                return "released: the signature is followed no more, nothing was deleted at the platform"
            case Confirm():
                return self._take_word(message, now)
            case Edit() | Refile():
                answer = take_wish(state, message, now, request_id)
            case Pause():
                state.paused = True
                self._rounds.command(RoundCommand(paused=True))
                answer = "paused: nothing is read, sent or handed in until resume"
            case Resume():
                state.paused = False
                self._rounds.command(RoundCommand(paused=False))
                answer = "resumed"
            case SendTest():
                answer = self._test_send(message)
            case Delete():
                answer = self._delete(message, now, request_id)
            case Replace():
                old = message.old.strip("【】")
                state.replaces = Replacement(sign_name=old, carriers=message.carriers, by=message.by)
                state.record(Event.REPLACES, old, at=now, by=message.by)
                return f"takes the place of 【{old}】, whose filing is told as soon as it may go"
            case _:
                answer = "not understood by this version; nothing was done"
        state.record(Event.MESSAGE, f"{type(message).__name__}: {answer}", at=now, by=message.by)
        return answer

    def _hint(self, now: datetime) -> str:
        if self._hinted_at is not None and now - self._hinted_at < LOOK_AGAIN_AFTER:
            return "the platform is being read already"
        self._hinted_at = now
        self._look_now()
        return "reading the platform now"

    def _take_word(self, message: Confirm, now: datetime) -> str:
        answer = take_word(self._state, message, now)
        if message.test_delivered is not None:
            self._rounds.command(RoundCommand(delivered_at=now, by=message.by), message.test_delivered)
        return answer

    def _delete(self, message: Delete, now: datetime, request_id: str) -> str:
        self._state.settle(ActionCode.DELETE_REFUSED)
        self._state.deletion = Deletion(
            by=message.by, force=message.force, reason=message.reason, asked_at=now, request_id=request_id
        )
        checked = "" if message.force else " unless the statistics show traffic"
        return f"being deleted at the platform, for ever{checked}"

    def _test_send(self, message: SendTest) -> str:
        in_rounds = [carrier for carrier in chosen(message.carrier) if self._rounds.running(carrier)]
        outside = [carrier for carrier in chosen(message.carrier) if carrier not in in_rounds]
        for carrier in in_rounds:
            self._rounds.command(RoundCommand(batches=1, by=message.by), carrier)
        for carrier in outside:
            self._extra.send(carrier)
        parts = [f"{c.label}: passed on to the open round" for c in in_rounds]
        parts += [f"{c.label}: one message is being sent" for c in outside]
        return "; ".join(parts)
