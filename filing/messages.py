"""What is sent to a filing, and between it and its rounds.

What people send is strict; what the program sends itself is lenient, because it is stored for years.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from filing.application import SignatureApplication, StrictModel, Text, unknown_fields
from filing.changes import Changes
from filing.policy import Policy, StoredPolicy
from filing.record import Record
from filing.round_state import RoundState
from filing.snapshot import LenientModel, Reason
from filing.state import FilingState
from filing.vocabulary import Carrier, CarrierStatus, FilingWay

UNKNOWN_SENDER = "unknown (Web UI)"


class RoundCommand(LenientModel):
    """To a round: what a person asked of the filing."""

    paused: bool | None = None
    held: bool | None = None
    batches: int = 0
    delivered_at: datetime | None = None
    """A person's word that a test message arrived."""
    recheck: bool = False
    """Look at the receipts once more: a hint says that one came or changed."""
    hand_over: bool = False
    """End with the state as it is; the next run of the filing starts the round again from there."""
    release: bool = False
    by: str = UNKNOWN_SENDER


class Hint(LenientModel):
    """From a callback of the platform (回调), unsigned, twice or never: a reason to look, never a fact."""

    kind: str
    """``review`` (SignSmsReport) or ``receipt`` (SmsReport)."""
    at: datetime
    order_id: str | None = None
    says: str = ""
    """``sign_status`` as the callback has it: ``approving``, ``approved`` or ``rejected``."""
    words: str = ""
    """The reviewer's reason as the callback has it, unconfirmed."""
    out_id: str | None = None
    """The test message that a receipt is about."""


class EarlierFiling(LenientModel):
    """What an earlier filing of the same name leaves to a new one."""

    rounds: dict[Carrier, int] = {}
    """Rounds that it had begun; their numbers are not used again."""
    records: list[Record] = []


class LateCommand(LenientModel):
    """What a person asked of the rounds while a run of the filing was handing over to the next."""

    carrier: Carrier | None = None
    command: RoundCommand


class FilingStart(LenientModel):
    """Input of ``SignatureFilingWorkflow``: an application at first, a whole state when a run continues another."""

    application: SignatureApplication | None = None
    policy: Policy | None = None
    """None for the policy that the worker's settings give the account."""
    by: str = UNKNOWN_SENDER
    adopt: bool = False
    """Whether it takes over a signature that exists already (存量签名); none is ever created for it."""
    earlier: EarlierFiling | None = None
    """What is known of an earlier filing of the same name that was closed."""
    state: FilingState | None = None
    late: list[LateCommand] = []

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        unknown = unknown_fields(self.application) if self.application is not None and not self.adopt else ()
        if unknown:
            told = f"application: {', '.join(unknown)}: unknown, which only a signature may be that exists already"
            raise ValueError(f"{told} (adopt: true)")
        return self


class OperatorMessage(StrictModel):
    """What every message of a person carries. Temporal knows no user, so the sender names itself."""

    by: Annotated[str, Field(min_length=1, max_length=100)] = UNKNOWN_SENDER
    request_id: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """A repeated request with the same id is answered once. An update's own id serves where this is none."""


class LookNow(OperatorMessage):
    """Read the platform now. A hint: it carries no status and is never believed."""


class Pause(OperatorMessage):
    """Stop reading and sending until ``Resume``; clocks and warnings go on."""

    reason: str = ""


class Resume(OperatorMessage):
    """Go on after ``Pause``."""


class Release(OperatorMessage):
    """Stop following the signature for good; nothing is deleted at the platform."""

    reason: str = ""


class SendTest(OperatorMessage):
    """Send one batch of billable test messages on a carrier, or on each of the three."""

    carrier: Carrier | None = None


def _listed(value: Any) -> Any:
    """Several carriers as a person types them: a list, or ``mobile,unicom``."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


Carriers = Annotated[tuple[Carrier, ...], BeforeValidator(_listed)]


class Amends(OperatorMessage):
    """What the two messages have in common that hand a signature in anew."""

    accept_reset: Carriers = ()
    """Registered carriers (报备成功) that may go back to 报备中 for it."""
    when_settled: bool = False
    """Wait until no review and no carrier is in progress instead of being refused."""
    unchanged: bool = False
    """Hand in anew although nothing differs in what the last review refused: a paper was mended under its old id."""


class Edit(Amends):
    """Change the application and hand the signature in anew (编辑签名)."""

    set: Changes = {}
    """Field of the application to its new value."""
    reason: str = ""
    withdraw: bool = False
    """Take back the edit that waits, and what is asked about one that came to nothing; changes nothing else."""


class Refile(Amends):
    """Have the signature filed again as it is (重新报备)."""

    reason: Text
    carrier: Carrier | None = None
    """The carrier it is about; no operation of the platform files a single carrier again."""
    way: FilingWay | None = None
    """In place of the policy's ``refile_by``."""


class ReviewWord(StrEnum):
    """What a person saw in the console of an edit whose fate the platform does not tell."""

    APPROVED = "approved"
    REJECTED = "rejected"
    NOT_RECEIVED = "not_received"
    """The console knows no such edit, so it may be written again."""


class Confirm(OperatorMessage):
    """A person's word (人工确认) where the platform gives none; exactly one of the three."""

    review: ReviewWord | None = None
    usable: Carrier | None = None
    """Messages of all kinds arrive on this carrier."""
    test_delivered: Carrier | None = None
    """A test message arrived on this carrier, whatever its receipt says or does not say."""
    reason: str = ""

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(word is not None for word in (self.review, self.usable, self.test_delivered)) != 1:
            raise ValueError('say one of {"review": "approved"}, {"usable": "mobile"}, {"test_delivered": "mobile"}')
        return self


class Delete(OperatorMessage):
    """Delete the signature at the platform, for ever (删除后签名不可用且无法恢复)."""

    confirm: Text
    """The sign name once more."""
    force: bool = False
    """Also with traffic in the last thirty days."""
    reason: str = ""


class Replace(OperatorMessage):
    """To the filing of a new signature: it takes the place of an old one."""

    old: Text
    """Sign name of the old one, in the same account."""
    carriers: Carriers = ()
    """Where the old one is usable, so where the new one has to be before the old one may go."""


class ReplacementReady(LenientModel):
    """From the filing of a new signature to that of the old one: it may go."""

    sign_name: str
    carriers: tuple[Carrier, ...] = ()


class RoundStart(LenientModel):
    """Input of ``CarrierFilingWorkflow``: one round of one carrier."""

    account: str
    sign_name: str
    origin_run_id: str
    filing_workflow_id: str
    policy: StoredPolicy
    state: RoundState


class StatusChanged(LenientModel):
    """To a round: what the platform shows for its carrier now."""

    status: CarrierStatus
    reasons: tuple[Reason, ...] = ()
    observed_at: datetime
    superseded: bool = False
    """The platform began anew: this round is over, the next one starts there."""


class RoundNews(LenientModel):
    """From a round, as a signal while it runs and as its result: where it stands and what happened since."""

    state: RoundState
    records: list[Record] = []
    handed_over: bool = False
    """Whether the round only ended to be started again by the next run of its filing."""


class FilingResult(LenientModel):
    """Result of ``SignatureFilingWorkflow``: how the filing closed."""

    phase: str
    closed_at: datetime
    records: list[Record]
    rounds: dict[Carrier, int] = {}
