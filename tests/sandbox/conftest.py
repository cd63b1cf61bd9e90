"""Fixtures: a sandbox on a free port and a driver of it."""

from collections.abc import AsyncIterator

import pytest

from sandbox import REAL, SandboxServer
from tests.sandbox.driver import Driver


@pytest.fixture
async def driver() -> AsyncIterator[Driver]:
    """A driver of a fresh sandbox at the real pace."""
    async with SandboxServer(pace=REAL) as server:
        yield Driver(server)
