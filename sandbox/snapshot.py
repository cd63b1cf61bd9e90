"""Snapshots: everything that a sandbox stores, as one JSON document that another sandbox can load.

Both then answer alike, order ids to come included, as long as pace, rules and keys are the same; what differs of pace
and rules is told when a snapshot is loaded. It holds whole phone numbers, those of the messages that were sent. It
holds no access keys unless they are asked for, and of those only the ones that documents brought. The journal and where
callbacks go are a sandbox's own and are in no snapshot, nor are faults, which are not stored.
"""

import contextlib
import json
import sqlite3
from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from sandbox.accounts import ACCOUNT, KEY, Accounts
from sandbox.clock import Instant, SandboxClock, stored
from sandbox.documents import problems
from sandbox.fates import parse_fates
from sandbox.keys import AccessKey
from sandbox.operations import Call
from sandbox.operations.signatures import get_sms_sign
from sandbox.outbox import TARGET
from sandbox.pace import Pace
from sandbox.papers import AppRecord, Letter, Qualification, Template, Trademark
from sandbox.protocol import ApiError, Parameters
from sandbox.reasons import REASON_TEXTS
from sandbox.receipts import AskedFate
from sandbox.rules import Rules, told
from sandbox.settings import AccountSettings
from sandbox.stock import Carrier, Material
from sandbox.store import Store

CLOCK = "clock"
"""The kind under which the clock is stored."""

_OWN = (ACCOUNT, KEY, TARGET, CLOCK)
"""The kinds that stay with their sandbox."""
_LARGEST = 2**53

_CarrierCode = Literal["mobile", "unicom", "telecom"]
_Numbered = Literal["events", "messages", "numbers"]


class _Strict(BaseModel):
    # What cannot be read is named without its value, which may be a phone number.
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class _SubmittedMaterial(Material):
    SignName: str = Field(min_length=1)


class _Submitted(_Strict):
    material: _SubmittedMaterial
    fates: dict[str, str]
    order_id: str | None = None
    approved_at: Instant | None = None
    withdrawn: bool = False
    reviewed: bool = True
    stocked: dict[_CarrierCode, Carrier] = Field(default_factory=dict)


class _Reported(_Strict):
    carriers: list[_CarrierCode]
    fates: dict[str, str]


class _Revoked(_Strict):
    carriers: list[_CarrierCode]
    reason: str

    @field_validator("reason")
    @classmethod
    def _is_known(cls, reason: str) -> str:
        if reason not in REASON_TEXTS:
            raise ValueError("no ReasonCode")
        return reason


_EVENT_DATA: Mapping[str, type[_Strict]] = {
    "created": _Submitted,
    "updated": _Submitted,
    "stocked": _Submitted,
    "rebound": _Submitted,
    "withdrawn": _Strict,
    "reported": _Reported,
    "revoked": _Revoked,
    "deleted": _Strict,
}


def _of_kind(model: type[BaseModel], data: Mapping[str, Any]) -> BaseModel:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise ValueError(f"data: {problems(error)}") from error


class _Event(_Strict):
    seq: int = Field(ge=1, le=_LARGEST)
    account: str
    sign_name: str
    at: Instant
    kind: str
    data: dict[str, Any]

    @model_validator(mode="after")
    def _data_is_of_its_kind(self) -> "_Event":
        if self.kind not in _EVENT_DATA:
            raise ValueError(f"kind is one of {', '.join(_EVENT_DATA)}")
        data = _of_kind(_EVENT_DATA[self.kind], self.data)
        if isinstance(data, _Submitted | _Reported):
            parse_fates(data.fates)
        return self


class _MessageData(_Strict):
    carrier: _CarrierCode
    template_code: str
    template_type: int
    content: str
    out_id: str | None = None
    code: str | None = None
    pending_code: str = ""


class _Message(_Strict):
    seq: int = Field(ge=1, le=_LARGEST)
    account: str
    sign_name: str
    phone: str = Field(pattern=r"^1[0-9]{10}$")
    sent_at: Instant
    receipt_at: Instant
    delivered: bool
    biz_id: str
    data: _MessageData


class _ExtendCode(_Strict):
    sign_name: str


class _Settings(_Strict):
    settings: AccountSettings
    since: int = Field(ge=1, le=_LARGEST)


class _TemplateMaterial(_Strict):
    TemplateName: str
    TemplateContent: str
    TemplateType: Literal[0, 1, 2, 3]
    RelatedSignName: str | None = None
    TemplateRule: str | None = None
    IntlType: int | None = None
    MoreData: list[str] = Field(default_factory=list)
    ApplySceneContent: str | None = None
    TrafficDriving: str | None = None
    Remark: str | None = None


class _TemplateSubmission(_Strict):
    at: Instant
    order_id: str
    material: _TemplateMaterial
    rule: dict[str, str]
    review: Literal["ok", "reject", "silent"]


class _SubmittedTemplate(_Strict):
    """A template that was applied for here; one that a stock document brought is a ``Template``."""

    TemplateCode: str
    submissions: list[_TemplateSubmission] = Field(min_length=1)


_PAPERS: Mapping[str, type[BaseModel]] = {
    "qualification": Qualification,
    "letter": Letter,
    "trademark": Trademark,
    "app_record": AppRecord,
    "template": Template,
    "number": AskedFate,
    "extend_code": _ExtendCode,
    "settings": _Settings,
}


class _Paper(_Strict):
    kind: str
    id: str
    data: dict[str, Any]

    @model_validator(mode="after")
    def _data_is_of_its_kind(self) -> "_Paper":
        if self.kind not in _PAPERS:
            raise ValueError(f"kind is one of {', '.join(_PAPERS)}")
        # Whose a paper is is no field of the paper.
        data = {name: value for name, value in self.data.items() if name != "account"}
        was_submitted = self.kind == "template" and "submissions" in data
        _of_kind(_SubmittedTemplate if was_submitted else _PAPERS[self.kind], data)
        return self


class _Fates(_Strict):
    sign_name: str
    data: dict[str, str]

    @field_validator("data")
    @classmethod
    def _readable(cls, data: dict[str, str]) -> dict[str, str]:
        parse_fates(data)
        return data


class Snapshot(_Strict):
    """A snapshot."""

    snapshot: Literal[1]
    """The version of its form."""
    now: Instant
    """What the sandbox's clock showed."""
    pace: str
    rules: dict[str, bool | int | str]
    accounts: list[Annotated[str, Field(min_length=1)]]
    keys: list[AccessKey] = Field(default_factory=list)
    numbers_given_out: dict[_Numbered, Annotated[int, Field(ge=0, le=_LARGEST)]]
    """The highest of each kind, so that ids to come are told apart from those that were."""
    events: list[_Event]
    messages: list[_Message]
    papers: list[_Paper]
    fates: list[_Fates]


def take(
    store: Store, accounts: Accounts, clock: SandboxClock, pace: Pace, rules: Rules, *, keys: bool = False
) -> dict[str, Any]:
    """Returns a snapshot.

    Args:
        store: What is stored.
        accounts: Who there is.
        clock: The sandbox's clock.
        pace: To be told apart.
        rules: To be told apart.
        keys: Whether the keys that documents brought are part of it, with their secrets.
    """
    return {
        "snapshot": 1,
        "now": stored(clock.now()),
        "pace": pace.name,
        "rules": told(rules),
        "accounts": list(accounts.names),
        **({"keys": store.papers(KEY)} if keys else {}),
        "numbers_given_out": _numbers(store),
        "events": _rows(store, "events", ("seq", "account", "sign_name", "at", "kind", "data")),
        "messages": [
            row | {"delivered": bool(row["delivered"])}
            for row in _rows(
                store,
                "messages",
                ("seq", "account", "sign_name", "phone", "sent_at", "receipt_at", "delivered", "biz_id", "data"),
            )
        ],
        "papers": [row for row in _rows(store, "papers", ("kind", "id", "data")) if row["kind"] not in _OWN],
        "fates": _rows(store, "fates", ("sign_name", "data")),
    }


def restore(snapshot: Snapshot, store: Store, accounts: Accounts, pace: Pace, rules: Rules) -> list[str]:
    """Stores a snapshot instead of all that is stored, or nothing of it.

    Keys, the targets of callbacks and the journal stay.

    Args:
        snapshot: What to store.
        store: Where to.
        accounts: Who there is; keys of the snapshot that the sandbox was started with are passed over.
        pace: The pace here.
        rules: The rules here.

    Returns:
        What differs of pace and rules, by name.

    Raises:
        ValueError: What it holds does not go together; the message names what.
    """
    try:
        with store.transaction():
            _replace(snapshot, store)
            for account in set(snapshot.accounts).difference(accounts.names):
                accounts.put(account, [])
            for key in snapshot.keys:
                accounts.put_unless_given(key)
            _check(snapshot, store, pace, rules)
    except sqlite3.Error as error:
        raise ValueError(f"snapshot: {error}") from error
    finally:
        accounts.refresh()
    here, there = told(rules), snapshot.rules
    differing = [f"rules.{name}" for name in sorted({*here, *there}) if here.get(name) != there.get(name)]
    return (["pace"] if snapshot.pace != pace.name else []) + differing


def _replace(snapshot: Snapshot, store: Store) -> None:
    db = store.connection
    store.changed()
    for table in ("events", "messages", "fates", "numbers"):
        # The names are the literals above.
        db.execute(f"DELETE FROM {table}")  # noqa: S608
    db.execute("DELETE FROM papers WHERE kind NOT IN (?, ?, ?, ?)", _OWN)
    db.executemany(
        "INSERT INTO events (seq, account, sign_name, at, kind, data) VALUES (?, ?, ?, ?, ?, ?)",
        [(e.seq, e.account, e.sign_name, stored(e.at), e.kind, json.dumps(e.data)) for e in snapshot.events],
    )
    db.executemany(
        "INSERT INTO messages (seq, account, sign_name, phone, sent_at, receipt_at, delivered, biz_id, data)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(m.seq, m.account, m.sign_name, m.phone, stored(m.sent_at), stored(m.receipt_at)),
                *(m.delivered, m.biz_id, m.data.model_dump_json()),
            )
            for m in snapshot.messages
        ],
    )
    for paper in snapshot.papers:
        store.put_paper(paper.kind, paper.id, paper.data)
    for fates in snapshot.fates:
        store.put_fates(fates.sign_name, fates.data)
    for table in get_args(_Numbered):
        db.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        db.execute(
            "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, snapshot.numbers_given_out.get(table, 0))
        )


def _check(snapshot: Snapshot, store: Store, pace: Pace, rules: Rules) -> None:
    """Reads what was stored as requests will, so that a document that looks right and is not is refused here."""
    for account, sign_name in {(event.account, event.sign_name): None for event in snapshot.events}:
        call = Call(account, Parameters(SignName=sign_name), snapshot.now, store, pace, rules)
        try:
            # A refusal is an answer too: the signature was deleted.
            with contextlib.suppress(ApiError):
                get_sms_sign(call)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise ValueError(f"events: those of {sign_name} do not go together") from error


def _numbers(store: Store) -> dict[str, int]:
    rows = store.connection.execute("SELECT name, seq FROM sqlite_sequence")
    return {name: seq for name, seq in rows if name in get_args(_Numbered)}


def _rows(store: Store, table: str, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    # Table and columns are the literals of the callers.
    rows = store.connection.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY 1, 2")  # noqa: S608
    return [
        {name: json.loads(value) if name == "data" else value for name, value in zip(columns, row, strict=True)}
        for row in rows
    ]
