"""When the platform is read next; it needs the holidays, so only activities compute it, never a workflow."""

from datetime import datetime, timedelta

from filing.calendar import BEIJING, beijing_date, beijing_midnight, is_working_day
from filing.requests import ReadStep


def next_read_at(plans: list[list[ReadStep]], moments: list[datetime], now: datetime) -> datetime:
    """When to read again after a look at ``now`` that showed nothing new.

    A change of pace that lies ahead cuts the wait short, so that a slow interval cannot reach far into a fast time.

    Args:
        plans: Per interest its steps in order of time; the shortest wait that any interest wants is used.
        moments: Deadlines at which a fresh look is wanted, whatever the intervals.
        now: The moment of the look.
    """
    candidates = [moment for moment in moments if moment > now]
    for steps in plans:
        current = [step for step in steps if step.since <= now]
        if current:
            candidates.append(_next_of(current[-1], now))
        candidates += [step.since for step in steps if step.since > now]
    return min(candidates)


def _next_of(step: ReadStep, now: datetime) -> datetime:
    planned = now + timedelta(seconds=step.every_seconds)
    if step.at_rest_seconds is not None and not is_working_day(beijing_date(planned)):
        return now + timedelta(seconds=step.at_rest_seconds)
    return planned if step.hours is None else _within_hours(planned, step.hours)


def _within_hours(planned: datetime, hours: tuple[int, int]) -> datetime:
    opens, closes = hours
    midnight = beijing_midnight(beijing_date(planned))
    hour = planned.astimezone(BEIJING).hour
    if hour < opens:
        return midnight + timedelta(hours=opens)
    if hour >= closes:
        return midnight + timedelta(days=1, hours=opens)
    return planned
