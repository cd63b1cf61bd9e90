"""Load documents: what they bring, and that a bad one brings nothing."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_tea_openapi.exceptions import ClientException

from sandbox import REAL, SandboxServer
from sandbox.demo_data import DEMO_DATA
from tests.sandbox.driver import MOBILE, TELECOM, Driver
from tests.sandbox.listening import Listener
from tests.sandbox.raw import Raw

QUALIFICATION = DEMO_DATA.qualifications[0].model_dump(mode="json", exclude_none=True)
SHOP: dict[str, Any] = {
    "account": "shop",
    "keys": [{"id": "shop-key", "secret": "shop-secret"}, {"id": "STS.1", "secret": "s", "token": "t"}],
    "settings": {"balance": 1},
    "qualifications": [QUALIFICATION | {"QualificationGroupId": 42, "CompanyName": "南京梧桐餐饮有限公司"}],
    "letters": [
        {
            "AuthorizationLetterId": 43,
            "AuthorizationLetterName": "梧桐授权书",
            "OrganizationCode": QUALIFICATION["OrganizationCode"],
            "SignList": ["梧桐餐饮"],
            "AuthorizationLetterExpDate": "2025-01-01~2030-12-31",
            "State": "PASSED",
        }
    ],
    "trademarks": [{"TrademarkId": 44}],
    "app_records": [{"AppIcpRecordId": 45}],
    "templates": [
        {
            "TemplateCode": "SMS_46",
            "TemplateType": 1,
            "TemplateContent": "您的餐点已备好",
            "TemplateStatus": "AUDIT_STATE_PASS",
        }
    ],
    "signatures": [
        {
            "sign_name": "梧桐餐饮",
            "created_at": "2026-01-05T09:00:00+08:00",
            "material": {"QualificationId": 42},
            "carriers": {"mobile": {"status": 3}, "telecom": {"status": 3}},
        }
    ],
}
DOCUMENT: dict[str, Any] = {
    "accounts": [SHOP, {"account": "empty"}],
    "trademarks": [{"TrademarkId": 47}],
    "signatures": [{"sign_name": "云杉存量", "created_at": "2025-06-01T09:00:00+08:00"}],
    "fates": {"云杉科技": {"telecom": "silent"}},
    "numbers": [{"number": TELECOM, "fails_with": "MOBILE_NOT_ON_SERVICE"}],
}


async def names(driver: Driver) -> list[str]:
    listed = (await driver.call("query_sms_sign_list")).sms_sign_list
    return [signature.sign_name for signature in listed]


async def test_an_account_with_all_that_belongs_to_it(driver: Driver) -> None:
    answer = await driver.control("POST", "load", DOCUMENT)
    assert answer == {"signatures": ["云杉存量", "梧桐餐饮"]}
    assert (await driver.control("GET", "health"))["accounts"] == ["sandbox-key", "empty", "shop"]
    shop = Driver(driver.server, "shop-key", "shop-secret")
    assert (await names(shop), await names(driver)) == (["梧桐餐饮"], ["云杉存量"])
    assert (await shop.create("梧桐外卖", qualification_id=42)).code == "OK"
    with pytest.raises(ClientException, match="QualificationNotFound"):
        await driver.create("梧桐外卖", qualification_id=42)

    async def trademarks(who: Driver) -> set[int]:
        found = (await who.call("query_sms_trademark", trademark_id_list=[44, 47, 700001])).data
        return {trademark.trademark_id for trademark in found}

    assert (await trademarks(shop), await trademarks(driver)) == ({44, 47, 700001}, {47, 700001})
    assert (await shop.send(MOBILE, "梧桐餐饮", template_code="SMS_46")).code == "OK"
    assert (await shop.send(MOBILE, "梧桐餐饮")).code == "isv.AMOUNT_NOT_ENOUGH"


async def test_fates_and_numbers(driver: Driver) -> None:
    await driver.control("POST", "load", DOCUMENT)
    await driver.create()
    driver.later(days=20)
    assert (await driver.statuses())["telecom"] == -1
    await driver.send(TELECOM)
    driver.later(minutes=1)
    (detail,) = (await driver.details(TELECOM, "20260322")).sms_send_detail_dtos.sms_send_detail_dto
    assert detail.err_code == "MOBILE_NOT_ON_SERVICE"


async def test_keys_survive_a_restart(tmp_path: Path) -> None:
    database = tmp_path / "sandbox.db"
    async with SandboxServer(pace=REAL, database=database) as server:
        await Driver(server).control("POST", "load", DOCUMENT)
    async with SandboxServer(pace=REAL, database=database) as server:
        assert await names(Driver(server, "shop-key", "shop-secret")) == ["梧桐餐饮"]


async def test_it_may_come_again_and_change_a_secret(driver: Driver) -> None:
    await driver.control("POST", "load", DOCUMENT)
    again = {"accounts": [{"account": "shop", "keys": [{"id": "shop-key", "secret": "new"}]}]}
    assert await driver.control("POST", "load", again) == {"signatures": []}
    assert await names(Driver(driver.server, "shop-key", "new")) == ["梧桐餐饮"]
    with pytest.raises(ClientException, match="SignatureDoesNotMatch"):
        await names(Driver(driver.server, "shop-key", "shop-secret"))


async def test_an_account_brings_where_its_callbacks_go(driver: Driver) -> None:
    async with Listener() as listener:
        shop = SHOP | {"callbacks": {"url": listener.url}}
        await driver.control("POST", "load", {"accounts": [shop]})
        client = Driver(driver.server, "shop-key", "shop-secret")
        # Long past by the sandbox's clock, so it is decided at once.
        await client.create("梧桐外卖", qualification_id=42)
        await driver.create()
        await listener.until(1)
    assert [report["sign_name"] for report in listener.reports] == ["梧桐外卖"]


async def test_every_stock_document_is_one(driver: Driver) -> None:
    stock = DEMO_DATA.model_dump(mode="json", exclude_none=True)
    assert await driver.control("POST", "load", stock) == {"signatures": []}


def bad(change: Any) -> dict[str, Any]:
    """The document with something wrong in its last part, so that what comes before would be stored already."""
    document = copy.deepcopy(DOCUMENT)
    change(document)
    return document


def shop_with(**parts: Any) -> Any:
    return lambda document: document["accounts"][0].update(parts)


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        (bad(lambda d: d.update(sturgeon=1)), "sturgeon: "),
        (bad(lambda d: d.update(account="nobody")), "account: 'nobody' is not an account"),
        (bad(lambda d: d["accounts"].append({"account": "shop"})), "account shop comes twice"),
        (bad(lambda d: d["accounts"].append({"keys": []})), "accounts.2.account: "),
        (bad(lambda d: d["fates"].update(甲={"mobile": "perhaps"})), "fates.甲: mobile=perhaps"),
        (bad(lambda d: d["numbers"].append({"number": "1"})), "numbers.1.number: "),
        (bad(shop_with(keys=[{"id": "a"}])), "accounts.0.keys.0.secret: "),
        (bad(shop_with(keys=[{"id": "sandbox-key", "secret": "x"}])), "accounts.0: the access key sandbox-key is one"),
        (bad(shop_with(keys=[{"id": "a", "secret": "x", "account": "b"}])), "accounts.0: "),
        (bad(shop_with(settings={"balance": -1})), "accounts.0.settings.balance: "),
        (bad(shop_with(callbacks={"url": "nowhere"})), "accounts.0.callbacks.url: "),
        (bad(shop_with(templates=[{"TemplateCode": "SMS_1"}])), "accounts.0.templates.0.TemplateType: "),
        (
            bad(shop_with(signatures=[SHOP["signatures"][0], {"sign_name": "甲"}])),
            "accounts.0.signatures.1.created_at: ",
        ),
        (
            bad(shop_with(signatures=[SHOP["signatures"][0] | {"fates": {"mobile": "perhaps"}}])),
            "accounts.0.signatures.0: mobile=perhaps",
        ),
    ],
)
async def test_a_bad_one_names_field_and_rule_and_changes_nothing(
    driver: Driver, document: dict[str, Any], problem: str
) -> None:
    before = await driver.control("GET", "snapshot?keys=true")
    answer = await driver.control("POST", "load", document, status=400)
    assert problem in answer["error"]
    assert "secret" not in answer["error"].replace("keys.0.secret", "")
    after = await driver.control("GET", "snapshot?keys=true")
    assert before | {"now": after["now"]} == after
    with pytest.raises(ClientException, match="access key is not found"):
        await names(Driver(driver.server, "shop-key", "shop-secret"))


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "7", '{"accounts": [NaN]}', "\udcff", '{"a": "\\ud800"}', "[" * 99_999]
)
async def test_what_is_no_document(driver: Driver, text: str) -> None:
    status, answer = await Raw(driver.server).send(
        "POST", "/_sandbox/load", {}, text.encode(errors="surrogateescape") or b" "
    )
    assert status == 400
    assert answer["error"].startswith(("document: ", "accounts.0: "))


async def test_a_long_one(driver: Driver) -> None:
    signatures = [
        {
            "sign_name": f"云杉{number:05d}",
            "created_at": "2025-06-01T09:00:00+08:00",
            "material": {"Remark": "长" * 200},
        }
        for number in range(3000)
    ]
    assert len(json.dumps(signatures)) > 1024 * 1024
    assert len((await driver.control("POST", "load", {"signatures": signatures}))["signatures"]) == 3000
    assert (await driver.call("query_sms_sign_list")).total_count == 3000
