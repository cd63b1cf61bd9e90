"""The commands that change a signature at the platform; each can show first what it would do."""

from pathlib import Path
from typing import Annotated

import typer

from cli.commands.shared import run, with_shared
from cli.options import AcceptReset, By, Common, DryRun, Policy, Reason, SignName, Unchanged, Wait, WhenSettled
from filing.vocabulary import Carrier, FilingWay

app = typer.Typer()

_PANEL = "Changes at the platform"


@app.command(rich_help_panel=_PANEL)
@with_shared()
def edit(
    common: Common,
    name: SignName,
    *,
    assignments: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="FIELD=VALUE",
            help="A field of the application and its new value, none to empty it; may be repeated.",
        ),
    ] = None,
    reason: Reason = "",
    accept_reset: AcceptReset = "",
    when_settled: WhenSettled = False,
    unchanged: Unchanged = False,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Take back the edit that waits; goes with nothing else.")
    ] = False,
    dry_run: DryRun = False,
    wait: Wait = None,
    by: By = None,
) -> int:
    """Change the application and hand the signature in anew (编辑签名); the carriers may be filed again.

    Refused while anything is 审核中 or 报备中, and where a carrier is 报备成功 that --accept-reset does not name.
    """
    from cli import changing  # noqa: PLC0415 - see cli.app

    return run(
        changing.edit(
            name,
            common,
            assignments=assignments or [],
            by=by,
            preview=dry_run,
            wait=wait,
            reason=reason,
            accept_reset=accept_reset,
            when_settled=when_settled,
            unchanged=unchanged,
            withdraw=withdraw,
        )
    )


@app.command(rich_help_panel=_PANEL)
@with_shared()
def refile(
    common: Common,
    name: SignName,
    *,
    reason: Reason,
    carrier: Annotated[
        Carrier | None, typer.Option(help="The carrier it is about; default: all that are neither 报备成功 nor 报备中.")
    ] = None,
    way: Annotated[FilingWay | None, typer.Option(help="How, in place of the policy's refile_by.")] = None,
    accept_reset: AcceptReset = "",
    when_settled: WhenSettled = False,
    unchanged: Unchanged = False,
    dry_run: DryRun = False,
    wait: Wait = None,
    by: By = None,
) -> int:
    """Have the signature filed again as it is (重新报备).

    No operation of the platform files a single carrier: it is handed in anew as a whole, or a person is asked to
    click 报备 in the console.
    """
    from cli import changing  # noqa: PLC0415 - see cli.app

    return run(
        changing.refile(
            name,
            common,
            by=by,
            preview=dry_run,
            wait=wait,
            reason=reason,
            carrier=carrier,
            way=way,
            accept_reset=accept_reset,
            when_settled=when_settled,
            unchanged=unchanged,
        )
    )


@app.command(rich_help_panel=_PANEL)
@with_shared()
def replace(
    common: Common,
    name: Annotated[str, typer.Argument(metavar="OLD", help="The signature (签名) that is to go.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The application (申请) for the new one.")],
    *,
    policy: Policy = None,
    wait: Wait = None,
    by: By = None,
) -> int:
    """File a new signature that takes the place of an old one, as no name can be changed.

    Once the new one is 报备成功 wherever the old one is, the old one asks to be released or deleted.
    """
    from cli import replacing  # noqa: PLC0415 - see cli.app

    return run(replacing.replace(name, file, common, policy=policy, by=by, wait=wait))


@app.command(rich_help_panel=_PANEL)
@with_shared()
def delete(
    common: Common,
    name: SignName,
    *,
    confirm: Annotated[str, typer.Option(metavar="NAME", help="The name once more.")],
    force: Annotated[bool, typer.Option("--force", help="Also with traffic in the last 30 days.")] = False,
    reason: Reason = "",
    dry_run: DryRun = False,
    wait: Annotated[
        str, typer.Option(metavar="LENGTH", help="How long to wait for the end; code 6 if it is not deleted by then.")
    ] = "30s",
    by: By = None,
) -> int:
    """Delete a signature at the platform FOR EVER (删除签名, 删除后不可恢复).

    To stop following one without deleting anything, release it.
    """
    from cli import changing  # noqa: PLC0415 - see cli.app

    return run(
        changing.delete(name, common, by=by, preview=dry_run, wait=wait, confirm=confirm, force=force, reason=reason)
    )
