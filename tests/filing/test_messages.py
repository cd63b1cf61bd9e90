from typing import Any

import pytest
from pydantic import ValidationError

from filing.messages import (
    UNKNOWN_SENDER,
    FilingStart,
    LookNow,
    OperatorMessage,
    Pause,
    Release,
    Resume,
    RoundNews,
    RoundStart,
    SendTest,
)
from filing.policy import DEFAULT_POLICY
from filing.vocabulary import Carrier
from tests.filing.builders import application, new_round, new_state

PEOPLES = [LookNow, Pause, Resume, Release, SendTest]


@pytest.mark.parametrize("kind", PEOPLES)
def test_an_empty_message_is_enough_and_says_that_its_sender_is_unknown(kind: type[OperatorMessage]) -> None:
    assert kind.model_validate({}).by == UNKNOWN_SENDER


@pytest.mark.parametrize("kind", PEOPLES)
@pytest.mark.parametrize(
    "written",
    [
        {"carier": "mobile"},
        {"by": ""},
        {"by": "x" * 101},
        {"request_id": ""},
        {"request_id": "x" * 201},
        [],
        "mobile",
        7,
    ],
)
def test_a_mistake_in_a_message_is_refused(kind: type[OperatorMessage], written: Any) -> None:
    with pytest.raises(ValidationError):
        kind.model_validate(written)


def test_a_test_goes_to_one_carrier_or_to_all() -> None:
    assert SendTest.model_validate({"carrier": "unicom"}).carrier is Carrier.UNICOM
    assert SendTest().carrier is None
    with pytest.raises(ValidationError, match="carrier"):
        SendTest.model_validate({"carrier": "china-broadnet"})


def test_a_start_leaves_the_policy_to_the_account_and_tolerates_what_a_newer_program_adds() -> None:
    start = FilingStart.model_validate({"application": application().model_dump(), "added_later": 1})

    assert start.application == application()
    assert start.policy is None
    assert start.by == UNKNOWN_SENDER


def test_a_start_is_strict_about_the_application_itself() -> None:
    with pytest.raises(ValidationError, match="sign_nane"):
        FilingStart.model_validate({"application": application().model_dump() | {"sign_nane": "x"}})


@pytest.mark.parametrize(
    "message",
    [
        FilingStart(state=new_state()),
        RoundNews(state=new_round()),
        RoundStart(
            account="acme",
            sign_name="云杉科技",
            origin_run_id="run-1",
            filing_workflow_id="filing/acme/云杉科技",
            policy=DEFAULT_POLICY,
            state=new_round(),
        ),
    ],
    ids=lambda message: type(message).__name__,
)
def test_what_the_program_sends_itself_survives_the_way(message: Any) -> None:
    assert type(message).model_validate_json(message.model_dump_json()) == message
