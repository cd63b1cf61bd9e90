from datetime import timedelta

from filing.advice import advise
from filing.hinting import carriers_of, hear
from filing.messages import Hint
from filing.record import ActionCode, Event
from filing.state import FilingState
from filing.vocabulary import Carrier, CarrierStatus, ReviewStatus
from tests.filing.builders import DAY, START, filing_on, look, round_of, sent_test
from tests.filing.edits import NEXT_ORDER, edit, filed, handed_in, shows

AT = START + DAY


def says(verdict: str, order_id: str = NEXT_ORDER, words: str = "资质有误") -> Hint:
    return Hint(kind="review", at=AT, order_id=order_id, says=verdict, words=words)


def asked(state: FilingState) -> list[str]:
    return [action.detail for action in state.actions if action.code is ActionCode.EDIT_UNANSWERED]


def test_a_rejected_edit_that_never_shows_is_asked_about_as_soon_as_a_callback_says_so() -> None:
    state = filed(CarrierStatus.REGISTERED)
    handed_in(state, edit(), order_id=NEXT_ORDER)

    hear(state, says("rejected"))
    hear(state, says("rejected"))

    (detail,) = asked(state)
    assert "a callback says rejected, unconfirmed: 资质有误" in detail
    assert sum(line.event is Event.HINT for line in state.records) == 1
    assert state.amendment is not None
    assert state.amendment.stage.at_work, "hearsay ends nothing"


def test_what_a_callback_says_of_another_order_or_of_an_approval_asks_nobody() -> None:
    state = filed(CarrierStatus.REGISTERED)
    handed_in(state, edit(), order_id=NEXT_ORDER)

    hear(state, says("approved"))
    hear(state, says("rejected", order_id="999"))

    assert not asked(state)
    assert state.carrier(Carrier.MOBILE).status is CarrierStatus.REGISTERED


def test_the_platforms_own_word_settles_what_a_callback_asked() -> None:
    state = filed(CarrierStatus.REGISTERED)
    handed_in(state, edit(), order_id=NEXT_ORDER)
    hear(state, says("rejected"))

    look(state, AT + DAY, shows(CarrierStatus.REGISTERED, order_id=NEXT_ORDER))

    assert not asked(state)


def test_words_heard_fill_in_where_the_platform_shows_none() -> None:
    state = filed(CarrierStatus.NOT_FILED)
    hear(state, says("rejected", order_id="20001", words="签名为中性词"))
    look(state, AT + DAY, shows({}, review=ReviewStatus.REJECTED))

    (action,) = [action for action in state.actions if action.code is ActionCode.REVIEW_REJECTED]
    told = advise(action, "云杉科技", "acme").why
    assert "签名为中性词 (by a callback, unconfirmed)" in told
    assert "rule: help page, step 2" in told


def test_the_platforms_words_go_before_those_heard() -> None:
    state = filed(CarrierStatus.NOT_FILED)
    hear(state, says("rejected", order_id="20001", words="forged"))
    look(state, AT + DAY, shows({}, review=ReviewStatus.REJECTED, review_text="营业执照不清晰"))
    assert "forged" not in str(state.actions)


def test_a_receipt_is_looked_up_on_the_carrier_of_its_test_or_wherever_a_round_is_open() -> None:
    state = filing_on(CarrierStatus.PENDING_VERIFICATION)
    round_of(state, Carrier.UNICOM).tests = [sent_test(out_id="u1")]
    state.carrier(Carrier.TELECOM).extra_tests = [sent_test(out_id="t1")]

    def found(out_id: str) -> list[Carrier]:
        return carriers_of(state, Hint(kind="receipt", at=AT + timedelta(hours=1), out_id=out_id))

    assert found("u1") == [Carrier.UNICOM]
    assert found("t1") == [Carrier.TELECOM]
    assert found("unheard") == list(Carrier)
