"""What a report says of a chart, worked out from its dates by hand."""

import pytest

from chart_report.history import NoChartError
from top50.report import history_of
from top50.runs import newest_checks

D1, D2, D3 = "2026-01-01", "2026-01-02", "2026-01-03"


def ids(entries):
    return [entry["song_id"] for entry in entries]


def test_what_came_came_back_and_left_is_told_for_each_date_but_the_first(lake):
    lake.fill({D1: {"global": "a b"}, D2: {"global": "b c"}, D3: {"global": "a c"}})

    second, third = history_of(lake.stack, "global").turnover()

    assert (second.chart_date, ids(second.debuts), ids(second.re_entries), ids(second.exits)) == (D2, ["c"], [], ["a"])
    assert (third.chart_date, ids(third.debuts), ids(third.re_entries), ids(third.exits)) == (D3, [], ["a"], ["b"])


def test_on_an_empty_date_all_have_left(lake):
    lake.fill({D1: {"global": "a b"}, D2: {"global": "- -"}})

    [empty] = history_of(lake.stack, "global").turnover()

    assert (ids(empty.debuts), ids(empty.exits)) == ([], ["a", "b"])


def test_a_songs_line_breaks_where_it_was_away_and_not_where_the_chart_was_not_recorded(lake):
    lake.fill({D1: {"global": "a b"}, D2: {"global": "b"}, "2026-01-05": {"global": "a b"}})

    stays = history_of(lake.stack, "global").stays()

    assert [it["stay"] for it in stays if it["song_id"] == "a"] == ["a 0", "a 1"]
    assert [it["stay"] for it in stays if it["song_id"] == "b"] == ["b 0", "b 0", "b 0"]


def test_no_more_than_thirty_dates_are_shown(lake):
    lake.fill({f"2026-{month:02}-{day:02}": {"global": "a"} for month in (1, 2) for day in range(1, 18)})

    history = history_of(lake.stack, "global")

    assert (len(history.dates), history.dates[0], history.newest_date) == (30, "2026-01-05", "2026-02-17")
    assert len(history.entries) == 30


@pytest.mark.parametrize(
    ("charts", "asked", "shown"),
    [
        ("at global", "at", "at"),
        ("at global", None, "global"),
        ("de-daily global-weekly global-daily", None, "global-daily"),
        ("mine yours", None, "mine"),
    ],
)
def test_unless_one_is_asked_for_global_is_shown_or_the_csvs_global_or_the_first_chart(lake, charts, asked, shown):
    lake.fill({D1: dict.fromkeys(charts.split(), "a")})

    assert history_of(lake.stack, asked).chart == shown


def test_a_chart_that_is_not_there_is_named_with_those_that_are(lake):
    lake.fill({D1: {"global": "a", "us": "a"}})

    with pytest.raises(NoChartError, match="chart de is not in the lake, which has: global, us"):
        history_of(lake.stack, "de")


def test_an_empty_lake_says_what_to_do(lake):
    lake.fill({D1: {}})

    with pytest.raises(NoChartError, match="no chart has been loaded yet"):
        history_of(lake.stack, None)


def test_without_a_stored_result_there_are_no_checks(lake):
    assert newest_checks(lake.stack) is None
