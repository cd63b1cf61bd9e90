"""A receiver of callbacks, as a customer runs one, that answers as a test wants."""

import asyncio
import json
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.sandbox.waiting import until


class Listener:
    """Listens on a free port; an async context manager.

    Attributes:
        posts: The body of every callback that came, oldest first.
        answer: Gives status, body and seconds of delay of the answer to the callback of that number.
    """

    def __init__(self) -> None:
        self.posts: list[list[dict[str, Any]]] = []
        self.answer: Callable[[int], tuple[int, str, float]] = lambda _: (200, '{"code":0,"msg":"接收成功"}', 0)
        app = web.Application()
        app.router.add_post("/reports/secret-path", self._take)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/reports/secret-path"

    @property
    def reports(self) -> list[dict[str, Any]]:
        """What all callbacks said."""
        return [report for post in self.posts for report in post]

    async def until(self, count: int) -> None:
        """Waits until so many callbacks came."""

        async def have_come() -> bool:
            return len(self.posts) >= count

        await until(have_come)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        assert request.headers["content-type"].startswith("application/json")
        self.posts.append(json.loads(await request.read()))
        status, body, delay = self.answer(len(self.posts))
        await asyncio.sleep(delay)
        return web.Response(status=status, text=body)
