"""What can be set on the stand-in, and the checks that name a wrong setting."""

import csv
import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from importlib import resources
from typing import Any, Self

from local_cloud.spotify.errors import StandInError
from local_cloud.spotify.ids import is_id, own_playlist_id

APPS = ("extended", "development_old", "development_new")


def _shipped_charts() -> dict[str, dict[str, str]]:
    text = (resources.files("local_cloud.spotify") / "charts.csv").read_text(encoding="utf-8")
    return {row["chart"]: row for row in csv.DictReader(text.splitlines())}


_SHIPPED = _shipped_charts()
CHART_NAMES = {chart: row["name"] for chart, row in _SHIPPED.items()}


@dataclass(frozen=True)
class Settings:
    """How this Spotify behaves. The secrets open nothing but the stand-in itself.

    ``app`` is the class of developer app that asks (see access.py); ``date`` is the day it is, or None for
    today in UTC; ``page_size`` makes every page smaller than Spotify's, so that a chart of 50 needs several.
    """

    app: str = "extended"
    date: dt.date | None = None
    charts: Mapping[str, str] = field(default_factory=lambda: {c: r["playlist_id"] for c, r in _SHIPPED.items()})
    own_playlists: Mapping[str, str] = field(default_factory=lambda: {own_playlist_id(c): c for c in _SHIPPED})
    others_playlists: Mapping[str, str] = field(default_factory=dict)
    client_id: str = "stand-in-client"
    client_secret: str = "stand-in-secret"  # noqa: S105 - see above
    refresh_token: str = "stand-in-refresh-token"  # noqa: S105 - see above
    authorization_code: str = "stand-in-code"
    scopes: str = "playlist-read-private playlist-read-collaborative"
    user_consents: bool = True
    token_seconds: int = 3600
    latency_ms: int = 0
    page_size: int | None = None

    def changed(self, changes: Mapping[str, object]) -> Self:
        """Return these settings with some of them changed, or name the one that cannot be."""
        checked: dict[str, Any] = {name: _checked(name, value) for name, value in changes.items()}
        return replace(self, **checked)

    def as_json(self) -> dict[str, object]:
        """Return the settings as they are sent over HTTP."""
        return {**asdict(self), "date": self.date.isoformat() if self.date else None}

    def today(self) -> dt.date:
        """Return the day whose charts the playlists show."""
        return self.date or dt.datetime.now(dt.UTC).date()


_NAMES = [setting.name for setting in fields(Settings)]


def _checked(name: str, value: object) -> object:
    match name, value:
        case "app", str() if value in APPS:
            return value
        case "date", None | dt.date():
            return value
        case "date", str():
            return _day(value)
        case "charts", Mapping():
            return {chart: _playlist(name, chart, playlist_id) for chart, playlist_id in value.items()}
        case "own_playlists" | "others_playlists", Mapping():
            return {_playlist(name, chart, playlist_id): chart for playlist_id, chart in value.items()}
        case "client_id" | "client_secret" | "refresh_token" | "authorization_code" | "scopes", str() if value:
            return value
        case "token_seconds" | "latency_ms", int() if value >= 0:
            return value
        case "user_consents", bool():
            return value
        case "page_size", None:
            return value
        case "page_size", int() if value > 0:
            return value
    if name not in _NAMES:
        raise StandInError(f"unknown setting {name!r}; there are {', '.join(_NAMES)}")
    raise StandInError(f"setting {name!r} cannot be {value!r}")


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise StandInError(f"setting 'date' cannot be {text!r}: {error}") from error


def _playlist(name: str, chart: object, playlist_id: object) -> str:
    if chart not in CHART_NAMES:
        raise StandInError(f"setting {name!r} names an unknown chart {chart!r}")
    if not isinstance(playlist_id, str) or not is_id(playlist_id):
        raise StandInError(f"setting {name!r} needs playlist ids of 22 characters, not {playlist_id!r}")
    return playlist_id


# What a secret holds for an app that the stand-in knows unless told otherwise.
CREDENTIALS = {"client_id": Settings.client_id, "client_secret": Settings.client_secret}
