"""Deleting for ever, against the real thing."""

import pytest

from cli.exits import Exit
from filing.vocabulary import CarrierStatus
from tests.cli.operator import ALL_FAIL, Operator


@pytest.fixture
def failed(operator: Operator, name: str) -> str:
    """A signature under which nothing was ever sent."""
    operator.submit(name, ALL_FAIL)
    operator.settled(name, CarrierStatus.FAILED)
    return name


def test_a_signature_is_deleted_and_its_filing_ends(operator: Operator, failed: str) -> None:
    ran = operator("delete", failed, "--confirm", f"【{failed}】", "--reason", "不再使用", "--by", "李")

    assert ran.code == Exit.DONE, ran.err
    assert "for ever" in ran.out
    assert "deleted at the platform" in ran.out
    assert operator.operations(failed)[-1] == "DeleteSmsSign"
    closed = operator.until(failed, lambda report: bool(report["execution"] == "COMPLETED"))
    assert closed["phase"] == "DELETED"
    assert ("deleted", "李", "不再使用") in [(r["event"], r["by"], r["detail"]) for r in closed["records"]]
    listed = next(line for line in operator("list", "--all").out.splitlines() if f" {failed} " in line)
    assert "已删除" in listed
    assert "COMPLETED" not in listed
    assert failed not in [row["sign_name"] for row in operator("list", "--json").document]


def test_another_name_is_not_confirmed(operator: Operator, failed: str) -> None:
    ran = operator("delete", failed, "--confirm", "另一名称", "--json")

    assert ran.code == Exit.REFUSED
    assert "删除后签名不可用且无法恢复" in ran.document["error"]["details"]["rule"]
    assert ran.document["error"]["details"]["command"].endswith(f"--confirm {failed}")
    assert operator.operations(failed) == ["CreateSmsSign"]


def test_traffic_forbids_it_unless_forced(operator: Operator, name: str) -> None:
    operator.submit(name)
    operator.settled(name, CarrierStatus.REGISTERED)

    refused = operator("delete", name, "--confirm", name)
    tried = operator("delete", name, "--confirm", name, "--dry-run")
    forced = operator("delete", name, "--confirm", name, "--force", "--json")

    assert refused.code == tried.code == Exit.REFUSED
    assert "there was traffic on " in refused.err
    assert f"--confirm {name} --force" in refused.err
    assert "last traffic: " in tried.out
    assert forced.code == Exit.DONE
    assert forced.document["platform"]["told"] == "deleted at the platform"


def test_traffic_that_only_the_statistics_know_is_told_and_the_filing_goes_on(operator: Operator, name: str) -> None:
    operator.submit(name)
    operator.settled(name, CarrierStatus.REGISTERED)
    operator.release(name)
    # Adopted as it is: the new filing has sent nothing yet.
    assert operator("submit", operator.application(name), "--wait", "30s").code == Exit.DONE
    operator.settled(name, CarrierStatus.REGISTERED)

    ran = operator("delete", name, "--confirm", name, "--json")

    assert ran.code == Exit.REFUSED
    assert "being deleted" in ran.document["answer"]
    assert "there was traffic on " in ran.document["error"]["message"]
    report = operator.asked(name, "DELETE_REFUSED")
    assert report["execution"] == "RUNNING"
    assert "DeleteSmsSign" not in operator.operations(name)


def test_the_platforms_refusal_is_told(operator: Operator, failed: str) -> None:
    operator.disturb(
        operation="DeleteSmsSign",
        sign_name=failed,
        kind="code",
        code="isv.ERROR_SIGN_NOT_DELETE",
        message="不可删除",
        count=1,
    )

    ran = operator("delete", failed, "--confirm", failed)

    assert ran.code == Exit.REFUSED
    assert "not deleted: isv.ERROR_SIGN_NOT_DELETE: 不可删除" in ran.err


def test_a_deletion_that_takes_longer_goes_on(operator: Operator, failed: str) -> None:
    operator.disturb(operation="DeleteSmsSign", sign_name=failed, kind="http_503", count=2)

    ran = operator("delete", failed, "--confirm", failed, "--wait", "0.2s")
    shown = operator("status", failed).out
    operator.until(failed, lambda report: bool(report["phase"] == "DELETED"))

    assert ran.code == Exit.WAITING
    assert "not deleted yet (waited 0.2 s)" in ran.err
    assert "being deleted at the platform (删除签名)" in shown
