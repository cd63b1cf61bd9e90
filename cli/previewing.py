"""Dry runs: what an edit, a re-file or a deletion would do, asked of the filing without sending anything."""

from typing import Any

from cli.exits import CliError, Exit
from cli.filings import Filings
from cli.output import console, fail, print_json
from cli.rendering import preview_view
from filing.messages import Delete, Edit, Refile
from filing.preview import Preview, PreviewRequest
from gateway.errors import RefusedError
from gateway.signing import sign_parameters


async def dry_run(
    filings: Filings, workflow_id: str, sign_name: str, message: Edit | Refile | Delete, *, as_json: bool
) -> Exit:
    """Show what a message would do.

    Returns:
        ``DONE``, or ``REFUSED`` where the filing would refuse it.

    Raises:
        CliError: The filing is not open (4), or no worker answers (5).
    """
    name = type(message).__name__.lower()
    preview = await filings.preview(workflow_id, PreviewRequest.model_validate({name: message}))
    parameters = _parameters(preview, sign_name)
    told = preview.model_dump(mode="json")
    document = {"workflow_id": workflow_id, "message": name, **told, "parameters": parameters}
    if not as_json:
        console().print(preview_view(preview, sign_name, parameters))
    if preview.refusal:
        return fail(CliError(Exit.REFUSED, f"would be refused: {preview.refusal}"), as_json=as_json, done=document)
    if as_json:
        print_json(document)
    return Exit.DONE


def _parameters(preview: Preview, sign_name: str) -> dict[str, Any]:
    """What the operation would be called with, by the platform's own names."""
    application = preview.application
    match preview.operation:
        case "DeleteSmsSign":
            return {"SignName": sign_name}
        case "UpdateSmsSign" if application is not None:
            try:
                return sign_parameters(application)
            except RefusedError:
                # A source that was retired; the refusal says so.
                return {}
        case "ChangeSignatureQualification" if application is not None:
            letter = application.authorization_letter_id
            return {"SignatureName": sign_name, "QualificationId": application.qualification_id} | (
                {} if letter is None else {"AuthorizationLetterId": letter}
            )
        case _:
            return {}
