"""Runs activities as a worker would, through the real SDK against a sandbox, at a time of the test's choice."""

import asyncio
import dataclasses
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import aiohttp
import pytest
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory
from temporalio.testing import ActivityEnvironment

from activities.accounts import Account, Accounts, now
from activities.amending import AmendingActivities
from activities.applications import ApplicationActivities
from activities.papers import Administrators
from activities.proving import ProvingActivities
from activities.watching import WatchActivities
from filing.application import SignatureApplication
from filing.policy import DEFAULT_POLICY
from filing.requests import (
    AmendRequest,
    CheckRequest,
    DeleteRequest,
    ReceiptRequest,
    SendRequest,
    SubmitRequest,
    WatchRequest,
)
from filing.round_state import SendState, SentTest
from filing.snapshot import SignatureSnapshot
from filing.vocabulary import Carrier, FilingWay
from gateway.aliyun import AliyunAccess, AliyunGateway
from sandbox import SandboxServer

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""A Monday, ten in the morning in Beijing."""
APPROVED_AT = START + timedelta(hours=3)
"""The review of what is submitted at START is over by then."""
PROVABLE_AT = START + timedelta(days=20)
"""Every carrier has answered by then, and waits for proof."""

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
RETRY_MAX = timedelta(minutes=10)
ACCOUNT = "acme"
PHONES = {
    Carrier.MOBILE: ["13900000001", "13900000002"],
    Carrier.UNICOM: ["18600000001"],
    Carrier.TELECOM: ["18900000001"],
}
OTHER = 900100
"""Another qualification of the company of the tests, where ``filed`` brought it."""
REGISTERED = 3
"""报备成功 as ``RegisterStatus``."""
VERIFICATION_TEMPLATE = "SMS_900001"

Request = TypeVar("Request")
Outcome = TypeVar("Outcome")


def application(sign_name: str = "云杉科技", **fields: Any) -> SignatureApplication:
    """An application that the sandbox's demo data lets pass."""
    given = {"account": ACCOUNT, "company_name": "杭州云杉科技有限公司", "qualification_id": 900001, **fields}
    return SignatureApplication(sign_name=sign_name, **given)


def qualification(number: int = 900100, **fields: Any) -> dict[str, Any]:
    """A qualification as the sandbox is loaded with it."""
    return {
        "QualificationGroupId": number,
        "QualificationName": f"资质{number}",
        "CompanyName": "杭州云杉科技有限公司",
        "CompanyType": "COMPANY",
        "OrganizationCode": "91330100MA0000001F",
        "LegalPersonName": "演示法人",
        "AdminIDCardNo": "000000190001019999",
        "UseBySelf": True,
        "WorkOrderId": number,
        "State": "PASSED",
        **fields,
    }


class Bench:
    """A worker's activities beside a sandbox."""

    def __init__(self, sandbox: SandboxServer) -> None:
        self.sandbox = sandbox
        self.accounts = self.accounts_with()
        self.applications = ApplicationActivities(self.accounts, Administrators())
        self.watching = WatchActivities(self.accounts)
        self.proving = ProvingActivities(self.accounts)
        self.amending = AmendingActivities(self.accounts, Administrators())

    def accounts_with(self, phones: dict[Carrier, list[str]] | None = None, **fields: Any) -> Accounts:
        """The account of the tests, with other phones or another field if given."""
        access = {
            "endpoint": self.sandbox.endpoint,
            "protocol": "http",
            "access_key_id": "sandbox-key",
            "access_key_secret": "sandbox-secret",
            **fields,
        }
        account = Account(
            gateway=AliyunGateway(AliyunAccess(**access), clock_header=now),
            template_code=VERIFICATION_TEMPLATE,
            template_params={"code": "123456"},
            phones=PHONES if phones is None else phones,
        )
        return Accounts({ACCOUNT: account})

    async def run(
        self,
        method: Callable[[Request], Awaitable[Outcome]],
        request: Request,
        at: datetime = START,
        *,
        attempt: int = 1,
        scheduled_at: datetime | None = None,
    ) -> Outcome:
        """Run one attempt of an activity that starts at a moment."""
        return await _environment(at, attempt, scheduled_at or at).run(method, request)

    async def cut_off(
        self, method: Callable[[Request], Awaitable[Outcome]], request: Request, at: datetime = START
    ) -> Outcome:
        """Run an attempt that is cancelled as soon as the last of the faults in force has struck."""
        attempt = asyncio.ensure_future(_environment(at, 1, at).run(method, request))
        for _ in range(2000):
            if not (await self.control("GET", "faults"))["faults"]:
                attempt.cancel()
                return await attempt
            await asyncio.sleep(0.01)
        raise AssertionError("the request never came")

    async def delay(
        self, method: Callable[[Request], Awaitable[Outcome]], request: Request, at: datetime = START, attempt: int = 1
    ) -> tuple[str, timedelta]:
        """Run an attempt that has to wait; the type of its failure and the time until the next one."""
        with pytest.raises(ApplicationError) as failed:
            await self.run(method, request, at, attempt=attempt)
        failure = failed.value
        assert not failure.non_retryable
        assert failure.category is ApplicationErrorCategory.BENIGN, "waiting alarms nobody"
        assert failure.next_retry_delay is not None
        return str(failure.type), failure.next_retry_delay

    async def control(self, method: str, path: str, body: object | None = None) -> Any:
        """Call the sandbox's control plane."""
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, f"{self.sandbox.url}/_sandbox/{path}", json=body) as answer,
        ):
            assert answer.status == 200, await answer.text()
            return json.loads(await answer.text())

    async def fault(self, operation: str, kind: str, **fields: Any) -> None:
        """Have the platform fail at an operation."""
        await self.control("POST", "faults", {"operation": operation, "kind": kind, **fields})

    async def calls(self, operation: str) -> list[dict[str, Any]]:
        """The requests of an operation that the platform carried out."""
        journal = await self.control("GET", f"journal?operation={operation}")
        return [entry for entry in journal["entries"] if entry["code"] == "OK"]

    async def requests(self, operation: str) -> int:
        """How often an operation reached the platform, whatever came of it."""
        return len((await self.control("GET", f"journal?operation={operation}"))["entries"])

    async def stock(self, status: int, created_at: datetime = START, **fields: Any) -> None:
        """Have a signature there already that is approved and in this ``RegisterStatus`` at every carrier."""
        signature = {
            "sign_name": "云杉科技",
            "created_at": created_at.isoformat(),
            "material": {"QualificationId": 900001},
            "carriers": {carrier.value: {"status": status} for carrier in Carrier},
            **fields,
        }
        await self.control("POST", "stock", {"signatures": [signature]})

    async def shown(self, at: datetime) -> SignatureSnapshot:
        """What the platform shows of the signature of the tests."""
        outcome = await self.run(self.watching.watch_signature, watch_request(), at)
        assert outcome.snapshot is not None
        return outcome.snapshot

    async def submit(self, at: datetime = START, **fields: Any) -> None:
        """Submit the signature of the tests."""
        await self.run(self.applications.submit_signature, submit_request(**fields), at)


def _environment(at: datetime, attempt: int, scheduled_at: datetime) -> ActivityEnvironment:
    environment = ActivityEnvironment()
    environment.info = dataclasses.replace(
        ActivityEnvironment.default_info(), attempt=attempt, started_time=at, scheduled_time=scheduled_at
    )
    return environment


def check_request(known: list[Any] | None = None, **fields: Any) -> CheckRequest:
    """A check of the application with these fields."""
    return CheckRequest(
        application=application(**fields),
        known=known,
        read_every_seconds=3600,
        retry_max_seconds=RETRY_MAX.total_seconds(),
    )


def submit_request(**fields: Any) -> SubmitRequest:
    """A submission of the application with these fields."""
    return SubmitRequest(
        application=application(**fields),
        review_overdue=DEFAULT_POLICY.review_overdue,
        retry_max_seconds=RETRY_MAX.total_seconds(),
    )


def watch_request(**fields: Any) -> WatchRequest:
    """A watch over the signature of the tests."""
    given = {
        "account": ACCOUNT,
        "sign_name": "云杉科技",
        "result_due": DEFAULT_POLICY.result_due,
        "result_stalled": DEFAULT_POLICY.result_stalled,
        "faster_after": DEFAULT_POLICY.registering_faster_after,
        "retry_max_seconds": RETRY_MAX.total_seconds(),
        **fields,
    }
    return WatchRequest(**given)


def send_request(out_id: str = "out-1", carrier: Carrier = Carrier.MOBILE, **fields: Any) -> SendRequest:
    """An intent to send."""
    given = {"search_from": PROVABLE_AT, "retry_max_seconds": RETRY_MAX.total_seconds(), **fields}
    return SendRequest(account=ACCOUNT, sign_name="云杉科技", carrier=carrier, out_id=out_id, **given)


def receipt_request(*tests: SentTest, carrier: Carrier = Carrier.MOBILE) -> ReceiptRequest:
    """A watch over the receipts of some tests."""
    return ReceiptRequest(
        account=ACCOUNT,
        sign_name="云杉科技",
        carrier=carrier,
        tests=list(tests),
        read_after_seconds=[30, 120, 600, 3600],
        give_up_after_seconds=86400,
        retry_max_seconds=RETRY_MAX.total_seconds(),
    )


def accepted(out_id: str, at: datetime, state: SendState = SendState.ACCEPTED) -> SentTest:
    """A test that the platform took, or may have taken."""
    taken_at = at if state is SendState.ACCEPTED else None
    return SentTest(number=1, out_id=out_id, intended_at=at, state=state, accepted_at=taken_at)


def amend_request(
    way: FilingWay = FilingWay.UPDATE_SIGN, accept_reset: tuple[Carrier, ...] = (), **fields: Any
) -> AmendRequest:
    """An edit that hands in the application with these fields."""
    return AmendRequest(
        application=application(**fields),
        way=way,
        accept_reset=accept_reset,
        watch=watch_request(),
        review_overdue=DEFAULT_POLICY.review_overdue,
    )


def delete_request(**fields: Any) -> DeleteRequest:
    """A deletion of the signature of the tests."""
    return DeleteRequest(
        **{"account": ACCOUNT, "sign_name": "云杉科技", "retry_max_seconds": RETRY_MAX.total_seconds(), **fields}
    )
