"""A new signature takes the place of an old one, against the real thing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cli.exits import Exit
from filing.vocabulary import Carrier, CarrierStatus
from tests.cli.operator import Operator, next_name

Write = Callable[[str, str], Path]


@pytest.fixture
def new() -> str:
    """The name that is to take the place of the other."""
    return next_name()


def test_the_old_one_asks_to_be_let_go_once_the_new_one_is_usable(operator: Operator, name: str, new: str) -> None:
    operator.submit(name)
    operator.settled(name, CarrierStatus.REGISTERED)

    ran = operator("replace", f"【{name}】", operator.application(new), "--wait", "30s")

    assert ran.code == Exit.DONE, ran.err
    assert f"【{new}】 submitted" in ran.out
    assert (
        f"once 【{new}】 is 报备成功 at 移动 mobile, 联通 unicom, 电信 telecom, 【{name}】 asks to be let go:"
        in ran.out
    )
    assert f"  starter.py release {name} --account demo\n" in ran.out
    assert f"  starter.py delete {name} --account demo --confirm {name}\n" in ran.out
    assert "handed in, order " in ran.out
    assert f"takes the place of 【{name}】" in operator("status", new).out
    report = operator.asked(name, "REPLACED")
    [asked] = [action for action in report["actions"] if action["code"] == "REPLACED"]
    assert f"【{new}】 is usable: 移动 mobile 联通 unicom 电信 telecom" in asked["why"]
    assert operator.report(new)["replaces"] == name


def test_what_is_open_already_is_taken_and_any_carrier_will_do(operator: Operator, name: str, new: str) -> None:
    operator.submit(name, "[sandbox review=silent]")
    operator.submit(new, "[sandbox mobile=silent unicom=silent telecom=silent]")
    file = operator.application(new, "[sandbox mobile=silent unicom=silent telecom=silent]")

    ran = operator("replace", name, file, "--json")
    told = operator("replace", name, file)

    assert (ran.code, told.code) == (Exit.DONE, Exit.DONE)
    assert ran.document["filings"][0]["result"] == "unchanged"
    assert ran.document["carriers"] == []
    assert ran.document["commands"][1] == f"starter.py delete {name} --account demo --confirm {name}"
    assert f"at any carrier, as 【{name}】 is so nowhere" in told.out


def test_a_new_one_that_is_open_with_another_content_is_refused(operator: Operator, name: str, new: str) -> None:
    operator.submit(name)
    operator.submit(new)

    ran = operator("replace", name, operator.application(new, "另一用途"), "--json")
    told = operator("replace", name, operator.application(new, "另一用途"))

    assert ran.code == told.code == Exit.REFUSED
    assert ran.document["filings"][0]["differences"] == {"remark": {"open": "(none)", "new": "另一用途"}}
    assert "open already with another content" in ran.document["error"]["message"]
    assert "另一用途" in told.out
    assert operator.report(new)["replaces"] is None


def test_what_cannot_take_the_place_is_refused_before_anything_is_opened(
    operator: Operator, name: str, new: str, write: Write
) -> None:
    operator.submit(name)
    elsewhere = operator.application(new, account="other").rename("elsewhere.yaml")
    both = write("both.yaml", "\n---\n".join(operator.application(n).read_text("utf-8") for n in (new, next_name())))

    itself = operator("replace", name, operator.application(name))
    account = operator("replace", name, elsewhere, "--json")
    asked = operator("replace", name, elsewhere, "--account", "demo")
    two = operator("replace", name, both)
    broken = operator("replace", name, write("broken.yaml", "sign_name: ["))

    assert itself.code == Exit.REFUSED
    assert "cannot take its own place" in itself.err
    assert account.code == Exit.REFUSED
    assert f"account other, but 【{name}】 is filed by account demo" in account.document["error"]["message"]
    assert asked.code == two.code == broken.code == Exit.UNREADABLE
    assert "--account says demo" in asked.err
    assert "holds 2 applications" in two.err
    assert operator("status", new, "--account", "demo").code == Exit.NOT_FOUND


def test_the_account_is_that_of_the_old_one(operator: Operator, name: str, new: str, write: Write) -> None:
    operator.submit(name)
    text = operator.application(new).read_text(encoding="utf-8").replace("account: demo\n", "")

    ran = operator("replace", name, write("without.yaml", text), "--json")

    assert ran.code == Exit.DONE
    assert ran.document["workflow_id"] == f"filing/demo/{new}"


def test_an_old_one_that_nobody_follows_is_not_found(operator: Operator, name: str, new: str) -> None:
    assert operator("replace", name, operator.application(new)).code == Exit.NOT_FOUND
    assert operator("replace", name, operator.application(new), "--account", "demo").code == Exit.NOT_FOUND
    operator.submit(name)
    operator.release(name)

    ran = operator("replace", name, operator.application(new))

    assert ran.code == Exit.NOT_FOUND
    assert "is over (COMPLETED), so there is nothing to replace" in ran.err


def test_without_a_worker_it_says_how_to_go_on(
    operator: Operator, name: str, new: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator.submit(name)
    monkeypatch.setenv("SMS_FILING_TASK_QUEUE", "nobody-polls-this")

    ran = operator("replace", name, operator.application(new), "--json", timeout=2)

    assert ran.code == Exit.UNREACHABLE
    assert ran.document["filings"][0]["result"] == "submitted"
    assert (
        f"【{new}】 is open and replaces nothing yet; give the same command again" in ran.document["error"]["message"]
    )
    assert set(operator.report(name)["carriers"]) == set(Carrier)
