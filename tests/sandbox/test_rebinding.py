"""ChangeSignatureQualification, through the SDK over HTTP."""

from typing import Any

import pytest

from sandbox import REAL, Rules, SandboxServer
from tests.sandbox.driver import MOBILE, TELECOM, UNICOM, Driver, refused

LETTER = {
    "AuthorizationLetterId": 800002,
    "AuthorizationLetterName": "白鹭授权书二",
    "OrganizationCode": "91420100MA0000005E",
    "AuthorizationLetterExpDate": "2025-01-01~2030-12-31",
    "SignList": ["白鹭旅行"],
    "State": "PASSED",
}


def qualification(group_id: int, **fields: object) -> dict[str, object]:
    return {
        "QualificationGroupId": group_id,
        "QualificationName": "新资质",
        "CompanyName": "武汉白鹭旅行有限公司",
        "OrganizationCode": "91420100MA0000005E",
        "LegalPersonName": "演示法人",
        "UseBySelf": False,
        "WorkOrderId": group_id,
        "State": "PASSED",
    } | fields


async def pending(driver: Driver) -> Any:
    """Brings a signature of the first demo company to 已报备待验证."""
    created = await driver.create(remark="旧", more_data=["a.png"])
    driver.later(days=14, hours=2)
    return created


async def for_another_company(driver: Driver) -> None:
    """Brings a signature that rests on a letter to 已报备待验证."""
    stock = {
        "qualifications": [
            qualification(42),
            qualification(43, OrganizationCode="91320100MA0000006T"),
            qualification(44, UseBySelf=True),
        ],
        "letters": [
            LETTER,
            LETTER | {"AuthorizationLetterId": 800003, "SignList": ["白鹭假期"]},
            LETTER | {"AuthorizationLetterId": 800004, "State": "INT"},
        ],
    }
    await driver.control("POST", "stock", stock)
    await driver.create("白鹭旅行", qualification_id=900005, third_party=True, authorization_letter_id=800001)
    driver.later(days=14, hours=2)


async def test_carriers_are_filed_anew_at_once_and_all_else_stays(driver: Driver) -> None:
    created = await pending(driver)
    before = (await driver.get()).to_map()
    answer = await driver.rebind()
    assert (answer.code, answer.message, answer.success) == ("OK", "OK", True)
    assert (answer.data.success, answer.data.err_code, answer.data.err_message) == (True, "OK", "OK")

    after = (await driver.get()).to_map()
    assert await driver.statuses() == {"mobile": -1, "unicom": -1, "telecom": -1}
    assert (after["SignStatus"], after["OrderId"], after["QualificationId"]) == (1, created.order_id, 900002)
    of_the_filing = {"RequestId", "QualificationId", "RegisterResult", "SignIspRegisterDetailList"}
    assert {name for name in after if after[name] != before.get(name)} <= of_the_filing

    driver.later(days=14)
    assert await driver.statuses() == {"mobile": 1, "unicom": 1, "telecom": 1}


async def test_fates_of_the_submission_before_it_are_over_and_those_of_the_control_plane_hold(driver: Driver) -> None:
    await driver.create(remark="[sandbox telecom=fail:QUALIFICATION_ERROR unicom=days:1]")
    driver.later(days=14, hours=2)
    await driver.control("PUT", "fates/云杉科技", {"mobile": "days:2"})
    await driver.rebind()
    driver.later(days=5)
    assert await driver.statuses() == {"mobile": 1, "unicom": -1, "telecom": -1}
    driver.later(days=10)
    assert await driver.statuses() == {"mobile": 1, "unicom": 1, "telecom": 1}


async def test_an_edit_builds_on_what_it_replaces_and_is_replaced_in_turn(driver: Driver) -> None:
    await pending(driver)
    await driver.rebind()
    driver.later(days=14)
    await driver.rebind(qualification_id=900006)
    assert (await driver.get()).qualification_id == 900006
    driver.later(days=14)
    edited = await driver.update(qualification_id=900001)
    driver.later(hours=2)
    read = await driver.get()
    assert (read.order_id, read.qualification_id) == (edited.order_id, 900001)


async def test_refused_where_the_signature_is_not_ready_for_it(driver: Driver) -> None:
    assert await refused(driver.rebind()) == "SmsSignatureNotExist"
    await driver.create()
    assert await refused(driver.rebind()) == "SMS_STATUS_ILLEGAL", "in review"
    driver.later(hours=2)
    assert await refused(driver.rebind()) == "SMS_STATUS_ILLEGAL", "报备中"
    driver.later(days=14)
    await driver.update(remark="[sandbox review=reject]")
    assert await refused(driver.rebind()) == "SMS_STATUS_ILLEGAL", "an edit in review"
    driver.later(hours=2)
    assert (await driver.rebind()).code == "OK", "the rejected edit is out of the way"

    await driver.create("云杉二号", remark="[sandbox review=reject]")
    driver.later(hours=2)
    assert await refused(driver.rebind("云杉二号")) == "SMS_STATUS_ILLEGAL", "rejected"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"signature_name": None}, "MissingSignatureName"),
        ({"qualification_id": None}, "MissingQualificationId"),
        ({"qualification_id": "x"}, "InvalidQualificationId"),
        ({"authorization_letter_id": "x"}, "InvalidAuthorizationLetterId"),
        ({"qualification_id": 1}, "QualificationNotExist"),
        ({"qualification_id": 900003}, "SmsQualificationNotPassed"),
        ({"qualification_id": 900004}, "SmsQualificationNotPassed"),
        ({"qualification_id": 900005}, "ParameterMismatch.ThirdParty"),
        ({"authorization_letter_id": 5}, "SmsAuthorizationLetterNotExist"),
        ({"authorization_letter_id": 800001}, "SmsPassedAuthorizationLetterNotMatch"),
    ],
)
async def test_refused_papers(driver: Driver, fields: dict[str, Any], code: str) -> None:
    await pending(driver)
    usual = {"signature_name": "云杉科技", "qualification_id": 900002}
    assert await refused(driver.call("change_signature_qualification", **(usual | fields))) == code
    assert (await driver.get()).qualification_id == 900001
    assert await driver.statuses() == {"mobile": 1, "unicom": 1, "telecom": 1}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"qualification_id": 44}, "ParameterMismatch.ThirdParty"),
        ({"qualification_id": 43}, "SmsPassedAuthorizationLetterNotMatch"),
        ({"qualification_id": 42, "authorization_letter_id": 5}, "SmsAuthorizationLetterNotExist"),
        ({"qualification_id": 42, "authorization_letter_id": 800003}, "SmsSignNotAuthorized"),
        ({"qualification_id": 42, "authorization_letter_id": 800004}, "SmsPassedAuthorizationLetterNotMatch"),
    ],
)
async def test_refused_papers_of_another_company(driver: Driver, fields: dict[str, Any], code: str) -> None:
    await for_another_company(driver)
    assert await refused(driver.rebind("白鹭旅行", **fields)) == code


async def test_an_unfinished_qualification(driver: Driver) -> None:
    unfinished = qualification(45, UseBySelf=True, State="NOT_FINISH")
    await driver.control("POST", "stock", {"qualifications": [unfinished]})
    await pending(driver)
    assert await refused(driver.rebind(qualification_id=45)) == "QualificationNotComplete"


@pytest.mark.parametrize(("given", "letter"), [({}, 800001), ({"authorization_letter_id": 800002}, 800002)])
async def test_the_letter_stays_unless_another_is_given(driver: Driver, given: dict[str, int], letter: int) -> None:
    await for_another_company(driver)
    assert (await driver.rebind("白鹭旅行", qualification_id=42, **given)).code == "OK"
    read = await driver.get("白鹭旅行")
    assert (read.qualification_id, read.authorization_letter_id, read.third_party) == (42, letter, True)


async def test_switch_edit_while_registering() -> None:
    async with SandboxServer(pace=REAL, rules=Rules(edit_while_registering="allowed")) as server:
        driver = Driver(server)
        await driver.create()
        driver.later(hours=2)
        assert (await driver.rebind()).code == "OK"
        assert (await driver.get()).qualification_id == 900002


async def test_switch_edit_resets_carriers() -> None:
    async with SandboxServer(pace=REAL, rules=Rules(edit_resets_carriers=False)) as server:
        driver = Driver(server)
        await driver.create(remark="[sandbox telecom=fail:QUALIFICATION_ERROR]")
        driver.later(days=14, hours=2)
        await driver.send(f"{MOBILE},{UNICOM},{TELECOM}")
        driver.later(days=2)
        before = await driver.carriers()
        await driver.rebind()
        after = await driver.carriers()
        assert after["telecom"].register_status == -1
        assert [after[code].to_map() for code in ("mobile", "unicom")] == [
            before[code].to_map() for code in ("mobile", "unicom")
        ]


async def test_switch_rebind_is_reviewed() -> None:
    async with SandboxServer(pace=REAL, rules=Rules(rebind_is_reviewed=True)) as server:
        driver = Driver(server)
        created = await pending(driver)
        assert (await driver.rebind()).data.success
        during = await driver.get()
        assert (during.sign_status, during.order_id, during.qualification_id) == (0, created.order_id, 900001)
        assert await driver.statuses() == {"mobile": 1, "unicom": 1, "telecom": 1}
        assert await refused(driver.update()) == "isv.ERROR_SIGN_NOT_MODIFY"

        driver.later(hours=2)
        after = await driver.get()
        assert (after.sign_status, after.qualification_id, after.remark) == (1, 900002, "旧")
        assert after.order_id != created.order_id
        assert await driver.statuses() == {"mobile": -1, "unicom": -1, "telecom": -1}


async def test_a_reviewed_change_may_be_rejected_and_then_never_shows() -> None:
    async with SandboxServer(pace=REAL, rules=Rules(rebind_is_reviewed=True)) as server:
        driver = Driver(server)
        signature = {
            "sign_name": "云杉科技",
            "created_at": "2026-01-01T09:00:00+08:00",
            "material": {"QualificationId": 900001},
        }
        await driver.control("POST", "stock", {"signatures": [signature]})
        await driver.control("PUT", "fates/云杉科技", {"review": "reject"})
        before = await driver.get()
        await driver.rebind()
        driver.later(hours=2)
        after = await driver.get()
        assert (after.sign_status, after.order_id, after.qualification_id) == (1, before.order_id, 900001)
        assert set((await driver.statuses()).values()) == {1}


async def test_faults_and_journal_go_by_the_name_of_the_signature(driver: Driver) -> None:
    await pending(driver)
    fault = {"kind": "code", "code": "SMS_STATUS_ILLEGAL", "sign_name": "云杉科技", "count": 1}
    await driver.control("POST", "faults", fault | {"operation": "ChangeSignatureQualification"})
    assert await refused(driver.rebind("云杉二号")) == "SmsSignatureNotExist", "the fault is of another signature"
    assert (await driver.rebind()).code == "SMS_STATUS_ILLEGAL"
    assert (await driver.rebind()).code == "OK"

    entries = (await driver.control("GET", "journal?sign_name=云杉科技"))["entries"]
    assert [(entry["operation"], entry["code"]) for entry in entries] == [
        ("CreateSmsSign", "OK"),
        ("ChangeSignatureQualification", "SMS_STATUS_ILLEGAL"),
        ("ChangeSignatureQualification", "OK"),
    ]
