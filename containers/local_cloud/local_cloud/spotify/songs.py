"""What Spotify knows of songs: artists, titles, releases and ids, all drawn from a generator with the song's own seed.

Each pool has its artists, and a few of them make most of the hits. Songs come out as singles, on albums of several
hits, on albums that take a single in, and on old compilations.
"""

import datetime as dt
import functools
import random
from collections.abc import Sequence
from dataclasses import dataclass

from local_cloud.spotify.hits import Hit, Rise, cohort
from local_cloud.spotify.ids import id_to_number, named_id, number_to_id
from local_cloud.spotify.markets import POOLS, WORLD, Pool
from local_cloud.spotify.names import artist_name, title

_ALBUM_TITLES = 29
_MOST_WEEKS, _MOST_IN_A_WEEK = 2**12, 2**8
_REGISTRANTS = ("1XA", "2Q7", "A5K", "HZ9", "UM7", "W0R", "7VG")


@dataclass(frozen=True)
class Artist:
    """Somebody who makes songs."""

    id: str
    name: str


@dataclass(frozen=True)
class Album:
    """A release; ``album_type`` is album, single or compilation."""

    id: str
    name: str
    album_type: str
    artists: tuple[Artist, ...]
    release_date: str
    release_date_precision: str
    total_tracks: int
    has_images: bool


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
    artists = _artists(hit)
    album = _album(hit, artists[0], on_album=on_album)
    number = ((hit.pool.place * _MOST_WEEKS + hit.week) * _MOST_IN_A_WEEK + hit.index) * 2 + on_album
    return Song(
        hit=hit,
        id=number_to_id(number),
        name=_song_title(hit, artists),
        artists=artists,
        album=album,
        duration_ms=int(1000 * min(420.0, max(92.0, rng.gauss(192, 38)))),
        explicit=rng.random() < 0.35,
        isrc=f"{hit.pool.isrc}{rng.choice(_REGISTRANTS)}{hit.debut_date.year % 100:02}{rng.randrange(100_000):05}",
        disc_number=2 if album.total_tracks > 20 and rng.random() < 0.3 else 1,
        track_number=1 if album.album_type == "single" else 1 + (hit.lead.seed + hit.index) % album.total_tracks,
    )


def _artists(hit: Hit) -> tuple[Artist, ...]:
    """Draw who sings a song: the artist of its release first, then this song's guests, if any."""
    host_rng, rng = random.Random(hit.lead.seed), random.Random(hit.seed + 1)
    artists = [_some_artist(host_rng, hit.pool, hit.lead.language)]
    for _ in range(rng.choices((0, 1, 2, 3), weights=(46, 40, 10, 4))[0]):
        if rng.random() < 0.15:
            pool = rng.choice(POOLS) if hit.pool is WORLD else WORLD
            artists.append(_some_artist(rng, pool, pool.language))
        else:
            artists.append(_some_artist(rng, hit.pool, hit.language))
    return tuple(dict.fromkeys(artists))


def _some_artist(rng: random.Random, pool: Pool, language: str) -> Artist:
    number = int(pool.artists * rng.random() ** 2)
    return Artist(named_id("artist", pool.name, language, number), artist_name(language, 53 * pool.place + number))


def _bare_title(hit: Hit) -> str:
    """The words alone: the songs of a pool are counted, so that one chart does not repeat a title."""
    return title(hit.language, 37 * hit.pool.place + hit.week * hit.pool.songs + hit.index)


def _song_title(hit: Hit, artists: Sequence[Artist]) -> str:
    """The title as Spotify shows it, guests and remasters included."""
    rng = random.Random(hit.seed + 2)
    name = _bare_title(hit)
    if len(artists) > 1 and rng.random() < 0.35:
        guests = " & ".join(artist.name for artist in artists[1:])
        return f"{name} ({rng.choice(('feat.', 'feat.', 'with'))} {guests})"
    if hit.debut_date.year < 2000 and rng.random() < 0.3:
        return f"{name} - {rng.randrange(2001, 2013)} Remaster"
    return f"{name} - Remix" if rng.random() < 0.03 else name


def _album(hit: Hit, artist: Artist, *, on_album: bool) -> Album:
    """The release on which a song is played."""
    lead = hit.lead
    rng = random.Random(f"{lead.seed}/{on_album}")
    kind = _album_type(rng, lead, on_album=on_album)
    day = dt.date.fromordinal(hit.album_day) if on_album and hit.album_day else lead.debut_date
    date, precision = (day.isoformat(), "day") if isinstance(hit.curve, Rise) else _old_date(rng, day)
    various = Artist(named_id("artist", "various"), "Various Artists")
    return Album(
        id=named_id("album", lead.pool.name, lead.week, lead.index, on_album),
        name=_album_name(lead, kind),
        album_type=kind,
        artists=(various if kind == "compilation" else artist,),
        release_date=date,
        release_date_precision=precision,
        total_tracks=rng.choice((1, 1, 1, 2, 3)) if kind == "single" else rng.randrange(8, 26),
        has_images=rng.random() < 0.98,
    )


def _album_type(rng: random.Random, lead: Hit, *, on_album: bool) -> str:
    if not isinstance(lead.curve, Rise):
        return rng.choices(("album", "single", "compilation"), weights=(6, 2, 2))[0]
    has_more_hits = sum(other.release == lead.release for other in cohort(lead.pool, lead.week)) > 1
    return "album" if on_album or has_more_hits else "single"


def _album_name(lead: Hit, kind: str) -> str:
    if kind == "single":
        return _bare_title(lead)
    name = title(lead.language, _ALBUM_TITLES + 37 * lead.pool.place + lead.week + lead.index)
    return f"{name}: The Collection" if kind == "compilation" else name


def _old_date(rng: random.Random, day: dt.date) -> tuple[str, str]:
    """The date of an old release, as exactly as it is known."""
    dates = ((day.isoformat(), "day"), (f"{day:%Y-%m}", "month"), (f"{day:%Y}", "year"))
    return rng.choices(dates, weights=(50, 15, 35))[0]
