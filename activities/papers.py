"""Reading the papers that an application rests on; what is read is judged in ``filing``.

A check costs one call for the qualification (资质), one for each other paper that the application names, and one for
the reviewer's words where they are asked for. Comparing administrators comes on top, at a filing's first check and
right before its submission; see ``Administrators``.
"""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

from activities.accounts import Account, now
from filing import papers, supporting_papers
from filing.application import SignatureApplication
from filing.calendar import beijing_date
from filing.snapshot import Finding, Qualification, QualificationState
from filing.supporting_papers import APP_RECORD, LETTER, TRADEMARK, PaperField
from filing.vocabulary import SignatureSource
from gateway.errors import AccountError, NotFoundError, RefusedError
from gateway.protocol import SmsGateway

MOST_RECORDS = 200
"""Reviews of qualifications that are listed to find other companies', fifty a call."""

MOST_MARKS = 30
"""Administrators that are read anew for one check, one a call: well within the time that a check has."""

Paper = TypeVar("Paper")


@dataclass(frozen=True)
class PapersSeen:
    """What a look at an application's papers brought."""

    findings: list[Finding] = field(default_factory=list)
    qualification: Qualification | None = None
    """None where there is none or it cannot be read."""

    @property
    def government(self) -> bool:
        """Whether the qualification is a government body's or a public institution's."""
        return self.qualification is not None and self.qualification.company_type == papers.NON_PROFIT


async def check_papers(
    account: Account, application: SignatureApplication, warn_within: timedelta | None = None
) -> PapersSeen:
    """Read and judge the qualification and the other papers that an application names.

    Args:
        account: Where they are.
        application: What rests on them.
        warn_within: How long before its last day a paper is called expiring; none takes the account's policy.

    Raises:
        TryLaterError: The platform cannot be asked now.
    """
    gateway, today = account.gateway, beijing_date(now())
    warn_within = account.policy.paper_expiry_warning if warn_within is None else warn_within
    seen = await _qualification(gateway, application, today, warn_within)
    if any(finding.code == papers.ACCOUNT_REFUSED for finding in seen.findings):
        return seen
    findings = [*seen.findings]
    letter_id, source = application.authorization_letter_id, application.source
    if letter_id is not None:
        letter = await _read(LETTER, letter_id, gateway.read_letter, findings)
        if letter is not None:
            findings += supporting_papers.judge_letter(letter, application, seen.qualification, today, warn_within)
    # Of an adopted signature the source is unknown; a paper that it has tells.
    if application.trademark_id is not None and source in (SignatureSource.TRADEMARK, SignatureSource.UNKNOWN):
        trademark = await _read(TRADEMARK, application.trademark_id, gateway.read_trademark, findings)
        if trademark is not None:
            findings += supporting_papers.judge_trademark(trademark, application, today, warn_within)
    if application.app_icp_record_id is not None and source in (SignatureSource.APP, SignatureSource.UNKNOWN):
        record = await _read(APP_RECORD, application.app_icp_record_id, gateway.read_app_record, findings)
        if record is not None:
            findings += supporting_papers.judge_app_record(record, application)
    return PapersSeen(findings, seen.qualification)


class Administrators:
    """Compares the administrators (管理员) of an account's qualifications; each worker has one.

    What is compared are marks under a salt that every worker makes anew and that leaves it as little as they do. They
    are kept, by the work order of the review, so of many qualifications each is read once in a worker's life: a first
    comparison costs a call for each fifty reviews and, where there are other companies, one for each of them (thirty at
    most) and one for its own; a later one only the former. The next check goes on where one stopped at that limit.
    """

    def __init__(self) -> None:
        self._salt = secrets.token_bytes(32)
        self._marks: dict[tuple[str, int, int | None], str | None] = {}

    async def compare(self, account: str, gateway: SmsGateway, qualification: Qualification) -> list[Finding]:
        """Find the other companies that a qualification shares its administrator with.

        Args:
            account: The account's key.
            gateway: How it is reached.
            qualification: What is compared with the others of the account.

        Raises:
            TryLaterError: The platform cannot be asked now.
        """
        if not qualification.company_name:
            return []
        try:
            records = await gateway.read_qualification_records(most=MOST_RECORDS)
        except RefusedError as failure:
            return [papers.administrator_not_checked("all", f"the platform does not list them: {failure}")]
        all_listed = len(records) < MOST_RECORDS
        others = papers.other_companies(qualification, records)
        if not others and all_listed:
            return []
        own = await self._mark(gateway, (account, qualification.qualification_id, qualification.work_order_id))
        marks: dict[int, str | None] = {}
        left = MOST_MARKS if own else 0
        for number, record in others.items():
            key = (account, number, record.work_order_id)
            if key not in self._marks:
                if not left:
                    continue
                left -= 1
            marks[number] = await self._mark(gateway, key)
        return list(papers.judge_administrator(own, others, marks, all_listed=all_listed))

    async def _mark(self, gateway: SmsGateway, key: tuple[str, int, int | None]) -> str | None:
        """The mark of a qualification under a work order; one that is not shown now may be later."""
        if key not in self._marks:
            try:
                self._marks[key] = await gateway.read_administrator_mark(key[1], self._salt)
            except RefusedError:
                return None
        return self._marks[key]


async def _qualification(
    gateway: SmsGateway, application: SignatureApplication, today: date, warn_within: timedelta
) -> PapersSeen:
    number = application.qualification_id
    if number is None:
        return PapersSeen([papers.unbound()])
    try:
        qualification = await gateway.read_qualification(number)
    except NotFoundError:
        return PapersSeen([papers.not_found(number)])
    except RefusedError as failure:
        account = isinstance(failure, AccountError)
        return PapersSeen([papers.not_readable(failure.code, failure.text, account=account)])
    remark = await _remark(gateway, qualification)
    findings = [
        *papers.judge_qualification(qualification, today, warn_within, remark=remark),
        *papers.judge_fit(qualification, application),
    ]
    return PapersSeen(findings, qualification)


async def _remark(gateway: SmsGateway, qualification: Qualification) -> str:
    """The reviewer's words, which only the records have; empty where there are none or they cannot be read."""
    order = qualification.work_order_id
    if order is None or qualification.state not in (QualificationState.REJECTED, QualificationState.INCOMPLETE):
        return ""
    try:
        records = await gateway.read_qualification_records(work_order_id=order)
    except RefusedError:
        return ""
    own = [record for record in records if record.qualification_id == qualification.qualification_id]
    return own[0].remark if own else ""


async def _read(
    where: PaperField, number: int, read: Callable[[int], Awaitable[Paper]], findings: list[Finding]
) -> Paper | None:
    """Read a paper; that it is not there or not shown becomes a finding."""
    try:
        return await read(number)
    except NotFoundError:
        findings.append(supporting_papers.not_found(where, number))
    except RefusedError as failure:
        findings.append(supporting_papers.not_readable(where, failure.code, failure.text))
    return None
