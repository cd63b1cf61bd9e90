"""Editing (编辑签名) and filing again (重新报备): from the wish to the verdict of its review, as changes of the state.

No operation of the platform files a carrier again. What does is handing the signature in anew: after its review the
platform files the carriers by itself (help page, 报备状态详解与故障排查). While it is reviewed the platform goes on
showing the material approved before, so its verdict is known by its order id, by a status that changes, or from a
person.
"""

from datetime import datetime

from filing.adopting import ask_about_gaps, compare_adopted, corrections
from filing.amendment import Amendment, AmendmentKind, AmendmentStage, Wish
from filing.application import SignatureApplication, differing_fields
from filing.calendar import shown_deadline
from filing.changes import BINDING, LOCAL, apply_changes, told_changes
from filing.commands import console_path
from filing.messages import Edit, Refile
from filing.record import ActionCode, Event
from filing.snapshot import SignatureSnapshot
from filing.state import FilingState
from filing.vocabulary import Carrier, CarrierStatus, FilingWay, ReviewStatus

PLATFORM = "platform"

EDITABLE_REVIEWS = (ReviewStatus.APPROVED, ReviewStatus.REJECTED)
"""``UpdateSmsSign`` takes a signature that is approved or rejected (``SignStatus`` 1 or 2)."""

YOUR_WORD = "your word that these may be filed anew: "
"""In the detail of what waits; the carriers follow."""

OUTCOME_ACTIONS = (
    ActionCode.EDIT_REFUSED,
    ActionCode.EDIT_UNCLEAR,
    ActionCode.EDIT_UNANSWERED,
    ActionCode.EDIT_REJECTED,
)


def at_work(state: FilingState) -> Amendment | None:
    """The edit or re-file that is not over yet."""
    return state.amendment if state.amendment is not None and state.amendment.stage.at_work else None


def in_review(state: FilingState) -> Amendment | None:
    """The edit or re-file that was handed in and has no verdict yet."""
    amendment = at_work(state)
    return amendment if amendment is not None and amendment.stage is AmendmentStage.IN_REVIEW else None


def sends_held(state: FilingState) -> bool:
    """Whether no test message goes out: the signature is being handed in anew, or is under review."""
    return state.review.status is ReviewStatus.IN_REVIEW or at_work(state) is not None


def registering(state: FilingState) -> list[Carrier]:
    """The carriers in 报备中, during which nothing can be edited (help page: 报备期间不可编辑签名)."""
    return [c for c in Carrier if state.carrier(c).status is CarrierStatus.REGISTERING]


def in_progress(state: FilingState) -> list[str]:
    """What forbids an edit now, in words; empty where nothing does."""
    found = []
    if state.review.status is ReviewStatus.IN_REVIEW or at_work(state) is not None:
        order = at_work(state)
        number = (order.order_id if order else state.review.order_id) or "unknown"
        found.append(f"{ReviewStatus.IN_REVIEW.label}, order {number}")
    elif state.review.status is ReviewStatus.NOT_SUBMITTED:
        found.append("the signature was not seen at the platform yet")
    elif state.review.status not in EDITABLE_REVIEWS:
        found.append(f"the signature is {state.review.status.label}, which cannot be edited")
    return found + [told_registering(state, carrier) for carrier in registering(state)]


def told_registering(state: FilingState, carrier: Carrier) -> str:
    """A carrier in 报备中 with the date on which its result is due."""
    opened = state.carrier(carrier).last_round
    due = f", result due {shown_deadline(opened.due_at)}" if opened is not None else ""
    return f"{carrier.label} {carrier} {CarrierStatus.REGISTERING.label}{due}"


def take_wish(state: FilingState, message: Edit | Refile, at: datetime, request_id: str) -> str:
    """Take an edit or a re-file that the state allows: begin it now, or keep it until its time has come.

    Returns:
        What follows, in words.
    """
    if isinstance(message, Edit) and message.withdraw:
        withdraw(state, at, message.by)
        return "withdrawn: nothing waits any more"
    wish = wish_of(state, message, at, request_id)
    if state.review.submitted_at is None:
        state.queued = merged(state.queued, wish)
        return "the application is changed before it is submitted"
    if changes_only_here(state, wish):
        change_application(state, wish, at)
        return "changed here; the platform is not told of these fields"
    busy = standing_against(state, wish)
    # A click in the console writes nothing, so it waits behind no edit.
    in_console = way_of(state, wish) is FilingWay.CONSOLE and not busy
    if in_console or not (busy or state.paused or state.queued is not None):
        return begin(state, wish, at)
    joined = "merged into the edit that waits already, which now waits" if queue(state, wish, at) else "waits"
    return f"{joined} until settled: {'; '.join(busy) or 'its turn'}"


def wish_of(state: FilingState, message: Edit | Refile, at: datetime, request_id: str) -> Wish:
    """What a message asks for."""
    refile = message if isinstance(message, Refile) else None
    return Wish(
        kind=AmendmentKind.REFILE if refile else AmendmentKind.EDIT,
        changes={} if isinstance(message, Refile) else message.set,
        carriers=refile_targets(state, refile.carrier) if refile else (),
        way=refile.way if refile else None,
        accept_reset=message.accept_reset,
        by=message.by,
        reason=message.reason,
        asked_at=at,
        request_id=request_id,
    )


def refile_targets(state: FilingState, carrier: Carrier | None) -> tuple[Carrier, ...]:
    """The carriers that a re-file is about: the named one, or all that are neither filed nor being filed."""
    if carrier is not None:
        return (carrier,)
    done = (CarrierStatus.REGISTERED, CarrierStatus.REGISTERING, CarrierStatus.PENDING_VERIFICATION)
    return tuple(c for c in Carrier if state.carrier(c).status not in done)


def merged(first: Wish | None, second: Wish) -> Wish:
    """Two wishes as one: field by field the later one counts, and what either accepted is accepted."""
    if first is None:
        return second
    changes = {**first.changes, **second.changes}
    return second.model_copy(
        update={
            "kind": AmendmentKind.EDIT if changes else AmendmentKind.REFILE,
            "changes": changes,
            "carriers": tuple(dict.fromkeys((*first.carriers, *second.carriers))),
            "way": second.way or first.way,
            "accept_reset": tuple(dict.fromkeys((*first.accept_reset, *second.accept_reset))),
            "reason": "; ".join(filter(None, (first.reason, second.reason))),
        }
    )


def base_of(state: FilingState) -> SignatureApplication:
    """The application that the next edit builds on."""
    amendment = at_work(state)
    return amendment.application if amendment is not None else state.application


def way_of(state: FilingState, wish: Wish) -> FilingWay:
    """How a wish is carried out, by the policy unless it says so itself."""
    policy = state.policy.refile_by
    # ChangeSignatureQualification wants a signature that is approved.
    may_rebind = policy is FilingWay.CHANGE_QUALIFICATION and state.review.status is ReviewStatus.APPROVED
    if wish.kind is AmendmentKind.REFILE:
        by_policy = FilingWay.UPDATE_SIGN if policy is FilingWay.CHANGE_QUALIFICATION and not may_rebind else policy
        return wish.way or by_policy
    differing = still_to_tell(state, state.application, apply_changes(state.application, wish.changes))
    only_binding = bool(differing) and differing <= set(BINDING)
    return FilingWay.CHANGE_QUALIFICATION if may_rebind and only_binding else FilingWay.UPDATE_SIGN


def platform_differences(old: SignatureApplication, new: SignatureApplication) -> dict[str, tuple[str, str]]:
    """What differs between two applications as far as the platform is told of it."""
    return {field: values for field, values in differing_fields(old, new).items() if field not in LOCAL}


def still_to_tell(state: FilingState, old: SignatureApplication, new: SignatureApplication) -> set[str]:
    """The fields that differ and that the platform is told of, without those in which it is right already."""
    return set(platform_differences(old, new)) - corrections(state, new)


def change_application(state: FilingState, wish: Wish, at: datetime) -> None:
    """Change what the platform need not be told: before the submission all of it, later what it does not know.

    Of an adopted signature (存量签名) also what it has already, so that only the application was wrong or unknown.
    """
    submitted = state.review.submitted_at is not None
    local = {*LOCAL, *corrections(state, apply_changes(state.application, wish.changes))}
    changes = {field: value for field, value in wish.changes.items() if field in local or not submitted}
    wanted = apply_changes(state.application, changes)
    differing = differing_fields(state.application, wanted)
    state.application = wanted
    amendment = at_work(state)
    if amendment is not None:
        amendment.application = apply_changes(amendment.application, changes)
    if state.queued is not None and state.queued is not wish:
        # What waits would take it back.
        kept = {field: value for field, value in state.queued.changes.items() if field not in changes}
        state.queued = state.queued.model_copy(update={"changes": kept})
    if differing:
        detail = "; ".join(filter(None, (told_changes(differing), wish.reason)))
        state.record(Event.EDITED, detail, at=at, by=wish.by)
    compare_adopted(state, at)
    ask_about_gaps(state, at)


def queue(state: FilingState, wish: Wish, at: datetime) -> bool:
    """Keep a wish until nothing is in progress.

    Returns:
        Whether it was merged into one that waits already.
    """
    waits = state.queued is not None
    state.queued = merged(state.queued, wish)
    state.record(Event.EDIT_QUEUED, told_wish(state, state.queued), at=at, by=wish.by)
    ask_about_queue(state, at)
    return waits


def ask_about_queue(state: FilingState, at: datetime) -> None:
    """Show what waits as an action, with what it waits for."""
    if state.queued is None:
        state.settle(ActionCode.EDIT_QUEUED)
        return
    lacking = lacking_words(state, state.queued)
    waits_for = "; ".join(standing_against(state, state.queued))
    if not waits_for and lacking:
        waits_for = YOUR_WORD + " ".join(carrier.value for carrier in lacking)
    detail = f"{told_wish(state, state.queued)}; waits for: {waits_for or 'its turn'}"
    state.ask(ActionCode.EDIT_QUEUED, at=at, detail=detail)


def unaccepted(state: FilingState, accepted: tuple[Carrier, ...]) -> list[Carrier]:
    """Registered carriers that handing the signature in anew may put back to 报备中, and that nobody gave up."""
    return [c for c in Carrier if state.carrier(c).status is CarrierStatus.REGISTERED and c not in accepted]


def told_wish(state: FilingState, wish: Wish) -> str:
    """A wish in words: what kind, the fields that change, and why."""
    return told(wish, differing_fields(state.application, apply_changes(state.application, wish.changes)))


def told(wish: Wish, differences: dict[str, tuple[str, str]]) -> str:
    """A wish with its differences in words."""
    about = told_changes(differences) or " ".join(f"{c.label} {c}" for c in wish.carriers)
    return "; ".join(filter(None, (f"{wish.kind.label} {about}".strip(), wish.reason)))


def drop_queue(state: FilingState, at: datetime, by: str, why: str) -> None:
    """Forget what waits."""
    if state.queued is not None:
        state.record(Event.EDIT_DROPPED, f"{told_wish(state, state.queued)}; {why}", at=at, by=by)
        state.queued = None
        state.settle(ActionCode.EDIT_QUEUED)


def withdraw(state: FilingState, at: datetime, by: str) -> None:
    """Take back what waits, and what is asked about an edit that came to nothing."""
    drop_queue(state, at, by, "withdrawn")
    state.settle(ActionCode.DELETE_REFUSED)
    if at_work(state) is None:
        state.settle(*OUTCOME_ACTIONS)


def take_up_queued(state: FilingState, at: datetime) -> None:
    """Begin what waits, once nothing is in progress and every registered carrier it may touch was given up."""
    wish = state.queued
    if wish is None or state.paused or state.deletion is not None or standing_against(state, wish):
        return
    # Nothing is written on the strength of an old look.
    if state.snapshot is None or not state.snapshot.found:
        return
    wanted = apply_changes(state.application, wish.changes)
    if wish.kind is AmendmentKind.EDIT and not still_to_tell(state, state.application, wanted):
        drop_queue(state, at, "workflow", "it changes nothing at the platform any more")
        change_application(state, wish, at)
        return
    if lacking_words(state, wish):
        ask_about_queue(state, at)
        return
    state.queued = None
    state.settle(ActionCode.EDIT_QUEUED)
    begin(state, wish, at)


def standing_against(state: FilingState, wish: Wish) -> list[str]:
    """What has to be over before a wish can be carried out; a click in the console concerns its own carriers only."""
    if way_of(state, wish) is not FilingWay.CONSOLE:
        return in_progress(state)
    others = [told_registering(state, carrier) for carrier in registering(state) if carrier not in wish.carriers]
    return [words for words in in_progress(state) if words not in others]


def lacking_words(state: FilingState, wish: Wish) -> list[Carrier]:
    """The registered carriers that a wish may cost and that nobody gave up."""
    return [] if way_of(state, wish) is FilingWay.CONSOLE else unaccepted(state, wish.accept_reset)


def changes_only_here(state: FilingState, wish: Wish) -> bool:
    """Whether a wish changes nothing of what would be handed in next, but something that the platform is not told."""
    before = apply_changes(base_of(state), state.queued.changes if state.queued else {})
    after = apply_changes(before, wish.changes)
    return bool(differing_fields(before, after)) and not still_to_tell(state, before, after)


def begin(state: FilingState, wish: Wish, at: datetime) -> str:
    """Begin to carry out a wish that the state allows now; what follows, in words."""
    state.settle(*OUTCOME_ACTIONS)
    way = way_of(state, wish)
    if way is FilingWay.CONSOLE:
        return ask_in_console(state, wish, at)
    wanted = apply_changes(state.application, wish.changes)
    shown = state.snapshot
    state.amendment = Amendment(
        wish=wish,
        way=way,
        application=wanted,
        differences=differing_fields(state.application, wanted),
        order_before=(shown.order_id if shown else None) or state.review.order_id,
        qualification_before=shown.qualification_id if shown else None,
        approved_before=approved(shown) if shown else state.review.status is ReviewStatus.APPROVED,
    )
    operation = "UpdateSmsSign" if way is FilingWay.UPDATE_SIGN else "ChangeSignatureQualification"
    affected = " ".join(f"{c.label} {c}" for c in Carrier)
    return f"handed in anew by {operation}; the platform may file all carriers again: {affected}"


def ask_in_console(state: FilingState, wish: Wish, at: datetime) -> str:
    """Ask a person for the click on 报备 that no operation of the platform can do."""
    for carrier in wish.carriers:
        detail = f"asked {shown_deadline(at)}" + (f"; {wish.reason}" if wish.reason else "")
        state.ask(ActionCode.REFILE_IN_CONSOLE, at=at, carrier=carrier, detail=detail)
        state.record(Event.REFILE_IN_CONSOLE, wish.reason, at=at, by=wish.by, carrier=carrier)
    told = " ".join(f"{c.label} {c}" for c in wish.carriers)
    return f"asked of a person in the console for {told}: {console_path(state.application.sign_name)}"


def unclear_ask_at(state: FilingState) -> datetime | None:
    """When a person is asked about a write whose answer was lost, if nothing shows by then that it arrived."""
    amendment = in_review(state)
    if amendment is None or not amendment.unclear or amendment.unclear_told or amendment.written_at is None:
        return None
    return amendment.written_at + state.policy.send_unclear_after


def approved(snapshot: SignatureSnapshot | None) -> bool:
    """Whether a snapshot shows an approved signature."""
    return snapshot is not None and snapshot.review is ReviewStatus.APPROVED
