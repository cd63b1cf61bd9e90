"""The stack of a rehearsal: a server whose clock skips, a private sandbox with true durations, and a worker.

All of it lives in this process and one child process, listens on ports of its own and is gone with the rehearsal:
no file is written, and no Temporal server or platform that the settings name is ever called.
"""

import contextlib
import json
import os
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp

from activities.accounts import Account, Accounts, now
from engine.names import TASK_QUEUE
from filing.naming import LENGTH_MAX
from filing.policy import DEFAULT_POLICY, Policy
from filing.vocabulary import Carrier
from gateway.aliyun import AliyunAccess, AliyunGateway
from rehearsal.skipping import STANDSTILL, SkippingServer
from sandbox.pace import REAL, Pace
from sandbox.rules import Rules
from sandbox.server import DEMO_ACCOUNTS, SandboxServer
from workflows.serving import CACHED_WORKFLOWS, build_worker


@dataclass(frozen=True)
class SandboxAccount:
    """The account with which the worker files at the sandbox."""

    key: str
    phones: Mapping[Carrier, Sequence[str]] = field(repr=False)
    template_code: str
    template_params: Mapping[str, str]
    policy: Policy = DEFAULT_POLICY
    sign_name_length_max: int = LENGTH_MAX
    """The most characters that a signature may have, by the check before it is handed in."""


@dataclass(frozen=True)
class Stack:
    """A running stack."""

    server: SkippingServer
    sandbox: SandboxServer

    async def control(self, method: str, path: str, body: object | None = None) -> Any:
        """Call the sandbox's control plane; see ``sandbox.control``.

        Raises:
            ValueError: The sandbox refuses it; with its words.
        """
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, self.sandbox.url + path, json=body) as answer,
        ):
            text = await answer.text()
        if not answer.ok:
            raise ValueError(f"{method} {path}: {answer.status} {text}")
        return json.loads(text)


@contextlib.asynccontextmanager
async def rehearsal_stack(
    account: SandboxAccount,
    *,
    pace: Pace = REAL,
    rules: Rules | None = None,
    cached_workflows: int = CACHED_WORKFLOWS,
    output: int | None = DEVNULL,
    standstill: timedelta = STANDSTILL,
) -> AsyncIterator[Stack]:
    """Bring up a stack; everything ends with it, however it ends.

    Args:
        account: The one account that there is.
        pace: How long the platform and the carriers take.
        rules: The sandbox's switches.
        cached_workflows: Workflows that the worker keeps in memory.
        output: Where what the server writes goes, as for ``subprocess``; nobody reads it by default.
        standstill: After how long by the wall clock a sleep is given up.

    Raises:
        EmbeddedStackError: The server's binary is missing, or it does not come up.
    """
    async with contextlib.AsyncExitStack() as running:
        running.enter_context(_without_proxy())
        server = await running.enter_async_context(SkippingServer(output=output, standstill=standstill))
        sandbox = await running.enter_async_context(SandboxServer(pace=pace, rules=rules))
        key_id, secret = next(iter(DEMO_ACCOUNTS.items()))
        access = AliyunAccess(
            endpoint=sandbox.endpoint, protocol="http", access_key_id=key_id, access_key_secret=secret
        )
        accounts = Accounts(
            {
                account.key: Account(
                    gateway=AliyunGateway(access, clock_header=now),
                    template_code=account.template_code,
                    template_params=account.template_params,
                    phones=account.phones,
                    policy=account.policy,
                    sign_name_length_max=account.sign_name_length_max,
                )
            }
        )
        running.push_async_callback(accounts.close)
        await running.enter_async_context(
            build_worker(server.client, accounts, TASK_QUEUE, cached_workflows=cached_workflows)
        )
        yield Stack(server, sandbox)


@contextlib.contextmanager
def _without_proxy() -> Iterator[None]:
    """The platform's SDK sends even requests to this machine through HTTP_PROXY, and knows no NO_PROXY."""
    kept = {name: os.environ.pop(name) for name in ("HTTP_PROXY", "http_proxy") if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)
