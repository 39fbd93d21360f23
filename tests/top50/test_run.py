"""``top50 run``: the real Spotify's charts into a lake of their own; here a stand-in answers for Spotify."""

import pytest
from newcomer import ROOT

from local_cloud.spotify import SpotifyStandIn, own_playlist_id


def test_without_credentials_it_says_what_to_do(top50):
    finished = top50("run")

    assert finished.exit_code == 1
    assert "SPOTIFY_CLIENT_ID, SPOTIFY_CLIENT_SECRET" in finished.stderr
    assert "https://developer.spotify.com/dashboard" in finished.stderr


@pytest.fixture
def run(top50, monkeypatch):
    """Run it against a stand-in for an app of this kind."""

    def run(app, **settings):
        with SpotifyStandIn(app=app) as spotify:
            addresses = {"SPOTIFY_API_URL": spotify.api_url, "SPOTIFY_ACCOUNTS_URL": spotify.accounts_url}
            secret = {"SPOTIFY_CLIENT_ID": "stand-in-client", "SPOTIFY_CLIENT_SECRET": "stand-in-secret"}
            for name, value in (addresses | secret | settings).items():
                monkeypatch.setenv(name, value)
            return top50("run")

    return run


@pytest.mark.full
def test_a_playlist_of_ones_own_comes_through_the_pipeline(run):
    playlist = f"mine={own_playlist_id('global')}"

    finished = run("development_new", SPOTIFY_REFRESH_TOKEN="stand-in-refresh-token", CHARTS=playlist)

    assert finished.exit_code == 0, finished.stderr
    assert "50 chart_entry" in finished.stdout
    assert "; 1 date\n" in finished.stdout


def test_without_any_playlist_it_makes_the_lake_for_csvs_and_needs_no_credentials(top50, newcomer, monkeypatch):
    monkeypatch.setenv("CHARTS", "none")

    finished = top50("run")

    assert finished.exit_code == 0, finished.stderr
    assert "To add a chart's CSV: top50 add-csv" in finished.stdout
    assert (newcomer / "last").read_text() == "run"


def test_it_names_the_wall_that_it_hit_and_never_a_secret(run):
    finished = run("development_old", CHARTS="global")

    assert finished.exit_code == 1
    told = finished.stderr.splitlines()[1]
    assert "37i9dQZEVXbMDoHDwVN2tF" in told
    assert told in (ROOT / "docs" / "spotify.md").read_text()
    assert "stand-in-secret" not in finished.output
