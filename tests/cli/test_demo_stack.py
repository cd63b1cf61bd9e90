import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.demo_stack import MARKER, Ports, demo_stack
from cli.exits import CliError, Exit

FREE = 0
"""Port 0 can always be listened on."""


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


async def refusal(data_dir: Path, ports: Ports) -> CliError:
    with pytest.raises(CliError) as raised:
        async with demo_stack(data_dir, ports, "queue"):
            pass
    return raised.value


async def test_a_port_in_use_is_told_with_its_option(
    tmp_path: Path, taken_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.dev_server.PORT_GRACE", 0.25)
    error = await refusal(tmp_path / "demo", Ports(temporal=FREE, ui=FREE, sandbox=taken_port))

    assert error.code is Exit.UNREACHABLE
    assert f"port {taken_port} for the sandbox is in use" in error.message
    assert "--sandbox-port" in error.message


async def test_a_directory_that_no_demo_made_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("mine", encoding="utf-8")

    error = await refusal(tmp_path, Ports(FREE, FREE, FREE))

    assert error.code is Exit.REFUSED
    assert (tmp_path / "precious.txt").read_text(encoding="utf-8") == "mine"


async def test_a_stack_that_does_not_come_up_is_told_with_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data_dir = tmp_path / "demo"
    data_dir.mkdir()
    (data_dir / MARKER).touch()
    (data_dir / "temporal.db").write_text("of an earlier demo", encoding="utf-8")
    monkeypatch.setenv("SMS_FILING_SETTINGS", str(tmp_path / "none.toml"))

    error = await refusal(data_dir, Ports(FREE, FREE, FREE))

    assert error.code is Exit.UNREACHABLE
    assert "ended with code 2" in error.message
    assert "none.toml: no such file" in error.message
    assert not (data_dir / "temporal.db").exists()
