"""What the platform's answer to an edit means to the filing: ``filing.judging.take_outcome``."""

import pytest

from filing.amending import sends_held, take_up_queued
from filing.amendment import AmendmentStage
from filing.judging import NO_CALENDAR, take_outcome, write_again
from filing.record import ActionCode, Event, Record
from filing.requests import AmendOutcome, AmendResult, WatchOutcome
from filing.snapshot import Finding, Refusal
from filing.state import FilingState
from filing.steps import meet_deadlines
from filing.vocabulary import Carrier, CarrierStatus, ReviewStatus
from tests.filing.builders import DAY, HOUR, START, look
from tests.filing.edits import NEW, NEXT_ORDER, OLD, ORDER, WRITTEN_AT, answered, begun, edit, filed, handed_in, shows


def asked(state: FilingState) -> list[ActionCode]:
    return [action.code for action in state.actions]


def line(state: FilingState, event: Event) -> Record:
    (found,) = [record for record in state.records if record.event is event]
    return found


def test_what_was_written_is_under_review_with_its_order_and_the_date_on_which_that_is_late() -> None:
    state = filed()

    amendment = handed_in(state)

    assert (amendment.stage, amendment.order_id) == (AmendmentStage.IN_REVIEW, NEXT_ORDER)
    assert (amendment.written_at, state.written_at, amendment.overdue_at) == (
        WRITTEN_AT,
        WRITTEN_AT,
        WRITTEN_AT + DAY,
    )
    submitted = line(state, Event.EDIT_SUBMITTED)
    assert submitted.by == "ann"
    assert NEXT_ORDER in submitted.detail
    assert "qualification_id 900001 → 900006" in submitted.detail


def test_what_was_said_of_the_papers_before_makes_way_for_what_is_said_of_those_handed_in() -> None:
    state = filed()
    name = Finding(code="SHORT", field="sign_name", severity="warn", rule="r", advice="a")
    paper = name.model_copy(update={"code": "EXPIRING", "field": "qualification_id"})
    shared = paper.model_copy(update={"code": "ADMINISTRATOR_SHARED"})
    state.findings = [name, paper]

    handed_in(state, findings=[shared])

    assert state.findings == [name, shared]


def test_an_approved_signature_keeps_its_application_until_the_verdict() -> None:
    state = filed()

    handed_in(state)

    assert state.application.qualification_id == OLD


def test_the_look_right_before_the_write_is_what_a_verdict_is_compared_with() -> None:
    state = filed()

    amendment = handed_in(state, before=shows(order_id="20007", qualification_id=900009))

    assert (amendment.order_before, amendment.qualification_before) == ("20007", 900009)


def test_a_lost_answer_is_told_and_the_next_look_is_news_whatever_it_shows() -> None:
    state = filed()

    amendment = handed_in(state, result=AmendResult.UNCLEAR, review_overdue_at=None, before=None)

    assert amendment.unclear
    assert state.snapshot is None
    assert amendment.overdue_at == WRITTEN_AT + NO_CALENDAR
    assert "qualification_id" in line(state, Event.EDIT_UNCLEAR).detail
    assert sends_held(state)
    assert state.written_at == WRITTEN_AT, "nothing seen before it may start a round"


def test_a_lost_answer_takes_no_question_back() -> None:
    state = filed(CarrierStatus.NOT_FILED, review=ReviewStatus.REJECTED)
    handed_in(state, result=AmendResult.UNCLEAR)
    assert ActionCode.REVIEW_REJECTED in asked(state)

    answered_at_last = filed(CarrierStatus.NOT_FILED, review=ReviewStatus.REJECTED)
    handed_in(answered_at_last)
    assert ActionCode.REVIEW_REJECTED not in asked(answered_at_last)


def test_a_refusal_is_a_question_with_the_platforms_words_and_nothing_has_changed() -> None:
    state = filed()

    amendment = handed_in(state, result=AmendResult.REFUSED, refusal=Refusal(code="isv.X", text="不行"))

    assert (amendment.stage, amendment.words) == (AmendmentStage.REFUSED, "isv.X: 不行")
    assert [(action.code, action.detail) for action in state.actions] == [(ActionCode.EDIT_REFUSED, "isv.X: 不行")]
    assert state.application.qualification_id == OLD
    assert state.written_at is not None
    assert state.written_at < WRITTEN_AT
    assert not sends_held(state)
    assert "isv.X: 不行" in line(state, Event.EDIT_REFUSED).detail


def test_what_the_platform_does_not_allow_now_waits_its_turn() -> None:
    state = filed()

    handed_in(state, result=AmendResult.NOT_NOW)

    assert state.amendment is None
    assert state.queued is not None
    assert state.queued.changes == {"qualification_id": NEW}
    assert asked(state) == [ActionCode.EDIT_QUEUED]


def test_what_was_not_written_now_is_begun_again_when_the_platform_allows_it() -> None:
    state = filed(CarrierStatus.FAILED)
    handed_in(state, result=AmendResult.NOT_NOW)
    look(state, WRITTEN_AT, shows({Carrier.MOBILE: CarrierStatus.REGISTERING}))
    take_up_queued(state, WRITTEN_AT)
    assert state.queued is not None

    look(state, WRITTEN_AT + DAY, shows(CarrierStatus.FAILED))
    take_up_queued(state, WRITTEN_AT + DAY)

    assert state.queued is None
    assert state.amendment is not None
    assert state.amendment.stage is AmendmentStage.TO_WRITE


def test_what_a_person_believes_lost_and_the_platform_shows_in_review_is_not_written_twice() -> None:
    """The platform's word is final: 审核中 means that it arrived, with an order that nobody knows."""
    state = filed()
    amendment = handed_in(state, result=AmendResult.UNCLEAR)
    look(state, WRITTEN_AT + HOUR / 60, shows())
    write_again(state, amendment)

    at = WRITTEN_AT + HOUR
    reviewed = shows(review=ReviewStatus.IN_REVIEW)
    answered(state, AmendResult.NOT_NOW, at=at, before=None, seen=WatchOutcome(observed_at=at, snapshot=reviewed))
    look(state, at, reviewed)
    look(state, at + HOUR, shows(CarrierStatus.REGISTERING, order_id=NEXT_ORDER, qualification_id=NEW))
    look(state, at + 20 * DAY, shows(CarrierStatus.FAILED, order_id=NEXT_ORDER, qualification_id=NEW))
    take_up_queued(state, at + 20 * DAY)

    assert state.application.qualification_id == NEW
    assert state.amendment is not None
    assert state.amendment.stage is AmendmentStage.APPROVED


@pytest.mark.parametrize("result", AmendResult)
def test_an_answer_to_nothing_that_is_at_work_changes_nothing(result: AmendResult) -> None:
    late = AmendOutcome(result=result, at=WRITTEN_AT + HOUR, order_id="20008")
    under_review = filed()
    handed_in(under_review)
    for state in (filed(), under_review):
        before = state.model_copy(deep=True)

        take_outcome(state, late)

        assert state == before


def test_what_never_arrived_is_handed_in_once_more_by_a_persons_word() -> None:
    state = filed()
    amendment = handed_in(state, result=AmendResult.UNCLEAR)
    meet_deadlines(state, WRITTEN_AT + HOUR)
    assert asked(state) == [ActionCode.EDIT_UNCLEAR]

    write_again(state, amendment)
    assert (amendment.stage, asked(state)) == (AmendmentStage.TO_WRITE, [])

    answered(state, at=WRITTEN_AT + 2 * HOUR, before=shows())
    look(state, WRITTEN_AT + 3 * HOUR, shows(order_id=NEXT_ORDER, qualification_id=NEW))
    assert amendment.stage is AmendmentStage.APPROVED


def test_what_is_written_again_is_compared_with_the_look_before_the_second_write() -> None:
    state = filed()
    amendment = handed_in(state, result=AmendResult.UNCLEAR)
    write_again(state, amendment)

    answered(state, at=START + DAY, order_id="20003", before=shows(order_id=ORDER))

    assert (amendment.stage, amendment.order_id, amendment.order_before) == (AmendmentStage.IN_REVIEW, "20003", ORDER)
    assert state.written_at == START + DAY


def test_an_edit_that_was_only_begun_holds_the_tests_and_changes_nothing_else() -> None:
    state = filed()
    written_before = state.written_at

    begun(state, edit())

    assert sends_held(state)
    assert (state.application.qualification_id, state.written_at) == (OLD, written_before)
