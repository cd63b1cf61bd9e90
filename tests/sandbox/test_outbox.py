"""What looking for callbacks costs, and that nothing happens to requests for it."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from sandbox import REAL, Rules
from sandbox.callbacks import CallbackTarget
from sandbox.clock import now, stored
from sandbox.keys import AccessKey
from sandbox.outbox import Outbox
from sandbox.state import State
from sandbox.stock import Signature, Stock, load
from tests.sandbox.waiting import until

ACCOUNT = "sandbox-key"


@pytest.fixture
def state() -> Iterator[State]:
    """A sandbox whose callbacks nobody takes."""
    opened = State(
        database=":memory:",
        keys=[AccessKey(id=ACCOUNT, secret="s")],
        pace=REAL,
        rules=Rules(),
        wall=now,
        callbacks=CallbackTarget(url="http://127.0.0.1:9/"),
    )
    yield opened
    opened.close()


def stock(state: State, count: int, review: str) -> None:
    """Stores so many signatures that were created just now."""
    created_at = now()
    signatures = [
        Signature.model_validate({"sign_name": f"云杉{number:05d}", "created_at": created_at, "review": review})
        for number in range(count)
    ]
    load(state.store, Stock(signatures=signatures), ACCOUNT, REAL)


async def test_looking_costs_the_same_however_many_signatures_wait(state: State) -> None:
    stock(state, 1000, "in_review")
    state.callbacks.start()
    outbox = Outbox(state.store, now)

    async def is_known_of_each_when() -> bool:
        return not outbox.due(1)

    await until(is_known_of_each_when)
    statements: list[str] = []
    state.store.connection.set_trace_callback(statements.append)
    await asyncio.sleep(0.3)
    state.store.connection.set_trace_callback(None)
    await state.callbacks.stop()
    assert 1 <= len(statements) <= 10
    assert outbox.counts(ACCOUNT)["waiting"] == 1000


def test_an_approved_signature_leaves_nothing_to_look_at(state: State) -> None:
    stock(state, 10, "approved")
    assert Outbox(state.store, now).counts(ACCOUNT)["waiting"] == 0


def test_due_callbacks_are_found_by_an_index(state: State) -> None:
    rows = state.store.connection.execute(
        "EXPLAIN QUERY PLAN SELECT id FROM callbacks WHERE state = 'waiting' AND next_at IS NOT NULL AND next_at <= ?"
        " ORDER BY next_at LIMIT 5",
        (stored(now() + timedelta(days=1)),),
    )
    assert "USING INDEX callbacks_due" in str(rows.fetchall())


def test_a_write_that_is_rolled_back_is_not_reported(state: State) -> None:
    def fail() -> None:
        with state.store.transaction():
            state.store.add_event(ACCOUNT, "云杉科技", now(), "created", {"material": {}, "fates": {}})
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert Outbox(state.store, now).counts(ACCOUNT)["waiting"] == 0
