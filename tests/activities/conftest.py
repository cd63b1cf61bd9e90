from collections.abc import AsyncIterator

import pytest

from sandbox import REAL, SandboxServer
from tests.activities.bench import OTHER, Bench


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    """A fresh sandbox at the real pace, and what runs activities against it."""
    async with SandboxServer(pace=REAL) as sandbox:
        yield Bench(sandbox)


@pytest.fixture
async def filed(bench: Bench) -> Bench:
    """A bench whose signature was submitted at START; there is another qualification that it can be bound to."""
    await bench.submit()
    other = {
        "QualificationGroupId": OTHER,
        "QualificationName": "云杉二号",
        "CompanyName": "杭州云杉科技有限公司",
        "OrganizationCode": "91330100MA0000001F",
        "LegalPersonName": "演示法人",
        "UseBySelf": True,
        "WorkOrderId": 2,
        "State": "PASSED",
    }
    await bench.control("POST", "stock", {"qualifications": [other]})
    return bench
