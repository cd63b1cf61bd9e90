"""What people and carriers do in the console, through the control plane."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox import REAL, Rules, SandboxServer
from sandbox.clock import stored
from tests.sandbox.driver import MOBILE, TELECOM, UNICOM, Driver, refused


async def with_a_failure(driver: Driver, fate: str = "fail:QUALIFICATION_ERROR") -> None:
    """Brings a signature to 报备失败 at one carrier and 报备成功 at the others."""
    await driver.create(remark=f"[sandbox telecom={fate}]")
    driver.later(days=14, hours=2)
    await driver.send(f"{MOBILE},{UNICOM}")
    driver.later(days=2)


async def test_only_the_named_carriers_are_filed_anew(driver: Driver) -> None:
    await with_a_failure(driver)
    before, read = await driver.carriers(), await driver.get()
    answer = await driver.report("telecom")
    assert driver.time is not None
    assert answer == {"sign_name": "云杉科技", "carriers": ["telecom"], "at": stored(driver.time)}

    after = await driver.carriers()
    assert (after["telecom"].register_status, after["telecom"].operator_complete_time) == (-1, None)
    assert after["telecom"].register_status_reasons[0].reason_code == "REGISTERING"
    driver.later(days=13, hours=23)
    assert (await driver.statuses())["telecom"] == -1, "ten working days"
    driver.later(hours=1)
    done = await driver.carriers()
    assert done["telecom"].register_status == 1, "the failure before it is not inherited"
    assert done["telecom"].operator_complete_time == "2026-04-01 12:00:00"
    for code in ("mobile", "unicom"):
        assert done[code].to_map() == before[code].to_map()
    assert (await driver.get()).order_id == read.order_id
    assert (await driver.get()).audit_info.audit_date == read.audit_info.audit_date

    await driver.send(TELECOM)
    driver.later(days=2)
    assert (await driver.statuses())["telecom"] == 3


async def test_a_lapsed_carrier_is_revived(driver: Driver) -> None:
    await with_a_failure(driver)
    driver.later(days=184)
    assert await driver.statuses() == {"mobile": 2, "unicom": 2, "telecom": 0}
    await driver.report("mobile", "unicom")
    assert await driver.statuses() == {"mobile": -1, "unicom": -1, "telecom": 0}
    driver.later(days=14)
    assert await driver.statuses() == {"mobile": 1, "unicom": 1, "telecom": 0}, "old messages prove nothing"


async def test_a_carrier_that_was_never_filed(driver: Driver) -> None:
    signature = {
        "sign_name": "云杉科技",
        "created_at": "2026-01-01T09:00:00+08:00",
        "carriers": {"telecom": {"status": -2}, "unicom": {"status": 3, "completed_at": "2026-01-12T09:00:00+08:00"}},
    }
    await driver.control("POST", "stock", {"signatures": [signature]})
    await driver.report("telecom", "unicom")
    assert await driver.statuses() == {"mobile": 1, "unicom": -1, "telecom": -1}
    driver.later(days=14)
    assert await driver.statuses() == {"mobile": 1, "unicom": 1, "telecom": 1}


async def test_fates_of_the_click_hold_for_this_filing_only(driver: Driver) -> None:
    await with_a_failure(driver)
    await driver.report("telecom", "mobile", fates={"telecom": "days:3", "mobile": "fail:SIGNATURE_ERROR"})
    driver.later(days=3)
    assert await driver.statuses() == {"mobile": -1, "unicom": 3, "telecom": -1}, "a weekend lies between"
    driver.later(days=11)
    assert await driver.statuses() == {"mobile": 0, "unicom": 3, "telecom": 1}
    await driver.report("mobile")
    driver.later(days=14)
    assert await driver.statuses() == {"mobile": 1, "unicom": 3, "telecom": 1}


async def test_fates_of_the_click_win_over_the_control_plane_which_wins_over_the_remark(driver: Driver) -> None:
    await driver.control("PUT", "fates/云杉科技", {"telecom": "fail:SIGNATURE_ERROR", "unicom": "fail:OTHERS_ERROR"})
    await with_a_failure(driver, "silent")
    assert await driver.statuses() == {"mobile": 3, "unicom": 0, "telecom": 0}
    await driver.report("telecom", "unicom", fates={"telecom": "ok"})
    driver.later(days=14)
    assert await driver.statuses() == {"mobile": 3, "unicom": 0, "telecom": 1}


async def test_expiry_may_be_given_for_the_filing(driver: Driver) -> None:
    await with_a_failure(driver)
    await driver.report("telecom", fates={"expiry": "10d"})
    driver.later(days=14)
    await driver.send(TELECOM)
    driver.later(days=9)
    assert (await driver.statuses())["telecom"] == 3
    driver.later(days=3)
    assert await driver.statuses() == {"mobile": 3, "unicom": 3, "telecom": 2}


async def test_an_approved_edit_starts_all_carriers_anew(driver: Driver) -> None:
    await with_a_failure(driver)
    await driver.report("telecom", fates={"telecom": "fail:OTHERS_ERROR"})
    driver.later(days=14)
    assert await driver.statuses() == {"mobile": 3, "unicom": 3, "telecom": 0}
    await driver.update()
    driver.later(hours=2)
    assert await driver.statuses() == {"mobile": -1, "unicom": -1, "telecom": -1}
    driver.later(days=20)
    assert await driver.statuses() == {"mobile": 1, "unicom": 1, "telecom": 1}


async def test_an_edit_is_refused_while_the_click_is_being_filed(driver: Driver) -> None:
    await with_a_failure(driver)
    await driver.report("telecom")
    assert await refused(driver.update()) == "isv.ERROR_SIGN_NOT_MODIFY"
    driver.later(days=14)
    assert (await driver.update()).code == "OK"


async def test_refused_clicks_change_nothing(driver: Driver) -> None:
    assert "no signature" in (await driver.report("telecom", status=400))["error"]
    await driver.create()
    assert "审核中" in (await driver.report("telecom", status=400))["error"]
    driver.later(hours=2)
    assert "telecom" in (await driver.report("telecom", status=400))["error"], "报备中 already"
    driver.later(days=8)
    assert await driver.statuses() == {"mobile": -1, "unicom": -1, "telecom": -1}
    driver.later(days=1, hours=4)
    assert await driver.statuses() == {"mobile": 1, "unicom": -1, "telecom": -1}
    assert "unicom" in (await driver.report("mobile", "unicom", status=400))["error"]
    assert await driver.statuses() == {"mobile": 1, "unicom": -1, "telecom": -1}, "all of them or none"
    driver.later(days=10)
    await driver.update()
    assert "审核中" in (await driver.report("mobile", status=400))["error"], "an edit in review"

    await driver.create("云杉二号", remark="[sandbox review=reject]")
    driver.later(hours=2)
    assert "not approved" in (await driver.report("telecom", sign_name="云杉二号", status=400))["error"]
    await driver.delete("云杉二号")
    assert "no signature" in (await driver.report("telecom", sign_name="云杉二号", status=400))["error"]


@pytest.mark.parametrize(
    "document",
    [
        {},
        [],
        {"carriers": []},
        {"carriers": ["broadnet"]},
        {"carriers": "telecom"},
        {"carriers": ["telecom"], "fates": {"telecom": "perhaps"}},
        {"carriers": ["telecom"], "fates": {"mobile": "ok"}},
        {"carriers": ["telecom"], "fates": {"review": "ok"}},
        {"carriers": ["telecom"], "at": "2026-03-20T10:00:00"},
        {"carriers": ["telecom"], "at": "soon"},
        {"carriers": ["telecom"], "account": "nobody"},
        {"carriers": ["telecom"], "when": "now"},
    ],
)
async def test_unreadable_clicks(driver: Driver, document: Any) -> None:
    await with_a_failure(driver)
    assert (await driver.control("POST", "console/云杉科技/report", document, status=400))["error"]
    assert (await driver.statuses())["telecom"] == 0


async def test_a_click_the_console_does_not_have(driver: Driver) -> None:
    await with_a_failure(driver)
    answer = await driver.control("POST", "console/云杉科技/approve", {"carriers": ["telecom"]}, status=400)
    assert "approve" in answer["error"]


async def test_a_click_is_never_before_the_last_event(driver: Driver) -> None:
    await with_a_failure(driver)
    await driver.send(MOBILE)
    last = driver.time
    assert last is not None
    driver.later(days=-5)
    assert (await driver.report("telecom"))["at"] == stored(last)


async def test_without_a_time_the_wall_clock_counts() -> None:
    async with SandboxServer(pace=REAL) as server:
        driver = Driver(server)
        driver.time = datetime.now(UTC) - timedelta(days=30)
        await driver.create(remark="[sandbox telecom=fail:OTHERS_ERROR]")
        driver.time = None
        assert (await driver.statuses())["telecom"] == 0
        before = datetime.now(UTC)
        answer = await driver.report("telecom")
        assert before <= datetime.fromisoformat(answer["at"]) <= datetime.now(UTC)
        assert (await driver.statuses())["telecom"] == -1


async def test_a_click_belongs_to_one_account() -> None:
    async with SandboxServer(pace=REAL, accounts={"one": "1", "two": "2"}) as server:
        one, two = Driver(server, "one", "1"), Driver(server, "two", "2")
        for driver in (one, two):
            await with_a_failure(driver)
        await two.report("telecom", account="two")
        assert (await two.statuses())["telecom"] == -1
        assert (await one.statuses())["telecom"] == 0
        await one.report("telecom")
        assert (await one.statuses())["telecom"] == -1


async def test_a_click_survives_a_restart(tmp_path: Path) -> None:
    database = tmp_path / "sandbox.sqlite"
    async with SandboxServer(pace=REAL, database=database) as server:
        driver = Driver(server)
        await with_a_failure(driver)
        await driver.report("telecom", fates={"telecom": "fail:SIGNATURE_ERROR"})
        at = driver.time
    async with SandboxServer(pace=REAL, database=database) as server:
        driver = Driver(server)
        driver.time = at
        assert await driver.statuses() == {"mobile": 3, "unicom": 3, "telecom": -1}
        driver.later(days=14)
        telecom = (await driver.carriers())["telecom"]
        assert telecom.register_status_reasons[0].reason_code == "SIGNATURE_ERROR"


async def test_a_life_begun_anew_knows_no_click_of_the_former(driver: Driver) -> None:
    await with_a_failure(driver)
    await driver.report("telecom", fates={"telecom": "silent"})
    await driver.delete()
    await driver.create()
    driver.later(hours=1)
    assert set((await driver.statuses()).values()) == {-2}
    driver.later(days=20)
    assert set((await driver.statuses()).values()) == {1}


async def click(driver: Driver, name: str, sign_name: str = "云杉科技", status: int = 200, **fields: Any) -> Any:
    document = {"at": driver.time.isoformat()} | fields if driver.time else fields
    return await driver.control("POST", f"console/{sign_name}/{name}", document, status)


async def test_an_application_that_is_withdrawn_is_cancelled(driver: Driver) -> None:
    await driver.create()
    driver.later(minutes=30)
    assert driver.time is not None
    assert await click(driver, "withdraw") == {"sign_name": "云杉科技", "at": stored(driver.time)}
    driver.later(days=30)
    read = await driver.get()
    assert (read.sign_status, read.audit_info.to_map()) == (10, {})
    assert set((await driver.statuses()).values()) == {-2}
    (listed,) = (await driver.call("query_sms_sign_list")).sms_sign_list
    assert (listed.audit_status, listed.reason.reject_info) == ("AUDIT_STATE_CANCEL", "无审批备注")

    assert await refused(driver.update()) == "isv.ERROR_SIGN_NOT_MODIFY"
    assert await refused(driver.rebind()) == "SMS_STATUS_ILLEGAL"
    assert await refused(driver.create()) == "SignName.Exists"
    assert (await driver.send(MOBILE)).code == "isv.SMS_SIGNATURE_ILLEGAL"
    assert "取消审核" in (await driver.report("mobile", status=400))["error"]
    assert (await driver.delete()).sign_name == "云杉科技"
    assert (await driver.create()).code == "OK"


async def test_an_edit_that_is_withdrawn_leaves_all_as_it_was(driver: Driver) -> None:
    await with_a_failure(driver)
    before = await driver.get()
    await driver.update(qualification_id=900002)
    await click(driver, "withdraw")
    driver.later(days=1)
    after = await driver.get()
    assert (after.sign_status, after.order_id, after.qualification_id) == (1, before.order_id, 900001)
    assert await driver.statuses() == {"mobile": 3, "unicom": 3, "telecom": 0}
    assert (await driver.update()).code == "OK", "it stands in nobody's way"


async def test_where_a_withdrawn_edit_shows_the_signature_can_only_be_deleted() -> None:
    async with SandboxServer(pace=REAL, rules=Rules(withdrawn_edit_shows=True)) as server:
        driver = Driver(server)
        await with_a_failure(driver)
        await driver.update()
        await click(driver, "withdraw")
        assert (await driver.get()).sign_status == 10
        assert await refused(driver.update()) == "isv.ERROR_SIGN_NOT_MODIFY"
        assert (await driver.send(MOBILE)).code == "OK", "what was approved before stays so"
        assert (await driver.delete()).code == "OK"


async def test_nothing_to_withdraw(driver: Driver) -> None:
    assert "no signature" in (await click(driver, "withdraw", status=400))["error"]
    await driver.create()
    driver.later(hours=2)
    assert "nothing to withdraw" in (await click(driver, "withdraw", status=400))["error"]
    assert "carriers" in (await click(driver, "withdraw", status=400, carriers=["mobile"]))["error"]


@pytest.mark.parametrize("reason", ["EXT_CODE_RECYCLE", "SUBPORT_RECYCLE"])
async def test_carriers_take_back_what_was_filed(driver: Driver, reason: str) -> None:
    await with_a_failure(driver)
    answer = await click(driver, "revoke", carriers=["mobile"], reason=reason)
    assert answer["carriers"] == ["mobile"]
    revoked = (await driver.carriers())["mobile"]
    assert (revoked.register_status, revoked.register_status_reasons[0].reason_code) == (2, reason)
    assert await driver.statuses() == {"mobile": 2, "unicom": 3, "telecom": 0}
    await driver.send(MOBILE)
    driver.later(minutes=1)
    (message, *_) = (await driver.details(MOBILE, "20260318")).sms_send_detail_dtos.sms_send_detail_dto
    assert message.err_code == "PORT_NOT_REGISTERED"
    await driver.report("mobile")
    driver.later(days=14)
    assert (await driver.statuses())["mobile"] == 1


@pytest.mark.parametrize(
    "document",
    [
        {"carriers": ["telecom"], "reason": "EXT_CODE_RECYCLE"},
        {"carriers": ["mobile", "telecom"], "reason": "EXT_CODE_RECYCLE"},
        {"carriers": ["mobile"], "reason": "NO_SEND_RECORD"},
        {"carriers": [], "reason": "EXT_CODE_RECYCLE"},
        {"carriers": ["mobile"]},
    ],
)
async def test_what_cannot_be_taken_back(driver: Driver, document: dict[str, Any]) -> None:
    await with_a_failure(driver)
    assert (await click(driver, "revoke", status=400, **document))["error"]
    assert await driver.statuses() == {"mobile": 3, "unicom": 3, "telecom": 0}
