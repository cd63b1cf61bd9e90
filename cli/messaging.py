"""The commands that send a message to a filing and print its answer."""

from cli.context import locate, sender
from cli.exits import Exit
from cli.filings import Filings
from cli.options import Common
from cli.output import console, print_json
from filing.messages import LookNow, OperatorMessage, Pause, Release, Resume, SendTest

_MESSAGES: dict[str, type[OperatorMessage]] = {
    "look_now": LookNow,
    "pause": Pause,
    "resume": Resume,
    "release": Release,
    "test_send": SendTest,
}


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
    message = _MESSAGES[name].model_validate({"by": sender(by), **fields})
    filings = await Filings.connect(common.connection)
    workflow_id = await locate(filings, common, sign_name)
    answer = await filings.send(workflow_id, name, message)
    if common.as_json:
        print_json({"workflow_id": workflow_id, "message": name, "answer": answer})
    else:
        console().print(answer)
    return Exit.DONE
