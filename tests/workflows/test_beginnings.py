"""How filings begin: qualifications that are not good enough yet, refusals, and signatures that exist already."""

from datetime import timedelta

import pytest

from filing.calendar import beijing_date
from filing.record import ActionCode, Event
from filing.vocabulary import Carrier, CarrierStatus, Phase, ReviewStatus
from tests.workflows.life import application, events_of, new_life
from tests.workflows.scenarios import HALF_A_DAY, action_on, in_phase

AN_HOUR = timedelta(hours=1)


def qualification(state: str) -> dict[str, object]:
    """A stock document with one more qualification of the sandbox."""
    return {
        "qualifications": [
            {
                "QualificationGroupId": 910001,
                "QualificationName": "云杉资质",
                "CompanyName": "杭州云杉科技有限公司",
                "OrganizationCode": "91330100MA2EXAMPLE",
                "LegalPersonName": "某某",
                "UseBySelf": True,
                "WorkOrderId": 1,
                "State": state,
            }
        ]
    }


async def test_a_qualification_under_review_is_waited_for() -> None:
    async with new_life() as life:
        await life.control("POST", "/_sandbox/stock", qualification("INT"))
        filing = await life.file(application(qualification_id=910001))
        report = await filing.until("said", lambda seen: bool(seen.findings), within=AN_HOUR, step=timedelta(minutes=5))
        assert report.phase is Phase.CHECKING
        assert "QUALIFICATION_IN_REVIEW" in [finding.code for finding in report.findings]
        assert not report.actions, "nobody has to do anything"
        await life.pass_time(timedelta(days=2))
        assert len(events_of(await filing.report(), Event.CHECK_FAILED)) == 1, "said once, however often it is read"

        await life.control("POST", "/_sandbox/stock", qualification("PASSED"))
        report = await filing.until("submitted", in_phase(Phase.FILING), within=timedelta(days=2), step=AN_HOUR)
        assert not action_on(report, ActionCode.FIX_APPLICATION)


async def test_every_finding_is_told_at_once_and_nothing_is_submitted() -> None:
    async with new_life() as life:
        filing = await life.file(application("测试", company_name="别的公司", qualification_id=900004))
        report = await filing.until("said", lambda seen: bool(seen.actions), within=AN_HOUR, step=timedelta(minutes=5))
        (action,) = report.actions
        for told in ("must not contain 测试 or test", "审核通过", "a part of it without skipped"):
            assert told in action.why
        assert (await life.control("GET", "/_sandbox/journal?operation=CreateSmsSign"))["entries"] == []
        assert await filing.message("release")
        assert (await filing.handle.result())["phase"] == "RELEASED"


async def test_a_submission_that_is_refused_waits_for_a_person() -> None:
    async with new_life() as life:
        await life.control(
            "POST",
            "/_sandbox/faults",
            {"operation": "CreateSmsSign", "kind": "code", "code": "InvalidSignName", "message": "名称不合规"},
        )
        filing = await life.file(application())
        report = await filing.until("said", lambda seen: bool(seen.actions), within=AN_HOUR, step=timedelta(minutes=5))
        assert action_on(report, ActionCode.SUBMIT_REFUSED) == [None]
        assert "InvalidSignName: 名称不合规" in report.actions[0].why
        await life.control("DELETE", "/_sandbox/faults")
        await filing.message("look_now")
        report = await filing.until("filing", in_phase(Phase.FILING), within=timedelta(days=2), step=AN_HOUR)
        assert not report.actions


async def test_a_submission_whose_answer_was_lost_is_not_written_twice() -> None:
    async with new_life() as life:
        await life.control("POST", "/_sandbox/faults", {"operation": "CreateSmsSign", "kind": "drop_after", "count": 1})
        filing = await life.file(application())
        report = await filing.until("filing", in_phase(Phase.FILING), within=timedelta(days=2), step=AN_HOUR)
        journal = await life.control("GET", "/_sandbox/journal?operation=CreateSmsSign")
        assert len(journal["entries"]) == 1
        assert not report.adopted, "what the filing created itself is no stock"
        assert report.review.order_id


async def test_an_existing_signature_is_adopted_as_it_stands() -> None:
    async with new_life() as life:
        began = await life.now() - timedelta(days=5)
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
                            "mobile": {"status": 3, "completed_at": began.isoformat()},
                            "unicom": {"status": 0, "reason": "SIGNATURE_ERROR", "completed_at": began.isoformat()},
                            "telecom": {"status": -1},
                        },
                    }
                ]
            },
        )
        filing = await life.file(application())
        report = await filing.until(
            "adopted",
            lambda seen: seen.review.status is ReviewStatus.APPROVED,
            within=AN_HOUR,
            step=timedelta(minutes=5),
        )
        assert report.adopted
        assert report.review.order_id == "10000000042"
        assert report.carriers[Carrier.MOBILE].status is CarrierStatus.REGISTERED
        assert report.carriers[Carrier.MOBILE].round == 0, "what is registered needs no round"
        assert action_on(report, ActionCode.FILING_FAILED) == [Carrier.UNICOM]
        telecom = report.carriers[Carrier.TELECOM]
        assert telecom.round_open
        assert telecom.dates_estimated, "nobody knows when its filing began"
        assert telecom.submitted_at is not None
        assert abs(telecom.submitted_at - began) < timedelta(seconds=1)
        assert (await life.control("GET", "/_sandbox/journal?operation=CreateSmsSign"))["entries"] == []


async def test_a_signature_that_vanishes_is_asked_about_and_never_resubmitted() -> None:
    async with new_life() as life:
        filing = await life.file(application())
        await filing.until("filing", in_phase(Phase.FILING), within=timedelta(days=2), step=AN_HOUR)
        await life.control(
            "POST",
            "/_sandbox/faults",
            {"operation": "GetSmsSign", "kind": "code", "code": "SignatureNotFound", "message": "签名不存在"},
        )
        report = await filing.until(
            "gone", lambda seen: bool(action_on(seen, ActionCode.GONE)), within=timedelta(days=5), step=HALF_A_DAY
        )
        assert len(events_of(report, Event.GONE)) == 1
        await life.control("DELETE", "/_sandbox/faults")
        report = await filing.until(
            "found again",
            lambda seen: bool(events_of(seen, Event.FOUND_AGAIN)),
            within=timedelta(days=5),
            step=HALF_A_DAY,
        )
        assert not action_on(report, ActionCode.GONE)
        assert len((await life.control("GET", "/_sandbox/journal?operation=CreateSmsSign"))["entries"]) == 1


async def test_wrong_credentials_are_an_action_and_cure_themselves() -> None:
    async with new_life() as life:
        filing = await life.file(application())
        await filing.until("filing", in_phase(Phase.FILING), within=timedelta(days=2), step=AN_HOUR)
        await life.control(
            "POST",
            "/_sandbox/faults",
            {"operation": "GetSmsSign", "kind": "code", "code": "isp.RAM_PERMISSION_DENY", "message": "RAM权限不足"},
        )
        report = await filing.until(
            "said",
            lambda seen: bool(action_on(seen, ActionCode.FIX_ACCOUNT)),
            within=timedelta(days=3),
            step=HALF_A_DAY,
        )
        assert "isp.RAM_PERMISSION_DENY" in report.actions[0].why
        await life.pass_time(timedelta(days=2))
        assert len(events_of(await filing.report(), Event.READ_REFUSED)) == 1
        await life.control("DELETE", "/_sandbox/faults")
        await filing.until("cured", lambda seen: not seen.actions, within=timedelta(days=2), step=HALF_A_DAY)


async def test_no_answer_of_a_carrier_after_approval_is_asked_about() -> None:
    """未报备 that stays after the approval: nobody started the filing."""
    async with new_life() as life:
        began = await life.now() - timedelta(days=5)
        await life.control(
            "POST",
            "/_sandbox/stock",
            {
                "signatures": [
                    {
                        "sign_name": "云杉科技",
                        "created_at": began.isoformat(),
                        "audited_at": began.isoformat(),
                        "material": {"QualificationId": 900001},
                        "carriers": {carrier.value: {"status": -2, "reason": "UNBINDING_QUA"} for carrier in Carrier},
                    }
                ]
            },
        )
        filing = await life.file(application())
        report = await filing.until(
            "asked", lambda seen: bool(action_on(seen, ActionCode.NOT_FILED)), within=timedelta(days=3), step=HALF_A_DAY
        )
        assert set(action_on(report, ActionCode.NOT_FILED)) == set(Carrier)
        assert report.phase is Phase.INACTIVE
        assert "编辑签名" in report.actions[0].what


@pytest.mark.parametrize("message", ["release", "pause"])
async def test_a_submission_that_waits_for_the_platform_is_called_off(message: str) -> None:
    async with new_life() as life:
        await life.control("POST", "/_sandbox/faults", {"operation": "CreateSmsSign", "kind": "throttle"})
        filing = await life.file(application())
        await life.pass_time(timedelta(minutes=30))
        await filing.message(message)
        await life.control("DELETE", "/_sandbox/faults")
        await life.pass_time(timedelta(hours=3))
        created = await life.control("GET", "/_sandbox/journal?operation=CreateSmsSign")
        assert [entry for entry in created["entries"] if entry["code"] == "OK"] == []
        report = await filing.report()
        assert not events_of(report, Event.SUBMITTED)
        if message == "pause":
            await filing.message("resume")
            await filing.until("filing", in_phase(Phase.FILING), within=timedelta(days=2), step=AN_HOUR)


async def test_a_submission_refused_for_the_account_goes_on_once_that_is_mended() -> None:
    async with new_life() as life:
        fault = {"operation": "CreateSmsSign", "kind": "code", "code": "isp.RAM_PERMISSION_DENY", "message": "no"}
        await life.control("POST", "/_sandbox/faults", fault)
        filing = await life.file(application())
        report = await filing.until("said", lambda seen: bool(seen.actions), within=AN_HOUR, step=timedelta(minutes=5))
        assert action_on(report, ActionCode.FIX_ACCOUNT) == [None]
        await life.pass_time(timedelta(days=2))
        assert len(events_of(await filing.report(), Event.SUBMIT_REFUSED)) == 1
        await life.control("DELETE", "/_sandbox/faults")
        report = await filing.until("filing", in_phase(Phase.FILING), within=timedelta(days=2), step=AN_HOUR)
        assert not report.actions


async def test_an_adopted_signature_in_use_is_not_called_lapsed() -> None:
    """Nobody knows its traffic before the adoption but the statistics."""
    async with new_life() as life:
        here = await life.now()
        await life.control(
            "POST",
            "/_sandbox/stock",
            {
                "signatures": [
                    {
                        "sign_name": "云杉科技",
                        "created_at": (here - timedelta(days=241)).isoformat(),
                        "audited_at": (here - timedelta(days=240)).isoformat(),
                        "material": {"QualificationId": 900002},
                        "carriers": {
                            carrier.value: {"status": 3, "completed_at": (here - timedelta(days=240)).isoformat()}
                            for carrier in Carrier
                        },
                        "sent": [
                            {"phone": "13900000001", "at": (here - timedelta(days=days)).isoformat()}
                            for days in (100, 10, 2)
                        ],
                    }
                ]
            },
        )
        filing = await life.file(application())
        report = await filing.until(
            "traffic found",
            lambda seen: bool(events_of(seen, Event.TRAFFIC_SEEN)),
            within=timedelta(days=1),
            step=timedelta(minutes=30),
        )
        assert report.last_traffic_on == beijing_date(here - timedelta(days=2))
        assert not events_of(report, Event.EXPIRY_DATE_PASSED)
        assert action_on(report, ActionCode.ADOPTED_DIFFERS) == [None], "it rests on another qualification"


async def test_a_platform_whose_refusals_differ_only_in_words_is_not_asked_without_pause() -> None:
    async with new_life() as life:
        filing = await life.file(application())
        await filing.until("filing", in_phase(Phase.FILING), within=timedelta(days=2), step=AN_HOUR)
        for number in range(30):
            await life.control(
                "POST",
                "/_sandbox/faults",
                {
                    "operation": "GetSmsSign",
                    "kind": "code",
                    "code": "isp.RAM_PERMISSION_DENY",
                    "message": f"refused at {number}",
                    "count": 1,
                },
            )
        await life.pass_time(timedelta(days=1))
        assert len(events_of(await filing.report(), Event.READ_REFUSED)) <= 2
