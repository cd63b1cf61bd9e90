from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from activities.proving import ProvingActivities
from filing.requests import SendOutcome
from filing.round_state import SendState
from filing.vocabulary import Carrier, CarrierStatus
from tests.activities.bench import (
    DAY,
    HOUR,
    PROVABLE_AT,
    RETRY_MAX,
    Bench,
    accepted,
    receipt_request,
    send_request,
)

SECOND = timedelta(seconds=1)
ONE, OTHER = "139****0001", "139****0002"


@pytest.fixture
async def provable(bench: Bench) -> Bench:
    """A bench whose signature waits for proof at PROVABLE_AT."""
    await bench.submit()
    return bench


# Sending


async def test_a_message_goes_out_with_its_out_id_and_the_number_stays_here(provable: Bench) -> None:
    result = await provable.run(provable.proving.send_test, send_request(), PROVABLE_AT)

    assert (result.outcome, result.at, result.phone, result.pool) == (SendOutcome.ACCEPTED, PROVABLE_AT, ONE, 2)
    assert "13900000001" not in result.model_dump_json()
    assert result.api_request_id, "what the platform's support asks for"
    (call,) = await provable.calls("SendSms")
    assert call["parameters"]["OutId"] == "out-1"


async def test_messages_spread_over_the_numbers_and_leave_out_bad_ones(provable: Bench) -> None:
    used = await provable.run(provable.proving.send_test, send_request(used={ONE: 1}), PROVABLE_AT)
    avoided = await provable.run(
        provable.proving.send_test, send_request("out-2", used={ONE: 0, OTHER: 9}, avoid=[ONE]), PROVABLE_AT
    )

    assert (used.phone, used.pool) == (OTHER, 2)
    assert (avoided.phone, avoided.pool) == (OTHER, 1)


@pytest.mark.parametrize("later", [timedelta(), 30 * SECOND, 20 * HOUR, 3 * DAY])
async def test_the_same_intent_is_sent_once_however_often_it_is_carried_out(provable: Bench, later: timedelta) -> None:
    await provable.run(provable.proving.send_test, send_request(), PROVABLE_AT)

    again = await provable.run(provable.proving.send_test, send_request(used={ONE: 1}), PROVABLE_AT + later, attempt=2)

    assert (again.outcome, again.phone) == (SendOutcome.ACCEPTED, ONE)
    assert again.at == PROVABLE_AT, "the message's own time"
    assert len(await provable.calls("SendSms")) == 1


async def test_a_message_sent_before_beijing_midnight_is_found_after_it(provable: Bench) -> None:
    before = datetime(2026, 3, 22, 15, 59, 50, tzinfo=UTC)
    await provable.run(provable.proving.send_test, send_request(search_from=before), before)

    await provable.run(provable.proving.send_test, send_request(search_from=before), before + 30 * SECOND)

    assert len(await provable.calls("SendSms")) == 1


async def test_a_message_that_the_platform_counts_for_the_day_before_is_found(provable: Bench) -> None:
    """Its clock may be some minutes behind that of the workflow."""
    platform_time = datetime(2026, 3, 22, 15, 59, 0, tzinfo=UTC)
    await provable.run(provable.proving.send_test, send_request(search_from=platform_time), platform_time)

    our_time = platform_time + timedelta(minutes=2)
    again = await provable.run(provable.proving.send_test, send_request(search_from=our_time), our_time + SECOND)

    assert again.text == "sent before"
    assert len(await provable.calls("SendSms")) == 1


async def test_a_search_that_would_begin_in_the_future_begins_today(provable: Bench) -> None:
    await provable.run(provable.proving.send_test, send_request(), PROVABLE_AT)

    again = await provable.run(provable.proving.send_test, send_request(search_from=PROVABLE_AT + 2 * DAY), PROVABLE_AT)

    assert again.text == "sent before"


@pytest.mark.parametrize("kind", ["drop_after", "garbage"])
async def test_an_answer_that_was_lost_is_unclear_and_not_tried_again(provable: Bench, kind: str) -> None:
    await provable.fault("SendSms", kind)

    result = await provable.run(provable.proving.send_test, send_request(), PROVABLE_AT)

    assert (result.outcome, result.phone) == (SendOutcome.UNCLEAR, ONE)


async def test_a_send_that_is_cut_off_must_not_run_again(provable: Bench) -> None:
    await provable.fault("SendSms", "latency", latency_ms=60_000, count=1)

    with pytest.raises(ApplicationError) as failed:
        await provable.cut_off(provable.proving.send_test, send_request(), PROVABLE_AT)

    assert failed.value.non_retryable
    assert failed.value.type == "UNCLEAR"


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("isv.BUSINESS_LIMIT_CONTROL", SendOutcome.QUOTA),
        ("isv.MOBILE_NUMBER_ILLEGAL", SendOutcome.BAD_NUMBER),
        ("isv.AMOUNT_NOT_ENOUGH", SendOutcome.ACCOUNT),
        ("isv.SMS_SIGNATURE_ILLEGAL", SendOutcome.REFUSED),
        ("isv.BRAND_NEW", SendOutcome.REFUSED),
    ],
)
async def test_what_the_platform_answers_is_a_result(provable: Bench, code: str, outcome: SendOutcome) -> None:
    await provable.fault("SendSms", "code", code=code, message="触发小时级流控Permits:5")

    result = await provable.run(provable.proving.send_test, send_request(), PROVABLE_AT)

    assert (result.outcome, result.code, result.phone) == (outcome, code, ONE)
    assert result.text
    assert result.retry_after_seconds == (3600 if outcome is SendOutcome.QUOTA else None)


async def test_a_number_whose_quota_is_used_up_makes_way_for_another(provable: Bench) -> None:
    limit = {"code": "isv.BUSINESS_LIMIT_CONTROL", "message": "触发小时级流控Permits:5"}
    await provable.fault("SendSms", "code", count=1, **limit)

    result = await provable.run(provable.proving.send_test, send_request(), PROVABLE_AT)

    assert (result.outcome, result.phone) == (SendOutcome.ACCEPTED, OTHER)
    assert result.pool == 1, "no second message to the one that is left"
    assert result.text == f"in place of {ONE}, whose quota is used up"
    (sent,) = await provable.calls("SendSms")
    assert (sent["parameters"]["PhoneNumbers"], sent["parameters"]["OutId"]) == (OTHER, "out-1")


async def test_with_every_number_used_up_the_first_window_that_opens_is_waited_for(provable: Bench) -> None:
    limit = {"code": "isv.BUSINESS_LIMIT_CONTROL", "count": 1}
    await provable.fault("SendSms", "code", message="触发天级流控Permits:10", **limit)
    await provable.fault("SendSms", "code", message="触发分钟级流控Permits:1", **limit)

    result = await provable.run(provable.proving.send_test, send_request(), PROVABLE_AT)

    assert (result.outcome, result.phone, result.retry_after_seconds) == (SendOutcome.QUOTA, OTHER, 60)
    assert not await provable.calls("SendSms")


async def test_a_quota_of_the_account_is_not_asked_about_with_every_number(provable: Bench) -> None:
    await provable.fault("SendSms", "code", code="isv.DAY_LIMIT_CONTROL", message="触发日发送限额")

    result = await provable.run(provable.proving.send_test, send_request(), PROVABLE_AT)

    assert (result.outcome, await provable.requests("SendSms")) == (SendOutcome.QUOTA, 1)


async def test_a_throttled_send_was_not_sent_and_is_tried_again(provable: Bench) -> None:
    await provable.fault("SendSms", "throttle", retry_after_ms=3000, count=1)

    waiting = await provable.delay(provable.proving.send_test, send_request(), PROVABLE_AT)

    assert waiting == ("PLATFORM_AWAY", 3 * SECOND)
    again = await provable.run(provable.proving.send_test, send_request(), PROVABLE_AT + 3 * SECOND, attempt=2)
    assert again.outcome is SendOutcome.ACCEPTED


@pytest.mark.parametrize("kind", ["http_500", "drop_before", "drop_after"])
async def test_nothing_is_sent_before_it_is_known_what_was_sent(provable: Bench, kind: str) -> None:
    await provable.fault("QuerySendDetails", kind)

    waiting = await provable.delay(provable.proving.send_test, send_request(), PROVABLE_AT, attempt=99)

    assert waiting == ("PLATFORM_AWAY", RETRY_MAX)
    assert await provable.calls("SendSms") == []


async def test_an_account_that_may_not_look_sends_nothing(provable: Bench) -> None:
    await provable.fault("QuerySendDetails", "code", code="isp.RAM_PERMISSION_DENY")

    result = await provable.run(provable.proving.send_test, send_request(), PROVABLE_AT)

    assert (result.outcome, result.code) == (SendOutcome.ACCOUNT, "isp.RAM_PERMISSION_DENY")
    assert await provable.calls("SendSms") == []


async def test_one_bad_number_does_not_spoil_the_others(bench: Bench) -> None:
    await bench.submit()
    proving = ProvingActivities(bench.accounts_with({Carrier.MOBILE: ["1390000", "13900000002"]}))

    bad = await bench.run(proving.send_test, send_request(), PROVABLE_AT)
    good = await bench.run(proving.send_test, send_request("out-2", avoid=[bad.phone]), PROVABLE_AT)
    receipts = await bench.run(
        proving.watch_receipts, receipt_request(accepted("out-2", PROVABLE_AT)), PROVABLE_AT + HOUR
    )

    assert bad.outcome is SendOutcome.BAD_NUMBER
    assert (good.outcome, good.phone) == (SendOutcome.ACCEPTED, OTHER)
    assert receipts.tests[0].state is SendState.DELIVERED


@pytest.mark.parametrize(("avoid", "why"), [([ONE, OTHER], "cannot receive"), ([], "has no test phone")])
async def test_without_a_number_there_is_nothing_to_send(provable: Bench, avoid: list[str], why: str) -> None:
    proving = provable.proving if avoid else ProvingActivities(provable.accounts_with({}))

    result = await provable.run(proving.send_test, send_request(avoid=avoid), PROVABLE_AT)

    assert result.outcome is SendOutcome.NO_PHONE
    assert why in result.text
    assert await provable.calls("SendSms") == []


# Receipts


async def test_a_receipt_ends_the_wait(provable: Bench) -> None:
    await provable.run(provable.proving.send_test, send_request(), PROVABLE_AT)

    outcome = await provable.run(
        provable.proving.watch_receipts, receipt_request(accepted("out-1", PROVABLE_AT)), PROVABLE_AT + 30 * SECOND
    )

    (test,) = outcome.tests
    assert (test.state, test.code, test.detail) == (SendState.DELIVERED, "DELIVERED", "")
    assert test.settled_at is not None
    assert PROVABLE_AT < test.settled_at <= PROVABLE_AT + 30 * SECOND


async def test_a_carrier_that_refused_shows_in_the_receipt(bench: Bench) -> None:
    await bench.control("PUT", "fates/云杉科技", {"mobile": "fail:SIGNATURE_ERROR"})
    await bench.submit()
    await bench.run(bench.proving.send_test, send_request(), PROVABLE_AT)

    outcome = await bench.run(
        bench.proving.watch_receipts, receipt_request(accepted("out-1", PROVABLE_AT)), PROVABLE_AT + HOUR
    )

    assert [(test.state, test.code) for test in outcome.tests] == [(SendState.FAILED, "PORT_NOT_REGISTERED")]


@pytest.mark.parametrize(
    ("age", "wait"),
    [
        (timedelta(), 30 * SECOND),
        (29 * SECOND, SECOND),
        (30 * SECOND, 90 * SECOND),
        (120 * SECOND, 480 * SECOND),
        (600 * SECOND, 3000 * SECOND),
        (5 * HOUR, HOUR),
    ],
)
async def test_a_receipt_that_does_not_come_is_looked_up_ever_less_often(
    provable: Bench, age: timedelta, wait: timedelta
) -> None:
    request = receipt_request(accepted("never-sent", PROVABLE_AT))

    assert await provable.delay(provable.proving.watch_receipts, request, PROVABLE_AT + age) == ("NOTHING_NEW", wait)


async def test_after_a_day_there_is_no_hope_for_a_receipt(provable: Bench) -> None:
    request = receipt_request(accepted("never-sent", PROVABLE_AT))

    await provable.delay(provable.proving.watch_receipts, request, PROVABLE_AT + DAY - SECOND)
    outcome = await provable.run(provable.proving.watch_receipts, request, PROVABLE_AT + DAY)

    assert [(test.state, test.settled_at) for test in outcome.tests] == [(SendState.NO_RECEIPT, PROVABLE_AT + DAY)]


async def test_an_unclear_send_is_found_by_its_out_id(provable: Bench) -> None:
    await provable.fault("SendSms", "drop_after", count=1)
    result = await provable.run(provable.proving.send_test, send_request(), PROVABLE_AT)
    assert result.outcome is SendOutcome.UNCLEAR
    unclear = accepted("out-1", PROVABLE_AT, SendState.UNCLEAR)

    waiting = await provable.run(provable.proving.watch_receipts, receipt_request(unclear), PROVABLE_AT + 5 * SECOND)
    assert [test.state for test in waiting.tests] == [SendState.ACCEPTED], "found, and its receipt still to come"

    arrived = await provable.run(
        provable.proving.watch_receipts, receipt_request(*waiting.tests), PROVABLE_AT + 60 * SECOND
    )
    assert [test.state for test in arrived.tests] == [SendState.DELIVERED]


async def test_of_several_tests_those_that_are_known_come_back(provable: Bench) -> None:
    await provable.run(provable.proving.send_test, send_request(), PROVABLE_AT)
    request = receipt_request(accepted("out-1", PROVABLE_AT), accepted("never-sent", PROVABLE_AT))

    outcome = await provable.run(provable.proving.watch_receipts, request, PROVABLE_AT + HOUR)

    assert [test.out_id for test in outcome.tests] == ["out-1"]


@pytest.mark.parametrize("fault", [{"kind": "http_500"}, {"kind": "code", "code": "isp.RAM_PERMISSION_DENY"}])
async def test_receipts_that_cannot_be_read_are_waited_for(provable: Bench, fault: dict[str, str]) -> None:
    """The message is out; giving its test up because of the account's trouble would send another."""
    await provable.fault("QuerySendDetails", **fault)
    request = receipt_request(accepted("out-1", PROVABLE_AT))

    waiting = await provable.delay(provable.proving.watch_receipts, request, PROVABLE_AT + HOUR, attempt=99)

    assert waiting == ("PLATFORM_AWAY", RETRY_MAX)


# Sent by hand, and receipts that change


async def by_hand(provable: Bench, at: datetime, out_id: str = "by-hand") -> None:
    """Somebody sends a message to a test phone from the console."""
    await provable.run(provable.proving.send_test, send_request(out_id, used={OTHER: 1}), at)


async def test_what_a_person_sent_by_hand_and_arrived_saves_a_message(provable: Bench) -> None:
    await by_hand(provable, PROVABLE_AT)

    request = send_request(hand_since=PROVABLE_AT - HOUR, own=["out-0"])
    result = await provable.run(provable.proving.send_test, request, PROVABLE_AT + HOUR)

    assert (result.outcome, result.phone) == (SendOutcome.BY_HAND, ONE)
    assert PROVABLE_AT < result.at < PROVABLE_AT + HOUR, "when it arrived"
    assert len(await provable.calls("SendSms")) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"hand_since": None},
        {"hand_since": PROVABLE_AT + SECOND},
        {"hand_since": PROVABLE_AT - HOUR, "own": ["by-hand"]},
    ],
    ids=["a person asked for one more", "it was sent before", "it is one of ours"],
)
async def test_what_does_not_count_as_sent_by_hand(provable: Bench, fields: dict[str, Any]) -> None:
    await by_hand(provable, PROVABLE_AT)

    result = await provable.run(provable.proving.send_test, send_request(**fields), PROVABLE_AT + HOUR)

    assert result.outcome is SendOutcome.ACCEPTED
    assert len(await provable.calls("SendSms")) == 2


async def test_an_accepted_message_has_the_platforms_biz_id_and_shows_its_signature(provable: Bench) -> None:
    sent = await provable.run(provable.proving.send_test, send_request(), PROVABLE_AT)
    assert sent.biz_id

    request = receipt_request(accepted("out-1", PROVABLE_AT))
    (test,) = (await provable.run(provable.proving.watch_receipts, request, PROVABLE_AT + HOUR)).tests
    assert test.shown_signature == "云杉科技"


async def test_a_receipt_that_changed_comes_back_with_the_next_look(provable: Bench) -> None:
    for number in (1, 2):
        await provable.run(provable.proving.send_test, send_request(f"out-{number}"), PROVABLE_AT + number * HOUR)
    settled = accepted("out-1", PROVABLE_AT + HOUR, SendState.DELIVERED)
    settled.settled_at = PROVABLE_AT + HOUR
    await provable.control("PUT", "receipts/out-1", {"delivered": False, "code": "NO_ROUTE"})

    request = receipt_request(accepted("out-2", PROVABLE_AT + 2 * HOUR)).model_copy(update={"settled": [settled]})
    outcome = await provable.run(provable.proving.watch_receipts, request, PROVABLE_AT + 3 * HOUR)

    assert [(test.out_id, test.state, test.code) for test in outcome.tests] == [
        ("out-2", SendState.DELIVERED, "DELIVERED"),
        ("out-1", SendState.FAILED, "NO_ROUTE"),
    ]


async def test_a_look_that_a_hint_asked_for_returns_at_once_even_with_nothing_new(provable: Bench) -> None:
    request = receipt_request().model_copy(update={"recheck": True})
    assert (await provable.run(provable.proving.watch_receipts, request, PROVABLE_AT)).tests == []


async def test_a_message_is_not_sent_where_the_verdict_is_there_already(provable: Bench) -> None:
    await provable.run(provable.proving.send_test, send_request(), PROVABLE_AT)
    request = send_request("out-2", only_while=CarrierStatus.PENDING_VERIFICATION)

    early = await provable.run(provable.proving.send_test, request, PROVABLE_AT + 2 * HOUR)
    assert early.outcome is SendOutcome.ACCEPTED, "there is none yet"
    request = request.model_copy(update={"out_id": "out-3"})
    late = await provable.run(provable.proving.send_test, request, PROVABLE_AT + 4 * DAY)

    assert (late.outcome, late.text) == (SendOutcome.NOT_DUE, "报备成功")
    assert len(await provable.calls("SendSms")) == 2
    asked = await provable.run(
        provable.proving.send_test, request.model_copy(update={"only_while": None}), PROVABLE_AT + 4 * DAY
    )
    assert asked.outcome is SendOutcome.ACCEPTED, "a person may ask for one all the same"
