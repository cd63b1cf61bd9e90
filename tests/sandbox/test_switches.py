"""What each rule of the sandbox makes of the same life, through the SDK over HTTP.

Those of edits and of the console are with the edits and the clicks.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from sandbox import REAL, Rules, SandboxServer
from tests.sandbox.driver import MOBILE, TELECOM, UNICOM, Driver, refusal, refused

REGISTERING = {"mobile": -1, "unicom": -1, "telecom": -1}


@asynccontextmanager
async def under(**rules: object) -> AsyncIterator[Driver]:
    async with SandboxServer(pace=REAL, rules=Rules(**rules)) as server:  # type: ignore[arg-type]  # of a test
        yield Driver(server)


async def registered(driver: Driver, remark: str = "") -> None:
    """Brings a signature to 报备成功 at every carrier that the remark does not keep from it."""
    await driver.create(remark=remark)
    driver.later(days=14, hours=2)
    await driver.send(f"{MOBILE},{UNICOM},{TELECOM}")
    driver.later(days=2)


@pytest.mark.parametrize(
    ("rule", "one_silent", "all_registering"),
    [
        ("refused_if_any", (400, "isv.ERROR_SIGN_NOT_MODIFY"), (400, "isv.ERROR_SIGN_NOT_MODIFY")),
        ("refused_if_all", None, (400, "isv.ERROR_SIGN_NOT_MODIFY")),
        ("allowed", None, None),
    ],
)
async def test_edit_while_registering(
    rule: str, one_silent: tuple[int, str] | None, all_registering: tuple[int, str] | None
) -> None:
    async with under(edit_while_registering=rule) as driver:
        await driver.create(remark="[sandbox telecom=silent]")
        driver.later(hours=2)
        for expected, days in ((all_registering, 14), (one_silent, 0)):
            assert set((await driver.statuses()).values()) >= {-1}
            rebound = (400, "SMS_STATUS_ILLEGAL") if expected else None
            if expected:
                assert await refusal(driver.update()) == expected
                assert await refusal(driver.rebind()) == rebound
            else:
                assert (await driver.update(remark="[sandbox telecom=silent]")).code == "OK"
                driver.later(hours=2)
                assert await driver.statuses() == REGISTERING
            driver.later(days=days)


async def test_edit_refusal_code() -> None:
    async with under(edit_refusal_code="SignEditForbidden") as driver:
        await driver.create()
        assert await refused(driver.update()) == "SignEditForbidden"
        driver.later(hours=2)
        assert await refused(driver.update()) == "SignEditForbidden"
        await driver.create("云杉二号")
        await driver.control("POST", "console/云杉二号/withdraw", {"at": driver.time and driver.time.isoformat()})
        assert await refused(driver.update("云杉二号")) == "SignEditForbidden"


@pytest.mark.parametrize(("files", "after"), [(True, REGISTERING), (False, {"mobile": 3, "unicom": 3, "telecom": 0})])
async def test_unchanged_edit_files(*, files: bool, after: dict[str, int]) -> None:
    async with under(unchanged_edit_files=files) as driver:
        remark = "[sandbox telecom=fail:SIGNATURE_ERROR]"
        await registered(driver, remark)
        edited = await driver.update(remark=remark)
        assert (await driver.get()).sign_status == 0, "it is reviewed in any case"
        driver.later(hours=2)
        assert await driver.statuses() == after
        assert (await driver.get()).order_id == edited.order_id
        if not files:
            await driver.update(remark=remark, more_data=["a.png"])
            driver.later(hours=2)
            assert await driver.statuses() == REGISTERING, "one more file is a change"
            driver.later(days=14)
            await driver.rebind(qualification_id=900001)
            assert await driver.statuses() == REGISTERING, "to bind it again is to file it again"


@pytest.mark.parametrize(("counts", "unicom"), [("signature", 3), ("carrier", 2)])
async def test_expiry_counts(counts: str, unicom: int) -> None:
    async with under(expiry_counts=counts) as driver:
        await registered(driver)
        driver.later(days=120)
        await driver.send(MOBILE)
        driver.later(days=90)
        assert await driver.statuses() == {"mobile": 3, "unicom": unicom, "telecom": unicom}
        driver.later(days=100)
        assert set((await driver.statuses()).values()) == {2}


@pytest.mark.parametrize("rule", ["absent", "previous"])
async def test_complete_time_while_registering(rule: str) -> None:
    async with under(complete_time_while_registering=rule) as driver:
        await driver.create()
        driver.later(hours=2)
        assert (await driver.carriers())["mobile"].operator_complete_time is None, "there was no answer before"
        driver.later(days=14)
        before = (await driver.carriers())["mobile"].operator_complete_time
        await driver.rebind()
        during = (await driver.carriers())["mobile"]
        assert during.register_status == -1
        assert during.operator_complete_time == (before if rule == "previous" else None)
        driver.later(days=14)
        assert (await driver.carriers())["mobile"].operator_complete_time > before


@pytest.mark.parametrize(
    ("rule", "results"),
    [
        ("any_carrier", [-1, -1, 1, 1]),
        ("all_carriers", [-1, 0, 0, 1]),
        ("absent", [None, None, None, None]),
    ],
)
async def test_register_result(rule: str, results: list[int | None]) -> None:
    async with under(register_result=rule) as driver:
        told = []
        await driver.create(remark="[sandbox telecom=fail:OTHERS_ERROR]")
        driver.later(hours=2)
        told.append((await driver.get()).register_result)
        driver.later(days=14)
        told.append((await driver.get()).register_result)
        await driver.send(f"{MOBILE},{UNICOM}")
        driver.later(days=2)
        told.append((await driver.get()).register_result)
        await driver.report("telecom")
        driver.later(days=14)
        await driver.send(TELECOM)
        driver.later(days=2)
        told.append((await driver.get()).register_result)
        assert told == results


async def test_register_result_of_a_lapsed_and_of_a_failed_signature() -> None:
    for rule in ("any_carrier", "all_carriers"):
        async with under(register_result=rule) as driver:
            await registered(driver)
            driver.later(days=200)
            assert (await driver.get()).register_result == 2
            await driver.create("云杉二号")
            await driver.control("PUT", "fates/云杉二号", dict.fromkeys(REGISTERING, "fail:OTHERS_ERROR"))
            driver.later(days=20)
            assert (await driver.get("云杉二号")).register_result == 0


async def test_deliveries_for_verdict() -> None:
    async with under(deliveries_for_verdict=3) as driver:
        await driver.create()
        driver.later(days=14, hours=2)
        for _ in range(2):
            await driver.send(f"{MOBILE},{UNICOM}")
            driver.later(days=3)
        await driver.send(MOBILE)
        driver.later(days=2)
        assert await driver.statuses() == {"mobile": 3, "unicom": 1, "telecom": 1}
        driver.later(days=30)
        assert (await driver.statuses())["unicom"] == 1


@pytest.mark.parametrize(("delivers", "receipt"), [(False, (2, "PORT_NOT_REGISTERED")), (True, (3, "DELIVERED"))])
async def test_registering_delivers(*, delivers: bool, receipt: tuple[int, str]) -> None:
    async with under(registering_delivers=delivers) as driver:
        await driver.create(remark="[sandbox telecom=fail:OTHERS_ERROR]")
        driver.later(days=1)
        await driver.send(MOBILE)
        driver.later(minutes=1)
        assert await last_receipt(driver, MOBILE, "20260303") == receipt
        driver.later(days=16)
        assert (await driver.statuses())["mobile"] == 1, "what arrived before the answer proves nothing"
        await driver.send(TELECOM)
        driver.later(minutes=1)
        assert await last_receipt(driver, TELECOM, "20260319") == (2, "PORT_NOT_REGISTERED"), "报备失败"


async def test_unfiled_receipt() -> None:
    async with under(unfiled_receipt="NO_ROUTE") as driver:
        await driver.create()
        driver.later(hours=3)
        await driver.send(MOBILE)
        driver.later(minutes=1)
        assert await last_receipt(driver, MOBILE, "20260302") == (2, "NO_ROUTE")


@pytest.mark.parametrize(("refuses", "code"), [(False, "OK"), (True, "isv.SIGN_STATE_ILLEGAL")])
async def test_unusable_refuses_sends(*, refuses: bool, code: str) -> None:
    async with under(unusable_refuses_sends=refuses) as driver:
        await driver.create(remark="[sandbox unicom=silent telecom=silent]")
        driver.later(hours=2)
        assert (await driver.send(MOBILE)).code == code
        driver.later(days=14)
        assert (await driver.send(f"{MOBILE},{TELECOM}")).code == "OK", "one carrier delivers"


@pytest.mark.parametrize(("limits", "code"), [("beijing_date", "OK"), ("rolling", "isv.BUSINESS_LIMIT_CONTROL")])
async def test_day_limits(limits: str, code: str) -> None:
    async with under(day_limits=limits) as driver:
        await driver.create()
        driver.later(days=14, hours=13)
        for _ in range(50):
            assert (await driver.send(MOBILE)).code == "OK"
        driver.later(hours=2)
        assert (await driver.send(MOBILE)).code == code, "after midnight"
        driver.later(days=1)
        assert (await driver.send(MOBILE)).code == "OK"


async def test_signs_per_day() -> None:
    async with under(signs_per_day=2) as driver:
        driver.later(hours=13)
        await driver.create("云杉一号", remark="[sandbox review=reject]")
        await driver.create("云杉二号")
        assert await refused(driver.create("云杉三号")) == "isv.SIGN_COUNT_OVER_LIMIT"
        driver.later(hours=1)
        assert (await driver.create("云杉三号")).code == "OK", "the next Beijing date"


async def test_app_source_accepted() -> None:
    app = {"sign_source": 2, "app_icp_record_id": 600002, "apply_scene_content": "https://store.example.com/600002"}
    async with under(app_source_accepted=False) as driver:
        assert await refused(driver.create("云杉出行", **app)) == "isv.SIGN_SOURCE_ILLEGAL"
        assert (await driver.create()).code == "OK"


@pytest.mark.parametrize("rebinds", [False, True])
async def test_failed_qualification_rebinds(*, rebinds: bool) -> None:
    async with under(failed_qualification_rebinds=rebinds) as driver:
        await registered(driver, "[sandbox telecom=fail:QUALIFICATION_ERROR]")
        if rebinds:
            assert (await driver.rebind(qualification_id=900001)).code == "OK"
        else:
            assert await refused(driver.rebind(qualification_id=900001)) == "SmsQualificationRegisterFailed"


async def last_receipt(driver: Driver, number: str, date: str) -> tuple[int, str]:
    (message,) = (await driver.details(number, date)).sms_send_detail_dtos.sms_send_detail_dto
    return message.send_status, message.err_code
