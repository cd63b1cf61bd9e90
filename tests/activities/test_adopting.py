"""Checking and taking over a signature that exists already (存量签名)."""

from typing import Any

import pytest

from filing.requests import SubmitOutcome
from filing.vocabulary import CarrierStatus
from tests.activities.bench import REGISTERED, START, Bench, check_request, submit_request, watch_request

UNKNOWN: dict[str, Any] = {
    "source": "UNKNOWN",
    "sign_type": "UNKNOWN",
    "company_name": "未知",
    "qualification_id": None,
}


async def adopt(bench: Bench) -> SubmitOutcome:
    request = submit_request(**UNKNOWN).model_copy(update={"adopts": True})
    return await bench.run(bench.applications.submit_signature, request)


async def test_what_is_unknown_is_not_judged(bench: Bench) -> None:
    request = check_request(**UNKNOWN).model_copy(update={"adopts": True})

    outcome = await bench.run(bench.applications.check_application, request)

    assert [finding.code for finding in outcome.findings if finding.rejects] == ["QUALIFICATION_UNBOUND"]


async def test_a_qualification_is_judged_without_its_company(bench: Bench) -> None:
    request = check_request(company_name="未知").model_copy(update={"adopts": True})

    outcome = await bench.run(bench.applications.check_application, request)

    assert not any(finding.rejects for finding in outcome.findings)


async def test_following_does_not_wait_for_the_qualification_to_become_readable(bench: Bench) -> None:
    await bench.fault("QuerySingleSmsQualification", "drop_before")
    request = check_request().model_copy(update={"adopts": True})
    check = bench.applications.check_application

    assert (await bench.delay(check, request))[0] == "PLATFORM_AWAY"
    outcome = await bench.run(check, request, attempt=3)

    assert outcome.policy is not None
    assert not any(finding.field == "qualification_id" for finding in outcome.findings)
    assert (await bench.delay(check, check_request(), attempt=3))[0] == "PLATFORM_AWAY", "who submits waits for it"


async def test_a_signature_that_is_there_is_taken_over_and_nothing_is_written(bench: Bench) -> None:
    await bench.stock(REGISTERED, order_id="10000000042")

    outcome = await adopt(bench)

    assert (outcome.adopted, outcome.order_id, outcome.refusal) == (True, "10000000042", None)
    assert await bench.requests("CreateSmsSign") == 0


async def test_one_that_was_created_a_moment_ago_is_adopted_too(bench: Bench) -> None:
    await bench.submit()

    assert (await adopt(bench)).adopted


async def test_nothing_is_created_for_a_name_that_is_not_there(bench: Bench) -> None:
    outcome = await adopt(bench)

    assert outcome.refusal is not None
    assert outcome.refusal.code == "SignatureNotFound"
    assert not outcome.adopted
    assert await bench.requests("CreateSmsSign") == 0


@pytest.mark.parametrize("status", [-1, 1])
async def test_the_dates_of_what_is_being_filed_are_estimates(bench: Bench, status: int) -> None:
    await bench.stock(status)

    outcome = await bench.run(bench.watching.watch_signature, watch_request(adopted=True), START)

    assert outcome.snapshot is not None
    assert outcome.snapshot.carriers.popitem()[1].status is CarrierStatus.from_platform(status)
    assert outcome.dates is not None
    assert outcome.dates.estimated
