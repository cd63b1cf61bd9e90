"""Which filing a name on the command line means, against the real thing."""

from collections.abc import Callable

import pytest

from cli.context import plain_name, sender
from cli.exits import Exit
from tests.cli.operator import Operator, in_full_width, next_name

Have = Callable[..., str]


@pytest.mark.parametrize("typed", ["云杉", "【云杉】", " 【云杉】\n", "【 云杉 】", "云杉】"])
def test_brackets_and_white_space_around_a_name_are_no_part_of_it(typed: str) -> None:
    assert plain_name(typed) == "云杉"


def test_who_asks_is_named_or_else_the_user_and_the_machine() -> None:
    assert sender(" 李 ") == "李"
    assert "@" in sender(None) == sender(" ")


@pytest.mark.parametrize("account", [[], ["--account", "demo"]])
def test_a_name_in_full_width_means_the_filing_of_the_plain_one(
    operator: Operator, name: str, account: list[str]
) -> None:
    operator.submit(name)
    typed = in_full_width(name)

    shown = operator("status", f"【{typed}】", "--json", *account)
    paused = operator("pause", typed, "--json", *account)
    preview = operator("delete", typed, "--confirm", name, "--dry-run", "--json", *account)

    assert shown.code == Exit.DONE, shown.err
    assert shown.document["sign_name"] == name
    assert f'"{typed}" -> "{name}"' in shown.err
    assert "(U+FF1" in shown.err, "what was changed is named with its code point"
    assert paused.document["workflow_id"] == f"filing/demo/{name}"
    assert preview.document["parameters"] == {"SignName": name}


def test_a_plain_name_in_brackets_is_nothing_to_speak_of(operator: Operator, name: str) -> None:
    operator.submit(name)

    assert operator("status", f"【{name}】").err == ""


def test_a_name_in_full_width_can_be_replaced(operator: Operator, name: str) -> None:
    operator.submit(name)
    new = next_name()

    ran = operator("replace", in_full_width(name), operator.application(new), "--json")

    assert ran.code == Exit.DONE, ran.err
    assert ran.document["old"] == f"filing/demo/{name}"


def test_a_signature_taken_over_as_it_is_keeps_its_name(operator: Operator, have: Have) -> None:
    """The platform's old signatures may be in another coding; the filing of one is found by its very name."""
    odd = have(in_full_width(next_name()), 3)
    assert operator("adopt", odd, "--account", "demo").code == Exit.DONE

    ran = operator("status", odd, "--json")

    assert ran.document["workflow_id"] == f"filing/demo/{odd}"
    assert ran.err == ""


def test_adopt_names_the_plain_signature_where_the_typed_one_is_not_there(operator: Operator, have: Have) -> None:
    name = have(next_name(), 3)

    ran = operator("adopt", in_full_width(name), "--account", "demo")

    assert ran.code == Exit.NOT_FOUND
    assert f"did you mean 【{name}】?" in ran.err


def test_neither_the_typed_nor_the_plain_name_ends_with_4(operator: Operator) -> None:
    for account in ([], ["--account", "demo"]):
        ran = operator("status", "无此签名１", *account)
        assert ran.code == Exit.NOT_FOUND
        assert "无此签名1" in ran.err
