"""What a signature's source (签名来源) needs: papers, an owner who is the company, and being taken at all."""

from collections.abc import Iterator

from filing.application import SignatureApplication
from filing.naming.findings import CREATE_SMS_SIGN, HELP_PAGE, OWNER_NOT_CHECKED, note, reject, warn
from filing.snapshot import Finding
from filing.vocabulary import SignatureSource

RECOMMENDED = SignatureSource.ENTERPRISE_NAME


def check_source(source: SignatureSource) -> Iterator[Finding]:
    """Whether a source is taken, and how well it does."""
    if source.retired:
        yield reject(
            "SOURCE_RETIRED",
            source.value,
            f"the source {source.label} is no longer taken ({HELP_PAGE}: 已下线)",
            f"apply with source {RECOMMENDED} ({RECOMMENDED.label}), the one with the highest pass rate",
            field="source",
        )
    if source is SignatureSource.APP:
        yield warn(
            "SOURCE_ENDING",
            source.value,
            "launched apps (已上线APP名) are reported to be no longer taken since 2026-04-27 (third parties, a note "
            f"in {CREATE_SMS_SIGN}; {HELP_PAGE}, still lists them)",
            f"use {RECOMMENDED} ({RECOMMENDED.label}) where the name allows it",
            field="source",
        )
    if source in (SignatureSource.TRADEMARK, SignatureSource.APP):
        yield note(
            "SOURCE_SLOWER",
            source.value,
            "carriers file trademarks and apps markedly slower (help page, 运营商无法报备或报备任务已超时)",
            f"nothing, or use {RECOMMENDED} ({RECOMMENDED.label}) where the name allows it",
            field="source",
        )


def check_papers(application: SignatureApplication) -> Iterator[Finding]:
    """Whether the papers are named that an application needs; what stands in them is seen where they can be read."""
    if application.third_party and application.authorization_letter_id is None:
        yield _missing("authorization_letter_id", "他用 (third_party)")
    if application.source is SignatureSource.TRADEMARK:
        where = "中国商标网, and be registered to the company itself"
        yield _paper("trademark_id", application.trademark_id, application.source, where)
    if application.source is SignatureSource.APP:
        where = "工信部 ICP/IP 地址/域名信息备案管理系统, with the company as 备案主体"
        yield _paper("app_icp_record_id", application.app_icp_record_id, application.source, where)


def _paper(field: str, number: int | None, source: SignatureSource, where: str) -> Finding:
    if number is None:
        return _missing(field, f"source {source} ({source.label})")
    return note(
        OWNER_NOT_CHECKED,
        str(number),
        f"it must be found in {where} ({HELP_PAGE}): not checked",
        "look it up there before you submit",
        field=field,
    )


def _missing(field: str, why: str) -> Finding:
    rule = f"{why} needs {field} ({CREATE_SMS_SIGN})"
    return reject(
        "PAPER_MISSING", "", rule, f"create the paper in the console and put its id into {field}", field=field
    )
