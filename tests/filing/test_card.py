import re
from datetime import UTC, datetime

from filing.amending import queue, wish_of
from filing.amendment import Confirmation
from filing.card import filing_card, round_card
from filing.messages import StatusChanged
from filing.record import ActionCode
from filing.requests import AmendResult
from filing.round_state import SendState
from filing.rounds import take_status
from filing.snapshot import Finding, SignatureSnapshot
from filing.steps import refresh_phase
from filing.vocabulary import Carrier, CarrierStatus, ReviewStatus
from tests.filing.builders import (
    DAY,
    START,
    filing_on,
    look,
    new_round,
    new_state,
    reading,
    round_of,
    sent_test,
    snapshot,
)
from tests.filing.edits import NEXT_ORDER, begun, edit, filed, handed_in, shows


def row(card: str, carrier: Carrier) -> str:
    (found,) = [line for line in card.splitlines() if line.startswith(f"| {carrier.label} ")]
    return found


def test_a_new_filing_shows_three_carriers_and_nothing_to_do() -> None:
    card = filing_card(new_state(), START)

    assert "【云杉科技】" in card
    assert all("未报备" in row(card, carrier) for carrier in Carrier)
    assert "Nothing to do." in card


def test_each_row_shows_status_round_reasons_and_the_next_date() -> None:
    state = new_state()
    failed = reading(CarrierStatus.FAILED, "QUALIFICATION_ERROR")
    seen = snapshot(mobile=CarrierStatus.REGISTERED, unicom=CarrierStatus.REGISTERING)
    seen.carriers[Carrier.TELECOM] = failed
    look(state, START, seen)
    refresh_phase(state)

    card = filing_card(state, START)

    assert "报备进行中" in card
    assert re.search(r"报备成功.*lapses about 2026-09-02", row(card, Carrier.MOBILE))
    assert re.search(r"报备中.*\| 1 \|.*result due 2026-03-16", row(card, Carrier.UNICOM))
    assert re.search(r"报备失败.*QUALIFICATION_ERROR", row(card, Carrier.TELECOM))
    assert "starter.py edit 云杉科技 --account acme --set qualification_id=ID" in card
    assert "Nothing to do." not in card


def test_every_row_of_a_table_has_as_many_cells_as_its_head() -> None:
    state = filing_on(CarrierStatus.REGISTERING)
    opened = new_round(tests=[sent_test(), sent_test(2, state=SendState.FAILED, code="PORT_NOT_REGISTERED")])

    for card in (filing_card(new_state(), START), filing_card(state, START), round_card("云杉科技", opened)):
        cells = {line.count("|") for line in card.splitlines() if line.startswith("|")}
        assert len(cells) == 1


def test_a_pause_shows() -> None:
    state = new_state()
    state.paused = True

    assert "paused" in filing_card(state, START)


def test_a_review_shows_when_it_is_overdue_while_it_lasts() -> None:
    state = new_state()
    state.review.submitted_at = START
    state.review.overdue_at = datetime(2026, 3, 3, 16, 0, tzinfo=UTC)
    look(state, START, SignatureSnapshot(review=ReviewStatus.IN_REVIEW))
    assert "overdue after 2026-03-03" in filing_card(state, START)

    look(state, START + DAY, snapshot())
    card = filing_card(state, START)
    assert "审核通过" in card
    assert "overdue" not in card


def test_times_are_beijing_times() -> None:
    state = new_state()
    state.review.submitted_at = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)

    assert "2026-03-03 04:30" in filing_card(state, START)


def test_a_proof_shows_what_comes_next() -> None:
    state = filing_on(CarrierStatus.PENDING_VERIFICATION)
    change = StatusChanged(status=CarrierStatus.PENDING_VERIFICATION, observed_at=START)
    opened = new_round()
    take_status(opened, change)
    opened.tests.append(sent_test(state=SendState.DELIVERED, settled_at=START))
    opened.verdict_due_at = opened.next_batch_at = START + 2 * DAY
    state.carrier(Carrier.MOBILE).last_round = opened

    assert "verdict due 2026-03-04 10:00" in row(filing_card(state, START), Carrier.MOBILE)
    shown = round_card("云杉科技", opened)
    assert "Test messages: 1 sent, 1 delivered." in shown
    assert "139****0001" in shown


def test_a_card_has_no_ages_for_nothing_runs_while_a_filing_waits() -> None:
    """The same state gives the same card whenever it is drawn, so no clock can be in it."""
    state = filing_on(CarrierStatus.REGISTERING)
    state.ask(ActionCode.RESULT_OVERDUE, at=START, carrier=Carrier.MOBILE, detail="since 2026-03-02")

    assert not re.search(
        r"\bago\b|\d+ (?:days?|hours?) left", filing_card(state, START) + round_card("云杉科技", round_of(state))
    )


# Edits and words


def line_of(card: str, beginning: str) -> str:
    (found,) = [line for line in card.splitlines() if line.startswith(beginning)]
    return found


def test_an_edit_shows_how_far_it_has_come() -> None:
    state = filed()
    assert "编辑签名" not in filing_card(state, START)

    begun(state)
    assert "**待提交**" in line_of(filing_card(state, START), "编辑签名 (edit)")

    handed_in(state)
    shown = line_of(filing_card(state, START), "编辑签名 (edit)")
    assert f"order {NEXT_ORDER}" in shown
    assert "**审核中**, since 2026-03-02 11:00, overdue after 2026-03-03 11:00" in shown

    look(state, START + DAY, shows(order_id="20009"))
    shown = line_of(filing_card(state, START), "编辑签名 (edit)")
    assert "**被其他提交取代**" in shown
    assert "20009" in shown
    assert "overdue" not in shown


def test_an_edit_whose_answer_was_lost_shows_as_unclear() -> None:
    state = filed()
    handed_in(state, result=AmendResult.UNCLEAR)

    assert "unclear whether it arrived" in line_of(filing_card(state, START), "编辑签名 (edit)")


def test_what_waits_shows_with_what_it_changes() -> None:
    state = filed(CarrierStatus.REGISTERING)
    queue(state, wish_of(state, edit(), START, ""), START)

    card = filing_card(state, START)

    assert "qualification_id 900001 → 900006" in line_of(card, "Waiting: ")
    assert "--withdraw" in card


def test_a_persons_word_shows_apart_from_the_platforms() -> None:
    state = filed(CarrierStatus.REGISTERING)
    assert "人工确认" not in filing_card(state, START)
    word = Confirmation(by="bob", at=START, reason="sent 500")
    state.carrier(Carrier.MOBILE).usable_word = word
    state.carrier(Carrier.UNICOM).told_deliveries = [word]

    card = filing_card(state, START)

    assert "not the platform's" in line_of(card, "### A person's word")
    assert line_of(card, "- 移动 mobile") == "- 移动 mobile usable: bob, 2026-03-02 10:00 sent 500"
    assert line_of(card, "- 联通 unicom") == "- 联通 unicom a test message arrived: bob, 2026-03-02 10:00"
    assert "bob" not in row(card, Carrier.MOBILE)


def test_a_qualification_under_review_is_shown_as_what_is_waited_for() -> None:
    state = new_state()
    state.findings = [
        Finding(
            code="QUALIFICATION_IN_REVIEW",
            field="qualification_id",
            severity="reject",
            rule="the qualification must be approved",
            advice="wait",
        )
    ]
    card = filing_card(state, START)
    assert "Waiting: qualification_id" in card
    assert "Nothing to do." in card
