"""What a filing writes down: records (报备记录) of what happened, and actions that wait for a person."""

from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256

from filing.snapshot import LenientModel
from filing.vocabulary import Carrier


class Event(StrEnum):
    """What a record (报备记录) tells of."""

    OPENED = "opened"
    CHECK_FAILED = "check failed"
    CHECK_PASSED = "check passed"
    SUBMITTED = "submitted"
    ADOPTED = "adopted"
    SUBMIT_REFUSED = "submit refused"
    REVIEW_CHANGED = "review changed"
    REVIEW_OVERDUE = "review overdue"
    STATUS_CHANGED = "status changed"
    ROUND_STARTED = "round started"
    ROUND_ENDED = "round ended"
    ROUND_BROKEN = "round broken"
    RESULT_OVERDUE = "result overdue"
    RESULT_STALLED = "result stalled"
    TEST_ACCEPTED = "test accepted"
    TEST_NOT_SENT = "test not sent"
    TEST_UNCLEAR = "test unclear"
    TEST_DELIVERED = "test delivered"
    TEST_FAILED = "test failed"
    TEST_NO_RECEIPT = "test without receipt"
    TESTS_SPENT = "tests spent"
    VERDICT_OVERDUE = "verdict overdue"
    NOT_FILED = "not filed"
    EXPIRY_WARNING = "expiry warning"
    EXPIRY_DATE_PASSED = "expiry date passed"
    TRAFFIC_SEEN = "traffic seen"
    KEEP_ALIVE = "keep-alive"
    GONE = "gone from the platform"
    FOUND_AGAIN = "found again"
    READ_REFUSED = "read refused"
    MESSAGE = "message"
    MESSAGE_REFUSED = "message refused"
    EDITED = "application changed"
    EDIT_QUEUED = "edit queued"
    EDIT_DROPPED = "edit dropped"
    EDIT_SUBMITTED = "edit submitted"
    EDIT_REFUSED = "edit refused"
    EDIT_UNCLEAR = "edit unclear"
    EDIT_APPROVED = "edit approved"
    EDIT_REJECTED = "edit rejected"
    EDIT_OVERTAKEN = "edit overtaken"
    EDIT_UNANSWERED = "edit unanswered"
    REFILE_IN_CONSOLE = "re-file in the console"
    CONFIRMED = "confirmed by a person"
    OVERRULED = "overruled by the platform"
    DELETE_REFUSED = "delete refused"
    DELETED = "deleted"
    REPLACES = "replaces"
    REPLACEMENT_READY = "replacement ready"
    GO_LIVE_AT_RISK = "go-live at risk"
    EXPIRED_EARLY = "expired earlier than expected"
    WORKS_ANYWAY = "messages arrive though it failed"
    FAILURES_JUMPED = "failures jumped"
    FAILURES_FELL = "failures back to normal"
    HINT = "hint from a callback"
    RELEASED = "released"


class Record(LenientModel):
    """One line of the filing's history. ``by`` is a person, or ``platform`` or ``workflow``."""

    at: datetime
    by: str
    event: Event
    carrier: Carrier | None = None
    round: int | None = None
    detail: str = ""
    number: int = 0
    """Its place among the records of the filings of its name; none (0) until a filing takes it in."""

    @property
    def id(self) -> str:
        """The same for the same record wherever it is kept.

        The content is part of it: a workflow that was reset gives the numbers since then to other records.
        """
        at = self.at.astimezone(UTC).isoformat()
        content = "\x1f".join((at, self.by, self.event, str(self.carrier), str(self.round), self.detail))
        return f"{self.number}-{sha256(content.encode()).hexdigest()[:12]}"


class ActionCode(StrEnum):
    """What a person has to do; the words for each are in ``filing.advice``."""

    FIX_APPLICATION = "FIX_APPLICATION"
    FIX_ACCOUNT = "FIX_ACCOUNT"
    SUBMIT_REFUSED = "SUBMIT_REFUSED"
    REVIEW_OVERDUE = "REVIEW_OVERDUE"
    REVIEW_REJECTED = "REVIEW_REJECTED"
    NOT_FILED = "NOT_FILED"
    RESULT_OVERDUE = "RESULT_OVERDUE"
    RESULT_STALLED = "RESULT_STALLED"
    FILING_FAILED = "FILING_FAILED"
    FILING_EXPIRED = "FILING_EXPIRED"
    STATUS_UNKNOWN = "STATUS_UNKNOWN"
    TESTS_BLOCKED = "TESTS_BLOCKED"
    TESTS_SPENT = "TESTS_SPENT"
    RECEIPTS_DOUBT = "RECEIPTS_DOUBT"
    NO_TEST_PHONE = "NO_TEST_PHONE"
    EXPIRY_NEAR = "EXPIRY_NEAR"
    ROUND_BROKEN = "ROUND_BROKEN"
    GONE = "GONE"
    ADOPTED_DIFFERS = "ADOPTED_DIFFERS"
    ADOPTED_LACKS = "ADOPTED_LACKS"
    EDIT_QUEUED = "EDIT_QUEUED"
    EDIT_REFUSED = "EDIT_REFUSED"
    EDIT_UNCLEAR = "EDIT_UNCLEAR"
    EDIT_UNANSWERED = "EDIT_UNANSWERED"
    EDIT_REJECTED = "EDIT_REJECTED"
    REFILE_IN_CONSOLE = "REFILE_IN_CONSOLE"
    DELETE_REFUSED = "DELETE_REFUSED"
    REPLACED = "REPLACED"
    GO_LIVE_AT_RISK = "GO_LIVE_AT_RISK"
    FAILURES_JUMPED = "FAILURES_JUMPED"


class Action(LenientModel):
    """Something that waits for a person, kept until the cause is gone. ``detail`` fills the words of its code."""

    code: ActionCode
    carrier: Carrier | None = None
    detail: str = ""
    since: datetime
