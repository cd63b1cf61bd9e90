"""What a filing does with the messages that it takes, without an engine; see ``workflows.orders``."""

from datetime import datetime

from filing import steps
from filing.amending import (
    base_of,
    begin,
    change_application,
    merged,
    platform_differences,
    queue,
    way_of,
    wish_of,
    withdraw,
)
from filing.amendment import Deletion, Wish
from filing.changes import LOCAL, apply_changes
from filing.messages import Confirm, Delete, Edit, OperatorMessage, Pause, Refile, Release, Resume
from filing.objections import objection_to
from filing.state import FilingState
from filing.vocabulary import FilingWay
from filing.vouching import take_word


def obey(state: FilingState, message: OperatorMessage, at: datetime) -> None:
    """Do what a message asks for that nothing stands against."""
    match message:
        case Release():
            steps.close(state, at=at, by=message.by, why=message.reason)
        case Confirm():
            take_word(state, message, at)
        case Edit() | Refile():
            _amend(state, message, at)
        case Pause():
            state.paused = True
        case Resume():
            state.paused = False
        case Delete():
            state.deletion = Deletion(by=message.by, force=message.force, asked_at=at)
        case _:
            raise NotImplementedError(type(message))


def _amend(state: FilingState, message: Edit | Refile, at: datetime) -> None:
    if isinstance(message, Edit) and message.withdraw:
        withdraw(state, at, message.by)
        return
    wish = wish_of(state, message, at, "")
    if state.review.submitted_at is None:
        state.queued = merged(state.queued, wish)
        return
    if wish.changes and not tells_the_platform(state, wish):
        local = {field: value for field, value in wish.changes.items() if field in LOCAL}
        change_application(state, wish.model_copy(update={"changes": local}), at)
        return
    by_click = way_of(state, wish) is FilingWay.CONSOLE
    now = objection_to(state, message.model_copy(update={"when_settled": False}), at) is None
    if now and (by_click or state.queued is None):
        begin(state, wish, at)
    else:
        queue(state, wish, at)


def tells_the_platform(state: FilingState, wish: Wish) -> bool:
    """Whether a wish changes anything of what would be handed in next."""
    before = apply_changes(base_of(state), state.queued.changes if state.queued else {})
    return bool(platform_differences(before, apply_changes(before, wish.changes)))
