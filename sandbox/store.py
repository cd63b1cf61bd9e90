"""What the sandbox remembers: an SQLite database that only ever stores events, messages, papers, fates and the journal.

No status is stored. Every write is committed before the method returns, so what was acknowledged survives ``kill -9``
(WAL with ``synchronous=NORMAL``: only a power cut can lose the last transactions).
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from sandbox.clock import parse_instant, stored

_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, sign_name TEXT NOT NULL,
    at TEXT NOT NULL, kind TEXT NOT NULL, data TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS events_by_signature ON events (account, sign_name, seq);
CREATE TABLE IF NOT EXISTS messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, sign_name TEXT NOT NULL, phone TEXT NOT NULL,
    sent_at TEXT NOT NULL, receipt_at TEXT NOT NULL, delivered INTEGER NOT NULL, biz_id TEXT NOT NULL,
    data TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS messages_by_signature ON messages (account, sign_name, sent_at);
CREATE INDEX IF NOT EXISTS messages_by_phone ON messages (account, phone, sent_at);
CREATE TABLE IF NOT EXISTS papers (kind TEXT NOT NULL, id TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (kind, id));
CREATE TABLE IF NOT EXISTS fates (sign_name TEXT PRIMARY KEY, data TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS journal (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, operation TEXT NOT NULL, sign_name TEXT NOT NULL, data TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS numbers (seq INTEGER PRIMARY KEY AUTOINCREMENT);
"""


@dataclass(frozen=True)
class Event:
    """Something that happened to a signature.

    ``created``, ``updated``, ``stocked``; ``rebound`` to another qualification; ``withdrawn`` from its review,
    ``reported`` to carriers or ``revoked`` by them through the console; ``deleted``.
    """

    seq: int
    at: datetime
    kind: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Message:
    """One accepted message to one number, with the receipt it will get."""

    sign_name: str
    phone: str
    """Eleven digits."""
    carrier: str
    sent_at: datetime
    receipt_at: datetime
    delivered: bool
    template_code: str
    template_type: int
    """0 verification code (验证码), 1 notification (通知), 2 promotion (推广), as QuerySendStatistics has it."""
    content: str
    out_id: str | None = None
    biz_id: str = ""
    code: str | None = None
    """``ErrCode`` of its receipt, where it is not the usual one."""
    pending_code: str = ""
    """``ErrCode`` until the receipt comes."""


class JournalEntry(NamedTuple):
    """What is kept of one request."""

    operation: str
    sign_name: str
    data: Mapping[str, Any]


class Store:
    """The database. One instance serves one event loop; its calls take microseconds and do not await."""

    def __init__(self, database: str | Path = ":memory:") -> None:
        """Opens the database, creating it if there is none.

        Args:
            database: A file, or ``:memory:`` for one that is gone when closed.

        Raises:
            sqlite3.Error: The file cannot be opened or is no database.
        """
        self._db = sqlite3.connect(database, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_SCHEMA)
        self._changes: Counter[tuple[str, str]] = Counter()
        self._changes_of_all = 0
        self._journal: list[Callable[[], JournalEntry]] = []

    def close(self) -> None:
        """Closes the database."""
        self.keep_journal()
        self._db.close()

    @property
    def writes(self) -> int:
        """Counts the rows that were ever written."""
        return self._db.total_changes

    @property
    def connection(self) -> sqlite3.Connection:
        """The database itself, for what keeps tables of its own in it or reads it as a whole."""
        return self._db

    @property
    def is_empty(self) -> bool:
        """Whether there is neither a signature nor a paper."""
        (rows,) = self._db.execute("SELECT EXISTS (SELECT 1 FROM papers) OR EXISTS (SELECT 1 FROM events)").fetchone()
        return not rows

    def clear(self) -> None:
        """Forgets everything, the journal and the numbers that were given out included."""
        self.changed()
        self._journal.clear()
        with self.transaction():
            for table in ("events", "messages", "papers", "fates", "journal", "numbers"):
                # The names are the literals above.
                self._db.execute(f"DELETE FROM {table}")  # noqa: S608
                self._db.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))

    def version(self, account: str, sign_name: str) -> tuple[int, int]:
        """Returns what is another one after anything that a signature's state rests on has changed."""
        return self._changes_of_all, self._changes[account, sign_name]

    def changed(self) -> None:
        """Has every signature count as changed; for whoever writes into the database by himself."""
        self._changes_of_all += 1

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Makes the writes of one block one commit: all of them or none. Within another it is part of that one."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            # What was read meanwhile is no longer so.
            self.changed()
            raise
        self._db.execute("COMMIT")

    # Signatures

    def add_event(self, account: str, sign_name: str, at: datetime, kind: str, data: Mapping[str, Any]) -> int:
        """Appends an event and returns its sequence number, which is unique in the database."""
        self._changes[account, sign_name] += 1
        cursor = self._db.execute(
            "INSERT INTO events (account, sign_name, at, kind, data) VALUES (?, ?, ?, ?, ?)",
            (account, sign_name, stored(at), kind, json.dumps(data)),
        )
        return int(cursor.lastrowid or 0)

    def life(self, account: str, sign_name: str) -> list[Event]:
        """Returns the events of a signature since it was last created; empty if there is none or it was deleted."""
        rows = self._db.execute(
            "SELECT seq, at, kind, data FROM events WHERE account = ? AND sign_name = ? AND seq > coalesce((SELECT"
            " max(seq) FROM events WHERE account = ? AND sign_name = ? AND kind = 'deleted'), 0) ORDER BY seq",
            (account, sign_name, account, sign_name),
        )
        return [Event(seq, parse_instant(at), kind, json.loads(data)) for seq, at, kind, data in rows]

    def lives(self, account: str, sign_name: str) -> list[Event]:
        """Returns the events of all signatures that ever had a name, those of deleted ones included."""
        rows = self._db.execute(
            "SELECT seq, at, kind, data FROM events WHERE account = ? AND sign_name = ? ORDER BY seq",
            (account, sign_name),
        )
        return [Event(seq, parse_instant(at), kind, json.loads(data)) for seq, at, kind, data in rows]

    def event(self, seq: int) -> tuple[str, str, Event] | None:
        """Returns an event by its sequence number with its account and signature, or ``None`` if there is none."""
        row = self._db.execute("SELECT account, sign_name, at, kind, data FROM events WHERE seq = ?", (seq,)).fetchone()
        if row is None:
            return None
        account, sign_name, at, kind, data = row
        return account, sign_name, Event(seq, parse_instant(at), kind, json.loads(data))

    def last_write(self, account: str, sign_name: str) -> datetime | None:
        """Returns when anything last happened to a signature, deletions and messages included."""
        (at,) = self._db.execute(
            "SELECT max(at) FROM (SELECT max(at) AS at FROM events WHERE account = ? AND sign_name = ? UNION ALL"
            " SELECT max(sent_at) FROM messages WHERE account = ? AND sign_name = ?)",
            (account, sign_name, account, sign_name),
        ).fetchone()
        return parse_instant(at) if at else None

    def sign_names(self, account: str) -> list[str]:
        """Returns the names of the signatures that exist, the one created last first."""
        rows = self._db.execute(
            "SELECT sign_name FROM events AS e WHERE account = ? AND kind IN ('created', 'stocked') AND NOT EXISTS"
            " (SELECT 1 FROM events AS d WHERE d.account = e.account AND d.sign_name = e.sign_name"
            " AND d.kind = 'deleted' AND d.seq > e.seq) ORDER BY seq DESC",
            (account,),
        )
        return [name for (name,) in rows]

    def created_since(self, account: str, since: datetime) -> int:
        """Returns how many signatures were applied for since an instant, those deleted meanwhile included."""
        (count,) = self._db.execute(
            "SELECT count(*) FROM events WHERE account = ? AND kind = 'created' AND at >= ?", (account, stored(since))
        ).fetchone()
        return int(count)

    def forget(self, account: str, sign_name: str) -> None:
        """Removes a signature and its messages as if they had never been."""
        self._changes[account, sign_name] += 1
        self._db.execute("DELETE FROM events WHERE account = ? AND sign_name = ?", (account, sign_name))
        self._db.execute("DELETE FROM messages WHERE account = ? AND sign_name = ?", (account, sign_name))

    # Messages

    def next_message(self) -> int:
        """Returns the sequence number that the next message will get."""
        (seq,) = self._db.execute("SELECT coalesce(max(seq), 0) + 1 FROM messages").fetchone()
        return int(seq)

    def billed_since(self, account: str, seq: int) -> int:
        """Returns how many messages from that sequence number on are paid for: those that arrive (按回执计费)."""
        (count,) = self._db.execute(
            "SELECT count(*) FROM messages WHERE account = ? AND seq >= ? AND delivered", (account, seq)
        ).fetchone()
        return int(count)

    def add_messages(self, account: str, messages: Iterable[Message]) -> None:
        """Appends messages."""
        for message in messages:
            self._changes[account, message.sign_name] += 1
            data = {
                "carrier": message.carrier,
                "template_code": message.template_code,
                "template_type": message.template_type,
                "content": message.content,
                "out_id": message.out_id,
                "code": message.code,
                "pending_code": message.pending_code,
            }
            self._db.execute(
                "INSERT INTO messages (account, sign_name, phone, sent_at, receipt_at, delivered, biz_id, data)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    account,
                    message.sign_name,
                    message.phone,
                    stored(message.sent_at),
                    stored(message.receipt_at),
                    message.delivered,
                    message.biz_id,
                    json.dumps(data),
                ),
            )

    def change_receipt(self, out_id: str, *, delivered: bool, code: str | None) -> int:
        """Has the receipts of the messages with an OutId say something else from now on; returns how many there are."""
        self.changed()
        changed = self._db.execute(
            "UPDATE messages SET delivered = ?, data = json_set(data, '$.code', ?)"
            " WHERE json_extract(data, '$.out_id') = ?",
            (delivered, code, out_id),
        )
        return changed.rowcount

    def messages(
        self,
        account: str,
        *,
        sign_name: str | None = None,
        phone: str | None = None,
        since: datetime | None = None,
        before: datetime | None = None,
    ) -> list[Message]:
        """Returns messages in the order of their sending.

        Args:
            account: The access key id that sent them.
            sign_name: Only those under this signature.
            phone: Only those to this number (eleven digits).
            since: Only those sent at or after this instant.
            before: Only those sent before this instant.
        """
        conditions: list[tuple[str, object]] = [("account = ?", account)]
        if sign_name is not None:
            conditions.append(("sign_name = ?", sign_name))
        if phone is not None:
            conditions.append(("phone = ?", phone))
        if since is not None:
            conditions.append(("sent_at >= ?", stored(since)))
        if before is not None:
            conditions.append(("sent_at < ?", stored(before)))
        where = " AND ".join(condition for condition, _ in conditions)
        rows = self._db.execute(
            # The conditions are the literals above; the values are bound.
            f"{_READ_MESSAGE} WHERE {where} ORDER BY sent_at, seq",
            [value for _, value in conditions],
        )
        return [_message(row) for row in rows]

    def message(self, seq: int) -> Message | None:
        """Returns a message by its sequence number, or ``None`` if there is none."""
        row = self._db.execute(f"{_READ_MESSAGE} WHERE seq = ?", (seq,)).fetchone()
        return _message(row) if row else None

    # Papers: qualifications, letters, trademarks, app records, templates

    def put_paper(self, kind: str, paper_id: str, data: Mapping[str, Any]) -> None:
        """Stores a paper, replacing the one of the same kind and id."""
        self._db.execute("INSERT OR REPLACE INTO papers VALUES (?, ?, ?)", (kind, paper_id, json.dumps(data)))

    def delete_paper(self, kind: str, paper_id: str) -> None:
        """Removes a paper if there is one of that kind and id."""
        self._db.execute("DELETE FROM papers WHERE kind = ? AND id = ?", (kind, paper_id))

    def draw_number(self) -> int:
        """Returns a number from 1 on that was never drawn before, for the id of something new."""
        return int(self._db.execute("INSERT INTO numbers DEFAULT VALUES").lastrowid or 0)

    def paper(self, kind: str, paper_id: str) -> dict[str, Any] | None:
        """Returns a paper, or ``None`` if there is none of that kind and id."""
        row = self._db.execute("SELECT data FROM papers WHERE kind = ? AND id = ?", (kind, paper_id)).fetchone()
        return dict(json.loads(row[0])) if row else None

    def papers(self, kind: str) -> list[dict[str, Any]]:
        """Returns all papers of a kind in the order of their ids."""
        rows = self._db.execute("SELECT data FROM papers WHERE kind = ? ORDER BY id", (kind,))
        return [dict(json.loads(data)) for (data,) in rows]

    # Fates set by the control plane, and the journal

    def put_fates(self, sign_name: str, asked: Mapping[str, str]) -> None:
        """Stores the fates the control plane asks for, replacing those asked for before."""
        self.changed()
        self._db.execute("INSERT OR REPLACE INTO fates VALUES (?, ?)", (sign_name, json.dumps(asked)))

    def fates(self, sign_name: str) -> dict[str, str]:
        """Returns the fates the control plane asked for; empty if it asked for none."""
        row = self._db.execute("SELECT data FROM fates WHERE sign_name = ?", (sign_name,)).fetchone()
        return dict(json.loads(row[0])) if row else {}

    def add_journal(self, entry: Callable[[], JournalEntry]) -> int:
        """Appends a journal entry, which ``keep_journal`` writes and stores; returns how many wait for that."""
        self._journal.append(entry)
        return len(self._journal)

    def keep_journal(self) -> None:
        """Stores the entries that wait for it."""
        waiting, self._journal = self._journal, []
        if waiting:
            with self.transaction():
                self._db.executemany(
                    "INSERT INTO journal (operation, sign_name, data) VALUES (?, ?, ?)",
                    [(one.operation, one.sign_name, json.dumps(one.data)) for one in (entry() for entry in waiting)],
                )

    def journal(
        self,
        operation: str | None = None,
        sign_name: str | None = None,
        account: str | None = None,
        limit: int | None = None,
    ) -> Sequence[dict[str, Any]]:
        """Returns the journal, oldest first.

        Args:
            operation: Only requests to this operation.
            sign_name: Only requests about this signature.
            account: Only verified requests of this account.
            limit: Only so many, the newest.
        """
        self.keep_journal()
        rows = self._db.execute(
            "SELECT data FROM journal WHERE (?1 IS NULL OR operation = ?1) AND (?2 IS NULL OR sign_name = ?2)"
            " AND (?3 IS NULL OR json_extract(data, '$.account') = ?3) ORDER BY seq DESC LIMIT ?4",
            (operation, sign_name, account, -1 if limit is None else limit),
        )
        return [json.loads(data) for (data,) in rows][::-1]


_READ_MESSAGE = "SELECT sign_name, phone, sent_at, receipt_at, delivered, biz_id, data FROM messages"


def _message(row: Sequence[Any]) -> Message:
    sign_name, phone, sent_at, receipt_at, delivered, biz_id, data = row
    return Message(
        sign_name=sign_name,
        phone=phone,
        sent_at=parse_instant(sent_at),
        receipt_at=parse_instant(receipt_at),
        delivered=bool(delivered),
        biz_id=biz_id,
        **json.loads(data),
    )
