"""Starting, stopping, persistence, and the command line."""

import asyncio
import logging
import signal
import socket
import sqlite3
import sys
from pathlib import Path

import pytest
from alibabacloud_tea_openapi.exceptions import ServerException

from sandbox import DEMO, REAL, SandboxServer
from sandbox.__main__ import main
from sandbox.operations import OPERATIONS, Call
from tests.sandbox.driver import MOBILE, Driver

ROOT = Path(__file__).parents[2]


async def test_everything_but_faults_survives_a_restart(tmp_path: Path) -> None:
    database = tmp_path / "sandbox.sqlite"
    async with SandboxServer(pace=REAL, database=database) as server:
        driver = Driver(server)
        await driver.control("PUT", "fates/云杉科技", {"telecom": "silent"})
        created = await driver.create()
        driver.later(days=14)
        await driver.send(MOBILE, out_id="out-1")
        at = driver.time
    async with SandboxServer(pace=REAL, database=database) as server:
        driver = Driver(server)
        driver.time = at
        assert (await driver.get()).order_id == created.order_id
        assert await driver.statuses() == {"mobile": 1, "unicom": 1, "telecom": -1}
        details = await driver.details(MOBILE, "20260316")
        assert [d.out_id for d in details.sms_send_detail_dtos.sms_send_detail_dto] == ["out-1"]
        operations = [e["operation"] for e in (await driver.control("GET", "journal"))["entries"]]
        assert operations[:2] == ["CreateSmsSign", "SendSms"]
        second = await driver.send(MOBILE)
        assert (await driver.details(MOBILE, "20260316", biz_id=second.biz_id)).total_count == "1"


async def test_stocked_papers_are_not_overwritten_by_the_demo_data_at_a_restart(tmp_path: Path) -> None:
    database = tmp_path / "sandbox.sqlite"
    async with SandboxServer(database=database) as server:
        await Driver(server).control("POST", "stock", {"trademarks": [{"TrademarkId": 700001, "TrademarkName": "改"}]})
    async with SandboxServer(database=database):
        pass
    with sqlite3.connect(database) as db:
        (data,) = db.execute("SELECT data FROM papers WHERE kind = 'trademark'").fetchone()
    assert "\\u6539" in data


async def test_database_is_wal_with_synchronous_normal(tmp_path: Path) -> None:
    database = tmp_path / "sandbox.sqlite"
    async with SandboxServer(database=database):
        with sqlite3.connect(database) as db:
            assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


async def test_a_port_in_use_is_an_os_error() -> None:
    async with SandboxServer() as first:
        second = SandboxServer(port=first.port)
        with pytest.raises(OSError, match="in use"):
            await second.start()
        await second.stop()
        assert (await Driver(first).call("query_sms_sign_list")).code == "OK"


async def test_a_bug_is_answered_in_json_and_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(call: Call) -> dict[str, object]:
        call.store.add_event(call.account, "云杉科技", call.asked_at, "created", {"material": {}, "fates": {}})
        raise KeyError("oops")

    monkeypatch.setitem(OPERATIONS, "GetSmsSign", broken)
    async with SandboxServer(pace=DEMO) as server:
        with caplog.at_level(logging.ERROR), pytest.raises(ServerException) as caught:
            await Driver(server).get()
        assert caught.value.code == "InternalError"
        assert "GetSmsSign failed" in caplog.text
        assert (await Driver(server).create()).code == "OK", "the transaction was rolled back"


async def test_without_asked_time_a_demo_life_begins_by_itself() -> None:
    async with SandboxServer(pace=DEMO) as server:
        driver = Driver(server)
        driver.time = None
        await driver.create()
        assert (await driver.get()).sign_status == 0


async def started(*arguments: str) -> tuple[asyncio.subprocess.Process, SandboxServer]:
    """Runs ``python -m sandbox`` and returns the process, and an unstarted server that only knows the address."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox", "--port", "0", *arguments), cwd=ROOT, stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr is not None
    line = (await process.stderr.readline()).decode()
    assert line.startswith("sandbox listens on http://127.0.0.1:")
    return process, SandboxServer(port=int(line.rsplit(":", 1)[1]))


async def test_command_line_serves_and_stops_on_sigterm() -> None:
    process, server = await started("--pace", "real", "--account", "key=secret")
    try:
        assert (await Driver(server, "key", "secret").call("query_sms_sign_list")).code == "OK"
        assert (await Driver(server).control("GET", "health"))["pace"] == "real"
    finally:
        process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0


async def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    database = tmp_path / "sandbox.sqlite"
    process, server = await started("--db", str(database))
    try:
        created = await Driver(server).create()
    finally:
        process.kill()
    await process.wait()
    async with SandboxServer(database=database) as again:
        assert (await Driver(again).get()).order_id == created.order_id


def test_command_line_says_what_is_wrong(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    not_a_database = tmp_path / "db.sqlite"
    not_a_database.write_text("this is text, and long enough to be taken for a header of a database file" * 20)
    assert main(["--port", "0", "--db", str(not_a_database)]) == 5
    assert "cannot open the database" in caplog.text
    with pytest.raises(SystemExit) as caught:
        main(["--account", "no-secret"])
    assert caught.value.code == 2


def test_command_line_names_the_port_in_use(caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--port", str(port)]) == 5
    assert f"cannot listen on 127.0.0.1:{port}" in caplog.text
