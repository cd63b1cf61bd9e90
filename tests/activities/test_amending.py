import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from activities.amending import AmendingActivities
from activities.papers import Administrators
from filing.calendar import deadline_after
from filing.policy import DEFAULT_POLICY
from filing.requests import AmendOutcome, AmendRequest, AmendResult
from filing.snapshot import SignatureSnapshot
from filing.vocabulary import Carrier, CarrierStatus, FilingWay, ReviewStatus
from sandbox import REAL, Rules, SandboxServer
from tests.activities.bench import (
    APPROVED_AT,
    DAY,
    HOUR,
    OTHER,
    PROVABLE_AT,
    REGISTERED,
    RETRY_MAX,
    START,
    Bench,
    amend_request,
    delete_request,
    qualification,
)

SECOND = timedelta(seconds=1)
AT = PROVABLE_AT
"""Every carrier waits for proof, none is 报备中 and none 报备成功: nothing stands against an edit."""

ALL = tuple(Carrier)


async def amend(bench: Bench, at: datetime = AT, request: AmendRequest | None = None, **fields: Any) -> AmendOutcome:
    return await bench.run(bench.amending.amend_signature, request or amend_request(**fields), at)


def statuses(snapshot: SignatureSnapshot | None) -> set[CarrierStatus]:
    assert snapshot is not None
    return {snapshot.reading(carrier).status for carrier in Carrier}


# Handed in


async def test_an_edit_is_written_with_its_order_and_the_looks_before_and_after(filed: Bench) -> None:
    outcome = await amend(filed, qualification_id=OTHER)

    assert outcome.result is AmendResult.WRITTEN
    assert (outcome.at, outcome.refusal) == (AT, None)
    assert outcome.review_overdue_at == deadline_after(AT, DEFAULT_POLICY.review_overdue).at
    assert outcome.before is not None
    assert (outcome.before.review, outcome.before.qualification_id) == (ReviewStatus.APPROVED, 900001)
    assert outcome.order_id not in (None, "", outcome.before.order_id)
    assert outcome.seen is not None
    assert outcome.seen.observed_at == AT
    assert outcome.seen.snapshot is not None
    assert outcome.seen.snapshot.review is ReviewStatus.IN_REVIEW

    approved = await filed.shown(AT + DAY)
    assert (approved.order_id, approved.qualification_id) == (outcome.order_id, OTHER)
    assert statuses(approved) == {CarrierStatus.REGISTERING}


async def test_one_administrator_of_two_companies_is_said_with_the_edit_that_names_the_qualification(
    filed: Bench,
) -> None:
    theirs = qualification(
        900011, CompanyName="昆明石榴文化有限公司", OrganizationCode="91530100MA0000011X", WorkOrderId=1
    )
    await filed.control("POST", "stock", {"qualifications": [theirs, qualification(OTHER, WorkOrderId=2)]})

    outcome = await amend(filed, qualification_id=OTHER)

    assert outcome.result is AmendResult.WRITTEN, "the platform takes it"
    assert outcome.findings is not None
    (finding,) = outcome.findings
    assert (finding.code, finding.part) == ("ADMINISTRATOR_SHARED", "昆明石榴文化有限公司 (900011)")
    assert "900019999" not in outcome.model_dump_json()


async def test_what_is_handed_in_is_the_whole_application(filed: Bench) -> None:
    await amend(filed, qualification_id=OTHER, remark="新的说明", supporting_files=["a.png"])

    (call,) = await filed.calls("UpdateSmsSign")
    sent = str(call)
    assert all(value in sent for value in ("云杉科技", str(OTHER), "新的说明", "a.png"))


async def test_a_rejected_signature_is_corrected_like_any_other(bench: Bench) -> None:
    await bench.submit(remark="[sandbox review=reject]")

    outcome = await amend(bench, APPROVED_AT)

    assert outcome.result is AmendResult.WRITTEN
    assert outcome.before is not None
    assert outcome.before.review is ReviewStatus.REJECTED


async def test_a_look_afterwards_that_fails_does_not_undo_the_write(filed: Bench) -> None:
    await filed.fault("GetSmsSign", "latency", count=1)
    await filed.fault("GetSmsSign", "http_500")

    outcome = await amend(filed)

    assert (outcome.result, outcome.seen) == (AmendResult.WRITTEN, None)
    assert outcome.order_id


async def test_a_qualification_is_bound_by_the_operation_for_it_alone(filed: Bench) -> None:
    outcome = await amend(filed, request=amend_request(FilingWay.CHANGE_QUALIFICATION, qualification_id=OTHER))

    assert (outcome.result, outcome.order_id) == (AmendResult.WRITTEN, None)
    assert outcome.seen is not None
    assert outcome.seen.snapshot is not None
    assert outcome.seen.snapshot.qualification_id == OTHER
    assert statuses(outcome.seen.snapshot) == {CarrierStatus.REGISTERING}
    assert outcome.seen.dates is not None, "the rounds that it starts have their dates"
    assert await filed.requests("UpdateSmsSign") == 0


async def test_a_binding_that_the_platform_refuses_says_why(bench: Bench) -> None:
    await bench.submit(remark="[sandbox review=reject]")

    outcome = await amend(bench, APPROVED_AT, amend_request(FilingWay.CHANGE_QUALIFICATION))

    assert outcome.result is AmendResult.REFUSED
    assert outcome.refusal is not None
    assert outcome.refusal.code == "SMS_STATUS_ILLEGAL"


# Refused


async def test_what_the_platform_refuses_is_a_result_with_its_words(filed: Bench) -> None:
    await filed.fault("UpdateSmsSign", "code", code="InvalidSignName", message="签名不合规")

    outcome = await amend(filed)

    assert outcome.result is AmendResult.REFUSED
    assert outcome.refusal is not None
    assert (outcome.refusal.code, outcome.refusal.text) == ("InvalidSignName", "签名不合规")
    assert outcome.order_id is None


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"qualification_id": 123}, "QUALIFICATION_NOT_FOUND"),
        ({"qualification_id": 900002}, "COMPANY_MISMATCH"),
        ({"qualification_id": 900003, "company_name": "上海青禾教育有限公司"}, "QUALIFICATION_IN_REVIEW"),
        ({"third_party": True, "authorization_letter_id": 800001}, "PURPOSE_MISMATCH"),
    ],
)
async def test_a_qualification_that_will_not_do_is_not_tried_at_the_reviewers_expense(
    filed: Bench, fields: dict[str, Any], code: str
) -> None:
    outcome = await amend(filed, **fields)

    assert outcome.result is AmendResult.REFUSED
    assert outcome.refusal is not None
    assert outcome.refusal.code == code
    assert "; " in outcome.refusal.text, "with the rule and what to do"
    assert await filed.requests("UpdateSmsSign") == 0


async def test_a_signature_that_is_gone_is_not_edited(bench: Bench) -> None:
    outcome = await amend(bench)

    assert outcome.result is AmendResult.REFUSED
    assert outcome.refusal is not None
    assert outcome.refusal.code == "SignatureNotFound"
    assert await bench.requests("UpdateSmsSign") == 0


async def test_an_account_that_may_not_read_is_a_refusal(filed: Bench) -> None:
    stranger = AmendingActivities(filed.accounts_with(access_key_secret="wrong"), Administrators())

    outcome = await filed.run(stranger.amend_signature, amend_request(), AT)

    assert outcome.result is AmendResult.REFUSED
    assert outcome.refusal is not None
    assert outcome.refusal.code == "SignatureDoesNotMatch"


async def test_a_review_that_does_not_show_is_the_platforms_refusal() -> None:
    async with SandboxServer(pace=REAL, rules=Rules(edit_shows_in_review=False)) as sandbox:
        bench = Bench(sandbox)
        await bench.submit()
        assert (await amend(bench, remark="one")).result is AmendResult.WRITTEN

        second = await amend(bench, AT + HOUR, remark="two")

        assert second.result is AmendResult.REFUSED
        assert second.refusal is not None
        assert second.refusal.code == "isv.ERROR_SIGN_NOT_MODIFY"


# Not now


async def test_nothing_is_written_while_the_signature_is_in_review(filed: Bench) -> None:
    outcome = await amend(filed, START + HOUR)

    assert outcome.result is AmendResult.NOT_NOW
    assert outcome.seen is not None
    assert outcome.seen.snapshot is not None
    assert outcome.seen.snapshot.review is ReviewStatus.IN_REVIEW
    assert await filed.requests("UpdateSmsSign") == 0


async def test_nothing_is_written_while_one_carrier_is_in_filing(filed: Bench) -> None:
    click = {"carriers": ["telecom"], "at": AT.isoformat()}
    await filed.control("POST", "console/云杉科技/report", click)

    outcome = await amend(filed, AT + HOUR, request=amend_request(accept_reset=ALL))

    assert outcome.result is AmendResult.NOT_NOW
    assert outcome.seen is not None
    assert outcome.seen.dates is not None, "a round may start with it"
    assert statuses(outcome.seen.snapshot) == {CarrierStatus.REGISTERING, CarrierStatus.PENDING_VERIFICATION}
    assert await filed.requests("UpdateSmsSign") == 0


@pytest.mark.parametrize(
    ("accepted", "result"),
    [
        ((), AmendResult.NOT_NOW),
        ((Carrier.MOBILE, Carrier.TELECOM), AmendResult.NOT_NOW),
        (ALL, AmendResult.WRITTEN),
    ],
)
async def test_what_is_registered_by_now_is_not_risked_unless_it_was_given_up(
    bench: Bench, accepted: tuple[Carrier, ...], result: AmendResult
) -> None:
    await bench.stock(REGISTERED)

    outcome = await amend(bench, START + DAY, amend_request(accept_reset=accepted, remark="x"))

    assert outcome.result is result
    assert await bench.requests("UpdateSmsSign") == (result is AmendResult.WRITTEN)


# Unclear, and never twice


@pytest.mark.parametrize(("kind", "arrived"), [("drop_after", True), ("drop_before", False), ("garbage", False)])
async def test_an_answer_that_was_lost_is_unclear_and_not_tried_again(filed: Bench, kind: str, arrived: bool) -> None:
    await filed.fault("UpdateSmsSign", kind)

    outcome = await amend(filed, qualification_id=OTHER)

    assert (outcome.result, outcome.order_id, outcome.seen) == (AmendResult.UNCLEAR, None, None)
    assert outcome.refusal is not None
    assert outcome.refusal.text
    assert outcome.before is not None, "else its verdict could not be told from the state before"
    assert outcome.review_overdue_at is not None
    assert await filed.requests("UpdateSmsSign") == 1
    assert ((await filed.shown(AT + HOUR)).review is ReviewStatus.IN_REVIEW) is arrived


async def test_a_second_attempt_after_one_that_arrived_writes_nothing(filed: Bench) -> None:
    """It should not come to that; were it to, the look before the write would stop it."""
    await filed.fault("UpdateSmsSign", "drop_after", count=1)
    await amend(filed, qualification_id=OTHER)

    again = await filed.run(
        filed.amending.amend_signature, amend_request(qualification_id=OTHER), AT + 30 * SECOND, attempt=2
    )

    assert again.result is AmendResult.NOT_NOW
    assert await filed.requests("UpdateSmsSign") == 1


async def test_a_write_that_is_cut_off_must_not_run_again(filed: Bench) -> None:
    await filed.fault("UpdateSmsSign", "latency", latency_ms=60_000, count=1)

    with pytest.raises(ApplicationError) as failed:
        await filed.cut_off(filed.amending.amend_signature, amend_request(), AT)

    assert failed.value.non_retryable
    assert failed.value.type == "UNCLEAR"


async def test_what_was_written_stays_written_where_the_look_afterwards_is_cut_off(filed: Bench) -> None:
    """By a pause, a new run or a worker that shuts down; forgotten, it would be handed in twice."""
    await filed.fault("GetSmsSign", "latency", count=1)
    await filed.fault("GetSmsSign", "latency", latency_ms=60_000, count=1)

    outcome = await filed.cut_off(filed.amending.amend_signature, amend_request(), AT)

    assert (outcome.result, outcome.seen) == (AmendResult.WRITTEN, None)
    assert outcome.order_id


async def test_an_attempt_that_is_cut_off_before_it_writes_leaves_no_trace(filed: Bench) -> None:
    await filed.fault("GetSmsSign", "latency", latency_ms=60_000, count=1)

    with pytest.raises(asyncio.CancelledError):
        await filed.cut_off(filed.amending.amend_signature, amend_request(), AT)

    assert await filed.requests("UpdateSmsSign") == 0


# The platform is away


@pytest.mark.parametrize("kind", ["http_500", "http_503", "drop_before", "drop_after", "garbage"])
async def test_a_platform_that_cannot_be_read_is_waited_out_and_nothing_is_written(filed: Bench, kind: str) -> None:
    await filed.fault("*", kind)

    waiting = await filed.delay(filed.amending.amend_signature, amend_request(), AT)
    assert waiting == ("PLATFORM_AWAY", 5 * SECOND)
    waiting = await filed.delay(filed.amending.delete_signature, delete_request(), AT, attempt=30)
    assert waiting == ("PLATFORM_AWAY", RETRY_MAX)

    assert [await filed.requests(name) for name in ("UpdateSmsSign", "DeleteSmsSign")] == [0, 0]


async def test_a_write_that_is_throttled_is_tried_again_for_it_did_nothing(filed: Bench) -> None:
    await filed.fault("UpdateSmsSign", "throttle", retry_after_ms=7000, count=1)

    waiting = await filed.delay(filed.amending.amend_signature, amend_request(), AT)
    assert waiting == ("PLATFORM_AWAY", 7 * SECOND)

    again = await filed.run(filed.amending.amend_signature, amend_request(), AT + 7 * SECOND, attempt=2)
    assert again.result is AmendResult.WRITTEN
    assert len(await filed.calls("UpdateSmsSign")) == 1
