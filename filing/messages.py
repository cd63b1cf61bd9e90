"""What is sent to a filing, and between it and its rounds.

What people send is strict; what the program sends itself is lenient, because it is stored for years.
"""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from filing.application import SignatureApplication, StrictModel
from filing.policy import Policy, StoredPolicy
from filing.record import Record
from filing.round_state import RoundState
from filing.snapshot import LenientModel, Reason
from filing.state import FilingState
from filing.vocabulary import Carrier, CarrierStatus

UNKNOWN_SENDER = "unknown (Web UI)"


class FilingStart(LenientModel):
    """Input of ``SignatureFilingWorkflow``: an application at first, a whole state when a run continues another."""

    application: SignatureApplication | None = None
    policy: Policy | None = None
    """None for the policy that the worker's settings give the account."""
    by: str = UNKNOWN_SENDER
    state: FilingState | None = None


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


class RoundCommand(LenientModel):
    """To a round: what a person asked of the filing."""

    paused: bool | None = None
    held: bool | None = None
    batches: int = 0
    release: bool = False
    by: str = UNKNOWN_SENDER


class RoundNews(LenientModel):
    """From a round, as a signal while it runs and as its result: where it stands and what happened since."""

    state: RoundState
    records: list[Record] = []


class FilingResult(LenientModel):
    """Result of ``SignatureFilingWorkflow``: how the filing closed."""

    phase: str
    closed_at: datetime
    records: list[Record]
