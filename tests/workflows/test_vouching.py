"""A person's word where the platform gives none, on a skipping clock."""

from datetime import timedelta

from filing.record import ActionCode, Event
from filing.vocabulary import CanSend, Carrier, CarrierStatus
from tests.workflows.life import application, events_of, new_life
from tests.workflows.scenarios import HALF_A_DAY, action_on

MOBILE, UNICOM, TELECOM = Carrier
AN_HOUR = timedelta(hours=1)


async def test_a_carrier_that_cannot_report_back_is_usable_by_a_persons_word() -> None:
    async with new_life() as life:
        filing = await life.file(application(), fates={"unicom": "silent"})
        await filing.until(
            "stalled",
            lambda seen: action_on(seen, ActionCode.RESULT_STALLED) == [UNICOM],
            within=timedelta(days=60),
            step=HALF_A_DAY,
        )
        await filing.message("confirm", usable="unicom", by="Li", reason="三天正常收发")
        report = await filing.report()
        shown = report.carriers[UNICOM]
        assert shown.status is CarrierStatus.REGISTERING, "a word is no fact"
        assert shown.can_send is CanSend.BULK
        assert "Li's word" in shown.can_send_reason
        assert action_on(report, ActionCode.RESULT_STALLED) == [], "it was answered"
        (record,) = events_of(report, Event.CONFIRMED, UNICOM)
        assert (record.by, record.detail) == ("Li", "usable; 三天正常收发")

        await life.control("PUT", "/_sandbox/fates/云杉科技", {"unicom": "fail:OTHERS_ERROR"})
        report = await filing.until(
            "refused by the carrier after all",
            lambda seen: seen.carriers[UNICOM].status is CarrierStatus.FAILED,
            within=timedelta(days=10),
            step=HALF_A_DAY,
        )
        assert events_of(report, Event.OVERRULED, UNICOM)
        assert report.carriers[UNICOM].can_send is CanSend.NO
        assert report.carriers[UNICOM].usable_by_word is None
        assert "报备失败" in await filing.refused("confirm", usable="unicom")


async def test_a_message_that_a_person_saw_arrive_is_waited_on_like_a_receipt() -> None:
    async with new_life() as life:
        fates = {"mobile": "days:3", "unicom": "silent", "telecom": "silent"}
        await life.fault("SendSms", "drop_before")
        filing = await life.file(application(), fates=fates)
        report = await filing.until(
            "a test without a receipt",
            lambda seen: bool(events_of(seen, Event.TEST_NO_RECEIPT, MOBILE)),
            within=timedelta(days=20),
            step=HALF_A_DAY,
        )
        tried = len((await life.control("GET", "/_sandbox/journal?operation=SendSms"))["entries"])
        await filing.message("confirm", test_delivered="mobile", by="Li")
        report = await filing.report()
        assert report.carriers[MOBILE].deliveries_by_word == 1
        due = report.carriers[MOBILE].verdict_due_at
        assert due is None or due > await life.now()
        await life.pass_time(timedelta(hours=40))
        report = await filing.report()
        assert report.carriers[MOBILE].verdict_due_at is not None
        attempts = (await life.control("GET", "/_sandbox/journal?operation=SendSms"))["entries"]
        assert len(attempts) == tried, "the verdict is waited for, no further test goes out meanwhile"


async def test_a_word_on_a_review_is_refused_while_the_platform_gives_its_own() -> None:
    async with new_life() as life:
        filing = await life.file(application(remark="[sandbox review=reject]"))
        await filing.until("rejected", lambda seen: bool(seen.actions), within=timedelta(days=2), step=AN_HOUR)
        assert "no edit waits" in await filing.refused("confirm", review="approved")
        await filing.message("edit", set={"remark": "补充 [sandbox review=silent]"})
        await filing.until(
            "in review",
            lambda seen: seen.edit is not None and seen.edit.order_id is not None,
            within=AN_HOUR,
            step=timedelta(minutes=1),
        )
        why = await filing.refused("confirm", review="approved")
        assert "the platform shows 审核中" in why
        assert "look-now" in why
