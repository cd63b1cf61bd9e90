"""Waiting for what happens beside the requests of a test."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count


async def until(look: Callable[[], Awaitable[bool]], within: float = 5.0) -> None:
    """Waits until a look says so, and fails if it never does."""
    async with asyncio.timeout(within):
        for _ in count():
            if await look():
                return
            await asyncio.sleep(0.01)
