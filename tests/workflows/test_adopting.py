"""Whole lives of signatures that existed before their filing (存量签名), on a skipping clock."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowFailureError
from temporalio.exceptions import ApplicationError

from engine.names import FILING_WORKFLOW, TASK_QUEUE, filing_id
from filing.adopting import EARLIER_RECORDS
from filing.application import SignatureApplication, unknown_fields
from filing.record import ActionCode, Event
from filing.report import FilingReport
from filing.vocabulary import Carrier, CarrierStatus, Phase, ReviewStatus, SignatureSource
from tests.workflows.life import ACCOUNT, Filing, Life, application, events_of, new_life
from tests.workflows.scenarios import A_DAY, HALF_A_DAY, action_on, in_phase

AN_HOUR = timedelta(hours=1)
MINUTES = timedelta(minutes=5)

WRITES = ("CreateSmsSign", "UpdateSmsSign", "ChangeSignatureQualification", "DeleteSmsSign")


async def have(life: Life, status: int | None = None, reason: str | None = None, **fields: Any) -> datetime:
    """Put 云杉科技 into the account, five days old and with this ``RegisterStatus``; when it was approved."""
    began = await life.now() - timedelta(days=5)
    carrier = {"status": status} | ({"reason": reason} if reason else {})
    signature = {
        "sign_name": "云杉科技",
        "created_at": began.isoformat(),
        "material": {"QualificationId": 900001},
        "carriers": {} if status is None else {carrier_.value: carrier for carrier_ in Carrier},
        **fields,
    }
    await life.control("POST", "/_sandbox/stock", {"signatures": [signature]})
    return began


def unknown(**fields: Any) -> SignatureApplication:
    """What stands for the signature where nobody told its source."""
    return application(**{"source": "UNKNOWN", **fields})


async def adopt(life: Life, applied: SignatureApplication) -> tuple[Filing, FilingReport]:
    """Take it over; what is known half an hour later."""
    filing = await life.file(applied, adopt=True)
    report = await filing.until(
        "followed", lambda seen: seen.review.status is not ReviewStatus.NOT_SUBMITTED, within=AN_HOUR, step=MINUTES
    )
    return filing, report


async def written(life: Life) -> list[str]:
    return [operation for operation in WRITES for _ in await life.calls(operation)]


@pytest.mark.parametrize(
    ("status", "phase"),
    [
        (-2, Phase.INACTIVE),
        (-1, Phase.FILING),
        (0, Phase.INACTIVE),
        (1, Phase.FILING),
        (2, Phase.INACTIVE),
        (3, Phase.ACTIVE),
    ],
)
async def test_carriers_in_any_state_are_followed_at_once_and_nothing_is_written(status: int, phase: Phase) -> None:
    async with new_life() as life:
        await have(life, status)

        _, report = await adopt(life, unknown())

        assert report.phase is phase
        assert {shown.platform_code for shown in report.carriers.values()} == {status}
        assert report.adopted
        [adopted] = events_of(report, Event.ADOPTED)
        assert EARLIER_RECORDS in adopted.detail
        assert "unknown: source" in adopted.detail
        assert await written(life) == []


async def test_one_that_waits_for_proof_is_proven_like_any_other() -> None:
    async with new_life() as life:
        await have(life, 1)

        filing, _ = await adopt(life, unknown())
        report = await filing.until("proven", in_phase(Phase.ACTIVE), within=timedelta(days=10), step=HALF_A_DAY)

        assert all(shown.status is CarrierStatus.REGISTERED for shown in report.carriers.values())
        assert len(await life.sends()) == 3


async def test_one_in_review_is_followed_through_it_to_its_filing() -> None:
    async with new_life() as life:
        now = await life.now()
        await have(life, review="in_review", created_at=now.isoformat())

        filing, report = await adopt(life, unknown())
        assert report.review.status is ReviewStatus.IN_REVIEW

        report = await filing.until("filing", in_phase(Phase.FILING), within=timedelta(days=2), step=AN_HOUR)
        assert report.adopted


async def test_a_rejected_one_is_named_corrected_and_filed() -> None:
    async with new_life() as life:
        await have(life, review="rejected")

        filing, report = await adopt(life, unknown())
        assert report.phase is Phase.REJECTED
        assert action_on(report, ActionCode.ADOPTED_LACKS) == [None]
        why = await filing.refused("edit", set={"remark": "用于通知"})
        assert "source of this adopted signature: unknown; name it first" in why
        assert await written(life) == []

        told = await filing.message("edit", set={"source": "ENTERPRISE_NAME"})
        assert "the platform is not told" in told
        assert await written(life) == []
        assert not action_on(await filing.report(), ActionCode.ADOPTED_LACKS)
        await filing.message("edit", set={"remark": "用于通知"})
        report = await filing.until("filing", in_phase(Phase.FILING), within=timedelta(days=2), step=AN_HOUR)

        [update] = await life.calls("UpdateSmsSign")
        assert (update["parameters"]["SignSource"], update["parameters"]["QualificationId"]) == ("0", "900001")
        assert report.application.source is SignatureSource.ENTERPRISE_NAME


async def test_one_without_qualification_is_bound_and_files_by_itself() -> None:
    """Help page, 存量签名报备: 需先点击编辑签名关联信息，绑定资质后将自动触发报备."""
    async with new_life() as life:
        await have(life, -2, "UNBINDING_QUA", material={})

        filing, report = await adopt(life, unknown(company_name="未知", qualification_id=None))
        [lacks] = [action for action in report.actions if action.code is ActionCode.ADOPTED_LACKS]
        assert "unknown: source, company_name, qualification_id" in lacks.why
        assert "未关联资质" in lacks.why

        changes = {"source": "ENTERPRISE_NAME", "company_name": "杭州云杉科技有限公司", "qualification_id": 900001}
        await filing.message("edit", set=changes)
        report = await filing.until("filing", in_phase(Phase.FILING), within=timedelta(days=2), step=AN_HOUR)

        assert unknown_fields(report.application) == ()
        assert await written(life) == ["UpdateSmsSign"]
        assert not report.actions


async def test_a_qualification_that_is_bound_in_the_console_is_learned() -> None:
    async with new_life() as life:
        await have(life, -2, "UNBINDING_QUA", material={})
        filing, _ = await adopt(life, unknown(qualification_id=None))

        await have(life, -1)
        report = await filing.until("filing", in_phase(Phase.FILING), within=timedelta(days=9), step=HALF_A_DAY)

        assert report.application.qualification_id == 900001


async def test_an_application_that_names_another_qualification_is_corrected_without_a_write() -> None:
    async with new_life() as life:
        await have(life, 3)
        filing, report = await adopt(life, application(qualification_id=900006))
        assert action_on(report, ActionCode.ADOPTED_DIFFERS) == [None]

        await filing.message("edit", set={"qualification_id": 900001})
        await life.pass_time(A_DAY)

        report = await filing.report()
        assert report.application.qualification_id == 900001
        assert not action_on(report, ActionCode.ADOPTED_DIFFERS)
        assert report.edit is None
        assert await written(life) == []


async def test_a_name_that_breaks_todays_rules_is_followed_and_said() -> None:
    async with new_life() as life:
        began = await life.now() - timedelta(days=5)
        old = {"sign_name": "云杉 测试", "created_at": began.isoformat(), "material": {"QualificationId": 900001}}
        await life.control(
            "POST", "/_sandbox/stock", {"signatures": [{**old, "carriers": {c.value: {"status": 3} for c in Carrier}}]}
        )

        _, report = await adopt(life, unknown(sign_name="云杉 测试"))

        assert report.phase is Phase.ACTIVE
        [failed] = events_of(report, Event.CHECK_FAILED)
        assert "测试" in failed.detail
        assert report.actions == [], "it works, so nobody has to act"


async def test_a_name_that_is_not_there_is_asked_about_and_never_created() -> None:
    async with new_life() as life:
        filing = await life.file(unknown(), adopt=True)
        report = await filing.until("said", lambda seen: bool(seen.actions), within=AN_HOUR, step=MINUTES)
        assert action_on(report, ActionCode.SUBMIT_REFUSED) == [None]
        assert "nothing to adopt" in report.actions[0].why

        await have(life, 3)
        await filing.message("look_now")
        report = await filing.until("adopted", in_phase(Phase.ACTIVE), within=AN_HOUR, step=MINUTES)

        assert report.adopted
        assert not report.actions
        assert await written(life) == []


async def test_a_platform_that_is_away_for_qualifications_keeps_nobody_from_following() -> None:
    async with new_life() as life:
        await have(life, 3)
        await life.fault("QuerySingleSmsQualification", "http_503")

        _, report = await adopt(life, unknown())

        assert report.phase is Phase.ACTIVE


async def test_a_submission_of_what_is_unknown_fails_at_once() -> None:
    async with new_life() as life:
        start = {"application": unknown().model_dump(mode="json"), "by": "web"}

        handle = await life.env.client.start_workflow(
            FILING_WORKFLOW, start, id=filing_id(ACCOUNT, "云杉科技"), task_queue=TASK_QUEUE
        )
        with pytest.raises(WorkflowFailureError) as failed:
            await handle.result()

        assert isinstance(failed.value.cause, ApplicationError)
        assert "source: unknown" in str(failed.value.cause.details)
