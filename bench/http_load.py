"""A load of prepared HTTP requests over kept-alive connections, lean enough not to be what is measured."""

import asyncio
import re
import time
from collections.abc import Sequence

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


class LoadError(Exception):
    """An answer was not the one that is measured."""


class _Connection(asyncio.Protocol):
    """Sends one request after the other, each when the one before is answered."""

    def __init__(self, requests: Sequence[bytes]) -> None:
        self._requests = iter(requests)
        self._buffer = bytearray()
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        """Take a part of an answer; a whole one makes room for the next request."""
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        found = _LENGTH.search(self._buffer, 0, end)
        if len(self._buffer) < end + 4 + (int(found[1]) if found else 0):
            return
        if not self._buffer.startswith(b"HTTP/1.1 200 "):
            self._fail(LoadError(self._buffer[:500].decode(errors="replace")))
            return
        self._buffer.clear()
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        """The server has hung up."""
        self._fail(exc or LoadError("the connection was closed before all was answered"))

    def _send(self) -> None:
        request = next(self._requests, None)
        if request is not None:
            self._transport.write(request)  # type: ignore[attr-defined]  # asyncio hands a Transport
        elif not self.done.done():
            self.done.set_result(None)
            self._transport.close()

    def _fail(self, failure: Exception) -> None:
        if not self.done.done():
            self.done.set_exception(failure)
            self._transport.close()


async def answered_per_second(host: str, port: int, requests: Sequence[bytes], connections: int) -> float:
    """Send requests over some connections at once; how many were answered per second.

    Raises:
        LoadError: An answer had another status than 200, or a connection was closed.
        OSError: The server cannot be reached.
    """
    loop = asyncio.get_running_loop()
    shares = [requests[index::connections] for index in range(connections)]
    begun = time.perf_counter()
    opened = await asyncio.gather(
        *(loop.create_connection(lambda share=share: _Connection(share), host, port) for share in shares)  # type: ignore[misc]
    )
    answered = asyncio.gather(*(connection.done for _, connection in opened))
    while not answered.done():  # noqa: ASYNC110 - it is meant to be busy
        # Never asleep: to wake another processor for each answer would cost the server as much as to write it, and a
        # server that answers faster would be spared that.
        await asyncio.sleep(0)
    await answered
    return len(requests) / (time.perf_counter() - begun)
