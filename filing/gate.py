"""The gate before bulk sending: may a script send under this signature now, and if not, what would help?

Help page, 常见问题: 报备成功 says that at least one sub-port passed; 建议您少量多次尝试, then send in bulk.
"""

from collections.abc import Sequence
from enum import StrEnum

from filing.record import ActionCode
from filing.report import CarrierReport, FilingReport
from filing.snapshot import LenientModel
from filing.vocabulary import CanSend, Carrier, CarrierStatus, ReviewStatus

_IN_DOUBT = (ActionCode.FAILURES_JUMPED, ActionCode.GONE, ActionCode.FIX_ACCOUNT)
"""What makes every carrier doubtful: messages fail, or the platform cannot be asked."""


class GateVerdict(StrEnum):
    """Open, or what has to come first; of several carriers the gravest counts, the last one here."""

    OPEN = "OPEN"
    WAIT = "WAIT"
    """It may open by itself: a review, a carrier or a verdict is awaited."""
    NEEDS_PERSON = "NEEDS_PERSON"
    """Only a person gets it further: more test messages, an action, a filing that nobody follows."""
    CLOSED = "CLOSED"
    """The carrier takes no message under this signature."""


class CarrierGate(LenientModel):
    """One carrier at the gate."""

    carrier: Carrier
    verdict: GateVerdict
    can_send: CanSend
    why: str


class Gate(LenientModel):
    """The gate of a signature; ``verdict`` is the gravest of its carriers."""

    verdict: GateVerdict
    carriers: list[CarrierGate]


def gate(report: FilingReport, carriers: Sequence[Carrier], *, followed: bool) -> Gate:
    """Decide whether bulk sending is safe on all of some carriers.

    Args:
        report: What the filing says of itself.
        carriers: Those to which is about to be sent.
        followed: Whether the filing's workflow runs; else nobody has looked since it ended.
    """
    gates = [_carrier_gate(report, carrier, followed=followed) for carrier in carriers]
    order = list(GateVerdict)
    return Gate(verdict=max((each.verdict for each in gates), key=order.index), carriers=gates)


def _carrier_gate(report: FilingReport, carrier: Carrier, *, followed: bool) -> CarrierGate:
    known = report.carriers[carrier]
    verdict, why = _verdict(report, known, carrier)
    if not followed and verdict is not GateVerdict.CLOSED:
        verdict, why = GateVerdict.NEEDS_PERSON, "nobody follows this filing any more; what it knows may be old"
    return CarrierGate(carrier=carrier, verdict=verdict, can_send=known.can_send, why=why)


def _verdict(report: FilingReport, known: CarrierReport, carrier: Carrier) -> tuple[GateVerdict, str]:
    doubt = next((action for action in report.actions if action.code in _IN_DOUBT), None)
    if known.can_send is CanSend.BULK:
        return (GateVerdict.NEEDS_PERSON, doubt.why) if doubt else (GateVerdict.OPEN, known.can_send_reason)
    if known.status in (CarrierStatus.FAILED, CarrierStatus.EXPIRED):
        return GateVerdict.CLOSED, known.can_send_reason
    if report.review.status in (ReviewStatus.REJECTED, ReviewStatus.CANCELLED) and not known.round:
        return GateVerdict.CLOSED, f"the signature is {report.review.label}"
    asked = next((action for action in report.actions if action.carrier is carrier), None) or doubt
    if asked is not None:
        return GateVerdict.NEEDS_PERSON, asked.what
    if report.paused:
        return GateVerdict.NEEDS_PERSON, "the filing is paused; resume it first"
    if known.status is CarrierStatus.REGISTERED:
        return GateVerdict.NEEDS_PERSON, known.can_send_reason
    return GateVerdict.WAIT, known.can_send_reason
