"""Test messages when things go wrong: never twice for one intent, and nothing forgotten."""

from datetime import timedelta
from itertools import pairwise

import pytest

from filing.policy import DEFAULT_POLICY
from filing.state import ActionCode, Event
from filing.vocabulary import Carrier, CarrierStatus, Phase
from tests.workflows.life import Filing, Life, application, events_of, new_life
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
