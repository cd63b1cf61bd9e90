"""Whether the qualification (资质) that a signature is to rest on will do; every breach is found at once.

Sources: help page, step 1; ``QuerySingleSmsQualification`` and ``SubmitSmsQualification`` of Dysmsapi 2017-05-25. The
other papers are judged in ``filing.supporting_papers``.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from filing.application import SignatureApplication, unknown_fields
from filing.existing import UNBOUND_RULE
from filing.naming.findings import note, reject, warn
from filing.naming.normalising import same_company
from filing.paper_models import QualificationRecord
from filing.snapshot import Finding, Qualification, QualificationState

QUALIFICATION_IN_REVIEW: Final = "QUALIFICATION_IN_REVIEW"
ACCOUNT_REFUSED: Final = "ACCOUNT_REFUSED"
ADMINISTRATOR_SHARED: Final = "ADMINISTRATOR_SHARED"
ADMINISTRATOR_NOT_CHECKED: Final = "ADMINISTRATOR_NOT_CHECKED"

NON_PROFIT: Final = "NON_PROFIT_ORGANIZATION"
"""``CompanyType`` of government bodies and public institutions, whose signatures are reviewed more slowly."""
_ENTERPRISE_TYPES = ("COMPANY", NON_PROFIT)

FIELD = "qualification_id"
"""The field of an application that names a qualification."""
_STEP_1 = "help page, step 1"
_APPROVED = f"the qualification must be approved (审核通过; {_STEP_1})"
_GOES_ON = "the filing goes on by itself once the platform shows it, or once an edit names another qualification"
_REFILES = "a change of a qualification has every signature bound to it filed anew (help page, 报备成功)"

_CREDIT_CODE = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def refiles_note(names: Sequence[str]) -> str:
    """What a change of a qualification does to the signatures that are bound to it.

    Args:
        names: Those that are known to be; none where nobody knows any.

    Returns:
        The same sentence in both cases, so that the names can be added to it where it stands in a finding's advice.
    """
    return f"{_REFILES}: {', '.join(names)}" if names else _REFILES


def waits_only(findings: Sequence[Finding]) -> bool:
    """Whether nothing stands in the way but a review (资质审核中), so that nobody has to do anything."""
    rejecting = [finding.code for finding in findings if finding.rejects]
    return bool(rejecting) and set(rejecting) == {QUALIFICATION_IN_REVIEW}


def judge_qualification(
    qualification: Qualification, today: date, warn_within: timedelta, *, remark: str = "", otherwise: str = _GOES_ON
) -> Iterator[Finding]:
    """Judge a qualification by itself: approved, an enterprise's, its licence valid.

    Args:
        qualification: What the platform shows.
        today: The Beijing date.
        warn_within: How long before its last day a licence is called expiring.
        remark: The reviewer's words (``AuditRemark``), empty where there are none.
        otherwise: How it goes on, or what else would do, as the advice says after what cures it.
    """
    yield from _state(qualification, remark, otherwise)
    yield from _enterprise(qualification)
    yield from _licence(qualification.valid_until, today, warn_within, otherwise)


def judge_fit(qualification: Qualification, application: SignatureApplication) -> Iterator[Finding]:
    """Judge whether a qualification is the one that an application needs: of its company, and of its purpose."""
    company, asked = qualification.company_name, application.company_name
    known = company and "company_name" not in unknown_fields(application) and not _of_a_person(qualification)
    if known and not same_company(company, asked):
        yield reject(
            "COMPANY_MISMATCH",
            company,
            f"company_name must be the name on the qualification's licence ({_STEP_1})",
            "correct company_name or name the qualification of that company",
            field=FIELD,
        )
    if qualification.for_own_use is not None and qualification.for_own_use == application.third_party:
        purpose = "自用" if qualification.for_own_use else "他用"
        yield reject(
            "PURPOSE_MISMATCH",
            purpose,
            "the qualification's purpose (自用 / 他用) must match third_party (CreateSmsSign: ThirdParty)",
            f"set third_party to {str(not application.third_party).lower()}, or name a qualification that is "
            f"{'他用' if application.third_party else '自用'}; a qualification's purpose cannot be changed",
            field=FIELD,
        )


def unbound() -> Finding:
    """The finding for an adopted signature (存量签名) that rests on no qualification."""
    return reject("QUALIFICATION_UNBOUND", "未关联资质", *UNBOUND_RULE, field=FIELD)


def not_found(qualification_id: int) -> Finding:
    """The finding for a qualification that the account does not have."""
    return reject(
        "QUALIFICATION_NOT_FOUND",
        str(qualification_id),
        f"the account needs a qualification (资质) of this id ({_STEP_1})",
        "take the id that 资质管理 shows, or apply for a qualification there (新增资质)",
        field=FIELD,
    )


def not_readable(code: str, text: str, *, account: bool) -> Finding:
    """The finding for a qualification that the platform refuses to show.

    Args:
        code: The platform's code.
        text: Its words.
        account: Whether the whole account is refused, not this read alone.
    """
    rule = "the account must be usable" if account else "the qualification must be readable"
    named = ACCOUNT_REFUSED if account else "QUALIFICATION_REFUSED"
    return reject(named, code, f"{rule} (QuerySingleSmsQualification)", text, field=FIELD)


def other_companies(
    qualification: Qualification, records: Sequence[QualificationRecord]
) -> dict[int, QualificationRecord]:
    """The qualifications of other companies with which carriers may have seen an administrator, by their ids.

    One that was rejected or withdrawn never came to a carrier.

    Args:
        qualification: The one that is compared.
        records: Reviews of the account's qualifications; of each, the latest work order counts.
    """
    latest: dict[int, QualificationRecord] = {}
    for record in sorted(records, key=lambda record: record.work_order_id or 0):
        latest[record.qualification_id] = record
    gone = (QualificationState.REJECTED, QualificationState.CANCELLED)
    return {
        number: record
        for number, record in latest.items()
        if record.company_name
        and record.state not in gone
        and number != qualification.qualification_id
        and not same_company(record.company_name, qualification.company_name)
    }


def judge_administrator(
    own: str | None,
    others: Mapping[int, QualificationRecord],
    marks: Mapping[int, str | None],
    *,
    all_listed: bool = True,
) -> Iterator[Finding]:
    """Judge whether the administrator (管理员) of a qualification is also another company's.

    The platform takes that, and the carriers do not file it (``SubmitSmsQualification``: one administrator per
    company). So it warns.

    Args:
        own: The mark of the administrator; none where the platform shows no identity number.
        others: The qualifications of other companies.
        marks: Their administrators' marks, as far as they were read.
        all_listed: Whether the account has no more than these.

    Returns:
        Findings that name companies and qualifications, and nobody.
    """
    same = [number for number in others if own is not None and marks.get(number) == own]
    if same:
        yield warn(
            ADMINISTRATOR_SHARED,
            "; ".join(f"{others[number].company_name} ({number})" for number in same),
            "an administrator (管理员) may stand for one company only, or the carriers' filing fails "
            "(SubmitSmsQualification: AdminName)",
            f"name another administrator for one of them under 资质管理; {refiles_note(())}",
            field=FIELD,
        )
    unknown = len(others) if own is None else sum(marks.get(number) is None for number in others)
    if unknown or not all_listed:
        yield administrator_not_checked(
            f"{unknown} of {len(others)}{'' if all_listed else ' or more'}",
            "the platform hides identity numbers, or they are too many to be read at once",
        )


def administrator_not_checked(part: str, why: str) -> Finding:
    """The note that an administrator was not compared with all other companies' (``part``), and why."""
    return note(
        ADMINISTRATOR_NOT_CHECKED,
        part,
        "an administrator (管理员) may stand for one company only (SubmitSmsQualification: AdminName): not checked "
        f"against these qualifications of other companies; {why}",
        "look under 资质管理 whether they share an administrator",
        field=FIELD,
    )


def credit_code(code: str) -> bool:
    """Whether a text is a unified social credit code (统一社会信用代码): 18 characters, of which the last checks."""
    if len(code) != 18 or not set(code) <= set(_CREDIT_CODE):
        return False
    total = sum(_CREDIT_CODE.index(character) * pow(3, place, 31) for place, character in enumerate(code[:-1]))
    return _CREDIT_CODE[-total % 31] == code[-1]


def _state(qualification: Qualification, remark: str, otherwise: str) -> Iterator[Finding]:
    words = f": {remark}" if remark else ""
    match qualification.state:
        case QualificationState.APPROVED:
            return
        case QualificationState.IN_REVIEW:
            code, part, advice = QUALIFICATION_IN_REVIEW, "审核中", f"wait, about two working days; {otherwise}"
        case QualificationState.REJECTED:
            code, part = "QUALIFICATION_REJECTED", f"审核不通过{words}"
            advice = f"correct it and hand it in again under 资质管理; {otherwise}; {refiles_note(())}"
        case QualificationState.INCOMPLETE:
            code, part = "QUALIFICATION_INCOMPLETE", f"资料待补充{words}"
            advice = f"complete it under 资质管理; {otherwise}; {refiles_note(())}"
        case QualificationState.CANCELLED:
            code, part = "QUALIFICATION_CANCELLED", "已撤回"
            advice = f"hand it in again under 资质管理; {otherwise}"
        case QualificationState.UNKNOWN:
            code, part = "QUALIFICATION_STATE_UNKNOWN", qualification.platform_state or "none"
            advice = f"look it up under 资质管理: this state is not documented; {otherwise}"
    yield reject(code, part, _APPROVED, advice, field=FIELD)


def _of_a_person(qualification: Qualification) -> bool:
    """Whether a qualification rests on a person's verification (个人认证); an inference, no field says it.

    ``CompanyType`` is documented with two values, both of them organisations. Another value is taken for a person's,
    unless the code is one that only organisations have. Without a type, a legal person without any company is one.
    """
    if qualification.company_type in _ENTERPRISE_TYPES:
        return False
    if qualification.company_type:
        return not (qualification.company_name and credit_code(qualification.organization_code))
    return qualification.names_a_person and not (qualification.company_name or qualification.organization_code)


def _enterprise(qualification: Qualification) -> Iterator[Finding]:
    kind = qualification.company_type
    if _of_a_person(qualification):
        # What is lacking may yet be added to one that is incomplete.
        if kind or qualification.state is not QualificationState.INCOMPLETE:
            yield reject(
                "QUALIFICATION_PERSONAL",
                f"个人认证, CompanyType {kind or 'and company are empty'}",
                f"only a qualification of an enterprise can be filed, no personal one ({_STEP_1}); that this is one is "
                "inferred from the type and code of its company",
                "apply for a 他用 qualification with the papers of an enterprise, or upgrade the account to enterprise "
                "verification (升级为企业认证)",
                field=FIELD,
            )
    elif kind and kind not in _ENTERPRISE_TYPES:
        yield warn(
            "COMPANY_TYPE_UNKNOWN",
            kind,
            f"only a qualification of an enterprise can be filed ({_STEP_1}); this CompanyType is not documented, its "
            "code is an organisation's",
            "see under 资质管理 that it is no personal one (个人认证)",
            field=FIELD,
        )


def _licence(until: date | None, today: date, warn_within: timedelta, otherwise: str) -> Iterator[Finding]:
    if until is None:
        return
    rule = "the licence (证照) behind the qualification must be valid (help page, 报备失败: 更新过期证照)"
    if until < today:
        advice = f"update the licence under 资质管理; {otherwise}; {refiles_note(())}"
        yield reject("LICENCE_EXPIRED", until.isoformat(), rule, advice, field=FIELD)
    elif until - today <= warn_within:
        advice = f"renew it, and update it under 资质管理 before that day; {refiles_note(())}"
        yield warn("LICENCE_EXPIRING", until.isoformat(), rule, advice, field=FIELD)
