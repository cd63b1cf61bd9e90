"""Reading an account's existing signatures (存量签名) for a command: the worker alone has the credentials.

Short-lived, and only a part of a big account at a time, so that no payload and no history grows large.
"""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

from activities.stock import StockActivities
from engine.names import STOCK_WORKFLOW
from filing.existing import (
    StockNamesRequest,
    StockPageRequest,
    StockProgress,
    StockReading,
    StockRequest,
)

PAGES_A_RUN = 4
"""Two hundred signatures: about a quarter of a megabyte, where two are the limit."""

_ATTEMPT_TIMEOUT = timedelta(minutes=2)
_RETRY = RetryPolicy(
    maximum_interval=timedelta(seconds=30), maximum_attempts=12, non_retryable_error_types=["UNKNOWN_ACCOUNT"]
)
"""A person waits: about five minutes for a platform that is away, none for an account that this worker has not."""


@workflow.defn(name=STOCK_WORKFLOW)
class SignatureStockWorkflow:
    """One part of the account: some pages of its list, or some signatures by name."""

    def __init__(self) -> None:
        self._read: list[StockReading] = []

    @workflow.run
    async def run(self, request: StockRequest) -> StockReading:
        """Read, and return what was read with the page at which to go on."""
        if request.names:
            return await workflow.execute_activity_method(
                StockActivities.read_stock_names,
                StockNamesRequest(account=request.account, names=request.names),
                start_to_close_timeout=_ATTEMPT_TIMEOUT,
                retry_policy=_RETRY,
                summary="read signatures by name",
            )
        for number in range(request.first_page, request.first_page + PAGES_A_RUN):
            page = await workflow.execute_activity_method(
                StockActivities.read_stock_page,
                StockPageRequest(account=request.account, page=number),
                start_to_close_timeout=_ATTEMPT_TIMEOUT,
                retry_policy=_RETRY,
                summary=f"read page {number} of the signatures",
            )
            self._read.append(page)
            if page.next_page is None or page.refusal is not None:
                break
        signatures = [one for page in self._read for one in page.signatures]
        return self._read[-1].model_copy(update={"signatures": signatures})

    @workflow.query(name="progress", description="How much was read so far")
    def progress(self) -> StockProgress:
        """How much was read so far; also tells that a worker is there at all."""
        return StockProgress(signatures=sum(len(page.signatures) for page in self._read))
