"""How filings end, in every phase, and how one begins where an earlier one ended; on a skipping clock."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from temporalio.client import WorkflowFailureError

from filing.messages import EarlierFiling, FilingResult
from filing.record import ActionCode, Event
from filing.vocabulary import Carrier, CarrierStatus, Phase, ReviewStatus
from gateway.aliyun import AliyunAccess, AliyunGateway
from tests.workflows.life import Filing, Life, application, events_of, new_life
from tests.workflows.scenarios import HALF_A_DAY, action_on, happy, in_phase
from tests.workflows.test_edits import AN_HOUR, TELECOM_FAILS, until_all_registered

MOBILE, UNICOM, TELECOM = Carrier


async def checking(life: Life) -> Filing:
    filing = await life.file(application(qualification_id=900004))
    await filing.until("asked", lambda seen: bool(seen.actions), within=AN_HOUR, step=timedelta(minutes=5))
    return filing


async def in_review(life: Life) -> Filing:
    filing = await life.file(application(remark="[sandbox review=silent]"))
    await filing.until("in review", in_phase(Phase.IN_REVIEW), within=HALF_A_DAY, step=timedelta(minutes=5))
    return filing


async def rejected(life: Life) -> Filing:
    filing = await life.file(application(remark="[sandbox review=reject]"))
    await filing.until("rejected", in_phase(Phase.REJECTED), within=timedelta(days=2), step=AN_HOUR)
    return filing


async def filing_now(life: Life) -> Filing:
    filing = await life.file(application())
    await filing.until("filing", in_phase(Phase.FILING), within=timedelta(days=2), step=AN_HOUR)
    return filing


async def active(life: Life) -> Filing:
    filing = await happy(life, carriers="days:2")
    await life.pass_time(timedelta(days=60))
    return filing


async def inactive(life: Life) -> Filing:
    remark = "[sandbox mobile=fail:OTHERS_ERROR unicom=fail:OTHERS_ERROR telecom=fail:SIGNATURE_ERROR]"
    filing = await life.file(application(remark=remark))
    await filing.until("inactive", in_phase(Phase.INACTIVE), within=timedelta(days=30), step=HALF_A_DAY)
    return filing


PHASES: dict[str, Callable[[Life], Awaitable[Filing]]] = {
    "CHECKING": checking,
    "IN_REVIEW": in_review,
    "REJECTED": rejected,
    "FILING": filing_now,
    "ACTIVE": active,
    "INACTIVE": inactive,
}


@pytest.mark.parametrize("phase", PHASES)
async def test_release_ends_a_filing_in_every_phase_and_deletes_nothing(phase: str) -> None:
    async with new_life() as life:
        filing = await PHASES[phase](life)
        await filing.message("release", reason="不再使用")
        result = FilingResult.model_validate(await filing.handle.result())
        assert result.phase == Phase.RELEASED
        assert await life.calls("DeleteSmsSign") == []


@pytest.mark.parametrize("phase", ["REJECTED", "FILING", "ACTIVE", "INACTIVE"])
async def test_delete_ends_a_filing_and_the_signature(phase: str) -> None:
    async with new_life() as life:
        filing = await PHASES[phase](life)
        assert "confirm says 云杉" in await filing.refused("delete", confirm="云杉")
        await filing.message("delete", confirm="云杉科技", reason="换名")
        result = FilingResult.model_validate(await filing.handle.result())
        assert result.phase == Phase.DELETED
        assert events_of(await filing.report(), Event.DELETED)[0].by == "tester"
        assert len(await life.calls("DeleteSmsSign")) == 1
        report = await filing.report()
        assert report.actions == []
        assert not any(shown.round_open for shown in report.carriers.values())


@pytest.mark.parametrize(("phase", "why"), [("CHECKING", "nothing was submitted"), ("IN_REVIEW", "not while 审核中")])
async def test_what_cannot_be_deleted_is_refused_with_the_rule(phase: str, why: str) -> None:
    async with new_life() as life:
        filing = await PHASES[phase](life)
        assert why in await filing.refused("delete", confirm="云杉科技")
        assert await life.calls("DeleteSmsSign") == []


async def test_traffic_of_late_forbids_a_deletion_unless_it_is_forced() -> None:
    async with new_life() as life:
        filing = await happy(life, carriers="days:2")
        why = await filing.refused("delete", confirm="云杉科技")
        assert "there was traffic on" in why
        assert why.endswith("delete 云杉科技 --account acme --confirm 云杉科技 --force")
        # Traffic that the filing does not know of is found in the statistics.
        await life.pass_time(timedelta(days=45))
        await _send_as_somebody_else(life)
        await filing.message("delete", confirm="云杉科技")
        report = await filing.until(
            "refused",
            lambda seen: bool(action_on(seen, ActionCode.DELETE_REFUSED)),
            within=AN_HOUR,
            step=timedelta(minutes=1),
        )
        assert "TRAFFIC: there was traffic on" in report.actions[0].why
        assert not report.phase.closed
        await filing.message("delete", confirm="云杉科技", force=True)
        assert FilingResult.model_validate(await filing.handle.result()).phase == Phase.DELETED


async def _send_as_somebody_else(life: Life) -> None:
    """A message under the signature that no filing sent."""
    at = await life.now()
    access = AliyunAccess(life.sandbox.endpoint, "http", "sandbox-key", "sandbox-secret")
    await AliyunGateway(access, clock_header=lambda: at).send_test(
        phone="13900000009",
        sign_name="云杉科技",
        template_code="SMS_900001",
        template_params={"code": "1"},
        out_id="by-hand",
    )


async def test_another_signature_of_the_same_name_is_not_deleted() -> None:
    async with new_life() as life:
        filing = await happy(life, carriers="days:2")
        await life.pass_time(timedelta(days=45))
        # Deleted and created anew in the console, which the filing does not see between two looks.
        created_at = (await life.now() - timedelta(days=1)).isoformat()
        await life.control(
            "POST", "/_sandbox/stock", {"signatures": [{"sign_name": "云杉科技", "created_at": created_at}]}
        )
        await filing.message("delete", confirm="云杉科技", force=True)
        report = await filing.until(
            "refused",
            lambda seen: bool(action_on(seen, ActionCode.DELETE_REFUSED)),
            within=AN_HOUR,
            step=timedelta(minutes=1),
        )
        assert "not the one meant" in events_of(report, Event.DELETE_REFUSED)[0].detail
        assert await life.calls("DeleteSmsSign") == []


async def test_a_signature_that_is_gone_already_counts_as_deleted() -> None:
    async with new_life() as life:
        filing = await PHASES["FILING"](life)
        await life.fault("GetSmsSign", "code", code="SignatureNotFound", message="签名不存在")
        await filing.until(
            "gone", lambda seen: bool(action_on(seen, ActionCode.GONE)), within=timedelta(days=5), step=HALF_A_DAY
        )
        await filing.message("delete", confirm="云杉科技")
        assert FilingResult.model_validate(await filing.handle.result()).phase == Phase.DELETED
        assert "knew it no more" in events_of(await filing.report(), Event.DELETED)[0].detail


async def test_a_deletion_that_the_platform_refuses_is_an_action_and_the_filing_goes_on() -> None:
    async with new_life() as life:
        filing = await PHASES["FILING"](life)
        await life.fault("DeleteSmsSign", "code", code="isv.ERROR_SIGN_NOT_DELETE", message="不可删除", count=1)
        await filing.message("delete", confirm="云杉科技")
        report = await filing.until(
            "refused",
            lambda seen: bool(action_on(seen, ActionCode.DELETE_REFUSED)),
            within=AN_HOUR,
            step=timedelta(minutes=1),
        )
        assert "isv.ERROR_SIGN_NOT_DELETE: 不可删除" in report.actions[0].why
        await until_all_registered(filing)


async def test_a_deletion_whose_answer_was_lost_is_found_out() -> None:
    async with new_life() as life:
        filing = await PHASES["FILING"](life)
        await life.fault("DeleteSmsSign", "drop_after", count=1)
        await filing.message("delete", confirm="云杉科技")
        assert FilingResult.model_validate(await filing.handle.result()).phase == Phase.DELETED
        journal = await life.control("GET", "/_sandbox/journal?operation=DeleteSmsSign")
        assert len(journal["entries"]) == 1


async def test_deleting_drops_the_edit_that_waits() -> None:
    async with new_life() as life:
        filing = await PHASES["FILING"](life)
        await filing.message("edit", set={"remark": "等"}, when_settled=True)
        await filing.message("delete", confirm="云杉科技")
        await filing.handle.result()
        report = await filing.report()
        assert events_of(report, Event.EDIT_DROPPED)
        assert report.queued_edit is None
        assert await life.calls("UpdateSmsSign") == []


@pytest.mark.parametrize("how", ["cancel", "terminate"])
async def test_what_the_web_ui_ends_deletes_nothing_and_can_be_filed_on(how: str) -> None:
    async with new_life() as life:
        first = await PHASES["FILING"](life)
        before = await first.report()
        if how == "cancel":
            await first.handle.cancel()
            with pytest.raises(WorkflowFailureError):
                await first.handle.result()
        else:
            await first.handle.terminate("by hand")
        # Its rounds may still be ending, and nobody told the new filing of them.
        again = await life.file(application())
        report = await until_all_registered(again)
        assert report.adopted
        assert [shown.round for shown in report.carriers.values()] == [2, 2, 2], "no number is used twice"
        assert before.workflow_id == report.workflow_id
        sends = await life.sends()
        assert len({send["parameters"]["OutId"] for send in sends}) == len(sends)
        assert await life.calls("DeleteSmsSign") == []
        assert len(await life.calls("CreateSmsSign")) == 1


async def test_a_name_that_was_deleted_can_be_filed_anew_with_its_records() -> None:
    async with new_life() as life:
        first = await PHASES["ACTIVE"](life)
        await first.message("delete", confirm="云杉科技")
        result = FilingResult.model_validate(await first.handle.result())
        assert result.rounds == dict.fromkeys(Carrier, 1)

        again = await life.file(application(), earlier=EarlierFiling(rounds=result.rounds, records=result.records))
        report = await until_all_registered(again)
        assert not report.adopted
        assert [shown.round for shown in report.carriers.values()] == [2, 2, 2]
        assert len(events_of(report, Event.OPENED)) == 2
        assert len(events_of(report, Event.DELETED)) == 1
        sends = await life.sends()
        assert len({send["parameters"]["OutId"] for send in sends}) == len(sends) == 6


async def test_a_new_signature_takes_the_place_of_an_old_one() -> None:
    async with new_life() as life:
        old = await life.file(application(remark=TELECOM_FAILS))
        await old.until(
            "two registered",
            lambda seen: seen.phase is Phase.ACTIVE and seen.carriers[TELECOM].status is CarrierStatus.FAILED,
            within=timedelta(days=40),
            step=HALF_A_DAY,
        )
        new = await life.file(application("杭州云杉"))
        assert "takes the place of 【云杉科技】" in await new.message(
            "replace", old="云杉科技", carriers="mobile,unicom"
        )
        await new.until("filing", in_phase(Phase.FILING), within=timedelta(days=2), step=AN_HOUR)
        assert action_on(await old.report(), ActionCode.REPLACED) == []
        report = await old.until(
            "may go",
            lambda seen: bool(action_on(seen, ActionCode.REPLACED)),
            within=timedelta(days=40),
            step=HALF_A_DAY,
        )
        (action,) = [one for one in report.actions if one.code is ActionCode.REPLACED]
        assert "【杭州云杉】 is usable" in action.why
        shown = await new.report()
        assert {shown.carriers[c].status for c in (MOBILE, UNICOM)} == {CarrierStatus.REGISTERED}
        assert len(events_of(shown, Event.REPLACEMENT_READY)) == 1
        await old.message("release")
        await old.handle.result()
        assert not (await new.report()).phase.closed


async def test_news_of_a_superseded_round_change_nothing() -> None:
    async with new_life() as life:
        filing = await happy(life, carriers="days:2")
        await life.click_report("云杉科技", MOBILE)
        await filing.message("look_now")
        report = await filing.until(
            "second round",
            lambda seen: seen.carriers[MOBILE].round == 2 and seen.carriers[MOBILE].round_open,
            within=AN_HOUR,
            step=timedelta(minutes=5),
        )
        late = {
            "state": {
                "carrier": "mobile",
                "round": 1,
                "status": "FAILED",
                "observed_at": "2020-01-01T00:00:00Z",
                **dict.fromkeys(("submitted_at", "faster_at", "due_at", "stalled_at"), "2020-01-01T00:00:00Z"),
                "outcome": "FAILED",
            }
        }
        await filing.handle.signal("round_news", late)
        await filing.handle.signal("status_changed", late)
        after = await filing.report()
        assert after.carriers == report.carriers
        await until_all_registered(filing)


async def test_a_hint_in_the_very_moment_of_a_change_starts_one_round() -> None:
    async with new_life() as life:
        filing = await life.file(application())
        await filing.until("in review", in_phase(Phase.IN_REVIEW), within=HALF_A_DAY, step=timedelta(minutes=5))
        while (await filing.report()).review.status is not ReviewStatus.APPROVED:
            await asyncio.gather(filing.message("look_now"), filing.handle.signal("look_now"))
            await life.pass_time(timedelta(minutes=7))
        await asyncio.gather(*(filing.message("look_now") for _ in range(5)))
        report = await until_all_registered(filing)
        for carrier in Carrier:
            assert len(events_of(report, Event.ROUND_STARTED, carrier)) == 1
