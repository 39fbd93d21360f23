"""Files that are loaded: every form people land, and every odd thing Spotify sends."""

import codecs
import hashlib
import json
from datetime import UTC, datetime

import pytest
from glue_jobs.raw_files import DAY, as_bytes, entry, envelope, landed, page, playlist, track

from chart_transform.raw_files import ACCEPTED, OTHER_DATE, parse_file
from chart_transform.raw_format import Urls

LEGACY = landed("to_processed/spotify_raw_2023-03-27 18_24_36.954996.json")


def parsed(document, file=None):
    outcome, charts = parse_file(as_bytes(document), file or landed())
    assert outcome.status == ACCEPTED, outcome
    (chart,) = charts
    assert (outcome.charts, outcome.source_key) == ((chart.chart,), chart.source_key)
    return chart


def only_entry(document):
    (found,) = parsed(document).entries
    return found


def test_an_envelope_says_itself_what_it_is():
    document = envelope(chart="us", fetched_at="2026-11-22T23:00:04.987Z", source="csv")

    chart = parsed(document)

    sha8 = hashlib.sha256(as_bytes(document)).hexdigest()[:8]
    assert (chart.chart, chart.chart_date, chart.source) == ("us", DAY, "csv")
    assert chart.fetched_at == datetime(2026, 11, 22, 23, 0, 4, tzinfo=UTC)
    assert (chart.playlist_id, chart.snapshot_id) == ("p1", "snap1")
    assert chart.source_key == f"chart_date={DAY}/us.20261122T230004Z.{sha8}.json"


@pytest.mark.parametrize("under", ["track", "item"])
def test_an_entry_holds_its_track_in_the_old_shape_and_in_the_new(under):
    found = only_entry(envelope(entry(under=under)))

    assert (found.position, found.added_at) == (1, datetime(2026, 11, 21, tzinfo=UTC))
    song = found.track
    assert (song.id, song.name, song.external_ids.isrc) == ("s1", "Song s1", "USAT22600001")
    numbers = (song.duration_ms, song.explicit, song.popularity, song.disc_number, song.track_number)
    assert numbers == (180000, False, 90, 1, 3)
    assert song.external_urls == Urls("https://open.spotify.com/track/s1")
    (artist,) = song.artists
    assert (artist.id, artist.name) == ("a1", "Artist a1")
    assert (song.album.id, song.album.release_date, song.album.total_tracks) == ("al1", "2026-11-06", 1)
    assert [image.width for image in song.album.images] == [640, 64]


def test_positions_go_on_from_page_to_page():
    pages = [page(entry(), entry()), page(entry())]

    chart = parsed(envelope(pages=pages, total=3))

    assert [found.position for found in chart.entries] == [1, 2, 3]


@pytest.mark.parametrize(
    ("document", "playlist_id", "snapshot_id"),
    [
        (page(), "37i9dQZEVXbMDoHDwVN2tF", None),
        (page(entry(under="item"), href=None), None, None),
        (playlist("tracks"), "p1", "snap1"),
        (playlist("items", entry(under="item")), "p1", "snap1"),
        # Some new answers still carry a stub of the old field.
        (playlist("items", entry(under="item")) | {"tracks": {"total": 1}}, "p1", "snap1"),
    ],
    ids=["page", "page without href", "old playlist", "new playlist", "both"],
)
@pytest.mark.parametrize("in_list", [False, True], ids=["as is", "in a list"])
@pytest.mark.parametrize("indent", [None, 4], ids=["one line", "pretty"])
def test_spotifys_bare_answers_take_chart_and_time_from_the_key(document, playlist_id, snapshot_id, in_list, indent):
    data = json.dumps([document] if in_list else document, indent=indent).encode()

    chart = parsed(data, LEGACY)

    assert (chart.chart, chart.chart_date, chart.source) == ("global", "2023-03-27", "playlist")
    assert chart.fetched_at == datetime(2023, 3, 27, 18, 24, 36, tzinfo=UTC)
    assert (chart.playlist_id, chart.snapshot_id) == (playlist_id, snapshot_id)
    assert (chart.entries_expected, len(chart.entries), chart.entries_skipped) == (1, 1, 0)


def test_a_byte_order_mark_and_space_around_are_passed_over():
    data = codecs.BOM_UTF8 + b"\r\n " + as_bytes(envelope()) + b"\n\n"

    assert len(parsed(data).entries) == 1


def test_a_page_that_names_no_total_expects_what_it_has():
    chart = parsed({"items": [entry(), None]}, LEGACY)

    assert (chart.entries_expected, chart.entries_skipped) == (2, 1)


@pytest.mark.parametrize(
    "empty",
    [
        None,
        entry() | {"track": None},
        {"item": None},
        entry(track(id=None, album=None, artists=None), is_local=True),
        entry(track(id=None, is_local=True)),
        entry({"id": "e1", "type": "episode", "name": "Talk"}),
    ],
    ids=["null", "withdrawn", "withdrawn, new shape", "local file", "local track", "episode"],
)
def test_what_is_no_song_leaves_its_position_empty(empty):
    chart = parsed(envelope(entry(track("s1")), empty, entry(track("s3"))))

    assert [(found.position, found.track.id) for found in chart.entries] == [(1, "s1"), (3, "s3")]
    assert (chart.entries_expected, chart.entries_skipped) == (3, 1)


def test_null_or_nothing_in_every_place_that_may_be_empty():
    fields = ["name", "type", "is_local", "duration_ms", "explicit", "popularity", "external_ids", "disc_number"]
    fields += ["track_number", "external_urls", "album", "artists"]
    nothing = only_entry(envelope({"track": {"id": "s1"}}, playlist=None))
    nulls = only_entry(envelope(entry(track(**dict.fromkeys(fields)), added_at=None, is_local=None, csv=None)))

    assert nulls == nothing
    assert nothing.added_at is nothing.track.name is nothing.track.album is nothing.track.artists is None


def test_added_at_of_1970_is_nobodys_doing():
    assert only_entry(envelope(entry(added_at="1970-01-01T00:00:00Z"))).added_at is None


@pytest.mark.parametrize("name", ["nul\x00l", "x" * 10_000_000, "", "Ä 音楽 🎵", "line\nbreak\t\x7f"])
def test_any_text_is_kept_as_it_is(name):
    assert only_entry(envelope(entry(track(name=name)))).track.name == name


@pytest.mark.parametrize(
    ("row", "numbers"),
    [
        ({"streams": 9_000_000_000, "peak_rank": 1, "previous_rank": 2, "days_on_chart": 3}, (9_000_000_000, 1, 2, 3)),
        ({"streams": "9000000000", "peak_rank": "1", "previous_rank": "2", "days_on_chart": "3"}, (9 * 10**9, 1, 2, 3)),
        ({"previous_rank": -1}, (None, None, None, None)),
        ({"previous_rank": "-1", "artist_names": "A, B", "streams": None}, (None, None, None, None)),
    ],
)
def test_an_entry_made_from_the_csv_keeps_the_csvs_numbers(row, numbers):
    found = only_entry(envelope(entry(csv=row)))

    assert (found.streams, found.peak_position, found.previous_position, found.days_on_chart) == numbers


ROW = {
    "rank": "1",
    "uri": "spotify:track:4uUG5RXrOk84mYEfFvj3cK",
    "artist_names": "Ana, Tyler, The Creator",
    "track_name": "null",
    "source": "Loud",
    "streams": "367598",
}


def test_a_row_of_a_csv_without_its_track_is_a_song_with_a_label_and_a_credit():
    found = only_entry(envelope({"item": None, "csv": ROW}))

    assert (found.is_bare, found.label, found.credit) == (True, "Loud", "Ana, Tyler, The Creator")
    assert (found.track.id, found.track.name, found.streams) == ("4uUG5RXrOk84mYEfFvj3cK", "null", 367598)
    assert found.track.external_urls == Urls("https://open.spotify.com/track/4uUG5RXrOk84mYEfFvj3cK")
    assert found.track.album is found.track.artists is None


def test_a_track_beside_its_row_of_a_csv_counts_and_takes_over_label_and_credit():
    found = only_entry(envelope(entry(csv=ROW)))

    assert (found.is_bare, found.track.id) == (False, "s1")
    assert (found.label, found.credit) == ("Loud", "Ana, Tyler, The Creator")


@pytest.mark.parametrize(
    ("uri", "song_id"),
    [
        ("https://open.spotify.com/track/0bAkKNCQfWkexHFn7fIKns", "0bAkKNCQfWkexHFn7fIKns"),
        ("spotify:episode:0bAkKNCQfWkexHFn7fIKns", None),
        ("", None),
        (None, None),
    ],
)
def test_a_row_is_a_song_by_its_uri_or_link_and_without_one_an_empty_position(uri, song_id):
    chart = parsed(envelope({"item": None, "csv": ROW | {"uri": uri}}, entry()))

    assert [found.track.id for found in chart.entries] == [*([song_id] if song_id else []), "s1"]


def test_a_duplicate_key_means_its_last_value():
    data = as_bytes(envelope()).replace(b'"chart": "global"', b'"chart": "us", "chart": "fr"')

    assert parsed(data).chart == "fr"


def test_an_envelope_under_a_key_without_a_date_belongs_to_the_date_it_says():
    outcome, charts = parse_file(as_bytes(envelope()), LEGACY)

    assert (outcome.status, outcome.chart_date, charts) == (OTHER_DATE, DAY, [])
