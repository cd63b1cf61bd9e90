import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filing.commands import accept_option, command_line, console_path, set_options
from filing.messages import Edit
from filing.vocabulary import Carrier
from tests.filing.edits import message_of

names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20)


def test_a_command_can_be_copied_as_it_is_read() -> None:
    assert command_line("status", "云杉科技", "acme") == "starter.py status 云杉科技 --account acme"
    assert command_line("edit", "云杉科技", "acme", "--withdraw").endswith("--account acme --withdraw")


def test_only_what_a_shell_would_take_apart_is_quoted() -> None:
    assert command_line("status", "云杉科技", "my account") == "starter.py status 云杉科技 --account 'my account'"
    assert set_options({"remark": "他用 $HOME"}) == ["--set", "'remark=他用 $HOME'"]
    assert set_options({"remark": "他用"}) == ["--set", "remark=他用"]


@given(names, names)
def test_a_shell_reads_back_what_was_meant(sign_name: str, remark: str) -> None:
    words = shlex.split(command_line("edit", sign_name, "acme", *set_options({"remark": remark})))

    assert words == ["starter.py", "edit", sign_name, "--account", "acme", "--set", f"remark={remark}"]


@pytest.mark.parametrize(
    "changes",
    [
        {"qualification_id": 900006},
        {"third_party": True, "authorization_letter_id": 800001},
        {"authorization_letter_id": None, "third_party": False},
        {"remark": "it's 他用; see $HOME", "needed_by": "2026-05-01"},
        {"supporting_files": ["a.png", "b c.png"]},
        {"remark": "", "supporting_files": [], "needed_by": None},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_the_options_of_an_edit_make_the_same_edit(changes: dict[str, object]) -> None:
    command = command_line("edit", "云杉科技", "acme", *set_options(changes))

    again = message_of(command)

    assert isinstance(again, Edit)
    assert again.set == changes


def test_carriers_that_may_be_filed_anew_are_one_option_and_none_where_there_are_none() -> None:
    assert accept_option([]) == []
    assert accept_option([Carrier.MOBILE, Carrier.TELECOM]) == ["--accept-reset", "mobile,telecom"]


def test_the_way_through_the_console_names_the_signature_and_ends_at_the_click() -> None:
    path = console_path("云杉科技")

    assert "【云杉科技】" in path
    assert path.endswith("报备")
