"""The two shapes of Spotify's JSON, before and after February 2026, and what every answer is made of."""

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Shape:
    """The words in which the two shapes differ, and the size of the page inside a playlist."""

    is_new: bool
    contents: str
    entry: str
    first_page: int


OLD = Shape(is_new=False, contents="tracks", entry="track", first_page=100)
NEW = Shape(is_new=True, contents="items", entry="item", first_page=50)


def links(kind: str, thing_id: str) -> Json:
    """The fields by which Spotify names anything."""
    return {
        "external_urls": {"spotify": f"https://open.spotify.com/{kind}/{thing_id}"},
        "href": f"https://api.spotify.com/v1/{kind}s/{thing_id}",
        "id": thing_id,
        "type": kind,
        "uri": f"spotify:{kind}:{thing_id}",
    }
