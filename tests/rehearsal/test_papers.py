from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filing.masking import mask_phone
from filing.vocabulary import Carrier, SignatureSource
from rehearsal.papers import made_up_phones, stock_for
from sandbox.numbers import carrier_of, normalise
from sandbox.stock import Stock
from tests.filing.builders import application

DAY = date(2026, 12, 15)


@given(st.dictionaries(st.sampled_from(list(Carrier)), st.integers(0, 50)))
def test_phones_are_as_many_as_asked_for_and_the_sandbox_routes_them_right(counts: dict[Carrier, int]) -> None:
    phones = made_up_phones(counts)

    assert {carrier: len(numbers) for carrier, numbers in phones.items()} == counts
    for carrier, numbers in phones.items():
        assert len({mask_phone(number) for number in numbers}) == len(numbers), "told apart also when masked"
        assert {carrier_of(normalise(number) or "") for number in numbers} <= {carrier.value}


@pytest.mark.parametrize("third_party", [True, False])
def test_the_qualification_is_approved_of_the_company_and_for_the_purpose(third_party: bool) -> None:
    applied = application(third_party=third_party, qualification_id=123)

    [qualification] = Stock.model_validate(stock_for(applied, DAY)).qualifications

    assert qualification.QualificationGroupId == 123
    assert qualification.CompanyName == applied.company_name
    assert qualification.State == "PASSED"
    assert qualification.UseBySelf is not third_party


def test_a_letter_covers_the_name_for_the_company_of_the_qualification() -> None:
    stock = Stock.model_validate(stock_for(application(third_party=True, authorization_letter_id=7), DAY))

    [letter] = stock.letters
    assert letter.AuthorizationLetterId == 7
    assert letter.SignList == ["云杉科技"]
    assert letter.OrganizationCode == stock.qualifications[0].OrganizationCode
    first, _, last = letter.AuthorizationLetterExpDate.partition("~")
    assert first < DAY.isoformat() < last


def test_only_the_papers_that_the_application_names_are_made_up() -> None:
    plain = Stock.model_validate(stock_for(application(), DAY))
    full = Stock.model_validate(
        stock_for(application(source=SignatureSource.APP, trademark_id=8, app_icp_record_id=9), DAY)
    )

    assert (plain.letters, plain.trademarks, plain.app_records) == ([], [], [])
    assert [paper.TrademarkId for paper in full.trademarks] == [8]
    assert [paper.AppIcpRecordId for paper in full.app_records] == [9]
