"""The papers that a signature rests on besides its qualification (资质), in the project's words.

No person's data is read into any of them.
"""

from datetime import date, datetime

from filing.snapshot import LenientModel, QualificationState


class QualificationRecord(LenientModel):
    """One review of a qualification (``QuerySmsQualificationRecord``), the only place of the reviewer's words."""

    qualification_id: int
    company_name: str = ""
    state: QualificationState
    work_order_id: int | None = None
    audited_at: datetime | None = None
    remark: str = ""
    """The reviewer's words (``AuditRemark``)."""


class AuthorizationLetter(LenientModel):
    """A letter of authorization (委托授权书): a company lets another one use signatures in its name (他用).

    Whether it has been reviewed does not matter: it passes only once a signature that it covers has passed.
    """

    letter_id: int
    organization_code: str = ""
    """统一社会信用代码 of the company that gives it."""
    covers: tuple[str, ...] = ()
    """The sign names it is for (``SignScope``)."""
    in_force: bool | None = None
    """Whether the platform calls it ``VALID`` or ``INVALID``; none where it says neither."""
    valid_until: date | None = None
    """Its last day; none where it is unlimited or unknown."""


class Trademark(LenientModel):
    """A registered trademark (商标)."""

    trademark_id: int
    name: str = ""
    owner: str = ""
    """The applicant as registered (``TrademarkApplicantName``)."""
    valid_until: date | None = None
    """Its last day; none where it is unlimited or unknown."""


class AppRecord(LenientModel):
    """The ICP record of an app (APP 备案)."""

    record_id: int
    name: str = ""
    """``AppServiceName``."""
    owner: str = ""
    """The ICP subject (备案主体, ``AppPrincipalUnitName``)."""
