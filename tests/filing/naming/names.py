"""Names and companies for tests of the naming rules."""

import unicodedata
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from filing.naming import LENGTH_MAX, LENGTH_MIN, check_application
from filing.snapshot import Finding
from tests.filing.builders import application

COMPANY = "杭州云杉科技有限公司"

chinese = st.sampled_from("云杉蓝鲸青禾鹭梧桐锦里松柏星晨曦榆")
"""Characters of 字号 that make no word of any list."""
plain = st.one_of(chinese, st.sampled_from("abcxyzABCXYZ0123456789"))
names = st.text(plain, min_size=LENGTH_MIN, max_size=LENGTH_MAX)


@dataclass(frozen=True)
class Parts:
    """A company that was put together, so that its parts are known."""

    place: str
    brand: str
    industry: str
    form: str

    @property
    def company(self) -> str:
        """Its name on the licence."""
        return self.place + self.brand + self.industry + self.form


companies = st.builds(
    Parts,
    place=st.sampled_from(["", "杭州", "杭州市", "浙江省杭州", "上海", "内蒙古自治区", "中国"]),
    brand=st.text(chinese, min_size=2, max_size=4),
    industry=st.sampled_from(["科技", "网络科技", "物流", "教育", "餐饮管理"]),
    form=st.sampled_from(["有限公司", "有限责任公司", "股份有限公司", "集团有限公司", "律师事务所"]),
)


def spoilers() -> st.SearchStrategy[str]:
    """Characters that no signature may hold, of every kind; those that combine change what stands before them."""
    kinds = st.characters(min_codepoint=0x20, exclude_categories=["Cs"]).filter(foreign)
    return st.one_of(
        st.sampled_from("【】[]()（）·-_ 　&@!！，。、/\\'\"<>\u200b\u0301\u202e😀①ＡａⅣé가ひ⼀⻓аο|—〇"), kinds
    )


def foreign(char: str) -> bool:
    """By the rule itself: neither an ASCII letter or digit nor a unified ideograph."""
    return not (char.isascii() and char.isalnum()) and "CJK UNIFIED" not in unicodedata.name(char, "")


def findings(sign_name: str, length_max: int = LENGTH_MAX, **fields: Any) -> list[Finding]:
    """What the rules say of a name, by default one taken from the name of ``COMPANY``."""
    return check_application(application(sign_name, **fields), length_max=length_max)


def told(sign_name: str, length_max: int = LENGTH_MAX, **fields: Any) -> list[tuple[str, str]]:
    """Code and severity of each finding."""
    return [(found.code, found.severity) for found in findings(sign_name, length_max, **fields)]


def only(sign_name: str, length_max: int = LENGTH_MAX, **fields: Any) -> Finding:
    """The one finding that there has to be."""
    [found] = findings(sign_name, length_max, **fields)
    return found
