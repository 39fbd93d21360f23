from datetime import UTC, datetime

import pytest

from chart_extract.charts import parse_charts
from chart_extract.errors import EventError
from chart_extract.event import ExtractRequest
from chart_extract.moments import iso

CONFIGURED = parse_charts("global,us,jp")
NOW = datetime(2026, 11, 22, 12, 34, 56, 789, tzinfo=UTC)


def request_of(event):
    return ExtractRequest.from_event(event, CONFIGURED, now=NOW)


@pytest.mark.parametrize(
    ("time", "means"),
    [
        ("2026-11-22T23:00:00Z", "2026-11-22T23:00:00Z"),
        ("2026-11-22T23:00:00.987654Z", "2026-11-22T23:00:00Z"),
        ("2026-11-22T23:00:00+00:00", "2026-11-22T23:00:00Z"),
        ("2026-11-23T00:30:00+01:00", "2026-11-22T23:30:00Z"),
    ],
)
def test_the_events_time_is_read_as_utc(time, means):
    request = request_of({"time": time})

    assert iso(request.time) == means
    assert request.chart_date == "2026-11-22"


def test_an_event_of_the_schedule_means_all_charts_whatever_else_it_carries():
    event = {"version": "0", "source": "aws.scheduler", "time": "2026-11-22T23:00:00Z", "detail": {}}

    assert request_of(event).charts == CONFIGURED


def test_by_hand_the_clock_gives_the_time():
    request = request_of({"charts": ["us"]})

    assert [chart.name for chart in request.charts] == ["us"]
    assert iso(request.time) == "2026-11-22T12:34:56Z"


def test_charts_and_time_go_together_and_the_configured_order_stays():
    request = request_of({"charts": ["jp", "global", "jp"], "time": "2026-11-21T23:00:00Z"})

    assert [chart.name for chart in request.charts] == ["global", "jp"]
    assert request.chart_date == "2026-11-21"


@pytest.mark.parametrize("event", [{}, {"chart": "global"}, None, [], "global", {"Records": []}])
def test_an_event_that_asks_for_nothing_is_refused(event):
    with pytest.raises(EventError, match='neither "time" nor "charts"'):
        request_of(event)


@pytest.mark.parametrize(
    "time", ["yesterday", "2026-11-22", "2026-11-22T23:00:00", "", None, 1763852400, "0001-01-01T00:00:00+14:00"]
)
def test_a_time_that_is_no_moment_is_named(time):
    with pytest.raises(EventError) as raised:
        request_of({"time": time})

    assert repr(time) in str(raised.value)


@pytest.mark.parametrize("charts", ["global", [], [1], None, {"global": 1}, ["us", None]])
def test_charts_must_be_a_list_of_names(charts):
    with pytest.raises(EventError, match="not a list of chart names"):
        request_of({"charts": charts})


def test_unknown_charts_are_named_with_those_there_are():
    with pytest.raises(EventError, match="not in CHARTS: fr, narnia; the configured charts are: global, us, jp"):
        request_of({"charts": ["narnia", "us", "fr"]})


@pytest.mark.parametrize(
    ("read_at", "is_another_day"),
    [
        (datetime(2026, 11, 22, 23, 0, 4, tzinfo=UTC), False),
        (datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 24, 0, 0, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 20, 23, 0, 0, tzinfo=UTC), True),
    ],
)
def test_a_chart_read_more_than_a_day_from_the_event_is_another_days(read_at, is_another_day):
    assert request_of({"time": "2026-11-22T23:00:00Z"}).is_for_another_day_than(read_at) is is_another_day
