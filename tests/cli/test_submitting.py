"""Waiting for what the platform says of a submission, and what an earlier filing of the same name leaves to it."""

import pytest

from cli.exits import Exit
from filing.vocabulary import Carrier, CarrierStatus
from tests.cli.operator import ALL_FAIL, Operator, next_name


def events(operator: Operator, name: str) -> list[str]:
    """What the records tell of, from the first to the last."""
    return [record["event"] for record in operator.report(name)["records"]]


def test_the_order_is_told_once_it_is_known(operator: Operator, name: str) -> None:
    other = next_name()
    files = [operator.application(each) for each in (name, other)]

    told = operator("submit", *files, "--wait", "30s")
    again = operator("submit", *files, "--wait", "30s", "--json")

    assert (told.code, again.code) == (Exit.DONE, Exit.DONE)
    order = operator.report(name)["review"]["order_id"]
    assert f"【{name}】 handed in, order {order}" in told.out
    assert f"【{other}】 handed in, order " in told.out
    assert [result["result"] for result in again.document["filings"]] == ["unchanged", "unchanged"]
    assert again.document["filings"][0]["platform"] == {"told": f"handed in, order {order}", "order_id": order}


def test_an_application_that_stops_needs_a_person(operator: Operator, whale: str) -> None:
    file = operator.application(whale)
    file.write_text(file.read_text(encoding="utf-8").replace("900002", "900003"), encoding="utf-8")

    ran = operator("submit", file, "--wait", "30s", "--json")

    assert ran.code == Exit.NEEDS_PERSON
    assert ran.document["filings"][0]["platform"]["action"]["code"] == "FIX_APPLICATION"
    assert f"【{whale}】 correct what the check found" in ran.err
    assert "the qualification must be approved" in ran.err
    assert f"starter.py edit {whale} --account demo --set FIELD=VALUE" in ran.err


def test_a_submission_that_the_platform_refuses_needs_a_person(operator: Operator, name: str) -> None:
    operator.disturb(
        operation="CreateSmsSign", sign_name=name, kind="code", code="InvalidSignName", message="名称不合规", count=1
    )

    ran = operator("submit", operator.application(name), "--wait", "30s")

    assert ran.code == Exit.NEEDS_PERSON
    assert f"【{name}】 submitted" in ran.out
    assert "InvalidSignName: 名称不合规" in ran.err
    assert f"starter.py edit {name} --account demo --set FIELD=VALUE" in ran.err


def test_a_platform_that_is_away_is_still_waited_for(operator: Operator, name: str) -> None:
    operator.disturb(operation="GetSmsSign", sign_name=name, kind="http_503", count=3)

    ran = operator("submit", operator.application(name), "--wait", "1s")

    assert ran.code == Exit.WAITING
    assert f"【{name}】 not handed in yet; it is 检查资质与签名 (CHECKING) (waited 1 s)" in ran.err


def test_without_a_worker_the_wait_ends_with_5(operator: Operator, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMS_FILING_TASK_QUEUE", "nobody-polls-this")

    ran = operator("submit", operator.application(name), "--wait", "5s", "--json", timeout=2)

    assert ran.code == Exit.UNREACHABLE
    assert ran.document["filings"][0]["result"] == "submitted"
    assert "is worker.py running" in ran.document["error"]["message"]


def test_after_a_release_records_and_rounds_go_on(operator: Operator, name: str) -> None:
    operator.submit(name, ALL_FAIL)
    operator.settled(name, CarrierStatus.FAILED)
    before = events(operator, name)
    operator.release(name)

    ran = operator("submit", operator.application(name), "--wait", "30s")

    assert ran.code == Exit.DONE, ran.err
    assert "continues the records of an earlier filing, closed 20" in ran.out
    assert "(RELEASED)" in ran.out
    assert "adopted, as it existed already, order " in ran.out
    assert events(operator, name)[: len(before) + 2] == [*before, "released", "opened"]
    assert operator("edit", name, "--set", "remark=a", "--wait", "30s").code == Exit.DONE
    report = operator.settled(name, CarrierStatus.REGISTERED)
    assert {known["round"] for known in report["carriers"].values()} == {2}
    started = [r["round"] for r in report["records"] if r["event"] == "round started" and r["carrier"] == "mobile"]
    assert started == [1, 2]


def test_after_a_deletion_the_name_is_filed_anew_and_counts_on(operator: Operator, name: str) -> None:
    operator.submit(name, ALL_FAIL)
    operator.settled(name, CarrierStatus.FAILED)
    assert operator("delete", name, "--confirm", name).code == Exit.DONE
    operator.until(name, lambda report: bool(report["execution"] == "COMPLETED"))

    ran = operator("submit", operator.application(name, ALL_FAIL), "--json")

    continues = ran.document["filings"][0]["continues"]
    assert continues["ended"] == "DELETED"
    assert continues["rounds"] == dict.fromkeys(Carrier, 1)
    assert continues["records"] == events(operator, name).index("opened", 1)
    report = operator.until(name, lambda report: bool(report["carriers"]["mobile"]["round_open"]))
    assert report["carriers"]["mobile"]["round"] == 2
    assert operator.operations(name) == ["CreateSmsSign", "DeleteSmsSign", "CreateSmsSign"]


@pytest.mark.parametrize("how", ["terminate", "cancel"])
def test_after_an_end_from_outside_a_worker_tells_what_was_known(operator: Operator, name: str, how: str) -> None:
    operator.submit(name, ALL_FAIL)
    operator.settled(name, CarrierStatus.FAILED)
    operator.end(name, how)
    ended = operator.until(name, lambda report: bool(report["execution"] != "RUNNING"))

    ran = operator("submit", operator.application(name, ALL_FAIL), "--json")

    continues = ran.document["filings"][0]["continues"]
    assert continues["ended"] == ended["execution"] == {"terminate": "TERMINATED", "cancel": "CANCELED"}[how]
    assert continues["records"] == len(ended["records"])
    assert continues["rounds"] == dict.fromkeys(Carrier, 1)
    before = [record["event"] for record in ended["records"]]
    assert events(operator, name)[: len(before) + 1] == [*before, "opened"]


def test_where_no_worker_tells_the_records_begin_anew(
    operator: Operator, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setenv("SMS_FILING_TASK_QUEUE", "nobody-polls-this")
        operator.submit(name)
    operator.end(name, "terminate")

    ran = operator("submit", operator.application(name), timeout=2)

    assert ran.code == Exit.DONE
    assert f"the records of 【{name}】's earlier filing, closed 20" in ran.err
    assert "could not be read" in ran.err
    assert "continues the records" not in ran.out
    assert events(operator, name)[0] == "opened"


def test_an_open_filing_continues_nothing(operator: Operator, name: str) -> None:
    operator.submit(name)

    ran = operator("submit", operator.application(name), "--json")

    assert ran.document["filings"][0]["continues"] is None
    assert events(operator, name).count("opened") == 1


def test_what_warns_is_shown_and_submitted_nevertheless(operator: Operator, name: str) -> None:
    file = operator.application(name)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(f"sign_name: {name}", f"sign_name: 【{name}】"), encoding="utf-8")

    ran = operator("submit", file, "--json")

    assert ran.code == Exit.DONE
    [filing] = ran.document["filings"]
    assert (filing["sign_name"], filing["result"]) == (name, "submitted")
    assert [f["code"] for f in filing["findings"] if f["severity"] == "warn"] == ["NAME_NORMALISED"]
    assert f'sign_name: "【{name}】" -> "{name}"' in ran.err
    assert "not checked" not in ran.err, "a note is no warning"


def test_a_name_like_that_of_an_open_filing_is_pointed_out(operator: Operator, name: str) -> None:
    operator.submit(f"{name}A")
    operator.until(f"{name}A", lambda report: bool(report["execution"] == "RUNNING"))

    ran = operator("submit", operator.application(f"{name}a"))

    assert ran.code == Exit.DONE
    assert f"【{name}a】 submitted" in ran.out
    assert f"{name}a and {name}A: it differs from a name of an open filing by case alone" in ran.err
