"""Taking over a signature that exists already (存量签名): following it begins at once, whatever it lacks.

What the platform does not tell stays unknown (未知) until a person names it, and what breaks today's rules is asked
about once the signature has to be handed in anew. To name what was unknown, or to take over a value that the platform
shows, only corrects the application: the platform is told nothing.
"""

from collections.abc import Sequence
from datetime import datetime

from filing.amendment import AmendmentStage
from filing.application import NEEDED_BY_THE_PLATFORM, SignatureApplication, unknown_fields
from filing.record import ActionCode, Event
from filing.snapshot import Finding
from filing.state import FilingState
from filing.vocabulary import Carrier, CarrierStatus, FilingWay, ReviewStatus

EARLIER_RECORDS = "earlier 报备记录 have no API: the console has them (签名管理 > 操作 > 报备记录)"

_NAMED_ONLY = ("source", "sign_type")
"""What the platform never shows: a person who names it changes nothing there."""

_TO_BE_EDITED = (CarrierStatus.NOT_FILED, CarrierStatus.FAILED, CarrierStatus.EXPIRED)


def told_findings(findings: Sequence[Finding]) -> str:
    """The findings that reject, in words."""
    return "; ".join(f"{f.field} {f.part}: {f.rule}; {f.advice}" for f in findings if f.rejects)


def told_unknown(application: SignatureApplication) -> str:
    """What is unknown of a signature, in words; empty where all is known."""
    fields = ", ".join(unknown_fields(application))
    return f"unknown: {fields}" if fields else ""


def needed_for(application: SignatureApplication, way: FilingWay) -> tuple[str, ...]:
    """The unknown fields without which an application cannot be handed in this way."""
    if way is FilingWay.CONSOLE:
        return ()
    needed = NEEDED_BY_THE_PLATFORM if way is FilingWay.UPDATE_SIGN else ("qualification_id",)
    return tuple(field for field in unknown_fields(application) if field in needed)


def corrections(state: FilingState, wanted: SignatureApplication) -> set[str]:
    """The fields of an adopted signature in which ``wanted`` only says what the platform has already.

    An unknown source or type that is named, and the qualification that the platform shows. While an edit is at work
    the platform goes on showing the material before it, so nothing can be told from that.
    """
    if not state.adopted:
        return set()
    named = {field for field in _NAMED_ONLY if field in unknown_fields(state.application)}
    shown, amendment = state.snapshot, state.amendment
    at_work = amendment is not None and amendment.stage.at_work
    if shown is not None and shown.qualification_id is not None and not at_work:
        named |= {"qualification_id"} if wanted.qualification_id == shown.qualification_id else set()
    return named - set(unknown_fields(wanted))


def compare_adopted(state: FilingState, at: datetime) -> None:
    """A signature that existed already may rest on another qualification (资质) than was applied for.

    Where nobody knew it, what the platform shows is taken over.
    """
    shown = state.snapshot.qualification_id if state.snapshot is not None else None
    if not state.adopted or shown is None:
        return
    applied = state.application.qualification_id
    if applied is None:
        state.application = state.application.model_copy(update={"qualification_id": shown})
        state.record(Event.EDITED, f"qualification_id (none) → {shown}", at=at, by="platform")
    if applied in (None, shown):
        state.settle(ActionCode.ADOPTED_DIFFERS)
        return
    detail = f"qualification {shown} at the platform, {applied} in the application"
    state.ask(ActionCode.ADOPTED_DIFFERS, at=at, detail=detail)


def ask_about_gaps(state: FilingState, at: datetime) -> None:
    """Ask for what an edit of an adopted signature will need, as soon as an edit is what helps."""
    if not state.adopts:
        return
    amendment = state.amendment
    if amendment is not None and amendment.stage is AmendmentStage.APPROVED:
        # The platform has taken the signature anew, with papers that were checked before.
        state.findings = []
    wants_edit = state.review.status is ReviewStatus.REJECTED or (
        state.review.status is ReviewStatus.APPROVED
        and any(state.carrier(carrier).status in _TO_BE_EDITED for carrier in Carrier)
    )
    told = "; ".join(filter(None, (told_unknown(state.application), told_findings(state.findings))))
    if wants_edit and told:
        state.ask(ActionCode.ADOPTED_LACKS, at=at, detail=told)
    else:
        state.settle(ActionCode.ADOPTED_LACKS)
