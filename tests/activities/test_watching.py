from datetime import datetime, timedelta

import pytest
from temporalio.exceptions import ApplicationError

from activities.watching import REFUSED_READ_AGAIN, WatchActivities
from filing.calendar import beijing_date, beijing_midnight, deadline_after
from filing.policy import DEFAULT_POLICY
from filing.requests import HealthPlan, ReadStep, TrafficRequest
from filing.snapshot import FailureJump, SignatureSnapshot
from filing.vocabulary import Carrier, CarrierStatus, ReviewStatus
from tests.activities.bench import (
    ACCOUNT,
    APPROVED_AT,
    DAY,
    HOUR,
    PROVABLE_AT,
    RETRY_MAX,
    START,
    Bench,
    send_request,
    watch_request,
)

HOURLY = [[ReadStep(since=START - DAY, every_seconds=3600)]]


def statuses(snapshot: SignatureSnapshot | None) -> list[CarrierStatus]:
    assert snapshot is not None
    return [snapshot.reading(carrier).status for carrier in Carrier]


async def seen(bench: Bench, at: datetime) -> SignatureSnapshot:
    outcome = await bench.run(bench.watching.watch_signature, watch_request(), at)
    assert outcome.snapshot is not None
    return outcome.snapshot


def traffic_request(since: datetime = START) -> TrafficRequest:
    return TrafficRequest(
        account=ACCOUNT, sign_name="云杉科技", since=since, retry_max_seconds=RETRY_MAX.total_seconds()
    )


async def test_the_first_look_comes_back_whatever_it_shows(bench: Bench) -> None:
    unknown = await bench.run(bench.watching.watch_signature, watch_request())
    assert unknown.snapshot is not None
    assert not unknown.snapshot.found

    await bench.submit()
    outcome = await bench.run(bench.watching.watch_signature, watch_request(), START + HOUR)
    assert outcome.snapshot is not None
    assert outcome.snapshot.review is ReviewStatus.IN_REVIEW
    assert outcome.observed_at == START + HOUR
    assert outcome.dates is None, "no carrier is being filed yet"


async def test_a_signature_goes_its_way_through_review_filing_and_proof(bench: Bench) -> None:
    await bench.submit()

    filing = await bench.run(bench.watching.watch_signature, watch_request(), APPROVED_AT)
    assert statuses(filing.snapshot) == [CarrierStatus.REGISTERING] * 3
    assert filing.dates is not None
    assert filing.dates.submitted_at == APPROVED_AT
    assert filing.dates.due_at == deadline_after(APPROVED_AT, DEFAULT_POLICY.result_due).at
    assert filing.dates.stalled_at == deadline_after(APPROVED_AT, DEFAULT_POLICY.result_stalled).at
    assert not filing.dates.estimated

    assert statuses(await seen(bench, PROVABLE_AT)) == [CarrierStatus.PENDING_VERIFICATION] * 3


async def test_while_nothing_changes_it_waits_as_the_plan_says(bench: Bench) -> None:
    await bench.submit()
    known = await seen(bench, APPROVED_AT)

    request = watch_request(known=known, plans=HOURLY)
    assert await bench.delay(bench.watching.watch_signature, request, APPROVED_AT) == ("NOTHING_NEW", HOUR)

    soon = watch_request(known=known, plans=HOURLY, moments=[APPROVED_AT + timedelta(minutes=5)])
    assert await bench.delay(bench.watching.watch_signature, soon, APPROVED_AT) == (
        "NOTHING_NEW",
        timedelta(minutes=5),
    )


async def test_the_web_ui_can_show_what_the_last_look_found(bench: Bench) -> None:
    await bench.submit()
    request = watch_request(known=await seen(bench, APPROVED_AT), plans=HOURLY)

    with pytest.raises(ApplicationError, match="审核通过; 移动报备中 联通报备中 电信报备中"):
        await bench.run(bench.watching.watch_signature, request, APPROVED_AT)


async def test_one_carrier_that_changes_ends_the_wait(bench: Bench) -> None:
    await bench.control("PUT", "fates/云杉科技", {"mobile": "days:3", "unicom": "silent", "telecom": "silent"})
    await bench.submit()
    request = watch_request(known=await seen(bench, APPROVED_AT), plans=HOURLY)

    outcome = await bench.run(bench.watching.watch_signature, request, APPROVED_AT + 7 * DAY)

    assert statuses(outcome.snapshot) == [CarrierStatus.PENDING_VERIFICATION, *[CarrierStatus.REGISTERING] * 2]


async def test_an_adopted_signature_counts_from_its_audit_and_says_that_it_guesses(bench: Bench) -> None:
    audited_at = START - 30 * DAY
    stock = {
        "signatures": [
            {
                "sign_name": "云杉科技",
                "created_at": (audited_at - DAY).isoformat(),
                "audited_at": audited_at.isoformat(),
                "carriers": {"mobile": {"status": -1}, "unicom": {"status": 3}, "telecom": {"status": 3}},
            }
        ]
    }
    await bench.control("POST", "stock", stock)

    adopted = await bench.run(bench.watching.watch_signature, watch_request(adopted=True))
    own = await bench.run(bench.watching.watch_signature, watch_request(adopted=False))

    assert adopted.dates is not None
    assert adopted.dates.submitted_at == audited_at
    assert adopted.dates.due_at == deadline_after(audited_at, DEFAULT_POLICY.result_due).at
    assert adopted.dates.estimated
    assert own.dates is not None
    assert own.dates.submitted_at == START
    assert not own.dates.estimated


async def test_dates_beyond_the_published_holidays_are_estimates(bench: Bench) -> None:
    december = START.replace(month=12, day=15)
    await bench.submit(december)

    outcome = await bench.run(bench.watching.watch_signature, watch_request(), december + 3 * HOUR)

    assert outcome.dates is not None
    assert outcome.dates.due_at < START.replace(month=12, day=31)
    assert outcome.dates.stalled_at.year == 2027
    assert outcome.dates.estimated


async def test_a_refusal_is_told_once_and_then_asked_hourly_until_it_is_lifted(bench: Bench) -> None:
    await bench.submit()
    stranger = WatchActivities(bench.accounts_with(access_key_secret="wrong"))

    told = await bench.run(stranger.watch_signature, watch_request())
    assert told.refusal is not None
    assert told.refusal.account
    assert told.snapshot is None

    known = await seen(bench, START)
    waiting = watch_request(known=known, known_refusal=told.refusal, plans=HOURLY)
    assert await bench.delay(stranger.watch_signature, waiting) == ("NOTHING_NEW", REFUSED_READ_AGAIN)

    lifted = await bench.run(bench.watching.watch_signature, waiting)
    assert lifted.snapshot == known, "told although the snapshot is known, so that the filing takes its action back"


@pytest.mark.parametrize("kind", ["http_503", "drop_before", "garbage"])
async def test_a_platform_that_is_away_is_waited_out(bench: Bench, kind: str) -> None:
    await bench.submit()
    await bench.fault("*", kind)

    for method, request in (
        (bench.watching.watch_signature, watch_request(plans=HOURLY)),
        (bench.watching.read_last_traffic, traffic_request()),
    ):
        what, wait = await bench.delay(method, request, attempt=1000)  # type: ignore[arg-type]  # each with its own request
        assert (what, wait) == ("PLATFORM_AWAY", RETRY_MAX)


async def test_the_last_traffic_is_the_beginning_of_its_beijing_day(bench: Bench) -> None:
    await bench.submit()
    assert (await bench.run(bench.watching.read_last_traffic, traffic_request(), PROVABLE_AT)).traffic_at is None

    for days, out_id in enumerate(("out-1", "out-2")):
        sent_at = PROVABLE_AT + days * DAY
        await bench.run(bench.proving.send_test, send_request(out_id), sent_at)
    outcome = await bench.run(bench.watching.read_last_traffic, traffic_request(), PROVABLE_AT + 9 * DAY)

    assert outcome.traffic_at == beijing_midnight(beijing_date(PROVABLE_AT + DAY))
    assert outcome.traffic_at <= PROVABLE_AT + DAY, "never later than the message itself"


@pytest.mark.parametrize("since", [START, PROVABLE_AT, PROVABLE_AT + 9 * DAY])
async def test_traffic_of_the_day_it_is_asked_on_counts(bench: Bench, since: datetime) -> None:
    await bench.submit()
    at = PROVABLE_AT + 9 * DAY
    await bench.run(bench.proving.send_test, send_request(search_from=at), at)

    assert (await bench.run(bench.watching.read_last_traffic, traffic_request(since), at)).traffic_at is not None


async def test_statistics_that_are_refused_are_no_traffic_and_no_failure(bench: Bench) -> None:
    await bench.fault("QuerySendStatistics", "code", code="isp.RAM_PERMISSION_DENY")

    outcome = await bench.run(bench.watching.read_last_traffic, traffic_request())

    assert outcome.traffic_at is None


# How messages fare, while the filing is quiet

HEALTH = HealthPlan(alarm=0.2, least=3)


async def traffic(bench: Bench, delivered: int, failed: int, on: datetime) -> None:
    """A registered signature with messages of a day, some of which failed."""
    phones = [f"139000000{number:02}" for number in range(delivered + failed)]
    sent = [
        {"phone": phone, "at": on.isoformat(), "delivered": number < delivered} for number, phone in enumerate(phones)
    ]
    await bench.stock(3, START - 30 * DAY, sent=sent)


async def test_failures_that_jump_bring_the_reader_back(bench: Bench) -> None:
    await traffic(bench, 1, 4, START - DAY)
    known = await seen(bench, START)

    outcome = await bench.run(
        bench.watching.watch_signature, watch_request(known=known, health=HEALTH, plans=HOURLY), START
    )

    assert outcome.health is not None
    assert outcome.health.jump is not None
    assert (outcome.health.jump.since, outcome.health.jump.failed) == (beijing_date(START - DAY), 4)
    again = watch_request(known=known, plans=HOURLY, health=HEALTH.model_copy(update={"known": outcome.health.jump}))
    assert (await bench.delay(bench.watching.watch_signature, again, START))[1] == HOUR, "it is known"


async def test_failures_that_are_over_bring_it_back_once_more(bench: Bench) -> None:
    await traffic(bench, 5, 0, START - DAY)
    known = await seen(bench, START)
    jump = FailureJump(since=beijing_date(START - 20 * DAY), rate=0.9, failed=9, answered=10)

    outcome = await bench.run(
        bench.watching.watch_signature,
        watch_request(known=known, plans=HOURLY, health=HEALTH.model_copy(update={"known": jump})),
        START,
    )

    assert outcome.health is not None
    assert outcome.health.jump is None


async def test_statistics_that_cannot_be_read_hold_nothing_up(bench: Bench) -> None:
    await traffic(bench, 1, 4, START - DAY)
    known = await seen(bench, START)
    await bench.fault("QuerySendStatistics", "http_500")

    request = watch_request(known=known, health=HEALTH, plans=HOURLY)
    assert (await bench.delay(bench.watching.watch_signature, request, START))[1] == HOUR


async def test_statistics_are_not_read_while_anything_is_filed(bench: Bench) -> None:
    await bench.submit()
    known = await seen(bench, APPROVED_AT)
    request = watch_request(known=known, health=HEALTH, plans=HOURLY)
    await bench.delay(bench.watching.watch_signature, request, APPROVED_AT)
    assert await bench.requests("QuerySendStatistics") == 0
