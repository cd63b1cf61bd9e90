"""What is stored of a signature as its timeline takes it, kept from request to request while nothing changes."""

import json
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from sandbox.clock import parse_instant
from sandbox.fates import parse_fates
from sandbox.pace import Pace
from sandbox.rules import Rules
from sandbox.store import Event, Store
from sandbox.timeline import (
    Filing,
    Reported,
    Revoked,
    Sent,
    SignatureState,
    StockedCarrier,
    Submission,
    signature_state,
)

_FIRST_ORDER_ID = 20_000_000_000
_SUBMITTED = ("created", "updated", "stocked", "rebound")
_MOST_KEPT = 20_000


@dataclass(frozen=True)
class History:
    """All that the state of a signature is computed from."""

    submissions: list[Submission]
    """Since it was last created; empty if there is none of its name or it was deleted."""
    sent: list[Sent]
    reports: list[Reported]
    revocations: list[Revoked]
    last_write: datetime | None
    """When anything last happened to it, deletions and messages included."""

    def state(self, at: datetime, pace: Pace, rules: Rules) -> SignatureState | None:
        """Computes the state at a moment; ``None`` if there was no such signature then."""
        return signature_state(self.submissions, self.sent, at, pace, rules, self.reports, self.revocations)


class _Moment(datetime):
    """A time that is asked about. It remembers the closest instants, earlier and later, that it was compared with.

    What is computed from nothing but such comparisons is the same for every moment between the two.
    """

    after: datetime | None = None
    before: datetime | None = None

    def __lt__(self, other: datetime) -> bool:  # type: ignore[override]  # as datetime has it
        self._compare(other)
        return datetime.__lt__(self, other)

    def __le__(self, other: datetime) -> bool:  # type: ignore[override]  # as datetime has it
        self._compare(other)
        return datetime.__le__(self, other)

    def __gt__(self, other: datetime) -> bool:  # type: ignore[override]  # as datetime has it
        self._compare(other)
        return datetime.__gt__(self, other)

    def __ge__(self, other: datetime) -> bool:  # type: ignore[override]  # as datetime has it
        self._compare(other)
        return datetime.__ge__(self, other)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, datetime):
            self._compare(other)
        return datetime.__eq__(self, other)

    __hash__ = datetime.__hash__

    def _compare(self, other: datetime) -> None:
        if datetime.__ge__(self, other) and (self.after is None or other > self.after):
            self.after = other
        if datetime.__le__(self, other) and (self.before is None or other < self.before):
            self.before = other


class Prepared(dict[str, Any]):
    """An answer that is given again and again, with its JSON text."""

    @cached_property
    def text(self) -> str:
        """What it is in JSON."""
        return json.dumps(self)


@dataclass
class _Kept:
    """What was read of one signature, the state that was computed from it last, and what is answered of that."""

    version: tuple[int, int]
    history: History
    moment: _Moment | None = None
    state: SignatureState | None = None
    answer: Prepared | None = None

    def state_at(self, at: datetime, pace: Pace, rules: Rules) -> SignatureState | None:
        asked = self.moment
        if asked is None or not (
            (asked.after is None or asked.after < at) and (asked.before is None or at < asked.before)
        ):
            self.moment = asked = _Moment.combine(at.date(), at.timetz())
            self.state, self.answer = self.history.state(asked, pace, rules), None
        return self.state


class Histories:
    """Reads histories, and each only once until something changes that it rests on; computes states likewise."""

    def __init__(self, store: Store, pace: Pace, rules: Rules) -> None:
        """Takes where they are stored, and what states are computed by."""
        self._store = store
        self._pace = pace
        self._rules = rules
        self._kept: OrderedDict[tuple[str, str], _Kept] = OrderedDict()

    def of(self, account: str, sign_name: str) -> History:
        """Returns the history of a signature, which nobody may change."""
        return self._of(account, sign_name).history

    def state(self, account: str, sign_name: str, asked_at: datetime) -> SignatureState | None:
        """Returns the state of a signature at the later of the asked time and its last event."""
        kept = self._of(account, sign_name)
        last = kept.history.last_write
        return kept.state_at(max(asked_at, last) if last else asked_at, self._pace, self._rules)

    def prepared(self, account: str, sign_name: str, make: Callable[[], dict[str, Any]]) -> Prepared:
        """Returns what is answered of the state that was last returned, and makes it if there is none yet."""
        kept = self._of(account, sign_name)
        if kept.answer is None:
            kept.answer = Prepared(make())
        return kept.answer

    def _of(self, account: str, sign_name: str) -> _Kept:
        key, version = (account, sign_name), self._store.version(account, sign_name)
        kept = self._kept.get(key)
        if kept is not None and kept.version == version:
            self._kept.move_to_end(key)
            return kept
        self._kept[key] = kept = _Kept(version, read_history(self._store, account, sign_name))
        if len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return kept


def read_history(store: Store, account: str, sign_name: str) -> History:
    """Reads the history of a signature from what is stored."""
    life, overrides = store.life(account, sign_name), store.fates(sign_name)
    messages = store.messages(account, sign_name=sign_name, since=life[0].at) if life else []
    return History(
        submissions=submissions_of(life, overrides),
        sent=[Sent(m.sent_at, m.carrier, m.receipt_at if m.delivered else None) for m in messages],
        reports=[_reported(event, overrides) for event in life if event.kind == "reported"],
        revocations=[
            Revoked(event.at, frozenset(event.data["carriers"]), event.data["reason"])
            for event in life
            if event.kind == "revoked"
        ],
        last_write=store.last_write(account, sign_name),
    )


def order_id(seq: int) -> str:
    """Returns the work-order id (工单号) of the event with this sequence number."""
    return str(_FIRST_ORDER_ID + seq)


def submissions_of(events: Iterable[Event], overrides: Mapping[str, str]) -> list[Submission]:
    """Returns what events submit, with the fates that the control plane asks for over those of each."""
    submissions: list[Submission] = []
    for event in events:
        if event.kind in _SUBMITTED:
            submissions.append(_submission(event, overrides))
        elif event.kind == "withdrawn":
            submissions[-1] = replace(submissions[-1], withdrawn_at=event.at)
    return submissions


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
        rebinding=event.kind == "rebound",
        withdrawn_at=event.at if event.data.get("withdrawn") else None,
    )


def _reported(event: Event, overrides: Mapping[str, str]) -> Reported:
    # The fates of a click were asked for knowing those of the control plane, so here the click wins.
    return Reported(event.at, frozenset(event.data["carriers"]), parse_fates({**overrides, **event.data["fates"]}))
