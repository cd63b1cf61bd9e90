import random
import re
from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from filing.naming import LENGTH_MAX, LENGTH_MIN
from tests.filing.naming.names import Parts, companies, findings, only, told


def rejected(name: str, company: str) -> list[str]:
    return [found.code for found in findings(name, len(company), company_name=company) if found.rejects]


@given(companies, st.data())
def test_every_contiguous_part_is_accepted(parts: Parts, data: st.DataObject) -> None:
    company = parts.company
    length = data.draw(st.integers(LENGTH_MIN, min(LENGTH_MAX, len(company))))
    start = data.draw(st.integers(0, len(company) - length))

    assert [
        found.code for found in findings(company[start : start + length], company_name=company) if found.rejects
    ] == []


@given(companies)
def test_the_full_name_is_beyond_doubt(parts: Parts) -> None:
    assume(len(parts.company) <= LENGTH_MAX)

    assert told(parts.company, company_name=parts.company) == []


@given(companies, st.booleans(), st.booleans())
def test_the_whole_brand_with_place_or_business_is_beyond_doubt(parts: Parts, before: bool, after: bool) -> None:
    name = (parts.place if before else "") + parts.brand + (parts.industry if after else "")
    assume(2 < len(name) <= LENGTH_MAX)

    assert told(name, company_name=parts.company) == []


@given(companies, st.data())
def test_leaving_out_inner_characters_skips(parts: Parts, data: st.DataObject) -> None:
    company = parts.company
    first = data.draw(st.integers(1, len(company) - 2))
    behind = data.draw(st.integers(first + 1, len(company) - 1))
    name = company[:first] + company[behind:]
    # Where characters repeat, another contiguous part may be what is left.
    assume(name not in company)

    assert rejected(name, company) == ["NAME_SKIPS"]


@given(companies, st.randoms(use_true_random=False))
def test_shuffling_reorders(parts: Parts, chance: random.Random) -> None:
    company = parts.company
    shuffled = list(company)
    chance.shuffle(shuffled)
    name = "".join(shuffled)
    assume(name != company)

    assert rejected(name, company) == ["NAME_REORDERED"]


@given(companies, st.sampled_from("龙凤梅Z9"), st.data())
def test_a_character_that_the_company_has_not_is_named(parts: Parts, strange: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(parts.company)))
    name = parts.company[:place] + strange + parts.company[place:]

    found = [one for one in findings(name, 40, company_name=parts.company) if one.code == "NAME_NOT_OF_COMPANY"]

    assert [one.part.startswith(f"{strange} of ") for one in found] == [True]


@given(companies, st.text("龙凤云州Zz9", min_size=1, max_size=6), st.data())
def test_what_the_company_has_not_is_shown_as_it_is_written(parts: Parts, strange: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(parts.company)))
    name = parts.company[:place] + strange + parts.company[place:]

    [found] = [one for one in findings(name, 60, company_name=parts.company) if one.code == "NAME_NOT_OF_COMPANY"]

    shown = found.part.removesuffix(f" of {name}").split("…")
    assert Counter("".join(shown)) == Counter(strange), "each character that is too many, as often as it is"
    assert re.search(".+".join(shown), name), "in one piece what is written so, and in the same order"


@pytest.mark.parametrize(
    ("name", "code", "part"),
    [
        ("杭州科技", "NAME_SKIPS", "杭州科技 leaves out 云杉"),
        ("杭杉技", "NAME_SKIPS", "杭杉技 leaves out 州云…科"),
        ("科技云杉", "NAME_REORDERED", "科技云杉"),
        ("云杉优选", "NAME_NOT_OF_COMPANY", "优选 of 云杉优选"),
        ("优云杉选", "NAME_NOT_OF_COMPANY", "优…选 of 优云杉选"),
        ("优优云杉", "NAME_NOT_OF_COMPANY", "优优 of 优优云杉"),
        ("云云杉", "NAME_NOT_OF_COMPANY", "云 of 云云杉"),
    ],
)
def test_what_is_wrong_is_pointed_at_and_another_name_offered(name: str, code: str, part: str) -> None:
    found = only(name)

    assert (found.code, found.part, found.field) == (code, part, "sign_name")
    assert "help page, step 2" in found.rule
    assert "云杉科技" in found.advice


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("云杉", "two characters"),
        ("杭州", "alone"),
        ("科技有限公司", "alone"),
        ("杉科技", "in the middle of the 字号 云杉"),
        ("技有限", "nothing of the 字号 云杉"),
    ],
)
def test_a_part_that_may_be_anothers_warns_with_the_reason(name: str, reason: str) -> None:
    found = only(name)

    assert (found.code, found.severity) == ("NAME_NOT_UNIQUE", "warn")
    assert reason in found.rule
    assert "云杉科技" in found.advice


def test_another_case_than_on_the_licence_warns() -> None:
    found = only("spruce云杉", company_name="Spruce云杉科技有限公司")

    assert (found.code, found.severity) == ("NAME_CASE", "warn")
    assert found.advice == "write Spruce云杉"


def test_a_part_across_brackets_warns_because_a_signature_has_none() -> None:
    company = "云杉（中国）科技有限公司"

    assert told("云杉中国科技", company_name=company) == [("NAME_OMITS_SYMBOLS", "warn")]
    assert told("云杉科技", company_name=company) == [("NAME_SKIPS", "reject")]
    assert told("云杉中国科技", company_name="云杉(中国)科技有限公司") == [("NAME_OMITS_SYMBOLS", "warn")]


def test_the_tightest_match_tells_what_is_skipped() -> None:
    assert only("云技", company_name="云海云杉科技有限公司").part == "云技 leaves out 杉科"


def test_an_odd_character_is_told_once_and_not_as_another_name() -> None:
    assert told("云杉—科技") == [("NAME_CHARACTERS", "reject")]
    assert told("雲杉科技") == [("NAME_TRADITIONAL", "reject")]


def test_a_name_that_rests_on_a_trademark_is_not_compared_with_the_company() -> None:
    found = findings("别的名字", source="TRADEMARK", trademark_id=1)

    assert all(one.severity == "ok" for one in found)
