"""What all commands do alike: take the shared options, and run."""

import asyncio
import functools
import inspect
from collections.abc import Callable, Coroutine
from typing import Any, Concatenate

from cli.exits import Exit
from cli.options import (
    ANSWER_TIMEOUT,
    Account,
    Address,
    AsJson,
    Common,
    Connection,
    Namespace,
    SettingsFile,
    Timeout,
)

_OF_ENGINE = ("address", "namespace", "timeout")


def with_shared(
    *, account: bool = True, engine: bool = True
) -> Callable[[Callable[Concatenate[Common, ...], int]], Callable[..., int]]:
    """Append the shared options to a command's own; it gets them as one, before its own.

    Args:
        account: Whether the command is about one account.
        engine: Whether it talks to Temporal.
    """
    left_out = {*(() if account else ("account",)), *(() if engine else _OF_ENGINE)}
    appended = [option for option in inspect.signature(_gathered).parameters.values() if option.name not in left_out]

    def append(command: Callable[Concatenate[Common, ...], int]) -> Callable[..., int]:
        _, *own = inspect.signature(command).parameters.values()

        @functools.wraps(command)
        def called(**given: Any) -> int:
            shared = {option.name: given.pop(option.name) for option in appended}
            return command(_gathered(**shared), **given)

        # What Typer reads: it unwraps no function that says its signature itself.
        called.__signature__ = inspect.Signature([*own, *appended], return_annotation=int)  # type: ignore[attr-defined]
        called.__annotations__ = {option.name: option.annotation for option in (*own, *appended)} | {"return": int}
        return called

    return append


def _gathered(
    *,
    account: Account = None,
    as_json: AsJson = False,
    settings: SettingsFile = None,
    address: Address = None,
    namespace: Namespace = None,
    timeout: Timeout = ANSWER_TIMEOUT,
) -> Common:
    """The shared options as one; its signature is what they are, in the order in which the help shows them."""
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
