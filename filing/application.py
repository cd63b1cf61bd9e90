"""What an operator hands in: the application (申请) for one signature."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from filing.snapshot import without_unknown
from filing.vocabulary import UNKNOWN_LABEL, SignatureSource, SignatureType

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class StrictModel(BaseModel):
    """What a person writes: an unknown key is a mistake worth reporting, never dropped in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SignatureApplication(StrictModel):
    """One signature (签名) and the papers it rests on; the fields of ``CreateSmsSign`` under the project's names.

    The naming rules are not checked here but by ``filing.naming``, which reports every breach at once.
    """

    account: Text = "default"
    """Key of the platform account in the settings; part of the workflow id, so it never changes."""

    sign_name: Text
    """The signature without its brackets 【】, 2-12 characters."""

    source: SignatureSource = SignatureSource.ENTERPRISE_NAME
    """签名来源. 企事业单位名 is the source with the highest pass rate and the fastest (help page, step 2)."""

    company_name: Text
    """The enterprise exactly as on its licence (企业资质证照)."""

    sign_type: SignatureType = SignatureType.GENERAL
    """签名类型. 通用 serves verification codes and notifications alike, and is what the platform recommends."""

    third_party: bool = False
    """他用: the signature belongs to another company than the account's; must match the qualification's purpose."""

    qualification_id: Annotated[int, Field(gt=0)] | None
    """Id of the approved enterprise qualification (资质), the group id that the console shows.

    None only of an adopted signature (存量签名) that no qualification is bound to; see ``unknown_fields``.
    """

    authorization_letter_id: Annotated[int, Field(gt=0)] | None = None
    """委托授权书; required when ``third_party`` is true."""

    trademark_id: Annotated[int, Field(gt=0)] | None = None
    """Required when ``source`` is TRADEMARK."""

    app_icp_record_id: Annotated[int, Field(gt=0)] | None = None
    """Required when ``source`` is APP."""

    app_link: Text | None = None
    """The app's page in a store (``ApplySceneContent``); used when ``source`` is APP."""

    remark: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    """A note to the reviewer, at most 200 characters."""

    supporting_files: tuple[Text, ...] = ()
    """OSS file keys of further proof (``MoreData``)."""

    needed_by: date | None = None
    """The day on which the signature must be usable. The help page asks for ten working days ahead."""


StoredApplication = Annotated[SignatureApplication, BeforeValidator(without_unknown(SignatureApplication))]
"""What people write is strict; stored, it may hold a field of a newer version, which an older worker leaves alone."""


NEEDED_BY_THE_PLATFORM = ("source", "sign_type", "qualification_id")
"""What ``CreateSmsSign`` and ``UpdateSmsSign`` take in any case, so what must be known before one is called."""


def unknown_fields(application: SignatureApplication) -> tuple[str, ...]:
    """The fields of which nobody knows what the platform has; only an adopted signature (存量签名) may have any.

    ``GetSmsSign`` returns neither source nor type, and a company only by way of the qualification.
    """
    unknown = {
        "source": application.source is SignatureSource.UNKNOWN,
        "sign_type": application.sign_type is SignatureType.UNKNOWN,
        "company_name": application.company_name == UNKNOWN_LABEL,
        "qualification_id": application.qualification_id is None,
    }
    return tuple(field for field, missing in unknown.items() if missing)


def differing_fields(old: SignatureApplication, new: SignatureApplication) -> dict[str, tuple[str, str]]:
    """Compare two applications field by field.

    Returns:
        For each field that differs, its old and its new value in the form of a JSON text.
    """
    before, after = old.model_dump(mode="json"), new.model_dump(mode="json")
    return {name: (_shown(before[name]), _shown(after[name])) for name in before if before[name] != after[name]}


def _shown(value: object) -> str:
    return "(none)" if value in (None, "", []) else str(value)
