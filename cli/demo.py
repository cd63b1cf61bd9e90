"""The command ``demo``: files the examples with the embedded stack and shows it happen."""

import asyncio
import contextlib
import signal
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from rich.console import Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from cli.context import sender
from cli.demo_ends import EXAMPLES, EXAMPLES_DIR, Example, Progress
from cli.demo_stack import Ports, Stack, demo_stack
from cli.exits import CliError, Exit
from cli.filings import Filings, silence_core
from cli.output import console
from cli.reading import read_applications
from cli.rendering import record_text, status_text
from cli.settings import load_settings
from engine.names import FILING_WORKFLOW, filing_id
from filing.application import SignatureApplication
from filing.calendar import BEIJING
from filing.record import Event, Record
from filing.report import FilingReport
from filing.vocabulary import Carrier

DEADLINE = 150.0
"""Seconds within which every example has to reach its end; about 90 are usual."""

_LOOK_EVERY = 1.0
_PATIENCE = 5.0
_FEED_LINES = 14

# Steps between what is worth telling; the status shows them all.
_UNTOLD = frozenset({Event.CHECK_PASSED, Event.TEST_ACCEPTED, Event.TRAFFIC_SEEN, Event.ROUND_ENDED})


async def demo(data_dir: Path, ports: Ports, *, leave: bool) -> Exit:
    """Run the demo.

    Args:
        data_dir: Where the stack keeps its state; emptied first.
        ports: Where the stack listens.
        leave: Stop by itself once every example ended, or at the deadline; else the stack stays up until Ctrl-C,
            which then is no interruption but the end.

    Returns:
        ``DONE``, or ``NEEDS_PERSON`` if an example did not end as expected.

    Raises:
        CliError: The stack does not come up.
    """
    task = asyncio.current_task()
    if task is not None:
        # A CI job that is cancelled sends SIGTERM; the stack must not outlive the demo.
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    silence_core()
    out = console()
    task_queue = load_settings().task_queue
    out.print("starting Temporal, the sandbox and a worker ...")
    async with demo_stack(data_dir, ports, task_queue) as stack:
        filings = Filings(stack.client, _PATIENCE)
        progress = await _submit(filings, task_queue)
        out.print(f"Web UI: {_filings_in_the_ui(ports)}")
        await _show(filings, stack, progress)
        code = _judge(list(progress.values()))
        out.print(f"Web UI: {_filings_in_the_ui(ports)}")
        if not leave:
            out.print(f"Try: starter.py status 云杉科技 --account demo --address 127.0.0.1:{ports.temporal}")
            out.print("The stack stays up; stop it with Ctrl-C.")
            out.file.flush()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
            out.print("stopping ...")
    return code


def _filings_in_the_ui(ports: Ports) -> str:
    """The list of filings in the Web UI, without the rounds that are their children."""
    return f"http://127.0.0.1:{ports.ui}/namespaces/default/workflows?query=WorkflowType%3D%22{FILING_WORKFLOW}%22"


async def _submit(filings: Filings, task_queue: str) -> dict[str, Progress]:
    progress = {}
    for example in EXAMPLES:
        application = _application(example)
        await filings.start(application, example.policy, sender(None), task_queue)
        progress[filing_id(application.account, application.sign_name)] = Progress(example)
    return progress


def _application(example: Example) -> SignatureApplication:
    [(_, application)] = read_applications([EXAMPLES_DIR / example.file])
    return application


async def _show(filings: Filings, stack: Stack, progress: dict[str, Progress]) -> None:
    """Follow the filings until every example ended or time is up."""
    out = console()
    feed: deque[str] = deque(maxlen=_FEED_LINES)
    ended = False
    live = Live(console=out, auto_refresh=False) if out.is_terminal else None
    with live or contextlib.nullcontext(), contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DEADLINE):
            while not all(one.reached for one in progress.values()):
                lines = await _look(filings, progress)
                await _answer(filings, progress)
                if stack.ended and not ended:
                    ended = True
                    lines.append(f"{stack.ended}; the filings go on when it is started again")
                for line in lines:
                    feed.append(line)
                    if live is None:
                        out.print(line)
                if live is None:
                    out.file.flush()
                else:
                    live.update(_view(list(progress.values()), feed), refresh=True)
                await asyncio.sleep(_LOOK_EVERY)


async def _look(filings: Filings, progress: dict[str, Progress]) -> list[str]:
    """Ask every filing for its report; the lines that are new, oldest first.

    A filing that does not answer is asked again: the demo goes on while a worker or the server is started anew.
    """
    answers = await asyncio.gather(*(filings.report(one) for one in progress), return_exceptions=True)
    news: list[tuple[datetime, str]] = []
    for one, answer in zip(progress.values(), answers, strict=True):
        if isinstance(answer, FilingReport):
            fresh = [record for record in one.take(answer) if record.event not in _UNTOLD]
            news += [(record.at, _feed_line(answer.sign_name, record)) for record in fresh]
        elif not isinstance(answer, CliError):
            raise answer
    # By time alone: what a filing noted at one moment keeps its order.
    return [line for _, line in sorted(news, key=lambda item: item[0])]


async def _answer(filings: Filings, progress: dict[str, Progress]) -> None:
    """Do what an operator would do about each example that asks for it; its records tell of it."""
    for workflow_id, one in progress.items():
        answer = one.to_answer
        if answer is None:
            continue
        # A worker that is being started anew takes it the next time round; the id makes sure that it counts once.
        with contextlib.suppress(CliError):
            await filings.send(workflow_id, answer.name, answer.message, f"demo-{workflow_id}")
            one.answered = True


def _feed_line(sign_name: str, record: Record) -> str:
    return f"{record.at.astimezone(BEIJING):%H:%M:%S} 【{sign_name}】{record_text(record)}"


def _view(progress: Sequence[Progress], feed: Sequence[str]) -> RenderableType:
    lines = [Text(line, "dim", no_wrap=True, overflow="ellipsis") for line in feed]
    return Group(_table(progress), _asked(progress), Text(), *lines)


def _table(progress: Sequence[Progress]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for title in ("signature", "phase", *(carrier.label for carrier in Carrier), "tests", "action"):
        table.add_column(title, overflow="ellipsis", no_wrap=True)
    for one in progress:
        report = one.report
        if report is None:
            table.add_row(one.example.file, "-")
            continue
        carriers = [report.carriers[carrier] for carrier in Carrier]
        first = report.actions[0] if report.actions else None
        action = f"{first.carrier.label if first.carrier else ''} {first.code}".strip() if first else ""
        table.add_row(
            report.sign_name,
            report.phase_label,
            *(status_text(known.status) for known in carriers),
            f"{sum(known.tests_delivered for known in carriers)}/{sum(known.tests_sent for known in carriers)}",
            Text(action, "yellow"),
        )
    return table


def _asked(progress: Sequence[Progress]) -> Text:
    """What a person must do first for each filing, a line each."""
    lines = [
        Text(f"【{one.report.sign_name}】 {one.report.actions[0].what}", "yellow")
        for one in progress
        if one.report and one.report.actions
    ]
    return Text("\n", no_wrap=True, overflow="ellipsis").join([Text(), *lines])


def _judge(progress: Sequence[Progress]) -> Exit:
    """Print what became of each example."""
    out = console()
    out.print()
    if not out.is_terminal:
        out.print(Group(_table(progress), _asked(progress)))
        out.print()
    for one in progress:
        name = f"【{one.report.sign_name}】" if one.report else one.example.file
        if one.reached:
            out.print(Text(f"{name} as expected: {one.example.shows}", "green"))
        else:
            lacks = "; ".join(one.missing())
            out.print(Text(f"{name} NOT as expected ({one.example.shows}): {lacks}", "red"))
    out.print()
    return Exit.DONE if all(one.reached for one in progress) else Exit.NEEDS_PERSON
