"""The command that tells the whole history of a signature."""

from typing import Annotated

import typer

from cli.commands.shared import run, shared_options
from cli.options import (
    ANSWER_TIMEOUT,
    Account,
    Address,
    AsJson,
    Namespace,
    SettingsFile,
    SignName,
    Timeout,
)
from filing.vocabulary import Carrier

app = typer.Typer()


@app.command(rich_help_panel="Filings")
def records(
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
    account: Account = None,
    as_json: AsJson = False,
    settings: SettingsFile = None,
    address: Address = None,
    namespace: Namespace = None,
    timeout: Timeout = ANSWER_TIMEOUT,
) -> int:
    """Show all records (报备记录) of a signature, of closed filings too.

    They come from the evidence file of this machine (evidence_dir in the settings) and from the filing itself, each
    once. Where Temporal does not answer, the file alone is shown with a warning (exit code 0).
    """
    from cli import recording  # noqa: PLC0415 - see cli.app

    common = shared_options(account, settings, address, namespace, timeout, as_json=as_json)
    return run(recording.records(name, common, carrier=carrier, events=event or (), since=since, table=table))
