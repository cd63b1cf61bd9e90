"""Before the carriers: checking an application and bringing the signature to the platform."""

import asyncio
from datetime import timedelta

from temporalio import activity

from activities.accounts import Account, Accounts, now
from activities.waiting import nothing_new, platform_away
from filing.application import SignatureApplication
from filing.calendar import beijing_date, deadline_after
from filing.naming import check_application as check_names
from filing.requests import CheckOutcome, CheckRequest, SubmitOutcome, SubmitRequest
from filing.snapshot import Finding, Qualification, QualificationState, Refusal, SignatureSnapshot
from filing.vocabulary import Carrier, ReviewStatus
from gateway.errors import (
    AccountError,
    AlreadyExistsError,
    GatewayError,
    NotFoundError,
    RefusedError,
    TryLaterError,
    UnclearError,
)
from gateway.protocol import SmsGateway

RECHECK_AFTER_UNCLEAR = timedelta(seconds=30)
"""Pause before looking whether a submission whose answer was lost has arrived."""

REFUSED_AGAIN_AFTER = timedelta(hours=1)
"""Pause before a submission is tried again that was refused for a reason that lies in the account."""


class ApplicationActivities:
    """Check and submit applications through the accounts of this worker."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    @activity.defn
    async def check_application(self, request: CheckRequest) -> CheckOutcome:
        """Check the names and the qualification (资质); returns once the findings differ from those known.

        While they stay the same the activity waits by retry, so a qualification that is cured at the platform is
        noticed without anybody's help.
        """
        application = request.application
        account = self._accounts.get(application.account)
        try:
            found, government = await check_qualification(account, application)
            findings = [*check_names(application), *found]
        except TryLaterError as failure:
            raise platform_away(failure, timedelta(seconds=request.retry_max_seconds)) from failure
        if request.known is not None and findings == request.known:
            wait = timedelta(seconds=request.read_every_seconds)
            raise nothing_new(f"still: {', '.join(finding.code for finding in findings)}", wait)
        missing = [carrier for carrier in Carrier if not account.pool(carrier)]
        return CheckOutcome(findings=findings, missing_phones=missing, policy=account.policy, government=government)

    @activity.defn
    async def submit_signature(self, request: SubmitRequest) -> SubmitOutcome:
        """Submit the signature for review, or adopt one that the account has already (存量签名).

        The platform is looked at before every attempt to write, so a retry after a crash or a lost answer finds what
        an earlier attempt did. Names are unique in an account: should the look come too early, ``SignName.Exists``
        leads to the same end.
        """
        application = request.application
        gateway = self._accounts.get(application.account).gateway
        longest = timedelta(seconds=request.retry_max_seconds)
        at = now()
        overdue = deadline_after(at, request.review_overdue)
        try:
            found = await gateway.read_signature(application.sign_name)
            if not found.found:
                order_id = await gateway.create_signature(application)
                return SubmitOutcome(
                    at=at,
                    order_id=order_id,
                    review_overdue_at=overdue.at,
                    snapshot=await _shown_now(gateway, application.sign_name),
                )
        except AlreadyExistsError:
            return SubmitOutcome(at=at, adopted=True, review_overdue_at=overdue.at)
        except TryLaterError as failure:
            raise platform_away(failure, longest) from failure
        except UnclearError as failure:
            away = TryLaterError(failure.text, code=failure.code, retry_after=RECHECK_AFTER_UNCLEAR)
            raise platform_away(away, longest) from failure
        except RefusedError as failure:
            refusal = Refusal(code=failure.code, text=failure.text, account=isinstance(failure, AccountError))
            known = request.known_refusal
            if refusal.account and known is not None and known.code == refusal.code:
                raise nothing_new(f"still refused: {failure}", REFUSED_AGAIN_AFTER) from failure
            return SubmitOutcome(at=at, refusal=refusal)
        # What this very activity created before it was interrupted is no stock, but its own doing.
        begun = activity.info().scheduled_time.replace(microsecond=0)
        own = found.review is ReviewStatus.IN_REVIEW and found.created_at is not None and found.created_at >= begun
        return SubmitOutcome(at=at, order_id=found.order_id, adopted=not own, review_overdue_at=overdue.at)


async def check_qualification(account: Account, application: SignatureApplication) -> tuple[list[Finding], bool]:
    """Read the qualification that an application rests on.

    Returns:
        The findings, and whether it is a government body's or another that is no company.

    Raises:
        TryLaterError: The platform cannot be asked now.
    """
    number = application.qualification_id
    try:
        qualification = await account.gateway.read_qualification(number)
    except NotFoundError:
        finding = _finding(
            "QUALIFICATION_NOT_FOUND",
            str(number),
            "the account has no qualification (资质) of this id",
            "take the id that 资质管理 shows, or apply for a qualification there (新增资质)",
        )
        return [finding], False
    except AccountError as failure:
        return [_finding("ACCOUNT_REFUSED", failure.code, "the account must be usable", failure.text)], False
    except RefusedError as failure:
        rule = "the qualification must be readable"
        return [_finding("QUALIFICATION_REFUSED", failure.code, rule, failure.text)], False
    government = qualification.company_type not in ("", "COMPANY")
    return _judge(qualification, application), government


async def _shown_now(gateway: SmsGateway, sign_name: str) -> SignatureSnapshot | None:
    """What the platform shows of a signature that was just submitted; worth a call, not worth a failure.

    Nor is it worth being called off: what was submitted has to be told as such, or it would be taken for stock.
    """
    try:
        snapshot = await gateway.read_signature(sign_name)
    except (GatewayError, asyncio.CancelledError):
        return None
    return snapshot if snapshot.review is ReviewStatus.IN_REVIEW else None


def _finding(code: str, part: str, rule: str, advice: str) -> Finding:
    return Finding(code=code, field="qualification_id", part=part, severity="reject", rule=rule, advice=advice)


def _judge(qualification: Qualification, application: SignatureApplication) -> list[Finding]:
    """Only an approved qualification of the same company is good enough (help page, step 1)."""
    findings = []
    state = qualification.state
    if state is QualificationState.IN_REVIEW:
        findings.append(
            _finding(
                "QUALIFICATION_IN_REVIEW",
                state.value,
                "the qualification must be approved (审核通过)",
                "wait, about two working days; the filing goes on by itself",
            )
        )
    elif state is not QualificationState.APPROVED:
        findings.append(
            _finding(
                "QUALIFICATION_NOT_APPROVED",
                state.value,
                "the qualification must be approved (审核通过)",
                "correct and resubmit it under 资质管理; the filing goes on by itself",
            )
        )
    if qualification.company_name and qualification.company_name != application.company_name:
        findings.append(
            _finding(
                "COMPANY_MISMATCH",
                qualification.company_name,
                "company_name must be the name on the qualification's licence",
                "correct company_name or name the qualification of that company",
            )
        )
    if qualification.for_own_use is not None and qualification.for_own_use == application.third_party:
        purpose = "自用" if qualification.for_own_use else "他用"
        findings.append(
            _finding(
                "PURPOSE_MISMATCH",
                purpose,
                "the qualification's purpose (自用 / 他用) must match third_party",
                "set third_party accordingly or name a qualification of the other purpose",
            )
        )
    if qualification.valid_until is not None and qualification.valid_until < beijing_date(now()):
        findings.append(
            _finding(
                "LICENCE_EXPIRED",
                qualification.valid_until.isoformat(),
                "the licence behind the qualification must be valid",
                "update the licence under 资质管理",
            )
        )
    return findings
