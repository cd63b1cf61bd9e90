"""What tests of commands share: a clean environment, and a whole stack with the real server, SDK and HTTP."""

import asyncio
import io
import os
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from activities.accounts import now
from cli.accounts import build_accounts
from cli.app import main
from cli.settings import Settings, embedded_settings
from engine.dev_server import find_binary
from engine.names import TASK_QUEUE
from engine.plugin import FilingPlugin
from engine.search_attributes import ALL_KEYS
from sandbox.pace import DEMO, Span
from sandbox.server import SandboxServer
from tests.cli.operator import Operator, Ran, Run, Stack, next_name, next_whale
from workflows.serving import build_worker

START_TIMEOUT = 120.0

_SECOND = timedelta(seconds=1)
QUICK = replace(
    DEMO,
    review=_SECOND,
    registration=dict.fromkeys(("mobile", "unicom", "telecom"), Span(fixed=_SECOND)),
    verdict=_SECOND,
)


class Terminal(io.StringIO):
    """What somebody types."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings and no Temporal profile of whoever runs the tests."""
    for name in list(os.environ):
        if name.startswith(("SMS_FILING_", "TEMPORAL_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process."""

    def command(*arguments: object) -> Ran:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return command


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """Writes a file and returns its path."""

    def file(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return file


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """A Temporal server with a worker and a sandbox in a hurry; all in a thread of their own."""
    loop = asyncio.new_event_loop()
    started: list[Stack] = []
    ready, stop = threading.Event(), asyncio.Event()

    async def serve() -> None:
        async with (
            SandboxServer(pace=QUICK) as sandbox,
            await WorkflowEnvironment.start_local(
                dev_server_existing_path=str(find_binary()), search_attributes=ALL_KEYS, plugins=[FilingPlugin()]
            ) as environment,
        ):
            settings = embedded_settings(Settings(), sandbox.endpoint, "demo")
            accounts = build_accounts(settings, now)
            async with build_worker(environment.client, accounts, TASK_QUEUE):
                started.append(Stack(environment.client.service_client.config.target_host, sandbox.url))
                ready.set()
                await stop.wait()
            await accounts.close()
        # The SDK's native threads need a moment, or the interpreter may crash at its exit.
        await asyncio.sleep(0.3)

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    try:
        assert ready.wait(START_TIMEOUT), "the stack did not start"
        yield started[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


@pytest.fixture
def temporal_address(stack: Stack) -> str:
    """Where the stack's Temporal server listens."""
    return stack.address


@pytest.fixture
def operator(run: Run, stack: Stack, write: Callable[[str, str], Path]) -> Operator:
    """Somebody at a terminal."""
    return Operator(run, stack, write)


@pytest.fixture
def name() -> str:
    """A name that no other test files."""
    return next_name()


@pytest.fixture
def whale() -> str:
    """A name that no other test files, of the company with two qualifications."""
    return next_whale()


@pytest.fixture
def have(operator: Operator) -> Callable[..., str]:
    """Puts an existing signature into the account; see ``Operator.have``."""
    return operator.have


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sits down at a terminal and types these lines, one for each question."""

    def types(*lines: str) -> None:
        monkeypatch.setattr(sys, "stdin", Terminal("".join(f"{line}\n" for line in lines)))
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)

    return types
