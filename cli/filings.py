"""The filings at a Temporal server as commands see them; whatever goes wrong there ends as a ``CliError``."""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Self
from uuid import uuid4

from temporalio.client import Client, WorkflowExecution, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.common import QueryRejectCondition
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig
from temporalio.service import RPCError, RPCStatusCode

from cli.exits import CliError, Exit
from cli.failures import engine_silent, in_words
from cli.options import Connection
from engine import search_attributes as columns
from engine.connection import EngineUnreachableError, connect
from engine.names import FILING_WORKFLOW, NEEDED_BY_MEMO, QUALIFICATION_MEMO, filing_id, memo_of
from filing.application import SignatureApplication
from filing.messages import EarlierFiling, FilingResult, FilingStart, OperatorMessage
from filing.policy import Policy
from filing.preview import Preview, PreviewRequest
from filing.report import FilingReport
from filing.state import RECORDS_KEPT
from filing.vocabulary import Carrier, CarrierStatus, Phase

_RETRY_PAUSE = 0.2


@dataclass(frozen=True)
class FilingRow:
    """One filing as lists show it, from search attributes alone; ``execution`` is the workflow's own status."""

    workflow_id: str
    account: str
    sign_name: str
    phase: Phase
    carriers: dict[Carrier, CarrierStatus | None]
    failure_reasons: list[str]
    action_required: bool
    next_due_at: datetime | None
    expires_at: datetime | None
    execution: str
    qualification_id: int | None
    """What the signature rests on, as far as the filing said."""
    needed_by: str | None
    """The day on which it has to be usable, as a date in ISO form."""
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True)
class ClosedFiling:
    """A filing that is over.

    Attributes:
        ended: How: ``RELEASED`` or ``DELETED``, or what became of its workflow, for example ``TERMINATED``.
        closed_at: When.
        left: What it leaves to the next filing of the same name, none where it cannot be read.
    """

    ended: str
    closed_at: datetime | None
    left: EarlierFiling | None


class Filings:
    """Start, read, list and message filings."""

    def __init__(self, client: Client, timeout: float) -> None:
        self._client = client
        self._timeout = timeout

    @classmethod
    async def connect(cls, connection: Connection) -> Self:
        """Connect to Temporal.

        Raises:
            CliError: No server answers (exit code 5).
        """
        silence_core()
        try:
            async with asyncio.timeout(connection.timeout):
                client = await connect(address=connection.address, namespace=connection.namespace)
        except EngineUnreachableError as failure:
            raise CliError(Exit.UNREACHABLE, str(failure)) from failure
        except TimeoutError as failure:
            raise engine_silent(connection.timeout) from failure
        return cls(client, connection.timeout)

    @property
    def client(self) -> Client:
        """The connection itself, for what is no filing."""
        return self._client

    @property
    def timeout(self) -> float:
        """How many seconds Temporal and a worker are given for an answer."""
        return self._timeout

    async def start(
        self,
        application: SignatureApplication,
        policy: Policy | None,
        by: str,
        task_queue: str,
        earlier: EarlierFiling | None = None,
        *,
        adopt: bool = False,
    ) -> bool:
        """Open a filing.

        Args:
            application: What is handed in.
            policy: None for that of the account.
            by: Who asks.
            task_queue: Where its worker looks for work.
            earlier: What a closed filing of the same name leaves to it.
            adopt: Whether it takes over a signature that exists already.

        Returns:
            Whether it was opened; false where one of this account and name is open already.
        """
        name = application.sign_name
        with in_words(filing_id(application.account, name), self._timeout):
            try:
                async with asyncio.timeout(self._timeout):
                    await self._client.start_workflow(
                        FILING_WORKFLOW,
                        FilingStart(application=application, policy=policy, by=by, adopt=adopt, earlier=earlier),
                        id=filing_id(application.account, name),
                        task_queue=task_queue,
                        memo=memo_of(application),
                        search_attributes=columns.at_start(application.account, name),
                        static_summary=f"【{name}】 {application.source.label}",
                    )
            except WorkflowAlreadyStartedError:
                return False
        return True

    async def report(self, workflow_id: str, run_id: str | None = None) -> FilingReport:
        """Ask a filing for its report; a closed one still answers while Temporal keeps it.

        Args:
            workflow_id: The filing.
            run_id: One run of it, the last where none is given.

        Raises:
            CliError: There is none (4), or no worker answers (5).
        """
        with in_words(workflow_id, self._timeout, worker=True):
            async with asyncio.timeout(self._timeout):
                report: FilingReport = await self._client.get_workflow_handle(workflow_id, run_id=run_id).query(
                    "report",
                    # A filing that waits knows only the time of its last change.
                    datetime.now(UTC),
                    result_type=FilingReport,
                    rpc_timeout=timedelta(seconds=self._timeout),
                )
        return report

    async def preview(self, workflow_id: str, request: PreviewRequest) -> Preview:
        """Ask an open filing what a message would do.

        Raises:
            CliError: It is not open (4), or no worker answers (5).
        """
        with in_words(workflow_id, self._timeout, worker=True):
            async with asyncio.timeout(self._timeout):
                told: Preview = await self._client.get_workflow_handle(workflow_id).query(
                    "preview",
                    request,
                    result_type=Preview,
                    reject_condition=QueryRejectCondition.NOT_OPEN,
                    rpc_timeout=timedelta(seconds=self._timeout),
                )
        return told

    async def execution(self, workflow_id: str) -> str:
        """The status of the workflow itself, for example ``RUNNING`` or ``TERMINATED``."""
        return _name_of((await self._describe(workflow_id)).status)

    async def closed(self, workflow_id: str) -> ClosedFiling | None:
        """The last filing of this id if it is over; none where one is open or there was none.

        What a filing leaves that ended by itself is its result, which needs no worker; of any other a worker has to
        tell.
        """
        try:
            found = await self._describe(workflow_id)
        except CliError as failure:
            if failure.code is Exit.NOT_FOUND:
                return None
            raise
        if found.status is WorkflowExecutionStatus.RUNNING:
            return None
        # The run is pinned: meanwhile somebody else may open the next filing.
        if found.status is WorkflowExecutionStatus.COMPLETED:
            result = await self._result(found.id, found.run_id)
            left = EarlierFiling(rounds=result.rounds, records=result.records[-RECORDS_KEPT:])
            return ClosedFiling(result.phase, found.close_time, left)
        return ClosedFiling(_name_of(found.status), found.close_time, await self._left_by(found.id, found.run_id))

    async def _describe(self, workflow_id: str) -> WorkflowExecutionDescription:
        with in_words(workflow_id, self._timeout):
            async with asyncio.timeout(self._timeout):
                return await self._client.get_workflow_handle(workflow_id).describe()

    async def _result(self, workflow_id: str, run_id: str) -> FilingResult:
        handle = self._client.get_workflow_handle(workflow_id, run_id=run_id, result_type=FilingResult)
        with in_words(workflow_id, self._timeout):
            async with asyncio.timeout(self._timeout):
                result: FilingResult = await handle.result(follow_runs=False)
        return result

    async def _left_by(self, workflow_id: str, run_id: str) -> EarlierFiling | None:
        try:
            report = await self.report(workflow_id, run_id)
        except CliError:
            return None
        rounds = {carrier: known.round for carrier, known in report.carriers.items() if known.round}
        return EarlierFiling(rounds=rounds, records=report.records[-RECORDS_KEPT:])

    async def send(self, workflow_id: str, name: str, message: OperatorMessage, request_id: str | None = None) -> str:
        """Send a message to a filing and wait for its answer.

        Args:
            workflow_id: The filing.
            name: Name of the update.
            message: What it carries.
            request_id: Id of the update, by which the filing's report names what came of it.

        Raises:
            CliError: The filing refuses it (3), is not open (4), or no worker took it (5).
        """
        with in_words(workflow_id, self._timeout, worker=True):
            async with asyncio.timeout(self._timeout):
                return await self._send(workflow_id, name, message, request_id or str(uuid4()))

    async def _send(self, workflow_id: str, name: str, message: OperatorMessage, update_id: str) -> str:
        handle = self._client.get_workflow_handle(workflow_id)
        while True:
            try:
                answer: str = await handle.execute_update(name, message, id=update_id, result_type=str)
            except RPCError as failure:
                # A message that closes the filing is thrown back when something else happens to it in the same moment;
                # the id makes sure that it counts once.
                if failure.status is not RPCStatusCode.FAILED_PRECONDITION:
                    raise
                await asyncio.sleep(_RETRY_PAUSE)
            else:
                return answer

    async def rows(
        self, *, account: str | None = None, sign_name: str | None = None, closed: bool = False
    ) -> list[FilingRow]:
        """List filings from visibility, by account and name; no filing is woken for it.

        Args:
            account: Only those of this account.
            sign_name: Only those of this name.
            closed: Also those that are over.
        """
        clauses = [f"WorkflowType = '{FILING_WORKFLOW}'"]
        clauses.append("ExecutionStatus != 'ContinuedAsNew'" if closed else "ExecutionStatus = 'Running'")
        for key, value in ((columns.FILING_ACCOUNT, account), (columns.SIGN_NAME, sign_name)):
            if value is not None:
                clauses.append(f"{key.name} = {_quoted(value)}")
        with in_words("filings", self._timeout):
            async with asyncio.timeout(self._timeout):
                found = [
                    _row(one, await one.memo()) async for one in self._client.list_workflows(" AND ".join(clauses))
                ]
        return sorted(found, key=lambda row: (row.account, row.sign_name, row.opened_at))


@cache
def silence_core() -> None:
    """Keep the SDK's core from logging retries to standard output, where ``--json`` promises one document.

    What fails in the end is raised and told anyway. A process that has a runtime already keeps it.
    """
    runtime = Runtime(telemetry=TelemetryConfig(logging=LoggingConfig(filter="off")))
    with contextlib.suppress(RuntimeError):
        Runtime.set_default(runtime)


def _row(found: WorkflowExecution, memo: Mapping[str, Any]) -> FilingRow:
    known = found.typed_search_attributes
    phase = known.get(columns.FILING_PHASE)
    statuses = {carrier: known.get(key) for carrier, key in columns.CARRIER_STATUS.items()}
    return FilingRow(
        workflow_id=found.id,
        account=known.get(columns.FILING_ACCOUNT) or "",
        sign_name=known.get(columns.SIGN_NAME) or "",
        phase=Phase(phase) if phase else Phase.CHECKING,
        carriers={carrier: CarrierStatus(status) if status else None for carrier, status in statuses.items()},
        failure_reasons=list(known.get(columns.FAILURE_REASONS) or ()),
        action_required=bool(known.get(columns.ACTION_REQUIRED)),
        next_due_at=known.get(columns.NEXT_DUE_AT),
        expires_at=known.get(columns.EXPIRES_AT),
        execution=_name_of(found.status),
        qualification_id=memo.get(QUALIFICATION_MEMO),
        needed_by=memo.get(NEEDED_BY_MEMO),
        opened_at=found.start_time,
        closed_at=found.close_time,
    )


def _name_of(status: WorkflowExecutionStatus | None) -> str:
    return status.name if status else "UNKNOWN"


def _quoted(value: Any) -> str:
    return "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"
