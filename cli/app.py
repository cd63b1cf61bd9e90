"""The command line of ``starter.py``: all commands, and how every ending becomes an exit code.

A command imports what it needs when it runs: Temporal's client takes a second to load, and ``--help`` should not.
"""

import asyncio
import io
import sys
from collections.abc import Sequence

import typer
from typer.exceptions import Abort, TyperException

from cli.commands import changes, checks, demo, filings, gates, messages, records, rehearse, stock
from cli.exits import CliError, Exit
from cli.output import fail

app = typer.Typer(
    help="Real-name filing (实名制报备) of SMS signatures (短信签名) in mainland China.",
    epilog="Exit codes: " + "; ".join(f"{int(code)} {code.meaning}" for code in Exit) + ".",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

# In the order in which the help shows them.
for _commands in (checks, filings, records, stock, gates, rehearse, messages, changes, demo):
    app.add_typer(_commands.app)


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
