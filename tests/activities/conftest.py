from collections.abc import AsyncIterator

import pytest

from sandbox import REAL, SandboxServer
from tests.activities.bench import Bench


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    """A fresh sandbox at the real pace, and what runs activities against it."""
    async with SandboxServer(pace=REAL) as sandbox:
        yield Bench(sandbox)
