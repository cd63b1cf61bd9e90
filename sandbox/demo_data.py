"""The papers that a fresh sandbox brings. Companies, codes and people are made up; the codes only pass the checksum.

Nobody has these identity numbers: there is no region 000000.
"""

from typing import Any

from sandbox.stock import Stock


def _identity_number(of: int) -> str:
    return f"00000019000101{of % 10_000:04d}"


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
        "AdminIDCardNo": _identity_number(group_id),
        "AdminIDCardExpDate": "2020-01-01~2040-01-01",
        "AdminIDCardFrontFace": f"demo/{group_id}-emblem.png",
        "AdminIDCardPic": f"demo/{group_id}-portrait.png",
        "AdminPhoneNo": "139****0000",
        "BusinessLicensePics": [
            {
                "LicensePic": f"demo/{group_id}-licence.png",
                "PicUrl": f"https://oss.example.com/demo/{group_id}-licence.png",
                "Type": "socialCreditLicense",
            }
        ],
        "OtherFiles": [],
        "BusinessType": "dysms",
        "UseBySelf": True,
        "WhetherShare": False,
        "State": state,
        "CreateDate": "2025-01-06 10:00:00",
    } | further


def _trademark(trademark_id: int, name: str, owner: str) -> dict[str, Any]:
    return {
        "TrademarkId": trademark_id,
        "TrademarkName": name,
        "TrademarkApplicantName": owner,
        "TrademarkEffExpDate": "2020-05-08~2030-05-07",
        "TrademarkRegistrationNumber": f"00{trademark_id}",
        "TrademarkPic": f"demo/{trademark_id}.png",
        "TrademarkPicUrl": f"https://oss.example.com/demo/{trademark_id}.png",
    }


def _app_record(record_id: int, name: str, owner: str) -> dict[str, Any]:
    return {
        "AppIcpRecordId": record_id,
        "AppIcpLicenseNumber": f"演ICP备{record_id}号A",
        "AppServiceName": name,
        "AppPrincipalUnitName": owner,
        "AppApprovalDate": "2024-03-01",
        "AppIcpRecordPic": f"demo/{record_id}.png",
        "AppIcpRecordPicUrl": f"https://oss.example.com/demo/{record_id}.png",
        "Domain": f"https://store.example.com/{record_id}",
    }


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
                AdminIDCardNo=_identity_number(900002),
                **_AUDITED,
            ),
            _qualification(
                900007,
                "",
                "",
                "PASSED",
                QualificationName="个人演示资质",
                CompanyType="PERSONAL",
                LegalPersonName="演示个人",
                **_AUDITED,
            ),
            _qualification(
                900008,
                "南京梧桐文化有限公司",
                "91320100MA00000081",
                "NOT_FINISH",
                AuditRemark="请补充法人证件照片",
                **_AUDITED,
            ),
            _qualification(
                900009,
                "苏州听雨茶业有限公司",
                "91320500MA0000009Q",
                "PASSED",
                EffTimeStr="2017-01-01~2026-12-31",
                **_AUDITED,
            ),
            _qualification(900010, "昆明松果科技有限公司", "91530100MA0000010T", "PASSED", **_AUDITED),
            _qualification(
                900011,
                "昆明石榴文化有限公司",
                "91530100MA0000011X",
                "PASSED",
                AdminIDCardNo=_identity_number(900010),
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
                "AuthorizationLetterPic": "demo/800001.png",
                "SignList": ["白鹭旅行", "白鹭假期", "白鹭出行"],
                "State": "PASSED",
            }
        ],
        "trademarks": [
            {"TrademarkId": 700001},
            _trademark(700002, "云杉优选", "杭州云杉科技有限公司"),
            _trademark(700003, "蓝鲸优选", "杭州云杉科技有限公司"),
        ],
        "app_records": [
            _app_record(600001, "蓝鲸速运", "深圳蓝鲸物流有限公司"),
            _app_record(600002, "云杉出行", "深圳蓝鲸物流有限公司"),
        ],
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
"""Papers by their ids.

======  ================================================================================================
900001  passed, 自用
900002  passed, 自用
900003  in review
900004  rejected
900005  passed, 他用, with letter 800001
900006  passed, 自用, of the same company as 900002
900007  passed, but a person's
900008  to be completed (资料待补充)
900009  passed; the licence ends with the year 2026
900010  passed; its administrator is also that of 900011, which is another company's
700001  a trademark of which the platform shows neither name nor owner, so it goes with any signature
700002  a trademark of the company of 900001, and 700003, which is called like the company of 900002
600001  an app record of the company of 900002, and 600002, which is called like the company of 900001
======  ================================================================================================

Templates: SMS_900001 (verification code) and SMS_900002 (notification).
"""
