"""The worker that runs all workflows and activities of this project, for the worker process, rehearsals and tests."""

from datetime import timedelta

from temporalio.client import Client
from temporalio.worker import Worker

from activities.accounts import Accounts
from activities.amending import AmendingActivities
from activities.applications import ApplicationActivities
from activities.proving import ProvingActivities
from activities.watching import WatchActivities
from workflows.carrier_filing import CarrierFilingWorkflow
from workflows.signature_filing import SignatureFilingWorkflow

CACHED_WORKFLOWS = 1000
"""The SDK's default: about a quarter of a gigabyte when full."""

GRACEFUL_SHUTDOWN = timedelta(seconds=20)
"""Time for activities at work to finish; a test message that is being sent should get its answer."""


def build_worker(
    client: Client, accounts: Accounts, task_queue: str, *, cached_workflows: int = CACHED_WORKFLOWS
) -> Worker:
    """The worker that runs all workflows and activities of this project.

    Args:
        client: Connected with ``FilingPlugin``.
        accounts: The platform accounts it serves.
        task_queue: Where it looks for work.
        cached_workflows: Workflows kept in memory; the others are replayed when something happens to them.
    """
    applications, watching, proving, amending = (
        ApplicationActivities(accounts),
        WatchActivities(accounts),
        ProvingActivities(accounts),
        AmendingActivities(accounts),
    )
    return Worker(
        client,
        task_queue=task_queue,
        workflows=[SignatureFilingWorkflow, CarrierFilingWorkflow],
        activities=[
            applications.check_application,
            applications.submit_signature,
            watching.watch_signature,
            watching.read_last_traffic,
            proving.send_test,
            proving.watch_receipts,
            amending.amend_signature,
            amending.delete_signature,
        ],
        graceful_shutdown_timeout=GRACEFUL_SHUTDOWN,
        max_cached_workflows=cached_workflows,
    )
