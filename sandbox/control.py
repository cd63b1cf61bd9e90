"""The control plane: ``/_sandbox/...``, JSON, unsigned. For tests and demos; the platform has nothing like it.

==========  ========================================  ==================================================================
GET         ``/_sandbox/health``                      ``{"status": "ok", "pace": ..., "accounts": [...]}``
GET         ``/_sandbox/journal``                     every API request, oldest first; ``?operation=`` and
                                                      ``?sign_name=``
PUT         ``/_sandbox/fates/{sign_name}``           fates by key, e.g. ``{"telecom": "silent"}``; ``{}`` takes them
                                                      back. They hold for every account, may come before the signature
                                                      does, and count as if known from its beginning
POST        ``/_sandbox/stock``                       a stock document, see ``sandbox.stock``
GET         ``/_sandbox/faults``                      the faults in force
POST        ``/_sandbox/faults``                      one fault, see ``sandbox.faults``
DELETE      ``/_sandbox/faults``                      ends all faults
PUT         ``/_sandbox/receipts/{out_id}``           the receipt of a message says something else from now on:
                                                      ``{"delivered": false, "code": "NO_ROUTE"}``
POST        ``/_sandbox/console/{sign_name}/report``  a person clicks 报备: ``{"carriers": ["telecom"]}``, and if wanted
                                                      ``"at"``, ``"account"``, ``"fates"``, see ``sandbox.console``.
                                                      These carriers are filed anew from that time (the wall clock if
                                                      none is given), or from the signature's last event if later
==========  ========================================  ==================================================================

What cannot be read or is refused is answered with HTTP 400 and ``{"error": ...}``.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from aiohttp import web
from pydantic import BaseModel, ConfigDict, TypeAdapter

from sandbox.clock import stored
from sandbox.console import ReportClick, report
from sandbox.fates import parse_fates
from sandbox.faults import Fault, Faults
from sandbox.operations import Call
from sandbox.pace import Pace
from sandbox.protocol import Parameters
from sandbox.rules import Rules
from sandbox.stock import Stock, load
from sandbox.store import Store

_ASKED_FATES = TypeAdapter(dict[str, str])


class _ChangedReceipt(BaseModel):
    """A receipt that changes after it was given, as they do (回执变更)."""

    model_config = ConfigDict(extra="forbid")

    delivered: bool
    code: str | None = None
    """``ErrCode``; the usual one where none is given."""


class ControlPlane:
    """The handlers of the control plane."""

    def __init__(
        self,
        store: Store,
        faults: Faults,
        accounts: Sequence[str],
        pace: Pace,
        rules: Rules,
        clock: Callable[[], datetime],
    ) -> None:
        """Takes what it controls; a document that names no account is about the first."""
        self._store = store
        self._faults = faults
        self._accounts = list(accounts)
        self._pace = pace
        self._rules = rules
        self._clock = clock

    def add_routes(self, app: web.Application) -> None:
        """Registers the handlers."""
        app.router.add_get("/_sandbox/health", self._health)
        app.router.add_get("/_sandbox/journal", self._journal)
        app.router.add_put("/_sandbox/fates/{sign_name}", _answering_400(self._put_fates))
        app.router.add_post("/_sandbox/stock", _answering_400(self._stock))
        app.router.add_get("/_sandbox/faults", self._list_faults)
        app.router.add_post("/_sandbox/faults", _answering_400(self._add_fault))
        app.router.add_delete("/_sandbox/faults", self._clear_faults)
        app.router.add_put("/_sandbox/receipts/{out_id}", _answering_400(self._change_receipt))
        app.router.add_post("/_sandbox/console/{sign_name}/{click}", _answering_400(self._click))

    async def _health(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "ok", "pace": self._pace.name, "accounts": self._accounts})

    async def _journal(self, request: web.Request) -> web.Response:
        entries = self._store.journal(request.query.get("operation"), request.query.get("sign_name"))
        return web.json_response({"entries": list(entries)})

    async def _put_fates(self, request: web.Request) -> web.Response:
        asked = _ASKED_FATES.validate_json(await request.read())
        parse_fates(asked)
        self._store.put_fates(request.match_info["sign_name"], asked)
        return web.json_response({"sign_name": request.match_info["sign_name"], "fates": asked})

    async def _stock(self, request: web.Request) -> web.Response:
        stock = Stock.model_validate_json(await request.read())
        load(self._store, stock, self._account(stock.account), self._pace)
        return web.json_response({"signatures": [signature.sign_name for signature in stock.signatures]})

    async def _change_receipt(self, request: web.Request) -> web.Response:
        out_id = request.match_info["out_id"]
        receipt = _ChangedReceipt.model_validate_json(await request.read())
        if not self._store.change_receipt(out_id, delivered=receipt.delivered, code=receipt.code):
            raise ValueError(f"no message has the OutId {out_id!r}")
        return web.json_response({"out_id": out_id, **receipt.model_dump()})

    async def _click(self, request: web.Request) -> web.Response:
        sign_name = request.match_info["sign_name"]
        if request.match_info["click"] != "report":
            raise ValueError(f"the console knows no click {request.match_info['click']!r}; there is report")
        click = ReportClick.model_validate_json(await request.read())
        asked_at = click.at or self._clock()
        call = Call(self._account(click.account), Parameters(), asked_at, self._store, self._pace, self._rules)
        with self._store.transaction():
            at = report(call, sign_name, click)
        return web.json_response({"sign_name": sign_name, "carriers": sorted(click.carriers), "at": stored(at)})

    def _account(self, named: str | None) -> str:
        if named not in (None, *self._accounts):
            raise ValueError(f"{named!r} is not an account of this sandbox")
        return named or self._accounts[0]

    async def _list_faults(self, _request: web.Request) -> web.Response:
        return web.json_response({"faults": [_shown(fault) for fault in self._faults.current()]})

    async def _add_fault(self, request: web.Request) -> web.Response:
        fault = Fault.model_validate_json(await request.read())
        self._faults.add(fault)
        return web.json_response(_shown(fault))

    async def _clear_faults(self, _request: web.Request) -> web.Response:
        self._faults.clear()
        return web.json_response({"faults": []})


_Handler = Callable[[web.Request], Awaitable[web.Response]]


def _answering_400(handler: _Handler) -> _Handler:
    async def guarded(request: web.Request) -> web.Response:
        try:
            return await handler(request)
        # pydantic's ValidationError is a ValueError too.
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=400)

    return guarded


def _shown(fault: Fault) -> dict[str, object]:
    return fault.model_dump(mode="json", by_alias=True, exclude_none=True)
