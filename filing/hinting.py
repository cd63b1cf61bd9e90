"""What a callback of the platform (回调) may change: nothing but what is looked at, and what a person is asked.

Callbacks carry no signature, so anybody can send one; what one says is repeated as hearsay at most.
"""

from filing.amending import in_review
from filing.amendment import HeardReview
from filing.messages import Hint
from filing.record import ActionCode, Event
from filing.round_state import SentTest
from filing.state import CarrierState, FilingState
from filing.vocabulary import Carrier, ReviewStatus

REJECTED = "rejected"


def hear(state: FilingState, hint: Hint) -> None:
    """Keep what a callback says of a review; of an edit that it calls rejected a person is asked at once.

    A rejected edit of an approved signature may never show at the platform, so this is the earliest that anybody can
    learn of it.
    """
    if hint.kind != "review":
        return
    heard = HeardReview(order_id=hint.order_id, says=hint.says, words=hint.words, at=hint.at)
    known = state.heard is not None and (state.heard.order_id, state.heard.says) == (heard.order_id, heard.says)
    state.heard = heard
    if known or hint.says != REJECTED:
        return
    told = f"order {hint.order_id or 'unknown'}: a callback says rejected, unconfirmed: {hint.words or 'without words'}"
    state.record(Event.HINT, told, at=hint.at, by="callback")
    amendment = in_review(state)
    unseen = state.review.status is not ReviewStatus.IN_REVIEW
    if amendment is not None and unseen and hint.order_id is not None and hint.order_id == amendment.order_id:
        state.ask(ActionCode.EDIT_UNANSWERED, at=hint.at, detail=told)


def heard_words(state: FilingState, order_id: str | None) -> str:
    """The reviewer's words on an order as a callback told them, marked as such; empty where none did."""
    heard = state.heard
    if heard is None or not heard.words or heard.order_id != order_id or heard.says != REJECTED:
        return ""
    return f"{heard.words} (by a callback, unconfirmed)"


def carriers_of(state: FilingState, hint: Hint) -> list[Carrier]:
    """The carriers whose receipts a hint is about; one about a test that nobody told the filing of is about all."""
    found = [c for c, known in state.carriers.items() if any(test.out_id == hint.out_id for test in tests_of(known))]
    return found or [carrier for carrier, _ in state.open_rounds()]


def tests_of(known: CarrierState) -> list[SentTest]:
    """The test messages of a carrier that the filing knows of."""
    return [*(known.last_round.tests if known.last_round else []), *known.extra_tests]
