from datetime import timedelta

import pytest

from sandbox.fates import CarrierFate, Fates, parse_directive, parse_fates
from sandbox.pace import Span


def test_directive_is_found_in_a_remark() -> None:
    remark = (
        "用于登录验证码 [sandbox telecom=fail:QUALIFICATION_ERROR unicom=silent mobile=days:3 expiry=25s"
        " review=reject] 谢谢"
    )
    assert parse_fates(parse_directive(remark)) == Fates(
        carriers={
            "telecom": CarrierFate(fails_with="QUALIFICATION_ERROR"),
            "unicom": CarrierFate(answers=False),
            "mobile": CarrierFate(takes=Span(working_days=3)),
        },
        expiry=Span(fixed=timedelta(seconds=25)),
        review="reject",
    )


def test_remark_without_directive_asks_for_nothing() -> None:
    assert parse_directive("用于登录验证码") == {}
    assert parse_fates({}) == Fates()


def test_what_is_taken_back_later() -> None:
    fates = parse_fates({"mobile": "recalled:30d", "telecom": "governed:6mo"})
    assert fates.carriers["mobile"] == CarrierFate(
        revoked_after=Span(fixed=timedelta(days=30)), revoked_with="EXT_CODE_RECYCLE"
    )
    assert fates.carriers["telecom"] == CarrierFate(revoked_after=Span(months=6), revoked_with="SUBPORT_RECYCLE")


def test_ok_and_seconds() -> None:
    fates = parse_fates({"mobile": "ok", "telecom": "seconds:90"})
    assert fates.carriers["mobile"] == CarrierFate()
    assert fates.carriers["telecom"] == CarrierFate(takes=Span(fixed=timedelta(seconds=90)))


@pytest.mark.parametrize(
    "remark",
    [
        "[sandbox mobile]",
        "[sandbox broadnet=ok]",
        "[sandbox mobile=perhaps]",
        "[sandbox mobile=fail]",
        "[sandbox mobile=fail:NO_SUCH_REASON]",
        "[sandbox mobile=days:many]",
        "[sandbox mobile=days:999999]",
        "[sandbox mobile=seconds:-1]",
        "[sandbox mobile=recalled]",
        "[sandbox mobile=governed:soon]",
        "[sandbox expiry=soon]",
        "[sandbox review=maybe]",
        "[sandbox mobile=silent",
    ],
)
def test_unreadable_directive_is_an_error(remark: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_directive(remark)
