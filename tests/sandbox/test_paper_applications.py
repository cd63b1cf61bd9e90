"""Letters, trademarks and app records that an account hands in itself, through the SDK over HTTP."""

from typing import Any

import pytest

from sandbox import REAL, SandboxServer
from tests.sandbox.driver import Driver, refused

LETTER: dict[str, Any] = {
    "authorization_letter_name": "云杉授权书",
    "authorization": "武汉白鹭旅行有限公司",
    "proxy_authorization": "杭州云杉科技有限公司",
    "organization_code": "91420100MA0000005E",
    "authorization_letter_exp_date": "2026-01-01~2027-12-31",
    "authorization_letter_pic": "demo/letter.png",
    "sign_list": ["白鹭旅行", "白鹭新线"],
}
TRADEMARK: dict[str, Any] = {
    "trademark_name": "云杉优选",
    "trademark_applicant_name": "杭州云杉科技有限公司",
    "trademark_registration_number": "00700009",
    "trademark_eff_exp_date": "2020-05-08~2030-05-07",
    "trademark_pic": "demo/trademark.png",
}
RECORD: dict[str, Any] = {
    "app_icp_license_number": "演ICP备600009号A",
    "app_service_name": "云杉出行",
    "app_principal_unit_name": "杭州云杉科技有限公司",
    "app_approval_date": "2024-03-01",
    "app_icp_record_pic": "demo/record.png",
    "domain": "https://store.example.com/600009",
}


async def test_a_letter_is_in_review_until_a_signature_passes_with_it(driver: Driver) -> None:
    created = await driver.call("create_sms_authorization_letter", **LETTER)
    assert (created.code, created.success) == ("OK", True)
    letter_id = int(created.data)
    (letter,) = (await driver.call("query_sms_authorization_letter", authorization_letter_id_list=[letter_id])).data
    assert (letter.state, letter.status, letter.sign_scope) == ("INT", "VALID", "白鹭旅行、白鹭新线")
    assert letter.authorization_letter_pic == "demo/letter.png"

    fields = {"qualification_id": 900005, "third_party": True, "authorization_letter_id": letter_id}
    await driver.create("白鹭新线", **fields)
    driver.later(hours=2)
    (letter,) = (await driver.call("query_sms_authorization_letter", authorization_letter_id_list=[letter_id])).data
    assert letter.state == "PASSED"
    assert (await driver.get("白鹭新线")).authorization_letter_audit_pass is True


async def test_a_trademark_and_an_app_record_carry_signatures(driver: Driver) -> None:
    trademark_id = int((await driver.call("create_sms_trademark", **TRADEMARK)).data)
    (trademark,) = (await driver.call("query_sms_trademark", trademark_id_list=[trademark_id])).data
    assert (trademark.trademark_name, trademark.trademark_pic) == ("云杉优选", "demo/trademark.png")
    assert (await driver.create("云杉优选", sign_source=5, trademark_id=trademark_id)).code == "OK"

    record_id = int((await driver.call("create_sms_app_icp_record", **RECORD, app_runtime_pic="a.jpg")).data)
    (record,) = (await driver.call("query_sms_app_icp_record", app_icp_record_id_list=[record_id])).data
    assert (record.app_service_name, record.app_runtime_pic, record.app_store_download_pic) == (
        "云杉出行",
        "a.jpg",
        None,
    )
    app = {"sign_source": 2, "app_icp_record_id": record_id, "apply_scene_content": "https://store.example.com/1"}
    assert (await driver.create("云杉出行", **app)).code == "OK"


async def test_what_an_account_hands_in_is_its_own() -> None:
    async with SandboxServer(pace=REAL, accounts={"one": "1", "two": "2"}) as server:
        one, two = Driver(server, "one", "1"), Driver(server, "two", "2")
        letter_id = int((await one.call("create_sms_authorization_letter", **LETTER)).data)
        trademark_id = int((await one.call("create_sms_trademark", **TRADEMARK)).data)
        read = {"authorization_letter_id_list": [letter_id]}
        assert len((await one.call("query_sms_authorization_letter", **read)).data) == 1
        assert (await two.call("query_sms_authorization_letter", **read)).data == []
        assert (await two.call("query_sms_trademark", trademark_id_list=[trademark_id])).data == []
        fields = {"qualification_id": 900005, "third_party": True, "authorization_letter_id": letter_id}
        assert await refused(two.create("白鹭旅行", **fields)) == "SmsAuthorizationLetterNotExist"
        assert await refused(two.create(sign_source=5, trademark_id=trademark_id)) == "TrademarkNotExist"
        assert (await two.call("create_sms_authorization_letter", **LETTER)).code == "OK", "a name is taken per account"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"authorization_letter_name": None}, "AuthorizationLetterNameNotMatchRegex"),
        ({"authorization_letter_name": "授权书-1"}, "AuthorizationLetterNameNotMatchRegex"),
        ({"authorization_letter_name": "12345"}, "AuthorizationLetterNameNotMatchRegex"),
        ({"authorization_letter_name": "授" * 101}, "AuthorizationLetterNameOverLimit"),
        ({"authorization_letter_name": "白鹭旅行授权书"}, "AuthorizationLetterNameRepeat"),
        ({"authorization": "白鹭@旅行"}, "AuthorizationNotMatchRegex"),
        ({"authorization": "12345"}, "AuthorizationNotMatchRegex"),
        ({"authorization": "白" * 151}, "AuthorizationOverLimit"),
        ({"proxy_authorization": None}, "ProxyAuthorizationNotMatchRegex"),
        ({"proxy_authorization": "云" * 151}, "ProxyAuthorizationOverLimit"),
        ({"organization_code": None}, "MissingOrganizationCode"),
        ({"organization_code": "9" * 151}, "OrganizationCodeOverLimit"),
        ({"authorization_letter_exp_date": "2026-01-01"}, "AuthorizationLetterDateNotMatchRegex"),
        ({"authorization_letter_exp_date": "2026-13-01~2027-01-01"}, "AuthorizationLetterDateNotMatchRegex"),
        ({"authorization_letter_exp_date": "2027-01-01~2026-01-01"}, "AuthorizationLetterDateNotMatchRegex"),
        ({"authorization_letter_exp_date": "2026-03-03~2027-01-01"}, "AuthorizationLetterDateNotValid"),
        ({"authorization_letter_exp_date": "2025-01-01~2026-03-01"}, "AuthorizationLetterDateNotValid"),
        ({"authorization_letter_pic": None}, "AuthorizationOssFileNotUploadError"),
        ({"authorization_letter_pic": "授权书.png"}, "AuthorizationOssFileNotUploadError"),
        ({"sign_list": None}, "MissingSignList"),
        ({"sign_list": []}, "InvalidSignList"),
        ({"sign_list": [1]}, "InvalidSignList"),
        ({"sign_list": ["白"]}, "SignNotMatchRegex"),
        ({"sign_list": ["白鹭旅行", "白鹭 旅行"]}, "SignNotMatchRegex"),
        ({"sign_list": ["白鹭旅行白鹭旅行白鹭旅行白"]}, "SignNotMatchRegex"),
        ({"sign_list": ["白鹭旅行"] * 101}, "SignNumOverLimit"),
    ],
)
async def test_refused_letters(driver: Driver, fields: dict[str, Any], code: str) -> None:
    assert await refused(driver.call("create_sms_authorization_letter", **(LETTER | fields))) == code
    assert len((await driver.call("query_sms_authorization_letter")).data) == 1


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"trademark_name": None}, "TrademarkNameNotMatchRegex"),
        ({"trademark_name": "云" * 16}, "TrademarkNameOverLimit"),
        ({"trademark_applicant_name": None}, "TrademarkApplicantNameNotMatchRegex"),
        ({"trademark_applicant_name": "云" * 51}, "TrademarkApplicantNameOverLimit"),
        ({"trademark_registration_number": None}, "TrademarkRegistrationNumberNotMatchRegex"),
        ({"trademark_registration_number": "1" * 16}, "TrademarkRegistrationNumberOverLimit"),
        ({"trademark_eff_exp_date": None}, "TrademarkLetterDateNotMatchRegex"),
        ({"trademark_eff_exp_date": "2010-01-01~2020-01-01"}, "TrademarkDateNotValid"),
        ({"trademark_pic": None}, "TrademarkOssFileNotUploadError"),
        ({"trademark_pic": "demo/a.pdf"}, "TrademarkPicsFileError"),
    ],
)
async def test_refused_trademarks(driver: Driver, fields: dict[str, Any], code: str) -> None:
    assert await refused(driver.call("create_sms_trademark", **(TRADEMARK | fields))) == code


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"app_icp_license_number": None}, "AppIcpLicenseNumberNotMatchRegex"),
        ({"app_icp_license_number": "1" * 16}, "AppIcpLicenseNumberOverLimit"),
        ({"app_principal_unit_name": None}, "AppPrincipalUnitNameNotMatchRegex"),
        ({"app_principal_unit_name": "云" * 51}, "AppPrincipalUnitNameOverLimit"),
        ({"app_service_name": "云" * 16}, "AppServiceNameOverLimit"),
        ({"app_approval_date": "2024/03/01"}, "AppIcpRecordDateNotMatchRegex"),
        ({"app_approval_date": "2026-03-03"}, "AppApprovalDateNotValid"),
        ({"app_icp_record_pic": None}, "AppIcpRecordOssFileNotUploadError"),
        ({"app_icp_record_pic": "demo/a.pdf"}, "AppIcpRecordPicsFileError"),
        ({"app_store_download_pic": "商店.png"}, "AppIcpRecordPicsFileError"),
        ({"domain": None}, "AppDomainNotMatchRegex"),
        ({"domain": "store.example.com"}, "AppDomainNotMatchRegex"),
        ({"domain": "https://" + "a" * 500}, "AppDomainOverLimit"),
    ],
)
async def test_refused_app_records(driver: Driver, fields: dict[str, Any], code: str) -> None:
    assert await refused(driver.call("create_sms_app_icp_record", **(RECORD | fields))) == code
