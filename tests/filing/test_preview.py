from typing import Any

import pytest
from pydantic import ValidationError

from filing.guard import note_traffic
from filing.messages import Delete, Edit, Refile
from filing.objections import objection_to
from filing.policy import Policy
from filing.preview import Preview, PreviewRequest, preview
from filing.state import FilingState
from filing.vocabulary import Carrier, CarrierStatus, FilingWay
from tests.filing.builders import DAY, START, new_state
from tests.filing.edits import NEW, NEXT_ORDER, OLD, edit, filed, handed_in, refile

REGISTERED, FAILED = CarrierStatus.REGISTERED, CarrierStatus.FAILED
MOBILE, UNICOM, TELECOM = Carrier
DELETE = Delete(confirm="云杉科技", by="ann")


def told(state: FilingState, message: Edit | Refile | Delete) -> Preview:
    kind = type(message).__name__.lower()
    return preview(state, PreviewRequest.model_validate({kind: message}), START)


def test_exactly_one_message_is_previewed() -> None:
    for request in ({}, {"edit": edit(), "refile": refile()}, {"edit": None}):
        with pytest.raises(ValidationError, match="expected one of"):
            PreviewRequest.model_validate(request)


@pytest.mark.parametrize("message", [edit(), edit(accept_reset="mobile"), refile(), DELETE, Edit(withdraw=True)])
def test_a_preview_changes_nothing_and_refuses_what_the_filing_would_refuse(message: Any) -> None:
    state = filed({MOBILE: REGISTERED, UNICOM: REGISTERED, TELECOM: FAILED})
    before = state.model_copy(deep=True)

    shown = told(state, message)

    assert state == before
    objection = objection_to(state, message, START)
    assert shown.refusal == (str(objection) if objection else "")


def test_an_edit_is_shown_with_what_would_be_handed_in_and_by_which_operation() -> None:
    state = filed(FAILED)

    shown = told(state, edit())

    assert shown.refusal == ""
    assert shown.operation == "UpdateSmsSign"
    assert shown.application == state.application.model_copy(update={"qualification_id": NEW})
    assert shown.changes == {"qualification_id": (str(OLD), str(NEW))}
    assert (shown.waits_for, shown.may_reset, shown.risk) == ([], [], "")


def test_what_may_be_lost_is_shown_with_what_is_not_accepted_yet() -> None:
    state = filed({MOBILE: REGISTERED, UNICOM: REGISTERED, TELECOM: FAILED})
    note_traffic(state, START - DAY)

    shown = told(state, edit(accept_reset="unicom"))

    assert shown.may_reset == [MOBILE, UNICOM]
    assert shown.not_accepted == [MOBILE]
    assert "working days" in shown.risk
    assert str(shown.last_traffic_on) == "2026-03-01"


def test_what_the_waiting_edit_was_allowed_is_accepted_already() -> None:
    state = filed({MOBILE: REGISTERED, UNICOM: REGISTERED})
    state.queued = handed_in(filed(), edit(accept_reset="mobile")).wish

    shown = told(state, edit(set={"remark": "x"}, accept_reset="unicom"))

    assert (shown.refusal, shown.not_accepted) == ("", [])


def test_what_waits_already_is_handed_in_with_it() -> None:
    state = filed(FAILED)
    state.queued = handed_in(filed(), edit(set={"remark": "x"})).wish

    assert set(told(state, edit()).changes) == {"remark", "qualification_id"}


def test_what_has_to_be_over_first_is_shown() -> None:
    state = filed(FAILED)
    handed_in(state)

    shown = told(state, edit(set={"remark": "x"}, when_settled=True))

    assert shown.waits_for == [f"审核中, order {NEXT_ORDER}"]
    assert shown.refusal == ""
    assert shown.application is not None
    assert shown.application.qualification_id == NEW, "it builds on the edit under review"


def test_a_refile_changes_nothing_and_goes_its_way() -> None:
    for way, operation in (
        (FilingWay.UPDATE_SIGN, "UpdateSmsSign"),
        (FilingWay.CHANGE_QUALIFICATION, "ChangeSignatureQualification"),
        (FilingWay.CONSOLE, ""),
    ):
        state = filed(FAILED, policy=Policy(refile_by=way))

        shown = told(state, refile())

        assert (shown.operation, shown.changes) == (operation, {})
        assert ("报备" in shown.console) is (way is FilingWay.CONSOLE)


def test_a_click_in_the_console_risks_nothing_that_is_registered() -> None:
    shown = told(filed({MOBILE: REGISTERED, TELECOM: FAILED}), refile(way="console", carrier="telecom"))

    assert (shown.refusal, shown.may_reset, shown.risk) == ("", [], "")


def test_what_the_platform_is_not_told_calls_nothing_and_risks_nothing() -> None:
    shown = told(filed(), edit(set={"needed_by": "2026-05-01"}))

    assert (shown.refusal, shown.operation, shown.may_reset, shown.risk) == ("", "", [], "")
    assert list(shown.changes) == ["needed_by"]


def test_before_the_submission_an_edit_is_part_of_it_and_risks_nothing() -> None:
    shown = told(new_state(), edit())

    assert (shown.refusal, shown.operation, shown.may_reset, shown.risk) == ("", "CreateSmsSign", [], "")
    assert shown.changes == {"qualification_id": (str(OLD), str(NEW))}


def test_a_deletion_is_one_operation_with_the_traffic_that_stands_against_it() -> None:
    state = filed()
    note_traffic(state, START - DAY)

    shown = told(state, DELETE)

    assert shown.operation == "DeleteSmsSign"
    assert "--force" in shown.refusal
    assert str(shown.last_traffic_on) == "2026-03-01"


def test_taking_back_would_call_nothing() -> None:
    assert told(filed(), Edit(withdraw=True)) == Preview()
