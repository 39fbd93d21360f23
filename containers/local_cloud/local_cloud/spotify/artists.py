"""Who makes the songs: each pool has its artists, and a few of them make most of the hits."""

import functools
import random
from dataclasses import dataclass

from local_cloud.spotify.hits import Hit
from local_cloud.spotify.ids import named_id
from local_cloud.spotify.markets import POOLS, WORLD, Pool
from local_cloud.spotify.names import artist_name


@dataclass(frozen=True)
class Artist:
    """Somebody who makes songs."""

    id: str
    name: str


def artists_of(hit: Hit) -> tuple[Artist, ...]:
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
    return _artist(pool, language, int(pool.artists * rng.random() ** 2))


@functools.lru_cache(maxsize=2**12)
def _artist(pool: Pool, language: str, number: int) -> Artist:
    return Artist(named_id("artist", pool.name, language, number), artist_name(language, 53 * pool.place + number))
