"""The papers that a fresh sandbox brings. Companies, codes and people are made up; the codes only pass the checksum."""

from typing import Any

from sandbox.stock import Stock


def _qualification(group_id: int, company: str, code: str, state: str, **further: object) -> dict[str, Any]:
    return {
        "QualificationGroupId": group_id,
        "WorkOrderId": group_id + 10_000_000,
        "QualificationName": f"{company[2:4]}演示资质",
        "CompanyName": company,
        "CompanyType": "COMPANY",
        "OrganizationCode": code,
        "EffTimeStr": "2018-05-08~2099-12-31",
        "LegalPersonName": "演示法人",
        "LegalPersonIDCardType": "identityCard",
        "LegalPersonIDCardNo": "******************",
        "LegalPersonIdCardEffTime": "2020-01-01~2040-01-01",
        "AdminName": "演示管理员",
        "AdminIDCardType": "identityCard",
        "AdminIDCardNo": "******************",
        "AdminIDCardExpDate": "2020-01-01~2040-01-01",
        "AdminPhoneNo": "139****0000",
        "BusinessLicensePics": [],
        "OtherFiles": [],
        "BusinessType": "dysms",
        "UseBySelf": True,
        "WhetherShare": False,
        "State": state,
        "CreateDate": "2025-01-06 10:00:00",
    } | further


_AUDITED = {"AuditTime": "2025-01-08 15:30:00"}

DEMO_DATA = Stock.model_validate(
    {
        "qualifications": [
            _qualification(900001, "杭州云杉科技有限公司", "91330100MA0000001F", "PASSED", **_AUDITED),
            _qualification(900002, "深圳蓝鲸物流有限公司", "91440300MA0000002P", "PASSED", **_AUDITED),
            _qualification(900003, "上海青禾教育有限公司", "91310000MA00000038", "INT"),
            _qualification(
                900004,
                "成都锦里餐饮有限公司",
                "91510100MA0000004X",
                "FAILED",
                AuditRemark="营业执照图片不清晰，请重新上传",
                **_AUDITED,
            ),
            _qualification(900005, "武汉白鹭旅行有限公司", "91420100MA0000005E", "PASSED", UseBySelf=False, **_AUDITED),
            _qualification(
                900006,
                "深圳蓝鲸物流有限公司",
                "91440300MA0000002P",
                "PASSED",
                QualificationName="蓝鲸备用资质",
                **_AUDITED,
            ),
        ],
        "letters": [
            {
                "AuthorizationLetterId": 800001,
                "AuthorizationLetterName": "白鹭旅行授权书",
                "Authorization": "武汉白鹭旅行有限公司",
                "ProxyAuthorization": "杭州云杉科技有限公司",
                "OrganizationCode": "91420100MA0000005E",
                "AuthorizationLetterExpDate": "2025-01-01~2030-12-31",
                "SignList": ["白鹭旅行", "白鹭假期", "白鹭出行"],
                "State": "PASSED",
            }
        ],
        "trademarks": [{"TrademarkId": 700001, "TrademarkName": "云杉优选"}],
        "app_records": [{"AppIcpRecordId": 600001, "AppServiceName": "蓝鲸速运"}],
        "templates": [
            {
                "TemplateCode": "SMS_900001",
                "TemplateType": 0,
                "TemplateContent": "验证码：${code}，五分钟内有效，请勿告诉他人。",
                "TemplateStatus": "AUDIT_STATE_PASS",
            },
            {
                "TemplateCode": "SMS_900002",
                "TemplateType": 1,
                "TemplateContent": "您好，您的订单已受理，我们会尽快为您处理。",
                "TemplateStatus": "AUDIT_STATE_PASS",
            },
        ],
    }
)
"""Qualifications 900001 and 900002 (passed, 自用), 900003 (in review), 900004 (failed), 900005 (passed, 他用, with
letter 800001), 900006 (passed, 自用, of the same company as 900002); trademark 700001; app record 600001; templates
SMS_900001 (verification code) and SMS_900002 (notification)."""
