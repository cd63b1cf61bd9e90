"""What one look at the platform shows, in the project's words (``GetSmsSign`` and the qualification queries)."""

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from filing.vocabulary import Carrier, CarrierStatus, ReviewStatus


class LenientModel(BaseModel):
    """What is stored for years: fields only ever get added, with defaults, and unknown ones are left alone."""

    model_config = ConfigDict(extra="ignore")


def without_unknown(model: type[BaseModel]) -> Callable[[Any], Any]:
    """A validator that drops from a stored object what the model does not know."""

    def drop(value: Any) -> Any:
        return {k: v for k, v in value.items() if k in model.model_fields} if isinstance(value, dict) else value

    return drop


class Finding(LenientModel):
    """One breach of a rule, or a note on it. ``rule`` names it with its source, ``advice`` says what to do.

    ``severity`` is ``reject`` (nothing may be submitted), ``warn`` (it may be refused) or ``ok`` (a note).
    """

    code: str
    field: str
    part: str = ""
    severity: str
    rule: str
    advice: str

    @property
    def rejects(self) -> bool:
        """Whether nothing may be submitted while it stands."""
        return self.severity == "reject"


class Reason(LenientModel):
    """A reason the platform gives for a carrier's status; ``text`` is its own wording and may be empty."""

    code: str
    text: str = ""


class Refusal(LenientModel):
    """The platform's no, with its own code and words. ``account`` marks a matter of the account, not the signature."""

    code: str
    text: str
    account: bool = False
    request_id: str = ""
    """``RequestId`` of the answer; the platform's support asks for it."""

    @property
    def told(self) -> str:
        """Code and words."""
        return f"{self.code}: {self.text}"

    @property
    def traced(self) -> str:
        """Code and words with what the platform's support asks for."""
        return f"{self.told} (RequestId {self.request_id})" if self.request_id else self.told


class CarrierReading(LenientModel):
    """One carrier's entry in a snapshot."""

    status: CarrierStatus = CarrierStatus.NOT_FILED
    platform_code: int | None = None
    """The raw ``RegisterStatus``, kept because an undocumented number must be shown as it came."""
    reasons: tuple[Reason, ...] = ()
    completed_at: datetime | None = None
    """``OperatorCompleteTime``; its meaning while 报备中 is not documented."""


class SignatureSnapshot(LenientModel):
    """A signature as the platform shows it at one moment; ``found`` is false where it knows no such name.

    While an edit is under review the platform goes on showing the material approved before it, so a snapshot
    belongs to the write whose ``order_id`` it carries.
    """

    found: bool = True
    review: ReviewStatus = ReviewStatus.UNKNOWN
    review_code: int | None = None
    order_id: str | None = None
    created_at: datetime | None = None
    audited_at: datetime | None = None
    review_text: str = ""
    """The reviewer's words (``AuditInfo.RejectInfo``)."""
    qualification_id: int | None = None
    carriers: dict[Carrier, CarrierReading] = {}

    def reading(self, carrier: Carrier) -> CarrierReading:
        """The entry of a carrier; one that the platform does not list is 未报备."""
        return self.carriers.get(carrier, CarrierReading())


class QualificationState(StrEnum):
    """The review of a qualification (资质), one vocabulary for the platform's two."""

    IN_REVIEW = "IN_REVIEW"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    INCOMPLETE = "INCOMPLETE"
    CANCELLED = "CANCELLED"
    UNKNOWN = "UNKNOWN"


class Qualification(LenientModel):
    """An enterprise qualification as far as filing needs it; no person's data is read into it."""

    qualification_id: int
    state: QualificationState
    platform_state: str = ""
    """The state as the platform wrote it, for one that is not documented."""
    company_name: str = ""
    company_type: str = ""
    """``COMPANY`` or ``NON_PROFIT_ORGANIZATION`` as the platform sends it."""
    organization_code: str = ""
    """统一社会信用代码, by which a letter of authorization must name the same company."""
    names_a_person: bool = False
    """Whether a legal person is given; who it is stays unread."""
    work_order_id: int | None = None
    """工单号 of its review, under which the reviewer's words are found."""
    for_own_use: bool | None = None
    """自用 (true) or 他用 (false). The platform's two fields have opposite polarity; this is ``UseBySelf``."""
    valid_until: date | None = None
    """Last day of the licence; none where it is unlimited or unknown."""


class DayTraffic(LenientModel):
    """One day of ``QuerySendStatistics``: messages under a signature, and what became of them."""

    day: date
    total: int
    delivered: int = 0
    failed: int = 0

    @property
    def answered(self) -> int:
        """Messages whose fate a carrier has reported."""
        return self.delivered + self.failed


class FailureJump(LenientModel):
    """Since when messages fail more than before; rates are shares of the messages whose fate is known."""

    since: date
    rate: float
    before: float | None = None
    """Rate of the four weeks before, none without traffic then."""
    failed: int
    answered: int

    def __str__(self) -> str:
        before = f", {self.before:.0%} in the four weeks before" if self.before is not None else ""
        return f"{self.rate:.0%} of {self.answered} messages failed since {self.since}{before}"


class ReceiptStatus(StrEnum):
    """What became of a message (``SendStatus`` of ``QuerySendDetails``)."""

    WAITING = "WAITING"
    FAILED = "FAILED"
    DELIVERED = "DELIVERED"


class Receipt(LenientModel):
    """One entry of ``QuerySendDetails``, without the number it went to."""

    out_id: str
    status: ReceiptStatus
    code: str = ""
    """``ErrCode``, for example ``DELIVERED`` or ``PORT_NOT_REGISTERED``; not a closed list."""
    sent_at: datetime | None = None
    received_at: datetime | None = None
    shown_signature: str | None = None
    """The name between 【】 at the start of the content, none where there is none."""
