"""The callbacks (回调) that are to be posted, as a table beside what they tell of.

A row is written in the transaction of the write that it tells of, by triggers, so neither a restart nor ``kill -9``
loses one. Its index by due time is what keeps looking cheap: nothing is computed of signatures of which nothing is due.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.clock import parse_instant, stored
from sandbox.store import Store

SIGN_REPORT, SMS_REPORT = "SignSmsReport", "SmsReport"
"""The kinds: a signature's review was decided (签名审核状态), a message's receipt came (状态报告)."""

TARGET = "callbacks"
"""The kind under which an account's target is stored."""

RETRIES: Sequence[timedelta] = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=10))
"""How long after each failure the platform posts again; after the last it drops the callback."""

# A row is due from next_at on: '' is at once, NULL never unless something changes. Rows with known_at tell of what was
# there before anybody listened, or of stocked signatures: what was decided by then is not told. sandbox_now() is the
# sandbox's clock.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS callbacks (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, kind TEXT NOT NULL, seq INTEGER NOT NULL,
    sign_name TEXT NOT NULL, next_at TEXT, known_at TEXT, tries INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'waiting', version INTEGER NOT NULL DEFAULT 0, UNIQUE (kind, seq));
CREATE INDEX IF NOT EXISTS callbacks_due ON callbacks (next_at) WHERE state = 'waiting' AND next_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS callbacks_by_signature ON callbacks (sign_name) WHERE state = 'waiting';

CREATE TRIGGER IF NOT EXISTS callback_of_submission AFTER INSERT ON events
WHEN NEW.kind IN ('created', 'updated', 'stocked', 'rebound') AND json_extract(NEW.data, '$.approved_at') IS NULL
    AND EXISTS (SELECT 1 FROM papers WHERE kind = 'callbacks' AND id = NEW.account)
BEGIN
    INSERT INTO callbacks (account, kind, seq, sign_name, next_at, known_at)
    VALUES (NEW.account, 'SignSmsReport', NEW.seq, NEW.sign_name, '', iif(NEW.kind = 'stocked', sandbox_now(), NULL));
END;
CREATE TRIGGER IF NOT EXISTS callback_of_message AFTER INSERT ON messages
WHEN NEW.biz_id <> '' AND NEW.receipt_at < '2200'
    AND EXISTS (SELECT 1 FROM papers WHERE kind = 'callbacks' AND id = NEW.account)
BEGIN
    INSERT INTO callbacks (account, kind, seq, sign_name, next_at)
    VALUES (NEW.account, 'SmsReport', NEW.seq, NEW.sign_name, NEW.receipt_at);
END;
CREATE TRIGGER IF NOT EXISTS callback_of_changed_receipt AFTER UPDATE OF delivered ON messages
BEGIN
    UPDATE callbacks SET state = 'waiting', tries = 0, next_at = NEW.receipt_at, version = version + 1
    WHERE kind = 'SmsReport' AND seq = NEW.seq;
END;
CREATE TRIGGER IF NOT EXISTS callback_of_other_fates AFTER INSERT ON fates
BEGIN
    UPDATE callbacks SET next_at = ''
    WHERE sign_name = NEW.sign_name AND kind = 'SignSmsReport' AND state = 'waiting' AND tries = 0;
END;
"""


@dataclass(frozen=True)
class Pending:
    """One callback that is due."""

    id: int
    account: str
    kind: str
    seq: int
    """Of the event or the message that it tells of."""
    tries: int
    """How often it was posted in vain."""
    known_at: datetime | None
    """It is not told if what it tells of was decided by then."""
    version: int
    """Counts how often what it tells of changed."""


class Outbox:
    """The table. One instance serves one event loop; its calls take microseconds and do not await."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        """Opens the table, creating it if there is none.

        Args:
            store: The database.
            clock: The sandbox's clock.
        """
        self._db = store.connection
        self._store = store
        self._clock = clock
        self._db.create_function("sandbox_now", 0, lambda: stored(clock()))
        self._db.executescript(_SCHEMA)

    def expect(self, account: str) -> None:
        """Awaits what is still to come of what an account did before anybody listened."""
        with self._store.transaction():
            self._db.execute(
                "INSERT OR IGNORE INTO callbacks (account, kind, seq, sign_name, next_at, known_at)"
                " SELECT account, 'SignSmsReport', seq, sign_name, '', sandbox_now() FROM events WHERE account = ?"
                " AND kind IN ('created', 'updated', 'stocked', 'rebound')"
                " AND json_extract(data, '$.approved_at') IS NULL",
                (account,),
            )
            self._db.execute(
                "INSERT OR IGNORE INTO callbacks (account, kind, seq, sign_name, next_at)"
                " SELECT account, 'SmsReport', seq, sign_name, receipt_at FROM messages"
                " WHERE account = ? AND biz_id <> '' AND receipt_at > sandbox_now() AND receipt_at < '2200'",
                (account,),
            )

    def due(self, most: int) -> list[Pending]:
        """Returns callbacks that are due, the longest due first."""
        rows = self._db.execute(
            "SELECT id, account, kind, seq, tries, known_at, version FROM callbacks"
            " WHERE state = 'waiting' AND next_at IS NOT NULL AND next_at <= ? ORDER BY next_at LIMIT ?",
            (stored(self._clock()), most),
        )
        return [
            Pending(key, account, kind, seq, tries, parse_instant(known_at) if known_at else None, version)
            for key, account, kind, seq, tries, known_at, version in rows
        ]

    def postpone(self, pending: Pending, until: datetime | None) -> None:
        """Has a callback looked at again at an instant, or only when something changes."""
        self._db.execute(
            "UPDATE callbacks SET next_at = ?, known_at = NULL WHERE id = ?",
            (stored(until) if until else None, pending.id),
        )

    def void(self, pending: Pending) -> None:
        """Forgets a callback that has nothing to tell."""
        self._db.execute("DELETE FROM callbacks WHERE id = ?", (pending.id,))

    def delivered(self, posted: Sequence[Pending]) -> None:
        """Notes that callbacks were taken. One whose receipt changed meanwhile goes on waiting."""
        with self._store.transaction():
            self._db.executemany(
                "UPDATE callbacks SET state = 'delivered' WHERE id = ? AND version = ?",
                [(pending.id, pending.version) for pending in posted],
            )

    def failed(self, posted: Sequence[Pending]) -> int:
        """Notes that callbacks were not taken; they come again, or are dropped after the last time.

        Returns:
            How many were dropped.
        """
        dropped = [pending for pending in posted if pending.tries >= len(RETRIES)]
        again = [pending for pending in posted if pending.tries < len(RETRIES)]
        with self._store.transaction():
            self._db.executemany(
                "UPDATE callbacks SET state = 'dropped', tries = tries + 1 WHERE id = ?",
                [(pending.id,) for pending in dropped],
            )
            self._db.executemany(
                "UPDATE callbacks SET next_at = ?, tries = tries + 1 WHERE id = ?",
                [(stored(self._clock() + RETRIES[pending.tries]), pending.id) for pending in again],
            )
        return len(dropped)

    def forget(self, account: str | None = None) -> None:
        """Forgets what waits of an account that nobody listens to any more; without one, all that ever was."""
        if account is None:
            self._db.execute("DELETE FROM callbacks")
        else:
            self._db.execute("DELETE FROM callbacks WHERE account = ? AND state = 'waiting'", (account,))

    def counts(self, account: str) -> dict[str, int]:
        """Returns how many callbacks of an account wait, wait after a failure, were delivered and were dropped."""
        rows = self._db.execute(
            "SELECT iif(state = 'waiting' AND tries > 0, 'retrying', state), count(*) FROM callbacks WHERE account = ?"
            " GROUP BY 1",
            (account,),
        )
        return {"waiting": 0, "retrying": 0, "delivered": 0, "dropped": 0} | dict(rows.fetchall())
