"""What a filing keeps of edits and re-files, of a deletion that was asked for, and of what people vouch for."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from filing.application import StoredApplication
from filing.snapshot import LenientModel
from filing.vocabulary import Carrier, FilingWay


class AmendmentKind(StrEnum):
    """What was asked for."""

    EDIT = "edit"
    REFILE = "refile"

    @property
    def label(self) -> str:
        """The console's word."""
        return {"edit": "编辑签名", "refile": "重新报备"}[self.value]


class Wish(LenientModel):
    """An edit or a re-file as it was asked for."""

    kind: AmendmentKind
    changes: dict[str, Any] = {}
    """Field of the application to its new value in the form of JSON; empty for a re-file."""
    carriers: tuple[Carrier, ...] = ()
    """The carriers that a re-file is about."""
    way: FilingWay | None = None
    """The way that was asked for, none for the policy's."""
    accept_reset: tuple[Carrier, ...] = ()
    by: str
    reason: str = ""
    asked_at: datetime
    request_id: str = ""


class AmendmentStage(StrEnum):
    """How far an edit or a re-file has come."""

    TO_WRITE = "TO_WRITE"
    IN_REVIEW = "IN_REVIEW"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    REFUSED = "REFUSED"
    OVERTAKEN = "OVERTAKEN"

    @property
    def at_work(self) -> bool:
        """Whether it is not over yet."""
        return self in (AmendmentStage.TO_WRITE, AmendmentStage.IN_REVIEW)

    @property
    def label(self) -> str:
        """The stage in Chinese; the words of the review are the console's."""
        return _STAGE_LABELS[self]


_STAGE_LABELS = {
    AmendmentStage.TO_WRITE: "待提交",
    AmendmentStage.IN_REVIEW: "审核中",
    AmendmentStage.APPROVED: "审核通过",
    AmendmentStage.REJECTED: "审核不通过",
    AmendmentStage.REFUSED: "提交被拒绝",
    AmendmentStage.OVERTAKEN: "被其他提交取代",
}


class Amendment(LenientModel):
    """The edit or re-file at work, or the last one.

    ``GetSmsSign`` goes on showing the first-created or latest-approved material, so what is under review is known by
    its order id, and a rejected one may never show.
    """

    wish: Wish
    way: FilingWay
    application: StoredApplication
    """What was or will be handed in."""
    differences: dict[str, tuple[str, str]] = {}
    """Field to its old and new value, as text."""
    stage: AmendmentStage = AmendmentStage.TO_WRITE
    order_id: str | None = None
    """The order of this submission (``OrderId``); none while it is unknown."""
    api_request_id: str = ""
    """``RequestId`` of the answer to it; the platform's support asks for it."""
    order_before: str | None = None
    """The order that the platform showed before it."""
    qualification_before: int | None = None
    approved_before: bool = False
    """Whether the signature was approved before, so that an older filing goes on if this one is rejected."""
    written_at: datetime | None = None
    shown_in_review: bool = False
    """Whether the platform has shown 审核中 since."""
    unclear: bool = False
    """The answer was lost and nothing shows yet that the platform has it."""
    unclear_told: bool = False
    overdue_at: datetime | None = None
    overdue_told: bool = False
    ended_at: datetime | None = None
    ended_by: str = ""
    """``platform``, ``workflow``, or the person whose word ended it."""
    words: str = ""
    """The reviewer's words, the platform's refusal, or a person's."""


class Deletion(LenientModel):
    """A deletion (删除签名) that was asked for and not carried out yet."""

    by: str
    force: bool = False
    reason: str = ""
    asked_at: datetime
    request_id: str = ""


class Confirmation(LenientModel):
    """A person's word on a carrier, kept apart from what the platform shows and overruled by it."""

    by: str
    at: datetime
    reason: str = ""


class HeardReview(LenientModel):
    """What a callback of the platform said of a review; hearsay, since callbacks are not signed."""

    order_id: str | None = None
    says: str = ""
    words: str = ""
    at: datetime


class Replacement(LenientModel):
    """The signature whose place this one takes."""

    sign_name: str
    carriers: tuple[Carrier, ...] = ()
    """Where the old one was usable; none asks for any carrier."""
    by: str
    told_at: datetime | None = None
    """When the old one was told that it may go."""
