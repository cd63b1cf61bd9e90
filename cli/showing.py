"""The commands ``status``, ``list`` and ``watch``."""

import asyncio
from dataclasses import asdict

from rich.live import Live

from cli.context import locate
from cli.exits import Exit
from cli.filings import FilingRow, Filings
from cli.options import Common
from cli.output import console, print_json
from cli.refiling import naming_those_refiled, speaks_of_refiling
from cli.rendering import list_view, record_line, report_view
from filing.record import Record
from filing.report import FilingReport

_WATCH_EVERY = 2.0


async def status(sign_name: str, common: Common) -> Exit:
    """Show one filing, open or closed."""
    filings = await Filings.connect(common.connection)
    workflow_id = await locate(filings, common, sign_name)
    report, execution = await _look(filings, workflow_id)
    if common.as_json:
        _print_report(report, execution)
    else:
        console().print(report_view(report, execution))
    return Exit.DONE


async def list_filings(common: Common, *, closed: bool) -> Exit:
    """List filings from their search attributes, so that none is woken."""
    filings = await Filings.connect(common.connection)
    rows = await filings.rows(account=common.account, closed=closed)
    if common.as_json:
        print_json([_plain(row) for row in rows])
    else:
        console().print(list_view(rows))
    return Exit.DONE


async def watch(sign_name: str, common: Common) -> Exit:
    """Show one filing as it changes, until it is closed or the command is interrupted.

    Without a terminal each new record is one line; with ``--json`` the last report is the one document.
    """
    filings = await Filings.connect(common.connection)
    workflow_id = await locate(filings, common, sign_name)
    report, execution = await _look(filings, workflow_id)
    if common.as_json:
        while _followed(report, execution):
            await asyncio.sleep(_WATCH_EVERY)
            report, execution = await _look(filings, workflow_id)
        _print_report(report, execution)
    elif console().is_terminal:
        with Live(report_view(report, execution), console=console(), auto_refresh=False) as live:
            while _followed(report, execution):
                await asyncio.sleep(_WATCH_EVERY)
                report, execution = await _look(filings, workflow_id)
                live.update(report_view(report, execution), refresh=True)
    else:
        seen: list[Record] = []
        _print_new(report, seen)
        while _followed(report, execution):
            await asyncio.sleep(_WATCH_EVERY)
            report, execution = await _look(filings, workflow_id)
            _print_new(report, seen)
    return Exit.DONE


async def _look(filings: Filings, workflow_id: str) -> tuple[FilingReport, str]:
    report = await filings.report(workflow_id)
    if speaks_of_refiling(report):
        rows = await filings.rows(account=report.account)
        report = naming_those_refiled(report, rows)
    return report, await filings.execution(workflow_id)


def _followed(report: FilingReport, execution: str) -> bool:
    return execution == "RUNNING" and not report.phase.closed


def _print_new(report: FilingReport, seen: list[Record]) -> None:
    out = console()
    for record in report.records:
        if record not in seen:
            out.print(record_line(record))
    seen[:] = report.records
    out.file.flush()


def _print_report(report: FilingReport, execution: str) -> None:
    print_json({**report.model_dump(mode="json"), "execution": execution})


def _plain(row: FilingRow) -> dict[str, object]:
    moments = ("next_due_at", "expires_at", "opened_at", "closed_at")
    plain = asdict(row)
    return plain | {"phase_label": row.phase.label} | {key: _iso(getattr(row, key)) for key in moments}


def _iso(moment: object) -> str | None:
    return moment.isoformat() if hasattr(moment, "isoformat") else None
