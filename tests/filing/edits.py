"""Filings that are edited and filed again, for tests of the domain, and the messages that commands stand for."""

import shlex
from datetime import datetime
from typing import Any

from filing.amending import begin, wish_of
from filing.amendment import Amendment
from filing.judging import take_outcome
from filing.messages import (
    Confirm,
    Delete,
    Edit,
    LookNow,
    OperatorMessage,
    Refile,
    Release,
    Resume,
    SendTest,
)
from filing.policy import DEFAULT_POLICY, Policy
from filing.requests import AmendOutcome, AmendResult, SubmitOutcome
from filing.snapshot import CarrierReading, SignatureSnapshot
from filing.state import FilingState
from filing.steps import take_submission
from filing.vocabulary import Carrier, CarrierStatus, ReviewStatus
from tests.filing.builders import DAY, HOUR, START, look, new_state, reading

ORDER, NEXT_ORDER = "20001", "20002"
OLD, NEW = 900001, 900006
"""Qualifications: the one that the signature rests on, and the one that an edit binds."""

WRITTEN_AT = START + HOUR

Carriers = CarrierStatus | dict[Carrier, CarrierStatus] | dict[Carrier, CarrierReading]
"""One status for all, or what is shown of each; a carrier that is left out is 未报备."""

EMPTY: dict[str, Any] = {"remark": "", "supporting_files": []}
"""What a field is that was emptied, where it is not none."""


def shows(carriers: Carriers = CarrierStatus.REGISTERED, **fields: Any) -> SignatureSnapshot:
    """What the platform shows of an approved signature under its first order, with other fields if given."""
    each = carriers if isinstance(carriers, dict) else dict.fromkeys(Carrier, carriers)
    given = {
        "review": ReviewStatus.APPROVED,
        "order_id": ORDER,
        "qualification_id": OLD,
        "carriers": {c: reading(shown) if isinstance(shown, CarrierStatus) else shown for c, shown in each.items()},
        **fields,
    }
    return SignatureSnapshot(**given)


def filed(
    carriers: Carriers = CarrierStatus.REGISTERED, at: datetime = START, policy: Policy = DEFAULT_POLICY, **fields: Any
) -> FilingState:
    """A filing that was submitted as the first order and seen like this; ``fields`` are those of the snapshot."""
    state = new_state(policy)
    take_submission(state, SubmitOutcome(at=at - DAY, order_id=ORDER, review_overdue_at=at + DAY))
    look(state, at, shows(carriers, **fields))
    return state


def edit(**fields: Any) -> Edit:
    """An edit that binds another qualification."""
    return Edit(**{"set": {"qualification_id": NEW}, "by": "ann", **fields})


def refile(**fields: Any) -> Refile:
    """A re-file of the signature as it is."""
    return Refile(**{"reason": "lapsed", "by": "ann", **fields})


def begun(state: FilingState, message: Edit | Refile | None = None, at: datetime = START) -> Amendment:
    """Begin an edit; what is to be handed in."""
    begin(state, wish_of(state, message or edit(), at, "r-1"), at)
    assert state.amendment is not None
    return state.amendment


def answered(state: FilingState, result: AmendResult = AmendResult.WRITTEN, **fields: Any) -> None:
    """Take in the platform's answer to what was handed in an hour after START."""
    given: dict[str, Any] = {
        "at": WRITTEN_AT,
        "order_id": NEXT_ORDER if result is AmendResult.WRITTEN else None,
        "review_overdue_at": WRITTEN_AT + DAY,
        "before": state.snapshot,
        **fields,
    }
    take_outcome(state, AmendOutcome(result=result, **given))


def handed_in(
    state: FilingState,
    message: Edit | Refile | None = None,
    result: AmendResult = AmendResult.WRITTEN,
    **fields: Any,
) -> Amendment:
    """Hand an edit in; ``fields`` are those of the platform's answer."""
    amendment = begun(state, message)
    answered(state, result, **fields)
    return amendment


def message_of(command: str) -> OperatorMessage | None:
    """The message that a command sends; none for one that only shows, or that begins another filing."""
    program, verb, _, *words = shlex.split(command)
    assert program == "starter.py"
    options = _options(words)
    changes: dict[str, Any] = {}
    for change in options.get("set", []):
        field, _, value = change.partition("=")
        changes[field] = (value.split(",") if field == "supporting_files" else value) if value else EMPTY.get(field)
    accept = {"accept_reset": ",".join(options["accept-reset"])} if "accept-reset" in options else {}
    settled = {"when_settled": True} if "when-settled" in options else {}
    again = {"unchanged": True} if "unchanged" in options else {}
    single = {name: options[name][0] for name in ("reason", "carrier", "way", "confirm") if name in options}
    match verb:
        case "edit":
            return Edit(set=changes, withdraw="withdraw" in options, **accept, **settled, **again)
        case "refile":
            return Refile.model_validate({**single, **accept, **settled, **again})
        case "delete":
            return Delete.model_validate({**single, "force": "force" in options})
        case "confirm":
            return Confirm.model_validate(dict([options["words"]]))
        case "test-send":
            return SendTest.model_validate(single)
        case "ticket":
            return None
        case "release":
            return Release()
        case "resume":
            return Resume()
        case "look-now":
            return LookNow()
    assert verb in ("status", "submit", "replace"), f"nobody knows the command {verb}"
    return None


def _options(words: list[str]) -> dict[str, list[str]]:
    """Options with their values; those that take none have an empty list, and ``words`` are what is no option."""
    found: dict[str, list[str]] = {"words": []}
    name = ""
    for word in words:
        if word.startswith("--"):
            name = word.removeprefix("--")
            found.setdefault(name, [])
        elif name:
            found[name].append(word)
            name = ""
        else:
            found["words"].append(word)
    return found
