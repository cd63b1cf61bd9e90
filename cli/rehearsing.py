"""The command ``rehearse``: plays the life of each application of a file and shows it."""

import asyncio
import contextlib
import logging
import signal
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path

from cli.context import only_account
from cli.exits import CliError, Exit
from cli.filings import silence_core
from cli.options import Common
from cli.output import console, print_json
from cli.reading import read_applications
from cli.rehearsal_view import Told, document, view
from cli.settings import Settings, load_settings
from engine.dev_server import EmbeddedStackError
from filing.application import SignatureApplication
from filing.calendar import BEIJING, beijing_date
from filing.policy import DEFAULT_POLICY
from filing.vocabulary import Carrier
from rehearsal.fates import cast, read_fates
from rehearsal.papers import TemplateType
from rehearsal.playing import Life, RehearsalError, Script, UnplayableError, play
from rehearsal.summary import DEFAULT_PRICE, summarise

_MORNING = 10
"""Hour of a submission of which only the date is known."""

_STANDARD_ERROR = 2
_FURTHEST = timedelta(days=3660)
_DEAREST = 1000


@dataclass(frozen=True)
class Asked:
    """The command's own options, as they were given."""

    fates: Sequence[str] = ()
    begins: datetime | None = None
    months: int = 13
    price: str | None = None
    policy: str | None = None


async def rehearse(file: Path, common: Common, asked: Asked, *, verbose: bool) -> Exit:
    """Play the life of every application of a file, each on a stack of its own.

    Args:
        file: One application or several.
        common: Shared options.
        asked: Its own options.
        verbose: Show on standard error what the stack logs.

    Raises:
        CliError: File, settings or an option cannot be read (2), the application breaks a rule or the policy is one
            for demos (3), or the stack cannot be brought up (5).
    """
    task = asyncio.current_task()
    if task is not None:
        # A CI job that is cancelled sends SIGTERM; the stack must not outlive the rehearsal.
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    silence_core()
    settings = load_settings(common.settings_file)
    applications = read_applications(
        [file],
        account=common.account,
        default_account=only_account(settings),
        length_max=settings.sign_name_length_max,
    )
    begins, price = _read_begin(asked.begins), _read_price(asked.price)
    scripts = [_script(application, asked, settings, begins) for _, application in applications]
    told = []
    with _logging(verbose=verbose):
        for script, notes in scripts:
            life = await _play(script, output=_STANDARD_ERROR if verbose else DEVNULL)
            known = _known_price(settings, script.application.account) if price is None else price
            summary = summarise(life, DEFAULT_PRICE if known is None else known)
            told.append(Told(script, life, summary, notes, price_assumed=known is None))
            if not common.as_json:
                console().print(view(told[-1]))
    if common.as_json:
        print_json({"rehearsals": [document(one) for one in told]})
    return Exit.DONE


async def _play(script: Script, *, output: int) -> Life:
    try:
        return await play(script, output=output)
    except UnplayableError as failure:
        raise CliError(Exit.REFUSED, str(failure)) from failure
    except (EmbeddedStackError, RehearsalError) as failure:
        raise CliError(Exit.UNREACHABLE, str(failure)) from failure


def _known_price(settings: Settings, account: str) -> Decimal | None:
    """What a message costs by the settings, in yuan; none where they do not say."""
    known = settings.accounts.get(account)
    return None if known is None or known.price_per_message is None else Decimal(str(known.price_per_message))


def _script(
    application: SignatureApplication, asked: Asked, settings: Settings, begins: datetime | None
) -> tuple[Script, list[str]]:
    """What is to be played, and what a reader has to know of it."""
    notes = ["the papers are taken as approved (审核通过) and the signature as new; no platform was asked"]
    try:
        fates = cast(read_fates(asked.fates), application.remark)
    except ValueError as failure:
        raise CliError(Exit.UNREADABLE, f"--fate: {failure}") from failure
    if fates.of_remark:
        notes.append(f"these fates are asked for in the remark: {_written(fates.of_remark)}")
    if fates.left_out:
        notes.append(f"the remark's {_written(fates.left_out)} shortens time for the demo and is left out")
    policy = settings.policy_asked(application.account, asked.policy)
    known = settings.accounts.get(application.account)
    template_type: TemplateType = "verification"
    phones = dict.fromkeys(Carrier, 1)
    if known is None:
        notes.append(
            f"the settings have no account {application.account}: one test phone per carrier is assumed"
            + ("" if policy else f", and the policy {DEFAULT_POLICY.name}")
        )
    else:
        phones = {carrier: len(known.test_phones.get(carrier, ())) for carrier in Carrier}
        policy = policy or settings.policy_of(application.account)
        if known.template_type == "notification":
            template_type = "notification"
        counted = ", ".join(f"{carrier.label} {count}" for carrier, count in phones.items())
        notes.append(f"test phones are made up, as many as the settings have: {counted}")
    script = Script(
        application,
        policy or DEFAULT_POLICY,
        fates,
        phones,
        template_type,
        begins=begins,
        months=asked.months,
        sign_name_length_max=settings.sign_name_length_max,
    )
    return script, notes


def _written(fates: Mapping[str, str]) -> str:
    return " ".join(f"{key}={value}" for key, value in fates.items())


def _read_begin(begins: datetime | None) -> datetime | None:
    """When the submission is: at once where none is given or it is today, else the morning of that Beijing date."""
    if begins is None:
        return None
    now = datetime.now(UTC)
    moment = begins.replace(tzinfo=BEIJING)
    if not (begins.hour or begins.minute):
        if moment.date() == beijing_date(now):
            return None
        moment = moment.replace(hour=_MORNING)
    if moment < now:
        raise CliError(
            Exit.UNREADABLE, f"--from: {moment:%Y-%m-%d %H:%M} is past; a rehearsal's clock only moves forward"
        )
    if moment - now > _FURTHEST:
        raise CliError(Exit.UNREADABLE, f"--from: {moment:%Y-%m-%d} is more than ten years ahead")
    return moment


def _read_price(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        price = Decimal(text.strip())
    except InvalidOperation:
        price = Decimal("NaN")
    if not (price.is_finite() and 0 <= price <= _DEAREST):
        raise CliError(Exit.UNREADABLE, f"--price: expected yuan per message such as 0.045, got {text!r}")
    return price


@contextlib.contextmanager
def _logging(*, verbose: bool) -> Iterator[None]:
    """Show what the stack logs on standard error, or nothing: the worker speaks of what is no matter of the reader."""
    handler = logging.StreamHandler(sys.stderr) if verbose else logging.NullHandler()
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    if verbose:
        root.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
