"""How filings look on a terminal. Ages are worked out here, at the moment of looking; times are Beijing's."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.filings import FilingRow
from filing.advice import told_together
from filing.amending import PLATFORM
from filing.calendar import shown, shown_deadline, working_days_between
from filing.changes import told_changes
from filing.papers import waits_only
from filing.preview import Preview
from filing.readiness import Outlook
from filing.record import Record
from filing.report import CarrierReport, EditReport, FilingReport, TestReport
from filing.vocabulary import CanSend, Carrier, CarrierStatus

RECORDS_SHOWN = 10

_STATUS_STYLES = {
    CarrierStatus.REGISTERED: "green",
    CarrierStatus.PENDING_VERIFICATION: "cyan",
    CarrierStatus.REGISTERING: "yellow",
    CarrierStatus.FAILED: "red",
    CarrierStatus.EXPIRED: "red",
    CarrierStatus.UNKNOWN: "magenta",
}
_SEND_STYLES = {CanSend.BULK: "green", CanSend.TRIAL: "yellow", CanSend.NO: "red"}


def age(moment: datetime, now: datetime) -> str:
    """How long ago a moment was, or how soon it is: ``3 days ago``, ``in 2 h``."""
    distance = abs(now - moment)
    for unit, size in (("days", timedelta(days=1)), ("h", timedelta(hours=1)), ("min", timedelta(minutes=1))):
        if distance >= 2 * size:
            amount = f"{distance // size} {unit}"
            break
    else:
        amount = f"{distance.seconds} s"
    return f"{amount} ago" if moment <= now else f"in {amount}"


def status_text(status: CarrierStatus | None) -> Text:
    """A carrier's status as the console words it, in its colour."""
    return Text(status.label, _STATUS_STYLES.get(status, "dim")) if status else Text("-", "dim")


def record_line(record: Record) -> str:
    """One line of the history: time, at which carrier, what, who."""
    return f"{shown(record.at)}{record_text(record)}"


def record_text(record: Record) -> str:
    """What a record tells, without its time."""
    carrier = f" {record.carrier.label}" if record.carrier else ""
    detail = f": {record.detail}" if record.detail else ""
    return f"{carrier} {record.event}{detail} ({record.by})"


def report_view(report: FilingReport, execution: str, now: datetime | None = None) -> RenderableType:
    """Everything that ``status`` and ``watch`` show of a filing.

    Args:
        report: The filing's own report.
        execution: The status of its workflow, which shows when nobody follows the filing any more.
        now: The moment that ages refer to, the present where none is given.
    """
    now = now or datetime.now(UTC)
    parts: list[RenderableType] = [_header(report, execution, now), _carriers(report, now), _remarks(report, now)]
    if (tests := _tests(report)) is not None:
        parts += [Text(), tests]
    if report.expires_at is not None:
        traffic = f"last traffic {report.last_traffic_on}" if report.last_traffic_on else "no traffic known"
        parts.append(Text(f"Lapses (报备失效) about {_by_when(report.expires_at, now)} without a send; {traffic}."))
    parts += [Text(), _actions(report), Text(), Text("Records (报备记录)", "bold")]
    parts += [Text(f"  {record_line(record)}") for record in report.records[-RECORDS_SHOWN:]]
    return Group(*parts)


def _header(report: FilingReport, execution: str, now: datetime) -> Text:
    review = report.review
    since = review.reviewed_at or review.submitted_at
    paused = ", paused" if report.paused else ""
    lines = [
        # 审核通过 is not usable: the two stand apart wherever a filing is shown.
        Text(f"【{report.sign_name}】 {headline(report)}{paused}", "bold"),
        Text(f"{report.phase.label} {report.phase}"),
        Text(f"account {report.account}, policy {report.policy}, workflow {report.workflow_id}", "dim"),
        Text(f"审核 (review): {review.label} {review.status}" + (f" since {_when(since, now)}" if since else "")),
        *(Text(f"  {reason}") for reason in review.reasons),
        *_changes(report, now),
        *_readiness(report, now),
        *_notes(report),
    ]
    if execution != "RUNNING" and not report.phase.closed:
        lines.insert(
            1, Text(f"The workflow is {execution}: nobody follows this filing. Submit it again to go on.", "red")
        )
    return Text("\n").join(lines)


def _changes(report: FilingReport, now: datetime) -> list[Text]:
    """What is being changed: the edit at work or the last one, what waits, a deletion, a replacement."""
    lines = _edit(report.edit, now) if report.edit is not None else []
    if (queued := report.queued_edit) is not None:
        anew = f"; may be filed anew: {_named(queued.accept_reset)}" if queued.accept_reset else ""
        lines.append(
            Text(f"waits (queued): {queued.summary}; by {queued.by} {_when(queued.asked_at, now)}{anew}", "yellow")
        )
    if report.deleting:
        lines.append(Text("being deleted at the platform (删除签名)", "red"))
    if report.replaces is not None:
        lines.append(Text(f"takes the place of 【{report.replaces}】"))
    return lines


def _edit(edit: EditReport, now: datetime) -> list[Text]:
    since = edit.ended_at or edit.submitted_at or edit.asked_at
    order = f", order {edit.order_id}" if edit.order_id else ""
    due = f", overdue after {_by_when(edit.overdue_at, now)}" if edit.stage.at_work and edit.overdue_at else ""
    reason = f": {edit.reason}" if edit.reason else ""
    lines = [
        Text(
            f"{edit.kind.label} ({edit.kind}): {edit.label} {edit.stage} since {_when(since, now)}{order}{due}, "
            f"by {edit.by}{reason}"
        )
    ]
    lines += [Text(f"  {told_changes({field: values})}") for field, values in edit.changes.items()]
    if edit.unclear:
        lines.append(Text("  the platform's answer was lost, and nothing shows yet that it has it", "yellow"))
    if edit.ended_by not in ("", PLATFORM):
        lines.append(Text(f"  {edit.label} by {edit.ended_by}'s word, not the platform's", "magenta"))
    return [*lines, Text(f"  {edit.words}")] if edit.words else lines


def _carriers(report: FilingReport, now: datetime) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for title in ("carrier", "status", "round", "submitted", "due", "result", "tests", "can send"):
        table.add_column(title, overflow="fold")
    for carrier in Carrier:
        known = report.carriers[carrier]
        code = "" if known.platform_code is None else f" ({known.platform_code})"
        table.add_row(
            f"{carrier.label} {carrier}",
            status_text(known.status) + code,
            str(known.round or "-"),
            _when(known.submitted_at, now),
            _due(known, now),
            _when(known.verified_at or known.result_at, now),
            f"{known.tests_sent} sent, {known.tests_delivered} delivered" if known.tests_sent else "-",
            Text(known.can_send, _SEND_STYLES[known.can_send]),
        )
    return table


def headline(report: FilingReport) -> str:
    """The platform's approval and what it does not say: on which carriers the signature can be used, and how far."""
    usable = ", ".join(f"{c.label} {report.carriers[c].can_send}" for c in Carrier)
    return f"审核 (review): {report.review.label}; 可用 (usable): {usable}"


def _readiness(report: FilingReport, now: datetime) -> list[Text]:
    """By when it can be used, against the day on which it is needed."""
    seen = report.readiness
    if report.phase.closed or (seen.outlook is Outlook.READY and seen.needed_by is None):
        return []
    words = []
    if seen.needed_by is not None and seen.outlook is not None:
        words.append(f"needed by {seen.needed_by}: {seen.outlook.label}")
    if seen.earliest is not None:
        latest = f"{shown_deadline(seen.latest)[:10]}" if seen.latest else "nobody can tell when"
        estimate = " (estimate)" if seen.estimated else ""
        words.append(f"usable between {shown_deadline(max(seen.earliest, now))[:10]} and {latest}{estimate}")
    style = "red" if seen.outlook is Outlook.CANNOT_BE else "yellow" if seen.outlook is Outlook.AT_RISK else ""
    return [Text("; ".join([*words, seen.why]), style)]


_FINDING_STYLES = {"ok": "dim", "warn": "yellow"}


def _notes(report: FilingReport) -> list[Text]:
    """What the check had to say; what it refused is an action already, unless it is only waited for."""
    waits = waits_only(report.findings)
    return [
        Text(
            f"{'waits for' if f.rejects else f.severity}: {f.field} {f.part}: {f.rule}; {f.advice}",
            _FINDING_STYLES.get(f.severity, ""),
        )
        for f in report.findings
        if waits or not f.rejects
    ]


def _tests(report: FilingReport) -> Table | None:
    """Every test message with its steps apart (验证报备): asked for, accepted, receipt, what it showed."""
    tests = [(carrier, test) for carrier in Carrier for test in report.carriers[carrier].tests]
    if not tests:
        return None
    cost = f", {report.cost:.2f} yuan" if report.cost is not None else ""
    table = Table(
        box=None,
        padding=(0, 2, 0, 0),
        header_style="bold",
        title=f"Test messages (测试短信): {report.messages_sent} sent{cost}",
        title_justify="left",
        title_style="bold",
    )
    for title in ("test", "number", "asked for", "accepted", "BizId", "receipt", "shows"):
        table.add_column(title, overflow="fold")
    for carrier, test in tests:
        table.add_row(
            f"{carrier.label} {test.round or '-'}/{test.number}",
            test.phone or "-",
            shown(test.asked_at),
            shown(test.accepted_at) if test.accepted_at else "-",
            test.biz_id or "-",
            " ".join(filter(None, (shown(test.receipt_at) if test.receipt_at else "", test.state, _about(test)))),
            f"【{test.shown_signature}】" if test.shown_signature else "-",
        )
    return table


def _about(test: TestReport) -> str:
    """The code of a test message and what it is about, unless its state says as much."""
    if test.code == test.state:
        return ""
    return f"{test.code} ({test.code_class.label})" if test.code and test.code_class.label else test.code


def _remarks(report: FilingReport, now: datetime) -> Text:
    """What the platform says of each carrier, and why so much may be sent there."""
    lines = []
    for carrier in Carrier:
        known = report.carriers[carrier]
        said = "; ".join(f"{reason.code} {reason.text}".strip() for reason in known.reasons)
        lines.append(Text(f"  {carrier.label}: {f'{said}; ' if said else ''}{known.can_send_reason}", "dim"))
        if known.status is CarrierStatus.REGISTERING and known.submitted_at is not None:
            lines.append(Text(f"    {_waited(known.submitted_at, known.stalled_at, now)}", "dim"))
        if known.delivered_by_hand:
            lines.append(Text(f"    {known.delivered_by_hand} that a person sent by hand arrived", "dim"))
        lines += [Text(f"    {word}", "magenta") for word in _words(known)]
    return Text("\n").join(lines)


def _waited(since: datetime, stalled_at: datetime | None, now: datetime) -> str:
    """How long a carrier has had it, against what is usual."""
    days, estimated = working_days_between(since, now)
    unusual = f", unusual after {shown_deadline(stalled_at)}" if stalled_at else ""
    about = "about " if estimated else ""
    return f"waited {about}{days} working days; 5-7 on average, 7-10 observed lately{unusual}; carriers promise nothing"


def _words(known: CarrierReport) -> list[str]:
    """What people vouch for (人工确认), apart from the platform's facts."""
    told = []
    if (word := known.usable_by_word) is not None:
        reason = f" ({word.reason})" if word.reason else ""
        told.append(f"usable by {word.by}'s word of {shown(word.at)}{reason}, not the platform's")
    if known.deliveries_by_word:
        told.append(f"test messages that arrived by a person's word, not the platform's: {known.deliveries_by_word}")
    return told


def _due(known: CarrierReport, now: datetime) -> str:
    if not known.round_open or known.status is not CarrierStatus.REGISTERING or known.result_due_at is None:
        return f"verdict {_by_when(known.verdict_due_at, now)}" if known.verdict_due_at else "-"
    return _by_when(known.result_due_at, now) + (" (estimate)" if known.dates_estimated else "")


def _actions(report: FilingReport) -> Text:
    if not report.actions:
        return Text("Nothing to do.")
    lines = [Text("What a person must do", "bold")]
    for number, advice in enumerate(told_together(report.actions), start=1):
        lines.append(Text(f"  {number}. {advice.what}", "yellow"))
        lines.append(Text(f"     {advice.why}"))
        lines += [Text(f"     {command}", "dim") for command in advice.commands]
    return Text("\n").join(lines)


def list_view(rows: Sequence[FilingRow], now: datetime | None = None) -> RenderableType:
    """The table of ``list``."""
    now = now or datetime.now(UTC)
    if not rows:
        return Text("No filings.")
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for title in (
        "account",
        "name",
        "phase",
        *(carrier.label for carrier in Carrier),
        "due",
        "needed by",
        "lapses",
        "action",
    ):
        table.add_column(title)
    for row in rows:
        phase = row.phase.label
        if row.execution != "RUNNING" and not row.phase.closed:
            phase = f"{phase} ({row.execution})"
        table.add_row(
            row.account,
            row.sign_name,
            phase,
            *(status_text(row.carriers[carrier]) for carrier in Carrier),
            _by_when(row.next_due_at, now) if row.execution == "RUNNING" else "-",
            row.needed_by or "-",
            _by_when(row.expires_at, now) if row.execution == "RUNNING" else "-",
            Text("yes", "yellow") if row.action_required and row.execution == "RUNNING" else "",
        )
    return table


def differences_view(differences: dict[str, tuple[str, str]]) -> Table:
    """What differs between an open filing and the application handed in anew."""
    table = Table(box=None, padding=(0, 2, 0, 2), header_style="bold")
    for title in ("field", "open", "new"):
        table.add_column(title)
    for field, (before, after) in differences.items():
        table.add_row(field, before, after)
    return table


def preview_view(preview: Preview, sign_name: str, parameters: Mapping[str, object]) -> RenderableType:
    """What a message would do, as ``--dry-run`` shows it."""
    parts: list[RenderableType] = [Text(f"【{sign_name}】 dry run, nothing is sent", "bold")]
    if preview.operation:
        parts.append(Text(f"operation: {preview.operation}"))
        parts += [Text(f"  {name} = {_written(value)}") for name, value in parameters.items()]
    else:
        parts.append(Text("operation: none, the platform is not written to"))
    if preview.console:
        parts.append(Text(f"asked of a person in the console: {preview.console}"))
    if preview.changes:
        parts += [Text("changes:"), differences_view(preview.changes)]
    if preview.waits_for:
        parts.append(Text(f"waits for: {'; '.join(preview.waits_for)}", "yellow"))
    if preview.may_reset:
        registered = f"{_named(preview.may_reset)} {CarrierStatus.REGISTERED.label}"
        parts.append(Text(f"at risk: {registered}: {preview.risk}", "yellow"))
    if preview.not_accepted:
        parts.append(Text(f"  not accepted yet: {_named(preview.not_accepted)}", "red"))
    if preview.last_traffic_on is not None:
        parts.append(Text(f"last traffic: {preview.last_traffic_on}"))
    return Group(*parts)


def _written(value: object) -> str:
    """A parameter as the platform is sent it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _named(carriers: Sequence[Carrier]) -> str:
    return ", ".join(f"{carrier.label} {carrier}" for carrier in carriers)


def _when(moment: datetime | None, now: datetime) -> str:
    return f"{shown(moment)} ({age(moment, now)})" if moment else "-"


def _by_when(deadline: datetime | None, now: datetime) -> str:
    return f"{shown_deadline(deadline)} ({age(deadline, now)})" if deadline else "-"
