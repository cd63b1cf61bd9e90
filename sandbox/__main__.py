"""Runs a sandbox on its own: ``python -m sandbox --port 8790 --pace demo --db FILE``."""

import argparse
import asyncio
import contextlib
import logging
import signal
import sqlite3
import sys
from collections.abc import Sequence

from sandbox.pace import PACES
from sandbox.server import DEMO_ACCOUNTS, SandboxServer

logger = logging.getLogger("sandbox")


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves until interrupted.

    Returns:
        The exit code: 0 when stopped by SIGINT or SIGTERM, 5 if the port or the database cannot be opened.
    """
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    server = SandboxServer(
        pace=PACES[options.pace],
        database=options.db,
        host=options.host,
        port=options.port,
        accounts=dict(options.account or DEMO_ACCOUNTS.items()),
    )
    try:
        asyncio.run(_serve(server))
    except OSError as error:
        logger.error("cannot listen on %s:%s: %s", options.host, options.port, error.strerror)  # noqa: TRY400  # a traceback helps nobody here
        return 5
    except sqlite3.Error as error:
        logger.error("cannot open the database %s: %s", options.db, error)  # noqa: TRY400  # as above
        return 5
    return 0


async def _serve(server: SandboxServer) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Not available on Windows, where Ctrl-C raises KeyboardInterrupt instead.
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with server:
        logger.info("sandbox listens on %s", server.url)
        await stopped.wait()


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
        help="an access key the sandbox accepts; may be repeated (default: sandbox-key=sandbox-secret)",
    )
    return parser


def _account(text: str) -> tuple[str, str]:
    key, equals, secret = text.partition("=")
    if not (key and equals and secret):
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY_ID=SECRET")
    return key, secret


if __name__ == "__main__":
    sys.exit(main())
