"""What a reviewer's words (审核不通过的原因) are about: the fields of the application, the rule, and a way out.

The platform gives free text, no code. The table looks for the words that its published reasons use; words that match
nothing are shown as they came, and are taken to be about everything.
"""

from collections.abc import Iterator
from typing import NamedTuple

from filing.application import SignatureApplication, StoredApplication
from filing.changes import LOCAL
from filing.snapshot import LenientModel


class Meaning(NamedTuple):
    """What one kind of refusal is about."""

    words: tuple[str, ...]
    fields: tuple[str, ...]
    rule: str
    proposal: str


_NAME_FIELDS = ("sign_name", "source")
"""A name cannot be changed by an operation of the platform, so these are cured by another signature."""

MEANINGS = (
    Meaning(
        ("营业执照", "资质", "证照", "统一社会信用代码", "企业名称不一致", "法人"),
        ("qualification_id", "supporting_files"),
        "help page, step 1: an approved qualification (资质) of the enterprise, its papers valid and legible",
        "complete it under 资质管理 and edit again with the same id, or name another: --set qualification_id=ID",
    ),
    Meaning(
        ("授权", "委托"),
        ("authorization_letter_id",),
        "CreateSmsSign: 他用 needs a letter (委托授权书) that covers this name, of the qualification's company",
        "--set authorization_letter_id=ID of a letter that covers the name",
    ),
    Meaning(
        ("商标",),
        ("trademark_id", "source"),
        "help page, step 2: the trademark is on 中国商标网, its owner is the company, its text the signature",
        "--set trademark_id=ID, or use the company's name as source: a new signature",
    ),
    Meaning(
        ("ICP", "APP", "应用商店", "上线", "备案"),
        ("app_icp_record_id", "app_link", "source"),
        "help page, step 2: the app's ICP record names the company",
        "--set app_icp_record_id=ID and app_link=URL, or use the company's name as source: a new signature",
    ),
    Meaning(
        ("公众号", "小程序", "店铺", "网站", "来源"),
        ("source",),
        "help page, step 2: 公众号或小程序, 电商平台店铺名 and 已备案网站 are no longer taken",
        "apply for a new signature with the source 企事业单位名, then replace this one",
    ),
    Meaning(
        ("中性", "简称", "全称", "不规范", "签名名称", "签名内容", "跳字", "乱序", "唯一"),
        _NAME_FIELDS,
        "help page, step 2: the full name as on the licence, or a contiguous short form that is not neutral",
        "apply for a new signature whose name passes lint, then replace this one",
    ),
    Meaning(
        ("场景", "说明", "用途", "备注", "证明材料", "补充材料", "图片", "截图"),
        ("remark", "supporting_files"),
        "CreateSmsSign: remark (申请说明) and proof (MoreData) have to show what the signature is used for",
        "--set remark=TEXT and supporting_files=KEY,...",
    ),
)


class Rejection(LenientModel):
    """A review that said no: what was handed in, and the reviewer's words."""

    order_id: str | None = None
    application: StoredApplication
    words: str = ""


def meanings_of(words: str) -> Iterator[Meaning]:
    """The kinds of refusal that a reviewer's words name, none where they match nothing that is known."""
    spoken = words.upper()
    return (meaning for meaning in MEANINGS if any(word in spoken for word in meaning.words))


def told_meaning(words: str) -> str:
    """A reviewer's words with the rules they mean and a proposal for each."""
    told = [f"{words} (rule: {meaning.rule}; proposal: {meaning.proposal})" for meaning in meanings_of(words)][:1]
    further = [f"{meaning.rule}; proposal: {meaning.proposal}" for meaning in list(meanings_of(words))[1:]]
    return "; or ".join([*told, *further]) or words


def unchanged_since(rejection: Rejection, wanted: SignatureApplication) -> tuple[str, ...]:
    """The fields that a refusal was about, if an application differs in none of them from what was refused.

    Words that nobody understands are about every field that the platform is told.
    """
    about = [field for meaning in meanings_of(rejection.words) for field in meaning.fields]
    fields = tuple(dict.fromkeys(about)) or tuple(f for f in SignatureApplication.model_fields if f not in LOCAL)
    same = all(getattr(rejection.application, field) == getattr(wanted, field) for field in fields)
    return fields if same else ()
