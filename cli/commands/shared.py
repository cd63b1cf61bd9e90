"""What all commands do alike: gather the shared options, and run."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from cli.exits import Exit
from cli.options import Common, Connection


def shared_options(
    account: str | None,
    settings: Path | None,
    address: str | None,
    namespace: str | None,
    timeout: float,
    *,
    as_json: bool,
) -> Common:
    """The shared options as one."""
    return Common(account, settings, as_json, Connection(address, namespace, timeout))


def run(command: Coroutine[Any, Any, int]) -> int:
    """Run a command to its end; its exit code."""
    try:
        return asyncio.run(command)
    except BrokenPipeError:
        # The reader of a pipe has seen enough; what was asked for is done.
        return Exit.DONE


def send(name: str, message: str, by: str | None, options: Common, **fields: object) -> int:
    """Send a filing a message whose answer is all there is to wait for."""
    from cli import messaging  # noqa: PLC0415 - see cli.app

    return run(messaging.send(name, options, message, by=by, **fields))
