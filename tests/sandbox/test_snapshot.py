"""Snapshots: another sandbox that loads one answers alike; a bad one changes nothing."""

import contextlib
import copy
import json
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from alibabacloud_tea_openapi.exceptions import ClientException
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sandbox import DEMO, REAL, AccessKey, Rules, SandboxServer
from sandbox.clock import now
from sandbox.operations import OPERATIONS
from sandbox.protocol import ApiError, Parameters
from sandbox.snapshot import Snapshot
from sandbox.state import State
from tests.sandbox.driver import MOBILE, START, TELECOM, UNICOM, Driver
from tests.sandbox.listening import Listener

_LETTER = {
    "authorization_letter_name": "云杉授权书",
    "authorization": "武汉白鹭旅行有限公司",
    "proxy_authorization": "杭州云杉科技有限公司",
    "organization_code": "91420100MA0000005E",
    "authorization_letter_exp_date": "2025-01-01~2030-12-31",
    "authorization_letter_pic": "a/letter.png",
    "sign_list": ["白鹭旅行"],
}


async def use(driver: Driver) -> None:
    """Does a bit of everything that leaves something stored."""
    await driver.create(remark="[sandbox telecom=fail:QUALIFICATION_ERROR]")
    await driver.create("云杉二号", remark="[sandbox unicom=recalled:2d]")
    await driver.create("云杉三号")
    await driver.create("云杉四号")
    await driver.call("create_sms_authorization_letter", **_LETTER)
    await driver.control("POST", "console/云杉三号/withdraw", {"at": START.isoformat()})
    await driver.delete("云杉三号")
    driver.later(days=20)
    template = {"template_name": "取件", "template_type": 1, "template_content": "请取件", "remark": "x"}
    await driver.call("create_sms_template", **template, related_sign_name="云杉科技")
    await driver.send(f"{MOBILE},{UNICOM}", out_id="one", sms_up_extend_code="01")
    driver.later(days=3)
    await driver.rebind("云杉二号")
    await driver.update(remark="改")
    await driver.control("POST", "console/云杉四号/revoke", {"carriers": ["mobile"], "reason": "EXT_CODE_RECYCLE"})
    await driver.control("POST", "numbers", {"number": TELECOM, "fails_with": "USER_REJECT"})
    await driver.control("PUT", "settings", {"balance": 100, "day_limit": 50})
    await driver.control("PUT", "fates/云杉四号", {"expiry": "1mo"})


ASKED: list[tuple[str, dict[str, Any]]] = [
    *(("GetSmsSign", {"SignName": f"云杉{name}"}) for name in ("科技", "二号", "三号", "四号")),
    ("QuerySmsSignList", {"PageSize": 50}),
    ("QuerySmsTemplateList", {"PageSize": 50}),
    ("QuerySmsQualificationRecord", {"PageSize": 50}),
    ("QuerySmsAuthorizationLetter", {}),
    ("QuerySmsTrademark", {"TrademarkIdList": [700001, 700002]}),
    ("QuerySmsAppIcpRecord", {"AppIcpRecordIdList": [600001]}),
    ("QuerySendDetails", {"PhoneNumber": MOBILE, "SendDate": "20260322", "PageSize": 9, "CurrentPage": 1}),
    (
        "QuerySendStatistics",
        {"IsGlobe": 1, "StartDate": "20260101", "EndDate": "20261231", "PageIndex": 1, "PageSize": 50},
    ),
    ("SendSms", {"PhoneNumbers": MOBILE, "SignName": "云杉四号", "TemplateCode": "SMS_900002"}),
]


async def answers(driver: Driver) -> list[Any]:
    """What a sandbox answers to many questions."""
    told: list[Any] = []
    for operation, fields in ASKED:
        try:
            answer = (
                await driver.call(_snake(operation), **{_snake(name): value for name, value in fields.items()})
            ).to_map()
            told.append((operation, fields, answer | {"RequestId": 0}))
        except ClientException as error:
            told.append((operation, fields, error.code))
    return told


def _snake(name: str) -> str:
    return re.sub("(?<!^)([A-Z])", r"_\1", name).lower()


async def used(server: SandboxServer) -> tuple[Driver, dict[str, Any]]:
    driver = Driver(server)
    await use(driver)
    return driver, await driver.control("GET", "snapshot")


async def test_another_sandbox_answers_alike_now_and_later() -> None:
    async with SandboxServer(pace=REAL) as first, SandboxServer(pace=REAL) as second:
        driver, snapshot = await used(first)
        other = Driver(second)
        await other.create("旧签名")
        loaded = await other.control("POST", "load", snapshot)
        assert loaded == {"signatures": ["云杉科技", "云杉二号", "云杉三号", "云杉四号"], "differs": []}
        assert await other.control("GET", "snapshot") | {"now": 0} == snapshot | {"now": 0}
        for days in (0, 1, 10, 200):
            driver.later(days=days)
            other.time = driver.time
            assert await answers(driver) == await answers(other)
        for operation in ("create", "send"):
            fields = {"sign_name": "云杉五号"} if operation == "create" else {"phone_numbers": MOBILE}
            mine, its = [await getattr(who, operation)(**fields) for who in (driver, other)]
            assert (mine.code, its.code) == ("OK", "OK")
            assert {**mine.to_map(), "RequestId": 0} == {**its.to_map(), "RequestId": 0}, "ids to come are the same"


async def test_it_survives_being_written_to_a_file_and_loaded_at_the_start() -> None:
    async with SandboxServer(pace=REAL) as first:
        driver, snapshot = await used(first)
        expected = await answers(driver)
    async with SandboxServer(pace=REAL, contents=json.dumps(snapshot).encode()) as second:
        other = Driver(second)
        other.time = driver.time
        assert await answers(other) == expected
        await other.control("POST", "reset")
        assert await answers(other) == expected, "that is how it was when it was first started"


async def test_the_clock_goes_on_from_there() -> None:
    async with SandboxServer(pace=REAL) as first, SandboxServer(pace=REAL) as second:
        await Driver(first).control("PUT", "clock", {"forward": "30d"})
        snapshot = await Driver(first).control("GET", "snapshot")
        await Driver(second).control("POST", "load", snapshot)
        assert (await Driver(second).control("GET", "clock"))["now"] >= snapshot["now"]


async def test_what_differs_is_told() -> None:
    async with (
        SandboxServer(pace=REAL) as first,
        SandboxServer(pace=DEMO, rules=Rules(unchanged_edit_files=False)) as second,
    ):
        snapshot = await Driver(first).control("GET", "snapshot")
        loaded = await Driver(second).control("POST", "load", snapshot)
    assert loaded["differs"] == ["pace", "rules.unchanged_edit_files"]


async def test_keys_and_callbacks_are_handed_over_only_on_request() -> None:
    accounts = {"accounts": [{"account": "shop", "keys": [{"id": "shop", "secret": "hush"}]}]}
    async with SandboxServer(pace=REAL) as first, SandboxServer(pace=REAL) as second, Listener() as listener:
        driver, other = Driver(first), Driver(second)
        await driver.control("POST", "load", accounts)
        await driver.control("PUT", "callbacks", {"account": "shop", "url": listener.url})
        plain = await driver.control("GET", "snapshot")
        assert "hush" not in str(plain)
        whole = await driver.control("GET", "snapshot?keys=true")
        assert listener.url not in str(whole)
        assert "sandbox-secret" not in str(whole), "it was started with that one"
        await other.control("POST", "load", plain)
        assert (await other.control("GET", "health"))["accounts"] == ["sandbox-key", "shop"]
        with pytest.raises(ClientException, match="access key is not found"):
            await Driver(second, "shop", "hush").call("query_sms_sign_list")
        await other.control("POST", "load", whole)
        assert (await Driver(second, "shop", "hush").call("query_sms_sign_list")).code == "OK"


async def test_of_a_loaded_one_only_what_is_to_come_is_reported() -> None:
    async with SandboxServer(pace=REAL) as first, SandboxServer(pace=REAL) as second, Listener() as listener:
        driver, other = Driver(first), Driver(second)
        await use(driver)
        driver.time = None
        await driver.create("云杉六号")
        snapshot = await driver.control("GET", "snapshot")
        await other.control("PUT", "callbacks", {"url": listener.url})
        await other.control("POST", "load", snapshot)
        await other.control("PUT", "clock", {"forward": "20h"})
        await listener.until(1)
        assert [report["sign_name"] for report in listener.reports] == ["云杉六号"]


def paths(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where there is something in a document."""
    parts = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for name, value in parts:
        yield (*path, name)
        yield from paths(value, (*path, name))


WRONG: tuple[object, ...] = (
    None,
    "",
    "x",
    -1,
    0,
    2**70,
    1.5,
    True,
    [],
    {},
    ["x"],
    {"x": 1},
    "2026-03-02T00:00:00Z",
    "silent",
    "\x00",
)


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        (("snapshot",), 2, "snapshot: "),
        (("events", 0, "kind"), "born", "events.0: kind is one of created, "),
        (("events", 0, "data", "material", "SignName"), None, "events.0: data: material.SignName: "),
        (("events", 0, "data", "fates"), {"mobile": "perhaps"}, "events.0: mobile=perhaps"),
        (("events", 1, "seq"), 1, "UNIQUE constraint failed"),
        (("messages", 0, "phone"), "1", "messages.0.phone: "),
        (("messages", 0, "data", "carrier"), "pigeon", "messages.0.data.carrier: "),
        (("papers", 0, "kind"), "napkin", "papers.0: kind is one of qualification, "),
        (("fates", 0, "data"), {"mobile": "perhaps"}, "fates.0.data: mobile=perhaps"),
        (("numbers_given_out", "events"), -1, "numbers_given_out.events: "),
    ],
)
async def test_a_bad_one_names_field_and_rule_and_changes_nothing(
    path: tuple[Any, ...], value: object, problem: str
) -> None:
    async with SandboxServer(pace=REAL) as first, SandboxServer(pace=REAL) as second:
        _, snapshot = await used(first)
        other = Driver(second)
        await other.create("旧签名")
        before = await other.control("GET", "snapshot")
        changed(snapshot, path, value)
        answer = await other.control("POST", "load", snapshot, status=400)
        assert problem in answer["error"]
        assert MOBILE not in answer["error"]
        after = await other.control("GET", "snapshot")
        assert before | {"now": 0} == after | {"now": 0}


def changed(document: Any, path: tuple[Any, ...], value: object) -> None:
    """Changes the part of a document at a path."""
    for name in path[:-1]:
        document = document[name]
    document[path[-1]] = value


@settings(max_examples=5, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(seed=st.integers(0, 2**32))
async def test_whatever_is_changed_it_is_refused_or_answers(seed: int) -> None:
    draws = random.Random(seed)
    async with SandboxServer(pace=REAL) as first:
        driver, snapshot = await used(first)
    places = sorted(paths(snapshot), key=str)
    other = State(database=":memory:", keys=[AccessKey(id="other", secret="s")], pace=REAL, rules=Rules(), wall=now)
    loaded = 0
    for _ in range(40):
        document = copy.deepcopy(snapshot)
        changed(document, draws.choice(places), draws.choice(WRONG))
        before = other.snapshot() | {"now": 0}
        refused = False
        try:
            other.load(json.dumps(document).encode())
        except ValueError:
            refused = True
        assert not refused or other.snapshot() | {"now": 0} == before
        loaded += not refused
        for operation, fields in ASKED:
            parameters = Parameters({name: str(value) for name, value in fields.items()})
            with contextlib.suppress(ApiError):
                OPERATIONS[operation](other.call("sandbox-key", parameters, driver.time or START))
    other.close()
    assert 0 < loaded < 40


async def test_every_kind_of_thing_that_is_stored_is_in_the_test() -> None:
    async with SandboxServer(pace=REAL) as first:
        _, snapshot = await used(first)
    read = Snapshot.model_validate(snapshot)
    assert {event.kind for event in read.events} >= {"created", "updated", "rebound", "withdrawn", "revoked", "deleted"}
    assert {paper.kind for paper in read.papers} >= {"letter", "template", "number", "settings", "extend_code"}
    assert read.messages
    assert read.fates
