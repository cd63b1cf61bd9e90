"""Reading what the account has already (存量签名), page by page and well below the platform's limits.

``QuerySmsSignList`` (10 requests a second and account) lists names; carriers and qualification are shown by
``GetSmsSign`` alone (150 a second), one name at a time.
"""

import asyncio
from collections.abc import Coroutine, Iterable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from temporalio import activity

from activities.accounts import Accounts, now
from activities.waiting import platform_away, refused
from filing.existing import ExistingSignature, StockNamesRequest, StockPageRequest, StockReading
from filing.snapshot import Qualification, Refusal
from filing.vocabulary import SignatureType
from gateway.errors import NotFoundError, RefusedError, TryLaterError
from gateway.protocol import SmsGateway

AT_ONCE = 5
"""Requests under way at a time; the filings of the account have to be read beside it."""

LONGEST_PAUSE = timedelta(seconds=30)
"""A person waits for the answer, so a platform that is busy is asked again soon."""

# Ten thousand signatures, and four requests a second.
_MOST_PAGES = 200
_PAGE_PAUSE = 0.25

Read = TypeVar("Read")


class StockActivities:
    """Read existing signatures through the accounts of this worker."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    @activity.defn
    async def read_stock_page(self, request: StockPageRequest) -> StockReading:
        """Read one page of the account, each of its signatures with carriers, material and qualification.

        A signature that is deleted between the list and the look at it is left out.

        Raises:
            ApplicationError: ``PLATFORM_AWAY`` (retried) or ``UNKNOWN_ACCOUNT``.
        """
        gateway, at = self._accounts.get(request.account).gateway, now()
        try:
            page = await gateway.list_signatures(request.page)
            types = {listed.sign_name: listed.sign_type for listed in page.signatures}
            return StockReading(
                at=at,
                signatures=[one for one in await _read_all(gateway, types) if one.snapshot.found],
                next_page=None if page.last else request.page + 1,
                total=page.total,
            )
        except TryLaterError as failure:
            raise platform_away(failure, LONGEST_PAUSE) from failure
        except RefusedError as failure:
            return StockReading(at=at, next_page=request.page, refusal=refused(failure))

    @activity.defn
    async def read_stock_names(self, request: StockNamesRequest) -> StockReading:
        """Read the signatures of these names, in their order; one that the account has not is ``found=False``.

        The type (签名类型) of a signature stands in the list alone, which is gone through until all are found.

        Raises:
            ApplicationError: ``PLATFORM_AWAY`` (retried) or ``UNKNOWN_ACCOUNT``.
        """
        gateway, at = self._accounts.get(request.account).gateway, now()
        try:
            read = await _read_all(gateway, dict.fromkeys(request.names, SignatureType.UNKNOWN))
            types = await _types_of(gateway, {one.sign_name for one in read if one.snapshot.found})
        except TryLaterError as failure:
            raise platform_away(failure, LONGEST_PAUSE) from failure
        except RefusedError as failure:
            return StockReading(at=at, refusal=refused(failure))
        typed = [one.model_copy(update={"sign_type": types.get(one.sign_name, one.sign_type)}) for one in read]
        return StockReading(at=at, signatures=typed)


async def _read_all(gateway: SmsGateway, types: Mapping[str, SignatureType]) -> list[ExistingSignature]:
    """Read signatures, and each qualification that one of them is bound to once."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def signature(name: str) -> ExistingSignature:
        async with gate:
            return await gateway.read_existing(name)

    async def qualification(number: int) -> tuple[int, dict[str, Qualification | Refusal | None]]:
        async with gate:
            return number, await _qualification(gateway, number)

    found = await _all_of(signature(name) for name in types)
    bound = {one.snapshot.qualification_id for one in found if one.snapshot.qualification_id is not None}
    papers = dict(await _all_of(qualification(number) for number in sorted(bound)))
    return [
        one.model_copy(update={"sign_type": types[one.sign_name], **papers.get(one.snapshot.qualification_id or 0, {})})
        for one in found
    ]


async def _qualification(gateway: SmsGateway, number: int) -> dict[str, Qualification | Refusal | None]:
    """What an existing signature is told of its qualification; that it cannot be read hides no signature."""
    try:
        return {"qualification": await gateway.read_qualification(number)}
    except NotFoundError:
        return {}
    except RefusedError as failure:
        return {"qualification_refusal": refused(failure)}


async def _types_of(gateway: SmsGateway, names: set[str]) -> dict[str, SignatureType]:
    """Look types up in the list, as far as has to be gone for these names."""
    types: dict[str, SignatureType] = {}
    for number in range(1, _MOST_PAGES + 1):
        if names <= types.keys():
            break
        page = await gateway.list_signatures(number)
        types |= {listed.sign_name: listed.sign_type for listed in page.signatures}
        if page.last:
            break
        await asyncio.sleep(_PAGE_PAUSE)
    return types


async def _all_of(calls: Iterable[Coroutine[Any, Any, Read]]) -> list[Read]:
    """Wait for all, in their order; where one fails the others are called off."""
    tasks = [asyncio.ensure_future(call) for call in calls]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
