"""The receiver over real HTTP, as the platform and strangers meet it."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from callbacks import receiver
from callbacks.parsing import MessageReport, Report, SignReport
from callbacks.receiver import BODY_MAX, CallbackReceiver, ReceiverError
from tests.callbacks.test_parsing import OUT_ID, SIGN_REPORT, SMS_REPORT

TOKEN = "a-token-of-20-letters"

Taken = list[tuple[str, Report]]


@pytest.fixture
def taken() -> Taken:
    """What the receiver passed on."""
    return []


@pytest.fixture
async def port(taken: Taken) -> AsyncIterator[int]:
    """A receiver that takes the callbacks of one account."""
    async with CallbackReceiver(lambda *report: taken.append(report), {"main"}, token=TOKEN) as listening:
        yield listening.port


async def post(port: int, body: object, path: str = f"/callbacks/main/{TOKEN}", method: str = "POST") -> Any:
    """Send a body, as JSON unless it is bytes; status and answer."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, f"http://127.0.0.1:{port}{path}", data=data) as answer,
    ):
        assert answer.content_type == "application/json"
        return answer.status, await answer.json()


async def test_a_review_and_receipts_are_taken_and_answered_as_the_platform_wants(port: int, taken: Taken) -> None:
    began = asyncio.get_running_loop().time()
    status, answer = await post(port, [SIGN_REPORT])
    assert asyncio.get_running_loop().time() - began < 0.7
    assert (status, answer["code"]) == (200, 0)
    assert (await post(port, [SMS_REPORT] * 3))[1]["code"] == 0

    assert taken == [
        ("main", SignReport("云杉科技", "rejected", "资质与签名不符", "1000000001")),
        ("main", MessageReport(OUT_ID)),
    ]


async def test_a_report_that_comes_twice_is_answered_twice(port: int, taken: Taken) -> None:
    for _ in range(2):
        assert await post(port, [SIGN_REPORT]) == (200, {"code": 0, "msg": "1 taken"})
    assert len(taken) == 2


@pytest.mark.parametrize("body", [[], [{}], [{"template_status": "approved"}], [{**SMS_REPORT, "out_id": "x"}]])
async def test_what_concerns_nobody_is_understood(port: int, taken: Taken, body: object) -> None:
    """Else the platform would send it again and again."""
    assert (await post(port, body))[1] == {"code": 0, "msg": "0 taken"}
    assert taken == []


@pytest.mark.parametrize("body", [b"", b"{", {}, "text", [1], b"[" * 50_000, b"phone_number=13900000001"])
async def test_what_is_no_report_is_refused(port: int, taken: Taken, body: object) -> None:
    status, answer = await post(port, body)

    assert (status, answer["code"]) == (400, 1)
    assert "expected" in answer["msg"]
    assert taken == []


async def test_a_huge_body_is_refused_and_the_next_one_taken(port: int, taken: Taken) -> None:
    status, answer = await post(port, b"[" + b" " * BODY_MAX + b"]")
    assert (status, answer["code"]) == (413, 1)

    assert (await post(port, [SIGN_REPORT]))[0] == 200
    assert len(taken) == 1


async def test_a_body_that_never_comes_is_given_up(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiver, "BODY_WITHIN", 0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"POST /callbacks/main/{TOKEN} HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n[".encode())

    async with asyncio.timeout(10):
        assert b" 408 " in await reader.readline()
    writer.close()


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/callbacks",
        "/callbacks/main",
        "/callbacks/main/",
        "/callbacks/main/wrong",
        f"/callbacks/other/{TOKEN}",
        f"/callbacks/main/{TOKEN}/more",
        f"/callbacks/../callbacks/{TOKEN}",
        "/callbacks/main/%E4%BB%A4%E7%89%8C",
    ],
)
async def test_strangers_find_nothing(port: int, taken: Taken, path: str) -> None:
    status, answer = await post(port, [SIGN_REPORT], path)

    assert (status, answer["code"]) == (404, 1)
    assert TOKEN not in answer["msg"]
    assert taken == []


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_only_posts_are_taken(port: int, taken: Taken, method: str) -> None:
    assert await post(port, [SIGN_REPORT], method=method) == (405, {"code": 1, "msg": "Method Not Allowed"})
    assert (await post(port, [SIGN_REPORT], "/callbacks/main/wrong", method))[0] == 404
    assert taken == []


async def test_without_a_token_the_account_is_the_path(taken: Taken) -> None:
    async with CallbackReceiver(lambda *report: taken.append(report), {"main", "other"}) as listening:
        assert (await post(listening.port, [SIGN_REPORT], "/callbacks/other"))[0] == 200
        assert (await post(listening.port, [SIGN_REPORT], "/callbacks/other/anything"))[0] == 404
    assert [account for account, _ in taken] == ["other"]


async def test_nothing_that_was_sent_is_logged(port: int, taken: Taken, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await post(port, [SMS_REPORT])
    await post(port, [{**SIGN_REPORT, "reason": "13900000001"}])
    await post(port, b"13900000001")
    await post(port, [SMS_REPORT], "/callbacks/main/13900000001")

    assert "0000001" not in caplog.text
    assert TOKEN not in caplog.text
    assert "13900000001" not in repr(taken)


async def test_a_port_that_is_taken_is_told(port: int) -> None:
    with pytest.raises(ReceiverError, match=f"port {port}.*--callbacks-port"):
        async with CallbackReceiver(lambda *_: None, {"main"}, port=port):
            pass
