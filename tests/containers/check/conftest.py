"""A small lake in the local cloud: six tables, two charts, two dates; each test damages what it is about."""

import moto  # noqa: F401 - before any client: one that was built earlier would reach the real AWS.

# isort: split
import copy
import json
from datetime import UTC, datetime, timedelta

import pytest
from hand_made_lake import BUCKET, WORKGROUP, Lake, empty_folder, lake_in_local_cloud, put_rows
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from chart_check.checks import lake_parameters, run_parameters, sql_checks
from chart_check.config import Charts
from chart_check.runs import RunSummary
from chart_transform.schemas import TABLES as SCHEMAS

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
        "song": [
            {"song_id": "s1", "album_id": "b1"},
            {"song_id": "s2", "album_id": "b1"},
            {"song_id": "s3", "duration_ms": 9},
        ],
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


class DamagedLake(Lake):
    """The good lake, crawled, and what a test does to it."""

    def __init__(self, aws):
        super().__init__(aws)
        self._damaged = set()
        self._good = {(table, day): rows for day in DAYS for table, rows in good_rows(day).items()}
        for (table, day), rows in self._good.items():
            put_rows(BUCKET, table, day, rows)
        self.crawl()

    def rows(self, table, day=DAYS[1]):
        """A copy of a partition's good rows, to be damaged."""
        return copy.deepcopy(self._good[table, day])

    def replace(self, table, rows, day=DAYS[1]):
        """Put other rows in the place of a partition's."""
        self._damaged.add((table, day))
        put_rows(BUCKET, table, day, rows)

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
        while self._damaged:
            place = self._damaged.pop()
            put_rows(BUCKET, *place, self._good[place])


@pytest.fixture(scope="module")
def cloud():
    """The local cloud with the lake in it, one for each module."""
    with lake_in_local_cloud(DamagedLake) as lake:
        yield lake


@pytest.fixture
def lake(cloud):
    """The good lake; what a test damages is mended after it."""
    yield cloud
    cloud.mend()


@pytest.fixture
def s3(cloud):
    """A client; what a test leaves outside the lake is removed after it."""
    yield cloud.s3
    for prefix in ("runs/", "raw/", "athena/"):
        empty_folder(cloud.s3, prefix)


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
    return cloud.athena


@pytest.fixture
def files_read(cloud):
    """The Parquet files that the newest query opened."""

    def files_read():
        newest = cloud.aws.client("athena").list_query_executions(WorkGroup=WORKGROUP)["QueryExecutionIds"][0]
        return cloud.local_athena.files_read(newest)

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
