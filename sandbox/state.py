"""A sandbox without its HTTP side: what it stores, who there is, what time it is, what goes wrong."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sandbox import snapshot
from sandbox.accounts import Accounts
from sandbox.authentication import Authenticator
from sandbox.callbacks import Callbacks, CallbackTarget
from sandbox.clock import SandboxClock, parse_instant, stored
from sandbox.demo_data import DEMO_DATA
from sandbox.documents import is_snapshot, read
from sandbox.faults import Faults
from sandbox.keys import AccessKey
from sandbox.loading import LoadDocument, load_document
from sandbox.operations import Call
from sandbox.operations.history import Histories
from sandbox.pace import Pace
from sandbox.protocol import Parameters
from sandbox.rules import Rules
from sandbox.snapshot import CLOCK, Snapshot
from sandbox.stock import load
from sandbox.store import Store
from sandbox.throttling import Throttle

logger = logging.getLogger(__name__)


class State:
    """An open sandbox. What is stored survives a restart; faults and what was counted for limits do not.

    Attributes:
        store: What is stored.
        accounts: Who there is.
        authenticator: Who may call.
        callbacks: What is posted.
        clock: The time of requests that name none, and of callbacks.
        wall: The wall clock.
        faults: What goes wrong on purpose.
        throttle: How often may be called.
        pace: How long everything takes.
        rules: What is assumed where nothing is documented.
    """

    def __init__(
        self,
        *,
        database: str | Path,
        keys: Sequence[AccessKey],
        pace: Pace,
        rules: Rules,
        wall: Callable[[], datetime],
        clock_factor: float = 1.0,
        limits: Mapping[str, int] | None = None,
        callbacks: CallbackTarget | None = None,
        contents: bytes | None = None,
    ) -> None:
        """Opens it. A fresh one is filled with the demo data; its clock never shows an earlier time than it did before.

        Args:
            database: An SQLite file, or ``:memory:``.
            keys: At least one access key.
            pace: How long everything takes.
            rules: What is assumed where nothing is documented.
            wall: The wall clock.
            clock_factor: How many times faster the sandbox's clock runs.
            limits: See ``Throttle``.
            callbacks: Where the callbacks of accounts without a target of their own go.
            contents: A load document or a snapshot, which a fresh one is filled with as well.

        Raises:
            sqlite3.Error: The database cannot be opened.
            ValueError: ``contents`` cannot be loaded; nothing is stored then.
        """
        self.pace = pace
        self.rules = rules
        self.wall = wall
        self.faults = Faults()
        self.throttle = Throttle(limits)
        self.clock = SandboxClock(wall, clock_factor)
        self._contents = contents
        self._callback_target = callbacks
        self.store = Store(database)
        self._histories = Histories(self.store, pace, rules)
        try:
            self.authenticator = Authenticator(keys)
            self.accounts = Accounts(self.store, keys, self.authenticator)
            self.callbacks = Callbacks(self.store, self.clock, pace, rules)
            with self.store.transaction():
                if self.store.is_empty:
                    self._fill()
                elif contents is not None:
                    logger.warning("the database holds something already: it stays as it is, and nothing is loaded")
            self._resume_clock()
            self.callbacks.put_for_all(self.accounts.names, callbacks)
        except BaseException:
            self.store.close()
            raise

    def call(self, account: str, parameters: Parameters, asked_at: datetime, notes: list[str] | None = None) -> Call:
        """Returns what an operation is handed."""
        return Call(
            account,
            parameters,
            asked_at,
            self.store,
            self.pace,
            self.rules,
            [] if notes is None else notes,
            self._histories,
        )

    def load(self, text: bytes) -> dict[str, Any]:
        """Stores a load document beside what there is, or a snapshot instead of it; all of it or nothing.

        Returns:
            The names of the signatures; for a snapshot also what differs between there and here.

        Raises:
            ValueError: It cannot be read or stored; the message names field and rule.
        """
        if not is_snapshot(text):
            document = read(LoadDocument, text)
            names = load_document(document, self.store, self.accounts, self.callbacks, self.pace)
            self.callbacks.put_for_all(self.accounts.names, self._callback_target)
            return {"signatures": names}
        taken = read(Snapshot, text)
        differing = snapshot.restore(taken, self.store, self.accounts, self.pace, self.rules)
        if taken.now > self.clock.now():
            self.clock.move_to(taken.now)
        self.keep_clock()
        self.callbacks.put_for_all(self.accounts.names, self._callback_target)
        self.callbacks.forget()
        self.callbacks.expect()
        return {"signatures": list(dict.fromkeys(e.sign_name for e in taken.events)), "differs": differing}

    def snapshot(self, *, keys: bool = False) -> dict[str, Any]:
        """Returns everything that is stored; see ``sandbox.snapshot``."""
        return snapshot.take(self.store, self.accounts, self.clock, self.pace, self.rules, keys=keys)

    def reset(self) -> None:
        """Makes it as it was when it was first started: nobody called yet, nothing goes wrong, the clock is right.

        Nonces stay used, so that a request of before cannot be replayed.

        Raises:
            ValueError: What it was to be filled with cannot be loaded; nothing is forgotten then.
        """
        shown = self.clock.now()
        try:
            with self.store.transaction():
                self.store.clear()
                self.callbacks.forget()
                self.clock.restart()
                self.accounts.refresh()
                self._fill()
        except ValueError:
            self.accounts.refresh()
            self.callbacks.refresh()
            if shown > self.clock.now():
                self.clock.move_to(shown)
            raise
        self.faults.clear()
        self.throttle.forget()
        self.callbacks.put_for_all(self.accounts.names, self._callback_target)

    def keep_clock(self) -> None:
        """Stores what the clock shows if it is not the wall clock, so that a restart does not set it back."""
        if not self.clock.is_wall_clock:
            self.store.put_paper(CLOCK, CLOCK, {"now": stored(self.clock.now())})

    def close(self) -> None:
        """Closes it."""
        self.keep_clock()
        self.store.close()

    def _fill(self) -> None:
        load(self.store, DEMO_DATA, self.accounts.names[0], self.pace)
        if self._contents is not None:
            self.load(self._contents)

    def _resume_clock(self) -> None:
        """Goes on where the clock stood when the sandbox stopped: while it is stopped, so is its clock."""
        kept = self.store.paper(CLOCK, CLOCK)
        if kept and parse_instant(kept["now"]) > self.clock.now():
            self.clock.move_to(parse_instant(kept["now"]))
