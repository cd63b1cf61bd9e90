"""What an edit, a re-file or a deletion would do, without doing any of it: the answer of the query ``preview``."""

from datetime import date, datetime
from typing import Self

from pydantic import model_validator

from filing.amending import base_of, merged, standing_against, still_to_tell, unaccepted, way_of, wish_of
from filing.application import SignatureApplication, StrictModel, differing_fields
from filing.changes import apply_changes
from filing.commands import console_path
from filing.messages import Delete, Edit, Refile
from filing.objections import objection_to, risk
from filing.snapshot import LenientModel
from filing.state import FilingState
from filing.vocabulary import Carrier, FilingWay

_OPERATIONS = {
    FilingWay.UPDATE_SIGN: "UpdateSmsSign",
    FilingWay.CHANGE_QUALIFICATION: "ChangeSignatureQualification",
    FilingWay.CONSOLE: "",
}


class PreviewRequest(StrictModel):
    """The message that somebody thinks of sending; exactly one."""

    edit: Edit | None = None
    refile: Refile | None = None
    delete: Delete | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(message is not None for message in (self.edit, self.refile, self.delete)) != 1:
            raise ValueError("expected one of edit, refile and delete")
        return self


class Preview(LenientModel):
    """What would follow."""

    refusal: str = ""
    """Why the message would be refused, with the command that would work; empty where it would be taken."""
    operation: str = ""
    """The platform's operation that would be called; empty where none would be."""
    application: SignatureApplication | None = None
    """What would be handed in."""
    changes: dict[str, tuple[str, str]] = {}
    """Field to its old and new value."""
    waits_for: list[str] = []
    """What would have to be over first."""
    may_reset: list[Carrier] = []
    """Registered carriers that may go back to 报备中."""
    not_accepted: list[Carrier] = []
    """Those among them that ``accept_reset`` does not name."""
    risk: str = ""
    console: str = ""
    """What a person would be asked to click."""
    last_traffic_on: date | None = None


def preview(state: FilingState, request: PreviewRequest, at: datetime) -> Preview:
    """Tell what a message would do."""
    message = request.edit or request.refile or request.delete
    if message is None:
        return Preview()
    objection = objection_to(state, message, at)
    told = Preview(refusal=str(objection) if objection else "", last_traffic_on=state.guard.last_traffic_on)
    if isinstance(message, Delete):
        return told.model_copy(update={"operation": "DeleteSmsSign"})
    if isinstance(message, Edit) and (message.withdraw or not (message.set or state.queued)):
        return told
    wish = merged(state.queued, wish_of(state, message, at, ""))
    wanted = apply_changes(base_of(state), wish.changes)
    told.application, told.changes = wanted, differing_fields(state.application, wanted)
    if state.review.submitted_at is None:
        return told.model_copy(update={"operation": "CreateSmsSign"})
    if told.changes and not still_to_tell(state, base_of(state), wanted):
        return told
    way = way_of(state, wish)
    told.operation, told.waits_for = _OPERATIONS[way], standing_against(state, wish)
    if way is FilingWay.CONSOLE:
        told.console = console_path(state.application.sign_name)
        return told
    told.may_reset, told.not_accepted = unaccepted(state, ()), unaccepted(state, wish.accept_reset)
    told.risk = risk(state) if told.may_reset else ""
    return told
