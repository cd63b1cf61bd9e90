"""The papers (资质材料) that a stock document brings, by the platform's own field names.

Of papers that are answered only the names of the answers are taken: a misspelt one is refused and not passed on.
Lower-case names are the sandbox's own and never answered.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from sandbox.clock import Instant, parse_beijing_time


class _Paper(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LicensePicture(_Paper):
    """A picture of a business licence (营业执照)."""

    LicensePic: str
    PicUrl: str | None = None
    Type: Literal["socialCreditLicense", "businessLicense", "signLegalLicense", "otherLicense"] | None = None


class OtherFile(_Paper):
    """A further file of a qualification."""

    LicensePic: str
    PicUrl: str | None = None


class Qualification(_Paper):
    """A qualification (资质), by the fields of QuerySingleSmsQualification and QuerySmsQualificationRecord."""

    QualificationGroupId: int
    QualificationName: str
    CompanyName: str
    OrganizationCode: str
    LegalPersonName: str
    UseBySelf: bool
    WorkOrderId: int
    State: Literal["INT", "FAILED", "PASSED", "NOT_FINISH", "CANCELED"]
    CompanyType: str | None = None
    EffTimeStr: str | None = None
    BusinessType: str | None = None
    WhetherShare: bool | None = None
    Remark: str | None = None
    LegalPersonIDCardType: str | None = None
    LegalPersonIDCardNo: str | None = None
    LegalPersonIdCardEffTime: str | None = None
    AdminName: str | None = None
    AdminIDCardType: str | None = None
    AdminIDCardNo: str | None = None
    AdminIDCardExpDate: str | None = None
    AdminIDCardFrontFace: str | None = None
    AdminIDCardPic: str | None = None
    AdminPhoneNo: str | None = None
    BusinessLicensePics: list[LicensePicture] | None = None
    OtherFiles: list[OtherFile] | None = None
    AuditTime: str | None = None
    """Only QuerySmsQualificationRecord answers this and the following two."""
    AuditRemark: str | None = None
    CreateDate: str | None = None
    reviewed_at: Instant | None = None
    """When its review ends: until then ``State`` is answered as ``INT`` (审核中) and no audit is told."""
    modified_at: Instant | None = None
    """When it was last modified; with what carriers failed before, a signature may be bound to it again."""
    refused_by_carriers: bool = False
    """Whether carriers refuse every signature that is bound to it, so that nothing can be re-bound to it."""


class Letter(_Paper):
    """A letter of authorization (委托授权书), by the fields of QuerySmsAuthorizationLetter.

    Its ``SignList``, a field of CreateSmsAuthorizationLetter, is answered as ``SignScope``.
    """

    AuthorizationLetterId: int
    AuthorizationLetterName: str
    OrganizationCode: str
    SignList: list[str]
    AuthorizationLetterExpDate: str = Field(pattern=r"^\d{4}-\d\d-\d\d~\d{4}-\d\d-\d\d$")
    State: Literal["INT", "PASSED"]
    Authorization: str | None = None
    ProxyAuthorization: str | None = None
    AuthorizationLetterPic: str | None = None


class Trademark(_Paper):
    """A trademark (商标), by the fields of QuerySmsTrademark."""

    TrademarkId: int
    TrademarkName: str | None = None
    TrademarkApplicantName: str | None = None
    TrademarkEffExpDate: str | None = None
    TrademarkRegistrationNumber: str | None = None
    TrademarkPic: str | None = None
    TrademarkPicUrl: str | None = None


class AppRecord(_Paper):
    """An app's ICP record (APP 备案), by the fields of QuerySmsAppIcpRecord."""

    AppIcpRecordId: int
    AppIcpLicenseNumber: str | None = None
    AppServiceName: str | None = None
    AppPrincipalUnitName: str | None = None
    AppApprovalDate: str | None = None
    AppIcpRecordPic: str | None = None
    AppIcpRecordPicUrl: str | None = None
    AppRuntimePic: str | None = None
    AppRuntimePicUrl: str | None = None
    AppStoreDownloadPic: str | None = None
    AppStoreDownloadPicUrl: str | None = None
    Domain: str | None = None


class Template(_Paper):
    """A message template (短信模板), by the fields of GetSmsTemplate; the status in words, as in the list."""

    TemplateCode: str
    TemplateType: Literal[0, 1, 2, 3]
    TemplateContent: str
    TemplateStatus: Literal["AUDIT_STATE_INIT", "AUDIT_STATE_PASS", "AUDIT_STATE_NOT_PASS", "AUDIT_STATE_CANCEL"]
    TemplateName: str | None = None
    OrderId: str | None = None
    CreateDate: str | None = None
    """``yyyy-MM-dd HH:mm:ss`` in Beijing."""
    TemplateTag: Literal[2, 3, 4] | None = None
    """2 made by the account, 3 gifted (the sandbox's default), 4 for tests."""
    RelatedSignName: str | None = None
    Remark: str | None = None

    @field_validator("CreateDate")
    @classmethod
    def _readable(cls, text: str | None) -> str | None:
        if text is not None:
            parse_beijing_time(text)
        return text
