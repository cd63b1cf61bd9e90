"""The words of the domain as types: carriers, statuses, reasons, phases.

The Chinese word that the Alibaba Cloud console shows is the label of each member. Numbers are those of
``GetSmsSign`` in Dysmsapi 2017-05-25: ``SignStatus`` for the review, ``SignIspRegisterDetailList[].RegisterStatus``
for the carriers (the deprecated ``RegisterResult`` uses other numbers; see ``gateway.aliyun``).
"""

from enum import StrEnum

UNKNOWN_LABEL = "未知"
"""What is shown for what nobody knows of an adopted signature."""


class Carrier(StrEnum):
    """The three carriers (运营商) with which a signature is filed; values are the platform's ``OperatorCode``."""

    MOBILE = "mobile"
    UNICOM = "unicom"
    TELECOM = "telecom"

    @property
    def label(self) -> str:
        """The carrier's short Chinese name."""
        return {"mobile": "移动", "unicom": "联通", "telecom": "电信"}[self.value]


class CarrierStatus(StrEnum):
    """The filing status (报备状态) of a signature at one carrier; help page, "报备状态详解与故障排查"."""

    NOT_FILED = "NOT_FILED"
    REGISTERING = "REGISTERING"
    FAILED = "FAILED"
    PENDING_VERIFICATION = "PENDING_VERIFICATION"
    EXPIRED = "EXPIRED"
    REGISTERED = "REGISTERED"
    UNKNOWN = "UNKNOWN"

    @property
    def label(self) -> str:
        """The word that the console shows."""
        return _STATUS_LABELS[self]

    @property
    def starts_round(self) -> bool:
        """Whether a carrier seen in this status is being filed, so that a round has to follow it."""
        return self in (CarrierStatus.REGISTERING, CarrierStatus.PENDING_VERIFICATION)

    @classmethod
    def from_platform(cls, code: int) -> "CarrierStatus":
        """Translate a ``RegisterStatus``; a number nobody documented is ``UNKNOWN``, never guessed."""
        return _STATUS_BY_CODE.get(code, cls.UNKNOWN)


_STATUS_LABELS = {
    CarrierStatus.NOT_FILED: "未报备",
    CarrierStatus.REGISTERING: "报备中",
    CarrierStatus.FAILED: "报备失败",
    CarrierStatus.PENDING_VERIFICATION: "已报备待验证",
    CarrierStatus.EXPIRED: "报备失效",
    CarrierStatus.REGISTERED: "报备成功",
    CarrierStatus.UNKNOWN: "未知状态",
}

_STATUS_BY_CODE = {
    -2: CarrierStatus.NOT_FILED,
    -1: CarrierStatus.REGISTERING,
    0: CarrierStatus.FAILED,
    1: CarrierStatus.PENDING_VERIFICATION,
    2: CarrierStatus.EXPIRED,
    3: CarrierStatus.REGISTERED,
}


class ReviewStatus(StrEnum):
    """The platform's own review (审核) of a signature, which comes before any carrier sees it."""

    NOT_SUBMITTED = "NOT_SUBMITTED"
    IN_REVIEW = "IN_REVIEW"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"
    UNKNOWN = "UNKNOWN"

    @property
    def label(self) -> str:
        """The word that the console shows."""
        return _REVIEW_LABELS[self]

    @classmethod
    def from_platform(cls, code: int) -> "ReviewStatus":
        """Translate a ``SignStatus``; a number nobody documented is ``UNKNOWN``."""
        return {0: cls.IN_REVIEW, 1: cls.APPROVED, 2: cls.REJECTED, 10: cls.CANCELLED}.get(code, cls.UNKNOWN)


_REVIEW_LABELS = {
    ReviewStatus.NOT_SUBMITTED: "未提交",
    ReviewStatus.IN_REVIEW: "审核中",
    ReviewStatus.APPROVED: "审核通过",
    ReviewStatus.REJECTED: "审核不通过",
    ReviewStatus.CANCELLED: "已取消",
    ReviewStatus.UNKNOWN: "未知状态",
}


class Phase(StrEnum):
    """Where a filing as a whole stands."""

    CHECKING = "CHECKING"
    IN_REVIEW = "IN_REVIEW"
    REJECTED = "REJECTED"
    FILING = "FILING"
    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"
    RELEASED = "RELEASED"
    DELETED = "DELETED"

    @property
    def label(self) -> str:
        """A Chinese word for it; those of the review are the console's."""
        return _PHASE_LABELS[self]

    @property
    def closed(self) -> bool:
        """Whether the filing is over and nobody follows it any more."""
        return self in (Phase.RELEASED, Phase.DELETED)


_PHASE_LABELS = {
    Phase.CHECKING: "检查资质与签名",
    Phase.IN_REVIEW: "审核中",
    Phase.REJECTED: "审核不通过",
    Phase.FILING: "报备进行中",
    Phase.ACTIVE: "可用",
    Phase.INACTIVE: "不可用",
    Phase.RELEASED: "已停止跟踪",
    Phase.DELETED: "已删除",
}


class CanSend(StrEnum):
    """How far a signature may be used on a carrier now."""

    NO = "no"
    TRIAL = "trial"
    BULK = "bulk"


class ReasonCode(StrEnum):
    """``RegisterStatusReasons[].ReasonCode`` of ``GetSmsSign``: the fifteen documented reasons behind a status."""

    UNBINDING_QUA = "UNBINDING_QUA"
    BINDING_INCOMPLETE_QUA = "BINDING_INCOMPLETE_QUA"
    NON_REGISTER = "NON_REGISTER"
    REGISTERING = "REGISTERING"
    DETECTING = "DETECTING"
    DETECT_SUCCESS = "DETECT_SUCCESS"
    QUALIFICATION_ERROR = "QUALIFICATION_ERROR"
    SIGNATURE_ERROR = "SIGNATURE_ERROR"
    SIGNATURE_QUALIFICATION_ERROR = "SIGNATURE_QUALIFICATION_ERROR"
    ONE_CODE_MULTIPLE_SIGN = "ONE_CODE_MULTIPLE_SIGN"
    OTHERS_ERROR = "OTHERS_ERROR"
    REGISTER_TIMEOUT = "REGISTER_TIMEOUT"
    NO_SEND_RECORD = "NO_SEND_RECORD"
    EXT_CODE_RECYCLE = "EXT_CODE_RECYCLE"
    SUBPORT_RECYCLE = "SUBPORT_RECYCLE"

    @property
    def label(self) -> str:
        """What the reason means, in the words of the help page."""
        return _REASON_LABELS[self]


_REASON_LABELS = {
    ReasonCode.UNBINDING_QUA: "签名未关联资质",
    ReasonCode.BINDING_INCOMPLETE_QUA: "签名关联的资质信息不完整",
    ReasonCode.NON_REGISTER: "当前签名未发起报备",
    ReasonCode.REGISTERING: "尚未收到运营商反馈的报备结果",
    ReasonCode.DETECTING: "需测试发送，平台正在探测发送情况",
    ReasonCode.DETECT_SUCCESS: "测试发送的短信成功率符合预期",
    ReasonCode.QUALIFICATION_ERROR: "关联资质信息有误导致报备失败",
    ReasonCode.SIGNATURE_ERROR: "签名不符合运营商签名实名规范要求",
    ReasonCode.SIGNATURE_QUALIFICATION_ERROR: "签名与资质不匹配",
    ReasonCode.ONE_CODE_MULTIPLE_SIGN: "扩展码下存在多个签名（一码多签）",
    ReasonCode.OTHERS_ERROR: "其他原因",
    ReasonCode.REGISTER_TIMEOUT: "运营商无法报备或报备任务已超时",
    ReasonCode.NO_SEND_RECORD: "签名超过6个月无发送记录",
    ReasonCode.EXT_CODE_RECYCLE: "扩展码收回",
    ReasonCode.SUBPORT_RECYCLE: "运营商签名合规治理",
}


class SignatureSource(StrEnum):
    """Where a signature's name comes from (签名来源); ``SignSource`` of ``CreateSmsSign``."""

    ENTERPRISE_NAME = "ENTERPRISE_NAME"
    TRADEMARK = "TRADEMARK"
    APP = "APP"
    WEBSITE = "WEBSITE"
    PUBLIC_ACCOUNT = "PUBLIC_ACCOUNT"
    ECOMMERCE_STORE = "ECOMMERCE_STORE"
    UNKNOWN = "UNKNOWN"
    """Of an adopted signature (存量签名): the platform does not return it. Never handed in."""

    @property
    def label(self) -> str:
        """The console's word."""
        return {
            "ENTERPRISE_NAME": "企事业单位名",
            "TRADEMARK": "已注册商标名",
            "APP": "已上线APP名",
            "WEBSITE": "已备案网站",
            "PUBLIC_ACCOUNT": "公众号或小程序",
            "ECOMMERCE_STORE": "电商平台店铺名",
            "UNKNOWN": UNKNOWN_LABEL,
        }[self.value]

    @property
    def retired(self) -> bool:
        """Whether the platform no longer takes it (help page, step 2: 已下线)."""
        return self in (SignatureSource.WEBSITE, SignatureSource.PUBLIC_ACCOUNT, SignatureSource.ECOMMERCE_STORE)

    @property
    def recommendation(self) -> str:
        """推荐度 by the help page, step 2: 高 or 中; empty for a source that is not listed there."""
        return {"ENTERPRISE_NAME": "高", "TRADEMARK": "中", "APP": "中"}.get(self.value, "")


class SignatureType(StrEnum):
    """What a signature may be used for (签名类型); ``SignType`` of ``CreateSmsSign``."""

    GENERAL = "GENERAL"
    VERIFICATION = "VERIFICATION"
    UNKNOWN = "UNKNOWN"
    """Of an adopted signature (存量签名) of which the platform does not say it. Never handed in."""

    @property
    def label(self) -> str:
        """The console's word."""
        return {"GENERAL": "通用", "VERIFICATION": "验证码", "UNKNOWN": UNKNOWN_LABEL}[self.value]


class FilingWay(StrEnum):
    """What starts a new filing after one ended; no API does it directly (``refile_by`` in a policy)."""

    UPDATE_SIGN = "update_sign"
    CHANGE_QUALIFICATION = "change_qualification"
    CONSOLE = "console"


class RoundOutcome(StrEnum):
    """How one carrier's round ended."""

    REGISTERED = "REGISTERED"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"
    SUPERSEDED = "SUPERSEDED"
    RELEASED = "RELEASED"
