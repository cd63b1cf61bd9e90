from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from filing.naming import LENGTH_MAX, LENGTH_MIN, check_application
from filing.vocabulary import SignatureSource
from tests.filing.builders import application

chinese = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
plain = st.one_of(chinese, st.sampled_from("abcxyzABCXYZ0123456789"))
names = st.text(plain, min_size=LENGTH_MIN, max_size=LENGTH_MAX)
symbols = st.sampled_from("【】[]()（）·-_ 　&@!！，。、/\\'\"<>\u200b\u0301😀①ＡａⅣé가ひ")


def codes(sign_name: str, **fields: Any) -> list[str]:
    return [finding.code for finding in check_application(application(sign_name, **fields))]


@given(names)
def test_a_plain_name_of_the_company_passes(name: str) -> None:
    assume(not name.isdigit())
    assume("测试" not in name)
    assume("test" not in name.casefold())

    assert codes(name, company_name=f"杭州{name}有限公司") == []


@given(names, symbols, st.integers(0, LENGTH_MAX))
def test_one_symbol_anywhere_is_one_too_many(name: str, symbol: str, place: int) -> None:
    spoilt = name[:place] + symbol + name[place:]
    assume(spoilt.strip() == spoilt)

    findings = check_application(application(spoilt, company_name=spoilt))
    (found,) = [finding for finding in findings if finding.code == "NAME_CHARACTERS"]
    assert f"U+{ord(symbol):04X}" in found.part
    assert found.rejects


@given(st.text(plain, min_size=1, max_size=40))
def test_the_length_is_counted_in_characters(name: str) -> None:
    assert ("NAME_LENGTH" in codes(name, company_name=name)) is not (LENGTH_MIN <= len(name) <= LENGTH_MAX)


@given(st.text("0123456789", min_size=LENGTH_MIN, max_size=LENGTH_MAX))
def test_digits_alone_are_no_name(name: str) -> None:
    assert codes(name, company_name=name) == ["NAME_ALL_DIGITS"]


@pytest.mark.parametrize("name", ["测试科技", "云杉test", "TEST云杉", "云杉Test"])
def test_a_test_is_no_name(name: str) -> None:
    assert codes(name, company_name=name) == ["NAME_TEST"]


def test_a_name_skips_and_reorders_nothing_of_the_company() -> None:
    assert codes("杭州云杉") == []
    assert codes("杭州科技") == ["NAME_NOT_OF_COMPANY"]
    assert codes("科技云杉") == ["NAME_NOT_OF_COMPANY"]


def test_only_a_name_taken_from_the_company_is_compared_with_it() -> None:
    assert codes("别的名字", source=SignatureSource.TRADEMARK, trademark_id=1) == []


@pytest.mark.parametrize(
    ("fields", "paper"),
    [
        ({"third_party": True}, "authorization_letter_id"),
        ({"source": SignatureSource.TRADEMARK}, "trademark_id"),
        ({"source": SignatureSource.APP}, "app_icp_record_id"),
    ],
)
def test_a_paper_that_is_needed_is_asked_for(fields: dict[str, Any], paper: str) -> None:
    (found,) = check_application(application(**fields))
    assert (found.code, found.field) == ("PAPER_MISSING", paper)

    assert check_application(application(**(fields | {paper: 1}))) == []


@pytest.mark.parametrize("source", [source for source in SignatureSource if source.retired])
def test_a_retired_source_is_refused_with_the_one_to_take(source: SignatureSource) -> None:
    (found,) = check_application(application(source=source))

    assert (found.code, found.field) == ("SOURCE_RETIRED", "source")
    assert "ENTERPRISE_NAME" in found.advice


def test_all_breaches_are_told_at_once() -> None:
    found = codes("测试 (内部使用的一个名字)!!", source=SignatureSource.WEBSITE, third_party=True)

    assert found == ["NAME_LENGTH", "NAME_CHARACTERS", "NAME_TEST", "SOURCE_RETIRED", "PAPER_MISSING"]


def test_the_length_is_a_parameter_because_the_sources_disagree() -> None:
    name = "杭州云杉科技有限公司杭州云杉科技"
    found = check_application(application(name, company_name=name), length_max=18)

    assert found == []
    assert codes(name, company_name=name) == ["NAME_LENGTH"]
