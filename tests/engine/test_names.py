from itertools import product

from engine.names import filing_id, round_id
from filing.vocabulary import Carrier


def test_the_ids_that_running_filings_have() -> None:
    """They outlive every deployment: another id would be another filing."""
    assert filing_id("acme", "云杉科技") == "filing/acme/云杉科技"
    assert round_id("acme", "云杉科技", Carrier.MOBILE, 2) == "filing/acme/云杉科技/mobile/2"


def test_no_two_rounds_share_an_id() -> None:
    rounds = list(product(["acme", "other"], ["云杉科技", "云杉"], Carrier, [1, 2, 11]))

    assert len({round_id(*one) for one in rounds}) == len(rounds)
