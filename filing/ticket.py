"""The text of a ticket (工单) for the platform's support, in Chinese: what it asks for, and nothing of a person."""

from collections.abc import Sequence
from datetime import datetime

from filing.calendar import shown, shown_deadline
from filing.report import CarrierReport, FilingReport, TestReport
from filing.vocabulary import Carrier, CarrierStatus, ReviewStatus

_OVERDUE = "截至目前仍未收到运营商反馈的报备结果"


def ticket(report: FilingReport, carriers: Sequence[Carrier], waited: dict[Carrier, int], now: datetime) -> str:
    """Write a ticket about carriers of a signature, or about its review while that is not over.

    Args:
        report: What the filing says of itself.
        carriers: Those it is about.
        waited: Working days that each has been 报备中, where known.
        now: The moment of writing.
    """
    review, edit = report.review, report.edit
    lines = [
        f"问题：短信签名【{report.sign_name}】{_subject(report, carriers)}",
        "",
        f"签名：{report.sign_name}",
        f"工单号（OrderId）：{(edit and edit.order_id) or review.order_id or '未知'}，"
        f"提交请求ID（RequestId）：{(edit and edit.api_request_id) or review.api_request_id or '未知'}",
        f"资质ID：{report.application.qualification_id or '未知'}，签名来源：{report.application.source.label}",
        f"提交时间：{_moment(review.submitted_at)}；审核状态：{review.label}（{_moment(review.reviewed_at)}）",
    ]
    if review.status is ReviewStatus.APPROVED:
        for carrier in carriers:
            lines += ["", *_carrier(report.carriers[carrier], carrier, waited.get(carrier))]
    elif review.overdue_at is not None:
        lines.append(f"审核通常约2小时完成，应于{shown_deadline(review.overdue_at)}前有结果，目前仍为{review.label}。")
    lines += [
        "",
        "请协助核实：1. 运营商侧是否已受理或已审核不通过但未返回结果；2. 如不通过，请告知具体原因；"
        "3. 如该运营商无法同步报备结果，请说明当前是否可正常发送。",
        f"（以上时间均为北京时间，填写于{shown(now)}）",
    ]
    return "\n".join(lines)


def _subject(report: FilingReport, carriers: Sequence[Carrier]) -> str:
    if report.review.status is not ReviewStatus.APPROVED:
        return f"{report.review.label}，超过正常审核时间"
    return "，".join(f"{carrier.label}{report.carriers[carrier].label}" for carrier in carriers)


def _carrier(known: CarrierReport, carrier: Carrier, waited: int | None) -> list[str]:
    lines = [f"运营商：{carrier.label}（{carrier}），状态：{known.label}，第{known.round}次报备"]
    if known.status is CarrierStatus.REGISTERING:
        days = f"，已等待{waited}个工作日" if waited is not None else ""
        lines.append(f"报备开始：{_moment(known.submitted_at)}{days}，{_OVERDUE}（近期观测一般为7-10个工作日）。")
    lines += [f"平台返回原因：{reason.code} {reason.text}".rstrip() for reason in known.reasons]
    lines += [f"  {_test(test)}" for test in known.tests]
    return lines


def _test(test: TestReport) -> str:
    receipt = f"回执{_moment(test.receipt_at)} {test.code}".strip() if test.receipt_at else "暂无回执"
    sent = f"发送{_moment(test.accepted_at)}" if test.accepted_at else f"计划{_moment(test.asked_at)}，未发送"
    ids = f"BizId {test.biz_id or '未知'}，RequestId {test.api_request_id or '未知'}"
    return f"测试短信{test.number}：{test.phone}，{sent}，{ids}，{receipt}"


def _moment(moment: datetime | None) -> str:
    return shown(moment) if moment else "未知"
