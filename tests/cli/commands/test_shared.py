from pathlib import Path
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from cli.commands.shared import with_shared
from cli.exits import Exit
from cli.options import ANSWER_TIMEOUT, Common, Connection
from tests.cli.operator import Run
from tests.cli.test_app import COMMANDS

OF_ENGINE = ("--settings", "--address", "--namespace", "--timeout")
SHARED = ("--account", "--json", *OF_ENGINE)
FEWER = {
    "lint": ("--account", "--json", "--settings"),
    "suggest": ("--json", "--settings"),
    "rehearse": ("--account", "--json", "--settings"),
    "demo": (),
}
"""The commands that do not talk to the engine, with the shared options that they have all the same."""


def options(help_text: str) -> list[str]:
    """The options that a help text lists, in its order."""
    return [word for line in help_text.splitlines() for word in line.strip("│ ").split()[:1] if word.startswith("--")]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_that_talks_to_the_engine_takes_the_shared_options_after_its_own(run: Run, command: str) -> None:
    ran = run(command, "--help")

    assert ran.code == Exit.DONE
    assert [option for option in options(ran.out) if option in SHARED] == list(FEWER.get(command, SHARED))
    own, *_ = ran.out.partition("--account")
    if command not in FEWER:
        assert options(ran.out) == [*options(own), "--account", "--json", "--help", *OF_ENGINE]


@pytest.mark.parametrize(("command", "missing"), [("lint", "--address"), ("suggest", "--account"), ("demo", "--json")])
def test_an_option_that_means_nothing_to_a_command_is_refused(run: Run, command: str, missing: str) -> None:
    ran = run(command, "something", missing, "x")

    assert ran.code == Exit.UNREADABLE
    assert f"No such option: {missing}" in ran.err


def called(*arguments: str, **kinds: bool) -> tuple[Common, str, int]:
    """What a command of one argument and one option of its own is called with."""
    seen: list[tuple[Common, str, int]] = []
    app = typer.Typer()

    @app.command()
    @with_shared(**kinds)
    def command(common: Common, name: str, *, count: Annotated[int, typer.Option()] = 1) -> int:
        seen.append((common, name, count))
        return 0

    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    [one] = seen
    return one


def test_a_command_gets_what_was_given_as_one() -> None:
    shared = ("--account", "a", "--json", "--settings", "s.toml", "--address", "h:1", "--namespace", "n")

    common, name, count = called("云杉", *shared, "--timeout", "2.5", "--count", "3")

    assert (name, count) == ("云杉", 3)
    assert common == Common("a", Path("s.toml"), as_json=True, connection=Connection("h:1", "n", 2.5))


@pytest.mark.parametrize("kinds", [{}, {"account": False}, {"engine": False}, {"account": False, "engine": False}])
def test_what_was_not_given_or_is_not_taken_has_its_default(kinds: dict[str, bool]) -> None:
    common, name, count = called("云杉", **kinds)

    assert (name, count) == ("云杉", 1)
    assert common == Common()
    assert common.connection.timeout == ANSWER_TIMEOUT
