import json
from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from filing import messages, requests, snapshot, state
from filing.amending import wish_of
from filing.amendment import Confirmation, Deletion, Replacement
from filing.record import Action, ActionCode, Event
from filing.round_state import SendState
from filing.snapshot import LenientModel
from filing.state import ANSWERS_KEPT, RECORDS_KEPT, CarrierState, FilingState
from filing.vocabulary import Carrier, CarrierStatus
from tests.filing.builders import DAY, START, filing_on, new_state, round_of, sent_test
from tests.filing.edits import edit, filed, handed_in, refile


def rich_state() -> FilingState:
    filed = filing_on(CarrierStatus.PENDING_VERIFICATION)
    round_of(filed).tests.append(sent_test(state=SendState.DELIVERED, settled_at=START))
    filed.carrier(Carrier.MOBILE).extra_tests.append(sent_test(2))
    filed.ask(ActionCode.GONE, at=START)
    filed.remember_answer("r-1", "done")
    return filed


def models_in(value: Any) -> Iterator[dict[str, Any]]:
    """Every JSON object that stands for a model, not for a mapping with free keys."""
    if isinstance(value, list):
        for item in value:
            yield from models_in(item)
    elif isinstance(value, dict):
        free_keys = set(value) <= {carrier.value for carrier in Carrier} or "r-1" in value
        if not free_keys:
            yield value
        for name, item in value.items():
            # What a person wrote is strict wherever it is stored.
            if name not in ("application", "policy"):
                yield from models_in(item)


def test_a_state_survives_storage() -> None:
    before = rich_state()

    assert FilingState.model_validate_json(before.model_dump_json()) == before


def test_a_state_of_a_newer_version_still_loads() -> None:
    stored = json.loads(rich_state().model_dump_json())
    marked = list(models_in(stored))
    for model in marked:
        model["added_by_a_later_version"] = {"anything": 1}

    assert len(marked) > 10
    assert FilingState.model_validate(stored) == rich_state()


def test_a_state_of_an_older_version_still_loads() -> None:
    """What came later has a default; these are the fields that there have been from the first."""
    stored = json.loads(new_state().model_dump_json())
    first = {name: stored[name] for name in ("application", "policy", "by", "opened_at", "origin_run_id")}

    assert FilingState.model_validate(first) == new_state()


@pytest.mark.parametrize("module", [messages, requests, snapshot, state])
def test_what_is_stored_is_lenient(module: Any) -> None:
    """Only what people write is strict."""
    kept = [
        model
        for model in vars(module).values()
        if isinstance(model, type) and issubclass(model, BaseModel) and model.__module__ == module.__name__
    ]

    assert kept
    for model in kept:
        if not issubclass(model, messages.OperatorMessage):
            assert issubclass(model, LenientModel), model


def test_two_filings_share_nothing() -> None:
    one, other = new_state(), new_state()
    one.review.order_id, one.guard.traffic_at = "1", START
    one.missing_phones.append(Carrier.MOBILE)
    one.actions.append(Action(code=ActionCode.GONE, since=START))
    one.carrier(Carrier.MOBILE).deliveries.append(START)
    one.answers["a"] = "b"

    assert other == new_state()
    assert CarrierState().deliveries == []


def test_asking_again_renews_the_words_and_keeps_the_date() -> None:
    asked = new_state()
    asked.ask(ActionCode.FILING_FAILED, at=START, carrier=Carrier.MOBILE, detail="A")
    asked.ask(ActionCode.FILING_FAILED, at=START + DAY, carrier=Carrier.MOBILE, detail="B")
    asked.ask(ActionCode.FILING_FAILED, at=START + DAY, carrier=Carrier.UNICOM, detail="C")

    assert [(action.carrier, action.detail, action.since) for action in asked.actions] == [
        (Carrier.MOBILE, "B", START),
        (Carrier.UNICOM, "C", START + DAY),
    ]


def test_settling_takes_back_what_was_meant_and_no_more() -> None:
    asked = new_state()
    asked.ask(ActionCode.GONE, at=START)
    asked.ask(ActionCode.FILING_FAILED, at=START, carrier=Carrier.MOBILE)
    asked.ask(ActionCode.RESULT_OVERDUE, at=START, carrier=Carrier.UNICOM)

    asked.settle(ActionCode.FILING_FAILED)
    asked.settle(ActionCode.RESULT_OVERDUE, carrier=Carrier.MOBILE)
    assert len(asked.actions) == 3
    asked.settle_carrier(Carrier.MOBILE)
    asked.settle(ActionCode.GONE)
    assert [action.code for action in asked.actions] == [ActionCode.RESULT_OVERDUE]


@pytest.mark.parametrize(
    ("keep", "most"),
    [
        (lambda kept, number: kept.record(Event.MESSAGE, str(number), at=START), RECORDS_KEPT),
        (lambda kept, number: kept.remember_answer(str(number), "x"), ANSWERS_KEPT),
    ],
    ids=["records", "answers"],
)
def test_what_is_carried_for_years_is_bounded_and_the_newest_stays(
    keep: Callable[[FilingState, int], None], most: int
) -> None:
    kept = new_state()
    for number in range(most + 50):
        keep(kept, number)

    names = [line.detail for line in kept.records] or list(kept.answers)
    assert names == [str(number) for number in range(50, most + 50)]


def test_an_open_test_is_one_whose_receipt_may_still_come() -> None:
    assert {each for each in SendState if each.open} == {SendState.UNCLEAR, SendState.ACCEPTED}


def test_moments_keep_their_zone_in_storage() -> None:
    loaded = FilingState.model_validate_json(rich_state().model_dump_json())

    assert loaded.opened_at.tzinfo is not None
    assert loaded.opened_at.astimezone(UTC) - START == timedelta()


def test_an_edit_and_all_that_people_asked_for_survive_storage() -> None:
    state = filed(CarrierStatus.FAILED)
    handed_in(state, edit(accept_reset="mobile"))
    state.queued = wish_of(state, refile(way="console"), START, "r-2")
    state.deletion = Deletion(by="ann", asked_at=START)
    state.replaces = Replacement(sign_name="旧名", carriers=(Carrier.MOBILE,), by="ann")
    word = Confirmation(by="bob", at=START)
    state.carrier(Carrier.MOBILE).usable_word = word
    state.carrier(Carrier.MOBILE).told_deliveries = [word]

    assert FilingState.model_validate_json(state.model_dump_json()) == state


def test_an_edit_of_a_newer_version_still_loads() -> None:
    state = filed()
    handed_in(state)
    stored = json.loads(state.model_dump_json())
    for model in (stored["amendment"], stored["amendment"]["wish"], stored["amendment"]["application"]):
        model["added_by_a_later_version"] = 1

    assert FilingState.model_validate(stored) == state
