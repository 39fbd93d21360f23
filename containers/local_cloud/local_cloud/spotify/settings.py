"""What can be set on the stand-in, and the checks that name a wrong setting."""

import csv
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib import resources
from typing import Any, Self

from local_cloud.spotify.ids import is_id, own_playlist_id


class StandInError(ValueError):
    """A control call asks for a setting or a fault that is not there, or gives a value that it cannot take."""


APPS = ("extended", "development_old", "development_new")


_CSV = resources.files("local_cloud.spotify") / "charts.csv"
_SHIPPED = {row["chart"]: row for row in csv.DictReader(_CSV.read_text(encoding="utf-8").splitlines())}
CHART_NAMES = {chart: row["name"] for chart, row in _SHIPPED.items()}


@dataclass(frozen=True)
class Settings:
    """How this Spotify behaves. The secrets open nothing but the stand-in itself.

    ``app`` is the class of developer app that asks (see access.py); ``date`` is the day it is, or None for
    today in UTC; ``page_size`` makes a playlist's pages smaller than Spotify's, so that a chart of 50 needs several.
    """

    app: str = "extended"
    date: dt.date | None = None
    charts: Mapping[str, str] = field(default_factory=lambda: {c: r["playlist_id"] for c, r in _SHIPPED.items()})
    own_playlists: Mapping[str, str] = field(default_factory=lambda: {own_playlist_id(c): c for c in _SHIPPED})
    others_playlists: Mapping[str, str] = field(default_factory=dict)
    client_id: str = "stand-in-client"
    client_secret: str = "stand-in-secret"  # noqa: S105 - see above
    refresh_token: str = "stand-in-refresh-token"  # noqa: S105 - see above
    scopes: str = "playlist-read-private playlist-read-collaborative"
    user_consents: bool = True
    latency_ms: int = 0
    page_size: int | None = None

    def changed(self, changes: Mapping[str, object]) -> Self:
        """Return these settings with some of them changed, or name the one that cannot be."""
        checked: dict[str, Any] = {name: _checked(name, value) for name, value in changes.items()}
        return replace(self, **checked)

    def today(self) -> dt.date:
        """Return the day whose charts the playlists show."""
        return self.date or dt.datetime.now(dt.UTC).date()


def _checked(name: str, value: object) -> object:
    if name == "date" and isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError as error:
            raise StandInError(f"setting 'date' cannot be {value!r}: {error}") from error
    fits = {
        "app": value in APPS,
        "date": value is None or isinstance(value, dt.date),
        **dict.fromkeys(("charts", "own_playlists", "others_playlists"), isinstance(value, Mapping)),
        "user_consents": isinstance(value, bool),
        "latency_ms": isinstance(value, int) and value >= 0,
        "page_size": value is None or (isinstance(value, int) and value > 0),
        **dict.fromkeys(("client_id", "client_secret", "refresh_token", "scopes"), isinstance(value, str) and value),
    }
    if name not in fits:
        raise StandInError(f"unknown setting {name!r}; there are {', '.join(fits)}")
    if not fits[name]:
        raise StandInError(f"setting {name!r} cannot be {value!r}")
    for pair in value.items() if isinstance(value, Mapping) else ():
        chart, playlist_id = pair if name == "charts" else reversed(pair)
        if chart not in CHART_NAMES:
            raise StandInError(f"setting {name!r} names an unknown chart {chart!r}")
        if not isinstance(playlist_id, str) or not is_id(playlist_id):
            raise StandInError(f"setting {name!r} needs playlist ids of 22 characters, not {playlist_id!r}")
    return value


# What a secret holds for an app that the stand-in knows unless told otherwise.
CREDENTIALS = {"client_id": Settings.client_id, "client_secret": Settings.client_secret}
