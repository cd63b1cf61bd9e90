"""What the code of a receipt (回执) says about the filing, the number, or the account.

The codes are those of the platform's two public lists, API error codes (API错误码, document 101346) and receipt codes
(回执错误码, document 101347). The lists are not closed: a code that is not in the table is ``UNKNOWN`` and kept raw.
"""

from enum import StrEnum


class ReceiptClass(StrEnum):
    """What to make of the code that a message ended with."""

    FILING_PROBLEM = "FILING_PROBLEM"
    """The signature or its filing (报备) is the cause; sending again now does not help."""
    SUSPECT = "SUSPECT"
    """An unfiled signature often hides behind this code; count it per carrier before trusting its label."""
    RETRY_LATER = "RETRY_LATER"
    """A fault of the platform or the channel that passes."""
    QUOTA = "QUOTA"
    """A frequency limit (流控); wait for its window or take another number."""
    BAD_NUMBER = "BAD_NUMBER"
    """The number cannot receive; the signature is not to blame."""
    PENDING = "PENDING"
    """Accepted, and no carrier has reported back yet."""
    ACCOUNT = "ACCOUNT"
    """Template, parameters, credentials, permission or money: a person has to change something."""
    DELIVERED = "DELIVERED"
    """The carrier reported delivery."""
    UNKNOWN = "UNKNOWN"
    """A code nobody documented; never guessed."""

    @property
    def label(self) -> str:
        """What the code is about, in Chinese; empty where that goes without saying."""
        return _LABELS.get(self, "")


_LABELS = {
    ReceiptClass.FILING_PROBLEM: "报备问题",
    ReceiptClass.SUSPECT: "疑似报备问题",
    ReceiptClass.RETRY_LATER: "可稍后再试",
    ReceiptClass.QUOTA: "流控",
    ReceiptClass.BAD_NUMBER: "号码问题",
    ReceiptClass.ACCOUNT: "账号或模板问题",
    ReceiptClass.UNKNOWN: "未公布的错误码",
}


_CODES: dict[ReceiptClass, tuple[str, ...]] = {
    ReceiptClass.FILING_PROBLEM: (
        "PORT_NOT_REGISTERED",
        "isv.SIGN_STATE_ILLEGAL",
        "isv.SMS_SIGNATURE_ILLEGAL",
        "isv.SMS_SIGN_ILLEGAL",
        "isv.SIGN_NAME_ILLEGAL",
        "isv.SIGN_SOURCE_ILLEGAL",
        "isv.SMS_SIGNATURE_SCENE_ILLEGAL",
        "isv.SIGNATURE_BLACKLIST",
        "SIGNATURE_BLACKLIST",
        "isv.EXTEND_CODE_ERROR",
        "isv.ONE_CODE_MULTIPLE_SIGN",
        "isv.CODE_EXCEED_LIMIT",
        "isv.CODE_ERROR",
    ),
    ReceiptClass.SUSPECT: ("NO_ROUTE", "SP_UNKNOWN_ERROR", "CONTENT_KEYWORD"),
    ReceiptClass.RETRY_LATER: (
        "isp.SYSTEM_ERROR",
        "isp.GATEWAY_ERROR",
        "IS_CLOSE",
        "Throttling",
        "Throttling.User",
        "ServiceUnavailable",
        "InternalError",
        "EXPIRED",
    ),
    ReceiptClass.QUOTA: (
        "isv.BUSINESS_LIMIT_CONTROL",
        "isv.DAY_LIMIT_CONTROL",
        "isv.MONTH_LIMIT_CONTROL",
        "MOBILE_SEND_LIMIT",
        "isv.SIGN_COUNT_OVER_LIMIT",
        "isv.SMS_OVER_LIMIT",
        "isv.TEMPLATE_COUNT_OVER_LIMIT",
    ),
    ReceiptClass.BAD_NUMBER: (
        "MOBILE_NOT_ON_SERVICE",
        "INVALID_NUMBER",
        "MOBILE_ACCOUNT_ABNORMAL",
        "MOBILE_IN_BLACK",
        "isv.BLACK_KEY_CONTROL_LIMIT",
        "USER_REJECT",
        "isv.CUSTOMER_REFUSED",
        # The platform's own list misspells it; some of its texts do not.
        "MOBLLE_TERMINAL_ERROR",
        "MOBILE_TERMINAL_ERROR",
        "isv.MOBILE_NUMBER_ILLEGAL",
    ),
    # A message without a code yet is waiting for its receipt.
    ReceiptClass.PENDING: ("", "REQUEST_SUCCESS"),
    ReceiptClass.ACCOUNT: (
        "isv.SMS_TEMPLATE_ILLEGAL",
        "isv.TEMPLATE_MISSING_PARAMETERS",
        "isv.TEMPLATE_PARAMS_ILLEGAL",
        "isv.INVALID_JSON_PARAM",
        "isv.INVALID_PARAMETERS",
        "isv.PARAM_LENGTH_LIMIT",
        "isv.PARAM_NOT_SUPPORT_URL",
        "isv.SMS_CONTENT_ILLEGAL",
        "isv.UNSUPPORTED_CONTENT",
        "isv.SMS_CONTENT_MISMATCH_TEMPLATE_TYPE",
        "CONTENT_ERROR",
        "PARAMS_ILLEGAL",
        "isv.OUT_OF_SERVICE",
        "isv.AMOUNT_NOT_ENOUGH",
        "isv.PRODUCT_UN_SUBSCRIPT",
        "isv.PRODUCT_UNSUBSCRIBE",
        "isv.SECURITY_FROZEN_ACCOUNT",
        "isp.RAM_PERMISSION_DENY",
        "isv.DENY_IP_RANGE",
        "SignatureDoesNotMatch",
        "InvalidAccessKeyId.NotFound",
        "InvalidTimeStamp.Expired",
        "SignatureNonceUsed",
        "isv.SMS_TEST_NUMBER_LIMIT",
        "isv.SMS_TEST_SIGN_TEMPLATE_LIMIT",
    ),
    ReceiptClass.DELIVERED: ("DELIVERED",),
}

_CLASS_BY_CODE = {code: cls for cls, codes in _CODES.items() for code in codes}

_CLASS_BY_PREFIX = {"isv.ACCOUNT_": ReceiptClass.ACCOUNT, "Throttling.": ReceiptClass.RETRY_LATER}


def receipt_class(code: str) -> ReceiptClass:
    """Classify ``ErrCode`` of ``QuerySendDetails``, or the ``Code`` of an answer to ``SendSms``.

    Args:
        code: The platform's code; empty while no receipt has come.
    """
    code = code.strip()
    if known := _CLASS_BY_CODE.get(code):
        return known
    families = (cls for prefix, cls in _CLASS_BY_PREFIX.items() if code.startswith(prefix))
    return next(families, ReceiptClass.UNKNOWN)
