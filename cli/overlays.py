"""Named policies of the settings: each says what it is based on and which fields it replaces."""

from collections.abc import Mapping
from typing import Any

from filing.policy import BUILT_IN_POLICIES

BASE_KEY = "based_on"


def resolve_policies(written: Any) -> Any:
    """Lay every named policy over the one that it is based on.

    Args:
        written: The table ``policies`` of the settings, name to fields.

    Returns:
        Name to all fields as text and numbers, with the built-in policies; still to be validated field by field. A
        value that is no table of tables comes back as it is, for the validation to refuse.

    Raises:
        ValueError: A policy takes the name of a built-in one, or its base does not exist or leads back to itself.
    """
    if not isinstance(written, Mapping) or not all(isinstance(fields, Mapping) for fields in written.values()):
        return written
    resolved: dict[str, Any] = {name: policy.model_dump() for name, policy in BUILT_IN_POLICIES.items()}
    for name, fields in written.items():
        if name in BUILT_IN_POLICIES:
            raise ValueError(f"{name} is built in; take another name and say {BASE_KEY} = {name!r}")
        if "name" in fields:
            raise ValueError(f"{name}.name: a policy is called as its table; leave this key out")
    for name in written:
        resolved[name] = _laid_over(name, written, ())
    return resolved


def _laid_over(name: str, written: Mapping[str, Mapping[str, Any]], followed: tuple[str, ...]) -> dict[str, Any]:
    if name in BUILT_IN_POLICIES:
        return BUILT_IN_POLICIES[name].model_dump()
    if name in followed:
        raise ValueError(f"{BASE_KEY} leads in a circle: {' -> '.join((*followed, name))}")
    if name not in written:
        known = ", ".join(sorted({*BUILT_IN_POLICIES, *written} - set(followed)))
        raise ValueError(f"{followed[-1]}.{BASE_KEY}: no policy {name!r}; there are: {known}")
    fields = dict(written[name])
    base = fields.pop(BASE_KEY, "default")
    if not isinstance(base, str):
        raise ValueError(f"{name}.{BASE_KEY}: expected the name of a policy")  # noqa: TRY004 - pydantic takes ValueError
    return {**_laid_over(base, written, (*followed, name)), **fields, "name": name}
