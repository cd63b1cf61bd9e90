"""Where commands write: people read text, scripts one JSON document on standard output."""

import json
import sys
from collections.abc import Mapping
from typing import Any

from rich.console import Console

from cli.exits import CliError, Exit

_UNWRAPPED = 100_000


def console(*, stderr: bool = False) -> Console:
    """A console that wraps and colours only on a terminal, so that ``grep`` and pagers see whole lines."""
    stream = sys.stderr if stderr else sys.stdout
    return Console(
        file=stream, highlight=False, emoji=False, markup=False, width=None if stream.isatty() else _UNWRAPPED
    )


def print_json(document: Any) -> None:
    """Write the one JSON document of a command."""
    # A terminal or pipe of another encoding than UTF-8 still gets valid JSON.
    plain = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    sys.stdout.write(json.dumps(document, ensure_ascii=plain, indent=2) + "\n")


def fail(error: CliError, *, as_json: bool, done: Mapping[str, Any] | None = None) -> Exit:
    """Report the error that a command ended with: the only place that does.

    Args:
        error: What went wrong.
        as_json: Whether standard output is to be one JSON document.
        done: What the command did nevertheless, for that document.

    Returns:
        The exit code.
    """
    console(stderr=True).print(f"starter.py: {error.message}", style="red")
    if as_json:
        told = {"code": int(error.code), "message": error.message, "details": error.details}
        print_json({**(done or {}), "error": told})
    return error.code
