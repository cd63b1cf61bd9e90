"""The control plane over HTTP."""

import json

import aiohttp
import pytest
from alibabacloud_tea_openapi.exceptions import ClientException
from hypothesis import given, settings
from hypothesis import strategies as st
from yarl import URL

from sandbox import REAL, SandboxServer
from sandbox.rules import Rules, told
from tests.sandbox.driver import MOBILE, TELECOM, Driver

STOCKED = {
    "sign_name": "云杉存量",
    "created_at": "2025-06-01T09:00:00+08:00",
    "audited_at": "2025-06-01T11:00:00+08:00",
    "material": {"QualificationId": 900001, "Remark": "存量"},
    "carriers": {
        "mobile": {"status": 3, "completed_at": "2025-12-01T09:00:00+08:00"},
        "unicom": {"status": 0, "completed_at": "2025-12-02T09:00:00+08:00", "reason": "QUALIFICATION_ERROR"},
        "telecom": {"status": -2, "reason": "UNBINDING_QUA"},
    },
    "sent": [{"phone": MOBILE, "at": "2026-02-20T09:00:00+08:00"}],
}


async def test_health(driver: Driver) -> None:
    health = await driver.control("GET", "health")
    clock = health.pop("clock")
    assert (clock["factor"], clock["now"] <= clock["wall"]) == (1, True)
    clocks = health.pop("clocks")
    assert ("sandbox" in clocks["callbacks"], clocks["limits"]) == (True, "wall")
    assert health == {
        "status": "ok",
        "pace": "real",
        "accounts": ["sandbox-key"],
        "rules": told(Rules()),
        "limits": None,
    }


async def test_ping(driver: Driver) -> None:
    assert await driver.control("GET", "ping") == {}


async def test_fates_may_come_before_the_signature_and_win_over_the_remark(driver: Driver) -> None:
    await driver.control("PUT", "fates/云杉科技", {"telecom": "fail:SIGNATURE_ERROR", "mobile": "seconds:60"})
    await driver.create(remark="[sandbox telecom=silent unicom=silent]")
    driver.later(hours=2, minutes=1)
    assert await driver.statuses() == {"mobile": 1, "unicom": -1, "telecom": -1}
    driver.later(days=20)
    assert await driver.statuses() == {"mobile": 1, "unicom": -1, "telecom": 0}
    await driver.control("PUT", "fates/云杉科技", {})
    assert await driver.statuses() == {"mobile": 1, "unicom": -1, "telecom": -1}


async def test_unreadable_directive_is_journalled_and_ignored(driver: Driver) -> None:
    await driver.create(remark="[sandbox mobile=perhaps]")
    (entry,) = (await driver.control("GET", "journal?operation=CreateSmsSign"))["entries"]
    assert "mobile=perhaps" in entry["notes"][0]
    driver.later(days=20)
    assert (await driver.statuses())["mobile"] == 1


async def test_stocked_signature(driver: Driver) -> None:
    await driver.control("POST", "stock", {"signatures": [STOCKED]})
    read = await driver.get("云杉存量")
    assert (read.sign_status, read.audit_info.audit_date) == (1, "2025-06-01 11:00:00")
    assert (read.qualification_id, read.remark, read.create_date) == (900001, "存量", "2025-06-01 09:00:00")
    by_carrier = {detail.operator_code: detail for detail in read.sign_isp_register_detail_list}
    assert {code: detail.register_status for code, detail in by_carrier.items()} == {
        "mobile": 3,
        "unicom": 0,
        "telecom": -2,
    }
    assert by_carrier["mobile"].operator_complete_time == "2025-12-01 09:00:00"
    assert by_carrier["unicom"].register_status_reasons[0].reason_code == "QUALIFICATION_ERROR"
    assert by_carrier["telecom"].register_status_reasons[0].reason_code == "UNBINDING_QUA"
    statistics = await driver.call(
        "query_send_statistics",
        is_globe=1,
        start_date="20260101",
        end_date="20260302",
        page_index=1,
        page_size=50,
        sign_name="云杉存量",
    )
    assert [row.send_date for row in statistics.data.target_list] == ["20260220"]
    await driver.update("云杉存量")
    driver.later(hours=2)
    assert set((await driver.statuses("云杉存量")).values()) == {-1}


@pytest.mark.parametrize(("review", "status"), [("in_review", 0), ("rejected", 2)])
async def test_stocked_signature_that_is_not_approved(driver: Driver, review: str, status: int) -> None:
    created_at = "2026-03-02T09:30:00+08:00" if review == "in_review" else "2026-01-01T09:30:00+08:00"
    signature = {"sign_name": "云杉待审", "created_at": created_at, "review": review}
    await driver.control("POST", "stock", {"signatures": [signature]})
    assert (await driver.get("云杉待审")).sign_status == status


async def test_stock_replaces_a_signature(driver: Driver) -> None:
    for _ in range(2):
        await driver.control("POST", "stock", {"signatures": [STOCKED]})
    assert (await driver.call("query_sms_sign_list")).total_count == 1


async def test_stocked_papers(driver: Driver) -> None:
    stock = {
        "qualifications": [
            {
                "QualificationGroupId": 42,
                "QualificationName": "新资质",
                "CompanyName": "南京梧桐餐饮有限公司",
                "OrganizationCode": "91320100MA0000006T",
                "LegalPersonName": "演示法人",
                "UseBySelf": True,
                "WorkOrderId": 43,
                "State": "PASSED",
            }
        ],
        "templates": [
            {
                "TemplateCode": "SMS_42",
                "TemplateType": 2,
                "TemplateContent": "回复R退订",
                "TemplateStatus": "AUDIT_STATE_INIT",
            }
        ],
    }
    await driver.control("POST", "stock", stock)
    assert (await driver.create("梧桐餐饮", qualification_id=42)).code == "OK"
    driver.later(hours=2)
    assert (await driver.send(TELECOM, "梧桐餐饮", template_code="SMS_42")).code == "isv.SMS_TEMPLATE_ILLEGAL"


async def test_journal(driver: Driver) -> None:
    await driver.create()
    with pytest.raises(ClientException):
        await driver.create("云")
    driver.later(hours=2)
    await driver.send(f"{MOBILE},+86{TELECOM}", out_id="out-1")

    everything = (await driver.control("GET", "journal"))["entries"]
    assert [entry["operation"] for entry in everything] == ["CreateSmsSign", "CreateSmsSign", "SendSms"]
    created, refused, sent = everything
    assert created["asked_at"] == "2026-03-02T02:00:00.000000+00:00"
    assert (created["account"], created["status"], created["code"]) == ("sandbox-key", 200, "OK")
    assert created["at"] > "2026"
    assert created["request_id"]
    assert (refused["status"], refused["code"]) == (400, "InvalidSignName")
    assert sent["parameters"]["PhoneNumbers"] == "139****0001,+86189****0001"
    assert sent["parameters"]["OutId"] == "out-1"

    named = (await driver.control("GET", "journal?sign_name=云杉科技&operation=SendSms"))["entries"]
    assert named == [sent]


@pytest.mark.parametrize(
    ("method", "path", "document"),
    [
        ("PUT", "fates/云杉科技", {"mobile": "perhaps"}),
        ("PUT", "fates/云杉科技", ["silent"]),
        ("POST", "faults", {"kind": "no_such_kind"}),
        ("POST", "faults", {"kind": "http_500", "from": "2026-03-02T11:00:00"}),
        ("POST", "stock", {"signatures": [{"sign_name": "甲"}]}),
        ("POST", "stock", {"account": "nobody"}),
        ("POST", "stock", {"signatures": [STOCKED | {"sent": [{"phone": "1", "at": "2026-01-01T00:00:00Z"}]}]}),
        ("POST", "stock", {"signatures": [STOCKED | {"fates": {"mobile": "perhaps"}}]}),
        ("POST", "stock", {"signatures": [STOCKED | {"created_at": "0001-01-01T00:00:00Z"}]}),
    ],
)
async def test_unreadable_documents_change_nothing(driver: Driver, method: str, path: str, document: object) -> None:
    answer = await driver.control(method, path, document, status=400)
    assert answer["error"]
    assert (await driver.call("query_sms_sign_list")).total_count == 0


PLACES = [
    *(("POST", path) for path in ("load", "stock", "faults", "numbers", "reset", "console/云杉科技/report")),
    *(("PUT", path) for path in ("fates/云杉科技", "receipts/x", "settings", "clock", "callbacks")),
    *(
        ("GET", path)
        for path in ("journal?limit=%ff", "journal?operation=%ff&account=%00", "snapshot?keys=x", "health")
    ),
]
NAMES = st.sampled_from(
    [
        *("account", "accounts", "keys", "signatures", "events", "papers", "snapshot", "fates", "numbers", "kind"),
        *("number", "url", "now", "forward", "count", "probability", "carriers", "sign_name", "created_at", "seed"),
    ]
)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=True),
    st.text(max_size=5),
    st.sampled_from(["sandbox-key", "2026-03-02T00:00:00Z", "1h", "http://[", "http://a", "13900000001", "garbage"]),
)
DOCUMENTS = st.recursive(
    VALUES, lambda part: st.lists(part, max_size=2) | st.dictionaries(NAMES, part, max_size=4), max_leaves=8
)


@settings(max_examples=15, deadline=None)
@given(documents=st.lists(DOCUMENTS, min_size=20, max_size=20))
async def test_no_document_makes_it_fail(documents: list[object]) -> None:
    async with SandboxServer(pace=REAL) as server, aiohttp.ClientSession() as session:
        for number, document in enumerate(documents):
            for method, path in PLACES if number == 0 else PLACES[:-4]:
                url = URL(f"{server.url}/_sandbox/{path}", encoded="%" in path)
                async with session.request(method, url, data=json.dumps(document).encode()) as answer:
                    assert answer.status in (200, 400), (method, path, document)
        driver = Driver(server)
        await driver.control("DELETE", "faults")
        assert (await driver.create("云杉新号")).code == "OK"
