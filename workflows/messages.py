"""How a filing takes messages from people: each as an update, which is answered, and as a signal of the same name.

Nothing that anybody sends may wedge a workflow. Signal handlers take one raw payload, decode it themselves and never
raise; an update is refused by its validator; what was refused as a signal is recorded. See ``engine.interceptors``
for what goes wrong before a handler runs.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from engine.converter import field_errors
from filing.messages import (
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
    SendTest,
)
from filing.objections import Objection

NOTHING = RawValue(Payload())
"""Stands for a message without a payload, as an empty form of the Web UI sends it."""

MESSAGES: dict[str, tuple[type[OperatorMessage], str]] = {
    "look_now": (LookNow, 'Read the platform now. Example: {"by": "Li"}'),
    "pause": (Pause, 'Stop reading and sending until resumed. Example: {"by": "Li", "reason": "moving"}'),
    "resume": (Resume, 'Go on after a pause. Example: {"by": "Li"}'),
    "release": (Release, 'Stop following the signature; deletes nothing. Example: {"by": "Li"}'),
    "test_send": (SendTest, 'Send a batch of billable test messages. Example: {"carrier": "mobile", "by": "Li"}'),
    "edit": (
        Edit,
        "编辑签名: change the application and hand it in anew; the carriers may be filed again. "
        'Example: {"set": {"qualification_id": 900002}, "accept_reset": "mobile,unicom", "by": "Li"}',
    ),
    "refile": (
        Refile,
        '重新报备: file again as it is. Example: {"reason": "lapsed", "carrier": "telecom", "by": "Li"}',
    ),
    "confirm": (
        Confirm,
        "人工确认: your word where the platform gives none. "
        'Example: {"review": "approved", "by": "Li"} or {"usable": "mobile"} or {"test_delivered": "mobile"}',
    ),
    "delete": (
        Delete,
        'Delete at the platform FOR EVER (删除后不可恢复). Example: {"confirm": "the sign name", "by": "Li"}',
    ),
    "replace": (
        Replace,
        'This signature takes the place of an old one. Example: {"old": "the old sign name", "by": "Li"}',
    ),
}
"""What people may send, by the name of the update and of the signal; with what the Web UI's form says of it."""


class TakesMessages(ABC):
    """How a message is checked, answered once, and refused; the filing supplies what is abstract here."""

    @abstractmethod
    def objection(self, message: OperatorMessage) -> Objection | None:
        """Why the state of the filing does not allow the message, or none; changes nothing."""

    @abstractmethod
    def obey(self, message: OperatorMessage, request_id: str) -> str:
        """Take a checked message and return the answer for its sender; the id is the request's, or empty."""

    @abstractmethod
    def refuse_message(self, name: str, why: str) -> None:
        """Note that a message was refused."""

    @abstractmethod
    def earlier_answer(self, request_id: str) -> str | None:
        """The answer that a request of this id was given before."""

    @abstractmethod
    def remember_answer(self, request_id: str, answer: str) -> None:
        """Keep the answer to a request."""

    def _admit(self, name: str, raw: RawValue) -> OperatorMessage:
        """Decode a message and refuse it with field errors or with the reason of the state; changes nothing."""
        message = _decoded(name, raw)
        if self.earlier_answer(_request_id(message)) is None:
            why = self.objection(message)
            if why is not None:
                raise ApplicationError(str(why), {"rule": why.rule, "command": why.command}, type="REFUSED")
        return message

    def _carry_out(self, message: OperatorMessage) -> str:
        request_id = _request_id(message)
        earlier = self.earlier_answer(request_id)
        if earlier is not None:
            return earlier
        answer = self.obey(message, _given_id(message))
        if request_id:
            self.remember_answer(request_id, answer)
        return answer

    def _take_signal(self, name: str, raw: RawValue) -> None:
        try:
            self._carry_out(self._admit(name, raw))
        except ApplicationError as refusal:
            self.refuse_message(name, refusal.message)


def _handlers(name: str) -> tuple[Any, Any]:
    """The update and the signal of a message, which differ only in who hears of a refusal.

    ``self`` bears no annotation: the SDK would count it among the arguments.
    """
    description = MESSAGES[name][1]

    async def update(self, message: RawValue = NOTHING) -> str:  # type: ignore[no-untyped-def]  # see above
        answer: str = self._carry_out(_decoded(name, message))
        return answer

    def validate(self, message: RawValue = NOTHING) -> None:  # type: ignore[no-untyped-def]  # see above
        self._admit(name, message)

    def signal(self, message: RawValue = NOTHING) -> None:  # type: ignore[no-untyped-def]  # see above
        self._take_signal(name, message)

    answered = workflow.update(name=name, description=description)(update)
    answered.validator(validate)
    return answered, workflow.signal(name=name, description=description)(signal)


class OperatorMessages(TakesMessages):
    """The handlers themselves, an update and a signal for each message."""

    look_now, look_now_signal = _handlers("look_now")
    pause, pause_signal = _handlers("pause")
    resume, resume_signal = _handlers("resume")
    release, release_signal = _handlers("release")
    test_send, test_send_signal = _handlers("test_send")
    edit, edit_signal = _handlers("edit")
    refile, refile_signal = _handlers("refile")
    confirm, confirm_signal = _handlers("confirm")
    delete, delete_signal = _handlers("delete")
    replace, replace_signal = _handlers("replace")

    @workflow.signal(dynamic=True)
    def unknown_signal(self, name: str, args: Sequence[RawValue]) -> None:  # noqa: ARG002 - the signature is Temporal's
        """Note a signal of a name that nobody handles, instead of losing it in silence."""
        self.refuse_message(name, f"there is no such message; there are {', '.join(MESSAGES)}")


def _decoded(name: str, raw: RawValue) -> OperatorMessage:
    """Read a message.

    Raises:
        ApplicationError: It is not of the expected shape; the text names each field.
    """
    kind = MESSAGES[name][0]
    try:
        if not raw.payload.data:
            return kind()
        message: OperatorMessage = workflow.payload_converter().from_payload(raw.payload, kind)
    except (ValidationError, KeyError, RuntimeError) as failure:
        errors = field_errors(failure) if isinstance(failure, ValidationError) else []
        told = "; ".join(f"{error['field']}: {error['problem']}" for error in errors) or "expected one JSON object"
        raise ApplicationError(told, errors, type="BAD_MESSAGE") from None
    return message


def _given_id(message: OperatorMessage) -> str:
    update = workflow.current_update_info()
    return message.request_id or (update.id if update else "")


def _request_id(message: OperatorMessage) -> str:
    given = _given_id(message)
    # By kind: people number their tickets, and pause and resume on one ticket are two requests.
    return f"{type(message).__name__}:{given}" if given else ""
