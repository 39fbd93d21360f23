"""Runs that follow one another: what comes late, comes again, or is gone."""

import os

import pytest
from glue_jobs.lakes import Lake
from glue_jobs.raw_files import DAY, entry, envelope, land, page, track

from chart_transform import slices
from chart_transform.errors import TransformError


@pytest.fixture
def lake(tmp_path):
    return Lake(tmp_path)


def chart_of(*songs, **fields):
    return envelope(*(entry(track(song)) for song in songs), **fields)


def put(lake, document, day=DAY):
    """Land a document under a date; its name says nothing of its chart."""
    return land(lake.raw, f"chart_date={day}/{os.urandom(4).hex()}.json", document)


def processed(lake, day=DAY):
    return lake.files(f"raw/processed/chart_date={day}")


def test_a_late_chart_joins_its_date_and_leaves_other_dates_alone(lake):
    put(lake, chart_of("g1"))
    put(lake, chart_of("o1", chart_date="2026-11-21"), day="2026-11-21")
    lake.run()
    other_date = {name: data for name, data in lake.contents().items() if "2026-11-21" in name}

    put(lake, chart_of("u1", "g1", chart="us"))
    summary = lake.run()

    assert (lake.songs(), lake.songs(chart="us")) == (["g1"], ["u1", "g1"])
    assert summary["dates_rewritten"] == [DAY]
    assert summary["rows"]["song"] == 2
    assert {name: data for name, data in lake.contents().items() if "2026-11-21" in name} == other_date


def test_a_newer_extraction_replaces_and_an_older_one_does_not(lake):
    put(lake, chart_of("noon", fetched_at="2026-11-22T12:00:00Z"))
    lake.run()

    put(lake, chart_of("evening", fetched_at="2026-11-22T20:00:00Z"))
    lake.run()
    after_newer = lake.songs()
    put(lake, chart_of("morning", fetched_at="2026-11-22T06:00:00Z"))
    lake.run()

    assert after_newer == lake.songs() == ["evening"]
    assert [row["song_id"] for row in lake.rows("song")] == ["evening"]
    assert len(processed(lake)) == 3


def test_of_two_files_from_one_instant_the_same_one_stands_whichever_came_first(tmp_path):
    stands = []
    for order in (("s1", "s2"), ("s2", "s1")):
        lake = Lake(tmp_path / order[0])
        for song in order:
            put(lake, chart_of(song))
            lake.run()
        assert len(processed(lake)) == 2
        stands.append(lake.songs())

    assert stands[0] == stands[1]


def test_the_same_file_landed_again_changes_nothing(lake):
    put(lake, chart_of("s1", "s2"))
    lake.run()
    before = lake.contents()

    put(lake, chart_of("s1", "s2"))
    lake.run()

    assert lake.contents() == before


def test_a_rebuild_from_processed_keeps_to_its_bounds_changes_no_row_and_touches_nothing_landed(lake):
    put(lake, chart_of("g1"))
    put(lake, chart_of("g2", fetched_at="2026-11-22T01:00:00Z"))
    put(lake, chart_of("u1", chart="us"))
    put(lake, chart_of("o1", chart_date="2026-11-21"), day="2026-11-21")
    put(lake, chart_of("n1", chart_date="2026-11-23"), day="2026-11-23")
    for name in ("2023-03-26 18_24_36.json", "2023-03-27 18_24_36.json"):
        land(lake.raw, name, page(entry(track("legacy"))))
    lake.run("--default_chart", "mine")
    put(lake, chart_of("waiting", fetched_at="2026-11-23T00:00:00Z"))
    before = lake.contents()

    summary = lake.run("--reprocess_from", "2023-03-27", "--reprocess_to", DAY)

    assert lake.contents() == before
    # Both bounds are in it.
    assert summary["dates_rewritten"] == ["2023-03-27", "2026-11-21", DAY]
    assert lake.songs("2023-03-27", chart="mine") == ["legacy"]


def test_a_rewrite_that_would_drop_a_chart_leaves_its_date_and_sets_the_file_aside_unless_that_is_allowed(lake):
    put(lake, chart_of("g1"))
    lake.run()
    (lake.root / processed(lake)[0]).unlink()
    before = {name: data for name, data in lake.contents().items() if name.startswith("lake/")}

    late = put(lake, chart_of("u1", chart="us"))
    put(lake, chart_of("next", chart_date="2026-11-23"), day="2026-11-23")
    summary = lake.run()

    after = lake.contents()
    assert {name: after[name] for name in before} == before
    assert (summary["dates_guarded"], summary["dates_rewritten"]) == ([DAY], ["2026-11-23"])
    assert lake.reason(f"chart_date={DAY}/{late.name}")["problem"].startswith("loading it would drop global")
    assert (lake.raw / f"quarantine/chart_date={DAY}/{late.name}").is_file()
    assert lake.songs("2026-11-23") == ["next"]

    put(lake, chart_of("u1", chart="us"))
    summary = lake.run("--allow_drop", f"{DAY}:global")

    assert (lake.songs(), lake.songs(chart="us")) == ([], ["u1"])
    assert summary["files_quarantined"] == 0


def test_a_processed_file_that_was_damaged_stops_its_date_and_stays_where_it_is(lake):
    put(lake, chart_of("g1"))
    lake.run()
    (kept,) = processed(lake)
    (lake.root / kept).write_text("{}")

    late = put(lake, chart_of("u1", chart="us"))
    summary = lake.run()

    assert (summary["dates_guarded"], summary["dates_rewritten"]) == ([DAY], [])
    assert lake.songs() == ["g1"]
    assert (lake.root / kept).read_text() == "{}"
    assert kept in lake.reason(f"chart_date={DAY}/{late.name}")["place"]


def test_a_receipt_that_was_damaged_ends_the_run_with_its_name_before_anything_is_touched(lake):
    put(lake, chart_of("g1"))
    lake.run()
    damaged = lake.root / f"lake/chart_load/chart_date={DAY}/part-0.parquet"
    damaged.write_text("no Parquet")
    put(lake, chart_of("u1", chart="us"))
    before = lake.contents("raw")

    with pytest.raises(TransformError, match=rf"{damaged} cannot be read .*: restore its older version"):
        lake.run()
    stayed = lake.contents("raw")
    damaged.unlink()
    lake.run("--reprocess_from", DAY, "--reprocess_to", DAY)
    lake.run()

    assert stayed == before
    assert (lake.songs(), lake.songs(chart="us")) == (["g1"], ["u1"])


def test_a_stranger_below_processed_is_left_alone_and_what_a_run_that_died_left_in_staging_is_gone(lake):
    put(lake, chart_of("g1"))
    lake.run()
    left = lake.root / "staging/killed/song/chart_date=2026-11-22/part-00000.parquet"
    left.parent.mkdir(parents=True)
    left.write_text("half a table")
    stranger = lake.raw / f"processed/chart_date={DAY}/global.20269999T999999Z.00000000.json"
    stranger.write_text("mine")

    put(lake, chart_of("u1", chart="us"))
    lake.run()

    assert stranger.read_text() == "mine"
    assert lake.files("staging") == []
    assert (lake.songs(), lake.songs(chart="us")) == (["g1"], ["u1"])


def test_what_lands_or_changes_while_the_job_runs_stays_for_the_next_run(lake, monkeypatch):
    put(lake, chart_of("g1"))
    changed = put(lake, chart_of("half", chart="us"))
    landed = []
    judge = slices.judge

    def while_someone_lands(*arguments):
        changed.write_bytes(changed.read_bytes().replace(b"half", b"whole"))
        landed.append(put(lake, chart_of("late", chart="de")))
        return judge(*arguments)

    monkeypatch.setattr(slices, "judge", while_someone_lands)
    lake.run()
    monkeypatch.undo()
    stayed = lake.files("raw/to_processed")
    lake.run()

    assert stayed == sorted(path.relative_to(lake.root).as_posix() for path in [changed, *landed])
    assert [lake.songs(chart=chart) for chart in ("global", "us", "de")] == [["g1"], ["whole"], ["late"]]
    assert lake.files("raw/to_processed") == []


def test_dates_beyond_one_slice_are_all_loaded(lake, monkeypatch):
    monkeypatch.setattr(slices, "SLICE_CHARTS", 1)
    for day in ("2026-11-21", DAY):
        put(lake, chart_of("s1", chart_date=day), day=day)

    summary = lake.run()

    assert summary["dates_rewritten"] == ["2026-11-21", DAY]
    assert summary["rows"]["chart_entry"] == 2
