from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filing.calendar import beijing_date
from filing.existing import ExistingSignature
from filing.papers import judge_qualification
from filing.snapshot import Qualification, QualificationState, Refusal, SignatureSnapshot
from filing.stock import Judgement, Urgency, judge
from filing.vocabulary import Carrier, CarrierStatus, ReasonCode, ReviewStatus
from tests.filing.builders import START, reading
from tests.filing.edits import message_of, shows
from tests.filing.test_existing import COMPANY, existing

MOBILE, UNICOM, TELECOM = Carrier
TODAY, MONTH = beijing_date(START), timedelta(days=30)


def company(**fields: Any) -> Qualification:
    """The qualification of the company that the signature is of."""
    return COMPANY.model_copy(update=fields)


def judged(shown: SignatureSnapshot | None = None, *, followed_by: str | None = None, **fields: Any) -> Judgement:
    one = existing(snapshot=shown or shows(), **fields)
    return judge(one, "acme", START, length_max=12, warn_within=MONTH, followed_by=followed_by)


def codes(judgement: Judgement) -> list[str]:
    return [finding.code for finding in judgement.findings]


def test_a_signature_that_is_registered_and_well_named_wants_nothing_but_to_be_followed() -> None:
    judgement = judged()

    assert (judgement.urgency, judgement.findings, judgement.todo) == (Urgency.NONE, [], [])
    assert judgement.command == "starter.py adopt 云杉科技 --account acme"


def test_what_a_filing_follows_already_is_looked_at_there() -> None:
    judgement = judged(followed_by="filing/acme/云杉科技")

    assert judgement.followed_by == "filing/acme/云杉科技"
    assert judgement.command == "starter.py status 云杉科技 --account acme"


@pytest.mark.parametrize(
    ("shown", "urgency", "told"),
    [
        (shows(CarrierStatus.PENDING_VERIFICATION), Urgency.TEST, "send a few test messages"),
        (shows(CarrierStatus.REGISTERING), Urgency.WAIT, "少量多次"),
        (shows({c: reading(CarrierStatus.NOT_FILED, "NON_REGISTER") for c in Carrier}), Urgency.ACT, "click 报备"),
        (shows({c: reading(CarrierStatus.FAILED, "SIGNATURE_ERROR") for c in Carrier}), Urgency.ACT, "apply for a new"),
        (shows({c: reading(CarrierStatus.EXPIRED, "NO_SEND_RECORD") for c in Carrier}), Urgency.ACT, "报备 again"),
        (shows({c: reading(CarrierStatus.UNKNOWN, code=77) for c in Carrier}), Urgency.ACT, "look at the console"),
        (shows({}, review=ReviewStatus.IN_REVIEW), Urgency.WAIT, "wait for the review"),
        (shows({}, review=ReviewStatus.REJECTED, review_text="材料不清"), Urgency.ACT, "correct what the review"),
        (shows({}, review=ReviewStatus.CANCELLED), Urgency.ACT, "delete it for ever and submit it anew"),
        (shows({}, review=ReviewStatus.UNKNOWN, review_code=7), Urgency.ACT, "look at the console"),
    ],
)
def test_each_state_has_its_advice_once(shown: SignatureSnapshot, urgency: Urgency, told: str) -> None:
    judgement = judged(shown)

    [todo] = judgement.todo
    assert judgement.urgency is todo.urgency is urgency
    assert told in todo.what
    if shown.carriers:
        assert todo.carriers == tuple(Carrier)
        assert all(f"{carrier.label} {carrier}" in todo.what for carrier in Carrier)


def test_carriers_that_are_not_alike_are_told_apart_the_most_urgent_first() -> None:
    carriers = {
        MOBILE: reading(CarrierStatus.REGISTERING),
        UNICOM: reading(CarrierStatus.PENDING_VERIFICATION),
        TELECOM: reading(CarrierStatus.FAILED, "QUALIFICATION_ERROR"),
    }

    todo = judged(shows(carriers)).todo

    assert [(one.urgency, one.carriers) for one in todo] == [
        (Urgency.ACT, (TELECOM,)),
        (Urgency.TEST, (UNICOM,)),
        (Urgency.WAIT, (MOBILE,)),
    ]


def test_a_signature_without_qualification_is_edited_and_bound_and_its_carriers_say_nothing_more() -> None:
    carriers = {carrier: reading(CarrierStatus.NOT_FILED, "UNBINDING_QUA") for carrier in Carrier}

    judgement = judged(shows(carriers, qualification_id=None), qualification=None)

    assert codes(judgement) == ["QUALIFICATION_UNBOUND"]
    [todo] = judgement.todo
    assert "编辑签名" in todo.what
    assert todo.command == "starter.py edit 云杉科技 --account acme --set qualification_id=ID"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"qualification": None}, "QUALIFICATION_NOT_FOUND"),
        ({"qualification": company(state=QualificationState.REJECTED)}, "QUALIFICATION_REJECTED"),
        ({"qualification": company(state=QualificationState.INCOMPLETE)}, "QUALIFICATION_INCOMPLETE"),
        ({"qualification": company(state=QualificationState.CANCELLED)}, "QUALIFICATION_CANCELLED"),
        ({"qualification": company(state=QualificationState.UNKNOWN)}, "QUALIFICATION_STATE_UNKNOWN"),
        ({"qualification": company(company_type="PERSONAL")}, "QUALIFICATION_PERSONAL"),
        ({"qualification": company(valid_until=date(2026, 3, 1))}, "LICENCE_EXPIRED"),
    ],
)
def test_a_qualification_that_is_not_good_enough_is_a_matter_for_a_person(fields: dict[str, Any], code: str) -> None:
    judgement = judged(**fields)

    assert codes(judgement) == [code]
    [todo] = judgement.todo
    assert judgement.urgency is todo.urgency is Urgency.ACT
    assert todo.command == "starter.py edit 云杉科技 --account acme --set qualification_id=ID"
    assert "the filing goes on" not in todo.what, "nothing follows it yet"


def test_a_qualification_in_review_is_waited_for() -> None:
    judgement = judged(qualification=company(state=QualificationState.IN_REVIEW))

    [todo] = judgement.todo
    assert judgement.urgency is todo.urgency is Urgency.WAIT
    assert "wait, about two working days; or bind another approved one (编辑签名)" in todo.what


def test_a_licence_is_good_on_its_last_day_and_said_to_end_before_it() -> None:
    for valid_until, told in ((TODAY, ["LICENCE_EXPIRING"]), (TODAY + MONTH + timedelta(days=1), [])):
        judgement = judged(qualification=company(valid_until=valid_until))
        assert codes(judgement) == told
        assert judgement.urgency is Urgency.NONE


@given(
    st.builds(
        company,
        state=st.sampled_from(QualificationState),
        company_type=st.sampled_from(["", "COMPANY", "NON_PROFIT_ORGANIZATION", "PERSONAL"]),
        names_a_person=st.booleans(),
        company_name=st.sampled_from(["", "杭州云杉科技有限公司"]),
        valid_until=st.none() | st.dates(date(2025, 1, 1), date(2027, 1, 1)),
    )
)
def test_an_existing_signatures_qualification_is_judged_as_a_new_ones(qualification: Qualification) -> None:
    judgement = judged(qualification=qualification)

    same = list(judge_qualification(qualification, TODAY, MONTH))
    assert [(found.code, found.part, found.severity, found.rule) for found in judgement.findings] == [
        (found.code, found.part, found.severity, found.rule) for found in same
    ]
    assert len(judgement.todo) == sum(found.rejects for found in same)


def test_a_qualification_that_may_not_be_read_is_said_and_blamed_on_nobody() -> None:
    refusal = Refusal(code="GrayCustAccessError", text="not enabled", account=True)

    judgement = judged(qualification=None, qualification_refusal=refusal)

    assert codes(judgement) == ["QUALIFICATION_NOT_READ"]
    assert "GrayCustAccessError" in judgement.findings[0].part
    assert judgement.urgency is Urgency.NONE


def test_a_name_that_breaks_todays_rules_can_only_be_replaced() -> None:
    judgement = judge(existing(sign_name="云 杉", snapshot=shows()), "acme", START, length_max=12, warn_within=MONTH)

    [todo] = judgement.todo
    assert todo.urgency is Urgency.ACT
    assert todo.command == "starter.py replace '云 杉' --account acme NEW.yaml"
    assert judgement.command == "starter.py adopt '云 杉' --account acme"


def test_the_most_characters_are_the_settings() -> None:
    long = existing(sign_name="杭州云杉科技有限责任公司总部", snapshot=shows())

    assert judge(long, "acme", START, length_max=12, warn_within=MONTH).urgency is Urgency.ACT
    assert judge(long, "acme", START, length_max=18, warn_within=MONTH).urgency is Urgency.NONE


_READINGS = st.builds(
    lambda status, reasons, code: reading(status, *reasons, code=code),
    st.sampled_from(CarrierStatus),
    st.lists(st.sampled_from([*ReasonCode, "SOMETHING_NEW"]), max_size=2),
    st.none() | st.integers(-9, 9),
)
_SNAPSHOTS = st.builds(
    lambda review, carriers, number: shows(carriers, review=review, qualification_id=number, created_at=START),
    st.sampled_from(ReviewStatus),
    st.dictionaries(st.sampled_from(Carrier), _READINGS),
    st.none() | st.just(900001),
)


@given(_SNAPSHOTS, st.text(max_size=20), st.timedeltas(timedelta(), timedelta(days=400)))
def test_whatever_the_platform_shows_is_judged_and_the_most_urgent_comes_first(
    shown: SignatureSnapshot, name: str, later: timedelta
) -> None:
    one = ExistingSignature(sign_name=name, snapshot=shown)

    judgement = judge(one, "acme", START + later, length_max=12, warn_within=MONTH)

    ranks = [todo.urgency.rank for todo in judgement.todo]
    assert ranks == sorted(ranks)
    assert judgement.urgency.rank == (ranks[0] if ranks else Urgency.NONE.rank)
    usable = all(shown.reading(c).status is CarrierStatus.REGISTERED for c in Carrier)
    if not usable and shown.review is ReviewStatus.APPROVED:
        assert judgement.todo, "what cannot be used yet is never called done"


def test_every_command_is_one_that_exists() -> None:
    for shown in (
        shows(CarrierStatus.PENDING_VERIFICATION),
        shows({MOBILE: reading(CarrierStatus.FAILED, "OTHERS_ERROR")}),
        shows({}, review=ReviewStatus.CANCELLED),
        shows({}, review=ReviewStatus.IN_REVIEW),
    ):
        for todo in judged(shown).todo:
            message_of(todo.command)
