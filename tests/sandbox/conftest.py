"""Fixtures: a sandbox on a free port and a driver of it."""

from collections.abc import AsyncIterator

import pytest

from sandbox import REAL, SandboxServer
from tests.sandbox.driver import Driver


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def driver() -> AsyncIterator[Driver]:
    """A driver of a fresh sandbox at the real pace."""
    async with SandboxServer(pace=REAL) as server:
        yield Driver(server)
