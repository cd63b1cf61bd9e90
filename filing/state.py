"""What a filing knows and carries through the years; every model is lenient, so that an older state still loads."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Self

from pydantic import model_validator

from filing.amendment import Amendment, Confirmation, Deletion, HeardReview, Replacement, Wish
from filing.application import StoredApplication
from filing.policy import Policy, StoredPolicy
from filing.record import Action, ActionCode, Event, Record
from filing.requests import Forecast
from filing.review_words import Rejection
from filing.round_state import RoundState, SentTest
from filing.snapshot import FailureJump, Finding, LenientModel, Reason, Refusal, SignatureSnapshot
from filing.vocabulary import Carrier, CarrierStatus, Phase, ReviewStatus

RECORDS_KEPT = 200
"""Records carried in the workflow's state; older ones make way."""

ANSWERS_KEPT = 200
"""Answered request ids carried in the workflow's state."""


class CarrierState(LenientModel):
    """What the filing knows of one carrier."""

    status: CarrierStatus = CarrierStatus.NOT_FILED
    platform_code: int | None = None
    reasons: tuple[Reason, ...] = ()
    completed_at: datetime | None = None
    observed_at: datetime | None = None
    """When the platform showed this status first."""
    settled_at: datetime | None = None
    """End of the last round; nothing observed before it may start the next."""
    verified_at: datetime | None = None

    rounds: int = 0
    """Rounds begun so far, so also the number of the current or last one."""
    round_open: bool = False
    round_failures: int = 0
    """Times in a row that the round's workflow broke."""
    restart_at: datetime | None = None
    last_round: RoundState | None = None
    """The current or last round as its workflow reported it last."""
    deliveries: list[datetime] = []
    """When test messages arrived, the newest twenty over all rounds; for the gate of bulk sending."""
    extra_tests: list[SentTest] = []
    """Tests sent outside a round, by request or to keep the filing alive."""
    usable_word: Confirmation | None = None
    """A person's word that the carrier is usable, until the platform says otherwise."""
    told_arrivals: int = 0
    """Messages that arrived though the carrier is 报备失败, as far as that was recorded."""
    spent_before: int = 0
    """Test messages of the rounds before the last one."""
    told_deliveries: list[Confirmation] = []
    """A person's word, the newest twenty, that a test message arrived."""

    @property
    def arrived_since(self) -> int:
        """Test messages that arrived after the present status was first seen."""
        seen = self.observed_at
        return sum(seen is not None and moment > seen for moment in self.deliveries)


class ReviewState(LenientModel):
    """The platform's review (审核) of the latest submission."""

    status: ReviewStatus = ReviewStatus.NOT_SUBMITTED
    order_id: str | None = None
    api_request_id: str = ""
    """``RequestId`` of the answer to the submission; the platform's support asks for it."""
    submitted_at: datetime | None = None
    overdue_at: datetime | None = None
    overdue_told: bool = False
    reviewed_at: datetime | None = None
    reasons: tuple[str, ...] = ()


class Guard(LenientModel):
    """What is known of the six months without traffic; the dates are the signature's, and an estimate."""

    traffic_at: datetime | None = None
    """Last traffic known to the filing: its own tests, a verdict, or the platform's statistics."""
    last_traffic_on: date | None = None
    expires_at: datetime | None = None
    next_check_at: datetime | None = None
    passed_told: bool = False
    """Whether it was recorded that the date passed and the platform shows nothing."""

    @property
    def told_traffic(self) -> str:
        """The last traffic in words."""
        return f"last traffic {self.last_traffic_on}" if self.last_traffic_on else "no traffic known"


class FilingState(LenientModel):
    """Everything a filing carries from run to run."""

    schema_version: int = 1
    application: StoredApplication
    policy: StoredPolicy = Policy()
    policy_asked: bool = False
    """Whether the submission named the policy; else it is the account's, by the worker's settings."""
    by: str
    opened_at: datetime
    origin_run_id: str
    """First run of the filing; part of every OutId, so a test message is recognised for ever."""

    phase: Phase = Phase.CHECKING
    adopts: bool = False
    """Whether the filing was opened to take over a signature that exists already; none is ever created for it."""
    adopted: bool = False
    """Whether the signature existed before the filing."""
    findings: list[Finding] = []
    """What the last check before the submission found."""
    review: ReviewState = ReviewState()
    rejection: Rejection | None = None
    """The last review that said no, until one says yes."""
    carriers: dict[Carrier, CarrierState] = {}
    snapshot: SignatureSnapshot | None = None
    """What the platform showed last, as far as the filing has taken it in."""
    read_refusal: Refusal | None = None
    """The platform's last no to being read, none once it answers again."""
    written_at: datetime | None = None
    """Last write to the platform; nothing observed before it may start a round."""
    missing_since: datetime | None = None
    submit_refusal: Refusal | None = None
    """The platform's last no to the submission, none once it was taken."""
    read_at: datetime | None = None
    """When the platform was read last, as far as the filing has taken it in."""
    government: bool = False
    """Whether the qualification is no company's; the review of such takes longer."""
    missing_phones: list[Carrier] = []
    """Carriers for which the account had no test phone at submission and none of whose tests was accepted since."""
    not_filed_at: datetime | None = None
    """When 未报备 after an approval becomes a matter for a person."""
    forecast: Forecast | None = None
    """What was expected at the check or the submission; later each round has dates of its own."""
    go_live_begun: date | None = None
    """The day on which the signature is needed, once it has begun."""
    go_live_met: date | None = None
    """The day on which it was needed, once it was usable then or at last."""
    price_per_message: float | None = None
    failures: FailureJump | None = None
    """Since when messages fail more than before, none where they do not."""
    guard: Guard = Guard()
    paused: bool = False
    amendment: Amendment | None = None
    """The edit or re-file at work, or the last one."""
    queued: Wish | None = None
    """The edit or re-file that waits until nothing is in progress; a second one is merged into it."""
    heard: HeardReview | None = None
    """What a callback said last of a review."""
    deletion: Deletion | None = None
    replaces: Replacement | None = None

    actions: list[Action] = []
    records: list[Record] = []
    """The newest records (报备记录); the evidence file has them all."""
    records_made: int = 0
    """Number of the newest record."""
    evidence_next: int = 1
    """Number of the first record that nobody was told to write into the evidence file."""
    answers: dict[str, str] = {}
    """Request id to the answer that was given, so that a repeated request is answered and not repeated."""

    @model_validator(mode="after")
    def _number_records(self) -> Self:
        """Number the records of a state that is older than their numbers."""
        if self.records and not self.records_made:
            self.inherit_records(self.records)
        return self

    def carrier(self, carrier: Carrier) -> CarrierState:
        """The state of a carrier, created on first use."""
        return self.carriers.setdefault(carrier, CarrierState())

    def numbers_of_rounds(self) -> dict[Carrier, int]:
        """The number of the last round that each carrier has begun."""
        return {carrier: known.rounds for carrier, known in self.carriers.items() if known.rounds}

    def open_rounds(self) -> Iterator[tuple[Carrier, CarrierState]]:
        """The carriers whose round is running."""
        return ((carrier, known) for carrier, known in self.carriers.items() if known.round_open)

    def record(
        self,
        event: Event,
        detail: str = "",
        *,
        at: datetime,
        by: str = "workflow",
        carrier: Carrier | None = None,
        number: int | None = None,
    ) -> None:
        """Add a line to the history and let go of the oldest beyond what is kept."""
        self.records_made += 1
        line = Record(at=at, by=by, event=event, carrier=carrier, round=number, detail=detail, number=self.records_made)
        self.records = [*self.records, line][-RECORDS_KEPT:]

    def inherit_records(self, records: list[Record]) -> None:
        """Take over records of before; those that have no number yet get the next ones."""
        numbered = []
        for line in records:
            self.records_made = line.number or self.records_made + 1
            numbered.append(line.model_copy(update={"number": self.records_made}))
        self.records = numbered
        # Whoever made them may have had no chance to write them down.
        self.evidence_next = min((line.number for line in numbered), default=1)

    def ask(self, code: ActionCode, *, at: datetime, carrier: Carrier | None = None, detail: str = "") -> None:
        """Ask a person to act; asking again for the same thing renews its detail and keeps its date."""
        for action in self.actions:
            if (action.code, action.carrier) == (code, carrier):
                action.detail = detail
                return
        self.actions.append(Action(code=code, carrier=carrier, detail=detail, since=at))

    def settle(self, *codes: ActionCode, carrier: Carrier | None = None) -> None:
        """Take back what was asked, for one carrier or for the filing as a whole."""
        self.actions = [a for a in self.actions if a.code not in codes or a.carrier != carrier]

    def settle_carrier(self, carrier: Carrier) -> None:
        """Take back all that was asked about a carrier."""
        self.actions = [a for a in self.actions if a.carrier != carrier]

    def remember_answer(self, request_id: str, answer: str) -> None:
        """Keep the answer to a request, and let go of the oldest beyond what is kept."""
        kept = list(self.answers.items())[-(ANSWERS_KEPT - 1) :]
        self.answers = dict([*kept, (request_id, answer)])
