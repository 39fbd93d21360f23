"""What songs come out on: singles, albums of several hits, albums that take a single in, old compilations."""

import datetime as dt
import random
from dataclasses import dataclass

from local_cloud.spotify.artists import Artist
from local_cloud.spotify.curves import Rise
from local_cloud.spotify.hits import Hit, cohort
from local_cloud.spotify.ids import named_id
from local_cloud.spotify.names import title
from local_cloud.spotify.titles import bare_title

_VARIOUS = Artist(named_id("artist", "various"), "Various Artists")
_ALBUM_TITLES = 29


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


def album_of(hit: Hit, artist: Artist, *, on_album: bool) -> Album:
    """Return the release on which a song is played."""
    lead = hit.lead
    rng = random.Random(f"{lead.seed}/{on_album}")
    kind = _album_type(rng, lead, on_album=on_album)
    day = dt.date.fromordinal(hit.album_day) if on_album and hit.album_day else lead.debut_date
    date, precision = (day.isoformat(), "day") if isinstance(hit.curve, Rise) else _old_date(rng, day)
    return Album(
        id=named_id("album", lead.pool.name, lead.week, lead.index, on_album),
        name=_name(lead, kind),
        album_type=kind,
        artists=(_VARIOUS,) if kind == "compilation" else (artist,),
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


def _name(lead: Hit, kind: str) -> str:
    if kind == "single":
        return bare_title(lead)
    name = title(lead.language, _ALBUM_TITLES + 37 * lead.pool.place + lead.week + lead.index)
    return f"{name}: The Collection" if kind == "compilation" else name


def _old_date(rng: random.Random, day: dt.date) -> tuple[str, str]:
    """Write the date of an old release as exactly as it is known."""
    return rng.choices(
        ((day.isoformat(), "day"), (f"{day:%Y-%m}", "month"), (f"{day:%Y}", "year")),
        weights=(50, 15, 35),
    )[0]
