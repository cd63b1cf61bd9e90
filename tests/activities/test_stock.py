"""Reading what the account has already (存量签名), against the sandbox through the platform's SDK."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from activities.accounts import Account, Accounts, now
from activities.stock import StockActivities
from filing.existing import ExistingSignature, StockNamesRequest, StockPageRequest, StockReading
from filing.snapshot import QualificationState
from filing.vocabulary import Carrier, CarrierStatus, ReviewStatus, SignatureType
from gateway.aliyun import AliyunAccess, AliyunGateway
from sandbox import REAL, SandboxServer
from tests.activities.bench import ACCOUNT, DAY, START, Bench

EARLIER = START - 30 * DAY


def signature(name: str, **fields: Any) -> dict[str, Any]:
    return {
        "sign_name": name,
        "created_at": EARLIER.isoformat(),
        "material": {"QualificationId": 900001},
        "carriers": {carrier.value: {"status": 3} for carrier in Carrier},
        **fields,
    }


async def have(bench: Bench, *signatures: dict[str, Any]) -> None:
    await bench.control("POST", "stock", {"signatures": list(signatures)})


async def page(bench: Bench, number: int = 1, account: str = ACCOUNT) -> StockReading:
    stock = StockActivities(bench.accounts)
    return await bench.run(stock.read_stock_page, StockPageRequest(account=account, page=number))


async def named(bench: Bench, *names: str) -> StockReading:
    stock = StockActivities(bench.accounts)
    return await bench.run(stock.read_stock_names, StockNamesRequest(account=ACCOUNT, names=names))


async def test_an_account_with_nothing_in_it(bench: Bench) -> None:
    reading = await page(bench)

    assert (reading.signatures, reading.next_page, reading.total) == ([], None, 0)


async def test_signatures_with_carriers_material_type_and_qualification(bench: Bench) -> None:
    await have(
        bench,
        signature("云杉科技", material={"QualificationId": 900001, "SignType": 0, "Remark": "用于登录"}),
        signature("云杉优选", material={}, carriers={"mobile": {"status": -2, "reason": "UNBINDING_QUA"}}),
        signature("锦里餐饮", material={"QualificationId": 900004}, review="rejected"),
        signature("无此资质", material={"QualificationId": 999999}),
    )

    reading = await page(bench)

    found = {one.sign_name: one for one in reading.signatures}
    one = found["云杉科技"]
    assert (one.sign_type, one.material.remark) == (SignatureType.VERIFICATION, "用于登录")
    assert one.snapshot.reading(Carrier.UNICOM).status is CarrierStatus.REGISTERED
    assert one.qualification is not None
    assert one.qualification.company_name == "杭州云杉科技有限公司"
    assert (found["云杉优选"].qualification, found["云杉优选"].snapshot.qualification_id) == (None, None)
    assert found["锦里餐饮"].snapshot.review is ReviewStatus.REJECTED
    rejected = found["锦里餐饮"].qualification
    assert rejected is not None
    assert rejected.state is QualificationState.REJECTED
    assert (found["无此资质"].qualification, found["无此资质"].qualification_refusal) == (None, None)


async def test_a_qualification_is_read_once_for_all_that_are_bound_to_it(bench: Bench) -> None:
    await have(bench, *(signature(f"云杉{number}") for number in range(7)))

    await page(bench)

    assert await bench.requests("QuerySingleSmsQualification") == 1
    assert await bench.requests("GetSmsSign") == 7


async def test_pages_follow_each_other_until_the_last(bench: Bench) -> None:
    await have(bench, *(signature(f"云杉{number}") for number in range(60)))

    first, second = await page(bench), await page(bench, 2)

    assert (len(first.signatures), first.next_page, first.total) == (50, 2, 60)
    assert (len(second.signatures), second.next_page) == (10, None)
    assert len({one.sign_name for one in (*first.signatures, *second.signatures)}) == 60


class Counting(AliyunGateway):
    """The adapter, with a count of the reads that are under way at a time."""

    under_way = most = 0

    async def read_existing(self, sign_name: str) -> ExistingSignature:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            return await super().read_existing(sign_name)
        finally:
            self.under_way -= 1


async def test_never_more_than_a_few_requests_at_a_time(bench: Bench) -> None:
    """The platform allows 150 reads a second; the filings of the account are read beside it."""
    access = AliyunAccess(bench.sandbox.endpoint, "http", "sandbox-key", "sandbox-secret")
    gateway = Counting(access, clock_header=now)
    stock = StockActivities(Accounts({ACCOUNT: Account(gateway, "SMS_900001")}))
    await have(bench, *(signature(f"云杉{number}") for number in range(30)))

    await bench.run(stock.read_stock_page, StockPageRequest(account=ACCOUNT, page=1))

    assert 1 < gateway.most <= 10


async def test_a_signature_that_is_deleted_meanwhile_is_left_out(bench: Bench) -> None:
    await have(bench, signature("云杉科技"), signature("云杉优选"))
    await bench.fault("GetSmsSign", "code", sign_name="云杉优选", code="SignatureNotFound")

    assert [one.sign_name for one in (await page(bench)).signatures] == ["云杉科技"]


async def test_a_qualification_that_may_not_be_read_hides_no_signature(bench: Bench) -> None:
    await have(bench, signature("云杉科技"))
    await bench.fault("QuerySingleSmsQualification", "code", code="GrayCustAccessError")

    [one] = (await page(bench)).signatures

    assert one.qualification is None
    assert one.qualification_refusal is not None
    assert one.qualification_refusal.code == "GrayCustAccessError"


@pytest.mark.parametrize("operation", ["QuerySmsSignList", "GetSmsSign"])
async def test_the_platforms_no_is_an_answer(bench: Bench, operation: str) -> None:
    await have(bench, signature("云杉科技"))
    await bench.fault(operation, "code", code="isp.RAM_PERMISSION_DENY")

    reading = await page(bench)

    assert reading.refusal is not None
    assert (reading.refusal.code, reading.refusal.account) == ("isp.RAM_PERMISSION_DENY", True)


@pytest.mark.parametrize("operation", ["QuerySmsSignList", "GetSmsSign", "QuerySingleSmsQualification"])
async def test_a_platform_that_is_busy_is_asked_again_soon(bench: Bench, operation: str) -> None:
    await have(bench, signature("云杉科技"))
    await bench.fault(operation, "throttle", retry_after_ms=600_000)
    stock = StockActivities(bench.accounts)

    kind, wait = await bench.delay(stock.read_stock_page, StockPageRequest(account=ACCOUNT, page=1))

    assert (kind, wait) == ("PLATFORM_AWAY", timedelta(seconds=30))


async def test_an_account_that_the_worker_has_not(bench: Bench) -> None:
    with pytest.raises(ApplicationError, match="no account 'other'") as failed:
        await page(bench, account="other")

    assert failed.value.type == "UNKNOWN_ACCOUNT"


# By name


async def test_named_ones_come_in_their_order_with_their_types(bench: Bench) -> None:
    await have(
        bench,
        signature("云杉科技", material={"QualificationId": 900001, "SignType": 0}),
        *(signature(f"云杉{number}") for number in range(55)),
    )

    reading = await named(bench, "云杉0", "没有的", "云杉科技")

    assert [(one.sign_name, one.snapshot.found) for one in reading.signatures] == [
        ("云杉0", True),
        ("没有的", False),
        ("云杉科技", True),
    ]
    assert [one.sign_type for one in reading.signatures] == [
        SignatureType.GENERAL,
        SignatureType.UNKNOWN,
        SignatureType.VERIFICATION,
    ]
    assert await bench.requests("GetSmsSign") == 3


async def test_the_list_is_gone_through_no_further_than_needed(bench: Bench) -> None:
    await have(bench, *(signature(f"云杉{number}") for number in range(120)))

    await named(bench, "云杉119")
    assert await bench.requests("QuerySmsSignList") == 1

    await named(bench, "没有的")
    assert await bench.requests("QuerySmsSignList") == 1, "nobody looks for the type of what is not there"


async def test_named_ones_refused(bench: Bench) -> None:
    await bench.fault("GetSmsSign", "code", code="isp.RAM_PERMISSION_DENY")

    reading = await named(bench, "云杉科技")

    assert reading.refusal is not None
    assert reading.signatures == []


@pytest.fixture
async def other_account() -> AsyncIterator[Accounts]:
    """An account whose key the platform does not know."""
    async with SandboxServer(pace=REAL) as sandbox:
        access = AliyunAccess(
            endpoint=sandbox.endpoint, protocol="http", access_key_id="stranger", access_key_secret="none"
        )
        yield Accounts({ACCOUNT: Account(AliyunGateway(access), "SMS_900001")})


async def test_wrong_credentials_are_told_without_them(bench: Bench, other_account: Accounts) -> None:
    stock = StockActivities(other_account)

    reading = await bench.run(stock.read_stock_page, StockPageRequest(account=ACCOUNT, page=1))

    assert reading.refusal is not None
    assert reading.refusal.account
    assert "stranger" not in reading.model_dump_json()
