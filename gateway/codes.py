"""Every documented code of the platform, sorted into the error taxonomy as data.

Codes of sending and of receipts are classified once, in ``filing.receipts``; this module says which error each class
is, and adds the codes of the other operations. Sources: the platform's list of API error codes (document 101346) and
the error lists of each operation. The lists are not closed: an unknown code is a ``RefusedError`` that keeps it.
"""

from dataclasses import dataclass

from filing.receipts import ReceiptClass, receipt_class
from gateway.errors import (
    AccountError,
    AlreadyExistsError,
    BadNumberError,
    NotFoundError,
    NumberQuotaError,
    QuotaError,
    RefusedError,
    TryLaterError,
)


@dataclass(frozen=True)
class Ruling:
    """What a code means to the caller."""

    error: type[RefusedError | TryLaterError]
    advice: str
    """One short English sentence: what a person can do about it."""
    effect_unknown: bool = False
    """The platform failed half-way: a write answered with this code may have taken effect."""
    documented: bool = True


_FAULT = Ruling(TryLaterError, "a fault of the platform; it passes", effect_unknown=True)
_THROTTLED = Ruling(TryLaterError, "too many requests; slow down")
_UNDOCUMENTED = Ruling(RefusedError, "this code is not documented; ask the platform", documented=False)

_BY_RECEIPT_CLASS = {
    ReceiptClass.FILING_PROBLEM: Ruling(RefusedError, "check the signature's review and filing in the console"),
    ReceiptClass.SUSPECT: Ruling(RefusedError, "often an unfiled signature; check the filing before anything else"),
    ReceiptClass.RETRY_LATER: _FAULT,
    ReceiptClass.QUOTA: Ruling(QuotaError, "wait until the window opens, or have the limit raised"),
    ReceiptClass.BAD_NUMBER: Ruling(BadNumberError, "replace the test number"),
    ReceiptClass.ACCOUNT: Ruling(AccountError, "check the account's credentials, permissions, balance and products"),
}

_FIELD = Ruling(RefusedError, "a field is missing or malformed; correct it and submit again")
_TEMPLATE = Ruling(RefusedError, "check the template code and its parameters in the settings")
_CONTENT = Ruling(RefusedError, "change the content; the platform does not carry it")
_NUMBER_QUOTA = Ruling(NumberQuotaError, "wait until the window opens, or use another number")
_CREDENTIALS = Ruling(AccountError, "check the access key and its secret")
_CONTRACT = Ruling(AccountError, "the account may not use this; see its verification and products in the console")
_PERMISSION = Ruling(AccountError, "grant the RAM user the permission for this operation")
_QUALIFICATION_MISSING = Ruling(NotFoundError, "check the qualification id in the console")
_SIGNATURE_MISSING = Ruling(NotFoundError, "check the sign name; it is case-sensitive")
_QUALIFICATION_STATE = Ruling(RefusedError, "complete the qualification and wait for its approval")
_LETTER = Ruling(RefusedError, "check the authorization letter: its id, company and the signatures it covers")
_FILES = Ruling(RefusedError, "upload the supporting files again")
_PAPER_NAME = Ruling(RefusedError, "choose another name for this paper")
_REVIEWED = Ruling(RefusedError, "the signature's review state does not allow this")
_WORK_ORDER = Ruling(RefusedError, "read the current work order and submit again")
_VERIFY_CODE = Ruling(RefusedError, "request a new verification code for the administrator's phone")

_BY_CODE: dict[str, Ruling] = {
    # Sending, where a template is at fault and not the account.
    "isv.SMS_TEMPLATE_ILLEGAL": _TEMPLATE,
    "isv.TEMPLATE_MISSING_PARAMETERS": _TEMPLATE,
    "isv.TEMPLATE_PARAMS_ILLEGAL": _TEMPLATE,
    "isv.INVALID_JSON_PARAM": _TEMPLATE,
    "isv.INVALID_PARAMETERS": _TEMPLATE,
    "isv.PARAM_LENGTH_LIMIT": _TEMPLATE,
    "isv.PARAM_NOT_SUPPORT_URL": _TEMPLATE,
    "PARAMS_ILLEGAL": _TEMPLATE,
    "isv.SMS_CONTENT_ILLEGAL": _CONTENT,
    "isv.UNSUPPORTED_CONTENT": _CONTENT,
    "isv.SMS_CONTENT_MISMATCH_TEMPLATE_TYPE": _CONTENT,
    "CONTENT_ERROR": _CONTENT,
    "isv.SMS_TEST_NUMBER_LIMIT": Ruling(RefusedError, "test templates reach only the numbers bound in the console"),
    "isv.SMS_TEST_SIGN_TEMPLATE_LIMIT": Ruling(RefusedError, "test signature and test template go together only"),
    # Frequency limits that go by the receiving number; those by day and month are the account's.
    "isv.BUSINESS_LIMIT_CONTROL": _NUMBER_QUOTA,
    "MOBILE_SEND_LIMIT": _NUMBER_QUOTA,
    # Access.
    "Throttling": _THROTTLED,
    "isv.AMOUNT_NOT_ENOUGH": Ruling(AccountError, "top up the account's balance"),
    "isv.OUT_OF_SERVICE": Ruling(AccountError, "the service is suspended; see the account's balance"),
    "isp.RAM_PERMISSION_DENY": _PERMISSION,
    "isv.DENY_IP_RANGE": Ruling(AccountError, "call from an address in mainland China"),
    "SignatureDoesNotMatch": _CREDENTIALS,
    "InvalidAccessKeyId.NotFound": _CREDENTIALS,
    "InvalidCredentials": _CREDENTIALS,
    "InvalidTimeStamp.Expired": Ruling(AccountError, "set this machine's clock; it is off by more than 15 minutes"),
    # The nonce is new for every call, so its first use may have been this very request, replayed on the way.
    "SignatureNonceUsed": _FAULT,
    "ForbiddenAction": _CONTRACT,
    "NotEnterpriseCertifyCustCheckError": _CONTRACT,
    "GrayCustAccessError": _CONTRACT,
    "CustNotExistError": _CONTRACT,
    "ServiceNotOpened": _CONTRACT,
    # CreateSmsSign, UpdateSmsSign, DeleteSmsSign, GetSmsSign.
    "SignName.Exists": Ruling(AlreadyExistsError, "adopt the signature that is there"),
    "SignatureNotFound": _SIGNATURE_MISSING,
    "ParameterMismatch.ThirdParty": Ruling(RefusedError, "self-use or other-use must match the qualification"),
    "InvalidQualification": _QUALIFICATION_STATE,
    "QualificationNotFound": _QUALIFICATION_MISSING,
    "InvalidSignName": Ruling(RefusedError, "Chinese, English and digits only, no symbols, not all digits"),
    "MissingSignName": _FIELD,
    "InvalidApplySceneContent": Ruling(RefusedError, "app_link must be the app's page in a store"),
    "MissApplySceneContent": Ruling(RefusedError, "give app_link, the app's page in a store"),
    "SmsAuthorizationLetterNotMatch": _LETTER,
    "SmsAuthorizationLetterNotExist": _LETTER,
    "SmsSignNotAuthorized": _LETTER,
    "TrademarkNotExist": Ruling(RefusedError, "check trademark_id"),
    "AppIcpRecordNotExist": Ruling(RefusedError, "check app_icp_record_id"),
    # ChangeSignatureQualification.
    "QualificationNotExist": _QUALIFICATION_MISSING,
    "QualificationNotComplete": _QUALIFICATION_STATE,
    "SmsQualificationNotPassed": _QUALIFICATION_STATE,
    "SmsQualificationRegisterFailed": Ruling(RefusedError, "the carriers refused this qualification; bind another"),
    "SmsSignatureNotExist": _SIGNATURE_MISSING,
    "SMS_STATUS_ILLEGAL": _REVIEWED,
    "SmsPassedAuthorizationLetterNotMatch": Ruling(
        RefusedError, "the authorization letter must have passed its review and name the qualification's company"
    ),
    # SubmitSmsQualification, UpdateSmsQualification.
    "CertifyCodeError": _VERIFY_CODE,
    "PhoneNoCertifyCodeNullError": _VERIFY_CODE,
    "QualificationNameAlreadyExist": _PAPER_NAME,
    "SameQualificationGroupError": Ruling(RefusedError, "the same company has this qualification already; use it"),
    "WorkOrderIdExpired": _WORK_ORDER,
    "BindSignDeleteFailed": Ruling(RefusedError, "a signature rests on this qualification; it cannot be deleted"),
    # CreateSmsAuthorizationLetter, CreateSmsTemplate, GetQualificationOssInfo.
    "AuthorizationLetterNameRepeat": _PAPER_NAME,
    "AssocSignUnapproved": _REVIEWED,
    "SmsSignatureNotFound": _SIGNATURE_MISSING,
    "InvalidTemplateRule": _TEMPLATE,
    "InvalidTemplateRule.Format": _TEMPLATE,
    "TemplateVarLimitExceeded": _TEMPLATE,
    "InvalidTemplateContent.Format": _TEMPLATE,
    "OssBiztypeNotSupportError": _FILES,
    # Signature operations of before, still answered now and then.
    "isv.ERROR_SIGN_NOT_MODIFY": _REVIEWED,
    "isv.ERROR_SIGN_NOT_DELETE": _REVIEWED,
    "isv.SIGN_OVER_LIMIT": Ruling(RefusedError, "the account has as many signatures as it may"),
    "isv.SIGN_FILE_LIMIT": _FILES,
    "isv.ERROR_EMPTY_FILE": _FILES,
    "isv.SMS_SIGN_EMOJI_ILLEGAL": Ruling(RefusedError, "no emoji in a signature"),
}

_BY_PREFIX = {
    "Throttling.": _THROTTLED,
    "CompanyVerificationFailed": Ruling(RefusedError, "company, legal person and licence do not agree; correct them"),
    "Forbidden.": _PERMISSION,
    "NoPermission": _PERMISSION,
    "InvalidAccessKeyId": _CREDENTIALS,
    "InvalidSecurityToken": _CREDENTIALS,
}

# One code per field and paper exists; the platform builds them all from the same endings.
_BY_SUFFIX = {
    "OssFileNotUploadError": _FILES,
    "FileError": _FILES,
    "NullError": _FIELD,
    "NotMatchRegex": _FIELD,
    "DateNotValid": _FIELD,
    "OverLimit": _FIELD,
}


def classify(code: str) -> Ruling:
    """Say which error a code is and what to do about it.

    Args:
        code: The platform's ``Code``, for example ``SignName.Exists``.

    Returns:
        The ruling; for a code that nobody documented, a ``RefusedError`` with ``documented`` false.
    """
    if exact := _BY_CODE.get(code):
        return exact
    for prefix, ruling in _BY_PREFIX.items():
        if code.startswith(prefix):
            return ruling
    if sending := _BY_RECEIPT_CLASS.get(receipt_class(code)):
        return sending
    for suffix, ruling in _BY_SUFFIX.items():
        if code.endswith(suffix):
            return ruling
    return _UNDOCUMENTED
