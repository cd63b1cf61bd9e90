import pytest

from filing.amendment import AmendmentStage
from filing.phase import phase_of
from filing.rounds import close_round
from filing.state import FilingState
from filing.vocabulary import CarrierStatus, Phase, ReviewStatus, RoundOutcome
from tests.filing.builders import DAY, START, all_carriers, ended, filing_on, look, new_state, round_of, snapshot
from tests.filing.edits import begun, filed, handed_in


@pytest.mark.parametrize(
    ("review", "phase"),
    [
        (ReviewStatus.NOT_SUBMITTED, Phase.CHECKING),
        (ReviewStatus.IN_REVIEW, Phase.IN_REVIEW),
        (ReviewStatus.APPROVED, Phase.INACTIVE),
        (ReviewStatus.REJECTED, Phase.REJECTED),
        (ReviewStatus.CANCELLED, Phase.REJECTED),
        (ReviewStatus.UNKNOWN, Phase.INACTIVE),
    ],
)
def test_before_any_carrier_the_review_decides(review: ReviewStatus, phase: Phase) -> None:
    state = new_state()
    state.review.status = review

    assert phase_of(state) is phase


@pytest.mark.parametrize(
    ("status", "phase"),
    [
        (CarrierStatus.NOT_FILED, Phase.INACTIVE),
        (CarrierStatus.REGISTERING, Phase.FILING),
        (CarrierStatus.PENDING_VERIFICATION, Phase.FILING),
        (CarrierStatus.REGISTERED, Phase.ACTIVE),
        (CarrierStatus.FAILED, Phase.INACTIVE),
        (CarrierStatus.EXPIRED, Phase.INACTIVE),
        (CarrierStatus.UNKNOWN, Phase.INACTIVE),
    ],
)
def test_after_the_approval_the_carriers_decide(status: CarrierStatus, phase: Phase) -> None:
    assert phase_of(filing_on(status)) is phase


def test_one_open_round_is_a_filing_and_one_registered_carrier_is_enough() -> None:
    state = filing_on(CarrierStatus.REGISTERED)
    look(state, START + DAY, snapshot(mobile=CarrierStatus.REGISTERED, unicom=CarrierStatus.REGISTERING))
    assert phase_of(state) is Phase.FILING

    look(state, START + 2 * DAY, snapshot(mobile=CarrierStatus.REGISTERED, unicom=CarrierStatus.FAILED))
    assert phase_of(state) is Phase.ACTIVE


def test_a_round_that_has_its_verdict_holds_no_phase() -> None:
    state = filing_on(CarrierStatus.REGISTERING)
    look(state, START + DAY, all_carriers(CarrierStatus.REGISTERED))
    assert phase_of(state) is Phase.ACTIVE

    close_round(state, ended(round_of(state), RoundOutcome.REGISTERED), START + DAY)
    assert phase_of(state) is Phase.ACTIVE


def test_an_edit_under_review_does_not_hide_what_is_registered() -> None:
    state: FilingState = filing_on(CarrierStatus.REGISTERED)
    state.review.status = ReviewStatus.IN_REVIEW

    assert phase_of(state) is Phase.ACTIVE


@pytest.mark.parametrize("phase", [Phase.RELEASED, Phase.DELETED])
def test_what_is_over_stays_over(phase: Phase) -> None:
    state = filing_on(CarrierStatus.REGISTERED)
    state.phase = phase

    assert phase_of(state) is phase


@pytest.mark.parametrize(
    ("status", "phase"),
    [
        (CarrierStatus.FAILED, Phase.IN_REVIEW),
        (CarrierStatus.EXPIRED, Phase.IN_REVIEW),
        (CarrierStatus.REGISTERED, Phase.ACTIVE),
        (CarrierStatus.PENDING_VERIFICATION, Phase.FILING),
    ],
)
def test_an_edit_at_work_is_a_review_also_where_the_platform_shows_none(status: CarrierStatus, phase: Phase) -> None:
    begun_only, written = filed(status), filed(status)
    begun(begun_only)
    amendment = handed_in(written)

    assert [phase_of(begun_only), phase_of(written)] == [phase, phase]

    amendment.stage = AmendmentStage.REJECTED
    assert phase_of(written) is phase_of(filed(status))
