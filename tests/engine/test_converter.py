import json
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.exceptions import ApplicationError

from engine.converter import FilingPayloadConverter, data_converter
from filing.messages import FilingStart, RoundNews, RoundStart
from filing.vocabulary import CarrierStatus
from tests.filing.builders import application, filing_on, new_round, new_state

START_HINT: list[Any] = [FilingStart | None]
SECRETS = ("杭州云杉科技有限公司", "13900000001", "云杉科技")


def payload(content: object, encoding: bytes = b"json/plain") -> Payload:
    data = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
    return Payload(metadata={"encoding": encoding}, data=data)


def convert(given: Payload, hint: list[Any] = START_HINT) -> Any:
    (value,) = FilingPayloadConverter().from_payloads([given], hint)
    return value


def refusal(given: Payload) -> ApplicationError:
    with pytest.raises(ApplicationError) as refused:
        convert(given)
    assert refused.value.type == "PayloadValidationError"
    assert refused.value.non_retryable, "a start with bad input fails at once"
    return refused.value


def fields_of(failure: ApplicationError) -> list[str]:
    return [error["field"] for error in failure.details[0]]


def written(**fields: Any) -> dict[str, Any]:
    return {"application": application().model_dump(mode="json") | fields}


def test_a_good_start_is_read() -> None:
    assert convert(payload(written())) == FilingStart(application=application())
    assert convert(payload(b"", b"binary/null")) is None


@pytest.mark.parametrize(
    ("content", "fields"),
    [
        (written(qualification_id="many", sorce="APP"), ["application.qualification_id", "application.sorce"]),
        ({"application": {"sign_name": "云杉科技"}}, ["application.company_name", "application.qualification_id"]),
        (
            written() | {"policy": {"verdict_due": "13900000001", "expiry": "9 working days"}},
            ["policy.verdict_due", "policy.expiry"],
        ),
        (
            written(needed_by="13900000001", company_name=["杭州云杉科技有限公司"]),
            ["application.company_name", "application.needed_by"],
        ),
        ("杭州云杉科技有限公司", ["(whole input)"]),
        (["云杉科技"], ["(whole input)"]),
        (b'{"application": {"company_name": "\xe6\x9d\xad', ["(whole input)"]),
        (b"13900000001, ", ["(whole input)"]),
    ],
)
def test_a_bad_start_names_its_fields_and_repeats_nothing(content: object, fields: list[str]) -> None:
    """The failure is stored unencrypted and shown to whoever can list workflows."""
    failure = refusal(payload(content))

    assert fields_of(failure) == fields
    told = json.dumps(failure.details, ensure_ascii=False) + str(failure)
    assert not [secret for secret in SECRETS if secret in told]
    assert all(error["problem"] for error in failure.details[0])


@pytest.mark.parametrize("encoding", [b"binary/plain", b"json/protobuf", b"binary/protobuf", b"no/such", b""])
def test_what_is_not_json_is_refused_as_a_start(encoding: bytes) -> None:
    failure = refusal(payload(b"\x00\x01", encoding))

    assert failure.details == ([{"field": "(whole input)", "problem": "expected JSON"}],)


def spoil(state: dict[str, Any]) -> None:
    state["carriers"]["mobile"]["status"] = "BRAND_NEW"


def drop(state: dict[str, Any]) -> None:
    del state["opened_at"]


@pytest.mark.parametrize("damage", [spoil, drop])
def test_a_stored_state_that_does_not_load_fails_the_task_and_not_the_filing(
    damage: Callable[[dict[str, Any]], None],
) -> None:
    """A worker that can read it, perhaps a newer one, goes on."""
    stored = FilingStart(state=filing_on(CarrierStatus.REGISTERED)).model_dump(mode="json")
    damage(stored["state"])

    with pytest.raises(ValidationError):
        convert(payload(stored))


def test_what_the_program_sends_itself_fails_the_task_only() -> None:
    for hint in (RoundStart, RoundNews):
        with pytest.raises(ValidationError):
            convert(payload({"state": {}}), [hint])


async def test_what_was_written_is_read_again() -> None:
    for value in (
        FilingStart(state=filing_on(CarrierStatus.PENDING_VERIFICATION)),
        FilingStart(application=application()),
        RoundNews(state=new_round()),
        new_state(),
    ):
        payloads = await data_converter.encode([value])

        assert await data_converter.decode(payloads, [type(value)]) == [value]


@pytest.mark.parametrize("kind", ["REFUSED", "BAD_MESSAGE", "PayloadValidationError"])
def test_who_is_refused_is_told_why_and_shown_no_stack_trace(kind: str) -> None:
    assert failure_of(kind).stack_trace == ""
    assert failure_of(kind).message == "not now"
    assert failure_of("PLATFORM_AWAY").stack_trace, "what goes wrong in the program keeps its trace"


def failure_of(kind: str) -> Failure:
    failure = Failure()
    with pytest.raises(ApplicationError) as raised:
        refuse(kind)
    data_converter.failure_converter.to_failure(raised.value, data_converter.payload_converter, failure)
    return failure


def refuse(kind: str) -> None:
    raise ApplicationError("not now", type=kind)
