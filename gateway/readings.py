"""From the SDK's answer objects to the project's models: what each field means, and what is left out.

Every function takes the SDK's body object, whose fields may be missing or of another type than its documentation
says: the SDK drops what it does not know and converts nothing.
"""

import logging
from typing import Any

from filing.existing import ExistingSignature, ListedSignature, SignatureMaterial, SignaturePage
from filing.snapshot import (
    CarrierReading,
    DayTraffic,
    Reason,
    Receipt,
    ReceiptStatus,
    SignatureSnapshot,
)
from filing.vocabulary import Carrier, CarrierStatus, ReviewStatus, SignatureType
from gateway import wire

_logger = logging.getLogger(__name__)

# The deprecated RegisterResult, whose numbers mean something else than those of RegisterStatus: here 1 is success.
_REGISTER_RESULTS = {
    -1: CarrierStatus.NOT_FILED,
    0: CarrierStatus.FAILED,
    1: CarrierStatus.REGISTERED,
    2: CarrierStatus.EXPIRED,
}

# AuditStatus of QuerySmsSignList; the last is a misspelling that was seen in the wild.
_AUDIT_STATUSES = {
    "AUDIT_STATE_INIT": ReviewStatus.IN_REVIEW,
    "AUDIT_STATE_PASS": ReviewStatus.APPROVED,
    "AUDIT_STATE_NOT_PASS": ReviewStatus.REJECTED,
    "AUDIT_STATE_CANCEL": ReviewStatus.CANCELLED,
    "AUDIT_SATE_CANCEL": ReviewStatus.CANCELLED,
}

# BusinessType of QuerySmsSignList says the type in words.
_BUSINESS_TYPES = {"验证码": SignatureType.VERIFICATION, "通用": SignatureType.GENERAL}

_RECEIPT_STATUSES = {1: ReceiptStatus.WAITING, 2: ReceiptStatus.FAILED, 3: ReceiptStatus.DELIVERED}


def snapshot(body: Any) -> SignatureSnapshot:
    """Read the answer to ``GetSmsSign``."""
    review_code = wire.number(body.sign_status)
    audit = body.audit_info
    return SignatureSnapshot(
        review=ReviewStatus.UNKNOWN if review_code is None else ReviewStatus.from_platform(review_code),
        review_code=review_code,
        order_id=str(body.order_id) if body.order_id else None,
        created_at=wire.moment(body.create_date),
        audited_at=wire.moment(audit.audit_date) if audit else None,
        review_text=str(audit.reject_info or "") if audit else "",
        qualification_id=wire.number(body.qualification_id),
        carriers=_carriers(body),
    )


def existing(body: Any, sign_name: str) -> ExistingSignature:
    """Read the answer to ``GetSmsSign`` with the material that an edit would have to hand in again."""
    return ExistingSignature(
        sign_name=sign_name,
        snapshot=snapshot(body),
        material=SignatureMaterial(
            third_party=wire.flag(body.third_party) or False,
            authorization_letter_id=_paper_id(body.authorization_letter_id),
            trademark_id=_paper_id(body.trademark_id),
            app_icp_record_id=_paper_id(body.app_icp_record_id),
            app_link=str(body.apply_scene or "").strip(),
            remark=str(body.remark or "").strip(),
            supporting_files=tuple(filter(None, map(wire.file_key, body.file_url_list or []))),
        ),
    )


def _paper_id(value: object) -> int | None:
    """An id of a paper; a zero stands for none."""
    return wire.number(value) or None


def signature_page(body: Any, page: int, page_size: int) -> SignaturePage:
    """Read the answer to ``QuerySmsSignList``; an entry without a name is left out."""
    entries = body.sms_sign_list or []
    total = wire.number(body.total_count)
    return SignaturePage(
        signatures=[_listed(entry) for entry in entries if entry.sign_name],
        last=not entries or (len(entries) < page_size if total is None else page * page_size >= total),
        total=total,
    )


def _listed(entry: Any) -> ListedSignature:
    return ListedSignature(
        sign_name=str(entry.sign_name),
        review=_AUDIT_STATUSES.get(str(entry.audit_status), ReviewStatus.UNKNOWN),
        sign_type=_BUSINESS_TYPES.get(str(entry.business_type or "").removesuffix("类型"), SignatureType.UNKNOWN),
    )


def _carriers(body: Any) -> dict[Carrier, CarrierReading]:
    # The SDK turns an absent list into an empty one, so the two cannot be told apart.
    if details := body.sign_isp_register_detail_list:
        return dict(entry for entry in map(_carrier_reading, details) if entry)
    result = wire.number(body.register_result)
    if result is None:
        return {}
    status = _REGISTER_RESULTS.get(result, CarrierStatus.UNKNOWN)
    return {carrier: CarrierReading(status=status, platform_code=result) for carrier in Carrier}


def _carrier_reading(detail: Any) -> tuple[Carrier, CarrierReading] | None:
    try:
        carrier = Carrier(str(detail.operator_code).strip().lower())
    except ValueError:
        _logger.warning("carrier %r is not one of the three; ignored", detail.operator_code)
        return None
    code = wire.number(detail.register_status)
    return carrier, CarrierReading(
        status=CarrierStatus.UNKNOWN if code is None else CarrierStatus.from_platform(code),
        platform_code=code,
        reasons=tuple(map(_reason, detail.register_status_reasons)),
        completed_at=wire.moment(detail.operator_complete_time),
    )


def _reason(reason: Any) -> Reason:
    texts = reason.reason_desc_list or []
    return Reason(
        code=str(reason.reason_code or ""),
        text=texts if isinstance(texts, str) else "；".join(map(str, texts)),
    )


def receipt(entry: Any) -> Receipt:
    """Read one ``SmsSendDetailDTO`` of ``QuerySendDetails``, without its number and its content."""
    code = wire.number(entry.send_status)
    status = None if code is None else _RECEIPT_STATUSES.get(code)
    if status is None:
        _logger.warning("SendStatus %r is not documented; taken for a message without receipt", entry.send_status)
    return Receipt(
        out_id=str(entry.out_id or ""),
        status=status or ReceiptStatus.WAITING,
        code=str(entry.err_code or ""),
        sent_at=wire.moment(entry.send_date),
        received_at=wire.moment(entry.receive_date),
        shown_signature=wire.shown_signature(entry.content),
    )


def day_traffic(entry: Any) -> DayTraffic | None:
    """One day of ``QuerySendStatistics``, none where its date cannot be read."""
    day = wire.compact_date(entry.send_date)
    if day is None:
        return None
    return DayTraffic(
        day=day,
        total=wire.number(entry.total_count) or 0,
        delivered=wire.number(entry.responded_success_count) or 0,
        failed=wire.number(entry.responded_fail_count) or 0,
    )
