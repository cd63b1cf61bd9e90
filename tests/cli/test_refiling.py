from datetime import UTC, datetime

from cli.exits import Exit
from cli.refiling import naming_those_refiled, speaks_of_refiling
from filing.papers import refiles_note
from filing.record import ActionCode
from filing.report import report_on
from filing.vocabulary import Carrier, CarrierStatus
from tests.cli.operator import Operator, next_whale
from tests.filing.builders import START, new_state

NOW = datetime(2026, 3, 12, tzinfo=UTC)


def test_a_report_without_such_advice_is_left_as_it_is() -> None:
    report = report_on(new_state(), "filing/acme/云杉科技", NOW)
    assert not speaks_of_refiling(report)
    assert naming_those_refiled(report, []) == report


def test_advice_to_change_a_qualification_is_noticed_in_actions() -> None:
    state = new_state()
    state.ask(ActionCode.FILING_FAILED, at=START, carrier=Carrier.MOBILE, detail="QUALIFICATION_ERROR")
    assert speaks_of_refiling(report_on(state, "filing/acme/云杉科技", NOW))


def test_status_names_every_signature_that_a_change_of_the_qualification_files_again(operator: Operator) -> None:
    one, other = next_whale(), next_whale()
    failing = "[sandbox mobile=fail:QUALIFICATION_ERROR unicom=silent telecom=silent]"
    operator.submit(one, failing)
    operator.submit(other, failing)
    operator.until(one, lambda report: report["carriers"]["mobile"]["status"] == CarrierStatus.FAILED)

    ran = operator("status", one)

    assert ran.code == Exit.DONE
    shown = "".join(ran.out.split())
    named = refiles_note(sorted([f"【{one}】", f"【{other}】"])).split(": ")[0]
    assert "".join(named.split()) in shown
    assert f"【{other}】" in shown
