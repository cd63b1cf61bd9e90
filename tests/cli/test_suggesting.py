from pathlib import Path

import pytest

from cli.exits import Exit
from tests.cli.operator import Run

COMPANY = "杭州云杉科技有限公司"


def test_names_are_listed_with_verdict_and_grade_and_what_they_are_made_of(run: Run) -> None:
    ran = run("suggest", COMPANY)

    assert ran.code == Exit.DONE
    lines = ran.out.splitlines()
    assert "place (行政区划) 杭州, 字号 云杉, 行业 (line of business) 科技" in lines[0]
    assert lines[1] == f"【{COMPANY}】 ok  ENTERPRISE_NAME 企事业单位名, 推荐度 高  full name (全称)"
    assert "【云杉科技】 ok  ENTERPRISE_NAME 企事业单位名, 推荐度 高  short form (简称): 字号 + 行业" in lines


def test_a_brand_adds_the_trademark(run: Run) -> None:
    ran = run("suggest", COMPANY, "--brand", "【云杉优选】", "--json")

    [trademark] = [one for one in ran.document["suggestions"] if one["source"] == "TRADEMARK"]
    assert (trademark["sign_name"], trademark["grade"], trademark["verdict"]) == ("云杉优选", "中", "ok")
    assert [change["code"] for change in ran.document["changes"]] == ["NAME_NORMALISED"]
    assert ran.document["parts"] == {"places": ["杭州"], "brand": "云杉", "industries": ["科技"], "form": "有限公司"}
    assert ran.document["refused"] == []


def test_a_brand_that_would_not_pass_is_shown_with_the_reason(run: Run) -> None:
    ran = run("suggest", COMPANY, "--brand", "云杉test")
    as_json = run("suggest", COMPANY, "--brand", "云杉test", "--json")

    assert ran.code == Exit.DONE
    assert "【云杉test】 reject" in ran.out
    assert "NAME_TEST" in ran.out
    assert [one["sign_name"] for one in as_json.document["refused"]] == ["云杉test"]


def test_what_is_suggested_passes_lint(run: Run, tmp_path: Path) -> None:
    suggested = run("suggest", "云杉（杭州）网络科技有限公司", "--brand", "云杉优选", "--json").document["suggestions"]

    for number, one in enumerate(suggested):
        file = tmp_path / f"{number}.yaml"
        file.write_text(
            f"sign_name: {one['sign_name']}\nsource: {one['source']}\ntrademark_id: 1\n"
            "company_name: 云杉（杭州）网络科技有限公司\nqualification_id: 1\n",
            encoding="utf-8",
        )
    ran = run("lint", *tmp_path.glob("[0-9].yaml"), "--json")

    assert ran.code == Exit.DONE, ran.err
    assert len(ran.document["applications"]) == len(suggested) >= 3
    assert {one["verdict"] for one in ran.document["applications"]} <= {"ok", "warn"}


@pytest.mark.parametrize("company", ["", "  ", "\u200b", "云" * 151])
def test_what_is_no_name_ends_with_2(run: Run, company: str) -> None:
    ran = run("suggest", company)

    assert ran.code == Exit.UNREADABLE
    assert "COMPANY" in ran.err


def test_an_empty_brand_ends_with_2(run: Run) -> None:
    ran = run("suggest", COMPANY, "--brand", " ")

    assert ran.code == Exit.UNREADABLE
    assert "--brand: empty" in ran.err


@pytest.mark.parametrize("company", ["12345", "!!!", "Spruce Technologies (China) Co., Ltd.", "测试测试"])
def test_a_company_without_a_name_that_would_pass_ends_with_3(run: Run, company: str) -> None:
    ran = run("suggest", company, "--json")

    assert ran.code == Exit.REFUSED
    assert "would pass" in ran.document["error"]["message"]
    assert "--brand" in ran.document["error"]["message"]


def test_the_settings_say_how_long_a_name_may_be(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    company = "杭州云杉网络科技有限责任公司"
    short = run("suggest", company).out
    monkeypatch.setenv("SMS_FILING_SIGN_NAME_LENGTH_MAX", "14")
    long = run("suggest", company).out

    assert f"【{company}】" not in short
    assert f"【{company}】 ok" in long
