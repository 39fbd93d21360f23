"""A small lake in the local cloud: six tables, two charts, two dates; each test damages what it is about."""

import moto  # noqa: F401 - before any client: one that was built earlier would reach the real AWS.

# isort: split
import copy
import io
import json
import time
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lake_schemas import SCHEMAS
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from chart_check.athena import Athena, SharedSession
from chart_check.checks import lake_parameters, run_parameters, sql_checks
from chart_check.config import Charts
from chart_check.runs import RunSummary
from local_cloud.aws.athena import Athena as LocalAthena
from local_cloud.aws.glue.crawlers import Crawlers
from local_cloud.aws.server import AwsServer, client_environment

BUCKET = "lake-of-a-test"
DATABASE = "charts"
WORKGROUP = "checks"
DAYS = ("2026-03-21", "2026-03-22")
CHARTS = ("global", "us")


def good_rows(day):
    """Two charts of three positions; the second one's middle position is a withdrawn track."""
    fetched_at = datetime.fromisoformat(f"{day}T23:00:04Z")
    charted = {"global": {1: "s1", 2: "s2", 3: "s3"}, "us": {1: "s2", 3: "s1"}}
    sources = {chart: f"chart_date={day}/{chart}.{day.replace('-', '')}T230004Z.1f3a9c20.json" for chart in charted}
    return {
        "chart_entry": [
            {
                "chart": chart,
                "position": position,
                "song_id": song,
                "fetched_at": fetched_at,
                "source_key": sources[chart],
            }
            for chart, songs in charted.items()
            for position, song in songs.items()
        ],
        # The third is on no album: its row lacks the id.
        "song": [{"song_id": "s1", "album_id": "b1"}, {"song_id": "s2", "album_id": "b1"}, {"song_id": "s3"}],
        "artist": [{"artist_id": "a1"}, {"artist_id": "a2"}],
        "album": [{"album_id": "b1", "artist_ids": ["a1"]}],
        "song_artist": [
            {"song_id": "s1", "artist_id": "a1", "artist_position": 1},
            {"song_id": "s1", "artist_id": "a2", "artist_position": 2},
            {"song_id": "s2", "artist_id": "a1", "artist_position": 1},
            {"song_id": "s3", "artist_id": "a2", "artist_position": 1},
        ],
        "chart_load": [
            {
                "chart": chart,
                "source_key": sources[chart],
                "fetched_at": fetched_at,
                "entries_expected": 3,
                "entries_loaded": len(songs),
                "entries_skipped": 3 - len(songs),
            }
            for chart, songs in charted.items()
        ],
    }


class Lake:
    """The lake's tables by table and date, and what a test does to them."""

    def __init__(self, aws):
        self._s3 = aws.client("s3")
        self._damaged = {}
        self._good = {day: good_rows(day) for day in DAYS}

    def fill(self):
        for day in DAYS:
            for table in SCHEMAS:
                self._write(table, day, self._good[day][table])

    def rows(self, table, day=DAYS[1]):
        """A copy of a partition's good rows, to be damaged."""
        return copy.deepcopy(self._good[day][table])

    def replace(self, table, rows, day=DAYS[1]):
        """Put other rows in the place of a partition's."""
        self._damaged[table, day] = True
        self._write(table, day, rows)

    def change(self, table, where, day=DAYS[1], **columns):
        """Give other values to the rows that have these."""
        rows = self.rows(table, day)
        for row in [row for row in rows if where.items() <= row.items()]:
            row.update(columns)
        self.replace(table, rows, day)

    def remove(self, table, where, day=DAYS[1]):
        """Take away the rows that have these values."""
        self.replace(table, [row for row in self.rows(table, day) if not where.items() <= row.items()], day)

    def double(self, table, where, day=DAYS[1]):
        """Put the rows that have these values there once more."""
        rows = self.rows(table, day)
        self.replace(table, rows + [row for row in rows if where.items() <= row.items()], day)

    def mend(self):
        for table, day in self._damaged:
            self._write(table, day, self._good[day][table])
        self._damaged.clear()

    def _write(self, table, day, rows):
        file = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMAS[table]), file)
        key = f"lake/{table}/chart_date={day}/part-0.parquet"
        self._s3.put_object(Bucket=BUCKET, Key=key, Body=file.getvalue())


@pytest.fixture(scope="module")
def cloud():
    """A server with the lake in it, crawled; one for each module, and all clients of the module see nothing else."""
    with AwsServer() as aws, pytest.MonkeyPatch.context() as environment:
        aws.post("/moto-api/reset")
        for name, value in client_environment(aws.url).items():
            environment.setenv(name, value)
        crawlers = Crawlers(aws)
        local_athena = LocalAthena(aws)
        aws.operations.update(local_athena.operations())
        aws.operations.update(crawlers.operations())
        aws.client("s3").create_bucket(Bucket=BUCKET)
        aws.client("athena").create_work_group(
            Name=WORKGROUP,
            Configuration={
                "EnforceWorkGroupConfiguration": True,
                "ResultConfiguration": {"OutputLocation": f"s3://{BUCKET}/athena/"},
            },
        )
        lake = Lake(aws)
        lake.fill()
        crawl(aws.client("glue"))
        # The local Athena answers at once.
        environment.setattr("chart_check.athena.SECONDS_BETWEEN_LOOKS", 0.02)
        yield aws, lake, local_athena
        aws.post("/moto-api/reset")


def crawl(glue):
    """As the template has it: one target per table."""
    glue.create_database(DatabaseInput={"Name": DATABASE})
    glue.create_crawler(
        Name="lake",
        Role="crawler",
        DatabaseName=DATABASE,
        Targets={"S3Targets": [{"Path": f"s3://{BUCKET}/lake/{table}/"} for table in SCHEMAS]},
    )
    glue.start_crawler(Name="lake")
    while (crawler := glue.get_crawler(Name="lake")["Crawler"])["State"] != "READY":
        time.sleep(0.02)
    assert crawler["LastCrawl"]["Status"] == "SUCCEEDED", crawler["LastCrawl"]


@pytest.fixture
def lake(cloud):
    """The good lake; what a test damages is mended after it."""
    yield cloud[1]
    cloud[1].mend()


@pytest.fixture
def s3(cloud):
    """A client; what a test leaves outside the lake is removed after it."""
    client = cloud[0].client("s3")
    yield client
    for prefix in ("runs/", "raw/", "athena/"):
        for it in client.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", []):
            client.delete_object(Bucket=BUCKET, Key=it["Key"])


@pytest.fixture
def put(s3):
    """Store an object as JSON; returns when S3 says that was."""

    def put(key, content):
        s3.put_object(Bucket=BUCKET, Key=key, Body=json.dumps(content).encode())
        return s3.head_object(Bucket=BUCKET, Key=key)["LastModified"]

    return put


@pytest.fixture
def backdate(s3):
    """Make an object some seconds older than it is."""

    def backdate(key, seconds):
        stored = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets[BUCKET].keys[key]
        stored.last_modified -= timedelta(seconds=seconds)

    return backdate


@pytest.fixture
def stored(s3):
    """An object's parsed content."""
    return lambda key: json.loads(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())


def summary(run_id="landed-1", dates=DAYS, guarded=(), **rows):
    """What the transform says of a run that rewrote these dates of the good lake."""
    counts = {table: sum(len(good_rows(day)[table]) for day in dates) for table in SCHEMAS}
    return {
        "run_id": run_id,
        "files_read": len(dates) * len(CHARTS),
        "files_quarantined": 0,
        "dates_rewritten": list(dates),
        "dates_guarded": list(guarded),
        "rows": counts | rows,
        "seconds": {"total": 1.5},
    }


@pytest.fixture
def summary_of():
    return summary


@pytest.fixture(scope="module")
def athena(cloud):
    return Athena(SharedSession(), DATABASE, WORKGROUP)


@pytest.fixture
def files_read(cloud):
    """The Parquet files that the newest query opened."""

    def files_read():
        newest = cloud[0].client("athena").list_query_executions(WorkGroup=WORKGROUP)["QueryExecutionIds"][0]
        return cloud[2].files_read(newest)

    return files_read


@pytest.fixture
def found(athena):
    """The rows that a check finds, by its file's name."""
    by_name = {check.name: check for check in sql_checks()}

    def found(name, charts="global,us", age_hours=26, dates=DAYS, **rows):
        told = summary(dates=dates, **rows)
        run = RunSummary("landed-1", tuple(dates), (), told["rows"], datetime.now(UTC))
        started_at = datetime.fromisoformat(f"{DAYS[1]}T23:01:00.123Z")
        parameters = lake_parameters(Charts.parse(charts), started_at, timedelta(hours=age_hours))
        return athena.query(by_name[name].sql, parameters | run_parameters(run))

    return found
