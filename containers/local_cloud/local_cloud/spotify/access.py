"""Who may read which playlist: the three classes of developer app.

extended          reads editorial charts, in the old shape
development_old   editorial charts are 404; listeners' playlists in the old shape
development_new   editorial charts are 404; the user's own playlists with the user's token, in the new shape;
                  anything else shows no contents
"""

from dataclasses import dataclass

from local_cloud.spotify.answers import ApiError
from local_cloud.spotify.ids import OWN_USER, is_id
from local_cloud.spotify.settings import CHART_NAMES, Settings

EDITOR = "spotify"
OTHER_USER = "somebody-else"


@dataclass(frozen=True)
class Playlist:
    """A playlist that shows a chart."""

    id: str
    chart: str
    owner: str

    @property
    def name(self) -> str:
        """What listeners read above the playlist."""
        name = f"Top 50 - {CHART_NAMES[self.chart]}"
        return name if self.owner == EDITOR else f"{name} (copy)"


def find_playlist(settings: Settings, playlist_id: str) -> Playlist | None:
    """Look a playlist up, whoever may read it."""
    for chart, editorial_id in settings.charts.items():
        if editorial_id == playlist_id:
            return Playlist(playlist_id, chart, EDITOR)
    for owner, playlists in ((OWN_USER, settings.own_playlists), (OTHER_USER, settings.others_playlists)):
        if playlist_id in playlists:
            return Playlist(playlist_id, playlists[playlist_id], owner)
    return None


def visible_playlist(settings: Settings, playlist_id: str) -> Playlist:
    """Look up a playlist that this app may know of."""
    if not is_id(playlist_id):
        raise ApiError(400, "Invalid base62 id")
    playlist = find_playlist(settings, playlist_id)
    if playlist is None or (playlist.owner == EDITOR and settings.app != "extended"):
        raise ApiError(404, "Resource not found")
    return playlist


def changeable_playlist(settings: Settings, playlist_id: str, user: str | None) -> Playlist:
    """Look up a playlist that this token may change."""
    playlist = visible_playlist(settings, playlist_id)
    if not settings.scopes.count("playlist-modify-") or user is None:
        raise ApiError(403, "Insufficient client scope")
    if user != playlist.owner:
        raise ApiError(403, "Forbidden")
    return playlist


def may_read_contents(settings: Settings, playlist: Playlist, user: str | None) -> bool:
    """Say whether the entries are shown; ``user`` is who the token speaks for, None for the app alone."""
    return settings.app != "development_new" or (user is not None and user == playlist.owner)
