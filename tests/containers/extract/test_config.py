import pytest

from chart_extract.config import Config
from chart_extract.errors import ConfigError

ENV = {"DATA_BUCKET": "charts", "CHARTS": "global", "SPOTIFY_SECRET_ID": "spotify"}


def test_without_further_settings_the_real_spotify_is_asked():
    config = Config.from_env(ENV | {"SPOTIFY_API_URL": "", "SPOTIFY_ACCOUNTS_URL": ""})

    assert config.spotify_api_url == "https://api.spotify.com/v1/"
    assert config.spotify_accounts_url == "https://accounts.spotify.com"


def test_addresses_work_with_and_without_a_slash_at_the_end():
    config = Config.from_env(
        ENV | {"SPOTIFY_API_URL": "http://stand-in:8080/v1", "SPOTIFY_ACCOUNTS_URL": "http://stand-in:8080/"}
    )

    assert config.spotify_api_url == "http://stand-in:8080/v1/"
    assert config.spotify_accounts_url == "http://stand-in:8080"


def test_of_a_csv_fifty_places_count_or_as_many_as_are_set():
    assert Config.from_env(ENV | {"CHART_SIZE": ""}).chart_size == 50
    assert Config.from_env(ENV | {"CHART_SIZE": "200"}).chart_size == 200


@pytest.mark.parametrize("size", ["0", "-1", "many", "1.5"])
def test_a_chart_without_places_is_refused(size):
    with pytest.raises(ConfigError, match="CHART_SIZE"):
        Config.from_env(ENV | {"CHART_SIZE": size})


def test_tracks_of_csvs_are_looked_up_unless_the_setting_says_no():
    found = [Config.from_env(ENV | {"LOOK_UP_CSV_TRACKS": it}).look_up_csv_tracks for it in ("", "yes", "no")]

    assert found == [True, True, False]
    with pytest.raises(ConfigError, match="'maybe' is neither yes nor no"):
        Config.from_env(ENV | {"LOOK_UP_CSV_TRACKS": "maybe"})


@pytest.mark.parametrize("name", ["SPOTIFY_API_URL", "SPOTIFY_ACCOUNTS_URL"])
@pytest.mark.parametrize("url", ["api.spotify.com/v1/", "ftp://api.spotify.com", "https://", "http:///v1"])
def test_an_address_that_spotipy_would_silently_not_use_is_refused(name, url):
    with pytest.raises(ConfigError, match=name):
        Config.from_env(ENV | {name: url})
