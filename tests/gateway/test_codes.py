import pytest

from gateway.codes import classify
from gateway.errors import (
    AccountError,
    AlreadyExistsError,
    BadNumberError,
    GatewayError,
    NotFoundError,
    NumberQuotaError,
    QuotaError,
    RefusedError,
    TryLaterError,
)

# Every code that the platform documents, by the error it has to be.
DOCUMENTED: dict[type[GatewayError], str] = {
    RefusedError: """
        PORT_NOT_REGISTERED isv.SIGN_STATE_ILLEGAL isv.SMS_SIGNATURE_ILLEGAL isv.SMS_SIGN_ILLEGAL isv.SIGN_NAME_ILLEGAL
        isv.SIGN_SOURCE_ILLEGAL isv.SMS_SIGNATURE_SCENE_ILLEGAL isv.SIGNATURE_BLACKLIST SIGNATURE_BLACKLIST
        isv.EXTEND_CODE_ERROR isv.ONE_CODE_MULTIPLE_SIGN isv.CODE_EXCEED_LIMIT isv.CODE_ERROR
        NO_ROUTE SP_UNKNOWN_ERROR CONTENT_KEYWORD
        isv.SMS_TEMPLATE_ILLEGAL isv.TEMPLATE_MISSING_PARAMETERS isv.TEMPLATE_PARAMS_ILLEGAL isv.INVALID_JSON_PARAM
        isv.INVALID_PARAMETERS isv.PARAM_LENGTH_LIMIT isv.PARAM_NOT_SUPPORT_URL isv.SMS_CONTENT_ILLEGAL
        isv.UNSUPPORTED_CONTENT isv.SMS_CONTENT_MISMATCH_TEMPLATE_TYPE CONTENT_ERROR PARAMS_ILLEGAL
        isv.SMS_TEST_NUMBER_LIMIT isv.SMS_TEST_SIGN_TEMPLATE_LIMIT
        isv.ERROR_SIGN_NOT_MODIFY isv.ERROR_SIGN_NOT_DELETE isv.SIGN_OVER_LIMIT isv.SIGN_FILE_LIMIT isv.ERROR_EMPTY_FILE
        isv.SMS_SIGN_EMOJI_ILLEGAL
        ParameterMismatch.ThirdParty InvalidQualification InvalidSignName MissingSignName InvalidApplySceneContent
        MissApplySceneContent SmsAuthorizationLetterNotMatch SmsAuthorizationLetterNotExist SmsSignNotAuthorized
        TrademarkNotExist AppIcpRecordNotExist
        QualificationNotComplete SmsQualificationNotPassed SmsQualificationRegisterFailed SMS_STATUS_ILLEGAL
        SmsPassedAuthorizationLetterNotMatch
        CompanyNameNullError LegalPersonNameNotMatchRegex BusinessLicensePicFileError
        BusinessLicensePicOssFileNotUploadError BussinessLicenseExpDateNotValid CertifyCodeError
        PhoneNoCertifyCodeNullError QualificationNameAlreadyExist SameQualificationGroupError WorkOrderIdExpired
        CompanyVerificationFailed CompanyVerificationFailedNoCompany CompanyVerificationFailedNoLegalPerson
        CompanyVerificationFailedMismatch CompanyVerificationFailedFourElementsError
        CompanyVerificationFailedCompanyStateInvalid BindSignDeleteFailed
        AuthorizationLetterNameRepeat AuthorizationLetterNameOverLimit AuthorizationLetterNameNotMatchRegex
        AuthorizationLetterExpDateNotMatchRegex AuthorizationLetterExpDateNotValid AuthorizationOssFileNotUploadError
        SignNumOverLimit SignNotMatchRegex OrganizationCodeOverLimit AuthorizationOverLimit AuthorizationNotMatchRegex
        ProxyAuthorizationOverLimit ProxyAuthorizationNotMatchRegex
        TrademarkOssFileNotUploadError TrademarkLetterDateNotMatchRegex TrademarkDateNotValid TrademarkPicsFileError
        TrademarkNameOverLimit AppIcpRecordOssFileNotUploadError AppDomainNotMatchRegex
        AssocSignUnapproved InvalidTemplateRule InvalidTemplateRule.Format TemplateVarLimitExceeded
        InvalidTemplateContent.Format OssBiztypeNotSupportError
    """,
    NotFoundError: """
        SignatureNotFound QualificationNotFound QualificationNotExist SmsSignatureNotExist SmsSignatureNotFound
    """,
    AlreadyExistsError: "SignName.Exists",
    TryLaterError: """
        isp.SYSTEM_ERROR isp.GATEWAY_ERROR IS_CLOSE Throttling Throttling.User ServiceUnavailable InternalError EXPIRED
        SignatureNonceUsed Throttling.Api
    """,
    NumberQuotaError: "isv.BUSINESS_LIMIT_CONTROL MOBILE_SEND_LIMIT",
    QuotaError: """
        isv.DAY_LIMIT_CONTROL isv.MONTH_LIMIT_CONTROL
        isv.SIGN_COUNT_OVER_LIMIT isv.SMS_OVER_LIMIT isv.TEMPLATE_COUNT_OVER_LIMIT
    """,
    BadNumberError: """
        MOBILE_NOT_ON_SERVICE INVALID_NUMBER MOBILE_ACCOUNT_ABNORMAL MOBILE_IN_BLACK isv.BLACK_KEY_CONTROL_LIMIT
        USER_REJECT isv.CUSTOMER_REFUSED MOBLLE_TERMINAL_ERROR MOBILE_TERMINAL_ERROR isv.MOBILE_NUMBER_ILLEGAL
    """,
    AccountError: """
        isv.OUT_OF_SERVICE isv.AMOUNT_NOT_ENOUGH isv.PRODUCT_UN_SUBSCRIPT isv.PRODUCT_UNSUBSCRIBE
        isv.ACCOUNT_NOT_EXISTS isv.ACCOUNT_ABNORMAL isv.SECURITY_FROZEN_ACCOUNT isp.RAM_PERMISSION_DENY
        isv.DENY_IP_RANGE SignatureDoesNotMatch InvalidAccessKeyId.NotFound InvalidTimeStamp.Expired
        ForbiddenAction NotEnterpriseCertifyCustCheckError GrayCustAccessError CustNotExistError ServiceNotOpened
        InvalidAccessKeyId.Inactive InvalidSecurityToken.Expired Forbidden.RAM NoPermission InvalidCredentials
    """,
}

CASES = [(code, error) for error, codes in DOCUMENTED.items() for code in codes.split()]


@pytest.mark.parametrize(("code", "error"), CASES)
def test_documented_code(code: str, error: type[GatewayError]) -> None:
    ruling = classify(code)

    assert ruling.error is error
    assert ruling.documented
    assert ruling.advice


@pytest.mark.parametrize("code", ["", "None", "BRAND_NEW", "isv.BRAND_NEW", "signname.exists"])
def test_a_code_nobody_documented_is_refused_and_marked(code: str) -> None:
    ruling = classify(code)

    assert ruling.error is RefusedError
    assert not ruling.documented


@pytest.mark.parametrize(
    ("code", "unknown"),
    [
        ("isp.SYSTEM_ERROR", True),
        ("isp.GATEWAY_ERROR", True),
        ("InternalError", True),
        ("ServiceUnavailable", True),
        ("SignatureNonceUsed", True),
        ("Throttling", False),
        ("Throttling.User", False),
        ("isv.BUSINESS_LIMIT_CONTROL", False),
    ],
)
def test_only_faults_of_the_platform_leave_the_effect_of_a_write_open(code: str, unknown: bool) -> None:
    assert classify(code).effect_unknown is unknown
