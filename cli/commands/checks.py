"""The commands that check names before anything is handed in; they need neither Temporal nor an account."""

from pathlib import Path
from typing import Annotated

import typer

from cli.commands.shared import run, with_shared
from cli.options import Common

app = typer.Typer()


@app.command(rich_help_panel="Names")
@with_shared(engine=False)
def lint(
    common: Common,
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Applications (申请) in YAML or JSON.")],
) -> int:
    """Check applications against the naming and source rules; nothing is submitted.

    Each finding names its rule with the source of the rule, the offending part, and what to do. The verdict is ok, warn
    (it may be refused) or reject (submit would refuse it; exit code 3).
    """
    from cli import linting  # noqa: PLC0415 - see cli.app

    return run(linting.lint(files, common))


@app.command(rich_help_panel="Names")
@with_shared(account=False, engine=False)
def suggest(
    common: Common,
    company: Annotated[str, typer.Argument(metavar="COMPANY", help="The company's name as on its licence.")],
    *,
    brand: Annotated[
        str | None, typer.Option(metavar="NAME", help="A trademark (已注册商标) of the company, as an alternative.")
    ] = None,
) -> int:
    """List names that would pass for a company, with how well each source does (推荐度 高 or 中)."""
    from cli import suggesting  # noqa: PLC0415 - see cli.app

    return run(suggesting.suggest(company, brand, common))
