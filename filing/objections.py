"""Why a message is refused: each refusal names the rule, the reason, and the command that would work.

Everything here only looks at the state; messages are refused before they leave a trace.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from filing.adopting import needed_for
from filing.amending import (
    EDITABLE_REVIEWS,
    at_work,
    base_of,
    changes_only_here,
    in_progress,
    in_review,
    merged,
    refile_targets,
    sends_held,
    standing_against,
    unaccepted,
    way_of,
    wish_of,
)
from filing.amendment import Wish
from filing.application import SignatureApplication, differing_fields
from filing.calendar import beijing_date
from filing.changes import apply_changes
from filing.commands import accept_option, command_line, set_options, text_option
from filing.deadlines import is_gone
from filing.messages import (
    Amends,
    Confirm,
    Delete,
    Edit,
    LookNow,
    OperatorMessage,
    Pause,
    Refile,
    Release,
    Replace,
    Resume,
    ReviewWord,
    SendTest,
)
from filing.naming import check_changes
from filing.review_words import unchanged_since
from filing.state import FilingState
from filing.verification import tests_on
from filing.vocabulary import Carrier, CarrierStatus, FilingWay, ReviewStatus
from filing.vouching import VOUCHABLE

TRAFFIC_FORBIDS_DELETE = timedelta(days=30)
"""A signature that carried messages so lately is hardly one that nobody needs."""

_NO_EDIT_MEANWHILE = "help page, 报备中: 报备期间不可编辑签名，不可重新触发报备; UpdateSmsSign: not while 审核中"
_UPDATE_STATES = "UpdateSmsSign: only a signature that is approved or rejected (SignStatus 1, 2)"
_RESETS = "help page, 报备成功: 更新后需要重新报备，报备状态变为报备中"


@dataclass(frozen=True)
class Objection:
    """One refusal.

    Attributes:
        why: What stands against it.
        rule: The rule, with its source; empty where it speaks for itself.
        command: A command that would work, empty where only waiting helps.
    """

    why: str
    rule: str = ""
    command: str = ""

    def __str__(self) -> str:
        rule = f" (rule: {self.rule})" if self.rule else ""
        return f"{self.why}{rule}" + (f"; try: {self.command}" if self.command else "")


def objection_to(state: FilingState, message: OperatorMessage, at: datetime) -> Objection | None:
    """Why the state does not allow a message, or none; changes nothing."""
    if state.phase.closed:
        return Objection(f"the filing is {state.phase.label} ({state.phase})", command="starter.py submit FILE")
    if state.deletion is not None and not isinstance(message, Pause | Resume | Release):
        return Objection("the signature is being deleted", command=command_for(state, "status"))
    match message:
        case LookNow() if state.paused:
            return _paused(state)
        case SendTest():
            return _to_test(state, message, at)
        case Edit():
            return _to_edit(state, message, at)
        case Refile():
            return _to_refile(state, message, at)
        case Confirm():
            return _to_confirm(state, message)
        case Delete():
            return _to_delete(state, message, at)
        case Replace():
            return _to_replace(state, message)
        case _:
            return None


def command_for(state: FilingState, verb: str, *further: str) -> str:
    """A command on the signature of this filing."""
    return command_line(verb, state.application.sign_name, state.application.account, *further)


def _paused(state: FilingState) -> Objection:
    return Objection("the filing is paused; resume it first", command=command_for(state, "resume"))


def _to_test(state: FilingState, message: SendTest, at: datetime) -> Objection | None:
    if state.paused:
        return _paused(state)
    amendment = at_work(state)
    if amendment is not None and state.review.status is not ReviewStatus.IN_REVIEW:
        return Objection(f"an {amendment.wish.kind} is under way; nothing is sent before its verdict")
    review = state.review.status
    if review is not ReviewStatus.APPROVED:
        return Objection(f"the signature is {review.label}; test messages need {ReviewStatus.APPROVED.label}")
    most = state.policy.tests_per_day
    for carrier in chosen(message.carrier):
        registering = state.carrier(carrier).status is CarrierStatus.REGISTERING
        if registering and not state.policy.trial_while_registering:
            return Objection(
                f"{carrier.label} {carrier} is {CarrierStatus.REGISTERING.label}",
                "policy trial_while_registering: no trial before the carrier's answer",
                command_for(state, "status"),
            )
        if tests_on(state.carrier(carrier), at) >= most:
            return Objection(
                f"{most} test messages went to {carrier.label} {carrier} today; the policy allows no more a day"
            )
    return None


def chosen(carrier: Carrier | None) -> list[Carrier]:
    """The named carrier, or all."""
    return [carrier] if carrier else list(Carrier)


def _to_edit(state: FilingState, message: Edit, at: datetime) -> Objection | None:
    if message.withdraw:
        others = message.set or message.accept_reset or message.when_settled
        alone = command_for(state, "edit", "--withdraw")
        return Objection("withdraw goes with nothing else; say it alone", command=alone) if others else None
    waits = state.queued is not None
    if not message.set and not (waits and message.accept_reset):
        return Objection("nothing is to be changed", command=command_for(state, "edit", "--set FIELD=VALUE"))
    if message.set and (wrong := _wrong_changes(state, message, at)):
        return wrong
    if state.review.submitted_at is None:
        return None
    if changes_only_here(state, wish_of(state, message, at, "")):
        return None
    wanted = apply_changes(base_of(state), merged(state.queued, wish_of(state, message, at, "")).changes)
    differing = differing_fields(base_of(state), wanted)
    if not differing and not (waits and not message.set):
        return _nothing_new(state)
    may_wait = message.when_settled or not message.set
    options = [*set_options(message.set), *text_option("--reason", message.reason)]
    if unknown := needed_for(wanted, way_of(state, merged(state.queued, wish_of(state, message, at, "")))):
        return _unknown(state, unknown, options)
    return _to_amend(state, message, wanted, "edit", options, may_wait=may_wait)


def _nothing_new(state: FilingState) -> Objection:
    return Objection(
        "nothing would change: the application has these values already",
        command=command_for(state, "refile", "--reason TEXT")
        if refile_targets(state, None)
        else command_for(state, "status"),
    )


def _unknown(state: FilingState, fields: Sequence[str], options: Sequence[str]) -> Objection:
    """An adopted signature (存量签名) is handed in as a whole, and nothing is handed in that nobody knows."""
    named = [f"--set {field}={field.upper()}" for field in fields]
    return Objection(
        f"{', '.join(fields)} of this adopted signature: unknown; name it first",
        "UpdateSmsSign takes the material as a whole, and GetSmsSign returns neither source nor type",
        command_for(state, "edit", *options, *named),
    )


def _wrong_changes(state: FilingState, message: Edit, at: datetime) -> Objection | None:
    """What the naming and source rules say of the application that would come of it."""
    wish = merged(state.queued, wish_of(state, message, at, ""))
    wanted = apply_changes(base_of(state), wish.changes)
    before = {finding.code for finding in check_changes(base_of(state))}
    found = [f for f in check_changes(wanted) if f.rejects and (f.code not in before or f.field in wish.changes)]
    if not found:
        return None
    return Objection("; ".join(f"{f.field} {f.part}: {f.rule}; {f.advice}" for f in found))


def _to_refile(state: FilingState, message: Refile, at: datetime) -> Objection | None:
    if state.review.submitted_at is None:
        return Objection("nothing was submitted yet", command=command_for(state, "status"))
    targets = refile_targets(state, message.carrier)
    if not targets:
        shown = ", ".join(f"{c.label} {state.carrier(c).status.label}" for c in Carrier)
        return Objection(f"no carrier has to be filed again: {shown}", command=command_for(state, "status"))
    wish = wish_of(state, message, at, "")
    way = way_of(state, wish)
    if way is FilingWay.CONSOLE:
        return _to_console(state, message, wish)
    if way is FilingWay.CHANGE_QUALIFICATION and state.review.status is ReviewStatus.REJECTED:
        reason = [*text_option("--reason", message.reason), *(["--unchanged"] if state.rejection else [])]
        return Objection(
            f"the signature is {state.review.status.label}",
            "ChangeSignatureQualification: the signature must be approved",
            command_for(state, "refile", *text_option("--carrier", message.carrier), "--way update_sign", *reason),
        )
    options = [
        *text_option("--carrier", message.carrier),
        *text_option("--way", message.way),
        *text_option("--reason", message.reason),
    ]
    if unknown := needed_for(base_of(state), way):
        return _unknown(state, unknown, [])
    return _to_amend(state, message, base_of(state), "refile", options, may_wait=message.when_settled)


def _to_console(state: FilingState, message: Refile, wish: Wish) -> Objection | None:
    review = state.review.status
    if review not in (ReviewStatus.APPROVED, ReviewStatus.IN_REVIEW):
        needs = f"the signature is {review.label}; 报备 needs {ReviewStatus.APPROVED.label}"
        editable = review is ReviewStatus.REJECTED
        command = command_for(state, "edit", "--set FIELD=VALUE") if editable else command_for(state, "status")
        return Objection(needs, command=command)
    busy = standing_against(state, wish)
    if busy and not message.when_settled:
        options = [
            *text_option("--carrier", message.carrier),
            *text_option("--way", message.way),
            *text_option("--reason", message.reason),
        ]
        command = command_for(state, "refile", *options, "--when-settled")
        return Objection(f"not now: {'; '.join(busy)}", _NO_EDIT_MEANWHILE, command)
    return None


def _to_amend(
    state: FilingState,
    message: Amends,
    wanted: SignatureApplication,
    verb: str,
    options: list[str],
    *,
    may_wait: bool,
) -> Objection | None:
    """What stands against handing the signature in anew as ``wanted``, now or later."""
    if is_gone(state):
        return Objection("the platform no longer knows this signature", command=command_for(state, "release"))
    if not may_wait and state.paused:
        return _paused(state)
    review = state.review.status
    if review not in (*EDITABLE_REVIEWS, ReviewStatus.IN_REVIEW, ReviewStatus.NOT_SUBMITTED):
        return Objection(f"the signature is {review.label}", _UPDATE_STATES, command_for(state, "status"))
    busy = in_progress(state)
    accepted = accept_option(message.accept_reset)
    if busy and not may_wait:
        return Objection(
            f"not now: {'; '.join(busy)}",
            _NO_EDIT_MEANWHILE,
            command_for(state, verb, *options, *accepted, "--when-settled"),
        )
    earlier = state.queued.accept_reset if state.queued else ()
    lacking = unaccepted(state, (*message.accept_reset, *earlier))
    if lacking:
        return _at_risk(state, message, verb, options, lacking)
    return _refused_before(state, message, wanted, command_for(state, verb, *options, *accepted, "--unchanged"))


def _refused_before(
    state: FilingState, message: Amends, wanted: SignatureApplication, command: str
) -> Objection | None:
    """The same again, after a review that said no to it: asked once, since it wastes a review."""
    refused = state.rejection
    if refused is None or message.unchanged or not (same := unchanged_since(refused, wanted)):
        return None
    words = f": {refused.words}" if refused.words else ""
    return Objection(
        f"the review refused order {refused.order_id or 'unknown'}{words}; nothing has changed in {', '.join(same)}",
        "what was refused is refused again; say so only if a paper was mended under its old id",
        command,
    )


def _at_risk(state: FilingState, message: Amends, verb: str, options: list[str], lacking: list[Carrier]) -> Objection:
    told = " ".join(f"{carrier.label} {carrier}" for carrier in lacking)
    waits = ["--when-settled"] if message.when_settled else []
    accepted = accept_option(dict.fromkeys((*message.accept_reset, *lacking)))
    command = command_for(state, verb, *options, *accepted, *waits)
    return Objection(f"{told} {CarrierStatus.REGISTERED.label} could be lost: {risk(state)}", _RESETS, command)


def risk(state: FilingState) -> str:
    """What a registered carrier risks: how long it may be without, and how much it is used."""
    traffic = state.guard.told_traffic
    due = state.policy.result_due
    return f"back to 报备中 for 7-10 working days or more (due after {due}), then tests and a verdict; {traffic}"


def _to_confirm(state: FilingState, message: Confirm) -> Objection | None:
    if message.review is not None:
        return _to_review_word(state, message.review)
    if state.review.submitted_at is None:
        return Objection("nothing was submitted yet", command=command_for(state, "status"))
    carrier = message.usable
    if carrier is not None and (status := state.carrier(carrier).status) not in VOUCHABLE:
        return Objection(
            f"the platform shows {carrier.label} {carrier} as {status.label}",
            "a person's word counts only where the platform gives none",
            command_for(state, "refile", "--carrier", carrier.value, "--reason TEXT"),
        )
    return None


def _to_review_word(state: FilingState, word: ReviewWord) -> Objection | None:
    amendment = in_review(state)
    if amendment is None:
        return Objection("no edit waits for its review", command=command_for(state, "status"))
    shown = state.snapshot
    if shown is not None and shown.review is ReviewStatus.IN_REVIEW:
        return Objection(
            f"the platform shows {shown.review.label}, and will show the verdict",
            "a person's word counts only where the platform gives none",
            command_for(state, "look-now"),
        )
    if word is ReviewWord.NOT_RECEIVED and not amendment.unclear:
        taken = f"the platform took it as order {amendment.order_id or 'unknown'}"
        return Objection(taken, command=command_for(state, "confirm", "review rejected"))
    return None


def _to_delete(state: FilingState, message: Delete, at: datetime) -> Objection | None:
    name = state.application.sign_name
    if message.confirm.strip("【】") != name:
        return Objection(
            f"confirm says {message.confirm}, the signature is {name}",
            "deleting is for ever (help page: 删除后签名不可用且无法恢复)",
            command_for(state, "delete", "--confirm", name),
        )
    if state.review.submitted_at is None:
        return Objection("nothing was submitted, so there is nothing to delete", command=command_for(state, "release"))
    if state.paused:
        return _paused(state)
    if sends_held(state) and not is_gone(state):
        return Objection(
            f"not now: {'; '.join(in_progress(state))}",
            "DeleteSmsSign: not while 审核中; wait, or withdraw the application in the console",
            command_for(state, "release"),
        )
    traffic = state.guard.traffic_at
    if traffic is not None and at - traffic < TRAFFIC_FORBIDS_DELETE and not message.force and not is_gone(state):
        return Objection(
            f"there was traffic on {beijing_date(traffic)}",
            f"a signature in use within {TRAFFIC_FORBIDS_DELETE.days} days is not deleted unless forced",
            command_for(state, "delete", "--confirm", name, "--force"),
        )
    return None


def _to_replace(state: FilingState, message: Replace) -> Objection | None:
    if message.old.strip("【】") == state.application.sign_name:
        return Objection("a signature cannot take its own place", command="starter.py replace OLD NEW.yaml")
    return None
