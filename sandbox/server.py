"""The HTTP server: every request is parsed, verified, answered and journalled here."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from sandbox.clock import now, stored
from sandbox.control import ControlPlane
from sandbox.demo_data import DEMO_DATA
from sandbox.faults import Fault, Faults
from sandbox.numbers import masked
from sandbox.operations import OPERATIONS, Call
from sandbox.pace import DEMO, Pace
from sandbox.protocol import VERSION, ApiError, Authenticator, Parameters, WireRequest
from sandbox.rules import Rules
from sandbox.stock import load
from sandbox.store import Store

logger = logging.getLogger(__name__)

DEMO_ACCOUNTS: Mapping[str, str] = {"sandbox-key": "sandbox-secret"}
"""Access key ids and their secrets of a sandbox that is given none. No secret: the sandbox is local."""

_LONGEST_URL = 64 * 1024
"""In bytes; the SDK puts all parameters into the URL, and a thousand phone numbers do not fit into the usual 8 KiB."""

_GARBAGE = "<html><body><h1>Bad Gateway</h1></body></html>"


@dataclass
class _Exchange:
    """One request on its way to its answer; what it gathers goes to the journal."""

    wire: WireRequest
    parameters: Parameters
    wall: datetime
    asked_at: datetime | None = None
    account: str | None = None
    fault: Fault | None = None
    notes: list[str] = field(default_factory=list)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)


class SandboxServer:
    """A sandbox in the caller's event loop.

    Use it as an async context manager, or call ``start`` and ``stop``::

        async with SandboxServer(pace=REAL) as sandbox:
            config = Config(endpoint=sandbox.endpoint, protocol="http", ...)
    """

    def __init__(
        self,
        *,
        pace: Pace = DEMO,
        rules: Rules | None = None,
        database: str | Path = ":memory:",
        host: str = "127.0.0.1",
        port: int = 0,
        accounts: Mapping[str, str] = DEMO_ACCOUNTS,
        clock: Callable[[], datetime] = now,
    ) -> None:
        """Prepares a sandbox; nothing is opened before ``start``.

        Args:
            pace: How long the platform and the carriers take.
            rules: Switches for behaviour that the platform does not document; its defaults if ``None``.
            database: An SQLite file, or ``:memory:``.
            host: Address to listen on.
            port: Port to listen on; 0 takes a free one.
            accounts: Access key ids and their secrets; at least one.
            clock: The wall clock.
        """
        self._pace = pace
        self._rules = rules or Rules()
        self._database = database
        self._host = host
        self._port = port
        self._accounts = dict(accounts)
        self._clock = clock
        self._faults = Faults()
        self._authenticator = Authenticator(self._accounts)
        self._runner: web.AppRunner | None = None
        self._store: Store | None = None

    @property
    def port(self) -> int:
        """The port it listens on; once started, never 0."""
        if self._runner and self._runner.addresses:
            return int(self._runner.addresses[0][1])
        return self._port

    @property
    def endpoint(self) -> str:
        """``host:port``, for the SDK's ``Config(endpoint=..., protocol="http")``."""
        return f"{self._host}:{self.port}"

    @property
    def url(self) -> str:
        """The address with its scheme, for the control plane."""
        return f"http://{self.endpoint}"

    async def start(self) -> None:
        """Opens the database and listens.

        Raises:
            OSError: The port is in use.
            sqlite3.Error: The database cannot be opened.
        """
        self._store = store = Store(self._database)
        if not store.papers("qualification"):
            load(store, DEMO_DATA, next(iter(self._accounts)), self._pace)
        app = web.Application()
        control = ControlPlane(store, self._faults, list(self._accounts), self._pace, self._rules, self._clock)
        control.add_routes(app)
        app.router.add_route("*", "/{tail:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0, max_line_size=_LONGEST_URL)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stops listening and closes the database. Does nothing if not started."""
        if self._runner:
            await self._runner.cleanup()
            self._runner = None
        if self._store:
            self._store.close()
            self._store = None

    async def __aenter__(self) -> Self:
        """Starts it."""
        await self.start()
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stops it."""
        await self.stop()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        raw_path, _, query = request.raw_path.partition("?")
        headers = list(request.headers.items())
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return web.json_response({"Code": "RequestEntityTooLarge", "Message": "The body is too large."}, status=413)
        wire = WireRequest.parse(request.method, raw_path, query, headers, body)
        exchange = _Exchange(wire, wire.parameters(), self._clock())
        try:
            await self._answer(exchange)
        except ApiError as error:
            exchange.status = error.status
            exchange.body = error.body(wire.request_id, wire.host)
            if error.retry_after_ms is not None:
                exchange.headers["x-acs-retry-after"] = str(error.retry_after_ms)
        except Exception:
            logger.exception("%s failed", wire.operation)
            exchange.status = 500
            exchange.body = ApiError("InternalError", "The sandbox failed.", 500).body(wire.request_id, wire.host)
        self._write_journal(exchange)

        if _drops(exchange.fault) and request.transport:
            request.transport.close()
        if exchange.fault and exchange.fault.kind == "garbage":
            return web.Response(text=_GARBAGE, content_type="text/html")
        return web.json_response(exchange.body, status=exchange.status, headers=exchange.headers)

    async def _answer(self, exchange: _Exchange) -> None:
        wire, parameters = exchange.wire, exchange.parameters
        exchange.asked_at = asked_at = wire.asked_time() or exchange.wall
        exchange.fault = fault = self._faults.take(wire.operation, parameters.sign_name, asked_at)
        if fault:
            await asyncio.sleep(fault.latency_ms / 1000)
            if refusal := fault.refusal():
                raise refusal
            if fault.kind in ("drop_before", "garbage"):
                return
        exchange.account = account = self._authenticator.verify(wire, exchange.wall)
        if wire.headers.get("x-acs-version") != VERSION:
            raise ApiError("InvalidVersion", "Specified parameter Version is not valid.")
        handler = OPERATIONS.get(wire.operation)
        if handler is None or wire.path != "/":
            raise ApiError(
                "InvalidAction.NotFound", "Specified api is not found, please check your url and method.", 404
            )
        call = Call(account, parameters, asked_at, self._opened(), self._pace, self._rules, exchange.notes)
        with call.store.transaction():
            answer = handler(call)
        exchange.body = {"RequestId": wire.request_id, "Code": "OK", "Message": "OK"} | answer

    def _write_journal(self, exchange: _Exchange) -> None:
        wire = exchange.wire
        entry = {
            "at": stored(exchange.wall),
            "asked_at": stored(exchange.asked_at) if exchange.asked_at else None,
            "operation": wire.operation,
            "account": exchange.account,
            "parameters": {name: _journalled(name, value) for name, value in exchange.parameters.items()},
            "status": None if _drops(exchange.fault) else exchange.status,
            "code": exchange.body.get("Code"),
            "request_id": wire.request_id,
            "fault": exchange.fault.kind if exchange.fault else None,
            "notes": exchange.notes,
        }
        self._opened().add_journal(wire.operation, exchange.parameters.sign_name or "", entry)

    def _opened(self) -> Store:
        if self._store is None:
            raise RuntimeError("the sandbox is not started")
        return self._store


def _drops(fault: Fault | None) -> bool:
    return fault is not None and fault.kind in ("drop_before", "drop_after")


def _journalled(name: str, value: str) -> str:
    return ",".join(masked(number) for number in value.split(",")) if "Phone" in name else value
