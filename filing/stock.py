"""What is wrong with an existing signature (存量签名) by today's rules, and what to do about it.

Sources: help page, "存量签名报备" and "报备状态详解与故障排查". The words for carriers and reviews are those that the
actions of a filing have.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from filing import papers
from filing.advice import Advice, advise
from filing.calendar import beijing_date
from filing.commands import command_line, text_option
from filing.existing import ExistingSignature, unbound
from filing.naming import check_name
from filing.naming.findings import warn
from filing.observing import reading_detail
from filing.record import Action, ActionCode
from filing.snapshot import Finding, LenientModel, SignatureSnapshot
from filing.vocabulary import Carrier, CarrierStatus, ReviewStatus

SOURCE_UNKNOWN = (
    "the platform does not return a signature's source (签名来源): one that rests on 公众号或小程序, 电商平台店铺名 or "
    "已备案网站 is likely to fail, so apply for a new signature and replace it (help page, step 2)"
)

_BIND_ANOTHER = "or bind another approved one (编辑签名)"


class Urgency(StrEnum):
    """Whether a signature wants a person, the most urgent first."""

    ACT = "act"
    TEST = "test"
    WAIT = "wait"
    NONE = "none"

    @property
    def label(self) -> str:
        """A Chinese word for it."""
        return {"act": "需处理", "test": "需测试发送", "wait": "等待", "none": "正常"}[self.value]

    @property
    def rank(self) -> int:
        """Its place in that order."""
        return list(Urgency).index(self)


class Todo(LenientModel):
    """One thing to do about a signature; ``command`` works once a filing follows the signature."""

    urgency: Urgency
    carriers: tuple[Carrier, ...] = ()
    why: str
    what: str
    command: str


class Judgement(LenientModel):
    """What is to be said of one existing signature."""

    urgency: Urgency
    findings: list[Finding]
    """Breaches of today's rules, as far as they can be judged without the source."""
    todo: list[Todo]
    followed_by: str | None
    """Workflow id of the filing that follows it already."""
    command: str
    """The next command: to take it over, or to look at its filing."""


def judge(
    existing: ExistingSignature,
    account: str,
    at: datetime,
    *,
    length_max: int,
    warn_within: timedelta,
    followed_by: str | None = None,
) -> Judgement:
    """Judge an existing signature by today's rules, and say what to do.

    Args:
        existing: What the platform shows.
        account: Key of the account, for the commands.
        at: When it was read; papers may have ended by then.
        length_max: The most characters that a name may have.
        warn_within: How long before its last day a licence (证照) is called expiring.
        followed_by: The open filing of this signature, if there is one.
    """
    names = check_name(existing.sign_name, length_max=length_max)
    qualification = list(_about_qualification(existing, beijing_date(at), warn_within))
    adviser = _Adviser(existing.sign_name, account, at)
    todo = [
        *adviser.on_review(existing.snapshot),
        *adviser.on_name(names),
        *adviser.on_qualification(qualification),
        *adviser.on_carriers(existing.snapshot),
    ]
    todo.sort(key=lambda one: one.urgency.rank)
    return Judgement(
        urgency=todo[0].urgency if todo else Urgency.NONE,
        findings=[*names, *qualification],
        todo=todo,
        followed_by=followed_by,
        command=command_line("status" if followed_by else "adopt", existing.sign_name, account),
    )


def _about_qualification(existing: ExistingSignature, today: date, warn_within: timedelta) -> Iterator[Finding]:
    """The qualification (资质) must be there and good enough, as for a signature that is handed in today."""
    number, refusal = existing.snapshot.qualification_id, existing.qualification_refusal
    if number is None or unbound(existing.snapshot):
        yield papers.unbound()
    elif refusal is not None:
        # Nothing is handed in here: what could not be seen is said, and nobody is asked to mend it.
        yield warn(
            "QUALIFICATION_NOT_READ",
            f"{number}, {refusal.told}",
            "the qualification must be approved, which could not be seen (help page, step 1)",
            "look it up under 资质管理",
            field=papers.FIELD,
        )
    elif existing.qualification is None:
        yield papers.not_found(number)
    else:
        yield from papers.judge_qualification(existing.qualification, today, warn_within, otherwise=_BIND_ANOTHER)


_ASKED_BY_STATUS = {
    CarrierStatus.NOT_FILED: ActionCode.NOT_FILED,
    CarrierStatus.FAILED: ActionCode.FILING_FAILED,
    CarrierStatus.EXPIRED: ActionCode.FILING_EXPIRED,
    CarrierStatus.UNKNOWN: ActionCode.STATUS_UNKNOWN,
}


class _Adviser:
    """Puts what is to be done about one signature into words."""

    def __init__(self, sign_name: str, account: str, at: datetime) -> None:
        self._name, self._account, self._at = sign_name, account, at

    def on_review(self, shown: SignatureSnapshot) -> Iterator[Todo]:
        """The platform's review (审核), which comes before any carrier."""
        review = shown.review
        if review is ReviewStatus.IN_REVIEW:
            why = f"{review.label}: about two hours, 09:00-21:00"
            yield self._todo(Urgency.WAIT, why, "wait for the review", "look-now")
        elif review is ReviewStatus.REJECTED:
            yield self._asked(ActionCode.REVIEW_REJECTED, shown.review_text or review.label)
        elif review is ReviewStatus.CANCELLED:
            why = f"{review.label}: nothing edits a cancelled application (UpdateSmsSign: SignStatus 1, 2)"
            what = "delete it for ever and submit it anew, or leave it"
            yield self._todo(Urgency.ACT, why, what, "delete", *text_option("--confirm", self._name))
        elif review is not ReviewStatus.APPROVED:
            yield self._asked(ActionCode.STATUS_UNKNOWN, f"SignStatus {shown.review_code}")

    def on_name(self, findings: Sequence[Finding]) -> Iterator[Todo]:
        """A name stays what it is (``UpdateSmsSign``: the name identifies), so another one has to take its place."""
        broken = "; ".join(f"{found.part}: {found.rule}" for found in findings if found.rejects)
        if broken:
            what = "the name cannot be changed: apply for one that meets the rules, and replace this one by it"
            yield self._todo(Urgency.ACT, broken, what, "replace", "NEW.yaml")

    def on_qualification(self, findings: Sequence[Finding]) -> Iterator[Todo]:
        """A qualification that is not good enough fails at the carriers sooner or later; its review is waited for."""
        for found in findings:
            if not found.rejects:
                continue
            why = f"{found.rule}: {found.part}"
            if papers.waits_only([found]):
                yield self._todo(Urgency.WAIT, why, found.advice, "look-now")
            else:
                yield self._todo(Urgency.ACT, why, found.advice, "edit", "--set qualification_id=ID")

    def on_carriers(self, shown: SignatureSnapshot) -> Iterator[Todo]:
        """What the carriers' statuses ask for, said once for all that are alike; none is filed before the review."""
        if shown.review is not ReviewStatus.APPROVED:
            return
        alike: dict[tuple[CarrierStatus, str], list[Carrier]] = {}
        for carrier in Carrier:
            reading = shown.reading(carrier)
            alike.setdefault((reading.status, reading_detail(reading)), []).append(carrier)
        for (status, detail), carriers in alike.items():
            if status is CarrierStatus.NOT_FILED and unbound(shown):
                # The qualification that is to be bound says it already.
                continue
            named = _named(carriers)
            if (code := _ASKED_BY_STATUS.get(status)) is not None:
                yield self._asked(code, detail, carriers)
            elif status is CarrierStatus.PENDING_VERIFICATION:
                what = f"send a few test messages to numbers of {named}; a filing does it by itself"
                yield self._todo(Urgency.TEST, status.label, what, "test-send", carriers=carriers)
            elif status is CarrierStatus.REGISTERING:
                why = f"{status.label}: 7-10 working days are usual, nobody promises them"
                what = f"wait for {named}, or try a few messages (少量多次)"
                yield self._todo(Urgency.WAIT, why, what, "look-now", carriers=carriers)

    def _todo(
        self, urgency: Urgency, why: str, what: str, verb: str, *options: str, carriers: Sequence[Carrier] = ()
    ) -> Todo:
        command = command_line(verb, self._name, self._account, *options)
        return Todo(urgency=urgency, carriers=tuple(carriers), why=why, what=what, command=command)

    def _asked(self, code: ActionCode, detail: str, carriers: Sequence[Carrier] = ()) -> Todo:
        """In the words in which a filing would ask for it, of one carrier after the other."""
        first = carriers[0] if carriers else None
        advice = self._advice(code, detail, first)
        return Todo(
            urgency=Urgency.ACT,
            carriers=tuple(carriers),
            why=advice.why,
            what=advice.what.replace(_named(carriers[:1]), _named(carriers)) if carriers else advice.what,
            command=(self._advice(code, detail, None) if len(carriers) > 1 else advice).command,
        )

    def _advice(self, code: ActionCode, detail: str, carrier: Carrier | None) -> Advice:
        return advise(Action(code=code, carrier=carrier, detail=detail, since=self._at), self._name, self._account)


def _named(carriers: Sequence[Carrier]) -> str:
    return ", ".join(f"{carrier.label} {carrier}" for carrier in carriers)
