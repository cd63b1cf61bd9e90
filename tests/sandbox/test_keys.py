"""The file of access keys: what it may say, and what is said of one that cannot be read."""

import json
from pathlib import Path

import pytest

from sandbox.keys import AccessKey, read_keys

SECRET = "do-not-show-me"


def written(path: Path, document: object) -> Path:
    file = path / "keys.json"
    file.write_text(document if isinstance(document, str) else json.dumps(document))
    return file


def test_a_key_acts_for_itself_unless_an_account_is_named(tmp_path: Path) -> None:
    document = {
        "keys": [
            {"id": "one", "secret": "1"},
            {
                "id": "STS.two",
                "secret": "2",
                "account": "one",
                "token": "token-2",
                "expires_at": "2026-03-02T11:00:00+08:00",
            },
        ]
    }
    one, two = read_keys(written(tmp_path, document))
    assert (one.owner, one.token, one.expires_at) == ("one", None, None)
    assert (two.owner, two.token) == ("one", "token-2")
    assert two.expires_at is not None
    assert two.expires_at.isoformat() == "2026-03-02T03:00:00+00:00"


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"keys": []}, "keys: List should have at least 1 item"),
        ({}, "keys: Field required"),
        ({"keys": [{"id": "a"}]}, "keys.0.secret: Field required"),
        ({"keys": [{"id": "", "secret": SECRET}]}, "keys.0.id: String should have at least 1 character"),
        ({"keys": [{"id": "a", "secret": SECRET, "tokn": SECRET}]}, "keys.0.tokn: Extra inputs are not permitted"),
        ({"keys": [{"id": "a", "secret": [SECRET]}]}, "keys.0.secret: Input should be a valid string"),
        (
            {"keys": [{"id": "a", "secret": SECRET}, {"id": "a", "secret": SECRET}]},
            "document: Value error, more than one key has the id a",
        ),
        (
            {"keys": [{"id": "a", "secret": SECRET, "expires_at": "2026-03-02T11:00:00Z"}]},
            "keys.0: Value error, expires_at is for a temporary key",
        ),
        (f'{{"keys": "{SECRET}', "document: Invalid JSON"),
    ],
)
def test_what_cannot_be_read_is_named_with_file_and_field_and_without_secrets(
    tmp_path: Path, document: object, said: str
) -> None:
    file = written(tmp_path, document)
    with pytest.raises(ValueError, match=r"keys\.json") as caught:
        read_keys(file)
    assert str(caught.value).startswith(f"{file}: {said}")
    assert SECRET not in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"none\.json: No such file"):
        read_keys(tmp_path / "none.json")


def test_a_key_in_a_log_has_no_secret() -> None:
    shown = repr(AccessKey(id="STS.1", secret=SECRET, token=SECRET))
    assert "STS.1" in shown
    assert SECRET not in shown
