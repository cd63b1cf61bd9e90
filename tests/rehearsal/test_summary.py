from datetime import date, datetime, time, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from filing.calendar import BEIJING, beijing_date, beijing_midnight, is_working_day
from filing.policy import DEFAULT_POLICY
from filing.record import Event
from filing.report import report_on
from filing.vocabulary import Carrier
from rehearsal.chronicle import Chronicle
from rehearsal.playing import Life
from rehearsal.summary import summarise, working_days
from tests.filing.builders import application, new_state

SUBMITTED = datetime(2026, 3, 2, 10, 0, tzinfo=BEIJING)

moments = st.integers(1, 300 * 24).map(lambda hours: SUBMITTED + timedelta(hours=hours))


def life(ready_at: datetime | None, needed_by: date | None = None, submitted: datetime = SUBMITTED) -> Life:
    chronicle = Chronicle(DEFAULT_POLICY)
    chronicle.ready_at = ready_at
    report = report_on(new_state(application=application(needed_by=needed_by)), "filing/acme/云杉科技", submitted)
    ended = (ready_at or submitted) + timedelta(days=200)
    return Life(submitted, ended, over=True, report=report, chronicle=chronicle)


@given(moments, st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_in_time_is_what_can_be_used_as_the_day_begins(ready_at: datetime, needed_by: date) -> None:
    days_late = summarise(life(ready_at, needed_by)).days_late

    assert days_late is not None
    assert (days_late <= 0) == (ready_at <= beijing_midnight(needed_by))
    # Put off by exactly that, it would have been in time, and not by a day less.
    kept = needed_by + timedelta(days=days_late)
    assert ready_at <= beijing_midnight(kept)
    assert ready_at > beijing_midnight(kept - timedelta(days=1))


@given(moments)
def test_working_days_are_those_on_which_people_work_after_the_submission(ready_at: datetime) -> None:
    day = SUBMITTED.date()
    counted = 0
    while day < beijing_date(ready_at):
        day += timedelta(days=1)
        counted += is_working_day(day)

    summary = summarise(life(ready_at))
    assert summary.working_days == counted == working_days(SUBMITTED.date(), ready_at.date())
    assert not summary.estimated


def test_a_public_holiday_before_it_is_named() -> None:
    october = datetime(2026, 9, 28, 10, 0, tzinfo=BEIJING)

    summary = summarise(life(datetime(2026, 10, 9, 12, 0, tzinfo=BEIJING), submitted=october))

    assert summary.holidays == 5, "1, 2, 5, 6 and 7 October are holidays on days from Monday to Friday"


def test_without_published_holidays_the_count_is_an_estimate() -> None:
    assert summarise(
        life(datetime(2090, 3, 1, tzinfo=BEIJING), submitted=datetime(2090, 2, 1, tzinfo=BEIJING))
    ).estimated


def test_a_life_that_is_never_ready_is_neither_late_nor_in_time() -> None:
    summary = summarise(life(None, date(2026, 4, 1)))

    assert (summary.ready_at, summary.working_days, summary.days_late) == (None, None, None)
    assert summary.needed_by == date(2026, 4, 1)


def test_without_a_day_nothing_is_late() -> None:
    assert summarise(life(datetime.combine(date(2026, 4, 1), time(), BEIJING))).days_late is None


def test_the_cost_is_that_of_the_messages_to_the_last_fen() -> None:
    played, state = life(None), new_state()
    for number in range(1, 4):
        at = SUBMITTED + timedelta(days=number)
        state.record(Event.TEST_ACCEPTED, f"#{number} 139****0001", at=at, carrier=Carrier.MOBILE)
    played.chronicle.take(report_on(state, "filing/acme/云杉科技", SUBMITTED), SUBMITTED)

    assert str(summarise(played).cost) == "0.135"
    assert str(summarise(played, Decimal("0.1")).cost) == "0.3"
