"""The sandbox's clock, by itself and as requests meet it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import REAL, SandboxServer
from sandbox.clock import LATEST, SandboxClock, parse_instant
from tests.sandbox.driver import Driver

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


class Wall:
    """A wall clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **span: float) -> None:
        self.now += timedelta(**span)


def test_it_runs_faster_from_its_start_on() -> None:
    wall = Wall()
    clock = SandboxClock(wall, 60)
    assert clock.now() == NOON
    wall.passes(minutes=1)
    assert clock.now() == NOON + timedelta(hours=1)


def test_moved_forward_it_runs_on_from_there() -> None:
    wall = Wall()
    clock = SandboxClock(wall, 2)
    clock.move_to(NOON + timedelta(days=1))
    wall.passes(seconds=5)
    assert clock.now() == NOON + timedelta(days=1, seconds=10)
    with pytest.raises(ValueError, match="never goes back"):
        clock.move_to(NOON + timedelta(days=1))


def test_it_is_the_wall_clock_until_something_else_is_asked_for() -> None:
    wall = Wall()
    clock = SandboxClock(wall)
    wall.passes(hours=-1)
    assert (clock.now(), clock.is_wall_clock) == (wall.now, True)
    clock.move_to(NOON)
    assert not clock.is_wall_clock
    clock.restart()
    assert (clock.now(), clock.is_wall_clock) == (wall.now, True)


@pytest.mark.parametrize("factor", [0, 0.5, -1, 1_000_001, float("nan"), float("inf")])
def test_a_factor_that_is_none(factor: float) -> None:
    with pytest.raises(ValueError, match="factor is from 1 to 1000000"):
        SandboxServer(clock_factor=factor)


@given(
    factor=st.floats(1, 1_000_000),
    steps=st.lists(st.tuples(st.floats(0, 10**6), st.floats(0, 10**6)), max_size=20),
)
def test_it_never_goes_back_nor_beyond_what_may_be_asked(factor: float, steps: list[tuple[float, float]]) -> None:
    wall = Wall()
    clock = SandboxClock(wall, factor)
    last = clock.now()
    for passed, moved in steps:
        wall.passes(seconds=passed)
        assert last <= clock.now() <= LATEST
        last = min(clock.now() + timedelta(seconds=moved), LATEST)
        clock.move_to(last)
        assert clock.now() == last


async def test_requests_without_a_time_are_at_the_clocks() -> None:
    async with SandboxServer(pace=REAL) as server:
        driver = Driver(server)
        driver.time = None
        await driver.create()
        shown = await driver.control("PUT", "clock", {"forward": "20d"})
        assert parse_instant(shown["now"]) - parse_instant(shown["wall"]) > timedelta(days=19)
        assert set((await driver.statuses()).values()) == {1}
        entry = (await driver.control("GET", "journal?operation=GetSmsSign"))["entries"][-1]
        assert parse_instant(entry["asked_at"]) - parse_instant(entry["at"]) > timedelta(days=19)


async def test_a_fast_clock_brings_a_life_to_pass() -> None:
    async with SandboxServer(pace=REAL, clock_factor=1_000_000) as server:
        driver = Driver(server)
        driver.time = None
        await driver.create(remark="[sandbox mobile=seconds:1]")
        first = (await driver.control("GET", "clock"))["now"]
        second = (await driver.control("GET", "clock"))["now"]
        assert parse_instant(second) - parse_instant(first) > timedelta(minutes=1)
        await driver.control("PUT", "clock", {"forward": "20h"})
        assert (await driver.get()).sign_status == 1


async def test_it_is_not_set_back_by_a_restart(tmp_path: Path) -> None:
    database = tmp_path / "sandbox.db"
    async with SandboxServer(pace=REAL, database=database) as server:
        shown = await Driver(server).control("PUT", "clock", {"forward": "6mo"})
    async with SandboxServer(pace=REAL, database=database) as server:
        after = await Driver(server).control("GET", "clock")
        assert after["now"] >= shown["now"]


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({}, "either now or forward"),
        ({"now": "2026-03-02T00:00:00Z", "forward": "1h"}, "either now or forward"),
        ({"now": "2001-01-01T00:00:00Z"}, "never goes back"),
        ({"now": "2201-01-01T00:00:00Z"}, "now: "),
        ({"now": "2030-01-01"}, "now: "),
        ({"forward": "soon"}, "is not a span"),
        ({"forward": 5}, "forward: "),
        ({"factor": 5}, "factor: "),
    ],
)
async def test_where_it_cannot_be_moved(document: object, problem: str) -> None:
    async with SandboxServer(pace=REAL) as server:
        driver = Driver(server)
        answer = await driver.control("PUT", "clock", document, status=400)
        assert problem in answer["error"]
        assert (await driver.control("GET", "clock"))["now"] < "2100"
