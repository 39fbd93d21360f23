"""The job as Glue starts it: by ``spark-submit``, with the arguments Glue adds, on a folder and on a bucket."""

import io
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from glue_jobs.lakes import TABLES, Lake
from glue_jobs.raw_files import DAY, as_bytes, entry, envelope, land, page, track

import transform
from local_cloud.aws.server import client_environment
from local_cloud.spark.submit import spark_submit

pytestmark = pytest.mark.spark

SCRIPT = Path(transform.__file__)
ADDED_BY_GLUE = [
    *["--JOB_NAME", "transform", "--JOB_ID", "j_1", "--JOB_RUN_ID", "jr_1", "--SECURITY_CONFIGURATION", "off"],
    *["--job-bookmark-option", "job-bookmark-disable", "--TempDir", "s3://aws-glue-assets/temporary/"],
    *["--enable-metrics", "true", "--enable-job-insights", "true", "--encryption-type", "sse-s3"],
]
CHART = envelope(entry(track("s1")), None, entry(track("s3")))
SPACED = "spotify raw 2023-03-27T18:24:36.954996.json"


def last_line(run):
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines()[-1]


def test_a_run_on_a_folder(tmp_path):
    lake = Lake(tmp_path / "a b")
    land(lake.raw, f"chart_date={DAY}/global.json", CHART)
    land(lake.raw, f"chart_date={DAY}/bad.json", b"{")
    land(lake.raw, SPACED, [page(entry(track("legacy")))])
    places = ["--raw_path", f"{lake.raw}/", "--lake_path", f"file://{tmp_path}/a%20b/lake", "--run_id", "r1"]

    run = spark_submit(SCRIPT, [*ADDED_BY_GLUE, *places])

    line = last_line(run)
    assert line == (lake.root / "runs/r1.json").read_text()
    assert json.loads(line)["rows"]["chart_entry"] == 3
    assert (lake.songs(), lake.songs("2023-03-27")) == (["s1", "s3"], ["legacy"])
    assert [row["position"] for row in lake.rows("chart_entry")] == [1, 3]
    assert lake.reason(f"chart_date={DAY}/bad.json")["place"] == "line 1 column 2"
    # spark-submit puts what Python writes to stderr on stdout.
    assert "bad.json: line 1 column 2: not JSON" in run.stdout


class Bucket:
    """A bucket with ``raw/`` and ``lake/`` in it, and the job run on it."""

    def __init__(self, s3, name, url) -> None:
        self.s3, self.name, self.url = s3, name, url

    def run(self, *arguments):
        places = ["--raw_path", f"s3://{self.name}/raw", "--lake_path", f"s3://{self.name}/lake"]
        run = spark_submit(SCRIPT, [*places, *ADDED_BY_GLUE, *arguments], env=client_environment(self.url))
        return last_line(run)

    def put(self, key, document):
        self.s3.put_object(Bucket=self.name, Key=f"raw/to_processed/{key}", Body=as_bytes(document))

    def keys(self):
        return [item["Key"] for item in self.s3.list_objects_v2(Bucket=self.name)["Contents"]]

    def contents(self):
        """The rows of every table's file and the bytes of all others."""
        return {key: self.rows_in(key) if key.endswith(".parquet") else self.read(key) for key in self.keys()}

    def read(self, key):
        return self.s3.get_object(Bucket=self.name, Key=key)["Body"].read()

    def rows(self, table, day=DAY):
        return self.rows_in(f"lake/{table}/chart_date={day}/part-0.parquet")

    def rows_in(self, key):
        return pq.read_table(io.BytesIO(self.read(key))).to_pylist()


@pytest.fixture(scope="module")
def loaded(aws, s3):
    """A bucket after its first run, and that run's last line."""
    bucket = Bucket(s3, "charts", aws.url)
    s3.create_bucket(Bucket=bucket.name)
    bucket.put(f"chart_date={DAY}/global.json", CHART)
    bucket.put(f"chart_date={DAY}/us 12:30 100%+ü.json", envelope(entry(track("u1"), under="item"), chart="us"))
    bucket.put(f"chart_date={DAY}/bad.json", b"{")
    bucket.put("chart_date=2026-11-21/empty.json", envelope(None, chart_date="2026-11-21"))
    bucket.put(SPACED, [page(entry(track("legacy")))])
    return bucket, bucket.run("--run_id", "r1")


@pytest.mark.full
def test_a_run_on_a_bucket_loads_what_landed(loaded):
    bucket, line = loaded

    assert bucket.read("runs/r1.json").decode() == line
    assert json.loads(line)["rows"]["chart_entry"] == 4
    entries = [(row["chart"], row["position"], row["song_id"]) for row in bucket.rows("chart_entry")]
    assert entries == [("global", 1, "s1"), ("global", 3, "s3"), ("us", 1, "u1")]
    assert bucket.rows("song", "2026-11-21") == []
    assert [row["song_id"] for row in bucket.rows("chart_entry", "2023-03-27")] == ["legacy"]


@pytest.mark.full
def test_a_run_on_a_bucket_leaves_everything_in_its_place(loaded):
    bucket, _line = loaded
    days = ["2023-03-27", "2026-11-21", DAY]

    keys = bucket.keys()

    lake = [f"lake/{table}/chart_date={day}/part-0.parquet" for table in TABLES for day in days]
    bad = f"raw/quarantine/chart_date={DAY}/bad.json"
    kept = [key for key in keys if key.startswith("raw/processed/")]
    assert sorted(keys) == sorted([*lake, *kept, bad, f"{bad}.reason.json", "runs/r1.json"])
    assert [key[:-14] for key in kept] == [
        "raw/processed/chart_date=2023-03-27/global.20230327T182436Z",
        "raw/processed/chart_date=2026-11-21/global.20261122T230004Z",
        "raw/processed/chart_date=2026-11-22/global.20261122T230004Z",
        "raw/processed/chart_date=2026-11-22/us.20261122T230004Z",
    ]
    assert json.loads(bucket.read(f"{bad}.reason.json"))["place"] == "line 1 column 2"


@pytest.mark.full
def test_a_second_run_over_a_file_landed_again_changes_no_row(loaded):
    bucket, _line = loaded
    before = bucket.contents()
    bucket.put(f"chart_date={DAY}/again.json", CHART)

    line = bucket.run("--run_id", "r2")

    assert json.loads(line)["dates_rewritten"] == [DAY]
    assert bucket.contents() == before | {"runs/r2.json": line.encode()}
