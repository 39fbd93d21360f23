"""Failures on demand that no test of the product meets: test_walls.py and test_connect.py meet the others."""

import time

import pytest
import requests

from local_cloud.spotify import own_playlist_id
from local_cloud.spotify.faults import NOT_ON_ALLOWLIST, PREMIUM_REQUIRED
from local_cloud.spotify.settings import StandInError

GLOBAL = "37i9dQZEVXbMDoHDwVN2tF"
GERMANY = "37i9dQZEVXbJiZcmkrIHGU"


@pytest.mark.parametrize("message", ["premium", "allowlist"])
def test_what_concerns_the_app_itself_is_refused_in_bare_words(spotify, message):
    spotify.fail("forbidden", path="/v1", message=message)

    answer = requests.get(f"{spotify.api_url}me", timeout=5)

    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.text in (PREMIUM_REQUIRED, NOT_ON_ALLOWLIST)


def test_a_slow_answer_is_right_once_it_comes(spotify, app_client):
    spotify.fail("slow", seconds=0.3)
    start = time.monotonic()

    items = app_client.playlist(GLOBAL)["tracks"]["items"]

    assert time.monotonic() - start >= 0.3
    assert len(items) == 50


def test_a_page_of_its_own_is_spoiled_as_the_one_in_the_playlist(spotify, app_client):
    spotify.fail("no_items", chart="global")
    spotify.fail("wrong_shape", where="contents", chart="de")

    assert "items" not in app_client.playlist_items(GLOBAL)
    assert isinstance(app_client.playlist_items(GERMANY), list)


def test_a_new_apps_chart_is_spoiled_under_its_own_key(spotify, user_client):
    spotify.configure(app="development_new")
    spotify.fail("withdrawn", positions=[1])

    first = user_client.playlist(own_playlist_id("global"))["items"]["items"][0]

    assert first["item"] is None


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        ({"kind": "meteor"}, "unknown fault 'meteor'"),
        ({"kind": "drop", "seconds": 3}, "no option 'seconds'"),
        ({"kind": "short", "missing": "all"}, "cannot be 'all'"),
        ({"kind": "wrong_shape", "where": "nowhere"}, "cannot be 'nowhere'"),
        ({"kind": "drop", "chart": "mars"}, "unknown chart 'mars'"),
        ({"kind": "drop", "endpoint": "albums"}, "unknown endpoint 'albums'"),
        ({"kind": "drop", "times": 0}, "positive number or None"),
    ],
)
def test_a_fault_that_does_not_exist_is_named(spotify, fault, problem):
    with pytest.raises(StandInError, match=problem):
        spotify.fail(**fault)
