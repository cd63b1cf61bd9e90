"""What CreateSmsSign and UpdateSmsSign check before they accept an application (签名申请)."""

import json
import re
from typing import Any

from sandbox.fates import parse_directive
from sandbox.operations.call import Call
from sandbox.operations.papers import letter_valid, qualification_at
from sandbox.protocol import ApiError

ENTERPRISE_NAME, APP, TRADEMARK = 0, 2, 5
"""``SignSource``: 企事业单位名, 已上线 APP 名, 已注册商标名. The others are retired."""

_NAME = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]+")
_FORBIDDEN_WORDS = ("测试", "test")


def read_application(call: Call, sign_name: str) -> dict[str, Any]:
    """Reads the material of an application and checks it against the name rules and the stored papers.

    Returns:
        The material by parameter name, absent parameters left out.

    Raises:
        ApiError: One of the error codes that the API reference lists for CreateSmsSign, or ``Missing{parameter}`` or
            ``Invalid{parameter}``.
    """
    parameters = call.parameters
    parameters.required("QualificationId")
    parameters.required("SignSource")
    material = {
        "SignName": sign_name,
        "QualificationId": parameters.integer("QualificationId"),
        "SignSource": parameters.integer("SignSource"),
        "SignType": parameters.integer("SignType"),
        "ThirdParty": parameters.boolean("ThirdParty") or False,
        "AuthorizationLetterId": parameters.integer("AuthorizationLetterId"),
        "TrademarkId": parameters.integer("TrademarkId"),
        "AppIcpRecordId": parameters.integer("AppIcpRecordId"),
        "ApplySceneContent": parameters.text("ApplySceneContent"),
        "Remark": parameters.text("Remark"),
        "MoreData": more_data(parameters.text("MoreData")),
    }
    _check_name(sign_name, call.rules.sign_name_max_length)
    _check_source(call, material)
    _check_qualification(call, material)
    return {name: value for name, value in material.items() if value is not None}


def asked_fates(call: Call) -> dict[str, str]:
    """Returns the fates that the remark asks for; a directive that cannot be read is journalled and ignored."""
    try:
        return parse_directive(call.parameters.text("Remark") or "")
    except ValueError as error:
        call.notes.append(f"unreadable directive ignored: {error}")
        return {}


def more_data(text: str | None) -> list[str] | None:
    """Reads ``MoreData``, a JSON array of file keys; ``None`` if it is absent.

    Raises:
        ApiError: ``InvalidMoreData``: something else.
    """
    if text is None:
        return None
    try:
        keys = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ApiError("InvalidMoreData", "MoreData is not a JSON array of file keys.") from error
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise ApiError("InvalidMoreData", "MoreData is not a JSON array of file keys.")
    return keys


def _check_name(name: str, longest: int) -> None:
    if not 2 <= len(name) <= longest:
        raise ApiError("InvalidSignName", f"签名长度应为2-{longest}个字符")
    if not _NAME.fullmatch(name) or name.isdigit():
        raise ApiError("InvalidSignName", "签名不能包含空格、符号或全部为数字")
    if any(word in name.lower() for word in _FORBIDDEN_WORDS):
        raise ApiError("InvalidSignName", "签名不能包含“测试”等字样")


def _check_source(call: Call, material: dict[str, Any]) -> None:
    source = material["SignSource"]
    accepted = (ENTERPRISE_NAME, APP, TRADEMARK) if call.rules.app_source_accepted else (ENTERPRISE_NAME, TRADEMARK)
    if source not in accepted:
        raise ApiError("isv.SIGN_SOURCE_ILLEGAL", "签名来源不支持")
    if source == TRADEMARK and call.paper("trademark", material["TrademarkId"]) is None:
        raise ApiError("TrademarkNotExist", "商标不存在")
    if source == APP:
        link = material["ApplySceneContent"]
        if not link:
            raise ApiError("MissApplySceneContent", "签名来源为已上线APP时应用商店链接必填")
        if not link.startswith(("http://", "https://")):
            raise ApiError("InvalidApplySceneContent", "应用商店链接须以http://或https://开头")
        if call.paper("app_record", material["AppIcpRecordId"]) is None:
            raise ApiError("AppIcpRecordNotExist", "APP备案不存在")


def _check_qualification(call: Call, material: dict[str, Any]) -> None:
    at = call.time_for(material["SignName"])
    qualification = qualification_at(call, material["QualificationId"], at)
    if qualification is None:
        raise ApiError("QualificationNotFound", "资质不存在", 404)
    if qualification["State"] != "PASSED":
        raise ApiError("InvalidQualification", "资质未审核通过")
    if qualification["UseBySelf"] is material["ThirdParty"]:
        raise ApiError("ParameterMismatch.ThirdParty", "签名用途与资质用途不一致")
    letter_id = material["AuthorizationLetterId"]
    if not material["ThirdParty"] and letter_id is None:
        return
    letter = call.paper("letter", letter_id)
    if letter is None:
        raise ApiError("SmsAuthorizationLetterNotExist", "委托授权书不存在")
    if letter["OrganizationCode"] != qualification["OrganizationCode"]:
        raise ApiError("SmsAuthorizationLetterNotMatch", "委托授权书与资质的统一社会信用代码不一致")
    if not letter_valid(letter, at):
        raise ApiError("SmsAuthorizationLetterNotMatch", "委托授权书不在有效期内")
    if material["SignName"] not in letter["SignList"]:
        raise ApiError("SmsSignNotAuthorized", "签名不在委托授权书的授权范围内")
