"""What happened in a life, as it is told afterwards: from the filing's reports to a dated timeline.

The reports are those of every filing; their records carry their own dates, so that looking at a filing once or twice
a day is enough to tell to the second what happened when.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from filing.calendar import beijing_date, has_published_holidays, shown_deadline
from filing.policy import Policy
from filing.record import ActionCode, Event, Record
from filing.report import FilingReport
from filing.vocabulary import Carrier, CarrierStatus


class Kind(StrEnum):
    """Whose doing an entry is."""

    PLATFORM = "platform"
    TOOL = "tool"
    TEST = "test"
    DEADLINE = "deadline"
    PERSON = "person"


@dataclass(frozen=True)
class Entry:
    """One line of the timeline.

    Attributes:
        at: When.
        kind: Whose doing.
        text: What happens, or what a person has to do.
        carriers: Where, none where it is about the signature as a whole.
        due: For a deadline, the moment itself.
        estimated: Whether a date in it rests on a year without published holidays.
        why: For a person, why.
        command: For a person, what to type.
        messages: Billable messages.
    """

    at: datetime
    kind: Kind
    text: str
    carriers: tuple[Carrier, ...] = ()
    due: datetime | None = None
    estimated: bool = False
    why: str = ""
    command: str = ""
    messages: int = 0


@dataclass
class Asked:
    """Something that a person was asked to do; ``until`` is when it was no longer needed, none if it never was."""

    code: ActionCode
    carrier: Carrier | None
    what: str
    command: str
    since: datetime
    until: datetime | None = None


# Steps between what is worth telling; what they say stands in the deadlines.
_UNTOLD = frozenset({Event.ROUND_STARTED, Event.ROUND_ENDED, Event.TRAFFIC_SEEN})

_WORDS = {
    Event.OPENED: "the filing is opened",
    Event.CHECK_PASSED: "name, source and qualification (资质) are checked: nothing found",
    Event.SUBMITTED: "the signature is submitted for review (审核)",
}
"""Where the record's own words say less to somebody who has not seen a filing yet."""


class Chronicle:
    """Takes in the reports of a life in order of time, and tells it."""

    def __init__(self, policy: Policy) -> None:
        """Begin with nothing.

        Args:
            policy: Of the filing, for the words about its deadlines.
        """
        self._policy = policy
        self._report: FilingReport | None = None
        self._known: set[tuple[object, ...]] = set()
        self._entries: list[Entry] = []
        self._lapse: Entry | None = None
        self.asked: list[Asked] = []
        """What a person was asked to do, in order of time."""
        self.registered_at: dict[Carrier, datetime] = {}
        """Where it became 报备成功, and when first."""
        self.ready_at: datetime | None = None
        """When it was first 报备成功 at all three carriers."""
        self.lapsed_at: datetime | None = None
        """When the first carrier showed 报备失效."""
        self.last_event_at: datetime | None = None

    @property
    def messages(self) -> int:
        """Billable messages so far."""
        return sum(entry.messages for entry in self._entries)

    @property
    def timeline(self) -> list[Entry]:
        """All entries in order of time; what happens at several carriers in one moment is one entry."""
        merged: dict[Entry, Entry] = {}
        entries = [*self._entries, *([self._lapse] if self._lapse else [])]
        for entry in sorted(entries, key=lambda entry: entry.at):
            same = replace(entry, carriers=())
            earlier = merged.get(same)
            if earlier is None or not entry.carriers:
                merged[same] = entry
            else:
                merged[same] = replace(entry, carriers=(*earlier.carriers, *entry.carriers))
        return list(merged.values())

    def take(self, report: FilingReport, at: datetime) -> None:
        """Take in what the filing says of itself.

        Args:
            report: Younger than all before.
            at: The time of asking.
        """
        new = [record for record in report.records if _key(record) not in self._known]
        self._known |= {_key(record) for record in new}
        if new:
            self.last_event_at = max(record.at for record in new)
        self._take_statuses(report, new, at)
        self._entries += [_told(record) for record in new if record.event not in _UNTOLD]
        self._entries += self._deadlines(report, new, at)
        self._take_lapse(report, new, at)
        self._take_actions(report, new, at)
        self._report = report

    def _take_statuses(self, report: FilingReport, new: Sequence[Record], at: datetime) -> None:
        for carrier, shown in report.carriers.items():
            moment = _moment(new, carrier, at, Event.STATUS_CHANGED)
            if shown.status is CarrierStatus.REGISTERED:
                self.registered_at.setdefault(carrier, moment)
            elif shown.status is CarrierStatus.EXPIRED and self.lapsed_at is None:
                self.lapsed_at = moment
        everywhere = all(shown.status is CarrierStatus.REGISTERED for shown in report.carriers.values())
        if everywhere and self.ready_at is None:
            self.ready_at = max(self.registered_at.values())

    def _deadlines(self, report: FilingReport, new: Sequence[Record], at: datetime) -> Iterator[Entry]:
        """The deadlines that are new in a report."""
        before = self._report
        overdue_at = report.review.overdue_at
        if overdue_at is not None and (before is None or before.review.overdue_at != overdue_at):
            counted = bool(self._policy.review_overdue.working_days)
            yield Entry(
                at=_moment(new, None, at, Event.SUBMITTED, Event.ADOPTED),
                kind=Kind.DEADLINE,
                text=f"the review (审核) is late after {shown_deadline(overdue_at)}",
                due=overdue_at,
                estimated=counted and not has_published_holidays(beijing_date(overdue_at).year),
            )
        for carrier, shown in report.carriers.items():
            known = before.carriers[carrier] if before is not None else None
            due_at, stalled_at = shown.result_due_at, shown.stalled_at
            if due_at is not None and stalled_at is not None and (known is None or known.result_due_at != due_at):
                yield Entry(
                    at=_moment(new, carrier, at, Event.ROUND_STARTED),
                    kind=Kind.DEADLINE,
                    text=f"the result is due by {shown_deadline(due_at)}, unusual after {shown_deadline(stalled_at)}",
                    carriers=(carrier,),
                    due=due_at,
                    estimated=shown.dates_estimated,
                )
            verdict_due_at = shown.verdict_due_at
            if verdict_due_at is not None and (known is None or known.verdict_due_at != verdict_due_at):
                yield Entry(
                    at=_moment(new, carrier, at, Event.TEST_DELIVERED),
                    kind=Kind.DEADLINE,
                    text=f"the verdict is due by {shown_deadline(verdict_due_at)}, else the next test message goes out",
                    carriers=(carrier,),
                    due=verdict_due_at,
                )

    def _take_lapse(self, report: FilingReport, new: Sequence[Record], at: datetime) -> None:
        """The date of the lapse moves with every test; only that which was warned of, or the last, is told."""
        told = any(record.event is Event.EXPIRY_WARNING for record in new)
        if self._lapse is not None and told:
            self._entries.append(self._lapse)
            self._lapse = None
        before = self._report.expires_at if self._report is not None else None
        expires_at = report.expires_at
        if expires_at is None or expires_at == before:
            return
        spans = sorted(self._policy.expiry_warnings, reverse=True)
        warnings = ", ".join(f"{beijing_date(expires_at - span)}" for span in spans)
        self._lapse = Entry(
            at=_moment(new, None, at, Event.KEEP_ALIVE, Event.STATUS_CHANGED),
            kind=Kind.DEADLINE,
            text=f"without a further message it lapses (报备失效) about {shown_deadline(expires_at)}"
            + (f"; warnings on {warnings}" if warnings else ""),
            due=expires_at,
        )

    def _take_actions(self, report: FilingReport, new: Sequence[Record], at: datetime) -> None:
        now = {(action.code, action.carrier): action for action in report.actions}
        open_ones = {(asked.code, asked.carrier): asked for asked in self.asked if asked.until is None}
        for key, asked in open_ones.items():
            if key not in now:
                asked.until = _moment(new, asked.carrier, at)
        for key, action in now.items():
            if key in open_ones:
                continue
            since = _moment(new, action.carrier, at)
            self.asked.append(Asked(action.code, action.carrier, action.what, action.command, since))
            carriers = (action.carrier,) if action.carrier else ()
            self._entries.append(
                Entry(since, Kind.PERSON, action.what, carriers, why=action.why, command=action.command)
            )


def _key(record: Record) -> tuple[object, ...]:
    return (record.at, record.event, record.carrier, record.round, record.detail)


def _told(record: Record) -> Entry:
    carriers = (record.carrier,) if record.carrier else ()
    detail = f": {record.detail}" if record.detail else ""
    match record.event:
        case Event.TEST_ACCEPTED:
            return Entry(record.at, Kind.TEST, f"test message {record.detail}", carriers, messages=1)
        case Event.TEST_DELIVERED:
            return Entry(record.at, Kind.PLATFORM, f"test message delivered{detail}", carriers)
        case Event.REVIEW_CHANGED:
            return Entry(record.at, Kind.PLATFORM, f"review (审核){detail}", carriers)
        case Event.STATUS_CHANGED:
            return Entry(record.at, Kind.PLATFORM, record.detail, carriers)
        case event:
            kind = Kind.PLATFORM if record.by == "platform" else Kind.TOOL
            return Entry(record.at, kind, _WORDS.get(event, f"{event}{detail}"), carriers)


def _moment(new: Iterable[Record], carrier: Carrier | None, at: datetime, *events: Event) -> datetime:
    """When something happened that a report shows and no record tells: with the last new record that goes with it.

    Args:
        new: The records that the report has and the one before it had not.
        carrier: Where it happened.
        at: What is left where no record goes with it.
        *events: Those that go with it, all where none is named.
    """
    fitting = [record for record in new if not events or record.event in events]
    here = [record.at for record in fitting if record.carrier is carrier]
    return max(here or [record.at for record in fitting], default=at)
