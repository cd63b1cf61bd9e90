"""The commands that other programs and the platform's support are given the answer of."""

from typing import Annotated

import typer

from cli.commands.shared import run, with_shared
from cli.options import Common, SignName
from filing.vocabulary import Carrier

app = typer.Typer()

OneCarrier = Annotated[Carrier | None, typer.Option(help="One carrier (运营商); default: all that it concerns.")]


@app.command(rich_help_panel="Filings")
@with_shared()
def gate(common: Common, name: SignName, *, carrier: OneCarrier = None) -> int:
    """Ask before sending in bulk: is it safe now? For scripts, the exit code is the answer.

    0 safe; 6 not yet, it may become so by itself; 7 only with a person's help; 3 the carrier takes nothing.
    """
    from cli import gating  # noqa: PLC0415 - see cli.app

    return run(gating.check_gate(name, common, carrier=carrier))


@app.command(rich_help_panel="Filings")
@with_shared()
def ticket(common: Common, name: SignName, *, carrier: OneCarrier = None) -> int:
    """Write the text of a ticket (工单) for the platform's support: order, dates, tests and their BizIds."""
    from cli import gating  # noqa: PLC0415 - see cli.app

    return run(gating.write_ticket(name, common, carrier=carrier))
