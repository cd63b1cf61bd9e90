"""What a filing knows and carries through the years; every model is lenient, so that an older state still loads."""

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator

from filing.application import SignatureApplication
from filing.policy import Policy
from filing.snapshot import Finding, LenientModel, Reason, Refusal, SignatureSnapshot, without_unknown
from filing.vocabulary import Carrier, CarrierStatus, Phase, ReviewStatus, RoundOutcome

StoredApplication = Annotated[SignatureApplication, BeforeValidator(without_unknown(SignatureApplication))]
StoredPolicy = Annotated[Policy, BeforeValidator(without_unknown(Policy))]
"""What people write is strict; stored, it may hold a field of a newer version, which an older worker leaves alone."""

RECORDS_KEPT = 200
"""Records carried in the workflow's state; older ones make way."""

ANSWERS_KEPT = 200
"""Answered request ids carried in the workflow's state."""


class Event(StrEnum):
    """What a record (报备记录) tells of."""

    OPENED = "opened"
    CHECK_FAILED = "check failed"
    CHECK_PASSED = "check passed"
    SUBMITTED = "submitted"
    ADOPTED = "adopted"
    SUBMIT_REFUSED = "submit refused"
    REVIEW_CHANGED = "review changed"
    REVIEW_OVERDUE = "review overdue"
    STATUS_CHANGED = "status changed"
    ROUND_STARTED = "round started"
    ROUND_ENDED = "round ended"
    ROUND_BROKEN = "round broken"
    RESULT_OVERDUE = "result overdue"
    RESULT_STALLED = "result stalled"
    TEST_ACCEPTED = "test accepted"
    TEST_NOT_SENT = "test not sent"
    TEST_UNCLEAR = "test unclear"
    TEST_DELIVERED = "test delivered"
    TEST_FAILED = "test failed"
    TEST_NO_RECEIPT = "test without receipt"
    TESTS_SPENT = "tests spent"
    VERDICT_OVERDUE = "verdict overdue"
    NOT_FILED = "not filed"
    EXPIRY_WARNING = "expiry warning"
    EXPIRY_DATE_PASSED = "expiry date passed"
    TRAFFIC_SEEN = "traffic seen"
    KEEP_ALIVE = "keep-alive"
    GONE = "gone from the platform"
    FOUND_AGAIN = "found again"
    READ_REFUSED = "read refused"
    MESSAGE = "message"
    MESSAGE_REFUSED = "message refused"
    RELEASED = "released"


class Record(LenientModel):
    """One line of the filing's history. ``by`` is a person, or ``platform`` or ``workflow``."""

    at: datetime
    by: str
    event: Event
    carrier: Carrier | None = None
    round: int | None = None
    detail: str = ""


class ActionCode(StrEnum):
    """What a person has to do; the words for each are in ``filing.advice``."""

    FIX_APPLICATION = "FIX_APPLICATION"
    FIX_ACCOUNT = "FIX_ACCOUNT"
    SUBMIT_REFUSED = "SUBMIT_REFUSED"
    REVIEW_OVERDUE = "REVIEW_OVERDUE"
    REVIEW_REJECTED = "REVIEW_REJECTED"
    NOT_FILED = "NOT_FILED"
    RESULT_OVERDUE = "RESULT_OVERDUE"
    RESULT_STALLED = "RESULT_STALLED"
    FILING_FAILED = "FILING_FAILED"
    FILING_EXPIRED = "FILING_EXPIRED"
    STATUS_UNKNOWN = "STATUS_UNKNOWN"
    TESTS_BLOCKED = "TESTS_BLOCKED"
    TESTS_SPENT = "TESTS_SPENT"
    NO_TEST_PHONE = "NO_TEST_PHONE"
    EXPIRY_NEAR = "EXPIRY_NEAR"
    ROUND_BROKEN = "ROUND_BROKEN"
    GONE = "GONE"
    ADOPTED_DIFFERS = "ADOPTED_DIFFERS"


class Action(LenientModel):
    """Something that waits for a person, kept until the cause is gone. ``detail`` fills the words of its code."""

    code: ActionCode
    carrier: Carrier | None = None
    detail: str = ""
    since: datetime


class SendState(StrEnum):
    """How far a test message has come."""

    INTENDED = "INTENDED"
    NOT_SENT = "NOT_SENT"
    UNCLEAR = "UNCLEAR"
    ACCEPTED = "ACCEPTED"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"
    NO_RECEIPT = "NO_RECEIPT"

    @property
    def open(self) -> bool:
        """Whether a receipt may still come."""
        return self in (SendState.UNCLEAR, SendState.ACCEPTED)

    @property
    def spent(self) -> bool:
        """Whether it counts against the budget; an intent whose fate is unclear does."""
        return self is not SendState.NOT_SENT


class SentTest(LenientModel):
    """One test message (测试短信); ``phone`` is masked, the number itself never leaves the worker."""

    number: int
    out_id: str
    intended_at: datetime
    state: SendState = SendState.INTENDED
    phone: str = ""
    accepted_at: datetime | None = None
    settled_at: datetime | None = None
    code: str = ""
    detail: str = ""

    @property
    def delivered(self) -> bool:
        """Whether the receipt says that it arrived."""
        return self.state is SendState.DELIVERED


class RoundState(LenientModel):
    """One round (一次报备) of one carrier, from 报备中 to its verdict; owned by the carrier's workflow."""

    carrier: Carrier
    round: int
    status: CarrierStatus
    reasons: tuple[Reason, ...] = ()
    observed_at: datetime

    submitted_at: datetime
    faster_at: datetime
    due_at: datetime
    stalled_at: datetime
    estimated: bool = False
    """Whether the dates rest on a year without published holidays, or on an audit date that may not be the start."""

    overdue_told: bool = False
    stalled_told: bool = False
    pending_at: datetime | None = None
    tests: list[SentTest] = []
    asked_tests: int = 0
    """Batches that a person asked for and that have not begun."""
    next_batch_at: datetime | None = None
    verdict_due_at: datetime | None = None
    blocked: Action | None = None
    """Why no more tests go out by themselves."""
    quiet_until: datetime | None = None
    """Nothing is sent before: a quota of the platform is used up."""
    paused: bool = False
    held: bool = False
    """The signature is under review again, so nothing is sent meanwhile."""
    outcome: RoundOutcome | None = None

    @property
    def quiet(self) -> bool:
        """Whether nothing may be sent now, whoever asks."""
        return self.paused or self.held

    @property
    def spent(self) -> int:
        """Test messages that count against the round's budget."""
        return sum(test.state.spent for test in self.tests)

    @property
    def delivered(self) -> list[SentTest]:
        """Tests that arrived, oldest first."""
        return [test for test in self.tests if test.delivered]


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


class ReviewState(LenientModel):
    """The platform's review (审核) of the latest submission."""

    status: ReviewStatus = ReviewStatus.NOT_SUBMITTED
    order_id: str | None = None
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
    adopted: bool = False
    findings: list[Finding] = []
    """What the last check before the submission found."""
    review: ReviewState = ReviewState()
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
    guard: Guard = Guard()
    paused: bool = False

    actions: list[Action] = []
    records: list[Record] = []
    answers: dict[str, str] = {}
    """Request id to the answer that was given, so that a repeated request is answered and not repeated."""

    def carrier(self, carrier: Carrier) -> CarrierState:
        """The state of a carrier, created on first use."""
        return self.carriers.setdefault(carrier, CarrierState())

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
        line = Record(at=at, by=by, event=event, carrier=carrier, round=number, detail=detail)
        self.records = [*self.records, line][-RECORDS_KEPT:]

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
