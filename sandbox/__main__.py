"""Runs a sandbox on its own: ``python -m sandbox --port 8790 --pace demo --db FILE``."""

import argparse
import asyncio
import contextlib
import gc
import logging
import signal
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from sandbox.callbacks import CallbackTarget
from sandbox.documents import problems
from sandbox.keys import AccessKey, read_keys
from sandbox.operations import OPERATIONS
from sandbox.pace import PACES
from sandbox.rules import parse_rules
from sandbox.server import DEMO_ACCOUNTS, SandboxServer
from sandbox.throttling import parse_qps

logger = logging.getLogger("sandbox")


class _ContentsError(Exception):
    """The document to load cannot be loaded; the text says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves until interrupted.

    Returns:
        The exit code: 0 when stopped by SIGINT or SIGTERM, 5 if the port or the database cannot be opened. What cannot
        be read of the arguments and the files they name ends the process with 2, as argparse has it.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    # What requests leave behind hangs together in no circles, so there is little to look for.
    gc.set_threshold(50_000, 20, 20)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        server = _server(options)
    except ValueError as error:
        parser.error(str(error))
    try:
        asyncio.run(_serve(server))
    except _ContentsError as error:
        parser.error(f"{options.load}: {error}")
    except OSError as error:
        logger.error("cannot listen on %s:%s: %s", options.host, options.port, error.strerror)  # noqa: TRY400  # a traceback helps nobody here
        return 5
    except sqlite3.Error as error:
        logger.error("cannot open the database %s: %s", options.db, error)  # noqa: TRY400  # as above
        return 5
    return 0


def _server(options: argparse.Namespace) -> SandboxServer:
    if options.no_limits and options.qps:
        raise ValueError("--qps sets a limit and --no-limits takes all away; leave one of them out")
    if options.callback_duplicates and not options.callback_url:
        raise ValueError("--callback-duplicates is about --callback-url, which is missing")
    demo = [] if options.account or options.keys else DEMO_ACCOUNTS.items()
    return SandboxServer(
        pace=PACES[options.pace],
        rules=parse_rules(options.rule),
        database=options.db,
        host=options.host,
        port=options.port,
        accounts=dict(options.account or demo),
        keys=options.keys,
        clock_factor=options.clock_factor,
        limits=None if options.no_limits else parse_qps(options.qps, OPERATIONS),
        callbacks=_target(options.callback_url, duplicates=options.callback_duplicates),
        contents=_contents(options.load),
    )


async def _serve(server: SandboxServer) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Not available on Windows, where Ctrl-C raises KeyboardInterrupt instead.
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    try:
        await server.start()
    except ValueError as error:
        raise _ContentsError(str(error)) from error
    try:
        logger.info("sandbox listens on %s", server.url)
        await stopped.wait()
    finally:
        await server.stop()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="A local Dysmsapi (短信服务) platform.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8790, help="port to listen on, 0 for any (default: %(default)s)")
    parser.add_argument("--pace", choices=sorted(PACES), default="demo", help="how time runs (default: %(default)s)")
    parser.add_argument("--db", default=":memory:", metavar="FILE", help="SQLite database (default: in memory)")
    parser.add_argument(
        "--account",
        type=_account,
        action="append",
        metavar="KEY_ID=SECRET",
        help="an access key with an account of its own; may be repeated (default, without --account and --keys: "
        "sandbox-key=sandbox-secret; signatures are verified in any case)",
    )
    parser.add_argument(
        "--keys",
        type=_keys,
        default=(),
        metavar="FILE",
        help='access keys that share an account or are temporary (STS): {"keys": [{"id": ..., "secret": ..., '
        '"account": ..., "token": ..., "expires_at": ...}]}; all but id and secret may be left out',
    )
    parser.add_argument(
        "--load",
        metavar="FILE",
        help="load document or snapshot to fill a fresh sandbox with; a --db with something in it stays as it is",
    )
    parser.add_argument(
        "--rule",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a switch for behaviour that the platform does not document, see sandbox.rules; may be repeated",
    )
    parser.add_argument(
        "--qps",
        action="append",
        default=[],
        metavar="NAME=N",
        help="requests a second that an account may make to an operation, * for all that have no limit of their own; "
        "may be repeated (default: the platform's, see sandbox.throttling)",
    )
    parser.add_argument("--no-limits", action="store_true", help="take any number of requests a second")
    parser.add_argument(
        "--clock-factor",
        type=float,
        default=1.0,
        metavar="N",
        help="how many times faster than the wall clock time passes for requests without x-sandbox-time, and for "
        "callbacks (default: %(default)g)",
    )
    parser.add_argument(
        "--callback-url",
        metavar="URL",
        help="where SignSmsReport and SmsReport are posted for accounts without an address of their own",
    )
    parser.add_argument("--callback-duplicates", action="store_true", help="post every callback twice")
    return parser


def _target(url: str | None, *, duplicates: bool) -> CallbackTarget | None:
    if url is None:
        return None
    try:
        return CallbackTarget(url=url, duplicates=duplicates)
    except ValidationError as error:
        raise ValueError(f"--callback-url: {problems(error)}") from error


def _contents(path: str | None) -> bytes | None:
    if path is None:
        return None
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from error


def _account(text: str) -> tuple[str, str]:
    key, equals, secret = text.partition("=")
    if not (key and equals and secret):
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY_ID=SECRET")
    return key, secret


def _keys(path: str) -> list[AccessKey]:
    try:
        return read_keys(Path(path))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


if __name__ == "__main__":
    sys.exit(main())
