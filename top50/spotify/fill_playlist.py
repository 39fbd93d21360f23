"""Put the songs of a chart, in their order, into a playlist of one's own."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from spotipy import Spotify

from chart_extract.answers import playlist_wall
from chart_extract.chart import ObservedChart, read_playlist
from chart_extract.charts import PLAYLIST, Chart
from chart_extract.errors import ExplainedError
from chart_extract.moments import utc_now
from chart_extract.retry import RetryPolicy
from chart_extract.spotify import Credentials, connect
from top50.settings import spotify_of
from top50.spotify.track_list import Song

SONGS_A_REQUEST = 100
SECONDS = 300.0


class NoRightError(ExplainedError):
    """The consent does not cover changes."""

    meaning = "Reading a playlist and changing it are consented to apart"
    action = "Consent to both: top50 authorize --write"


class NotFilledError(ExplainedError):
    """The playlist is not what we made it."""

    meaning = "Somebody else changed it at the same time, or Spotify has not finished"
    action = "Look at it in Spotify, and run the same command again: it begins afresh"


@dataclass(frozen=True)
class Change:
    """What a playlist holds and what it is to hold; None is a place without a track."""

    before: Sequence[Song | None]
    after: Sequence[Song]

    @property
    def is_none(self) -> bool:
        """Whether the playlist already holds these songs in this order."""
        return _uris(self.before) == _uris(self.after)

    def __str__(self) -> str:
        """Every place at which something changes, as it is now and as it will be."""
        lines = []
        for place in range(max(len(self.before), len(self.after))):
            old = self.before[place] if place < len(self.before) else None
            new = self.after[place] if place < len(self.after) else None
            if _uri(old) != _uri(new) or place >= len(self.after):
                lines.append(f"{place + 1:>4}  {_name(old)} -> {_name(new)}\n")
        kept = len({_uri(song) for song in self.before} & {_uri(song) for song in self.after})
        counts = f"{len(self.before)} songs now, {len(self.after)} then; {kept} stay, {len(lines)} places change"
        return f"{''.join(lines)}{counts}\n"


def songs_in(observed: ObservedChart) -> list[Song | None]:
    """What stands in a playlist."""
    return [Song(track["uri"], track.get("name") or "") if track else None for track in observed.tracks]


def fill(spotify: Spotify, playlist: Chart, songs: Sequence[Song], policy: RetryPolicy) -> None:
    """Put these songs in the place of all that the playlist holds, and look whether they stand there.

    Up to 100 songs are one request, so that nobody sees the playlist half filled.
    """
    uris = [song.uri for song in songs]
    for start in range(0, len(uris), SONGS_A_REQUEST):
        change = spotify.playlist_add_items if start else spotify.playlist_replace_items
        some = uris[start : start + SONGS_A_REQUEST]
        policy.call(playlist, partial(change, playlist.playlist_id, some), partial(playlist_wall, playlist))
    holds = songs_in(read_playlist(spotify, playlist, policy, utc_now))
    if not Change(holds, songs).is_none:
        raise NotFilledError(playlist, f"it does not hold the {len(songs)} songs that were put there")


def run(
    spotify: Spotify,
    playlist: Chart,
    songs: Sequence[Song],
    policy: RetryPolicy,
    agrees: Callable[[], bool],
    say: Callable[[str], object],
) -> None:
    """Say what would change, and change it if ``agrees`` says so."""
    change = Change(songs_in(read_playlist(spotify, playlist, policy, utc_now)), songs)
    if change.is_none:
        say(f"{playlist} holds these {len(songs)} songs in this order already.\n")
        return
    say(f"{playlist}\n{change}")
    if not agrees():
        say("Nothing was changed. To change it: the same command with --apply\n")
        return
    fill(spotify, playlist, songs, policy)
    say(f"Done: {len(songs)} songs.\n")


def open_playlist(text: str, settings: Mapping[str, str]) -> tuple[Spotify, Chart, RetryPolicy]:
    """A connection that may change playlists, and the playlist that an id, URI or URL names.

    Raises NoRightError without a consent to changes, ValueError where the text names no playlist.
    """
    if not (found := PLAYLIST.fullmatch(text.strip())):
        raise ValueError(f"{text!r} is not a playlist's id, URI or URL")
    ends = time.monotonic() + SECONDS
    policy = RetryPolicy(seconds_left=lambda: ends - time.monotonic())
    credentials = Credentials.from_env(settings)
    if not any(scope.startswith("playlist-modify-") for scope in credentials.scopes):
        raise NoRightError("Spotify consent", "it does not cover changes of playlists")
    return connect(credentials, spotify_of(settings), policy), Chart("own", found["id"]), policy


def _uri(song: Song | None) -> str | None:
    return song.uri if song else None


def _uris(songs: Sequence[Song | None]) -> list[str | None]:
    return [_uri(song) for song in songs]


def _name(song: Song | None) -> str:
    return (song.title or song.uri) if song else "(nothing)"
