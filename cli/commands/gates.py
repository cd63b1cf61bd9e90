"""The commands that other programs and the platform's support are given the answer of."""

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

OneCarrier = Annotated[Carrier | None, typer.Option(help="One carrier (运营商); default: all that it concerns.")]


@app.command(rich_help_panel="Filings")
def gate(
    name: SignName,
    *,
    carrier: OneCarrier = None,
    account: Account = None,
    as_json: AsJson = False,
    settings: SettingsFile = None,
    address: Address = None,
    namespace: Namespace = None,
    timeout: Timeout = ANSWER_TIMEOUT,
) -> int:
    """Ask before sending in bulk: is it safe now? For scripts, the exit code is the answer.

    0 safe; 6 not yet, it may become so by itself; 7 only with a person's help; 3 the carrier takes nothing.
    """
    from cli import gating  # noqa: PLC0415 - see cli.app

    common = shared_options(account, settings, address, namespace, timeout, as_json=as_json)
    return run(gating.check_gate(name, common, carrier=carrier))


@app.command(rich_help_panel="Filings")
def ticket(
    name: SignName,
    *,
    carrier: OneCarrier = None,
    account: Account = None,
    as_json: AsJson = False,
    settings: SettingsFile = None,
    address: Address = None,
    namespace: Namespace = None,
    timeout: Timeout = ANSWER_TIMEOUT,
) -> int:
    """Write the text of a ticket (工单) for the platform's support: order, dates, tests and their BizIds."""
    from cli import gating  # noqa: PLC0415 - see cli.app

    common = shared_options(account, settings, address, namespace, timeout, as_json=as_json)
    return run(gating.write_ticket(name, common, carrier=carrier))
