"""Any sequence of looks at the platform and ends of rounds leaves a filing in order."""

from datetime import datetime

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from filing.card import filing_card
from filing.deadlines import next_wake, reading_plan
from filing.guard import check_guard
from filing.messages import StatusChanged
from filing.policy import DEFAULT_POLICY
from filing.record import ActionCode
from filing.report import report_on
from filing.round_state import RoundState
from filing.rounds import broke, close_round, restart_due, take_status
from filing.snapshot import CarrierReading, SignatureSnapshot
from filing.state import FilingState
from filing.steps import meet_deadlines, refresh_phase
from filing.vocabulary import Carrier, CarrierStatus, Phase, ReviewStatus, RoundOutcome
from tests.filing.builders import NOT_FOUND, START, ended, look, new_state

NEEDS_A_PERSON = {
    CarrierStatus.FAILED: ActionCode.FILING_FAILED,
    CarrierStatus.EXPIRED: ActionCode.FILING_EXPIRED,
    CarrierStatus.UNKNOWN: ActionCode.STATUS_UNKNOWN,
}

readings = st.builds(CarrierReading, status=st.sampled_from(CarrierStatus), platform_code=st.integers(-3, 9))
snapshots = st.one_of(
    st.just(NOT_FOUND),
    st.builds(
        SignatureSnapshot,
        review=st.sampled_from([ReviewStatus.APPROVED] * 5 + list(ReviewStatus)),
        carriers=st.dictionaries(st.sampled_from(Carrier), readings),
    ),
)
pauses = st.timedeltas(min_value=DEFAULT_POLICY.tests_apart, max_value=3 * DEFAULT_POLICY.guard_read_every)


class FilingLife(RuleBasedStateMachine):
    """A filing and its rounds, played without an engine: ``rounds`` stands for the workflows of the open ones."""

    def __init__(self) -> None:
        super().__init__()
        self.state: FilingState = new_state()
        self.now: datetime = START
        self.rounds: dict[Carrier, RoundState] = {}
        self.begun: dict[Carrier, list[int]] = {carrier: [] for carrier in Carrier}

    @initialize(written=st.booleans())
    def submit(self, written: bool) -> None:
        self.state.written_at = START if written else None

    @rule(seen=snapshots, pause=pauses)
    def look(self, seen: SignatureSnapshot, pause: object) -> None:
        self.let_pass(pause)
        observation = look(self.state, self.now, seen)
        for carrier, change in observation.to_tell:
            self.tell(carrier, change)
        for opened in observation.to_start:
            assert opened.carrier not in self.rounds, "a carrier has one round at a time"
            self.rounds[opened.carrier] = opened.model_copy(deep=True)
            self.begun[opened.carrier].append(opened.round)
        if seen.found and self.state.snapshot is not None:
            shown = {carrier: seen.reading(carrier) for carrier in Carrier}
            known = self.state.carriers
            assert all(known[c].status is shown[c].status for c in known), "the platform's word is final"

    def tell(self, carrier: Carrier, change: StatusChanged) -> None:
        take_status(self.rounds[carrier], change)

    def let_pass(self, pause: object) -> None:
        assert isinstance(pause, type(DEFAULT_POLICY.tests_apart))
        self.now += pause

    @precondition(lambda self: any(opened.outcome for opened in self.rounds.values()))
    @rule(data=st.data())
    def end_round(self, data: st.DataObject) -> None:
        carrier = data.draw(st.sampled_from([c for c, opened in self.rounds.items() if opened.outcome]))
        opened = self.rounds.pop(carrier)
        close_round(self.state, ended(opened, opened.outcome), self.now)

    @precondition(lambda self: self.rounds)
    @rule(data=st.data(), how=st.sampled_from(["broke", "cancelled"]))
    def break_round(self, data: st.DataObject, how: str) -> None:
        opened = self.rounds.pop(data.draw(st.sampled_from(list(self.rounds))))
        if how == "broke":
            broke(self.state, opened.carrier, "a bug", self.now)
        else:
            close_round(self.state, ended(opened, RoundOutcome.RELEASED), self.now)

    @rule(pause=pauses, traffic=st.booleans())
    def keep_clocks(self, pause: object, traffic: bool) -> None:
        self.let_pass(pause)
        meet_deadlines(self.state, self.now)
        restart_due(self.state, self.now)
        check_guard(self.state, self.now if traffic else None, self.now)

    @invariant()
    def the_filing_knows_which_rounds_run(self) -> None:
        assert {carrier for carrier, _ in self.state.open_rounds()} == set(self.rounds)

    @invariant()
    def numbers_of_rounds_only_grow(self) -> None:
        for numbers in self.begun.values():
            assert numbers == sorted(numbers)
            assert set(numbers) == set(range(1, len(set(numbers)) + 1)), "no number is left out"

    @invariant()
    def it_is_in_a_phase_and_can_be_shown(self) -> None:
        refresh_phase(self.state)
        if any(opened.outcome is None and opened.status.starts_round for opened in self.rounds.values()):
            assert self.state.phase is Phase.FILING
        assert filing_card(self.state)
        report = report_on(self.state, "filing/acme/云杉科技", self.now)
        assert type(report).model_validate_json(report.model_dump_json()) == report

    @invariant()
    def who_needs_a_person_gets_one(self) -> None:
        asked = {(action.code, action.carrier) for action in self.state.actions}
        assert len(asked) == len(self.state.actions), "nothing is asked twice"
        for carrier, known in self.state.carriers.items():
            for status, code in NEEDS_A_PERSON.items():
                assert ((code, carrier) in asked) is (known.status is status)

    @invariant()
    def nobody_is_lost(self) -> None:
        """A carrier in filing without a round is looked at afresh, or has a date for it."""
        for carrier, known in self.state.carriers.items():
            if known.status.starts_round and carrier not in self.rounds:
                refused = self.state.snapshot is not None and not self.state.snapshot.found
                assert self.state.snapshot is None or known.restart_at is not None or refused

    @invariant()
    def the_guard_follows_what_is_registered(self) -> None:
        registered = any(known.status is CarrierStatus.REGISTERED for known in self.state.carriers.values())
        if registered:
            assert self.state.guard.expires_at is not None
            assert self.state.guard.next_check_at is not None
        elif self.state.snapshot is not None and self.state.snapshot.found:
            assert self.state.guard.expires_at is None

    @invariant()
    def there_is_always_a_next_read(self) -> None:
        plans, _ = reading_plan(self.state)
        assert any(step.since <= self.now for plan in plans for step in plan)
        next_wake(self.state)

    @invariant()
    def it_survives_storage(self) -> None:
        assert FilingState.model_validate_json(self.state.model_dump_json()) == self.state


FilingLife.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestFilingLife = FilingLife.TestCase
