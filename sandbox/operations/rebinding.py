"""The operation ChangeSignatureQualification: another qualification (资质) for an approved signature."""

from collections.abc import Mapping
from typing import Any

from sandbox.clock import parse_instant
from sandbox.operations.call import Call
from sandbox.operations.papers import letter_passed, qualification_at
from sandbox.operations.signatures import being_filed
from sandbox.protocol import ApiError
from sandbox.timeline import Filing, Review, SignatureState


def change_signature_qualification(call: Call) -> dict[str, Any]:
    """Binds a signature to another qualification, upon which its carriers are filed anew.

    Without ``AuthorizationLetterId`` the signature keeps the letter it has. No order id is answered: where nobody
    reviews the change there is no work order, and GetSmsSign goes on showing the last one.
    """
    sign_name = call.parameters.required("SignatureName")
    call.parameters.required("QualificationId")
    qualification_id = call.parameters.integer("QualificationId")
    letter_id = call.parameters.integer("AuthorizationLetterId")
    state = call.signature(sign_name)
    if state is None:
        raise ApiError("SmsSignatureNotExist", "签名不存在")
    if state.in_review or state.review is not Review.APPROVED:
        raise ApiError("SMS_STATUS_ILLEGAL", "签名状态须为审核通过")
    if being_filed(call, state):
        raise ApiError("SMS_STATUS_ILLEGAL", "签名报备中，不可更换资质")
    if letter_id is None:
        letter_id = state.shown.material.get("AuthorizationLetterId")
    _check_papers(call, sign_name, state, qualification_id, letter_id)

    material = dict(state.shown.material) | {"QualificationId": qualification_id}
    if letter_id is not None:
        material["AuthorizationLetterId"] = letter_id
    data: dict[str, Any] = {"material": material, "fates": {}}
    if not call.rules.rebind_is_reviewed:
        data |= {"reviewed": False, "order_id": state.shown.order_id}
    call.store.add_event(call.account, sign_name, call.time_for(sign_name), "rebound", data)
    return {"Success": True, "Data": {"Success": True, "ErrCode": "OK", "ErrMessage": "OK", "Data": {}}}


def _check_papers(
    call: Call, sign_name: str, state: SignatureState, qualification_id: int | None, letter_id: int | None
) -> None:
    """Checks the two papers against the signature and each other.

    Raises:
        ApiError: One of the codes that the API reference lists for the operation, or ``ParameterMismatch.ThirdParty``
            of CreateSmsSign, because it lists none for a qualification of the other purpose (自用, 他用).
    """
    at = call.time_for(sign_name)
    qualification = qualification_at(call, qualification_id, at)
    if qualification is None:
        raise ApiError("QualificationNotExist", "资质不存在")
    if qualification["State"] == "NOT_FINISH":
        raise ApiError("QualificationNotComplete", "资质信息不完整")
    if qualification["State"] != "PASSED":
        raise ApiError("SmsQualificationNotPassed", "资质未审核通过，不能绑定签名")
    if not call.rules.failed_qualification_rebinds and _failed_at_carriers(qualification, state):
        raise ApiError("SmsQualificationRegisterFailed", "当前资质报备失败，请修改资质后重新绑定")
    third_party = state.shown.material.get("ThirdParty", False)
    if qualification["UseBySelf"] is third_party:
        raise ApiError("ParameterMismatch.ThirdParty", "签名用途与资质用途不一致")
    if not third_party and letter_id is None:
        return
    letter = call.paper("letter", letter_id)
    if letter is None:
        raise ApiError("SmsAuthorizationLetterNotExist", "委托授权书不存在")
    if letter["OrganizationCode"] != qualification["OrganizationCode"] or not letter_passed(call, letter, at):
        raise ApiError(
            "SmsPassedAuthorizationLetterNotMatch", "请绑定已审核通过且与资质统一社会信用代码一致的委托授权书"
        )
    if sign_name not in letter["SignList"]:
        raise ApiError("SmsSignNotAuthorized", "签名不在委托授权书的授权范围内")


def _failed_at_carriers(qualification: Mapping[str, Any], state: SignatureState) -> bool:
    """Returns whether carriers refused a qualification: whenever they do, or with this signature and as it still is."""
    if qualification.get("refused_by_carriers"):
        return True
    if qualification["QualificationGroupId"] != state.shown.material.get("QualificationId"):
        return False
    modified_at = qualification.get("modified_at")
    return any(
        carrier.status is Filing.FAILED
        and carrier.reason == "QUALIFICATION_ERROR"
        and not (modified_at and carrier.completed_at and parse_instant(modified_at) > carrier.completed_at)
        for carrier in state.carriers.values()
    )
