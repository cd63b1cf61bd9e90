import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from cli.exits import Exit
from cli.problems import InputError, Problem
from cli.reading import read_applications

Write = Callable[[str, str], Path]

GOOD = """
account: main
sign_name: 云杉科技
company_name: 杭州云杉科技有限公司
qualification_id: 900001
"""


def refused(*files: Path, account: str | None = None) -> InputError:
    with pytest.raises(InputError) as raised:
        read_applications(files, account=account)
    return raised.value


def only(*files: Path) -> Problem:
    [problem] = refused(*files).problems
    return problem


def test_one_application(write: Write) -> None:
    [(source, application)] = read_applications([write("a.yaml", GOOD + "needed_by: 2026-12-01")])

    assert source.endswith("a.yaml")
    assert application.sign_name == "云杉科技"
    assert application.needed_by == date(2026, 12, 1)


def test_several_in_several_files(write: Write) -> None:
    other = {
        "account": "main",
        "sign_name": "云杉",
        "company_name": "杭州云杉科技有限公司",
        "qualification_id": "900001",
    }
    files = [
        write("two.yaml", GOOD + "---\n" + GOOD.replace("云杉科技\n", "杭州云杉\n", 1)),
        write("list.json", json.dumps([other])),
    ]

    found = read_applications(files)

    assert [application.sign_name for _, application in found] == ["云杉科技", "杭州云杉", "云杉"]
    assert [source.rpartition("/")[2] for source, _ in found] == [
        "two.yaml (document 1)",
        "two.yaml (document 2)",
        "list.json (entry 1)",
    ]
    assert found[2][1].qualification_id == 900001


@pytest.mark.parametrize(
    ("change", "field", "rule", "advice"),
    [
        (("sign_name", "sign_nam"), "sign_nam", "unknown key", "did you mean sign_name?"),
        (("qualification_id: 900001", ""), "qualification_id", "missing", "add it"),
        (("900001", "true"), "qualification_id", "expected a number, got True", "the id that the console shows"),
        (("900001", "9 00"), "qualification_id", "expected a number, got '9 00'", ""),
        (("900001", "0"), "qualification_id", "expected a number above 0, got 0", ""),
        (("900001", "9" * 19), "qualification_id", "expected a number", ""),
        (("云杉科技\n", "360\n"), "sign_name", "expected text, got 360", "put it in quotes"),
        (("云杉科技\n", "' '\n"), "sign_name", "empty", "fill it in"),
        (("account", "source: ENTERPRISE\naccount"), "source", "expected one of ENTERPRISE_NAME", "did you mean ENTER"),
        (("account", "third_party: 是\naccount"), "third_party", "expected true or false, got '是'", ""),
        (("account", "needed_by: 20261201\naccount"), "needed_by", "expected a date such as", ""),
        (("account", "needed_by: 2026-02-30\naccount"), "needed_by", "2026-02-30", ""),
        (("account", "supporting_files: a.pdf\naccount"), "supporting_files", "expected a list, got 'a.pdf'", ""),
        (("account", f"remark: {'长' * 201}\naccount"), "remark", "longer than 200 characters", "shorten it"),
    ],
)
def test_a_mistake_names_field_value_and_remedy(
    write: Write, change: tuple[str, str], field: str, rule: str, advice: str
) -> None:
    error = refused(write("a.yaml", GOOD.replace(*change, 1)))

    [problem] = [problem for problem in error.problems if problem.field == field]
    assert rule in problem.rule
    assert advice in problem.advice
    assert error.code is Exit.UNREADABLE


@pytest.mark.parametrize("text", ["just words", "[]", "", "# nothing but a comment"])
def test_a_file_without_an_application_is_told(write: Write, text: str) -> None:
    assert "examples/" in only(write("a.yaml", text)).advice


def test_a_broken_naming_rule_is_told_with_its_source(write: Write) -> None:
    error = refused(write("a.yaml", GOOD.replace("云杉科技\n", "云科\n", 1)))

    [problem] = error.problems
    assert (problem.field, problem.code) == ("sign_name", "NAME_SKIPS")
    assert "help page" in problem.rule
    assert error.code is Exit.REFUSED


def test_every_problem_of_every_file_is_told_at_once(write: Write) -> None:
    error = refused(
        write("broken.yaml", "a: ["),
        write("keys.yaml", GOOD + "colour: red\nsize: 5"),
        write("name.yaml", GOOD.replace("云杉科技\n", "测试!\n", 1)),
        Path("none.yaml"),
    )

    assert {(Path(problem.source).name, problem.field) for problem in error.problems} == {
        ("broken.yaml", ""),
        ("keys.yaml", "colour"),
        ("keys.yaml", "size"),
        ("name.yaml", "sign_name"),
        ("none.yaml", ""),
    }
    assert error.code is Exit.UNREADABLE
    assert error.message.count("\n") == len(error.problems)


def test_the_same_signature_twice_is_told(write: Write) -> None:
    problem = only(write("a.yaml", GOOD), write("b.yaml", GOOD))

    assert "stands in" in problem.rule
    assert problem.source.endswith("b.yaml")


def test_the_account_is_filled_in(write: Write) -> None:
    file = write("a.yaml", GOOD.replace("account: main", ""))

    [(_, asked)] = read_applications([file], account="asked", default_account="usual")
    [(_, usual)] = read_applications([file], default_account="usual")

    assert (asked.account, usual.account) == ("asked", "usual")


def test_an_account_of_the_file_goes_before_the_default(write: Write) -> None:
    [(_, application)] = read_applications([write("a.yaml", GOOD)], default_account="usual")

    assert application.account == "main"


def test_no_account_at_all_is_told(write: Write) -> None:
    problem = only(write("a.yaml", GOOD.replace("account: main", "")))

    assert (problem.field, problem.rule) == ("account", "missing")


def test_two_different_accounts_are_told(write: Write) -> None:
    [problem] = refused(write("a.yaml", GOOD), account="other").problems

    assert problem.rule == "'main' here, but --account says other"


@pytest.mark.parametrize("file", sorted((Path(__file__).parents[2] / "examples").glob("*.yaml")), ids=lambda f: f.stem)
def test_the_examples_are_in_order(file: Path) -> None:
    assert read_applications([file])
