"""``docs/traceability.md`` holds true: each sentence of the help page has a place in the code and a test."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from cli.app import app

ROOT = Path(__file__).parent.parent
PACKAGES = ("filing", "gateway", "activities", "workflows", "callbacks", "rehearsal", "cli", "engine")
TABLE = "docs/traceability.md"
HEAD = ["句子", "代码", "测试", "告知操作员"]

SENTENCES = {
    "页首": 2,
    "快速上手": 14,
    "步骤 1：准备合规的企业资质": 6,
    "步骤 2：申请或更新合规的短信签名": 16,
    "步骤 3：发起报备并验证结果": 15,
    "查询报备结果": 3,
    "报备状态详解与故障排查": 2,
    "报备中": 7,
    "未报备": 3,
    "报备失败": 15,
    "已报备待验证": 5,
    "报备成功": 4,
    "报备失效": 7,
    "常见问题": 9,
}
"""The help page's headings in its order, and how many sentences stand below each; what is said again is not counted."""


@dataclass(frozen=True)
class Row:
    """One sentence of the help page."""

    heading: str
    sentence: str
    code: str
    test: str
    told: str


def rows() -> Iterator[Row]:
    heading = ""
    for line in (ROOT / TABLE).read_text(encoding="utf-8").splitlines():
        if line.startswith("##"):
            heading = line.lstrip("# ")
        elif line.startswith("|") and not line.startswith("|---"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            assert len(cells) == len(HEAD), line
            if cells != HEAD:
                yield Row(heading, *cells)


ROWS = list(rows())


@cache
def tree(path: str) -> ast.Module:
    return parsed((ROOT / path).read_text(encoding="utf-8"))


def parsed(text: str) -> ast.Module:
    """The syntax tree of a file; Python 3.11 now and then miscounts its own recursion beside other threads."""
    for _ in range(20):
        try:
            return ast.parse(text)
        except SystemError:
            continue
    return ast.parse(text)


def names(nodes: list[ast.stmt], before: str = "") -> Iterator[str]:
    """What a module defines, and its classes as ``Class.name``."""
    for node in nodes:
        if isinstance(node, ast.ClassDef):
            yield before + node.name
            yield from names(node.body, f"{node.name}.")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield before + node.name
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield before + node.target.id
        elif isinstance(node, ast.Assign):
            yield from (before + target.id for target in node.targets if isinstance(target, ast.Name))


@cache
def told_texts() -> str:
    """Every text of the program, pieced together as it is shown, and every document but the table itself."""
    modules = [file for package in PACKAGES for file in (ROOT / package).rglob("*.py")]
    nodes = [node for file in modules for node in ast.walk(parsed(file.read_text(encoding="utf-8")))]
    texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    documents = [file for file in (ROOT / "docs").glob("*.md") if file != ROOT / TABLE]
    return "\n".join([*texts, *(file.read_text(encoding="utf-8") for file in documents)])


def commands() -> set[str]:
    registered = [
        command
        for group in app.registered_groups
        if group.typer_instance
        for command in group.typer_instance.registered_commands
    ]
    return {command.name or str(getattr(command.callback, "__name__", "")).replace("_", "-") for command in registered}


def by_sentence(row: Row) -> str:
    return row.sentence


def test_every_heading_of_the_help_page_has_all_its_sentences() -> None:
    assert Counter(row.heading for row in ROWS) == SENTENCES
    assert list(dict.fromkeys(row.heading for row in ROWS)) == list(SENTENCES)
    assert [line for line, times in Counter(row.sentence for row in ROWS).items() if times > 1] == []
    assert all(row.sentence for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=by_sentence)
def test_its_place_in_the_code_exists(row: Row) -> None:
    place = re.fullmatch(r"`([\w/]+\.py)` `([\w.]+)`", row.code)

    assert place, f"one file and one symbol: {row.code}"
    assert place[1].split("/")[0] in PACKAGES
    assert place[2] in set(names(tree(place[1]).body)), f"{place[1]} has no {place[2]}"


@pytest.mark.parametrize("row", ROWS, ids=by_sentence)
def test_its_test_exists(row: Row) -> None:
    place = re.fullmatch(r"`(tests/[\w/]*test_\w+\.py)::(test_\w+)`", row.test)

    assert place, f"one test: {row.test}"
    assert place[2] in {name.rpartition(".")[2] for name in names(tree(place[1]).body)}, f"{place[1]} has no {place[2]}"


@pytest.mark.parametrize("row", [row for row in ROWS if "`" in row.told], ids=by_sentence)
def test_what_the_operator_is_told_is_what_the_program_says(row: Row) -> None:
    for quoted in re.findall(r"`([^`]+)`", row.told):
        if quoted.startswith("starter.py "):
            assert quoted.split()[1] in commands()
        else:
            assert quoted in told_texts(), f"nobody says: {quoted}"


def test_a_console_step_without_an_operation_always_says_what_the_operator_is_told() -> None:
    assert [row.sentence for row in ROWS if "没有 API" in row.told and "`" not in row.told] == []
    assert sum("没有 API" in row.told for row in ROWS) >= 5
