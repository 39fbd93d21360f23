"""Charts of any day, as a listener would judge them."""

import datetime as dt
from itertools import pairwise

import pytest

from local_cloud.spotify.chart import chart_entries, chart_streams, popularity
from local_cloud.spotify.hits import Classic, Rise
from local_cloud.spotify.markets import CHARTS
from local_cloud.spotify.settings import CHART_NAMES

DAY = dt.date(2026, 11, 6)
YEAR = [dt.date(2026, 1, 1) + dt.timedelta(n) for n in range(365)]


@pytest.fixture(scope="module")
def year():
    """The Global chart of each day of a year."""
    return {day: chart_entries("global", day) for day in YEAR}


def ids(songs):
    return [song.id for song in songs]


def all_charts(day=DAY):
    return {chart: chart_entries(chart, day) for chart in CHARTS}


def test_every_shipped_chart_has_songs_to_choose_from():
    assert set(CHARTS) == set(CHART_NAMES)
    assert len(CHARTS) == 74


@pytest.mark.parametrize("day", [dt.date(2015, 1, 1), DAY, dt.date(2026, 12, 24), dt.date(2035, 12, 31)])
def test_every_chart_holds_fifty_different_songs_on_any_day(day):
    for songs in all_charts(day).values():
        assert len(set(ids(songs))) == 50
        assert len({song.isrc for song in songs}) == 50


def test_a_chart_is_the_same_when_it_is_drawn_again_and_on_every_machine():
    first = ids(chart_entries("de", DAY))
    chart_streams.cache_clear()

    again = ids(chart_entries("de", DAY))

    assert again == first
    assert first[:3] == ["1VlufVhehafrWa31q1fxqK", "7FE4BVPSdOfUT7oHHckgHX", "1p4zFkWJxRJjO2PZiDCiPc"]


def test_most_songs_stay_from_one_day_to_the_next_and_some_move(year):
    stays = [len(set(ids(yesterday)) & set(ids(today))) for yesterday, today in pairwise(year.values())]

    assert all(25 <= stay <= 50 for stay in stays)
    assert 0.8 < sum(stays) / len(stays) / 50 < 0.96
    assert all(ids(yesterday) != ids(today) for yesterday, today in pairwise(year.values()))


def test_neighbours_swap_rather_than_songs_jump(year):
    moves = [
        abs(place - ids(yesterday).index(song_id))
        for yesterday, today in pairwise(year.values())
        for place, song_id in enumerate(ids(today))
        if song_id in ids(yesterday)
    ]

    assert 1 < sum(moves) / len(moves) < 5


def test_songs_stay_at_number_one_for_days(year):
    leaders = [songs[0].id for songs in year.values()]

    changes = sum(today != yesterday for yesterday, today in pairwise(leaders))

    assert 15 < changes < 120


def test_most_songs_debut_on_fridays(year):
    seen = set(ids(year[YEAR[0]]))
    debuts = dict.fromkeys(range(7), 0)
    for day in YEAR[1:]:
        new = set(ids(year[day])) - seen
        debuts[day.weekday()] += len(new)
        seen |= new

    assert debuts[4] > 0.4 * sum(debuts.values())


def test_no_song_is_on_a_chart_before_it_is_released(year):
    for day, songs in year.items():
        assert all(song.album.release_date <= day.isoformat() for song in songs)


def test_some_songs_come_back_after_a_month_away(year):
    days_of = {}
    for day, songs in year.items():
        for song in songs:
            days_of.setdefault(song.hit, []).append(day)

    month = dt.timedelta(30)
    returned = [hit for hit, days in days_of.items() if any(b - a > month for a, b in pairwise(days))]

    assert sum(isinstance(hit.curve, Rise) for hit in returned) >= 5
    assert sum(isinstance(hit.curve, Classic) for hit in returned) >= 1


def test_the_same_christmas_songs_return_each_december():
    last, this = (set(ids(chart_entries("global", dt.date(year, 12, 23)))) for year in (2024, 2025))
    summer = set(ids(chart_entries("global", dt.date(2025, 7, 1))))

    assert len(last & this) > 12
    assert len(last & this & summer) < 5


def test_a_country_shares_songs_with_global_and_has_its_own():
    charts = {chart: set(ids(songs)) for chart, songs in all_charts().items()}

    shared = {chart: len(songs & charts["global"]) for chart, songs in charts.items() if chart != "global"}

    assert all(1 <= count <= 45 for count in shared.values()), shared
    assert sum(shared.values()) / len(shared) > 8


def test_popularity_is_a_number_to_a_hundred_that_favours_the_top(year):
    songs = year[DAY]

    numbers = [popularity(song.hit, DAY) for song in songs]

    assert all(0 < number <= 100 for number in numbers)
    assert sum(numbers[:10]) > sum(numbers[-10:])
