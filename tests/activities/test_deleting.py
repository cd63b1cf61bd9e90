from datetime import datetime, timedelta
from typing import Any

import pytest

from activities.applications import RECHECK_AFTER_UNCLEAR
from tests.activities.bench import (
    DAY,
    HOUR,
    PROVABLE_AT,
    REGISTERED,
    START,
    Bench,
    amend_request,
    delete_request,
)

SECOND = timedelta(seconds=1)
AT = PROVABLE_AT


def sent(at: datetime) -> dict[str, Any]:
    return {"sent": [{"phone": "13900000001", "at": at.isoformat()}]}


async def test_a_signature_is_deleted_for_ever(filed: Bench) -> None:
    created_at = (await filed.shown(AT)).created_at

    outcome = await filed.run(filed.amending.delete_signature, delete_request(created_at=created_at), AT)

    assert (outcome.refusal, outcome.was_gone, outcome.at) == (None, False, AT)
    assert not (await filed.shown(AT + HOUR)).found


async def test_what_is_gone_already_is_deleted(bench: Bench) -> None:
    outcome = await bench.run(bench.amending.delete_signature, delete_request())

    assert (outcome.refusal, outcome.was_gone) == (None, True)
    assert await bench.requests("DeleteSmsSign") == 0


async def test_what_goes_between_the_look_and_the_deletion_is_gone(filed: Bench) -> None:
    await filed.fault("DeleteSmsSign", "code", code="SignatureNotFound")

    outcome = await filed.run(filed.amending.delete_signature, delete_request(), AT)

    assert (outcome.refusal, outcome.was_gone) == (None, True)


@pytest.mark.parametrize("prepare", [None, "edit"])
async def test_nothing_is_deleted_while_it_is_in_review(filed: Bench, prepare: str | None) -> None:
    at = START + HOUR
    if prepare == "edit":
        at = AT + HOUR
        await filed.run(filed.amending.amend_signature, amend_request(), AT)

    outcome = await filed.run(filed.amending.delete_signature, delete_request(), at)

    assert outcome.refusal is not None
    assert outcome.refusal.code == "IN_REVIEW"
    assert "审核中" in outcome.refusal.text
    assert await filed.requests("DeleteSmsSign") == 0


async def test_a_signature_of_the_same_name_that_was_created_since_is_not_the_one_meant(filed: Bench) -> None:
    meant = (await filed.shown(AT)).created_at
    await filed.run(filed.amending.delete_signature, delete_request(created_at=meant), AT)
    await filed.submit(AT + DAY)

    outcome = await filed.run(filed.amending.delete_signature, delete_request(created_at=meant), AT + 3 * DAY)

    assert outcome.refusal is not None
    assert outcome.refusal.code == "ANOTHER_ONE"
    assert (await filed.shown(AT + 3 * DAY)).found


@pytest.mark.parametrize("forced", [False, True])
async def test_traffic_of_the_last_thirty_days_forbids_a_deletion_unless_it_is_forced(
    bench: Bench, forced: bool
) -> None:
    at = START + 60 * DAY
    await bench.stock(REGISTERED, **sent(at - 29 * DAY))
    request = delete_request(traffic_since=None if forced else at - 30 * DAY)

    outcome = await bench.run(bench.amending.delete_signature, request, at)

    assert (outcome.refusal is None) is forced
    if outcome.refusal is not None:
        assert outcome.refusal.code == "TRAFFIC"
        assert "2026-04-02" in outcome.refusal.text
    assert (await bench.shown(at + HOUR)).found is not forced


async def test_older_traffic_forbids_nothing(bench: Bench) -> None:
    at = START + 60 * DAY
    await bench.stock(REGISTERED, **sent(at - 31 * DAY))

    outcome = await bench.run(bench.amending.delete_signature, delete_request(traffic_since=at - 30 * DAY), at)

    assert outcome.refusal is None


async def test_traffic_that_may_not_be_read_forbids_as_well(filed: Bench) -> None:
    await filed.fault("QuerySendStatistics", "code", code="isp.RAM_PERMISSION_DENY")

    outcome = await filed.run(filed.amending.delete_signature, delete_request(traffic_since=AT - 30 * DAY), AT)

    assert outcome.refusal is not None
    assert outcome.refusal.code == "isp.RAM_PERMISSION_DENY"
    assert await filed.requests("DeleteSmsSign") == 0


@pytest.mark.parametrize(("kind", "requests"), [("drop_after", 1), ("drop_before", 2)])
async def test_a_deletion_whose_answer_was_lost_is_looked_for_and_done_once(
    filed: Bench, kind: str, requests: int
) -> None:
    await filed.fault("DeleteSmsSign", kind, count=1)

    waiting = await filed.delay(filed.amending.delete_signature, delete_request(), AT)
    assert waiting == ("PLATFORM_AWAY", RECHECK_AFTER_UNCLEAR)

    again = await filed.run(filed.amending.delete_signature, delete_request(), AT + 30 * SECOND, attempt=2)
    assert (again.refusal, again.was_gone) == (None, False), "it was this activity that deleted it"
    assert await filed.requests("DeleteSmsSign") == requests
    assert not (await filed.shown(AT + HOUR)).found


async def test_a_deletion_that_the_platform_refuses_says_why(filed: Bench) -> None:
    await filed.fault("DeleteSmsSign", "code", code="isv.ERROR_SIGN_NOT_DELETE", message="不可删除")

    outcome = await filed.run(filed.amending.delete_signature, delete_request(), AT)

    assert outcome.refusal is not None
    assert (outcome.refusal.code, outcome.refusal.text) == ("isv.ERROR_SIGN_NOT_DELETE", "不可删除")
    assert (await filed.shown(AT + HOUR)).found
