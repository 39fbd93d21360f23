"""A stand-in of its own for each test, and spotipy pointed at it."""

import pytest
import requests
from spotipy import Spotify
from spotipy.cache_handler import MemoryCacheHandler
from spotipy.oauth2 import SpotifyClientCredentials, SpotifyOAuth

from local_cloud.spotify import SpotifyStandIn

SCOPES = "playlist-read-private playlist-read-collaborative"


@pytest.fixture
def spotify():
    """A stand-in on a fixed day."""
    with SpotifyStandIn(date="2026-11-22") as stand_in:
        yield stand_in


@pytest.fixture
def app_client(spotify):
    """Spotipy with client credentials."""
    auth = SpotifyClientCredentials("stand-in-client", "stand-in-secret", cache_handler=MemoryCacheHandler())
    with requests.Session() as session:
        yield _pointed_at(spotify, auth, session)


@pytest.fixture
def user_client(spotify):
    """Spotipy with a listener's refresh token."""
    consent = {"access_token": "", "refresh_token": "stand-in-refresh-token", "expires_at": 0, "scope": SCOPES}
    auth = SpotifyOAuth(
        "stand-in-client",
        "stand-in-secret",
        "http://127.0.0.1:9/callback",
        scope=SCOPES,
        open_browser=False,
        cache_handler=MemoryCacheHandler(consent),
    )
    with requests.Session() as session:
        yield _pointed_at(spotify, auth, session)


def _pointed_at(spotify, auth, session):
    auth.OAUTH_TOKEN_URL = f"{spotify.accounts_url}/api/token"
    client = Spotify(auth_manager=auth, requests_session=session)
    client.prefix = spotify.api_url
    return client
