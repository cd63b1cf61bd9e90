"""What a filing does with the messages that it takes, without an engine; see ``workflows.orders``."""

from datetime import datetime

from filing import steps
from filing.amending import take_wish
from filing.amendment import Deletion
from filing.messages import Confirm, Delete, Edit, OperatorMessage, Pause, Refile, Release, Resume
from filing.state import FilingState
from filing.vouching import take_word


def obey(state: FilingState, message: OperatorMessage, at: datetime) -> None:
    """Do what a message asks for that nothing stands against."""
    match message:
        case Release():
            steps.close(state, at=at, by=message.by, why=message.reason)
        case Confirm():
            take_word(state, message, at)
        case Edit() | Refile():
            take_wish(state, message, at, "")
        case Pause():
            state.paused = True
        case Resume():
            state.paused = False
        case Delete():
            state.deletion = Deletion(by=message.by, force=message.force, asked_at=at)
        case _:
            raise NotImplementedError(type(message))
