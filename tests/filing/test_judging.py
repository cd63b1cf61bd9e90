"""Every path by which the verdict on an edit can show, and those by which it must not seem to."""

from datetime import datetime
from typing import Any

import pytest

from filing.amending import change_application, wish_of
from filing.amendment import AmendmentStage
from filing.messages import Confirm, ReviewWord
from filing.policy import Policy
from filing.record import ActionCode, Event
from filing.requests import AmendResult
from filing.snapshot import SignatureSnapshot
from filing.state import FilingState
from filing.steps import meet_deadlines
from filing.vocabulary import Carrier, CarrierStatus, FilingWay, ReviewStatus
from filing.vouching import take_word
from tests.filing.builders import DAY, HOUR, START, look
from tests.filing.edits import NEW, NEXT_ORDER, OLD, ORDER, WRITTEN_AT, edit, filed, handed_in, refile, shows

IN_REVIEW, REJECTED = ReviewStatus.IN_REVIEW, ReviewStatus.REJECTED
APPROVED_EDIT = shows(CarrierStatus.REGISTERING, order_id=NEXT_ORDER, qualification_id=NEW)
LATER = WRITTEN_AT + HOUR


def under_review(result: AmendResult = AmendResult.WRITTEN, **fields: Any) -> FilingState:
    """A registered signature whose edit was handed in."""
    state = filed()
    handed_in(state, result=result, **fields)
    return state


def never_approved(**fields: Any) -> FilingState:
    """A signature that the review rejected, and whose correction was handed in."""
    state = filed(CarrierStatus.NOT_FILED, review=REJECTED, audited_at=START, review_text="first words")
    handed_in(state, **fields)
    return state


def rejected_again(audited_at: datetime | None) -> SignatureSnapshot:
    return shows(CarrierStatus.NOT_FILED, review=REJECTED, audited_at=audited_at, review_text="second words")


def stage(state: FilingState) -> AmendmentStage:
    assert state.amendment is not None
    return state.amendment.stage


def bound(state: FilingState) -> int | None:
    return state.application.qualification_id


def asked(state: FilingState) -> list[ActionCode]:
    return [action.code for action in state.actions]


def told(state: FilingState, event: Event) -> int:
    return sum(line.event is event for line in state.records)


# By the order id


def test_the_new_order_shown_as_approved_is_the_approval() -> None:
    state = under_review()

    look(state, LATER, APPROVED_EDIT)

    assert stage(state) is AmendmentStage.APPROVED
    assert bound(state) == NEW
    assert told(state, Event.EDIT_APPROVED) == 1
    assert asked(state) == []


def test_an_order_that_nobody_knows_is_taken_for_the_one_whose_number_was_lost() -> None:
    state = under_review(AmendResult.UNCLEAR)

    look(state, LATER, APPROVED_EDIT)

    assert stage(state) is AmendmentStage.APPROVED
    assert state.amendment is not None
    assert (state.amendment.order_id, state.amendment.unclear) == (NEXT_ORDER, False)
    assert bound(state) == NEW


def test_the_old_material_says_nothing_while_the_review_goes_on_unseen() -> None:
    state = under_review()

    for hours in (1, 2, 3):
        look(state, WRITTEN_AT + hours * HOUR, shows())

    assert stage(state) is AmendmentStage.IN_REVIEW
    assert bound(state) == OLD
    assert asked(state) == []


def test_another_order_shown_as_approved_has_overtaken_it() -> None:
    state = under_review()

    look(state, LATER, shows(order_id="20009"))

    assert stage(state) is AmendmentStage.OVERTAKEN
    assert bound(state) == OLD
    assert asked(state) == [ActionCode.EDIT_REJECTED]
    assert "20009" in state.actions[0].detail
    assert NEXT_ORDER in state.actions[0].detail


@pytest.mark.parametrize("result", [AmendResult.WRITTEN, AmendResult.UNCLEAR])
def test_a_look_without_an_order_is_no_look_at_another_order(result: AmendResult) -> None:
    state = under_review(result)

    look(state, LATER, shows(order_id=None))

    assert stage(state) is AmendmentStage.IN_REVIEW


@pytest.mark.parametrize("result", [AmendResult.WRITTEN, AmendResult.UNCLEAR])
def test_an_order_that_did_not_show_before_the_write_is_no_other_order_afterwards(result: AmendResult) -> None:
    state = under_review(result, before=shows(order_id=None))

    look(state, LATER, shows(order_id=ORDER))

    assert stage(state) is AmendmentStage.IN_REVIEW


# By 审核中 that comes and goes


@pytest.mark.parametrize("result", [AmendResult.WRITTEN, AmendResult.UNCLEAR])
def test_reviewed_and_the_old_material_back_is_a_rejection(result: AmendResult) -> None:
    state = under_review(result)
    look(state, LATER, shows(review=IN_REVIEW))
    assert state.amendment is not None
    assert not state.amendment.unclear, "审核中 shows that it arrived"

    look(state, LATER + HOUR, shows())

    assert stage(state) is AmendmentStage.REJECTED
    assert bound(state) == OLD
    assert asked(state) == [ActionCode.EDIT_REJECTED]
    assert "the console does" in state.actions[0].detail, "the platform shows no words of it"


def test_registered_carriers_stay_as_they_are_while_an_edit_is_reviewed_and_when_it_is_rejected() -> None:
    state = under_review()
    for hours, review in enumerate([IN_REVIEW, IN_REVIEW, ReviewStatus.APPROVED]):
        observation = look(state, LATER + hours * HOUR, shows(review=review))
        assert (observation.to_start, observation.to_tell) == ([], [])

    assert [state.carrier(carrier).status for carrier in Carrier] == [CarrierStatus.REGISTERED] * 3


@pytest.mark.parametrize("review", [REJECTED, ReviewStatus.CANCELLED])
def test_an_edit_of_an_approved_signature_that_shows_as_rejected_or_withdrawn_is_over(review: ReviewStatus) -> None:
    state = under_review()

    look(state, LATER, shows(review=review, review_text="不清晰"))

    assert stage(state) is AmendmentStage.REJECTED
    assert bound(state) == OLD
    assert ActionCode.EDIT_REJECTED in asked(state)


def test_a_review_status_that_nobody_documented_is_no_verdict() -> None:
    state = under_review()

    look(state, LATER, shows(review=ReviewStatus.UNKNOWN, order_id=NEXT_ORDER))

    assert stage(state) is AmendmentStage.IN_REVIEW


# By what follows from it


@pytest.mark.parametrize("message", [edit(), refile()])
def test_a_carrier_that_is_filed_anew_shows_that_a_change_without_an_order_counts(message: Any) -> None:
    state = filed(CarrierStatus.FAILED)
    bound_to = handed_in(state, message, order_id=None).application.qualification_id
    after = {Carrier.MOBILE: CarrierStatus.REGISTERING, Carrier.UNICOM: CarrierStatus.FAILED}

    look(state, WRITTEN_AT, shows(after, qualification_id=bound_to))

    assert stage(state) is AmendmentStage.APPROVED


def test_the_new_qualification_shows_that_a_change_without_an_order_counts() -> None:
    state = under_review(order_id=None)

    look(state, WRITTEN_AT, shows(qualification_id=NEW))

    assert stage(state) is AmendmentStage.APPROVED
    assert bound(state) == NEW


def test_a_qualification_that_was_not_known_before_is_not_a_new_one() -> None:
    """As where the answer was lost together with the look before it."""
    state = filed(qualification_id=None)
    handed_in(state, edit(set={"remark": "x"}), AmendResult.UNCLEAR, before=None)

    look(state, LATER, shows())

    assert stage(state) is AmendmentStage.IN_REVIEW


@pytest.mark.parametrize("result", [AmendResult.WRITTEN, AmendResult.UNCLEAR])
@pytest.mark.parametrize("way", [FilingWay.UPDATE_SIGN, FilingWay.CHANGE_QUALIFICATION])
def test_a_carrier_filed_anew_under_the_old_qualification_approves_no_other(
    result: AmendResult, way: FilingWay
) -> None:
    """As by a click in the console: the platform still shows the old order and the old qualification."""
    state = filed(CarrierStatus.EXPIRED, policy=Policy(refile_by=way))
    handed_in(state, result=result, order_id=None)
    clicked = {Carrier.MOBILE: CarrierStatus.REGISTERING, Carrier.UNICOM: CarrierStatus.EXPIRED}

    look(state, LATER, shows(clicked, order_id=ORDER, qualification_id=OLD))

    assert stage(state) is AmendmentStage.IN_REVIEW
    assert bound(state) == OLD


# What was never approved


def test_the_correction_of_a_rejected_signature_is_the_application_at_once() -> None:
    state = never_approved()

    assert bound(state) == NEW
    assert asked(state) == [], "nobody is asked about what has been corrected"


@pytest.mark.parametrize("order_id", [ORDER, NEXT_ORDER])
def test_a_signature_that_is_approved_at_last_is_approved_with_its_correction(order_id: str) -> None:
    state = never_approved()

    look(state, LATER, shows(CarrierStatus.REGISTERING, order_id=order_id, qualification_id=NEW))

    assert stage(state) is AmendmentStage.APPROVED
    assert bound(state) == NEW


def test_a_rejection_older_than_the_correction_is_the_first_one() -> None:
    state = never_approved()

    look(state, LATER, rejected_again(START))
    look(state, LATER + HOUR, rejected_again(None))

    assert stage(state) is AmendmentStage.IN_REVIEW
    assert asked(state) == []


@pytest.mark.parametrize("seen", [True, False])
def test_a_correction_that_is_rejected_too_asks_with_the_new_words(seen: bool) -> None:
    """Whether 审核中 was seen in between or only the date of the audit tells."""
    state = never_approved()
    if seen:
        look(state, LATER, shows(CarrierStatus.NOT_FILED, review=IN_REVIEW))

    look(state, LATER + HOUR, rejected_again(WRITTEN_AT.replace(microsecond=0)))

    assert stage(state) is AmendmentStage.REJECTED
    assert asked(state) == [ActionCode.REVIEW_REJECTED]
    assert state.actions[0].detail == "second words"
    assert state.review.reasons == ("second words",)


# When a look counts


def test_a_look_older_than_the_write_tells_nothing_and_one_right_at_it_does() -> None:
    state = under_review()

    look(state, WRITTEN_AT - HOUR / 3600, APPROVED_EDIT)
    assert stage(state) is AmendmentStage.IN_REVIEW

    look(state, WRITTEN_AT, APPROVED_EDIT)
    assert stage(state) is AmendmentStage.APPROVED


def test_the_carriers_of_an_approved_edit_are_filed_in_the_next_round() -> None:
    state = under_review()

    observation = look(state, LATER, APPROVED_EDIT)

    assert [(opened.carrier, opened.submitted_at, opened.held) for opened in observation.to_start] == [
        (carrier, LATER, False) for carrier in Carrier
    ]


def test_a_change_of_what_the_platform_is_not_told_survives_the_approval() -> None:
    state = under_review()
    change_application(state, wish_of(state, edit(set={"needed_by": "2026-05-01"}), LATER, ""), LATER)

    look(state, LATER + HOUR, APPROVED_EDIT)

    assert (bound(state), str(state.application.needed_by)) == (NEW, "2026-05-01")


# After a verdict


@pytest.mark.parametrize("word", [ReviewWord.REJECTED, None])
def test_an_order_approved_after_all_overrules_a_rejection(word: ReviewWord | None) -> None:
    state = under_review()
    if word is None:
        look(state, LATER, shows(review=IN_REVIEW))
        look(state, LATER + HOUR, shows())
    else:
        take_word(state, Confirm(review=word, by="bob"), LATER)
    assert stage(state) is AmendmentStage.REJECTED

    look(state, LATER + DAY, APPROVED_EDIT)

    assert stage(state) is AmendmentStage.APPROVED
    assert (bound(state), asked(state), told(state, Event.OVERRULED)) == (NEW, [], 1)


def test_a_word_on_an_edit_without_an_order_is_overruled_by_the_material_itself() -> None:
    state = under_review(AmendResult.UNCLEAR)
    take_word(state, Confirm(review=ReviewWord.REJECTED, by="bob"), LATER)

    look(state, LATER + DAY, APPROVED_EDIT)

    assert stage(state) is AmendmentStage.APPROVED
    assert bound(state) == NEW


def test_a_verdict_told_twice_is_recorded_once() -> None:
    state = under_review()
    for hours in range(3):
        look(state, LATER + hours * HOUR, APPROVED_EDIT)

    assert told(state, Event.EDIT_APPROVED) == 1
    assert told(state, Event.OVERRULED) == 0


def test_an_edit_in_the_console_that_is_approved_answers_the_one_that_was_rejected() -> None:
    """Mended in the console: it is read daily for this, so it has to be noticed."""
    state = under_review()
    look(state, LATER, shows(review=IN_REVIEW))
    look(state, LATER + HOUR, shows())
    assert asked(state) == [ActionCode.EDIT_REJECTED]

    look(state, LATER + DAY, shows(review=IN_REVIEW))
    look(state, LATER + 2 * DAY, shows(CarrierStatus.REGISTERING, order_id="20009", qualification_id=NEW))

    assert asked(state) == []


# Deadlines


def test_a_rejection_may_never_show_so_a_person_is_asked_when_the_review_is_late() -> None:
    state = under_review()

    meet_deadlines(state, WRITTEN_AT + DAY - HOUR)
    assert asked(state) == []
    for days in (1, 2, 3):
        meet_deadlines(state, WRITTEN_AT + days * DAY)

    assert asked(state) == [ActionCode.EDIT_UNANSWERED]
    assert NEXT_ORDER in state.actions[0].detail
    assert told(state, Event.EDIT_UNANSWERED) == 1


def test_an_edit_that_shows_as_in_review_is_late_like_any_review() -> None:
    state = under_review()
    look(state, LATER, shows(review=IN_REVIEW))

    meet_deadlines(state, WRITTEN_AT + DAY)

    assert asked(state) == [ActionCode.REVIEW_OVERDUE]
    assert NEXT_ORDER in state.actions[0].detail


def test_an_unclear_write_is_asked_about_soon_and_again_when_the_review_is_late() -> None:
    state = under_review(AmendResult.UNCLEAR)
    soon = WRITTEN_AT + state.policy.send_unclear_after

    meet_deadlines(state, soon - HOUR / 3600)
    assert asked(state) == []
    meet_deadlines(state, soon)
    assert asked(state) == [ActionCode.EDIT_UNCLEAR]
    assert "qualification_id" in state.actions[0].detail

    meet_deadlines(state, WRITTEN_AT + 9 * DAY)
    assert asked(state) == [ActionCode.EDIT_UNANSWERED], "one question about one edit"


def test_review_that_shows_late_takes_the_question_back() -> None:
    state = under_review(AmendResult.UNCLEAR)
    meet_deadlines(state, WRITTEN_AT + HOUR)

    look(state, WRITTEN_AT + 2 * HOUR, shows(review=IN_REVIEW))

    assert asked(state) == []
