from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from temporalio.common import SearchAttributeKey

from engine.search_attributes import (
    ACTION_REQUIRED,
    ALL_KEYS,
    CARRIER_STATUS,
    EXPIRES_AT,
    FAILURE_REASONS,
    FILING_ACCOUNT,
    FILING_PHASE,
    NEXT_DUE_AT,
    SIGN_NAME,
    Values,
    at_start,
    registration_commands,
    type_name,
    updates_between,
    values_of,
)
from filing.guard import note_tests
from filing.snapshot import SignatureSnapshot
from filing.steps import refresh_phase
from filing.vocabulary import Carrier, CarrierStatus, Phase, ReviewStatus
from tests.filing.builders import DAY, START, all_carriers, application, filing_on, look, new_state, reading, sent_test

values = st.fixed_dictionaries(
    {},
    optional={
        FILING_PHASE: st.none() | st.sampled_from([phase.value for phase in Phase]),
        FAILURE_REASONS: st.none() | st.lists(st.sampled_from(["mobile:A", "unicom:B"]), min_size=1),
        ACTION_REQUIRED: st.booleans(),
        EXPIRES_AT: st.none() | st.just(START) | st.just(START + DAY),
    },
)


def without_none(known: Values) -> Values:
    return {key: value for key, value in known.items() if value is not None}


@given(values, values)
def test_an_upsert_makes_one_state_of_the_other_and_touches_nothing_else(before: Values, after: Values) -> None:
    updates = updates_between(before, after)

    written = before | {update.key: update.value for update in updates}
    assert without_none(written) == without_none(before | after)
    assert all(before.get(update.key) != after[update.key] for update in updates)


def test_a_filing_that_did_not_change_is_not_written() -> None:
    state = filing_on(CarrierStatus.REGISTERED)

    assert updates_between(values_of(state), values_of(state)) == []


def test_what_a_filing_starts_with_is_what_it_then_has() -> None:
    """Else its first task would write all of it a second time."""
    start = at_start("acme", "云杉科技")

    assert updates_between({pair.key: pair.value for pair in start}, values_of(new_state())) == []


def test_the_values_of_a_filing() -> None:
    state = new_state()
    seen = SignatureSnapshot(
        review=ReviewStatus.APPROVED,
        carriers={
            Carrier.MOBILE: reading(CarrierStatus.REGISTERED, "DETECT_SUCCESS"),
            Carrier.UNICOM: reading(CarrierStatus.EXPIRED, "NO_SEND_RECORD"),
            Carrier.TELECOM: reading(CarrierStatus.FAILED, "SIGNATURE_ERROR", "QUALIFICATION_ERROR"),
        },
    )
    look(state, START, seen)
    refresh_phase(state)

    found = values_of(state)

    assert found[FILING_ACCOUNT] == "acme"
    assert found[SIGN_NAME] == "云杉科技"
    assert found[FILING_PHASE] == "ACTIVE"
    assert [found[CARRIER_STATUS[carrier]] for carrier in Carrier] == ["REGISTERED", "EXPIRED", "FAILED"]
    assert found[FAILURE_REASONS] == [
        "telecom:QUALIFICATION_ERROR",
        "telecom:SIGNATURE_ERROR",
        "unicom:NO_SEND_RECORD",
    ]
    assert found[ACTION_REQUIRED] is True
    assert found[EXPIRES_AT] == state.guard.expires_at
    assert found[NEXT_DUE_AT] == state.guard.next_check_at


def test_moments_have_no_fraction_which_would_be_lost_and_written_again() -> None:
    state = new_state()
    look(state, datetime(2026, 3, 2, 2, 0, 0, 123456, tzinfo=UTC), all_carriers(CarrierStatus.REGISTERING))
    found = values_of(state)

    assert found[NEXT_DUE_AT] is not None
    assert found[NEXT_DUE_AT].microsecond == 0


def test_nothing_about_a_company_or_a_person_is_in_the_open() -> None:
    state = new_state(application=application(remark="请联系13912345678", app_link="https://shop.example/app"))
    for carrier in Carrier:
        look(state, START, all_carriers(CarrierStatus.PENDING_VERIFICATION))
        note_tests(state, carrier, [sent_test(phone="139****0001", detail="杭州云杉科技有限公司")])

    shown = repr(list(values_of(state).values()))

    for private in ("杭州云杉科技有限公司", "139", "900001", "https://", "tester"):
        assert private not in shown


def test_every_value_belongs_to_a_registered_attribute() -> None:
    assert set(values_of(filing_on(CarrierStatus.FAILED))) <= set(ALL_KEYS)
    assert len({key.name for key in ALL_KEYS}) == len(ALL_KEYS) == 10


def test_the_commands_for_a_server_that_lets_nobody_register() -> None:
    assert registration_commands([FAILURE_REASONS, EXPIRES_AT], "sms") == [
        "temporal operator search-attribute create --namespace sms --name FailureReasons --type KeywordList",
        "temporal operator search-attribute create --namespace sms --name ExpiresAt --type Datetime",
    ]
    assert {type_name(key) for key in ALL_KEYS} == {"Keyword", "KeywordList", "Bool", "Datetime"}
    assert isinstance(FILING_PHASE, SearchAttributeKey)
