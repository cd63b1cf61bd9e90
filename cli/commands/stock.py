"""The commands for signatures that exist already (存量签名)."""

from pathlib import Path
from typing import Annotated

import typer

from cli.commands.shared import run, with_shared
from cli.options import By, Common, Policy, Wait

app = typer.Typer()

_PANEL = "Existing signatures"

Source = Annotated[
    str | None,
    typer.Option(metavar="SOURCE", help="签名来源 of those adopted, such as ENTERPRISE_NAME; the platform tells none."),
]
SignType = Annotated[
    str | None,
    typer.Option("--type", metavar="TYPE", help="签名类型 where the platform does not say it: GENERAL, VERIFICATION."),
]
Company = Annotated[str | None, typer.Option(metavar="NAME", help="Company where no qualification (资质) says it.")]
FromFile = Annotated[
    Path | None,
    typer.Option(
        "--from", metavar="FILE", help="YAML or JSON with sign_name and what is known of each, before the options."
    ),
]


@app.command(rich_help_panel=_PANEL)
@with_shared()
def stock(
    common: Common,
    *,
    only_problems: Annotated[
        bool, typer.Option("--only-problems", help="Only those that a person must see to.")
    ] = False,
    adopt: Annotated[bool, typer.Option("--adopt", help="Ask which to take over, and open their filings.")] = False,
    pick: Annotated[
        str | None,
        typer.Option(metavar="WHICH", help="Which, instead of being asked: all, problems, names or numbers (1-3,7)."),
    ] = None,
    source: Source = None,
    sign_type: SignType = None,
    company: Company = None,
    file: FromFile = None,
    policy: Policy = None,
    by: By = None,
) -> int:
    """List the account's signatures (存量签名): state at each carrier, what is wrong today, what to do.

    The worker reads the whole account, and nothing is changed unless --adopt is given.
    """
    from cli import adopting, stocking  # noqa: PLC0415 - see cli.app

    answers = adopting.Answers(source, sign_type, company, file, policy, by)
    return run(
        stocking.stock(common, only_problems=only_problems, adopt=adopt or pick is not None, pick=pick, answers=answers)
    )


@app.command(rich_help_panel=_PANEL)
@with_shared()
def adopt(
    common: Common,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME...", help="Signatures (签名), with 【】 or without; default: those of --from."),
    ] = None,
    *,
    source: Source = None,
    sign_type: SignType = None,
    company: Company = None,
    file: FromFile = None,
    policy: Policy = None,
    wait: Wait = None,
    by: By = None,
) -> int:
    """Take over signatures that exist already (存量签名), in whatever state; nothing is written to the platform.

    What the platform does not return (source, sometimes type) is asked for once at a terminal. What stays unknown is
    never handed in: an edit names it first.
    """
    from cli import adopting  # noqa: PLC0415 - see cli.app

    answers = adopting.Answers(source, sign_type, company, file, policy, by)
    return run(adopting.adopt(names or [], common, answers, wait=wait))
