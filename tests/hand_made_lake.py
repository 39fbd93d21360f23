"""Small charts written down by hand, as a lake in the local cloud with the shipped views on it."""

import io
import time
from collections import defaultdict
from contextlib import contextmanager
from datetime import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from roles import make_role

from chart_check.athena import Athena, SharedSession
from chart_check.views import lake_views, make_views
from chart_transform.schemas import TABLES as SCHEMAS
from local_cloud.aws.athena import Athena as LocalAthena
from local_cloud.aws.athena import MotoStore
from local_cloud.aws.glue.crawlers import Crawlers
from local_cloud.aws.server import AwsServer, client_environment
from top50.stack import Stack

BUCKET, DATABASE, WORKGROUP = "lake-of-a-test", "charts", "checks"
EMPTY = "-"


class Lake:
    """A bucket for the lake's six tables, a crawler for them, and Athena; each test writes what it is about."""

    def __init__(self, aws):
        self.aws, self.s3, self.glue = aws, aws.client("s3"), aws.client("glue")
        self.local_athena = LocalAthena(MotoStore(aws))
        aws.operations.update(self.local_athena.operations() | Crawlers(aws).operations())
        self.s3.create_bucket(Bucket=BUCKET)
        self.glue.create_database(DatabaseInput={"Name": DATABASE})
        self.glue.create_crawler(
            Name="lake",
            Role=make_role(aws, "crawler"),
            DatabaseName=DATABASE,
            Targets={"S3Targets": [{"Path": f"s3://{BUCKET}/lake/{table}/"} for table in SCHEMAS]},
        )
        settings = {
            "EnforceWorkGroupConfiguration": True,
            "ResultConfiguration": {"OutputLocation": f"s3://{BUCKET}/athena/"},
        }
        aws.client("athena").create_work_group(Name=WORKGROUP, Configuration=settings)
        self.athena = Athena(SharedSession(), DATABASE, WORKGROUP)

    def crawl(self):
        """As a run of the pipeline does, to the end."""
        self.glue.start_crawler(Name="lake")
        while (crawler := self.glue.get_crawler(Name="lake")["Crawler"])["State"] != "READY":
            time.sleep(0.01)
        assert crawler["LastCrawl"]["Status"] == "SUCCEEDED", crawler["LastCrawl"]


class HandMadeLake(Lake):
    """Fill it, then ask it; each filling takes the place of the one before."""

    def __init__(self, aws):
        super().__init__(aws)
        outputs = {"Database": DATABASE, "Workgroup": WORKGROUP, "DataBucket": BUCKET}
        self.stack = Stack("hand-made", "hand-made lake", outputs, aws.client)
        # Views need tables to stand on, and outlive what is in them.
        self.fill({"2026-01-01": {}})
        assert self.make_views() == []

    def fill(self, charts, songs=(), artists=(), albums=()):
        """Write ``charts``, such as ``{"2026-01-01": {"global": "a b - c"}}``: songs by position, ``-`` for none.

        Song ``a`` is called Song a, by the artist a-artist and on the album a-album, unless ``songs`` says other:
        ``{"a": {"artists": "X Y", "explicit": True}}``, or for one date ``{("a", "2026-01-01"): {...}}``. So do
        ``artists`` and ``albums``.
        """
        empty_folder(self.s3, "lake/")
        put_charts(BUCKET, charts, songs, artists, albums)
        self.crawl()

    def make_views(self):
        """Make or replace the shipped views, as check does; returns those that Athena refused."""
        return make_views(self.athena, lake_views())

    def rows(self, sql, columns=None):
        """The answer's rows, each a tuple, of all columns or of those named in ``columns``."""
        names = columns.split(", ") if columns else None
        return [tuple(row[name] for name in names or row) for row in self.athena.query(sql, {})]

    def columns(self, view):
        """Names and types of a view's columns, as the catalog has them."""
        table = self.glue.get_table(DatabaseName=DATABASE, Name=view)["Table"]
        return {it["Name"]: it["Type"] for it in table["StorageDescriptor"]["Columns"]}


@contextmanager
def lake_in_local_cloud(kind):
    """A lake of this class; as long as it lasts, all clients of the process see nothing else."""
    with AwsServer() as aws, pytest.MonkeyPatch.context() as environment:
        for name, value in client_environment(aws.url).items():
            environment.setenv(name, value)
        # The local Athena answers at once.
        environment.setattr("chart_check.athena.SECONDS_BETWEEN_LOOKS", 0.03)
        aws.post("/moto-api/reset")
        lake = kind(aws)
        yield lake
        lake.local_athena.close()
        aws.post("/moto-api/reset")


def hand_made_lake():
    """A lake to fill with charts, which has the views."""
    return lake_in_local_cloud(HandMadeLake)


def one_chart(*days):
    """A chart called global on the days from the first on; None is a day that was not recorded."""
    return {f"2026-01-0{day}": {"global": songs} for day, songs in enumerate(days, 1) if songs is not None}


def empty_folder(s3, prefix):
    """Delete what lies below a prefix of the lake's bucket."""
    if keys := [{"Key": it["Key"]} for it in s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])]:
        s3.delete_objects(Bucket=BUCKET, Delete={"Objects": keys})


def put_charts(bucket, charts, songs=(), artists=(), albums=()):
    """Write charts, as HandMadeLake.fill describes them, below ``lake/`` of a bucket."""
    told = {"song": dict(songs), "artist": dict(artists), "album": dict(albums)}
    for day, of_day in charts.items():
        for table, rows in rows_of(day, of_day, told).items():
            put_rows(bucket, table, day, rows)


def put_rows(bucket, table, day, rows):
    """Write one partition: past boto3 and HTTP, for the sake of time."""
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMAS[table]), file)
    key = f"lake/{table}/chart_date={day}/part-0.parquet"
    s3_backends[DEFAULT_ACCOUNT_ID]["aws"].put_object(bucket, key, file.getvalue())


def rows_of(day, charts, told):
    """The six tables of one date."""
    tables = defaultdict(list, {table: [] for table in SCHEMAS})
    fetched_at = datetime.fromisoformat(f"{day}T23:00:04Z")
    for chart, text in charts.items():
        placed = list(enumerate(text.split(), start=1))
        songs = [(position, song) for position, song in placed if song != EMPTY]
        told_of_load = {"entries_expected": len(placed), "entries_loaded": len(songs)}
        tables["chart_load"].append({"chart": chart, "fetched_at": fetched_at, **told_of_load})
        tables["chart_entry"] += [{"chart": chart, "position": place, "song_id": song} for place, song in songs]

    def made(kind, key, **default):
        return default | told[kind].get(key, {}) | told[kind].get((key, day), {})

    for song_id in sorted({row["song_id"] for row in tables["chart_entry"]}):
        song = made("song", song_id, name=f"Song {song_id}", artists=f"{song_id}-artist", album_id=f"{song_id}-album")
        names = song.pop("artists").split()
        tables["song"].append({"song_id": song_id, "explicit": False, "url": f"https://song/{song_id}"} | song)
        tables["song_artist"] += [
            {"song_id": song_id, "artist_id": name, "artist_position": place} for place, name in enumerate(names, 1)
        ]
    for artist_id in sorted({row["artist_id"] for row in tables["song_artist"]}):
        tables["artist"].append({"artist_id": artist_id, **made("artist", artist_id, name=f"Artist {artist_id}")})
    for album_id in sorted({row["album_id"] for row in tables["song"]} - {None}):
        default = {"name": f"Album {album_id}", "album_type": "single", "image_url": f"https://image/{album_id}"}
        tables["album"].append({"album_id": album_id, **made("album", album_id, **default)})
    return tables
