from datetime import datetime

import pytest

from filing.amendment import AmendmentStage, Confirmation
from filing.judging import meet_deadline
from filing.messages import Confirm, ReviewWord, RoundNews
from filing.policy import DEFAULT_POLICY
from filing.record import Action, ActionCode, Event, Record
from filing.requests import AmendResult
from filing.rounds import take_news
from filing.snapshot import CarrierReading, SignatureSnapshot
from filing.state import FilingState
from filing.vocabulary import Carrier, CarrierStatus, ReviewStatus
from filing.vouching import WORDS_KEPT, take_delivery, take_word, told_within
from tests.filing.builders import DAY, HOUR, START, all_carriers, filing_on, look, new_round, round_of
from tests.filing.edits import NEW, OLD, WRITTEN_AT, filed, handed_in

MOBILE = Carrier.MOBILE
REGISTERING, PENDING = CarrierStatus.REGISTERING, CarrierStatus.PENDING_VERIFICATION


def asked(state: FilingState) -> list[tuple[ActionCode, Carrier | None]]:
    return [(action.code, action.carrier) for action in state.actions]


def last(state: FilingState, event: Event) -> Record:
    return [line for line in state.records if line.event is event][-1]


def stalled(state: FilingState, **fields: object) -> RoundNews:
    return RoundNews(state=round_of(state).model_copy(deep=True, update={"stalled_told": True, **fields}))


def answered_at(status: CarrierStatus, at: datetime) -> SignatureSnapshot:
    return SignatureSnapshot(
        review=ReviewStatus.APPROVED, carriers={c: CarrierReading(status=status, completed_at=at) for c in Carrier}
    )


# That a carrier is usable


def test_a_word_that_a_carrier_is_usable_is_kept_apart_from_what_the_platform_shows() -> None:
    state = filing_on(REGISTERING)

    told = take_word(state, Confirm(usable=MOBILE, by="bob", reason="sent 500"), START + DAY)

    known = state.carrier(MOBILE)
    assert known.usable_word == Confirmation(by="bob", at=START + DAY, reason="sent 500")
    assert known.status is REGISTERING
    assert "bob" in told
    assert "until the platform shows otherwise" in told
    line = last(state, Event.CONFIRMED)
    assert (line.by, line.carrier, line.detail) == ("bob", MOBILE, "usable; sent 500")


def test_who_vouches_for_a_carrier_is_asked_about_it_no_more() -> None:
    state = filing_on(REGISTERING)
    take_news(state, stalled(state))
    assert asked(state) == [(ActionCode.RESULT_STALLED, MOBILE)]

    take_word(state, Confirm(usable=MOBILE, by="bob"), START + DAY)
    assert asked(state) == []
    take_news(state, stalled(state))
    assert asked(state) == [], "the round does not know of it and goes on telling"


def test_a_phone_that_is_missing_is_not_asked_for_where_a_person_vouches() -> None:
    state = filing_on(PENDING)
    missing = Action(code=ActionCode.NO_TEST_PHONE, carrier=MOBILE, detail="none", since=START)
    take_news(state, RoundNews(state=round_of(state).model_copy(deep=True, update={"blocked": missing})))
    assert asked(state) == [(ActionCode.NO_TEST_PHONE, MOBILE)]

    take_word(state, Confirm(usable=MOBILE, by="bob"), START + DAY)

    assert asked(state) == []


@pytest.mark.parametrize(
    ("before", "after", "stays"),
    [
        (REGISTERING, PENDING, True),
        (PENDING, CarrierStatus.REGISTERED, True),
        (CarrierStatus.REGISTERED, REGISTERING, False),
        (PENDING, REGISTERING, False),
        (REGISTERING, CarrierStatus.FAILED, False),
        (CarrierStatus.REGISTERED, CarrierStatus.EXPIRED, False),
        (PENDING, CarrierStatus.NOT_FILED, False),
        (PENDING, CarrierStatus.UNKNOWN, False),
    ],
)
def test_the_platform_overrules_a_word_where_it_shows_less_or_begins_anew(
    before: CarrierStatus, after: CarrierStatus, stays: bool
) -> None:
    state = filing_on(before)
    take_word(state, Confirm(usable=MOBILE, by="bob"), START + DAY)

    look(state, START + 2 * DAY, all_carriers(before))
    assert state.carrier(MOBILE).usable_word is not None, "the same status says nothing new"
    look(state, START + 3 * DAY, all_carriers(after))

    assert (state.carrier(MOBILE).usable_word is not None) is stays
    if not stays:
        line = last(state, Event.OVERRULED)
        assert (line.by, line.carrier) == ("platform", MOBILE)
        assert after.label in line.detail


def test_a_carrier_that_was_filed_anew_between_two_looks_overrules_a_word_too() -> None:
    """报备中 was never seen, but the carrier has answered another time."""
    state = filing_on(REGISTERING)
    look(state, START + DAY, answered_at(PENDING, START + DAY))
    take_word(state, Confirm(usable=MOBILE, by="bob"), START + 2 * DAY)

    look(state, START + 20 * DAY, answered_at(PENDING, START + 19 * DAY))

    assert state.carrier(MOBILE).usable_word is None


def test_a_second_word_takes_the_place_of_the_first() -> None:
    state = filing_on(REGISTERING)
    for who in ("bob", "eve"):
        take_word(state, Confirm(usable=MOBILE, by=who), START + DAY)

    word = state.carrier(MOBILE).usable_word
    assert word is not None
    assert word.by == "eve"


# That a test message arrived


def test_a_word_that_a_test_arrived_counts_within_the_window() -> None:
    state = filing_on(CarrierStatus.REGISTERED)
    for days in (0, 1, 29, 30):
        take_word(state, Confirm(test_delivered=MOBILE, by="bob"), START + days * DAY)

    known = state.carrier(MOBILE)
    assert told_within(known, DEFAULT_POLICY, START + 30 * DAY - HOUR) == 4
    assert told_within(known, DEFAULT_POLICY, START + 30 * DAY) == 3
    assert told_within(known, DEFAULT_POLICY, START + 90 * DAY) == 0
    assert known.deliveries == [], "they are no receipts"
    assert last(state, Event.CONFIRMED).detail == "a test message arrived"


def test_only_the_newest_words_are_kept() -> None:
    state = filing_on(CarrierStatus.REGISTERED)
    for hours in range(WORDS_KEPT + 5):
        take_word(state, Confirm(test_delivered=MOBILE, by="bob"), START + hours * HOUR)

    kept = state.carrier(MOBILE).told_deliveries
    assert len(kept) == WORDS_KEPT
    assert kept[-1].at == START + (WORDS_KEPT + 4) * HOUR


def test_a_verdict_is_awaited_from_the_word_on_as_from_a_receipt() -> None:
    opened = new_round(PENDING)
    opened.blocked = Action(code=ActionCode.TESTS_SPENT, since=START)

    take_delivery(opened, START + DAY, DEFAULT_POLICY)

    due = START + DAY + DEFAULT_POLICY.verdict_due
    assert (opened.verdict_due_at, opened.next_batch_at) == (due, due)
    assert opened.blocked is None


@pytest.mark.parametrize("status", sorted(set(CarrierStatus) - {PENDING}))
def test_no_verdict_is_awaited_of_a_carrier_that_gives_none(status: CarrierStatus) -> None:
    opened = new_round(status)

    take_delivery(opened, START + DAY, DEFAULT_POLICY)

    assert opened == new_round(status)


# What became of an edit


@pytest.mark.parametrize(
    ("word", "stage", "qualification"),
    [
        (ReviewWord.APPROVED, AmendmentStage.APPROVED, NEW),
        (ReviewWord.REJECTED, AmendmentStage.REJECTED, OLD),
        (ReviewWord.NOT_RECEIVED, AmendmentStage.TO_WRITE, OLD),
    ],
)
def test_a_word_on_an_edit_answers_what_was_asked_of_it(
    word: ReviewWord, stage: AmendmentStage, qualification: int
) -> None:
    state = filed()
    amendment = handed_in(state, result=AmendResult.UNCLEAR)
    meet_deadline(state, WRITTEN_AT + HOUR)
    assert [action.code for action in state.actions] == [ActionCode.EDIT_UNCLEAR]

    take_word(state, Confirm(review=word, by="bob", reason="seen in the console"), START + 2 * DAY)

    assert (amendment.stage, state.application.qualification_id) == (stage, qualification)
    expected = [ActionCode.EDIT_REJECTED] if word is ReviewWord.REJECTED else []
    assert [action.code for action in state.actions] == expected
    line = last(state, Event.CONFIRMED)
    assert (line.by, line.detail) == ("bob", f"edit {word}; seen in the console")


def test_a_verdict_by_a_word_bears_its_name() -> None:
    state = filed()
    amendment = handed_in(state)

    told = take_word(state, Confirm(review=ReviewWord.REJECTED, by="bob", reason="licence blurred"), START + 2 * DAY)

    assert (amendment.ended_by, amendment.words, amendment.ended_at) == ("bob", "licence blurred", START + 2 * DAY)
    assert "by bob's word" in told
    assert "licence blurred" in state.actions[0].detail


def test_a_correction_that_a_person_saw_rejected_is_the_signatures_own_rejection() -> None:
    state = filed(CarrierStatus.NOT_FILED, review=ReviewStatus.REJECTED)
    handed_in(state)

    take_word(state, Confirm(review=ReviewWord.REJECTED, by="bob"), START + 2 * DAY)

    assert [action.code for action in state.actions] == [ActionCode.REVIEW_REJECTED]


def test_a_word_on_no_edit_changes_no_edit() -> None:
    state = filed()

    assert take_word(state, Confirm(review=ReviewWord.APPROVED, by="bob"), START) == "no edit waits for its review"
    assert state.amendment is None
