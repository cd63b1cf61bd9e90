"""Test messages outside a round: asked for by a person, sent to keep a filing alive, or left over by a round."""

import asyncio
from collections.abc import Callable

from temporalio import workflow
from temporalio.exceptions import is_cancelled_exception

from filing.guard import note_tests, refresh_guard
from filing.record import Record
from filing.round_state import RoundState, SentTest
from filing.state import FilingState
from filing.verification import out_id_mark, settled_lately
from filing.vocabulary import Carrier
from workflows.background import Background
from workflows.proving import TestSender

OUTSIDE = 0
"""Stands for the number of the round in the OutIds of these messages."""


class ExtraTests:
    """Sends one message at a time and carrier, in the background of a filing."""

    def __init__(self, state: FilingState, background: Background, note: Callable[[Record], None]) -> None:
        self._state = state
        self._background = background
        self._note = note
        self._at_work: dict[Carrier, asyncio.Task[None]] = {}

    @property
    def any_at_work(self) -> bool:
        """Whether a message or a receipt is on its way."""
        return bool(self._at_work)

    def at_work(self, carrier: Carrier) -> bool:
        """Whether a message of this carrier is on its way."""
        return carrier in self._at_work

    def send(self, carrier: Carrier) -> None:
        """Send one message, unless one is on its way already."""
        if not self.at_work(carrier):
            tests = self._state.carrier(carrier).extra_tests
            self._at_work[carrier] = self._background.start(self._send_and_follow(carrier, tests, OUTSIDE, send=True))

    def finish(self, ended: RoundState) -> None:
        """Follow the receipts that an ended round left open, and send what was asked of it too late."""
        carrier = ended.carrier
        if not self.at_work(carrier):
            self._at_work[carrier] = self._background.start(self._finish(ended))

    def recheck(self, carrier: Carrier) -> None:
        """Look once more at the receipts of a carrier whose tests are over: one may have changed."""
        known = self._state.carriers.get(carrier)
        if known is None or self.at_work(carrier):
            return
        ended = (
            known.last_round if known.last_round and settled_lately(known.last_round.tests, workflow.now()) else None
        )
        tests, number = (ended.tests, ended.round) if ended else (known.extra_tests, OUTSIDE)
        self._at_work[carrier] = self._background.start(
            self._send_and_follow(carrier, tests, number, send=False, recheck=True)
        )

    def go_on(self) -> None:
        """Follow what an earlier run of the filing left open."""
        for carrier, known in self._state.carriers.items():
            ended = known.last_round
            if ended is not None and not known.round_open and (ended.asked_tests or _any_open(ended.tests)):
                self.finish(ended)
            elif _any_open(known.extra_tests):
                self._at_work[carrier] = self._background.start(
                    self._send_and_follow(carrier, known.extra_tests, OUTSIDE, send=False)
                )

    async def wind_up(self) -> None:
        """Let a message that is being sent come to its answer; receipts are given up."""
        for task in list(self._at_work.values()):
            task.cancel()
            await workflow.wait([task])

    async def _finish(self, ended: RoundState) -> None:
        carrier = ended.carrier
        await self._send_and_follow(carrier, ended.tests, ended.round, send=False)
        if ended.asked_tests:
            ended.asked_tests = 0
            self.send(carrier)
        elif _any_open(extra := self._state.carrier(carrier).extra_tests):
            self._at_work[carrier] = self._background.start(self._send_and_follow(carrier, extra, OUTSIDE, send=False))

    async def _send_and_follow(
        self, carrier: Carrier, tests: list[SentTest], number_of_round: int, *, send: bool, recheck: bool = False
    ) -> None:
        state, application = self._state, self._state.application
        # Asked only where it matters, and false for a run that sent messages before there were marks.
        marked = send and workflow.patched("out-id-mark")
        sender = TestSender(
            account=application.account,
            sign_name=application.sign_name,
            carrier=carrier,
            number_of_round=number_of_round,
            origin_run_id=state.origin_run_id,
            mark=out_id_mark(application.account, application.sign_name) if marked else "",
            search_from=state.opened_at,
            policy=state.policy,
            tests=tests,
            note=self._note,
        )
        if recheck:
            sender.recheck()
        try:
            if send:
                await sender.send_batch([], stop=lambda: state.phase.closed or state.paused, most=1)
                self._count(carrier, tests)
            await sender.follow_receipts()
        except BaseException as failure:
            # Called off: what was sent by then counts. A workflow that is only evicted from the cache does nothing.
            if is_cancelled_exception(failure):
                self._count(carrier, tests)
            raise
        finally:
            self._at_work.pop(carrier, None)
        self._count(carrier, tests)

    def _count(self, carrier: Carrier, tests: list[SentTest]) -> None:
        note_tests(self._state, carrier, tests)
        refresh_guard(self._state, workflow.now())


def _any_open(tests: list[SentTest]) -> bool:
    return any(test.state.open for test in tests)
