"""One raw file to its chart, in any form that people land: our envelope, a page, a playlist, a list of one of those."""

import hashlib
import re
from dataclasses import dataclass, field, replace
from datetime import datetime

from msgspec import UNSET, Raw, UnsetType
from msgspec.json import Decoder

from chart_transform.bundles import GZIP, unpack
from chart_transform.decoding import decode, read_json
from chart_transform.entries import Entry, parse_entry, short, time_of
from chart_transform.errors import RawFileError
from chart_transform.keys import CHART_NAME, RawFile, bundle_key, canonical_key, is_date, moment_of
from chart_transform.raw_format import RAW_FORMAT, BarePage, Envelope, Form, Page, Playlist

ACCEPTED, BAD, CHANGED, OTHER_DATE = "accepted", "bad", "changed", "other_date"
PLAYLIST_IN_HREF = re.compile(r"/playlists/([^/?]+)")
OUR_FORMAT = Raw(f'"{RAW_FORMAT}"'.encode())
ENVELOPE_START = re.compile(rb'\s*\{\s*"format"\s*:\s*' + bytes(OUR_FORMAT) + rb"\s*,")
LIST, TEXT, FORM, ENVELOPE = Decoder(list[Raw]), Decoder(str | None), Decoder(Form), Decoder(Envelope)
BARE_PAGE, PLAYLIST = Decoder(BarePage), Decoder(Playlist)


@dataclass(frozen=True)
class Chart:
    """A chart of one date. ``source_key`` is the canonical key of its raw file; the entries come with it."""

    chart: str
    chart_date: str
    fetched_at: datetime
    source: str
    playlist_id: str | None
    snapshot_id: str | None
    source_key: str = ""
    entries_expected: int = 0
    entries_skipped: int = 0
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class Outcome:
    """What became of one raw file; why it is BAD, as in a reason file, or which charts it has."""

    file: RawFile
    status: str
    chart_date: str
    problem: str | None = None
    place: str | None = None
    action: str | None = None
    sha8: str | None = None
    source_key: str | None = None
    charts: tuple[str, ...] = ()


def parse_file(data: bytes, file: RawFile) -> tuple[Outcome, list[Chart]]:
    """What becomes of a raw file, and its charts if it is accepted: one, or those of a bundle.

    When an envelope names another date than the one guessed from its file's name or age, the outcome only says so
    (OTHER_DATE), and the file is loaded with that date's files.
    """
    sha8 = hashlib.sha256(data).hexdigest()[:8]
    try:
        if file.problem is not None:
            raise RawFileError(file.problem, "key", "land it under chart_date=YYYY-MM-DD/")
        if file.sha8 not in (None, sha8):
            raise RawFileError("the content is not what its name's checksum says", "file", "restore the older version")
        if file.is_bundle and data.startswith(GZIP):
            charts = _bundled(data, file)
        else:
            charts = [read_json(data, lambda text: _chart(text, file))]
    except RawFileError as error:
        return Outcome(file, BAD, file.chart_date, error.problem, error.place, error.action, sha8), []
    chart_date = charts[0].chart_date
    if chart_date != file.chart_date:
        return Outcome(file, OTHER_DATE, chart_date, sha8=sha8), []
    newest = max(charts, key=lambda chart: chart.fetched_at)
    if file.is_bundle:
        source_key = bundle_key(chart_date, newest.fetched_at, sha8)
    else:
        source_key = canonical_key(newest.chart, chart_date, newest.fetched_at, sha8)
    names = tuple(chart.chart for chart in charts)
    accepted = Outcome(file, ACCEPTED, chart_date, sha8=sha8, source_key=source_key, charts=names)
    return accepted, [replace(chart, source_key=source_key) for chart in charts]


def _bundled(data: bytes, file: RawFile) -> list[Chart]:
    """The charts of a bundle, which are of one date and each there once; it is loaded or refused as a whole."""
    charts: dict[str, Chart] = {}
    for number, line in enumerate(unpack(data), start=1):
        if not line.strip():
            continue
        try:
            chart = read_json(line, lambda text: _chart(text, file, in_bundle=True))
            if chart.chart in charts:
                raise RawFileError(f"the chart {chart.chart} is there twice", "chart")
            if (first := next(iter(charts.values()), chart)).chart_date != chart.chart_date:
                raise RawFileError(f"{chart.chart_date}, after {first.chart_date} in the lines before", "chart_date")
        except RawFileError as error:
            raise RawFileError(error.problem, f"line {number}: {error.place}", error.action) from None
        charts[chart.chart] = chart
    if not charts:
        raise RawFileError("the bundle has no lines", "file")
    return list(charts.values())


def _chart(data: bytes, file: RawFile, *, in_bundle: bool = False) -> Chart:
    """The chart; without its entries when it is of another date than the file's."""
    if data.lstrip().startswith(b"["):
        answers = decode(data, LIST, "")
        if len(answers) != 1:
            raise RawFileError(f"a list of {len(answers)} answers", "$", "put each answer into a file of its own")
        data = bytes(answers[0])
    # Our own files begin so; others are gone through once more to see what they are.
    form = Form(OUR_FORMAT) if ENVELOPE_START.match(data) else decode(data, FORM, "")
    if isinstance(form.format, UnsetType):
        if in_bundle:
            raise RawFileError(f"no format: a line of a bundle is an envelope ({RAW_FORMAT})", "$")
        chart, total, pages = _bare(data, form, file)
    else:
        chart, total, pages = _in_envelope(data, decode(form.format, TEXT, "format"), file)
    if chart.chart_date == file.chart_date:
        return _with_entries(chart, total, pages)
    if file.date_is_fixed:
        raise RawFileError(
            f"the key says {file.chart_date}, the body {chart.chart_date}",
            "chart_date",
            f"land it under chart_date={chart.chart_date}/, if that is its date",
        )
    return chart


Pages = list[tuple[str, Page]]


def _in_envelope(data: bytes, raw_format: str | None, file: RawFile) -> tuple[Chart, int, Pages]:
    """The chart in the form that extract lands, still without entries; its total; its pages, with their places."""
    if raw_format != RAW_FORMAT:
        raise RawFileError(
            f"format {short(raw_format)} is not one this job reads ({RAW_FORMAT})",
            "format",
            "run a version of the job that reads it",
        )
    found = decode(data, ENVELOPE, "")
    if not CHART_NAME.fullmatch(found.chart):
        raise RawFileError(f"{short(found.chart)} is not a chart's name: letters, digits, - and _, at most 64", "chart")
    if not is_date(found.chart_date):
        raise RawFileError(f"{short(found.chart_date)} is not a date like 2026-11-22", "chart_date")
    playlist = found.playlist or Playlist()
    # The key of a processed file is what counts, but a bundle's does not name its charts.
    kept = file.sha8 is not None and not file.is_bundle
    chart = Chart(
        chart=file.chart if kept else found.chart,
        chart_date=found.chart_date,
        fetched_at=moment_of(file.fetched_at)
        if kept
        else time_of(found.fetched_at, "fetched_at").replace(microsecond=0),
        source=found.source,
        playlist_id=playlist.id,
        snapshot_id=playlist.snapshot_id,
    )
    return chart, found.total, [(f"pages[{index}]", page) for index, page in enumerate(found.pages)]


def _bare(data: bytes, form: Form, file: RawFile) -> tuple[Chart, int | None, Pages]:
    """The same in the forms that older pipelines landed: Spotify's answer alone, a playlist or a page of one."""
    place, contents, playlist = contents_of(data, form)
    page = decode(contents, BARE_PAGE, place)
    href = PLAYLIST_IN_HREF.search(page.href or "")
    chart = Chart(
        chart=file.chart,
        chart_date=file.chart_date,
        fetched_at=moment_of(file.fetched_at),
        source="playlist",
        playlist_id=playlist.id or (href[1] if href else None),
        snapshot_id=playlist.snapshot_id,
    )
    return chart, page.total, [(place, page)]


def contents_of(data: bytes, form: Form) -> tuple[str, bytes | Raw, Playlist]:
    """Where in Spotify's answer the paging object is, the object, and the playlist around it."""
    for name, contents in (("items", form.items), ("tracks", form.tracks)):
        if not isinstance(contents, UnsetType) and bytes(contents).startswith(b"{"):
            return name, contents, decode(data, PLAYLIST, "")
    if form.items is UNSET:
        raise RawFileError("neither a paging object nor a playlist: no list of items", "$")
    return "", data, Playlist()


def _with_entries(chart: Chart, total: int | None, pages: Pages) -> Chart:
    """The chart with its entries at their positions as published, and the number of positions without a song.

    Spotify keeps the position of a withdrawn track and sends null for it; local files and episodes are not songs.
    """
    entries, position = [], 0
    for page_place, page in pages:
        for index, item in enumerate(page.items):
            position += 1
            if item is not None and (entry := parse_entry(item, position, f"{page_place}.items[{index}]".lstrip("."))):
                entries.append(entry)
    if position == 0:
        raise RawFileError("the chart has no entries", "items")
    if total is not None and position != total:
        comparison = "fewer" if position < total else "more"
        raise RawFileError(f"{position} entries, {comparison} than its total of {total}", "total")
    return replace(chart, entries_expected=position, entries_skipped=position - len(entries), entries=entries)
