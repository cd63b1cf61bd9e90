"""What a person is told to do, in the words of the help page (报备状态详解与故障排查)."""

from collections.abc import Sequence
from typing import NamedTuple

from filing.amending import YOUR_WORD
from filing.commands import accept_option, command_line, console_path
from filing.papers import refiles_note
from filing.record import Action, ActionCode
from filing.review_words import told_meaning
from filing.snapshot import LenientModel
from filing.vocabulary import Carrier, ReasonCode

_QUALIFICATION_WRONG = (
    "当前签名关联资质不准确: complete or correct the qualification (资质管理 > 编辑), or bind another approved one "
    "to the signature (签名管理 > 编辑签名; where there is none, 资质管理 > 新增资质); the filing starts again by "
    "itself after the review; " + refiles_note(())
)
_REFILE = (
    "check that signature and qualification are right, then 报备 again in the console "
    "(签名管理 > 运营商报备结果 > 详情); if they are not, bind another approved qualification (编辑签名)"
)

_REASON_ADVICE = {
    ReasonCode.UNBINDING_QUA: (
        "bind an approved qualification to the signature (编辑签名); the filing then starts by itself"
    ),
    ReasonCode.BINDING_INCOMPLETE_QUA: _QUALIFICATION_WRONG,
    ReasonCode.NON_REGISTER: "bind an approved qualification (编辑签名), or click 报备 for this carrier in the console",
    ReasonCode.QUALIFICATION_ERROR: _QUALIFICATION_WRONG,
    ReasonCode.SIGNATURE_ERROR: (
        "the name does not meet the carriers' rules: bind another approved qualification (编辑签名), or apply for a "
        "new signature, best with the source 企事业单位名"
    ),
    ReasonCode.SIGNATURE_QUALIFICATION_ERROR: (
        "signature and qualification do not belong together: bind the qualification of the company the name belongs to"
    ),
    ReasonCode.ONE_CODE_MULTIPLE_SIGN: (
        "the extension code carries several signatures: ask the platform's support to give each its own"
    ),
    ReasonCode.OTHERS_ERROR: "open 运营商报备结果 > 详情 in the console and follow its 操作建议",
    ReasonCode.REGISTER_TIMEOUT: (
        "the carrier cannot file it or never answered: check the name against the rules; if it breaks one, stop using "
        "it and apply for a new signature (replace), best with the source 企事业单位名; if all is right, go on testing "
        "in small numbers (少量多次); to file again change or edit the qualification (编辑签名)"
    ),
    ReasonCode.NO_SEND_RECORD: f"{_REFILE}; one that nobody needs any more can be deleted for ever (删除签名)",
    ReasonCode.EXT_CODE_RECYCLE: _REFILE,
    ReasonCode.SUBPORT_RECYCLE: (
        "the carrier's governance (签名合规治理) recalled it: check signature and qualification; if they are right, "
        "报备 again in the console (签名管理 > 运营商报备结果 > 详情); if not, correct the signature (编辑签名), which "
        "is filed again after the review"
    ),
}


class _Words(NamedTuple):
    """``{carrier}``, ``{of_carrier}``, ``{detail}`` and ``{advice}`` are filled in from the action.

    ``command`` is a verb and, behind the name, its options.
    """

    command: str
    what: str
    why: str


_WORDS = {
    ActionCode.FIX_APPLICATION: _Words(
        "edit --set FIELD=VALUE",
        "correct what the check found: in the application by an edit; at the platform, which is noticed by itself",
        "{detail}",
    ),
    ActionCode.FIX_ACCOUNT: _Words(
        "look-now", "correct the account's credentials, permission or balance; the filing goes on by itself", "{detail}"
    ),
    ActionCode.SUBMIT_REFUSED: _Words(
        "edit --set FIELD=VALUE",
        "correct what the platform refused by an edit, or at the platform and then look again",
        "{detail}",
    ),
    ActionCode.REVIEW_OVERDUE: _Words(
        "look-now",
        "ask the platform's support about the review (工单; starter.py ticket writes its text)",
        "审核 takes about two hours; {detail}",
    ),
    ActionCode.GO_LIVE_AT_RISK: _Words(
        "status",
        "the signature will not be usable in time: put the launch off, or send under another one until then",
        "{detail}; carriers take 7-10 working days and promise none (help page: 至少提前10个工作日)",
    ),
    ActionCode.FAILURES_JUMPED: _Words(
        "test-send",
        "messages under this signature fail more than before: stop bulk sending, look at 发送记录 for the codes, and "
        "try a test on each carrier",
        "{detail}; any code may hide a filing that a carrier dropped",
    ),
    ActionCode.REVIEW_REJECTED: _Words(
        "edit --set FIELD=VALUE",
        "correct what the review rejected by an edit (编辑签名), here or in the console; the new review is followed "
        "by itself",
        "{detail}",
    ),
    ActionCode.NOT_FILED: _Words(
        "look-now", "start the filing of {carrier}: {advice}", "未报备 after the approval {detail}"
    ),
    ActionCode.RESULT_OVERDUE: _Words(
        "status",
        "wait for {carrier}, or try a few messages (少量多次)",
        "报备中 {detail}; 7-10 working days are usual, nobody promises them",
    ),
    ActionCode.RESULT_STALLED: _Words(
        "ticket",
        "ask the platform's support about {carrier} (工单; its text is written for you), and try a few messages "
        "(test-send): a silent refusal, a slow carrier and one that cannot report back look the same",
        "报备中 {detail}, twice the usual time",
    ),
    ActionCode.FILING_FAILED: _Words("", "{carrier}: {advice}", "报备失败 {detail}"),
    ActionCode.FILING_EXPIRED: _Words("", "{carrier}: {advice}", "报备失效 {detail}"),
    ActionCode.STATUS_UNKNOWN: _Words(
        "status",
        "look at the console: the platform shows a status {of_carrier} that is not documented",
        "{detail}",
    ),
    ActionCode.TESTS_BLOCKED: _Words(
        "test-send", "correct what stops the test messages to {carrier}, then ask for one", "{detail}"
    ),
    ActionCode.TESTS_SPENT: _Words(
        "test-send",
        "find out why {carrier} gives no verdict (发送记录): if the codes are about the filing, correct the "
        "qualification (编辑签名) or replace a name that breaks the rules (签名实名合规要求); then ask for another "
        "test",
        "已报备待验证: {detail}",
    ),
    ActionCode.RECEIPTS_DOUBT: _Words(
        "edit --set qualification_id=ID",
        "the codes of the test messages to {carrier} are about the filing (报错与报备有关): check that the "
        "qualification is right (complete it, or bind another approved one: 编辑签名) and that the name keeps the "
        "rules (签名实名合规要求; replace one that does not); where both are right, go on testing: it is done by "
        "itself as far as the budget goes",
        "已报备待验证: {detail}, none delivered",
    ),
    ActionCode.NO_TEST_PHONE: _Words(
        "test-send",
        "add test phones {carrier} to the settings and restart the worker, then ask for a test",
        "{detail}",
    ),
    ActionCode.EXPIRY_NEAR: _Words(
        "test-send", "send a message under this signature if it is still needed", "{detail}"
    ),
    ActionCode.ROUND_BROKEN: _Words(
        "status", "look at the workflow of {carrier} in the Web UI; it is started again by itself", "{detail}"
    ),
    ActionCode.ADOPTED_DIFFERS: _Words(
        "edit --set qualification_id=ID",
        "the signature existed already with another qualification: name the one that is right by an edit (编辑签名); "
        "the platform's own only corrects the application, any other is bound anew",
        "{detail}",
    ),
    ActionCode.ADOPTED_LACKS: _Words(
        "edit --set FIELD=VALUE",
        "name what is unknown of this adopted signature (存量签名), which changes nothing at the platform, and correct "
        "what breaks today's rules: it has to be handed in anew",
        "{detail}",
    ),
    ActionCode.GONE: _Words(
        "release",
        "the platform no longer knows this signature: find out who deleted it, then release it or submit it anew",
        "{detail}",
    ),
    ActionCode.EDIT_QUEUED: _Words(
        "edit --withdraw",
        "an edit waits its turn and is handed in by itself; withdraw it if it is not wanted",
        "{detail}",
    ),
    ActionCode.EDIT_REFUSED: _Words(
        "edit --set FIELD=VALUE", "the edit was not taken, nothing has changed: correct it and edit again", "{detail}"
    ),
    ActionCode.EDIT_UNCLEAR: _Words(
        "confirm review not_received",
        "the answer to the edit was lost and the platform shows no trace of it: look into the console (签名管理) and "
        "say what it shows: approved, rejected, or not_received, which hands it in again",
        "{detail}",
    ),
    ActionCode.EDIT_UNANSWERED: _Words(
        "confirm review approved",
        "the platform shows no verdict on the edit; one that was rejected may never show: look into the console "
        "(签名管理) and say what it shows: approved or rejected",
        "{detail}",
    ),
    ActionCode.EDIT_REJECTED: _Words(
        "edit --set FIELD=VALUE",
        "the edit was not approved, what was registered before goes on: correct it and edit again, or withdraw it",
        "{detail}",
    ),
    ActionCode.REFILE_IN_CONSOLE: _Words(
        "look-now",
        "file {carrier} again in the console: {console}; it is noticed by itself",
        "no operation of the platform files a single carrier; {detail}",
    ),
    ActionCode.DELETE_REFUSED: _Words(
        "status", "the signature was not deleted, the filing goes on: settle what stands against it", "{detail}"
    ),
    ActionCode.REPLACED: _Words(
        "release", "another signature has taken the place of this one: release it, or delete it for ever", "{detail}"
    ),
}


_REVIEWERS_WORDS = (ActionCode.REVIEW_REJECTED, ActionCode.EDIT_REJECTED)

_EDIT_BINDING = "edit --set qualification_id=ID"
_REFILE_COMMAND = "refile --reason TEXT"
_REPLACE = "replace NEW.yaml"

_COMMAND_BY_REASON = {
    ReasonCode.SIGNATURE_ERROR: _REPLACE,
    ReasonCode.REGISTER_TIMEOUT: _REFILE_COMMAND,
    ReasonCode.OTHERS_ERROR: _REFILE_COMMAND,
    ReasonCode.ONE_CODE_MULTIPLE_SIGN: _REFILE_COMMAND,
    ReasonCode.NO_SEND_RECORD: _REFILE_COMMAND,
    ReasonCode.EXT_CODE_RECYCLE: _REFILE_COMMAND,
    ReasonCode.SUBPORT_RECYCLE: "edit --set FIELD=VALUE",
}
"""What helps a carrier that failed or lapsed; where the reason lies in the qualification, another one."""


class Advice(LenientModel):
    """An action as it is shown: what to do, why, and the command that helps or shows more."""

    code: ActionCode
    carrier: Carrier | None
    what: str
    why: str
    command: str


def advice_for(codes: str) -> str:
    """The help page's advice for a line of reason codes, as ``observing.reading_detail`` writes them."""
    known = [_REASON_ADVICE[ReasonCode(code)] for code in codes.split() if code in _REASON_ADVICE]
    return "; ".join(dict.fromkeys(known)) or _REASON_ADVICE[ReasonCode.OTHERS_ERROR]


def advise(action: Action, sign_name: str, account: str) -> Advice:
    """Put an action into words."""
    words = _WORDS[action.code]
    carrier = _named(action.carrier)
    facts = {
        "carrier": carrier,
        "of_carrier": f"of {carrier}" if carrier else "",
        "detail": told_meaning(action.detail) if action.code in _REVIEWERS_WORDS else action.detail,
        "advice": advice_for(action.detail),
        "console": console_path(sign_name),
    }
    _, asks_for_word, lacking = action.detail.partition(YOUR_WORD)
    if action.code is ActionCode.EDIT_QUEUED and asks_for_word:
        accepted = accept_option(map(Carrier, lacking.split()))
        verb, options = "edit", accepted
    else:
        verb, *options = (words.command or _helping(action.detail)).split()
    if action.carrier and verb in ("test-send", "refile", "ticket"):
        options = ["--carrier", action.carrier.value, *options]
    return Advice(
        code=action.code,
        carrier=action.carrier,
        what=" ".join(words.what.format(**facts).split()),
        why=words.why.format(**facts).strip(),
        command=command_line(verb, sign_name, account, *options),
    )


class SharedAdvice(NamedTuple):
    """What is to be done at several carriers alike; ``commands`` has one for each."""

    what: str
    why: str
    commands: list[str]


def told_together(advices: Sequence[Advice]) -> list[SharedAdvice]:
    """Put together what is the same for several carriers, in the order of the first of each."""
    alike: dict[tuple[object, ...], list[Advice]] = {}
    for advice in advices:
        # Only the name tells them apart.
        same = advice.what.replace(_named(advice.carrier), "", 1)
        alike.setdefault((advice.code, same, advice.why), []).append(advice)
    return [
        SharedAdvice(
            what=first.what.replace(_named(first.carrier), ", ".join(_named(each.carrier) for each in group), 1),
            why=first.why,
            commands=list(dict.fromkeys(each.command for each in group)),
        )
        for group in alike.values()
        for first in group[:1]
    ]


def _named(carrier: Carrier | None) -> str:
    return f"{carrier.label} {carrier}" if carrier else ""


def _helping(codes: str) -> str:
    """The command that helps a carrier with these reasons."""
    known = [ReasonCode(code) for code in codes.split() if code in ReasonCode.__members__]
    return next((_COMMAND_BY_REASON.get(code, _EDIT_BINDING) for code in known), _REFILE_COMMAND)
