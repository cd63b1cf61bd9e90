"""What every operation is handed, and how a signature is read from what is stored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.operations.history import Histories, History, read_history, submissions_of
from sandbox.pace import Pace
from sandbox.protocol import Parameters
from sandbox.rules import Rules
from sandbox.store import Store
from sandbox.timeline import SignatureState, Submission


@dataclass
class Call:
    """One verified request to one operation."""

    account: str
    """Who calls. Signatures, messages and the papers it applied for belong to it; stocked papers are everybody's."""
    parameters: Parameters
    asked_at: datetime
    """The time the caller asks about."""
    store: Store
    pace: Pace
    rules: Rules
    notes: list[str] = field(default_factory=list)
    """Remarks for the journal."""

    histories: Histories | None = None
    """What was read before; without them everything is read anew."""

    def time_for(self, sign_name: str) -> datetime:
        """Returns the later of the asked time and the signature's last event.

        Writes happen then, so a signature's events are in order whatever the callers' clocks say. Reads look from
        there as well: a caller sees its own writes even if its next request asks about an earlier time.
        """
        last = self._history(sign_name).last_write
        return max(self.asked_at, last) if last else self.asked_at

    def signature(self, sign_name: str) -> SignatureState | None:
        """Returns the state of a signature at ``time_for`` it, or ``None`` if there is none."""
        if self.histories is not None:
            return self.histories.state(self.account, sign_name, self.asked_at)
        return self._history(sign_name).state(self.time_for(sign_name), self.pace, self.rules)

    def prepared(self, sign_name: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Returns an answer that rests on nothing but what ``signature`` returned, made once while that stays so."""
        return make() if self.histories is None else self.histories.prepared(self.account, sign_name, make)

    def submissions(self, sign_name: str) -> list[Submission]:
        """Returns all that was ever submitted under a name, for signatures since deleted as well."""
        return submissions_of(self.store.lives(self.account, sign_name), self.store.fates(sign_name))

    def paper(self, kind: str, paper_id: object) -> dict[str, Any] | None:
        """Returns a paper that the account may use, or ``None`` if there is none."""
        paper = self.store.paper(kind, str(paper_id))
        return paper if paper and paper.get("account") in (None, self.account) else None

    def papers(self, kind: str) -> list[dict[str, Any]]:
        """Returns the papers of a kind that the account may use, in the order of their ids."""
        return [paper for paper in self.store.papers(kind) if paper.get("account") in (None, self.account)]

    def _history(self, sign_name: str) -> History:
        if self.histories is None:
            return read_history(self.store, self.account, sign_name)
        return self.histories.of(self.account, sign_name)


Handler = Callable[[Call], dict[str, Any]]
"""Takes a call and returns the body of the answer without ``RequestId``, ``Code`` and ``Message``.

Raises:
    ApiError: The operation is refused.
"""


def told(paper: Mapping[str, Any]) -> dict[str, Any]:
    """Returns what the platform tells of a stored paper: lower-case keys are the sandbox's own."""
    return {name: value for name, value in paper.items() if name[0].isupper()}
