"""The commands that send a filing a message; its answer is all there is to wait for."""

from typing import Annotated

import typer

from cli.commands.shared import run, send, with_shared
from cli.options import By, Common, Reason, SignName
from filing.vocabulary import Carrier

app = typer.Typer()


@app.command("look-now", rich_help_panel="Messages to a filing")
@with_shared()
def look_now(common: Common, name: SignName, *, by: By = None) -> int:
    """Have the platform read now instead of at the next planned time."""
    return send(name, "look_now", by, common)


@app.command("test-send", rich_help_panel="Messages to a filing")
@with_shared()
def send_test(
    common: Common,
    name: SignName,
    *,
    carrier: Annotated[Carrier | None, typer.Option(help="One carrier (运营商); default: each of the three.")] = None,
    by: By = None,
) -> int:
    """Send test messages (测试短信) to the account's test phones; they are billed."""
    return send(name, "test_send", by, common, carrier=carrier)


@app.command(rich_help_panel="Messages to a filing")
@with_shared()
def confirm(
    common: Common,
    name: SignName,
    words: Annotated[list[str], typer.Argument(metavar="WORD", help="One of the three forms below.")],
    *,
    reason: Reason = "",
    by: By = None,
) -> int:
    """Give a person's word (人工确认) where the platform gives none; it is overruled by what the platform shows.

    confirm NAME review approved|rejected|not_received: what the console shows of an edit without a verdict.

    confirm NAME usable mobile|unicom|telecom: messages of all kinds arrive there.

    confirm NAME test delivered mobile|unicom|telecom: a test message arrived there, whatever its receipt says.
    """
    from cli import messaging  # noqa: PLC0415 - see cli.app

    return run(messaging.confirm(name, common, words=words, by=by, reason=reason))


@app.command(rich_help_panel="Messages to a filing")
@with_shared()
def pause(common: Common, name: SignName, *, reason: Reason = "", by: By = None) -> int:
    """Stop reading and sending until it is resumed; clocks and warnings go on."""
    return send(name, "pause", by, common, reason=reason)


@app.command(rich_help_panel="Messages to a filing")
@with_shared()
def resume(common: Common, name: SignName, *, by: By = None) -> int:
    """Go on after a pause."""
    return send(name, "resume", by, common)


@app.command(rich_help_panel="Messages to a filing")
@with_shared()
def release(common: Common, name: SignName, *, reason: Reason = "", by: By = None) -> int:
    """Stop following a signature; nothing is deleted at the platform."""
    return send(name, "release", by, common, reason=reason)
