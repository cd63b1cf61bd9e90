"""Loading signatures and papers that exist already: the demo data of a fresh sandbox, and 存量签名 for tests.

In a stock document, capitalised keys are the platform's own parameter and field names; lower-case keys are the
sandbox's.
"""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from sandbox.clock import Instant, stored
from sandbox.fates import parse_fates
from sandbox.numbers import carrier_of, normalise
from sandbox.pace import Pace
from sandbox.papers import AppRecord, Letter, Qualification, Template, Trademark
from sandbox.store import Message, Store
from sandbox.timeline import Filing

_TRAFFIC_TEMPLATE = "SMS_900002"
_NOTIFICATION = 1


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Carrier(_Strict):
    """Where a carrier stands; ``reason`` defaults to the status's usual ReasonCode."""

    status: Filing
    completed_at: Instant | None = None
    reason: (
        Literal[
            "UNBINDING_QUA",
            "BINDING_INCOMPLETE_QUA",
            "NON_REGISTER",
            "QUALIFICATION_ERROR",
            "SIGNATURE_ERROR",
            "SIGNATURE_QUALIFICATION_ERROR",
            "ONE_CODE_MULTIPLE_SIGN",
            "OTHERS_ERROR",
            "REGISTER_TIMEOUT",
            "NO_SEND_RECORD",
            "EXT_CODE_RECYCLE",
            "SUBPORT_RECYCLE",
        ]
        | None
    ) = None


class Material(_Strict):
    """What the applicant once handed in, by the parameter names of CreateSmsSign."""

    QualificationId: int | None = None
    SignSource: int = 0
    SignType: int | None = None
    ThirdParty: bool = False
    AuthorizationLetterId: int | None = None
    TrademarkId: int | None = None
    AppIcpRecordId: int | None = None
    ApplySceneContent: str | None = None
    Remark: str | None = None
    MoreData: list[str] = Field(default_factory=list)


class Traffic(_Strict):
    """One message sent before the signature was loaded."""

    phone: str
    at: Instant
    delivered: bool = True


class Signature(_Strict):
    """An existing signature (存量签名)."""

    sign_name: str = Field(min_length=1)
    created_at: Instant
    review: Literal["approved", "in_review", "rejected", "cancelled"] = "approved"
    """``in_review`` and ``rejected`` are decided the pace's review time after ``created_at``."""
    audited_at: Instant | None = None
    """When it was approved; ``created_at`` if not given."""
    order_id: str | None = None
    material: Material = Field(default_factory=Material)
    carriers: dict[Literal["mobile", "unicom", "telecom"], Carrier] = Field(default_factory=dict)
    """A carrier left out goes its normal way from ``audited_at``."""
    fates: dict[str, str] = Field(default_factory=dict)
    sent: list[Traffic] = Field(default_factory=list)


class Stock(_Strict):
    """A stock document. Papers replace those of the same id, signatures those of the same name."""

    account: str | None = None
    """The access key id that owns the signatures; the sandbox's first account if not given."""
    signatures: list[Signature] = Field(default_factory=list)
    qualifications: list[Qualification] = Field(default_factory=list)
    letters: list[Letter] = Field(default_factory=list)
    templates: list[Template] = Field(default_factory=list)
    trademarks: list[Trademark] = Field(default_factory=list)
    app_records: list[AppRecord] = Field(default_factory=list)


def load(store: Store, stock: Stock, account: str, pace: Pace, papers_for: str | None = None) -> None:
    """Stores a stock document, all of it or nothing.

    Args:
        store: Where to.
        stock: The document.
        account: Who owns the signatures if the document does not say.
        pace: For the time of the receipts of ``sent``.
        papers_for: The only account that may use the papers; every account if ``None``.

    Raises:
        ValueError: A fate or a phone number cannot be read.
    """
    with store.transaction():
        for kind, key, papers in (
            ("qualification", "QualificationGroupId", stock.qualifications),
            ("letter", "AuthorizationLetterId", stock.letters),
            ("template", "TemplateCode", stock.templates),
            ("trademark", "TrademarkId", stock.trademarks),
            ("app_record", "AppIcpRecordId", stock.app_records),
        ):
            for paper in papers:
                data = paper.model_dump(mode="json", exclude_none=True)
                store.put_paper(kind, str(getattr(paper, key)), data | ({"account": papers_for} if papers_for else {}))
        for signature in stock.signatures:
            _load_signature(store, signature, stock.account or account, pace)


def _load_signature(store: Store, signature: Signature, account: str, pace: Pace) -> None:
    fates = dict(signature.fates)
    if signature.review == "rejected":
        fates["review"] = "reject"
    parse_fates(fates)
    approved_at: datetime | None = None
    if signature.review == "approved":
        approved_at = signature.audited_at or signature.created_at
    data: dict[str, Any] = {
        "material": {"SignName": signature.sign_name} | signature.material.model_dump(exclude_none=True),
        "fates": fates,
        "order_id": signature.order_id,
        "approved_at": stored(approved_at) if approved_at else None,
        "withdrawn": signature.review == "cancelled",
        "stocked": {
            code: {
                "status": int(carrier.status),
                "completed_at": stored(carrier.completed_at) if carrier.completed_at else None,
                "reason": carrier.reason,
            }
            for code, carrier in signature.carriers.items()
        },
    }
    store.forget(account, signature.sign_name)
    store.add_event(account, signature.sign_name, signature.created_at, "stocked", data)
    store.add_messages(account, [_message(signature.sign_name, traffic, pace) for traffic in signature.sent])


def _message(sign_name: str, traffic: Traffic, pace: Pace) -> Message:
    phone = normalise(traffic.phone)
    carrier = carrier_of(phone) if phone else None
    if phone is None or carrier is None:
        raise ValueError(f"{traffic.phone!r} is not a mobile number of a known carrier")
    return Message(
        sign_name=sign_name,
        phone=phone,
        carrier=carrier,
        sent_at=traffic.at,
        receipt_at=traffic.at + pace.receipt,
        delivered=traffic.delivered,
        template_code=_TRAFFIC_TEMPLATE,
        template_type=_NOTIFICATION,
        content=f"【{sign_name}】",
    )
