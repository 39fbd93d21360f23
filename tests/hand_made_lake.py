"""Small charts written down by hand, as a lake in the local cloud with the shipped views on it."""

import io
from collections import defaultdict
from contextlib import contextmanager
from datetime import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lake_schemas import SCHEMAS

from chart_check.athena import Athena, SharedSession
from chart_check.views import lake_views, make_views
from local_cloud.aws.athena import Athena as LocalAthena
from local_cloud.aws.glue.crawlers import Crawlers
from local_cloud.aws.server import AwsServer, client_environment
from top50.stack import Stack

BUCKET, DATABASE, WORKGROUP = "hand-made", "charts", "people"
EMPTY = "-"


class HandMadeLake:
    """Fill it, then ask it; each filling takes the place of the one before."""

    def __init__(self, aws):
        self._s3, self._glue = aws.client("s3"), aws.client("glue")
        outputs = {"Database": DATABASE, "Workgroup": WORKGROUP, "DataBucket": BUCKET}
        self.stack = Stack("hand-made", "hand-made lake", outputs, aws.client)
        self.local_athena = LocalAthena(aws)
        aws.operations.update(self.local_athena.operations() | Crawlers(aws).operations())
        self._s3.create_bucket(Bucket=BUCKET)
        self._glue.create_database(DatabaseInput={"Name": DATABASE})
        self._glue.create_crawler(
            Name="lake",
            Role="crawler",
            DatabaseName=DATABASE,
            Targets={"S3Targets": [{"Path": f"s3://{BUCKET}/lake/{table}/"} for table in SCHEMAS]},
            SchemaChangePolicy={"DeleteBehavior": "DELETE_FROM_DATABASE"},
        )
        aws.client("athena").create_work_group(
            Name=WORKGROUP,
            Configuration={"ResultConfiguration": {"OutputLocation": f"s3://{BUCKET}/athena/"}},
        )
        self._athena = Athena(SharedSession(), DATABASE, WORKGROUP)
        # Views need tables to stand on, and outlive what is in them.
        self.fill({"2026-01-01": {}})
        assert self.make_views() == []

    def close(self):
        self.local_athena.close()

    def fill(self, charts, songs=(), artists=(), albums=()):
        """Write ``charts``, such as ``{"2026-01-01": {"global": "a b - c"}}``: songs by position, ``-`` for none.

        Song ``a`` is called Song a, by the artist a-artist and on the album a-album, unless ``songs`` says other:
        ``{"a": {"artists": "X Y", "explicit": True}}``, or for one date ``{("a", "2026-01-01"): {...}}``. So do
        ``artists`` and ``albums``.
        """
        for it in self._s3.list_objects_v2(Bucket=BUCKET, Prefix="lake/").get("Contents", []):
            self._s3.delete_object(Bucket=BUCKET, Key=it["Key"])
        put_charts(self._s3, BUCKET, charts, songs, artists, albums)
        self._crawl()

    def make_views(self):
        """Make or replace the shipped views, as check does; returns those that Athena refused."""
        return make_views(self._athena, lake_views())

    def rows(self, sql, columns=None):
        """The answer's rows, each a tuple, of all columns or of those named in ``columns``."""
        names = columns.split(", ") if columns else None
        return [tuple(row[name] for name in names or row) for row in self._athena.query(sql, {})]

    def columns(self, view):
        """Names and types of a view's columns, as the catalog has them."""
        table = self._glue.get_table(DatabaseName=DATABASE, Name=view)["Table"]
        return {it["Name"]: it["Type"] for it in table["StorageDescriptor"]["Columns"]}

    def _crawl(self):
        self._glue.start_crawler(Name="lake")
        while (crawler := self._glue.get_crawler(Name="lake")["Crawler"])["State"] != "READY":
            pass
        assert crawler["LastCrawl"]["Status"] == "SUCCEEDED", crawler["LastCrawl"]


@contextmanager
def hand_made_lake():
    """A lake to fill; as long as it lasts, all clients of the process see nothing else."""
    with AwsServer() as aws, pytest.MonkeyPatch.context() as environment:
        for name, value in client_environment(aws.url).items():
            environment.setenv(name, value)
        # The local Athena answers at once.
        environment.setattr("chart_check.athena.SECONDS_BETWEEN_LOOKS", 0.01)
        aws.post("/moto-api/reset")
        lake = HandMadeLake(aws)
        yield lake
        lake.close()
        aws.post("/moto-api/reset")


def put_charts(s3, bucket, charts, songs=(), artists=(), albums=()):
    """Write charts, as HandMadeLake.fill describes them, below ``lake/`` of a bucket."""
    told = {"song": dict(songs), "artist": dict(artists), "album": dict(albums)}
    for day, of_day in charts.items():
        for table, rows in rows_of(day, of_day, told).items():
            file = io.BytesIO()
            pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMAS[table]), file)
            key = f"lake/{table}/chart_date={day}/part-0.parquet"
            s3.put_object(Bucket=bucket, Key=key, Body=file.getvalue())


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
