"""A Spotify for a laptop: real HTTP, real shapes, invented charts, and failures on demand.

>>> with SpotifyStandIn(date="2026-11-22") as spotify:
...     spotify.fail("rate_limit", chart="global", times=1, retry_after=2)
...     # point spotipy at spotify.api_url and spotify.accounts_url
"""

from local_cloud.spotify.chart import chart_entries
from local_cloud.spotify.chart_csv import chart_csv, csv_name
from local_cloud.spotify.ids import own_playlist_id
from local_cloud.spotify.server import SpotifyStandIn
from local_cloud.spotify.settings import CREDENTIALS

__all__ = ["CREDENTIALS", "SpotifyStandIn", "chart_csv", "chart_entries", "csv_name", "own_playlist_id"]
