"""The worker process: runs workflows and activities; with ``--embedded`` also Temporal's dev server and the sandbox.

Run ``python worker.py --help``.
"""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from temporalio.client import Client

from activities.accounts import now
from callbacks.forwarding import Forwarder
from callbacks.receiver import CallbackReceiver, ReceiverError
from cli.accounts import build_accounts, callbacks_token
from cli.exits import Exit
from cli.settings import Settings, SettingsError, embedded_settings, load_settings
from engine.connection import EngineUnreachableError, connect, connect_embedded
from engine.dev_server import DevServer, EmbeddedStackError, require_port
from engine.search_attributes import register, registration_commands
from workflows.serving import build_worker

logger = logging.getLogger("worker")


class Pace(StrEnum):
    """How fast the sandbox and the default policy run."""

    DEMO = "demo"
    REAL = "real"


@dataclass(frozen=True)
class Embedded:
    """What the embedded stack is started with."""

    data_dir: Path
    temporal_port: int
    ui_port: int
    sandbox_port: int
    pace: Pace


@dataclass(frozen=True)
class Callbacks:
    """Where callbacks of the platform (回调) are received."""

    bind: str
    port: int
    token: str | None


async def run(
    settings: Settings,
    *,
    embedded: Embedded | None,
    callbacks: Callbacks | None,
    address: str | None,
    namespace: str | None,
) -> None:
    """Run until SIGINT or SIGTERM.

    Raises:
        SettingsError: The settings name what is not there.
        EngineUnreachableError: No Temporal server answers.
        EmbeddedStackError: The embedded stack cannot run.
        ReceiverError: Callbacks cannot be received where they should be.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        if embedded is not None:
            client, settings = await stack.enter_async_context(_embedded_stack(embedded, settings))
        else:
            client = await connect(address=address, namespace=namespace)
        accounts = build_accounts(settings, now)
        stack.push_async_callback(accounts.close)
        await _register_search_attributes(client)
        if callbacks is not None:
            await stack.enter_async_context(_receiver(callbacks, client, settings))
        async with build_worker(client, accounts, settings.task_queue, evidence_dir=settings.evidence_folder):
            served = ", ".join(sorted(settings.accounts)) or "none, so nothing can be filed"
            logger.info("worker is ready on task queue %s; accounts: %s", settings.task_queue, served)
            await stop.wait()
            logger.info("stopping: waiting for activities at work")
    # The SDK's runtime crashes the interpreter now and then when it exits right after a client was closed.
    await asyncio.sleep(0.3)


@contextlib.asynccontextmanager
async def _receiver(callbacks: Callbacks, client: Client, settings: Settings) -> AsyncIterator[None]:
    """Receives callbacks and passes them on as hints."""
    forwarder = Forwarder(client)
    async with CallbackReceiver(
        forwarder.offer, settings.accounts, host=callbacks.bind, port=callbacks.port, token=callbacks.token
    ) as receiver:
        path = "/callbacks/ACCOUNT/TOKEN" if callbacks.token else "/callbacks/ACCOUNT"
        logger.info("callbacks (回调) are received on %s port %s, path %s", callbacks.bind, receiver.port, path)
        if callbacks.token is None:
            logger.warning("callbacks without callbacks_token_env: whoever reaches the port can make filings look")
        try:
            yield
        finally:
            await forwarder.close()


@contextlib.asynccontextmanager
async def _embedded_stack(embedded: Embedded, settings: Settings) -> AsyncIterator[tuple[Client, Settings]]:
    """The dev server and the sandbox; yields a client and settings with the sandbox's account."""
    # Only the embedded stack needs the sandbox and its HTTP server, which production does not install.
    from sandbox.pace import PACES  # noqa: PLC0415
    from sandbox.rules import Rules  # noqa: PLC0415
    from sandbox.server import SandboxServer  # noqa: PLC0415

    # The platform's SDK sends even requests to this machine through HTTP_PROXY, and knows no NO_PROXY.
    for name in ("HTTP_PROXY", "http_proxy"):
        if os.environ.pop(name, None):
            logger.warning("%s is ignored: the sandbox is on this machine", name)
    await require_port(embedded.sandbox_port, "the sandbox", "--sandbox-port")
    async with DevServer(embedded.data_dir, port=embedded.temporal_port, ui_port=embedded.ui_port) as server:
        sandbox = SandboxServer(
            pace=PACES[embedded.pace.value],
            rules=Rules(sign_name_max_length=settings.sign_name_length_max),
            database=embedded.data_dir / "sandbox.db",
            port=embedded.sandbox_port,
        )
        try:
            await sandbox.start()
        except OSError as failure:
            raise EmbeddedStackError(
                f"the sandbox cannot listen on port {embedded.sandbox_port}: {failure}"
            ) from failure
        try:
            logger.info("Temporal %s, Web UI %s, sandbox %s", server.address, server.ui_url, sandbox.url)
            client = await connect_embedded(server.address)
            yield client, embedded_settings(settings, sandbox.endpoint, embedded.pace.value)
        finally:
            await sandbox.stop()


async def _register_search_attributes(client: Client) -> None:
    missing = await register(client)
    if missing:
        logger.warning("search attributes may be missing and cannot be registered from here; have them created with:")
        for command in registration_commands(missing, client.namespace):
            logger.warning("  %s", command)


def main(
    *,
    embedded: Annotated[
        bool, typer.Option("--embedded", help="Also run Temporal's dev server and the sandbox.")
    ] = False,
    pace: Annotated[Pace, typer.Option(help="Embedded: pace of the sandbox and default policy.")] = Pace.REAL,
    data_dir: Annotated[
        Path | None,
        typer.Option(
            envvar="SMS_FILING_DATA_DIR",
            help="Where the embedded stack keeps its state, and evidence files are (default: .data).",
        ),
    ] = None,
    temporal_port: Annotated[int, typer.Option(envvar="SMS_FILING_TEMPORAL_PORT", help="Embedded: Temporal.")] = 7233,
    ui_port: Annotated[int, typer.Option(envvar="SMS_FILING_UI_PORT", help="Embedded: Web UI.")] = 8233,
    sandbox_port: Annotated[int, typer.Option(envvar="SMS_FILING_SANDBOX_PORT", help="Embedded: sandbox.")] = 8790,
    callbacks_port: Annotated[
        int | None, typer.Option(help="Receive the platform's callbacks (SignSmsReport, SmsReport) on this port.")
    ] = None,
    callbacks_bind: Annotated[str, typer.Option(help="Address on which callbacks are received.")] = "127.0.0.1",
    settings_file: Annotated[Path | None, typer.Option("--settings", help="Settings file (TOML).")] = None,
    address: Annotated[str | None, typer.Option(help="Temporal host:port, over profile and environment.")] = None,
    namespace: Annotated[str | None, typer.Option(help="Temporal namespace, over profile and environment.")] = None,
) -> None:
    """Run the worker. Exit codes: 0 stopped, 2 bad settings, 5 engine or embedded stack unreachable, port taken."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        settings = load_settings(settings_file)
        if data_dir is not None:
            settings = settings.model_copy(update={"data_dir": data_dir})
        stack = Embedded(settings.data_dir, temporal_port, ui_port, sandbox_port, pace) if embedded else None
        callbacks = None
        if callbacks_port is not None:
            callbacks = Callbacks(callbacks_bind, callbacks_port, callbacks_token(settings))
        asyncio.run(run(settings, embedded=stack, callbacks=callbacks, address=address, namespace=namespace))
    except SettingsError as failure:
        _leave(Exit.UNREADABLE, str(failure))
    except (EngineUnreachableError, EmbeddedStackError, ReceiverError) as failure:
        _leave(Exit.UNREACHABLE, str(failure))
    _leave(Exit.DONE)


def _leave(code: Exit, message: str = "") -> None:
    if message:
        print(message, file=sys.stderr)  # noqa: T201
    sys.stdout.flush()
    sys.stderr.flush()
    logging.shutdown()
    # Not sys.exit: the SDK's native threads can abort the interpreter's teardown and spoil the exit code.
    os._exit(code)


if __name__ == "__main__":
    typer.run(main)
