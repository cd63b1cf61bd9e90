import pytest
from hypothesis import given
from hypothesis import strategies as st

from filing.naming import check_name
from filing.naming.normalising import normalise_company_name, normalise_sign_name, same_company
from tests.filing.naming.names import names, spoilers

anything = st.text(st.one_of(st.sampled_from("云杉Ａ１⽔\u200b 【】()（）a"), spoilers()), max_size=12)


@pytest.mark.parametrize(
    ("written", "text", "told"),
    [
        ("【云杉科技】", "云杉科技", "brackets 【】"),
        (" 【 云杉 】\n", "云杉", "brackets 【】"),
        ("云杉\t", "云杉", "white space"),
        ("ＡＢ１云杉", "AB1云杉", "Ａ (U+FF21) became A (U+0041); Ｂ (U+FF22) became B (U+0042)"),
        ("云\u200b杉", "云杉", "U+200B (ZERO WIDTH SPACE) was taken out"),
        ("云杉\ufeff", "云杉", "U+FEFF"),
        ("云⽔", "云水", "⽔ (U+2F54) became 水 (U+6C34)"),
        ("云\uf9dc", "云隆", "U+F9DC"),
    ],
)
def test_what_is_the_same_name_in_another_coding_is_changed_and_told(written: str, text: str, told: str) -> None:
    normalised = normalise_sign_name(written)

    assert normalised.text == text
    assert normalised.finding is not None
    assert (normalised.finding.code, normalised.finding.severity) == ("NAME_NORMALISED", "warn")
    assert told in normalised.finding.rule
    assert f'-> "{text}"' in normalised.finding.part


@pytest.mark.parametrize(
    "written", ["云杉①", "аbc云杉", "雲杉", "云 杉", "【云杉", "云杉（杭州）", "[云杉]", "Ⅳ云杉", "云杉é"]
)
def test_what_may_have_been_meant_is_left_alone_and_refused(written: str) -> None:
    assert normalise_sign_name(written).text == written
    assert any(found.rejects for found in check_name(written))


@given(names)
def test_a_plain_name_stays_as_it_is(name: str) -> None:
    assert normalise_sign_name(name).finding is None
    assert normalise_company_name(name).finding is None


@given(anything)
def test_a_second_time_changes_nothing(written: str) -> None:
    for normalise in (normalise_sign_name, normalise_company_name):
        once = normalise(written)
        again = normalise(once.text)

        assert (again.text, again.finding) == (once.text, None)
        assert (once.finding is None) is (once.text == written)


def test_invisible_characters_are_shown_in_what_is_told() -> None:
    finding = normalise_sign_name("云\u202e杉").finding

    assert finding is not None
    assert finding.part == '"云<U+202E>杉" -> "云杉"'
    assert finding.part.isprintable()


def test_a_company_gets_the_brackets_of_licences() -> None:
    finding = normalise_company_name("云杉(中国)有限公司").finding

    assert finding is not None
    assert finding.field == "company_name"
    assert normalise_company_name("云杉(中国)有限公司").text == "云杉（中国）有限公司"
    assert normalise_company_name("Spruce (China) Ltd").text == "Spruce (China) Ltd"


def test_companies_are_compared_whatever_the_width_of_brackets_and_letters() -> None:
    assert same_company("云杉（中国）ABC有限公司", " 云杉(中国) ＡＢＣ有限公司")
    assert not same_company("云杉（中国）有限公司", "云杉中国有限公司")
    assert not same_company("云杉ABC有限公司", "云杉abc有限公司")
