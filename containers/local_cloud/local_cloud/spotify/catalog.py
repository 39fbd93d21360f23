"""What Spotify knows of a song: names, artists, album and ids, drawn from a generator with the song's own seed."""

import functools
import random
from dataclasses import dataclass

from local_cloud.spotify.albums import Album, album_of
from local_cloud.spotify.artists import Artist, artists_of
from local_cloud.spotify.hits import Hit, cohort
from local_cloud.spotify.ids import id_to_number, number_to_id
from local_cloud.spotify.markets import POOLS
from local_cloud.spotify.titles import song_title

_MOST_WEEKS, _MOST_IN_A_WEEK = 2**12, 2**8
_REGISTRANTS = ("1XA", "2Q7", "A5K", "HZ9", "UM7", "W0R", "7VG")


@dataclass(frozen=True)
class Song:
    """A track as it stands on one release; the same song on a later album is another one with another id."""

    hit: Hit
    id: str
    name: str
    artists: tuple[Artist, ...]
    album: Album
    duration_ms: int
    explicit: bool
    isrc: str
    disc_number: int
    track_number: int


def song_on(hit: Hit, day: int) -> Song:
    """Return the song that listeners play on a day: the single, or the album's track once there is an album."""
    return _song(hit, on_album=hit.album_day is not None and day >= hit.album_day)


def song_by_id(track_id: str) -> Song | None:
    """Find a song without having seen it on any chart: its id says where it comes from."""
    number = id_to_number(track_id)
    if number is None:
        return None
    number, on_album = divmod(number, 2)
    number, index = divmod(number, _MOST_IN_A_WEEK)
    place, week = divmod(number, _MOST_WEEKS)
    return _song(cohort(POOLS[place], week)[index], on_album=bool(on_album))


@functools.lru_cache(maxsize=2**14)
def _song(hit: Hit, *, on_album: bool) -> Song:
    rng = random.Random(hit.seed)
    artists = artists_of(hit)
    album = album_of(hit, artists[0], on_album=on_album)
    is_single = album.album_type == "single"
    return Song(
        hit=hit,
        id=number_to_id(_number(hit, on_album)),
        name=song_title(hit, artists),
        artists=artists,
        album=album,
        duration_ms=int(1000 * min(420.0, max(92.0, rng.gauss(192, 38)))),
        explicit=rng.random() < 0.35,
        isrc=f"{hit.pool.isrc}{rng.choice(_REGISTRANTS)}{hit.debut_date.year % 100:02}{rng.randrange(100_000):05}",
        disc_number=2 if album.total_tracks > 20 and rng.random() < 0.3 else 1,
        track_number=1 if is_single else 1 + (hit.lead.seed + hit.index) % album.total_tracks,
    )


def _number(hit: Hit, on_album: bool) -> int:
    return ((hit.pool.place * _MOST_WEEKS + hit.week) * _MOST_IN_A_WEEK + hit.index) * 2 + on_album
