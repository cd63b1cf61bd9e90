"""What waits until nothing is in progress: ``filing.amending`` from ``queue`` to ``take_up_queued``."""

from typing import Any

import pytest

from filing.advice import advise
from filing.amending import (
    at_work,
    change_application,
    drop_queue,
    queue,
    take_up_queued,
    unaccepted,
    wish_of,
    withdraw,
)
from filing.amendment import AmendmentStage, Deletion, Wish
from filing.judging import meet_deadline
from filing.messages import Edit, Refile
from filing.record import ActionCode, Event
from filing.requests import AmendResult
from filing.state import FilingState
from filing.vocabulary import Carrier, CarrierStatus, ReviewStatus
from tests.filing.builders import DAY, HOUR, NOT_FOUND, START, look
from tests.filing.edits import NEW, edit, filed, handed_in, refile, shows

REGISTERED, REGISTERING = CarrierStatus.REGISTERED, CarrierStatus.REGISTERING
FAILED, PENDING = CarrierStatus.FAILED, CarrierStatus.PENDING_VERIFICATION
MOBILE, UNICOM, TELECOM = Carrier


def wish(state: FilingState, message: Edit | Refile | None = None, **fields: Any) -> Wish:
    return wish_of(state, message or edit(**fields), START, "r-1")


def asked(state: FilingState) -> list[ActionCode]:
    return [action.code for action in state.actions]


def events(state: FilingState) -> list[Event]:
    return [line.event for line in state.records]


def action(state: FilingState, code: ActionCode) -> tuple[str, str]:
    (found,) = [each for each in state.actions if each.code is code]
    return found.detail, advise(found, "云杉科技", "acme").command


def test_an_edit_that_waits_is_an_action_that_says_for_what() -> None:
    state = filed({MOBILE: REGISTERING})

    assert not queue(state, wish(state), START)

    detail, command = action(state, ActionCode.EDIT_QUEUED)
    assert "qualification_id 900001 → 900006" in detail
    assert "移动 mobile 报备中, result due" in detail
    assert command.endswith("--withdraw")
    assert events(state)[-1] is Event.EDIT_QUEUED


def test_a_second_edit_is_merged_into_the_one_that_waits() -> None:
    state = filed({MOBILE: REGISTERING})
    queue(state, wish(state), START)

    assert queue(state, wish(state, edit(set={"remark": "x"})), START + HOUR)

    assert state.queued is not None
    assert set(state.queued.changes) == {"qualification_id", "remark"}
    assert asked(state) == [ActionCode.EDIT_QUEUED]
    assert state.actions[0].since == START


def test_an_edit_that_waits_for_a_word_says_how_to_give_it() -> None:
    state = filed({MOBILE: REGISTERED, UNICOM: REGISTERED, TELECOM: FAILED})
    queue(state, wish(state, edit(accept_reset="unicom")), START)

    detail, command = action(state, ActionCode.EDIT_QUEUED)

    assert "may be filed anew: mobile" in detail
    assert "--accept-reset mobile" in command, "it is not handed in by itself"


def test_a_dropped_edit_is_told_once() -> None:
    state = filed({MOBILE: REGISTERING})
    queue(state, wish(state), START)

    drop_queue(state, START + HOUR, "bob", "released")
    drop_queue(state, START + HOUR, "bob", "released")

    assert state.queued is None
    assert asked(state) == []
    assert events(state).count(Event.EDIT_DROPPED) == 1
    assert state.records[-1].by == "bob"


def test_what_waits_is_withdrawn_and_what_came_to_nothing_is_asked_no_more() -> None:
    state = filed({MOBILE: REGISTERED, TELECOM: FAILED})
    handed_in(state, result=AmendResult.REFUSED)
    queue(state, wish(state), START)

    withdraw(state, START + DAY, "bob")

    assert state.queued is None
    assert asked(state) == [ActionCode.FILING_FAILED], "the carrier still needs a person"


@pytest.mark.parametrize("result", [AmendResult.UNCLEAR, AmendResult.WRITTEN])
def test_an_edit_that_is_under_review_cannot_be_withdrawn_so_its_question_stays(result: AmendResult) -> None:
    """Nobody would be asked again, and the filing would wait for a verdict that may never show."""
    state = filed()
    handed_in(state, result=result)
    meet_deadline(state, START + 9 * DAY)
    assert asked(state) == [ActionCode.EDIT_UNANSWERED]

    withdraw(state, START + 9 * DAY, "bob")

    assert asked(state) == [ActionCode.EDIT_UNANSWERED]


def waiting(carriers: Any = FAILED, message: Edit | Refile | None = None) -> FilingState:
    state = filed(carriers)
    state.queued = wish(state, message)
    return state


def test_what_waits_begins_when_nothing_is_in_progress() -> None:
    state = waiting({MOBILE: REGISTERING})
    take_up_queued(state, START + HOUR)
    assert state.queued is not None

    look(state, START + DAY, shows(FAILED))
    take_up_queued(state, START + DAY)

    assert state.queued is None
    assert state.amendment is not None
    assert state.amendment.stage is AmendmentStage.TO_WRITE
    assert ActionCode.EDIT_QUEUED not in asked(state)


@pytest.mark.parametrize("holds", ["paused", "deletion", "edit at work", "review", "gone", "cancelled", "not seen"])
def test_what_waits_begins_only_on_a_fresh_look_that_allows_it(holds: str) -> None:
    state = waiting()
    match holds:
        case "paused":
            state.paused = True
        case "deletion":
            state.deletion = Deletion(by="ann", asked_at=START)
        case "edit at work":
            handed_in(state)
        case "review":
            look(state, START + HOUR, shows(FAILED, review=ReviewStatus.IN_REVIEW))
        case "gone":
            look(state, START + HOUR, NOT_FOUND)
        case "cancelled":
            look(state, START + HOUR, shows(FAILED, review=ReviewStatus.CANCELLED))
        case "not seen":
            state.snapshot = None
    before = state.amendment

    take_up_queued(state, START + DAY)

    assert state.queued is not None
    assert state.amendment is before


def test_a_carrier_that_became_registered_meanwhile_is_not_risked_without_a_word() -> None:
    state = waiting(REGISTERED, edit(accept_reset="mobile,unicom"))

    take_up_queued(state, START)
    assert unaccepted(state, state.queued.accept_reset if state.queued else ()) == [TELECOM]
    assert at_work(state) is None
    assert asked(state) == [ActionCode.EDIT_QUEUED]

    queue(state, wish(state, Edit(accept_reset=(TELECOM,))), START)
    take_up_queued(state, START)
    assert at_work(state) is not None


def test_a_click_in_the_console_risks_no_other_carrier() -> None:
    state = waiting({MOBILE: REGISTERED, UNICOM: REGISTERED, TELECOM: FAILED}, refile(way="console", carrier=TELECOM))

    take_up_queued(state, START)

    assert state.queued is None
    assert ActionCode.REFILE_IN_CONSOLE in asked(state)


@pytest.mark.parametrize("besides", [{}, {"needed_by": "2026-05-01"}])
def test_an_edit_that_changes_nothing_any_more_is_not_handed_in(besides: dict[str, str]) -> None:
    """Handing in what the platform has already costs two weeks at every carrier."""
    state = waiting(message=edit(set={"qualification_id": NEW, **besides}))
    state.application = state.application.model_copy(update={"qualification_id": NEW})

    take_up_queued(state, START)

    assert state.queued is None
    assert at_work(state) is None
    assert str(state.application.needed_by) == besides.get("needed_by", "None"), "what is changed here is changed"


def test_what_was_changed_here_since_is_not_taken_back_by_what_waited() -> None:
    state = waiting(message=edit(set={"qualification_id": NEW, "needed_by": "2026-05-01"}))
    change_application(state, wish(state, edit(set={"needed_by": "2026-06-01"})), START + HOUR)

    take_up_queued(state, START + DAY)

    assert state.amendment is not None
    assert state.amendment.application.qualification_id == NEW
    assert str(state.amendment.application.needed_by) == "2026-06-01"
