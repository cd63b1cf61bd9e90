"""The operations that hand in supporting papers: letters of authorization (委托授权书), trademarks (商标), app records.

Every field has refusals of its own, one where it is empty or not of its form and one where it is too long. The platform
looks whether a file was uploaded; here a file counts as uploaded if it is named, has an ASCII name and is a picture.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sandbox.clock import beijing_day
from sandbox.operations.call import Call
from sandbox.operations.papers import letter_valid
from sandbox.protocol import ApiError

_FIRST_LETTER, _FIRST_TRADEMARK, _FIRST_APP_RECORD = 810_000, 710_000, 610_000
_MOST_SIGNATURES = 100
_FILE_HOST = "https://oss.sandbox.invalid"
_PERIOD = re.compile(r"(\d{4}-\d\d-\d\d)~(\d{4}-\d\d-\d\d)", re.ASCII)
_PICTURE = re.compile(r"[!-~]+\.(?:jpg|jpeg|png|gif)", re.IGNORECASE)
_ANY = re.compile(r".+", re.DOTALL)
_PAPER_NAME = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]+")
_COMPANY = re.compile(r"[\u4e00-\u9fffA-Za-z0-9·【】（）() ]+")
_LINK = re.compile(r"https?://\S+")
_SIGN_NAME = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]+")


@dataclass(frozen=True)
class _Field:
    """What a field may be. The codes of its refusals begin with ``code``."""

    code: str
    longest: int
    form: re.Pattern[str] = _ANY
    digits_alone: bool = True
    """Off: digits and nothing else are refused."""

    def check(self, value: str | None) -> None:
        if value is None or not self.form.fullmatch(value) or (value.isdigit() and not self.digits_alone):
            raise ApiError(f"{self.code}NotMatchRegex", "内容为空或格式不正确")
        if len(value) > self.longest:
            raise ApiError(f"{self.code}OverLimit", f"长度不能超过{self.longest}个字符")


_LETTER_FIELDS: Mapping[str, _Field] = {
    "AuthorizationLetterName": _Field("AuthorizationLetterName", 100, _PAPER_NAME, digits_alone=False),
    "Authorization": _Field("Authorization", 150, _COMPANY, digits_alone=False),
    "ProxyAuthorization": _Field("ProxyAuthorization", 150, _COMPANY, digits_alone=False),
}
_TRADEMARK_FIELDS: Mapping[str, _Field] = {
    "TrademarkName": _Field("TrademarkName", 15),
    "TrademarkApplicantName": _Field("TrademarkApplicantName", 50),
    "TrademarkRegistrationNumber": _Field("TrademarkRegistrationNumber", 15),
}
_APP_RECORD_FIELDS: Mapping[str, _Field] = {
    "AppIcpLicenseNumber": _Field("AppIcpLicenseNumber", 15),
    "AppPrincipalUnitName": _Field("AppPrincipalUnitName", 50),
    "AppServiceName": _Field("AppServiceName", 15),
    # How long a link may be is not documented.
    "Domain": _Field("AppDomain", 500, _LINK),
}


def create_sms_authorization_letter(call: Call) -> dict[str, Any]:
    """Hands in a letter. It is in review (``INT``) until a signature in its scope that rests on it is approved."""
    parameters = call.parameters
    given = _given(call, _LETTER_FIELDS)
    code = parameters.required("OrganizationCode")
    if len(code) > 150:
        raise ApiError("OrganizationCodeOverLimit", "统一社会信用代码不能超过150个字符")
    if any(letter["AuthorizationLetterName"] == given["AuthorizationLetterName"] for letter in call.papers("letter")):
        raise ApiError("AuthorizationLetterNameRepeat", "委托授权书名称重复")
    period = _period(parameters.text("AuthorizationLetterExpDate"), "AuthorizationLetterDateNotMatchRegex")
    letter = given | {
        "OrganizationCode": code,
        "AuthorizationLetterExpDate": period,
        "SignList": _sign_list(call, parameters.required("SignList")),
        "AuthorizationLetterPic": _picture(
            parameters.text("AuthorizationLetterPic"),
            "AuthorizationOssFileNotUploadError",
            "AuthorizationOssFileNotUploadError",
        ),
        "State": "INT",
    }
    if not letter_valid(letter, call.asked_at):
        raise ApiError("AuthorizationLetterDateNotValid", "当前时间不在委托授权书有效期内")
    return _put(call, "letter", "AuthorizationLetterId", _FIRST_LETTER, letter)


def create_sms_trademark(call: Call) -> dict[str, Any]:
    """Hands in a trademark. Nobody reviews it by itself."""
    parameters = call.parameters
    given = _given(call, _TRADEMARK_FIELDS)
    period = _period(parameters.text("TrademarkEffExpDate"), "TrademarkLetterDateNotMatchRegex")
    picture = _picture(parameters.text("TrademarkPic"), "TrademarkOssFileNotUploadError", "TrademarkPicsFileError")
    first, _, last = period.partition("~")
    if not first <= beijing_day(call.asked_at) <= last:
        raise ApiError("TrademarkDateNotValid", "当前时间不在商标有效期内")
    files = {"TrademarkPic": picture, "TrademarkPicUrl": f"{_FILE_HOST}/{picture}"}
    return _put(call, "trademark", "TrademarkId", _FIRST_TRADEMARK, given | files | {"TrademarkEffExpDate": period})


def create_sms_app_icp_record(call: Call) -> dict[str, Any]:
    """Hands in an app's ICP record. Nobody reviews it by itself."""
    parameters = call.parameters
    record = _given(call, _APP_RECORD_FIELDS)
    approved = parameters.text("AppApprovalDate") or ""
    if not _is_date(approved):
        raise ApiError("AppIcpRecordDateNotMatchRegex", "APP备案审核通过日期格式不正确")
    if approved > beijing_day(call.asked_at):
        raise ApiError("AppApprovalDateNotValid", "APP备案审核通过日期不在有效范围内")
    record["AppApprovalDate"] = approved
    for name in ("AppIcpRecordPic", "AppRuntimePic", "AppStoreDownloadPic"):
        key = parameters.text(name)
        if key is not None or name == "AppIcpRecordPic":
            picture = _picture(key, "AppIcpRecordOssFileNotUploadError", "AppIcpRecordPicsFileError")
            record |= {name: picture, f"{name}Url": f"{_FILE_HOST}/{picture}"}
    return _put(call, "app_record", "AppIcpRecordId", _FIRST_APP_RECORD, record)


def _given(call: Call, fields: Mapping[str, _Field]) -> dict[str, Any]:
    given = {name: call.parameters.text(name) for name in fields}
    for name, field in fields.items():
        field.check(given[name])
    return given


def _put(call: Call, kind: str, key: str, first: int, paper: dict[str, Any]) -> dict[str, Any]:
    number = first + call.store.draw_number()
    call.store.put_paper(kind, str(number), {key: number, "account": call.account} | paper)
    return {"Success": True, "Data": str(number)}


def _picture(key: str | None, not_uploaded: str, not_a_picture: str) -> str:
    if key is None:
        raise ApiError(not_uploaded, "文件未上传")
    if not _PICTURE.fullmatch(key):
        raise ApiError(not_a_picture, "仅支持jpg、png、gif、jpeg格式的图片，文件名不能含中文或特殊字符")
    return key


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _period(text: str | None, code: str) -> str:
    match = _PERIOD.fullmatch(text or "")
    if not match or not all(_is_date(day) for day in match.groups()) or match[1] > match[2]:
        raise ApiError(code, "有效期格式须为YYYY-MM-DD~YYYY-MM-DD")
    return match[0]


def _sign_list(call: Call, text: str) -> list[str]:
    try:
        names = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ApiError("InvalidSignList", "SignList is not a JSON array of signature names.") from error
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise ApiError("InvalidSignList", "SignList is not a JSON array of signature names.")
    if len(names) > _MOST_SIGNATURES:
        raise ApiError("SignNumOverLimit", f"授权签名不能超过{_MOST_SIGNATURES}个")
    longest = call.rules.sign_name_max_length
    if not all(2 <= len(name) <= longest and _SIGN_NAME.fullmatch(name) for name in names):
        raise ApiError("SignNotMatchRegex", f"签名长度应为2-{longest}个字符，且不支持部分特殊字符")
    return names
