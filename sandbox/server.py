"""The HTTP server: every request is parsed, verified, answered and journalled here."""

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from sandbox.callbacks import CallbackTarget
from sandbox.clock import check_factor, now, stored
from sandbox.control import ControlPlane
from sandbox.faults import Fault, misshapen
from sandbox.journal import cleaned, cleaned_text
from sandbox.keys import AccessKey
from sandbox.operations import OPERATIONS, Handler
from sandbox.operations.history import Prepared
from sandbox.pace import DEMO, Pace
from sandbox.protocol import VERSION, ApiError, Parameters, WireRequest
from sandbox.rules import Rules
from sandbox.state import State
from sandbox.store import JournalEntry

logger = logging.getLogger(__name__)

DEMO_ACCOUNTS: Mapping[str, str] = {"sandbox-key": "sandbox-secret"}
"""Access key ids and their secrets of a sandbox that is given none. No secret: the sandbox is local."""

_JOURNAL_WAITS = 256
_JOURNAL_KEPT_AFTER = 0.05
"""So many requests that only read, or so many seconds, wait for their journal entries to be stored at once."""

_LONGEST_URL = 64 * 1024
"""In bytes; the SDK puts all parameters into the URL, and a thousand phone numbers do not fit into the usual 8 KiB."""


class _OneLine(logging.Filter):
    """Tells of what is not HTTP in one line, without the HTTP library's traceback, whose text quotes the caller."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, HttpProcessingError | web.RequestPayloadError):
            record.msg, record.args = "refused a request that is not HTTP: %s", (type(error).__name__,)
            record.exc_info, record.levelno, record.levelname = None, logging.WARNING, "WARNING"
        return True


_http_logger = logging.getLogger(f"{__name__}.http")
_http_logger.addFilter(_OneLine())

_LOOK_EVERY = 0.05
"""Seconds between two looks whether a caller that gets no answer hung up."""
_JSON = {"Content-Type": "application/json; charset=utf-8"}

_READS = ("Get", "Query")
"""How the operations that only read begin."""

_GARBAGE = "<html><body><h1>Bad Gateway</h1></body></html>"


@dataclass(slots=True)
class _Exchange:
    """One request on its way to its answer; what it gathers goes to the journal."""

    wire: WireRequest
    parameters: Parameters
    wall: datetime
    unreadable: ApiError | None = None
    """The refusal of a body that could not be read."""
    asked_at: datetime | None = None
    account: str | None = None
    fault: Fault | None = None
    notes: list[str] = field(default_factory=list)
    text: str | None = None
    """The body as it is sent, where it need not be written anew."""
    noted: bool = False
    """Whether the journal has it."""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)

    def entry(self) -> JournalEntry:
        """Returns what the journal keeps of it."""
        fault = self.fault
        operation, sign_name = cleaned_text(self.wire.operation), cleaned_text(self.parameters.sign_name or "")
        return JournalEntry(
            operation,
            sign_name,
            {
                "at": (at := stored(self.wall)),
                "asked_at": at if self.asked_at is self.wall else self.asked_at and stored(self.asked_at),
                "operation": operation,
                "account": self.account,
                "parameters": cleaned(self.parameters),
                "status": None if fault and (fault.drops or fault.keeps_silent) else self.status,
                "code": self.body.get("Code"),
                "request_id": self.wire.request_id,
                "fault": fault.kind if fault else None,
                "notes": [cleaned_text(note) for note in self.notes],
            },
        )


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
        keys: Iterable[AccessKey] = (),
        clock: Callable[[], datetime] = now,
        clock_factor: float = 1.0,
        limits: Mapping[str, int] | None = None,
        callbacks: CallbackTarget | None = None,
        contents: bytes | None = None,
    ) -> None:
        """Prepares a sandbox; nothing is opened before ``start``.

        Args:
            pace: How long the platform and the carriers take.
            rules: Switches for behaviour that the platform does not document; its defaults if ``None``.
            database: An SQLite file, or ``:memory:``.
            host: Address to listen on.
            port: Port to listen on; 0 takes a free one.
            accounts: Access key ids and their secrets, each with an account of its own.
            keys: Further access keys, those that are temporary or share an account among them.
            clock: The wall clock.
            clock_factor: How many times faster than the wall clock the sandbox's clock runs, 1 to 1,000,000: that of
                requests without ``x-sandbox-time``, and of callbacks.
            limits: Requests a second that an account may make, by operation, ``{}`` for those of the platform (see
                ``sandbox.throttling``). They run by the wall clock, which is why there are none by default: a test or
                a rehearsal that lets days pass makes more requests in a second than any customer.
            callbacks: Where the callbacks go of accounts that have no target of their own; nowhere by default.
            contents: A load document or a snapshot, which a fresh sandbox is filled with beside the demo data. A
                database with something in it stays as it is.

        Raises:
            ValueError: Neither ``accounts`` nor ``keys`` has a key, an id comes twice, or the clock cannot run so fast.
        """
        self._pace = pace
        self._rules = rules or Rules()
        self._database = database
        self._host = host
        self._port = port
        all_keys = [*(AccessKey(id=key_id, secret=secret) for key_id, secret in accounts.items()), *keys]
        ids = {key.id for key in all_keys}
        if not ids:
            raise ValueError("a sandbox without an access key could not be called")
        if len(ids) < len(all_keys):
            raise ValueError("an access key id comes twice")
        check_factor(clock_factor)
        self._keys = all_keys
        self._clock = clock
        self._clock_factor = clock_factor
        self._limits = limits
        self._callbacks = callbacks
        self._contents = contents
        self._runner: web.AppRunner | None = None
        self._state: State | None = None
        self._keeping: asyncio.TimerHandle | None = None
        self._stopping = asyncio.Event()

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
            ValueError: The contents cannot be loaded.
        """
        self._stopping.clear()
        self._state = state = State(
            database=self._database,
            keys=self._keys,
            pace=self._pace,
            rules=self._rules,
            wall=self._clock,
            clock_factor=self._clock_factor,
            limits=self._limits,
            callbacks=self._callbacks,
            contents=self._contents,
        )
        app = web.Application()
        ControlPlane(state).add_routes(app)
        app.router.add_route("*", "/", self._handle)
        app.router.add_route("*", "/{tail:.*}", self._handle)
        self._runner = web.AppRunner(
            app, access_log=None, logger=_http_logger, shutdown_timeout=1.0, max_line_size=_LONGEST_URL
        )
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError:
            await self.stop()
            raise
        state.callbacks.start()

    async def stop(self) -> None:
        """Stops listening and closes the database. Does nothing if not started."""
        self._stopping.set()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None
        if self._state:
            await self._state.callbacks.stop()
            self._state.close()
            self._state = None

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
        body, unreadable = await _read(request)
        wire = WireRequest.parse(request.method, raw_path, query, headers, body)
        exchange = _Exchange(wire, wire.parameters(), self._clock(), unreadable)
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
        if not exchange.noted:
            self._note(exchange)

        if fault := exchange.fault:
            if fault.keeps_silent:
                await self._until_gone(request)
            if (fault.drops or fault.keeps_silent) and request.transport:
                request.transport.close()
            if fault.kind == "garbage":
                return web.Response(text=_GARBAGE, content_type="text/html")
        text = json.dumps(exchange.body) if exchange.text is None else exchange.text
        return web.Response(body=text.encode(), status=exchange.status, headers=exchange.headers | _JSON)

    async def _answer(self, exchange: _Exchange) -> None:
        if exchange.unreadable:
            raise exchange.unreadable
        wire, parameters = exchange.wire, exchange.parameters
        state = self._opened()
        exchange.asked_at = asked_at = wire.asked_time() or state.clock.at(exchange.wall)
        exchange.fault = fault = state.faults.take(wire.operation, parameters.sign_name, asked_at, exchange.wall)
        if fault:
            await asyncio.sleep(fault.latency_ms / 1000)
            if refusal := fault.refusal():
                raise refusal
            if fault.prevents:
                return
        exchange.account = account = state.authenticator.verify(wire, exchange.wall)
        handler = _handler(wire)
        state.throttle.take(account, wire.operation, exchange.wall)
        call = state.call(account, parameters, asked_at, exchange.notes)
        # What only reads needs no transaction: nothing happens between its reads.
        with contextlib.nullcontext() if wire.operation.startswith(_READS) else call.store.transaction():
            written = call.store.writes
            answer = handler(call)
            exchange.body = {"RequestId": wire.request_id, "Code": "OK", "Message": "OK"} | answer
            if call.store.writes != written:
                # What was done and that it was asked for are stored together.
                self._note(exchange)
                self._keep_journal()
        if fault and fault.kind == "wrong_shape":
            exchange.body |= misshapen(answer)
        elif isinstance(answer, Prepared):
            exchange.text = f'{{"RequestId": "{wire.request_id}", "Code": "OK", "Message": "OK", {answer.text[1:]}'

    def _note(self, exchange: _Exchange) -> None:
        """Writes a request into the journal; one that changed nothing is stored with others, a moment later."""
        exchange.noted = True
        if self._opened().store.add_journal(exchange.entry) >= _JOURNAL_WAITS:
            self._keep_journal()
        elif self._keeping is None:
            self._keeping = asyncio.get_running_loop().call_later(_JOURNAL_KEPT_AFTER, self._keep_journal)

    def _keep_journal(self) -> None:
        if self._keeping is not None:
            self._keeping.cancel()
            self._keeping = None
        if self._state is not None:
            with self._state.store.transaction():
                self._state.store.keep_journal()
                self._state.keep_clock()

    async def _until_gone(self, request: web.Request) -> None:
        """Waits until the caller hangs up or the sandbox stops."""
        while request.transport and not request.transport.is_closing() and not self._stopping.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), _LOOK_EVERY)

    def _opened(self) -> State:
        if self._state is None:
            raise RuntimeError("the sandbox is not started")
        return self._state


async def _read(request: web.Request) -> tuple[bytes, ApiError | None]:
    """Reads the body; one that cannot be read is empty and has its refusal beside it."""
    if not request.can_read_body:
        return b"", None
    try:
        return await request.read(), None
    except web.HTTPRequestEntityTooLarge:
        return b"", ApiError("RequestEntityTooLarge", "The body is longer than 1 MiB.", 413)
    except web.RequestPayloadError:
        return b"", ApiError("InvalidBody", "The body is not encoded as its headers say.")
    except ConnectionError:
        return b"", ApiError("InvalidBody", "The caller hung up before the body's end.")


def _handler(wire: WireRequest) -> Handler:
    """Returns the operation that a verified request asks for.

    Raises:
        ApiError: ``MissingVersion``, ``InvalidVersion``, ``InvalidAction.NotFound``, ``UnsupportedHTTPMethod``, or a
            format that is not served.
    """
    if not wire.version:
        raise ApiError("MissingVersion", "Version is mandatory for this action.")
    if wire.version != VERSION:
        raise ApiError("InvalidVersion", "Specified parameter Version is not valid.")
    handler = OPERATIONS.get(wire.operation)
    if handler is None or wire.path != "/":
        raise ApiError("InvalidAction.NotFound", "Specified api is not found, please check your url and method.", 404)
    if wire.method not in ("GET", "POST"):
        raise ApiError("UnsupportedHTTPMethod", "This http method is not supported.", 403)
    wire.check_format()
    return handler
