"""The charts of one date to its tables. Charts in, Arrow tables out; no I/O and no clock."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, TypeVar

import pyarrow as pa

from chart_transform.entries import Entry
from chart_transform.raw_files import Chart
from chart_transform.raw_format import Album, Artist, Image, Track, Urls
from chart_transform.schemas import TABLES

Row = tuple[Any, ...]
Thing = TypeVar("Thing")

RELEASE_DATE = re.compile(r"(?!0000)([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")


def tables_of(charts: Iterable[Chart]) -> dict[str, pa.Table]:
    """The tables of a date from its charts, sorted, so that the same charts make the same files.

    Charts may disagree about a song, an artist or an album: the row of the greatest (fetched_at, source_key, position)
    counts. So they are gone through in that order, and what comes last stays; but a bare row of a CSV never takes the
    place of a track. A song's label and credit are the newest that are known.
    """
    by_age = sorted(charts, key=lambda chart: (chart.fetched_at, chart.source_key))
    by_name = sorted(by_age, key=lambda chart: chart.chart)
    entries = [entry for chart in by_age for entry in chart.entries]
    tracks = [entry.track for entry in entries]
    songs = {entry.track.id: entry.track for bare in (True, False) for entry in entries if entry.is_bare == bare}
    labels = {entry.track.id: entry.label for entry in entries if entry.label}
    credits = {entry.track.id: entry.credit for entry in entries if entry.credit}
    albums = {track.album.id: track.album for track in tracks if track.album and track.album.id}
    artists = {one.id: one for track in tracks for owner in (track, track.album) for one in artists_of(owner)}
    rows = {
        "chart_entry": (chart_entry(chart, entry) for chart in by_name for entry in chart.entries),
        "song": (song(track, labels.get(track.id), credits.get(track.id)) for track in ordered(songs)),
        "artist": map(artist, ordered(artists)),
        "album": map(album, ordered(albums)),
        "song_artist": (link for track in ordered(songs) for link in song_artist(track)),
        "chart_load": map(chart_load, by_name),
    }
    return {name: _table(schema, rows[name]) for name, schema in TABLES.items()}


def chart_entry(chart: Chart, entry: Entry) -> Row:
    """One row per chart and position."""
    return (
        chart.chart,
        entry.position,
        entry.track.id,
        chart.playlist_id,
        entry.added_at,
        chart.fetched_at,
        entry.streams,
        entry.peak_position,
        entry.previous_position,
        entry.days_on_chart,
        chart.source_key,
    )


def song(track: Track, label: str | None, credit: str | None) -> Row:
    """One row per song."""
    return (
        track.id,
        track.name,
        # It may be empty, as for artists: there is nothing to link to.
        (track.album.id or None) if track.album else None,
        track.duration_ms,
        track.explicit,
        track.popularity,
        track.external_ids.isrc if track.external_ids else None,
        track.disc_number,
        track.track_number,
        _url(track.external_urls),
        label,
        credit,
    )


def artist(artist: Artist) -> Row:
    """One row per artist of a song or of its album, so that every link and every album has its artists."""
    return artist.id, artist.name, _url(artist.external_urls)


def album(album: Album) -> Row:
    """One row per album."""
    return (
        album.id,
        album.name,
        album.album_type,
        album.release_date,
        album.release_date_precision,
        first_day(album.release_date),
        album.total_tracks,
        [artist.id for artist in artists_of(album)],
        _url(album.external_urls),
        widest(album.images),
    )


def song_artist(track: Track) -> Iterator[Row]:
    """One row per song and artist, artists numbered from 1 as Spotify lists them."""
    for position, artist in enumerate(artists_of(track), start=1):
        yield track.id, artist.id, position


def chart_load(chart: Chart) -> Row:
    """One row per chart: its raw file, and how many entries were expected and loaded."""
    return (
        chart.chart,
        chart.source_key,
        chart.source,
        chart.playlist_id,
        chart.snapshot_id,
        chart.fetched_at,
        chart.entries_expected,
        len(chart.entries),
        chart.entries_skipped,
    )


def ordered(things: Mapping[str, Thing]) -> list[Thing]:
    """Things by their ids."""
    return [things[key] for key in sorted(things)]


def artists_of(owner: Track | Album | None) -> list[Artist]:
    """The artists of a song or an album in Spotify's order, each once; those without an id are left out."""
    artists = (owner.artists if owner else None) or ()
    found: dict[str, Artist] = {}
    for artist in artists:
        if artist and artist.id:
            found.setdefault(artist.id, artist)
    return list(found.values())


def widest(images: Iterable[Image | None] | None) -> str | None:
    """The URL of the widest image, the first of equally wide ones; widths may be null."""
    found = [image for image in images or () if image]
    return max(found, key=lambda image: image.width or 0).url if found else None


def first_day(release_date: str | None) -> date | None:
    """The first day of ``1981``, ``1981-12`` or ``1981-12-15``; None for anything else (``""``, ``0000``)."""
    found = RELEASE_DATE.fullmatch(release_date or "")
    try:
        return date(*(int(part or 1) for part in found.groups())) if found else None
    except ValueError:  # A 45th of January.
        return None


def _url(urls: Urls | None) -> str | None:
    return urls.spotify if urls else None


def _table(schema: pa.Schema, rows: Iterable[Row]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.Table.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema
    )
