"""What CreateSmsSign and UpdateSmsSign are sent for an application, by the platform's own names.

It loads nothing of the SDK, so that a command line can show at once what would be sent.
"""

from typing import Any

from filing.application import NEEDED_BY_THE_PLATFORM, SignatureApplication, unknown_fields
from filing.vocabulary import SignatureSource, SignatureType
from gateway.errors import RefusedError

# ``SignSource``; the numbers in between belonged to the sources that were retired (已下线).
_SIGN_SOURCES = {SignatureSource.ENTERPRISE_NAME: 0, SignatureSource.TRADEMARK: 5, SignatureSource.APP: 2}

_SIGN_TYPES = {SignatureType.VERIFICATION: 0, SignatureType.GENERAL: 1}


def sign_parameters(application: SignatureApplication) -> dict[str, Any]:
    """Translate an application into the parameters of ``CreateSmsSign`` and ``UpdateSmsSign``.

    Args:
        application: The whole application: an edit replaces the material as a whole, not field by field.

    Returns:
        The parameters that are sent, in the order of the platform's reference; what is left out is not sent.

    Raises:
        RefusedError: The platform retired the application's source (help page, step 2), or nobody knows what the
            platform has in a field that would be sent (of an adopted signature, 存量签名).
    """
    unknown = [field for field in unknown_fields(application) if field in NEEDED_BY_THE_PLATFORM]
    if unknown:
        raise RefusedError(
            f"{', '.join(unknown)}: unknown, as the platform does not return it; nothing was sent",
            advice="name it first by an edit: " + " ".join(f"--set {field}=VALUE" for field in unknown),
        )
    source = _SIGN_SOURCES.get(application.source)
    if source is None:
        raise RefusedError(
            f"the platform no longer takes the source {application.source} ({application.source.label})",
            advice="use the enterprise's full or short name (企事业单位名)",
        )
    parameters = {
        "SignName": application.sign_name,
        "SignSource": source,
        "SignType": _SIGN_TYPES[application.sign_type],
        "ThirdParty": application.third_party,
        "QualificationId": application.qualification_id,
        "AuthorizationLetterId": application.authorization_letter_id,
        "TrademarkId": application.trademark_id,
        "AppIcpRecordId": application.app_icp_record_id,
        "ApplySceneContent": application.app_link if application.source is SignatureSource.APP else None,
        "MoreData": list(application.supporting_files) or None,
        "Remark": application.remark or None,
    }
    return {name: value for name, value in parameters.items() if value is not None}
