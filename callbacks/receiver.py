"""The HTTP server that the platform's callbacks (回调) are posted to.

The platform asks for status 200 with ``{"code": 0, "msg": ...}`` within 700 ms, and else sends again after 1, 5 and 10
minutes. So a report is read, handed on and answered, whatever becomes of it.
"""

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable, Collection
from types import TracebackType
from typing import Self

from aiohttp import web

from callbacks.parsing import Report, UnreadableError, parse

logger = logging.getLogger(__name__)

BODY_MAX = 1024 * 1024
"""Bytes; some thousand reports."""

BODY_WITHIN = 5.0
"""Seconds for a body to arrive."""

Take = Callable[[str, Report], None]
"""Takes a report of an account and returns at once."""


class ReceiverError(Exception):
    """The receiver cannot listen; the text says why."""


class CallbackReceiver:
    """Listens for callbacks; an async context manager.

    The path is ``/callbacks/ACCOUNT``, with ``/TOKEN`` after it where there is one. Callbacks are not signed: only
    the token, and whoever lets nobody else reach the port, keep strangers out.
    """

    def __init__(
        self, take: Take, accounts: Collection[str], *, host: str = "127.0.0.1", port: int = 0, token: str | None = None
    ) -> None:
        """Prepare; nothing is opened before the context is entered.

        Args:
            take: Takes each report.
            accounts: Keys of the accounts whose callbacks are taken.
            host: Address to listen on.
            port: Port to listen on; 0 takes a free one.
            token: Last part of the path, none for none.
        """
        self._take, self._accounts, self._token = take, frozenset(accounts), token
        self._host, self._port = host, port
        application = web.Application(client_max_size=BODY_MAX, middlewares=[_in_json])
        application.router.add_route("*", "/callbacks/{account}", self._receive)
        application.router.add_route("*", "/callbacks/{account}/{token}", self._receive)
        # No access log: the path holds the token.
        self._runner = web.AppRunner(application, access_log=None)

    @property
    def port(self) -> int:
        """Where it listens, once it does."""
        return int(self._runner.addresses[0][1])

    async def __aenter__(self) -> Self:
        """Listen.

        Raises:
            ReceiverError: The address is taken, or not this machine's.
        """
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as failure:
            await self._runner.cleanup()
            raise ReceiverError(
                f"callbacks cannot be received on {self._host} port {self._port}: {failure.strerror}; "
                "choose others with --callbacks-bind and --callbacks-port"
            ) from failure
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening."""
        await self._runner.cleanup()

    async def _receive(self, request: web.Request) -> web.Response:
        account = request.match_info["account"]
        if account not in self._accounts or not self._knows(request.match_info.get("token")):
            # As if there were no such path, so that nobody learns which part is wrong.
            raise web.HTTPNotFound(reason="no such path")
        if request.method != "POST":
            raise web.HTTPMethodNotAllowed(request.method, ["POST"])
        try:
            async with asyncio.timeout(BODY_WITHIN):
                reports = parse(await request.read())
        except TimeoutError:
            raise web.HTTPRequestTimeout(reason="the body did not arrive") from None
        except UnreadableError as failure:
            raise web.HTTPBadRequest(reason=str(failure)) from failure
        for report in reports:
            self._take(account, report)
        logger.debug("%d reports taken for account %s", len(reports), account)
        return web.json_response({"code": 0, "msg": f"{len(reports)} taken"})

    def _knows(self, token: str | None) -> bool:
        if self._token is None:
            return token is None
        return hmac.compare_digest((token or "").encode(errors="replace"), self._token.encode())


@web.middleware
async def _in_json(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Every refusal in the form of an answer: ``code`` 1 and why."""
    try:
        return await handler(request)
    except web.HTTPException as refusal:
        headers = {"Allow": refusal.headers["Allow"]} if "Allow" in refusal.headers else None
        return web.json_response({"code": 1, "msg": refusal.reason}, status=refusal.status, headers=headers)
