"""Callbacks over HTTP: what is posted, when, and what becomes of those that nobody takes."""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callbacks.parsing import MessageReport, Report, SignReport
from callbacks.receiver import CallbackReceiver
from sandbox import REAL, SandboxServer
from sandbox.callbacks import CallbackTarget
from tests.sandbox.driver import MOBILE, TELECOM, UNICOM, Driver
from tests.sandbox.listening import Listener
from tests.sandbox.waiting import until

OUT_ID = "0123456789abcdef0123456789abcdef"
REVIEWED = "20h"
"""After it, whenever it begins, a review of two hours from 09:00 to 21:00 is over."""
FILED = "20d"
"""After it all carriers answered."""


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    """A receiver that takes everything."""
    async with Listener() as listening:
        yield listening


@pytest.fixture
async def driver(listener: Listener) -> AsyncIterator[Driver]:
    """A driver of a sandbox that posts to the receiver; requests name no time, so the sandbox's clock is theirs."""
    async with SandboxServer(pace=REAL, callbacks=CallbackTarget(url=listener.url)) as server:
        yield untimed(server)


def untimed(server: SandboxServer) -> Driver:
    driver = Driver(server)
    driver.time = None
    return driver


async def forward(driver: Driver, span: str) -> None:
    """Lets time pass."""
    await driver.control("PUT", "clock", {"forward": span})


async def shown(driver: Driver) -> dict[str, object]:
    """What the control plane tells of the callbacks of the only account."""
    (only,) = (await driver.control("GET", "callbacks"))["callbacks"]
    assert isinstance(only, dict)
    return only


async def nothing_comes(listener: Listener, after: int) -> None:
    """Looks for a while whether more than so many callbacks come."""
    await asyncio.sleep(0.2)
    assert len(listener.posts) == after


async def settled(driver: Driver, state: str, count: int) -> None:
    """Waits until so many callbacks are in a state."""

    async def are() -> bool:
        return (await shown(driver))[state] == count

    await until(are)


async def test_a_review_is_reported_once_it_is_decided(driver: Driver, listener: Listener) -> None:
    created = await driver.create(remark="商城通知")
    await forward(driver, "90min")
    await nothing_comes(listener, 0)
    await forward(driver, REVIEWED)
    await listener.until(1)
    assert listener.posts == [
        [
            {
                "sign_name": "云杉科技",
                "sign_status": "approved",
                "reason": "",
                "sign_source": "企事业单位的全称或简称",
                "sign_scene": "通用",
                "remark": "商城通知",
                "create_date": (await driver.get()).create_date,
                "orderId": created.order_id,
            }
        ]
    ]
    await settled(driver, "delivered", 1)
    await forward(driver, FILED)
    await nothing_comes(listener, 1)


async def test_a_rejected_edit_is_reported_though_nothing_shows_it(driver: Driver, listener: Listener) -> None:
    await driver.create(remark="[sandbox mobile=seconds:1 unicom=seconds:1 telecom=seconds:1]", sign_type=0)
    await forward(driver, REVIEWED)
    await listener.until(1)
    edited = await driver.update(remark="[sandbox review=reject]")
    await forward(driver, REVIEWED)
    await listener.until(2)
    assert (await driver.get()).order_id != edited.order_id
    ((first,), (second,)) = listener.posts
    assert (first["sign_scene"], first["sign_status"]) == ("验证码", "approved")
    assert (second["orderId"], second["sign_status"]) == (edited.order_id, "rejected")
    assert second["reason"]
    assert second["create_date"] == first["create_date"]


async def test_receipts_come_together_as_they_come(driver: Driver, listener: Listener) -> None:
    await driver.create(remark="[sandbox telecom=silent]")
    await forward(driver, FILED)
    await listener.until(1)
    sent = await driver.send(f"{MOBILE},{UNICOM},{TELECOM}", out_id="mine")
    await nothing_comes(listener, 1)
    await forward(driver, "20s")
    await listener.until(2)
    by_number = {report["phone_number"]: report for report in listener.posts[1]}
    assert by_number.keys() == {MOBILE, UNICOM, TELECOM}
    details = (await driver.details(MOBILE, by_number[MOBILE]["send_time"][:10].replace("-", ""))).sms_send_detail_dtos
    (detail,) = details.sms_send_detail_dto
    assert by_number[MOBILE] == {
        "phone_number": MOBILE,
        "send_time": detail.send_date,
        "report_time": detail.receive_date,
        "success": True,
        "err_code": "DELIVERED",
        "err_msg": "用户接收成功",
        "sms_size": "1",
        "biz_id": sent.biz_id,
        "out_id": "mine",
    }
    assert (by_number[TELECOM]["success"], by_number[TELECOM]["err_code"]) == (False, "PORT_NOT_REGISTERED")


async def test_a_receipt_that_changes_is_reported_again(driver: Driver, listener: Listener) -> None:
    await driver.create()
    await forward(driver, FILED)
    await driver.send(MOBILE, out_id="mine")
    await forward(driver, "20s")
    await listener.until(2)
    await settled(driver, "delivered", 2)
    await driver.control("PUT", "receipts/mine", {"delivered": False, "code": "NO_ROUTE"})
    await listener.until(3)
    assert [report["err_code"] for report in listener.reports[1:]] == ["DELIVERED", "NO_ROUTE"]


async def test_a_receipt_that_changes_while_it_is_posted_is_not_lost(driver: Driver, listener: Listener) -> None:
    await driver.create()
    await forward(driver, FILED)
    await settled(driver, "delivered", 1)
    listener.answer = lambda _: (200, '{"code":0}', 0.3)
    await driver.send(MOBILE, out_id="mine")
    await forward(driver, "20s")
    await listener.until(2)
    await driver.control("PUT", "receipts/mine", {"delivered": False, "code": "NO_ROUTE"})
    await settled(driver, "delivered", 2)
    assert [report["err_code"] for report in listener.reports[1:]] == ["DELIVERED", "NO_ROUTE"]


async def test_a_receipt_that_never_comes_is_not_reported(driver: Driver, listener: Listener) -> None:
    await driver.create()
    await forward(driver, FILED)
    await listener.until(1)
    await driver.send("13999990013")
    await forward(driver, "30d")
    await nothing_comes(listener, 1)


@pytest.mark.parametrize(
    ("status", "body", "delay"),
    [
        (500, '{"code":0}', 0.0),
        (204, "", 0.0),
        (302, "", 0.0),
        (200, "OK", 0.0),
        (200, '{"code":"0"}', 0.0),
        (200, '{"code":true}', 0.0),
        (200, '{"msg":"taken"}', 0.0),
        (200, '[{"code":0}]', 0.0),
        (200, '{"code":0}', 1.5),
    ],
)
async def test_what_is_no_good_answer(driver: Driver, listener: Listener, status: int, body: str, delay: float) -> None:
    listener.answer = lambda number: (status, body, delay) if number == 1 else (200, '{"code":7}', 0)
    await driver.create()
    await forward(driver, REVIEWED)
    await settled(driver, "retrying", 1)
    await forward(driver, "61s")
    await listener.until(2)
    await settled(driver, "delivered", 1)
    assert listener.posts[0] == listener.posts[1]


async def test_after_three_retries_it_is_dropped(
    driver: Driver, listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    listener.answer = lambda _: (503, "", 0)
    await driver.create()
    await forward(driver, REVIEWED)
    for count, early, late in ((1, "50s", "11s"), (2, "290s", "11s"), (3, "590s", "11s")):
        await listener.until(count)
        await nothing_comes(listener, count)
        await forward(driver, early)
        await nothing_comes(listener, count)
        await forward(driver, late)
    await listener.until(4)
    with caplog.at_level(logging.WARNING):
        await settled(driver, "dropped", 1)
    await forward(driver, "10d")
    await nothing_comes(listener, 4)
    assert "dropped 1 callbacks (SignSmsReport)" in caplog.text
    assert listener.url not in caplog.text


async def test_a_clock_that_runs_faster_shortens_the_retries(listener: Listener) -> None:
    listener.answer = lambda number: (503, "", 0) if number < 4 else (200, '{"code":0}', 0)
    target = CallbackTarget(url=listener.url)
    async with SandboxServer(pace=REAL, callbacks=target, clock_factor=100_000) as server:
        await untimed(server).create()
        await listener.until(4)


async def test_duplicates_on_request(listener: Listener) -> None:
    async with SandboxServer(pace=REAL, callbacks=CallbackTarget(url=listener.url, duplicates=True)) as server:
        driver = untimed(server)
        await driver.create()
        await forward(driver, REVIEWED)
        await listener.until(2)
        await nothing_comes(listener, 2)
        assert listener.posts[0] == listener.posts[1]


async def test_a_receiver_that_is_away_is_retried(driver: Driver, listener: Listener) -> None:
    await driver.control("PUT", "callbacks", {"url": "http://127.0.0.1:9/nobody"})
    await driver.create()
    await forward(driver, REVIEWED)
    await settled(driver, "retrying", 1)
    # A new address is that of what waits already.
    await driver.control("PUT", "callbacks", {"url": listener.url})
    await forward(driver, "61s")
    await listener.until(1)


async def test_nothing_is_lost_and_nothing_told_twice_over_a_restart(tmp_path: Path, listener: Listener) -> None:
    database = tmp_path / "sandbox.db"
    target = CallbackTarget(url=listener.url)
    async with SandboxServer(pace=REAL, database=database, callbacks=target) as server:
        driver = untimed(server)
        await driver.create()
        await forward(driver, REVIEWED)
        await listener.until(1)
        await settled(driver, "delivered", 1)
        await driver.create("云杉二号")
    async with SandboxServer(pace=REAL, database=database, callbacks=target) as server:
        driver = untimed(server)
        await nothing_comes(listener, 1)
        await forward(driver, REVIEWED)
        await listener.until(2)
        assert [report["sign_name"] for report in listener.reports] == ["云杉科技", "云杉二号"]
    async with SandboxServer(pace=REAL, database=database) as server:
        driver = untimed(server)
        assert (await shown(driver))["url"] is None
        await driver.create("云杉三号")
        await forward(driver, REVIEWED)
        await nothing_comes(listener, 2)


async def test_whoever_begins_to_listen_hears_what_is_still_to_come(listener: Listener) -> None:
    async with SandboxServer(pace=REAL) as server:
        driver = untimed(server)
        await driver.create()
        await forward(driver, FILED)
        await driver.send(MOBILE)
        await forward(driver, "1min")
        await driver.send(UNICOM)
        await driver.create("云杉二号")
        await driver.control("PUT", "callbacks", {"url": listener.url})
        await nothing_comes(listener, 0)
        await forward(driver, REVIEWED)
        await listener.until(2)
        assert {report.get("sign_name") or report.get("phone_number") for report in listener.reports} == {
            "云杉二号",
            UNICOM,
        }
        await driver.control("PUT", "callbacks", {"url": None})
        await driver.send(MOBILE)
        await forward(driver, "1min")
        await nothing_comes(listener, 2)


async def test_fates_decide_also_what_is_reported(driver: Driver, listener: Listener) -> None:
    await driver.create(remark="[sandbox review=silent]")
    await forward(driver, FILED)
    await nothing_comes(listener, 0)
    await driver.control("PUT", "fates/云杉科技", {"review": "reject"})
    await listener.until(1)
    assert listener.reports[0]["sign_status"] == "rejected"


async def test_what_was_withdrawn_or_replaced_is_not_reported(driver: Driver, listener: Listener) -> None:
    await driver.create()
    await driver.control("POST", "console/云杉科技/withdraw", {})
    await driver.create("云杉二号")
    stocked = {"sign_name": "云杉二号", "created_at": "2025-01-01T00:00:00Z"}
    await driver.control("POST", "stock", {"signatures": [stocked]})
    await forward(driver, REVIEWED)
    await settled(driver, "waiting", 0)
    await nothing_comes(listener, 0)


async def test_of_stocked_signatures_only_decisions_to_come_are_reported(driver: Driver, listener: Listener) -> None:
    now = (await driver.control("GET", "clock"))["now"]
    signatures = [
        {"sign_name": "云杉存量", "created_at": now, "sent": [{"phone": MOBILE, "at": now}]},
        {"sign_name": "云杉旧拒", "created_at": "2025-01-01T00:00:00Z", "review": "rejected"},
        {"sign_name": "云杉待审", "created_at": now, "review": "in_review"},
    ]
    await driver.control("POST", "stock", {"signatures": signatures})
    await nothing_comes(listener, 0)
    await forward(driver, REVIEWED)
    await listener.until(1)
    await nothing_comes(listener, 1)
    assert listener.reports[0]["sign_name"] == "云杉待审"


async def test_a_slow_receiver_holds_up_no_request(driver: Driver, listener: Listener) -> None:
    listener.answer = lambda _: (200, '{"code":0}', 0.5)
    for number in range(20):
        await driver.create(f"云杉{number:02d}号")
    await forward(driver, REVIEWED)
    await listener.until(1)
    began = asyncio.get_running_loop().time()
    for _ in range(10):
        await driver.call("query_sms_sign_list")
    assert asyncio.get_running_loop().time() - began < 0.5
    await settled(driver, "delivered", 20)


async def test_the_address_is_not_told_whole(driver: Driver, listener: Listener) -> None:
    await driver.control("PUT", "callbacks", {"url": listener.url.replace("//", "//user:hush@")})
    told = str((await shown(driver))["url"])
    assert told.startswith("http://127.0.0.1:")
    assert "hush" not in told
    assert "secret-path" not in told


@pytest.mark.parametrize("url", ["ftp://a/b", "http://", "no address", "http://a:b/", "http://a:0/", 7])
async def test_an_address_that_is_none(driver: Driver, url: object) -> None:
    answer = await driver.control("PUT", "callbacks", {"url": url}, status=400)
    assert answer["error"].startswith("url: ")


async def test_our_own_receiver_takes_both_kinds() -> None:
    taken: list[tuple[str, Report]] = []
    async with CallbackReceiver(lambda *report: taken.append(report), {"main"}, token="t" * 20) as receiver:
        target = CallbackTarget(url=f"http://127.0.0.1:{receiver.port}/callbacks/main/{'t' * 20}")
        async with SandboxServer(pace=REAL, callbacks=target) as server:
            driver = untimed(server)
            created = await driver.create()
            await forward(driver, FILED)
            await settled(driver, "delivered", 1)
            await driver.send(MOBILE, out_id=OUT_ID)
            await forward(driver, "1min")
            await settled(driver, "delivered", 2)
    assert taken == [
        ("main", SignReport("云杉科技", "approved", "", created.order_id)),
        ("main", MessageReport(OUT_ID)),
    ]
