"""Receipts that change, messages that people send by hand, and callbacks that only ever make the filing look."""

from datetime import datetime, timedelta

from filing.readiness import Outlook
from filing.record import ActionCode, Event
from filing.round_state import SendState
from filing.vocabulary import CanSend, Carrier, CarrierStatus, Phase
from gateway.aliyun import AliyunAccess, AliyunGateway
from tests.workflows.life import PHONES, Filing, Life, application, events_of, new_life
from tests.workflows.scenarios import HALF_A_DAY, action_on

MOBILE = Carrier.MOBILE
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LONELY = {"mobile": "days:3", "unicom": "silent", "telecom": "silent"}
"""移动 answers early, the others never."""


async def until_mobile_is(filing: Filing, status: CarrierStatus, step: timedelta = HALF_A_DAY) -> None:
    await filing.until(
        f"mobile {status}",
        lambda seen: seen.carriers[MOBILE].status is status,
        within=timedelta(days=30),
        step=step,
    )


async def send_by_hand(life: Life, at: datetime, out_id: str = "by-hand") -> None:
    """Somebody sends a message to the test phone from the console."""
    access = AliyunAccess(
        endpoint=life.sandbox.endpoint,
        protocol="http",
        access_key_id="sandbox-key",
        access_key_secret="sandbox-secret",
    )
    await AliyunGateway(access, clock_header=lambda: at).send_test(
        phone=PHONES[MOBILE][0],
        sign_name="云杉科技",
        template_code="SMS_900002",
        template_params={},
        out_id=out_id,
    )


async def hint(filing: Filing, **fields: object) -> None:
    at = (await filing.life.now()).isoformat()
    await filing.handle.signal("hint", {"at": at, **fields})


async def test_a_round_whose_verdict_is_late_counts_what_a_person_sent_meanwhile() -> None:
    """Three days without a verdict: before the next batch goes out, what arrived by hand is found."""
    async with new_life() as life:
        await life.fault(
            "SendSms", "code", code="isv.BUSINESS_LIMIT_CONTROL", message="触发小时级流控Permits:5", count=1
        )
        filing = await life.file(application(), fates=LONELY)
        await until_mobile_is(filing, CarrierStatus.PENDING_VERIFICATION, step=timedelta(minutes=10))
        assert not await life.sends(), "the first message met a quota, and waits an hour"
        await send_by_hand(life, await life.now())

        await until_mobile_is(filing, CarrierStatus.REGISTERED)

        report = await filing.report()
        assert report.carriers[MOBILE].delivered_by_hand == 1
        assert report.carriers[MOBILE].tests_sent == 0
        assert [call["parameters"]["OutId"] for call in await life.sends()] == ["by-hand"], "ours was saved"
        (line,) = events_of(report, Event.TEST_DELIVERED, MOBILE)
        assert line.detail == "139****0001 sent by hand"


async def test_a_receipt_that_turns_to_failed_is_taken_back_after_a_hint() -> None:
    async with new_life() as life:
        filing = await life.file(application(), fates=LONELY)
        await until_mobile_is(filing, CarrierStatus.PENDING_VERIFICATION, step=HOUR)
        await life.pass_time(HOUR)
        (sent,) = await life.sends()
        out_id = sent["parameters"]["OutId"]
        await life.control("PUT", f"/_sandbox/receipts/{out_id}", {"delivered": False, "code": "NO_ROUTE"})

        await hint(filing, kind="receipt", out_id=out_id)
        await life.pass_time(timedelta(minutes=5))

        report = await filing.report()
        (test,) = report.carriers[MOBILE].tests
        assert (test.state, test.code) == (SendState.FAILED, "NO_ROUTE")
        assert [line.event for line in report.records if line.event in (Event.TEST_DELIVERED, Event.TEST_FAILED)] == [
            Event.TEST_DELIVERED,
            Event.TEST_FAILED,
        ]
        await life.pass_time(2 * DAY)
        assert len(await life.sends()) > 1, "with nothing that arrived the next batch goes out"


async def test_codes_about_the_filing_are_asked_about_and_a_message_that_arrives_settles_it() -> None:
    async with new_life() as life:
        filing = await life.file(application(), fates=LONELY)
        await until_mobile_is(filing, CarrierStatus.PENDING_VERIFICATION, step=HOUR)
        (sent,) = await life.sends()
        out_id = sent["parameters"]["OutId"]
        await life.control("PUT", f"/_sandbox/receipts/{out_id}", {"delivered": False, "code": "PORT_NOT_REGISTERED"})
        await hint(filing, kind="receipt", out_id=out_id)
        await life.pass_time(timedelta(minutes=5))

        report = await filing.report()
        assert action_on(report, ActionCode.RECEIPTS_DOUBT) == [MOBILE]
        assert "PORT_NOT_REGISTERED, none delivered" in report.actions[0].why
        assert report.carriers[MOBILE].tests[0].api_request_id

        await life.pass_time(2 * DAY)
        report = await filing.report()
        assert report.carriers[MOBILE].tests_delivered == 1, "the next day's message arrived"
        assert not action_on(report, ActionCode.RECEIPTS_DOUBT)


async def test_a_receipt_that_turns_after_the_verdict_closes_the_gate_again() -> None:
    async with new_life() as life:
        filing = await life.file(application(), fates=LONELY)
        await until_mobile_is(filing, CarrierStatus.REGISTERED)
        assert (await filing.report()).carriers[MOBILE].tests_delivered == 1
        (sent,) = await life.sends()
        out_id = sent["parameters"]["OutId"]
        await life.control("PUT", f"/_sandbox/receipts/{out_id}", {"delivered": False})

        for _ in range(3):
            await hint(filing, kind="receipt", out_id=out_id)
        await life.pass_time(timedelta(minutes=5))

        report = await filing.report()
        assert report.carriers[MOBILE].tests_delivered == 0
        assert report.carriers[MOBILE].can_send_reason.endswith("0 of 3 delivered lately")
        assert len(events_of(report, Event.TEST_FAILED, MOBILE)) == 1


async def test_hints_never_change_a_status_and_a_flood_of_them_is_ignored() -> None:
    async with new_life() as life:
        filing = await life.file(application(), fates=LONELY)
        await filing.until("filing", lambda seen: seen.phase is Phase.FILING, within=DAY, step=HOUR)
        before = await life.calls("GetSmsSign")

        for number in range(60):
            await hint(filing, kind="review", order_id=str(number), says="rejected", words="forged")
            await life.pass_time(timedelta(seconds=10))

        report = await filing.report()
        assert report.phase is Phase.FILING
        assert not report.review.reasons
        assert not action_on(report, ActionCode.REVIEW_REJECTED)
        assert len(await life.calls("GetSmsSign")) - len(before) <= 31
        await filing.handle.signal("hint", {"kind": 5})
        assert (await filing.report()).phase is Phase.FILING


async def test_a_test_shows_its_steps_apart() -> None:
    async with new_life() as life:
        filing = await life.file(application(), fates=LONELY)
        await until_mobile_is(filing, CarrierStatus.REGISTERED)

        (test,) = (await filing.report()).carriers[MOBILE].tests

        assert test.biz_id
        assert test.accepted_at is not None
        assert test.receipt_at is not None
        assert test.asked_at <= test.accepted_at < test.receipt_at
        assert test.shown_signature == "云杉科技"
        assert PHONES[MOBILE][0] not in test.model_dump_json()


async def test_a_carrier_that_failed_and_takes_messages_all_the_same_is_noticed() -> None:
    async with new_life() as life:
        fates = {"mobile": "fail:REGISTER_TIMEOUT", "unicom": "silent", "telecom": "silent"}
        filing = await life.file(application(), fates=fates)
        await until_mobile_is(filing, CarrierStatus.FAILED)
        await filing.message("test_send", carrier="mobile")
        await life.pass_time(HOUR)
        (sent,) = await life.sends()
        await life.control("PUT", f"/_sandbox/receipts/{sent['parameters']['OutId']}", {"delivered": True})
        await hint(filing, kind="receipt", out_id=sent["parameters"]["OutId"])
        await life.pass_time(timedelta(minutes=5))

        report = await filing.report()
        assert len(events_of(report, Event.WORKS_ANYWAY, MOBILE)) == 1
        assert report.carriers[MOBILE].can_send is CanSend.TRIAL
        assert report.carriers[MOBILE].status is CarrierStatus.FAILED


async def test_failures_that_jump_are_noticed_within_a_week_and_dated() -> None:
    async with new_life() as life:
        filing = await life.file(application(), fates=dict.fromkeys(Carrier, "days:3"))
        await filing.until("active", lambda seen: seen.phase is Phase.ACTIVE, within=timedelta(days=30), step=DAY)
        jumped_on = (await life.now()).date()
        for number in range(12):
            await send_by_hand(life, await life.now() + timedelta(seconds=number), out_id=f"bulk-{number}")
            await life.control("PUT", f"/_sandbox/receipts/bulk-{number}", {"delivered": False, "code": "NO_ROUTE"})

        report = await filing.until(
            "noticed",
            lambda seen: bool(action_on(seen, ActionCode.FAILURES_JUMPED)),
            within=timedelta(days=8),
            step=DAY,
        )

        (line,) = events_of(report, Event.FAILURES_JUMPED)
        assert f"since {jumped_on}" in line.detail
        assert report.phase is Phase.ACTIVE, "statistics set no status"


async def test_a_day_that_cannot_be_met_is_told_at_once_and_one_that_can_is_met() -> None:
    async with new_life() as life:
        today = (await life.now()).date()
        late = await life.file(application(needed_by=today + timedelta(days=3)), fates=LONELY)
        await life.pass_time(HOUR)
        report = await late.report()
        assert report.readiness.outlook is Outlook.CANNOT_BE
        (action,) = [action for action in report.actions if action.code is ActionCode.GO_LIVE_AT_RISK]
        assert "cannot be" in action.why
        await late.message("release")

    async with new_life() as life:
        today = (await life.now()).date()
        filing = await life.file(application(needed_by=today + timedelta(days=60)))
        await filing.until("active", lambda seen: seen.phase is Phase.ACTIVE, within=timedelta(days=40), step=DAY)
        report = await filing.report()
        assert report.readiness.outlook is Outlook.READY
        assert not events_of(report, Event.GO_LIVE_AT_RISK)
