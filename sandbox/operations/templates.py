"""The operations on message templates (短信模板), as far as test messages need them.

The three operations that tell a template's type and status use three vocabularies: CreateSmsTemplate and
GetSmsTemplate number the types alike, QuerySmsTemplateList counts them otherwise and has the former ones beside; the
status is a digit here and a word there, with the platform's own misspelling for a cancelled one.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sandbox.clock import BEIJING, beijing, parse_instant, stored
from sandbox.operations.applications import asked_fates, more_data
from sandbox.operations.call import Call
from sandbox.protocol import ApiError
from sandbox.templates import (
    ATTRIBUTES,
    INTERNATIONAL,
    NOTIFICATION,
    OTP,
    PROMOTION,
    VARIABLE,
    TemplateState,
    template_state,
)
from sandbox.timeline import Review

_FIRST_CODE = 480_000_000
_FIRST_ORDER_ID = 30_000_000_000
_LONGEST_NAME, _LONGEST_CONTENT, _MOST_A_DAY = 30, 500, 100
_REJECT_INFO = "模板内容无法体现业务场景，请补充说明后重新提交"
_FILE_HOST = "https://oss.sandbox.invalid"
_AUDIT_STATUS = {
    Review.IN_REVIEW: "AUDIT_STATE_INIT",
    Review.APPROVED: "AUDIT_STATE_PASS",
    Review.REJECTED: "AUDIT_STATE_NOT_PASS",
    Review.CANCELLED: "AUDIT_SATE_CANCEL",
}
_LISTED_TYPE = {OTP: 2, NOTIFICATION: 0, PROMOTION: 1, INTERNATIONAL: 6}
"""``TemplateType`` of QuerySmsTemplateList, whose ``OuterTemplateType`` is the type that was asked for."""
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def create_sms_template(call: Call) -> dict[str, Any]:
    """Applies for a template; a directive in ``Remark`` may say ``review=reject`` or ``silent``."""
    submission = _read(call)
    _check_count(call)
    code = f"SMS_{_FIRST_CODE + call.store.draw_number()}"
    paper = {"TemplateCode": code, "account": call.account, "submissions": [submission]}
    return _submitted(call, paper)


def update_sms_template(call: Call) -> dict[str, Any]:
    """Edits a rejected template, which puts it into review again. ``isv.ERROR_TEMPLATE_NOT_MODIFY`` for any other."""
    code, state = _existing(call)
    paper = call.paper("template", code)
    if state.review is not Review.REJECTED or paper is None:
        raise ApiError("isv.ERROR_TEMPLATE_NOT_MODIFY", "仅支持修改未通过审核的模板")
    submission = _read(call, after=_last_write(paper))
    return _submitted(
        call,
        {
            "TemplateCode": code,
            "account": paper.get("account"),
            "submissions": [*paper.get("submissions", []), submission],
        },
    )


def delete_sms_template(call: Call) -> dict[str, Any]:
    """Deletes a template for ever. ``isv.ERROR_TEMPLATE_NOT_DELETE`` while it is in review."""
    code, state = _existing(call)
    if state.review is Review.IN_REVIEW:
        raise ApiError("isv.ERROR_TEMPLATE_NOT_DELETE", "审核中的模板，暂时无法删除")
    call.store.delete_paper("template", code)
    return {"TemplateCode": code}


def get_sms_template(call: Call) -> dict[str, Any]:
    """Reads one template. ``TemplateNotFound`` if there is none."""
    _, state = _existing(call)
    material = state.material
    files = [f"{_FILE_HOST}/{key}" for key in material.get("MoreData") or []]
    related = material.get("RelatedSignName")
    audit = {"AuditDate": beijing(state.audited_at)} if state.audited_at else {}
    if state.review is Review.REJECTED:
        audit["RejectInfo"] = _REJECT_INFO
    answer = {
        "TemplateCode": state.code,
        "TemplateName": state.name,
        "TemplateContent": state.content,
        "TemplateType": str(state.kind),
        "TemplateStatus": str(int(state.review)),
        "TemplateTag": state.tag,
        "IntlType": material.get("IntlType"),
        "RelatedSignName": related,
        "SignList": {"SignList": [related] if related else []},
        "VariableAttribute": material.get("TemplateRule"),
        "ApplyScene": material.get("ApplySceneContent"),
        "Remark": material.get("Remark"),
        "FileUrlList": {"FileUrl": files},
        "MoreDataFileUrlList": {"MoreDataFileUrl": files},
        "OrderId": state.order_id,
        "CreateDate": beijing(state.created_at) if state.created_at else None,
        "AuditInfo": audit,
    }
    return {name: value for name, value in answer.items() if value is not None}


def query_sms_template_list(call: Call) -> dict[str, Any]:
    """Lists the account's templates, the one created last first and those without a date at the end."""
    number, size = call.parameters.page("PageIndex")
    states = [_state(call, paper) for paper in call.papers("template")]
    states.sort(key=lambda state: stored(state.created_at) if state.created_at else "", reverse=True)
    return {
        "CurrentPage": number,
        "PageSize": size,
        "TotalCount": len(states),
        "SmsTemplateList": [_list_entry(state) for state in states[(number - 1) * size : number * size]],
    }


def template_of(call: Call, code: str) -> TemplateState | None:
    """Returns a template that the account may send, approved or not, or ``None`` if there is none."""
    paper = call.paper("template", code)
    return _state(call, paper) if paper else None


def _state(call: Call, paper: Mapping[str, Any]) -> TemplateState:
    return template_state(paper, max(call.asked_at, _last_write(paper)), call.pace)


def _last_write(paper: Mapping[str, Any]) -> datetime:
    """Returns when a template was last submitted; the beginning of time for a stocked one."""
    submissions = paper.get("submissions")
    return parse_instant(submissions[-1]["at"]) if submissions else datetime.min.replace(tzinfo=BEIJING)


def _existing(call: Call) -> tuple[str, TemplateState]:
    code = call.parameters.required("TemplateCode")
    state = template_of(call, code)
    if state is None:
        raise ApiError("TemplateNotFound", "模板不存在", 404)
    return code, state


def _submitted(call: Call, paper: dict[str, Any]) -> dict[str, Any]:
    submission = paper["submissions"][-1]
    call.store.put_paper("template", paper["TemplateCode"], paper)
    return {
        "OrderId": submission["order_id"],
        "TemplateCode": paper["TemplateCode"],
        "TemplateName": submission["material"]["TemplateName"],
    }


def _read(call: Call, after: datetime | None = None) -> dict[str, Any]:
    """Reads and checks what is handed in.

    Raises:
        ApiError: A code of the reference of CreateSmsTemplate; ``Missing{parameter}`` or ``Invalid{parameter}``.
    """
    parameters = call.parameters
    name = parameters.text("TemplateName")
    if name is None:
        raise ApiError("MissingTemplateName", "模板名称不能为空", 404)
    if len(name) > _LONGEST_NAME:
        raise ApiError("InvalidTemplateName", f"模板名称不能超过{_LONGEST_NAME}个字符")
    content = parameters.required("TemplateContent")
    parameters.required("TemplateType")
    kind = parameters.integer("TemplateType")
    if kind not in _LISTED_TYPE:
        raise ApiError("InvalidTemplateType", "短信类型须为0、1、2或3")
    material: dict[str, Any] = {
        "TemplateName": name,
        "TemplateContent": content,
        "TemplateType": kind,
        "RelatedSignName": parameters.text("RelatedSignName"),
        "TemplateRule": parameters.text("TemplateRule"),
        "IntlType": parameters.integer("IntlType"),
        "MoreData": more_data(parameters.text("MoreData")),
        "ApplySceneContent": parameters.text("ApplySceneContent"),
        "TrafficDriving": parameters.text("TrafficDriving"),
        "Remark": parameters.text("Remark"),
    }
    if kind == INTERNATIONAL and material["IntlType"] not in (0, 1, 2):
        raise ApiError("InvalidIntlType", "国际/港澳台模板须指定类型")
    variables = _variables(content, kind)
    rule = _rule(material["TemplateRule"], variables)
    if kind != INTERNATIONAL:
        _check_signature(call, parameters.required("RelatedSignName"))
    return {
        "at": stored(max(call.asked_at, after) if after else call.asked_at),
        "order_id": str(_FIRST_ORDER_ID + call.store.draw_number()),
        "material": {key: value for key, value in material.items() if value is not None},
        "rule": rule,
        "review": asked_fates(call).get("review", "ok"),
    }


def _variables(content: str, kind: int) -> list[str]:
    variables = VARIABLE.findall(content)
    leftover = VARIABLE.sub("", content)
    if (
        len(content) > _LONGEST_CONTENT
        or any(mark in leftover for mark in ("${", "【", "】"))
        or not all(_NAME.fullmatch(name) for name in variables)
        or not leftover.strip()
    ):
        raise ApiError("InvalidTemplateContent.Format", "模板内容格式不正确")
    if kind == OTP and len(variables) > 1:
        raise ApiError("TemplateVarLimitExceeded", "验证码模板仅支持一个变量")
    return variables


def _rule(text: str | None, variables: list[str]) -> dict[str, str]:
    try:
        rule = json.loads(text or "{}")
    except (ValueError, RecursionError) as error:
        raise ApiError("InvalidTemplateRule.Format", "模板变量规则须为JSON") from error
    if not isinstance(rule, dict):
        raise ApiError("InvalidTemplateRule.Format", "模板变量规则须为JSON")
    known = all(isinstance(attribute, str) and attribute in ATTRIBUTES for attribute in rule.values())
    if not known or rule.keys() != set(variables):
        raise ApiError("InvalidTemplateRule", "模板变量格式不规范，每个变量须有一个变量属性")
    return rule


def _check_signature(call: Call, sign_name: str) -> None:
    state = call.signature(sign_name)
    if state is None:
        raise ApiError("SmsSignatureNotFound", "关联的签名不存在", 404)
    if not state.ever_approved:
        raise ApiError("AssocSignUnapproved", "关联的签名须审核通过")


def _check_count(call: Call) -> None:
    """Refuses more applications than the account may make a day; those since deleted are not counted."""
    today = call.asked_at.astimezone(BEIJING).date()
    first = [paper["submissions"][0]["at"] for paper in call.papers("template") if "submissions" in paper]
    if sum(parse_instant(at).astimezone(BEIJING).date() == today for at in first) >= _MOST_A_DAY:
        raise ApiError("isv.TEMPLATE_COUNT_OVER_LIMIT", "超过单自然日模板申请数量上限")


def _list_entry(state: TemplateState) -> dict[str, Any]:
    reason = {"RejectInfo": "无审批备注"}
    if state.review is Review.REJECTED and state.audited_at:
        reason = {"RejectDate": beijing(state.audited_at), "RejectInfo": _REJECT_INFO, "RejectSubInfo": ""}
    entry = {
        "TemplateCode": state.code,
        "TemplateName": state.name,
        "TemplateContent": state.content,
        "TemplateType": _LISTED_TYPE[state.kind],
        "OuterTemplateType": state.kind,
        "AuditStatus": _AUDIT_STATUS[state.review],
        "OrderId": state.order_id,
        "CreateDate": beijing(state.created_at) if state.created_at else None,
        "SignatureName": state.material.get("RelatedSignName"),
        "TrafficDriving": state.material.get("TrafficDriving"),
        "Reason": reason,
    }
    return {name: value for name, value in entry.items() if value is not None}
