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
from filing.messages import LookNow, OperatorMessage, Pause, Release, Resume, SendTest

NOTHING = RawValue(Payload())
"""Stands for a message without a payload, as an empty form of the Web UI sends it."""

MESSAGES: dict[str, tuple[type[OperatorMessage], str]] = {
    "look_now": (LookNow, 'Read the platform now. Example: {"by": "Li"}'),
    "pause": (Pause, 'Stop reading and sending until resumed. Example: {"by": "Li", "reason": "moving"}'),
    "resume": (Resume, 'Go on after a pause. Example: {"by": "Li"}'),
    "release": (Release, 'Stop following the signature; deletes nothing. Example: {"by": "Li"}'),
    "test_send": (SendTest, 'Send a batch of billable test messages. Example: {"carrier": "mobile", "by": "Li"}'),
}
"""What people may send, by the name of the update and of the signal; with what the Web UI's form says of it."""


class RefusedMessageError(Exception):
    """A message that cannot be taken, with the reason as its text."""


class TakesMessages(ABC):
    """How a message is checked, answered once, and refused; the filing supplies what is abstract here."""

    @abstractmethod
    def check(self, message: OperatorMessage) -> None:
        """Raise ``RefusedMessageError`` where the state of the filing does not allow the message; change nothing."""

    @abstractmethod
    def obey(self, message: OperatorMessage) -> str:
        """Take a checked message and return the answer for its sender."""

    @abstractmethod
    def refuse_message(self, name: str, why: str) -> None:
        """Note that a message was refused."""

    @abstractmethod
    def earlier_answer(self, request_id: str) -> str | None:
        """The answer that a request of this id was given before."""

    @abstractmethod
    def remember_answer(self, request_id: str, answer: str) -> None:
        """Keep the answer to a request."""

    def _validate(self, name: str, raw: RawValue) -> None:
        """Refuse an update with field errors or with the reason of the state. Validators may change nothing."""
        message = _decoded(name, raw)
        if self.earlier_answer(_request_id(message)) is None:
            try:
                self.check(message)
            except RefusedMessageError as refusal:
                raise ApplicationError(str(refusal), type="REFUSED") from None

    def _answer(self, name: str, raw: RawValue) -> str:
        message = _decoded(name, raw)
        request_id = _request_id(message)
        earlier = self.earlier_answer(request_id)
        if earlier is not None:
            return earlier
        answer: str = self.obey(message)
        if request_id:
            self.remember_answer(request_id, answer)
        return answer

    def _take(self, name: str, raw: RawValue) -> None:
        try:
            message = _decoded(name, raw)
            if message.request_id and self.earlier_answer(message.request_id) is not None:
                return
            self.check(message)
            answer = self.obey(message)
            if message.request_id:
                self.remember_answer(message.request_id, answer)
        except (ApplicationError, RefusedMessageError) as refusal:
            self.refuse_message(name, _refusal_text(refusal))


def _handlers(name: str) -> tuple[Any, Any]:
    """The update and the signal of a message, which differ only in who hears of a refusal.

    ``self`` bears no annotation: the SDK would count it among the arguments.
    """
    description = MESSAGES[name][1]

    async def update(self, message: RawValue = NOTHING) -> str:  # type: ignore[no-untyped-def]  # see above
        answer: str = self._answer(name, message)
        return answer

    def validate(self, message: RawValue = NOTHING) -> None:  # type: ignore[no-untyped-def]  # see above
        self._validate(name, message)

    def signal(self, message: RawValue = NOTHING) -> None:  # type: ignore[no-untyped-def]  # see above
        self._take(name, message)

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

    @workflow.signal(dynamic=True)
    def unknown_signal(self, name: str, args: Sequence[RawValue]) -> None:  # noqa: ARG002 - the signature is Temporal's
        """Note a signal of a name that nobody handles, instead of losing it in silence."""
        self.refuse_message(name, f"there is no such message; there are {', '.join(MESSAGES)}")


def _decoded(name: str, raw: RawValue) -> Any:
    """Read a message.

    Raises:
        ApplicationError: It is not of the expected shape; the text names each field.
    """
    kind = MESSAGES[name][0]
    if not raw.payload.data:
        return kind()
    try:
        return workflow.payload_converter().from_payload(raw.payload, kind)
    except (ValidationError, KeyError, RuntimeError) as failure:
        errors = field_errors(failure) if isinstance(failure, ValidationError) else []
        told = "; ".join(f"{error['field']}: {error['problem']}" for error in errors) or "expected one JSON object"
        raise ApplicationError(told, errors, type="BAD_MESSAGE") from None


def _request_id(message: OperatorMessage) -> str:
    update = workflow.current_update_info()
    return message.request_id or (update.id if update else "")


def _refusal_text(refusal: Exception) -> str:
    return refusal.message if isinstance(refusal, ApplicationError) else str(refusal)
