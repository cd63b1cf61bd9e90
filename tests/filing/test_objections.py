"""Each refusal says what stands against a message, by which rule, and which command would work."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from filing.amending import queue, wish_of
from filing.amendment import Deletion
from filing.calendar import shown_deadline
from filing.guard import note_traffic
from filing.messages import (
    Confirm,
    Delete,
    Edit,
    LookNow,
    OperatorMessage,
    Pause,
    Refile,
    Release,
    Replace,
    Resume,
    SendTest,
)
from filing.objections import TRAFFIC_FORBIDS_DELETE, Objection, objection_to
from filing.policy import Policy
from filing.requests import AmendResult
from filing.state import FilingState
from filing.vocabulary import Carrier, CarrierStatus, Phase, ReviewStatus
from tests.filing.builders import DAY, HOUR, NOT_FOUND, START, look, new_state, round_of, sent_test
from tests.filing.edits import NEW, NEXT_ORDER, OLD, begun, edit, filed, handed_in, message_of, refile

REGISTERED, REGISTERING = CarrierStatus.REGISTERED, CarrierStatus.REGISTERING
FAILED, EXPIRED = CarrierStatus.FAILED, CarrierStatus.EXPIRED
MOBILE, UNICOM, TELECOM = Carrier

NOW = START + 2 * DAY
DELETE = Delete(confirm="云杉科技", by="ann")
CLICK = {"way": "console", "carrier": "telecom"}


def refused(state: FilingState, message: OperatorMessage) -> Objection:
    objection = objection_to(state, message, NOW)
    assert objection is not None
    return objection


def taken(state: FilingState, message: OperatorMessage) -> bool:
    return objection_to(state, message, NOW) is None


def followed(state: FilingState, objection: Objection) -> Objection | None:
    """What still stands against it once a person has copied the commands that the refusals name."""
    for hops in range(3):
        message = message_of(objection.command.replace("FIELD=VALUE", f"qualification_id={NEW}"))
        if message is None:
            # To be shown more is an answer, but not after one was told what would work.
            return objection if hops else None
        further = objection_to(state, message, NOW)
        if further is None:
            return None
        objection = further
    return objection


def paused(state: FilingState) -> FilingState:
    state.paused = True
    return state


def gone(state: FilingState) -> FilingState:
    for hours in (1, 2):
        look(state, START + hours * HOUR, NOT_FOUND)
    return state


def in_review(state: FilingState) -> FilingState:
    assert state.snapshot is not None
    look(state, START + HOUR, state.snapshot.model_copy(update={"review": ReviewStatus.IN_REVIEW}))
    return state


def edited(state: FilingState, result: AmendResult = AmendResult.WRITTEN) -> FilingState:
    handed_in(state, result=result)
    return state


def waits(state: FilingState, message: Edit | Refile) -> FilingState:
    queue(state, wish_of(state, message, START, ""), START)
    return state


def used(state: FilingState, days_ago: float) -> FilingState:
    note_traffic(state, NOW - days_ago * DAY)
    return state


def closed(state: FilingState, phase: Phase = Phase.RELEASED) -> FilingState:
    state.phase = phase
    return state


def being_deleted(state: FilingState) -> FilingState:
    state.deletion = Deletion(by="ann", asked_at=START)
    return state


REFUSED: dict[str, tuple[Callable[[], FilingState], OperatorMessage, list[str], str]] = {
    "closed": (lambda: closed(filed()), edit(), ["RELEASED"], ""),
    "being deleted": (lambda: being_deleted(filed()), edit(), ["being deleted"], ""),
    "look paused": (lambda: paused(filed()), LookNow(), ["paused"], ""),
    "edit of nothing": (filed, Edit(by="ann"), ["nothing is to be changed"], ""),
    "withdraw and more": (filed, edit(withdraw=True), ["withdraw"], ""),
    "edit paused": (lambda: paused(filed(FAILED)), edit(), ["paused"], ""),
    "edit in review": (lambda: in_review(filed(FAILED)), edit(), ["审核中, order 20001"], "not while 审核中"),
    "edit unseen review": (lambda: edited(filed(FAILED)), edit(set={"remark": "x"}), [NEXT_ORDER], "not while 审核中"),
    "edit 报备中": (lambda: filed(REGISTERING), edit(), ["移动 mobile 报备中", "联通", "电信"], "报备期间不可编辑签名"),
    "edit 报备成功": (filed, edit(), ["移动 mobile 联通 unicom 电信 telecom", "could be lost"], "更新后需要重新报备"),
    "edit some 报备中": (lambda: filed({MOBILE: REGISTERING, UNICOM: REGISTERED}), edit(), ["移动 mobile 报备中"], ""),
    "edit cancelled": (lambda: filed(FAILED, review=ReviewStatus.CANCELLED), edit(), ["已取消"], "SignStatus 1, 2"),
    "edit gone": (lambda: gone(filed(FAILED)), edit(), ["no longer knows"], ""),
    "edit without effect": (lambda: filed(FAILED), edit(set={"qualification_id": OLD}), ["nothing would change"], ""),
    "edit without effect, filed": (filed, edit(set={"qualification_id": OLD}), ["nothing would change"], ""),
    "edit against the rules": (filed, edit(set={"source": "APP"}), ["app_icp_record_id"], ""),
    "refile unsubmitted": (new_state, refile(), ["nothing was submitted"], ""),
    "refile needless": (filed, refile(), ["移动 报备成功"], ""),
    "refile 报备中": (lambda: filed({MOBILE: REGISTERING}), refile(carrier="telecom"), ["移动 mobile"], "报备期间"),
    "refile 报备成功": (filed, refile(carrier="mobile"), ["移动 mobile", "could be lost"], "更新后需要重新报备"),
    "click rejected": (lambda: filed(FAILED, review=ReviewStatus.REJECTED), refile(**CLICK), ["审核不通过"], ""),
    "click unseen review": (lambda: edited(filed(FAILED)), refile(**CLICK), [NEXT_ORDER], "报备期间"),
    "confirm unsubmitted": (new_state, Confirm(usable=MOBILE), ["nothing was submitted"], ""),
    "usable but failed": (lambda: filed(FAILED), Confirm(usable=MOBILE), ["移动 mobile as 报备失败"], "gives none"),
    "no review waits": (filed, Confirm(review="approved"), ["no edit waits"], ""),
    "review shown": (lambda: in_review(edited(filed())), Confirm(review="approved"), ["审核中"], "gives none"),
    "received": (lambda: edited(filed()), Confirm(review="not_received"), [NEXT_ORDER], ""),
    "delete another": (
        filed,
        Delete(confirm="云杉"),
        ["云杉, the signature is 云杉科技"],
        "删除后签名不可用且无法恢复",
    ),
    "delete unsubmitted": (new_state, DELETE, ["nothing was submitted"], ""),
    "delete paused": (lambda: paused(filed()), DELETE, ["paused"], ""),
    "delete in review": (lambda: in_review(filed()), DELETE, ["审核中"], "DeleteSmsSign"),
    "delete in use": (lambda: used(filed(), 29), DELETE, ["traffic on 2026-02-03"], "unless forced"),
    "replace itself": (filed, Replace(old="【云杉科技】"), ["its own place"], ""),
    "test paused": (lambda: paused(filed()), SendTest(), ["paused"], ""),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_says_what_stands_against_it_and_what_would_work(case: str) -> None:
    state_of, message, words, rule = REFUSED[case]
    state = state_of()
    before = state.model_copy(deep=True)

    objection = refused(state, message)

    assert all(word in objection.why for word in words), objection.why
    assert rule in objection.rule
    assert str(objection).startswith(objection.why)
    assert state.records == before.records, "what is refused leaves no trace"
    assert state.actions == before.actions
    if case != "edit against the rules":
        assert objection.command, "a person is told what would work"
        assert objection.command in str(objection)
        assert followed(state, objection) is None


def test_what_only_time_can_change_names_no_command() -> None:
    state = filed(policy=filed().policy.model_copy(update={"tests_per_day": 1}))
    state.carrier(MOBILE).extra_tests = [sent_test(1, NOW)]

    for objection in (refused(edited(filed()), SendTest()), refused(state, SendTest(carrier=MOBILE))):
        assert objection.command == ""
        assert str(objection) == objection.why


# Edits


def test_a_refused_edit_names_every_carrier_in_filing_with_its_date() -> None:
    state = filed({MOBILE: REGISTERING, UNICOM: REGISTERING, TELECOM: FAILED})

    why = refused(state, edit()).why

    for carrier in (MOBILE, UNICOM):
        assert f"{carrier.label} {carrier} 报备中, result due {shown_deadline(round_of(state, carrier).due_at)}" in why
    assert "电信" not in why


@pytest.mark.parametrize("status", CarrierStatus)
def test_an_edit_is_taken_in_every_status_that_the_help_page_edits(status: CarrierStatus) -> None:
    """报备中 takes no edit and 报备成功 none without a person's word; all others are cured by 编辑签名."""
    assert taken(filed(status), edit()) is (status not in (REGISTERING, REGISTERED))


def test_what_a_registered_carrier_risks_is_told_in_days_and_traffic() -> None:
    state = used(filed({MOBILE: REGISTERED, UNICOM: FAILED}), 3)

    objection = refused(state, edit())

    assert "7-10 working days" in objection.why
    assert "due after 10 working days" in objection.why
    assert "last traffic 2026-03-01" in objection.why
    assert "联通" not in objection.why, "what failed cannot be lost"
    assert "no traffic known" in refused(filed(), edit()).why


@pytest.mark.parametrize("kind", ["edit", "refile"])
def test_every_registered_carrier_has_to_be_given_up_by_name(kind: str) -> None:
    state = filed({MOBILE: REGISTERED, UNICOM: REGISTERED, TELECOM: FAILED})

    def message(accepted: str) -> Edit | Refile:
        return edit(accept_reset=accepted) if kind == "edit" else refile(accept_reset=accepted)

    assert "联通 unicom 报备成功" in refused(state, message("mobile,telecom")).why
    assert "移动" not in refused(state, message("mobile,telecom")).why
    assert taken(state, message("mobile,unicom"))
    assert taken(state, message("unicom,telecom,mobile"))


def test_an_edit_that_may_wait_is_taken_while_something_is_in_progress() -> None:
    for state in (in_review(filed(FAILED)), filed(REGISTERING), edited(filed(FAILED)), paused(filed(FAILED))):
        assert taken(state, edit(set={"remark": "x"}, when_settled=True))
        assert taken(state, refile(carrier="telecom", when_settled=True))


def test_an_edit_that_may_wait_is_still_asked_what_may_be_lost() -> None:
    state = filed({MOBILE: REGISTERING, UNICOM: REGISTERED})

    objection = refused(state, edit(when_settled=True))

    assert "--when-settled" in objection.command
    assert "--accept-reset unicom" in objection.command
    assert followed(state, objection) is None


def test_what_the_waiting_edit_was_allowed_counts_for_the_next() -> None:
    state = waits(filed({MOBILE: REGISTERED, UNICOM: REGISTERED}), edit(accept_reset="mobile"))

    assert taken(state, edit(set={"remark": "x"}, accept_reset="unicom"))
    assert taken(state, Edit(accept_reset=(UNICOM,)))
    assert "联通 unicom" in refused(state, edit(set={"remark": "x"})).why
    assert taken(state, edit(accept_reset="unicom")), "or the same edit once more"
    assert "nothing is to be changed" in refused(filed(), Edit(accept_reset=(UNICOM,))).why, "nothing waits"


@pytest.mark.parametrize("state_of", [filed, lambda: filed(REGISTERING), lambda: in_review(filed()), new_state])
@pytest.mark.parametrize("queued", [False, True])
def test_what_the_platform_is_not_told_may_be_changed_at_any_time(
    state_of: Callable[[], FilingState], queued: bool
) -> None:
    state = state_of()
    if queued:
        waits(state, edit(accept_reset="mobile,unicom,telecom"))

    assert taken(state, edit(set={"needed_by": "2026-05-01"}))


def test_what_would_change_nothing_at_the_platform_risks_nothing() -> None:
    """The values that the platform has already, beside one that it is not told."""
    assert taken(filed(), edit(set={"qualification_id": OLD, "needed_by": "2026-05-01"}))


def test_before_the_submission_everything_may_be_changed_that_the_rules_allow() -> None:
    assert taken(new_state(), edit())
    assert taken(paused(new_state()), edit())
    assert "trademark_id" in refused(new_state(), edit(set={"source": "TRADEMARK"})).why
    assert taken(new_state(), edit(set={"source": "TRADEMARK", "trademark_id": 700001}))


def test_an_edit_is_not_blamed_for_what_was_wrong_before() -> None:
    state = filed(FAILED)
    state.application = state.application.model_copy(update={"company_name": "另一家公司"})

    assert taken(state, edit())
    assert "另一家公司" not in refused(state, edit(set={"source": "WEBSITE"})).why


def test_an_edit_under_review_can_be_undone_by_one_that_waits() -> None:
    for state in (edited(filed(FAILED)), filed(FAILED)):
        if state.amendment is None:
            begun(state)
        assert taken(state, edit(set={"qualification_id": OLD}, when_settled=True))
        assert "nothing would change" in refused(state, edit(when_settled=True)).why


def test_taking_back_is_always_allowed() -> None:
    for state in (filed(), in_review(filed()), paused(filed()), new_state()):
        assert taken(state, Edit(withdraw=True))


# Re-files


def test_a_refusal_keeps_the_carrier_and_the_way_that_were_asked_for() -> None:
    state = filed({MOBILE: REGISTERING})

    command = refused(state, refile(carrier="telecom", way="change_qualification")).command

    again = message_of(command)
    assert isinstance(again, Refile)
    assert (again.carrier, again.way, again.when_settled) == (TELECOM, "change_qualification", True)


def test_only_an_approved_signature_is_filed_again_by_binding_its_qualification() -> None:
    state = filed(CarrierStatus.NOT_FILED, review=ReviewStatus.REJECTED)

    objection = refused(state, refile(way="change_qualification"))

    assert "审核不通过" in objection.why
    assert followed(state, objection) is None


def test_a_click_in_the_console_waits_for_no_other_carrier_and_risks_none() -> None:
    state = filed({MOBILE: REGISTERED, UNICOM: REGISTERING, TELECOM: FAILED})

    assert taken(state, refile(**CLICK))
    assert "联通 unicom 报备中" in refused(state, refile(way="console", carrier="unicom")).why
    assert taken(state, refile(way="console", carrier="unicom", when_settled=True))


# A person's word


@pytest.mark.parametrize(
    ("status", "allowed"),
    [
        (REGISTERED, True),
        (CarrierStatus.PENDING_VERIFICATION, True),
        (REGISTERING, True),
        (FAILED, False),
        (EXPIRED, False),
        (CarrierStatus.NOT_FILED, False),
        (CarrierStatus.UNKNOWN, False),
    ],
)
def test_a_word_counts_only_where_the_platform_may_know_less(status: CarrierStatus, allowed: bool) -> None:
    assert taken(filed(status), Confirm(usable=MOBILE)) is allowed


def test_a_word_on_the_review_is_taken_where_the_platform_tells_nothing() -> None:
    for word in ("approved", "rejected"):
        assert taken(edited(filed()), Confirm(review=word))
    assert taken(edited(filed(), AmendResult.UNCLEAR), Confirm(review="not_received"))


# Deletion


def test_a_name_may_be_confirmed_with_its_brackets() -> None:
    assert taken(filed(), Delete(confirm="【云杉科技】"))


@pytest.mark.parametrize(("days", "allowed"), [(29.9, False), (30, True), (400, True)])
def test_a_signature_in_use_is_deleted_only_by_force(days: float, allowed: bool) -> None:
    state = used(filed(), days)

    assert timedelta(days=30) == TRAFFIC_FORBIDS_DELETE
    assert taken(state, DELETE) is allowed
    assert taken(state, Delete(confirm="云杉科技", force=True))


def test_what_is_gone_may_be_deleted_whatever_was_known_of_it() -> None:
    assert taken(gone(used(edited(filed()), 1)), DELETE)


def test_while_it_is_deleted_one_may_only_stop() -> None:
    state = being_deleted(filed())

    stops: list[OperatorMessage] = [Pause(), Resume(), Release()]
    others: list[Any] = [LookNow(), edit(), refile(), DELETE, SendTest(), Confirm(usable=MOBILE), Replace(old="云")]
    assert [taken(state, message) for message in stops] == [True] * 3
    assert [taken(state, message) for message in others] == [False] * 7


# Test messages


def test_a_test_needs_an_approved_signature_that_nobody_is_editing() -> None:
    assert "审核中" in refused(in_review(filed()), SendTest()).why
    assert "edit" in refused(edited(filed()), SendTest()).why
    assert taken(filed(), SendTest())


def test_a_policy_without_trials_takes_no_test_message_before_the_carriers_answer() -> None:
    state = filed(CarrierStatus.REGISTERING, policy=Policy(trial_while_registering=False))
    assert "trial_while_registering" in refused(state, SendTest(carrier=MOBILE)).rule
    assert taken(filed(CarrierStatus.REGISTERING), SendTest(carrier=MOBILE))
