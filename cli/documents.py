"""YAML and JSON as people write them by hand: plain data only, with the line of whatever is not.

What YAML would silently turn into something else stays text: ``no`` is no boolean, ``2026-01-01`` no date, ``1_000``
no number. Anchors, tags and repeated keys are refused, because an application should read as what it is.
"""

import json
import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any, NoReturn

import yaml

SIZE_MAX = 1024 * 1024
DEPTH_MAX = 20

_TOO_DEEP = f"nested more than {DEPTH_MAX} levels deep"


class DocumentError(Exception):
    """A file that holds no plain data; the text says where and why."""


def read_documents(file: Path) -> list[Any]:
    """Read the documents of a file: one of JSON, any number of YAML (empty ones left out).

    Raises:
        DocumentError: The file is missing, too large, not UTF-8, or not plain YAML or JSON.
    """
    text = _read_text(file)
    try:
        return [_from_json(text)] if file.suffix.lower() == ".json" else _from_yaml(text)
    except RecursionError:
        raise DocumentError(_TOO_DEEP) from None


def _read_text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            content = opened.read(SIZE_MAX + 1)
    except FileNotFoundError:
        raise DocumentError("no such file") from None
    except OSError as failure:
        raise DocumentError(f"cannot be read: {failure.strerror}") from failure
    if len(content) > SIZE_MAX:
        raise DocumentError(f"larger than {SIZE_MAX // 1024} KiB; split it into several files")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        raise DocumentError(f"not UTF-8 text (byte {failure.start}); save it as UTF-8") from failure


def _from_json(text: str) -> Any:
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except json.JSONDecodeError as failure:
        raise DocumentError(
            f"line {failure.lineno}, column {failure.colno}: not valid JSON: {failure.msg}"
        ) from failure
    except ValueError as failure:
        raise DocumentError(f"not valid JSON: {failure}") from failure
    _require_shallow(value, DEPTH_MAX)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise DocumentError(f"the key {key!r} stands there twice; keep one")
        found[key] = value
    return found


def _no_constant(name: str) -> NoReturn:
    raise DocumentError(f"{name} is no JSON value")


def _require_shallow(value: object, levels: int) -> None:
    if levels == 0:
        raise DocumentError(_TOO_DEEP)
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _require_shallow(part, levels - 1)


_FastLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _PlainLoader(_FastLoader):  # type: ignore[misc, valid-type]  # C or Python, whichever is there
    """YAML's safe loader with fewer surprises: few implicit types, no repeated keys."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 - the signature is yaml's
        """Construct a mapping.

        Raises:
            DocumentError: A key stands there twice.
        """
        seen = set()
        for key_node, _ in node.value:
            if key_node.value in seen:
                raise DocumentError(
                    f"{_line(key_node.start_mark)}: the key {key_node.value!r} stands there twice; keep one"
                )
            seen.add(key_node.value if isinstance(key_node, yaml.ScalarNode) else id(key_node))
        built: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        return built


for _tag, _pattern, _first in (
    ("null", r"(~|null|Null|NULL)?\Z", ["~", "n", "N", ""]),
    ("bool", r"(true|True|TRUE|false|False|FALSE)\Z", list("tTfF")),
    ("int", r"-?(0|[1-9]\d*)\Z", list("-0123456789")),
):
    _PlainLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), _first)


def _from_yaml(text: str) -> list[Any]:
    try:
        _require_plain(text)
        documents = list(yaml.load_all(text, Loader=_PlainLoader))
    except yaml.MarkedYAMLError as failure:
        where = f"{_line(failure.problem_mark)}: " if failure.problem_mark else ""
        raise DocumentError(f"{where}not valid YAML: {failure.problem or failure.context}") from failure
    except (yaml.YAMLError, ValueError) as failure:
        raise DocumentError(f"not valid YAML: {failure}") from failure
    return [document for document in documents if document is not None]


def _require_plain(text: str) -> None:
    """Refuse what the loader would resolve, before it builds anything."""
    depth = 0
    for event in yaml.parse(text, Loader=_PlainLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEPTH_MAX:
            raise DocumentError(f"{_line(event.start_mark)}: {_TOO_DEEP}")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise DocumentError(f"{_line(event.start_mark)}: anchors and aliases (& and *) are not taken; write it out")
        if getattr(event, "tag", None) is not None:
            raise DocumentError(f"{_line(event.start_mark)}: tags (!) are not taken; write plain values")


def _line(mark: Any) -> str:
    return f"line {mark.line + 1}"
