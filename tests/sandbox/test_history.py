"""What is kept between requests must never show: answers are those of a sandbox that reads everything anew."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.operations.history import Histories, read_history
from sandbox.pace import REAL
from sandbox.rules import Rules
from sandbox.store import Message, Store
from sandbox.timeline import Filing

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
ACCOUNT, NAME = "account", "云杉科技"
MATERIAL = {"QualificationId": 900001}

moments = st.integers(0, 300 * 24).map(lambda hours: START + timedelta(hours=hours))
fates = st.sampled_from([{}, {"telecom": "silent"}, {"mobile": "fail:OTHERS_ERROR"}, {"review": "reject"}])
carriers = st.sampled_from(["mobile", "unicom", "telecom"])
happenings = st.one_of(
    st.tuples(st.just("updated"), fates.map(lambda asked: {"material": MATERIAL, "fates": asked})),
    st.tuples(st.just("sent"), carriers),
    st.tuples(st.just("reported"), carriers.map(lambda each: {"carriers": [each], "fates": {}})),
    st.tuples(st.just("revoked"), carriers.map(lambda each: {"carriers": [each], "reason": "EXT_CODE_RECYCLE"})),
    st.tuples(st.just("withdrawn"), st.just({})),
    st.tuples(st.just("deleted"), st.just({})),
    st.tuples(st.just("created"), fates.map(lambda asked: {"material": MATERIAL, "fates": asked})),
    st.tuples(st.just("fates"), fates),
    st.tuples(st.just("asked"), st.none()),
)


def happen(store: Store, kind: str, data: Any, at: datetime) -> None:
    if kind == "fates":
        store.put_fates(NAME, data)
    elif kind == "sent":
        store.add_messages(ACCOUNT, [message(data, at)])
    elif kind in ("created", "deleted") or store.life(ACCOUNT, NAME):
        store.add_event(ACCOUNT, NAME, at, kind, data)


def message(carrier: str, at: datetime) -> Message:
    return Message(
        sign_name=NAME,
        phone="13900000001",
        carrier=carrier,
        sent_at=at,
        receipt_at=at + timedelta(seconds=15),
        delivered=True,
        template_code="SMS_900001",
        template_type=0,
        content="",
    )


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(moments, happenings), max_size=12), st.lists(moments, min_size=1, max_size=6))
def test_what_is_kept_never_shows(story: list[tuple[datetime, tuple[str, Any]]], asked: list[datetime]) -> None:
    store, rules = Store(), Rules()
    histories = Histories(store, REAL, rules)
    store.add_event(ACCOUNT, NAME, START, "created", {"material": MATERIAL, "fates": {}})

    for at, (kind, data) in [*sorted(story, key=lambda each: each[0]), (START, ("asked", None))]:
        happen(store, kind, data, at)
        for moment in [at, *asked]:
            fresh = read_history(store, ACCOUNT, NAME)
            seen_from = max(moment, fresh.last_write) if fresh.last_write else moment
            assert histories.state(ACCOUNT, NAME, moment) == fresh.state(seen_from, REAL, rules)
    store.close()


def test_a_state_is_computed_once_while_nothing_can_have_changed() -> None:
    store = Store()
    histories = Histories(store, REAL, Rules())
    store.add_event(ACCOUNT, NAME, START, "created", {"material": MATERIAL, "fates": {}})

    first = histories.state(ACCOUNT, NAME, START + timedelta(days=1))
    assert histories.state(ACCOUNT, NAME, START + timedelta(days=5)) is first, "three carriers are 报备中 all the while"
    later = histories.state(ACCOUNT, NAME, START + timedelta(days=30))
    assert later is not None
    assert {each.status for each in later.carriers.values()} == {Filing.PENDING_VERIFICATION}


def test_what_was_rolled_back_is_forgotten() -> None:
    store = Store()
    histories = Histories(store, REAL, Rules())
    store.add_event(ACCOUNT, NAME, START, "created", {"material": MATERIAL, "fates": {}})

    def half_done() -> None:
        with store.transaction():
            store.add_event(ACCOUNT, NAME, START, "deleted", {})
            assert histories.state(ACCOUNT, NAME, START) is None
            raise LookupError

    with pytest.raises(LookupError):
        half_done()
    assert histories.state(ACCOUNT, NAME, START) is not None
