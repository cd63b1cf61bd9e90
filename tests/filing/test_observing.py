from datetime import timedelta

import pytest

from filing.advice import advise
from filing.observing import take_in
from filing.record import ActionCode, Event
from filing.requests import WatchOutcome
from filing.rounds import close_round
from filing.snapshot import Refusal, SignatureSnapshot
from filing.state import FilingState
from filing.steps import meet_deadlines
from filing.vocabulary import Carrier, CarrierStatus, ReviewStatus, RoundOutcome
from tests.filing.builders import (
    DAY,
    HOUR,
    NOT_FOUND,
    START,
    all_carriers,
    dates,
    ended,
    filing_on,
    look,
    new_state,
    reading,
    round_of,
    snapshot,
)

IN_FILING = [CarrierStatus.REGISTERING, CarrierStatus.PENDING_VERIFICATION]
VERDICTS = [CarrierStatus.REGISTERED, CarrierStatus.FAILED, CarrierStatus.EXPIRED, CarrierStatus.UNKNOWN]
SECOND = timedelta(seconds=1)


def asked(state: FilingState) -> list[tuple[ActionCode, Carrier | None]]:
    return [(action.code, action.carrier) for action in state.actions]


def told(state: FilingState, event: Event) -> int:
    return sum(line.event is event for line in state.records)


@pytest.mark.parametrize("status", IN_FILING)
def test_a_carrier_in_filing_opens_exactly_one_round(status: CarrierStatus) -> None:
    state = new_state()

    (opened,) = look(state, START, snapshot(unicom=status)).to_start
    again = look(state, START + DAY, snapshot(unicom=status))

    assert (opened.carrier, opened.round, opened.status) == (Carrier.UNICOM, 1, status)
    assert (opened.submitted_at, opened.due_at) == (START, dates(START).due_at)
    assert again.to_start == []
    assert again.to_tell == []
    assert state.carrier(Carrier.UNICOM).rounds == 1


@pytest.mark.parametrize("status", [*VERDICTS, CarrierStatus.NOT_FILED])
def test_nothing_else_opens_a_round(status: CarrierStatus) -> None:
    observation = look(new_state(), START, all_carriers(status))

    assert observation.to_start == []


def test_what_is_older_than_the_last_write_opens_no_round_and_is_looked_at_again() -> None:
    state = new_state(written_at=START)
    seen = all_carriers(CarrierStatus.REGISTERING)

    assert look(state, START - SECOND, seen).to_start == []
    assert state.snapshot is None, "else the reader would wait for a change that may never come"
    assert len(look(state, START, seen).to_start) == 3


def test_what_is_no_newer_than_the_end_of_a_round_opens_no_other() -> None:
    state = filing_on(CarrierStatus.REGISTERING)
    failed = snapshot(mobile=CarrierStatus.FAILED)
    look(state, START + DAY, failed)
    close_round(state, ended(round_of(state), RoundOutcome.FAILED), START + DAY + HOUR)
    anew = snapshot(mobile=CarrierStatus.REGISTERING)

    assert look(state, START + DAY + HOUR, anew).to_start == []
    assert state.snapshot is None
    (opened,) = look(state, START + DAY + HOUR + SECOND, anew).to_start
    assert opened.round == 2


def test_a_carrier_that_files_again_while_its_round_ends_is_not_forgotten() -> None:
    """The verdict was told, the round is about to end, and the platform shows 报备中 already."""
    state = filing_on(CarrierStatus.REGISTERING)
    look(state, START + DAY, all_carriers(CarrierStatus.REGISTERED))
    seen = all_carriers(CarrierStatus.REGISTERING)
    assert look(state, START + DAY + SECOND, seen).to_start == []

    close_round(state, ended(round_of(state), RoundOutcome.REGISTERED), START + DAY + 2 * SECOND)

    assert state.snapshot is None
    (opened,) = look(state, START + DAY + 3 * SECOND, seen).to_start
    assert (opened.carrier, opened.round) == (Carrier.MOBILE, 2)


def test_a_regression_supersedes_the_round_and_the_next_starts_with_the_next_number() -> None:
    state = filing_on(CarrierStatus.PENDING_VERIFICATION)
    seen = snapshot(
        mobile=CarrierStatus.REGISTERING,
        unicom=CarrierStatus.PENDING_VERIFICATION,
        telecom=CarrierStatus.PENDING_VERIFICATION,
    )

    observation = look(state, START + DAY, seen)
    assert observation.to_start == []
    ((carrier, change),) = observation.to_tell
    assert (carrier, change.superseded) == (Carrier.MOBILE, True)

    close_round(state, ended(round_of(state), RoundOutcome.SUPERSEDED), START + DAY + SECOND)
    (opened,) = look(state, START + DAY + HOUR, seen).to_start
    assert (opened.carrier, opened.round) == (Carrier.MOBILE, 2)
    assert opened.submitted_at == START + DAY + HOUR


def test_an_open_round_is_told_each_change_once() -> None:
    state = filing_on(CarrierStatus.REGISTERING)
    seen = snapshot(
        mobile=CarrierStatus.PENDING_VERIFICATION,
        unicom=CarrierStatus.REGISTERING,
        telecom=CarrierStatus.REGISTERED,
    )

    first = look(state, START + DAY, seen)
    assert [(carrier, change.status, change.superseded) for carrier, change in first.to_tell] == [
        (Carrier.MOBILE, CarrierStatus.PENDING_VERIFICATION, False),
        (Carrier.TELECOM, CarrierStatus.REGISTERED, False),
    ]
    assert all(change.observed_at == START + DAY for _, change in first.to_tell)
    assert look(state, START + 2 * DAY, seen).to_tell == []


def test_new_words_for_the_same_status_begin_nothing_anew() -> None:
    state = filing_on(CarrierStatus.REGISTERING)
    words = reading(CarrierStatus.REGISTERING, "REGISTERING")
    seen = SignatureSnapshot(review=ReviewStatus.APPROVED, carriers=dict.fromkeys(Carrier, words))

    observation = look(state, START + DAY, seen)

    assert [change.reasons for _, change in observation.to_tell] == [words.reasons] * 3
    assert not any(change.superseded for _, change in observation.to_tell)


def test_a_round_of_a_paused_filing_starts_paused() -> None:
    (opened,) = look(new_state(paused=True), START, snapshot(mobile=CarrierStatus.PENDING_VERIFICATION)).to_start

    assert opened.paused


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (CarrierStatus.FAILED, ActionCode.FILING_FAILED),
        (CarrierStatus.EXPIRED, ActionCode.FILING_EXPIRED),
        (CarrierStatus.UNKNOWN, ActionCode.STATUS_UNKNOWN),
    ],
)
def test_a_carrier_that_needs_a_person_gets_one_and_lets_go_when_cured(status: CarrierStatus, code: ActionCode) -> None:
    state = filing_on(CarrierStatus.REGISTERED)

    for days in (1, 2):
        look(
            state,
            START + days * DAY,
            snapshot(**dict.fromkeys(("mobile", "unicom"), CarrierStatus.REGISTERED), telecom=status),
        )
    assert asked(state) == [(code, Carrier.TELECOM)]
    assert state.actions[0].since == START + DAY

    look(state, START + 3 * DAY, all_carriers(CarrierStatus.REGISTERED))
    assert state.actions == []


def test_an_action_follows_the_reasons_and_keeps_its_date() -> None:
    state = new_state()
    for days, reason in enumerate(("OTHERS_ERROR", "QUALIFICATION_ERROR")):
        failed = reading(CarrierStatus.FAILED, reason)
        look(
            state,
            START + days * DAY,
            SignatureSnapshot(review=ReviewStatus.APPROVED, carriers={Carrier.MOBILE: failed}),
        )

    (action,) = [action for action in state.actions if action.carrier is Carrier.MOBILE]
    assert (action.detail, action.since) == ("QUALIFICATION_ERROR", START)


def test_an_undocumented_number_is_kept_and_shown_as_it_came() -> None:
    state = new_state()
    for days, number in enumerate((7, 8)):
        odd = reading(CarrierStatus.UNKNOWN, code=number)
        look(state, START + days * DAY, SignatureSnapshot(review=ReviewStatus.APPROVED, carriers={Carrier.MOBILE: odd}))

        assert state.carrier(Carrier.MOBILE).platform_code == number
        assert [a.detail for a in state.actions if a.carrier is Carrier.MOBILE] == [f"RegisterStatus {number}"]


def test_a_status_that_nobody_documented_does_not_end_a_round() -> None:
    state = filing_on(CarrierStatus.REGISTERING)

    observation = look(state, START + DAY, all_carriers(CarrierStatus.UNKNOWN))

    assert len(observation.to_tell) == 3
    assert len(list(state.open_rounds())) == 3


# 未报备


def test_not_filed_after_the_approval_becomes_an_action_when_its_grace_is_over() -> None:
    state = filing_on(CarrierStatus.NOT_FILED)
    assert state.actions == []
    assert state.not_filed_at == START + state.policy.not_filed_grace

    meet_deadlines(state, START + state.policy.not_filed_grace)
    meet_deadlines(state, START + 2 * state.policy.not_filed_grace)
    assert asked(state) == [(ActionCode.NOT_FILED, carrier) for carrier in Carrier]
    assert told(state, Event.NOT_FILED) == 3

    look(state, START + 3 * DAY, snapshot(mobile=CarrierStatus.REGISTERING))
    assert asked(state) == [(ActionCode.NOT_FILED, Carrier.UNICOM), (ActionCode.NOT_FILED, Carrier.TELECOM)]


def test_a_filing_that_starts_within_the_grace_alarms_nobody() -> None:
    state = filing_on(CarrierStatus.NOT_FILED)

    look(state, START + HOUR, all_carriers(CarrierStatus.REGISTERING))
    meet_deadlines(state, START + 3 * DAY)

    assert state.not_filed_at is None
    assert told(state, Event.NOT_FILED) == 0


def test_a_carrier_that_falls_back_to_not_filed_becomes_an_action() -> None:
    state = filing_on(CarrierStatus.REGISTERED)
    fallen = snapshot(mobile=CarrierStatus.NOT_FILED, unicom=CarrierStatus.REGISTERED, telecom=CarrierStatus.REGISTERED)

    look(state, START + 30 * DAY, fallen)
    assert state.actions == []
    meet_deadlines(state, START + 31 * DAY)

    assert asked(state) == [(ActionCode.NOT_FILED, Carrier.MOBILE)]


# The review


def test_no_carrier_is_looked_at_before_the_approval() -> None:
    state = new_state()

    look(state, START, snapshot(ReviewStatus.IN_REVIEW))

    assert state.review.status is ReviewStatus.IN_REVIEW
    assert state.carriers == {}
    assert state.not_filed_at is None


def test_an_edit_under_review_leaves_the_rounds_as_they_are() -> None:
    state = filing_on(CarrierStatus.REGISTERING)

    look(state, START + DAY, SignatureSnapshot(review=ReviewStatus.IN_REVIEW, carriers=state.snapshot.carriers))  # type: ignore[union-attr]  # a look was taken
    assert len(list(state.open_rounds())) == 3

    observation = look(
        state,
        START + 2 * DAY,
        SignatureSnapshot(
            review=ReviewStatus.IN_REVIEW, carriers={Carrier.MOBILE: reading(CarrierStatus.PENDING_VERIFICATION)}
        ),
    )
    assert Carrier.MOBILE in [carrier for carrier, _ in observation.to_tell]


def test_a_rejection_is_told_with_the_reviewers_words_until_the_next_review() -> None:
    state = new_state()
    state.review.submitted_at, state.review.overdue_at = START, START + 2 * DAY
    look(state, START, snapshot(ReviewStatus.IN_REVIEW))
    look(
        state,
        START + HOUR,
        SignatureSnapshot(review=ReviewStatus.REJECTED, review_text="签名与资质不符", audited_at=START + 30 * SECOND),
    )

    assert asked(state) == [(ActionCode.REVIEW_REJECTED, None)]
    assert state.actions[0].detail == "签名与资质不符"
    assert state.review.reasons == ("签名与资质不符",)
    assert state.review.reviewed_at == START + 30 * SECOND

    edited_at = START + 10 * DAY
    look(state, edited_at, snapshot(ReviewStatus.IN_REVIEW))
    meet_deadlines(state, edited_at)
    assert state.actions == [], "neither rejected any more nor late already"
    assert state.review.overdue_at == edited_at + 2 * DAY

    meet_deadlines(state, edited_at + 2 * DAY)
    assert asked(state) == [(ActionCode.REVIEW_OVERDUE, None)]
    look(state, edited_at + 3 * DAY, snapshot())
    assert asked(state) == []


def test_a_review_status_that_nobody_documented_is_not_called_a_rejection() -> None:
    state = new_state()

    look(state, START, SignatureSnapshot(review=ReviewStatus.UNKNOWN, review_code=7))

    (action,) = state.actions
    assert action.code is ActionCode.STATUS_UNKNOWN
    assert "SignStatus 7" in action.detail
    assert "shows a status that" in advise(action, "云杉科技", "acme").what

    look(state, START + DAY, snapshot())
    assert state.actions == []


def test_the_order_id_of_a_review_is_kept_when_the_platform_stops_showing_it() -> None:
    state = new_state()
    look(state, START, SignatureSnapshot(review=ReviewStatus.IN_REVIEW, order_id="20001"))
    look(state, START + DAY, SignatureSnapshot(review=ReviewStatus.APPROVED))

    assert state.review.order_id == "20001"


# Not found, and refused


def test_a_signature_missed_once_is_not_gone() -> None:
    state = filing_on(CarrierStatus.REGISTERED)
    look(state, START + DAY, NOT_FOUND)
    meet_deadlines(state, START + DAY + SECOND)
    look(state, START + DAY + 15 * 60 * SECOND, all_carriers(CarrierStatus.REGISTERED))
    meet_deadlines(state, START + 2 * DAY)

    assert state.missing_since is None
    assert told(state, Event.GONE) == 0
    assert state.carrier(Carrier.MOBILE).status is CarrierStatus.REGISTERED


def test_a_signature_that_stays_missing_is_gone_once_and_found_again() -> None:
    state = filing_on(CarrierStatus.REGISTERED)
    look(state, START + DAY, NOT_FOUND)
    look(state, START + DAY + HOUR / 20, NOT_FOUND)
    assert asked(state) == [], "two looks close together are one"
    assert state.missing_since == START + DAY, "missing since the first look that missed it"
    for hours in (1, 2, 50):
        look(state, START + DAY + hours * HOUR, NOT_FOUND)

    assert asked(state) == [(ActionCode.GONE, None)]
    assert told(state, Event.GONE) == 1

    look(state, START + 9 * DAY, all_carriers(CarrierStatus.REGISTERED))
    assert state.actions == []
    assert told(state, Event.FOUND_AGAIN) == 1


def test_a_refusal_to_be_read_is_an_action_until_the_platform_answers_again() -> None:
    state = filing_on(CarrierStatus.REGISTERED)
    no = Refusal(code="isp.RAM_PERMISSION_DENY", text="no permission", account=True)

    observation = take_in(state, WatchOutcome(observed_at=START + DAY, refusal=no))

    assert (observation.to_start, observation.to_tell) == ([], [])
    assert state.read_refusal == no
    assert asked(state) == [(ActionCode.FIX_ACCOUNT, None)]
    assert state.carrier(Carrier.MOBILE).status is CarrierStatus.REGISTERED, "nothing was seen, so nothing changed"

    look(state, START + 2 * DAY, all_carriers(CarrierStatus.REGISTERED))
    assert state.read_refusal is None
    assert state.actions == []


def test_a_filing_that_lapses_before_our_own_date_is_a_surprise_worth_a_line() -> None:
    state = filing_on(CarrierStatus.REGISTERED)
    lapsed = all_carriers(CarrierStatus.REGISTERED)
    lapsed.carriers[Carrier.UNICOM] = reading(CarrierStatus.EXPIRED, "EXT_CODE_RECYCLE")

    look(state, START + 20 * DAY, lapsed)

    (line,) = [line for line in state.records if line.event is Event.EXPIRED_EARLY]
    assert line.carrier is Carrier.UNICOM
    assert line.detail == "expected about 2026-09-02; no traffic known"
    assert state.carrier(Carrier.UNICOM).status is CarrierStatus.EXPIRED, "the platform's word is final"


def test_a_filing_that_lapses_on_our_date_surprises_nobody() -> None:
    state = filing_on(CarrierStatus.REGISTERED)
    assert state.guard.expires_at is not None
    look(state, state.guard.expires_at, all_carriers(CarrierStatus.EXPIRED))
    assert not [line for line in state.records if line.event is Event.EXPIRED_EARLY]
