"""Callbacks (回调): what the platform posts by itself, ``SignSmsReport`` and ``SmsReport``, over HTTP.

State is computed when it is asked for, so nothing happens at the moment in which a review is decided or a receipt
comes. A task of its own looks what has become due by the sandbox's clock since it last looked, and posts it. A callback
is taken if the answer is HTTP 200 with a JSON object whose ``code`` is a number, within 700 ms by the wall clock. If
not, it is posted again after 1, 5 and 10 minutes by the sandbox's clock, then dropped. It may come twice, after a
restart or where the target asks for it, and there is no order.

What a request with ``x-sandbox-time`` did is reported when the sandbox's clock gets there: at once if it asked about
the past, perhaps never if it asked about a time to come.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from pydantic import BaseModel, ConfigDict, field_validator

from sandbox.clock import SandboxClock, beijing
from sandbox.operations.call import Call
from sandbox.operations.history import order_id
from sandbox.operations.messages import ERR_CODES
from sandbox.operations.signatures import REJECT_INFO
from sandbox.outbox import SIGN_REPORT, TARGET, Outbox, Pending
from sandbox.pace import Pace
from sandbox.protocol import Parameters
from sandbox.rules import Rules
from sandbox.store import Message, Store
from sandbox.timeline import Submission

logger = logging.getLogger(__name__)

ANSWER_WITHIN = 0.7
"""Seconds, by the wall clock, that a receiver has for its answer."""

_LOOK_EVERY = 0.05
"""Seconds, by the wall clock, between two looks for what is due."""
_PAUSE_AFTER_FAILURE = 1.0
"""Seconds, by the wall clock, before the next look where the sandbox itself failed."""
_AT_ONCE = 32
"""Callbacks that one look takes: few enough that requests in between are not held up."""
_LONGEST_ANSWER = 64 * 1024
_SOURCES = {0: "企事业单位的全称或简称", 2: "App应用的全称或简称", 5: "商标名的全称或简称"}
_OTP_SIGNATURE = 0
_ERR_MESSAGES = {"DELIVERED": "用户接收成功"}
_SINGLE, _PART = 70, 67
"""Characters of a message of one part, and of each part of a longer one (长短信)."""


class CallbackTarget(BaseModel):
    """The control plane's document about where an account's callbacks go. It replaces the one before."""

    model_config = ConfigDict(extra="forbid")

    account: str | None = None
    """Whose callbacks; the sandbox's first account if not given."""
    url: str | None = None
    """``http`` or ``https``; nothing is posted where there is none."""
    duplicates: bool = False
    """Everything is posted a second time, as the platform may do."""

    @field_validator("url")
    @classmethod
    def _has_a_host(cls, url: str | None) -> str | None:
        if url is not None:
            parts = urlsplit(url)
            if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
                raise ValueError("not an http or https address with a host")
        return url

    def shown(self) -> dict[str, Any]:
        """Returns what may be told of it: of the address no path, which may hold a receiver's password."""
        parts = urlsplit(self.url or "")
        host = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
        return {"url": f"{parts.scheme}://{host}/..." if self.url else None, "duplicates": self.duplicates}


class Callbacks:
    """Posts the callbacks of all accounts that have a target."""

    def __init__(self, store: Store, clock: SandboxClock, pace: Pace, rules: Rules) -> None:
        """Prepares; nothing is posted before ``start``."""
        self._store = store
        self._outbox = Outbox(store, clock.now)
        self._clock = clock
        self._pace = pace
        self._rules = rules
        self._targets: dict[str, CallbackTarget] = {}
        self._task: asyncio.Task[None] | None = None
        self.refresh()

    def put(self, account: str, target: CallbackTarget, *, for_all: bool = False) -> None:
        """Stores where an account's callbacks go from now on; what was decided before is not told.

        Args:
            account: Whose callbacks.
            target: Where they go.
            for_all: Whether it is that of all accounts with no target of their own.
        """
        with self._store.transaction():
            if target.url is None:
                self._store.delete_paper(TARGET, account)
                self._outbox.forget(account)
            else:
                document = {"account": account, "target": target.model_dump(), "for_all": for_all}
                self._store.put_paper(TARGET, account, document)
                self._outbox.expect(account)
        self.refresh()

    def put_for_all(self, accounts: Sequence[str], target: CallbackTarget | None) -> None:
        """Stores where the callbacks of all accounts go that have no target of their own; nowhere if ``None``."""
        own = {d["account"] for d in self._store.papers(TARGET) if not d["for_all"]}
        for account in accounts:
            if account not in own and self._targets.get(account) != target:
                self.put(account, target or CallbackTarget(), for_all=True)

    def refresh(self) -> None:
        """Reads the targets again from what is stored."""
        stored = self._store.papers(TARGET)
        self._targets = {d["account"]: CallbackTarget.model_validate(d["target"]) for d in stored}

    def forget(self) -> None:
        """Forgets every callback, and reads the targets again."""
        self._outbox.forget()
        self.refresh()

    def expect(self) -> None:
        """Awaits what is still to come of all that is stored, as if every target was set now."""
        for account in self._targets:
            self._outbox.expect(account)

    def shown(self, account: str) -> dict[str, Any]:
        """Returns where an account's callbacks go and how many there are."""
        target = self._targets.get(account, CallbackTarget())
        return {"account": account} | target.shown() | self._outbox.counts(account)

    def start(self) -> None:
        """Begins to post, in a task of its own."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stops; what is just being posted is posted again by the next start."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN)
        async with aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as session:
            while True:
                try:
                    pause = 0.0 if await self._post_due(session) else _LOOK_EVERY
                except Exception:
                    logger.exception("callbacks failed")
                    pause = _PAUSE_AFTER_FAILURE
                await asyncio.sleep(pause)

    async def _post_due(self, session: aiohttp.ClientSession) -> bool:
        """Posts some of what is due; returns whether there was any."""
        if not self._targets:
            return False
        due = self._outbox.due(_AT_ONCE)
        posts: list[tuple[list[Pending], list[dict[str, Any]]]] = []
        receipts: dict[str, tuple[list[Pending], list[dict[str, Any]]]] = {}
        for pending in due:
            report = self._report(pending)
            if report is None:
                continue
            if pending.kind == SIGN_REPORT:
                posts.append(([pending], [report]))
            else:
                pendings, reports = receipts.setdefault(pending.account, ([], []))
                pendings.append(pending)
                reports.append(report)
        posts += receipts.values()
        await asyncio.gather(*(self._post(session, pendings, reports) for pendings, reports in posts))
        return bool(due)

    async def _post(
        self, session: aiohttp.ClientSession, pendings: Sequence[Pending], reports: Sequence[Mapping[str, Any]]
    ) -> None:
        target = self._targets.get(pendings[0].account)
        if target is None or target.url is None:
            return
        body = json.dumps(reports, ensure_ascii=False).encode()
        if await _is_taken(session, target.url, body):
            self._outbox.delivered(pendings)
            if target.duplicates:
                await _is_taken(session, target.url, body)
        elif dropped := self._outbox.failed(pendings):
            logger.warning("dropped %d callbacks (%s) that nobody took", dropped, pendings[0].kind)

    def _report(self, pending: Pending) -> dict[str, Any] | None:
        """Returns what is to be posted now; ``None`` if nothing is, in which case the callback was seen to."""
        try:
            return self._sign_report(pending) if pending.kind == SIGN_REPORT else self._sms_report(pending)
        except (KeyError, TypeError, ValueError):
            # It would stand in the way of all others for ever.
            logger.exception("a callback (%s) cannot be written", pending.kind)
            self._outbox.void(pending)
            return None

    def _sms_report(self, pending: Pending) -> dict[str, Any] | None:
        message = self._store.message(pending.seq)
        if message is None:
            self._outbox.void(pending)
            return None
        return sms_report(message)

    def _sign_report(self, pending: Pending) -> dict[str, Any] | None:
        submitted = self._submitted(pending)
        decided_at = submitted.decided_at(self._pace) if submitted else None
        if submitted is None or (decided_at and pending.known_at and decided_at <= pending.known_at):
            self._outbox.void(pending)
        elif decided_at is None or decided_at > self._clock.now():
            self._outbox.postpone(pending, decided_at)
        else:
            return sign_report(submitted, self._created_at(pending, submitted))
        return None

    def _submitted(self, pending: Pending) -> Submission | None:
        """Returns the submission whose review a callback tells of; ``None`` if it is gone or nobody reviews it."""
        found = self._store.event(pending.seq)
        if found is None:
            return None
        account, sign_name, event = found
        call = Call(account, Parameters(), self._clock.now(), self._store, self._pace, self._rules)
        its_order = event.data.get("order_id") or order_id(event.seq)
        for submission in call.submissions(sign_name):
            if (submission.at, submission.order_id) == (event.at, its_order):
                is_reviewed = submission.reviewed and submission.approved_at is None and not submission.withdrawn_at
                return submission if is_reviewed else None
        return None

    def _created_at(self, pending: Pending, submitted: Submission) -> datetime:
        found = self._store.event(pending.seq)
        life = self._store.life(found[0], found[1]) if found else []
        return min([event.at for event in life] + [submitted.at])


def sign_report(submission: Submission, created_at: datetime) -> dict[str, Any]:
    """Writes the report of a decided review, by the fields of the reference of SignSmsReport over HTTP.

    Args:
        submission: What was reviewed.
        created_at: When the signature was created.
    """
    material = submission.material
    return {
        "sign_name": material["SignName"],
        "sign_status": "approved" if submission.will_be_approved else "rejected",
        "reason": "" if submission.will_be_approved else REJECT_INFO,
        "sign_source": _SOURCES.get(material.get("SignSource", 0), ""),
        "sign_scene": "验证码" if material.get("SignType") == _OTP_SIGNATURE else "通用",
        "remark": material.get("Remark", ""),
        "create_date": beijing(created_at),
        "orderId": submission.order_id,
    }


def sms_report(message: Message) -> dict[str, Any]:
    """Writes the report of a receipt, by the fields of the reference of SmsReport over HTTP."""
    err_code = message.code or ERR_CODES["delivered" if message.delivered else "failed"]
    return {
        "phone_number": message.phone,
        "send_time": beijing(message.sent_at),
        "report_time": beijing(message.receipt_at),
        "success": message.delivered,
        "err_code": err_code,
        "err_msg": _ERR_MESSAGES.get(err_code, "用户接收失败"),
        "sms_size": str(1 if len(message.content) <= _SINGLE else -(-len(message.content) // _PART)),
        "biz_id": message.biz_id,
        "out_id": message.out_id or "",
    }


async def _is_taken(session: aiohttp.ClientSession, url: str, body: bytes) -> bool:
    headers = {"Content-Type": "application/json;charset=utf-8"}
    try:
        async with session.post(url, data=body, headers=headers, allow_redirects=False) as response:
            if response.status != 200:
                return False
            text = b""
            async for chunk in response.content.iter_any():
                text += chunk
                if len(text) > _LONGEST_ANSWER:
                    return False
            answer = json.loads(text)
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError, RecursionError):
        return False
    code = answer.get("code") if isinstance(answer, dict) else None
    return isinstance(code, int | float) and not isinstance(code, bool)
