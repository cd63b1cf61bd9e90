"""Names that recipients could not tell apart, though the platform does: it compares them character by character."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Final

from filing.naming.characters import folded, invisible, prototype
from filing.naming.findings import CREATE_SMS_SIGN, printable, warn
from filing.snapshot import Finding

CASE: Final = "case"
WIDTH: Final = "width"
INVISIBLE: Final = "invisible characters"
LOOK_ALIKE: Final = "look-alike characters"
_WAYS: Final = (CASE, WIDTH, INVISIBLE, LOOK_ALIKE)
# The look of a character is another one's once its case is changed (I and l, i and l), so one of the two at a time.
_ALL: Final = ((CASE, WIDTH, INVISIBLE), (WIDTH, INVISIBLE, LOOK_ALIKE), _WAYS)


@dataclass(frozen=True)
class SimilarName:
    """A name that differs from another one by nothing but these ``ways``, the fewest that tell them apart."""

    name: str
    ways: tuple[str, ...]


def similar_names(name: str, existing: Iterable[str]) -> list[SimilarName]:
    """The names that look like one and are not it: another case, width, an invisible or a confusable character.

    Args:
        name: A signature.
        existing: Others; the very same name is none of them.
    """
    wanted = [_key(name, ways) for ways in _ALL]
    return [
        SimilarName(other, _fewest(name, other))
        for other in dict.fromkeys(existing)
        if other != name and any(_key(other, ways) == key for ways, key in zip(_ALL, wanted, strict=True))
    ]


def check_similar(name: str, existing: Iterable[str], where: str) -> list[Finding]:
    """A warning for each name that looks like one.

    Args:
        name: A signature.
        existing: Others.
        where: Where those stand, for the text.
    """
    return [
        warn(
            "NAME_SIMILAR",
            f"{printable(name)} and {printable(similar.name)}",
            f"it differs from a name {where} by {' and '.join(similar.ways)} alone; to the platform they are two "
            f"({CREATE_SMS_SIGN}: 区分大小写)",
            "make sure that it is no slip: recipients see one name, and each is filed and paid attention to by itself",
        )
        for similar in similar_names(name, existing)
    ]


def _fewest(name: str, other: str) -> tuple[str, ...]:
    chosen = (ways for size in range(1, len(_WAYS) + 1) for ways in combinations(_WAYS, size))
    return next(ways for ways in chosen if _key(name, ways) == _key(other, ways))


@lru_cache(maxsize=100_000)
def _key(name: str, ways: tuple[str, ...]) -> str:
    """A name with everything taken away in which it may differ."""
    key = name
    if INVISIBLE in ways:
        key = "".join(char for char in key if not invisible(char))
    if WIDTH in ways:
        key = "".join(map(folded, key))
    if LOOK_ALIKE in ways:
        key = "".join(map(prototype, key))
    return key.casefold() if CASE in ways else key
