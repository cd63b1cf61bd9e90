"""The operations on papers: qualifications (资质), letters of authorization (委托授权书), trademarks, app records."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sandbox.clock import beijing, beijing_day, parse_instant
from sandbox.operations.call import Call, told
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
    qualification = qualification_at(call, call.parameters.integer("QualificationGroupId"), call.asked_at)
    if qualification is None:
        raise ApiError("QualificationNotFound", "资质不存在")
    only_in_records = ("AuditTime", "AuditRemark", "CreateDate")
    shown = told(qualification)
    return {"Success": True, "Data": {name: v for name, v in shown.items() if name not in only_in_records}}


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
    records = [_record(reviewed(qualification, call.asked_at)) for qualification in call.papers("qualification")]
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
    for letter in call.papers("letter"):
        shown = _letter(call, letter)
        if (
            (ids is None or shown["AuthorizationLetterId"] in ids)
            and (sign_name is None or sign_name in letter["SignList"])
            and all(value is None or shown[name] == value for name, value in wanted.items())
        ):
            found.append(shown)
    return {"Success": True, "Data": found}


def query_sms_trademark(call: Call) -> dict[str, Any]:
    """Reads trademarks (商标) by their ids; those that the account does not have are left out."""
    return {"Success": True, "Data": _by_ids(call, "trademark", "TrademarkId")}


def query_sms_app_icp_record(call: Call) -> dict[str, Any]:
    """Reads apps' ICP records (APP 备案) by their ids; those that the account does not have are left out."""
    return {"Success": True, "Data": _by_ids(call, "app_record", "AppIcpRecordId")}


def _by_ids(call: Call, kind: str, key: str) -> list[dict[str, Any]]:
    call.parameters.required(f"{key}List")
    ids = _id_list(call, f"{key}List") or []
    return [told(paper) for paper in call.papers(kind) if paper[key] in ids]


def qualification_at(call: Call, group_id: object, at: datetime) -> dict[str, Any] | None:
    """Returns a qualification with the state that its review has come to, or ``None`` if there is none."""
    qualification = call.paper("qualification", group_id)
    return qualification and reviewed(qualification, at)


def reviewed(qualification: dict[str, Any], at: datetime) -> dict[str, Any]:
    """Returns a stored qualification as it is at a time: 审核中 until its review ends."""
    ends = qualification.get("reviewed_at")
    if ends is None:
        return qualification
    if at < parse_instant(ends):
        untold = ("AuditTime", "AuditRemark")
        return {name: value for name, value in qualification.items() if name not in untold} | {"State": "INT"}
    return {"AuditTime": beijing(parse_instant(ends))} | qualification


def letter_passed(call: Call, letter: Mapping[str, Any], at: datetime) -> bool:
    """Returns whether a letter of authorization has passed: once a signature in its scope that rests on it has."""
    if letter["State"] == "PASSED":
        return True
    for sign_name in letter["SignList"]:
        for submission in call.submissions(sign_name):
            decided_at = submission.decided_at(call.pace)
            if (
                submission.reviewed
                and submission.will_be_approved
                and decided_at is not None
                and decided_at <= at
                and submission.material.get("AuthorizationLetterId") == letter["AuthorizationLetterId"]
            ):
                return True
    return False


def letter_valid(letter: Mapping[str, Any], at: datetime) -> bool:
    """Returns whether a Beijing date lies within a letter's validity, first and last day included."""
    first, _, last = letter["AuthorizationLetterExpDate"].partition("~")
    return bool(first <= beijing_day(at) <= last)


def _record(qualification: dict[str, Any]) -> dict[str, Any]:
    record = {
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
    return {name: value for name, value in record.items() if value is not None}


def _letter(call: Call, letter: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told(letter).items() if name != "SignList"} | {
        "SignScope": "、".join(letter["SignList"]),
        "State": "PASSED" if letter_passed(call, letter, call.asked_at) else "INT",
        "Status": "VALID" if letter_valid(letter, call.asked_at) else "INVALID",
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
