import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks.parsing import NAME_MAX, WORDS_MAX, MessageReport, SignReport, UnreadableError, parse

OUT_ID = "0123456789abcdef0123456789abcdef"

SIGN_REPORT = {
    "sign_name": "云杉科技",
    "sign_status": "rejected",
    "reason": "资质与签名不符",
    "sign_source": "ENTERPRISE_NAME",
    "remark": "工单 13900000001",
    "create_date": "2026-03-02 10:00:00",
    "orderId": "1000000001",
}
SMS_REPORT = {
    "phone_number": "13900000001",
    "send_time": "2026-03-02 10:00:00",
    "report_time": "2026-03-02 10:00:05",
    "success": True,
    "err_code": "DELIVERED",
    "err_msg": "用户接收成功",
    "sms_size": "1",
    "biz_id": "9000000001^0",
    "out_id": OUT_ID,
}


def read(*entries: dict[str, Any]) -> list[Any]:
    return parse(json.dumps(entries).encode())


def test_a_review_is_read() -> None:
    assert read(SIGN_REPORT) == [SignReport("云杉科技", "rejected", "资质与签名不符", "1000000001")]


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"sign_name": "【云杉科技】 "}, "sign_name", "云杉科技"),
        ({"orderId": None, "order_id": "1000000002"}, "order_id", "1000000002"),
        ({"orderId": 1000000003}, "order_id", "1000000003"),
        ({"orderId": None}, "order_id", None),
        ({"orderId": ["x"]}, "order_id", None),
        ({"orderId": "x" * 65}, "order_id", None),
        ({"sign_status": "APPROVED!"}, "says", ""),
        ({"sign_status": {"a": 1}}, "says", ""),
        ({"reason": None}, "words", ""),
        ({"reason": "请联系 13900000001"}, "words", "请联系 139****0001"),
        ({"reason": "身份证 11010519491231002X 不清"}, "words", "身份证 ****** 不清"),
        ({"reason": "长" * 9999}, "words", "长" * WORDS_MAX),
        ({"reason": "half a \ud83d"}, "words", "half a ?"),
    ],
)
def test_what_is_odd_in_a_review_is_as_good_as_missing(change: dict[str, Any], field: str, value: object) -> None:
    (report,) = read({**SIGN_REPORT, **change})

    assert getattr(report, field) == value


@pytest.mark.parametrize("name", ["", "【】", None, 12.5, ["云杉科技"], "云" * (NAME_MAX + 1), "云杉科技/mobile/1"])
def test_a_name_that_is_none_is_nobodys(name: object) -> None:
    """A slash would lead to a round, which is another workflow."""
    assert read({**SIGN_REPORT, "sign_name": name}) == []


def test_of_a_receipt_only_the_out_id_is_taken() -> None:
    (report,) = read(SMS_REPORT)

    assert report == MessageReport(OUT_ID)
    assert "139" not in repr(report)


@pytest.mark.parametrize("out_id", [None, "", "order-7", OUT_ID.upper(), OUT_ID + "0", 7, True, [OUT_ID]])
def test_receipts_of_other_programs_are_left_out(out_id: object) -> None:
    assert read({**SMS_REPORT, "out_id": out_id}) == []


def test_many_reports_at_once_are_each_read_once() -> None:
    other = OUT_ID[::-1]

    assert read(SMS_REPORT, SMS_REPORT, {**SMS_REPORT, "out_id": other}, {}, {"template_status": "approved"}) == [
        MessageReport(OUT_ID),
        MessageReport(other),
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"{}",
        json.dumps(SIGN_REPORT).encode(),
        b'["x"]',
        b"[[]]",
        b"\xff\xfe\xff",
        b"[" * 100_000,
        b"[" + b"9" * 10_000 + b"]",
    ],
)
def test_what_is_no_array_of_objects_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableError, match="expected"):
        parse(body)


def test_an_empty_array_and_a_byte_order_mark_are_understood() -> None:
    assert parse(b"[]") == []
    assert parse(b"\xef\xbb\xbf" + json.dumps([SMS_REPORT]).encode()) == [MessageReport(OUT_ID)]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from([*SIGN_REPORT, *SMS_REPORT, "order_id"]) | st.text()


@given(st.lists(st.dictionaries(KEYS, VALUES, max_size=8), max_size=4))
def test_any_array_of_objects_is_understood_and_yields_what_is_safe_to_pass_on(entries: list[dict[str, Any]]) -> None:
    for report in parse(json.dumps(entries).encode()):
        if isinstance(report, SignReport):
            assert 0 < len(report.sign_name) <= NAME_MAX
            assert "/" not in report.sign_name
            assert len(report.words) <= WORDS_MAX
            report.words.encode()


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with contextlib.suppress(UnreadableError):
        assert isinstance(parse(body), list)
