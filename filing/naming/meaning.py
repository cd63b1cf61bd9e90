"""What a name says: neutral words (中性词) identify nobody, and a person's name is no company's."""

from collections.abc import Iterator
from typing import Final

from filing.naming.companies import is_place, made_of
from filing.naming.findings import HELP_PAGE, NAMING_PAGE, reject, warn
from filing.naming.words import COMPOUND_SURNAMES, FILLING_WORDS, NEUTRAL_WORDS, SURNAMES
from filing.snapshot import Finding
from filing.vocabulary import SignatureSource

_NEUTRAL: Final = NEUTRAL_WORDS | FILLING_WORDS


def check_meaning(name: str, source: SignatureSource, company: str) -> Iterator[Finding]:
    """Neutral words and names of persons.

    Args:
        name: The signature without its brackets.
        source: A neutral trademark or app only warns: the rule is one for names of companies.
        company: The bare name on the licence, empty where nobody knows it; a full name identifies its company.
    """
    if name == company:
        return
    if neutral(name):
        rule = f"neutral words (中性词, such as 服务提醒) identify no company ({HELP_PAGE}; {NAMING_PAGE})"
        advice = "put the company's 字号 into the name, such as 云杉科技"
        told = warn if source in (SignatureSource.TRADEMARK, SignatureSource.APP) else reject
        yield told("NAME_NEUTRAL", name, rule, advice)
    if name not in company and personal(name):
        rule = f"names of persons (个人姓名) are not taken ({NAMING_PAGE})"
        yield warn(
            "NAME_PERSONAL", name, rule, "nothing, if it is a brand and no person's name; else use the company's"
        )


def neutral(name: str) -> bool:
    """Whether a name consists of neutral words, a place before them or not, so that nobody is identified by it."""
    rests = [name, *(name[end:] for end in range(2, len(name)) if is_place(name[:end]))]
    return any(made_of(rest, _NEUTRAL) and any(word in rest for word in NEUTRAL_WORDS) for rest in rests)


def personal(name: str) -> bool:
    """Whether a name looks like a person's: a family name (姓) and one or two characters.

    A guess from the commonest family names. It knows neither rare ones nor those of minorities or foreigners, and it
    takes a brand such as 金立 for a person, which is why it only warns.
    """
    if any(name.startswith(surname) for surname in COMPOUND_SURNAMES):
        return 3 <= len(name) <= 4
    return 2 <= len(name) <= 3 and name[:1] in SURNAMES and not name.isascii()
