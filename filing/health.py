"""Whether messages under a signature fail more than they used to (help page, 报备成功: 请保持关注).

The statistics (``QuerySendStatistics``) are per signature, not per carrier; what they show is dated and asked about,
never taken for a status.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from filing.snapshot import DayTraffic, FailureJump

RECENT = timedelta(days=10)
"""A filing that is guarded is read every seven days, so that every day is recent at one read at least."""
COMPARED = RECENT + timedelta(days=28)
"""How far back the statistics are read: four weeks more, to compare with."""

_TWICE = 2


def failure_jump(days: Sequence[DayTraffic], today: date, *, alarm: float, least: int) -> FailureJump | None:
    """Find a jump of the failure rate within the last ten days.

    Args:
        days: The statistics of the last weeks, as far back as ``COMPARED``.
        today: The Beijing date.
        alarm: Share of failed messages that it takes; it must be twice that of the weeks before as well.
        least: Failed messages that it takes.

    Returns:
        The jump, dated by the first of the last ten days on which the share was reached; none where there is none.
    """
    recent = sorted((day for day in days if day.day > today - RECENT), key=lambda day: day.day)
    earlier = [day for day in days if today - COMPARED < day.day <= today - RECENT]
    before = _rate(earlier)
    bad = [day for day in recent if day.answered and day.failed / day.answered >= alarm]
    if not bad:
        return None
    since = [day for day in recent if day.day >= bad[0].day]
    rate, failed = _rate(since), sum(day.failed for day in since)
    if rate is None or failed < least or rate < alarm:
        return None
    if before is not None and rate < _TWICE * before:
        return None
    answered = sum(day.answered for day in since)
    return FailureJump(since=bad[0].day, rate=rate, before=before, failed=failed, answered=answered)


def _rate(days: Sequence[DayTraffic]) -> float | None:
    answered = sum(day.answered for day in days)
    return sum(day.failed for day in days) / answered if answered else None
