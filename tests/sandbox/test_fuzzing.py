import pytest

from sandbox import REAL, SandboxServer
from tests.sandbox.fuzzing import Fuzzer, attack
from tests.sandbox.raw import WALL


@pytest.mark.parametrize("seed", [1, 2])
async def test_no_request_crashes_or_hangs_the_sandbox(seed: int) -> None:
    """A sample of ``make fuzz``."""
    async with SandboxServer(pace=REAL) as sandbox:
        outcome = await attack(sandbox.url, seed, 600)

    assert outcome.wrong == []
    assert sum(outcome.statuses.values()) > 550
    assert outcome.statuses[200] > 20, "some are right"
    assert len(outcome.codes) > 20, "and the others are wrong in many ways"


def test_the_same_seed_asks_the_same() -> None:
    one, other = Fuzzer(7, "h", lambda: WALL), Fuzzer(7, "h", lambda: WALL)
    assert [one.request() for _ in range(50)] == [other.request() for _ in range(50)]
