"""The operations on signatures (签名): CreateSmsSign, UpdateSmsSign, DeleteSmsSign, GetSmsSign, QuerySmsSignList."""

from typing import Any

from sandbox.clock import beijing, beijing_date, parse_beijing_date
from sandbox.operations.applications import asked_fates, read_application
from sandbox.operations.call import Call
from sandbox.operations.history import order_id
from sandbox.operations.papers import letter_passed
from sandbox.protocol import ApiError
from sandbox.reasons import REASON_TEXTS
from sandbox.timeline import CarrierState, Filing, Review, SignatureState

REJECT_INFO = "签名与资质的关系无法确认，请补充证明材料后重新提交"
"""The reviewer's reason (审核意见) for every rejection."""
_AUDIT_STATUS = {
    Review.IN_REVIEW: "AUDIT_STATE_INIT",
    Review.APPROVED: "AUDIT_STATE_PASS",
    Review.REJECTED: "AUDIT_STATE_NOT_PASS",
    Review.CANCELLED: "AUDIT_STATE_CANCEL",
}
_CUSTOM_SIGNATURE = "2"
_FILE_HOST = "https://oss.sandbox.invalid"


def create_sms_sign(call: Call) -> dict[str, Any]:
    """Applies for a signature. ``SignName.Exists`` if the account has it already."""
    sign_name = call.parameters.required("SignName")
    material = read_application(call, sign_name)
    if call.store.life(call.account, sign_name):
        raise ApiError("SignName.Exists", "签名已存在")
    midnight = parse_beijing_date(beijing_date(call.time_for(sign_name)))
    if call.store.created_since(call.account, midnight) >= call.rules.signs_per_day:
        raise ApiError("isv.SIGN_COUNT_OVER_LIMIT", "超过单自然日签名申请数量上限")
    return _submit(call, sign_name, "created", material)


def update_sms_sign(call: Call) -> dict[str, Any]:
    """Edits a signature, which puts it into review again. The parameters replace the material as a whole.

    The platform documents no error code for an edit at the wrong moment, so it is a rule. A signature whose
    application was withdrawn cannot be edited: the reference names approved and rejected ones only.
    """
    sign_name, state = _existing(call)
    refusal = call.rules.edit_refusal_code
    if state.in_review:
        raise ApiError(refusal, "签名审核中，不可编辑")
    if state.review is Review.CANCELLED:
        raise ApiError(refusal, "签名已取消审核，不可编辑")
    if being_filed(call, state):
        raise ApiError(refusal, "签名报备中，不可编辑")
    return _submit(call, sign_name, "updated", read_application(call, sign_name))


def delete_sms_sign(call: Call) -> dict[str, Any]:
    """Deletes a signature for ever, one that was withdrawn as well. ``isv.ERROR_SIGN_NOT_DELETE`` while in review."""
    sign_name, state = _existing(call)
    if state.in_review:
        raise ApiError("isv.ERROR_SIGN_NOT_DELETE", "签名审核中，不可删除")
    call.store.add_event(call.account, sign_name, call.time_for(sign_name), "deleted", {})
    return {"SignName": sign_name}


def get_sms_sign(call: Call) -> dict[str, Any]:
    """Reads one signature with its filing at each carrier. ``SignatureNotFound`` if there is none."""
    sign_name, state = _existing(call)
    if state.shown.material.get("AuthorizationLetterId") is not None:
        # Whether the letter passed is for other signatures to say.
        return _told(call, sign_name, state)
    return call.prepared(sign_name, lambda: _told(call, sign_name, state))


def _told(call: Call, sign_name: str, state: SignatureState) -> dict[str, Any]:
    material = state.shown.material
    audit = {"AuditDate": beijing(state.audited_at)} if state.audited_at else {}
    if state.review is Review.REJECTED:
        audit["RejectInfo"] = REJECT_INFO
    answer = {
        "SignName": sign_name,
        "SignCode": f"SIGN_{state.shown.order_id}",
        "SignStatus": int(state.review),
        "SignTag": _CUSTOM_SIGNATURE,
        "SignUsage": material.get("Remark"),
        "CreateDate": beijing(state.created_at),
        "OrderId": state.shown.order_id,
        "QualificationId": material.get("QualificationId"),
        "ThirdParty": material.get("ThirdParty", False),
        "AuthorizationLetterId": material.get("AuthorizationLetterId"),
        "AuthorizationLetterAuditPass": _letter_passed(call, sign_name, material.get("AuthorizationLetterId")),
        "TrademarkId": material.get("TrademarkId"),
        "AppIcpRecordId": material.get("AppIcpRecordId"),
        "ApplyScene": material.get("ApplySceneContent"),
        "Remark": material.get("Remark"),
        "FileUrlList": [f"{_FILE_HOST}/{key}" for key in material.get("MoreData", [])],
        "AuditInfo": audit,
        "RegisterResult": _register_result(call, {carrier.status for carrier in state.carriers.values()}),
        "SignIspRegisterDetailList": [_register_detail(code, carrier) for code, carrier in state.carriers.items()],
    }
    return {name: value for name, value in answer.items() if value is not None}


def query_sms_sign_list(call: Call) -> dict[str, Any]:
    """Lists the account's signatures, the one created last first. Carriers are not part of this answer."""
    number, size = call.parameters.page("PageIndex")
    names = call.store.sign_names(call.account)
    states = [(name, call.signature(name)) for name in names[(number - 1) * size : number * size]]
    return {
        "CurrentPage": number,
        "PageSize": size,
        "TotalCount": len(names),
        "SmsSignList": [_list_entry(call, name, state) for name, state in states if state],
    }


def _existing(call: Call) -> tuple[str, SignatureState]:
    sign_name = call.parameters.required("SignName")
    state = call.signature(sign_name)
    if state is None:
        raise ApiError("SignatureNotFound", "签名不存在", 404)
    return sign_name, state


def being_filed(call: Call, state: SignatureState) -> bool:
    """Returns whether the carriers that are 报备中 stand against an edit."""
    registering = [carrier.status is Filing.REGISTERING for carrier in state.carriers.values()]
    match call.rules.edit_while_registering:
        case "allowed":
            return False
        case "refused_if_all":
            return all(registering)
        case "refused_if_any":
            return any(registering)


def _submit(call: Call, sign_name: str, kind: str, material: dict[str, Any]) -> dict[str, Any]:
    data = {"material": material, "fates": asked_fates(call)}
    seq = call.store.add_event(call.account, sign_name, call.time_for(sign_name), kind, data)
    return {"OrderId": order_id(seq), "SignName": sign_name}


def _letter_passed(call: Call, sign_name: str, letter_id: int | None) -> bool:
    letter = call.paper("letter", letter_id) if letter_id is not None else None
    return letter is not None and letter_passed(call, letter, call.time_for(sign_name))


def _register_result(call: Call, statuses: set[Filing]) -> int | None:
    """Sums the carriers up into the deprecated ``RegisterResult``: 1 success, 2 expired, 0 failed, -1 none."""
    rule = call.rules.register_result
    if rule == "absent":
        return None
    if statuses == {Filing.REGISTERED} or (rule == "any_carrier" and Filing.REGISTERED in statuses):
        return 1
    if Filing.EXPIRED in statuses:
        return 2
    failed = Filing.FAILED in statuses if rule == "all_carriers" else statuses == {Filing.FAILED}
    return 0 if failed else -1


def _register_detail(code: str, carrier: CarrierState) -> dict[str, Any]:
    detail: dict[str, Any] = {
        "OperatorCode": code,
        "RegisterStatus": int(carrier.status),
        "RegisterStatusReasons": [
            {"ReasonCode": carrier.reason, "ReasonDescList": [REASON_TEXTS[carrier.reason]]},
        ],
    }
    if carrier.completed_at:
        detail["OperatorCompleteTime"] = beijing(carrier.completed_at)
    return detail


def _list_entry(call: Call, sign_name: str, state: SignatureState) -> dict[str, Any]:
    material = state.shown.material
    reason = {"RejectInfo": "无审批备注"}
    if state.review is Review.REJECTED and state.audited_at:
        reason = {"RejectDate": beijing(state.audited_at), "RejectInfo": REJECT_INFO, "RejectSubInfo": ""}
    entry = {
        "SignName": sign_name,
        "AuditStatus": _AUDIT_STATUS[state.review],
        "BusinessType": "验证码类型" if material.get("SignType") == 0 else "通用类型",
        "CreateDate": beijing(state.created_at),
        "OrderId": state.shown.order_id,
        "Reason": reason,
        "TrademarkId": material.get("TrademarkId"),
        "AppIcpRecordId": material.get("AppIcpRecordId"),
        "AuthorizationLetterId": material.get("AuthorizationLetterId"),
        "authorizationLetterAuditPass": _letter_passed(call, sign_name, material.get("AuthorizationLetterId")),
    }
    return {name: value for name, value in entry.items() if value is not None}
