"""A filing as it is reported to people and scripts: the answer of the query ``report`` and of ``status --json``."""

from datetime import date, datetime

from filing.advice import Advice, advise
from filing.amending import told_wish
from filing.amendment import AmendmentKind, AmendmentStage, Confirmation
from filing.application import SignatureApplication
from filing.deadlines import next_due_at
from filing.readiness import Readiness, readiness
from filing.receipts import ReceiptClass, receipt_class
from filing.record import Record
from filing.round_state import SendState, SentTest
from filing.sending import can_send
from filing.snapshot import Finding, LenientModel
from filing.state import CarrierState, FilingState
from filing.vocabulary import CanSend, Carrier, CarrierStatus, FilingWay, Phase, ReasonCode, ReviewStatus


class ReasonReport(LenientModel):
    """A reason of the platform; ``text`` is its own wording, or else what the code stands for."""

    code: str
    text: str


class ReviewReport(LenientModel):
    """The platform's review."""

    status: ReviewStatus
    label: str
    order_id: str | None
    api_request_id: str
    """``RequestId`` of the answer to the submission."""
    submitted_at: datetime | None
    overdue_at: datetime | None
    reviewed_at: datetime | None
    reasons: list[str]


class EditReport(LenientModel):
    """The edit (编辑签名) or re-file (重新报备) at work, or the last one."""

    kind: AmendmentKind
    way: FilingWay
    stage: AmendmentStage
    label: str
    order_id: str | None
    api_request_id: str
    changes: dict[str, tuple[str, str]]
    """Field to its old and new value."""
    unclear: bool
    """Whether the answer was lost and nothing shows that the platform has it."""
    by: str
    reason: str
    request_id: str
    asked_at: datetime
    submitted_at: datetime | None
    overdue_at: datetime | None
    ended_at: datetime | None
    ended_by: str
    words: str


class QueuedReport(LenientModel):
    """What waits until nothing is in progress."""

    kind: AmendmentKind
    summary: str
    accept_reset: list[Carrier]
    by: str
    request_id: str
    asked_at: datetime


class TestReport(LenientModel):
    """A test message step by step: asked for, accepted by the platform, its receipt, and what it showed."""

    number: int
    round: int
    """0 for one outside of rounds."""
    phone: str
    """Masked."""
    asked_at: datetime
    accepted_at: datetime | None
    biz_id: str
    api_request_id: str
    """``RequestId`` of the answer to it; the platform's support asks for it."""
    receipt_at: datetime | None
    state: SendState
    code: str
    code_class: ReceiptClass
    shown_signature: str
    detail: str


class CarrierReport(LenientModel):
    """One carrier; the dates are those of its current or last round."""

    status: CarrierStatus
    label: str
    platform_code: int | None
    round: int
    round_open: bool
    reasons: list[ReasonReport]
    submitted_at: datetime | None
    result_due_at: datetime | None
    stalled_at: datetime | None
    dates_estimated: bool
    result_at: datetime | None
    verified_at: datetime | None
    verdict_due_at: datetime | None
    tests_sent: int
    """In the last round and outside of rounds."""
    tests_delivered: int
    tests: list[TestReport]
    delivered_by_hand: int
    """Messages that a person sent by hand and that arrived, as their receipts show."""
    can_send: CanSend
    can_send_reason: str
    usable_by_word: Confirmation | None
    """A person's word (人工确认), no fact of the platform."""
    deliveries_by_word: int


class FilingReport(LenientModel):
    """Everything there is to know about a filing. Times carry a zone; null is what is not known yet."""

    workflow_id: str
    account: str
    sign_name: str
    phase: Phase
    phase_label: str
    paused: bool
    adopted: bool
    policy: str
    application: SignatureApplication
    review: ReviewReport
    edit: EditReport | None
    queued_edit: QueuedReport | None
    deleting: bool
    replaces: str | None
    """Sign name of the one whose place this one takes."""
    carriers: dict[Carrier, CarrierReport]
    last_traffic_on: date | None
    expires_at: datetime | None
    readiness: Readiness
    findings: list[Finding]
    """What the check before the submission found, notes and warnings included."""
    messages_sent: int
    """Test messages over all rounds that count as sent, and so as billed."""
    cost: float | None
    """Of these in yuan, where the worker's settings have a price."""
    read_at: datetime | None
    """When the platform last showed something new; it is read more often."""
    next_due_at: datetime | None
    actions: list[Advice]
    records: list[Record]


def report_on(state: FilingState, workflow_id: str, now: datetime) -> FilingReport:
    """Report on a filing as of ``now``."""
    application = state.application
    review = state.review
    sent = sum(messages_sent(known) for known in state.carriers.values())
    return FilingReport(
        workflow_id=workflow_id,
        account=application.account,
        sign_name=application.sign_name,
        phase=state.phase,
        phase_label=state.phase.label,
        paused=state.paused,
        adopted=state.adopted,
        policy=state.policy.name,
        application=application,
        review=ReviewReport(
            status=review.status,
            label=review.status.label,
            order_id=review.order_id,
            api_request_id=review.api_request_id,
            submitted_at=review.submitted_at,
            overdue_at=review.overdue_at,
            reviewed_at=review.reviewed_at,
            reasons=list(review.reasons),
        ),
        edit=_edit_report(state),
        queued_edit=_queued_report(state),
        deleting=state.deletion is not None,
        replaces=state.replaces.sign_name if state.replaces else None,
        carriers={carrier: _carrier_report(state, state.carriers.get(carrier), now) for carrier in Carrier},
        last_traffic_on=state.guard.last_traffic_on,
        expires_at=state.guard.expires_at,
        readiness=readiness(state, now),
        findings=state.findings,
        messages_sent=sent,
        cost=round(sent * state.price_per_message, 4) if state.price_per_message is not None else None,
        read_at=state.read_at,
        next_due_at=next_due_at(state),
        actions=[advise(action, application.sign_name, application.account) for action in state.actions],
        records=state.records,
    )


def _carrier_report(state: FilingState, known: CarrierState | None, now: datetime) -> CarrierReport:
    known = known or CarrierState()
    opened = known.last_round
    tests = [*(opened.tests if opened else []), *known.extra_tests]
    allowed, why = can_send(known, state.policy, now)
    answered = known.status not in (CarrierStatus.REGISTERING, CarrierStatus.NOT_FILED)
    return CarrierReport(
        status=known.status,
        label=known.status.label,
        platform_code=known.platform_code,
        round=known.rounds,
        round_open=known.round_open,
        reasons=[ReasonReport(code=r.code, text=r.text or _meaning(r.code)) for r in known.reasons],
        submitted_at=opened.submitted_at if opened else None,
        result_due_at=opened.due_at if opened else None,
        stalled_at=opened.stalled_at if opened else None,
        dates_estimated=opened.estimated if opened else False,
        result_at=(known.completed_at or known.observed_at) if answered else None,
        verified_at=known.verified_at,
        verdict_due_at=opened.verdict_due_at if opened and known.round_open else None,
        tests_sent=sum(test.state.spent for test in tests),
        tests_delivered=sum(test.delivered for test in tests),
        tests=[
            *_test_reports(opened.tests if opened else [], known.rounds),
            *_test_reports(known.extra_tests, 0),
        ],
        delivered_by_hand=len(opened.by_hand) if opened else 0,
        can_send=allowed,
        can_send_reason=why,
        usable_by_word=known.usable_word,
        deliveries_by_word=len(known.told_deliveries),
    )


def messages_sent(known: CarrierState) -> int:
    """Test messages to a carrier over all its rounds that count as sent."""
    last = known.last_round.spent if known.last_round else 0
    return known.spent_before + last + sum(test.state.spent for test in known.extra_tests)


def _test_reports(tests: list[SentTest], number_of_round: int) -> list[TestReport]:
    return [
        TestReport(
            number=test.number,
            round=number_of_round,
            phone=test.phone,
            asked_at=test.intended_at,
            accepted_at=test.accepted_at,
            biz_id=test.biz_id,
            api_request_id=test.api_request_id,
            receipt_at=test.settled_at if test.accepted_at else None,
            state=test.state,
            code=test.code,
            code_class=receipt_class(test.code),
            shown_signature=test.shown_signature,
            detail=test.detail,
        )
        for test in tests
    ]


def _edit_report(state: FilingState) -> EditReport | None:
    amendment = state.amendment
    if amendment is None:
        return None
    wish = amendment.wish
    return EditReport(
        kind=wish.kind,
        way=amendment.way,
        stage=amendment.stage,
        label=amendment.stage.label,
        order_id=amendment.order_id,
        api_request_id=amendment.api_request_id,
        changes=amendment.differences,
        unclear=amendment.unclear,
        by=wish.by,
        reason=wish.reason,
        request_id=wish.request_id,
        asked_at=wish.asked_at,
        submitted_at=amendment.written_at,
        overdue_at=amendment.overdue_at,
        ended_at=amendment.ended_at,
        ended_by=amendment.ended_by,
        words=amendment.words,
    )


def _queued_report(state: FilingState) -> QueuedReport | None:
    wish = state.queued
    if wish is None:
        return None
    return QueuedReport(
        kind=wish.kind,
        summary=told_wish(state, wish),
        accept_reset=list(wish.accept_reset),
        by=wish.by,
        request_id=wish.request_id,
        asked_at=wish.asked_at,
    )


def _meaning(code: str) -> str:
    return ReasonCode(code).label if code in ReasonCode.__members__ else ""
