"""The commands ``edit``, ``refile`` and ``delete``: what changes a signature at the platform, or shows what would."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

from cli.assignments import read_assignments
from cli.context import find, sender
from cli.exits import Exit
from cli.filings import Filings
from cli.messaging import compose
from cli.options import Common
from cli.output import console
from cli.previewing import dry_run
from cli.waiting import Wait, WaitForDeletion, WaitForEdit, conclude, read_limit
from engine.names import filing_id
from filing.messages import Delete, Edit, Refile


async def edit(
    sign_name: str,
    common: Common,
    *,
    assignments: Sequence[str],
    by: str | None,
    preview: bool,
    wait: str | None,
    **options: Any,
) -> Exit:
    """Change the application and hand the signature in anew.

    Args:
        sign_name: Which filing.
        common: Options.
        assignments: Each ``field=value``.
        by: Who asks.
        preview: Only show what it would do.
        wait: How long to wait for the platform's answer.
        **options: What else the message carries.

    Raises:
        CliError: An option cannot be read (2), or as for every message.
    """
    message = compose(Edit, by=sender(by), set=read_assignments(assignments), **options)
    return await _send(sign_name, common, message, preview=preview, limit=read_limit(wait))


async def refile(
    sign_name: str, common: Common, *, by: str | None, preview: bool, wait: str | None, **options: Any
) -> Exit:
    """Have the signature filed again as it is; see ``edit`` for the arguments."""
    message = compose(Refile, by=sender(by), **options)
    return await _send(sign_name, common, message, preview=preview, limit=read_limit(wait))


async def delete(
    sign_name: str, common: Common, *, by: str | None, preview: bool, wait: str | None, **options: Any
) -> Exit:
    """Delete the signature at the platform; see ``edit`` for the arguments."""
    message = compose(Delete, by=sender(by), **options)
    return await _send(sign_name, common, message, preview=preview, limit=read_limit(wait))


async def _send(
    sign_name: str, common: Common, message: Edit | Refile | Delete, *, preview: bool, limit: timedelta | None
) -> Exit:
    name = type(message).__name__.lower()
    filings = await Filings.connect(common.connection)
    account, filed = await find(filings, common, sign_name)
    workflow_id = filing_id(account, filed)
    if preview:
        return await dry_run(filings, workflow_id, filed, message, as_json=common.as_json)
    request_id = str(uuid4())
    wait: Wait | None = None
    if limit is not None and isinstance(message, Delete):
        wait = WaitForDeletion()
    elif limit is not None:
        before = await filings.report(workflow_id)
        wait = WaitForEdit(request_id, submitted=before.review.submitted_at is not None)
    answer = await filings.send(workflow_id, name, message, request_id)
    if not common.as_json:
        console().print(answer)
    document = {"workflow_id": workflow_id, "message": name, "request_id": request_id, "answer": answer}
    return await conclude(filings, document, wait, limit, as_json=common.as_json)
