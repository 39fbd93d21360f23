"""What each question of deploy/queries answers on small charts, each answer worked out by hand."""

import datetime
from pathlib import Path

import pytest
from hand_made_lake import hand_made_lake, one_chart

QUERIES = Path(__file__).parents[2] / "deploy" / "queries"
D1, D2, D3, D4, D5 = (f"2026-01-0{day}" for day in range(1, 6))


@pytest.fixture(scope="module")
def lake():
    with hand_made_lake() as lake:
        yield lake


@pytest.fixture
def answer(lake):
    """The rows of a question, by its file's name; ``columns`` names some of them."""

    def answer(name, columns=None):
        return lake.rows(QUERIES.joinpath(f"{name}.sql").read_text(), columns)

    return answer


def test_a_lake_of_empty_charts_has_no_songs_to_name(lake, answer):
    lake.fill({D1: {"global": "-", "us": "-"}, D2: {"global": "- -"}})

    answers = {path.stem: answer(path.stem) for path in QUERIES.iterdir()}

    assert {name: rows for name, rows in answers.items() if rows} == {"debuts_by_month": [("2026-01", 1, 0, 0, None)]}


def test_biggest_movers_compares_with_the_last_date_at_least_seven_days_before(lake, answer):
    # Back from the 10th: the 3rd was not recorded, the 2nd was.
    charts = {"2026-01-02": "a b c d", "2026-01-04": "d c b a", "2026-01-10": "d b a e"}
    lake.fill({day: {"global": songs} for day, songs in charts.items()})

    # d from 4 to 1, a from 1 to 3; b stayed, c went, e is new.
    assert answer("biggest_movers_this_week", "places, position, position_before, date_before, song") == [
        (3, 1, 4, "2026-01-02", "Song d"),
        (-2, 3, 1, "2026-01-02", "Song a"),
    ]


def test_biggest_movers_with_equal_moves_come_in_the_order_of_the_chart(lake, answer):
    lake.fill({"2026-01-01": {"global": "a b c d"}, "2026-01-08": {"global": "b a d c"}})

    assert answer("biggest_movers_this_week", "places, song") == [
        (1, "Song b"),
        (-1, "Song a"),
        (1, "Song d"),
        (-1, "Song c"),
    ]


def test_biggest_movers_of_a_chart_younger_than_a_week_are_none(lake, answer):
    lake.fill({"2026-01-01": {"global": "a b"}, "2026-01-07": {"global": "b a"}})

    assert answer("biggest_movers_this_week") == []


def test_places_of_labels_are_counted_by_day_and_songs_without_a_label_do_not_count(lake, answer):
    labels = {"a": {"label": "Loud"}, "b": {"label": "Soft"}, "c": {"label": "Loud"}}
    lake.fill({D1: {"global-daily": "b a c d", "us-daily": "a"}, D2: {"global-daily": "a d"}}, songs=labels)

    assert answer("label_places", "chart_date, label, places, best_position") == [
        (D2, "Loud", 1, 1),
        (D1, "Loud", 2, 2),
        (D1, "Soft", 1, 1),
    ]


def test_longest_at_number_one_counts_days_in_one_go_or_not_and_shares_ranks(lake, answer):
    # a: 1 and 3; b: 2; c: 5. The 4th is missing.
    lake.fill(one_chart("a b", "b a", "a b", None, "c a"))

    assert answer("longest_at_number_one", "place, days_at_number_one, song, first_date, last_date") == [
        (1, 2, "Song a", D1, D5),
        (2, 1, "Song b", D1, D3),
        (2, 1, "Song c", D5, D5),
    ]


def test_debuts_by_month_leave_out_the_first_date_and_re_entries(lake, answer):
    lake.fill(
        {
            "2026-01-30": {"global": "a b"},
            "2026-01-31": {"global": "c a"},
            "2026-02-01": {"global": "a b x1 x2 x3 x4 x5 x6 x7 x8 d"},
            "2026-03-01": {"global": "a b"},
        }
    )

    # January: c at 1. February: eight x from 3 on, and d at 11. March: nobody, b and a were there before.
    assert answer("debuts_by_month") == [
        ("2026-01", 1, 1, 1, 1),
        ("2026-02", 1, 9, 8, 3),
        ("2026-03", 1, 0, 0, None),
    ]


def test_one_day_wonders_leave_out_what_may_have_been_before_or_may_be_tomorrow(lake, answer):
    # b only on the first date, e only on the newest; c on one day; d on two, with a gap.
    lake.fill(one_chart("a b", "d c", "a f", "d a", "a e"))

    assert answer("one_day_wonders") == [
        (D2, 2, "Song c", "Artist c-artist"),
        (D3, 2, "Song f", "Artist f-artist"),
    ]


def test_countries_ahead_counts_only_songs_whose_first_day_was_seen_on_both(lake, answer):
    lake.fill(
        {
            D1: {"global": "a", "us": "b", "jp": "a"},
            D2: {"global": "a", "us": "c d", "jp": "e"},
            D3: {"global": "b e", "us": "c", "jp": "c"},
            D4: {"global": "c", "us": "e", "jp": "c d"},
            D5: {"global": "d", "us": "e", "jp": "d"},
        }
    )

    # us: b was there on its first date. c 2 days before, d 3 before, e 1 after: on average 4/3.
    # jp: a was there on both first dates. e 1 before, c 1 before, d 1 before.
    assert answer("countries_ahead_of_global") == [("us", 1.3, 3, 2, 0, 1), ("jp", 1.0, 3, 3, 0, 0)]


def test_countries_ahead_compares_each_csv_with_globals_of_its_kind(lake, answer):
    lake.fill(
        {
            D1: {"global-daily": "a", "us-daily": "b", "us-weekly": "b"},
            D2: {"global-daily": "a", "us-daily": "c", "us-weekly": "c"},
            D3: {"global-daily": "c", "us-daily": "c", "us-weekly": "c"},
        }
    )

    # c a day before. There is no global-weekly, and global-daily is not ahead of itself.
    assert answer("countries_ahead_of_global") == [("us-daily", 1.0, 1, 1, 0, 0)]


def test_artist_pairs_count_each_song_once_under_the_newest_names(lake, answer):
    lake.fill(
        {D1: {"global": "a b", "us": "a"}, D2: {"global": "a c"}},
        songs={"a": {"artists": "X Y"}, "b": {"artists": "Y X Z"}, "c": {"artists": "X"}},
        artists={("X", D2): {"name": "Renamed"}},
    )

    assert answer("artist_pairs") == [
        (2, "Renamed", "Artist Y", "Song a / Song b"),
        (1, "Artist Y", "Artist Z", "Song b"),
        (1, "Renamed", "Artist Z", "Song b"),
    ]


def test_the_explicit_share_leaves_out_what_is_not_known(lake, answer):
    lake.fill({D1: {"global": "a b c d", "us": "d"}}, songs={"a": {"explicit": True}, "d": {"explicit": None}})

    assert answer("explicit_share") == [("global", D1, 1, 2, 1, 0.33), ("us", D1, 0, 0, 1, None)]


def test_song_age_puts_a_rough_date_in_a_group_only_if_it_must_lie_there(lake, answer):
    def album(day, precision):
        return {"release_day": datetime.date.fromisoformat(day) if day else None, "release_date_precision": precision}

    observed = "2026-03-20"
    albums = {
        "a-album": album("2026-03-13", "day"),  # 7 days
        "b-album": album("2026-03-25", "day"),  # to come
        "c-album": album("2026-02-17", "day"),  # 31 days
        "d-album": album("2026-02-16", "day"),  # 32 days
        "e-album": album("2026-02-01", "month"),  # 20 to 47 days: two groups
        "f-album": album("2025-12-01", "month"),  # 79 to 109 days
        "g-album": album("2025-01-01", "year"),  # 79 to 443 days: two groups
        "h-album": album("2024-01-01", "year"),  # 444 to 809 days
        "i-album": album("1999-01-01", "year"),
        "j-album": album(None, "year"),
    }
    lake.fill({observed: {"global": "a b c d e f g h i j"}}, albums=albums)

    assert answer("song_age") == [
        ("global", "up to a week", 2),
        ("global", "up to a month", 1),
        ("global", "up to a year", 2),
        ("global", "up to five years", 1),
        ("global", "older", 1),
        ("global", "date too rough to tell", 2),
        ("global", "no release date", 1),
    ]


def test_album_or_single_counts_by_type_and_a_song_without_album_is_not_known(lake, answer):
    lake.fill(
        {D1: {"global": "a b c", "us": "c"}},
        songs={"b": {"album_id": "L"}, "a": {"album_id": "L"}, "c": {"album_id": None}},
        albums={"L": {"album_type": "album"}},
    )

    assert answer("album_or_single") == [
        ("global", "album", 2, 0.67, 1),
        ("global", "not known", 1, 0.33, 3),
        ("us", "not known", 1, 1.0, 1),
    ]


def test_songs_in_most_countries_leaves_out_global_and_charts_not_of_today(lake, answer):
    lake.fill(
        {
            D1: {"global": "a", "us": "a b", "jp": "b", "de": "b a"},
            D2: {"global": "a", "us": "a b", "jp": "b a c"},
        }
    )

    # Germany was not recorded today. a and b: two countries and one number one each, then by name.
    assert answer("songs_in_most_countries", "countries, number_ones, best_position, song") == [
        (2, 1, 1, "Song a"),
        (2, 1, 1, "Song b"),
        (1, 0, 3, "Song c"),
    ]


def test_songs_in_most_countries_counts_a_country_once_however_many_charts_it_has(lake, answer):
    lake.fill({D1: {"global-daily": "a", "us": "a b", "us-daily": "a b", "us-viral": "b a", "jp-daily": "b"}})

    assert answer("songs_in_most_countries", "countries, number_ones, best_position, song") == [
        (2, 2, 1, "Song b"),
        (1, 1, 1, "Song a"),
    ]


def test_comebacks_count_the_days_since_a_song_was_last_there(lake, answer):
    # The 3rd was not recorded: nobody left on that day.
    lake.fill(one_chart("a b c", "c", None, "c a", "b a"))

    assert answer("comebacks") == [(4, D1, D5, 1, "Song b"), (3, D1, D4, 2, "Song a")]


def test_the_longest_stay_is_in_one_go_and_says_whether_it_may_go_on(lake, answer):
    # a: three in one go, b: two and one, c: two.
    lake.fill(one_chart("a b", "a b", "a c", "b c"))

    assert answer("longest_stays", "longest_run, days_on_chart, entries, still_there, song") == [
        (3, 3, 1, False, "Song a"),
        (2, 3, 2, True, "Song b"),
        (2, 2, 1, True, "Song c"),
    ]


def test_most_songs_at_once_names_the_first_such_day_and_the_newest_name(lake, answer):
    lake.fill(
        one_chart("a b c", "b a c", "c"),
        songs={"a": {"artists": "X"}, "b": {"artists": "Y X"}, "c": {"artists": "Y"}},
        artists={("Y", D3): {"name": "Renamed"}},
    )

    assert answer("most_songs_at_once") == [
        (2, "Artist X", D1, 1, 1, 1),
        (2, "Renamed", D1, 2, 0, 2),
    ]


def test_the_charts_most_alike_are_those_of_the_newest_date(lake, answer):
    lake.fill({D1: {"global": "a", "us": "a"}, D2: {"global": "a b c", "us": "d", "jp": "c a", "de": "a c e"}})

    assert answer("charts_most_alike") == [
        ("de", 2, 0.67, D2),
        ("jp", 2, 0.67, D2),
        ("us", 0, 0.0, D2),
    ]


def test_a_chart_is_not_told_to_be_like_its_own_daily_and_weekly_one(lake, answer):
    lake.fill({D1: {"global": "a b", "global-daily": "a b", "global-viral": "a b", "us-daily": "a"}})

    assert answer("charts_most_alike") == [("us-daily", 1, 0.5, D1)]
