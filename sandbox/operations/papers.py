"""The operations on papers: qualifications (资质), letters of authorization (委托授权书), trademarks, app records."""

import json
from typing import Any

from sandbox.clock import BEIJING
from sandbox.operations.call import Call
from sandbox.protocol import ApiError

_RECORD_STATE = {
    "INT": "INIT",
    "FAILED": "NOT_PASS",
    "PASSED": "PASS",
    "NOT_FINISH": "NOT_FINISH",
    "CANCELED": "CANCEL",
}
"""The two qualification queries name the same states differently."""


def query_single_sms_qualification(call: Call) -> dict[str, Any]:
    """Reads one qualification by its group id. ``QualificationNotFound`` if there is none."""
    call.parameters.required("QualificationGroupId")
    qualification = call.store.paper("qualification", str(call.parameters.integer("QualificationGroupId")))
    if qualification is None:
        raise ApiError("QualificationNotFound", "资质不存在")
    only_in_records = ("AuditTime", "AuditRemark", "CreateDate")
    return {"Success": True, "Data": {name: v for name, v in qualification.items() if name not in only_in_records}}


def query_sms_qualification_record(call: Call) -> dict[str, Any]:
    """Lists the reviews of qualifications."""
    parameters = call.parameters
    number, size = parameters.page("PageNo")
    wanted = {
        "CompanyName": parameters.text("CompanyName"),
        "LegalPersonName": parameters.text("LegalPersonName"),
        "QualificationGroupName": parameters.text("QualificationGroupName"),
        "StateName": parameters.text("State"),
        "WorkOrderId": parameters.integer("WorkOrderId"),
    }
    use_by_self = parameters.boolean("UseBySelf")
    if use_by_self is not None:
        wanted["UseBySelf"] = str(use_by_self).lower()
    records = [_record(qualification) for qualification in call.store.papers("qualification")]
    found = [r for r in records if all(value is None or r[name] == value for name, value in wanted.items())]
    page = {"List": found[(number - 1) * size : number * size], "PageNo": number, "PageSize": size, "Total": len(found)}
    return {"Success": True, "Data": page}


def query_sms_authorization_letter(call: Call) -> dict[str, Any]:
    """Lists letters of authorization; ``Status`` says whether the asked time lies within a letter's validity."""
    parameters = call.parameters
    ids = _id_list(call, "AuthorizationLetterIdList")
    wanted = {name: parameters.text(name) for name in ("OrganizationCode", "State", "Status")}
    sign_name = parameters.text("SignName")
    found = []
    for letter in call.store.papers("letter"):
        shown = _letter(letter, call.asked_at.astimezone(BEIJING).date().isoformat())
        if (
            (ids is None or shown["AuthorizationLetterId"] in ids)
            and (sign_name is None or sign_name in letter["SignList"])
            and all(value is None or shown[name] == value for name, value in wanted.items())
        ):
            found.append(shown)
    return {"Success": True, "Data": found}


def query_sms_trademark(call: Call) -> dict[str, Any]:
    """Reads trademarks (商标) by their ids; those that nobody has are left out."""
    return {"Success": True, "Data": _by_ids(call, "trademark", "TrademarkId")}


def query_sms_app_icp_record(call: Call) -> dict[str, Any]:
    """Reads apps' ICP records (APP 备案) by their ids; those that nobody has are left out."""
    return {"Success": True, "Data": _by_ids(call, "app_record", "AppIcpRecordId")}


def _by_ids(call: Call, kind: str, key: str) -> list[dict[str, Any]]:
    call.parameters.required(f"{key}List")
    ids = _id_list(call, f"{key}List") or []
    return [paper for paper in call.store.papers(kind) if paper[key] in ids]


def _record(qualification: dict[str, Any]) -> dict[str, Any]:
    return {
        "GroupId": qualification["QualificationGroupId"],
        "QualificationGroupName": qualification["QualificationName"],
        "CompanyName": qualification["CompanyName"],
        "LegalPersonName": qualification["LegalPersonName"],
        "UseBySelf": str(qualification["UseBySelf"]).lower(),
        "WorkOrderId": qualification["WorkOrderId"],
        "StateName": _RECORD_STATE[qualification["State"]],
        "AuditTime": qualification.get("AuditTime"),
        "AuditRemark": qualification.get("AuditRemark"),
        "CreateDate": qualification.get("CreateDate"),
    }


def _letter(letter: dict[str, Any], today: str) -> dict[str, Any]:
    first, _, last = letter["AuthorizationLetterExpDate"].partition("~")
    return {name: value for name, value in letter.items() if name != "SignList"} | {
        "SignScope": "、".join(letter["SignList"]),
        "Status": "VALID" if first <= today <= last else "INVALID",
    }


def _id_list(call: Call, name: str) -> list[int] | None:
    text = call.parameters.text(name)
    if text is None:
        return None
    try:
        ids = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ApiError(f"Invalid{name}", "Not a JSON array of ids.") from error
    if not isinstance(ids, list):
        raise ApiError(f"Invalid{name}", "Not a JSON array of ids.")
    return ids
