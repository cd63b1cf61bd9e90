"""Passing hints on to the filings: seldom, without waiting, and only to those that are open."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from callbacks.parsing import MessageReport, Report
from engine import search_attributes as columns
from engine.names import FILING_WORKFLOW, filing_id
from filing.messages import Hint
from filing.verification import mark_of, out_id_mark

logger = logging.getLogger(__name__)

PAUSE = 10.0
"""Seconds between two hints of a kind to one filing: each costs something, and anybody can send callbacks."""

MOST_WAITING = 1000
"""Hints that wait to be passed on; beyond that they are lost, which a hint may be."""

REFRESH = timedelta(minutes=1)
"""How long a mark that no open filing had is not looked for again."""

_RPC_TIMEOUT = timedelta(seconds=5)
_AT_A_TIME = 8

_Key = tuple[str, str]
"""Workflow id and kind of hint."""


class Forwarder:
    """Turns reports into signals to the filings they concern.

    Whatever goes wrong is logged without a word of the report and forgotten: the filing reads the platform anyway.
    """

    def __init__(self, client: Client, *, pause: float = PAUSE, clock: Callable[[], datetime] | None = None) -> None:
        """Prepare; nothing is started.

        Args:
            client: Connected with ``FilingPlugin``.
            pause: Seconds between two hints of a kind to one filing.
            clock: The time, of this machine where none is given.
        """
        self._client = client
        self._pause = pause
        self._clock = clock or (lambda: datetime.now(UTC))
        self._waiting: dict[_Key, Hint | None] = {}
        """The next hint of each key; none while a pause runs out after one."""
        self._by_mark: dict[str, str] = {}
        self._refreshed_at: datetime | None = None
        self._refreshing = asyncio.Lock()
        self._slots = asyncio.Semaphore(_AT_A_TIME)
        self._tasks: set[asyncio.Task[None]] = set()

    def offer(self, account: str, report: Report) -> None:
        """Take a report and return at once."""
        if isinstance(report, MessageReport):
            hint = Hint(kind="receipt", at=self._clock(), out_id=report.out_id)
            known = self._by_mark.get(mark_of(report.out_id))
            if known is not None:
                self._hint(known, hint)
            elif len(self._tasks) < MOST_WAITING:
                self._start(self._find_and_hint(hint))
            else:
                logger.warning("a hint was dropped: too many wait already")
            return
        self._hint(
            filing_id(account, report.sign_name),
            Hint(kind="review", at=self._clock(), order_id=report.order_id, says=report.says, words=report.words),
        )

    async def close(self) -> None:
        """Drop what waits."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _hint(self, workflow_id: str, hint: Hint) -> None:
        key = (workflow_id, hint.kind)
        if key in self._waiting:
            self._waiting[key] = joined(self._waiting[key], hint)
        elif len(self._waiting) < MOST_WAITING:
            self._waiting[key] = hint
            self._start(self._serve(key))
        else:
            logger.warning("a hint was dropped: too many wait already")

    async def _serve(self, key: _Key) -> None:
        """Send the first hint at once and the last of those that follow after each pause."""
        try:
            while (hint := self._waiting[key]) is not None:
                self._waiting[key] = None
                await self._send(key[0], hint)
                await asyncio.sleep(self._pause)
        finally:
            del self._waiting[key]

    async def _send(self, workflow_id: str, hint: Hint) -> None:
        try:
            async with self._slots:
                await self._client.get_workflow_handle(workflow_id).signal("hint", hint, rpc_timeout=_RPC_TIMEOUT)
        except RPCError as failure:
            # That nobody is there is usual: signatures without a filing, and filings that are over.
            if failure.status is not RPCStatusCode.NOT_FOUND:
                logger.warning("a %s hint was dropped: Temporal answered %s", hint.kind, failure.status.name)

    async def _find_and_hint(self, hint: Hint) -> None:
        """Look for the open filing of an OutId."""
        mark = mark_of(hint.out_id or "")
        async with self._refreshing:
            if mark not in self._by_mark:
                await self._refresh()
        workflow_id = self._by_mark.get(mark)
        if workflow_id is not None:
            self._hint(workflow_id, hint)

    async def _refresh(self) -> None:
        """Read the open filings from visibility, at most once in a while."""
        now = self._clock()
        if self._refreshed_at is not None and now - self._refreshed_at < REFRESH:
            return
        self._refreshed_at = now
        query = f"WorkflowType = '{FILING_WORKFLOW}' AND ExecutionStatus = 'Running'"
        found: dict[str, str] = {}
        try:
            async for one in self._client.list_workflows(query, rpc_timeout=_RPC_TIMEOUT):
                known = one.typed_search_attributes
                account, name = known.get(columns.FILING_ACCOUNT), known.get(columns.SIGN_NAME)
                if account and name:
                    found[out_id_mark(account, name)] = one.id
        except RPCError as failure:
            logger.warning("open filings cannot be listed: Temporal answered %s", failure.status.name)
            return
        self._by_mark = found

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        with contextlib.suppress(asyncio.CancelledError):
            if (failure := task.exception()) is not None:
                logger.warning("a hint was dropped: %s", type(failure).__name__)


def joined(first: Hint | None, second: Hint) -> Hint:
    """Two hints of a kind to the same filing as one.

    Callbacks have no order, so a verdict stays where a word that the review goes on comes after it. What is told of
    several messages is told of all.
    """
    if first is None:
        return second
    if second.kind == "receipt":
        return second if first.out_id == second.out_id else second.model_copy(update={"out_id": None})
    return first if second.says in ("", "approving") and first.says not in ("", "approving") else second
