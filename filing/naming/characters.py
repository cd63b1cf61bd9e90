"""What kind of character stands in a name, and which plain one it stands for.

The tables are Unicode's: the standard library's, those of ``confusable_homoglyphs`` (UTS 39) and of ``emoji``; and
OpenCC's for traditional characters. The last three take time to load, so that happens when one is first asked;
workflows never ask them.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any, Final

OPENING: Final = "【([{〔〖〘〚《〈「『（［｛<＜"
CLOSING: Final = "】)]}〕〗〙〛》〉」』）］｝>＞"

_IGNORED = (
    *((0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2065, 0x2065), (0x3164, 0x3164)),
    *((0xFE00, 0xFE0F), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0xE0000, 0xE0FFF)),
)
"""Code points that show nothing though they are no format characters (``Default_Ignorable_Code_Point``)."""

_RADICALS = (0x2E80, 0x2FDF)


def allowed(char: str) -> bool:
    """Whether a signature may hold it: Chinese characters, English letters and digits (``CreateSmsSign``)."""
    if char.isascii():
        return char.isalnum()
    return unicodedata.name(char, "").startswith("CJK UNIFIED IDEOGRAPH")


def invisible(char: str) -> bool:
    """Whether it shows nothing and is no space: zero-width characters, directions, variation selectors, controls."""
    if char.isspace():
        return False
    code = ord(char)
    return unicodedata.category(char) in ("Cf", "Cc") or any(first <= code <= last for first, last in _IGNORED)


def bracket(char: str) -> bool:
    """Whether it is a bracket of any width."""
    return char in OPENING or char in CLOSING


def folded(char: str) -> str:
    """The allowed character that is the same one in another coding, else the character itself.

    Only what nobody could mean otherwise: full-width letters and digits (全角), compatibility ideographs and radicals.
    A circled digit or a letter of another script is left alone, because it may have been meant.
    """
    if char.isascii():
        return char
    kind = unicodedata.decomposition(char).partition(" ")[0]
    same = kind in ("<wide>", "<narrow>") or not kind.startswith("<") or _radical(char)
    plain = unicodedata.normalize("NFKC", char)
    return plain if same and len(plain) == 1 and allowed(plain) else char


def full_width(char: str) -> bool:
    """Whether it is a letter or digit in its full-width form (全角)."""
    return unicodedata.decomposition(char).startswith("<wide>") and folded(char) != char


def stands_for(char: str) -> str:
    """What a foreign character would be taken for: its plain form or an allowed look-alike, empty where there is none.

    Only letters, numbers and radicals are looked up: a dash resembles 一, but who writes one means a dash.
    """
    plain = unicodedata.normalize("NFKC", char)
    if plain != char and all(allowed(part) for part in plain):
        return plain
    category = unicodedata.category(char)
    if not (category.startswith("L") or category == "Nd" or _radical(char)):
        return ""
    alike = [other for other in _alike(char) if allowed(other)]
    # A letter is taken for a letter before it is taken for a digit: О for O, not for 0.
    return min(alike, key=lambda other: unicodedata.category(other) != category, default="")


@lru_cache(maxsize=20_000)
def prototype(char: str) -> str:
    """One character for all that look like it, the same for each of them."""
    return min((char, *_alike(char)), key=lambda other: (not allowed(other), ord(other)))


def emoji_in(text: str) -> list[tuple[int, int]]:
    """Where emoji stand, as first position and the one behind; one of several characters counts as one."""
    if all(allowed(char) for char in text):
        return []
    from emoji import emoji_list  # noqa: PLC0415 - its tables take time to load

    return [(found["match_start"], found["match_end"]) for found in emoji_list(text)]


def simplified(text: str) -> str:
    """A text with every traditional character (繁体字) in its simplified form; words decide where characters do not."""
    # OpenCC takes no half of a surrogate pair.
    converted: str = _converter().convert(text.encode(errors="replace").decode())
    return converted if len(converted) == len(text) else "".join(_converter().convert(char)[:1] for char in text)


def traditional_in(name: str) -> dict[str, str]:
    """The traditional characters (繁体字) of a name with their simplified forms; one that is both is none of them."""
    return {char: plain for char, plain in zip(name, simplified(name), strict=True) if char != plain and allowed(char)}


def in_simplified_set(char: str) -> bool:
    """Whether the character set of simplified Chinese (GB 2312) has it, as 於 and 乾, which are surnames too."""
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _radical(char: str) -> bool:
    first, last = _RADICALS
    return first <= ord(char) <= last


def _alike(char: str) -> Iterator[str]:
    """All that look like a character, the nearest first.

    UTS 39 gives pairs; what looks like the same third one looks alike, too. Look-alikes of several characters, such
    as rn for m, are left out.
    """
    pairs = _homoglyphs()
    seen, waiting = {char}, [char]
    for one in waiting:
        for entry in pairs.get(one, ()):
            other = entry["c"]
            if len(other) == 1 and other not in seen:
                seen.add(other)
                waiting.append(other)
                yield other


@cache
def _homoglyphs() -> Any:
    from confusable_homoglyphs.confusables import confusables_data  # noqa: PLC0415 - a megabyte that is read then

    return confusables_data


@cache
def _converter() -> Any:
    from opencc import OpenCC  # noqa: PLC0415 - its dictionaries take time to load

    return OpenCC("t2s")
