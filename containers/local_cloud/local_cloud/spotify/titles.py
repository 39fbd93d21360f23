"""What songs are called, guests and remasters included."""

import random
from collections.abc import Sequence

from local_cloud.spotify.artists import Artist
from local_cloud.spotify.hits import Hit
from local_cloud.spotify.names import title


def bare_title(hit: Hit) -> str:
    """Return the words alone: the songs of a pool are counted, so that one chart does not repeat a title."""
    return title(hit.language, 37 * hit.pool.place + hit.week * hit.pool.songs + hit.index)


def song_title(hit: Hit, artists: Sequence[Artist]) -> str:
    """Return the title as Spotify shows it."""
    rng = random.Random(hit.seed + 2)
    name = bare_title(hit)
    if len(artists) > 1 and rng.random() < 0.35:
        guests = " & ".join(artist.name for artist in artists[1:])
        return f"{name} ({rng.choice(('feat.', 'feat.', 'with'))} {guests})"
    if hit.debut_date.year < 2000 and rng.random() < 0.3:
        return f"{name} - {rng.randrange(2001, 2013)} Remaster"
    return f"{name} - Remix" if rng.random() < 0.03 else name
