"""Test messages when things go wrong: never twice for one intent, and nothing forgotten."""

from datetime import timedelta
from itertools import pairwise

import pytest
from temporalio.client import WorkflowUpdateFailedError

from filing.calendar import beijing_date, working_day_after
from filing.policy import DEFAULT_POLICY
from filing.record import ActionCode, Event
from filing.vocabulary import Carrier, CarrierStatus, Phase
from tests.workflows.life import Filing, Life, application, count_events, events_of, new_life
from tests.workflows.scenarios import HALF_A_DAY, action_on, in_phase

MOBILE = Carrier.MOBILE


async def filed_to_mobile_pending(life: Life) -> Filing:
    """A filing whose first carrier has just become 已报备待验证, the other two being silent."""
    return await life.file(application(), fates={"mobile": "days:3", "unicom": "silent", "telecom": "silent"})


async def until_mobile_is(filing: Filing, status: CarrierStatus, within: timedelta = timedelta(days=30)) -> None:
    await filing.until(
        f"mobile {status}", lambda seen: seen.carriers[MOBILE].status is status, within=within, step=HALF_A_DAY
    )


async def test_a_send_whose_answer_was_lost_is_found_by_its_out_id() -> None:
    async with new_life() as life:
        await life.control("POST", "/_sandbox/faults", {"operation": "SendSms", "kind": "drop_after", "count": 1})
        filing = await filed_to_mobile_pending(life)
        await until_mobile_is(filing, CarrierStatus.REGISTERED)
        report = await filing.report()
        assert events_of(report, Event.TEST_UNCLEAR, MOBILE)
        assert events_of(report, Event.TEST_DELIVERED, MOBILE)
        journal = await life.control("GET", "/_sandbox/journal?operation=SendSms")
        assert len(journal["entries"]) == 1


async def test_a_send_that_never_arrived_is_spent_and_the_next_batch_goes_out() -> None:
    async with new_life() as life:
        await life.control("POST", "/_sandbox/faults", {"operation": "SendSms", "kind": "drop_before", "count": 1})
        filing = await filed_to_mobile_pending(life)
        await until_mobile_is(filing, CarrierStatus.REGISTERED)
        report = await filing.report()
        assert events_of(report, Event.TEST_NO_RECEIPT, MOBILE)
        assert (report.carriers[MOBILE].tests_sent, report.carriers[MOBILE].tests_delivered) == (2, 1)
        sends = await life.sends()
        assert len({send["parameters"]["OutId"] for send in sends}) == len(sends) == 1


async def test_a_used_up_quota_costs_nothing_and_is_waited_for() -> None:
    async with new_life() as life:
        await life.control(
            "POST",
            "/_sandbox/faults",
            {
                "operation": "SendSms",
                "kind": "code",
                "code": "isv.BUSINESS_LIMIT_CONTROL",
                "message": "触发小时级流控Permits:5",
                "count": 2,
            },
        )
        filing = await filed_to_mobile_pending(life)
        await until_mobile_is(filing, CarrierStatus.REGISTERED)
        report = await filing.report()
        assert len(events_of(report, Event.TEST_NOT_SENT, MOBILE)) == 2
        assert report.carriers[MOBILE].tests_sent == 1
        assert not action_on(report, ActionCode.TESTS_BLOCKED)


async def test_a_platform_that_refuses_to_send_stops_the_tests_until_a_person_asks() -> None:
    async with new_life() as life:
        await life.control(
            "POST",
            "/_sandbox/faults",
            {"operation": "SendSms", "kind": "code", "code": "isv.AMOUNT_NOT_ENOUGH", "message": "账户余额不足"},
        )
        filing = await filed_to_mobile_pending(life)
        report = await filing.until(
            "blocked",
            lambda seen: bool(action_on(seen, ActionCode.TESTS_BLOCKED)),
            within=timedelta(days=14),
            step=HALF_A_DAY,
        )
        (action,) = [one for one in report.actions if one.code is ActionCode.TESTS_BLOCKED]
        assert "isv.AMOUNT_NOT_ENOUGH" in action.why
        assert "test-send 云杉科技" in action.command
        await life.pass_time(timedelta(days=7))
        attempts = await life.control("GET", "/_sandbox/journal?operation=SendSms")
        assert len(attempts["entries"]) == 1, "it does not knock on a closed door"

        await life.control("DELETE", "/_sandbox/faults")
        assert "passed on to the open round" in await filing.message("test_send", carrier="mobile")
        await until_mobile_is(filing, CarrierStatus.REGISTERED)
        assert not action_on(await filing.report(), ActionCode.TESTS_BLOCKED)


async def test_several_numbers_get_one_message_each_some_minutes_apart() -> None:
    phones = {MOBILE: ["13900000001", "13900000002", "13900000003", "13900000004"]}
    async with new_life(phones=phones) as life:
        filing = await filed_to_mobile_pending(life)
        await until_mobile_is(filing, CarrierStatus.REGISTERED)
        sends = await life.sends()
        assert [send["parameters"]["PhoneNumbers"] for send in sends] == ["139****0001", "139****0002", "139****0003"]
        times = [send["asked_at"] for send in sends]
        assert times == sorted(times)
        report = await filing.report()
        accepted = [line.at for line in events_of(report, Event.TEST_ACCEPTED, MOBILE)]
        gaps = [later - earlier for earlier, later in pairwise(accepted)]
        assert all(gap >= timedelta(minutes=10) for gap in gaps), gaps
        assert set(action_on(report, ActionCode.NO_TEST_PHONE)) == {None}, "unicom and telecom have no phone"


async def test_a_bad_number_is_not_the_signatures_fault_and_another_is_taken() -> None:
    phones = {MOBILE: ["13900000001", "13900000002"]}
    async with new_life(phones=phones) as life:
        await life.control(
            "POST",
            "/_sandbox/faults",
            {
                "operation": "SendSms",
                "kind": "code",
                "code": "isv.MOBILE_NUMBER_ILLEGAL",
                "message": "13900000001不合法",
                "count": 1,
            },
        )
        filing = await filed_to_mobile_pending(life)
        await until_mobile_is(filing, CarrierStatus.REGISTERED)
        report = await filing.report()
        assert [send["parameters"]["PhoneNumbers"] for send in await life.sends()] == ["139****0002"]
        assert "13900000001" not in report.model_dump_json()


async def test_no_phone_of_a_carrier_is_said_at_submission_and_asked_for_when_it_matters() -> None:
    async with new_life(phones={}) as life:
        filing = await filed_to_mobile_pending(life)
        early = await filing.until(
            "told at once", lambda seen: bool(seen.actions), within=timedelta(hours=1), step=timedelta(minutes=5)
        )
        assert early.phase in (Phase.CHECKING, Phase.IN_REVIEW)
        (action,) = early.actions
        assert action.code is ActionCode.NO_TEST_PHONE
        assert "移动 mobile, 联通 unicom, 电信 telecom" in action.why
        late = await filing.until(
            "asked for by the round",
            lambda seen: MOBILE in action_on(seen, ActionCode.NO_TEST_PHONE),
            within=timedelta(days=14),
            step=HALF_A_DAY,
        )
        assert late.carriers[MOBILE].tests_sent == 0


async def test_tests_stop_when_the_budget_of_the_round_is_spent() -> None:
    async with new_life() as life:
        # Messages are accepted and never delivered, so that no verdict comes.
        filing = await life.file(application(), fates={"mobile": "days:3", "unicom": "silent", "telecom": "silent"})
        await life.control(
            "POST",
            "/_sandbox/faults",
            {"operation": "SendSms", "kind": "drop_before"},
        )
        report = await filing.until(
            "budget spent",
            lambda seen: bool(action_on(seen, ActionCode.TESTS_SPENT)),
            within=timedelta(days=60),
            step=HALF_A_DAY,
        )
        assert report.carriers[MOBILE].tests_sent == 12
        await life.pass_time(timedelta(days=5))
        assert (await filing.report()).carriers[MOBILE].tests_sent == 12


@pytest.mark.parametrize("status", ["registered", "failed"])
async def test_a_person_may_test_outside_a_round(status: str) -> None:
    fate = "days:2" if status == "registered" else "fail:OTHERS_ERROR"
    async with new_life() as life:
        filing = await life.file(application(), fates={"mobile": fate, "unicom": "silent", "telecom": "silent"})
        wanted = CarrierStatus.REGISTERED if status == "registered" else CarrierStatus.FAILED
        await until_mobile_is(filing, wanted)
        before = len(await life.sends())
        assert "one message is being sent" in await filing.message("test_send", carrier="mobile")
        await life.pass_time(timedelta(hours=30))
        sends = await life.sends()
        assert len(sends) == before + 1
        assert len({send["parameters"]["OutId"] for send in sends}) == len(sends)
        report = await filing.report()
        assert report.carriers[MOBILE].tests_delivered == (2 if status == "registered" else 0)


async def test_keep_alive_sends_once_at_the_last_warning_and_the_filing_lives_on() -> None:

    async with new_life() as life:
        policy = DEFAULT_POLICY.model_copy(update={"keep_alive": True})
        filing = await life.file(
            application(), policy, fates={"mobile": "days:2", "unicom": "days:2", "telecom": "days:2"}
        )
        await filing.until("active", in_phase(Phase.ACTIVE), within=timedelta(days=30), step=HALF_A_DAY)
        await life.pass_time(timedelta(days=230))
        report = await filing.report()
        assert report.phase is Phase.ACTIVE
        assert len(events_of(report, Event.KEEP_ALIVE)) == 3
        assert len(await life.sends()) == 6
        assert not action_on(report, ActionCode.EXPIRY_NEAR)


async def test_a_message_to_a_carrier_in_registration_does_not_keep_the_round_busy() -> None:
    """A receipt that never comes holds the batch for a day; nothing may spin meanwhile."""
    async with new_life() as life:
        filing = await filed_to_mobile_pending(life)
        await filing.until("filing", in_phase(Phase.FILING), within=timedelta(days=2), step=timedelta(hours=6))
        await life.control("POST", "/_sandbox/faults", {"operation": "SendSms", "kind": "drop_before", "count": 1})
        await life.pass_time(timedelta(days=1))
        await filing.message("test_send", carrier="mobile")
        await until_mobile_is(filing, CarrierStatus.REGISTERED)
        assert count_events(await filing.round_history(MOBILE)).total() <= 80


async def test_a_paused_filing_stops_a_batch_in_the_middle_and_goes_on_later() -> None:
    phones = {MOBILE: ["13900000001", "13900000002", "13900000003"]}
    async with new_life(phones=phones) as life:
        # Far enough apart that an hour's step cannot pass over the whole batch.
        policy = DEFAULT_POLICY.model_copy(update={"tests_apart": timedelta(hours=3)})
        fates = {"mobile": "days:3", "unicom": "silent", "telecom": "silent"}
        filing = await life.file(application(), policy, fates=fates)
        while not await life.sends():
            await life.pass_time(timedelta(hours=1))
        await filing.message("pause")
        before = len(await life.sends())
        assert before < 3
        await life.pass_time(timedelta(days=3))
        assert len(await life.sends()) == before
        await filing.message("resume")
        await until_mobile_is(filing, CarrierStatus.REGISTERED)


async def test_the_budget_of_the_round_bounds_a_batch_over_many_numbers() -> None:
    phones = {MOBILE: ["13900000001", "13900000002", "13900000003"]}
    async with new_life(phones=phones) as life:
        policy = DEFAULT_POLICY.model_copy(update={"tests_per_round": 4})
        await life.control("POST", "/_sandbox/faults", {"operation": "SendSms", "kind": "drop_before"})
        fates = {"mobile": "days:3", "unicom": "silent", "telecom": "silent"}
        filing = await life.file(application(), policy, fates=fates)
        await filing.until(
            "budget spent",
            lambda seen: bool(action_on(seen, ActionCode.TESTS_SPENT)),
            within=timedelta(days=40),
            step=HALF_A_DAY,
        )
        assert (await filing.report()).carriers[MOBILE].tests_sent == 4


async def test_nobody_tests_beyond_the_days_budget() -> None:
    async with new_life() as life:
        filing = await life.file(application(), fates={"mobile": "days:2", "unicom": "silent", "telecom": "silent"})
        await until_mobile_is(filing, CarrierStatus.REGISTERED)
        # Not across the Beijing midnight, at which a new day's budget begins.
        while (await life.now()).hour != 1:
            await life.pass_time(timedelta(minutes=30))
        before = len(await life.sends())
        for _ in range(3):
            await filing.message("test_send", carrier="mobile")
            await life.pass_time(timedelta(minutes=5))
        with pytest.raises(WorkflowUpdateFailedError) as failure:
            await filing.message("test_send", carrier="mobile")
        assert "3 test messages went to" in str(failure.value.cause)
        assert len(await life.sends()) == before + 3


async def test_a_round_cancelled_by_hand_while_it_proves_goes_on_proving() -> None:
    async with new_life() as life:
        await life.control("POST", "/_sandbox/faults", {"operation": "SendSms", "kind": "drop_before", "count": 1})
        filing = await filed_to_mobile_pending(life)
        await filing.until(
            "sending",
            lambda seen: bool(events_of(seen, Event.STATUS_CHANGED, MOBILE)[1:]),
            within=timedelta(days=14),
            step=timedelta(hours=1),
        )
        await life.env.client.get_workflow_handle(f"{filing.handle.id}/mobile/1").cancel()
        await until_mobile_is(filing, CarrierStatus.REGISTERED)
        assert events_of(await filing.report(), Event.ROUND_BROKEN, MOBILE)
        sends = await life.sends()
        assert len({send["parameters"]["OutId"] for send in sends}) == len(sends)


async def test_what_is_asked_of_a_round_that_ends_is_sent_all_the_same() -> None:
    async with new_life() as life:
        await life.control(
            "POST",
            "/_sandbox/faults",
            {
                "operation": "SendSms",
                "kind": "code",
                "code": "isv.DAY_LIMIT_CONTROL",
                "message": "触发日发送限额",
                "count": 1,
            },
        )
        fates = {"mobile": "fail:OTHERS_ERROR", "unicom": "silent", "telecom": "silent"}
        filing = await life.file(application(), fates=fates)
        await filing.until("filing", in_phase(Phase.FILING), within=timedelta(days=2), step=timedelta(hours=6))
        # The carrier answers before the quota's window opens.
        while not await _answers_tomorrow(filing):
            await life.pass_time(timedelta(hours=2))
        await filing.message("test_send", carrier="mobile")
        await until_mobile_is(filing, CarrierStatus.FAILED)
        await life.pass_time(timedelta(days=2))
        assert len(await life.sends()) == 1


async def _answers_tomorrow(filing: Filing) -> bool:
    """Whether the sandbox's carrier answers within a day; it takes seven working days."""
    submitted_at = (await filing.report()).carriers[MOBILE].submitted_at
    assert submitted_at is not None
    answers_on = working_day_after(beijing_date(submitted_at), 7)
    return beijing_date(await filing.life.now()) >= answers_on - timedelta(days=1)
