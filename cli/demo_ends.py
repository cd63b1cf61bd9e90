"""The examples of the demo, and how each is expected to end."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from filing.policy import DEMO_LAPSE_POLICY, Policy
from filing.record import ActionCode, Event, Record
from filing.report import FilingReport
from filing.vocabulary import Carrier, CarrierStatus, Phase, ReasonCode

EXAMPLES_DIR = Path(__file__).parent.parent / "examples"

_MOBILE, _UNICOM, _TELECOM = Carrier
_REGISTERED = dict.fromkeys(Carrier, CarrierStatus.REGISTERED)


@dataclass(frozen=True)
class Example:
    """One application of the demo.

    Attributes:
        file: In the examples folder.
        shows: What there is to see.
        carriers: The carriers' statuses at the end.
        phases: Phases that were seen on the way or at the end.
        reasons: Reasons that carriers gave at any time.
        actions: What a person was asked to do at any time.
        events: Records that were written, with their carriers.
    """

    file: str
    shows: str
    carriers: dict[Carrier, CarrierStatus]
    phases: frozenset[Phase] = frozenset()
    reasons: frozenset[tuple[Carrier, str]] = frozenset()
    actions: frozenset[tuple[Carrier | None, ActionCode]] = frozenset()
    events: frozenset[tuple[Carrier | None, Event]] = frozenset()
    policy: Policy | None = None
    """None for that of the embedded account."""


EXAMPLES = (
    Example(
        "all-well.yaml",
        "registered with all three carriers",
        _REGISTERED,
        phases=frozenset({Phase.ACTIVE}),
        events=frozenset((carrier, Event.TEST_DELIVERED) for carrier in Carrier),
    ),
    Example(
        "telecom-fails.yaml",
        "one carrier fails, with advice",
        {**_REGISTERED, _TELECOM: CarrierStatus.FAILED},
        reasons=frozenset({(_TELECOM, ReasonCode.QUALIFICATION_ERROR.value)}),
        actions=frozenset({(_TELECOM, ActionCode.FILING_FAILED)}),
    ),
    Example(
        "unicom-silent.yaml",
        "one carrier stays silent and is reported overdue",
        {**_REGISTERED, _UNICOM: CarrierStatus.REGISTERING},
        events=frozenset({(_UNICOM, Event.RESULT_OVERDUE)}),
    ),
    Example(
        "lapse.yaml",
        "no sends: warned, then lapsed",
        dict.fromkeys(Carrier, CarrierStatus.EXPIRED),
        phases=frozenset({Phase.ACTIVE, Phase.INACTIVE}),
        reasons=frozenset((carrier, ReasonCode.NO_SEND_RECORD.value) for carrier in Carrier),
        events=frozenset({(None, Event.EXPIRY_WARNING)}),
        policy=DEMO_LAPSE_POLICY,
    ),
)


@dataclass
class Progress:
    """How far an example has come; its end counts as reached once it was seen, whatever happens later."""

    example: Example
    report: FilingReport | None = None
    reached: bool = False
    _phases: set[Phase] = field(default_factory=set)
    _reasons: set[tuple[Carrier, str]] = field(default_factory=set)
    _actions: set[tuple[Carrier | None, ActionCode]] = field(default_factory=set)
    _events: set[tuple[Carrier | None, Event]] = field(default_factory=set)

    def take(self, report: FilingReport) -> list[Record]:
        """Take in a report.

        Returns:
            The records that the report before it did not have.
        """
        known = self.report.records if self.report else []
        self.report = report
        self._phases.add(report.phase)
        self._reasons |= {(c, reason.code) for c, shown in report.carriers.items() for reason in shown.reasons}
        self._actions |= {(action.carrier, action.code) for action in report.actions}
        self._events |= {(record.carrier, record.event) for record in report.records}
        self.reached = self.reached or not any(self.missing())
        return [record for record in report.records if record not in known]

    def missing(self) -> Iterator[str]:
        """What the expected end still lacks, in words."""
        example, report = self.example, self.report
        for carrier, status in example.carriers.items():
            now = report.carriers[carrier].status if report else None
            if now is not status:
                yield f"{carrier} is {now or 'unknown'}, not {status}"
        for phase in sorted(example.phases - self._phases):
            yield f"never {phase}"
        for carrier, reason in sorted(example.reasons - self._reasons):
            yield f"{carrier} never gave {reason}"
        for where, action in sorted(example.actions - self._actions, key=str):
            yield f"nobody was asked: {action} {where or ''}".rstrip()
        for where, event in sorted(example.events - self._events, key=str):
            yield f"no record: {event} {where or ''}".rstrip()
