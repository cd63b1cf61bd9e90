from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sandbox.fates import CarrierFate, Fates, parse_fates
from sandbox.numbers import CARRIERS
from sandbox.pace import DEMO, PACES, REAL, Pace, Span
from sandbox.rules import Rules
from sandbox.timeline import (
    USABLE,
    Filing,
    Reported,
    Review,
    Revoked,
    Sent,
    SignatureState,
    StockedCarrier,
    Submission,
    signature_state,
)
from tests.sandbox.driver import START

REVIEW_ENDS = START + timedelta(hours=2)
MOBILE_ANSWERS = datetime.fromisoformat("2026-03-11T12:00:00+08:00")
"""Seven working days after Monday 2 March 12:00."""


def submission(at: datetime = START, order_id: str = "1", **asked: str) -> Submission:
    return Submission(at, order_id, {"Remark": order_id}, parse_fates(asked))


def sent(at: datetime, carrier: str = "mobile", *, delivered: bool = True, pace: Pace = REAL) -> Sent:
    return Sent(at, carrier, at + pace.receipt if delivered else None)


def state(
    submissions: Sequence[Submission],
    at: datetime,
    messages: Sequence[Sent] = (),
    pace: Pace = REAL,
    rules: Rules | None = None,
    clicks: Sequence[Reported] = (),
    revocations: Sequence[Revoked] = (),
) -> SignatureState:
    result = signature_state(submissions, messages, at, pace, rules or Rules(), clicks, revocations)
    assert result is not None
    return result


def mobile(submissions: Sequence[Submission], at: datetime, messages: Sequence[Sent] = ()) -> Filing:
    return state(submissions, at, messages).carriers["mobile"].status


def test_nothing_before_the_submission() -> None:
    assert signature_state([submission()], [], START - timedelta(seconds=1), REAL, Rules()) is None


def test_review_is_decided_at_its_time() -> None:
    before = state([submission()], REVIEW_ENDS - timedelta(seconds=1))
    assert (before.review, before.audited_at, before.in_review) == (Review.IN_REVIEW, None, True)
    assert {carrier.status for carrier in before.carriers.values()} == {Filing.NOT_FILED}
    after = state([submission()], REVIEW_ENDS)
    assert (after.review, after.audited_at, after.in_review) == (Review.APPROVED, REVIEW_ENDS, False)
    assert {carrier.status for carrier in after.carriers.values()} == {Filing.REGISTERING}


def test_rejection_files_nothing() -> None:
    rejected = state([submission(review="reject")], START + timedelta(days=300))
    assert (rejected.review, rejected.audited_at) == (Review.REJECTED, REVIEW_ENDS)
    assert {carrier.status for carrier in rejected.carriers.values()} == {Filing.NOT_FILED}


def test_silent_review_is_never_decided() -> None:
    assert state([submission(review="silent")], START + timedelta(days=300)).review is Review.IN_REVIEW


def test_carriers_answer_after_seven_eight_and_ten_working_days() -> None:
    for carrier, date in (("mobile", "2026-03-11"), ("unicom", "2026-03-12"), ("telecom", "2026-03-16")):
        answered_at = datetime.fromisoformat(f"{date}T12:00:00+08:00")
        assert state([submission()], answered_at - timedelta(seconds=1)).carriers[carrier].status is Filing.REGISTERING
        answered = state([submission()], answered_at).carriers[carrier]
        assert (answered.status, answered.completed_at) == (Filing.PENDING_VERIFICATION, answered_at)


def test_verdict_follows_the_first_delivered_message_of_that_carrier() -> None:
    in_time = MOBILE_ANSWERS + timedelta(days=2)
    verdict = in_time + REAL.receipt + REAL.verdict
    assert mobile([submission()], verdict - timedelta(seconds=1), [sent(in_time)]) is Filing.PENDING_VERIFICATION
    assert mobile([submission()], verdict, [sent(in_time)]) is Filing.REGISTERED


def test_messages_that_prove_nothing() -> None:
    long_after = MOBILE_ANSWERS + timedelta(days=30)
    for proofless in (
        sent(MOBILE_ANSWERS - timedelta(seconds=1)),
        sent(MOBILE_ANSWERS, "telecom"),
        sent(MOBILE_ANSWERS, delivered=False),
    ):
        assert mobile([submission()], long_after, [proofless]) is Filing.PENDING_VERIFICATION


def test_expiry_counts_from_the_verdict_or_the_last_send_under_the_signature() -> None:
    first = sent(MOBILE_ANSWERS)
    registered_at = MOBILE_ANSWERS + REAL.receipt + REAL.verdict
    expires_at = REAL.expiry.after(registered_at)
    assert mobile([submission()], expires_at - timedelta(seconds=1), [first]) is Filing.REGISTERED
    assert mobile([submission()], expires_at, [first]) is Filing.EXPIRED

    kept_alive = sent(expires_at - timedelta(days=1), "telecom", delivered=False)
    assert mobile([submission()], expires_at, [first, kept_alive]) is Filing.REGISTERED
    assert mobile([submission()], REAL.expiry.after(kept_alive.at), [first, kept_alive]) is Filing.EXPIRED

    too_late = sent(expires_at)
    assert mobile([submission()], expires_at + timedelta(days=1), [first, too_late]) is Filing.EXPIRED


def test_fates_of_carriers() -> None:
    asked = submission(mobile="fail:QUALIFICATION_ERROR", unicom="silent", telecom="days:1")
    later = state([asked], START + timedelta(days=400))
    assert later.carriers["mobile"].status is Filing.FAILED
    assert later.carriers["mobile"].reason == "QUALIFICATION_ERROR"
    assert later.carriers["mobile"].completed_at == MOBILE_ANSWERS
    assert later.carriers["unicom"].status is Filing.REGISTERING
    assert later.carriers["telecom"].completed_at == REVIEW_ENDS + timedelta(days=1)


def test_edit_shows_the_old_material_until_its_approval_and_then_files_again() -> None:
    edited_at = MOBILE_ANSWERS + timedelta(days=30)
    both = [submission(order_id="1"), submission(edited_at, "2")]
    in_review = state(both, edited_at, [sent(MOBILE_ANSWERS)])
    assert (in_review.review, in_review.shown.order_id, in_review.in_review) == (Review.IN_REVIEW, "1", True)
    assert in_review.carriers["mobile"].status is Filing.REGISTERED

    approved_at = REAL.review_ends(edited_at)
    approved = state(both, approved_at, [sent(MOBILE_ANSWERS)])
    assert (approved.review, approved.shown.order_id, approved.audited_at) == (Review.APPROVED, "2", approved_at)
    assert {carrier.status for carrier in approved.carriers.values()} == {Filing.REGISTERING}
    assert approved.carriers["mobile"].completed_at is None


def test_rejected_edit_of_an_approved_signature_never_shows() -> None:
    edited_at = MOBILE_ANSWERS + timedelta(days=30)
    both = [submission(order_id="1"), submission(edited_at, "2", review="reject")]
    after = state(both, edited_at + timedelta(days=2), [sent(MOBILE_ANSWERS)])
    assert (after.review, after.shown.order_id) == (Review.APPROVED, "1")
    assert after.carriers["mobile"].status is Filing.REGISTERED


def test_edit_of_a_rejected_signature_shows_the_first_until_approved() -> None:
    edited_at = START + timedelta(days=1)
    both = [submission(order_id="1", review="reject"), submission(edited_at, "2")]
    assert state(both, edited_at).review is Review.IN_REVIEW
    assert state(both, edited_at).shown.order_id == "1"
    assert state(both, REAL.review_ends(edited_at)).shown.order_id == "2"


def test_switch_edit_resets_carriers() -> None:
    edited_at = MOBILE_ANSWERS + timedelta(days=30)
    both = [submission(telecom="fail:OTHERS_ERROR"), submission(edited_at, "2")]
    after = state(both, REAL.review_ends(edited_at), [sent(MOBILE_ANSWERS)], rules=Rules(edit_resets_carriers=False))
    assert after.carriers["mobile"].status is Filing.REGISTERED
    assert after.carriers["unicom"].status is Filing.PENDING_VERIFICATION
    assert after.carriers["telecom"].status is Filing.REGISTERING


def test_switch_edit_shows_in_review() -> None:
    edited_at = MOBILE_ANSWERS + timedelta(days=30)
    hidden = state([submission(), submission(edited_at, "2")], edited_at, rules=Rules(edit_shows_in_review=False))
    assert (hidden.review, hidden.in_review) == (Review.APPROVED, True)


def test_a_submission_that_nobody_reviews_counts_at_once_and_dates_no_audit() -> None:
    rebound_at = MOBILE_ANSWERS + timedelta(days=30)
    both = [submission(order_id="1"), Submission(rebound_at, "1", {"QualificationId": 2}, reviewed=False)]
    before = state(both, rebound_at - timedelta(seconds=1))
    assert (before.shown.material, before.carriers["mobile"].status) == ({"Remark": "1"}, Filing.PENDING_VERIFICATION)
    after = state(both, rebound_at)
    assert (after.review, after.in_review, after.audited_at) == (Review.APPROVED, False, REVIEW_ENDS)
    assert after.shown.material == {"QualificationId": 2}
    assert {carrier.status for carrier in after.carriers.values()} == {Filing.REGISTERING}


def test_a_click_files_its_carriers_anew_whatever_an_edit_would_reset() -> None:
    clicked_at = MOBILE_ANSWERS + timedelta(days=30)
    click = Reported(clicked_at, frozenset({"mobile"}), parse_fates({"mobile": "fail:SIGNATURE_ERROR"}))
    for rules in (Rules(), Rules(edit_resets_carriers=False)):
        before, after, later = (
            state([submission()], moment, [sent(MOBILE_ANSWERS)], rules=rules, clicks=[click])
            for moment in (clicked_at - timedelta(seconds=1), clicked_at, clicked_at + timedelta(days=14))
        )
        assert before.carriers["mobile"].status is Filing.REGISTERED
        assert after.carriers["mobile"].status is Filing.REGISTERING
        assert after.carriers["unicom"] == before.carriers["unicom"]
        assert (later.carriers["mobile"].status, later.carriers["mobile"].reason) == (Filing.FAILED, "SIGNATURE_ERROR")


def test_a_click_before_the_first_approval_has_no_effect() -> None:
    click = Reported(START, frozenset(CARRIERS))
    assert state([submission()], START, clicks=[click]).carriers["mobile"].status is Filing.NOT_FILED
    assert mobile([submission()], MOBILE_ANSWERS) is Filing.PENDING_VERIFICATION
    with_click = state([submission()], MOBILE_ANSWERS, clicks=[click])
    assert with_click.carriers["mobile"].status is Filing.PENDING_VERIFICATION


def test_an_edit_that_resets_nobody_spares_what_a_click_has_brought() -> None:
    clicked_at = MOBILE_ANSWERS + timedelta(days=30)
    edited_at = clicked_at + timedelta(days=30)
    both = [submission(mobile="fail:OTHERS_ERROR", telecom="fail:OTHERS_ERROR"), submission(edited_at, "2")]
    click = Reported(clicked_at, frozenset({"mobile"}))
    after = state(both, REAL.review_ends(edited_at), rules=Rules(edit_resets_carriers=False), clicks=[click])
    assert after.carriers["mobile"].status is Filing.PENDING_VERIFICATION
    assert after.carriers["telecom"].status is Filing.REGISTERING


def test_what_is_withdrawn_from_its_review_decides_nothing() -> None:
    hour = START + timedelta(hours=1)
    withdrawn = Submission(START, "1", {}, withdrawn_at=hour)
    before = state([withdrawn], hour - timedelta(seconds=1))
    assert (before.review, before.in_review) == (Review.IN_REVIEW, True)
    after = state([withdrawn], START + timedelta(days=30))
    assert (after.review, after.in_review, after.audited_at) == (Review.CANCELLED, False, None)
    assert {carrier.status for carrier in after.carriers.values()} == {Filing.NOT_FILED}


def test_switch_withdrawn_edit_shows() -> None:
    edited_at = MOBILE_ANSWERS + timedelta(days=30)
    edit = Submission(edited_at, "2", {}, withdrawn_at=edited_at + timedelta(hours=1))
    for shows, review in ((False, Review.APPROVED), (True, Review.CANCELLED)):
        after = state([submission(), edit], edited_at + timedelta(days=1), rules=Rules(withdrawn_edit_shows=shows))
        assert (after.review, after.shown.order_id, after.ever_approved) == (review, "1", True)
        assert after.carriers["mobile"].status is Filing.PENDING_VERIFICATION, "nothing is filed anew"


def test_what_is_taken_back_stays_so_until_it_is_filed_anew() -> None:
    revoked_at = MOBILE_ANSWERS + timedelta(days=1)
    revoked = [Revoked(revoked_at, frozenset({"mobile"}), "EXT_CODE_RECYCLE")]
    before = state([submission()], revoked_at - timedelta(seconds=1), revocations=revoked)
    assert before.carriers["mobile"].status is Filing.PENDING_VERIFICATION
    late = [sent(revoked_at + timedelta(hours=1))]
    after = state([submission()], revoked_at + timedelta(days=300), late, revocations=revoked)
    mobile_then = after.carriers["mobile"]
    assert (mobile_then.status, mobile_then.reason) == (Filing.EXPIRED, "EXT_CODE_RECYCLE")
    assert mobile_then.completed_at == MOBILE_ANSWERS
    assert after.carriers["unicom"].status is Filing.PENDING_VERIFICATION

    click = Reported(revoked_at + timedelta(days=2), frozenset({"mobile"}))
    anew = state([submission()], click.at + timedelta(days=30), late, clicks=[click], revocations=revoked)
    assert anew.carriers["mobile"].status is Filing.PENDING_VERIFICATION


def test_what_does_not_deliver_cannot_be_taken_back() -> None:
    early = [Revoked(MOBILE_ANSWERS - timedelta(days=1), frozenset(CARRIERS), "SUBPORT_RECYCLE")]
    assert state([submission()], MOBILE_ANSWERS, revocations=early).carriers["mobile"].status in USABLE
    failed = [submission(mobile="fail:SIGNATURE_ERROR")]
    late = [Revoked(MOBILE_ANSWERS + timedelta(days=1), frozenset(CARRIERS), "SUBPORT_RECYCLE")]
    after = state(failed, MOBILE_ANSWERS + timedelta(days=2), revocations=late)
    assert (after.carriers["mobile"].status, after.carriers["mobile"].reason) == (Filing.FAILED, "SIGNATURE_ERROR")


def test_fates_that_are_taken_back_count_from_the_answer() -> None:
    asked = [submission(mobile="recalled:30d")]
    recalled_at = MOBILE_ANSWERS + timedelta(days=30)
    proof = [sent(MOBILE_ANSWERS)]
    assert mobile(asked, recalled_at - timedelta(seconds=1), proof) is Filing.REGISTERED
    after = state(asked, recalled_at, proof).carriers["mobile"]
    assert (after.status, after.reason) == (Filing.EXPIRED, "EXT_CODE_RECYCLE")
    edited = [*asked, submission(recalled_at + timedelta(days=1), "2")]
    assert mobile(edited, recalled_at + timedelta(days=30), proof) is Filing.PENDING_VERIFICATION


def test_stocked_carriers_start_where_they_are_put() -> None:
    stocked = Submission(
        START,
        "9",
        {},
        approved_at=START,
        stocked={
            "mobile": StockedCarrier(Filing.REGISTERED, START),
            "unicom": StockedCarrier(Filing.NOT_FILED, reason="UNBINDING_QUA"),
            "telecom": StockedCarrier(Filing.PENDING_VERIFICATION, START),
        },
    )
    now = state([stocked], START)
    assert now.review is Review.APPROVED
    assert now.carriers["mobile"].status is Filing.REGISTERED
    assert (now.carriers["unicom"].status, now.carriers["unicom"].reason) == (Filing.NOT_FILED, "UNBINDING_QUA")
    assert now.carriers["telecom"].status is Filing.PENDING_VERIFICATION
    later = state([stocked], REAL.expiry.after(START), [sent(START, "telecom")])
    assert later.carriers["mobile"].status is Filing.EXPIRED, "the send is not later than the completion"
    assert later.carriers["telecom"].status is Filing.REGISTERED
    assert later.carriers["unicom"].status is Filing.NOT_FILED


RANK = {Filing.NOT_FILED: 0, Filing.REGISTERING: 1, Filing.FAILED: 2}
RANK |= {Filing.PENDING_VERIFICATION: 2, Filing.REGISTERED: 3, Filing.EXPIRED: 4}

carrier_fates = st.builds(
    CarrierFate,
    answers=st.booleans(),
    fails_with=st.sampled_from([None, "SIGNATURE_ERROR"]),
    revoked_after=st.sampled_from([None, Span(fixed=timedelta(seconds=30)), Span(working_days=20)]),
    revoked_with=st.just("EXT_CODE_RECYCLE"),
)
all_fates = st.builds(
    Fates,
    carriers=st.dictionaries(st.sampled_from(CARRIERS), carrier_fates),
    review=st.sampled_from(["ok", "ok", "reject", "silent"]),
)
# Long enough for a whole life at either pace: about thirteen months, and about sixteen minutes.
STEP = {"real": timedelta(hours=1), "demo": timedelta(seconds=0.1)}
steps = st.integers(0, 9500)
moments = st.lists(steps, max_size=12).map(sorted)


@given(
    fates=all_fates,
    pace=st.sampled_from(sorted(PACES)),
    sends=st.lists(st.tuples(steps, st.sampled_from(CARRIERS), st.booleans()), max_size=6),
    looks=moments,
)
def test_state_never_goes_back_by_itself(
    fates: Fates, pace: str, sends: list[tuple[int, str, bool]], looks: list[int]
) -> None:
    chosen = PACES[pace]
    one = Submission(START, "1", {}, fates)
    messages = [
        sent(START + step * STEP[pace], carrier, delivered=delivered, pace=chosen)
        for step, carrier, delivered in sorted(sends)
    ]
    seen = [state([one], START + step * STEP[pace], messages, chosen) for step in looks]
    for before, after in pairwise(seen):
        assert after.review == before.review or before.review is Review.IN_REVIEW
        for carrier in CARRIERS:
            old, new = before.carriers[carrier], after.carriers[carrier]
            assert RANK[new.status] >= RANK[old.status]
            assert old.completed_at in (None, new.completed_at)


@given(edits=st.lists(st.integers(1, 9500), max_size=4).map(sorted), looks=moments, rejects=st.booleans())
def test_a_carrier_goes_back_only_when_an_edit_was_approved(edits: list[int], looks: list[int], rejects: bool) -> None:
    fates = Fates(review="reject" if rejects else "ok")
    all_submissions = [Submission(START, "0", {}, Fates())]
    all_submissions += [Submission(START + step * STEP["demo"], str(n), {}, fates) for n, step in enumerate(edits, 1)]
    messages = [
        sent(START + timedelta(seconds=second), carrier, pace=DEMO)
        for second in range(0, 900, 20)
        for carrier in CARRIERS
    ]
    seen = [state(all_submissions, START + step * STEP["demo"], messages, DEMO) for step in looks]
    for before, after in pairwise(seen):
        for carrier in CARRIERS:
            if RANK[after.carriers[carrier].status] < RANK[before.carriers[carrier].status]:
                assert after.shown.order_id != before.shown.order_id
        assert not rejects or after.shown.order_id == "0"
        assert all(c.completed_at for c in after.carriers.values() if c.status in USABLE)


@given(
    clicks=st.lists(st.tuples(steps, st.sets(st.sampled_from(CARRIERS), min_size=1)), max_size=4),
    looks=moments,
)
def test_a_click_moves_only_the_carriers_it_names(clicks: list[tuple[int, set[str]]], looks: list[int]) -> None:
    reported = [
        Reported(START + step * STEP["demo"], frozenset(named))
        for step, named in sorted(clicks, key=lambda click: click[0])
    ]
    messages = [
        sent(START + timedelta(seconds=second), carrier, pace=DEMO)
        for second in range(0, 900, 20)
        for carrier in CARRIERS
    ]
    seen = [
        (at, state([submission()], at, messages, DEMO, clicks=reported))
        for at in (START + step * STEP["demo"] for step in looks)
    ]
    for (since, before), (until, after) in pairwise(seen):
        moved = {carrier for click in reported if since < click.at <= until for carrier in click.carriers}
        for carrier in set(CARRIERS) - moved:
            assert RANK[after.carriers[carrier].status] >= RANK[before.carriers[carrier].status]
    for carrier in set(CARRIERS) - {carrier for _, named in clicks for carrier in named}:
        for at, with_clicks in seen:
            assert with_clicks.carriers[carrier] == state([submission()], at, messages, DEMO).carriers[carrier]
