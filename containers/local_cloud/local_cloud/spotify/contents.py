"""What a playlist shows today, and the faults that change it."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local_cloud.spotify.access import Playlist
from local_cloud.spotify.chart import chart_entries
from local_cloud.spotify.faults import Fault
from local_cloud.spotify.ids import named_id
from local_cloud.spotify.json_shapes import Json, Shape, entry_json, links
from local_cloud.spotify.songs import Song, song_by_id


@dataclass
class Contents:
    """The entries a playlist holds and the number it claims to hold."""

    entries: list[Any]
    total: int


def contents_of(
    playlist: Playlist, day: dt.date, shape: Shape, faults: Iterable[Fault], filled: Mapping[str, Sequence[str]]
) -> Contents:
    """Show the chart of a day, or what a listener put in its place, spoiled by the faults that hit this call."""
    songs: Iterable[Song] = chart_entries(playlist.chart, day)
    if playlist.id in filled:
        songs = [song for song_id in filled[playlist.id] if (song := song_by_id(song_id))]
    entries = [entry_json(playlist, song, day, shape) for song in songs]
    contents = Contents(entries, len(entries))
    for fault in faults:
        _spoil(contents, fault, shape)
    return contents


def _spoil(contents: Contents, fault: Fault, shape: Shape) -> None:
    if fault.kind == "empty_chart":
        contents.entries, contents.total = [], 0
    elif fault.kind == "short":
        contents.entries = contents.entries[: -fault.options["missing"]]
    elif fault.kind in _SPOILED_ENTRY and fault.options.get("where", "entry") == "entry":
        spoiled = _SPOILED_ENTRY[fault.kind]
        places = {position - 1 for position in fault.options["positions"]}
        contents.entries = [
            spoiled(entry, shape.entry) if place in places else entry for place, entry in enumerate(contents.entries)
        ]


def _episode(entry: Json, key: str) -> Json:
    track = entry[key]
    show_id = named_id("show", track["id"])
    episode = {
        "audio_preview_url": None,
        "description": "",
        "duration_ms": 9 * track["duration_ms"],
        "episode": True,
        "explicit": False,
        **links("episode", named_id("episode", track["id"])),
        "images": track["album"]["images"],
        "is_externally_hosted": False,
        "is_playable": True,
        "languages": ["en"],
        "name": f"Behind the song: {track['name']}",
        "release_date": track["album"]["release_date"],
        "release_date_precision": "day",
        "show": {**links("show", show_id), "name": "Behind the song", "total_episodes": 41},
        "track": False,
    }
    return entry | {key: episode}


def _local_file(entry: Json, key: str) -> Json:
    track = entry[key]
    nothing: Json = {"external_urls": {}, "href": None, "id": None, "uri": None}
    artist = {**nothing, "name": track["artists"][0]["name"], "type": "artist"}
    album: Json = {
        **nothing,
        "album_type": None,
        "artists": [],
        "images": [],
        "name": "",
        "release_date": None,
        "release_date_precision": None,
        "type": "album",
    }
    local = {"album": album, "artists": [artist], "external_ids": {}, "is_local": True, "popularity": 0}
    uri = f"spotify:local:{artist['name']}::{track['name']}:{track['duration_ms'] // 1000}"
    return entry | {"is_local": True, key: track | nothing | local | {"uri": uri.replace(" ", "+")}}


_SPOILED_ENTRY: dict[str, Callable[[Json, str], Any]] = {
    "withdrawn": lambda entry, key: entry | {key: None},
    "episode": _episode,
    "local_file": _local_file,
    "wrong_shape": lambda entry, key: str(entry[key]["uri"]),
}
