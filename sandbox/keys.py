"""Access keys (AccessKey): who may call, and the file that lists them.

A file of keys is a JSON document::

    {"keys": [
        {"id": "key-1", "secret": "..."},
        {"id": "key-2", "secret": "...", "account": "key-1"},
        {"id": "STS.3", "secret": "...", "account": "key-1", "token": "...", "expires_at": "2026-12-31T00:00:00Z"}
    ]}
"""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sandbox.clock import Instant


class AccessKey(BaseModel):
    """An access key. Its secret and its token are left out of its text form."""

    # What cannot be read is named without its value, which may be a secret.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    id: str = Field(min_length=1)
    secret: str = Field(min_length=1, repr=False)
    account: str = ""
    """Whose signatures and messages it reaches; an account of its own, called like its id, if not given."""
    token: str | None = Field(default=None, min_length=1, repr=False)
    """The security token (SecurityToken) that must come with a temporary (STS) key; ``None`` for one that lasts."""
    expires_at: Instant | None = None
    """When a temporary key ends, by the wall clock; never if not given."""

    @property
    def owner(self) -> str:
        """The account it acts for."""
        return self.account or self.id

    @model_validator(mode="after")
    def _only_temporary_keys_end(self) -> "AccessKey":
        if self.expires_at and self.token is None:
            raise ValueError("expires_at is for a temporary key, which has a token")
        return self


class _KeysFile(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    keys: list[AccessKey] = Field(min_length=1)

    @model_validator(mode="after")
    def _ids_are_told_apart(self) -> "_KeysFile":
        ids = [key.id for key in self.keys]
        twice = sorted({key_id for key_id in ids if ids.count(key_id) > 1})
        if twice:
            raise ValueError(f"more than one key has the id {', '.join(twice)}")
        return self


def read_keys(path: Path) -> list[AccessKey]:
    """Reads a file of access keys.

    Raises:
        ValueError: The file cannot be read or is not such a document; the message names file, field and rule, and no
            secret.
    """
    try:
        return _KeysFile.model_validate_json(path.read_bytes()).keys
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from error
    except ValidationError as error:
        found = "; ".join(f"{'.'.join(map(str, each['loc'])) or 'document'}: {each['msg']}" for each in error.errors())
        raise ValueError(f"{path}: {found}") from error
