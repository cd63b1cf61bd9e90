"""Existing signatures (存量签名) as the platform tells of them, and the application that one stands for.

``QuerySmsSignList`` knows neither carriers nor qualification; ``GetSmsSign`` knows both, but neither source (签名来源)
nor type (签名类型).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from filing.application import SignatureApplication
from filing.snapshot import LenientModel, Qualification, Refusal, SignatureSnapshot
from filing.vocabulary import UNKNOWN_LABEL, ReasonCode, ReviewStatus, SignatureSource, SignatureType

UNBOUND_RULE = (
    "a signature needs an approved qualification (help page, 存量签名报备)",
    "edit the signature and bind one (编辑签名关联信息); the filing then starts by itself",
)
"""The rule that a signature without a qualification breaks, and what to do."""

_REMARK_MAX = 200


class ListedSignature(LenientModel):
    """One entry of ``QuerySmsSignList``."""

    sign_name: str
    review: ReviewStatus
    sign_type: SignatureType = SignatureType.UNKNOWN
    """By ``BusinessType``: words of the platform that are not a closed list."""


class SignaturePage(LenientModel):
    """One page of ``QuerySmsSignList``, in the platform's order."""

    signatures: list[ListedSignature]
    last: bool
    """Whether no page follows."""
    total: int | None = None
    """How many signatures the account has, as far as the platform says."""


class SignatureMaterial(LenientModel):
    """What was handed in for a signature, as far as ``GetSmsSign`` returns it."""

    third_party: bool = False
    authorization_letter_id: int | None = None
    trademark_id: int | None = None
    app_icp_record_id: int | None = None
    app_link: str = ""
    remark: str = ""
    supporting_files: tuple[str, ...] = ()
    """OSS file keys, read from the links of ``FileUrlList``."""


class ExistingSignature(LenientModel):
    """One signature of the account, with all that the platform tells of it."""

    sign_name: str
    sign_type: SignatureType = SignatureType.UNKNOWN
    snapshot: SignatureSnapshot
    material: SignatureMaterial = SignatureMaterial()
    qualification: Qualification | None = None
    """The qualification (资质) that it is bound to, none where there is none."""
    qualification_refusal: Refusal | None = None
    """The platform's no to the qualification being read."""


def unbound(snapshot: SignatureSnapshot) -> bool:
    """Whether no qualification is bound to a signature, so that no carrier can be filed (help page, 未报备)."""
    reasons = {reason.code for reading in snapshot.carriers.values() for reason in reading.reasons}
    return snapshot.qualification_id is None or ReasonCode.UNBINDING_QUA in reasons


def application_of(existing: ExistingSignature, account: str, told: Mapping[str, Any]) -> SignatureApplication:
    """The application (申请) that an existing signature stands for.

    Args:
        existing: What the platform shows.
        account: Key of the account.
        told: What people say of it, field of the application to its value; it goes before what the platform shows,
            for the platform may be what has to be corrected.

    Returns:
        The application; what neither the platform nor anybody tells is unknown (未知) in it.
    """
    material, qualification = existing.material, existing.qualification
    shown = {
        "account": account,
        "sign_name": existing.sign_name,
        "source": SignatureSource.UNKNOWN,
        "sign_type": existing.sign_type,
        "company_name": (qualification.company_name if qualification else "") or UNKNOWN_LABEL,
        "qualification_id": existing.snapshot.qualification_id or None,
        "third_party": material.third_party,
        "authorization_letter_id": material.authorization_letter_id,
        "trademark_id": material.trademark_id,
        "app_icp_record_id": material.app_icp_record_id,
        "app_link": material.app_link or None,
        # The platform took longer ones once (its metadata says 500); an edit of today may carry no more.
        "remark": material.remark[:_REMARK_MAX],
        "supporting_files": material.supporting_files,
    }
    return SignatureApplication.model_validate({**shown, **told})


class StockRequest(LenientModel):
    """Input of ``SignatureStockWorkflow``: some pages of the account, or the signatures of these names."""

    account: str
    first_page: int = 1
    names: tuple[str, ...] = ()


class StockPageRequest(LenientModel):
    """To ``read_stock_page``."""

    account: str
    page: int


class StockNamesRequest(LenientModel):
    """To ``read_stock_names``."""

    account: str
    names: tuple[str, ...]


class StockReading(LenientModel):
    """From both, and result of ``SignatureStockWorkflow``: a part of the account, as it was read ``at`` a moment."""

    at: datetime
    signatures: list[ExistingSignature] = []
    next_page: int | None = None
    """Where to go on, none where the end was reached."""
    total: int | None = None
    """How many signatures the account has, as far as the platform says."""
    refusal: Refusal | None = None
    """The platform's no to being read; what was read before it stands."""


class StockProgress(LenientModel):
    """Answer of the query ``progress``."""

    signatures: int
    """Signatures that were read so far."""
