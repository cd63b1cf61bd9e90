"""Starting afresh."""

from pathlib import Path

import pytest

from sandbox import REAL, Rules, SandboxServer
from sandbox.callbacks import CallbackTarget
from sandbox.clock import now
from sandbox.keys import AccessKey
from sandbox.state import State
from tests.sandbox.driver import Driver
from tests.sandbox.listening import Listener
from tests.sandbox.raw import WALL, Raw
from tests.sandbox.test_loading import DOCUMENT


async def test_reset_makes_it_as_it_was_when_it_was_first_started(driver: Driver) -> None:
    fresh = await driver.control("GET", "snapshot")
    first = await driver.create()
    await driver.control("POST", "load", DOCUMENT)
    await driver.control("POST", "faults", {"kind": "http_500"})
    await driver.control("PUT", "clock", {"forward": "6mo"})
    await driver.control("PUT", "callbacks", {"url": "http://127.0.0.1:9/"})
    assert await driver.control("POST", "reset") == {"status": "ok"}
    again = await driver.control("GET", "snapshot?keys=true")
    assert again | {"now": 0} == fresh | {"now": 0, "keys": []}
    assert (await driver.control("GET", "clock"))["now"] <= (await driver.control("GET", "clock"))["wall"]
    assert (await driver.control("GET", "journal"))["entries"] == []
    assert (await driver.control("GET", "faults"))["faults"] == []
    (callbacks,) = (await driver.control("GET", "callbacks"))["callbacks"]
    assert callbacks["url"] is None
    assert (await driver.create()).order_id == first.order_id


async def test_after_a_reset_callbacks_go_where_they_went_at_the_start() -> None:
    async with Listener() as listener, Listener() as other:
        async with SandboxServer(pace=REAL, callbacks=CallbackTarget(url=listener.url)) as server:
            driver = Driver(server)
            await driver.control("PUT", "callbacks", {"url": other.url})
            await driver.control("POST", "reset")
            await driver.create()
            await listener.until(1)
        assert other.posts == []


async def test_limits_are_counted_anew_after_a_reset() -> None:
    async with SandboxServer(pace=REAL, limits={"QuerySmsSignList": 1}) as server:
        driver = Driver(server)
        for _ in range(3):
            await driver.call("query_sms_sign_list")
            await driver.control("POST", "reset")


async def test_a_request_cannot_be_replayed_after_a_reset() -> None:
    async with SandboxServer(pace=REAL, clock=lambda: WALL) as server:
        raw = Raw(server)
        assert (await raw.post("QuerySmsSignList", x_acs_signature_nonce="once"))[1]["Code"] == "OK"
        await Driver(server).control("POST", "reset")
        assert (await raw.post("QuerySmsSignList", x_acs_signature_nonce="once"))[1]["Code"] == "SignatureNonceUsed"


def opened(database: Path, contents: bytes | None = None) -> State:
    return State(
        database=database,
        keys=[AccessKey(id="k", secret="s")],
        pace=REAL,
        rules=Rules(),
        wall=now,
        contents=contents,
    )


def test_contents_that_cannot_be_loaded_leave_the_database_empty(tmp_path: Path) -> None:
    database = tmp_path / "sandbox.db"
    with pytest.raises(ValueError, match=r"signatures\.0: "):
        opened(
            database, b'{"signatures": [{"sign_name": "x", "created_at": "2026-01-01T00:00:00Z", "fates": {"a": ""}}]}'
        )
    state = opened(database, b'{"signatures": [{"sign_name": "x", "created_at": "2026-01-01T00:00:00Z"}]}')
    assert state.store.sign_names("k") == ["x"]
    state.close()


def test_contents_are_for_a_fresh_one_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    database = tmp_path / "sandbox.db"
    opened(database).close()
    state = opened(database, b'{"signatures": [{"sign_name": "x", "created_at": "2026-01-01T00:00:00Z"}]}')
    assert state.store.sign_names("k") == []
    assert "nothing is loaded" in caplog.text
    state.close()


def test_a_reset_that_cannot_fill_it_again_forgets_nothing(tmp_path: Path) -> None:
    database = tmp_path / "sandbox.db"
    opened(database).close()
    state = opened(database, b"no document")
    state.load(b'{"accounts": [{"account": "shop", "keys": [{"id": "a", "secret": "s"}]}]}')
    before = state.snapshot(keys=True)
    with pytest.raises(ValueError, match="document: "):
        state.reset()
    assert state.snapshot(keys=True) | {"now": 0} == before | {"now": 0}
    assert list(state.accounts.names) == ["k", "shop"]
    state.close()
