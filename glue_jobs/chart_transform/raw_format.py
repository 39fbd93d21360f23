"""What raw files hold, as types: our envelope, and Spotify's objects in both shapes.

They name only what a table needs; everything else in a file is skipped. What has a default may be absent or null:
Spotify leaves fields out for some apps, and has sent null for each of these.
"""

from typing import Annotated

from msgspec import UNSET, Meta, Raw, Struct, UnsetType

RAW_FORMAT = "top50-raw/1"

# What the columns can hold.
Int = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
Long = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
Text = Annotated[str, Meta(min_length=1)]


class Urls(Struct, gc=False):
    """The link that Spotify asks everyone to show beside its content."""

    spotify: str | None = None


class Artist(Struct, gc=False):
    """An artist as songs and albums carry it."""

    id: str | None = None
    name: str | None = None
    external_urls: Urls | None = None


class Image(Struct, gc=False):
    """An album's cover in one size."""

    url: str | None = None
    width: Int | None = None


class Album(Struct, gc=False):
    """An album as songs carry it."""

    id: str | None = None
    name: str | None = None
    album_type: str | None = None
    release_date: str | None = None
    release_date_precision: str | None = None
    total_tracks: Int | None = None
    artists: list[Artist | None] | None = None
    external_urls: Urls | None = None
    images: list[Image | None] | None = None


class ExternalIds(Struct, gc=False):
    """A song's ids elsewhere."""

    isrc: str | None = None


class Kind(Struct, gc=False):
    """What tells a song from a local file and from an episode."""

    type: str | None = None
    is_local: bool | None = None

    @property
    def is_song(self) -> bool:
        """Whether it is a song of Spotify's."""
        return not self.is_local and self.type in (None, "track")


class Track(Kind, kw_only=True, gc=False):
    """A song."""

    id: Text
    name: str | None = None
    duration_ms: Int | None = None
    explicit: bool | None = None
    popularity: Int | None = None
    external_ids: ExternalIds | None = None
    disc_number: Int | None = None
    track_number: Int | None = None
    external_urls: Urls | None = None
    album: Album | None = None
    artists: list[Artist | None] | None = None


class CsvRow(Struct, gc=False):
    """What a chart's CSV says of an entry; its numbers may come as text. ``source`` is the label."""

    uri: str | None = None
    track_name: str | None = None
    artist_names: str | None = None
    source: str | None = None
    streams: Long | None = None
    peak_rank: Int | None = None
    previous_rank: Int | None = None
    days_on_chart: Int | None = None


class Item(Struct, gc=False):
    """One position of a chart. Apps since February 2026 get the track under ``item``, older ones under ``track``.

    Where a CSV was not looked up, its row stands alone.
    """

    item: Raw | UnsetType = UNSET
    track: Raw | UnsetType = UNSET
    is_local: bool | None = None
    added_at: str | None = None
    csv: Raw | UnsetType = UNSET


class Page(Struct, gc=False):
    """A paging object; null is the position of a song that was withdrawn."""

    items: list[Item | None]


class BarePage(Page, gc=False):
    """A paging object that is not in an envelope of ours."""

    href: str | None = None
    total: Int | None = None


class Playlist(Struct, gc=False):
    """A playlist, in our envelope or as Spotify sends it."""

    id: str | None = None
    snapshot_id: str | None = None


class Envelope(Struct, gc=False):
    """A chart in the form that extract lands."""

    chart: str
    chart_date: str
    fetched_at: str
    source: Text
    total: Int
    pages: Annotated[list[Page], Meta(min_length=1)]
    playlist: Playlist | None = None


class Form(Struct, gc=False):
    """The fields that tell in which form a file is."""

    format: Raw | UnsetType = UNSET
    tracks: Raw | UnsetType = UNSET
    items: Raw | UnsetType = UNSET
