from collections.abc import Callable
from pathlib import Path

import pytest

from cli.documents import DEPTH_MAX, SIZE_MAX, DocumentError, read_documents

Write = Callable[[str, str], Path]


def test_yaml_documents_are_read_and_empty_ones_left_out(write: Write) -> None:
    assert read_documents(write("a.yaml", "---\na: 1\n---\n- b\n---\n")) == [{"a": 1}, ["b"]]


def test_json_is_read(write: Write) -> None:
    assert read_documents(write("a.json", '{"a": [1, "b", true, null]}')) == [{"a": [1, "b", True, None]}]


def test_a_byte_order_mark_is_no_matter(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"\xef\xbb\xbfa: 1")

    assert read_documents(file) == [{"a": 1}]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("2026-01-01", "2026-01-01"),
        ("2026-13-45", "2026-13-45"),
        ("0123", "0123"),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        (".nan", ".nan"),
        ("1.5", "1.5"),
        ("900001", 900001),
        ("true", True),
        ("~", None),
        ("", None),
    ],
)
def test_yaml_makes_nothing_else_of_what_is_written(write: Write, written: str, value: object) -> None:
    assert read_documents(write("a.yaml", f"a: {written}")) == [{"a": value}]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.yaml", "a: 1\nb: ]", "line 2: not valid YAML"),
        ("a.yaml", "a: 1\nb: 2\na: 3", "line 3: the key 'a' stands there twice"),
        ("a.yaml", "a: &x 1\nb: 2", "line 1: anchors"),
        ("a.yaml", "a: &x [1]\nb: *x", "anchors"),
        ("a.yaml", "a: !!python/object/apply:os.system [ls]", "tags"),
        ("a.yaml", "a: !!int 5", "tags"),
        ("a.yaml", "[" * 5000, "levels deep"),
        ("a.yaml", "[" * (DEPTH_MAX + 1) + "]" * (DEPTH_MAX + 1), "levels deep"),
        ("a.yaml", f"a: {'9' * 5000}", "not valid YAML"),
        ("a.yaml", "a: \x07", "not valid YAML"),
        ("a.json", '{"a": 1,}', "line 1, column"),
        ("a.json", '{"a": 1, "a": 2}', "the key 'a' stands there twice"),
        ("a.json", '{"a": NaN}', "NaN is no JSON value"),
        ("a.json", "[" * 100_000, "levels deep"),
        ("a.json", "[" * (DEPTH_MAX + 1) + "]" * (DEPTH_MAX + 1), "levels deep"),
        ("a.json", "9" * 5000, "not valid JSON"),
    ],
)
def test_what_is_not_plain_data_is_refused_with_its_place(write: Write, name: str, text: str, told: str) -> None:
    with pytest.raises(DocumentError, match=told):
        read_documents(write(name, text))


def test_files_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    (tmp_path / "gbk.yaml").write_bytes("名: 1".encode("gbk"))
    (tmp_path / "large.yaml").write_bytes(b" " * (SIZE_MAX + 1))

    with pytest.raises(DocumentError, match="no such file"):
        read_documents(tmp_path / "none.yaml")
    with pytest.raises(DocumentError, match="cannot be read"):
        read_documents(tmp_path)
    with pytest.raises(DocumentError, match="not UTF-8"):
        read_documents(tmp_path / "gbk.yaml")
    with pytest.raises(DocumentError, match="larger than 1024 KiB"):
        read_documents(tmp_path / "large.yaml")
