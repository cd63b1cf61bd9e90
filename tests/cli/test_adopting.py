"""``adopt`` against the real thing: Temporal's server, a worker, the platform's SDK and the sandbox."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cli.exits import Exit
from tests.cli.operator import Operator, Run, next_name, next_whale

Have = Callable[..., str]
Write = Callable[[str, str], Path]


def test_an_existing_signature_is_followed_from_now_on(operator: Operator, have: Have) -> None:
    name = have(next_name(), 3)

    ran = operator("adopt", f"【{name}】", "--account", "demo", "--source", "ENTERPRISE_NAME", "--by", "李")

    assert ran.code == Exit.DONE
    assert f"【{name}】 adopted" in ran.out
    assert "报备记录 have no API" in ran.out
    report = operator.until(name, lambda report: report["phase"] == "ACTIVE")
    assert report["adopted"]
    assert report["application"]["company_name"] == "杭州云杉科技有限公司"
    assert report["application"]["qualification_id"] == 900001
    assert (report["records"][0]["event"], report["records"][0]["by"]) == ("opened", "李")
    assert operator.writes(name) == []


def test_what_nobody_told_is_shown_as_unknown(operator: Operator, have: Have) -> None:
    name = have(next_name(), -2, "UNBINDING_QUA", material={})

    ran = operator("adopt", name, "--account", "demo", "--json")

    [filing] = ran.document["filings"]
    assert filing["unknown"] == "unknown: source, company_name, qualification_id"
    report = operator.asked(name, "ADOPTED_LACKS")
    assert report["application"]["source"] == "UNKNOWN"
    refused = operator("edit", name, "--set", "qualification_id=900001")
    assert refused.code == Exit.REFUSED
    assert "source of this adopted signature: unknown; name it first" in refused.err
    named = operator("edit", name, "--set", "source=TRADEMARK", "--set", "trademark_id=700001")
    assert named.code == Exit.REFUSED, "a trademark is handed in, and needs a qualification beside it"
    assert operator.writes(name) == []


def test_the_terminal_asks_once_for_all_and_takes_no_answer_for_unknown(
    operator: Operator, have: Have, answers: Callable[..., None]
) -> None:
    one, other = have(next_name(), 3, material={}), have(next_name(), 3)
    answers("商标", "已注册商标名", "")

    ran = operator("adopt", one, other, "--account", "demo")

    assert ran.code == Exit.DONE
    assert "'商标' is none of them" in ran.err
    assert f"company (企业) of {one}" in ran.err
    reports = [operator.until(name, lambda report: report["phase"] == "ACTIVE") for name in (one, other)]
    assert [report["application"]["source"] for report in reports] == ["TRADEMARK", "TRADEMARK"]
    assert reports[0]["application"]["company_name"] == "未知"


def test_a_file_says_it_of_each(operator: Operator, have: Have, write: Write) -> None:
    one, other = have(next_name(), 3), have(next_whale(), 3, material={"QualificationId": 900002})
    file = write("known.yaml", f"- sign_name: {one}\n  source: TRADEMARK\n- sign_name: {other}\n  source: APP\n")

    ran = operator("adopt", "--from", file, "--account", "demo", "--json")

    assert ran.code == Exit.DONE
    told = {filing["sign_name"]: filing["application"] for filing in ran.document["filings"]}
    assert (told[one]["source"], told[other]["source"]) == ("TRADEMARK", "APP")
    assert told[other]["company_name"] == "深圳蓝鲸物流有限公司"


def test_what_is_followed_already_is_left_alone(operator: Operator, have: Have) -> None:
    name = have(next_name(), 3)
    operator("adopt", name, "--account", "demo", "--source", "TRADEMARK")

    again = operator("adopt", name, "--account", "demo", "--source", "APP")

    assert again.code == Exit.DONE
    assert f"【{name}】 is followed already, nothing changed" in again.out
    assert operator.report(name)["application"]["source"] == "TRADEMARK"


def test_a_name_that_is_not_there_ends_with_4_and_nothing_is_adopted(operator: Operator, have: Have) -> None:
    name = have(next_name(), 3)

    ran = operator("adopt", name, "没有的", "--account", "demo", "--json")

    assert ran.code == Exit.NOT_FOUND
    assert ran.document["error"]["details"] == {"missing": ["没有的"]}
    assert operator("status", name, "--account", "demo").code == Exit.NOT_FOUND


def test_it_can_wait_until_it_is_followed(operator: Operator, have: Have) -> None:
    ran = operator("adopt", have(next_name(), 3), "--account", "demo", "--wait", "20s", "--json")

    assert ran.code == Exit.DONE
    assert ran.document["filings"][0]["platform"]["told"].startswith("adopted, as it existed already")


def test_a_later_filing_of_the_name_goes_on_where_the_last_one_ended(operator: Operator, have: Have) -> None:
    name = have(next_name(), 3)
    operator("adopt", name, "--account", "demo")
    operator.until(name, lambda report: report["phase"] == "ACTIVE")
    operator.release(name)

    ran = operator("adopt", name, "--account", "demo")

    assert ran.code == Exit.DONE
    assert "continues the records" in ran.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "nothing to adopt"),
        (["云杉科技", "--source", "TRADEMRK"], "did you mean TRADEMARK?"),
        (["云杉科技", "--policy", "quick"], "no policy 'quick'"),
        (["云杉科技", "--wait", "soon"], "--wait"),
        (["云杉科技", "--from", "none.yaml"], "no such file"),
    ],
)
def test_what_cannot_be_read_ends_with_2_before_anything_is_asked(run: Run, arguments: list[str], told: str) -> None:
    ran = run("adopt", *arguments, "--account", "demo", "--address", "127.0.0.1:1")

    assert ran.code == Exit.UNREADABLE
    assert told in ran.err
    assert "Traceback" not in ran.err


def test_a_file_about_others_ends_with_2(run: Run, write: Write) -> None:
    file = write("known.yaml", "sign_name: 云杉优选\nsource: APP")

    ran = run("adopt", "云杉科技", "--from", file, "--account", "demo", "--address", "127.0.0.1:1")

    assert ran.code == Exit.UNREADABLE
    assert "云杉优选, which is not to be adopted" in ran.err
