"""The command line of ``starter.py``: what there is to say, and how every ending becomes an exit code.

A command imports what it needs when it runs: Temporal's client takes a second to load, and ``--help`` should not.
"""

import asyncio
import io
import sys
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.exceptions import Abort, TyperException

from cli.exits import CliError, Exit
from cli.options import (
    ANSWER_TIMEOUT,
    Account,
    Address,
    AsJson,
    By,
    Common,
    Connection,
    Namespace,
    SettingsFile,
    SignName,
    Timeout,
)
from cli.output import fail
from filing.vocabulary import Carrier

app = typer.Typer(
    help="Real-name filing (实名制报备) of SMS signatures (短信签名) in mainland China.",
    epilog="Exit codes: " + "; ".join(f"{int(code)} {code.meaning}" for code in Exit) + ".",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command(rich_help_panel="Filings")
def submit(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Applications (申请) in YAML or JSON.")],
    *,
    policy: Annotated[str | None, typer.Option(metavar="NAME", help="Policy in place of the account's.")] = None,
    by: By = None,
    account: Account = None,
    as_json: AsJson = False,
    settings: SettingsFile = None,
    address: Address = None,
    namespace: Namespace = None,
    timeout: Timeout = ANSWER_TIMEOUT,
) -> int:
    """Check applications and open a filing for each.

    All files are checked first; if anything is wrong anywhere, nothing is submitted. An application whose filing is
    open already changes nothing; one with another content is refused, and the differences are shown.
    """
    from cli import submitting  # noqa: PLC0415 - see the module

    common = _common(account, settings, address, namespace, timeout, as_json=as_json)
    return _run(submitting.submit(files, common, policy=policy, by=by))


@app.command(rich_help_panel="Filings")
def status(
    name: SignName,
    *,
    account: Account = None,
    as_json: AsJson = False,
    settings: SettingsFile = None,
    address: Address = None,
    namespace: Namespace = None,
    timeout: Timeout = ANSWER_TIMEOUT,
) -> int:
    """Show a filing: review (审核), carriers, what a person must do, and the last records (报备记录)."""
    from cli import showing  # noqa: PLC0415 - see the module

    return _run(showing.status(name, _common(account, settings, address, namespace, timeout, as_json=as_json)))


@app.command("list", rich_help_panel="Filings")
def list_command(
    *,
    closed: Annotated[bool, typer.Option("--all", help="Also those that are closed.")] = False,
    account: Account = None,
    as_json: AsJson = False,
    settings: SettingsFile = None,
    address: Address = None,
    namespace: Namespace = None,
    timeout: Timeout = ANSWER_TIMEOUT,
) -> int:
    """List the open filings, of all accounts or of one."""
    from cli import showing  # noqa: PLC0415 - see the module

    common = _common(account, settings, address, namespace, timeout, as_json=as_json)
    return _run(showing.list_filings(common, closed=closed))


@app.command(rich_help_panel="Filings")
def watch(
    name: SignName,
    *,
    account: Account = None,
    as_json: AsJson = False,
    settings: SettingsFile = None,
    address: Address = None,
    namespace: Namespace = None,
    timeout: Timeout = ANSWER_TIMEOUT,
) -> int:
    """Show a filing as it changes, until it is closed or Ctrl-C."""
    from cli import showing  # noqa: PLC0415 - see the module

    return _run(showing.watch(name, _common(account, settings, address, namespace, timeout, as_json=as_json)))


@app.command("look-now", rich_help_panel="Messages to a filing")
def look_now(
    name: SignName,
    *,
    by: By = None,
    account: Account = None,
    as_json: AsJson = False,
    settings: SettingsFile = None,
    address: Address = None,
    namespace: Namespace = None,
    timeout: Timeout = ANSWER_TIMEOUT,
) -> int:
    """Have the platform read now instead of at the next planned time."""
    return _send(name, "look_now", by, _common(account, settings, address, namespace, timeout, as_json=as_json))


@app.command("test-send", rich_help_panel="Messages to a filing")
def send_test(
    name: SignName,
    *,
    carrier: Annotated[Carrier | None, typer.Option(help="One carrier (运营商); default: each of the three.")] = None,
    by: By = None,
    account: Account = None,
    as_json: AsJson = False,
    settings: SettingsFile = None,
    address: Address = None,
    namespace: Namespace = None,
    timeout: Timeout = ANSWER_TIMEOUT,
) -> int:
    """Send test messages (测试短信) to the account's test phones; they are billed."""
    common = _common(account, settings, address, namespace, timeout, as_json=as_json)
    return _send(name, "test_send", by, common, carrier=carrier)


@app.command(rich_help_panel="Messages to a filing")
def pause(
    name: SignName,
    *,
    reason: Annotated[str, typer.Option(help="Why, for the records.")] = "",
    by: By = None,
    account: Account = None,
    as_json: AsJson = False,
    settings: SettingsFile = None,
    address: Address = None,
    namespace: Namespace = None,
    timeout: Timeout = ANSWER_TIMEOUT,
) -> int:
    """Stop reading and sending until it is resumed; clocks and warnings go on."""
    common = _common(account, settings, address, namespace, timeout, as_json=as_json)
    return _send(name, "pause", by, common, reason=reason)


@app.command(rich_help_panel="Messages to a filing")
def resume(
    name: SignName,
    *,
    by: By = None,
    account: Account = None,
    as_json: AsJson = False,
    settings: SettingsFile = None,
    address: Address = None,
    namespace: Namespace = None,
    timeout: Timeout = ANSWER_TIMEOUT,
) -> int:
    """Go on after a pause."""
    return _send(name, "resume", by, _common(account, settings, address, namespace, timeout, as_json=as_json))


@app.command(rich_help_panel="Messages to a filing")
def release(
    name: SignName,
    *,
    reason: Annotated[str, typer.Option(help="Why, for the records.")] = "",
    by: By = None,
    account: Account = None,
    as_json: AsJson = False,
    settings: SettingsFile = None,
    address: Address = None,
    namespace: Namespace = None,
    timeout: Timeout = ANSWER_TIMEOUT,
) -> int:
    """Stop following a signature; nothing is deleted at the platform."""
    common = _common(account, settings, address, namespace, timeout, as_json=as_json)
    return _send(name, "release", by, common, reason=reason)


@app.command(rich_help_panel="Demo")
def demo(
    *,
    leave: Annotated[
        bool, typer.Option("--exit", help="End with the last example; exit code 7 if one missed its end.")
    ] = False,
    data_dir: Annotated[
        Path, typer.Option(metavar="DIR", help="Where the demo keeps its state; emptied at the start.")
    ] = Path(".data/demo"),
    temporal_port: Annotated[int, typer.Option(envvar="SMS_FILING_TEMPORAL_PORT", help="Temporal.")] = 7233,
    ui_port: Annotated[int, typer.Option(envvar="SMS_FILING_UI_PORT", help="Web UI.")] = 8233,
    sandbox_port: Annotated[int, typer.Option(envvar="SMS_FILING_SANDBOX_PORT", help="Sandbox.")] = 8790,
) -> int:
    """Start Temporal, a sandbox and a worker, file the examples within two minutes, and show it happen."""
    from cli import demo as running  # noqa: PLC0415 - see the module
    from cli.demo_stack import Ports  # noqa: PLC0415

    ports = Ports(temporal=temporal_port, ui=ui_port, sandbox=sandbox_port)
    return _run(running.demo(data_dir, ports, leave=leave))


def _common(
    account: str | None,
    settings: Path | None,
    address: str | None,
    namespace: str | None,
    timeout: float,
    *,
    as_json: bool,
) -> Common:
    return Common(account, settings, as_json, Connection(address, namespace, timeout))


def _run(command: Coroutine[Any, Any, int]) -> int:
    try:
        return asyncio.run(command)
    except BrokenPipeError:
        # The reader of a pipe has seen enough; what was asked for is done.
        return Exit.DONE


def _send(name: str, message: str, by: str | None, common: Common, **fields: object) -> int:
    from cli import messaging  # noqa: PLC0415 - see the module

    return _run(messaging.send(name, common, message, by=by, **fields))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: The command line without the program's name, that of the process where none is given.

    Returns:
        The exit code; see ``cli.exits``. An expected error is one message on standard error, never a traceback.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in given
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A Chinese name must not end in an encoding error where the locale knows no Chinese.
            stream.reconfigure(errors="backslashreplace")
    try:
        code = app(args=given, prog_name="starter.py", standalone_mode=False)
        return int(code or Exit.DONE)
    except CliError as failure:
        return fail(failure, as_json=as_json)
    except TyperException as failure:
        told = failure.format_message().replace("Value error, ", "").removesuffix(".")
        return fail(CliError(Exit.UNREADABLE, f"{told} (see --help)"), as_json=as_json)
    except (Abort, KeyboardInterrupt, asyncio.CancelledError):
        return Exit.INTERRUPTED
    except Exception as failure:
        if sys.flags.dev_mode:
            raise
        told = f"unexpected {type(failure).__name__}: {failure} (a fault of this program; 'python -X dev' shows where)"
        return fail(CliError(Exit.BROKEN, told), as_json=as_json)
