"""The control plane: ``/_sandbox/...``, JSON, unsigned. For tests and demos; the platform has nothing like it.

==========  ========================================  ==================================================================
GET         ``/_sandbox/health``                      pace, accounts, rules, limits, what the clock shows, and which
                                                      clock counts for what
GET         ``/_sandbox/ping``                        ``{}``; does nothing
GET         ``/_sandbox/journal``                     every API request, oldest first; ``?operation=``, ``?sign_name=``,
                                                      ``?account=``, and ``?limit=`` for the newest only
POST        ``/_sandbox/load``                        a load document, see ``sandbox.loading``, which adds to what is
                                                      stored, or a snapshot, which takes its place
GET         ``/_sandbox/snapshot``                    everything that is stored, see ``sandbox.snapshot``, whole phone
                                                      numbers included; ``?keys=true`` adds access keys
POST        ``/_sandbox/reset``                       as it was when it was first started
GET         ``/_sandbox/clock``                       what the sandbox's clock shows, and how fast it runs
PUT         ``/_sandbox/clock``                       moves it forward, ``{"now": "2026-03-02T09:00:00+08:00"}`` or
                                                      ``{"forward": "36h"}``; it never goes back
GET         ``/_sandbox/callbacks``                   where callbacks go, and how many wait, are posted again, were
                                                      delivered or dropped
PUT         ``/_sandbox/callbacks``                   where an account's callbacks go, see ``sandbox.callbacks``:
                                                      ``{"url": "http://...", "duplicates": false}``
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
                                                      These carriers are filed anew from that time (the sandbox's
                                                      clock if none is given), or from the signature's last event if
                                                      later
POST        ``/_sandbox/console/{sign_name}/withdraw``  a person withdraws what is in review: ``{}``
POST        ``/_sandbox/console/{sign_name}/revoke``  carriers take back what was filed: ``{"carriers": ["telecom"],
                                                      "reason": "EXT_CODE_RECYCLE"}``, or ``SUBPORT_RECYCLE``
POST        ``/_sandbox/numbers``                     what becomes of messages to one number, see ``sandbox.receipts``:
                                                      ``{"number": ..., "fails_with": "MOBILE_NOT_ON_SERVICE"}``
PUT         ``/_sandbox/settings``                    an account's balance and limits, see ``sandbox.settings``:
                                                      ``{"balance": 100, "day_limit": 20}``
==========  ========================================  ==================================================================

What cannot be read or is refused is answered with HTTP 400 and ``{"error": ...}``, which names field and rule, and
changes nothing. Whoever reaches the port may do all of this: it is for this machine, or for a network of tests.
"""

from collections.abc import Awaitable, Callable

from aiohttp import web
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, model_validator

from sandbox.callbacks import CallbackTarget
from sandbox.clock import Instant, stored
from sandbox.console import CLICKS
from sandbox.documents import problems
from sandbox.fates import parse_fates
from sandbox.faults import Fault
from sandbox.numbers import masked
from sandbox.pace import Span
from sandbox.protocol import Parameters
from sandbox.receipts import AskedFate
from sandbox.rules import told
from sandbox.settings import AccountSettings, put_settings
from sandbox.state import State
from sandbox.stock import Stock, load

_ASKED_FATES = TypeAdapter(dict[str, str])
_LARGEST_DOCUMENT = 256 * 1024 * 1024
"""Bytes of a stock or load document or a snapshot; other documents are as long as a request may be."""
_CLOCKS = {
    "requests": "x-sandbox-time, else the sandbox's",
    "faults": "as each says: the time asked about, or wall",
    "callbacks": "the sandbox's; their 700 ms are wall",
    "limits": "wall",
    "signing": "wall",
}
"""Which clock counts for what."""


class _ChangedReceipt(BaseModel):
    """A receipt that changes after it was given, as they do (回执变更)."""

    model_config = ConfigDict(extra="forbid")

    delivered: bool
    code: str | None = None
    """``ErrCode``; the usual one where none is given."""


class _MovedClock(BaseModel):
    """How far the clock is moved forward: to an instant, or by a span such as ``36h``."""

    model_config = ConfigDict(extra="forbid")

    now: Instant | None = None
    forward: str | None = None

    @model_validator(mode="after")
    def _is_either(self) -> "_MovedClock":
        if (self.now is None) == (self.forward is None):
            raise ValueError("give either now or forward")
        return self


class ControlPlane:
    """The handlers of the control plane."""

    def __init__(self, state: State) -> None:
        """Takes what it controls; a document that names no account is about the first."""
        self._state = state
        self._store = state.store

    def add_routes(self, app: web.Application) -> None:
        """Registers the handlers."""
        app.router.add_get("/_sandbox/health", self._health)
        app.router.add_get("/_sandbox/ping", self._ping)
        app.router.add_get("/_sandbox/journal", _answering_400(self._journal))
        app.router.add_post("/_sandbox/load", _answering_400(self._load))
        app.router.add_get("/_sandbox/snapshot", self._snapshot)
        app.router.add_post("/_sandbox/reset", _answering_400(self._reset))
        app.router.add_get("/_sandbox/clock", self._show_clock)
        app.router.add_put("/_sandbox/clock", _answering_400(self._move_clock))
        app.router.add_get("/_sandbox/callbacks", self._show_callbacks)
        app.router.add_put("/_sandbox/callbacks", _answering_400(self._put_callbacks))
        app.router.add_put("/_sandbox/fates/{sign_name}", _answering_400(self._put_fates))
        app.router.add_post("/_sandbox/stock", _answering_400(self._stock))
        app.router.add_get("/_sandbox/faults", self._list_faults)
        app.router.add_post("/_sandbox/faults", _answering_400(self._add_fault))
        app.router.add_delete("/_sandbox/faults", self._clear_faults)
        app.router.add_put("/_sandbox/receipts/{out_id}", _answering_400(self._change_receipt))
        app.router.add_post("/_sandbox/console/{sign_name}/{click}", _answering_400(self._click))
        app.router.add_post("/_sandbox/numbers", _answering_400(self._put_number))
        app.router.add_put("/_sandbox/settings", _answering_400(self._put_settings))

    async def _health(self, _request: web.Request) -> web.Response:
        state = self._state
        return web.json_response(
            {
                "status": "ok",
                "pace": state.pace.name,
                "accounts": list(state.accounts.names),
                "rules": told(state.rules),
                "limits": state.throttle.limits,
                "clock": self._clock_told(),
                "clocks": _CLOCKS,
            }
        )

    async def _ping(self, _request: web.Request) -> web.Response:
        return web.json_response({})

    async def _journal(self, request: web.Request) -> web.Response:
        asked = request.query
        limit = asked.get("limit")
        if limit is not None and not (limit.isascii() and limit.isdigit() and int(limit[:10]) > 0):
            raise ValueError("limit: not a whole number from 1 on")
        entries = self._store.journal(
            asked.get("operation"), asked.get("sign_name"), asked.get("account"), int(limit[:10]) if limit else None
        )
        return web.json_response({"entries": list(entries)})

    async def _load(self, request: web.Request) -> web.Response:
        return web.json_response(self._state.load(await _document(request)))

    async def _snapshot(self, request: web.Request) -> web.Response:
        return web.json_response(self._state.snapshot(keys=request.query.get("keys") == "true"))

    async def _reset(self, _request: web.Request) -> web.Response:
        self._state.reset()
        return web.json_response({"status": "ok"})

    async def _show_clock(self, _request: web.Request) -> web.Response:
        return web.json_response(self._clock_told())

    async def _move_clock(self, request: web.Request) -> web.Response:
        moved = _MovedClock.model_validate_json(await request.read())
        clock = self._state.clock
        clock.move_to(moved.now or Span.parse(moved.forward or "").after(clock.now()))
        self._state.keep_clock()
        return web.json_response(self._clock_told())

    def _clock_told(self) -> dict[str, object]:
        clock = self._state.clock
        return {"now": stored(clock.now()), "factor": clock.factor, "wall": stored(self._state.wall())}

    async def _show_callbacks(self, _request: web.Request) -> web.Response:
        shown = [self._state.callbacks.shown(account) for account in self._state.accounts.names]
        return web.json_response({"callbacks": shown})

    async def _put_callbacks(self, request: web.Request) -> web.Response:
        target = CallbackTarget.model_validate_json(await request.read())
        account = self._account(target.account)
        self._state.callbacks.put(account, target)
        return web.json_response(self._state.callbacks.shown(account))

    async def _put_fates(self, request: web.Request) -> web.Response:
        asked = _ASKED_FATES.validate_json(await request.read())
        parse_fates(asked)
        self._store.put_fates(request.match_info["sign_name"], asked)
        return web.json_response({"sign_name": request.match_info["sign_name"], "fates": asked})

    async def _stock(self, request: web.Request) -> web.Response:
        stock = Stock.model_validate_json(await _document(request))
        load(self._store, stock, self._account(stock.account), self._state.pace)
        return web.json_response({"signatures": [signature.sign_name for signature in stock.signatures]})

    async def _change_receipt(self, request: web.Request) -> web.Response:
        out_id = request.match_info["out_id"]
        receipt = _ChangedReceipt.model_validate_json(await request.read())
        if not self._store.change_receipt(out_id, delivered=receipt.delivered, code=receipt.code):
            raise ValueError(f"no message has the OutId {out_id!r}")
        return web.json_response({"out_id": out_id, **receipt.model_dump()})

    async def _click(self, request: web.Request) -> web.Response:
        sign_name, name = request.match_info["sign_name"], request.match_info["click"]
        if name not in CLICKS:
            raise ValueError(f"the console knows no click {name!r}; there are {', '.join(CLICKS)}")
        click = CLICKS[name].model_validate_json(await request.read())
        asked_at = click.at or self._state.clock.now()
        call = self._state.call(self._account(click.account), Parameters(), asked_at)
        with self._store.transaction():
            answer = click.act(call, sign_name)
        return web.json_response({"sign_name": sign_name} | answer)

    async def _put_number(self, request: web.Request) -> web.Response:
        asked = AskedFate.model_validate_json(await request.read())
        self._store.put_paper("number", asked.number, asked.model_dump())
        return web.json_response(asked.model_dump() | {"number": masked(asked.number)})

    async def _put_settings(self, request: web.Request) -> web.Response:
        settings = AccountSettings.model_validate_json(await request.read())
        account = self._account(settings.account)
        put_settings(self._store, account, settings)
        return web.json_response(settings.model_dump() | {"account": account})

    def _account(self, named: str | None) -> str:
        return self._state.accounts.resolved(named)

    async def _list_faults(self, _request: web.Request) -> web.Response:
        return web.json_response({"faults": [_shown(fault) for fault in self._state.faults.current()]})

    async def _add_fault(self, request: web.Request) -> web.Response:
        fault = Fault.model_validate_json(await request.read())
        self._state.faults.add(fault)
        return web.json_response(_shown(fault))

    async def _clear_faults(self, _request: web.Request) -> web.Response:
        self._state.faults.clear()
        return web.json_response({"faults": []})


_Handler = Callable[[web.Request], Awaitable[web.Response]]


def _answering_400(handler: _Handler) -> _Handler:
    async def guarded(request: web.Request) -> web.Response:
        try:
            return await handler(request)
        except ValidationError as error:
            return web.json_response({"error": problems(error)}, status=400)
        # The other is a body that is not encoded as its headers say.
        except (ValueError, web.RequestPayloadError) as error:
            return web.json_response({"error": str(error)}, status=400)
        except web.HTTPRequestEntityTooLarge:
            return web.json_response({"error": "the document is too long"}, status=413)

    return guarded


async def _document(request: web.Request) -> bytes:
    return await request.clone(client_max_size=_LARGEST_DOCUMENT).read()


def _shown(fault: Fault) -> dict[str, object]:
    return fault.model_dump(mode="json", by_alias=True, exclude_none=True)
