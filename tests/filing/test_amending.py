from typing import Any

import pytest

from filing.advice import advise
from filing.amending import (
    at_work,
    base_of,
    begin,
    change_application,
    in_progress,
    in_review,
    merged,
    refile_targets,
    sends_held,
    standing_against,
    unclear_ask_at,
    way_of,
    wish_of,
)
from filing.amendment import AmendmentKind, AmendmentStage, Wish
from filing.calendar import shown_deadline
from filing.commands import console_path
from filing.messages import Edit, Refile
from filing.policy import Policy
from filing.record import ActionCode, Event
from filing.requests import AmendResult, SubmitOutcome
from filing.state import FilingState
from filing.steps import take_submission
from filing.vocabulary import Carrier, CarrierStatus, FilingWay, ReviewStatus
from tests.filing.builders import DAY, HOUR, START, look, new_state, round_of
from tests.filing.edits import NEW, NEXT_ORDER, OLD, ORDER, begun, edit, filed, handed_in, refile, shows

REGISTERED, REGISTERING = CarrierStatus.REGISTERED, CarrierStatus.REGISTERING
FAILED, PENDING = CarrierStatus.FAILED, CarrierStatus.PENDING_VERIFICATION
MOBILE, UNICOM, TELECOM = Carrier


def wish(state: FilingState, message: Edit | Refile | None = None, **fields: Any) -> Wish:
    return wish_of(state, message or edit(**fields), START, "r-1")


def asked(state: FilingState) -> list[ActionCode]:
    return [action.code for action in state.actions]


def events(state: FilingState) -> list[Event]:
    return [line.event for line in state.records]


def action(state: FilingState, code: ActionCode) -> tuple[str, str]:
    (found,) = [each for each in state.actions if each.code is code]
    return found.detail, advise(found, "云杉科技", "acme").command


# What is going on


def test_nothing_is_sent_while_the_signature_is_handed_in_anew_or_reviewed() -> None:
    state = filed()
    assert not sends_held(state)

    begun(state)
    assert sends_held(state), "also where the platform shows nothing of it"

    reviewed = filed()
    look(reviewed, START + DAY, shows(review=ReviewStatus.IN_REVIEW))
    assert sends_held(reviewed), "also where it was edited in the console"


@pytest.mark.parametrize("stage", AmendmentStage)
def test_an_amendment_is_at_work_until_its_verdict(stage: AmendmentStage) -> None:
    state = filed()
    handed_in(state).stage = stage

    assert (at_work(state) is not None) is (stage in (AmendmentStage.TO_WRITE, AmendmentStage.IN_REVIEW))
    assert (in_review(state) is not None) is (stage is AmendmentStage.IN_REVIEW)


def test_what_forbids_an_edit_is_named_with_its_order_and_its_dates() -> None:
    state = filed({MOBILE: REGISTERING, UNICOM: REGISTERED})
    assert in_progress(state) == [f"移动 mobile 报备中, result due {shown_deadline(round_of(state).due_at)}"]

    reviewed = filed()
    handed_in(reviewed)
    assert in_progress(reviewed) == [f"审核中, order {NEXT_ORDER}"]
    assert in_progress(filed(FAILED)) == []


def test_a_signature_that_was_adopted_and_not_seen_yet_is_not_edited_at_once() -> None:
    state = new_state()
    take_submission(state, SubmitOutcome(at=START, adopted=True, review_overdue_at=START + DAY))

    assert standing_against(state, wish(state)) != []


# Wishes


def test_a_wish_says_who_wants_what() -> None:
    asked_for = wish(filed(), accept_reset="mobile,unicom", reason="new licence")

    assert (asked_for.kind, asked_for.changes) == (AmendmentKind.EDIT, {"qualification_id": NEW})
    assert (asked_for.by, asked_for.reason, asked_for.request_id) == ("ann", "new licence", "r-1")
    assert asked_for.accept_reset == (MOBILE, UNICOM)


def test_a_refile_is_about_the_named_carrier_or_those_that_are_neither_filed_nor_being_filed() -> None:
    state = filed({MOBILE: REGISTERED, UNICOM: FAILED, TELECOM: CarrierStatus.EXPIRED})

    assert refile_targets(state, None) == (UNICOM, TELECOM)
    assert refile_targets(state, MOBILE) == (MOBILE,)
    for being_filed in (REGISTERING, PENDING):
        assert refile_targets(filed(being_filed), None) == ()


def test_of_two_wishes_the_later_counts_field_by_field() -> None:
    state = filed()
    first = wish(
        state, Edit(set={"qualification_id": NEW, "remark": "one"}, accept_reset=(MOBILE,), by="ann", reason="a")
    )
    second = wish(state, Edit(set={"remark": "two"}, accept_reset=(UNICOM, MOBILE), by="bob", reason="b"))

    both = merged(first, second)

    assert both.changes == {"qualification_id": NEW, "remark": "two"}
    assert both.accept_reset == (MOBILE, UNICOM), "what either accepted is accepted"
    assert (both.by, both.reason) == ("bob", "a; b")
    assert merged(None, second) == second


def test_a_refile_merged_into_an_edit_is_an_edit_about_the_same_carriers() -> None:
    state = filed(FAILED)
    refiled = wish(state, refile(carrier=TELECOM))

    for both in (merged(wish(state), refiled), merged(refiled, wish(state))):
        assert (both.kind, both.carriers) == (AmendmentKind.EDIT, (TELECOM,))
    assert merged(refiled, wish(state, Edit(accept_reset=(MOBILE,)))).kind is AmendmentKind.REFILE


@pytest.mark.parametrize(
    ("policy", "message", "way"),
    [
        (FilingWay.UPDATE_SIGN, edit(), FilingWay.UPDATE_SIGN),
        (FilingWay.CHANGE_QUALIFICATION, edit(), FilingWay.CHANGE_QUALIFICATION),
        (
            FilingWay.CHANGE_QUALIFICATION,
            edit(set={"qualification_id": NEW, "company_name": "蓝鲸"}),
            FilingWay.CHANGE_QUALIFICATION,
        ),
        (FilingWay.CHANGE_QUALIFICATION, edit(set={"qualification_id": NEW, "remark": "x"}), FilingWay.UPDATE_SIGN),
        (FilingWay.CHANGE_QUALIFICATION, edit(set={"remark": "x"}), FilingWay.UPDATE_SIGN),
        (FilingWay.CONSOLE, edit(), FilingWay.UPDATE_SIGN),
        (FilingWay.CONSOLE, refile(), FilingWay.CONSOLE),
        (FilingWay.UPDATE_SIGN, refile(way="console"), FilingWay.CONSOLE),
        (FilingWay.CONSOLE, refile(way="update_sign"), FilingWay.UPDATE_SIGN),
    ],
)
def test_the_way_is_the_policys_unless_the_message_names_one_or_it_cannot_serve(
    policy: FilingWay, message: Edit | Refile, way: FilingWay
) -> None:
    state = filed(FAILED, policy=Policy(refile_by=policy))

    assert way_of(state, wish(state, message)) is way


def test_only_an_approved_signature_is_bound_to_another_qualification_by_itself() -> None:
    state = filed(FAILED, policy=Policy(refile_by=FilingWay.CHANGE_QUALIFICATION), review=ReviewStatus.REJECTED)

    assert way_of(state, wish(state)) is FilingWay.UPDATE_SIGN
    assert way_of(state, wish(state, refile())) is FilingWay.UPDATE_SIGN


def test_what_the_platform_is_not_told_is_changed_here_with_a_record() -> None:
    state = filed()

    change_application(state, wish(state, edit(set={"needed_by": "2026-05-01"}, reason="asked")), START)

    assert str(state.application.needed_by) == "2026-05-01"
    assert (state.records[-1].event, state.records[-1].by) == (Event.EDITED, "ann")
    assert state.records[-1].detail == "needed_by (none) → 2026-05-01; asked"


def test_after_the_submission_only_what_the_platform_is_not_told_is_changed_here() -> None:
    """The values of an edit under review, said once more beside another: they are not approved yet."""
    state = filed()
    handed_in(state)

    change_application(state, wish(state, edit(set={"qualification_id": NEW, "needed_by": "2026-05-01"})), START)

    assert (state.application.qualification_id, str(state.application.needed_by)) == (OLD, "2026-05-01")


@pytest.mark.parametrize("written", [False, True])
def test_the_next_edit_builds_on_the_one_at_work(written: bool) -> None:
    state = filed()
    if written:
        handed_in(state)
    else:
        begun(state)

    assert base_of(state).qualification_id == NEW


# The beginning


def test_an_edit_begins_with_what_the_platform_showed_before_it() -> None:
    state = filed()

    amendment = begun(state)

    assert (amendment.order_before, amendment.qualification_before, amendment.approved_before) == (ORDER, 900001, True)
    assert amendment.differences == {"qualification_id": ("900001", "900006")}
    assert (amendment.application.qualification_id, state.application.qualification_id) == (NEW, 900001)
    assert amendment.stage is AmendmentStage.TO_WRITE


@pytest.mark.parametrize("review", [ReviewStatus.APPROVED, ReviewStatus.REJECTED])
def test_what_was_seen_last_counts_where_a_fresh_look_is_still_awaited(review: ReviewStatus) -> None:
    """As right after a round was superseded."""
    state = filed(FAILED, review=review)
    state.snapshot = None

    amendment = begun(state)

    assert amendment.approved_before is (review is ReviewStatus.APPROVED)
    assert amendment.order_before == ORDER


def test_a_new_edit_answers_what_was_asked_about_the_last() -> None:
    state = filed()
    handed_in(state, result=AmendResult.REFUSED)
    assert asked(state) == [ActionCode.EDIT_REFUSED]

    begun(state)

    assert asked(state) == []


def test_a_refile_in_the_console_is_asked_for_carrier_by_carrier_until_it_shows() -> None:
    state = filed({MOBILE: REGISTERED, UNICOM: FAILED, TELECOM: FAILED})

    told = begin(state, wish(state, refile(way="console", reason="lapsed")), START)

    assert console_path("云杉科技") in told
    clicks = [each for each in state.actions if each.code is ActionCode.REFILE_IN_CONSOLE]
    assert [each.carrier for each in clicks] == [UNICOM, TELECOM]
    assert console_path("云杉科技") in advise(clicks[0], "云杉科技", "acme").what
    assert events(state).count(Event.REFILE_IN_CONSOLE) == 2
    assert state.amendment is None

    look(state, START + HOUR, shows({MOBILE: REGISTERED, UNICOM: REGISTERING, TELECOM: FAILED}))
    assert [each.carrier for each in state.actions if each.code is ActionCode.REFILE_IN_CONSOLE] == [TELECOM]


def test_a_person_is_asked_about_an_unclear_write_a_little_later_and_once() -> None:
    state = filed()
    amendment = handed_in(state, result=AmendResult.UNCLEAR)
    assert amendment.written_at is not None
    assert unclear_ask_at(state) == amendment.written_at + state.policy.send_unclear_after

    amendment.unclear_told = True
    assert unclear_ask_at(state) is None
    assert unclear_ask_at(new_state()) is None
