"""Which phase a filing is in, derived from what it knows."""

from filing.amending import at_work
from filing.guard import registered
from filing.state import FilingState
from filing.vocabulary import Phase, ReviewStatus


def phase_of(state: FilingState) -> Phase:
    """Derive the phase; one that is closed stays closed."""
    if state.phase.closed:
        return state.phase
    review = state.review.status
    # A round with its verdict is only about to end.
    if any(known.status.starts_round for _, known in state.open_rounds()):
        return Phase.FILING
    if registered(state):
        return Phase.ACTIVE
    if review is ReviewStatus.NOT_SUBMITTED:
        return Phase.CHECKING
    if review is ReviewStatus.IN_REVIEW or at_work(state) is not None:
        return Phase.IN_REVIEW
    if review in (ReviewStatus.REJECTED, ReviewStatus.CANCELLED):
        return Phase.REJECTED
    return Phase.INACTIVE
