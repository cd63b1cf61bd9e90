"""How a rehearsal (预演) looks: a dated timeline with its sum, and the same as data. All times are Beijing's."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.rendering import status_text
from filing.calendar import BEIJING, beijing_date, has_published_holidays, is_working_day, shown
from filing.vocabulary import Carrier, CarrierStatus
from rehearsal.chronicle import Asked, Entry, Kind
from rehearsal.playing import Life, Script
from rehearsal.summary import Summary, working_days

_COUNTED_MAX = 60
"""Working days since the submission are counted that far; later they say nothing."""

_STYLES = {Kind.PERSON: "yellow", Kind.DEADLINE: "cyan", Kind.TEST: "magenta", Kind.TOOL: "dim"}
_ESTIMATE = "(estimate: not all holidays until then are published)"


@dataclass(frozen=True)
class Told:
    """A rehearsal as it is shown.

    Attributes:
        script: What was played.
        life: As it went.
        summary: What it comes to.
        notes: What a reader has to know of it.
        price_assumed: Whether nobody gave the price of a message.
    """

    script: Script
    life: Life
    summary: Summary
    notes: list[str]
    price_assumed: bool


def view(told: Told) -> RenderableType:
    """Everything that is shown on a terminal."""
    life, application = told.life, told.script.application
    begins = life.began_at.astimezone(BEIJING)
    parts: list[RenderableType] = [
        Text(
            f"Rehearsal (预演) of 【{application.sign_name}】 against a sandbox, fates: {told.script.cast.told}. "
            f"Carriers promise nothing: the real filing may take longer.",
            "bold",
        ),
        Text(
            f"as if submitted {begins:%a %Y-%m-%d %H:%M} (Beijing time), account {application.account}, "
            f"policy {told.script.policy.name}; nothing was submitted",
            "dim",
        ),
        *(Text(f"- {note}", "dim") for note in told.notes),
    ]
    submitted_on = beijing_date(life.began_at)
    for day, entries in groupby(life.chronicle.timeline, key=lambda entry: beijing_date(entry.at)):
        parts += [Text(), _heading(day, submitted_on), _entries(entries, told)]
    return Group(*parts, Text(), *_summary(told), Text())


def document(told: Told) -> dict[str, Any]:
    """The same as data, for ``--json``; moments in ISO 8601 with Beijing's offset, money in yuan."""
    life, script, summary = told.life, told.script, told.summary
    application, chronicle = script.application, life.chronicle
    return {
        "sign_name": application.sign_name,
        "account": application.account,
        "policy": script.policy.name,
        "fates": dict(script.cast.fates),
        "notes": [*told.notes, "played against a sandbox: carriers promise nothing"],
        "submitted_at": _iso(life.began_at),
        "played_until": _iso(life.ended_at),
        "over": life.over,
        "timeline": [_entry(entry, told) for entry in chronicle.timeline],
        "summary": {
            "ready_at": _iso(summary.ready_at),
            "working_days": summary.working_days,
            "estimated": summary.estimated,
            "public_holidays": summary.holidays,
            "needed_by": summary.needed_by.isoformat() if summary.needed_by else None,
            "in_time": _in_time(summary),
            "days_late": summary.days_late,
            "test_messages": summary.messages,
            "price_per_message": float(summary.price),
            "price_assumed": told.price_assumed,
            "cost": float(summary.cost),
            "lapsed_at": _iso(chronicle.lapsed_at),
            "carriers": {
                carrier.value: {
                    "status": shown.status.value,
                    "registered_at": _iso(chronicle.registered_at.get(carrier)),
                    "tests_sent": shown.tests_sent,
                }
                for carrier, shown in life.report.carriers.items()
            },
            "actions": [_action(asked) for asked in chronicle.asked],
        },
    }


def _heading(day: date, submitted_on: date) -> Text:
    """The heading of a day, with how far the filing is in working days."""
    count = working_days(submitted_on, day)
    told = ""
    if day == submitted_on:
        told = "submission"
    elif count <= _COUNTED_MAX:
        told = f"working day {count}" if is_working_day(day) else "no working day"
        if not has_published_holidays(day.year):
            told += f" {_ESTIMATE}"
    return Text(f"{day} {day:%a}", "bold").append(f"  {told}" if told else "", "dim")


def _entries(entries: Iterable[Entry], told: Told) -> Table:
    """What happens on a day."""
    table = Table(box=None, show_header=False, padding=(0, 0, 0, 2))
    for width in (len("00:00"), max(map(len, Kind)), None):
        table.add_column(min_width=width, overflow="fold")
    for entry in entries:
        where = ", ".join(f"{carrier.label} {carrier}" for carrier in entry.carriers)
        # What a person has to do names its carrier itself.
        carriers = f"{where}: " if where and entry.kind is not Kind.PERSON else ""
        cost = f", {entry.messages * told.summary.price} yuan" if entry.messages else ""
        estimate = f" {_ESTIMATE}" if entry.estimated else ""
        text = Text(f"{carriers}{entry.text}{cost}{estimate}", _STYLES.get(entry.kind, ""))
        table.add_row(f"{entry.at.astimezone(BEIJING):%H:%M}", Text(entry.kind, text.style), text)
        if entry.why:
            table.add_row("", "", entry.why)
        if entry.command:
            table.add_row("", "", Text(entry.command, "dim"))
    return table


def _summary(told: Told) -> Iterator[Text]:
    summary, life = told.summary, told.life
    yield Text("What it comes to", "bold")
    yield from _readiness(told)
    if summary.needed_by is not None:
        yield _needed(summary)
    assumed = "an assumption, say yours with --price" if told.price_assumed else "as given"
    yield Text(
        f"  test messages: {summary.messages}, {summary.cost} yuan ({summary.price} each, {assumed})",
    )
    if life.chronicle.lapsed_at is not None:
        yield Text(f"  lapsed (报备失效): {_moment(life.chronicle.lapsed_at)}, as nothing but the tests was sent")
    yield from _asked(life)
    end = "nothing more happens unless somebody does something" if life.over else "it would go on"
    yield Text(f"  played until {beijing_date(life.ended_at)}: {end}", "dim")


def _readiness(told: Told) -> Iterator[Text]:
    summary, life = told.summary, told.life
    if summary.ready_at is None:
        yield Text("  ready: never on all three carriers", "red")
        for carrier in Carrier:
            registered_at = life.chronicle.registered_at.get(carrier)
            if registered_at is None:
                yield Text(f"    {carrier.label} {carrier}: ") + status_text(life.report.carriers[carrier].status)
            else:
                yield Text(f"    {carrier.label} {carrier}: {CarrierStatus.REGISTERED.label} {_moment(registered_at)}")
        return
    estimate = f" {_ESTIMATE}" if summary.estimated else ""
    yield Text(
        f"  ready: {_moment(summary.ready_at)}, {summary.working_days} working days after the submission{estimate}",
        "green",
    )
    if summary.holidays:
        yield Text(
            f"    {summary.holidays} public holidays lie before it, on which real carriers rest and the sandbox's do "
            f"not: expect it that much later",
            "yellow",
        )
    least = told.script.policy.bulk_from_delivered
    yield Text(
        f"    then in small numbers (少量多次) first: bulk is safe from {least} delivered messages per carrier on"
    )


def _needed(summary: Summary) -> Text:
    needed = f"  needed as {summary.needed_by} begins: "
    if summary.days_late is None:
        return Text(f"{needed}not in time, as it is never ready", "red")
    if summary.days_late > 0:
        return Text(f"{needed}late by {_days(summary.days_late)}", "red")
    spare = f", {_days(-summary.days_late)} to spare" if summary.days_late else ", with no day to spare"
    return Text(f"{needed}in time{spare}", "green")


def _asked(life: Life) -> Iterator[Text]:
    asked_of_people = life.chronicle.asked
    if not asked_of_people:
        yield Text("  a person has nothing to do")
        return
    yield Text("  what a person has to do:")
    for asked in asked_of_people:
        until = f" to {beijing_date(asked.until)}" if asked.until else " on"
        carrier = f" {asked.carrier.label}" if asked.carrier else ""
        yield Text(f"    {beijing_date(asked.since)}{until}:{carrier} {asked.code}", "yellow").append(
            f"  {asked.command}", "dim"
        )


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%a} {shown(moment.replace(second=0, microsecond=0))}"


def _in_time(summary: Summary) -> bool | None:
    if summary.needed_by is None:
        return None
    return summary.days_late is not None and summary.days_late <= 0


def _entry(entry: Entry, told: Told) -> dict[str, Any]:
    return {
        "at": _iso(entry.at),
        "kind": entry.kind.value,
        "carriers": [carrier.value for carrier in entry.carriers],
        "text": entry.text,
        "due_at": _iso(entry.due),
        "estimated": entry.estimated,
        "why": entry.why,
        "command": entry.command,
        "messages": entry.messages,
        "cost": float(entry.messages * told.summary.price),
    }


def _action(asked: Asked) -> dict[str, Any]:
    return {
        "code": asked.code.value,
        "carrier": asked.carrier.value if asked.carrier else None,
        "what": asked.what,
        "command": asked.command,
        "since": _iso(asked.since),
        "until": _iso(asked.until),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(BEIJING).isoformat(timespec="seconds") if moment else None
