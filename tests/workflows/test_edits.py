"""Editing and filing again on a skipping clock: what an operator does when a filing did not go well."""

from datetime import timedelta

import pytest

from filing.amendment import AmendmentStage
from filing.policy import DEFAULT_POLICY
from filing.record import ActionCode, Event
from filing.report import FilingReport
from filing.vocabulary import Carrier, CarrierStatus, FilingWay, Phase, ReviewStatus
from sandbox.rules import Rules
from tests.workflows.life import Filing, Life, application, events_of, new_life
from tests.workflows.scenarios import A_DAY, HALF_A_DAY, action_on, in_phase

MOBILE, UNICOM, TELECOM = Carrier
AN_HOUR = timedelta(hours=1)
TELECOM_FAILS = "用于通知 [sandbox telecom=fail:QUALIFICATION_ERROR]"
ALL_REGISTERED = dict.fromkeys(Carrier, CarrierStatus.REGISTERED)


def statuses(report: FilingReport) -> dict[Carrier, CarrierStatus]:
    return {carrier: shown.status for carrier, shown in report.carriers.items()}


def stage(report: FilingReport) -> AmendmentStage | None:
    return report.edit.stage if report.edit else None


async def with_telecom_failed(life: Life) -> Filing:
    """A filing that registered with two carriers and failed at the third."""
    filing = await life.file(application(remark=TELECOM_FAILS))
    wanted = {**ALL_REGISTERED, TELECOM: CarrierStatus.FAILED}
    await filing.until(
        "two registered, one failed",
        lambda seen: statuses(seen) == wanted and seen.phase is Phase.ACTIVE,
        within=timedelta(days=40),
        step=HALF_A_DAY,
    )
    return filing


async def until_all_registered(filing: Filing) -> FilingReport:
    return await filing.until(
        "all registered",
        lambda seen: statuses(seen) == ALL_REGISTERED and seen.phase is Phase.ACTIVE,
        within=timedelta(days=60),
        step=HALF_A_DAY,
    )


async def until_stage(filing: Filing, wanted: AmendmentStage, within: timedelta = timedelta(days=5)) -> FilingReport:
    return await filing.until(f"edit {wanted}", lambda seen: stage(seen) is wanted, within=within, step=AN_HOUR)


async def test_an_edit_cures_a_failed_carrier_and_files_all_three_again() -> None:
    async with new_life() as life:
        filing = await with_telecom_failed(life)
        why = await filing.refused("edit", set={"remark": "用于通知"})
        assert "移动 mobile 联通 unicom 报备成功 could be lost" in why
        assert "last traffic 20" in why
        assert "--accept-reset mobile,unicom" in why

        answer = await filing.message("edit", set={"remark": "用于通知"}, accept_reset=["mobile", "unicom"])
        assert "UpdateSmsSign" in answer
        report = await until_stage(filing, AmendmentStage.APPROVED)
        assert report.edit is not None
        (write,) = await life.calls("UpdateSmsSign")
        assert write["parameters"]["Remark"] == "用于通知"
        assert report.application.remark == "用于通知"
        assert report.review.order_id == report.edit.order_id

        report = await until_all_registered(filing)
        assert not report.actions
        assert [shown.round for shown in report.carriers.values()] == [2, 2, 2]
        sends = await life.sends()
        assert len(sends) == 5, "two carriers were proven twice, one once"
        assert len({send["parameters"]["OutId"] for send in sends}) == 5
        assert "remark" in events_of(report, Event.EDIT_SUBMITTED)[0].detail


async def test_carriers_that_the_platform_leaves_alone_stay_as_they_are() -> None:
    async with new_life(rules=Rules(edit_resets_carriers=False)) as life:
        filing = await with_telecom_failed(life)
        before = await filing.report()
        await filing.message("edit", set={"remark": "用于通知"}, accept_reset=["mobile", "unicom"])
        report = await until_all_registered(filing)
        assert [shown.round for shown in report.carriers.values()] == [1, 1, 2]
        for carrier in (MOBILE, UNICOM):
            assert report.carriers[carrier].verified_at == before.carriers[carrier].verified_at
            assert len(events_of(report, Event.ROUND_STARTED, carrier)) == 1
        assert len(await life.sends()) == 3


async def test_a_rejected_edit_is_an_action_and_the_old_filing_goes_on() -> None:
    async with new_life() as life:
        filing = await with_telecom_failed(life)
        before = await filing.report()
        remark = "用于通知 [sandbox review=reject]"
        await filing.message("edit", set={"remark": remark}, accept_reset=["mobile", "unicom"])
        report = await until_stage(filing, AmendmentStage.REJECTED)
        assert action_on(report, ActionCode.EDIT_REJECTED) == [None]
        assert report.application == before.application
        assert statuses(report) == statuses(before)
        assert report.phase is Phase.ACTIVE
        assert report.expires_at == before.expires_at

        await filing.message("edit", set={"remark": "用于通知"}, accept_reset=["mobile", "unicom"])
        report = await until_all_registered(filing)
        assert not report.actions


async def test_a_rejected_edit_that_never_shows_is_asked_about_and_answered_by_a_person() -> None:
    async with new_life(rules=Rules(edit_shows_in_review=False)) as life:
        filing = await with_telecom_failed(life)
        remark = "用于通知 [sandbox review=reject]"
        await filing.message("edit", set={"remark": remark}, accept_reset=["mobile", "unicom"])
        report = await filing.until(
            "asked",
            lambda seen: bool(action_on(seen, ActionCode.EDIT_UNANSWERED)),
            within=timedelta(days=6),
            step=HALF_A_DAY,
        )
        assert stage(report) is AmendmentStage.IN_REVIEW
        assert report.review.status is ReviewStatus.APPROVED, "the platform shows nothing of it"
        (action,) = [one for one in report.actions if one.code is ActionCode.EDIT_UNANSWERED]
        assert "confirm 云杉科技 --account acme review approved" in action.command
        await life.pass_time(timedelta(days=5))
        assert len(events_of(await filing.report(), Event.EDIT_UNANSWERED)) == 1, "asked once"

        assert "审核中" in await filing.refused("edit", set={"remark": "再试"}, accept_reset=["mobile", "unicom"])
        await filing.message("confirm", review="rejected", by="Li", reason="材料不清晰")
        report = await filing.report()
        assert stage(report) is AmendmentStage.REJECTED
        assert report.edit is not None
        assert (report.edit.ended_by, report.edit.words) == ("Li", "材料不清晰")
        assert action_on(report, ActionCode.EDIT_REJECTED) == [None]
        assert report.application.remark == TELECOM_FAILS


async def test_a_persons_word_is_overruled_by_the_platform() -> None:
    async with new_life(rules=Rules(edit_shows_in_review=False)) as life:
        filing = await with_telecom_failed(life)
        await filing.message("edit", set={"remark": "用于通知"}, accept_reset=["mobile", "unicom"])
        await filing.until(
            "handed in", lambda seen: stage(seen) is AmendmentStage.IN_REVIEW, within=AN_HOUR, step=timedelta(minutes=1)
        )
        await filing.message("confirm", review="rejected", by="Li")
        assert stage(await filing.report()) is AmendmentStage.REJECTED
        report = await until_stage(filing, AmendmentStage.APPROVED)
        assert events_of(report, Event.OVERRULED)
        assert report.application.remark == "用于通知"
        report = await until_all_registered(filing)
        assert not report.actions


@pytest.mark.parametrize("shows", [True, False])
async def test_an_edit_whose_answer_was_lost_is_never_written_twice(shows: bool) -> None:
    async with new_life(rules=Rules(edit_shows_in_review=shows)) as life:
        filing = await with_telecom_failed(life)
        await life.fault("UpdateSmsSign", "drop_after", count=1)
        await filing.message("edit", set={"remark": "用于通知"}, accept_reset=["mobile", "unicom"])
        report = await until_stage(filing, AmendmentStage.APPROVED)
        assert events_of(report, Event.EDIT_UNCLEAR)
        assert report.edit is not None
        assert report.edit.order_id, "known once the platform shows it"
        await until_all_registered(filing)
        journal = await life.control("GET", "/_sandbox/journal?operation=UpdateSmsSign")
        assert len(journal["entries"]) == 1


async def test_an_edit_that_never_arrived_is_written_again_only_on_a_persons_word() -> None:
    async with new_life() as life:
        filing = await with_telecom_failed(life)
        await life.fault("UpdateSmsSign", "drop_before", count=1)
        await filing.message("edit", set={"remark": "用于通知"}, accept_reset=["mobile", "unicom"])
        report = await filing.until(
            "asked",
            lambda seen: bool(action_on(seen, ActionCode.EDIT_UNCLEAR)),
            within=AN_HOUR,
            step=timedelta(minutes=1),
        )
        (action,) = [one for one in report.actions if one.code is ActionCode.EDIT_UNCLEAR]
        assert "review not_received" in action.command
        await life.pass_time(timedelta(hours=5))
        assert len((await life.control("GET", "/_sandbox/journal?operation=UpdateSmsSign"))["entries"]) == 1

        await filing.message("confirm", review="not_received", by="Li")
        report = await until_stage(filing, AmendmentStage.APPROVED)
        assert not action_on(report, ActionCode.EDIT_UNCLEAR)
        assert len(await life.calls("UpdateSmsSign")) == 1


async def test_a_platform_that_refuses_an_edit_is_an_action_and_nothing_changed() -> None:
    async with new_life() as life:
        filing = await with_telecom_failed(life)
        before = await filing.report()
        await life.fault("UpdateSmsSign", "code", code="SmsSignNotAuthorized", message="不在授权范围内", count=1)
        await filing.message("edit", set={"remark": "用于通知"}, accept_reset=["mobile", "unicom"])
        report = await until_stage(filing, AmendmentStage.REFUSED)
        (action,) = [one for one in report.actions if one.code is ActionCode.EDIT_REFUSED]
        assert "SmsSignNotAuthorized: 不在授权范围内" in action.why
        assert report.application == before.application
        # A qualification that is not approved is found before the platform is bothered.
        await filing.message("edit", set={"qualification_id": 900003}, accept_reset=["mobile", "unicom"])
        report = await filing.until(
            "refused again",
            lambda seen: len(events_of(seen, Event.EDIT_REFUSED)) == 2,
            within=AN_HOUR,
            step=timedelta(minutes=1),
        )
        assert "QUALIFICATION_IN_REVIEW" in events_of(report, Event.EDIT_REFUSED)[1].detail
        assert await life.calls("UpdateSmsSign") == []
        await filing.message("edit", withdraw=True)
        assert action_on(await filing.report(), ActionCode.EDIT_REFUSED) == []


async def test_a_rejected_signature_is_edited_until_it_is_approved() -> None:
    async with new_life() as life:
        filing = await life.file(application(remark="[sandbox review=reject]"))
        await filing.until("rejected", in_phase(Phase.REJECTED), within=timedelta(days=2), step=AN_HOUR)
        await filing.message("edit", set={"remark": "补充材料 [sandbox review=reject]"})
        report = await until_stage(filing, AmendmentStage.REJECTED)
        assert action_on(report, ActionCode.REVIEW_REJECTED) == [None]
        assert action_on(report, ActionCode.EDIT_REJECTED) == [], "asked once"
        assert report.application.remark.startswith("补充材料"), "the next edit builds on it"
        await filing.message("edit", set={"remark": "补充材料"})
        report = await until_all_registered(filing)
        assert not report.actions
        assert [shown.round for shown in report.carriers.values()] == [1, 1, 1]


async def test_two_edits_wait_as_one_until_nothing_is_in_progress() -> None:
    async with new_life() as life:
        filing = await life.file(application())
        await filing.until("filing", in_phase(Phase.FILING), within=timedelta(days=2), step=AN_HOUR)
        why = await filing.refused("edit", set={"remark": "一"})
        assert "报备中, result due" in why
        assert "报备期间不可编辑签名" in why
        assert why.endswith("--set remark=一 --when-settled")

        await filing.message("edit", set={"remark": "一"}, when_settled=True, accept_reset=["mobile"])
        answer = await filing.message(
            "edit", set={"remark": "二", "app_link": "https://a.example/x"}, when_settled=True
        )
        assert "merged" in answer
        report = await filing.report()
        assert action_on(report, ActionCode.EDIT_QUEUED) == [None]
        report = await filing.until(
            "waits for a word",
            lambda seen: any("your word" in action.why for action in seen.actions),
            within=timedelta(days=40),
            step=HALF_A_DAY,
        )
        assert await life.calls("UpdateSmsSign") == [], "registered carriers are not given up in silence"
        await filing.message("edit", accept_reset="unicom,telecom")
        report = await until_stage(filing, AmendmentStage.APPROVED)
        (write,) = await life.calls("UpdateSmsSign")
        assert write["parameters"]["Remark"] == "二"
        assert report.application.app_link == "https://a.example/x"
        assert not action_on(report, ActionCode.EDIT_QUEUED)


async def test_an_edit_before_the_submission_changes_what_is_submitted() -> None:
    async with new_life() as life:
        filing = await life.file(application(qualification_id=900004))
        await filing.until("asked", lambda seen: bool(seen.actions), within=AN_HOUR, step=timedelta(minutes=5))
        await filing.message("edit", set={"qualification_id": 900001})
        report = await filing.until("filing", in_phase(Phase.FILING), within=timedelta(days=2), step=AN_HOUR)
        assert not report.actions
        (created,) = await life.calls("CreateSmsSign")
        assert created["parameters"]["QualificationId"] == "900001"
        assert await life.calls("UpdateSmsSign") == []


async def test_what_the_platform_is_not_told_changes_at_once() -> None:
    async with new_life() as life:
        filing = await life.file(application())
        await filing.until("filing", in_phase(Phase.FILING), within=timedelta(days=2), step=AN_HOUR)
        await filing.message("edit", set={"needed_by": "2030-01-01"})
        report = await filing.report()
        assert str(report.application.needed_by) == "2030-01-01"
        assert report.edit is None
        assert "nothing would change" in await filing.refused("edit", set={"needed_by": "2030-01-01"})


async def test_an_edit_that_is_approved_while_a_test_is_sent_supersedes_the_round() -> None:
    phones = {MOBILE: [f"1390000000{n}" for n in range(1, 4)], UNICOM: ["18600000001"], TELECOM: ["18900000001"]}
    async with new_life(phones=phones) as life:
        policy = DEFAULT_POLICY.model_copy(update={"tests_apart": timedelta(hours=6)})
        await life.control(
            "PUT", "/_sandbox/fates/云杉科技", {"mobile": "days:2", "unicom": "days:1", "telecom": "days:1"}
        )
        filing = await life.file(application(), policy)
        while not [send for send in await life.sends() if send["parameters"]["PhoneNumbers"].startswith("139")]:
            await life.pass_time(AN_HOUR)
        assert statuses(await filing.report())[MOBILE] is CarrierStatus.PENDING_VERIFICATION
        registered = [c for c, status in statuses(await filing.report()).items() if status is CarrierStatus.REGISTERED]
        await filing.message("edit", set={"remark": "改"}, accept_reset=registered)
        sent = len(await life.sends())
        assert "nothing is sent" in await filing.refused("test_send", carrier="mobile")
        report = await until_stage(filing, AmendmentStage.APPROVED)
        assert len(await life.sends()) <= sent + 1, "nothing but what was on its way goes out during the review"
        report = await until_all_registered(filing)
        assert events_of(report, Event.ROUND_ENDED, MOBILE)[0].detail == "SUPERSEDED"
        assert report.carriers[MOBILE].round == 2
        sends = await life.sends()
        assert len({send["parameters"]["OutId"] for send in sends}) == len(sends)


@pytest.mark.parametrize("reason", ["NO_SEND_RECORD", "EXT_CODE_RECYCLE", "SUBPORT_RECYCLE"])
@pytest.mark.parametrize("way", list(FilingWay))
async def test_what_lapsed_is_filed_again_by_each_way(way: FilingWay, reason: str) -> None:
    async with new_life() as life:
        await stock(life, telecom={"status": 2, "reason": reason})
        policy = DEFAULT_POLICY.model_copy(update={"refile_by": way})
        filing = await life.file(application(), policy)
        await filing.until(
            "expired",
            lambda seen: action_on(seen, ActionCode.FILING_EXPIRED) == [TELECOM],
            within=AN_HOUR,
            step=timedelta(minutes=5),
        )
        accepted = [] if way is FilingWay.CONSOLE else ["mobile", "unicom"]
        answer = await filing.message("refile", carrier="telecom", reason="还要用", accept_reset=accepted)
        if way is FilingWay.CONSOLE:
            report = await filing.report()
            (action,) = [one for one in report.actions if one.code is ActionCode.REFILE_IN_CONSOLE]
            assert "国内消息 > 签名管理 > 【云杉科技】 > 运营商报备结果 > 详情 > 报备" in action.what
            await life.pass_time(A_DAY)
            await life.click_report("云杉科技", TELECOM)
        else:
            for carrier in Carrier:
                assert carrier.label in answer, "every carrier that is affected is named"
        report = await until_all_registered(filing)
        assert not report.actions
        rounds = [shown.round for shown in report.carriers.values()]
        assert rounds == ([0, 0, 1] if way is FilingWay.CONSOLE else [1, 1, 1])


async def test_a_lapsed_signature_lives_again() -> None:
    async with new_life() as life:
        filing = await life.file(application())
        await until_all_registered(filing)
        await filing.until("lapsed", in_phase(Phase.INACTIVE), within=timedelta(days=220), step=timedelta(days=3))
        await filing.message("refile", reason="旺季")
        report = await until_all_registered(filing)
        assert [shown.round for shown in report.carriers.values()] == [2, 2, 2]
        assert not report.actions
        assert len(await life.sends()) == 6


async def stock(life: Life, **carriers: dict[str, object]) -> None:
    """A signature that exists already, 报备成功 with the carriers that are not named."""
    began = await life.now() - timedelta(days=5)
    done = {"status": 3, "completed_at": began.isoformat()}
    await life.control(
        "POST",
        "/_sandbox/stock",
        {
            "signatures": [
                {
                    "sign_name": "云杉科技",
                    "created_at": (began - timedelta(hours=3)).isoformat(),
                    "audited_at": began.isoformat(),
                    "order_id": "10000000042",
                    "material": {"QualificationId": 900001},
                    "carriers": {
                        carrier.value: {"completed_at": began.isoformat(), **carriers.get(carrier.value, done)}
                        for carrier in Carrier
                    },
                }
            ]
        },
    )
