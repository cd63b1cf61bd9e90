from hypothesis import assume, given
from hypothesis import strategies as st

from filing.naming import LENGTH_CONTESTED, LENGTH_MAX, check_application
from filing.naming.suggesting import suggest_names
from filing.vocabulary import SignatureSource
from tests.filing.builders import application
from tests.filing.naming.names import COMPANY, Parts, companies, names


@given(st.one_of(companies.map(lambda parts: parts.company), st.text(max_size=30)), names | st.just(""))
def test_every_suggestion_passes_the_rules_of_an_application(company: str, brand: str) -> None:
    assume(company.strip())
    for one in suggest_names(company, brand):
        applied = application(one.sign_name, company_name=company, source=one.source, trademark_id=1)
        assert not any(found.rejects for found in check_application(applied)), one


@given(companies)
def test_a_company_has_a_name_without_a_warning(parts: Parts) -> None:
    found = suggest_names(parts.company)

    assert found[0].verdict == "ok"
    assert found[0].source is SignatureSource.ENTERPRISE_NAME
    assert all(parts.brand[:2] in one.sign_name for one in found)


def test_the_best_come_first() -> None:
    found = suggest_names(COMPANY, "云杉优选")

    assert [(one.sign_name, one.source.recommendation, one.verdict) for one in found] == [
        ("杭州云杉科技有限公司", "高", "ok"),
        ("云杉科技", "高", "ok"),
        ("云杉科技有限公司", "高", "ok"),
        ("杭州云杉", "高", "ok"),
        ("杭州云杉科技", "高", "ok"),
        ("云杉优选", "中", "ok"),
        ("云杉", "高", "warn"),
    ]


def test_a_brand_that_is_part_of_the_company_is_a_short_form_first() -> None:
    sources = [one.source for one in suggest_names(COMPANY, "云杉科技") if one.sign_name == "云杉科技"]

    assert sources == [SignatureSource.ENTERPRISE_NAME, SignatureSource.TRADEMARK]


def test_a_full_name_that_is_too_long_is_left_out_unless_the_settings_take_it() -> None:
    company = "杭州云杉网络科技有限责任公司"

    assert len(company) > LENGTH_MAX
    assert company not in [one.sign_name for one in suggest_names(company)]
    assert company in [one.sign_name for one in suggest_names(company, length_max=LENGTH_CONTESTED)]
