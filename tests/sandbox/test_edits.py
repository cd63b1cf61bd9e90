"""The lives of a signature that is edited, rejected or deleted, through the SDK over HTTP."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox import REAL, Rules, SandboxServer
from tests.sandbox.driver import MOBILE, TELECOM, UNICOM, Driver, refused

REGISTERING = {"mobile": -1, "unicom": -1, "telecom": -1}


async def shown(driver: Driver) -> dict[str, Any]:
    """Everything GetSmsSign and the list tell of the signature."""
    answer: dict[str, Any] = (await driver.get()).to_map()
    (listed,) = (await driver.call("query_sms_sign_list")).to_map()["SmsSignList"]
    del answer["RequestId"]
    return answer | {"listed": listed}


async def registered(driver: Driver, remark: str = "旧") -> Any:
    """Brings a signature to 报备成功 at all carriers that a directive in the remark does not keep from it."""
    created = await driver.create(remark=remark)
    driver.later(days=14, hours=2)
    await driver.send(f"{MOBILE},{UNICOM},{TELECOM}")
    driver.later(days=2)
    return created


@pytest.fixture
async def hiding() -> AsyncIterator[Driver]:
    """A driver of a sandbox that shows nothing of an edit in review."""
    async with SandboxServer(pace=REAL, rules=Rules(edit_shows_in_review=False)) as server:
        yield Driver(server)


@pytest.fixture
async def lenient() -> AsyncIterator[Driver]:
    """A driver of a sandbox whose carriers keep what they registered through an edit."""
    async with SandboxServer(pace=REAL, rules=Rules(edit_resets_carriers=False)) as server:
        yield Driver(server)


async def test_an_edit_shows_its_review_beside_the_old_material_and_then_starts_all_carriers_anew(
    driver: Driver,
) -> None:
    created = await registered(driver)
    assert await driver.statuses() == {"mobile": 3, "unicom": 3, "telecom": 3}
    edited = await driver.update(qualification_id=900002, remark="新", more_data=["b.png"])

    for _ in range(2):
        during = await driver.get()
        assert (during.sign_status, during.order_id) == (0, created.order_id)
        assert (during.qualification_id, during.remark, during.file_url_list) == (900001, "旧", [])
        assert await driver.statuses() == {"mobile": 3, "unicom": 3, "telecom": 3}, "nothing is filed before approval"
        driver.later(hours=1, minutes=59)

    driver.later(minutes=2)
    after = await driver.get()
    assert (after.sign_status, after.order_id) == (1, edited.order_id)
    assert (after.qualification_id, after.remark) == (900002, "新")
    assert after.file_url_list == ["https://oss.sandbox.invalid/b.png"]
    assert await driver.statuses() == REGISTERING
    assert {detail.operator_complete_time for detail in (await driver.carriers()).values()} == {None}


async def test_a_rejected_edit_shows_only_while_it_is_in_review(driver: Driver) -> None:
    await registered(driver)
    before = await shown(driver)
    await driver.update(qualification_id=900002, remark="新 [sandbox review=reject]")
    assert (await driver.get()).sign_status == 0
    driver.later(hours=3)
    assert await shown(driver) == before


async def test_a_rejected_edit_that_is_hidden_never_shows_at_all(hiding: Driver) -> None:
    await registered(hiding)
    before = await shown(hiding)
    await hiding.update(qualification_id=900002, remark="新 [sandbox review=reject]")
    for _ in range(40):
        assert await shown(hiding) == before
        hiding.later(hours=3)
    assert (await hiding.update(remark="再")).code == "OK", "a rejected edit stands in nobody's way"


async def test_an_edit_that_is_hidden_shows_once_it_is_approved(hiding: Driver) -> None:
    await registered(hiding)
    before = await shown(hiding)
    edited = await hiding.update(qualification_id=900002, remark="新")
    assert await shown(hiding) == before
    assert await refused(hiding.update()) == "isv.ERROR_SIGN_NOT_MODIFY", "hidden, and in review all the same"
    hiding.later(hours=2)
    assert (await hiding.get()).order_id == edited.order_id
    assert await hiding.statuses() == REGISTERING


async def test_carriers_that_an_edit_does_not_reset(lenient: Driver) -> None:
    await registered(lenient, "旧 [sandbox telecom=fail:QUALIFICATION_ERROR]")
    before = await lenient.carriers()
    assert {code: detail.register_status for code, detail in before.items()} == {"mobile": 3, "unicom": 3, "telecom": 0}
    edited = await lenient.update(qualification_id=900002, remark="新")
    lenient.later(hours=2)

    for telecom, wait in ((-1, 14), (1, 0)):
        after = await lenient.carriers()
        assert after["telecom"].register_status == telecom
        for code in ("mobile", "unicom"):
            assert after[code].to_map() == before[code].to_map()
        lenient.later(days=wait)
    assert (await lenient.get()).order_id == edited.order_id
    assert after["telecom"].operator_complete_time > before["telecom"].operator_complete_time


async def test_an_edit_of_a_rejected_signature_is_reviewed_and_approved(driver: Driver) -> None:
    created = await driver.create(remark="[sandbox review=reject]")
    driver.later(hours=2)
    rejected = await driver.get()
    assert (rejected.sign_status, rejected.order_id) == (2, created.order_id)

    edited = await driver.update(qualification_id=900002, remark="新")
    during = await driver.get()
    assert (during.sign_status, during.order_id, during.qualification_id) == (0, created.order_id, 900001)
    assert during.audit_info.reject_info is None
    assert await refused(driver.update()) == "isv.ERROR_SIGN_NOT_MODIFY"

    driver.later(hours=2)
    after = await driver.get()
    assert (after.sign_status, after.order_id, after.qualification_id) == (1, edited.order_id, 900002)
    assert await driver.statuses() == REGISTERING


async def test_a_signature_may_be_rejected_again(driver: Driver) -> None:
    created = await driver.create(remark="[sandbox review=reject]")
    driver.later(hours=2)
    await driver.update(qualification_id=900002, remark="[sandbox review=reject]")
    driver.later(hours=2)
    read = await driver.get()
    assert (read.sign_status, read.audit_info.audit_date) == (2, "2026-03-02 14:00:00")
    assert (read.order_id, read.qualification_id) == (created.order_id, 900001), "the material first created"
    assert set((await driver.statuses()).values()) == {-2}


async def test_a_signature_in_review_is_not_deleted(driver: Driver) -> None:
    await driver.create()
    assert await refused(driver.delete()) == "isv.ERROR_SIGN_NOT_DELETE"
    driver.later(days=20)
    await driver.update()
    assert await refused(driver.delete()) == "isv.ERROR_SIGN_NOT_DELETE", "an edit in review counts as well"
    assert (await driver.get()).sign_status == 0


@pytest.mark.parametrize("remark", ["", "[sandbox review=reject]"])
async def test_a_signature_is_deleted_once_approved_or_rejected(driver: Driver, remark: str) -> None:
    await driver.create(remark=remark)
    driver.later(hours=2)
    assert (await driver.delete()).sign_name == "云杉科技"
    assert await refused(driver.get()) == "SignatureNotFound"
    assert await refused(driver.delete()) == "SignatureNotFound"
    assert await refused(driver.update()) == "SignatureNotFound"
    assert await refused(driver.rebind()) == "SmsSignatureNotExist"


async def test_a_name_that_was_deleted_begins_a_life_of_its_own(driver: Driver) -> None:
    first = await registered(driver, "[sandbox telecom=fail:SIGNATURE_ERROR]")
    await driver.delete()
    driver.later(minutes=5)

    again = await driver.create(qualification_id=900002)
    assert again.order_id != first.order_id
    read = await driver.get()
    assert (read.sign_status, read.order_id, read.qualification_id) == (0, again.order_id, 900002)
    assert read.create_date == "2026-03-18 12:05:00"
    assert set((await driver.statuses()).values()) == {-2}
    driver.later(days=20)
    assert await driver.statuses() == {"mobile": 1, "unicom": 1, "telecom": 1}, "no message of the former life counts"
    await driver.send(UNICOM)
    driver.later(days=2)
    assert await driver.statuses() == {"mobile": 1, "unicom": 3, "telecom": 1}


async def test_the_fates_of_an_edit_are_those_of_its_own_remark(driver: Driver) -> None:
    await registered(driver, "[sandbox telecom=fail:QUALIFICATION_ERROR mobile=days:1]")
    await driver.update(remark="[sandbox unicom=fail:SIGNATURE_ERROR telecom=days:1]")
    driver.later(hours=2)
    driver.later(days=1)
    assert await driver.statuses() == {"mobile": -1, "unicom": -1, "telecom": 1}
    driver.later(days=14)
    assert await driver.statuses() == {"mobile": 1, "unicom": 0, "telecom": 1}
    unicom = (await driver.carriers())["unicom"]
    assert unicom.register_status_reasons[0].reason_code == "SIGNATURE_ERROR"

    await driver.update()
    driver.later(days=20)
    assert await driver.statuses() == {"mobile": 1, "unicom": 1, "telecom": 1}, "no directive, nothing special"
