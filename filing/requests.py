"""What the workflows ask of the activities, and what they get back."""

from datetime import datetime
from enum import StrEnum

from filing.application import SignatureApplication, StoredApplication
from filing.policy import Policy, StoredPolicy
from filing.round_state import SentTest
from filing.snapshot import FailureJump, Finding, LenientModel, Refusal, SignatureSnapshot
from filing.span import Span
from filing.vocabulary import Carrier, CarrierStatus, FilingWay


class CheckRequest(LenientModel):
    """To ``check_application``: returns once its findings differ from ``known``."""

    application: SignatureApplication
    known: list[Finding] | None = None
    adopts: bool = False
    """Whether the signature exists already: it is checked once, as far as it is known."""
    paper_expiry_warning_seconds: float | None = None
    """From when on a paper is called expiring; none takes the account's policy."""
    policy: StoredPolicy | None = None
    """The filing's own policy, where its submission named one."""
    read_every_seconds: float
    retry_max_seconds: float


class Forecast(LenientModel):
    """When a signature that is submitted ``at`` a moment can be expected to be usable."""

    at: datetime
    earliest: datetime
    latest: datetime
    estimated: bool = False
    """Whether it rests on a year without published holidays."""


class CheckOutcome(LenientModel):
    """From ``check_application``."""

    findings: list[Finding]
    missing_phones: list[Carrier] = []
    """Carriers for which the account has no test phone."""
    policy: StoredPolicy | None = None
    """The account's policy in the worker's settings."""
    government: bool = False
    """Whether the qualification is no company's."""
    forecast: Forecast | None = None
    price_per_message: float | None = None
    """Yuan, by the worker's settings."""


class SubmitRequest(LenientModel):
    """To ``submit_signature``."""

    application: SignatureApplication
    policy: StoredPolicy = Policy()
    """For the forecast."""
    adopts: bool = False
    """Whether only a signature that exists already is taken over, and none created."""
    review_overdue: Span
    known_refusal: Refusal | None = None
    """A refusal that concerns the account: the submission is tried again quietly until the answer changes."""
    retry_max_seconds: float


class SubmitOutcome(LenientModel):
    """From ``submit_signature``: submitted, adopted (``adopted`` with what was found), or refused."""

    at: datetime
    order_id: str | None = None
    api_request_id: str = ""
    review_overdue_at: datetime | None = None
    adopted: bool = False
    snapshot: SignatureSnapshot | None = None
    """What the platform shows right after a submission, so that the first read need not report it."""
    forecast: Forecast | None = None
    refusal: Refusal | None = None


class ReadStep(LenientModel):
    """From ``since`` on, one carrier (or the review, or the guard) wants a read every so many seconds."""

    since: datetime
    every_seconds: float
    at_rest_seconds: float | None = None
    """The interval on days on which nobody works, where it differs."""
    hours: tuple[int, int] | None = None
    """Hours of the Beijing day between which alone a read can bring news, such as 9 and 21."""


class HealthPlan(LenientModel):
    """Look at the statistics with every read of a quiet filing; return once failures jump, or are back to normal."""

    known: FailureJump | None = None
    alarm: float
    least: int


class HealthNews(LenientModel):
    """From ``watch_signature``: failures have jumped, or with none are back to normal."""

    jump: FailureJump | None = None


class WatchRequest(LenientModel):
    """To ``watch_signature``: returns once the platform shows something else than ``known``."""

    account: str
    sign_name: str
    known: SignatureSnapshot | None = None
    """What the filing has taken in; none asks for any snapshot at once."""
    known_refusal: Refusal | None = None
    """The refusal that the filing knows of, so that the same one is not reported again."""
    adopted: bool = False
    """Whether the signature existed before the filing and no round of it was followed yet."""
    confirm_missing_at: datetime | None = None
    """A signature that was not found is reported again if it is still missing from here on."""
    last_read_at: datetime | None = None
    """The last read; the next one keeps the pace. None reads at once."""
    plans: list[list[ReadStep]] = []
    """Per interest, its steps in order of time; the shortest interval that applies is used."""
    moments: list[datetime] = []
    """Deadlines at which a fresh look is wanted, whatever the intervals."""
    health: HealthPlan | None = None
    result_due: Span
    result_stalled: Span
    faster_after: Span
    retry_max_seconds: float


class RoundDates(LenientModel):
    """The dates of a round that starts when a carrier is first seen in 报备中."""

    submitted_at: datetime
    faster_at: datetime
    due_at: datetime
    stalled_at: datetime
    estimated: bool = False


class WatchOutcome(LenientModel):
    """From ``watch_signature``: a snapshot that differs, or the platform's refusal to be read."""

    observed_at: datetime
    snapshot: SignatureSnapshot | None = None
    dates: RoundDates | None = None
    """Dates for rounds that this snapshot starts."""
    refusal: Refusal | None = None
    health: HealthNews | None = None


class AmendRequest(LenientModel):
    """To ``amend_signature``: hand the signature in anew, once."""

    application: StoredApplication
    way: FilingWay
    accept_reset: tuple[Carrier, ...] = ()
    watch: WatchRequest
    """How the signature is read; it is looked at before and after."""
    review_overdue: Span


class AmendResult(StrEnum):
    """What came of handing a signature in anew."""

    WRITTEN = "WRITTEN"
    REFUSED = "REFUSED"
    NOT_NOW = "NOT_NOW"
    """The platform shows something that the filing did not know and that forbids it; nothing was written."""
    UNCLEAR = "UNCLEAR"


class AmendOutcome(LenientModel):
    """From ``amend_signature``."""

    result: AmendResult
    at: datetime
    order_id: str | None = None
    api_request_id: str = ""
    review_overdue_at: datetime | None = None
    before: SignatureSnapshot | None = None
    """What the platform showed right before the write."""
    refusal: Refusal | None = None
    findings: list[Finding] | None = None
    """What is to be said of the papers that were handed in with it; none where nothing was written."""
    seen: WatchOutcome | None = None
    """What the platform shows afterwards, so that the next read need not report it."""


class DeleteRequest(LenientModel):
    """To ``delete_signature``."""

    account: str
    sign_name: str
    created_at: datetime | None = None
    """When the signature was created that is meant; one of another date is somebody else's by now."""
    traffic_since: datetime | None = None
    """Traffic from here on forbids it; none where it was forced."""
    retry_max_seconds: float


class DeleteOutcome(LenientModel):
    """From ``delete_signature``: gone, or refused."""

    at: datetime
    was_gone: bool = False
    """Whether the platform knew no such signature any more."""
    refusal: Refusal | None = None


class SendOutcome(StrEnum):
    """What came of an intent to send."""

    ACCEPTED = "ACCEPTED"
    QUOTA = "QUOTA"
    BAD_NUMBER = "BAD_NUMBER"
    REFUSED = "REFUSED"
    ACCOUNT = "ACCOUNT"
    NO_PHONE = "NO_PHONE"
    UNCLEAR = "UNCLEAR"
    BY_HAND = "BY_HAND"
    """Nothing was sent: one that a person sent by hand has arrived already."""
    NOT_DUE = "NOT_DUE"
    """Nothing was sent: the platform shows another status by now, which the filing has not seen yet."""


class SendRequest(LenientModel):
    """To ``send_test``: one intent. The number is picked on the worker; ``used`` and ``avoid`` are masked numbers."""

    account: str
    sign_name: str
    carrier: Carrier
    out_id: str
    search_from: datetime
    """How far back the same intent may have been carried out: after a reset of the workflow, long ago."""
    hand_since: datetime | None = None
    """A message under the signature that arrived since then without being one of ``own`` was sent by hand and serves as
    well; none where a person asks for one more."""
    own: list[str] = []
    """OutIds of the tests of this carrier."""
    only_while: CarrierStatus | None = None
    """Send only where the platform shows this status at that moment; none where a person asks for the message."""
    used: dict[str, int] = {}
    avoid: list[str] = []
    retry_max_seconds: float


class SendResult(LenientModel):
    """From ``send_test``."""

    outcome: SendOutcome
    at: datetime
    phone: str = ""
    biz_id: str = ""
    api_request_id: str = ""
    pool: int = 0
    """Numbers of this carrier that could be sent to."""
    code: str = ""
    text: str = ""
    retry_after_seconds: float | None = None


class ReceiptRequest(LenientModel):
    """To ``watch_receipts``: returns once one of the tests has a receipt, or after ``give_up_at``."""

    account: str
    sign_name: str
    carrier: Carrier
    tests: list[SentTest]
    settled: list[SentTest] = []
    """Tests whose fate seemed known; one whose receipt says something else by now is returned as well."""
    recheck: bool = False
    """Return at once, with whatever has changed."""
    read_after_seconds: list[float]
    give_up_after_seconds: float
    retry_max_seconds: float


class ReceiptOutcome(LenientModel):
    """From ``watch_receipts``: the tests whose state is known now."""

    tests: list[SentTest]


class TrafficRequest(LenientModel):
    """To ``read_last_traffic``."""

    account: str
    sign_name: str
    since: datetime
    retry_max_seconds: float


class TrafficOutcome(LenientModel):
    """From ``read_last_traffic``: the last traffic within the window that the platform's statistics show, if any."""

    traffic_at: datetime | None = None
