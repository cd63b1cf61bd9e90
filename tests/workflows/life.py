"""A whole stack for one life: the Java test server with its skipping clock, a sandbox, and a worker.

A fresh server per life: its clock only ever moves forward, so a second life on it would begin where the first ended.
"""

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionRequest
from temporalio.client import WorkflowHandle, WorkflowHistory, WorkflowUpdateFailedError

from engine.names import FILING_WORKFLOW, TASK_QUEUE, filing_id, round_id
from engine.search_attributes import at_start
from filing.application import SignatureApplication
from filing.messages import EarlierFiling, FilingStart
from filing.policy import DEFAULT_POLICY, Policy
from filing.record import Event
from filing.report import FilingReport
from filing.vocabulary import Carrier
from rehearsal.skipping import SkippingServer
from rehearsal.stack import SandboxAccount, rehearsal_stack
from sandbox.pace import REAL, Pace
from sandbox.rules import Rules
from sandbox.server import SandboxServer
from workflows.serving import CACHED_WORKFLOWS

ACCOUNT = "acme"
A_LONG_SLEEP = timedelta(seconds=40)
"""By the wall clock: in some lives thousands of attempts fall into one sleep."""
PHONES = {Carrier.MOBILE: ["13900000001"], Carrier.UNICOM: ["18600000001"], Carrier.TELECOM: ["18900000001"]}


def application(sign_name: str = "云杉科技", **fields: Any) -> SignatureApplication:
    """An application that the sandbox's demo data lets pass."""
    given = {"company_name": "杭州云杉科技有限公司", "qualification_id": 900001, **fields}
    return SignatureApplication(account=ACCOUNT, sign_name=sign_name, **given)


@dataclass
class Filing:
    """A filing under test."""

    life: "Life"
    handle: WorkflowHandle[Any, Any]
    sign_name: str

    async def report(self, as_of: datetime | None = None) -> FilingReport:
        """What the filing says of itself."""
        return FilingReport.model_validate(await self.handle.query("report", *([as_of] if as_of else [])))

    async def until(self, what: str, condition: Any, *, within: timedelta, step: timedelta) -> FilingReport:
        """Let time pass in steps until a report meets a condition; fail when it does not in time."""
        deadline = await self.life.now() + within
        while True:
            report = await self.report()
            if condition(report):
                return report
            if await self.life.now() >= deadline:
                raise AssertionError(f"not within {within}: {what}\n{report.model_dump_json(indent=1)}")
            await self.life.pass_time(step)

    async def message(self, name: str, **fields: Any) -> str:
        """Send a message as an update and return its answer."""
        return str(await self.handle.execute_update(name, {"by": "tester", **fields}))

    async def refused(self, name: str, **fields: Any) -> str:
        """Send a message that has to be refused, and return why."""
        with pytest.raises(WorkflowUpdateFailedError) as failure:
            await self.message(name, **fields)
        return str(failure.value.cause)

    async def history(self) -> WorkflowHistory:
        """The history of the filing itself."""
        return await self.handle.fetch_history()

    async def round_history(self, carrier: Carrier, number: int = 1) -> WorkflowHistory:
        """The history of one round."""
        identity = round_id(ACCOUNT, self.sign_name, carrier, number)
        return await self.life.env.client.get_workflow_handle(identity).fetch_history()


@dataclass
class Life:
    """The stack of one life."""

    env: SkippingServer
    sandbox: SandboxServer

    async def now(self) -> datetime:
        """The server's time."""
        return await self.env.get_current_time()

    async def pass_time(self, span: timedelta) -> None:
        """Let time pass; everything due in it happens."""
        await self.env.sleep(span)

    async def file(
        self,
        applied: SignatureApplication,
        policy: Policy = DEFAULT_POLICY,
        *,
        fates: dict[str, str] | None = None,
        earlier: EarlierFiling | None = None,
        adopt: bool = False,
    ) -> Filing:
        """Start a filing, with the fates that the sandbox shall deal it."""
        if fates is not None:
            await self.control("PUT", f"/_sandbox/fates/{applied.sign_name}", fates)
        handle = await self.env.client.start_workflow(
            FILING_WORKFLOW,
            FilingStart(application=applied, policy=policy, by="tester", earlier=earlier, adopt=adopt),
            id=filing_id(applied.account, applied.sign_name),
            task_queue=TASK_QUEUE,
            search_attributes=at_start(applied.account, applied.sign_name),
        )
        return Filing(self, handle, applied.sign_name)

    async def control(self, method: str, path: str, body: object | None = None) -> Any:
        """Call the sandbox's control plane."""
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, self.sandbox.url + path, json=body) as answer,
        ):
            text = await answer.text()
            assert answer.status < 300, f"{method} {path}: {answer.status} {text}"
            return json.loads(text) if text else None

    async def calls(self, operation: str) -> list[dict[str, Any]]:
        """The requests of an operation that the sandbox's journal has as taken."""
        journal = await self.control("GET", f"/_sandbox/journal?operation={operation}")
        return [entry for entry in journal["entries"] if entry["code"] == "OK"]

    async def sends(self) -> list[dict[str, Any]]:
        """The accepted SendSms requests of the sandbox's journal."""
        return await self.calls("SendSms")

    async def fault(self, operation: str, kind: str, **fields: Any) -> None:
        """Have the platform fail at an operation."""
        await self.control("POST", "/_sandbox/faults", {"operation": operation, "kind": kind, **fields})

    async def click_report(self, sign_name: str, *carriers: Carrier) -> None:
        """Somebody clicks 报备 for these carriers in the console."""
        body = {"carriers": list(carriers), "at": (await self.now()).isoformat()}
        await self.control("POST", f"/_sandbox/console/{sign_name}/report", body)


@contextlib.asynccontextmanager
async def new_life(
    pace: Pace = REAL,
    phones: dict[Carrier, list[str]] | None = None,
    rules: Rules | None = None,
    cached_workflows: int = CACHED_WORKFLOWS,
) -> AsyncIterator[Life]:
    """Bring up a fresh stack whose clock skips."""
    account = SandboxAccount(
        key=ACCOUNT,
        phones=PHONES if phones is None else phones,
        template_code="SMS_900001",
        template_params={"code": "123456"},
    )
    stack = rehearsal_stack(
        account,
        pace=pace,
        rules=rules,
        cached_workflows=cached_workflows,
        # What the server says shows with a test that failed.
        output=None,
        standstill=A_LONG_SLEEP,
    )
    async with stack as running:
        yield Life(running.server, running.sandbox)
    # The runtime crashes the interpreter now and then when it exits right after a server was shut down.
    await asyncio.sleep(0.3)


def events_of(report: FilingReport, event: Event, carrier: Carrier | None = None) -> list[Any]:
    """The records of one kind."""
    return [line for line in report.records if line.event is event and carrier in (None, line.carrier)]


async def count_actions(filing: Filing, rounds: list[tuple[Carrier, int]]) -> int:
    """What Temporal Cloud would charge: Actions of a filing and its rounds so far.

    A start is one, a child's start two (the second for its own start), every attempt of an activity one, a timer, a
    signal sent and an upsert one each. Attempts that wait to be retried are not in the history, so they are asked for.
    """
    actions = 1
    client = filing.life.env.client
    description = await client.workflow_service.describe_workflow_execution(
        DescribeWorkflowExecutionRequest(
            namespace=client.namespace, execution=WorkflowExecution(workflow_id=filing.handle.id)
        )
    )
    actions += sum(pending.attempt for pending in description.pending_activities)
    histories = [await filing.history(), *[await filing.round_history(carrier, number) for carrier, number in rounds]]
    for history in histories:
        for event in history.events:
            name = EventType.Name(event.event_type).removeprefix("EVENT_TYPE_")
            if name == "ACTIVITY_TASK_STARTED":
                actions += event.activity_task_started_event_attributes.attempt
            actions += _ACTIONS.get(name, 0)
    return actions


_ACTIONS = {
    "START_CHILD_WORKFLOW_EXECUTION_INITIATED": 2,
    "TIMER_STARTED": 1,
    "SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED": 1,
    "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES": 1,
    "WORKFLOW_EXECUTION_UPDATE_ACCEPTED": 1,
}

WORKFLOW_TASKS = {"WORKFLOW_TASK_SCHEDULED", "WORKFLOW_TASK_STARTED", "WORKFLOW_TASK_COMPLETED"}
"""Events whose number depends on how fast a worker answers: what happens together may share a task or not."""


def count_events(history: WorkflowHistory) -> Counter[str]:
    """How many events of each type a history has."""
    return Counter(EventType.Name(event.event_type).removeprefix("EVENT_TYPE_") for event in history.events)
