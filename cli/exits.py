"""Exit codes, and the one kind of error that a command ends with."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Any


class Exit(IntEnum):
    """What the exit code of a command says; scripts may rely on the numbers."""

    DONE = 0
    BROKEN = 1
    UNREADABLE = 2
    REFUSED = 3
    NOT_FOUND = 4
    UNREACHABLE = 5
    WAITING = 6
    NEEDS_PERSON = 7
    INTERRUPTED = 130

    @property
    def meaning(self) -> str:
        """The code in words, for the help text."""
        return _MEANINGS[self]


_MEANINGS = {
    Exit.DONE: "done",
    Exit.BROKEN: "an error of this program",
    Exit.UNREADABLE: "input, settings or arguments cannot be read",
    Exit.REFUSED: "refused by a rule, by the filing or by the platform",
    Exit.NOT_FOUND: "no such filing",
    Exit.UNREACHABLE: "Temporal, a worker or the embedded stack does not answer",
    Exit.WAITING: "still waiting",
    Exit.NEEDS_PERSON: "did not end as hoped, a person has to look",
    Exit.INTERRUPTED: "interrupted",
}


class CliError(Exception):
    """An expected error: its text is all that a person needs, so no traceback is shown.

    Attributes:
        code: The exit code.
        message: What is wrong and what to do about it; may have several lines.
        details: The same for programs, under ``error.details`` of ``--json``.
    """

    def __init__(self, code: Exit, message: str, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = dict(details or {})
