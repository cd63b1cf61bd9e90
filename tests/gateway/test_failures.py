import asyncio
import socket
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from filing.application import SignatureApplication
from filing.calendar import BEIJING
from gateway.aliyun import AliyunAccess, AliyunGateway
from gateway.errors import (
    AccountError,
    GatewayError,
    NotFoundError,
    NumberQuotaError,
    QuotaError,
    RefusedError,
    TryLaterError,
    UnclearError,
)
from gateway.failures import Call, from_code
from tests.gateway.scripted import Answer, Misbehaviour, ScriptedPlatform, closed_port, ok, refusal

Operation = Callable[[AliyunGateway], Awaitable[Any]]

PHONE = "13900001234"

READS: dict[str, Operation] = {
    "read_qualification": lambda gateway: gateway.read_qualification(900001),
    "read_qualification_records": lambda gateway: gateway.read_qualification_records(),
    "read_letter": lambda gateway: gateway.read_letter(800001),
    "read_trademark": lambda gateway: gateway.read_trademark(700001),
    "read_app_record": lambda gateway: gateway.read_app_record(600001),
    "read_signature": lambda gateway: gateway.read_signature("云杉科技"),
    "read_receipts": lambda gateway: gateway.read_receipts(phone=PHONE, sent_on=[date(2026, 3, 12)]),
    "last_traffic_on": lambda gateway: gateway.last_traffic_on(
        "云杉科技", since=date(2026, 1, 1), until=date(2026, 3, 1)
    ),
}
APPLICATION = SignatureApplication(sign_name="云杉科技", company_name="杭州云杉科技有限公司", qualification_id=900001)
WRITES: dict[str, Operation] = {
    "create_signature": lambda gateway: gateway.create_signature(APPLICATION),
    "update_signature": lambda gateway: gateway.update_signature(APPLICATION),
    "change_qualification": lambda gateway: gateway.change_qualification(
        "云杉科技", qualification_id=900002, authorization_letter_id=None
    ),
    "delete_signature": lambda gateway: gateway.delete_signature("云杉科技"),
    "send_test": lambda gateway: gateway.send_test(
        phone=PHONE, sign_name="云杉科技", template_code="SMS_900001", template_params={"code": "1"}, out_id="out-1"
    ),
}
LOST: list[tuple[Operation, type[GatewayError]]] = [
    *((call, TryLaterError) for call in READS.values()),
    *((call, UnclearError) for call in WRITES.values()),
]

each_operation = pytest.mark.parametrize("call", [*READS.values(), *WRITES.values()], ids=[*READS, *WRITES])
each_loss = pytest.mark.parametrize(("call", "error"), LOST, ids=[*READS, *WRITES])
a_read, a_write = READS["read_signature"], WRITES["send_test"]


async def failure_of(call: Operation, gateway: AliyunGateway) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        await call(gateway)
    return caught.value


@each_loss
@pytest.mark.parametrize(
    "answer",
    [
        Misbehaviour.CLOSE,
        Misbehaviour.RESET,
        Answer(b"<html>bad gateway</html>", 502),
        Answer(b"<html>welcome to the hotel</html>"),
        Answer(b""),
        Answer(b"", 503),
        Answer(b"null"),
        Answer([1, 2]),
        Answer({}),
        Answer({"error": "no code in here"}, 403),
        Answer({"Code": "NobodyKnows", "Message": "oops"}, 500),
        refusal("InternalError", status=500),
        refusal("ServiceUnavailable", status=503),
        refusal("isp.SYSTEM_ERROR"),
        refusal("SignatureNonceUsed", status=400),
    ],
    ids=lambda value: repr(value)[:50],
)
async def test_an_answer_that_leaves_the_outcome_open(
    platform: ScriptedPlatform, gateway: AliyunGateway, call: Operation, error: type, answer: Answer | Misbehaviour
) -> None:
    platform.will(answer)

    failure = await failure_of(call, gateway)

    assert type(failure) is error
    assert len(platform.asked) == 1, "a call was made again"


@each_loss
@pytest.mark.parametrize(
    ("how", "said"),
    [
        (Misbehaviour.HANG, "no answer in time (SocketTimeoutError)"),
        # No silence is ever long enough here, so it is the time for the whole call that ends it.
        (Misbehaviour.TRICKLE, "no answer in time"),
    ],
)
async def test_no_answer_in_time(
    platform: ScriptedPlatform, access: AliyunAccess, call: Operation, error: type, how: Misbehaviour, said: str
) -> None:
    platform.will(how)
    gateway = AliyunGateway(replace(access, read_timeout=timedelta(seconds=0.2), connect_timeout=timedelta(seconds=1)))

    failure = await failure_of(call, gateway)

    assert type(failure) is error
    assert failure.text.endswith(said)


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        (READS["read_signature"], ok(SignStatus=1, SignIspRegisterDetailList="none")),
        (READS["read_receipts"], ok(TotalCount="1", SmsSendDetailDTOs={"SmsSendDetailDTO": ["text"]})),
        (READS["last_traffic_on"], ok(Data="none")),
        (READS["read_qualification"], ok(Data=["none"])),
        (READS["read_qualification_records"], ok(Data={"List": "none"})),
        (READS["read_letter"], ok(Data={"SignScope": "none"})),
    ],
)
async def test_wrong_nested_shape(
    platform: ScriptedPlatform, gateway: AliyunGateway, call: Operation, answer: Answer
) -> None:
    platform.will(answer)

    failure = await failure_of(call, gateway)

    assert type(failure) is TryLaterError
    assert "answer not understood" in str(failure)


async def test_a_code_inside_a_wrong_shape_still_counts(platform: ScriptedPlatform, gateway: AliyunGateway) -> None:
    platform.will(Answer({"Code": "QualificationNotFound", "Message": "no such", "RequestId": "R-1", "Data": "none"}))

    failure = await failure_of(READS["read_qualification"], gateway)

    assert type(failure) is NotFoundError
    assert failure.request_id == "R-1"


@each_operation
async def test_connection_refused(access: AliyunAccess, call: Operation) -> None:
    gateway = AliyunGateway(replace(access, endpoint=f"127.0.0.1:{closed_port()}"))

    failure = await failure_of(call, gateway)

    assert type(failure) is TryLaterError
    assert "cannot connect" in str(failure)


async def test_no_secure_connection(access: AliyunAccess, platform: ScriptedPlatform) -> None:
    failure = await failure_of(a_write, AliyunGateway(replace(access, protocol="https")))

    assert type(failure) is TryLaterError
    assert platform.asked == []


async def test_a_connection_that_is_not_made_in_time(access: AliyunAccess) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        port = server.getsockname()[1]
        # Nobody accepts, so these fill the queue and the kernel lets the next one wait.
        waiting = [socket.socket() for _ in range(4)]
        for peer in waiting:
            peer.setblocking(False)
            peer.connect_ex(("127.0.0.1", port))
        gateway = AliyunGateway(replace(access, endpoint=f"127.0.0.1:{port}", connect_timeout=timedelta(seconds=0.2)))

        failure = await failure_of(a_write, gateway)

        for peer in waiting:
            peer.close()
    assert type(failure) is TryLaterError
    assert "cannot connect" in str(failure)


@each_operation
@pytest.mark.parametrize("status", [200, 400])
async def test_a_refusal_keeps_code_text_and_request_id(
    platform: ScriptedPlatform, gateway: AliyunGateway, call: Operation, status: int
) -> None:
    platform.will(refusal("NobodyKnowsThis", "规则不允许", status=status))

    failure = await failure_of(call, gateway)

    assert type(failure) is RefusedError
    assert (failure.code, failure.text, failure.request_id) == ("NobodyKnowsThis", "规则不允许", "ABC-123")


async def test_lower_case_fields_of_an_error(platform: ScriptedPlatform, gateway: AliyunGateway) -> None:
    platform.will(Answer({"code": "isp.RAM_PERMISSION_DENY", "message": "denied", "requestId": "R-2"}, 403))

    failure = await failure_of(a_read, gateway)

    assert type(failure) is AccountError
    assert (failure.text, failure.request_id) == ("denied", "R-2")


@each_operation
@pytest.mark.parametrize(
    ("answer", "retry_after"),
    [
        (refusal("Throttling.User", status=400), None),
        (refusal("Throttling", status=503), None),
        (refusal("Throttling.User"), None),
        (refusal("Throttling.User", status=400, x_acs_retry_after="1500"), timedelta(seconds=1.5)),
        (refusal("NobodyKnows", status=500, x_acs_retry_after="250"), timedelta(seconds=0.25)),
        (refusal("NobodyKnows", status=429), None),
        (Answer({}, 429, {"x-acs-retry-after": "1000"}), timedelta(seconds=1)),
    ],
)
async def test_throttling_certainly_did_nothing(
    platform: ScriptedPlatform, gateway: AliyunGateway, call: Operation, answer: Answer, retry_after: timedelta | None
) -> None:
    platform.will(answer)

    failure = await failure_of(call, gateway)

    assert type(failure) is TryLaterError
    assert failure.retry_after == retry_after


@pytest.mark.parametrize(
    ("code", "text", "opens_after"),
    [
        ("isv.BUSINESS_LIMIT_CONTROL", "触发分钟级流控Permits:1", timedelta(minutes=1)),
        ("isv.BUSINESS_LIMIT_CONTROL", "触发小时级流控Permits:5", timedelta(hours=1)),
        ("isv.BUSINESS_LIMIT_CONTROL", "触发天级流控Permits:10", timedelta(hours=8, minutes=31)),
        ("isv.BUSINESS_LIMIT_CONTROL", "触发号码流控", timedelta(hours=8, minutes=31)),
        ("isv.DAY_LIMIT_CONTROL", "触发日发送限额", timedelta(hours=8, minutes=31)),
        ("isv.MONTH_LIMIT_CONTROL", "触发月发送限额", timedelta(hours=8, minutes=31)),
    ],
)
@pytest.mark.parametrize("zone", [BEIJING, UTC])
async def test_a_quota_says_when_its_window_opens(
    platform: ScriptedPlatform, access: AliyunAccess, code: str, text: str, opens_after: timedelta, zone: Any
) -> None:
    gateway = AliyunGateway(access, lambda: datetime(2026, 3, 12, 15, 30, tzinfo=BEIJING).astimezone(zone))
    platform.will(refusal(code, text))

    failure = await failure_of(a_write, gateway)

    assert isinstance(failure, QuotaError)
    assert isinstance(failure, NumberQuotaError) is (code == "isv.BUSINESS_LIMIT_CONTROL"), "another number may be free"
    assert failure.retry_after == opens_after


async def test_without_a_given_clock_a_daily_quota_ends_within_a_day(
    platform: ScriptedPlatform, gateway: AliyunGateway
) -> None:
    platform.will(refusal("isv.DAY_LIMIT_CONTROL"))

    failure = await failure_of(a_write, gateway)

    assert isinstance(failure, QuotaError)
    assert failure.retry_after is not None
    assert timedelta(0) < failure.retry_after <= timedelta(days=1, minutes=1)


@pytest.mark.parametrize("status", [200, 400])
async def test_no_error_shows_a_number_or_a_credential(
    platform: ScriptedPlatform, access: AliyunAccess, status: int
) -> None:
    text = f"number {PHONE} and +86{PHONE} refused for test-key-id with test-key-secret and test-token"
    platform.will(refusal("isv.MOBILE_NUMBER_ILLEGAL", text, status=status))

    failure = await failure_of(a_write, AliyunGateway(replace(access, security_token="test-token")))

    assert failure.text == "number 139****1234 and +86139****1234 refused for *** with *** and ***"
    whole = "".join(traceback.format_exception(failure))
    assert [secret for secret in (PHONE, "test-key-id", "test-key-secret", "test-token") if secret in whole] == []


@pytest.mark.parametrize("answer", [Misbehaviour.CLOSE, Misbehaviour.RESET, Answer(b"<html>", 500)])
async def test_a_lost_answer_shows_no_number_either(
    platform: ScriptedPlatform, gateway: AliyunGateway, answer: Answer | Misbehaviour
) -> None:
    platform.will(answer)

    failure = await failure_of(READS["read_receipts"], gateway)

    assert PHONE not in "".join(traceback.format_exception(failure))


async def test_a_wrong_signature_does_not_repeat_what_was_signed(
    platform: ScriptedPlatform, gateway: AliyunGateway
) -> None:
    text = "Specified signature does not match our calculation. server string to sign is:POST\n/\nSignName=secret"
    platform.will(refusal("SignatureDoesNotMatch", text, status=400))

    failure = await failure_of(a_read, gateway)

    assert type(failure) is AccountError
    assert failure.text == "Specified signature does not match our calculation."


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("code: 400, no such thing request id: 5F1E-AB", "code: 400, no such thing"),
        ("no such thing RequestId: 5F1E2D-00", "no such thing"),
        ("", "GetSmsSign failed"),
        (None, "GetSmsSign failed"),
        ("x" * 9000, "x" * 500),
    ],
)
def test_texts_are_cut_to_what_helps(said: Any, kept: str) -> None:
    call = Call("GetSmsSign", write=False, at=datetime(2026, 3, 12, tzinfo=BEIJING))

    assert from_code("NobodyKnows", said, call).text == kept


async def test_the_sdks_own_sentence_is_not_wrapped_around_the_platforms(
    platform: ScriptedPlatform, gateway: AliyunGateway
) -> None:
    platform.will(refusal("InvalidSignName", "签名不合规", status=400))

    failure = await failure_of(WRITES["create_signature"], gateway)

    assert str(failure).startswith("InvalidSignName: 签名不合规 (")
    assert failure.advice


async def test_a_cancelled_call_stays_cancelled(platform: ScriptedPlatform, gateway: AliyunGateway) -> None:
    platform.will(Misbehaviour.HANG)
    task = asyncio.ensure_future(a_write(gateway))
    await platform.reached.wait()

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
