"""What a filing does with the messages that it takes, without an engine; see ``workflows.orders``."""

from datetime import datetime

from filing import steps
from filing.amending import (
    begin,
    change_application,
    changes_only_here,
    merged,
    queue,
    standing_against,
    way_of,
    wish_of,
    withdraw,
)
from filing.amendment import Deletion
from filing.messages import Confirm, Delete, Edit, OperatorMessage, Pause, Refile, Release, Resume
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
    if changes_only_here(state, wish):
        change_application(state, wish, at)
        return
    busy = standing_against(state, wish)
    in_console = way_of(state, wish) is FilingWay.CONSOLE and not busy
    if in_console or not (busy or state.paused or state.queued is not None):
        begin(state, wish, at)
    else:
        queue(state, wish, at)
