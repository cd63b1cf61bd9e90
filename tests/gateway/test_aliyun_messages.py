from datetime import date, datetime
from typing import Any

import pytest

from filing.calendar import BEIJING
from filing.snapshot import ReceiptStatus
from gateway.aliyun import AliyunGateway
from gateway.errors import TryLaterError
from tests.gateway.scripted import Answer, ScriptedPlatform, ok


def detail(out_id: str, status: Any = 3, code: str = "DELIVERED", **more: Any) -> dict[str, Any]:
    return {
        "OutId": out_id,
        "SendStatus": status,
        "ErrCode": code,
        "PhoneNum": "13900001234",
        "Content": "【云杉科技】验证码：123456",
        "SendDate": "2026-03-12 23:59:50",
        **more,
    }


def details_page(entries: list[dict[str, Any]], total: str | None) -> Answer:
    return ok(TotalCount=total, SmsSendDetailDTOs={"SmsSendDetailDTO": entries})


async def test_receipts_of_both_dates_around_midnight(platform: ScriptedPlatform, gateway: AliyunGateway) -> None:
    platform.will(
        details_page([detail("a", ReceiveDate="2026-03-13 00:00:05")], "1"),
        details_page([detail("b", 2, "PORT_NOT_REGISTERED", Content="验证码【不是签名】"), detail("c", 1, "")], "2"),
    )

    receipts = await gateway.read_receipts(
        phone="+8613900001234", sent_on=[date(2026, 3, 12), date(2026, 3, 13), date(2026, 3, 12)]
    )

    assert [asked.params for asked in platform.asked] == [
        {"PhoneNumber": "13900001234", "SendDate": day, "PageSize": "50", "CurrentPage": "1"}
        for day in ("20260312", "20260313")
    ]
    assert [(r.out_id, r.status, r.code, r.shown_signature) for r in receipts] == [
        ("a", ReceiptStatus.DELIVERED, "DELIVERED", "云杉科技"),
        ("b", ReceiptStatus.FAILED, "PORT_NOT_REGISTERED", None),
        ("c", ReceiptStatus.WAITING, "", "云杉科技"),
    ]
    assert receipts[0].sent_at == datetime(2026, 3, 12, 23, 59, 50, tzinfo=BEIJING)
    assert receipts[0].received_at == datetime(2026, 3, 13, 0, 0, 5, tzinfo=BEIJING)
    assert "13900001234" not in "".join(r.model_dump_json() for r in receipts)


@pytest.mark.parametrize("total", ["120", None])
async def test_receipts_of_all_pages(platform: ScriptedPlatform, gateway: AliyunGateway, total: str | None) -> None:
    entries = [detail(f"m{n}") for n in range(120)]
    platform.will(*(details_page(entries[start : start + 50], total) for start in (0, 50, 100)))

    receipts = await gateway.read_receipts(phone="13900001234", sent_on=[date(2026, 3, 12)])

    assert [r.out_id for r in receipts] == [f"m{n}" for n in range(120)]
    assert [asked.params["CurrentPage"] for asked in platform.asked] == ["1", "2", "3"]


async def test_a_total_that_is_too_large_ends_with_an_empty_page(
    platform: ScriptedPlatform, gateway: AliyunGateway
) -> None:
    platform.will(details_page([detail("a")], "9"), details_page([], "9"))

    assert len(await gateway.read_receipts(phone="13900001234", sent_on=[date(2026, 3, 12)])) == 1


async def test_pages_without_end_are_given_up(platform: ScriptedPlatform, gateway: AliyunGateway) -> None:
    platform.will(*[details_page([detail("a")], "1000000")] * 200)

    with pytest.raises(TryLaterError, match="pages"):
        await gateway.read_receipts(phone="13900001234", sent_on=[date(2026, 3, 12)])


@pytest.mark.parametrize("answer", [ok(TotalCount="0"), details_page([], "0")])
async def test_no_receipts(platform: ScriptedPlatform, gateway: AliyunGateway, answer: Answer) -> None:
    platform.will(answer)

    assert await gateway.read_receipts(phone="13900001234", sent_on=[date(2026, 3, 12)]) == []


async def test_an_undocumented_send_status_is_still_waiting(platform: ScriptedPlatform, gateway: AliyunGateway) -> None:
    platform.will(details_page([detail("a", 9, "SOMETHING")], "1"))

    (receipt,) = await gateway.read_receipts(phone="13900001234", sent_on=[date(2026, 3, 12)])

    assert (receipt.status, receipt.code) == (ReceiptStatus.WAITING, "SOMETHING")


def statistics_page(days: list[tuple[str, Any]], total: int) -> Answer:
    entries = [{"SendDate": day, "TotalCount": count} for day, count in days]
    return ok(Data={"TotalSize": total, "TargetList": entries})


async def test_last_traffic_is_the_latest_day_with_a_message(
    platform: ScriptedPlatform, gateway: AliyunGateway
) -> None:
    idle = [(f"202602{n:02}", 0) for n in range(1, 29)] + [(f"202601{n:02}", 0) for n in range(1, 23)]
    platform.will(
        statistics_page([("20260305", 4), *idle[:49]], 53),
        statistics_page([("20260312", "2"), ("20260320", 0), ("20260307", 1)], 53),
    )

    day = await gateway.last_traffic_on("云杉科技", since=date(2025, 9, 22), until=date(2026, 3, 22))

    assert day == date(2026, 3, 12)
    assert platform.asked[0].operation == "QuerySendStatistics"
    assert [asked.params for asked in platform.asked] == [
        {
            "SignName": "云杉科技",
            "IsGlobe": "1",
            "StartDate": "20250922",
            "EndDate": "20260322",
            "PageIndex": index,
            "PageSize": "50",
        }
        for index in ("1", "2")
    ]


@pytest.mark.parametrize("answer", [statistics_page([("20260305", 0)], 1), statistics_page([], 0), ok(Data=None)])
async def test_no_traffic(platform: ScriptedPlatform, gateway: AliyunGateway, answer: Answer) -> None:
    platform.will(answer)

    assert await gateway.last_traffic_on("云杉科技", since=date(2026, 1, 1), until=date(2026, 3, 1)) is None
