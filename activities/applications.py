"""Before the carriers: checking an application and bringing the signature to the platform."""

import asyncio
from datetime import timedelta

from temporalio import activity

from activities.accounts import Account, Accounts, now
from activities.papers import Administrators, PapersSeen, check_papers
from activities.phones import phone_findings
from activities.waiting import nothing_new, platform_away, refused
from filing.calendar import deadline_after
from filing.naming import check_application as check_names
from filing.naming.findings import OWNER_NOT_CHECKED
from filing.papers import ADMINISTRATOR_NOT_CHECKED, ADMINISTRATOR_SHARED
from filing.readiness import forecast
from filing.requests import CheckOutcome, CheckRequest, SubmitOutcome, SubmitRequest
from filing.snapshot import Finding, Refusal, SignatureSnapshot
from filing.vocabulary import Carrier, ReviewStatus
from gateway.errors import (
    AlreadyExistsError,
    GatewayError,
    RefusedError,
    TryLaterError,
    UnclearError,
)
from gateway.protocol import SmsGateway

RECHECK_AFTER_UNCLEAR = timedelta(seconds=30)
"""Pause before looking whether a submission whose answer was lost has arrived."""

ADOPTION_TRIES = 3
"""Attempts to read the qualification of a signature that is adopted, about fifteen seconds."""

NOTHING_TO_ADOPT = Refusal(
    code="SignatureNotFound",
    text="the account has no signature of this name, so there is nothing to adopt; release this filing, or have the "
    "signature created and look again",
)

REFUSED_AGAIN_AFTER = timedelta(hours=1)
"""Pause before a submission is tried again that was refused for a reason that lies in the account."""


class ApplicationActivities:
    """Check and submit applications through the accounts of this worker."""

    def __init__(self, accounts: Accounts, administrators: Administrators) -> None:
        self._accounts = accounts
        self._administrators = administrators

    @activity.defn
    async def check_application(self, request: CheckRequest) -> CheckOutcome:
        """Check names, qualification (资质) and other papers; returns once the findings differ from those known.

        While they stay the same the activity waits by retry, so a qualification that is cured at the platform is
        noticed without anybody's help. A signature that is adopted is checked once, as far as it is known, and does
        not wait for its qualification to become readable: following it is more urgent.
        """
        application = request.application
        account = self._accounts.get(application.account)
        names = check_names(application, length_max=account.sign_name_length_max)
        try:
            seen = await check_papers(account, application, _warn_within(request))
            # Where the papers are read, that no owner was looked up is no longer so.
            findings = [*(name for name in names if name.code != OWNER_NOT_CHECKED), *seen.findings]
            findings += await self._compared(account, request, seen, wait=any(f.rejects for f in findings))
            findings += phone_findings(account)
        except TryLaterError as failure:
            if request.adopts and activity.info().attempt >= ADOPTION_TRIES:
                return CheckOutcome(findings=names, policy=account.policy)
            raise platform_away(failure, timedelta(seconds=request.retry_max_seconds)) from failure
        # What only warns is no reason to wait: nothing has to be cured.
        if findings == request.known and any(finding.rejects for finding in findings):
            wait = timedelta(seconds=request.read_every_seconds)
            raise nothing_new(f"still: {', '.join(finding.code for finding in findings if finding.rejects)}", wait)
        missing = [carrier for carrier in Carrier if not account.pool(carrier)]
        return CheckOutcome(
            findings=findings,
            missing_phones=missing,
            policy=account.policy,
            government=seen.government,
            forecast=forecast(request.policy or account.policy, now()),
            price_per_message=account.price_per_message,
        )

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
                if request.adopts:
                    return SubmitOutcome(at=at, refusal=NOTHING_TO_ADOPT)
                taken = await gateway.create_signature(application)
                return SubmitOutcome(
                    at=at,
                    order_id=taken.number,
                    api_request_id=taken.request_id,
                    review_overdue_at=overdue.at,
                    forecast=forecast(request.policy, at),
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
            refusal = refused(failure)
            known = request.known_refusal
            if refusal.account and known is not None and known.code == refusal.code:
                raise nothing_new(f"still refused: {failure}", REFUSED_AGAIN_AFTER) from failure
            return SubmitOutcome(at=at, refusal=refusal)
        # What this very activity created before it was interrupted is no stock, but its own doing.
        begun = activity.info().scheduled_time.replace(microsecond=0)
        own = found.review is ReviewStatus.IN_REVIEW and found.created_at is not None and found.created_at >= begun
        adopted = request.adopts or not own
        return SubmitOutcome(at=at, order_id=found.order_id, adopted=adopted, review_overdue_at=overdue.at)

    async def _compared(
        self, account: Account, request: CheckRequest, seen: PapersSeen, *, wait: bool
    ) -> list[Finding]:
        """Compare administrators at the first check and before the submission; while it waits, what is known stands."""
        if seen.qualification is None:
            return []
        if wait and request.known is not None:
            codes = (ADMINISTRATOR_SHARED, ADMINISTRATOR_NOT_CHECKED)
            return [finding for finding in request.known if finding.code in codes]
        return await self._administrators.compare(request.application.account, account.gateway, seen.qualification)


async def _shown_now(gateway: SmsGateway, sign_name: str) -> SignatureSnapshot | None:
    """What the platform shows of a signature that was just submitted; worth a call, not worth a failure.

    Nor is it worth being called off: what was submitted has to be told as such, or it would be taken for stock.
    """
    try:
        snapshot = await gateway.read_signature(sign_name)
    except (GatewayError, asyncio.CancelledError):
        return None
    return snapshot if snapshot.review is ReviewStatus.IN_REVIEW else None


def _warn_within(request: CheckRequest) -> timedelta | None:
    seconds = request.paper_expiry_warning_seconds
    return None if seconds is None else timedelta(seconds=seconds)
