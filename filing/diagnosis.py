"""What failed test messages say of a filing (help page, 已报备待验证: 若报错与报备有关)."""

from collections import Counter
from collections.abc import Sequence

from filing.receipts import ReceiptClass, receipt_class
from filing.round_state import SendState, SentTest

SUSPECTS_COUNT_FROM = 2
"""One code behind which an unfiled signature may hide can be chance; several at one carrier are not."""


def codes_about_filing(tests: Sequence[SentTest]) -> str:
    """The codes of a round's test messages that speak against its filing, with how often each came.

    A single message that arrived shows that the carrier takes the signature, and clears them.

    Args:
        tests: The test messages of one carrier and round.

    Returns:
        ``PORT_NOT_REGISTERED x2, NO_ROUTE``; empty where nothing points at the filing.
    """
    if any(test.delivered for test in tests):
        return ""
    codes = Counter(test.code for test in tests if test.state is SendState.FAILED)
    problems = {code: n for code, n in codes.items() if receipt_class(code) is ReceiptClass.FILING_PROBLEM}
    suspects = {code: n for code, n in codes.items() if receipt_class(code) is ReceiptClass.SUSPECT}
    if not problems and sum(suspects.values()) < SUSPECTS_COUNT_FROM:
        return ""
    return ", ".join(f"{code} x{n}" if n > 1 else code for code, n in {**problems, **suspects}.items())
