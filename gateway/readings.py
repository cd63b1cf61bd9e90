"""From the SDK's answer objects to the project's models: what each field means, and what is left out.

Every function takes the SDK's body object, whose fields may be missing or of another type than its documentation
says: the SDK drops what it does not know and converts nothing.
"""

import logging
from typing import Any

from filing.snapshot import (
    CarrierReading,
    Qualification,
    QualificationState,
    Reason,
    Receipt,
    ReceiptStatus,
    SignatureSnapshot,
)
from filing.vocabulary import Carrier, CarrierStatus, ReviewStatus
from gateway import wire

_logger = logging.getLogger(__name__)

# QuerySingleSmsQualification and QuerySmsQualificationRecord write the same states in two vocabularies.
_QUALIFICATION_STATES = {
    "INT": QualificationState.IN_REVIEW,
    "INIT": QualificationState.IN_REVIEW,
    "PASSED": QualificationState.APPROVED,
    "PASS": QualificationState.APPROVED,
    "FAILED": QualificationState.REJECTED,
    "NOT_PASS": QualificationState.REJECTED,
    "NOT_FINISH": QualificationState.INCOMPLETE,
    "CANCELED": QualificationState.CANCELLED,
    "CANCEL": QualificationState.CANCELLED,
}

# The deprecated RegisterResult, whose numbers mean something else than those of RegisterStatus: here 1 is success.
_REGISTER_RESULTS = {
    -1: CarrierStatus.NOT_FILED,
    0: CarrierStatus.FAILED,
    1: CarrierStatus.REGISTERED,
    2: CarrierStatus.EXPIRED,
}

_RECEIPT_STATUSES = {1: ReceiptStatus.WAITING, 2: ReceiptStatus.FAILED, 3: ReceiptStatus.DELIVERED}


def qualification(data: Any, qualification_id: int) -> Qualification:
    """Read ``Data`` of ``QuerySingleSmsQualification``; legal person and administrator stay unread."""
    return Qualification(
        qualification_id=qualification_id,
        state=_QUALIFICATION_STATES.get(str(data.state), QualificationState.UNKNOWN),
        company_name=str(data.company_name or ""),
        company_type=str(data.company_type or ""),
        for_own_use=wire.flag(data.use_by_self),
        valid_until=wire.last_day(data.eff_time_str),
    )


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
