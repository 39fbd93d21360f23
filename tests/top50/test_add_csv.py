"""``top50 add-csv``: from a person's CSV to rows in Athena, or to the reason why there are none."""

import datetime as dt
import json
import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from chart_extract.chart_csv import parse_chart, parse_rows
from chart_extract.csv_extract import songs_checksum
from chart_extract.dropped import DROPPED
from chart_extract.landing import SONGS
from local_cloud.cloud import STACK, LocalCloud
from local_cloud.spotify import CREDENTIALS, SpotifyStandIn, chart_csv, csv_name
from top50.csv_files import add, is_loaded, read_charts
from top50.errors import RefusedError
from top50.lakes import last_lake
from top50.target import open_for_questions, open_target

DAY = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=1)
NAME = csv_name("global", DAY)
GOOD = chart_csv("global", DAY)
GAPS = (1, 2, 17, 49)
WITH_GAPS = b"".join(
    line for line in GOOD.splitlines(keepends=True) if not line.startswith(tuple(b"%d," % rank for rank in GAPS))
)


@pytest.fixture
def download(tmp_path):
    """Files as a browser leaves them."""

    def download(name, data):
        (tmp_path / name).write_bytes(data)
        return str(tmp_path / name)

    return download


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("chart.csv", GOOD, "such as regional-us-weekly-2026-11-19.csv"),
        (NAME, GOOD.replace(b"\n2,", b"\n1,"), f"{NAME}, line 3, column rank: rank 1 after rank 1"),
        (csv_name("xx", DAY), GOOD, "there is no country xx"),
        (csv_name("us", DAY + dt.timedelta(days=3)), GOOD, "is still to come"),
        (NAME, b"<html>", f"{NAME}: it is a web page"),
    ],
)
def test_a_file_that_is_not_a_chart_is_refused_before_any_cloud_starts(download, top50, name, data, words):
    # There is no lake, and nobody notices.
    finished = top50("add-csv", download(name, data))

    assert finished.exit_code == 1
    assert words in finished.stderr


def test_copies_of_a_file_are_read_once_and_two_versions_of_a_chart_are_refused(download):
    copy = NAME.replace(".csv", " (1).csv")

    assert len(read_charts([Path(download(NAME, GOOD)), Path(download(copy, GOOD))])) == 1
    with pytest.raises(RefusedError, match="the same chart with different rows"):
        read_charts([Path(download(NAME, GOOD)), Path(download(copy, WITH_GAPS))])


@pytest.mark.full
def test_a_csv_with_gaps_becomes_rows_and_a_second_time_nothing_changes(empty_lake, download, top50):
    finished = top50("add-csv", download(NAME, WITH_GAPS))

    assert finished.exit_code == 0, finished.stderr
    assert f"global-daily of {DAY}: 46 rows, 4 positions empty" in finished.stdout
    facts = ("position", "streams", "peak_position", "previous_position", "days_on_chart")
    columns = ("rank", "streams", "peak_rank", "previous_rank", "days_on_chart")
    loaded = pq.read_table(empty_lake / "lake" / "chart_entry" / f"chart_date={DAY}" / "part-0.parquet").to_pylist()
    told = [tuple(int(row[column]) for column in columns) for row in parse_rows(NAME, WITH_GAPS)]
    assert [tuple(row[fact] or -1 for fact in facts) for row in loaded] == told
    load = pq.read_table(empty_lake / "lake" / "chart_load" / f"chart_date={DAY}" / "part-0.parquet").to_pylist()
    assert [tuple(load[0][f"entries_{what}"] for what in ("expected", "loaded", "skipped"))] == [(50, 46, 4)]
    newest = top50("sql", "select position, movement from chart_latest order by position", "--csv").stdout
    assert newest.splitlines()[1:] == [f"{told_row[0]},new" for told_row in told]
    question = re.search(r'^Ask: \S+ sql "(.*)"$', finished.stdout, re.MULTILINE)[1]
    assert re.search(rf"^global-daily +{DAY} +3 ", top50("sql", question).stdout, re.MULTILINE)

    before = contents(empty_lake)
    again = top50("add-csv", download(NAME, WITH_GAPS))

    assert again.exit_code == 0, again.stderr
    assert f"global-daily of {DAY} is in the local lake" in again.stdout
    assert contents(empty_lake) == before


def contents(lake):
    return {path: path.read_bytes() for path in lake.rglob("*") if path.is_file()}


@pytest.mark.parametrize("folder", ["to_processed", "processed"])
def test_a_csv_that_a_stopped_command_landed_and_did_not_load_is_not_taken_for_loaded(empty_lake, folder):
    key = f"raw/{folder}/chart_date={DAY}/global-daily.20261122T080000Z.json"
    (empty_lake / key).parent.mkdir(parents=True)
    (empty_lake / key).write_text("{}")
    chart = parse_chart(NAME, GOOD, DAY)
    metadata = {key: {SONGS: songs_checksum(chart.places(50), looked_up=True)}}
    empty_lake.with_name("bucket.index.json").write_text(json.dumps(metadata))

    with open_for_questions(None, last_lake) as asked:
        assert not is_loaded(asked, chart, look_up=True)


def out_of_quota():
    spotify = SpotifyStandIn()
    spotify.fail("quota", endpoint="track")
    return spotify


def test_what_spotify_refuses_is_told_at_once_and_the_file_waits(empty_lake, download, top50, monkeypatch, caplog):
    before = csv_name("us", DAY)
    (empty_lake / DROPPED).mkdir(parents=True)
    (empty_lake / DROPPED / before).write_bytes(GOOD)
    monkeypatch.setattr("local_cloud.spotify.SpotifyStandIn", out_of_quota)

    finished = top50("add-csv", download(NAME, GOOD))

    assert finished.exit_code == 1
    assert re.search(rf"{NAME}: .*QUOTA_EXCEEDED", finished.stderr, re.DOTALL)
    assert (empty_lake / DROPPED / NAME).exists()
    assert f"{before} of an earlier command still waits" in finished.stdout
    assert NAME not in finished.stdout
    # Python prints warnings to a person's terminal where nothing else takes them.
    assert [record.message for record in caplog.records if record.name.startswith("local_cloud")] == []


def test_a_csv_in_which_the_stack_finds_no_rank_that_counts_is_told_to_be_in_quarantine(empty_lake, download, top50):
    header, first, *_rest = GOOD.decode().splitlines()

    finished = top50("add-csv", download(NAME, f"{header}\n5{first}".encode()))

    assert finished.exit_code == 1
    assert re.search(rf"{NAME}: it is in quarantine: see {empty_lake}/.*/{NAME}\.reason\.json", finished.stderr)
    assert "none of its ranks is among the first 50" in next(empty_lake.rglob("*.reason.json")).read_text()


def landed(folder):
    """The raw charts in a lake's bucket, wherever they lie."""
    return [json.loads(path.read_text()) for path in (folder / "run" / "bucket" / "raw").rglob("global-daily.*.json")]


@pytest.mark.full
def test_without_an_app_the_rows_of_the_csv_land_alone_until_there_is_one(newcomer, download, top50, monkeypatch):
    monkeypatch.setenv("CHARTS", "none")
    top50("run")

    finished = top50("add-csv", download(NAME, WITH_GAPS))

    assert finished.exit_code == 0, finished.stderr
    assert f"global-daily of {DAY}: 46 rows, 4 positions empty, from the CSV alone" in finished.stdout
    lake = newcomer / "run" / "bucket" / "lake"
    songs = pq.read_table(lake / "song" / f"chart_date={DAY}" / "part-0.parquet").to_pylist()
    printed = {(it["track_name"], it["artist_names"], it["source"]) for it in parse_rows(NAME, WITH_GAPS)}
    assert {(it["name"], it["credited_artists"], it["label"]) for it in songs} == printed
    [alone] = landed(newcomer)
    songs = [item and (item["item"], item["csv"]["rank"]) for item in alone["pages"][0]["items"]]
    assert songs == [None if rank in GAPS else (None, str(rank)) for rank in range(1, 51)]
    with SpotifyStandIn() as spotify:
        app = {"CLIENT_ID": "stand-in-client", "CLIENT_SECRET": "stand-in-secret"}
        for name, value in {**app, "API_URL": spotify.api_url, "ACCOUNTS_URL": spotify.accounts_url}.items():
            monkeypatch.setenv(f"SPOTIFY_{name}", value)
        top50("add-csv", "--no-lookup", download(NAME, WITH_GAPS))
        assert len(landed(newcomer)) == 1
        finished = top50("add-csv", download(NAME, WITH_GAPS))

    assert finished.exit_code == 0, finished.stderr
    assert f"global-daily of {DAY}: 46 rows, 4 positions empty\n" in finished.stdout
    assert len(landed(newcomer)) == 2


def test_on_aws_the_functions_log_says_why_it_failed(tmp_path, to_aws, download):
    charts = read_charts([Path(download(NAME, GOOD))])
    with out_of_quota() as spotify:
        cloud = LocalCloud(tmp_path / "aws", spotify.parameters, save=False)
        with cloud, cloud.poll_queues(), cloud.fill_log_groups():
            cloud.set_spotify_secret(CREDENTIALS)
            to_aws(cloud)
            with open_target(STACK) as target:
                failed = add(target, charts, True, lambda _what: None)

    assert "QUOTA_EXCEEDED" in failed[NAME]
