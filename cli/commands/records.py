"""The command that tells the whole history of a signature."""

from typing import Annotated

import typer

from cli.commands.shared import run, with_shared
from cli.options import Common, SignName
from filing.vocabulary import Carrier

app = typer.Typer()


@app.command(rich_help_panel="Filings")
@with_shared()
def records(
    common: Common,
    name: SignName,
    *,
    carrier: Annotated[Carrier | None, typer.Option(help="Only those about this carrier (运营商).")] = None,
    event: Annotated[
        list[str] | None,
        typer.Option(metavar="EVENT", help="Only those of this kind, such as 'test delivered'; may be repeated."),
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Only those since then, such as 2026-03-02, in Beijing.")
    ] = None,
    table: Annotated[
        str | None, typer.Option("--csv", metavar="FILE", help="Write a table for spreadsheets; - for standard output.")
    ] = None,
) -> int:
    """Show all records (报备记录) of a signature, of closed filings too.

    They come from the evidence file of this machine (evidence_dir in the settings) and from the filing itself, each
    once. Where Temporal does not answer, the file alone is shown with a warning (exit code 0).
    """
    from cli import recording  # noqa: PLC0415 - see cli.app

    return run(recording.records(name, common, carrier=carrier, events=event or (), since=since, table=table))
