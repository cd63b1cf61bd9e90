"""Leads a few lives through the SDK so that every operation answers everything that it can."""

import re
from typing import Any

from sandbox.demo_data import DEMO_DATA
from tests.sandbox.driver import MOBILE, TELECOM, Driver

PICTURES = {"LicensePic": "demo/a.png", "PicUrl": "https://oss.example.com/a.png"}
FULL_STOCK = {
    "qualifications": [
        {
            **DEMO_DATA.qualifications[0].model_dump(exclude_unset=True),
            "QualificationGroupId": 42,
            "BusinessLicensePics": [PICTURES | {"Type": "businessLicense"}],
            "OtherFiles": [PICTURES],
            "AuditRemark": "已核对",
            "Remark": "备注",
        }
    ],
    "app_records": [
        {
            **DEMO_DATA.app_records[0].model_dump(exclude_unset=True),
            "AppIcpRecordId": 42,
            "AppRuntimePic": "demo/b.png",
            "AppRuntimePicUrl": "https://oss.example.com/b.png",
            "AppStoreDownloadPic": "demo/c.png",
            "AppStoreDownloadPicUrl": "https://oss.example.com/c.png",
        }
    ],
}
"""Papers of which nothing is left out."""


class Gathering:
    """Asks, and keeps what the platform answered, as it came over the wire.

    Attributes:
        answers: By operation, in the order of the asking.
    """

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.answers: dict[str, list[dict[str, Any]]] = {}

    async def ask(self, operation: str, **fields: Any) -> dict[str, Any]:
        method = re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower()
        answer, _ = await self.driver.answer_and_model(method, **fields)
        self.answers.setdefault(operation, []).append(answer)
        return answer


async def every_kind_of_answer(driver: Driver) -> dict[str, list[dict[str, Any]]]:
    """Asks all operations; returns their answers by operation."""
    gathering = Gathering(driver)
    await driver.control("POST", "stock", FULL_STOCK)
    await _signatures(gathering)
    await _messages(gathering)
    await _templates(gathering)
    await _changes(gathering)
    await _papers(gathering)
    return gathering.answers


_OF_AN_APP = {
    "qualification_id": 900001,
    "sign_source": 2,
    "app_icp_record_id": 600002,
    "apply_scene_content": "https://store.example.com/600002",
}


async def _signatures(gathering: Gathering) -> None:
    ask, driver = gathering.ask, gathering.driver
    await ask(
        "CreateSmsSign",
        sign_name="云杉优选",
        qualification_id=900001,
        sign_source=5,
        trademark_id=700002,
        remark="[sandbox telecom=fail:SIGNATURE_ERROR]",
        more_data=["demo/a.png"],
    )
    await driver.create("白鹭旅行", qualification_id=900005, third_party=True, authorization_letter_id=800001)
    await driver.create("云杉出行", **_OF_AN_APP, remark="[sandbox review=reject]")
    for sign_name in ("云杉优选", "云杉出行"):
        await ask("GetSmsSign", sign_name=sign_name)
    await ask("QuerySmsSignList", page_index=1, page_size=10)
    driver.later(days=14, hours=2)
    for sign_name in ("云杉优选", "白鹭旅行", "云杉出行"):
        await ask("GetSmsSign", sign_name=sign_name)
    await ask("QuerySmsSignList", page_index=1, page_size=10)


async def _messages(gathering: Gathering) -> None:
    ask, driver = gathering.ask, gathering.driver
    await ask(
        "SendSms",
        phone_numbers=f"{MOBILE},{TELECOM}",
        sign_name="云杉优选",
        template_code="SMS_900002",
        out_id="out-1",
    )
    await ask(
        "SendBatchSms",
        phone_number_json=f'["{MOBILE}", "{TELECOM}"]',
        sign_name_json='["云杉优选", "白鹭旅行"]',
        template_code="SMS_900002",
        template_param_json="[{}, {}]",
    )
    for _ in range(2):
        await ask("QuerySendDetails", phone_number=MOBILE, send_date="20260316", page_size=10, current_page=1)
        await ask(
            "QuerySendStatistics",
            is_globe=1,
            start_date="20260316",
            end_date="20260317",
            page_index=1,
            page_size=10,
        )
        driver.later(minutes=1)


async def _templates(gathering: Gathering) -> None:
    ask, driver = gathering.ask, gathering.driver
    template = {
        "template_name": "取件通知",
        "template_content": "您的取件码为${code}",
        "template_type": 1,
        "template_rule": '{"code": "characterWithNumber2"}',
        "related_sign_name": "云杉优选",
        "apply_scene_content": "https://store.example.com",
        "traffic_driving": "[]",
        "intl_type": 0,
        "more_data": ["demo/a.png"],
    }
    created = await ask("CreateSmsTemplate", **template, remark="[sandbox review=reject]")
    code = created["TemplateCode"]
    await ask("GetSmsTemplate", template_code=code)
    driver.later(days=1)
    await ask("GetSmsTemplate", template_code=code)
    await ask("QuerySmsTemplateList", page_index=1, page_size=10)
    await ask("UpdateSmsTemplate", **template, template_code=code)
    driver.later(days=1)
    await ask("DeleteSmsTemplate", template_code=code)


async def _changes(gathering: Gathering) -> None:
    ask, driver = gathering.ask, gathering.driver
    await ask("ChangeSignatureQualification", signature_name="云杉优选", qualification_id=42)
    await ask("UpdateSmsSign", **_OF_AN_APP, sign_name="云杉出行", remark="重新提交")
    driver.later(days=1)
    await ask("DeleteSmsSign", sign_name="云杉出行")


async def _papers(gathering: Gathering) -> None:
    ask = gathering.ask
    await ask(
        "CreateSmsAuthorizationLetter",
        authorization_letter_name="白鹭授权书",
        authorization="武汉白鹭旅行有限公司",
        proxy_authorization="杭州云杉科技有限公司",
        organization_code="91420100MA0000005E",
        authorization_letter_exp_date="2026-01-01~2028-12-31",
        authorization_letter_pic="demo/a.png",
        sign_list=["白鹭旅行"],
    )
    await ask(
        "CreateSmsTrademark",
        trademark_name="云杉甄选",
        trademark_applicant_name="杭州云杉科技有限公司",
        trademark_registration_number="12345678",
        trademark_eff_exp_date="2020-05-08~2030-05-07",
        trademark_pic="demo/a.png",
    )
    await ask(
        "CreateSmsAppIcpRecord",
        app_icp_license_number="演ICP备1号-1A",
        app_principal_unit_name="杭州云杉科技有限公司",
        app_service_name="云杉甄选",
        app_approval_date="2024-03-01",
        app_icp_record_pic="demo/a.png",
        domain="https://store.example.com/1",
    )
    for group_id in (900001, 900003, 900007, 42):
        await ask("QuerySingleSmsQualification", qualification_group_id=group_id)
    await ask("QuerySmsQualificationRecord", page_no=1, page_size=50)
    await ask("QuerySmsAuthorizationLetter")
    await ask("QuerySmsTrademark", trademark_id_list=[700001, 700002])
    await ask("QuerySmsAppIcpRecord", app_icp_record_id_list=[600001, 42])
