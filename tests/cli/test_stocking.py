"""``stock`` against the real thing: Temporal's server, a worker, the platform's SDK and the sandbox."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from cli.exits import CliError, Exit
from cli.output import console
from cli.stocking import Entry, picked_of, stock_view
from engine.connection import connect_embedded
from engine.names import STOCK_WORKFLOW, TASK_QUEUE, stock_id
from filing.calendar import beijing_date
from filing.existing import ExistingSignature, StockRequest
from filing.stock import judge
from filing.vocabulary import Carrier, CarrierStatus
from tests.cli.operator import Operator, next_name
from tests.filing.builders import START
from tests.filing.edits import shows
from tests.filing.test_existing import COMPANY, existing

Have = Callable[..., str]


def entry(document: dict[str, Any], name: str) -> dict[str, Any]:
    """What ``--json`` shows of one signature."""
    [found] = [one for one in document["signatures"] if one["sign_name"] == name]
    return dict(found)


def test_every_signature_is_listed_with_its_carriers_and_what_to_do(operator: Operator, have: Have) -> None:
    well, failed = have(next_name(), 3), have(next_name(), 0, "QUALIFICATION_ERROR")

    ran = operator("stock", "--account", "demo", "--json")

    assert ran.code == Exit.DONE
    assert ran.document["account"] == "demo"
    assert any("报备记录" in note for note in ran.document["notes"])
    assert any("公众号或小程序" in note and "replace it" in note for note in ran.document["notes"])
    shown = entry(ran.document, well)
    assert {carrier["label"] for carrier in shown["carriers"].values()} == {"报备成功"}
    assert (shown["source"], shown["sign_type"], shown["urgency"]) == ("UNKNOWN", "GENERAL", "none")
    assert shown["qualification"]["company_name"] == "杭州云杉科技有限公司"
    assert shown["command"] == f"starter.py adopt {well} --account demo"
    [todo] = entry(ran.document, failed)["todo"]
    assert todo["carriers"] == [*Carrier]
    assert "当前签名关联资质不准确" in todo["what"]
    assert todo["command"] == f"starter.py edit {failed} --account demo --set qualification_id=ID"


def test_people_read_the_same(operator: Operator, have: Have) -> None:
    well, unbound = have(next_name(), 3), have(next_name(), -2, "UNBINDING_QUA", material={})

    ran = operator("stock", "--account", "demo")

    assert ran.code == Exit.DONE
    [row] = [line for line in ran.out.splitlines() if well in line and "报备成功" in line]
    assert "审核通过" in row
    assert "900001" in row
    assert f"【{unbound}】" in ran.out
    assert "编辑签名关联信息" in ran.out
    assert f"starter.py adopt {unbound} --account demo" in ran.out
    assert f"【{well}】" not in ran.out, "nothing is to be done about it"
    assert "签名来源" in ran.out


def test_only_problems_leaves_out_what_is_well_and_what_waits(operator: Operator, have: Have) -> None:
    silent = dict.fromkeys(Carrier, "silent")
    well, waits, expired = have(next_name(), 3), have(next_name(), -1, fates=silent), have(next_name(), 2)

    document = operator("stock", "--account", "demo", "--only-problems", "--json").document

    names = [one["sign_name"] for one in document["signatures"]]
    assert expired in names
    assert not {well, waits} & set(names)
    assert document["total"] > len(names)


def test_the_most_urgent_come_first(operator: Operator, have: Have) -> None:
    for status in (3, -1, 1, 0):
        have(next_name(), status)

    order = [one["urgency"] for one in operator("stock", "--account", "demo", "--json").document["signatures"]]

    assert order == sorted(order, key=["act", "test", "wait", "none"].index)


def test_what_is_followed_already_is_said(operator: Operator, name: str) -> None:
    operator.submit(name, "[sandbox review=silent]")
    operator.until(name, lambda report: bool(report["review"]["submitted_at"]))

    shown = entry(operator("stock", "--account", "demo", "--json").document, name)

    assert shown["followed_by"] == f"filing/demo/{name}"
    assert shown["command"] == f"starter.py status {name} --account demo"


def test_those_picked_are_taken_over(operator: Operator, have: Have) -> None:
    one, other = have(next_name(), 3), have(next_name(), 3)

    ran = operator(
        *("stock", "--account", "demo", "--adopt", "--pick", one, "--source", "TRADEMARK", "--by", "李", "--json")
    )

    assert ran.code == Exit.DONE
    [filing] = ran.document["filings"]
    assert (filing["sign_name"], filing["result"]) == (one, "adopted")
    report = operator.until(one, lambda report: report["phase"] == "ACTIVE")
    assert report["application"]["source"] == "TRADEMARK"
    assert report["records"][0]["by"] == "李"
    assert operator("status", other, "--account", "demo").code == Exit.NOT_FOUND


def test_a_pick_is_asked_for_at_a_terminal(operator: Operator, have: Have, answers: Callable[..., None]) -> None:
    one = have(next_name(), 3)
    answers(one, "")

    ran = operator("stock", "--account", "demo", "--adopt")

    assert ran.code == Exit.DONE
    assert f"【{one}】 adopted" in ran.out
    assert "unknown: source" in ran.out


def test_without_a_terminal_a_pick_is_an_option(operator: Operator) -> None:
    ran = operator("stock", "--account", "demo", "--adopt")

    assert ran.code == Exit.UNREADABLE
    assert "--pick" in ran.err


def test_an_account_that_nobody_named_ends_with_2(operator: Operator) -> None:
    ran = operator("stock")

    assert ran.code == Exit.UNREADABLE
    assert "--account" in ran.err


def test_an_account_that_the_worker_has_not_ends_with_2(operator: Operator) -> None:
    ran = operator("stock", "--account", "other")

    assert ran.code == Exit.UNREADABLE
    assert "no account 'other'" in ran.err


def test_the_platforms_no_ends_with_3(operator: Operator) -> None:
    operator.disturb(operation="QuerySmsSignList", kind="code", code="isp.RAM_PERMISSION_DENY", count=1)

    ran = operator("stock", "--account", "demo", "--json")

    assert ran.code == Exit.REFUSED
    assert "isp.RAM_PERMISSION_DENY" in ran.document["error"]["message"]


def test_no_worker_ends_with_5_and_leaves_nothing_in_the_way(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMS_FILING_TASK_QUEUE", "nobody")

    first = operator("stock", "--account", "demo", timeout=1)
    monkeypatch.delenv("SMS_FILING_TASK_QUEUE")
    second = operator("stock", "--account", "demo")

    assert first.code == Exit.UNREACHABLE
    assert "no worker took it" in first.err
    assert second.code == Exit.DONE


def begin_reading(address: str, task_queue: str = TASK_QUEUE) -> None:
    """Somebody else has the account read."""

    async def begin() -> None:
        client = await connect_embedded(address)
        await client.start_workflow(
            STOCK_WORKFLOW, StockRequest(account="demo"), id=stock_id("demo"), task_queue=task_queue
        )

    asyncio.run(begin())


def end_reading(address: str) -> None:
    async def end() -> None:
        await (await connect_embedded(address)).get_workflow_handle(stock_id("demo")).terminate()

    asyncio.run(end())


def test_two_take_turns_to_spare_the_platform(operator: Operator, have: Have, temporal_address: str) -> None:
    name = have(next_name(), 3)
    operator.disturb(operation="QuerySmsSignList", kind="latency", latency_ms=1000, count=1)
    begin_reading(temporal_address)

    ran = operator("stock", "--account", "demo", "--json")

    assert ran.code == Exit.DONE
    assert entry(ran.document, name)


def test_an_account_that_somebody_reads_all_the_time_ends_with_6(operator: Operator, temporal_address: str) -> None:
    begin_reading(temporal_address, "nobody")
    try:
        ran = operator("stock", "--account", "demo", timeout=1)
    finally:
        end_reading(temporal_address)

    assert ran.code == Exit.WAITING
    assert "another command reads the signatures of demo" in ran.err


# What people see


def judged_entry(existing: ExistingSignature) -> Entry:
    return Entry(existing, judge(existing, "acme", START, length_max=12, warn_within=timedelta(days=30)))


def test_what_only_warns_is_shown_where_nothing_is_to_be_done(capsys: pytest.CaptureFixture[str]) -> None:
    ending = COMPANY.model_copy(update={"valid_until": beijing_date(START) + timedelta(days=20)})
    listed = [existing(sign_name=name, snapshot=shows(), qualification=ending) for name in ("云杉科技", "云杉")]
    listed[1] = listed[1].model_copy(update={"qualification": COMPANY})

    console().print(stock_view("acme", [judged_entry(one) for one in listed], 2))

    shown = capsys.readouterr().out
    assert "warn: qualification_id 2026-03-22: the licence (证照) behind the qualification must be valid" in shown
    assert "1. 【云杉科技】" in shown
    assert "【云杉】" not in shown


# What a pick means


def entries() -> list[Entry]:
    shown = [shows(CarrierStatus.FAILED), shows(CarrierStatus.PENDING_VERIFICATION), shows(CarrierStatus.REGISTERED)]
    listed = [existing(sign_name=f"云杉{number}", snapshot=seen) for number, seen in enumerate(shown, start=1)]
    return [judged_entry(one) for one in listed]


@pytest.mark.parametrize(
    ("pick", "meant"),
    [
        ("", []),
        ("all", [1, 2, 3]),
        ("problems", [1, 2]),
        ("2", [2]),
        ("1-2", [1, 2]),
        ("3, 1-2,2", [3, 1, 2]),
        ("【云杉3】,云杉1", [3, 1]),
    ],
)
def test_a_pick_by_name_by_number_or_by_kind(pick: str, meant: list[int]) -> None:
    assert [one.existing.sign_name for one in picked_of(entries(), pick)] == [f"云杉{number}" for number in meant]


@pytest.mark.parametrize("pick", ["0", "4", "2-1", "1-9", "-1", "1-", "云杉", "two", "²", "1--2"])
def test_a_pick_that_means_nothing_is_refused(pick: str) -> None:
    with pytest.raises(CliError, match="no name and no number") as failed:
        picked_of(entries(), pick)

    assert failed.value.code == Exit.UNREADABLE
