from datetime import UTC, datetime

import pytest

from chart_check.errors import EventError
from chart_check.event import CheckRequest

NOW = datetime(2026, 3, 23, 8, 30, 1, 500_000, tzinfo=UTC)
START = datetime(2026, 3, 22, 23, 1, 0, 123_000, tzinfo=UTC)


def test_the_state_machines_event_names_the_run_and_its_start():
    request = CheckRequest.from_event({"run_id": "landed-1", "started_at": "2026-03-22T23:01:00.123Z"}, NOW)

    assert request == CheckRequest("landed-1", started_at=START, quarantined_since=START)
    assert request.name == "landed-1"


def test_by_hand_no_run_is_compared_and_quarantine_is_looked_at_for_a_day():
    request = CheckRequest.from_event({}, NOW)

    assert request.run_id is None
    assert request.started_at == NOW
    assert request.quarantined_since == datetime(2026, 3, 22, 8, 30, 1, 500_000, tzinfo=UTC)
    assert request.name == "by-hand-20260323T083001Z"


def test_by_hand_the_lake_can_be_checked_as_of_a_moment():
    request = CheckRequest.from_event({"started_at": "2026-03-23T00:01:00.123+01:00"}, NOW)

    assert request == CheckRequest(None, started_at=START, quarantined_since=START)


@pytest.mark.parametrize(
    "event",
    [
        None,
        [],
        {"runid": "landed-1"},
        {"run_id": ""},
        {"run_id": None},
        {"run_id": "../lake"},
        {"started_at": "yesterday"},
        {"started_at": "2026-03-22T23:01:00"},
        {"started_at": 1},
    ],
)
def test_an_event_that_asks_for_nothing_we_can_do_is_refused(event):
    with pytest.raises(EventError, match="send"):
        CheckRequest.from_event(event, NOW)
