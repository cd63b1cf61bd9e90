import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from filing.naming.companies import generic, take_apart
from filing.naming.words import INDUSTRY_WORDS
from tests.filing.naming.names import Parts, companies


@given(companies)
def test_a_name_that_was_put_together_is_taken_apart_again(parts: Parts) -> None:
    # A 字号 may end as a line of business begins.
    assume(not any(parts.brand.endswith(word[:1]) for word in INDUSTRY_WORDS))
    taken = take_apart(parts.company)

    assert "".join(taken.places) == parts.place
    assert (taken.brand, "".join(taken.industries), taken.form) == (parts.brand, parts.industry, parts.form)


@given(st.text(max_size=60))
def test_any_text_is_taken_apart_without_a_rest(text: str) -> None:
    taken = take_apart(text)

    assert "".join((*taken.places, taken.brand, *taken.industries, taken.form)) == taken.bare


@pytest.mark.parametrize(
    ("company", "places", "brand", "industries", "form"),
    [
        ("杭州云杉科技有限公司", ("杭州",), "云杉", ("科技",), "有限公司"),
        ("杭州市西湖区云杉餐饮店", ("杭州市", "西湖区"), "云杉", ("餐饮",), "店"),
        ("云杉（杭州）科技有限公司", (), "云杉", ("杭州", "科技"), "有限公司"),
        ("云杉科技(集团)有限公司", (), "云杉", ("科技",), "集团有限公司"),
        ("云杉科技有限公司上海分公司", (), "云杉", ("科技",), "有限公司上海分公司"),
        ("杭州云杉企业管理合伙企业（有限合伙）", ("杭州",), "云杉", ("企业管理",), "合伙企业有限合伙"),
        ("杭州市第一人民医院", ("杭州市",), "第一", (), "人民医院"),
        ("吉林银行", (), "吉林", (), "银行"),
        ("阿里巴巴（中国）网络技术有限公司", (), "阿里巴巴", ("中国", "网络", "技术"), "有限公司"),
    ],
)
def test_names_as_licences_have_them(
    company: str, places: tuple[str, ...], brand: str, industries: tuple[str, ...], form: str
) -> None:
    taken = take_apart(company)

    assert (taken.places, taken.brand, taken.industries, taken.form) == (places, brand, industries, form)


@given(companies)
def test_short_forms_have_the_whole_brand_and_are_contiguous(parts: Parts) -> None:
    taken = take_apart(parts.company)

    for form, _ in taken.short_forms():
        assert form in parts.company
        assert taken.brand in form


@pytest.mark.parametrize(
    "text", ["杭州", "杭州市", "科技", "杭州科技", "有限公司", "网络科技有限公司", "浙江省杭州物流"]
)
def test_place_business_and_form_alone_are_generic(text: str) -> None:
    assert generic(text)


@pytest.mark.parametrize("text", ["", "云杉", "杭州云杉", "云杉科技", "技有限公司"])
def test_anything_else_is_not(text: str) -> None:
    assert not generic(text)
