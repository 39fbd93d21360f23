"""What the views answer on small charts, each answer worked out by hand: first to last day are 1 to n January."""

import pytest
from hand_made_lake import hand_made_lake, one_chart

D1, D2, D3, D4, D5, D6 = (f"2026-01-0{day}" for day in range(1, 7))


@pytest.fixture(scope="module")
def lake():
    with hand_made_lake() as lake:
        yield lake


# chart_movement


def movements(lake, day):
    return lake.rows(
        "SELECT position, movement, previous_position, places, previous_date FROM chart_movement"
        f" WHERE chart = 'global' AND chart_date = '{day}' ORDER BY position"
    )


def test_a_song_moves_up_down_or_stays_against_the_day_before(lake):
    lake.fill(one_chart("a b c d", "b a c d"))

    assert movements(lake, D2) == [
        (1, "up", 2, 1, D1),
        (2, "down", 1, -1, D1),
        (3, "same", 3, 0, D1),
        (4, "same", 4, 0, D1),
    ]


def test_all_is_new_on_the_first_recorded_date_and_nothing_is_before(lake):
    lake.fill(one_chart("a b"))

    assert movements(lake, D1) == [(1, "new", None, None, None), (2, "new", None, None, None)]


def test_a_song_that_was_never_there_is_new_and_one_that_was_away_a_re_entry(lake):
    lake.fill(one_chart("a b", "b c", "a d"))

    assert movements(lake, D3) == [(1, "re-entry", None, None, D2), (2, "new", None, None, D2)]


def test_after_a_missing_date_the_previous_one_is_the_last_that_was_recorded(lake):
    lake.fill(one_chart("a b", None, None, "b a"))

    assert movements(lake, D4) == [(1, "up", 2, 1, D1), (2, "down", 1, -1, D1)]


def test_after_a_date_without_any_song_all_that_were_there_before_re_enter(lake):
    lake.fill(one_chart("a b", "- -", "b c"))

    assert movements(lake, D2) == []
    assert movements(lake, D3) == [(1, "re-entry", None, None, D2), (2, "new", None, None, D2)]


def test_an_empty_position_moves_nobody(lake):
    lake.fill(one_chart("a b c", "a - c"))

    assert movements(lake, D2) == [(1, "same", 1, 0, D1), (3, "same", 3, 0, D1)]


def test_charts_know_nothing_of_each_other(lake):
    lake.fill({D1: {"global": "a b", "us": "b"}, D2: {"global": "b a"}, D3: {"us": "a b"}})

    assert lake.rows(
        "SELECT position, movement, previous_date FROM chart_movement WHERE chart = 'us' ORDER BY chart_date, 1"
    ) == [
        (1, "new", None),
        (1, "new", D1),
        (2, "down", D1),
    ]


def test_a_song_that_stands_twice_is_compared_with_its_better_position(lake):
    lake.fill(one_chart("a b a", "b a c a"))

    assert movements(lake, D2) == [
        (1, "up", 2, 1, D1),
        (2, "down", 1, -1, D1),
        (3, "new", None, None, D1),
        (4, "down", 1, -3, D1),
    ]


# chart_latest


def test_the_latest_chart_is_each_ones_own_newest_date(lake):
    lake.fill({D1: {"global": "a", "us": "b c"}, D2: {"global": "c a"}})

    assert lake.rows("SELECT chart, chart_date, position, song_id, movement FROM chart_latest ORDER BY 1, 3") == [
        ("global", D2, 1, "c", "new"),
        ("global", D2, 2, "a", "down"),
        ("us", D1, 1, "b", "new"),
        ("us", D1, 2, "c", "new"),
    ]


def test_the_latest_chart_names_and_links_what_is_on_it(lake):
    lake.fill(
        one_chart("a"),
        songs={"a": {"artists": "Y X", "album_id": "L", "explicit": True}},
        albums={"L": {"name": "Long", "release_day": None}},
    )

    assert lake.rows("SELECT song, artists, album, release_day, explicit, song_url, image_url FROM chart_latest") == [
        ("Song a", "Artist Y, Artist X", "Long", None, True, "https://song/a", "https://image/L")
    ]


def test_a_song_without_an_album_is_on_the_latest_chart_too(lake):
    lake.fill(one_chart("a"), songs={"a": {"album_id": None}})

    assert lake.rows("SELECT position, song, album FROM chart_latest") == [(1, "Song a", None)]


def test_a_song_whose_artists_have_no_rows_shows_the_credit_as_printed(lake):
    bare = {"artists": "", "album_id": None, "credited_artists": "Ana, Tyler, The Creator", "label": "Loud"}
    linked = {"credited_artists": "As printed"}
    lake.fill(one_chart("a b"), songs={"a": bare, "b": linked})

    credits = [("Song a", "Ana, Tyler, The Creator"), ("Song b", "Artist b-artist")]
    assert lake.rows("SELECT song, artists FROM chart_latest ORDER BY position") == credits
    assert lake.rows("SELECT song, artists FROM song_run ORDER BY song") == credits
    assert lake.rows("SELECT label FROM chart_latest ORDER BY position") == [("Loud",), (None,)]


def test_the_latest_chart_shows_names_and_albums_of_its_own_date(lake):
    lake.fill(
        one_chart("a", "a"),
        songs={("a", D2): {"album_id": "reissue"}},
        artists={("a-artist", D2): {"name": "Renamed"}},
    )

    assert lake.rows("SELECT artists, album FROM chart_latest") == [("Renamed", "Album reissue")]


def test_a_chart_that_is_empty_today_has_no_rows_in_the_latest(lake):
    lake.fill({D1: {"global": "a", "us": "a"}, D2: {"global": "-", "us": "a"}})

    assert lake.rows("SELECT chart, position FROM chart_latest") == [("us", 1)]


# song_run


def runs(lake, columns):
    return lake.rows(f"SELECT song_id, {columns} FROM song_run WHERE chart = 'global' ORDER BY song_id")


def test_a_run_counts_days_stays_and_the_longest_stay(lake):
    # a: 1 and 2, then 4 to 6. b: 3 alone. c: every day.
    lake.fill(one_chart("a c", "a c", "b c", "c a", "c a", "c a"))

    assert runs(lake, "first_date, last_date, days_on_chart, entries, longest_run") == [
        ("a", D1, D6, 5, 2, 3),
        ("b", D3, D3, 1, 1, 1),
        ("c", D1, D6, 6, 1, 6),
    ]


def test_a_missing_date_neither_counts_nor_ends_a_stay(lake):
    lake.fill(one_chart("a", None, "a", None, "a"))

    assert runs(lake, "first_date, last_date, days_on_chart, entries, longest_run") == [("a", D1, D5, 3, 1, 3)]


def test_a_date_without_any_song_ends_every_stay(lake):
    lake.fill(one_chart("a", "-", "a"))

    assert runs(lake, "days_on_chart, entries, longest_run") == [("a", 2, 2, 1)]


def test_the_peak_is_the_best_position_and_its_days_are_counted_wherever_they_lie(lake):
    lake.fill(one_chart("a b", "b a", "a b"))

    assert runs(lake, "peak_position, days_at_peak") == [("a", 1, 2), ("b", 1, 1)]


def test_a_song_that_stands_twice_on_a_date_was_there_one_day(lake):
    lake.fill(one_chart("b a a", "b c a"))

    assert runs(lake, "days_on_chart, entries, peak_position, days_at_peak") == [
        ("a", 2, 1, 2, 1),
        ("b", 2, 1, 1, 2),
        ("c", 1, 1, 2, 1),
    ]


def test_a_run_has_the_newest_known_names_even_those_learned_from_another_song(lake):
    lake.fill(
        one_chart("a", "b"),
        songs={"a": {"artists": "X Y"}, "b": {"artists": "X"}},
        artists={("X", D2): {"name": "Renamed"}},
    )

    assert runs(lake, "song, artists") == [("a", "Song a", "Renamed, Artist Y"), ("b", "Song b", "Renamed")]


def test_a_song_runs_on_each_chart_by_itself(lake):
    lake.fill({D1: {"global": "a b", "us": "b a"}, D2: {"us": "a"}})

    assert lake.rows("SELECT chart, days_on_chart, peak_position FROM song_run WHERE song_id = 'a' ORDER BY 1") == [
        ("global", 1, 1),
        ("us", 2, 1),
    ]


# artist_presence


def presence(lake, day=D1):
    return lake.rows(
        "SELECT artist_id, artist, songs, as_main, as_featured, best_position FROM artist_presence"
        f" WHERE chart = 'global' AND chart_date = '{day}' ORDER BY artist_id"
    )


def test_an_artist_is_counted_as_main_and_as_featured(lake):
    lake.fill(one_chart("a b c"), songs={"a": {"artists": "X Y"}, "b": {"artists": "Y X"}, "c": {"artists": "Y"}})

    assert presence(lake) == [("X", "Artist X", 2, 1, 1, 1), ("Y", "Artist Y", 3, 2, 1, 1)]


def test_a_renamed_artist_has_on_each_date_the_name_of_that_date(lake):
    lake.fill(one_chart("a", "a"), songs={"a": {"artists": "X"}}, artists={("X", D2): {"name": "Renamed"}})

    assert presence(lake, D1) == [("X", "Artist X", 1, 1, 0, 1)]
    assert presence(lake, D2) == [("X", "Renamed", 1, 1, 0, 1)]


def test_a_song_that_stands_twice_is_one_song_of_its_artist(lake):
    lake.fill(one_chart("b a a"), songs={"a": {"artists": "X"}, "b": {"artists": "Y"}})

    assert presence(lake) == [("X", "Artist X", 1, 1, 0, 2), ("Y", "Artist Y", 1, 1, 0, 1)]


# chart_overlap


def overlap(lake):
    return lake.rows(
        "SELECT chart_date, chart, other_chart, songs_in_common, share FROM chart_overlap ORDER BY 1, 2, 3"
    )


def test_the_share_is_that_of_the_first_charts_songs(lake):
    lake.fill({D1: {"global": "a b c d", "us": "b a"}})

    assert overlap(lake) == [(D1, "global", "us", 2, 0.5), (D1, "us", "global", 2, 1.0)]


def test_charts_with_nothing_in_common_and_an_empty_chart_are_there(lake):
    lake.fill({D1: {"global": "a", "jp": "b", "us": "-"}})

    assert overlap(lake) == [
        (D1, "global", "jp", 0, 0.0),
        (D1, "global", "us", 0, 0.0),
        (D1, "jp", "global", 0, 0.0),
        (D1, "jp", "us", 0, 0.0),
        (D1, "us", "global", 0, None),
        (D1, "us", "jp", 0, None),
    ]


def test_only_charts_of_one_date_are_compared(lake):
    lake.fill({D1: {"global": "a"}, D2: {"us": "a"}, D3: {"global": "a b", "us": "b b a a"}})

    assert overlap(lake) == [(D3, "global", "us", 2, 1.0), (D3, "us", "global", 2, 1.0)]


# song_latest, artist_latest, album_latest


def test_the_latest_row_of_a_song_an_artist_and_an_album_is_that_of_its_newest_date(lake):
    lake.fill(
        one_chart("a b", "a", None, "b"),
        songs={("a", D2): {"album_id": "reissue", "name": "Song a (Deluxe)"}},
        artists={("b-artist", D4): {"name": "Renamed"}},
        albums={("b-album", D1): {"name": "Working title"}},
    )

    assert lake.rows("SELECT song_id, name, album_id, chart_date FROM song_latest ORDER BY 1") == [
        ("a", "Song a (Deluxe)", "reissue", D2),
        ("b", "Song b", "b-album", D4),
    ]
    assert lake.rows("SELECT artist_id, name, chart_date FROM artist_latest ORDER BY 1") == [
        ("a-artist", "Artist a-artist", D2),
        ("b-artist", "Renamed", D4),
    ]
    assert lake.rows("SELECT album_id, name, chart_date FROM album_latest ORDER BY 1") == [
        ("a-album", "Album a-album", D1),
        ("b-album", "Album b-album", D4),
        ("reissue", "Album reissue", D2),
    ]


@pytest.mark.parametrize(
    "view", ["chart_latest", "chart_movement", "song_run", "artist_presence", "chart_overlap", "song_latest"]
)
def test_a_lake_of_one_empty_chart_has_no_answers_and_no_errors(lake, view):
    lake.fill(one_chart("-"))

    assert lake.rows(f"SELECT * FROM {view}") == []
