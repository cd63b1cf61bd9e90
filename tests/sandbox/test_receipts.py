"""What becomes of messages by the number they are for."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.pace import Span
from sandbox.receipts import NumberFate, fate_of, receipt_for
from sandbox.rules import Rules
from sandbox.timeline import REASON_OF, USABLE, CarrierState, Filing
from tests.sandbox.driver import MOBILE, START, TELECOM, Driver

USUAL = timedelta(seconds=15)


@pytest.fixture
async def filed(driver: Driver) -> Driver:
    """A driver with a signature that telecom never answers for."""
    await driver.create(remark="[sandbox telecom=silent]")
    driver.later(days=14)
    return driver


async def receipt(driver: Driver, number: str) -> tuple[int, str, str | None]:
    (message,) = (await driver.details(number, "20260316")).sms_send_detail_dtos.sms_send_detail_dto
    return message.send_status, message.err_code, message.receive_date


@pytest.mark.parametrize(
    ("last", "code"),
    [
        ("0001", "MOBILE_NOT_ON_SERVICE"),
        ("0002", "INVALID_NUMBER"),
        ("0003", "MOBILE_ACCOUNT_ABNORMAL"),
        ("0004", "MOBILE_IN_BLACK"),
        ("0005", "USER_REJECT"),
        ("0006", "MOBLLE_TERMINAL_ERROR"),
        ("0007", "MOBILE_SEND_LIMIT"),
        ("0008", "NO_ROUTE"),
        ("0009", "SP_UNKNOWN_ERROR"),
        ("0010", "CONTENT_KEYWORD"),
    ],
)
async def test_test_numbers_that_fail_do_so_at_any_carrier(filed: Driver, last: str, code: str) -> None:
    numbers = [f"1399999{last}", f"1899999{last}"]
    assert (await filed.send(",".join(numbers))).code == "OK"
    for number in numbers:
        assert await receipt(filed, number) == (1, "", None)
    filed.later(seconds=15)
    for number in numbers:
        assert await receipt(filed, number) == (2, code, "2026-03-16 10:00:15")


@pytest.mark.parametrize(
    ("number", "steps"),
    [
        ("13999990011", [(1, "REQUEST_SUCCESS"), (3, "DELIVERED"), (3, "DELIVERED")]),
        ("18999990011", [(1, "REQUEST_SUCCESS"), (2, "PORT_NOT_REGISTERED"), (2, "PORT_NOT_REGISTERED")]),
        ("13999990012", [(1, ""), (1, ""), (3, "DELIVERED")]),
        ("13999990013", [(1, ""), (1, ""), (1, "")]),
        ("13999990014", [(1, "REQUEST_SUCCESS"), (1, "REQUEST_SUCCESS"), (1, "REQUEST_SUCCESS")]),
        ("13999990099", [(1, ""), (3, "DELIVERED"), (3, "DELIVERED")]),
        (MOBILE, [(1, ""), (3, "DELIVERED"), (3, "DELIVERED")]),
        (TELECOM, [(1, ""), (2, "PORT_NOT_REGISTERED"), (2, "PORT_NOT_REGISTERED")]),
    ],
)
async def test_receipts_that_are_late_or_never_come(filed: Driver, number: str, steps: list[tuple[int, str]]) -> None:
    await filed.send(number)
    told = []
    for wait in ({}, {"minutes": 1}, {"days": 1}):
        filed.later(**wait)
        told.append((await receipt(filed, number))[:2])
    assert told == steps


async def test_a_message_without_a_receipt_is_not_counted_as_answered_and_proves_nothing(filed: Driver) -> None:
    await filed.send("13999990013")
    filed.later(days=10)
    dates = {"is_globe": 1, "start_date": "20260316", "end_date": "20260316", "page_index": 1, "page_size": 10}
    (row,) = (await filed.call("query_send_statistics", **dates)).data.target_list
    assert (row.total_count, row.no_responded_count, row.responded_fail_count) == (1, 1, 0)
    assert (await filed.statuses())["mobile"] == 1


async def test_a_late_receipt_makes_a_late_verdict(filed: Driver) -> None:
    await filed.send("13999990012")
    filed.later(hours=59)
    assert (await filed.statuses())["mobile"] == 1
    filed.later(hours=1)
    assert (await filed.statuses())["mobile"] == 3, "36 hours after the receipt, which took 24"


async def test_any_number_may_be_given_a_fate_and_lose_it(filed: Driver) -> None:
    asked = {"number": f"+86{MOBILE}", "fails_with": "isv.CUSTOMER_REFUSED", "takes": "2min"}
    answer = await filed.control("POST", "numbers", asked)
    assert (answer["number"], answer["fails_with"]) == ("139****0001", "isv.CUSTOMER_REFUSED")
    await filed.send(MOBILE)
    filed.later(minutes=1)
    assert (await receipt(filed, MOBILE))[:2] == (1, "")
    filed.later(minutes=1)
    assert (await receipt(filed, MOBILE))[:2] == (2, "isv.CUSTOMER_REFUSED")

    await filed.control("POST", "numbers", {"number": "13999990001"})
    await filed.send("13999990001")
    filed.later(minutes=1)
    assert (await receipt(filed, "13999990001"))[:2] == (3, "DELIVERED"), "what is asked for wins over the test number"


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"number": "12"},
        {"number": "19200000001"},
        {"number": MOBILE, "fails_with": "no such code!"},
        {"number": MOBILE, "takes": "soon"},
        {"number": MOBILE, "pending_code": "1"},
        {"number": MOBILE, "when": "now"},
    ],
)
async def test_unreadable_fates_of_numbers(driver: Driver, document: dict[str, Any]) -> None:
    assert (await driver.control("POST", "numbers", document, status=400))["error"]


fates = st.builds(
    NumberFate,
    fails_with=st.sampled_from([None, "NO_ROUTE"]),
    takes=st.one_of(st.none(), st.builds(Span, fixed=st.timedeltas(timedelta(0), timedelta(days=300)))),
    answers=st.booleans(),
    pending_code=st.sampled_from(["", "REQUEST_SUCCESS"]),
)


@given(fates, st.sampled_from(list(Filing)), st.booleans())
def test_only_a_filed_signature_to_a_number_that_works_arrives(fate: NumberFate, status: Filing, lenient: bool) -> None:
    carrier = CarrierState(status, REASON_OF[status])
    settled = receipt_for(fate, carrier, START, USUAL, Rules(registering_delivers=lenient))
    filed = status in USABLE or (lenient and status is Filing.REGISTERING)
    assert settled.delivered == (filed and fate.answers and fate.fails_with is None)
    assert settled.delivered or not fate.answers or settled.code == (fate.fails_with or "PORT_NOT_REGISTERED")
    assert settled.at >= START
    assert settled.pending_code == fate.pending_code


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_only_test_numbers_have_a_fate_of_their_own(number: str) -> None:
    assert number[3:7] == "9999" or fate_of(number, None) == NumberFate()
