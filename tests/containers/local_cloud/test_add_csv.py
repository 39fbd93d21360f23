"""``make add-csv``: from a person's CSV to rows in Athena, and what it says when there are none."""

import datetime as dt

import pyarrow.parquet as pq
import pytest

from chart_extract.chart_csv import parse_rows
from chart_extract.dropped import DROPPED
from local_cloud import states
from local_cloud.cloud import STACK, LocalCloud
from local_cloud.commands import target as targets
from local_cloud.commands.add_csv import main, wait_for_extract
from local_cloud.commands.target import open_target
from local_cloud.spotify import CREDENTIALS, SpotifyStandIn, chart_csv, csv_name
from local_cloud.spotify.ids import named_id

DAY = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=1)
NAME = csv_name("global", DAY)
GOOD = chart_csv("global", DAY)


@pytest.fixture
def lake(tmp_path, monkeypatch):
    """An empty lake, used last, of the demo: with the stand-in for Spotify."""
    for name, folder in {"HOME": tmp_path, "DEMO": tmp_path / "demo", "RUN": tmp_path / "run"}.items():
        monkeypatch.setattr(states, name, folder)
    states.remember(states.DEMO, {"Charts": "none"})
    (states.DEMO / "bucket").mkdir()
    return states.DEMO / "bucket"


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
        ("chart.csv", GOOD, "chart.csv: its name does not say which chart"),
        (NAME, GOOD.replace(b"\n2,", b"\n3,"), f"{NAME}, line 3, column rank: rank 3 instead of 2"),
    ],
)
def test_what_is_no_chart_never_leaves_the_laptop(lake, download, name, data, words):
    with pytest.raises(SystemExit, match=words):
        main([download(name, data)])

    assert list(lake.rglob("*.csv")) == []


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("", "name the CSV of a chart"),
        ("no.csv", "there is no file no.csv"),
        ("/", "there is no file /"),
        ("~no-such-user/chart.csv", "there is no file ~no-such-user"),
        (f"{'a' * 300}.csv", "there is no file aaa"),
    ],
)
def test_without_a_file_it_says_how_to_name_one(named, words):
    with pytest.raises(SystemExit, match=words):
        main([named])


def say_nothing(_what):
    pass


def test_a_csv_becomes_rows_a_bad_one_beside_it_a_reason_and_a_second_time_nothing_changes(lake, download, capsys):
    with open_target(None) as target, target.deliver() as why_failed:
        # Dropped by hand: nobody has checked it.
        target.stack.client("s3").put_object(Bucket=target.bucket, Key=f"{DROPPED}holiday.csv", Body=b"sun")
        assert wait_for_extract(target, ["holiday.csv"], why_failed, say_nothing) == {}
    main([download(NAME, GOOD)])

    assert f"global-daily of {DAY}: 50 rows" in capsys.readouterr().out
    quarantined = lake / "raw" / "quarantine" / "chart_csv"
    assert sorted(path.name for path in quarantined.iterdir()) == ["holiday.csv", "holiday.csv.reason.json"]
    facts = ("position", "streams", "peak_position", "previous_position", "days_on_chart")
    columns = ("rank", "streams", "peak_rank", "previous_rank", "days_on_chart")
    loaded = pq.read_table(lake / "lake" / "chart_entry" / f"chart_date={DAY}" / "part-0.parquet").to_pylist()
    told = [tuple(int(row[column]) for column in columns) for row in parse_rows(NAME, GOOD)]
    assert [tuple(row[fact] or -1 for fact in facts) for row in loaded] == told

    before = contents(lake)
    main([download(NAME, GOOD)])

    assert f"global-daily of {DAY} has been added before: nothing to do" in capsys.readouterr().out
    assert contents(lake) == before


def contents(lake):
    return {path: path.read_bytes() for path in lake.rglob("*") if path.is_file()}


def out_of_quota():
    spotify = SpotifyStandIn()
    spotify.fail("quota", endpoint="track")
    return spotify


def test_what_spotify_refuses_is_told_at_once_and_the_file_waits(lake, download, monkeypatch):
    monkeypatch.setattr(targets, "SpotifyStandIn", out_of_quota)

    with pytest.raises(SystemExit, match=f"{NAME}: ChartsFailedError: .*(?s:.*)QUOTA_EXCEEDED"):
        main([download(NAME, GOOD)])

    assert (lake / DROPPED / NAME).exists()


def test_a_csv_of_another_world_is_told_to_be_in_quarantine(lake, download):
    header, first, *_rest = GOOD.decode().splitlines()
    track = first.split(",")[1]
    strange = "\n".join([header, first.replace(track, f"spotify:track:{named_id('no track')}")]).encode()

    with pytest.raises(SystemExit, match=rf"{NAME}: it is in quarantine: see s3://.*/{NAME}\.reason\.json"):
        main([download(NAME, strange)])

    assert "knows none of its 1 tracks" in next(lake.rglob("*.reason.json")).read_text()


def test_on_aws_the_functions_log_says_why_it_failed(tmp_path):
    with out_of_quota() as spotify:
        parameters = {"SpotifyApiUrl": spotify.api_url, "SpotifyAccountsUrl": spotify.accounts_url}
        cloud = LocalCloud(tmp_path / "aws", parameters, save=False)
        with cloud, cloud.poll_queues(), cloud.fill_log_groups():
            cloud.set_spotify_secret(CREDENTIALS)
            with open_target(STACK) as target, target.deliver() as why_failed:
                target.stack.client("s3").put_object(Bucket=target.bucket, Key=DROPPED + NAME, Body=GOOD)
                failed = wait_for_extract(target, [NAME], why_failed, say_nothing)

    assert "QUOTA_EXCEEDED" in failed[NAME]
