import pytest
from hypothesis import given
from hypothesis import strategies as st

from filing.diagnosis import codes_about_filing
from filing.round_state import SendState
from tests.filing.builders import sent_test

UNFILED, HIDDEN, BAD = "PORT_NOT_REGISTERED", "NO_ROUTE", "MOBILE_NOT_ON_SERVICE"


def told(*codes: str) -> str:
    """What is said of tests that ended with these codes; an empty one was delivered."""
    states = [SendState.FAILED if code else SendState.DELIVERED for code in codes]
    tests = zip(codes, states, strict=True)
    return codes_about_filing([sent_test(n, state=state, code=code) for n, (code, state) in enumerate(tests, 1)])


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        ((), ""),
        ((UNFILED,), UNFILED),
        ((UNFILED, UNFILED, "isv.SMS_SIGN_ILLEGAL"), f"{UNFILED} x2, isv.SMS_SIGN_ILLEGAL"),
        ((HIDDEN,), ""),
        ((HIDDEN, "SP_UNKNOWN_ERROR"), f"{HIDDEN}, SP_UNKNOWN_ERROR"),
        ((HIDDEN, UNFILED), f"{UNFILED}, {HIDDEN}"),
        ((BAD, BAD, BAD), ""),
        ((BAD, UNFILED), UNFILED),
        ((UNFILED, UNFILED, ""), ""),
        (("NOBODY_KNOWS", "NOBODY_KNOWS"), ""),
    ],
)
def test_codes_about_the_filing_are_told_and_others_are_not(codes: tuple[str, ...], said: str) -> None:
    assert told(*codes) == said


@given(st.lists(st.sampled_from([UNFILED, HIDDEN, BAD, "CONTENT_KEYWORD"])))
def test_one_message_that_arrived_clears_them_all(codes: list[str]) -> None:
    assert told(*codes, "") == ""


def test_a_message_without_a_receipt_says_nothing() -> None:
    assert codes_about_filing([sent_test(state=SendState.NO_RECEIPT, code=UNFILED)]) == ""
