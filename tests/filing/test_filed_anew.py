"""What an edit or a re-file means to rounds and carriers when the platform is read: ``filing.observing``."""

from datetime import datetime

import pytest

from filing.record import ActionCode, Event
from filing.requests import SubmitOutcome
from filing.rounds import close_round
from filing.snapshot import CarrierReading
from filing.state import FilingState
from filing.steps import take_submission
from filing.vocabulary import Carrier, CarrierStatus, ReviewStatus, RoundOutcome
from tests.filing.builders import DAY, HOUR, START, ended, look, new_state, round_of
from tests.filing.edits import NEW, NEXT_ORDER, WRITTEN_AT, begun, filed, handed_in, shows

PENDING, REGISTERED = CarrierStatus.PENDING_VERIFICATION, CarrierStatus.REGISTERED
REGISTERING, FAILED = CarrierStatus.REGISTERING, CarrierStatus.FAILED
APPROVED_EDIT = shows(REGISTERING, order_id=NEXT_ORDER, qualification_id=NEW)


def answered(status: CarrierStatus, at: datetime | None) -> dict[Carrier, CarrierReading]:
    return dict.fromkeys(Carrier, CarrierReading(status=status, completed_at=at))


def seen(status: CarrierStatus, at: datetime | None) -> FilingState:
    return filed(answered(status, at))


def told(state: FilingState, event: Event) -> int:
    return sum(line.event is event for line in state.records)


# An answer that is another one, of the same status


def test_a_carrier_that_answered_anew_while_a_round_is_open_supersedes_it() -> None:
    state = seen(PENDING, START)

    observation = look(state, START + 20 * DAY, shows(answered(PENDING, START + 19 * DAY)))

    assert [(carrier, change.superseded) for carrier, change in observation.to_tell] == [(c, True) for c in Carrier]
    assert observation.to_start == []
    close_round(state, ended(round_of(state), RoundOutcome.SUPERSEDED), START + 20 * DAY)
    (opened,) = look(state, START + 20 * DAY + HOUR, shows(answered(PENDING, START + 19 * DAY))).to_start
    assert (opened.carrier, opened.round) == (Carrier.MOBILE, 2)


def test_a_registered_carrier_that_answered_anew_lives_from_then_on() -> None:
    state = seen(REGISTERED, START)
    before = state.guard.expires_at

    observation = look(state, START + 60 * DAY, shows(answered(REGISTERED, START + 59 * DAY)))

    assert (observation.to_start, observation.to_tell) == ([], []), "it is filed already"
    assert state.carrier(Carrier.MOBILE).verified_at == START + 59 * DAY
    assert before is not None
    assert state.guard.expires_at is not None
    assert state.guard.expires_at > before


def test_a_carrier_that_failed_anew_is_asked_about_anew() -> None:
    state = seen(FAILED, START)

    look(state, START + 20 * DAY, shows(answered(FAILED, START + 19 * DAY)))

    assert {action.since for action in state.actions if action.code is ActionCode.FILING_FAILED} == {START + 20 * DAY}


@pytest.mark.parametrize(
    ("status", "first", "second"),
    [
        (PENDING, START, START),
        (PENDING, START, None),
        (PENDING, None, START + DAY),
        (REGISTERING, START, START + DAY),
    ],
)
def test_a_date_that_is_unknown_or_means_nothing_begins_nothing_anew(
    status: CarrierStatus, first: datetime | None, second: datetime | None
) -> None:
    """What the date says while a carrier is 报备中 is not documented."""
    state = seen(status, first)

    observation = look(state, START + 2 * DAY, shows(answered(status, second)))

    assert observation.to_tell == []


# Edits


def test_a_round_that_begins_while_an_edit_is_at_work_sends_nothing() -> None:
    state = filed(FAILED)
    begun(state)

    (opened,) = look(state, START + HOUR, shows({Carrier.MOBILE: PENDING})).to_start

    assert opened.held


def test_an_open_round_goes_on_while_an_edit_is_reviewed_and_ends_when_it_is_approved() -> None:
    state = filed(PENDING)
    handed_in(state)

    reviewed = look(state, WRITTEN_AT + HOUR, shows(PENDING, review=ReviewStatus.IN_REVIEW))
    assert (reviewed.to_tell, len(list(state.open_rounds()))) == ([], 3)

    approved = look(state, WRITTEN_AT + 3 * HOUR, APPROVED_EDIT)
    assert [change.superseded for _, change in approved.to_tell] == [True] * 3


def test_what_was_seen_before_the_write_starts_no_round() -> None:
    state = filed(FAILED)
    handed_in(state)

    assert look(state, WRITTEN_AT - HOUR / 60, APPROVED_EDIT).to_start == []
    assert len(look(state, WRITTEN_AT, APPROVED_EDIT).to_start) == 3


def test_the_review_of_an_edit_is_late_when_it_was_computed_to_be() -> None:
    state = filed()
    handed_in(state, review_overdue_at=WRITTEN_AT + 5 * DAY)

    look(state, WRITTEN_AT + HOUR, shows(review=ReviewStatus.IN_REVIEW))

    assert state.review.overdue_at == WRITTEN_AT + 5 * DAY


def test_the_review_shows_the_order_of_the_edit_once_the_platform_does() -> None:
    state = filed()
    handed_in(state)

    look(state, WRITTEN_AT + HOUR, APPROVED_EDIT)

    assert state.review.order_id == NEXT_ORDER
    assert told(state, Event.REVIEW_CHANGED) == 1, "the status itself never changed"


def test_an_adopted_signature_is_what_was_applied_for_once_the_edit_is_approved() -> None:
    state = new_state()
    take_submission(state, SubmitOutcome(at=START - DAY, adopted=True, review_overdue_at=START))
    state.application = state.application.model_copy(update={"qualification_id": 900009})
    look(state, START, shows())
    assert [action.code for action in state.actions] == [ActionCode.ADOPTED_DIFFERS]

    handed_in(state)
    look(state, WRITTEN_AT + HOUR, APPROVED_EDIT)

    assert state.actions == []
