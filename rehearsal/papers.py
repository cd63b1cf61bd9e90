"""What the private sandbox is given: the application's own papers, as approved ones, and made-up test phones.

The rehearsal asks no real platform, so whether the papers are in order there is taken for granted.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from filing.application import SignatureApplication
from filing.vocabulary import Carrier

TemplateType = Literal["verification", "notification"]

TEMPLATES: Mapping[TemplateType, tuple[str, dict[str, str]]] = {
    "verification": ("SMS_900001", {"code": "123456"}),
    "notification": ("SMS_900002", {}),
}
"""The sandbox's own templates with their parameters; the platform limits the two kinds differently."""

_PREFIX = {Carrier.MOBILE: "139", Carrier.UNICOM: "186", Carrier.TELECOM: "189"}
"""The sandbox knows a number's carrier by these."""

_CODE = "91330100MA0000001F"
_LONG_TERM = "2099-12-31"


def made_up_phones(counts: Mapping[Carrier, int]) -> dict[Carrier, list[str]]:
    """Test phones that nobody has, as many per carrier as asked for."""
    return {
        carrier: [f"{_PREFIX[carrier]}{number:08d}" for number in range(1, count + 1)]
        for carrier, count in counts.items()
    }


def stock_for(application: SignatureApplication, begins: date) -> dict[str, Any]:
    """The papers that an application rests on, all of them approved and of its company.

    Args:
        application: What is rehearsed.
        begins: The day before which the papers are valid already.

    Returns:
        A stock document; see ``sandbox.stock``.
    """
    validity = f"{date(begins.year - 1, 1, 1)}~{_LONG_TERM}"
    number = application.qualification_id
    stock: dict[str, Any] = {
        "qualifications": [
            {
                "QualificationGroupId": number,
                "WorkOrderId": number,
                "QualificationName": "预演资质",
                "CompanyName": application.company_name,
                "CompanyType": "COMPANY",
                "OrganizationCode": _CODE,
                "EffTimeStr": validity,
                "LegalPersonName": "预演法人",
                "UseBySelf": not application.third_party,
                "WhetherShare": False,
                "State": "PASSED",
            }
        ]
    }
    if application.authorization_letter_id is not None:
        stock["letters"] = [
            {
                "AuthorizationLetterId": application.authorization_letter_id,
                "AuthorizationLetterName": "预演授权书",
                "OrganizationCode": _CODE,
                "SignList": [application.sign_name],
                "AuthorizationLetterExpDate": validity,
                "State": "PASSED",
            }
        ]
    if application.trademark_id is not None:
        stock["trademarks"] = [{"TrademarkId": application.trademark_id}]
    if application.app_icp_record_id is not None:
        stock["app_records"] = [{"AppIcpRecordId": application.app_icp_record_id}]
    return stock
