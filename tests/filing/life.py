"""A filing as its workflow plays it, without an engine: looks at the platform, ends of rounds, and deadlines."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from filing import steps
from filing.amending import (
    EDITABLE_REVIEWS,
    ask_about_queue,
    at_work,
    platform_differences,
    registering,
    sends_held,
    take_up_queued,
    unaccepted,
)
from filing.amendment import Amendment, AmendmentKind, AmendmentStage
from filing.application import SignatureApplication, differing_fields
from filing.changes import LOCAL
from filing.guard import check_guard
from filing.messages import StatusChanged
from filing.policy import DEFAULT_POLICY, Policy
from filing.record import ActionCode
from filing.requests import SubmitOutcome
from filing.round_state import RoundState
from filing.rounds import broke, close_round, restart_due, take_status
from filing.snapshot import CarrierReading, SignatureSnapshot
from filing.state import FilingState
from filing.vocabulary import Carrier, CarrierStatus, FilingWay, ReviewStatus, RoundOutcome
from tests.filing.builders import DAY, NOT_FOUND, START, ended, look, new_state
from tests.filing.edits import NEW, OLD, ORDER

ASKED_AFTER = {
    AmendmentStage.REFUSED: {ActionCode.EDIT_REFUSED},
    AmendmentStage.OVERTAKEN: {ActionCode.EDIT_REJECTED},
    AmendmentStage.REJECTED: {ActionCode.EDIT_REJECTED, ActionCode.REVIEW_REJECTED},
}
"""What a person is asked once an edit has come to nothing."""

EVER_SHOWN = set(ReviewStatus) - {ReviewStatus.NOT_SUBMITTED}
"""What the platform can show of a signature that it knows."""

readings = st.builds(
    CarrierReading,
    status=st.sampled_from(CarrierStatus),
    platform_code=st.integers(-3, 9),
    completed_at=st.sampled_from([None, START, START + DAY]),
)
reviews = st.sampled_from([ReviewStatus.APPROVED] * 5 + [ReviewStatus.IN_REVIEW] * 2 + sorted(EVER_SHOWN))
orders = st.sampled_from(["first", "own", "another", "none"])
qualifications = st.sampled_from([OLD, OLD, NEW, None])
carriers = st.dictionaries(st.sampled_from(Carrier), readings)
settled = st.sampled_from([CarrierStatus.REGISTERED, CarrierStatus.EXPIRED, CarrierStatus.FAILED])
looks: dict[Any, Any] = {
    "review": reviews,
    "order_id": orders,
    "qualification_id": qualifications,
    "carriers": carriers,
}
pauses = st.timedeltas(min_value=DEFAULT_POLICY.tests_apart, max_value=3 * DEFAULT_POLICY.guard_read_every)


class Life(RuleBasedStateMachine):
    """A filing and its rounds, played without an engine: ``rounds`` stands for the workflows of the open ones."""

    def __init__(self) -> None:
        super().__init__()
        self.state: FilingState = new_state()
        self.now: datetime = START
        self.rounds: dict[Carrier, RoundState] = {}
        self.begun: dict[Carrier, list[int]] = {carrier: [] for carrier in Carrier}
        self.orders = int(ORDER)
        self.lived = 0
        self.remember()

    # What the filing's workflow does between two things that happen

    def remember(self) -> None:
        """Keep what the next step is compared with."""
        state = self.state
        self.application: SignatureApplication = state.application
        self.amendment: Amendment | None = state.amendment
        self.stage: AmendmentStage | None = state.amendment.stage if state.amendment else None
        self.told_here: set[str] = set()

    def go_on(self) -> None:
        """Meet deadlines, hand in what waits, and compare with what was before."""
        state = self.state
        if not state.phase.closed and state.review.submitted_at is None:
            steps.take_edit_before_submission(state, self.now)
        elif not state.phase.closed:
            steps.meet_deadlines(state, self.now)
            restart_due(state, self.now)
            ask_about_queue(state, self.now)
            self.compare_stages()
            self.compare_applications()
            self.remember()
            # What waits may have come to nothing but what the platform is not told.
            self.told_here = self.only_here(state.queued.changes) if state.queued else set()
            waited = state.queued
            take_up_queued(state, self.now)
            if waited is not None and state.queued is None and at_work(state) is None:
                # What the platform is not told is changed at once where nothing else is left to change.
                self.told_here = self.only_here(waited.changes)
            self.compare_beginning()
        self.compare_applications()
        steps.refresh_phase(state)
        self.remember()
        self.lived += 1

    def compare_beginning(self) -> None:
        """An edit begins only where nothing stands against it, as far as the filing knows."""
        state, amendment = self.state, self.state.amendment
        if amendment is None or amendment is self.amendment:
            return
        assert self.stage is None or not self.stage.at_work, "one edit at a time"
        assert amendment.stage is AmendmentStage.TO_WRITE
        assert state.review.status in EDITABLE_REVIEWS
        assert registering(state) == []
        assert unaccepted(state, amendment.wish.accept_reset) == []
        assert not state.paused
        assert state.deletion is None
        if amendment.wish.kind is AmendmentKind.EDIT:
            assert platform_differences(state.application, amendment.application), "nothing is filed anew for nothing"

    def compare_stages(self) -> None:
        """A person is asked about an edit that came to nothing, in the moment in which it does."""
        amendment = self.state.amendment
        if amendment is not None and (amendment is not self.amendment or amendment.stage is not self.stage):
            wanted = ASKED_AFTER.get(amendment.stage)
            assert wanted is None or wanted & self.asked()

    def compare_applications(self) -> None:
        """The application changes by an approved edit, or before the submission, or if nothing was ever approved."""
        state, amendment = self.state, self.state.amendment
        if state.review.submitted_at is None:
            return
        changed = set(differing_fields(self.application, state.application)) - self.told_here
        if changed:
            assert amendment is not None
            assert changed <= set(amendment.wish.changes), "and by what that edit is about"
            approved = amendment.stage is AmendmentStage.APPROVED and self.stage is not AmendmentStage.APPROVED
            assert approved or not amendment.approved_before

    def only_here(self, changes: dict[str, Any]) -> set[str]:
        """The fields of which the platform is not told, or which an adopted signature has there already."""
        state = self.state
        fields = set(changes) & set(LOCAL)
        shown = state.snapshot.qualification_id if state.snapshot is not None else None
        right_there = state.adopted and at_work(state) is None and shown is not None
        if right_there and changes.get("qualification_id") == shown:
            fields.add("qualification_id")
        return fields

    def asked(self) -> set[ActionCode]:
        return {action.code for action in self.state.actions}

    def wind_up(self) -> None:
        if self.state.phase.closed:
            for carrier in list(self.rounds):
                close_round(self.state, ended(self.rounds.pop(carrier), RoundOutcome.RELEASED), self.now)

    def open(self) -> bool:
        return not self.state.phase.closed and self.state.review.submitted_at is not None

    # The platform

    @initialize(
        how=st.sampled_from(["approved"] * 5 + ["submitted", "adopted", "later"]),
        way=st.sampled_from(FilingWay),
        status=settled,
    )
    def begin(self, how: str, way: FilingWay, status: CarrierStatus) -> None:
        self.state = new_state(Policy(refile_by=way))
        for carrier in Carrier:
            self.state.carrier(carrier)
        self.remember()
        if how != "later":
            self.submit(adopted=how == "adopted")
        if how == "approved":
            self.look_when_nothing_is_in_progress(status, "first", OLD, DAY)

    @precondition(lambda self: self.state.review.submitted_at is None and not self.state.phase.closed)
    @rule(adopted=st.booleans())
    def submit(self, adopted: bool) -> None:
        overdue_at = self.now + DAY
        steps.take_submission(
            self.state, SubmitOutcome(at=self.now, order_id=ORDER, adopted=adopted, review_overdue_at=overdue_at)
        )
        self.go_on()

    @precondition(lambda self: self.open() and not self.state.paused)
    @rule(review=reviews, order=orders, qualification=qualifications, shown=carriers, pause=pauses)
    def look_afresh(
        self,
        review: ReviewStatus,
        order: str,
        qualification: int | None,
        shown: dict[Carrier, CarrierReading],
        pause: timedelta,
    ) -> None:
        self.look(
            pause,
            SignatureSnapshot(
                review=review, order_id=self.number(order), qualification_id=qualification, carriers=shown
            ),
        )

    @precondition(lambda self: self.open() and not self.state.paused and self.state.snapshot is not None)
    @rule(
        changed=st.fixed_dictionaries({}, optional=looks),
        pause=pauses,
    )
    def look_again(self, changed: dict[str, Any], pause: timedelta) -> None:
        assert self.state.snapshot is not None
        before = self.state.snapshot
        if "order_id" in changed:
            changed = {**changed, "order_id": self.number(changed["order_id"])}
        if "carriers" in changed:
            changed = {**changed, "carriers": {**before.carriers, **changed["carriers"]}}
        self.look(pause, before.model_copy(update={"found": True, **changed}))

    @precondition(lambda self: self.open() and not self.state.paused)
    @rule(status=settled, order=orders, qualification=qualifications, pause=pauses)
    def look_when_nothing_is_in_progress(
        self, status: CarrierStatus, order: str, qualification: int, pause: timedelta
    ) -> None:
        shown = dict.fromkeys(Carrier, CarrierReading(status=status))
        seen = SignatureSnapshot(
            review=ReviewStatus.APPROVED,
            order_id=self.number(order),
            qualification_id=qualification,
            carriers=shown,
        )
        self.look(pause, seen)

    @precondition(lambda self: self.open() and not self.state.paused and self.lived > 10)
    @rule(pause=pauses)
    def look_in_vain(self, pause: timedelta) -> None:
        self.look(pause, NOT_FOUND)

    def number(self, order: str) -> str | None:
        amendment = self.state.amendment
        own = amendment.order_id if amendment is not None else None
        return {"first": ORDER, "own": own or str(self.orders), "another": "20999", "none": None}[order]

    def look(self, pause: timedelta, seen: SignatureSnapshot) -> None:
        self.now += pause
        self.see(seen)
        self.go_on()

    def see(self, seen: SignatureSnapshot) -> None:
        observation = look(self.state, self.now, seen)
        for carrier, change in observation.to_tell:
            self.tell(carrier, change)
        for opened in observation.to_start:
            assert opened.carrier not in self.rounds, "a carrier has one round at a time"
            assert opened.held is sends_held(self.state)
            self.rounds[opened.carrier] = opened.model_copy(deep=True)
            self.begun[opened.carrier].append(opened.round)
        if seen.found and self.state.snapshot is not None:
            shown = {carrier: seen.reading(carrier) for carrier in Carrier}
            known = {carrier: state for carrier, state in self.state.carriers.items() if state.observed_at is not None}
            assert all(known[c].status is shown[c].status for c in known), "the platform's word is final"

    def tell(self, carrier: Carrier, change: StatusChanged) -> None:
        take_status(self.rounds[carrier], change)

    # Rounds

    @precondition(lambda self: any(opened.outcome for opened in self.rounds.values()))
    @rule(data=st.data())
    def end_round(self, data: st.DataObject) -> None:
        carrier = data.draw(st.sampled_from([c for c, opened in self.rounds.items() if opened.outcome]))
        opened = self.rounds.pop(carrier)
        close_round(self.state, ended(opened, opened.outcome), self.now)
        self.go_on()

    @precondition(lambda self: self.rounds)
    @rule(data=st.data(), how=st.sampled_from(["broke", "cancelled"]))
    def break_round(self, data: st.DataObject, how: str) -> None:
        opened = self.rounds.pop(data.draw(st.sampled_from(list(self.rounds))))
        if how == "broke":
            broke(self.state, opened.carrier, "a bug", self.now)
        else:
            close_round(self.state, ended(opened, RoundOutcome.RELEASED), self.now)
        self.go_on()

    @rule(pause=pauses, traffic=st.booleans())
    def keep_clocks(self, pause: timedelta, traffic: bool) -> None:
        self.now += pause
        if self.open():
            check_guard(self.state, self.now if traffic else None, self.now)
        self.go_on()
