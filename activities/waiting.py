"""How an activity waits: by failing benignly with the time of its next attempt.

A poll by retry leaves no trace in the history, however often it runs, and the Web UI shows the attempt, the reason
and the time of the next one.
"""

from datetime import timedelta

from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from filing.snapshot import Refusal
from gateway.errors import AccountError, GatewayError, TryLaterError

SHORTEST_WAIT = timedelta(milliseconds=500)
FIRST_PAUSE = timedelta(seconds=5)


def refused(failure: GatewayError) -> Refusal:
    """The platform's no as the filing keeps it."""
    return Refusal(
        code=failure.code,
        text=failure.text,
        account=isinstance(failure, AccountError),
        request_id=failure.request_id,
    )


def nothing_new(what: str, wait: timedelta) -> ApplicationError:
    """The error that makes an activity run again after ``wait``; expected, so it alarms nobody."""
    return ApplicationError(
        what,
        type="NOTHING_NEW",
        category=ApplicationErrorCategory.BENIGN,
        next_retry_delay=max(wait, SHORTEST_WAIT),
    )


def platform_away(failure: TryLaterError, longest: timedelta) -> ApplicationError:
    """The error that waits out a platform that is busy or down, with pauses that grow up to ``longest``.

    The platform's own wish for a delay is followed where it is shorter than that. The attempt count says nothing of
    the outage's length (a poll counts its quiet attempts too), so the pause is drawn from it only below the cap.
    """
    pause = failure.retry_after or FIRST_PAUSE * 2 ** min(activity.info().attempt - 1, 10)
    return ApplicationError(
        f"the platform cannot be asked now: {failure}",
        type="PLATFORM_AWAY",
        category=ApplicationErrorCategory.BENIGN,
        next_retry_delay=max(min(pause, longest), SHORTEST_WAIT),
    )
