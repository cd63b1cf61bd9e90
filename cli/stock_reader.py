"""Reading what an account has already (存量签名): a command has no credentials, so a worker reads it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

from temporalio.client import WorkflowFailureError, WorkflowHandle
from temporalio.exceptions import ActivityError, ApplicationError, FailureError, WorkflowAlreadyStartedError

from cli.context import only_account
from cli.exits import CliError, Exit
from cli.failures import in_words
from cli.filings import Filings
from cli.options import Common
from cli.output import console
from cli.settings import Settings
from engine.names import STOCK_WORKFLOW, stock_id
from filing.existing import ExistingSignature, StockProgress, StockReading, StockRequest

NAMES_A_RUN = 200

_BUSY_PAUSE = 0.5


def named_account(common: Common, settings: Settings) -> str:
    """The account that a command is about.

    Raises:
        CliError: None is named and there is not just one, or the settings have no such account (2).
    """
    account = common.account or only_account(settings)
    if account is None:
        known = ", ".join(sorted(settings.accounts)) or "none in the settings; an embedded worker has demo"
        raise CliError(Exit.UNREADABLE, f"say --account with the key of the platform account (there are: {known})")
    settings.policy_asked(account, None)
    return account


class StockReader:
    """Has a worker read the existing signatures of one account, a part at a time."""

    def __init__(self, filings: Filings, account: str, task_queue: str) -> None:
        self._filings, self._account, self._task_queue = filings, account, task_queue

    async def parts(self) -> AsyncIterator[StockReading]:
        """Read the whole account, part by part.

        Raises:
            CliError: The platform refuses (3), no worker answers or the platform is away (5), or somebody else reads
                the account all the time (6).
        """
        page: int | None = 1
        while page is not None:
            part = await self._read(StockRequest(account=self._account, first_page=page))
            page = part.next_page
            yield part

    async def named(self, names: Sequence[str]) -> list[ExistingSignature]:
        """Read signatures by name, in their order; one that the account has not is ``found=False``.

        Raises:
            CliError: As for ``parts``.
        """
        found: list[ExistingSignature] = []
        for begin in range(0, len(names), NAMES_A_RUN):
            part = StockRequest(account=self._account, names=tuple(names[begin : begin + NAMES_A_RUN]))
            found += (await self._read(part)).signatures
        return found

    async def _read(self, request: StockRequest) -> StockReading:
        handle = await self._begin(request)
        try:
            reading = await self._result(handle)
        except WorkflowFailureError as failure:
            raise _in_words(failure.cause, self._account) from failure
        except BaseException:
            # Left alone, it would stand in the way of the next command.
            with contextlib.suppress(Exception):
                await handle.terminate("nobody waits for it any more")
            raise
        if reading.refusal is not None:
            told = f"{reading.refusal.code}: {reading.refusal.text}"
            raise CliError(Exit.REFUSED, f"the platform refused to show the signatures of {self._account}: {told}")
        return reading

    async def _begin(self, request: StockRequest) -> WorkflowHandle[object, StockReading]:
        """Start it as soon as nobody else reads the account."""
        identity, timeout = stock_id(self._account), self._filings.timeout
        gives_up = asyncio.get_running_loop().time() + timeout
        while True:
            with in_words(identity, timeout):
                try:
                    async with asyncio.timeout(timeout):
                        return await self._filings.client.start_workflow(
                            STOCK_WORKFLOW,
                            request,
                            id=identity,
                            task_queue=self._task_queue,
                            result_type=StockReading,
                            static_summary=f"存量签名 (existing signatures) of {self._account}",
                        )
                except WorkflowAlreadyStartedError as failure:
                    if asyncio.get_running_loop().time() >= gives_up:
                        told = f"another command reads the signatures of {self._account}; try again in a moment"
                        raise CliError(Exit.WAITING, told) from failure
            await asyncio.sleep(_BUSY_PAUSE)

    async def _result(self, handle: WorkflowHandle[object, StockReading]) -> StockReading:
        """Wait as long as a worker is there: a platform that is busy takes its time."""
        while True:
            with in_words(handle.id, self._filings.timeout), contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._filings.timeout):
                    return await handle.result()
            with in_words(handle.id, self._filings.timeout, worker=True):
                async with asyncio.timeout(self._filings.timeout):
                    progress = await handle.query("progress", result_type=StockProgress)
            told = f"still reading, {progress.signatures} signatures of this part so far; the platform takes its time"
            console(stderr=True).print(told, style="dim")


def _in_words(cause: BaseException | None, account: str) -> CliError:
    """What ended the reading."""
    told = cause.cause if isinstance(cause, ActivityError) else cause
    while isinstance(told, FailureError) and not isinstance(told, ApplicationError) and told.cause is not None:
        told = told.cause
    if isinstance(told, ApplicationError) and told.type == "UNKNOWN_ACCOUNT":
        return CliError(Exit.UNREADABLE, told.message)
    words = told.message if isinstance(told, FailureError) else str(told)
    return CliError(Exit.UNREACHABLE, f"the signatures of {account} could not be read: {words}; try again later")
