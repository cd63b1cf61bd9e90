"""What a wait makes of a filing's report; the waits themselves are in the tests of their commands."""

from datetime import UTC, datetime, timedelta

import pytest

from cli.exits import CliError, Exit
from cli.waiting import Wait, WaitForDeletion, WaitForEdit, read_limit
from filing.amendment import Amendment, AmendmentKind, AmendmentStage, Deletion, Wish
from filing.application import SignatureApplication
from filing.policy import Policy
from filing.record import ActionCode, Event
from filing.report import FilingReport, report_on
from filing.state import FilingState, ReviewState
from filing.vocabulary import FilingWay, Phase

NOW = datetime(2026, 3, 12, 4, tzinfo=UTC)
APPLICATION = SignatureApplication(
    account="main", sign_name="云杉科技", company_name="杭州云杉科技有限公司", qualification_id=1
)


def filing(*, submitted: bool = True) -> FilingState:
    state = FilingState(application=APPLICATION, policy=Policy(), by="Li", opened_at=NOW, origin_run_id="run")
    if submitted:
        state.review = ReviewState(submitted_at=NOW, order_id="1")
    return state


def wish(request_id: str = "mine") -> Wish:
    return Wish(kind=AmendmentKind.EDIT, changes={"remark": "a"}, by="Li", asked_at=NOW, request_id=request_id)


def amended(stage: AmendmentStage, *, unclear: bool = False, words: str = "", order: str | None = "2") -> FilingState:
    state = filing()
    state.amendment = Amendment(
        wish=wish(),
        way=FilingWay.UPDATE_SIGN,
        application=APPLICATION,
        stage=stage,
        unclear=unclear,
        words=words,
        order_id=order,
    )
    return state


def report(state: FilingState) -> FilingReport:
    return report_on(state, "filing/main/云杉科技", NOW)


def edit_wait(*, submitted: bool = True) -> WaitForEdit:
    return WaitForEdit("mine", submitted=submitted)


@pytest.mark.parametrize(
    ("state", "code", "told"),
    [
        (amended(AmendmentStage.IN_REVIEW), Exit.DONE, "handed in, order 2"),
        (amended(AmendmentStage.APPROVED, order=None), Exit.DONE, "handed in, order unknown"),
        (amended(AmendmentStage.REFUSED, words="C: no"), Exit.REFUSED, "refused by the platform: C: no"),
        (amended(AmendmentStage.REJECTED, words="unlike"), Exit.REFUSED, "order 2, and 审核不通过: unlike"),
        (amended(AmendmentStage.OVERTAKEN, words="order 3"), Exit.NEEDS_PERSON, "被其他提交取代: order 3"),
    ],
)
def test_the_stage_of_an_edit_is_its_outcome(state: FilingState, code: Exit, told: str) -> None:
    outcome = edit_wait()(report(state))

    assert outcome is not None
    assert outcome.code is code
    assert told in outcome.told
    assert outcome.details["edit"]["request_id"] == "mine"


@pytest.mark.parametrize("state", [amended(AmendmentStage.TO_WRITE), amended(AmendmentStage.IN_REVIEW, unclear=True)])
def test_an_edit_that_may_still_arrive_is_waited_for(state: FilingState) -> None:
    assert edit_wait()(report(state)) is None


def test_an_edit_without_an_answer_needs_a_person_once_one_is_asked_and_when_the_time_is_up() -> None:
    state = amended(AmendmentStage.IN_REVIEW, unclear=True, order=None)
    late = edit_wait().late(report(state))
    state.ask(ActionCode.EDIT_UNCLEAR, at=NOW)
    asked = edit_wait()(report(state))

    assert late.code is Exit.NEEDS_PERSON
    assert "answer was lost" in late.told
    assert asked is not None
    assert asked.code is Exit.NEEDS_PERSON
    assert "starter.py confirm 云杉科技 --account main review not_received" in asked.told


def test_what_waits_is_told_with_what_it_waits_for() -> None:
    state = filing()
    state.queued = wish()
    state.ask(ActionCode.EDIT_QUEUED, at=NOW, detail="waits for: 审核中")
    wait = edit_wait()

    assert wait(report(state)) is None
    assert wait.late(report(state)).code is Exit.WAITING
    assert "waits for: 审核中" in wait.late(report(state)).told


def test_a_paused_filing_says_why_nothing_happens() -> None:
    state = amended(AmendmentStage.TO_WRITE)
    state.paused = True

    assert "paused" in edit_wait().late(report(state)).told
    assert "paused" in WaitForDeletion().late(report(state)).told


def test_an_edit_that_a_later_one_took_over_needs_a_person() -> None:
    state = filing()
    state.queued = wish()
    wait = edit_wait()
    wait(report(state))
    state.queued = wish("another's")

    outcome = wait(report(state))

    assert outcome is not None
    assert outcome.code is Exit.NEEDS_PERSON
    assert "taken over" in outcome.told


def test_where_the_answer_is_all_nothing_is_waited_for() -> None:
    outcome = edit_wait()(report(amended(AmendmentStage.APPROVED).model_copy(update={"amendment": None})))

    assert outcome is not None
    assert (outcome.code, outcome.told) == (Exit.DONE, "")


def test_an_edit_before_the_submission_is_answered_by_the_submission() -> None:
    state = filing(submitted=False)
    state.queued = wish()
    wait = edit_wait(submitted=False)
    state.ask(ActionCode.FIX_APPLICATION, at=NOW, detail="of the old values")
    assert wait(report(state)) is None

    state.queued, state.review = None, ReviewState(submitted_at=NOW, order_id="7")

    outcome = wait(report(state))
    assert outcome is not None
    assert outcome.told == "handed in, order 7"


def test_a_filing_that_is_closed_meanwhile_ends_every_wait() -> None:
    for state, wait in (
        (filing(submitted=False), Wait()),
        (amended(AmendmentStage.TO_WRITE), edit_wait()),
        (filing(), WaitForDeletion()),
    ):
        state.phase = Phase.RELEASED

        outcome = wait(report(state))

        assert outcome is not None
        assert outcome.code is Exit.NEEDS_PERSON
        assert "closed meanwhile" in outcome.told


@pytest.mark.parametrize("code", [ActionCode.FIX_APPLICATION, ActionCode.SUBMIT_REFUSED, ActionCode.FIX_ACCOUNT])
def test_a_submission_that_stops_is_told_with_what_to_do(code: ActionCode) -> None:
    state = filing(submitted=False)
    assert Wait()(report(state)) is None
    assert Wait().late(report(state)).code is Exit.WAITING

    state.ask(code, at=NOW, detail="licence expired")
    outcome = Wait()(report(state))

    assert outcome is not None
    assert outcome.code is Exit.NEEDS_PERSON
    assert "licence expired" in outcome.told
    assert "starter.py " in outcome.told


def test_a_signature_that_existed_is_told_as_adopted() -> None:
    state = filing()
    state.adopted = True

    outcome = Wait()(report(state))

    assert outcome is not None
    assert outcome.told == "adopted, as it existed already, order 1"


def test_the_end_of_a_deletion() -> None:
    state = filing()
    state.deletion = Deletion(by="Li", asked_at=NOW)
    assert WaitForDeletion()(report(state)) is None

    state.deletion = None
    state.record(Event.DELETE_REFUSED, "TRAFFIC: there was traffic", at=NOW)
    refused = WaitForDeletion()(report(state))
    state.phase = Phase.DELETED
    deleted = WaitForDeletion()(report(state))

    assert refused is not None
    assert (refused.code, refused.told) == (Exit.REFUSED, "not deleted: TRAFFIC: there was traffic")
    assert deleted is not None
    assert deleted.code is Exit.DONE


def test_how_long_is_waited() -> None:
    assert read_limit(None) is None
    assert read_limit("2min") == timedelta(minutes=2)
    with pytest.raises(CliError, match="--wait: expected a length") as raised:
        read_limit("soon")
    assert raised.value.code is Exit.UNREADABLE
