"""Files that are refused: each with the place where it went wrong, the problem, and what to do."""

import gzip
import math
from dataclasses import replace

import pytest
from glue_jobs.raw_files import album, artist, as_bytes, entry, envelope, landed, page, playlist, track

from chart_transform.raw_files import BAD, parse_file

GOOD = as_bytes(envelope())


def without(document, field):
    return {name: value for name, value in document.items() if name != field}


def refused(document, file=None):
    outcome, charts = parse_file(as_bytes(document), file or landed())
    assert (outcome.status, charts) == (BAD, []), outcome
    assert outcome.action
    return outcome


@pytest.mark.parametrize(
    ("document", "place", "problem"),
    [
        (b"", "file", "empty"),
        (b" \n\t", "file", "empty"),
        (b'{"format": x}', "line 1 column 12", "not JSON: Expecting value"),
        (b'{\n "a": 1,\n "b" 2}', "line 3 column 6", "not JSON: Expecting ':' delimiter"),
        (GOOD[: len(GOOD) // 2], "line 1 column", "not JSON"),
        (GOOD + GOOD, f"line 1 column {len(GOOD) + 1}", "not JSON: Extra data"),
        (gzip.compress(GOOD), "file", "compressed with gzip"),
        (GOOD.replace(b"Song", b"S\xffng"), "byte ", "not UTF-8"),
        (GOOD.decode().encode("utf-16"), "byte 0", "not UTF-8"),
        (envelope(total=math.nan), "file", "NaN is no JSON value"),
        (envelope(total=-math.inf), "file", "-Infinity is no JSON value"),
        (b'{"items": ' + b"[" * 100_000, "file", "nested too deeply"),
        (b'{"items": ' + b"9" * 5000 + b"}", "items", "out of range"),
        ([], "$", "a list of 0 answers"),
        ([page(), page()], "$", "a list of 2 answers"),
        ([None], "$", "Expected `object`, got `null`"),
        (b'"chart"', "$", "Expected `object`, got `str`"),
        (b"50", "$", "Expected `object`, got `int`"),
        ({}, "$", "no list of items"),
        ({"error": {"status": 404, "message": "Resource not found"}}, "$", "no list of items"),
        (playlist() | {"tracks": {"href": "x", "total": 50}}, "tracks.items", "it is missing"),
        ({"items": []}, "items", "no entries"),
        ({"items": None}, "items", "Expected `array`, got `null`"),
        ({"tracks": {"items": [1]}}, "tracks.items[0]", "Expected `object | null`, got `int`"),
        ({"items": [entry(), entry()], "total": 50}, "total", "2 entries, fewer than its total of 50"),
        ({"items": [entry()], "href": 1}, "href", "Expected `str | null`, got `int`"),
    ],
)
def test_a_file_that_is_no_chart_is_refused_with_its_place(document, place, problem):
    outcome = refused(document)

    assert outcome.place.startswith(place)
    assert problem in outcome.problem


@pytest.mark.parametrize(
    ("document", "place", "problem"),
    [
        (envelope(format="top50-raw/2"), "format", "'top50-raw/2' is not one this job reads (top50-raw/1)"),
        (envelope(format=None), "format", "None is not one"),
        (envelope(format=[[]]), "format", "Expected `str | null`, got `array`"),
        (envelope(chart=None), "chart", "Expected `str`, got `null`"),
        (envelope(chart=""), "chart", "is not a chart's name"),
        (envelope(chart="../x"), "chart", "is not a chart's name"),
        (envelope(chart="x" * 65), "chart", "is not a chart's name"),
        (envelope(chart=1), "chart", "Expected `str`, got `int`"),
        (without(envelope(), "chart_date"), "chart_date", "missing"),
        (envelope(chart_date="22.11.2026"), "chart_date", "'22.11.2026' is not a date"),
        (envelope(chart_date="2026-11-21"), "chart_date", "the key says 2026-11-22, the body 2026-11-21"),
        (without(envelope(), "fetched_at"), "fetched_at", "missing"),
        (envelope(fetched_at="yesterday"), "fetched_at", "'yesterday' is not a time"),
        (envelope(fetched_at="0001-01-01T00:00:00+10:00"), "fetched_at", "is not a time"),
        (envelope(source=None), "source", "Expected `str`, got `null`"),
        (envelope(source=True), "source", "Expected `str`, got `bool`"),
        (envelope(playlist="p1"), "playlist", "Expected `object | null`, got `str`"),
        (envelope(playlist={"id": 1}), "playlist.id", "Expected `str | null`, got `int`"),
        (envelope(playlist={"snapshot_id": []}), "playlist.snapshot_id", "Expected `str | null`, got `array`"),
        (envelope(total=None), "total", "Expected `int`, got `null`"),
        (envelope(total="1"), "total", "Expected `int`, got `str`"),
        (envelope(total=True), "total", "Expected `int`, got `bool`"),
        (envelope(total=1.5), "total", "Expected `int`, got `float`"),
        (envelope(total=2**31), "total", "Expected `int` <= 2147483647"),
        (envelope(total=2), "total", "1 entries, fewer than its total of 2"),
        (envelope(total=0), "total", "1 entries, more than its total of 0"),
        (envelope(pages=None), "pages", "Expected `array`, got `null`"),
        (envelope(pages=[]), "pages", "Expected `array` of length >= 1"),
        (envelope(pages=[page(), None], total=1), "pages[1]", "Expected `object`, got `null`"),
        (envelope(pages=[{"items": {}}]), "pages[0].items", "Expected `array`, got `object`"),
        (envelope(pages=[{"items": []}], total=0), "items", "no entries"),
    ],
)
def test_an_envelope_is_refused_with_the_field_that_is_wrong(document, place, problem):
    outcome = refused(document)

    assert outcome.place == place
    assert problem in outcome.problem


@pytest.mark.parametrize("item", ["oops", 7, 1.5, True, [], [entry()]])
def test_an_entry_that_is_neither_null_nor_an_object_refuses_the_file(item):
    outcome = refused(envelope(entry(), item))

    assert outcome.place == "pages[0].items[1]"
    assert outcome.problem.startswith("Expected `object | null`, got ")


def test_an_entry_with_neither_item_nor_track_refuses_the_file():
    outcome = refused(envelope(entry(), {"added_at": None, "is_local": False}))

    assert outcome.place == "pages[0].items[1]"
    assert "neither an item nor a track" in outcome.problem


@pytest.mark.parametrize(
    ("bad", "place"),
    [
        ({"track": "oops"}, "track"),
        ({"item": "oops"}, "item"),
        (entry(is_local="no"), "is_local"),
        (entry(added_at=1), "added_at"),
        (entry(added_at="soon"), "added_at"),
        (entry(csv=[]), "csv"),
        (entry(csv={"streams": "many"}), "csv.streams"),
        (entry(csv={"streams": 2**63}), "csv.streams"),
        (entry(csv={"peak_rank": 1.5}), "csv.peak_rank"),
        (entry(csv={"previous_rank": "new"}), "csv.previous_rank"),
        (entry(csv={"days_on_chart": [1]}), "csv.days_on_chart"),
        (entry({}), "track.id"),
        *[
            (entry(track(**{field: value})), f"track.{field}")
            for field, value in [
                *[("id", None), ("id", ""), ("id", 1), ("name", {}), ("type", 1), ("is_local", 0)],
                *[("duration_ms", "3"), ("duration_ms", 10**30), ("explicit", "no"), ("popularity", 9.5)],
                *[("disc_number", []), ("track_number", True), ("external_ids", "x"), ("external_urls", [])],
                *[("album", "x"), ("artists", "x"), ("name", "half \ud83d"), ("id", "\udc00")],
            ]
        ],
        (entry(track(external_ids={"isrc": 1})), "track.external_ids.isrc"),
        (entry(track(external_urls={"spotify": 1})), "track.external_urls.spotify"),
        (entry(track(artists=[artist(), "x"])), "track.artists[1]"),
        (entry(track(artists=[artist(id=1)])), "track.artists[0].id"),
        (entry(track(artists=[artist(name=1)])), "track.artists[0].name"),
        (entry(track(artists=[artist(external_urls=1)])), "track.artists[0].external_urls"),
        *[
            (entry(track(album=album(**{field: value}))), f"track.album.{field}")
            for field, value in [
                *[("id", 1), ("name", 1), ("album_type", 1), ("release_date", 1981), ("release_date_precision", 1)],
                *[("total_tracks", "1"), ("artists", 1), ("external_urls", 1), ("images", 1)],
            ]
        ],
        (entry(track(album=album(images=[{"width": "640"}]))), "track.album.images[0].width"),
        (entry(track(album=album(images=[{"url": 1}]))), "track.album.images[0].url"),
        (entry(track(album=album(images=["x"]))), "track.album.images[0]"),
        (entry(track(album=album(artists=[{"id": 1}]))), "track.album.artists[0].id"),
    ],
)
def test_a_wrong_value_in_any_field_the_job_reads_is_named(bad, place):
    outcome = refused(envelope(entry(), bad))

    assert outcome.place == f"pages[0].items[1].{place}"


def test_places_in_a_bare_answer_start_where_the_file_does():
    assert refused({"items": [entry(track(name=1))]}).place == "items[0].track.name"
    assert refused(playlist("tracks", entry(track(name=1)))).place == "tracks.items[0].track.name"


def test_a_long_value_is_shown_short():
    assert len(refused(envelope(fetched_at="x" * 10_000_000)).problem) < 150


def test_a_key_with_a_date_that_is_none_refuses_the_file():
    outcome = refused(envelope(), landed("to_processed/chart_date=2026-13-45/global.json"))

    assert (outcome.place, outcome.action) == ("key", "land it under chart_date=YYYY-MM-DD/")


def test_a_processed_file_that_is_not_what_its_name_says_is_refused():
    outcome = refused(envelope(), replace(landed(), sha8="00000000"))

    assert outcome.problem == "the content is not what its name's checksum says"
