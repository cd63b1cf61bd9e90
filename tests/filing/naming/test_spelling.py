import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from filing.naming import LENGTH_CONTESTED, LENGTH_MAX, LENGTH_MIN, check_name
from tests.filing.naming.names import findings, names, only, plain, spoilers, told


@given(names)
def test_a_plain_name_of_the_company_passes(name: str) -> None:
    assume(not name.isdigit())
    assume("test" not in name.casefold())

    assert [one.code for one in findings(name, company_name=f"杭州{name}有限公司") if one.rejects] == []


@given(names, spoilers(), st.integers(0, LENGTH_MAX))
def test_one_foreign_character_anywhere_is_one_too_many(name: str, spoiler: str, place: int) -> None:
    place = min(place, len(name))

    rejected = [found for found in check_name(name[:place] + spoiler + name[place:]) if found.rejects]

    kinds = ("EMOJI", "INVISIBLE", "SPACES", "BRACKETS", "FULL_WIDTH", "LOOK_ALIKE", "CHARACTERS")
    (found,) = [found for found in rejected if found.code in {f"NAME_{kind}" for kind in kinds}]
    assert spoiler in found.part or f"U+{ord(spoiler):04X}" in found.part
    assert found.advice


@pytest.mark.parametrize(
    ("spoiler", "code", "part"),
    [
        ("😀", "NAME_EMOJI", "😀"),
        ("👨\u200d👩\u200d👧", "NAME_EMOJI", "👨\u200d👩\u200d👧"),
        ("\u200b", "NAME_INVISIBLE", "U+200B"),
        ("\u202e", "NAME_INVISIBLE", "U+202E"),
        ("\ufe0f", "NAME_INVISIBLE", "U+FE0F"),
        ("\u3164", "NAME_INVISIBLE", "U+3164"),
        (" ", "NAME_SPACES", "U+0020"),
        ("\u3000", "NAME_SPACES", "U+3000"),
        ("【", "NAME_BRACKETS", "【 (U+3010)"),
        ("（", "NAME_BRACKETS", "（ (U+FF08)"),
        ("]", "NAME_BRACKETS", "] (U+005D)"),
        ("Ａ", "NAME_FULL_WIDTH", "Ａ (U+FF21)"),
        ("１", "NAME_FULL_WIDTH", "１ (U+FF11)"),
        ("а", "NAME_LOOK_ALIKE", "а (U+0430) like a (U+0061)"),
        ("Ο", "NAME_LOOK_ALIKE", "Ο (U+039F) like O (U+004F)"),
        ("⻓", "NAME_LOOK_ALIKE", "⻓ (U+2ED3) like 长 (U+957F)"),
        ("⼭", "NAME_LOOK_ALIKE", "⼭ (U+2F2D) like 山 (U+5C71)"),
        ("ロ", "NAME_LOOK_ALIKE", "ロ (U+30ED) like 口 (U+53E3)"),
        ("①", "NAME_LOOK_ALIKE", "① (U+2460) like 1 (U+0031)"),
        ("Ⅳ", "NAME_LOOK_ALIKE", "Ⅳ (U+2163) like I (U+0049) V (U+0056)"),
        ("—", "NAME_CHARACTERS", "— (U+2014)"),
        ("·", "NAME_CHARACTERS", "· (U+00B7)"),
        ("é", "NAME_CHARACTERS", "é (U+00E9)"),
        ("가", "NAME_CHARACTERS", "가 (U+AC00)"),
    ],
)
def test_each_kind_of_character_is_named_with_its_code_point(spoiler: str, code: str, part: str) -> None:
    [found] = check_name(f"云杉{spoiler}科技")

    assert (found.code, found.part, found.severity) == (code, part, "reject")


@given(st.text(plain, min_size=1, max_size=40))
def test_the_length_is_counted_in_characters(name: str) -> None:
    rejected = {found.code for found in check_name(name) if found.rejects}

    assert ("NAME_LENGTH" in rejected) is not (LENGTH_MIN <= len(name) <= LENGTH_MAX)


@pytest.mark.parametrize("length", [13, 18])
def test_a_length_between_the_sources_is_told_as_their_conflict(length: int) -> None:
    name = "云杉" * 9
    found = only(name[:length], company_name="云杉" * 9)

    assert (found.code, found.severity, found.part) == ("NAME_LENGTH", "reject", f"{length} characters")
    assert "conflict" in found.rule
    assert f"sign_name_length_max = {length}" in found.advice


@pytest.mark.parametrize("length", [1, 19])
def test_a_length_beyond_every_source_is_just_wrong(length: int) -> None:
    found = check_name(("云杉" * 10)[:length])[0]

    assert (found.code, found.severity) == ("NAME_LENGTH", "reject")
    assert "conflict" not in found.rule
    assert "sign_name_length_max" not in found.advice


def test_a_length_that_the_settings_take_is_only_noted() -> None:
    name = "杭州云杉科技有限公司杭州云杉科技"

    assert told(name, LENGTH_CONTESTED, company_name=name) == [("NAME_LENGTH", "ok")]
    assert told(name, 15, company_name=name) == [("NAME_LENGTH", "reject")]


def test_a_shorter_limit_of_the_settings_holds() -> None:
    found = only("云杉科技", 3)

    assert "2-3 characters" in found.rule


@given(st.text("0123456789", min_size=LENGTH_MIN, max_size=LENGTH_MAX))
def test_digits_alone_are_no_name(name: str) -> None:
    assert told(name, company_name=name) == [("NAME_ALL_DIGITS", "reject")]


def test_english_alone_warns() -> None:
    assert told("Abc", company_name="Abc") == [("NAME_ENGLISH", "warn")]
    assert told("Abc云杉", company_name="Abc云杉") == []


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("测试科技", "测试"),
        ("云杉test", "test"),
        ("TEST云杉", "TEST"),
        ("云杉Test", "Test"),
        ("test云Test", "test Test"),
    ],
)
def test_a_test_is_no_name_and_shown_as_it_is_written(name: str, part: str) -> None:
    assert told(name, company_name=name) == [("NAME_TEST", "reject")]
    assert only(name, company_name=name).part == part


def test_a_test_beside_the_companys_name_is_shown_whole() -> None:
    parts = [found.part for found in findings("云杉test", company_name="杭州云杉科技有限公司")]

    assert parts == ["test", "test of 云杉test"]


def test_a_traditional_character_is_told_with_its_simplified_form() -> None:
    found = only("雲杉科技")

    assert (found.code, found.severity, found.part) == ("NAME_TRADITIONAL", "reject", "雲 (U+96F2) for 云")
    assert found.advice == "write 云杉科技"


def test_a_traditional_character_of_the_licence_itself_warns() -> None:
    found = only("雲杉科技", company_name="杭州雲杉科技有限公司")

    assert (found.code, found.severity) == ("NAME_TRADITIONAL", "warn")
    assert "licence" in found.advice


@pytest.mark.parametrize("name", ["乾隆茶业", "著名云杉", "云杉后勤", "喆堃云杉"])
def test_characters_that_are_also_simplified_ones_pass(name: str) -> None:
    assert told(name, company_name=f"{name}有限公司") == []


def test_a_character_that_simplified_chinese_has_too_only_warns() -> None:
    assert told("於氏云杉", company_name="云杉於氏於氏云杉") == [("NAME_TRADITIONAL", "warn")]
    assert [found.severity for found in check_name("於氏云杉")] == ["warn"]


def test_everything_is_told_at_once() -> None:
    codes = [code for code, _ in told("测试 (雲杉1)😀\u200bа!的一个很长很长很长的名字")]

    assert codes == [
        *("NAME_LENGTH", "NAME_EMOJI", "NAME_INVISIBLE", "NAME_SPACES", "NAME_BRACKETS", "NAME_LOOK_ALIKE"),
        *("NAME_CHARACTERS", "NAME_TRADITIONAL", "NAME_TEST", "NAME_NOT_OF_COMPANY"),
    ]


def test_nothing_is_loaded_before_a_rule_asks_for_it() -> None:
    """The tables take time, and workflows import this package."""
    script = "import sys, filing.naming; print({'opencc', 'emoji', 'confusable_homoglyphs'} & set(sys.modules))"

    printed = subprocess.check_output([sys.executable, "-c", script], cwd=Path(__file__).parents[3], text=True)

    assert printed == "set()\n"
