"""A platform that answers what a test tells it to, on a real socket, and remembers what it was asked."""

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from aiohttp import web


class Misbehaviour(Enum):
    HANG = "accepts the request and never answers"
    CLOSE = "closes the connection without an answer"
    RESET = "resets the connection"
    TRICKLE = "sends a byte now and then, for ever"


@dataclass(frozen=True)
class Answer:
    body: Any = field(default_factory=dict)
    """A JSON value, or bytes to be sent as they are."""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    operation: str
    params: dict[str, str]
    headers: dict[str, str]


def ok(**fields: Any) -> Answer:
    return Answer({"Code": "OK", "Message": "OK", "RequestId": "R-OK", **fields})


def refusal(code: str, message: str = "no", *, status: int = 200, **headers: str) -> Answer:
    body = {"Code": code, "Message": message, "RequestId": "ABC-123"}
    return Answer(body, status, {name.replace("_", "-"): value for name, value in headers.items()})


class ScriptedPlatform:
    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.reached = asyncio.Event()
        self.endpoint = ""
        self._script: deque[Answer | Misbehaviour] = deque()
        self._over = asyncio.Event()
        app = web.Application()
        app.router.add_route("*", "/", self._answer)
        self._runner = web.AppRunner(app, shutdown_timeout=1)

    def will(self, *answers: Answer | Misbehaviour) -> None:
        self._script.extend(answers)

    async def start(self) -> None:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.endpoint = f"{host}:{port}"

    async def stop(self) -> None:
        self._over.set()
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(Asked(request.headers["x-acs-action"], dict(request.query), dict(request.headers)))
        self.reached.set()
        answer = self._script.popleft()
        if isinstance(answer, Misbehaviour):
            return await self._misbehave(request, answer)
        if isinstance(answer.body, bytes):
            return web.Response(body=answer.body, status=answer.status, headers=answer.headers)
        return web.json_response(answer.body, status=answer.status, headers=answer.headers)

    async def _misbehave(self, request: web.Request, how: Misbehaviour) -> web.StreamResponse:
        transport = request.transport
        assert transport is not None
        match how:
            case Misbehaviour.HANG:
                await self._over.wait()
            case Misbehaviour.CLOSE:
                transport.close()
            case Misbehaviour.RESET:
                # Closing with a linger time of zero makes the kernel send a reset.
                peer = transport.get_extra_info("socket")
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                transport.abort()
            case Misbehaviour.TRICKLE:
                response = web.StreamResponse(headers={"Content-Length": "1000000"})
                await response.prepare(request)
                while not self._over.is_set() and not transport.is_closing():
                    await response.write(b" ")
                    await asyncio.sleep(0.05)
        return web.Response()


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
