import pytest

from filing.receipts import ReceiptClass, receipt_class

# The platform's tables of send-time and receipt codes, by what to make of them.
DOCUMENTED = {
    ReceiptClass.FILING_PROBLEM: """
        PORT_NOT_REGISTERED isv.SIGN_STATE_ILLEGAL isv.SMS_SIGNATURE_ILLEGAL isv.SMS_SIGN_ILLEGAL isv.SIGN_NAME_ILLEGAL
        isv.SIGN_SOURCE_ILLEGAL isv.SMS_SIGNATURE_SCENE_ILLEGAL isv.SIGNATURE_BLACKLIST SIGNATURE_BLACKLIST
        isv.EXTEND_CODE_ERROR isv.ONE_CODE_MULTIPLE_SIGN isv.CODE_EXCEED_LIMIT isv.CODE_ERROR
    """,
    ReceiptClass.SUSPECT: "NO_ROUTE SP_UNKNOWN_ERROR CONTENT_KEYWORD",
    ReceiptClass.RETRY_LATER: """
        isp.SYSTEM_ERROR isp.GATEWAY_ERROR IS_CLOSE Throttling Throttling.User Throttling.Api ServiceUnavailable
        InternalError EXPIRED
    """,
    ReceiptClass.QUOTA: """
        isv.BUSINESS_LIMIT_CONTROL isv.DAY_LIMIT_CONTROL isv.MONTH_LIMIT_CONTROL MOBILE_SEND_LIMIT
        isv.SIGN_COUNT_OVER_LIMIT isv.SMS_OVER_LIMIT isv.TEMPLATE_COUNT_OVER_LIMIT
    """,
    ReceiptClass.BAD_NUMBER: """
        MOBILE_NOT_ON_SERVICE INVALID_NUMBER MOBILE_ACCOUNT_ABNORMAL MOBILE_IN_BLACK isv.BLACK_KEY_CONTROL_LIMIT
        USER_REJECT isv.CUSTOMER_REFUSED MOBLLE_TERMINAL_ERROR MOBILE_TERMINAL_ERROR isv.MOBILE_NUMBER_ILLEGAL
    """,
    ReceiptClass.PENDING: "REQUEST_SUCCESS",
    ReceiptClass.ACCOUNT: """
        isv.SMS_TEMPLATE_ILLEGAL isv.TEMPLATE_MISSING_PARAMETERS isv.TEMPLATE_PARAMS_ILLEGAL isv.INVALID_JSON_PARAM
        isv.INVALID_PARAMETERS isv.PARAM_LENGTH_LIMIT isv.PARAM_NOT_SUPPORT_URL isv.SMS_CONTENT_ILLEGAL
        isv.UNSUPPORTED_CONTENT isv.SMS_CONTENT_MISMATCH_TEMPLATE_TYPE CONTENT_ERROR PARAMS_ILLEGAL isv.OUT_OF_SERVICE
        isv.AMOUNT_NOT_ENOUGH isv.PRODUCT_UN_SUBSCRIPT isv.PRODUCT_UNSUBSCRIBE isv.ACCOUNT_NOT_EXISTS
        isv.ACCOUNT_ABNORMAL isv.SECURITY_FROZEN_ACCOUNT isp.RAM_PERMISSION_DENY isv.DENY_IP_RANGE
        SignatureDoesNotMatch InvalidAccessKeyId.NotFound InvalidTimeStamp.Expired SignatureNonceUsed
        isv.SMS_TEST_NUMBER_LIMIT isv.SMS_TEST_SIGN_TEMPLATE_LIMIT
    """,
    ReceiptClass.DELIVERED: "DELIVERED",
}


@pytest.mark.parametrize(
    ("code", "expected"), [(code, cls) for cls, codes in DOCUMENTED.items() for code in codes.split()]
)
def test_documented_code(code: str, expected: ReceiptClass) -> None:
    assert receipt_class(code) is expected


@pytest.mark.parametrize("code", ["", "  "])
def test_a_message_without_a_code_waits_for_its_receipt(code: str) -> None:
    assert receipt_class(code) is ReceiptClass.PENDING


@pytest.mark.parametrize("code", ["BRAND_NEW", "delivered", "isv.BRAND_NEW", "MI:0013"])
def test_a_code_nobody_documented_is_not_guessed(code: str) -> None:
    assert receipt_class(code) is ReceiptClass.UNKNOWN


def test_codes_may_come_with_space_around_them() -> None:
    assert receipt_class(" DELIVERED ") is ReceiptClass.DELIVERED
