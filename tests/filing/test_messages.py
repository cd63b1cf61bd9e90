from typing import Any

import pytest
from pydantic import ValidationError

from filing.messages import (
    UNKNOWN_SENDER,
    Confirm,
    Delete,
    Edit,
    FilingStart,
    LookNow,
    OperatorMessage,
    Pause,
    Refile,
    Release,
    Replace,
    ReplacementReady,
    Resume,
    RoundCommand,
    RoundNews,
    RoundStart,
    SendTest,
)
from filing.policy import DEFAULT_POLICY
from filing.vocabulary import Carrier
from tests.filing.builders import START, application, new_round, new_state

PEOPLES = [LookNow, Pause, Resume, Release, SendTest, Edit]
NOT_EMPTY = [Refile, Confirm, Delete, Replace]
"""They name what they are about."""


@pytest.mark.parametrize("kind", PEOPLES)
def test_an_empty_message_is_enough_and_says_that_its_sender_is_unknown(kind: type[OperatorMessage]) -> None:
    assert kind.model_validate({}).by == UNKNOWN_SENDER


@pytest.mark.parametrize("kind", [*PEOPLES, *NOT_EMPTY])
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
        RoundNews(state=new_round(), handed_over=True),
        RoundCommand(held=True, delivered_at=START),
        ReplacementReady(sign_name="新名", carriers=(Carrier.MOBILE,)),
        Edit(set={"qualification_id": 900006}, accept_reset=(Carrier.MOBILE,)),
        Confirm(usable=Carrier.MOBILE),
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


# Edits, re-files and words


@pytest.mark.parametrize("kind", NOT_EMPTY)
def test_what_has_to_be_named_is_asked_for(kind: type[OperatorMessage]) -> None:
    with pytest.raises(ValidationError):
        kind.model_validate({"by": "ann"})


@pytest.mark.parametrize("written", ["mobile,telecom", " mobile , telecom ", ["mobile", "telecom"]])
def test_carriers_are_written_as_a_list_or_with_commas(written: Any) -> None:
    assert Edit.model_validate({"accept_reset": written}).accept_reset == (Carrier.MOBILE, Carrier.TELECOM)
    assert Replace.model_validate({"old": "旧名", "carriers": written}).carriers == (Carrier.MOBILE, Carrier.TELECOM)


def test_no_carriers_are_none_and_a_strange_one_is_refused() -> None:
    assert Edit.model_validate({"accept_reset": ""}).accept_reset == ()
    with pytest.raises(ValidationError, match="accept_reset"):
        Edit.model_validate({"accept_reset": "mobile,china-broadnet"})


def test_the_changes_of_an_edit_are_checked_where_they_are_written() -> None:
    assert Edit.model_validate({"set": {"qualification_id": "900006"}}).set == {"qualification_id": 900006}
    with pytest.raises(ValidationError, match="did you mean qualification_id"):
        Edit.model_validate({"set": {"qualifcation_id": 1}})


@pytest.mark.parametrize("reason", ["", "  "])
def test_who_files_again_says_why(reason: str) -> None:
    with pytest.raises(ValidationError, match="reason"):
        Refile.model_validate({"reason": reason})


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"review": "approved", "usable": "mobile"},
        {"usable": "mobile", "test_delivered": "mobile"},
        {"review": "perhaps"},
        {"usable": "all"},
    ],
)
def test_a_word_is_about_one_thing(written: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Confirm.model_validate(written)
