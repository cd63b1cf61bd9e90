"""From the SDK's answers about papers to the project's models; see ``gateway.readings`` for the rest.

Who stands behind a paper stays unread: legal person and administrator have no place in a payload, nor has an identity
number in a reviewer's words.
"""

import hashlib
import hmac
import re
from typing import Any

from filing.masking import mask_phones_in
from filing.paper_models import AppRecord, AuthorizationLetter, QualificationRecord, Trademark
from filing.snapshot import Qualification, QualificationState
from gateway import wire

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

_IN_FORCE = {"VALID": True, "INVALID": False}

# A mainland identity number: region, birthday, number, check digit. It may stand where a company has its code.
_IDENTITY_NUMBER = re.compile(
    r"(?<!\d)[1-8]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)"
)


def qualification(data: Any, qualification_id: int) -> Qualification:
    """Read ``Data`` of ``QuerySingleSmsQualification``."""
    code = _text(data.organization_code).upper()
    return Qualification(
        qualification_id=qualification_id,
        state=_QUALIFICATION_STATES.get(str(data.state), QualificationState.UNKNOWN),
        platform_state=_text(data.state),
        company_name=_text(data.company_name),
        company_type=_text(data.company_type),
        organization_code="" if _IDENTITY_NUMBER.fullmatch(code) else code,
        names_a_person=bool(_text(data.legal_person_name)),
        work_order_id=wire.number(data.work_order_id),
        for_own_use=wire.flag(data.use_by_self),
        valid_until=wire.last_day(data.eff_time_str),
    )


def administrator_mark(data: Any, salt: bytes) -> str | None:
    """Read who the administrator (管理员) of ``QuerySingleSmsQualification`` is, as a mark that tells nothing else.

    Returns:
        A digest of the identity number under ``salt``, the same for the same person; none where the platform leaves
        the number out or masks it.
    """
    written = _text(data.admin_idcard_no).upper()
    if not written or "*" in written:
        return None
    return hmac.new(salt, written.encode(), hashlib.sha256).hexdigest()


def qualification_record(entry: Any) -> QualificationRecord | None:
    """Read one entry of ``QuerySmsQualificationRecord``; none where it does not say which qualification it is of."""
    number = wire.number(entry.group_id)
    if number is None:
        return None
    return QualificationRecord(
        qualification_id=number,
        company_name=_text(entry.company_name),
        state=_QUALIFICATION_STATES.get(str(entry.state_name), QualificationState.UNKNOWN),
        work_order_id=wire.number(entry.work_order_id),
        audited_at=wire.moment(entry.audit_time),
        remark=_IDENTITY_NUMBER.sub("******", mask_phones_in(_text(entry.audit_remark))),
    )


def letter(entry: Any, letter_id: int) -> AuthorizationLetter:
    """Read one letter of ``QuerySmsAuthorizationLetter``, whose ``SignScope`` puts 、 between the names."""
    return AuthorizationLetter(
        letter_id=letter_id,
        organization_code=_text(entry.organization_code).upper(),
        covers=tuple(filter(None, map(str.strip, _text(entry.sign_scope).split("、")))),
        in_force=_IN_FORCE.get(_text(entry.status).upper()),
        valid_until=wire.last_day(entry.authorization_letter_exp_date),
    )


def trademark(entry: Any, trademark_id: int) -> Trademark:
    """Read one trademark of ``QuerySmsTrademark``."""
    return Trademark(
        trademark_id=trademark_id,
        name=_text(entry.trademark_name),
        owner=_text(entry.trademark_applicant_name),
        valid_until=wire.last_day(entry.trademark_eff_exp_date),
    )


def app_record(entry: Any, record_id: int) -> AppRecord:
    """Read one record of ``QuerySmsAppIcpRecord``."""
    return AppRecord(
        record_id=record_id,
        name=_text(entry.app_service_name),
        owner=_text(entry.app_principal_unit_name),
    )


def _text(value: object) -> str:
    return str(value or "").strip()
