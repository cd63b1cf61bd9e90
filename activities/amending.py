"""Handing a signature in anew, never twice for one wish, and deleting one, never another than is meant."""

import asyncio
from datetime import datetime, timedelta

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.accounts import Account, Accounts, now
from activities.applications import RECHECK_AFTER_UNCLEAR
from activities.papers import Administrators, check_papers
from activities.waiting import platform_away, refused
from activities.watching import outcome_of
from filing.application import SignatureApplication
from filing.calendar import beijing_date, deadline_after
from filing.requests import (
    AmendOutcome,
    AmendRequest,
    AmendResult,
    DeleteOutcome,
    DeleteRequest,
    WatchOutcome,
)
from filing.snapshot import Finding, Refusal, SignatureSnapshot
from filing.vocabulary import Carrier, CarrierStatus, FilingWay, ReviewStatus
from gateway.errors import GatewayError, NotFoundError, RefusedError, TryLaterError, UnclearError
from gateway.protocol import Accepted, SmsGateway


class AmendingActivities:
    """Edit, re-bind and delete through the accounts of this worker."""

    def __init__(self, accounts: Accounts, administrators: Administrators) -> None:
        self._accounts = accounts
        self._administrators = administrators

    @activity.defn
    async def amend_signature(self, request: AmendRequest) -> AmendOutcome:
        """Hand the signature in anew (``UpdateSmsSign`` or ``ChangeSignatureQualification``), once.

        The platform is looked at first: what the filing does not know yet may forbid it. It fails retryably only
        where nothing was written. An attempt that was cut off while writing must not be run again: the platform
        shows nothing of a submission that it rejected, so nobody could tell that a second one was none too many.

        Raises:
            ApplicationError: ``PLATFORM_AWAY`` (retried) or ``UNCLEAR`` (not retried: cut off while writing).
        """
        at = now()
        account = self._accounts.get(request.watch.account)
        longest = timedelta(seconds=request.watch.retry_max_seconds)
        try:
            before = await account.gateway.read_signature(request.watch.sign_name)
            if not before.found:
                refusal = Refusal(code="SignatureNotFound", text="the platform knows no such signature")
                return AmendOutcome(result=AmendResult.REFUSED, at=at, refusal=refusal)
            if _forbids(before, request.accept_reset):
                seen = outcome_of(request.watch, before, at)
                return AmendOutcome(result=AmendResult.NOT_NOW, at=at, seen=seen)
            findings = await self._checked(account, request.application)
            if (lacking := _lacking(findings)) is not None:
                return AmendOutcome(result=AmendResult.REFUSED, at=at, refusal=lacking)
        except TryLaterError as failure:
            raise platform_away(failure, longest) from failure
        except RefusedError as failure:
            return AmendOutcome(result=AmendResult.REFUSED, at=at, refusal=refused(failure))
        overdue = deadline_after(at, request.review_overdue)
        outcome = AmendOutcome(result=AmendResult.WRITTEN, at=at, review_overdue_at=overdue.at, before=before)
        outcome.findings = findings
        try:
            taken = await _write(account.gateway, request)
            outcome.order_id, outcome.api_request_id = taken.number or None, taken.request_id
        except TryLaterError as failure:
            raise platform_away(failure, longest) from failure
        except RefusedError as failure:
            return AmendOutcome(result=AmendResult.REFUSED, at=at, refusal=refused(failure))
        except UnclearError as failure:
            outcome.result, outcome.refusal = AmendResult.UNCLEAR, refused(failure)
            return outcome
        except asyncio.CancelledError as cut_off:
            raise ApplicationError("cut off while writing", type="UNCLEAR", non_retryable=True) from cut_off
        outcome.seen = await _seen_now(account.gateway, request, at)
        return outcome

    @activity.defn
    async def delete_signature(self, request: DeleteRequest) -> DeleteOutcome:
        """Delete the signature that is meant, for ever.

        It may be run again after any failure: the signature is looked at first, one that is gone was deleted, and
        one that was created at another time is somebody else's by now.
        """
        at = now()
        gateway = self._accounts.get(request.account).gateway
        longest = timedelta(seconds=request.retry_max_seconds)
        try:
            shown = await gateway.read_signature(request.sign_name)
            if not shown.found:
                return DeleteOutcome(at=at, was_gone=activity.info().attempt == 1)
            if (refusal := await _forbids_deletion(gateway, request, shown, at)) is not None:
                return DeleteOutcome(at=at, refusal=refusal)
            await gateway.delete_signature(request.sign_name)
        except NotFoundError:
            return DeleteOutcome(at=at, was_gone=True)
        except TryLaterError as failure:
            raise platform_away(failure, longest) from failure
        except UnclearError as failure:
            away = TryLaterError(failure.text, code=failure.code, retry_after=RECHECK_AFTER_UNCLEAR)
            raise platform_away(away, longest) from failure
        except RefusedError as failure:
            return DeleteOutcome(at=at, refusal=refused(failure))
        return DeleteOutcome(at=at)

    async def _checked(self, account: Account, application: SignatureApplication) -> list[Finding]:
        """What is to be said of the papers that the signature would rest on, before it is handed in."""
        seen = await check_papers(account, application)
        if seen.qualification is None or _lacking(seen.findings) is not None:
            return seen.findings
        shared = await self._administrators.compare(application.account, account.gateway, seen.qualification)
        return [*seen.findings, *shared]


def _forbids(shown: SignatureSnapshot, accepted: tuple[Carrier, ...]) -> bool:
    """Whether the platform shows what an edit must not disturb, as far as the filing knows or not."""
    statuses = {carrier: shown.reading(carrier).status for carrier in Carrier}
    lost = [c for c, status in statuses.items() if status is CarrierStatus.REGISTERED and c not in accepted]
    return shown.review is ReviewStatus.IN_REVIEW or CarrierStatus.REGISTERING in statuses.values() or bool(lost)


def _lacking(findings: list[Finding]) -> Refusal | None:
    """Why it is not handed in: what would be refused is not tried at the reviewers' expense."""
    rejecting = [finding for finding in findings if finding.rejects]
    if not rejecting:
        return None
    told = "; ".join(f"{f.field} {f.part}: {f.rule}; {f.advice}" for f in rejecting)
    return Refusal(code=rejecting[0].code, text=told)


async def _write(gateway: SmsGateway, request: AmendRequest) -> Accepted:
    application = request.application
    if request.way is FilingWay.CHANGE_QUALIFICATION and application.qualification_id is not None:
        return await gateway.change_qualification(
            application.sign_name,
            qualification_id=application.qualification_id,
            authorization_letter_id=application.authorization_letter_id,
        )
    return await gateway.update_signature(application)


async def _seen_now(gateway: SmsGateway, request: AmendRequest, at: datetime) -> WatchOutcome | None:
    """What the platform shows right after the write; worth a call, not worth a failure.

    Nor is it worth being called off: that the signature was handed in has to be told, or it would be again.
    """
    try:
        return outcome_of(request.watch, await gateway.read_signature(request.watch.sign_name), at)
    except (GatewayError, asyncio.CancelledError):
        return None


async def _forbids_deletion(
    gateway: SmsGateway, request: DeleteRequest, shown: SignatureSnapshot, at: datetime
) -> Refusal | None:
    if shown.review is ReviewStatus.IN_REVIEW:
        return Refusal(code="IN_REVIEW", text=f"{shown.review.label}: nothing is deleted meanwhile (DeleteSmsSign)")
    if None not in (request.created_at, shown.created_at) and request.created_at != shown.created_at:
        return Refusal(code="ANOTHER_ONE", text="a signature of this name was created since; it is not the one meant")
    if request.traffic_since is None:
        return None
    day = await gateway.last_traffic_on(
        request.sign_name, since=beijing_date(request.traffic_since), until=beijing_date(at)
    )
    return None if day is None else Refusal(code="TRAFFIC", text=f"there was traffic on {day}; force it if it must go")
