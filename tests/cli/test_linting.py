"""``lint`` on real files; nothing listens anywhere, so whatever asked an engine would fail."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.exits import Exit
from tests.cli.operator import Ran, Run

Write = Callable[[str, str], Path]

GOOD = "sign_name: 云杉科技\ncompany_name: 杭州云杉科技有限公司\nqualification_id: 900001\n"
RISKY = GOOD.replace("云杉科技\n", "云杉\n", 1)
WRONG = GOOD.replace("云杉科技\n", "杭州科技\n", 1)


@pytest.fixture
def lint(run: Run, write: Write) -> Callable[..., Ran]:
    """Runs ``lint`` on texts, each a file of its own."""

    def command(*texts: str, options: tuple[str, ...] = ()) -> Ran:
        files = [write(f"{number}.yaml", text) for number, text in enumerate(texts, start=1)]
        return run("lint", *files, *options)

    return command


def test_good_names_pass(lint: Callable[..., Ran]) -> None:
    ran = lint(GOOD)

    assert ran.code == Exit.DONE
    assert "【云杉科技】 ok  ENTERPRISE_NAME 企事业单位名, 推荐度 高" in ran.out
    assert ran.err == ""


def test_a_warning_passes_and_says_what_to_do(lint: Callable[..., Ran]) -> None:
    ran = lint(RISKY)

    assert ran.code == Exit.DONE
    assert "【云杉】 warn" in ran.out
    assert "能唯一标识企业" in ran.out
    assert "云杉科技" in ran.out


def test_a_breach_ends_with_3_and_every_application_is_shown(lint: Callable[..., Ran]) -> None:
    ran = lint(GOOD, f"{WRONG}---\n{RISKY}")

    assert ran.code == Exit.REFUSED
    assert [line[:8] for line in ran.out.splitlines() if line.startswith("【")] == [
        "【云杉科技】 o",
        "【杭州科技】 r",
        "【云杉】 war",
    ]
    assert "reject sign_name: 杭州科技 leaves out 云杉" in ran.out
    assert "[NAME_SKIPS]" in ran.out
    assert "2.yaml (document 1)" in ran.out
    assert "1 of 3 rejected: 杭州科技" in ran.err


def test_with_json_each_application_has_its_verdict_and_findings(lint: Callable[..., Ran]) -> None:
    ran = lint(GOOD, RISKY, WRONG, options=("--json",))

    applications: list[dict[str, Any]] = ran.document["applications"]
    assert ran.code == ran.document["error"]["code"] == Exit.REFUSED
    assert [(one["sign_name"], one["verdict"]) for one in applications] == [
        ("云杉科技", "ok"),
        ("云杉", "warn"),
        ("杭州科技", "reject"),
    ]
    assert {one["grade"] for one in applications} == {"高"}
    [finding] = applications[2]["findings"]
    assert set(finding) == {"code", "field", "part", "severity", "rule", "advice"}
    assert (finding["code"], finding["field"], finding["severity"]) == ("NAME_SKIPS", "sign_name", "reject")


def test_with_json_and_nothing_wrong_there_is_no_error(lint: Callable[..., Ran]) -> None:
    assert set(lint(GOOD, options=("--json",)).document) == {"applications"}


def test_unreadable_input_ends_with_2_and_the_rest_is_judged(lint: Callable[..., Ran]) -> None:
    ran = lint(WRONG, "sign_name: [", "sign_nam: x")
    as_json = lint(WRONG, "sign_name: [", options=("--json",))

    assert ran.code == as_json.code == Exit.UNREADABLE
    assert "【杭州科技】 reject" in ran.out
    assert "not valid YAML" in ran.err
    assert "did you mean sign_name?" in ran.err
    assert as_json.document["applications"][0]["verdict"] == "reject"
    assert [problem["source"][-6:] for problem in as_json.document["error"]["details"]["problems"]] == ["2.yaml"]


def test_a_missing_file_ends_with_2(run: Run) -> None:
    ran = run("lint", "none.yaml")

    assert ran.code == Exit.UNREADABLE
    assert "none.yaml: no such file" in ran.err


def test_what_was_changed_is_told_with_code_points(lint: Callable[..., Ran]) -> None:
    ran = lint(
        "sign_name: ' 【Ａ云\u200b杉】'\ncompany_name: A云杉(中国)有限公司\nqualification_id: 1", options=("--json",)
    )

    [application] = ran.document["applications"]
    assert (application["sign_name"], application["verdict"]) == ("A云杉", "warn")
    assert [(f["code"], f["field"], f["part"]) for f in application["findings"]] == [
        ("NAME_NORMALISED", "sign_name", '" 【Ａ云<U+200B>杉】" -> "A云杉"'),
        ("NAME_NORMALISED", "company_name", '"A云杉(中国)有限公司" -> "A云杉（中国）有限公司"'),
    ]
    assert "Ａ (U+FF21) became A (U+0041)" in application["findings"][0]["rule"]


def test_names_of_the_files_that_look_alike_are_pointed_out(lint: Callable[..., Ran]) -> None:
    company = "source: TRADEMARK\ntrademark_id: 1\ncompany_name: 杭州云杉科技有限公司\nqualification_id: 1\n"
    ran = lint(f"sign_name: Spruce云杉\n{company}", f"sign_name: spruce云杉\n{company}", options=("--json",))

    first, second = ran.document["applications"]
    assert (first["verdict"], second["verdict"]) == ("ok", "warn")
    assert [(f["code"], f["part"]) for f in second["findings"] if f["severity"] == "warn"] == [
        ("NAME_SIMILAR", "spruce云杉 and Spruce云杉")
    ]


@pytest.mark.parametrize(("limit", "verdict"), [("", "reject"), ("sign_name_length_max = 14", "ok")])
def test_the_settings_say_how_long_a_name_may_be(
    lint: Callable[..., Ran], write: Write, limit: str, verdict: str
) -> None:
    name = "杭州云杉网络科技有限责任公司"
    settings = write("settings.toml", limit)

    ran = lint(
        f"sign_name: {name}\ncompany_name: {name}\nqualification_id: 1", options=("--json", "--settings", str(settings))
    )

    [application] = ran.document["applications"]
    assert application["verdict"] == verdict
    assert "conflict" in application["findings"][0]["rule"]


def test_json_with_half_a_surrogate_pair_is_no_traceback(run: Run, write: Write) -> None:
    written = json.dumps({"sign_name": "云杉\ud800", "company_name": "云杉\ud800", "qualification_id": 1})

    ran = run("lint", write("a.json", written))

    assert ran.code == Exit.UNREADABLE
    assert "sign_name" in ran.err
    assert "unexpected" not in ran.err


@pytest.mark.parametrize("value", ["[]", "''", "~", "{a: 1}", "12"])
def test_a_name_that_is_no_text_is_refused_at_its_field(lint: Callable[..., Ran], value: str) -> None:
    ran = lint(GOOD.replace("sign_name: 云杉科技", f"sign_name: {value}"))

    assert ran.code == Exit.UNREADABLE
    assert "sign_name" in ran.err


def test_the_examples_are_ok(run: Run) -> None:
    examples = sorted((Path(__file__).parents[2] / "examples").glob("*.yaml"))

    ran = run("lint", *examples, "--json")

    assert {one["verdict"] for one in ran.document["applications"]} == {"ok"}
    assert len(ran.document["applications"]) == len(examples)
