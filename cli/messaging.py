"""The commands that send a message to a filing and print its answer."""

from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import ValidationError

from cli.context import locate, sender
from cli.exits import CliError, Exit
from cli.filings import Filings
from cli.options import Common
from cli.output import console, print_json
from filing.messages import Confirm, LookNow, OperatorMessage, Pause, Release, Resume, ReviewWord, SendTest
from filing.vocabulary import Carrier

Message = TypeVar("Message", bound=OperatorMessage)

_MESSAGES: dict[str, type[OperatorMessage]] = {
    "look_now": LookNow,
    "pause": Pause,
    "resume": Resume,
    "release": Release,
    "test_send": SendTest,
    "confirm": Confirm,
}

_WORDS = (
    f"review {'|'.join(ReviewWord)}",
    f"usable {'|'.join(Carrier)}",
    f"test delivered {'|'.join(Carrier)}",
)


def compose(kind: type[Message], **fields: Any) -> Message:
    """Make a message of what was typed.

    Raises:
        CliError: A value is not of its option's kind (2); the text names each option.
    """
    try:
        return kind.model_validate(fields)
    except ValidationError as failure:
        problems = [
            {
                "option": f"--{str(error['loc'][0]).replace('_', '-')}",
                "problem": f"{error['msg']}, got {error['input']!r}",
            }
            for error in failure.errors(include_url=False)
        ]
        told = "\n".join(f"{one['option']}: {one['problem']}" for one in problems)
        raise CliError(Exit.UNREADABLE, told, {"problems": problems}) from failure


def read_word(words: Sequence[str]) -> dict[str, str]:
    """What a person vouches for, as the fields of the message ``confirm``.

    Raises:
        CliError: It is none of the three forms (2).
    """
    match [word.lower() for word in words]:
        case ["review", verdict] if verdict in [*ReviewWord]:
            return {"review": verdict}
        case ["usable", carrier] if carrier in [*Carrier]:
            return {"usable": carrier}
        case ["test", "delivered", carrier] if carrier in [*Carrier]:
            return {"test_delivered": carrier}
    forms = "\n".join(f"  starter.py confirm NAME {form}" for form in _WORDS)
    raise CliError(Exit.UNREADABLE, f"{' '.join(words)!r} is no word to give; there are\n{forms}")


async def confirm(sign_name: str, common: Common, *, words: Sequence[str], by: str | None, reason: str) -> Exit:
    """Give a person's word.

    Raises:
        CliError: It is no word to give (2), or as for ``send``.
    """
    return await send(sign_name, common, "confirm", by=by, reason=reason, **read_word(words))


async def send(sign_name: str, common: Common, name: str, *, by: str | None, **fields: object) -> Exit:
    """Send one message and print the answer.

    Args:
        sign_name: Which filing.
        common: Options.
        name: Name of the update.
        by: Who sends it, ``user@host`` where none is given.
        **fields: What else the message carries.

    Raises:
        CliError: The filing refuses it (3), is not open (4), or no worker took it (5).
    """
    message = compose(_MESSAGES[name], by=sender(by), **fields)
    filings = await Filings.connect(common.connection)
    workflow_id = await locate(filings, common, sign_name)
    answer = await filings.send(workflow_id, name, message)
    if common.as_json:
        print_json({"workflow_id": workflow_id, "message": name, "answer": answer})
    else:
        console().print(answer)
    return Exit.DONE
