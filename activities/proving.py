"""Test messages: sending one, never twice, and reading what became of it."""

import asyncio
from datetime import date, datetime, timedelta

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.accounts import Account, Accounts, now
from activities.waiting import nothing_new, platform_away
from filing.calendar import beijing_date
from filing.requests import (
    ReceiptOutcome,
    ReceiptRequest,
    SendOutcome,
    SendRequest,
    SendResult,
)
from filing.round_state import SendState, SentTest
from filing.snapshot import Receipt
from filing.verification import apply_receipt, sent_by_hand
from filing.vocabulary import Carrier, CarrierStatus, ReviewStatus
from gateway.errors import (
    AccountError,
    BadNumberError,
    GatewayError,
    NumberQuotaError,
    QuotaError,
    RefusedError,
    TryLaterError,
    UnclearError,
)

DETAILS_KEPT_DAYS = 30
"""``QuerySendDetails`` knows the last thirty days."""

CLOCKS_APART = timedelta(minutes=15)
"""The platform refuses requests from a clock that is further off; a message sent just after midnight may count there
for the day before."""


class ProvingActivities:
    """Send test messages through the accounts of this worker and read their receipts."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    @activity.defn
    async def send_test(self, request: SendRequest) -> SendResult:
        """Carry out one intent to send; billable, so the platform is asked first whether it was carried out before.

        It fails retryably only where nothing was sent. An attempt that was cut off while sending must not be run
        again: nobody knows whether the message went out, and ``watch_receipts`` finds out by the OutId. Whatever
        else the platform answers is a result, not a failure.

        Raises:
            ApplicationError: ``PLATFORM_AWAY`` (retried) or ``UNCLEAR`` (not retried: cut off while sending).
        """
        at = now()
        account = self._accounts.get(request.account)
        pool = account.pool(request.carrier)
        usable = [masked for masked in pool if masked not in request.avoid]
        dates = _dates_between(request.search_from, at)
        if not usable:
            why = "every test phone of this carrier cannot receive" if pool else "the account has no test phone of it"
            return SendResult(outcome=SendOutcome.NO_PHONE, at=at, text=why)
        try:
            receipts = await _receipts(account, request.carrier, dates)
            shown = await _shown(account, request)
        except TryLaterError as failure:
            raise platform_away(failure, timedelta(seconds=request.retry_max_seconds)) from failure
        except RefusedError as failure:
            return _not_sent(SendOutcome.ACCOUNT, failure, at)
        if (earlier := next((found for found in receipts if found[1].out_id == request.out_id), None)) is not None:
            masked, receipt = earlier
            return SendResult(
                outcome=SendOutcome.ACCEPTED,
                at=receipt.sent_at or at,
                phone=masked,
                pool=len(usable),
                text="sent before",
            )
        if request.hand_since is not None and (by_hand := _by_hand(request, receipts, request.hand_since)):
            masked, receipt = by_hand
            return SendResult(
                outcome=SendOutcome.BY_HAND,
                at=receipt.received_at or at,
                phone=masked,
                pool=len(usable),
                text="sent by hand",
            )
        if shown is not request.only_while:
            # After an outage the verdict may be there already, and the message would be wasted.
            return SendResult(outcome=SendOutcome.NOT_DUE, at=at, pool=len(usable), text=shown.label if shown else "")
        return await _send_to_any(account, request, {masked: pool[masked] for masked in usable}, at)

    @activity.defn
    async def watch_receipts(self, request: ReceiptRequest) -> ReceiptOutcome:
        """Return as soon as the fate of a test message is known, or it is too late to hope for a receipt.

        A message whose sending was unclear is looked for by its OutId like any other.
        """
        at = now()
        account = self._accounts.get(request.account)
        looked_at = [*request.tests, *request.settled]
        dates = _dates_between(min((test.intended_at for test in looked_at), default=at), at)
        try:
            found = await _receipts(account, request.carrier, dates)
        except (TryLaterError, RefusedError) as failure:
            away = failure if isinstance(failure, TryLaterError) else TryLaterError(failure.text, code=failure.code)
            raise platform_away(away, timedelta(seconds=request.retry_max_seconds)) from failure
        receipts = {receipt.out_id: receipt for _, receipt in found}
        settled = []
        for test in looked_at:
            receipt = receipts.get(test.out_id)
            told = receipt is not None and apply_receipt(test, receipt, request.sign_name, at)
            if test.state.open and not told and _hopeless(test, request, at):
                told, test.state, test.settled_at = True, SendState.NO_RECEIPT, at
            if told:
                settled.append(test)
        if settled or request.recheck or not request.tests:
            return ReceiptOutcome(tests=settled)
        youngest = max(test.accepted_at or test.intended_at for test in request.tests)
        raise nothing_new("no receipt yet", _pause(request.read_after_seconds, at - youngest))


async def _send_to_any(account: Account, request: SendRequest, usable: dict[str, str], at: datetime) -> SendResult:
    """Send to the number that was used least; one whose quota (流控) is used up makes way for the next."""
    used_up: dict[str, NumberQuotaError] = {}
    for masked in sorted(usable, key=lambda masked: request.used.get(masked, 0)):
        try:
            result = await _send(account, request, usable[masked], at)
        except NumberQuotaError as failure:
            used_up[masked] = failure
            continue
        instead = f"in place of {', '.join(used_up)}, whose quota is used up" if used_up else ""
        told = "; ".join(filter(None, (result.text, instead)))
        return result.model_copy(update={"phone": masked, "pool": len(usable) - len(used_up), "text": told})
    masked, opens_first = min(used_up.items(), key=lambda limited: limited[1].retry_after or timedelta.max)
    return _not_sent(SendOutcome.QUOTA, opens_first, at).model_copy(update={"phone": masked, "pool": len(usable)})


async def _send(account: Account, request: SendRequest, phone: str, at: datetime) -> SendResult:
    """Send to one number.

    Raises:
        NumberQuotaError: Its quota is used up; another number may have some left.
        ApplicationError: See ``ProvingActivities.send_test``.
    """
    try:
        sent = await account.gateway.send_test(
            phone=phone,
            sign_name=request.sign_name,
            template_code=account.template_code,
            template_params=account.template_params,
            out_id=request.out_id,
        )
    except NumberQuotaError:
        raise
    except QuotaError as failure:
        return _not_sent(SendOutcome.QUOTA, failure, at)
    except TryLaterError as failure:
        raise platform_away(failure, timedelta(seconds=request.retry_max_seconds)) from failure
    except BadNumberError as failure:
        return _not_sent(SendOutcome.BAD_NUMBER, failure, at)
    except AccountError as failure:
        return _not_sent(SendOutcome.ACCOUNT, failure, at)
    except RefusedError as failure:
        return _not_sent(SendOutcome.REFUSED, failure, at)
    except UnclearError as failure:
        return _not_sent(SendOutcome.UNCLEAR, failure, at)
    except asyncio.CancelledError as cut_off:
        raise ApplicationError("cut off while sending", type="UNCLEAR", non_retryable=True) from cut_off
    return SendResult(outcome=SendOutcome.ACCEPTED, at=at, biz_id=sent.number, api_request_id=sent.request_id)


def _not_sent(outcome: SendOutcome, failure: GatewayError, at: datetime) -> SendResult:
    delay = failure.retry_after if isinstance(failure, TryLaterError) else None
    return SendResult(
        outcome=outcome,
        at=at,
        code=failure.code,
        text=failure.text,
        api_request_id=failure.request_id,
        retry_after_seconds=delay.total_seconds() if delay else None,
    )


async def _shown(account: Account, request: SendRequest) -> CarrierStatus | None:
    """What the platform shows of the carrier now, where the message depends on it."""
    if request.only_while is None:
        return None
    snapshot = await account.gateway.read_signature(request.sign_name)
    in_review = snapshot.review is ReviewStatus.IN_REVIEW
    return None if in_review else snapshot.reading(request.carrier).status


async def _receipts(account: Account, carrier: Carrier, dates: list[date]) -> list[tuple[str, Receipt]]:
    """All receipts of a carrier's pool with the masked number of each; the pool is a handful of numbers."""
    return [
        (masked, receipt)
        for masked, phone in account.pool(carrier).items()
        for receipt in await _receipts_of(account, phone, dates)
    ]


def _by_hand(request: SendRequest, receipts: list[tuple[str, Receipt]], since: datetime) -> tuple[str, Receipt] | None:
    """The first message that a person sent by hand and that arrived, none where there is none."""
    found = sent_by_hand([receipt for _, receipt in receipts], request.own, request.sign_name, since)
    return next((pair for pair in receipts if pair[1] is found), None)


async def _receipts_of(account: Account, phone: str, dates: list[date]) -> list[Receipt]:
    """The receipts of one number; nothing can have gone to a number that the platform does not take."""
    try:
        return await account.gateway.read_receipts(phone=phone, sent_on=dates)
    except BadNumberError:
        return []


def _dates_between(first: datetime, last: datetime) -> list[date]:
    """The Beijing dates under which the platform may have a message, newest first, as far back as it keeps them."""
    newest = beijing_date(last)
    days = min(max((newest - beijing_date(first - CLOCKS_APART)).days, 0), DETAILS_KEPT_DAYS)
    return [newest - timedelta(days=back) for back in range(days + 1)]


def _hopeless(test: SentTest, request: ReceiptRequest, at: datetime) -> bool:
    return at - (test.accepted_at or test.intended_at) >= timedelta(seconds=request.give_up_after_seconds)


def _pause(steps: list[float], age: timedelta) -> timedelta:
    """The pause until the next look: the first step that lies ahead of the message's age, else the last interval."""
    for step in steps:
        if step > age.total_seconds():
            return timedelta(seconds=step) - age
    return timedelta(seconds=steps[-1])
