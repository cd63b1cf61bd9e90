"""What a person is told to do, in the words of the help page (报备状态详解与故障排查)."""

from filing.snapshot import LenientModel
from filing.state import Action, ActionCode
from filing.vocabulary import Carrier, ReasonCode

_QUALIFICATION_WRONG = (
    "当前签名关联资质不准确: complete or correct the qualification (资质管理 > 编辑), or bind another approved one to the "
    "signature (签名管理 > 编辑签名); the filing starts again by itself after the review"
)
_REFILE = (
    "check that signature and qualification are right, then 报备 again in the console (签名管理 > 运营商报备结果 > 详情); "
    "if they are not, bind another approved qualification (编辑签名)"
)

_REASON_ADVICE = {
    ReasonCode.UNBINDING_QUA: "bind an approved qualification to the signature (编辑签名); the filing then starts by itself",
    ReasonCode.BINDING_INCOMPLETE_QUA: _QUALIFICATION_WRONG,
    ReasonCode.NON_REGISTER: "bind an approved qualification (编辑签名), or click 报备 for this carrier in the console",
    ReasonCode.QUALIFICATION_ERROR: _QUALIFICATION_WRONG,
    ReasonCode.SIGNATURE_ERROR: (
        "the name does not meet the carriers' rules: bind another approved qualification (编辑签名), or apply for a new "
        "signature, best with the source 企事业单位名"
    ),
    ReasonCode.SIGNATURE_QUALIFICATION_ERROR: (
        "signature and qualification do not belong together: bind the qualification of the company the name belongs to"
    ),
    ReasonCode.ONE_CODE_MULTIPLE_SIGN: "the extension code carries several signatures: ask the platform's support to give each its own",
    ReasonCode.OTHERS_ERROR: "open 运营商报备结果 > 详情 in the console and follow its 操作建议",
    ReasonCode.REGISTER_TIMEOUT: (
        "the carrier cannot file it or never answered: check the name against the rules, prefer the source 企事业单位名, go on "
        "testing in small numbers; to file again change or edit the qualification (编辑签名)"
    ),
    ReasonCode.NO_SEND_RECORD: _REFILE,
    ReasonCode.EXT_CODE_RECYCLE: _REFILE,
    ReasonCode.SUBPORT_RECYCLE: "the carrier's governance (签名合规治理) recalled it: correct the signature (编辑签名); after the review it is filed again",
}


def advice_for(codes: str) -> str:
    """The help page's advice for a line of reason codes, as ``observing.reading_detail`` writes them."""
    known = [_REASON_ADVICE[ReasonCode(code)] for code in codes.split() if code in _ADVISED]
    return "; ".join(dict.fromkeys(known)) or _REASON_ADVICE[ReasonCode.OTHERS_ERROR]


_ADVISED = {code.value for code in _REASON_ADVICE}


class Advice(LenientModel):
    """An action as it is shown: what to do, why, and the command that helps or shows more."""

    code: ActionCode
    carrier: Carrier | None
    what: str
    why: str
    command: str


def advise(action: Action, sign_name: str, account: str) -> Advice:
    """Put an action into words."""
    subject = f"{action.carrier.label} {action.carrier}" if action.carrier else ""
    command, what, why = _words(action, subject)
    return Advice(
        code=action.code,
        carrier=action.carrier,
        what=what,
        why=why,
        command=f"starter.py {command.format(name=sign_name)} --account {account}"
        + (f" --carrier {action.carrier}" if action.carrier and command.startswith("test-send") else ""),
    )


def _words(action: Action, subject: str) -> tuple[str, str, str]:
    """The command's pattern, what to do, and why."""
    detail = action.detail
    look, test, release, status = "look-now {name}", "test-send {name}", "release {name}", "status {name}"
    match action.code:
        case ActionCode.FIX_APPLICATION:
            return (
                look,
                "correct what the check found, then look again; to change the application release it and submit anew",
                detail,
            )
        case ActionCode.FIX_ACCOUNT:
            return (
                look,
                "correct the account's credentials, permission or balance; the filing goes on by itself",
                detail,
            )
        case ActionCode.SUBMIT_REFUSED:
            return look, "correct what the platform refused, then look again, or release it and submit anew", detail
        case ActionCode.REVIEW_OVERDUE:
            return (
                look,
                "ask the platform's support about the review (工单 with the order id)",
                f"审核 takes about two hours; {detail}",
            )
        case ActionCode.REVIEW_REJECTED:
            return (
                release,
                "edit the rejected signature in the console (签名管理 > 编辑签名); the new review is followed by itself",
                detail,
            )
        case ActionCode.NOT_FILED:
            return (
                look,
                f"start the filing of {subject}: {advice_for(detail)}",
                f"未报备 after the approval {detail}".strip(),
            )
        case ActionCode.RESULT_OVERDUE:
            return (
                status,
                f"wait for {subject}, or try a few messages (少量多次)",
                f"报备中 {detail}; 7-10 working days are usual, nobody promises them",
            )
        case ActionCode.RESULT_STALLED:
            return (
                test,
                f"ask the platform's support about {subject}, and try a few messages; a silent refusal, a slow carrier and one that cannot report back look the same",
                f"报备中 {detail}, twice the usual time",
            )
        case ActionCode.FILING_FAILED:
            return status, f"{subject}: {advice_for(detail)}", f"报备失败 {detail}".strip()
        case ActionCode.FILING_EXPIRED:
            return status, f"{subject}: {advice_for(detail)}", f"报备失效 {detail}".strip()
        case ActionCode.STATUS_UNKNOWN:
            return (
                status,
                f"look at {subject} in the console: the platform shows a status that is not documented",
                detail,
            )
        case ActionCode.TESTS_BLOCKED:
            return test, f"correct what stops the test messages to {subject}, then ask for one", detail
        case ActionCode.TESTS_SPENT:
            return (
                test,
                f"find out why {subject} gives no verdict (发送记录), then ask for another test",
                f"已报备待验证: {detail}",
            )
        case ActionCode.NO_TEST_PHONE:
            return (
                test,
                f"add a test phone of {subject} to the settings, restart the worker, then ask for a test",
                detail,
            )
        case ActionCode.EXPIRY_NEAR:
            return test, "send a message under this signature if it is still needed", detail
        case ActionCode.ROUND_BROKEN:
            return status, f"look at the workflow of {subject} in the Web UI; it is started again by itself", detail
        case ActionCode.GONE:
            return (
                release,
                "the platform no longer knows this signature: find out who deleted it, then release it or submit it anew",
                detail,
            )
