"""The card that the Temporal Web UI shows for a filing (User Metadata tab), in Markdown, with absolute dates only.

Nothing runs while a filing waits, so an age or a countdown would be wrong an hour later.
"""

from datetime import datetime

from filing.adopting import told_findings
from filing.advice import advise, told_together
from filing.amending import in_review, told_wish
from filing.calendar import shown, shown_deadline
from filing.papers import waits_only
from filing.readiness import readiness
from filing.round_state import RoundState
from filing.state import FilingState
from filing.verification import next_round_wake
from filing.vocabulary import Carrier, CarrierStatus, ReasonCode, ReviewStatus

_SAID_BY_STATUS = {
    ReasonCode.NON_REGISTER,
    ReasonCode.REGISTERING,
    ReasonCode.DETECTING,
    ReasonCode.DETECT_SUCCESS,
}
"""Reasons that say no more than the status beside them."""


def filing_card(state: FilingState, now: datetime) -> str:
    """The card of a whole filing: phase, a row per carrier, and what a person must do."""
    application = state.application
    lines = [
        f"## 【{application.sign_name}】 审核 (review): {state.review.status.label}; 可用 (usable): {_usable(state)}",
        "",
        f"**{state.phase.label}** `{state.phase}`" + (" (paused)" if state.paused else ""),
        "",
        f"审核 (review): **{state.review.status.label}**"
        + _since(", since", state.review.reviewed_at or state.review.submitted_at)
        + _due(state),
        "",
        *_edit(state),
        *_waited_for(state),
        *_go_live(state, now),
        "| carrier | status | round | reasons | next date |",
        "|---|---|---|---|---|",
        *(_row(state, carrier) for carrier in Carrier),
        "",
    ]
    guard = state.guard
    if guard.expires_at is not None:
        traffic = f"last traffic known {guard.last_traffic_on}" if guard.last_traffic_on else "no traffic known"
        lines += [f"Lapses about **{shown_deadline(guard.expires_at)}** without a send ({traffic}).", ""]
    lines += _words(state)
    if state.actions:
        lines.append("### What a person must do")
        advices = [advise(action, application.sign_name, application.account) for action in state.actions]
        for advice in told_together(advices):
            commands = "  \n".join(f"   `{command}`" for command in advice.commands)
            lines.append(f"1. {advice.what}  \n   *{advice.why}*  \n{commands}")
    else:
        lines.append("Nothing to do.")
    return "\n".join(lines)


def round_card(sign_name: str, opened: RoundState) -> str:
    """The card of one carrier's round."""
    lines = [
        f"## 【{sign_name}】 {opened.carrier.label} round {opened.round}: {opened.status.label} `{opened.status}`",
        "",
        f"报备中 since {shown(opened.submitted_at)}, result due {shown_deadline(opened.due_at)}, "
        f"unusual after {shown_deadline(opened.stalled_at)}" + (" (estimates)" if opened.estimated else ""),
        "",
        f"Test messages: {opened.spent} sent, {len(opened.delivered)} delivered.",
    ]
    if opened.tests:
        lines += ["", "| test | number | sent | result |", "|---|---|---|---|"]
        lines += [
            f"| {t.number} | {t.phone} | {shown(t.accepted_at or t.intended_at)} | {t.state} {t.code} |"
            for t in opened.tests
        ]
    return "\n".join(lines)


def _usable(state: FilingState) -> str:
    """Where it can be used; how far changes with time, so it is for the command line to say."""
    usable = [
        carrier.label
        for carrier, known in state.carriers.items()
        if known.status is CarrierStatus.REGISTERED or known.usable_word is not None
    ]
    return " ".join(usable) or "nowhere yet"


def _waited_for(state: FilingState) -> list[str]:
    """What the check waits for without anybody's help: the review of the qualification (资质审核中)."""
    if state.review.submitted_at is not None or not waits_only(state.findings):
        return []
    return [f"Waiting: {told_findings(state.findings)}", ""]


def _go_live(state: FilingState, now: datetime) -> list[str]:
    """The day on which it is needed, against the dates of its filing."""
    seen = readiness(state, now)
    if seen.needed_by is None or seen.outlook is None:
        return []
    latest = f", latest {shown_deadline(seen.latest)}" if seen.latest else ""
    return [f"Needed by **{seen.needed_by}**: {seen.outlook.label}{latest} ({seen.why}).", ""]


def _since(word: str, moment: datetime | None) -> str:
    return f"{word} {shown(moment)}" if moment else ""


def _due(state: FilingState) -> str:
    overdue_at = state.review.overdue_at
    if state.review.status is not ReviewStatus.IN_REVIEW or overdue_at is None:
        return ""
    return f", overdue after {shown_deadline(overdue_at)}"


def _edit(state: FilingState) -> list[str]:
    """The edit or re-file at work, or how the last one ended, and what waits."""
    lines = []
    if (amendment := state.amendment) is not None:
        kind, moment = amendment.wish.kind, amendment.ended_at or amendment.written_at
        order = f", order {amendment.order_id}" if amendment.order_id else ""
        due = (
            f", overdue after {shown_deadline(amendment.overdue_at)}"
            if in_review(state) and amendment.overdue_at
            else ""
        )
        unclear = ", unclear whether it arrived" if amendment.unclear else ""
        words = f": {amendment.words}" if amendment.words else ""
        state_of = f"**{amendment.stage.label}**{unclear}{_since(', since', moment)}{due}"
        lines += [f"{kind.label} ({kind}){order}: {state_of}{words}", ""]
    if state.queued is not None:
        lines += [f"Waiting: {told_wish(state, state.queued)}", ""]
    return lines


def _words(state: FilingState) -> list[str]:
    """What people vouch for, apart from what the platform shows."""
    lines = []
    for carrier, known in state.carriers.items():
        if (word := known.usable_word) is not None:
            lines.append(f"- {carrier.label} {carrier} usable: {word.by}, {shown(word.at)} {word.reason}".rstrip())
        if known.told_deliveries:
            last = known.told_deliveries[-1]
            lines.append(f"- {carrier.label} {carrier} a test message arrived: {last.by}, {shown(last.at)}")
    return ["### A person's word (人工确认), not the platform's", "", *lines, ""] if lines else []


def _row(state: FilingState, carrier: Carrier) -> str:
    known = state.carriers.get(carrier)
    if known is None:
        return f"| {carrier.label} {carrier} | {CarrierStatus.NOT_FILED.label} | - | | |"
    reasons = " ".join(reason.code for reason in known.reasons if reason.code not in _SAID_BY_STATUS)
    status = f"**{known.status.label}** `{known.status}`"
    return (
        f"| {carrier.label} {carrier} | {status} | {known.rounds or '-'} | {reasons} | {_next_date(state, carrier)} |"
    )


def _next_date(state: FilingState, carrier: Carrier) -> str:
    known = state.carrier(carrier)
    opened = known.last_round
    if known.round_open and opened is not None:
        if known.status is CarrierStatus.REGISTERING:
            return f"result due {shown_deadline(opened.due_at)}"
        wake = next_round_wake(opened, state.policy)
        return f"{wake[1].split(' for ')[0]} {shown_deadline(wake[0])}" if wake else ""
    if known.status is CarrierStatus.REGISTERED and state.guard.expires_at is not None:
        return f"lapses about {shown_deadline(state.guard.expires_at)}"
    return ""
