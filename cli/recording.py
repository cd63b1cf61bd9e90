"""The command ``records``: all records (报备记录) of a signature, from its evidence file and from its filing."""

import csv
import io
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from cli.context import only_account, plain_name, tell_normalised
from cli.exits import CliError, Exit
from cli.filings import Filings
from cli.options import Common
from cli.output import console, print_json
from cli.rendering import record_line
from cli.settings import load_settings
from engine.names import filing_id
from filing.calendar import BEIJING
from filing.evidence import EvidenceLines, evidence_file, merged_records, read_lines
from filing.naming.normalising import normalise_sign_name
from filing.record import Event, Record
from filing.vocabulary import Carrier

STANDARD_OUTPUT = "-"

_COLUMNS = (
    "Time in Beijing 北京时间",
    "Event 事件",
    "Carrier 运营商",
    "Round 报备轮次",
    "By 操作人",
    "Detail 详情",
    "Id 编号",
)

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet take a cell for a formula, in full width too."""


@dataclass(frozen=True)
class Wanted:
    """Which records are wanted; none of a kind means all."""

    carrier: Carrier | None = None
    events: frozenset[Event] = frozenset()
    since: datetime | None = None

    def includes(self, record: Record) -> bool:
        """Whether a record is wanted."""
        return (
            self.carrier in (None, record.carrier)
            and (not self.events or record.event in self.events)
            and (self.since is None or record.at >= self.since)
        )


@dataclass
class Sources:
    """Where records were found, and what could not be asked."""

    written: EvidenceLines | None = None
    """What the evidence file holds, none where there is no such file."""
    carried: list[Record] | None = None
    """What the filing itself knows, none where Temporal has none."""
    gone: bool = False
    """Whether Temporal said that it has no such filing any more."""
    warnings: list[str] = field(default_factory=list)


async def records(
    sign_name: str,
    common: Common,
    *,
    carrier: Carrier | None,
    events: Sequence[str],
    since: str | None,
    table: str | None,
) -> Exit:
    """Print the records of a signature, open or closed, or write them as a table.

    What the evidence file of this machine holds is shown even where Temporal does not answer; the exit code is 0 then,
    and a warning says what may be missing.

    Raises:
        CliError: An argument cannot be read (2), there are no records (4), or Temporal does not answer and there is no
            evidence file (5).
    """
    if table is not None and common.as_json:
        raise CliError(Exit.UNREADABLE, "--csv and --json: say one of the two")
    wanted = Wanted(carrier, frozenset(_event(text) for text in events), _moment(since) if since else None)
    folder = load_settings(common.settings_file).evidence_folder
    account, name, sources = await _find_in_any_coding(plain_name(sign_name), common, folder)
    every = merged_records(sources.written.records if sources.written else (), sources.carried or ())
    listed = [record for record in every if wanted.includes(record)]
    for warning in sources.warnings:
        console(stderr=True).print(f"starter.py: {warning}", style="yellow")
    if common.as_json:
        print_json(_document(account, name, listed, sources))
    elif table is None:
        _print(listed, every, sources)
    elif table == STANDARD_OUTPUT:
        _write_through(as_csv(listed))
    else:
        _write(Path(table), as_csv(listed))
        console().print(f"{len(listed)} records of 【{name}】 written to {table}")
    return Exit.DONE


def as_csv(listed: Iterable[Record]) -> bytes:
    """Records as a table for spreadsheets: UTF-8 with a byte order mark, cells that are no formulas."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for record in listed:
        at = record.at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")
        where = f"{record.carrier.label} {record.carrier}" if record.carrier else ""
        cells = (at, record.event, where, str(record.round or ""), record.by, record.detail, record.id)
        writer.writerow([_neutral(cell) for cell in cells])
    return text.getvalue().encode("utf-8-sig", errors="replace")


def _neutral(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula, also where spaces stand before the sign."""
    return f"'{cell}" if cell.startswith(_FORMULA_SIGNS) or cell.lstrip().startswith(_FORMULA_SIGNS) else cell


async def _find_in_any_coding(typed: str, common: Common, folder: Path) -> tuple[str, str, Sources]:
    """Account, name and records of a signature; as it was typed goes first, as in ``cli.context.find``."""
    try:
        account, sources = await _find(typed, common, folder)
    except CliError as failure:
        normalised = normalise_sign_name(typed)
        if normalised.finding is None or failure.code is Exit.UNREADABLE:
            raise
        tell_normalised(normalised.finding)
        account, sources = await _find(normalised.text, common, folder)
        return account, normalised.text, sources
    return account, typed, sources


async def _find(name: str, common: Common, folder: Path) -> tuple[str, Sources]:
    """The account and the records of a signature.

    Raises:
        CliError: There are none, or several accounts have such a signature.
    """
    sources = Sources()
    trouble: CliError | None = None
    filings: Filings | None = None
    account = common.account or only_account(load_settings(common.settings_file))
    try:
        filings = await Filings.connect(common.connection)
        account = account or await _account_of(filings, name, folder)
    except CliError as failure:
        if failure.code is not Exit.UNREACHABLE:
            raise
        trouble = failure
    account = account or _only(_accounts_with_evidence(folder, name), name)
    if account is None:
        raise trouble or _nothing(name)
    sources.written = _read_evidence(folder, account, name, sources.warnings)
    if filings is not None and trouble is None:
        try:
            sources.carried = await _carried(filings, filing_id(account, name), sources.warnings)
        except CliError as failure:
            trouble = failure
            sources.gone = failure.code is Exit.NOT_FOUND
    if sources.written is None and sources.carried is None:
        raise trouble if trouble is not None and not sources.gone else _nothing(name)
    if trouble is not None and not sources.gone:
        sources.warnings.append(f"{trouble.message}; the newest records may be missing")
    return account, sources


async def _account_of(filings: Filings, name: str, folder: Path) -> str | None:
    rows = await filings.rows(sign_name=name) or await filings.rows(sign_name=name, closed=True)
    return _only({row.account for row in rows} | _accounts_with_evidence(folder, name), name)


def _only(accounts: Iterable[str], name: str) -> str | None:
    found = sorted(accounts)
    if len(found) > 1:
        raise CliError(
            Exit.UNREADABLE,
            f"several accounts have records of 【{name}】: say --account with one of {', '.join(found)}",
            {"accounts": found},
        )
    return found[0] if found else None


def _nothing(name: str) -> CliError:
    return CliError(
        Exit.NOT_FOUND,
        f"no records of 【{name}】: Temporal knows no such filing, and the evidence folder of this machine has no file "
        "of it; 'starter.py list --all' shows all",
    )


async def _carried(filings: Filings, workflow_id: str, warnings: list[str]) -> list[Record]:
    """The records that the filing itself has: an open one in its state, one that is over in its result."""
    closed = await filings.closed(workflow_id)
    if closed is None:
        return (await filings.report(workflow_id)).records
    if closed.left is None:
        warnings.append(
            f"the filing ended ({closed.ended}) and no worker tells of its last records, which may be missing"
        )
        return []
    return closed.left.records


def _accounts_with_evidence(folder: Path, name: str) -> set[str]:
    """The accounts in whose evidence a signature stands."""
    file = evidence_file("", name)[1]
    try:
        texts = [(path.parent.name, path) for path in folder.glob(f"*/{_literal(file)}")]
    except OSError:
        return set()
    return {_lines(path).account or parent for parent, path in texts}


def _literal(file: str) -> str:
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in file)


def _read_evidence(folder: Path, account: str, name: str, warnings: list[str]) -> EvidenceLines | None:
    path = folder.joinpath(*evidence_file(account, name))
    try:
        lines = _lines(path)
    except FileNotFoundError:
        return None
    except OSError as failure:
        warnings.append(f"the evidence file {path} cannot be read: {failure.strerror}; older records may be missing")
        return None
    if lines.unreadable:
        warnings.append(f"{path}: {lines.unreadable} lines are no records, such as one whose writer was killed")
    return lines


def _lines(path: Path) -> EvidenceLines:
    return read_lines(path.read_text(encoding="utf-8", errors="replace"))


def _event(text: str) -> Event:
    wanted = text.strip().lower().replace("_", " ")
    named = {event.value.lower(): event for event in Event} | {
        event.name.lower().replace("_", " "): event for event in Event
    }
    if wanted in named:
        return named[wanted]
    close = get_close_matches(wanted, named, n=1)
    raise CliError(
        Exit.UNREADABLE,
        f"--event {text!r}: "
        + (f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(event.value for event in Event)}"),
    )


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise CliError(
            Exit.UNREADABLE, f"--since {text!r}: expected a date such as 2026-03-02, or 2026-03-02T10:00, in Beijing"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)


def _document(account: str, name: str, listed: Sequence[Record], sources: Sources) -> dict[str, Any]:
    return {
        "workflow_id": filing_id(account, name),
        "account": account,
        "sign_name": name,
        "records": [{"id": record.id, **record.model_dump(mode="json")} for record in listed],
        "sources": {
            "evidence_file": len(sources.written.records) if sources.written else None,
            "filing": len(sources.carried) if sources.carried is not None else None,
        },
        "warnings": sources.warnings,
    }


def _print(listed: Sequence[Record], every: Sequence[Record], sources: Sources) -> None:
    out = console()
    for record in listed:
        out.print(record_line(record))
    written = len(sources.written.records) if sources.written else 0
    left_out = f" of {len(every)}" if len(listed) < len(every) else ""
    if sources.carried is None:
        origin = "the evidence file alone" + (", Temporal no longer has the filing" if sources.gone else "")
    elif sources.written is None:
        origin = "the filing itself, there is no evidence file here yet"
    else:
        origin = f"the evidence file ({written}) and the filing itself ({len(every) - written} more)"
    out.print(f"{len(listed)}{left_out} records (报备记录), from {origin}", style="dim")


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as failure:
        raise CliError(Exit.UNREADABLE, f"--csv {path}: cannot be written: {failure.strerror}") from failure


def _write_through(content: bytes) -> None:
    """Bytes to standard output, which has its own encoding for text."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
