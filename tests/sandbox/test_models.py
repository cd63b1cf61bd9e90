"""Every operation's names, field by field, against the installed SDK's own model classes.

When the SDK is upgraded these tests name what it knows that the sandbox does not answer or read, and the reverse.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from sandbox import REAL, Rules
from sandbox.demo_data import DEMO_DATA
from sandbox.operations import OPERATIONS, Call
from sandbox.papers import AppRecord, Letter, Qualification, Trademark
from sandbox.protocol import Parameters
from sandbox.stock import load
from sandbox.store import Store
from tests.sandbox.driver import MOBILE, START, Driver
from tests.sandbox.sdk_answers import every_kind_of_answer
from tests.sandbox.sdk_shapes import answer_fields, answered, paths, request_fields, strangers

_NO_ACCESS_CONTROL = "told only when access control (RAM) denies, which the sandbox has none of"

NOT_ANSWERED: Mapping[str, Mapping[str, str]] = {
    operation: {"AccessDeniedDetail": _NO_ACCESS_CONTROL}
    for operation in (
        "ChangeSignatureQualification",
        "CreateSmsAuthorizationLetter",
        "CreateSmsTrademark",
        "CreateSmsAppIcpRecord",
        "QuerySingleSmsQualification",
        "QuerySmsQualificationRecord",
        "QuerySmsAuthorizationLetter",
        "QuerySmsTrademark",
        "QuerySmsAppIcpRecord",
    )
} | {"GetSmsTemplate": {"VendorAuditStatus": "of multimedia messages (数字短信) only"}}
"""By operation: the fields of its answer that the sandbox never gives, and why."""

NOT_READ_ANYWHERE = {
    "OwnerId": "the platform's own use; its reference describes none of the three",
    "ResourceOwnerAccount": "as OwnerId",
    "ResourceOwnerId": "as OwnerId",
}
NOT_READ: Mapping[str, Mapping[str, str]] = {
    "QuerySingleSmsQualification": {"OrderId": "names an earlier work order, and the sandbox keeps the last one only"},
}
"""The parameters that the sandbox takes and does not look at, and why."""


async def test_every_answer_has_the_fields_of_the_sdks_model(driver: Driver) -> None:
    answers = await every_kind_of_answer(driver)
    assert answers.keys() == OPERATIONS.keys(), "every operation was asked"
    for operation, given in answers.items():
        fields = answer_fields(operation)
        strange = {told for answer in given for told in strangers(answer, fields)}
        assert not strange, operation
        missing = paths(fields) - {path for answer in given for path in answered(answer)}
        assert missing == NOT_ANSWERED.get(operation, {}).keys(), f"{operation}: the fields that are not answered"


def test_the_comparison_tells_what_is_strange() -> None:
    fields = answer_fields("GetSmsSign")
    carrier = {"OperatorCode": "mobile", "RegisterStatusReasons": [{"Code": "X", "ReasonDescList": [1]}], "Status": 1}
    answer = {"SignStatus": "1", "ThirdParty": 1, "AuditInfo": [], "SignIspRegisterDetailList": [carrier, "telecom"]}
    assert set(strangers(answer, fields)) == {
        "SignStatus is str, not int",
        "ThirdParty is int, not bool",
        "AuditInfo is list, not dict",
        "SignIspRegisterDetailList.RegisterStatusReasons.Code is unknown",
        "SignIspRegisterDetailList.RegisterStatusReasons.ReasonDescList holds int, not <class 'str'>",
        "SignIspRegisterDetailList.Status is unknown",
        "SignIspRegisterDetailList holds str, not <class 'dict'>",
    }


@pytest.mark.parametrize(
    ("paper", "operation", "apart"),
    [
        (
            Qualification,
            "QuerySingleSmsQualification",
            {"AuditTime", "AuditRemark", "CreateDate", "reviewed_at", "modified_at", "refused_by_carriers"},
        ),
        (Letter, "QuerySmsAuthorizationLetter", {"SignList"}),
        (Trademark, "QuerySmsTrademark", set()),
        (AppRecord, "QuerySmsAppIcpRecord", set()),
    ],
)
def test_papers_are_stocked_by_the_names_that_are_answered(paper: Any, operation: str, apart: set[str]) -> None:
    # A letter's scope and whether it is valid are told by the sandbox; lower-case names are its own.
    told = {"SignScope", "Status"} if paper is Letter else set()
    names = {name for name in paper.model_fields if name[0].isupper()}
    assert names - apart == answer_fields(operation)["Data"].inner.keys() - told


async def test_a_paper_with_a_field_that_is_none_of_the_platforms_is_refused(driver: Driver) -> None:
    answer = await driver.control("POST", "stock", {"trademarks": [{"TrademarkId": 1, "TradeMarkName": "a"}]}, 400)
    assert "trademarks.0.TradeMarkName" in answer["error"]


class Noting(Parameters):
    """Parameters that remember which of them were looked at."""

    def __init__(self, values: Mapping[str, str]) -> None:
        super().__init__(values)
        self.read: set[str] = set()

    def text(self, name: str) -> str | None:
        self.read.add(name)
        return super().text(name)


APPLICATION = {"SignName": "云杉科技", "QualificationId": "900001", "SignSource": "0", "Remark": "a"}
TEMPLATE = {
    "TemplateName": "取件通知",
    "TemplateContent": "您的包裹已到",
    "TemplateType": "1",
    "RelatedSignName": "云杉优选",
}
USUAL: Mapping[str, Mapping[str, str]] = {
    "ChangeSignatureQualification": {"SignatureName": "云杉优选", "QualificationId": "900001"},
    "CreateSmsAppIcpRecord": {
        "AppIcpLicenseNumber": "演ICP备1号-1A",
        "AppPrincipalUnitName": "杭州云杉科技有限公司",
        "AppServiceName": "云杉优选",
        "AppApprovalDate": "2024-03-01",
        "AppIcpRecordPic": "a.png",
        "Domain": "https://store.example.com/1",
    },
    "CreateSmsAuthorizationLetter": {
        "AuthorizationLetterName": "白鹭授权书",
        "Authorization": "武汉白鹭旅行有限公司",
        "ProxyAuthorization": "杭州云杉科技有限公司",
        "OrganizationCode": "91420100MA0000005E",
        "AuthorizationLetterExpDate": "2026-01-01~2028-12-31",
        "AuthorizationLetterPic": "a.png",
        "SignList": '["白鹭旅行"]',
    },
    "CreateSmsSign": APPLICATION,
    "CreateSmsTemplate": TEMPLATE,
    "CreateSmsTrademark": {
        "TrademarkName": "云杉优选",
        "TrademarkApplicantName": "杭州云杉科技有限公司",
        "TrademarkRegistrationNumber": "12345678",
        "TrademarkEffExpDate": "2020-05-08~2030-05-07",
        "TrademarkPic": "a.png",
    },
    "DeleteSmsSign": {"SignName": "云杉优选"},
    "DeleteSmsTemplate": {"TemplateCode": "SMS_1"},
    "GetSmsSign": {"SignName": "云杉优选"},
    "GetSmsTemplate": {"TemplateCode": "SMS_1"},
    "QuerySendDetails": {"PhoneNumber": MOBILE, "SendDate": "20260302"},
    "QuerySendStatistics": {"IsGlobe": "1", "StartDate": "20260301", "EndDate": "20260302"},
    "QuerySingleSmsQualification": {"QualificationGroupId": "900001"},
    "QuerySmsAppIcpRecord": {"AppIcpRecordIdList": "[600001]"},
    "QuerySmsTrademark": {"TrademarkIdList": "[700001]"},
    "SendBatchSms": {
        "PhoneNumberJson": f'["{MOBILE}"]',
        "SignNameJson": '["云杉优选"]',
        "TemplateCode": "SMS_900002",
    },
    "SendSms": {"SignName": "云杉优选", "PhoneNumbers": MOBILE, "TemplateCode": "SMS_900002"},
    "UpdateSmsSign": APPLICATION | {"SignName": "云杉优选"},
    "UpdateSmsTemplate": TEMPLATE | {"TemplateCode": "SMS_1"},
}
"""Parameters with which an operation succeeds; none where it needs none."""


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_every_operation_reads_the_parameters_of_the_sdks_model(operation: str) -> None:
    store = Store()
    load(store, DEMO_DATA, "account", REAL)
    carriers = {carrier: {"status": 3} for carrier in ("mobile", "unicom", "telecom")}
    signature = {"sign_name": "云杉优选", "created_at": "2026-01-01T00:00:00Z", "carriers": carriers}
    template = {"TemplateType": 1, "TemplateContent": "通知", "TemplateStatus": "AUDIT_STATE_NOT_PASS"}
    stock = {"signatures": [signature], "templates": [template | {"TemplateCode": "SMS_1"}]}
    load(store, DEMO_DATA.model_validate(stock), "account", REAL)
    parameters = Noting(USUAL.get(operation, {}))
    OPERATIONS[operation](Call("account", parameters, START, store, REAL, Rules()))
    store.close()
    known = request_fields(operation).keys()
    assert parameters.read <= known
    left = (NOT_READ_ANYWHERE.keys() & known) | NOT_READ.get(operation, {}).keys()
    assert known - parameters.read == left, "the parameters that are not looked at"
