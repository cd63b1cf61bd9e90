"""Starting, stopping, persistence, and the command line."""

import asyncio
import logging
import signal
import socket
import sqlite3
import sys
from pathlib import Path

import pytest
from alibabacloud_tea_openapi.exceptions import ClientException, ServerException
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox import DEMO, REAL, SandboxServer
from sandbox.__main__ import main
from sandbox.operations import OPERATIONS, Call
from tests.sandbox.driver import MOBILE, Driver
from tests.sandbox.raw import Raw

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

    monkeypatch.setitem(OPERATIONS, "DeleteSmsSign", broken)
    async with SandboxServer(pace=DEMO) as server:
        with caplog.at_level(logging.ERROR), pytest.raises(ServerException) as caught:
            await Driver(server).call("delete_sms_sign", sign_name="云杉科技")
        assert caught.value.code == "InternalError"
        assert "DeleteSmsSign failed" in caplog.text
        assert (await Driver(server).create()).code == "OK", "the transaction was rolled back"


@pytest.mark.parametrize(
    ("method", "path", "headers", "body"),
    [
        ("GET", "/", {}, b""),
        ("GET", "//[", {}, b""),
        ("POST", "/nowhere?x=%ff", {"x-acs-action": "SendSms"}, b"\xff\xfe"),
        ("PUT", "/_sandbox/nothing", {}, b"{}"),
        ("POST", "/", {"content-type": "application/x-www-form-urlencoded; charset=x"}, b"%ff=%fe&&=="),
        ("POST", "/", {"content-type": "multipart/form-data"}, b"--"),
    ],
)
async def test_odd_http_is_refused_politely(method: str, path: str, headers: dict[str, str], body: bytes) -> None:
    async with SandboxServer() as server:
        status, answer = await Raw(server).send(method, path, headers, body)
    assert (status, answer["Code"]) == (400, "MissingAccessKeyId")


@pytest.mark.parametrize(
    ("headers", "body", "status", "code"),
    [
        ({}, b"x" * (2 << 20), 413, "RequestEntityTooLarge"),
        ({"content-encoding": "gzip"}, b"not gzip", 400, "InvalidBody"),
    ],
)
async def test_a_body_that_cannot_be_read(headers: dict[str, str], body: bytes, status: int, code: str) -> None:
    async with SandboxServer() as server:
        answer_status, answer = await Raw(server).send("POST", "/", headers, body)
        assert (answer_status, answer["Code"], len(answer["RequestId"])) == (status, code, 36)
        (entry,) = (await Driver(server).control("GET", "journal"))["entries"]
    assert (entry["status"], entry["code"]) == (status, code)


async def test_a_control_document_that_cannot_be_read() -> None:
    async with SandboxServer() as server:
        status, answer = await Raw(server).send("POST", "/_sandbox/stock", {"content-encoding": "gzip"}, b"not gzip")
    assert status == 400
    assert "gzip" in answer["error"]


async def exchanged(server: SandboxServer, sent: bytes, patience: float = 5.0) -> bytes:
    """Writes bytes to the port and returns what comes back until the server closes, or nothing comes for so long."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    came = b""
    try:
        writer.write(sent)
        await writer.drain()
        while chunk := await asyncio.wait_for(reader.read(65536), patience):
            came += chunk
    except (TimeoutError, ConnectionError):
        pass
    finally:
        writer.close()
    return came


async def test_what_is_not_http_is_refused_without_a_traceback(caplog: pytest.LogCaptureFixture) -> None:
    async with SandboxServer() as server:
        for sent in (
            b"\x16\x03\x01\x00\x05hello",
            b"GET / HTTP/1.1\r\nhost: x\r\nx: " + b"13900000001" * 1000 + b"\r\n\r\n",
            b"GET /?PhoneNumbers=" + b"13900000001," * 6000 + b" HTTP/1.1\r\nhost: x\r\n\r\n",
            b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        ):
            assert (await exchanged(server, sent)).startswith(b"HTTP/1.0 400 ")
        assert (await Driver(server).call("query_sms_sign_list")).code == "OK"
    assert "refused a request that is not HTTP" in caplog.text
    assert "Traceback" not in caplog.text
    assert "13900000001" not in caplog.text


async def test_a_caller_that_hangs_up_in_the_middle_leaves_nothing_behind(caplog: pytest.LogCaptureFixture) -> None:
    async with SandboxServer() as server:
        head = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n"
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(head + b"SignName=")
        await writer.drain()
        # Until the server waits for the rest.
        await asyncio.sleep(0.05)
        writer.transport.abort()
        await asyncio.sleep(0.05)
        assert (await Driver(server).call("query_sms_sign_list")).code == "OK"
    assert "Traceback" not in caplog.text


async def test_one_connection_serves_many_requests_refused_ones_too() -> None:
    async with SandboxServer() as server:
        request = b"GET /?SignName=a HTTP/1.1\r\nhost: x\r\n\r\n"
        last = request.replace(b"host", b"connection: close\r\nhost")
        came = await exchanged(server, request + request + last)
    assert came.count(b"HTTP/1.1 400 ") == came.count(b"MissingAccessKeyId") // 2 == 3


async def test_a_slow_answer_holds_nobody_up() -> None:
    async with SandboxServer() as server:
        driver = Driver(server)
        slow = {"kind": "latency", "latency_ms": 5000, "operation": "GetSmsSign"}
        await driver.control("POST", "faults", slow)
        waiting = asyncio.create_task(driver.get())
        await asyncio.wait_for(asyncio.gather(*(driver.call("query_sms_sign_list") for _ in range(50))), 4)
        assert not waiting.done()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)


fragments = st.one_of(
    st.sampled_from(
        [
            *(b"GET", b"POST", b"HEAD", b"OPTIONS", b"BREW", b" / ", b" /?", b" * ", b"HTTP/1.1", b"HTTP/1.0", b"\r\n"),
            *(b"host: x\r\n", b"content-length: 5\r\n", b"content-length: -1\r\n", b"expect: 100-continue\r\n"),
            *(b"transfer-encoding: chunked\r\n", b"5\r\nhello\r\n0\r\n\r\n", b"content-encoding: deflate\r\n"),
            *(b"content-type: application/x-www-form-urlencoded\r\n", b"Action=SendSms&", b"Signature=%ff&"),
            *(b"authorization: ACS3-HMAC-SHA256 Credential=sandbox-key,SignedHeaders=,Signature=0\r\n", b"\r\n\r\n"),
            *(b"upgrade: websocket\r\nconnection: upgrade\r\n", b"x-sandbox-time: \xff\r\n", b"/_sandbox/stock"),
        ]
    ),
    st.binary(max_size=12),
)


@settings(max_examples=15, deadline=None)
@given(conversations=st.lists(st.lists(fragments, min_size=1, max_size=12), min_size=10, max_size=20))
async def test_no_bytes_make_the_server_fail(conversations: list[list[bytes]]) -> None:
    async with SandboxServer() as server:
        answers = await asyncio.gather(*(exchanged(server, b"".join(pieces), 0.2) for pieces in conversations))
        assert not [answer for answer in answers if answer.startswith((b"HTTP/1.1 5", b"HTTP/1.0 5"))]
        assert (await Driver(server).call("query_sms_sign_list")).code == "OK"


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


async def test_command_line_takes_a_file_of_keys(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_text('{"keys": [{"id": "one", "secret": "1"}, {"id": "two", "secret": "2", "account": "one"}]}')
    process, server = await started("--keys", str(file))
    try:
        assert (await Driver(server, "two", "2").call("query_sms_sign_list")).code == "OK"
        with pytest.raises(ClientException, match="access key is not found"):
            await Driver(server).get()
        assert (await Driver(server).control("GET", "health"))["accounts"] == ["one"]
    finally:
        process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0


def test_command_line_says_what_is_wrong(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    not_a_database = tmp_path / "db.sqlite"
    not_a_database.write_text("this is text, and long enough to be taken for a header of a database file" * 20)
    assert main(["--port", "0", "--db", str(not_a_database)]) == 5
    assert "cannot open the database" in caplog.text
    with pytest.raises(SystemExit) as caught:
        main(["--account", "no-secret"])
    assert caught.value.code == 2


def test_command_line_says_what_is_wrong_with_keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "keys.json"
    file.write_text('{"keys": [{"id": "one", "secret": "hush", "tokens": "hush"}]}')
    with pytest.raises(SystemExit) as caught:
        main(["--keys", str(file)])
    assert caught.value.code == 2
    assert "keys.json: keys.0.tokens: Extra inputs are not permitted" in capsys.readouterr().err
    file.write_text('{"keys": [{"id": "one", "secret": "hush"}]}')
    with pytest.raises(SystemExit) as caught:
        main(["--keys", str(file), "--account", "one=hush"])
    assert caught.value.code == 2
    said = capsys.readouterr().err
    assert "an access key id comes twice" in said
    assert "hush" not in said


def test_command_line_names_the_port_in_use(caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--port", str(port)]) == 5
    assert f"cannot listen on 127.0.0.1:{port}" in caplog.text
