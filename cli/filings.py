"""The filings at a Temporal server as commands see them; whatever goes wrong there ends as a ``CliError``."""

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Self
from uuid import uuid4

from temporalio.client import (
    Client,
    RPCTimeoutOrCancelledError,
    WorkflowExecution,
    WorkflowExecutionStatus,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
)
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig
from temporalio.service import RPCError, RPCStatusCode

from cli.exits import CliError, Exit
from cli.options import Connection
from engine import search_attributes as columns
from engine.connection import EngineUnreachableError, connect
from engine.names import FILING_WORKFLOW, filing_id
from filing.application import SignatureApplication
from filing.messages import FilingStart, OperatorMessage
from filing.policy import Policy
from filing.report import FilingReport
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
    opened_at: datetime
    closed_at: datetime | None


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
            raise _engine_silent(connection.timeout) from failure
        return cls(client, connection.timeout)

    async def start(self, application: SignatureApplication, policy: Policy | None, by: str, task_queue: str) -> bool:
        """Open a filing.

        Returns:
            Whether it was opened; false where one of this account and name is open already.
        """
        name = application.sign_name
        with self._in_words(filing_id(application.account, name)):
            try:
                async with asyncio.timeout(self._timeout):
                    await self._client.start_workflow(
                        FILING_WORKFLOW,
                        FilingStart(application=application, policy=policy, by=by),
                        id=filing_id(application.account, name),
                        task_queue=task_queue,
                        search_attributes=columns.at_start(application.account, name),
                        static_summary=f"【{name}】 {application.source.label}",
                    )
            except WorkflowAlreadyStartedError:
                return False
        return True

    async def report(self, workflow_id: str) -> FilingReport:
        """Ask a filing for its report; a closed one still answers while Temporal keeps it.

        Raises:
            CliError: There is none (4), or no worker answers (5).
        """
        with self._in_words(workflow_id, worker=True):
            async with asyncio.timeout(self._timeout):
                report: FilingReport = await self._client.get_workflow_handle(workflow_id).query(
                    "report",
                    # A filing that waits knows only the time of its last change.
                    datetime.now(UTC),
                    result_type=FilingReport,
                    rpc_timeout=timedelta(seconds=self._timeout),
                )
        return report

    async def execution(self, workflow_id: str) -> str:
        """The status of the workflow itself, for example ``RUNNING`` or ``TERMINATED``."""
        with self._in_words(workflow_id):
            async with asyncio.timeout(self._timeout):
                return _name_of((await self._client.get_workflow_handle(workflow_id).describe()).status)

    async def send(self, workflow_id: str, name: str, message: OperatorMessage) -> str:
        """Send a message to a filing and wait for its answer.

        Raises:
            CliError: The filing refuses it (3), is not open (4), or no worker took it (5).
        """
        with self._in_words(workflow_id, worker=True):
            async with asyncio.timeout(self._timeout):
                return await self._send(workflow_id, name, message, str(uuid4()))

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
        with self._in_words("filings"):
            async with asyncio.timeout(self._timeout):
                found = [_row(one) async for one in self._client.list_workflows(" AND ".join(clauses))]
        return sorted(found, key=lambda row: (row.account, row.sign_name, row.opened_at))

    @contextlib.contextmanager
    def _in_words(self, subject: str, *, worker: bool = False) -> Iterator[None]:
        """Turn what the client raises into a message; ``worker`` says that a worker has to answer."""
        silent = _no_worker if worker else _engine_silent
        try:
            yield
        except WorkflowUpdateFailedError as failure:
            raise _refusal(failure.cause) from failure
        except (TimeoutError, RPCTimeoutOrCancelledError) as failure:
            raise silent(self._timeout) from failure
        except WorkflowQueryFailedError as failure:
            raise CliError(Exit.UNREACHABLE, f"{subject}: the worker cannot report on it: {failure}") from failure
        except RPCError as failure:
            if failure.status in (RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED):
                raise silent(self._timeout) from failure
            raise _rpc_error(failure, subject, worker=worker, timeout=self._timeout) from failure


@cache
def silence_core() -> None:
    """Keep the SDK's core from logging retries to standard output, where ``--json`` promises one document.

    What fails in the end is raised and told anyway. A process that has a runtime already keeps it.
    """
    runtime = Runtime(telemetry=TelemetryConfig(logging=LoggingConfig(filter="off")))
    with contextlib.suppress(RuntimeError):
        Runtime.set_default(runtime)


def _no_worker(timeout: float) -> CliError:
    return CliError(
        Exit.UNREACHABLE,
        f"no worker took it within {timeout:g} s: is worker.py running, with this task queue and namespace?",
    )


def _engine_silent(timeout: float) -> CliError:
    return CliError(Exit.UNREACHABLE, f"Temporal did not answer within {timeout:g} s")


def _refusal(cause: BaseException | None) -> CliError:
    if isinstance(cause, ApplicationError):
        return CliError(Exit.REFUSED, f"refused: {cause.message}", {"type": cause.type, "fields": [*cause.details]})
    return CliError(Exit.REFUSED, f"refused: {cause}")


def _rpc_error(failure: RPCError, subject: str, *, worker: bool, timeout: float) -> CliError:
    words = failure.message
    match failure.status:
        case RPCStatusCode.NOT_FOUND if "namespace" not in words.lower():
            return CliError(
                Exit.NOT_FOUND, f"{subject}: no such filing is open here; 'starter.py list --all' shows all"
            )
        case RPCStatusCode.FAILED_PRECONDITION if worker and "poller" in words.lower():
            return _no_worker(timeout)
        case RPCStatusCode.INVALID_ARGUMENT if "search attribute" in words.lower():
            return CliError(
                Exit.UNREACHABLE,
                f"the namespace lacks search attributes ({words}); a worker registers them when it starts",
            )
        case RPCStatusCode.PERMISSION_DENIED | RPCStatusCode.UNAUTHENTICATED:
            return CliError(Exit.UNREACHABLE, f"Temporal does not let this client in: {words}")
        case status:
            return CliError(Exit.UNREACHABLE, f"Temporal answered {status.name}: {words}")


def _row(found: WorkflowExecution) -> FilingRow:
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
        opened_at=found.start_time,
        closed_at=found.close_time,
    )


def _name_of(status: WorkflowExecutionStatus | None) -> str:
    return status.name if status else "UNKNOWN"


def _quoted(value: Any) -> str:
    return "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"
