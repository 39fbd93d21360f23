import re

import pytest

from chart_extract.charts import Chart, known_charts, parse_charts
from chart_extract.errors import ConfigError

ID = "37i9dQZEVXbMDoHDwVN2tF"
OWN = "2vW0bRnTzJmYcKqXsDpLaE"


@pytest.mark.parametrize(
    "playlist",
    [
        ID,
        f"spotify:playlist:{ID}",
        f"spotify:user:me:playlist:{ID}",
        f"https://open.spotify.com/playlist/{ID}",
        f"https://open.spotify.com/playlist/{ID}?si=0123abc=",
        f"https://open.spotify.com/intl-de/playlist/{ID}",
        f"http://open.spotify.com/user/me/playlist/{ID}/",
    ],
)
def test_a_playlist_is_named_by_id_uri_or_url(playlist):
    assert parse_charts(f"mine={playlist}") == (Chart("mine", ID),)


def test_names_known_to_the_package_need_no_playlist():
    assert parse_charts(f" global , us={OWN} ,") == (Chart("global", ID), Chart("us", OWN))


def test_a_name_has_at_most_the_64_characters_that_the_transform_takes():
    assert parse_charts(f"{'a' * 64}={OWN}") == (Chart("a" * 64, OWN),)


def test_all_means_every_chart_in_the_csv_and_can_be_added_to():
    charts = parse_charts(f"all,mine={OWN}")

    assert len(charts) == 75
    assert charts[0] == Chart("global", ID)
    assert charts[-1] == Chart("mine", OWN)


def test_the_csv_holds_names_fit_for_keys_and_no_playlist_twice():
    known = known_charts()

    assert all(re.fullmatch(r"[a-z0-9-]+", name) for name in known)
    assert all(re.fullmatch(r"[0-9A-Za-z]{22}", playlist) for playlist in known.values())
    assert len(set(known.values())) == len(known) == 74


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ("narnia", "narnia is not in charts.csv"),
        (f"global,us,global={OWN}", "more than once: global"),
        ("all,us", "more than once: us"),
        ("Top 50=abc", "'Top 50'"),
        ("top.50=abc", "'top.50'"),
        (f"{'a' * 65}=abc", "at most 64"),
        ("=abc", "''"),
        ("https://open.spotify.com/playlist/abc?si=1", "write name=playlist"),
        ("mine=", "''"),
        ("mine=spotify:album:abc", "'spotify:album:abc'"),
        ("mine=a/b", "'a/b'"),
        ("mine=nonsense", "mine='nonsense' is not a playlist id (22 letters and digits), URI or URL"),
        (f"mine=https://open.spotify.com/playlist/{ID[:-1]}", "is not a playlist id"),
        (" , ", "CHARTS names no chart"),
    ],
)
def test_a_wrong_chart_is_named(setting, named):
    with pytest.raises(ConfigError, match=re.escape(named)):
        parse_charts(setting)


def test_none_is_for_who_has_csvs_only():
    assert parse_charts(" none ") == ()
