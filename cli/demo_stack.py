"""The demo's embedded stack: ``worker.py --embedded`` as a process of its own, started and stopped with the demo."""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

from cli.exits import CliError, Exit
from engine.connection import EngineUnreachableError, connect_embedded
from engine.dev_server import EmbeddedStackError, require_port

MARKER = "made-by-demo"
"""A file that says that a data directory is the demo's own, so that it may be emptied."""

_WORKER = Path(__file__).parent.parent / "worker.py"
_START_TIMEOUT = 90.0
_STOP_TIMEOUT = 15.0
_LOG_LINES_SHOWN = 15


@dataclass(frozen=True)
class Ports:
    """Where the parts of the stack listen, on 127.0.0.1."""

    temporal: int
    ui: int
    sandbox: int


@dataclass(frozen=True)
class Stack:
    """The running stack, with a client of its Temporal server."""

    client: Client
    process: Process
    log: Path

    @property
    def ended(self) -> str:
        """That and how the process ended, empty while it runs."""
        code = self.process.returncode
        return "" if code is None else f"the embedded stack ended with code {code}, see {self.log}"


@contextlib.asynccontextmanager
async def demo_stack(data_dir: Path, ports: Ports, task_queue: str) -> AsyncIterator[Stack]:
    """Run the stack; it is ready once a worker polls.

    Args:
        data_dir: Emptied first, which it must allow by the marker of an earlier demo.
        ports: Where to listen.
        task_queue: The queue that the worker polls.

    Raises:
        CliError: A port is in use or the stack does not come up (5), or the directory is not the demo's (3).
    """
    await _require_ports(ports)
    log = _fresh(data_dir) / "worker.log"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, str(_WORKER), "--embedded", "--pace", "demo", "--data-dir", str(data_dir)),
            *("--temporal-port", str(ports.temporal), "--ui-port", str(ports.ui)),
            *("--sandbox-port", str(ports.sandbox)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            # Ctrl-C is for the demo, which then stops the stack in order.
            start_new_session=True,
        )
    try:
        yield Stack(await _until_ready(process, f"127.0.0.1:{ports.temporal}", task_queue, log), process, log)
    finally:
        await _stop(process)


async def _require_ports(ports: Ports) -> None:
    try:
        await require_port(ports.temporal, "the Temporal server", "--temporal-port")
        await require_port(ports.ui, "the Web UI", "--ui-port")
        await require_port(ports.sandbox, "the sandbox", "--sandbox-port")
    except EmbeddedStackError as failure:
        raise CliError(Exit.UNREACHABLE, str(failure)) from failure


def _fresh(data_dir: Path) -> Path:
    """Empty the directory, if it is the demo's own, and mark it."""
    marker = data_dir / MARKER
    if marker.is_file():
        shutil.rmtree(data_dir)
    elif data_dir.exists() and (not data_dir.is_dir() or any(data_dir.iterdir())):
        raise CliError(
            Exit.REFUSED, f"{data_dir} is not empty and no demo made it; choose another directory with --data-dir"
        )
    data_dir.mkdir(parents=True, exist_ok=True)
    marker.touch()
    return data_dir


async def _until_ready(process: Process, address: str, task_queue: str, log: Path) -> Client:
    try:
        async with asyncio.timeout(_START_TIMEOUT):
            while process.returncode is None:
                with contextlib.suppress(EngineUnreachableError, RPCError):
                    client = await connect_embedded(address)
                    if await _is_polled(client, task_queue):
                        return client
                await asyncio.sleep(0.2)
    except TimeoutError:
        told = f"is not ready after {_START_TIMEOUT:g} s"
    else:
        told = f"ended with code {process.returncode}"
    raise CliError(Exit.UNREACHABLE, f"the embedded stack {told}; the end of {log}:\n{_end_of(log)}")


def _end_of(log: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_LINES_SHOWN:])


async def _is_polled(client: Client, task_queue: str) -> bool:
    answer = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=task_queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        )
    )
    return bool(answer.pollers)


async def _stop(process: Process) -> None:
    if process.returncode is not None:
        return
    process.send_signal(signal.SIGINT)
    try:
        await asyncio.wait_for(process.wait(), _STOP_TIMEOUT)
    except TimeoutError:
        # The session is the worker's own, so this takes nothing but the worker and what it started.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
