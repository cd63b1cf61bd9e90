"""Behaviour that the platform's documentation leaves open, as named switches."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rules:
    """What the sandbox assumes where the real platform's behaviour is not documented."""

    edit_resets_carriers: bool = True
    """An approved edit puts all three carriers back to 报备中. Off: a carrier in 已报备待验证 or 报备成功 stays there.

    The help page says of 报备成功 that an update "needs filing again" and does not say whether for all carriers.
    """

    edit_blocked_while_registering: bool = True
    """UpdateSmsSign is refused while any carrier is 报备中 ("报备期间不可编辑签名" on the help page).

    So is ChangeSignatureQualification, of which the help page says nothing of its own.
    """

    edit_shows_in_review: bool = True
    """While an edit is in review, GetSmsSign answers SignStatus 0 beside the old material. Off: the old status too."""

    rebind_is_reviewed: bool = False
    """ChangeSignatureQualification goes into review like an edit. Off: the carriers are filed at once.

    Reviewed or not, what ``edit_resets_carriers`` says of an edit holds for it as well.
    """

    sign_name_max_length: int = 12
    """Longest signature name. The API reference says 12; newer naming pages are quoted with 18."""
