"""A filing that takes over a signature that exists already (存量签名), from its opening to its edits."""

from datetime import datetime
from typing import Any

import pytest

from filing.adopting import EARLIER_RECORDS
from filing.amending import take_wish
from filing.amendment import AmendmentStage
from filing.application import unknown_fields
from filing.messages import Edit, FilingStart
from filing.objections import objection_to
from filing.policy import Policy
from filing.preview import PreviewRequest, preview
from filing.record import ActionCode, Event
from filing.requests import CheckOutcome, SubmitOutcome
from filing.snapshot import SignatureSnapshot
from filing.state import FilingState
from filing.steps import open_filing, take_check, take_submission
from filing.vocabulary import CarrierStatus, FilingWay, ReviewStatus, SignatureSource
from tests.filing.builders import DAY, HOUR, START, application, look
from tests.filing.edits import NEW, OLD, ORDER, answered, begun, edit, refile, shows
from tests.filing.test_steps import finding

FAILED = shows(CarrierStatus.FAILED)
UNBOUND = shows(CarrierStatus.NOT_FILED, qualification_id=None)
UNKNOWN: dict[str, Any] = {"source": "UNKNOWN", "sign_type": "UNKNOWN"}


def adopted(shown: SignatureSnapshot, policy: Policy | None = None, **fields: Any) -> FilingState:
    """A filing that took over what the platform shows; ``fields`` are those of the application."""
    start = FilingStart(application=application(**fields), policy=policy, by="ann", adopt=True)
    state = open_filing(start, at=START, run_id="run-1")
    take_submission(state, SubmitOutcome(at=START, order_id=ORDER, adopted=True, review_overdue_at=START + DAY))
    look(state, START + HOUR, shown)
    return state


def asked(state: FilingState) -> dict[ActionCode, str]:
    return {action.code: action.detail for action in state.actions}


def take(state: FilingState, message: Edit, at: datetime = START + DAY) -> str:
    """Send an edit that has to be allowed; its answer."""
    assert objection_to(state, message, at) is None
    return take_wish(state, message, at, "r-1")


# The beginning


def test_only_an_adopted_signature_may_be_unknown_in_anything() -> None:
    bare = application(source="UNKNOWN", sign_type="UNKNOWN", company_name="未知", qualification_id=None)

    assert FilingStart(application=bare, adopt=True).application == bare
    with pytest.raises(ValueError, match="source, sign_type, company_name, qualification_id: unknown"):
        FilingStart(application=bare)


def test_what_an_adopted_signature_lacks_is_recorded_and_keeps_nobody_from_following_it() -> None:
    state = open_filing(FilingStart(application=application(), adopt=True), at=START, run_id="run-1")

    assert take_check(state, CheckOutcome(findings=[finding()]), START)

    assert state.records[-1].event is Event.CHECK_FAILED
    assert state.actions == []


def test_the_record_says_what_is_unknown_and_that_earlier_records_have_no_api() -> None:
    state = adopted(shows(), **UNKNOWN)

    [record] = [line for line in state.records if line.event is Event.ADOPTED]
    assert record.detail == f"order {ORDER}; unknown: source, sign_type; {EARLIER_RECORDS}"


# What is asked for


@pytest.mark.parametrize(
    ("shown", "wants_edit"),
    [
        (shows(), False),
        (shows(CarrierStatus.REGISTERING), False),
        (shows(CarrierStatus.PENDING_VERIFICATION), False),
        (shows({}, review=ReviewStatus.IN_REVIEW), False),
        (shows({}, review=ReviewStatus.REJECTED), True),
        (FAILED, True),
        (shows(CarrierStatus.EXPIRED), True),
        (UNBOUND, True),
    ],
)
def test_what_is_unknown_is_asked_for_where_an_edit_is_what_helps(shown: SignatureSnapshot, wants_edit: bool) -> None:
    state = adopted(shown, **UNKNOWN)

    assert (ActionCode.ADOPTED_LACKS in asked(state)) is wants_edit


def test_findings_are_asked_about_until_the_platform_has_taken_an_edit() -> None:
    state = open_filing(FilingStart(application=application(), adopt=True), at=START, run_id="run-1")
    take_check(state, CheckOutcome(findings=[finding("NAME_LENGTH"), finding("NOTE", "warn")]), START)
    take_submission(state, SubmitOutcome(at=START, order_id=ORDER, adopted=True))
    look(state, START + HOUR, FAILED)
    assert asked(state)[ActionCode.ADOPTED_LACKS] == "sign_name x: the rule; the advice"

    begun(state)
    answered(state)
    look(state, START + DAY, shows(CarrierStatus.REGISTERING, order_id="20002", qualification_id=NEW))

    assert state.amendment is not None
    assert state.amendment.stage is AmendmentStage.APPROVED
    look(state, START + 2 * DAY, shows(CarrierStatus.FAILED, order_id="20002", qualification_id=NEW))
    assert ActionCode.ADOPTED_LACKS not in asked(state)


def test_a_filing_that_was_submitted_is_asked_for_nothing_of_the_kind() -> None:
    start = FilingStart(application=application(), by="ann")
    state = open_filing(start, at=START, run_id="run-1")
    state.findings = [finding()]
    take_submission(state, SubmitOutcome(at=START, order_id=ORDER))
    look(state, START + HOUR, FAILED)

    assert ActionCode.ADOPTED_LACKS not in asked(state)


# To name what was unknown


def test_naming_what_is_unknown_changes_nothing_at_the_platform() -> None:
    state = adopted(FAILED, **UNKNOWN, trademark_id=700001)

    told = take(state, edit(set={"source": "TRADEMARK", "sign_type": "GENERAL"}))

    assert "the platform is not told" in told
    assert state.amendment is None
    assert unknown_fields(state.application) == ()
    assert state.records[-1].detail == "source UNKNOWN → TRADEMARK; sign_type UNKNOWN → GENERAL"
    assert ActionCode.ADOPTED_LACKS not in asked(state)


def test_it_may_be_named_while_anything_is_in_progress() -> None:
    state = adopted(shows(CarrierStatus.REGISTERING), **UNKNOWN)

    take(state, edit(set={"source": "ENTERPRISE_NAME"}))

    assert state.application.source is SignatureSource.ENTERPRISE_NAME


def test_a_source_that_is_known_is_changed_at_the_platform_only() -> None:
    state = adopted(FAILED)

    take(state, edit(set={"source": "TRADEMARK", "trademark_id": 700001}))

    assert state.amendment is not None
    assert state.application.source is SignatureSource.ENTERPRISE_NAME


def test_what_was_named_is_handed_in_with_the_edit_that_names_it() -> None:
    state = adopted(UNBOUND, **UNKNOWN, qualification_id=None)

    take(state, edit(set={"qualification_id": NEW, "source": "ENTERPRISE_NAME", "sign_type": "GENERAL"}))

    assert state.amendment is not None
    assert unknown_fields(state.amendment.application) == ()
    assert state.amendment.way is FilingWay.UPDATE_SIGN


@pytest.mark.parametrize("message", [edit(), refile(), edit(when_settled=True)])
def test_nothing_is_handed_in_that_nobody_knows(message: Any) -> None:
    state = adopted(FAILED, **UNKNOWN)

    refusal = objection_to(state, message, START + DAY)

    assert refusal is not None
    assert "source, sign_type of this adopted signature: unknown" in str(refusal)
    assert refusal.command.endswith("--set source=SOURCE --set sign_type=SIGN_TYPE")


def test_a_signature_without_qualification_is_handed_in_with_one_or_not_at_all() -> None:
    state = adopted(UNBOUND, qualification_id=None)

    refusal = objection_to(state, refile(), START + DAY)

    assert refusal is not None
    assert refusal.command.endswith("--set qualification_id=QUALIFICATION_ID")


def test_another_qualification_alone_is_bound_whatever_the_source() -> None:
    """``ChangeSignatureQualification`` takes no source."""
    state = adopted(FAILED, Policy(refile_by=FilingWay.CHANGE_QUALIFICATION), **UNKNOWN)

    take(state, edit())

    assert state.amendment is not None
    assert state.amendment.way is FilingWay.CHANGE_QUALIFICATION


def test_a_click_in_the_console_needs_to_know_nothing() -> None:
    state = adopted(FAILED, **UNKNOWN, qualification_id=None)

    assert objection_to(state, refile(way="console"), START + DAY) is None


# Where application and platform differ


def test_a_qualification_that_nobody_knew_is_the_one_that_the_platform_shows() -> None:
    state = adopted(UNBOUND, qualification_id=None)

    look(state, START + DAY, shows(CarrierStatus.REGISTERING, qualification_id=NEW))

    assert state.application.qualification_id == NEW
    assert ActionCode.ADOPTED_DIFFERS not in asked(state)
    assert "qualification_id (none) → 900006" in [r.detail for r in state.records if r.event is Event.EDITED]


def differing() -> FilingState:
    """An application that names another qualification than the platform shows."""
    state = adopted(shows(CarrierStatus.REGISTERED, qualification_id=NEW))
    assert "900006 at the platform, 900001 in the application" in asked(state)[ActionCode.ADOPTED_DIFFERS]
    return state


def test_an_application_that_was_wrong_is_corrected_without_a_write() -> None:
    """Registered carriers are at no risk by it, so nobody has to give them up."""
    state = differing()

    take(state, edit(set={"qualification_id": NEW, "company_name": "杭州云杉科技集团有限公司"}))

    assert (state.amendment, state.queued) == (None, None)
    assert state.application.qualification_id == NEW
    assert ActionCode.ADOPTED_DIFFERS not in asked(state)
    assert state.records[-1].event is Event.EDITED


def test_a_preview_of_the_correction_names_no_operation() -> None:
    told = preview(differing(), PreviewRequest(edit=edit()), START + DAY)

    assert (told.operation, told.may_reset, told.refusal) == ("", [], "")
    assert told.changes == {"qualification_id": ("900001", "900006")}


def test_where_the_platform_is_wrong_the_edit_is_handed_in() -> None:
    state = differing()

    refusal = objection_to(state, edit(set={"qualification_id": 900007}), START + DAY)

    assert refusal is not None
    assert "could be lost" in refusal.why


def test_more_than_the_correction_is_handed_in() -> None:
    state = adopted(shows(CarrierStatus.FAILED, qualification_id=NEW))

    take(state, edit(set={"qualification_id": NEW, "remark": "用于通知"}))

    assert state.amendment is not None
    assert state.amendment.application.qualification_id == NEW


def test_what_the_platform_shows_during_an_edit_corrects_nothing() -> None:
    """It goes on showing the material before the edit."""
    state = adopted(shows(CarrierStatus.FAILED, qualification_id=OLD))
    begun(state)
    answered(state)

    refusal = objection_to(state, edit(set={"qualification_id": OLD}), START + DAY)

    assert refusal is not None
    assert "not now" in refusal.why


def test_the_correction_takes_back_what_waits() -> None:
    state = adopted(shows(CarrierStatus.REGISTERING, qualification_id=NEW))
    take(state, edit(set={"qualification_id": 900007, "remark": "用于通知"}, when_settled=True))

    take(state, edit(set={"qualification_id": NEW}))

    assert state.queued is not None
    assert state.queued.changes == {"remark": "用于通知"}
    assert state.application.qualification_id == NEW


def test_a_signature_of_ones_own_is_never_corrected_by_what_is_shown() -> None:
    state = open_filing(FilingStart(application=application()), at=START, run_id="run-1")
    take_submission(state, SubmitOutcome(at=START, order_id=ORDER))
    look(state, START + HOUR, shows(CarrierStatus.FAILED, qualification_id=NEW))

    take(state, edit())

    assert state.amendment is not None


def test_an_older_state_loads_without_what_is_new() -> None:
    state = adopted(shows())
    stored = state.model_dump(mode="json")
    del stored["adopts"], stored["application"]["sign_type"]

    assert FilingState.model_validate(stored).application == state.application
    assert not FilingState.model_validate(stored).adopts
