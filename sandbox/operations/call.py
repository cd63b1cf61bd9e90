"""What every operation is handed, and how a signature is read from what is stored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.clock import parse_instant
from sandbox.fates import parse_fates
from sandbox.pace import Pace
from sandbox.protocol import Parameters
from sandbox.rules import Rules
from sandbox.store import Event, Store
from sandbox.timeline import Filing, Reported, Sent, SignatureState, StockedCarrier, Submission, signature_state

_FIRST_ORDER_ID = 20_000_000_000


@dataclass
class Call:
    """One verified request to one operation."""

    account: str
    """The access key id. Signatures and messages belong to it; papers are shared by all accounts."""
    parameters: Parameters
    asked_at: datetime
    """The time the caller asks about."""
    store: Store
    pace: Pace
    rules: Rules
    notes: list[str] = field(default_factory=list)
    """Remarks for the journal."""

    def time_for(self, sign_name: str) -> datetime:
        """Returns the later of the asked time and the signature's last event.

        Writes happen then, so a signature's events are in order whatever the callers' clocks say. Reads look from
        there as well: a caller sees its own writes even if its next request asks about an earlier time.
        """
        last = self.store.last_write(self.account, sign_name)
        return max(self.asked_at, last) if last else self.asked_at

    def signature(self, sign_name: str) -> SignatureState | None:
        """Returns the state of a signature at ``time_for`` it, or ``None`` if there is none."""
        life = self.store.life(self.account, sign_name)
        if not life:
            return None
        overrides = self.store.fates(sign_name)
        messages = self.store.messages(self.account, sign_name=sign_name, since=life[0].at)
        return signature_state(
            [_submission(event, overrides) for event in life if event.kind != "reported"],
            [Sent(m.sent_at, m.carrier, m.receipt_at if m.delivered else None) for m in messages],
            self.time_for(sign_name),
            self.pace,
            self.rules,
            [_reported(event, overrides) for event in life if event.kind == "reported"],
        )


Handler = Callable[[Call], dict[str, Any]]
"""Takes a call and returns the body of the answer without ``RequestId``, ``Code`` and ``Message``.

Raises:
    ApiError: The operation is refused.
"""


def order_id(seq: int) -> str:
    """Returns the work-order id (工单号) of the event with this sequence number."""
    return str(_FIRST_ORDER_ID + seq)


def _submission(event: Event, overrides: Mapping[str, str]) -> Submission:
    approved_at = event.data.get("approved_at")
    return Submission(
        at=event.at,
        order_id=event.data.get("order_id") or order_id(event.seq),
        material=event.data["material"],
        fates=parse_fates({**event.data["fates"], **overrides}),
        approved_at=parse_instant(approved_at) if approved_at else None,
        stocked={
            carrier: StockedCarrier(
                status=Filing(stocked["status"]),
                completed_at=parse_instant(stocked["completed_at"]) if stocked["completed_at"] else None,
                reason=stocked["reason"],
            )
            for carrier, stocked in event.data.get("stocked", {}).items()
        },
        reviewed=event.data.get("reviewed", True),
    )


def _reported(event: Event, overrides: Mapping[str, str]) -> Reported:
    # The fates of a click were asked for knowing those of the control plane, so here the click wins.
    return Reported(event.at, frozenset(event.data["carriers"]), parse_fates({**overrides, **event.data["fates"]}))
