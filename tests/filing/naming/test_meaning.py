import pytest
from hypothesis import given
from hypothesis import strategies as st

from filing.naming import check_name
from filing.naming.meaning import neutral, personal
from filing.naming.words import FILLING_WORDS, NEUTRAL_WORDS
from tests.filing.naming.names import Parts, companies, told


@pytest.mark.parametrize(
    "name",
    [
        "客服通知",
        "温馨提示",
        "服务提醒",
        "短信验证码",
        "用户中心",
        "系统消息",
        "杭州客服通知",
        "服务中心",
        "官方客服热线",
    ],
)
def test_neutral_words_identify_nobody(name: str) -> None:
    assert ("NAME_NEUTRAL", "reject") in told(name, company_name=f"{name}科技有限公司")


@given(st.sampled_from(sorted(NEUTRAL_WORDS)), st.lists(st.sampled_from(sorted(FILLING_WORDS)), max_size=2))
def test_filling_makes_a_neutral_name_no_better(word: str, filling: list[str]) -> None:
    assert neutral(word + "".join(filling))
    assert neutral("".join(filling) + word)


@given(companies, st.sampled_from(sorted(NEUTRAL_WORDS)))
def test_a_brand_beside_them_does(parts: Parts, word: str) -> None:
    assert not neutral(parts.brand + word)


def test_a_company_that_is_called_so_in_full_is_named_by_it() -> None:
    assert told("客服通知", company_name="客服通知") == []


def test_a_neutral_trademark_only_warns() -> None:
    assert ("NAME_NEUTRAL", "warn") in told("服务提醒", source="TRADEMARK", trademark_id=1)


def test_of_an_existing_signature_it_is_told_whatever_it_rests_on() -> None:
    assert [found.code for found in check_name("服务提醒")] == ["NAME_NEUTRAL"]


@pytest.mark.parametrize("name", ["张三", "李小龙", "欧阳修", "欧阳小修", "司马光"])
def test_what_looks_like_a_person_warns(name: str) -> None:
    assert personal(name)
    assert ("NAME_PERSONAL", "warn") in told(name, source="TRADEMARK", trademark_id=1)


@pytest.mark.parametrize("name", ["云杉科技", "蓝鲸物流园", "张", "青禾", "Li", "欧阳小修修"])
def test_other_names_do_not(name: str) -> None:
    assert not personal(name)


def test_a_brand_that_is_the_companys_own_is_no_person() -> None:
    assert told("张小泉", company_name="张小泉股份有限公司") == []
