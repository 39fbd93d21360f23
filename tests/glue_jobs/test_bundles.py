"""Bundles: many charts of one date in one raw file, loaded or refused as a whole."""

import gzip
from dataclasses import replace

import pytest
from glue_jobs.lakes import Lake
from glue_jobs.raw_files import DAY, as_bytes, entry, envelope, land, landed, listed, page, track
from glue_jobs.scenes import chart_of

from chart_transform import bundles
from chart_transform.bundles import pack, unpack
from chart_transform.keys import processed_file
from chart_transform.raw_files import ACCEPTED, BAD, OTHER_DATE, parse_file
from chart_transform.slices import charts_in

NAME = f"to_processed/chart_date={DAY}/imported.jsonl.gz"
NOON, EVENING = "2026-11-22T12:00:00Z", "2026-11-22T20:00:00Z"


def bundle(*documents):
    return pack(map(as_bytes, documents))


def parsed(data, name=NAME):
    return parse_file(data, landed(name))


def test_a_bundle_is_the_charts_of_its_lines_under_one_key_with_its_newest_time():
    data = bundle(chart_of("g1", fetched_at=NOON), chart_of("u1", chart="us", fetched_at=EVENING))

    outcome, charts = parsed(data)

    assert (outcome.status, outcome.charts) == (ACCEPTED, ("global", "us"))
    assert outcome.source_key == f"chart_date={DAY}/bundle.20261122T200000Z.{outcome.sha8}.jsonl.gz"
    assert [(chart.chart, f"{chart.fetched_at:%H}", chart.source_key) for chart in charts] == [
        ("global", "12", outcome.source_key),
        ("us", "20", outcome.source_key),
    ]


def test_a_processed_bundle_takes_charts_and_times_from_its_lines_and_not_from_its_key():
    data = bundle(chart_of("g1", fetched_at=NOON), chart_of("u1", chart="us", fetched_at=EVENING))
    outcome, charts = parsed(data)

    again = parse_file(data, processed_file(listed(f"processed/{outcome.source_key}")))

    assert again == (replace(outcome, file=again[0].file), charts)


@pytest.mark.parametrize(
    ("data", "place", "problem"),
    [
        (bundle(chart_of("s1"), b"{"), "line 2: line 1 column 2", "not JSON"),
        (bundle(chart_of("s1"), b"", chart_of("s2")), "line 3: chart", "the chart global is there twice"),
        (bundle(page()), "line 1: $", "a line of a bundle is an envelope"),
        (bundle(envelope(entry(track(name=7)))), "line 1: pages[0].items[0].track.name", "Expected `str | null`"),
        (bundle(chart_of("s1"), chart_of("s2", chart="us", chart_date="2026-11-21")), "line 2: chart_date", "the key"),
        (bundle(), "file", "the bundle has no lines"),
        (bundle(chart_of("s1"))[:-9], "file", "it is cut off"),
        (bundle(chart_of("s1"))[:10] + b"\xff" * 30, "file", "not gzip that can be read"),
        (bundle(chart_of("s1")) + b"more", "file", "something follows its end"),
    ],
)
def test_one_bad_line_refuses_the_bundle_with_line_and_place(data, place, problem):
    outcome, charts = parsed(data)

    assert (outcome.status, charts) == (BAD, [])
    assert outcome.place == place
    assert problem in outcome.problem


def test_lines_of_several_dates_are_refused_where_the_key_names_none():
    data = bundle(chart_of("s1", chart_date="2026-11-20"), chart_of("s2", chart="us", chart_date="2026-11-21"))

    outcome, _charts = parsed(data, "to_processed/imported.jsonl.gz")

    assert (outcome.status, outcome.place) == (BAD, "line 2: chart_date")
    assert "2026-11-21, after 2026-11-20" in outcome.problem


def test_a_bundle_under_a_key_without_a_date_belongs_to_the_date_of_its_lines():
    outcome, _charts = parsed(bundle(chart_of("s1", chart_date="2026-11-20")), "to_processed/imported.jsonl.gz")

    assert (outcome.status, outcome.chart_date) == (OTHER_DATE, "2026-11-20")


def test_what_would_fill_the_memory_is_refused_before_it_does(monkeypatch):
    monkeypatch.setattr(bundles, "MOST_BYTES", 1_000_000)

    outcome, _charts = parsed(gzip.compress(b" " * 1_000_001))

    assert (outcome.status, outcome.problem) == (BAD, "it holds more than 1,000,000 bytes")


def test_the_same_lines_make_the_same_bytes():
    assert pack([b"a", b"b"]) == pack(iter([b"a", b"b"]))
    assert unpack(pack([b"a", b"b"])) == [b"a", b"b", b""]


def test_a_slice_counts_about_as_many_charts_as_a_bundle_has_bytes_for():
    small, large = (replace(landed(NAME), size=size) for size in (5_000, 700_000))

    assert (charts_in([small]), charts_in([large]), charts_in([landed(), large])) == (1, 70, 71)


def test_a_bundle_is_loaded_kept_and_rebuilt_beside_other_files_and_the_newest_record_stands(tmp_path):
    lake = Lake(tmp_path)
    land(lake.raw, f"chart_date={DAY}/global.json", chart_of("live", fetched_at=EVENING))
    data = bundle(chart_of("old", fetched_at=NOON), chart_of("u1", None, chart="us", fetched_at=NOON))
    land(lake.raw, f"chart_date={DAY}/imported.jsonl.gz", data)

    summary = lake.run()
    before = lake.contents()
    again = lake.run("--reprocess_from", DAY, "--reprocess_to", DAY)

    assert (summary["files_read"], summary["rows"]["chart_load"]) == (2, 2)
    assert (lake.songs(), lake.songs(chart="us")) == (["live"], ["u1"])
    (kept,) = lake.raw.glob("processed/*/*.jsonl.gz")
    assert kept.read_bytes() == data
    assert {row["chart"]: row["source_key"].endswith(kept.name) for row in lake.rows("chart_load")} == {
        "global": False,
        "us": True,
    }
    assert lake.contents() == before
    assert again["dates_rewritten"] == [DAY]


def test_a_bundle_with_a_bad_line_goes_to_quarantine_as_it_came_and_the_date_is_loaded(tmp_path):
    lake = Lake(tmp_path)
    land(lake.raw, f"chart_date={DAY}/global.json", chart_of("live"))
    bad = land(lake.raw, f"chart_date={DAY}/imported.jsonl.gz", bundle(chart_of("u1", chart="us"), b"{"))
    data = bad.read_bytes()

    lake.run()

    assert [row["chart"] for row in lake.rows("chart_load")] == ["global"]
    assert (lake.raw / f"quarantine/chart_date={DAY}/imported.jsonl.gz").read_bytes() == data
    assert lake.reason(f"chart_date={DAY}/imported.jsonl.gz")["place"] == "line 2: line 1 column 2"


def test_a_bundle_that_is_gone_is_a_chart_lost_and_leaves_its_date_as_it_is(tmp_path):
    lake = Lake(tmp_path)
    land(lake.raw, f"chart_date={DAY}/imported.jsonl.gz", bundle(chart_of("g1"), chart_of("u1", chart="us")))
    lake.run()
    next(lake.raw.glob("processed/*/*.jsonl.gz")).unlink()

    land(lake.raw, f"chart_date={DAY}/global.json", chart_of("live"))
    summary = lake.run()

    assert summary["dates_guarded"] == [DAY]
    assert lake.reason(f"chart_date={DAY}/global.json")["problem"].startswith("loading it would drop us")
