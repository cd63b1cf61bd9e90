"""The commands that open filings and show them."""

from pathlib import Path
from typing import Annotated

import typer

from cli.commands.shared import run, with_shared
from cli.options import By, Common, Policy, SignName, Wait

app = typer.Typer()


@app.command(rich_help_panel="Filings")
@with_shared()
def submit(
    common: Common,
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Applications (申请) in YAML or JSON.")],
    *,
    policy: Policy = None,
    wait: Wait = None,
    by: By = None,
) -> int:
    """Check applications and open a filing for each.

    All files are checked first; if anything is wrong anywhere, nothing is submitted. An application whose filing is
    open already changes nothing; one with another content is refused, and the differences are shown. Where an earlier
    filing of the same name was closed, its records go on.
    """
    from cli import submitting  # noqa: PLC0415 - see cli.app

    return run(submitting.submit(files, common, policy=policy, by=by, wait=wait))


@app.command(rich_help_panel="Filings")
@with_shared()
def status(common: Common, name: SignName) -> int:
    """Show a filing: review (审核), carriers, what a person must do, and the last records (报备记录)."""
    from cli import showing  # noqa: PLC0415 - see cli.app

    return run(showing.status(name, common))


@app.command("list", rich_help_panel="Filings")
@with_shared()
def list_command(
    common: Common,
    *,
    closed: Annotated[bool, typer.Option("--all", help="Also those that are closed.")] = False,
) -> int:
    """List the open filings, of all accounts or of one."""
    from cli import showing  # noqa: PLC0415 - see cli.app

    return run(showing.list_filings(common, closed=closed))


@app.command(rich_help_panel="Filings")
@with_shared()
def watch(common: Common, name: SignName) -> int:
    """Show a filing as it changes, until it is closed or Ctrl-C."""
    from cli import showing  # noqa: PLC0415 - see cli.app

    return run(showing.watch(name, common))
