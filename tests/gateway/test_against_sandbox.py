"""The writes on a signature against a platform that remembers what was written."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import pytest

from filing.application import SignatureApplication
from filing.calendar import BEIJING
from filing.snapshot import SignatureSnapshot
from filing.vocabulary import Carrier, CarrierStatus, ReviewStatus
from gateway.aliyun import AliyunAccess, AliyunGateway
from gateway.errors import AlreadyExistsError, NotFoundError, RefusedError, UnclearError
from sandbox import DEMO_ACCOUNTS, REAL, SandboxServer

NAME = "蓝鲸物流"
ALL_REGISTERING = dict.fromkeys(Carrier, CarrierStatus.REGISTERING)
ALL_PENDING = dict.fromkeys(Carrier, CarrierStatus.PENDING_VERIFICATION)


def application(**changes: Any) -> SignatureApplication:
    fields = {"sign_name": NAME, "company_name": "深圳蓝鲸物流有限公司", "qualification_id": 900002}
    return SignatureApplication.model_validate(fields | changes)


class Account:
    """A gateway to a sandbox, with the time that it tells the sandbox."""

    def __init__(self, server: SandboxServer) -> None:
        self.time = datetime(2026, 3, 2, 10, tzinfo=BEIJING)
        key, secret = next(iter(DEMO_ACCOUNTS.items()))
        access = AliyunAccess(endpoint=server.endpoint, protocol="http", access_key_id=key, access_key_secret=secret)
        self.gateway = AliyunGateway(access, lambda: self.time)
        self._url = server.url

    def later(self, **span: float) -> None:
        self.time += timedelta(**span)

    async def read(self) -> SignatureSnapshot:
        return await self.gateway.read_signature(NAME)

    async def statuses(self) -> dict[Carrier, CarrierStatus]:
        return {carrier: reading.status for carrier, reading in (await self.read()).carriers.items()}

    async def change(self, qualification_id: int, name: str = NAME) -> None:
        await self.gateway.change_qualification(name, qualification_id=qualification_id, authorization_letter_id=None)

    async def breaks(self, **fault: Any) -> None:
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self._url}/_sandbox/faults", json=fault | {"sign_name": NAME, "count": 1}) as response,
        ):
            assert response.status == 200


@pytest.fixture
async def account() -> AsyncIterator[Account]:
    """An account whose signature is 已报备待验证 at all three carriers."""
    async with SandboxServer(pace=REAL) as server:
        account = Account(server)
        await account.gateway.create_signature(application())
        account.later(days=14, hours=2)
        assert await account.statuses() == ALL_PENDING
        yield account


async def test_an_edit_is_reviewed_under_its_own_order_and_files_anew(account: Account) -> None:
    first = await account.read()

    order_id, _ = await account.gateway.update_signature(
        application(qualification_id=900006, remark="新", supporting_files=("a.png",))
    )

    during = await account.read()
    assert (during.review, during.order_id) == (ReviewStatus.IN_REVIEW, first.order_id)
    account.later(hours=2)
    after = await account.read()
    assert (after.review, after.order_id, after.qualification_id) == (ReviewStatus.APPROVED, order_id, 900006)
    assert order_id != first.order_id
    assert await account.statuses() == ALL_REGISTERING


async def test_what_an_edit_is_refused_for(account: Account) -> None:
    with pytest.raises(NotFoundError) as caught:
        await account.gateway.update_signature(application(sign_name="蓝鲸速运"))
    assert caught.value.code == "SignatureNotFound"
    with pytest.raises(NotFoundError) as caught:
        await account.gateway.update_signature(application(qualification_id=1))
    assert caught.value.code == "QualificationNotFound"
    await account.gateway.update_signature(application())
    with pytest.raises(RefusedError) as refused:
        await account.gateway.update_signature(application())
    assert refused.value.code == "isv.ERROR_SIGN_NOT_MODIFY"


async def test_another_qualification_files_anew_at_once(account: Account) -> None:
    first = await account.read()

    await account.change(900006)

    after = await account.read()
    assert (after.review, after.order_id, after.qualification_id) == (ReviewStatus.APPROVED, first.order_id, 900006)
    assert await account.statuses() == ALL_REGISTERING


async def test_what_another_qualification_is_refused_for(account: Account) -> None:
    for qualification_id, error, code in (
        (1, NotFoundError, "QualificationNotExist"),
        (900003, RefusedError, "SmsQualificationNotPassed"),
        (900005, RefusedError, "ParameterMismatch.ThirdParty"),
    ):
        with pytest.raises(error) as caught:
            await account.change(qualification_id)
        assert caught.value.code == code
    with pytest.raises(NotFoundError) as missing:
        await account.change(900006, "蓝鲸速运")
    assert missing.value.code == "SmsSignatureNotExist"
    await account.change(900006)
    with pytest.raises(RefusedError) as refused:
        await account.change(900002)
    assert refused.value.code == "SMS_STATUS_ILLEGAL"


async def test_a_deletion_is_for_ever(account: Account) -> None:
    await account.gateway.delete_signature(NAME)

    assert not (await account.read()).found
    with pytest.raises(NotFoundError):
        await account.gateway.delete_signature(NAME)
    await account.gateway.create_signature(application())
    with pytest.raises(RefusedError) as caught:
        await account.gateway.delete_signature(NAME)
    assert caught.value.code == "isv.ERROR_SIGN_NOT_DELETE"
    with pytest.raises(AlreadyExistsError):
        await account.gateway.create_signature(application())


@pytest.mark.parametrize(("kind", "happened"), [("drop_before", False), ("drop_after", True), ("garbage", False)])
async def test_after_a_lost_answer_reading_tells_what_happened(account: Account, kind: str, *, happened: bool) -> None:
    await account.breaks(kind=kind, operation="ChangeSignatureQualification")
    with pytest.raises(UnclearError):
        await account.change(900006)
    assert ((await account.read()).qualification_id == 900006) is happened
    account.later(days=14)

    await account.breaks(kind=kind, operation="UpdateSmsSign")
    with pytest.raises(UnclearError):
        await account.gateway.update_signature(application(remark="新"))
    assert ((await account.read()).review is ReviewStatus.IN_REVIEW) is happened
    account.later(hours=2)

    await account.breaks(kind=kind, operation="DeleteSmsSign")
    with pytest.raises(UnclearError):
        await account.gateway.delete_signature(NAME)
    assert (await account.read()).found is not happened
