import pytest

from cli.exits import Exit
from filing.vocabulary import Carrier, CarrierStatus
from tests.cli.operator import ALL_FAIL, Operator, next_name


def test_the_exit_code_is_the_answer_from_the_first_day_to_bulk(operator: Operator) -> None:
    name = next_name()
    operator.submit(name)
    early = operator("gate", name)
    assert early.code == Exit.WAITING
    assert f"【{name}】 移动 mobile: WAIT (no);" in early.out

    operator.settled(name, CarrierStatus.REGISTERED)
    ran = operator("gate", name, "--carrier", "mobile", "--json")
    assert ran.code == Exit.NEEDS_PERSON
    assert ran.document["exit_code"] == Exit.NEEDS_PERSON
    (mobile,) = ran.document["carriers"]
    assert "of 3 delivered lately" in mobile["why"]

    for _ in range(2):
        operator("test-send", name, "--carrier", "mobile")
        sent = operator.report(name)["carriers"]["mobile"]["tests_delivered"]
        operator.until(name, lambda report, sent=sent: report["carriers"]["mobile"]["tests_delivered"] > sent)  # type: ignore[misc]
    assert operator("gate", name, "--carrier", "mobile").code == Exit.DONE
    assert operator("gate", name).code == Exit.NEEDS_PERSON, "the other carriers lack messages still"


def test_a_carrier_that_failed_closes_the_gate_and_a_released_filing_is_not_believed(operator: Operator) -> None:
    name = next_name()
    operator.submit(name, ALL_FAIL)
    operator.settled(name, CarrierStatus.FAILED)
    ran = operator("gate", name)
    assert ran.code == Exit.REFUSED
    assert "报备失败" in ran.out

    ticket = operator("ticket", name, "--carrier", "unicom")
    assert ticket.code == Exit.DONE
    assert ticket.out.startswith(f"问题：短信签名【{name}】联通报备失败\n")
    assert "OTHERS_ERROR" in ticket.out


def test_a_ticket_before_the_submission_or_about_nothing_is_refused(operator: Operator) -> None:
    name = next_name()
    operator.submit(name)
    operator.settled(name, CarrierStatus.REGISTERED)
    ran = operator("ticket", name)
    assert ran.code == Exit.REFUSED
    assert "name one with --carrier" in ran.err
    ran = operator("ticket", name, "--carrier", "mobile", "--json")
    assert ran.document["carriers"] == [Carrier.MOBILE]


@pytest.mark.parametrize("command", ["gate", "ticket"])
def test_a_name_that_nobody_files_is_not_found(operator: Operator, command: str) -> None:
    assert operator(command, "没有这个签名", "--account", "demo").code == Exit.NOT_FOUND
