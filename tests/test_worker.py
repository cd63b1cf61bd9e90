"""The worker process as people run it: started, killed, started again, and started wrongly."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
import tempfile
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.ports import free_port

ROOT = Path(__file__).parent.parent
ENVIRONMENT = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
ENDS = {
    "云杉科技": ["REGISTERED", "REGISTERED", "REGISTERED"],
    "蓝鲸物流": ["REGISTERED", "REGISTERED", "FAILED"],
    "深圳蓝鲸": ["REGISTERED", "REGISTERING", "REGISTERED"],
}
"""What the carriers (mobile, unicom, telecom) of each example come to."""

EXAMPLES = [f"examples/{name}.yaml" for name in ("all-well", "telecom-fails", "unicom-silent")]


async def run(*arguments: str, **environment: str) -> tuple[int, str, str]:
    """Run a program of the project to its end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=ROOT,
        env={**ENVIRONMENT, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await asyncio.wait_for(process.communicate(), 90)
    return process.returncode or 0, output.decode(), errors.decode()


@dataclass
class Embedded:
    """``worker.py --embedded`` on ports and a data directory of its own."""

    data_dir: Path
    temporal_port: int = field(default_factory=free_port)
    ui_port: int = field(default_factory=free_port)
    sandbox_port: int = field(default_factory=free_port)
    options: list[str] = field(default_factory=list)
    process: Process | None = None

    async def start(self) -> None:
        """Start it and wait until its worker is ready."""
        log = (self.data_dir / "worker.log").open("ab")
        begin = log.tell()
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "worker.py",
            "--embedded",
            *("--pace", "demo", "--data-dir", str(self.data_dir)),
            *("--temporal-port", str(self.temporal_port), "--ui-port", str(self.ui_port)),
            *("--sandbox-port", str(self.sandbox_port)),
            *self.options,
            cwd=ROOT,
            env=ENVIRONMENT,
            stdout=log,
            stderr=log,
        )
        async with asyncio.timeout(90):
            while b"worker is ready" not in self.log()[begin:]:
                assert self.process.returncode is None, self.log().decode()
                await asyncio.sleep(0.2)

    def log(self) -> bytes:
        """Everything it has said."""
        return (self.data_dir / "worker.log").read_bytes()

    async def end(self, number: signal.Signals) -> int:
        """Send it a signal and wait for its end."""
        assert self.process is not None
        self.process.send_signal(number)
        return await asyncio.wait_for(self.process.wait(), 40)

    async def starter(self, *arguments: str) -> Any:
        """Run a command of starter.py and return its JSON."""
        address = f"127.0.0.1:{self.temporal_port}"
        code, output, errors = await run("starter.py", *arguments, "--address", address, "--json")
        assert code == 0, output + errors
        return json.loads(output)

    async def statuses(self) -> dict[str, dict[str, Any]]:
        """The reports of all filings by sign name."""
        listed = await self.starter("list", "--all")
        reports = [await self.starter("status", one["sign_name"], "--account", "demo") for one in listed]
        return {report["sign_name"]: report for report in reports}

    async def sends(self) -> list[dict[str, Any]]:
        """The messages that the sandbox accepted."""
        url = f"http://127.0.0.1:{self.sandbox_port}/_sandbox/journal?operation=SendSms"
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            return [entry for entry in (await answer.json())["entries"] if entry["code"] == "OK"]

    async def until(self, status: str, carriers: int) -> dict[str, dict[str, Any]]:
        """Wait until a number of carriers, over all filings, has a status."""
        async with asyncio.timeout(120):
            while True:
                reports = await self.statuses()
                seen = Counter(one["status"] for report in reports.values() for one in report["carriers"].values())
                if seen[status] >= carriers:
                    return reports
                await asyncio.sleep(0.5)


@pytest.fixture
async def embedded() -> AsyncIterator[Embedded]:
    with tempfile.TemporaryDirectory() as folder:
        stack = Embedded(Path(folder))
        yield stack
        if stack.process is not None and stack.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                await stack.end(signal.SIGTERM)


async def test_killed_in_the_middle_it_goes_on_where_it_was_and_sends_nothing_twice(embedded: Embedded) -> None:
    await embedded.start()
    await embedded.starter("submit", *EXAMPLES)
    await embedded.until("PENDING_VERIFICATION", 1)
    await embedded.end(signal.SIGKILL)

    await embedded.start()
    reports = await embedded.until("REGISTERED", 7)

    assert _statuses(reports) == ENDS
    out_ids = [send["parameters"]["OutId"] for send in await embedded.sends()]
    assert len(out_ids) == len(set(out_ids))
    assert len(out_ids) == 7, "one message for each carrier that answered"
    assert await embedded.end(signal.SIGINT) == 0


async def test_a_server_that_is_killed_comes_back_on_its_data(embedded: Embedded) -> None:
    await embedded.start()
    await embedded.starter("submit", *EXAMPLES)
    await embedded.until("PENDING_VERIFICATION", 2)
    (server,) = _servers(embedded.temporal_port)
    os.kill(server, signal.SIGKILL)

    async with asyncio.timeout(60):
        while b"starting it again" not in embedded.log():  # noqa: ASYNC110 - a log is what is waited for
            await asyncio.sleep(0.1)
    await asyncio.sleep(3)
    reports = await embedded.until("REGISTERED", 7)

    assert _statuses(reports) == ENDS
    out_ids = [send["parameters"]["OutId"] for send in await embedded.sends()]
    assert len(out_ids) == len(set(out_ids)) == 7


async def test_stopped_by_ctrl_c_it_leaves_nothing_behind_and_goes_on_later(embedded: Embedded) -> None:
    await embedded.start()
    await embedded.starter("submit", EXAMPLES[0])
    assert await embedded.end(signal.SIGINT) == 0
    assert not _servers(embedded.temporal_port)
    await embedded.start()
    reports = await embedded.until("REGISTERED", 3)
    assert reports["云杉科技"]["phase"] == "ACTIVE"


async def test_it_receives_callbacks_and_keeps_the_records_of_what_ended(embedded: Embedded) -> None:
    port = free_port()
    embedded.options = ["--callbacks-port", str(port)]
    await embedded.start()
    await embedded.starter("submit", EXAMPLES[0])
    report = [{"sign_name": "云杉科技", "sign_status": "rejected", "reason": "假的 13900000001", "orderId": "1"}]
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"http://127.0.0.1:{port}/callbacks/demo", json=report) as answer,
    ):
        assert await answer.json() == {"code": 0, "msg": "1 taken"}
    await embedded.until("REGISTERED", 3)
    await embedded.starter("release", "云杉科技", "--by", "李")

    evidence = embedded.data_dir / "evidence" / "demo" / "云杉科技.jsonl"
    async with asyncio.timeout(30):
        while not (evidence.exists() and '"released"' in evidence.read_text(encoding="utf-8")):  # noqa: ASYNC110
            await asyncio.sleep(0.2)
    text = evidence.read_text(encoding="utf-8")
    assert '"hint from a callback"' in text
    assert "13900000001" not in text
    assert b"13900000001" not in embedded.log()
    assert b"Traceback" not in embedded.log()


async def test_callbacks_without_their_token_are_told_before_anything_starts(tmp_path: Path) -> None:
    settings = tmp_path / "sms-filing.toml"
    settings.write_text('callbacks_token_env = "MY_TOKEN"\n', encoding="utf-8")
    arguments = ["worker.py", "--settings", str(settings), "--callbacks-port", "0"]
    missing, short = await asyncio.gather(run(*arguments), run(*arguments, MY_TOKEN="short/one"))

    assert missing[0] == short[0] == 2
    assert "the environment variable MY_TOKEN is not set" in missing[2]
    assert "MY_TOKEN must hold 16 to 200 letters" in short[2]
    assert "short/one" not in short[2]


async def test_a_port_in_use_is_named_with_the_option_that_changes_it(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ports = ["--temporal-port", port, "--ui-port", str(free_port()), "--sandbox-port", str(free_port())]
        code, _, errors = await run("worker.py", "--embedded", "--data-dir", str(tmp_path), *ports)
    assert code == 5
    assert f"port {port} for the Temporal server is in use" in errors
    assert "--temporal-port" in errors
    assert "Traceback" not in errors


async def test_no_server_is_said_with_what_to_do() -> None:
    code, _, errors = await run("worker.py", "--address", f"127.0.0.1:{free_port()}")
    assert code == 5
    assert "no Temporal server answers at 127.0.0.1" in errors
    assert "TEMPORAL_ADDRESS" in errors
    assert "Traceback" not in errors


async def test_bad_settings_are_said_with_file_and_key(tmp_path: Path) -> None:
    settings = tmp_path / "sms-filing.toml"
    settings.write_text('[accounts.acme]\ntemplat_code = "SMS_1"\n', encoding="utf-8")
    code, _, errors = await run("worker.py", "--settings", str(settings))
    assert code == 2
    assert str(settings) in errors
    assert "templat_code" in errors
    assert "Traceback" not in errors


def _statuses(reports: dict[str, dict[str, Any]]) -> dict[str, list[str]]:
    order = ("mobile", "unicom", "telecom")
    return {name: [report["carriers"][carrier]["status"] for carrier in order] for name, report in reports.items()}


def _servers(port: int) -> list[int]:
    """Process ids of Temporal servers on a port."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (folder / "cmdline").read_bytes().split(b"\0")
            if b"start-dev" in words and str(port).encode() in words:
                found.append(int(folder.name))
    return found
