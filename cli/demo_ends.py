"""The examples of the demo, and how each is expected to end."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from filing.messages import Edit, OperatorMessage, Refile
from filing.policy import DEMO_LAPSE_POLICY, Policy
from filing.record import ActionCode, Event, Record
from filing.report import FilingReport
from filing.vocabulary import Carrier, CarrierStatus, Phase, ReasonCode

EXAMPLES_DIR = Path(__file__).parent.parent / "examples"

_MOBILE, _UNICOM, _TELECOM = Carrier
_REGISTERED = dict.fromkeys(Carrier, CarrierStatus.REGISTERED)


@dataclass(frozen=True)
class Answer:
    """What an operator does about an example once it went as far as expected, and where that leads.

    Attributes:
        name: Name of the message.
        message: The message.
        carriers: The carriers' statuses in the end.
        events: Records that were written on the way there, with their carriers.
    """

    name: str
    message: OperatorMessage
    carriers: dict[Carrier, CarrierStatus]
    events: frozenset[tuple[Carrier | None, Event]]


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
        policy: None for that of the embedded account.
        answer: What is done about it then, none where nothing is.
    """

    file: str
    shows: str
    carriers: dict[Carrier, CarrierStatus]
    phases: frozenset[Phase] = frozenset()
    reasons: frozenset[tuple[Carrier, str]] = frozenset()
    actions: frozenset[tuple[Carrier | None, ActionCode]] = frozenset()
    events: frozenset[tuple[Carrier | None, Event]] = frozenset()
    policy: Policy | None = None
    answer: Answer | None = None


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
        "one carrier fails with advice, and an edit to another qualification cures it",
        {**_REGISTERED, _TELECOM: CarrierStatus.FAILED},
        reasons=frozenset({(_TELECOM, ReasonCode.QUALIFICATION_ERROR.value)}),
        actions=frozenset({(_TELECOM, ActionCode.FILING_FAILED)}),
        answer=Answer(
            "edit",
            Edit(
                set={"qualification_id": 900006, "remark": "用于订单与配送通知"},
                accept_reset=(_MOBILE, _UNICOM),
                reason="换绑已审核通过的其他资质",
                by="demo",
            ),
            _REGISTERED,
            frozenset({(None, Event.EDIT_APPROVED)}),
        ),
    ),
    Example(
        "unicom-silent.yaml",
        "one carrier stays silent and is reported overdue",
        {**_REGISTERED, _UNICOM: CarrierStatus.REGISTERING},
        events=frozenset({(_UNICOM, Event.RESULT_OVERDUE)}),
    ),
    Example(
        "lapse.yaml",
        "no sends: warned, lapsed, and filed again",
        dict.fromkeys(Carrier, CarrierStatus.EXPIRED),
        phases=frozenset({Phase.ACTIVE, Phase.INACTIVE}),
        reasons=frozenset((carrier, ReasonCode.NO_SEND_RECORD.value) for carrier in Carrier),
        events=frozenset({(None, Event.EXPIRY_WARNING)}),
        policy=DEMO_LAPSE_POLICY,
        answer=Answer(
            "refile",
            Refile(reason="重新启用", by="demo"),
            _REGISTERED,
            frozenset({(None, Event.EDIT_APPROVED)}),
        ),
    ),
)


@dataclass
class Progress:
    """How far an example has come; its end counts as reached once it was seen, whatever happens later."""

    example: Example
    report: FilingReport | None = None
    reached: bool = False
    answered: bool = False
    """Whether the example's answer was sent."""
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
        at_its_end = self.example.answer is None or self.answered
        self.reached = self.reached or (at_its_end and not any(self.missing()))
        return [record for record in report.records if record not in known]

    @property
    def to_answer(self) -> Answer | None:
        """What an operator would do about it now."""
        return None if self.answered or any(self.missing()) else self.example.answer

    def missing(self) -> Iterator[str]:
        """What the expected end still lacks, in words; before the answer, the end that asks for it."""
        answer = self.example.answer
        if answer is not None and self.answered:
            yield from self._other_statuses(answer.carriers)
            yield from self._no_records(answer.events)
            return
        example = self.example
        yield from self._other_statuses(example.carriers)
        for phase in sorted(example.phases - self._phases):
            yield f"never {phase}"
        for carrier, reason in sorted(example.reasons - self._reasons):
            yield f"{carrier} never gave {reason}"
        for where, action in sorted(example.actions - self._actions, key=str):
            yield f"nobody was asked: {action} {where or ''}".rstrip()
        yield from self._no_records(example.events)

    def _other_statuses(self, expected: dict[Carrier, CarrierStatus]) -> Iterator[str]:
        for carrier, status in expected.items():
            now = self.report.carriers[carrier].status if self.report else None
            if now is not status:
                yield f"{carrier} is {now or 'unknown'}, not {status}"

    def _no_records(self, expected: frozenset[tuple[Carrier | None, Event]]) -> Iterator[str]:
        for where, event in sorted(expected - self._events, key=str):
            yield f"no record: {event} {where or ''}".rstrip()
