"""The command line: what it sets, what it refuses, and that nothing acknowledged is lost when it is killed."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_tea_openapi.exceptions import ThrottlingException

from sandbox import SandboxServer
from sandbox.__main__ import main
from tests.sandbox.driver import MOBILE, Driver
from tests.sandbox.listening import Listener
from tests.sandbox.test_loading import DOCUMENT

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def running(*arguments: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, SandboxServer]]:
    """Runs ``python -m sandbox``; yields the process, and an unstarted server that only knows the address."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox", "--port", "0", *arguments), cwd=ROOT, stderr=asyncio.subprocess.PIPE
    )
    try:
        assert process.stderr is not None
        while "sandbox listens on" not in (line := (await process.stderr.readline()).decode()):
            assert line, "the sandbox did not start"
        yield process, SandboxServer(port=int(line.rsplit(":", 1)[1]))
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_everything_may_be_set(tmp_path: Path) -> None:
    file = tmp_path / "accounts.json"
    file.write_text(json.dumps(DOCUMENT))
    async with (
        Listener() as listener,
        running(
            *("--pace", "real", "--load", str(file), "--qps", "QuerySmsSignList=1", "--clock-factor", "1000000"),
            *("--callback-url", listener.url, "--callback-duplicates", "--rule", "unchanged_edit_files=off"),
        ) as (process, server),
    ):
        shop = Driver(server, "shop-key", "shop-secret")
        shop.time = None
        health = await shop.control("GET", "health")
        assert (health["pace"], health["clock"]["factor"]) == ("real", 1_000_000)
        assert (health["limits"]["QuerySmsSignList"], health["limits"]["GetSmsSign"]) == (1, 150)
        assert health["rules"]["unchanged_edit_files"] is False
        await shop.create("梧桐外卖", qualification_id=42)
        await listener.until(2)
        assert listener.posts[0] == listener.posts[1]
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0


async def test_limits_are_those_of_the_platform_unless_told_otherwise() -> None:
    async def list_often(server: SandboxServer) -> None:
        driver = Driver(server)
        await asyncio.gather(*(driver.call("query_sms_sign_list") for _ in range(40)))

    async with running() as (_, server):
        with pytest.raises(ThrottlingException):
            await list_often(server)
    async with running("--no-limits") as (_, server):
        await list_often(server)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--qps", "GetSmsSign"], "is not NAME=N"),
        (["--qps", "Sturgeon=1"], "is not NAME=N"),
        (["--qps", "GetSmsSign=1", "--no-limits"], "leave one of them out"),
        (["--clock-factor", "0.5"], "factor is from 1"),
        (["--clock-factor", "nan"], "factor is from 1"),
        (["--clock-factor", "fast"], "--clock-factor"),
        (["--callback-url", "nowhere"], "--callback-url: url: not an http or https address"),
        (["--callback-duplicates"], "--callback-url, which is missing"),
        (["--rule", "unchanged_edit_file=off"], "did you mean unchanged_edit_files?"),
        (["--load", "no/such/file"], "no/such/file: No such file"),
        (["--load", "{bad}"], "bad.json: accounts.0.account: "),
        (["--load", "{worse}"], "worse.json: signatures.0: "),
    ],
)
def test_what_cannot_be_read_is_said(
    tmp_path: Path, arguments: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {"bad": tmp_path / "bad.json", "worse": tmp_path / "worse.json"}
    files["bad"].write_text('{"accounts": [{"keys": [{"id": "a", "secret": "hush"}]}]}')
    signature = {"sign_name": "x", "created_at": "2026-01-01T00:00:00Z", "fates": {"mobile": "perhaps"}}
    files["worse"].write_text(json.dumps({"signatures": [signature]}))
    with pytest.raises(SystemExit) as caught:
        main(["--port", "0", *(argument.format(**files) for argument in arguments)])
    assert caught.value.code == 2
    said = capsys.readouterr().err
    assert problem in said
    assert "hush" not in said
    assert "Traceback" not in said


async def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    database = str(tmp_path / "sandbox.db")
    acknowledged: dict[str, str] = {}
    sent: set[str] = set()
    rest = asyncio.Event()

    async def create(driver: Driver, number: int) -> None:
        created = await driver.create(f"云杉{number:03d}号")
        acknowledged[created.sign_name] = created.order_id
        if len(acknowledged) >= 40:
            rest.set()

    async def send(driver: Driver, number: int) -> None:
        out_id = f"out-{number}"
        if (await driver.send(MOBILE, "云杉存量", out_id=out_id)).code == "OK":
            sent.add(out_id)

    async with running("--db", database, "--pace", "real", "--no-limits") as (process, server):
        driver = Driver(server)
        await driver.control("POST", "load", DOCUMENT)
        await driver.control("PUT", "settings", {"balance": 1000})
        writes = [
            asyncio.create_task(write(driver, number))
            for number in range(200)
            for write in (create, *((send,) if number < 45 else ()))
        ]
        await rest.wait()
        process.kill()
        answers = await asyncio.gather(*writes, return_exceptions=True)
        assert any(isinstance(answer, Exception) for answer in answers), "it was killed in the middle"
        assert len(acknowledged) >= 40
        assert sent

    async with running("--db", database, "--pace", "real", "--no-limits") as (_, server):
        again = Driver(server)
        stored: dict[str, str] = {}
        for page in range(1, 6):
            listed: list[Any] = (await again.call("query_sms_sign_list", page_index=page, page_size=50)).sms_sign_list
            stored |= {one.sign_name: one.order_id for one in listed}
        assert acknowledged.items() <= stored.items()
        details = await again.details(MOBILE, "20260302", page_size=50)
        assert sent <= {one.out_id for one in details.sms_send_detail_dtos.sms_send_detail_dto}
        assert (await Driver(server, "shop-key", "shop-secret").call("query_sms_sign_list")).total_count == 1
        entries = (await again.control("GET", "journal?operation=CreateSmsSign"))["entries"]
        assert len([entry for entry in entries if entry["code"] == "OK"]) >= len(acknowledged)
