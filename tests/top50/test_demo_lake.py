"""The demo's lake, changed as a person may: added to, damaged, purged, served. Each test has a copy."""

import json
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import boto3
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from newcomer import ROOT

from top50.demo import MADE
from top50.lakes import demo_lake


@pytest.fixture
def lake(newcomer):
    """A lake of the demo with one chart that the demo made, and one that was added."""
    lake = demo_lake({"Charts": "global"})
    lake.remember()
    made = "raw/processed/chart_date=2026-11-22/global.20261122T230004Z.01234567.json"
    added = "raw/processed/chart_date=2026-11-21/us-daily.20261122T080000Z.89abcdef.json"
    for key in (made, added):
        (lake.bucket / key).parent.mkdir(parents=True)
        (lake.bucket / key).write_text("{}")
    (lake.folder / MADE).write_text(made)
    return lake


@pytest.mark.parametrize("can_ask", [True, False])
def test_a_demo_does_not_remove_charts_that_were_added_unless_a_person_agrees(lake, top50, monkeypatch, can_ask):
    monkeypatch.setattr("top50.demo.can_ask", lambda: can_ask)

    finished = top50("demo", input="n\n")

    assert finished.exit_code == 1
    assert "1 chart that you added (us-daily of 2026-11-21)" in finished.output
    assert ("no demo was run" if can_ask else "To agree: top50 demo --yes") in finished.stderr
    assert len(list(lake.bucket.rglob("*.json"))) == 2


def test_charts_of_a_lake_that_no_demo_made_count_as_added(lake, top50):
    (lake.folder / MADE).unlink()

    assert "2 charts that you added" in top50("demo").stderr


@pytest.mark.parametrize("name", ["parameters.json", "catalog.json"])
def test_a_damaged_file_of_the_lakes_own_is_named_with_what_to_do(lake, top50, name):
    (lake.bucket / "lake" / "song" / "chart_date=2026-11-21").mkdir(parents=True)
    (lake.folder / name).write_text('{"tab')

    finished = top50("sql", "select 1")

    assert finished.exit_code == 1
    assert re.search(rf"demo/{name} is damaged \(.*\)\. Delete it", finished.stderr)


@pytest.fixture
def bucket(demo, newcomer):
    """A copy of the demo's lake."""
    shutil.copytree(demo.home, newcomer, dirs_exist_ok=True)
    return newcomer / "demo" / "bucket"


def test_a_damaged_file_ends_only_the_questions_that_read_it_and_the_remedy_is_named(bucket, top50):
    partition = sorted(bucket.glob("lake/album/chart_date=*"))[0]
    day = partition.name.removeprefix("chart_date=")
    (partition / "part-0.parquet").write_bytes((partition / "part-0.parquet").read_bytes()[:500])

    of_the_file = top50("sql", "select count(*) from album")
    report = top50("report")
    of_others = top50("sql", f"select count(*) from album where chart_date > '{day}'")

    for finished in (of_the_file, report):
        assert finished.exit_code == 1
        assert f"HIVE_BAD_DATA: Not valid Parquet file: {partition}" in finished.stderr
        assert f"top50 reprocess --from {day} --to {day}" in finished.stderr
    assert of_others.exit_code == 0, of_others.stderr


@pytest.mark.full
def test_check_names_what_is_missing_damaged_or_wrong_as_it_lies_on_the_disk(bucket, top50):
    well = top50("check")
    missing, damaged, doubled = (sorted(bucket.glob(f"lake/{it}/chart_date=*"))[-1] / "part-0.parquet" for it in TABLES)
    day = missing.parent.name.removeprefix("chart_date=")
    missing.unlink()
    damaged.write_bytes(b"no Parquet")
    table = pq.read_table(doubled, partitioning=None)
    pq.write_table(pa.concat_tables([table, table.slice(0, 1)]), doubled)

    finished = top50("check")

    assert well.exit_code == 0, well.stderr
    assert re.search(r"checks +\d\d passed, 0 failed", well.stdout)
    assert finished.exit_code == 1
    assert f"lake/song_artist/chart_date={day}/part-0.parquet is missing" in finished.stderr
    assert f"A file of {day} is damaged. To rebuild it: top50 reprocess --from {day} --to {day}" in finished.stderr
    assert len(re.findall(f"Not valid Parquet file: {damaged}", finished.stderr)) == 1
    assert "chart_entry_unique" in finished.stderr
    [result] = re.findall(r"\(all of them: (\S+)\)", finished.stderr)
    assert "song_has_artist" in Path(result).read_text()
    assert "s3://" not in finished.stderr


TABLES = ("song_artist", "album", "chart_entry")


@pytest.mark.full
def test_charts_are_added_from_a_csv_and_a_folder_and_removed_again(demo, bucket, top50, tmp_path):
    """In one story, since each step takes a run of the job."""
    [csv] = re.findall(r"^Add a CSV: +\S+ add-csv (\S+)$", demo.printed, re.MULTILINE)
    added = top50("add-csv", csv)
    assert added.exit_code == 0, added.stderr
    [(csv_day, rows)] = re.findall(r"^global-daily of (\S+): (\d+) rows$", added.stdout, re.MULTILINE)
    assert rows == "50"

    old = tmp_path / "old"
    old.mkdir()
    page = json.dumps({"items": [{"track": {"id": "s1", "name": "Song", "artists": [{"id": "a1"}]}}]})
    (old / "spotify_raw_2023-03-27 18_24_36.95.json").write_text(page)
    (old / "broken.json").write_text("{")
    filled = top50("backfill", old, "--chart", "us", "--apply")
    # Somebody has to look at the broken file.
    assert filled.exit_code == 1
    assert "1 file refused, for the reasons above" in filled.stderr
    assert "sent     1 file\nfiles    1 read, 0 refused\ndates    1 rewritten (2023-03-27)" in filled.stdout
    assert counts(top50) == {"global-daily": 1, "global": 14, "jp": 14, "us": 15}

    refused = top50("demo")
    assert "2 charts that you added (global-daily of" in refused.stderr

    purged = top50("purge", "--chart", "global-daily", "--date", csv_day, "--yes")
    assert purged.exit_code == 0, purged.stderr
    assert "rebuild  1 date without the rows of global-daily; the other charts stay" in purged.stdout
    assert re.search(r"checks +\d\d passed, 0 failed", purged.stdout)
    assert list(bucket.rglob("global-daily.*")) == []
    assert counts(top50) == {"global": 14, "jp": 14, "us": 15}

    alone = top50("purge", "--date", "2023-03-27", "--yes")
    assert alone.exit_code == 0, alone.stderr
    assert list(bucket.rglob("chart_date=2023-03-27")) == []

    first = sorted(bucket.glob("lake/song/chart_date=*"))[-5].name.removeprefix("chart_date=")
    before = top50("purge", "--before", first, "--yes")
    assert "charts   global, jp, us\n" in before.stdout
    assert re.search(r"^lake +54 objects$", before.stdout, re.MULTILINE)
    assert counts(top50) == {"global": 5, "jp": 5, "us": 5}

    rebuilt = top50("reprocess", "--from", first, "--to", first)
    assert rebuilt.exit_code == 0, rebuilt.stderr
    assert f"dates    1 rewritten ({first})" in rebuilt.stdout


def counts(top50):
    """Dates by chart."""
    answer = top50("sql", "--json", "select chart, count(*) as dates from chart_load group by chart").stdout
    return {row["chart"]: row["dates"] for row in json.loads(answer)}


@pytest.mark.full
def test_the_cloud_serves_any_boto3_program_until_it_is_asked_to_end(bucket, newcomer):
    served = subprocess.Popen(
        [ROOT / ".venv" / "bin" / "top50", "cloud", "--port", "0"],
        env={"PATH": os.environ["PATH"], "LOCAL_CLOUD_HOME": str(newcomer), "PYTHONUNBUFFERED": "1", "COLUMNS": "100"},
        stdout=subprocess.PIPE,
        text=True,
    )
    printed = []
    ends = time.monotonic() + 120
    while not any("Ctrl-C" in line for line in printed):
        assert time.monotonic() < ends, printed
        printed.append(served.stdout.readline())
    url = next(line.split("=", 1)[1].strip() for line in printed if line.startswith("export AWS_ENDPOINT_URL="))

    buckets = boto3.client("s3", endpoint_url=url).list_buckets()["Buckets"]

    served.send_signal(signal.SIGTERM)
    served.communicate(timeout=120)
    assert served.returncode == 0
    assert json.loads((newcomer / "demo" / "parameters.json").read_text())["CatalogMode"] == "crawler"
    assert any(bucket["Name"].startswith("spotify-top50-data-") for bucket in buckets)
