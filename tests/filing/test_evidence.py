import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filing.evidence import (
    BATCH_CHARACTERS,
    WRITE_AFTER,
    WRITE_AT,
    EvidenceRequest,
    evidence_due,
    evidence_file,
    evidence_line,
    hand_over,
    is_evidence_due,
    merged_records,
    read_lines,
    safe_name,
    take_back,
    unwritten,
)
from filing.messages import EarlierFiling, FilingStart
from filing.record import Event, Record
from filing.state import RECORDS_KEPT, FilingState
from filing.steps import open_filing
from filing.vocabulary import Carrier
from tests.filing.builders import DAY, HOUR, START, application, new_state

NAMES = st.text(min_size=1, max_size=300)

RECORDS = st.builds(
    Record,
    at=st.datetimes(timezones=st.just(START.tzinfo)),
    by=st.text(max_size=20),
    event=st.sampled_from(Event),
    carrier=st.none() | st.sampled_from(Carrier),
    round=st.none() | st.integers(1, 99),
    detail=st.text(max_size=60),
    number=st.integers(1, 10_000),
)


def request(*records: Record) -> EvidenceRequest:
    return EvidenceRequest(account="acme", sign_name="云杉科技", records=list(records))


def talked(count: int) -> FilingState:
    """A filing that was told so many things, one an hour."""
    state = new_state()
    for number in range(count):
        state.record(Event.MESSAGE, f"message {number}", at=START + number * HOUR, by="ann")
    return state


def numbers(records: list[Record]) -> list[int]:
    return [record.number for record in records]


# What a record is known by


def test_records_are_numbered_and_each_has_an_id_of_its_own() -> None:
    state = talked(RECORDS_KEPT + 30)

    assert numbers(state.records) == list(range(31, RECORDS_KEPT + 31))
    assert len({record.id for record in state.records}) == RECORDS_KEPT


def test_the_same_words_twice_are_two_records() -> None:
    state = new_state()
    state.record(Event.MESSAGE, "look_now", at=START, by="ann")
    state.record(Event.MESSAGE, "look_now", at=START, by="ann")

    assert state.records[0].id != state.records[1].id


def test_a_number_given_twice_after_a_reset_is_no_reason_to_lose_a_record() -> None:
    first, second = talked(3), talked(2)
    second.record(Event.MESSAGE, "after the reset", at=START + 9 * DAY, by="ann")

    assert first.records[2].number == second.records[2].number
    assert first.records[2].id != second.records[2].id
    assert [first.records[0].id, first.records[1].id] == [second.records[0].id, second.records[1].id]


@given(RECORDS)
def test_a_record_keeps_its_id_wherever_it_is_stored(record: Record) -> None:
    assert Record.model_validate_json(record.model_dump_json()).id == record.id


def test_a_state_from_before_there_were_numbers_gets_them_and_is_written_down() -> None:
    stored = talked(5).model_dump(mode="json", exclude={"records_made", "evidence_next"})
    for record in stored["records"]:
        del record["number"]

    state = FilingState.model_validate(stored)
    state.record(Event.MESSAGE, "new", at=START, by="ann")

    assert numbers(state.records) == [1, 2, 3, 4, 5, 6]
    assert numbers(unwritten(state)) == [1, 2, 3, 4, 5, 6]


def test_a_filing_of_the_same_name_goes_on_counting_and_writes_what_the_earlier_one_may_not_have() -> None:
    earlier = talked(RECORDS_KEPT - 5)
    start = FilingStart(application=application(), by="ann", earlier=EarlierFiling(records=earlier.records))

    state = open_filing(start, at=START + 9 * DAY, run_id="run-2")

    assert state.records[-1].event is Event.OPENED
    assert state.records[-1].number == RECORDS_KEPT - 4
    (batch,) = hand_over(state)
    assert [record.id for record in batch.records[:-1]] == [record.id for record in earlier.records]


# When they are written down


def test_nothing_is_due_while_there_is_nothing_to_write() -> None:
    assert evidence_due(new_state()) is None
    assert not is_evidence_due(new_state(), START + 999 * DAY)


def test_a_few_records_wait_until_the_oldest_has_waited_long_enough() -> None:
    state = talked(2)

    assert evidence_due(state) == START + WRITE_AFTER
    assert not is_evidence_due(state, START + WRITE_AFTER - timedelta(seconds=1))
    assert is_evidence_due(state, START + WRITE_AFTER)


def test_many_records_wait_for_nothing() -> None:
    assert not is_evidence_due(talked(WRITE_AT - 1), START)
    assert is_evidence_due(talked(WRITE_AT), START)


def test_what_was_handed_over_is_not_due_again() -> None:
    state = talked(WRITE_AT)
    (batch,) = hand_over(state)

    assert numbers(batch.records) == numbers(state.records)
    assert (batch.account, batch.sign_name) == ("acme", "云杉科技")
    assert evidence_due(state) is None
    assert hand_over(state) == []
    state.record(Event.MESSAGE, "later", at=START + DAY, by="ann")
    assert [record.detail for record in unwritten(state)] == ["later"]


def test_what_could_not_be_written_is_due_again_with_what_followed() -> None:
    state = talked(3)
    (first,) = hand_over(state)
    state.record(Event.MESSAGE, "later", at=START + DAY, by="ann")
    (second,) = hand_over(state)

    take_back(state, second)
    assert numbers(unwritten(state)) == [4]
    take_back(state, first)
    take_back(state, second)
    assert numbers(unwritten(state)) == [1, 2, 3, 4]


@given(st.lists(st.integers(0, BATCH_CHARACTERS * 2), min_size=1, max_size=12))
def test_batches_fit_into_a_message_and_lose_nothing(sizes: list[int]) -> None:
    state = new_state()
    for size in sizes:
        state.record(Event.MESSAGE, "x" * size, at=START, by="ann")

    batches = hand_over(state)

    assert [number for batch in batches for number in numbers(batch.records)] == list(range(1, len(sizes) + 1))
    for batch in batches:
        held = sum(len(record.detail) for record in batch.records)
        assert len(batch.records) == 1 or held <= BATCH_CHARACTERS


# How they look in the file


@given(st.lists(RECORDS, max_size=8, unique_by=lambda record: record.id))
def test_what_is_written_is_read_as_it_was(records: list[Record]) -> None:
    lines = "".join(f"{evidence_line(request(*records), record)}\n" for record in records)

    read = read_lines(lines)

    assert read.records == records
    assert read.unreadable == 0
    assert read.account == ("acme" if records else None)


def test_a_line_names_everything_for_whoever_reads_it_without_this_program() -> None:
    (record,) = talked(1).records

    assert json.loads(evidence_line(request(record), record)) == {
        "id": record.id,
        "account": "acme",
        "sign_name": "云杉科技",
        "at": "2026-03-02T02:00:00Z",
        "by": "ann",
        "event": "message",
        "carrier": None,
        "round": None,
        "detail": "message 0",
        "number": 1,
    }


@given(st.lists(RECORDS, min_size=1, max_size=5), st.data())
def test_a_file_that_ends_anywhere_loses_at_most_the_line_that_was_cut(
    records: list[Record], data: st.DataObject
) -> None:
    whole = "".join(f"{evidence_line(request(*records), record)}\n" for record in records)
    cut = whole[: data.draw(st.integers(0, len(whole)))]

    read = read_lines(cut)

    complete = {record.id for record in records[: cut.count("\n")]}
    assert complete <= {record.id for record in read.records}
    assert read.unreadable <= 1


def test_what_people_put_into_the_file_is_counted_and_skipped() -> None:
    (record,) = talked(1).records
    line = evidence_line(request(record), record)

    read = read_lines(f"# my notes\n\n[]\n{line}\n{line}\nnull\n12\n" + '{"at": "never"}\n')

    assert read.records == [record]
    assert read.unreadable == 5


def test_sources_are_merged_by_id_in_order_of_time() -> None:
    state = talked(6)

    merged = merged_records(reversed(state.records[:4]), state.records[2:])

    assert merged == state.records


# What the files are called


@given(NAMES, NAMES)
def test_two_names_never_share_a_file_whatever_the_file_system_folds(one: str, other: str) -> None:
    assert (safe_name(one).casefold() == safe_name(other).casefold()) is (one == other)


@given(NAMES)
def test_no_name_leads_out_of_its_folder_or_is_too_long(name: str) -> None:
    folder, file = evidence_file(name, name)

    for part in (folder, file):
        assert "/" not in part
        assert "\\" not in part
        assert part not in (".", "..")
        assert not part.startswith(".")
        assert len(part.encode()) <= 255


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("云杉科技", "云杉科技.jsonl"),
        ("云杉1号", "云杉1号.jsonl"),
        ("ABC", "%41%42%43.jsonl"),
        ("../..", "%2e%2e%2f%2e%2e.jsonl"),
        ("a b", "a%20b.jsonl"),
    ],
)
def test_a_name_stays_readable_as_far_as_it_can(name: str, file: str) -> None:
    assert evidence_file("acme", name) == ("acme", file)
