"""Any sequence of looks, messages, writes, ends of rounds and deadlines leaves a filing in order."""

from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from filing import steps
from filing.amending import EDITABLE_REVIEWS, at_work, base_of, in_review, registering, sends_held, unaccepted
from filing.amendment import Amendment, AmendmentStage
from filing.card import filing_card
from filing.changes import apply_changes
from filing.deadlines import next_wake, reading_plan
from filing.judging import take_outcome
from filing.messages import Confirm, Delete, Edit, OperatorMessage, Pause, Refile, Release, Resume, ReviewWord
from filing.objections import objection_to
from filing.preview import PreviewRequest, preview
from filing.record import ActionCode
from filing.report import report_on
from filing.requests import AmendOutcome, AmendResult, DeleteOutcome, WatchOutcome
from filing.snapshot import CarrierReading, Refusal, SignatureSnapshot
from filing.state import FilingState
from filing.vocabulary import Carrier, CarrierStatus, FilingWay, Phase, ReviewStatus
from filing.vouching import take_delivery
from tests.filing.builders import DAY
from tests.filing.edits import NEW, OLD, ORDER, message_of
from tests.filing.life import Life, pauses
from tests.filing.orders import obey

NEEDS_A_PERSON = {
    CarrierStatus.FAILED: ActionCode.FILING_FAILED,
    CarrierStatus.EXPIRED: ActionCode.FILING_EXPIRED,
    CarrierStatus.UNKNOWN: ActionCode.STATUS_UNKNOWN,
}

accepted = st.sampled_from([tuple(Carrier)] * 3 + [(), (Carrier.MOBILE, Carrier.TELECOM)])
changes = st.sampled_from(
    [
        {"qualification_id": NEW},
        {"qualification_id": OLD},
        {"qualification_id": NEW, "remark": "x", "needed_by": "2026-05-01"},
        {"remark": "x"},
        {"remark": ""},
        {"needed_by": "2026-06-01"},
        {},
    ]
)
moments = st.timedeltas(timedelta(), timedelta(minutes=30))
ways = st.sampled_from([None, None, *FilingWay])


class FilingLife(Life):
    """A filing of which people ask things, and whose edits the platform answers."""

    # Messages

    @rule(changed=changes, accept=accepted, waits=st.booleans())
    def edit(self, changed: dict[str, object], accept: tuple[Carrier, ...], waits: bool) -> None:
        self.say(Edit(set=changed, accept_reset=accept, when_settled=waits))

    @rule(changed=changes)
    def edit_whatever_it_costs(self, changed: dict[str, object]) -> None:
        self.say(Edit(set=changed, accept_reset=tuple(Carrier), when_settled=True))

    @rule(carrier=st.sampled_from([None, *Carrier]), way=ways, accept=accepted, waits=st.booleans())
    def refile(self, carrier: Carrier | None, way: FilingWay | None, accept: tuple[Carrier, ...], waits: bool) -> None:
        self.say(Refile(reason="lapsed", carrier=carrier, way=way, accept_reset=accept, when_settled=waits))

    @rule()
    def withdraw(self) -> None:
        self.say(Edit(withdraw=True))

    @precondition(lambda self: at_work(self.state) is not None)
    @rule(word=st.sampled_from(ReviewWord))
    def confirm_review(self, word: ReviewWord) -> None:
        self.say(Confirm(review=word))

    @rule(carrier=st.sampled_from(Carrier), usable=st.booleans())
    def confirm_carrier(self, carrier: Carrier, usable: bool) -> None:
        self.say(Confirm(usable=carrier) if usable else Confirm(test_delivered=carrier))

    @rule()
    def pause_or_resume(self) -> None:
        self.say(Resume() if self.state.paused else Pause())

    @precondition(lambda self: self.lived > 10)
    @rule(force=st.booleans())
    def ask_for_deletion(self, force: bool) -> None:
        self.say(Delete(confirm="云杉科技", force=force))

    def say(self, message: OperatorMessage) -> None:
        state = self.state
        before = state.model_copy(deep=True)
        objection = objection_to(state, message, self.now)
        if isinstance(message, Edit | Refile | Delete):
            request = PreviewRequest.model_validate({type(message).__name__.lower(): message})
            assert preview(state, request, self.now).refusal == (str(objection) if objection else "")
        assert state == before, "neither looks more than at the state"
        if objection is not None:
            assert objection.why
            if objection.command:
                message_of(objection.command.replace("FIELD=VALUE", "remark=x"))
            return
        assert not state.phase.closed
        obey(state, message, self.now)
        if isinstance(message, Edit | Refile):
            self.after_order(message, before)
        if isinstance(message, Confirm) and message.test_delivered in self.rounds:
            take_delivery(self.rounds[message.test_delivered], self.now, state.policy)
        self.compare_stages()
        if state.review.submitted_at is not None:
            self.compare_beginning()
        self.go_on()

    def after_order(self, message: Edit | Refile, before: FilingState) -> None:
        """What was asked for is in what is handed in next, or changed here, or asked of a person."""
        state = self.state
        if state.queued is not None and before.queued is None and state.review.submitted_at is not None:
            assert message.when_settled, "nothing waits that did not say so"
        if isinstance(message, Refile) or message.withdraw:
            return
        prospect = apply_changes(base_of(state), state.queued.changes if state.queued else {}).model_dump(mode="json")
        here, only_here = state.application.model_dump(mode="json"), self.only_here(message.set)
        for field, value in message.set.items():
            assert value in (prospect[field], here[field] if field in only_here else prospect[field])
        if state.application != before.application:
            self.told_here = only_here

    @precondition(lambda self: self.lived > 15 and not self.state.phase.closed)
    @rule()
    def release(self) -> None:
        obey(self.state, Release(by="ann"), self.now)
        self.go_on()
        self.wind_up()

    # What comes of it

    @precondition(lambda self: self.to_write() and not self.forbidden())
    @rule(numbered=st.booleans(), seen=st.booleans(), pause=moments)
    def write(self, numbered: bool, seen: bool, pause: timedelta) -> None:
        self.orders += 1
        own = str(self.orders) if numbered and self.at_work().way is FilingWay.UPDATE_SIGN else None
        self.now += pause
        self.answer(AmendResult.WRITTEN, order_id=own, review_overdue_at=self.now + DAY, before=self.shown())
        if seen:
            self.see(self.shown(review=ReviewStatus.IN_REVIEW))
        self.go_on()

    @precondition(lambda self: self.to_write() and not self.forbidden())
    @rule(looked=st.booleans(), pause=moments)
    def lose_the_answer(self, looked: bool, pause: timedelta) -> None:
        self.orders += 1
        self.now += pause
        self.answer(AmendResult.UNCLEAR, before=self.shown() if looked else None)
        self.go_on()

    @precondition(lambda self: self.to_write())
    @rule(pause=moments)
    def refuse(self, pause: timedelta) -> None:
        self.now += pause
        self.answer(AmendResult.REFUSED, refusal=Refusal(code="isv.X", text="no"))
        self.go_on()

    @precondition(lambda self: self.to_write())
    @rule(in_review=st.booleans(), pause=moments)
    def put_off(self, in_review: bool, pause: timedelta) -> None:
        self.now += pause
        filing = {Carrier.MOBILE: CarrierReading(status=CarrierStatus.REGISTERING)}
        shown = self.shown(review=ReviewStatus.IN_REVIEW) if in_review else self.shown(carriers=filing)
        lost = self.at_work().written_at is not None
        self.answer(AmendResult.NOT_NOW, seen=WatchOutcome(observed_at=self.now, snapshot=shown))
        if lost and in_review:
            assert at_work(self.state) is not None, "it had arrived after all"
        else:
            assert self.state.amendment is None
            assert self.state.queued is not None
        self.see(shown)
        self.go_on()

    @precondition(lambda self: in_review(self.state) is not None and self.open() and not self.state.paused)
    @rule(fate=st.sampled_from(["review", "approved", "old again", "overtaken"]), pause=pauses)
    def show_its_fate(self, fate: str, pause: timedelta) -> None:
        amendment = self.at_work()
        bound = amendment.application.qualification_id
        filing = dict.fromkeys(Carrier, CarrierReading(status=CarrierStatus.REGISTERING))
        match fate:
            case "review":
                seen = self.shown(review=ReviewStatus.IN_REVIEW)
            case "approved":
                approved = self.shown(review=ReviewStatus.APPROVED, carriers=filing)
                seen = approved.model_copy(update={"order_id": self.number("own"), "qualification_id": bound})
            case "old again":
                seen = self.shown()
            case _:
                seen = self.shown(order_id="20999", carriers=filing)
        self.look(pause, seen)
        if fate == "approved":
            assert amendment.stage is AmendmentStage.APPROVED
            assert self.state.application.qualification_id == bound

    def answer(self, result: AmendResult, **fields: Any) -> None:
        take_outcome(self.state, AmendOutcome(result=result, at=self.now, **fields))

    def at_work(self) -> Amendment:
        amendment = at_work(self.state)
        assert amendment is not None
        return amendment

    def to_write(self) -> bool:
        state = self.state
        waits = state.amendment is not None and state.amendment.stage is AmendmentStage.TO_WRITE
        return waits and self.open() and not state.paused and state.deletion is None

    def forbidden(self) -> bool:
        """Whether the platform itself shows by now what forbids it."""
        state = self.state
        lost = unaccepted(state, self.at_work().wish.accept_reset)
        return bool(registering(state) or lost) or state.review.status not in EDITABLE_REVIEWS

    def shown(self, **fields: Any) -> SignatureSnapshot:
        """What was seen last, or an approved signature, with other fields if given."""
        usual = SignatureSnapshot(review=ReviewStatus.APPROVED, order_id=ORDER, qualification_id=OLD)
        known = self.state.snapshot
        seen = known if known is not None and known.found else usual
        review = seen.review if seen.review in EDITABLE_REVIEWS else ReviewStatus.APPROVED
        return seen.model_copy(update={"review": review, **fields})

    @precondition(lambda self: self.open() and self.state.deletion is not None and not self.state.paused)
    @rule(refused=st.booleans(), gone=st.booleans())
    def delete(self, refused: bool, gone: bool) -> None:
        refusal = Refusal(code="TRAFFIC", text="in use") if refused else None
        steps.take_deletion(self.state, DeleteOutcome(at=self.now, was_gone=gone, refusal=refusal))
        assert self.state.phase.closed is not refused
        assert (ActionCode.DELETE_REFUSED in self.asked()) is refused
        self.go_on()
        self.wind_up()

    # What always holds

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
        filing = any(opened.outcome is None and opened.status.starts_round for opened in self.rounds.values())
        if filing and not self.state.phase.closed:
            assert self.state.phase is Phase.FILING
        if at_work(self.state) is not None:
            assert sends_held(self.state)
        assert filing_card(self.state, self.now)
        report = report_on(self.state, "filing/acme/云杉科技", self.now)
        assert type(report).model_validate_json(report.model_dump_json()) == report

    @invariant()
    def who_needs_a_person_gets_one(self) -> None:
        asked = {(action.code, action.carrier) for action in self.state.actions}
        assert len(asked) == len(self.state.actions), "nothing is asked twice"
        if self.state.phase.closed:
            assert not asked
            return
        for carrier, known in self.state.carriers.items():
            for status, code in NEEDS_A_PERSON.items():
                assert ((code, carrier) in asked) is (known.status is status)

    @invariant()
    def what_waits_is_shown_and_what_is_over_waits_no_more(self) -> None:
        state = self.state
        if state.phase.closed:
            assert (state.queued, state.deletion) == (None, None)
        elif state.review.submitted_at is not None:
            assert (ActionCode.EDIT_QUEUED in self.asked()) is (state.queued is not None)

    @invariant()
    def nobody_waits_for_ever_for_a_verdict(self) -> None:
        """An edit without a verdict has a date on which a person is asked about it, or has been asked about."""
        state, amendment = self.state, at_work(self.state)
        if not self.open() or amendment is None or amendment.stage is AmendmentStage.TO_WRITE:
            return
        if state.review.status is ReviewStatus.IN_REVIEW:
            dated = not state.review.overdue_told and state.review.overdue_at is not None
            assert dated or ActionCode.REVIEW_OVERDUE in self.asked()
            return
        assert amendment.overdue_at is not None
        undocumented = ActionCode.STATUS_UNKNOWN in self.asked()
        assert not amendment.overdue_told or ActionCode.EDIT_UNANSWERED in self.asked() or undocumented
        if amendment.unclear and amendment.unclear_told:
            assert self.asked() & {ActionCode.EDIT_UNCLEAR, ActionCode.EDIT_UNANSWERED}
        wake = next_wake(state, guard_at_work=True)
        assert amendment.overdue_told or wake is not None
        assert wake is None or wake.at > self.now, "a deadline that is met rings no more"

    @invariant()
    def nobody_is_lost(self) -> None:
        """A carrier in filing without a round is looked at afresh, or has a date for it."""
        if self.state.phase.closed:
            return
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

    @invariant()
    def it_survives_storage(self) -> None:
        assert FilingState.model_validate_json(self.state.model_dump_json()) == self.state


FilingLife.TestCase.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
TestFilingLife = FilingLife.TestCase
