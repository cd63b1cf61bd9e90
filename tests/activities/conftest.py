from collections.abc import AsyncIterator

import pytest

from sandbox import REAL, SandboxServer
from tests.activities.bench import Bench


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    # The SDK sends requests for 127.0.0.1 through a proxy too, whatever NO_PROXY says.
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    """A fresh sandbox at the real pace, and what runs activities against it."""
    async with SandboxServer(pace=REAL) as sandbox:
        yield Bench(sandbox)
