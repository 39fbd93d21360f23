"""The Lambda's settings. The Spotify secret is not one of them: it is read when needed and never stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from chart_extract.charts import Chart, parse_charts
from chart_extract.errors import ConfigError

REQUIRED = ("DATA_BUCKET", "CHARTS", "SPOTIFY_SECRET_ID")


@dataclass(frozen=True)
class Config:
    """What to read, where from, and where to store it."""

    data_bucket: str
    charts: tuple[Chart, ...]
    spotify_secret_id: str
    spotify_api_url: str
    spotify_accounts_url: str
    chart_size: int = 50
    look_up_csv_tracks: bool = True

    @classmethod
    def from_env(cls, env: Mapping[str, str], required: Sequence[str] = REQUIRED) -> Self:
        """Build the settings, or say what is missing; on a laptop fewer are ``required``."""
        missing = [name for name in required if not env.get(name, "").strip()]
        if missing:
            raise ConfigError(f"set these environment variables: {', '.join(missing)}")
        return cls(
            data_bucket=env.get("DATA_BUCKET", "").strip(),
            charts=parse_charts(env["CHARTS"]),
            spotify_secret_id=env.get("SPOTIFY_SECRET_ID", "").strip(),
            spotify_api_url=_url(env, "SPOTIFY_API_URL", "https://api.spotify.com/v1") + "/",
            spotify_accounts_url=_url(env, "SPOTIFY_ACCOUNTS_URL", "https://accounts.spotify.com"),
            chart_size=_size(env.get("CHART_SIZE", "").strip() or "50"),
            look_up_csv_tracks=_yes(env.get("LOOK_UP_CSV_TRACKS", "").strip() or "yes"),
        )


def _size(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ConfigError(f"CHART_SIZE: {text!r} is not a number of positions, 1 or more")
    return int(text)


def _yes(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ConfigError(f"LOOK_UP_CSV_TRACKS: {text!r} is neither yes nor no")
    return text == "yes"


def _url(env: Mapping[str, str], name: str, default: str) -> str:
    # The template sends an empty value for "not set".
    url = env.get(name, "").strip() or default
    parts = urlsplit(url)
    # With an address that it cannot use, spotipy returns None instead of raising.
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigError(f"{name}: {url!r} is not an address like {default}")
    return url.rstrip("/")
