"""What one round (一次报备) of a carrier knows: its dates, its test messages, and how it ended."""

from datetime import datetime
from enum import StrEnum

from filing.record import Action
from filing.snapshot import LenientModel, Reason
from filing.vocabulary import Carrier, CarrierStatus, RoundOutcome


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
    biz_id: str = ""
    """``BizId`` of the platform's acceptance; its support asks for it."""
    api_request_id: str = ""
    """``RequestId`` of the answer to ``SendSms``, likewise."""
    accepted_at: datetime | None = None
    settled_at: datetime | None = None
    delivered_at: datetime | None = None
    """When it arrived by its first receipt; a later one may take it back."""
    shown_signature: str = ""
    """The name between 【】 in the message as the receipt shows it."""
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
    batch: list[int] = []
    """Numbers of the tests of the batch whose receipts are waited for before the next one is planned."""
    by_hand: list[datetime] = []
    """When messages arrived that a person sent by hand to a test phone, as their receipts show."""
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
    marked: bool = False
    """Whether its OutIds begin with the mark of the filing; a round keeps the form that it began with."""
    begun: bool = False
    """Whether its workflow was started before; else its number must be one that no earlier filing used."""

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
