"""The commands of the README, run as a user runs them: by make, in the order in which a newcomer tries them."""

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

from local_cloud.spotify import SpotifyStandIn, own_playlist_id

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("local_cloud")


def environment(home, **extra):
    """A newcomer's: nothing of this test run's AWS or Spark settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "LOCAL_CLOUD_HOME": str(home), "COLUMNS": "120", **extra}


def make(home, *arguments, timeout=300, **extra):
    return subprocess.run(
        ["make", *arguments],
        cwd=ROOT,
        env=environment(home, **extra),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


@pytest.fixture(scope="module")
def demo(home):
    return make(home, "demo")


def test_make_alone_prints_every_target(home):
    printed = make(home).stdout

    targets = re.findall(r"^([a-z0-9-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert len(targets) >= 8
    for target in targets:
        assert re.search(rf"^  make {target} +\S", printed, re.MULTILINE)


def test_the_readme_shows_what_make_really_prints(home):
    printed = make(home).stdout

    assert printed.strip() in (ROOT / "README.md").read_text()


def test_a_demo_of_a_date_that_is_none_says_so(tmp_path):
    finished = make(tmp_path, "demo", "DATE=nonsense")

    assert finished.returncode != 0
    assert "'nonsense' is no date: write it as 2026-11-22" in finished.stderr


def test_before_the_first_demo_sql_says_what_to_do(tmp_path):
    finished = make(tmp_path, "sql", "Q=select 1")

    assert finished.returncode != 0
    assert "run `make demo` first" in finished.stderr


def test_the_demo_ends_well_with_2100_chart_entries_as_athena_counts_them(demo):
    assert demo.returncode == 0, demo.stderr
    assert "2,100 chart_entry" in demo.stdout
    assert "42 chart_load; 14 dates" in demo.stdout
    assert re.search(r"checks +\d\d passed, 0 failed", demo.stdout)


def test_the_demo_shows_a_top_10_and_the_sql_behind_it(demo):
    assert "FROM chart_entry" in demo.stdout
    positions = re.findall(r"^ *(\d+) +(?:[+-]\d+|=|new) +\S", demo.stdout, re.MULTILINE)
    assert positions == [str(position) for position in range(1, 11)]


def test_the_demo_writes_nothing_that_looks_like_an_error(demo):
    assert demo.stderr == ""


def test_the_readme_shows_the_form_of_what_the_demo_prints(demo):
    def form(text):
        """The labels and counts that do not depend on the day; songs and times do."""
        counts = re.findall(r"^(rows|checks|seconds|report) .*", text, re.MULTILINE)
        stable = re.findall(
            r"2,100 chart_entry|42 chart_load; 14 dates|21 passed, 0 failed|Ask your own: .*|Add a CSV: make add-csv",
            text,
        )
        return counts, stable

    assert form((ROOT / "README.md").read_text()) == form(demo.stdout)


def test_sql_answers_on_the_lake_of_the_demo(demo, home):
    finished = make(home, "sql", "Q=select chart, count(*) as entries from chart_entry group by chart order by chart")

    assert finished.returncode == 0, finished.stderr
    assert re.findall(r"^(\w+) +700", finished.stdout, re.MULTILINE) == ["global", "jp", "us"]


def test_sql_answers_a_question_from_a_file_on_the_views_that_the_demo_made(demo, home):
    finished = make(home, "sql", "FILE=deploy/queries/longest_at_number_one.sql")

    assert finished.returncode == 0, finished.stderr
    assert re.search(r"^1 +\d+ +\S", finished.stdout, re.MULTILINE)


def test_sql_prints_csv_on_demand(demo, home):
    finished = make(
        home, "sql", "CSV=1", "Q=select chart, min(position), null as n from chart_latest group by chart order by 1"
    )

    assert finished.returncode == 0, finished.stderr
    assert finished.stdout == "chart,_col1,n\nglobal,1,\njp,1,\nus,1,\n"


@pytest.mark.parametrize("form", ["", "CSV=1"])
def test_sql_ends_well_when_nobody_reads_on(demo, home, form):
    # More than a pipe holds: what is left is written when the reader has gone.
    piped = f'set -o pipefail; make sql {form} Q="select * from chart_entry" | head -1'
    finished = subprocess.run(
        ["bash", "-c", piped], cwd=ROOT, env=environment(home), capture_output=True, text=True, timeout=120, check=False
    )

    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout.startswith("chart")
    assert finished.stdout.count("\n") == 1


def test_sql_answers_on_a_lake_whose_catalog_was_not_kept(demo, home):
    (home / "demo" / "catalog.json").rename(home / "demo" / "kept.json")
    finished = make(home, "sql", "CSV=1", "Q=select count(*) as n from chart_entry")
    (home / "demo" / "kept.json").replace(home / "demo" / "catalog.json")

    assert finished.returncode == 0, finished.stderr
    assert finished.stdout == "n\n2100\n"


def test_the_demo_ends_by_naming_its_report(demo, home):
    [file] = re.findall(r"^report +(\S+)$", demo.stdout, re.MULTILINE)

    assert file == str(home / "demo" / "report.html")
    assert "<h1>global</h1>" in Path(file).read_text()


def test_report_shows_another_chart_on_demand(demo, home):
    finished = make(home, "report", "CHART=jp", f"OUT={home / 'jp.html'}")

    assert finished.returncode == 0, finished.stderr
    assert finished.stdout == f"{home / 'jp.html'}\n"
    assert "<h1>jp</h1>" in (home / "jp.html").read_text()


def test_report_into_a_folder_that_is_not_there_says_so(demo, home):
    finished = make(home, "report", "OUT=no_such/report.html")

    assert finished.returncode != 0
    assert "no_such/report.html cannot be written (No such file or directory)" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_report_on_a_chart_that_is_not_there_names_those_that_are(demo, home):
    finished = make(home, "report", "CHART=de")

    assert finished.returncode != 0
    assert "chart de is not in the lake, which has: global, jp, us" in finished.stderr


def test_sql_of_a_file_that_is_not_there_says_so(home):
    finished = make(home, "sql", "FILE=no_such.sql")

    assert finished.returncode != 0
    assert "no_such.sql cannot be read (No such file or directory)" in finished.stderr


def test_sql_of_a_file_that_is_no_text_says_so_whatever_its_name(tmp_path):
    file = tmp_path / 'a "binary".sql'
    file.write_bytes(b"select \xff")

    finished = make(tmp_path, "sql", f"FILE={file}")

    assert finished.returncode != 0
    assert f"{file} is not UTF-8 text (byte 7)" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_sql_that_would_change_the_lake_says_that_nothing_is_kept(demo, home):
    finished = make(home, "sql", "Q=drop view chart_latest")

    assert finished.returncode != 0
    assert "nothing of this is kept: make sql asks a copy of the lake" in finished.stderr
    assert make(home, "sql", "Q=select 1 from chart_latest limit 1").returncode == 0


def test_sql_that_athena_refuses_ends_with_its_reason(demo, home):
    finished = make(home, "sql", "Q=select no_such_column from chart_entry")

    assert finished.returncode != 0
    assert "no_such_column" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_the_checks_pass_again_on_the_lake_of_the_demo(demo, home):
    finished = make(home, "check-lake")

    assert finished.returncode == 0, finished.stderr
    assert re.search(r"checks +\d\d passed, 0 failed", finished.stdout)


def test_after_a_file_is_gone_check_lake_names_table_and_date_and_where_its_result_is(demo, home):
    partition = sorted(home.glob("demo/bucket/lake/song_artist/chart_date=*"))[-1] / "part-0.parquet"
    kept = partition.read_bytes()
    partition.unlink()

    finished = make(home, "check-lake")
    partition.parent.mkdir(parents=True, exist_ok=True)
    partition.write_bytes(kept)

    assert finished.returncode != 0
    first, second = finished.stderr.splitlines()[:2]
    date = partition.parent.name.removeprefix("chart_date=")
    assert first.startswith(
        f"lake/song_artist/chart_date={date}/part-0.parquet is missing, though {date} has other tables"
    )
    [result] = re.findall(r"\(all of them: (\S+)\)", second)
    assert "song_has_artist" in Path(result).read_text()
    assert "s3://" not in finished.stderr


def test_a_file_that_is_no_parquet_is_named_as_it_lies_on_the_disk(demo, home):
    partition = sorted(home.glob("demo/bucket/lake/album/chart_date=*"))[0] / "part-0.parquet"
    kept = partition.read_bytes()
    partition.write_bytes(b"no Parquet")

    finished = make(home, "check-lake")
    partition.write_bytes(kept)

    assert finished.returncode != 0
    assert f"{partition} is not a Parquet file" in finished.stderr


def test_after_damage_by_hand_check_lake_names_the_check_and_the_rows(demo, home):
    partition = sorted(home.glob("demo/bucket/lake/chart_entry/chart_date=*"))[-1] / "part-0.parquet"
    kept = partition.read_bytes()
    table = pq.read_table(partition, partitioning=None)
    pq.write_table(pa.concat_tables([table, table.slice(0, 1)]), partition)

    finished = make(home, "check-lake")
    partition.write_bytes(kept)

    assert finished.returncode != 0
    said = finished.stdout + finished.stderr
    assert "chart_entry_unique" in said
    assert partition.parent.name.removeprefix("chart_date=") in said


@pytest.fixture(scope="module")
def grown(demo, home, tmp_path_factory):
    """The demo's lake once more, to bring things into, and a folder of older raw files, one of them broken."""
    copied = tmp_path_factory.mktemp("grown")
    shutil.copytree(home, copied, dirs_exist_ok=True)
    old = copied / "old"
    old.mkdir()
    page = json.dumps({"items": [{"track": {"id": "s1", "name": "Song", "artists": [{"id": "a1"}]}}]})
    (old / "spotify_raw_2023-03-27 18_24_36.95.json").write_text(page)
    (old / "broken.json").write_text("{")
    return copied


def test_a_backfill_shows_what_it_would_do_and_does_it_on_demand(grown):
    shown = make(grown, "backfill", f"DIR={grown / 'old'}", "CHART=us", "APPLY=0")
    done = make(grown, "backfill", f"DIR={grown / 'old'}", "CHART=us", "APPLY=1")
    asked = make(grown, "sql", "CSV=1", "Q=select chart, song_id from chart_entry where chart_date = '2023-03-27'")

    assert shown.returncode == 0, shown.stderr
    assert "found    us: 2023-03-27\nnew      1 file, 0.0 MB\nrefused  1 file" in shown.stdout
    assert "the same command with APPLY=1" in shown.stdout
    # Not 0: somebody has to look at the broken file.
    assert done.returncode != 0
    assert "1 file not brought in" in done.stderr
    assert "dates    1 rewritten (2023-03-27 to 2023-03-27)" in done.stdout
    assert re.search(r"checks +\d\d passed, 0 failed", done.stdout)
    assert asked.stdout == "chart,song_id\nus,s1\n"


def test_a_purge_shows_and_asks_then_removes_the_dates_from_bucket_and_lake_and_checks_what_is_left(grown):
    def dates():
        return sorted({path.name for path in (grown / "demo" / "bucket").glob("*/*/chart_date=*")})

    before = dates()
    first = before[-5].removeprefix("chart_date=")

    doubtful = make(grown, "purge", f"BEFORE={first}", "YES=0")
    refused = make(grown, "purge", f"BEFORE={first}")
    untouched = dates()
    done = make(grown, "purge", f"BEFORE={first}", "YES=1")
    asked = make(grown, "sql", "CSV=1", "Q=select min(chart_date), count(distinct chart_date) from chart_entry")

    for asked_in_vain in (doubtful, refused):
        assert asked_in_vain.returncode != 0
        assert "so say YES=1" in asked_in_vain.stderr
    assert untouched == before
    assert done.returncode == 0, done.stderr
    assert "charts   global, jp, us\n" in done.stdout
    assert re.search(r"^lake +\d+ objects$", done.stdout, re.MULTILINE)
    assert re.search(r"checks +\d\d passed, 0 failed", done.stdout)
    assert dates() == before[-5:]
    assert asked.stdout.splitlines()[1] == f"{first},5"


def test_the_csv_that_the_demo_leaves_adds_streams_and_days_on_chart_as_the_demo_says(demo, home):
    [file] = re.findall(r"^Add a CSV: make add-csv FILE=(\S+)$", demo.stdout, re.MULTILINE)

    added = make(home, "add-csv", f"FILE={file}")

    assert added.returncode == 0, added.stderr
    assert re.search(r"^global-daily of \S+: 50 rows$", added.stdout, re.MULTILINE)
    [question] = re.findall(r'^Ask: make sql Q="(.*)"$', added.stdout, re.MULTILINE)
    answered = make(home, "sql", f"Q={question}").stdout
    first = next(line for line in answered.splitlines() if line.startswith("global-daily")).split()
    assert first[2] == "1"
    assert len(first) >= 6
    assert int(first[3]) > 1_000_000


def test_add_csv_without_a_file_says_how_to_name_one(home):
    finished = make(home, "add-csv")

    assert finished.returncode != 0
    assert "make add-csv FILE=regional-global-daily-2026-11-21.csv" in finished.stderr


def test_run_without_credentials_says_what_to_do(tmp_path):
    finished = make(tmp_path, "run")

    assert finished.returncode != 0
    assert "SPOTIFY_CLIENT_ID, SPOTIFY_CLIENT_SECRET" in finished.stderr
    assert "https://developer.spotify.com/dashboard" in finished.stderr


def spotify_settings(spotify, **more):
    addresses = {"SPOTIFY_API_URL": spotify.api_url, "SPOTIFY_ACCOUNTS_URL": spotify.accounts_url}
    return {"SPOTIFY_CLIENT_ID": "stand-in-client", "SPOTIFY_CLIENT_SECRET": "stand-in-secret", **addresses, **more}


def test_run_brings_a_playlist_of_ones_own_through_the_pipeline(tmp_path):
    with SpotifyStandIn(app="development_new") as spotify:
        settings = spotify_settings(
            spotify, SPOTIFY_REFRESH_TOKEN="stand-in-refresh-token", CHARTS=f"mine={own_playlist_id('global')}"
        )
        finished = make(tmp_path, "run", **settings)

    assert finished.returncode == 0, finished.stderr
    assert "50 chart_entry" in finished.stdout
    assert "1 dates" in finished.stdout


def test_run_without_any_playlist_makes_the_lake_for_csvs(tmp_path):
    with SpotifyStandIn(app="development_new") as spotify:
        finished = make(tmp_path, "run", **spotify_settings(spotify, CHARTS="none"))

    assert finished.returncode == 0, finished.stderr
    assert "make add-csv FILE=... adds a chart to this lake" in finished.stdout
    assert (tmp_path / "last").read_text() == "run"


def test_run_names_the_wall_that_it_hit_and_never_a_secret(tmp_path):
    with SpotifyStandIn(app="development_old") as spotify:
        finished = make(tmp_path, "run", **spotify_settings(spotify, CHARTS="global"))

    assert finished.returncode != 0
    told = finished.stderr.splitlines()[1]
    assert "37i9dQZEVXbMDoHDwVN2tF" in told
    assert told in (ROOT / "README.md").read_text()
    assert "stand-in-secret" not in finished.stdout + finished.stderr


def test_the_cloud_serves_any_boto3_program_until_it_is_asked_to_end(demo, home):
    served = subprocess.Popen(
        ["make", "cloud"],
        cwd=ROOT,
        env=environment(home, PORT="0", PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    printed = []
    ends = time.monotonic() + 120
    while not any("Ctrl-C" in line for line in printed):
        assert time.monotonic() < ends, printed
        printed.append(served.stdout.readline())
    url = next(line.split("=", 1)[1].strip() for line in printed if line.startswith("export AWS_ENDPOINT_URL="))

    buckets = boto3.client("s3", endpoint_url=url).list_buckets()["Buckets"]

    os.killpg(served.pid, signal.SIGTERM)
    served.communicate(timeout=120)
    assert any(bucket["Name"].startswith("spotify-top50-data-") for bucket in buckets)
