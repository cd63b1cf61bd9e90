"""A person's word (人工确认) where the platform gives none: kept apart from its facts, and overruled by them."""

from datetime import datetime

from filing.amending import in_review
from filing.amendment import AmendmentStage, Confirmation
from filing.judging import end, write_again
from filing.messages import Confirm, ReviewWord
from filing.policy import Policy
from filing.record import ActionCode, Event
from filing.round_state import RoundState
from filing.state import CarrierState, FilingState
from filing.vocabulary import Carrier, CarrierStatus

WORDS_KEPT = 20

VOUCHABLE = (CarrierStatus.REGISTERED, CarrierStatus.PENDING_VERIFICATION, CarrierStatus.REGISTERING)
"""Where a person may know more than the platform: some carriers cannot report back (help page, 常见问题)."""

ANSWERED_BY_WORD = (
    ActionCode.RESULT_OVERDUE,
    ActionCode.RESULT_STALLED,
    ActionCode.TESTS_BLOCKED,
    ActionCode.TESTS_SPENT,
    ActionCode.RECEIPTS_DOUBT,
    ActionCode.NO_TEST_PHONE,
)
"""What nobody is asked any more once a person says that the carrier is usable."""


def take_word(state: FilingState, message: Confirm, at: datetime) -> str:
    """Take a person's word that the state allows; what follows, in words."""
    word = Confirmation(by=message.by, at=at, reason=message.reason)
    if message.review is not None:
        return _take_review_word(state, message.review, word)
    if message.usable is not None:
        return _take_usable(state, message.usable, word)
    if message.test_delivered is not None:
        return _take_delivered(state, message.test_delivered, word)
    return "nothing was confirmed"


def _take_review_word(state: FilingState, verdict: ReviewWord, word: Confirmation) -> str:
    _record(state, f"edit {verdict}", word, None)
    amendment = in_review(state)
    if amendment is None:
        return "no edit waits for its review"
    match verdict:
        case ReviewWord.NOT_RECEIVED:
            write_again(state, amendment)
            return "the platform never received it, by your word: it is handed in once more"
        case ReviewWord.APPROVED:
            end(state, amendment, AmendmentStage.APPROVED, word.at, word.reason, word.by)
        case ReviewWord.REJECTED:
            end(state, amendment, AmendmentStage.REJECTED, word.at, word.reason, word.by)
    return f"the edit is taken for {verdict}, by {word.by}'s word, until the platform shows otherwise"


def _take_delivered(state: FilingState, carrier: Carrier, word: Confirmation) -> str:
    known = state.carrier(carrier)
    known.told_deliveries = [*known.told_deliveries, word][-WORDS_KEPT:]
    _record(state, "a test message arrived", word, carrier)
    return f"{carrier.label} {carrier}: noted that a test message arrived, by {word.by}'s word"


def _take_usable(state: FilingState, carrier: Carrier, word: Confirmation) -> str:
    state.carrier(carrier).usable_word = word
    state.settle(*ANSWERED_BY_WORD, carrier=carrier)
    _record(state, "usable", word, carrier)
    return f"{carrier.label} {carrier}: usable, by {word.by}'s word, until the platform shows otherwise"


def _record(state: FilingState, what: str, word: Confirmation, carrier: Carrier | None) -> None:
    state.record(Event.CONFIRMED, "; ".join(filter(None, (what, word.reason))), at=word.at, by=word.by, carrier=carrier)


def overrule(state: FilingState, carrier: Carrier, before: CarrierStatus, at: datetime, *, anew: bool) -> None:
    """The platform shows another status than before: a person's word gives way where it says less than usable.

    ``anew`` says that the carrier was filed and answered again between two looks.
    """
    known = state.carrier(carrier)
    word, now = known.usable_word, known.status
    began_anew = anew or (now is CarrierStatus.REGISTERING and before is not CarrierStatus.REGISTERING)
    if word is None or (now in VOUCHABLE and not began_anew):
        return
    known.usable_word = None
    detail = f"{word.by} said usable; the platform shows {now.label}"
    state.record(Event.OVERRULED, detail, at=at, by="platform", carrier=carrier)


def told_within(known: CarrierState, policy: Policy, now: datetime) -> int:
    """Deliveries that people vouched for within the window of the gate of bulk sending."""
    return sum(word.at > now - policy.bulk_window for word in known.told_deliveries)


def take_delivery(opened: RoundState, at: datetime, policy: Policy) -> None:
    """A person's word that a test of this round arrived: the verdict is due as if its receipt had come."""
    if opened.status is not CarrierStatus.PENDING_VERIFICATION:
        return
    if opened.verdict_due_at is None or opened.verdict_due_at <= at:
        opened.verdict_due_at = at + policy.verdict_due
    opened.next_batch_at, opened.blocked = opened.verdict_due_at, None
