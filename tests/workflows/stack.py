"""The real Temporal server with its file, a sandbox at demo pace and a worker, all in this process but the server."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from activities.accounts import Account, Accounts, now
from engine.connection import connect_embedded
from engine.dev_server import DevServer
from engine.names import FILING_WORKFLOW, TASK_QUEUE, filing_id
from engine.search_attributes import at_start
from filing.messages import FilingStart
from filing.policy import DEMO_POLICY, Policy
from filing.report import FilingReport
from filing.vocabulary import CarrierStatus
from gateway.aliyun import AliyunAccess, AliyunGateway
from sandbox.pace import DEMO, Pace, Span
from sandbox.server import SandboxServer
from tests.ports import free_port
from tests.workflows.life import ACCOUNT, PHONES, Filing, application
from workflows.serving import build_worker

QUICK = replace(
    DEMO,
    review=timedelta(seconds=2),
    registration=dict.fromkeys(("mobile", "unicom", "telecom"), Span(fixed=timedelta(seconds=3))),
    verdict=timedelta(seconds=2),
)
"""For lives of several rounds on the real server, whose clock does not skip."""

SETTLED = {CarrierStatus.REGISTERED, CarrierStatus.FAILED, CarrierStatus.EXPIRED}


@dataclass
class DevStack:
    """A running stack on the real server."""

    server: DevServer
    client: Client
    sandbox: SandboxServer

    async def file(self, sign_name: str, policy: Policy = DEMO_POLICY, **fields: Any) -> Filing:
        """Start a filing."""
        applied = application(sign_name, **fields)
        handle = await self.client.start_workflow(
            FILING_WORKFLOW,
            FilingStart(application=applied, policy=policy, by="tester"),
            id=filing_id(ACCOUNT, sign_name),
            task_queue=TASK_QUEUE,
            search_attributes=at_start(ACCOUNT, sign_name),
        )
        return Filing(None, handle, sign_name)  # type: ignore[arg-type]  # no skipping clock here

    async def until_settled(self, filing: Filing, seconds: float = 90) -> FilingReport:
        """Wait until every carrier has its verdict and no round is open."""
        async with asyncio.timeout(seconds):
            while True:
                report = await filing.report()
                shown = report.carriers.values()
                if all(one.status in SETTLED and not one.round_open for one in shown):
                    return report
                await asyncio.sleep(0.3)

    async def journal(self, sign_name: str) -> list[dict[str, Any]]:
        """What the sandbox was asked about a signature."""
        url = f"{self.sandbox.url}/_sandbox/journal"
        async with aiohttp.ClientSession() as session, session.get(url, params={"sign_name": sign_name}) as answer:
            return list((await answer.json())["entries"])

    async def sends(self, sign_name: str) -> list[dict[str, Any]]:
        """The messages that went out under a signature."""
        entries = await self.journal(sign_name)
        return [entry for entry in entries if entry["operation"] == "SendSms" and entry["code"] == "OK"]

    async def task_failures(self, filing: Filing) -> int:
        """Failed workflow tasks in the history of a filing."""
        history = await filing.handle.fetch_history()
        return sum(event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED for event in history.events)


@contextlib.asynccontextmanager
async def dev_stack(
    data_dir: Path, dynamic_config: dict[str, str] | None = None, pace: Pace = DEMO
) -> AsyncIterator[DevStack]:
    """Bring up a stack; everything ends with it."""
    server = DevServer(data_dir, port=free_port(), ui_port=free_port(), dynamic_config=dynamic_config)
    async with server, SandboxServer(pace=pace, database=data_dir / "sandbox.db") as sandbox:
        client = await connect_embedded(server.address)
        access = AliyunAccess(
            endpoint=sandbox.endpoint,
            protocol="http",
            access_key_id="sandbox-key",
            access_key_secret="sandbox-secret",
        )
        # A notification: the platform lets one number have a verification code once a minute only.
        account = Account(AliyunGateway(access, clock_header=now), "SMS_900002", {}, PHONES)
        accounts = Accounts({ACCOUNT: account})
        async with build_worker(client, accounts, TASK_QUEUE):
            yield DevStack(server, client, sandbox)
        await accounts.close()
    await asyncio.sleep(0.3)
