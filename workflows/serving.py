"""The worker that runs all workflows and activities of this project, for the worker process, rehearsals and tests."""

from datetime import timedelta
from pathlib import Path

from temporalio.client import Client
from temporalio.worker import Worker

from activities.accounts import Accounts
from activities.amending import AmendingActivities
from activities.applications import ApplicationActivities
from activities.evidence import EvidenceActivities
from activities.papers import Administrators
from activities.proving import ProvingActivities
from activities.stock import StockActivities
from activities.watching import WatchActivities
from workflows.carrier_filing import CarrierFilingWorkflow
from workflows.signature_filing import SignatureFilingWorkflow
from workflows.stock import SignatureStockWorkflow

CACHED_WORKFLOWS = 1000
"""The SDK's default: about a quarter of a gigabyte when full."""

GRACEFUL_SHUTDOWN = timedelta(seconds=20)
"""Time for activities at work to finish; a test message that is being sent should get its answer."""


def build_worker(
    client: Client,
    accounts: Accounts,
    task_queue: str,
    *,
    evidence_dir: Path | None = None,
    cached_workflows: int = CACHED_WORKFLOWS,
) -> Worker:
    """The worker that runs all workflows and activities of this project.

    Args:
        client: Connected with ``FilingPlugin``.
        accounts: The platform accounts it serves.
        task_queue: Where it looks for work.
        evidence_dir: Where the evidence files (报备记录) are kept, none to keep none.
        cached_workflows: Workflows kept in memory; the others are replayed when something happens to them.
    """
    administrators = Administrators()
    applications, watching, proving, amending, stock = (
        ApplicationActivities(accounts, administrators),
        WatchActivities(accounts),
        ProvingActivities(accounts),
        AmendingActivities(accounts, administrators),
        StockActivities(accounts),
    )
    return Worker(
        client,
        task_queue=task_queue,
        workflows=[SignatureFilingWorkflow, CarrierFilingWorkflow, SignatureStockWorkflow],
        activities=[
            applications.check_application,
            applications.submit_signature,
            watching.watch_signature,
            watching.read_last_traffic,
            proving.send_test,
            proving.watch_receipts,
            amending.amend_signature,
            amending.delete_signature,
            stock.read_stock_page,
            stock.read_stock_names,
            EvidenceActivities(evidence_dir).append_evidence,
        ],
        graceful_shutdown_timeout=GRACEFUL_SHUTDOWN,
        max_cached_workflows=cached_workflows,
    )
