"""Glue job: raw chart JSON to Parquet tables, one partition per chart date.

One file, because Glue uploads and runs one file; ``spark-submit`` runs the same. Sections, top to bottom:

    errors and schemas      what goes wrong, what goes in, what comes out
    storage                 the two places files live: a local folder, an S3 bucket
    keys                    what a raw file's name says about it
    raw files               one file's bytes to one parsed chart (plain Python, runs on the executors)
    tables                  parsed charts to the six tables (DataFrame in, DataFrame out)
    slices                  what a run reads, keeps and refuses
    apply                   write to staging, replace partitions, move files
    main                    arguments, the loop over slices, the run summary

A lake partition is a pure function of the raw files of its date, and every step can be repeated: the next run
completes what a run that died has left.
"""

import argparse
import fcntl
import hashlib
import io
import json
import logging
import os
import re
import shutil
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import unquote, urlparse

import boto3
import pyarrow as pa
import pyarrow.parquet as pq
from botocore.config import Config
from botocore.exceptions import ClientError
from pyspark.sql import Column, DataFrame, Observation, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - the name every PySpark reader knows.
from pyspark.sql import types as T  # noqa: N812
from pyspark.sql.pandas.types import to_arrow_schema

logger = logging.getLogger("transform")

# --- Errors ----------------------------------------------------------------------------------------------------------


class TransformError(Exception):
    """The job cannot do its work: it exits non-zero and loses nothing."""


class FileChangedError(TransformError):
    """A file changed since it was listed: it stays where it is for the next run."""


# What to do about a raw file for which there is nothing better to say.
FIX_IT = "extract the chart again, or fix the file and land it under raw/to_processed/"


class RawFileError(TransformError):
    """A raw file that cannot be loaded: it goes to quarantine, with this as the reason.

    ``place`` is where in the file (``pages[0].items[3].track.name``, ``line 1 column 9``), ``action`` what a person
    does about it.
    """

    def __init__(self, problem: str, place: str, action: str = "") -> None:
        super().__init__(f"{place}: {problem}")
        self.problem = problem
        self.place = place
        self.action = action or FIX_IT


# --- Schemas: both ends of the job are written down, without the fields of Spotify's that no table needs. ------------

STRING, INT, LONG, BOOLEAN = T.StringType(), T.IntegerType(), T.LongType(), T.BooleanType()
TIMESTAMP, DATE = T.TimestampType(), T.DateType()


def schema(**columns: T.DataType) -> T.StructType:
    """A schema, column by column."""
    return T.StructType([T.StructField(name, data_type) for name, data_type in columns.items()])


ARTIST_OF_SONG = schema(id=STRING, name=STRING, url=STRING)
ALBUM_OF_SONG = schema(
    id=STRING,
    name=STRING,
    album_type=STRING,
    release_date=STRING,
    release_date_precision=STRING,
    total_tracks=INT,
    artists=T.ArrayType(ARTIST_OF_SONG),
    url=STRING,
    image_url=STRING,
)
SONG_OF_ENTRY = schema(
    id=STRING,
    name=STRING,
    duration_ms=INT,
    explicit=BOOLEAN,
    popularity=INT,
    isrc=STRING,
    disc_number=INT,
    track_number=INT,
    url=STRING,
    album=ALBUM_OF_SONG,
    artists=T.ArrayType(ARTIST_OF_SONG),
)
ENTRY_OF_CHART = schema(
    position=INT,
    added_at=TIMESTAMP,
    streams=LONG,
    peak_position=INT,
    previous_position=INT,
    days_on_chart=INT,
    song=SONG_OF_ENTRY,
)
# One row per raw file: its outcome and, if it was accepted, its chart.
PARSED_FILE = schema(
    key=STRING,
    status=STRING,
    problem=STRING,
    place=STRING,
    action=STRING,
    sha8=STRING,
    chart=STRING,
    chart_date=STRING,
    fetched_at=TIMESTAMP,
    source_key=STRING,
    source=STRING,
    playlist_id=STRING,
    snapshot_id=STRING,
    entries_expected=INT,
    entries_skipped=INT,
    entries=T.ArrayType(ENTRY_OF_CHART),
)

CHART_ENTRY = schema(
    chart=STRING,
    position=INT,
    song_id=STRING,
    playlist_id=STRING,
    added_at=TIMESTAMP,
    fetched_at=TIMESTAMP,
    streams=LONG,
    peak_position=INT,
    previous_position=INT,
    days_on_chart=INT,
    source_key=STRING,
    chart_date=STRING,
)
SONG = schema(
    song_id=STRING,
    name=STRING,
    album_id=STRING,
    duration_ms=INT,
    explicit=BOOLEAN,
    popularity=INT,
    isrc=STRING,
    disc_number=INT,
    track_number=INT,
    url=STRING,
    chart_date=STRING,
)
ARTIST = schema(artist_id=STRING, name=STRING, url=STRING, chart_date=STRING)
ALBUM = schema(
    album_id=STRING,
    name=STRING,
    album_type=STRING,
    release_date=STRING,
    release_date_precision=STRING,
    release_day=DATE,
    total_tracks=INT,
    artist_ids=T.ArrayType(STRING),
    url=STRING,
    image_url=STRING,
    chart_date=STRING,
)
SONG_ARTIST = schema(song_id=STRING, artist_id=STRING, artist_position=INT, chart_date=STRING)
CHART_LOAD = schema(
    chart=STRING,
    source_key=STRING,
    source=STRING,
    playlist_id=STRING,
    snapshot_id=STRING,
    fetched_at=TIMESTAMP,
    entries_expected=INT,
    entries_loaded=INT,
    entries_skipped=INT,
    chart_date=STRING,
)

# --- Storage: the few operations that the job needs ------------------------------------------------------------------

# Concurrent requests: S3 answers in tens of milliseconds, so most of the time is waiting.
PARALLEL_REQUESTS = 16


@dataclass(frozen=True)
class ListedFile:
    """A file as listed. ``version`` changes with the content: S3's ETag, or locally inode, size and time."""

    key: str
    version: str
    size: int
    modified: datetime


class Store(Protocol):
    """Files under one root; keys are relative to it and written with slashes."""

    uri: str

    def list(self, prefix: str) -> list[ListedFile]:
        """All files below ``prefix`` (ends with a slash), sorted by key; none when there is no such prefix."""

    def read(self, key: str, version: str | None = None) -> bytes:
        """The file's bytes. FileNotFoundError when absent, FileChangedError when it is no longer ``version``."""

    def write(self, key: str, data: bytes) -> None:
        """Create or replace one file; readers never see half of it."""

    def replace(self, source_key: str, target_key: str) -> None:
        """Replace ``target_key`` by a staged file, in one step for every reader."""

    def move(self, key: str, version: str, target_key: str) -> None:
        """Move a file if it is still ``version``, else raise FileChangedError."""

    def delete(self, prefix: str) -> None:
        """Remove everything below ``prefix``."""


class LocalStore:
    """A folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        # Hadoop takes the path as it is, not percent-encoded.
        self.uri = f"file://{root}"

    def list(self, prefix: str) -> list[ListedFile]:
        """See Store; names that begin with a dot are not data (editors' and our own unfinished files)."""
        found = []
        for folder, _folders, names in os.walk(self.root / prefix, onerror=_unless_absent):
            for name in names:
                path = Path(folder, name)
                if name.startswith(".") or not path.is_file():
                    continue
                key = path.relative_to(self.root).as_posix()
                if not _is_utf8(key):
                    logger.warning("%s/%a is not read: its name is not UTF-8, rename it", self.uri, key)
                    continue
                try:
                    stat = path.stat()
                except FileNotFoundError:
                    continue  # Its owner took it away again.
                modified = datetime.fromtimestamp(stat.st_mtime, UTC)
                found.append(ListedFile(key, _local_version(stat), stat.st_size, modified))
        return sorted(found, key=lambda file: file.key)

    def read(self, key: str, version: str | None = None) -> bytes:
        """See Store."""
        with Path(self.root, key).open("rb") as file:
            data = file.read()
            if version is not None and _local_version(os.fstat(file.fileno())) != version:
                raise FileChangedError(f"{self.uri}/{key} changed since it was listed")
        return data

    def write(self, key: str, data: bytes) -> None:
        """See Store."""
        path = self._ready(key)
        # Always the same name, so that the next run overwrites what a killed run has left.
        unfinished = path.with_name(f".{path.name}.unfinished")
        unfinished.write_bytes(data)
        unfinished.replace(path)

    def replace(self, source_key: str, target_key: str) -> None:
        """See Store."""
        Path(self.root, source_key).replace(self._ready(target_key))

    def move(self, key: str, version: str, target_key: str) -> None:
        """See Store."""
        path = Path(self.root, key)
        if not path.exists() or _local_version(path.stat()) != version:
            raise FileChangedError(f"{self.uri}/{key} changed since it was listed")
        if path.is_symlink():
            # Keep the content, not a link to a file that may disappear.
            self.write(target_key, path.read_bytes())
            path.unlink()
        else:
            path.replace(self._ready(target_key))

    def delete(self, prefix: str) -> None:
        """See Store."""
        shutil.rmtree(self.root / prefix, ignore_errors=True)

    def _ready(self, key: str) -> Path:
        path = Path(self.root, key)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


def _local_version(stat: os.stat_result) -> str:
    return f"{stat.st_ino}-{stat.st_size}-{stat.st_mtime_ns}"


def _unless_absent(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


class S3Store:
    """A bucket, or the part of it below a prefix."""

    def __init__(self, uri: str) -> None:
        location = urlparse(uri)
        self.uri = uri
        self.bucket = location.netloc
        self.prefix = location.path.strip("/") + "/" if location.path.strip("/") else ""
        retries = Config(retries={"mode": "standard", "max_attempts": 5}, max_pool_connections=PARALLEL_REQUESTS)
        self.s3: Any = boto3.client("s3", config=retries)
        # The older boto3 of some Glue versions has no conditional deletion.
        delete = self.s3.meta.service_model.operation_model("DeleteObject").input_shape
        self._deletes_if_match = delete is not None and "IfMatch" in delete.members

    def __reduce__(self) -> tuple[type["S3Store"], tuple[str]]:
        """Executors open their own client: a client cannot be pickled."""
        return S3Store, (self.uri,)

    def list(self, prefix: str) -> list[ListedFile]:
        """See Store; empty objects that consoles and Spark create as folders are skipped."""
        return [
            ListedFile(item["Key"].removeprefix(self.prefix), item["ETag"], item["Size"], item["LastModified"])
            for item in self._objects(prefix)
            if not item["Key"].endswith("/")
        ]

    def read(self, key: str, version: str | None = None) -> bytes:
        """See Store."""
        condition = {} if version is None else {"IfMatch": version}
        with self._translated(key):
            answer = self.s3.get_object(Bucket=self.bucket, Key=self.prefix + key, **condition)
            data: bytes = answer["Body"].read()
        return data

    def write(self, key: str, data: bytes) -> None:
        """See Store."""
        with self._translated(key):
            self.s3.put_object(Bucket=self.bucket, Key=self.prefix + key, Body=data)

    def replace(self, source_key: str, target_key: str) -> None:
        """See Store."""
        self._copy(source_key, target_key)

    def move(self, key: str, version: str, target_key: str) -> None:
        """See Store; a copy, then a deletion, each only of the listed version."""
        self._copy(key, target_key, CopySourceIfMatch=version)
        condition = {"IfMatch": version} if self._deletes_if_match else {}
        with self._translated(key):
            self.s3.delete_object(Bucket=self.bucket, Key=self.prefix + key, **condition)

    def delete(self, prefix: str) -> None:
        """See Store."""
        keys = [{"Key": item["Key"]} for item in self._objects(prefix)]
        for start in range(0, len(keys), 1000):  # S3's limit for one request.
            answer = self.s3.delete_objects(
                Bucket=self.bucket, Delete={"Objects": keys[start : start + 1000], "Quiet": True}
            )
            if answer.get("Errors"):
                raise TransformError(f"cannot delete below {self.uri}/{prefix}: {answer['Errors'][0]}")

    def _objects(self, prefix: str) -> Iterator[dict[str, Any]]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix + prefix)
        with self._translated(prefix):
            for page in pages:
                yield from page.get("Contents", [])

    def _copy(self, source_key: str, target_key: str, **condition: str) -> None:
        source = {"Bucket": self.bucket, "Key": self.prefix + source_key}
        with self._translated(source_key):
            self.s3.copy_object(Bucket=self.bucket, Key=self.prefix + target_key, CopySource=source, **condition)

    @contextmanager
    def _translated(self, key: str) -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in ("PreconditionFailed", "412"):
                raise FileChangedError(f"{self.uri}/{key} changed since it was listed") from error
            if code in ("NoSuchKey", "404"):
                raise FileNotFoundError(f"{self.uri}/{key}") from error
            raise TransformError(f"{self.uri}/{key}: {error}") from error


def open_store(uri: str) -> LocalStore | S3Store:
    """The store at a ``s3://`` or ``file://`` URI or a plain path."""
    location = urlparse(uri)
    if location.scheme in ("s3", "s3a"):
        if not location.netloc:
            raise TransformError(f"{uri}: the bucket is missing, write s3://bucket/folder")
        return S3Store(uri.rstrip("/"))
    if location.scheme == "file" and location.netloc not in ("", "localhost"):
        raise TransformError(f"{uri}: a file:// URI has three slashes before its path")
    path = unquote(location.path) if location.scheme == "file" else uri
    return LocalStore(Path(path).resolve())


def open_raw(uri: str) -> Store:
    """The store of the raw files. S3 refuses a bucket that does not exist; for a folder we do."""
    raw = open_store(uri)
    if isinstance(raw, LocalStore) and not raw.root.is_dir():
        raise TransformError(f"--raw_path {uri}: there is no folder {raw.root}")
    return raw


def open_lake(uri: str) -> tuple[Store, str]:
    """The store of the folder with the lake, staging and runs; and the lake's name in it."""
    lake = open_store(uri)
    if isinstance(lake, LocalStore):
        parent, name = str(lake.root.parent), lake.root.name
    else:
        parent, _slash, name = lake.uri.rpartition("/")
        name = name if lake.prefix else ""
    if not name:
        raise TransformError(f"--lake_path {uri}: name a folder for the lake; staging/ and runs/ are kept beside it")
    return open_store(parent), name


@contextmanager
def single_writer(lake: Store) -> Iterator[None]:
    """Hold the lock file beside a local lake; on AWS, Glue's MaxConcurrentRuns of 1 does this."""
    if not isinstance(lake, LocalStore):
        yield
        return
    lake.root.mkdir(parents=True, exist_ok=True)
    with Path(lake.root, "lake.lock").open("w") as lock:
        try:
            # The kernel releases it however the process dies.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise TransformError(
                f"another run is writing the lake in {lake.uri}: wait until it has ended, then start this one again"
            ) from None
        yield


# --- Keys: what a raw file's name says about it ----------------------------------------------------------------------

# Both become part of file names.
CHART_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}")
DATE_IN_KEY = re.compile(r"(?:^|/)chart_date=([^/]*)/")
# A date, perhaps with a time: 2023-03-27 18_24_36.95, 2023-03-27T18:24:36Z, 20230327T182436Z, 20230327.
MOMENT_IN_NAME = re.compile(
    # A look-ahead, so that digits that are not a date do not consume a date that follows.
    r"(?<!\d)(?=((?:19|20)\d{2})([-_.]?)(\d{2})\2(\d{2})"
    r"(?:[T _-]{0,2}(\d{2})[:_.-]?(\d{2})[:_.-]?(\d{2})(?!\d))?(?!\d))"
)
CANONICAL_NAME = re.compile(
    rf"chart_date=(?P<chart_date>\d{{4}}-\d{{2}}-\d{{2}})/"
    rf"(?P<chart>{CHART_NAME.pattern})\.(?P<fetched_at>\d{{8}}T\d{{6}}Z)\.(?P<sha8>[0-9a-f]{{8}})\.json"
)
COMPACT_TIME = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class RawFile:
    """A listed raw file, and everything known about it before it is read.

    For a file below ``processed/`` the key is authoritative (``sha8`` is set). For a landed one it is a first guess:
    the envelope counts, but its date must agree with a ``chart_date=`` in the key (``date_is_fixed``).
    """

    key: str
    version: str
    size: int
    chart: str
    chart_date: str
    fetched_at: str
    date_is_fixed: bool
    sha8: str | None
    problem: str | None = None

    @property
    def landed(self) -> bool:
        """Whether this run has to move it: it was listed in ``to_processed/``."""
        return self.sha8 is None


def landed_file(listed: ListedFile, default_chart: str) -> RawFile:
    """A file in ``to_processed/`` from its key: the date by ``chart_date=``, else by name, else by age."""
    name = listed.key.rsplit("/", 1)[-1]
    moment, has_time = moment_in_name(name) or (listed.modified, True)
    in_key = DATE_IN_KEY.search(listed.key)
    problem = None
    chart_date = moment.date().isoformat()
    if in_key and is_date(in_key[1]):
        chart_date = in_key[1]
    elif in_key:
        problem = f"chart_date={in_key[1]} in the key is not a date like 2026-11-22"
    return RawFile(
        key=listed.key,
        version=listed.version,
        size=listed.size,
        chart=default_chart,
        chart_date=chart_date,
        fetched_at=compact(moment if has_time else listed.modified),
        date_is_fixed=in_key is not None,
        sha8=None,
        problem=problem,
    )


def processed_file(listed: ListedFile) -> RawFile | None:
    """A file in ``processed/`` from its canonical key; None when the key is not canonical."""
    name = CANONICAL_NAME.fullmatch(listed.key.removeprefix("processed/"))
    if name is None or not is_date(name["chart_date"]) or not is_compact(name["fetched_at"]):
        return None
    return RawFile(listed.key, listed.version, listed.size, **name.groupdict(), date_is_fixed=True)


def moment_in_name(name: str) -> tuple[datetime, bool] | None:
    """The first date in a file's name (UTC), and whether a time of day follows it."""
    for found in MOMENT_IN_NAME.finditer(name):
        year, _separator, month, day, *clock = found.groups()
        hour, minute, second = (int(part or 0) for part in clock)
        try:
            day_found = datetime(int(year), int(month), int(day), tzinfo=UTC)
        except ValueError:
            continue  # Digits, but no date: an id, a count.
        try:
            return day_found.replace(hour=hour, minute=minute, second=second), clock[0] is not None
        except ValueError:
            return day_found, False  # A date, and digits that are not a time.
    return None


def is_date(text: str) -> bool:
    """Whether ``text`` is a calendar date written 2026-11-22."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def compact(moment: datetime) -> str:
    """A time as in file names, 20261122T230004Z, which sorts by time."""
    # Not by strftime alone, which writes years before 1000 with fewer digits.
    in_utc = moment.astimezone(UTC)
    return f"{in_utc.year:04}{in_utc:%m%dT%H%M%SZ}"


def is_compact(text: str) -> bool:
    """Whether ``text`` is a time as ``compact`` writes it."""
    try:
        return compact(datetime.strptime(text, COMPACT_TIME).replace(tzinfo=UTC)) == text
    except ValueError:
        return False


def canonical_key(chart: str, chart_date: str, fetched_at: datetime, sha8: str) -> str:
    """The key of a transformed file below ``processed/``; it has everything that a later re-process needs."""
    return f"chart_date={chart_date}/{chart}.{compact(fetched_at)}.{sha8}.json"


# --- Raw files -------------------------------------------------------------------------------------------------------
# One file's bytes to one parsed chart. Plain Python, so that an error names its exact place
# (Spark's from_json turns a wrong type into null) and each file is read once, in the version that was listed.

ACCEPTED, BAD, CHANGED, OTHER_DATE = "accepted", "bad", "changed", "other_date"
RAW_FORMAT = "top50-raw/1"
PLAYLIST_IN_HREF = re.compile(r"/playlists/([^/?]+)")
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # What chart playlists send where nobody added the track.
INT_RANGE = range(-(2**31), 2**31)
LONG_RANGE = range(-(2**63), 2**63)

Json = dict[str, Any]
Value = TypeVar("Value")


def parse_file(data: bytes, file: RawFile) -> dict[str, Any]:
    """One row of PARSED_FILE for one raw file; a file that cannot be loaded is a row that says why."""
    sha8 = hashlib.sha256(data).hexdigest()[:8]
    row: dict[str, Any] = {"key": file.key, "sha8": sha8, "chart_date": file.chart_date}
    try:
        if file.problem is not None:
            raise RawFileError(file.problem, "key", "land it under chart_date=YYYY-MM-DD/")
        if file.sha8 not in (None, sha8):
            raise RawFileError("the content is not what its name's checksum says", "file", "restore the older version")
        return row | parse_chart(load_json(data), file, sha8)
    except RawFileError as error:
        return row | {"status": BAD, "problem": error.problem, "place": error.place, "action": error.action}


def load_json(data: bytes) -> Any:
    """The file's JSON; RawFileError when it is not JSON."""
    if not data.strip():
        raise RawFileError("the file is empty", "file")
    if data.startswith(b"\x1f\x8b"):
        raise RawFileError("the file is compressed with gzip", "file", "decompress it")
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise RawFileError("not UTF-8 text", f"byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise RawFileError(f"not JSON: {error.msg}", f"line {error.lineno} column {error.colno}") from None
    except RecursionError:
        raise RawFileError("not a chart: nested too deeply", "file") from None
    except ValueError as error:  # A number of thousands of digits.
        raise RawFileError(f"not JSON that can be read: {error}", "file") from None


def _no_constant(name: str) -> None:
    raise RawFileError(f"not JSON: {name} is no JSON value", "file")


def parse_chart(document: Any, file: RawFile, sha8: str) -> dict[str, Any]:
    """The accepted row of a chart, in any form people land: our envelope, a page, a playlist, a list of one of those.

    Raises RawFileError. When an envelope names another date than the one guessed from its file's name or age, the row
    only says so (OTHER_DATE), and the file is loaded with that date's files.
    """
    if isinstance(document, list):
        if len(document) != 1:
            raise RawFileError(f"a list of {len(document)} answers", "$", "put each answer into a file of its own")
        document = document[0]
    if not isinstance(document, dict):
        raise RawFileError(f"expected a chart, got {kind(document)}", "$")
    chart = envelope(document, file) if "format" in document else bare_answer(document, file)
    if chart["chart_date"] != file.chart_date:
        if file.date_is_fixed:
            raise RawFileError(
                f"the key says {file.chart_date}, the body {chart['chart_date']}",
                "chart_date",
                f"land it under chart_date={chart['chart_date']}/, if that is its date",
            )
        return {"status": OTHER_DATE, "chart_date": chart["chart_date"]}

    if file.sha8 is not None:
        chart |= {
            "chart": file.chart,
            "fetched_at": datetime.strptime(file.fetched_at, COMPACT_TIME).replace(tzinfo=UTC),
        }
    entries, skipped = parse_entries(chart.pop("pages"), chart["entries_expected"])
    source_key = canonical_key(chart["chart"], chart["chart_date"], chart["fetched_at"], sha8)
    expected = chart["entries_expected"] if chart["entries_expected"] is not None else len(entries) + skipped
    return chart | {
        "status": ACCEPTED,
        "source_key": source_key,
        "entries_expected": expected,
        "entries_skipped": skipped,
        "entries": entries,
    }


def envelope(document: Json, file: RawFile) -> dict[str, Any]:
    """The chart in the form that extract lands."""
    raw_format = text(document, "format", "")
    if raw_format != RAW_FORMAT:
        raise RawFileError(
            f"format {short(raw_format)} is not one this job reads ({RAW_FORMAT})",
            "format",
            "run a version of the job that reads it",
        )
    chart = required(text(document, "chart", ""), "chart")
    if not CHART_NAME.fullmatch(chart):
        raise RawFileError(f"{short(chart)} is not a chart's name: letters, digits, - and _, at most 64", "chart")
    chart_date = required(text(document, "chart_date", ""), "chart_date")
    if not is_date(chart_date):
        raise RawFileError(f"{short(chart_date)} is not a date like 2026-11-22", "chart_date")
    playlist = record(document, "playlist", "") or {}
    pages = document.get("pages")
    if not isinstance(pages, list) or not pages:
        raise RawFileError(f"expected a list of pages, got {kind(pages)}", "pages")
    return {
        "chart": chart,
        "chart_date": chart_date,
        "fetched_at": required(moment(document, "fetched_at", ""), "fetched_at").replace(microsecond=0),
        "source": required(text(document, "source", ""), "source"),
        "playlist_id": text(playlist, "id", "playlist"),
        "snapshot_id": text(playlist, "snapshot_id", "playlist"),
        "entries_expected": required(integer(document, "total", ""), "total"),
        "pages": [(f"pages[{index}]", page) for index, page in enumerate(pages)],
    }


def bare_answer(document: Json, file: RawFile) -> dict[str, Any]:
    """The chart in the forms that older pipelines landed: Spotify's answer alone."""
    playlist: Json = {}
    place, page = "$", document
    for contents in ("tracks", "items"):
        if isinstance(document.get(contents), dict):
            place, page, playlist = contents, document[contents], document
    if "items" not in page:
        raise RawFileError("neither a paging object nor a playlist: no list of items", place)
    href = PLAYLIST_IN_HREF.search(text(page, "href", place) or "")
    return {
        "chart": file.chart,
        "chart_date": file.chart_date,
        "fetched_at": datetime.strptime(file.fetched_at, COMPACT_TIME).replace(tzinfo=UTC),
        "source": "playlist",
        "playlist_id": text(playlist, "id", "") or (href[1] if href else None),
        "snapshot_id": text(playlist, "snapshot_id", ""),
        "entries_expected": integer(page, "total", place),
        "pages": [(place, page)],
    }


def parse_entries(pages: Iterable[tuple[str, Any]], total: int | None) -> tuple[list[dict[str, Any]], int]:
    """The entries with a song, at their positions as published (from 1), and the number of entries without one.

    Spotify keeps the position of a withdrawn track and sends null for it; local files and episodes are not songs.
    """
    entries = []
    position = 0
    for page_place, page in pages:
        items = page.get("items") if isinstance(page, dict) else None
        if not isinstance(items, list):
            raise RawFileError("expected a paging object with a list of items", page_place)
        for index, item in enumerate(items):
            position += 1
            entry = parse_entry(item, position, f"{page_place}.items[{index}]")
            if entry is not None:
                entries.append(entry)
    if position == 0:
        raise RawFileError("the chart has no entries", "items")
    if total is not None and position != total:
        comparison = "fewer" if position < total else "more"
        raise RawFileError(f"{position} entries, {comparison} than its total of {total}", "total")
    return entries, position - len(entries)


def parse_entry(entry: Any, position: int, place: str) -> dict[str, Any] | None:
    """One entry with its song; None when its position is empty."""
    if entry is None:
        return None
    if not isinstance(entry, dict):
        raise RawFileError(f"expected an entry, got {kind(entry)}", place)
    # Apps since February 2026 get the track under ``item``, older ones under ``track``.
    field = "item" if entry.get("item") is not None else "track"
    track = record(entry, field, place)
    if "item" not in entry and "track" not in entry:
        raise RawFileError("an entry with neither an item nor a track (as with a wrong fields= filter)", place)
    if track is None or boolean(entry, "is_local", place):
        return None
    if boolean(track, "is_local", f"{place}.{field}") or text(track, "type", f"{place}.{field}") not in (None, "track"):
        return None
    added_at = moment(entry, "added_at", place)
    return {
        "position": position,
        "added_at": None if added_at == NEVER else added_at,
        "song": parse_song(track, f"{place}.{field}"),
        **parse_csv_row(record(entry, "csv", place) or {}, f"{place}.csv"),
    }


def parse_csv_row(row: Json, place: str) -> dict[str, int | None]:
    """An entry's fields that only a chart CSV has; all null for a playlist. Numbers may come as text."""
    row = {field: int(value) if _is_digits(value) else value for field, value in row.items()}
    previous = integer(row, "previous_rank", place)
    return {
        "streams": integer(row, "streams", place, LONG_RANGE),
        "peak_position": integer(row, "peak_rank", place),
        # The CSV writes -1 for a new entry, which has no previous position.
        "previous_position": previous if previous is not None and previous > 0 else None,
        "days_on_chart": integer(row, "days_on_chart", place),
    }


def _is_digits(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value) is not None


def parse_song(track: Json, place: str) -> dict[str, Any]:
    """The fields of a track that the tables need."""
    album = record(track, "album", place) or {}
    return {
        "id": required(text(track, "id", place), f"{place}.id"),
        "name": text(track, "name", place),
        "duration_ms": integer(track, "duration_ms", place),
        "explicit": boolean(track, "explicit", place),
        "popularity": integer(track, "popularity", place),
        "isrc": text(record(track, "external_ids", place) or {}, "isrc", f"{place}.external_ids"),
        "disc_number": integer(track, "disc_number", place),
        "track_number": integer(track, "track_number", place),
        "url": spotify_url(track, place),
        "album": parse_album(album, f"{place}.album"),
        "artists": parse_artists(track, place),
    }


def parse_album(album: Json, place: str) -> dict[str, Any]:
    """The fields of an album that the tables need."""
    return {
        # It may be empty, as for artists: there is nothing to link to.
        "id": text(album, "id", place) or None,
        "name": text(album, "name", place),
        "album_type": text(album, "album_type", place),
        "release_date": text(album, "release_date", place),
        "release_date_precision": text(album, "release_date_precision", place),
        "total_tracks": integer(album, "total_tracks", place),
        "artists": parse_artists(album, place),
        "url": spotify_url(album, place),
        "image_url": widest_image(records(album, "images", place), place),
    }


def parse_artists(owner: Json, place: str) -> list[dict[str, Any]]:
    """The artists of a track or album in Spotify's order, each once; those without an id are left out."""
    artists: dict[str, dict[str, Any]] = {}
    for artist_place, artist in records(owner, "artists", place):
        artist_id = text(artist, "id", artist_place)
        name, url = text(artist, "name", artist_place), spotify_url(artist, artist_place)
        if artist_id:
            artists.setdefault(artist_id, {"id": artist_id, "name": name, "url": url})
    return list(artists.values())


def spotify_url(thing: Json, place: str) -> str | None:
    """The link that Spotify asks everyone to show beside its content."""
    return text(record(thing, "external_urls", place) or {}, "spotify", f"{place}.external_urls")


def widest_image(images: Iterable[tuple[str, Json]], place: str) -> str | None:
    """The URL of the widest image, the first of equally wide ones; widths may be null."""
    widths = [(integer(image, "width", place) or 0, text(image, "url", place)) for place, image in images]
    return max(widths, key=lambda image: image[0])[1] if widths else None


def text(owner: Json, field: str, place: str) -> str | None:
    """A text or null; absent is null."""
    value = owner.get(field)
    if value is None:
        return None
    if not isinstance(value, str):
        raise RawFileError(f"expected text, got {kind(value)}", inside(place, field))
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise RawFileError("text with half a character (a lone surrogate)", inside(place, field)) from None
    return value


def integer(owner: Json, field: str, place: str, within: range = INT_RANGE) -> int | None:
    """A whole number or null."""
    value = owner.get(field)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool):
        raise RawFileError(f"expected a whole number, got {kind(value)}", inside(place, field))
    if value not in within:
        raise RawFileError("a number out of range", inside(place, field))
    return value


def boolean(owner: Json, field: str, place: str) -> bool | None:
    """True, false or null."""
    value = owner.get(field)
    if value is None or isinstance(value, bool):
        return value
    raise RawFileError(f"expected true or false, got {kind(value)}", inside(place, field))


def moment(owner: Json, field: str, place: str) -> datetime | None:
    """A time in UTC, written as 2026-11-22T23:00:04Z, or null."""
    value = text(owner, field, place)
    if value is None:
        return None
    try:
        found = datetime.fromisoformat(value)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise RawFileError(f"{short(value)} is not a time like 2026-11-22T23:00:04Z", inside(place, field)) from None


def record(owner: Json, field: str, place: str) -> Json | None:
    """An object or null."""
    value = owner.get(field)
    if value is None or isinstance(value, dict):
        return value
    raise RawFileError(f"expected an object, got {kind(value)}", inside(place, field))


def records(owner: Json, field: str, place: str) -> Iterator[tuple[str, Json]]:
    """The objects of a list with their places; null is an empty list, and nulls in it are skipped."""
    values = owner.get(field)
    if values is None:
        return
    if not isinstance(values, list):
        raise RawFileError(f"expected a list, got {kind(values)}", inside(place, field))
    for index, value in enumerate(values):
        if isinstance(value, dict):
            yield f"{place}.{field}[{index}]", value
        elif value is not None:
            raise RawFileError(f"expected an object, got {kind(value)}", f"{inside(place, field)}[{index}]")


def required(value: Value | None, place: str) -> Value:
    """A value that every chart must have."""
    if value is None or value == "":
        raise RawFileError("it is missing", place)
    return value


def inside(place: str, field: str) -> str:
    """The place of a field, for an error."""
    return f"{place}.{field}" if place not in ("", "$") else field


def kind(value: Any) -> str:
    """The JSON name for the type of a value."""
    names = {
        dict: "an object",
        list: "a list",
        str: "text",
        bool: "true or false",
        float: "a decimal number",
        type(None): "null",
    }
    return names.get(type(value), "a number")


def short(value: Any) -> str:
    """A value for an error message, cut when it is long."""
    shown = repr(value)
    return shown if len(shown) <= 80 else f"{shown[:77]}..."


# --- Tables ----------------------------------------------------------------------------------------------------------
# DataFrame in, DataFrame out; no I/O, no session, no clock. ``charts`` holds one row of PARSED_FILE for each
# chart and date. All are partitioned by chart_date before they come here, so no table shuffles.


def chart_load(charts: DataFrame) -> DataFrame:
    """One row per chart and date: its raw file, and how many entries were expected and loaded."""
    return charts.select(
        "chart",
        "source_key",
        "source",
        "playlist_id",
        "snapshot_id",
        "fetched_at",
        "entries_expected",
        F.size("entries").alias("entries_loaded"),
        "entries_skipped",
        "chart_date",
    ).to(CHART_LOAD)


def entries_of(charts: DataFrame) -> DataFrame:
    """One row per chart, date and position with a song, and the song as in the file."""
    exploded = charts.select(
        "chart", "chart_date", "playlist_id", "fetched_at", "source_key", F.explode("entries").alias("entry")
    )
    return exploded.select("chart", "chart_date", "playlist_id", "fetched_at", "source_key", "entry.*")


def chart_entry(entries: DataFrame) -> DataFrame:
    """One row per chart, date and position."""
    return entries.withColumn("song_id", F.col("song.id")).select(*CHART_ENTRY.names).to(CHART_ENTRY)


def newest(*tie_breakers: str) -> Column:
    """Orders rows about the same song, artist or album: the greatest one counts."""
    return F.struct("fetched_at", "source_key", "position", *tie_breakers)


def songs_of(entries: DataFrame) -> DataFrame:
    """One row per date and song: of a song on many charts, the newest row counts."""
    return entries.groupBy("chart_date", F.col("song.id").alias("song_id")).agg(
        F.max_by("song", newest()).alias("song")
    )


def song(songs: DataFrame) -> DataFrame:
    """One row per date and song."""
    return songs.select(
        "song_id",
        "song.name",
        F.col("song.album.id").alias("album_id"),
        "song.duration_ms",
        "song.explicit",
        "song.popularity",
        "song.isrc",
        "song.disc_number",
        "song.track_number",
        "song.url",
        "chart_date",
    ).to(SONG)


def song_artist(songs: DataFrame) -> DataFrame:
    """One row per date, song and artist, artists numbered from 1 as Spotify lists them."""
    links = songs.select("chart_date", "song_id", F.posexplode("song.artists").alias("index", "artist"))

    return links.select(
        "song_id",
        F.col("artist.id").alias("artist_id"),
        (F.col("index") + 1).alias("artist_position"),
        "chart_date",
    ).to(SONG_ARTIST)


def artist(entries: DataFrame) -> DataFrame:
    """One row per date and artist of a song or of its album, so that every link and every album has its artists."""
    credited = entries.select(
        "chart_date",
        "fetched_at",
        "source_key",
        "position",
        F.posexplode(F.concat("song.artists", "song.album.artists")).alias("index", "artist"),
    )
    standing = credited.groupBy("chart_date", F.col("artist.id").alias("artist_id")).agg(
        F.max_by("artist", newest("index")).alias("artist")
    )
    return standing.select("artist_id", "artist.name", "artist.url", "chart_date").to(ARTIST)


def album(entries: DataFrame) -> DataFrame:
    """One row per date and album."""
    with_album = entries.where(F.col("song.album.id").isNotNull())
    standing = with_album.groupBy("chart_date", F.col("song.album.id").alias("album_id")).agg(
        F.max_by("song.album", newest()).alias("album")
    )
    return standing.select(
        "album_id",
        "album.name",
        "album.album_type",
        "album.release_date",
        "album.release_date_precision",
        first_day("album.release_date").alias("release_day"),
        "album.total_tracks",
        F.col("album.artists.id").alias("artist_ids"),
        "album.url",
        "album.image_url",
        "chart_date",
    ).to(ALBUM)


def first_day(release_date: str) -> Column:
    """The first day of ``1981``, ``1981-12`` or ``1981-12-15``; null for anything else (``""``, ``0000``).

    ``release_date`` names the column. try_cast, because Spark 4 (ANSI) stops at a 45th of January.
    """
    return F.expr(
        f"""
        try_cast(
            CASE
                WHEN {release_date} LIKE '0000%' THEN NULL
                WHEN {release_date} RLIKE '^[0-9]{{4}}$' THEN concat({release_date}, '-01-01')
                WHEN {release_date} RLIKE '^[0-9]{{4}}-[0-9]{{2}}$' THEN concat({release_date}, '-01')
                WHEN {release_date} RLIKE '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}$' THEN {release_date}
            END AS date
        )
        """
    )


def tables_of(charts: DataFrame) -> dict[str, DataFrame]:
    """The six tables, in the order in which a date's partitions are replaced: chart_load, the receipt, comes last."""
    entries = entries_of(charts)
    songs = songs_of(entries)
    return {
        "chart_entry": chart_entry(entries),
        "song": song(songs),
        "artist": artist(entries),
        "album": album(entries),
        "song_artist": song_artist(songs),
        "chart_load": chart_load(charts),
    }


# The sort order of a table's file: the same rows give the same file, and Athena reads less.
SORTED_BY = {
    "chart_entry": ("chart", "position"),
    "song": ("song_id",),
    "artist": ("artist_id",),
    "album": ("album_id",),
    "song_artist": ("song_id", "artist_position"),
    "chart_load": ("chart",),
}

# --- Slices: what a run reads, keeps and refuses ---------------------------------------------------------------------

# Files in one slice: as many as one driver and one Spark job handle comfortably.
SLICE_FILES = 2_000
# Bytes in a name below quarantine/: file systems end at 255, and a checksum and .reason.json may follow.
LONGEST_NAME = 200
# Bytes of raw files that an executor's Python holds at a time.
CHUNK_BYTES = 16 * 2**20


@dataclass(frozen=True)
class Outcome:
    """The outcome of parsing one raw file, without its entries."""

    file: RawFile
    status: str
    problem: str | None = None
    place: str | None = None
    action: str | None = None
    sha8: str | None = None
    chart: str | None = None
    chart_date: str = ""
    source_key: str | None = None


@dataclass(frozen=True)
class Guard:
    """Why a date is left as it is, as in a reason file."""

    problem: str
    place: str
    action: str


@dataclass(frozen=True)
class Verdict:
    """What a slice does: which files make the tables of which dates, which dates it leaves, which files it refuses."""

    winners: list[Outcome]
    dates: list[str]
    guarded: dict[str, Guard]
    accepted: list[Outcome]
    refused: list[Outcome]


def slices(files: Iterable[RawFile]) -> Iterator[list[RawFile]]:
    """Whole dates, oldest first, about SLICE_FILES files at a time."""
    by_date: dict[str, list[RawFile]] = {}
    for file in files:
        by_date.setdefault(file.chart_date, []).append(file)
    current: list[RawFile] = []
    for chart_date in sorted(by_date):
        if current and len(current) + len(by_date[chart_date]) > SLICE_FILES:
            yield current
            current = []
        current = current + by_date[chart_date]
    if current:
        yield current


def judge(outcomes: Sequence[Outcome], standing: dict[str, set[str]], allowed_drops: set[tuple[str, str]]) -> Verdict:
    """Choose the newest file of each chart and date, and leave out dates whose rewrite would lose something.

    ``standing`` holds the charts that the lake has for each date now, ``allowed_drops`` pairs of (date, chart).
    """
    accepted = [outcome for outcome in outcomes if outcome.status == ACCEPTED]
    bad = [outcome for outcome in outcomes if outcome.status == BAD]
    newest_of: dict[tuple[str, str], Outcome] = {}
    for outcome in sorted(accepted, key=_age):
        newest_of[outcome.chart_date, str(outcome.chart)] = outcome

    guarded = {}
    for chart_date in {chart_date for chart_date, _chart in newest_of}:
        have = {chart for winner_date, chart in newest_of if winner_date == chart_date}
        allowed = {chart for drop_date, chart in allowed_drops if drop_date == chart_date}
        lost = standing.get(chart_date, set()) - have - allowed
        if lost:
            guarded[chart_date] = _dropped(chart_date, sorted(lost))
    # The processed files are the source of truth: a damaged one is never moved or silently skipped.
    guarded |= {outcome.file.chart_date: _damaged(outcome) for outcome in bad if not outcome.file.landed}

    held_back = [
        replace(outcome, **asdict(guarded[outcome.chart_date])) for outcome in accepted if outcome.chart_date in guarded
    ]
    return Verdict(
        winners=[winner for (chart_date, _chart), winner in newest_of.items() if chart_date not in guarded],
        dates=sorted({chart_date for chart_date, _chart in newest_of} - set(guarded)),
        guarded=guarded,
        accepted=[outcome for outcome in accepted if outcome.chart_date not in guarded],
        refused=[outcome for outcome in bad + held_back if outcome.file.landed],
    )


def _age(outcome: Outcome) -> str:
    # For one chart and date, the key sorts by fetched_at, its next part.
    return str(outcome.source_key)


def _dropped(chart_date: str, lost: Sequence[str]) -> Guard:
    drops = ",".join(f"{chart_date}:{chart}" for chart in lost)
    return Guard(
        problem=f"loading it would drop {', '.join(lost)} from {chart_date}: its raw file is gone",
        place="raw/processed/",
        action=f"restore the missing raw file, or run with --allow_drop {drops}, and land this file again",
    )


def _damaged(outcome: Outcome) -> Guard:
    return Guard(
        problem=f"{outcome.file.chart_date} cannot be rebuilt: {outcome.problem}",
        place=f"raw/{outcome.file.key}: {outcome.place}",
        action="restore the older version of that file (or remove it), and land this file again",
    )


# --- Apply -----------------------------------------------------------------------------------------------------------


@dataclass
class Summary:
    """What a run did: its last line on stdout, and ``runs/<run_id>.json``."""

    run_id: str
    files_read: int = 0
    files_quarantined: int = 0
    dates_rewritten: list[str] = field(default_factory=list)
    dates_guarded: list[str] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SORTED_BY, 0))
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Add the time spent inside to the phase's seconds."""
        started = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = round(self.seconds.get(name, 0) + time.monotonic() - started, 3)


@dataclass
class Run:
    """Where a run reads and writes, and its work so far."""

    raw: Store
    lake: Store
    lake_folder: str
    allowed_drops: set[tuple[str, str]]
    summary: Summary

    @property
    def staging(self) -> str:
        """The folder of this run's unfinished tables, below the lake's store."""
        return f"staging/{self.summary.run_id}"

    def partition(self, table: str, chart_date: str) -> str:
        """The key of the one file that a table has for a date."""
        return f"{self.lake_folder}/{table}/chart_date={chart_date}/part-0.parquet"


def start_spark() -> SparkSession:
    """The session, with the settings that the results depend on, and those for many small files."""
    session = (
        SparkSession.builder.appName("top50-transform")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.parquet.compression.codec", "zstd")
        .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
        # Dates of centuries ago, real or mistyped, are written as they are; Spark 3 would fail on them.
        .config("spark.sql.parquet.datetimeRebaseModeInWrite", "CORRECTED")
        # The job decides how its few rows are partitioned: exactly one file per table and date depends on it.
        .config("spark.sql.adaptive.enabled", "false")
        # Nobody reads staging before it is complete, so its files need no second rename.
        .config("spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version", "2")
        .config("spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs", "false")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("WARN")
    return session


def run_slice(run: Run, landed: list[RawFile], processed: list[RawFile]) -> list[RawFile]:
    """Bring the lake's partitions of these files' dates up to date, and move the landed ones.

    Returns the landed files that turned out to belong to other dates; they stay where they are.
    """
    files = landed + processed
    with run.summary.phase("start_spark"):
        spark = start_spark()
    with run.summary.phase("parse"):
        parsed = parse_files(spark, run.raw, files).persist()
        outcomes = outcomes_of(parsed, files)
    for outcome in outcomes:
        if outcome.status == CHANGED:
            logger.warning("%s changed while the job ran; it stays for the next run", outcome.file.key)
    with run.summary.phase("guard"):
        standing = standing_charts(run, sorted({outcome.chart_date for outcome in outcomes}))
    verdict = judge(outcomes, standing, run.allowed_drops)
    for chart_date, guard in verdict.guarded.items():
        logger.warning("%s is left as it is: %s: %s: %s", chart_date, guard.place, guard.problem, guard.action)

    if verdict.winners:
        with run.summary.phase("write"):
            rows = write_tables(run, winning_charts(parsed, outcomes, verdict.winners), verdict.dates)
        if rows["chart_load"] != len(verdict.winners):
            raise TransformError(
                f"{rows['chart_load']} charts were written, {len(verdict.winners)} were read before: raw files changed "
                "while the job ran; the lake was not touched, run it again"
            )
        with run.summary.phase("replace"):
            replace_partitions(run, verdict.dates)
        for table, count in rows.items():
            run.summary.rows[table] += count
    parsed.unpersist()
    with run.summary.phase("move"):
        keep_accepted(run, verdict.accepted)
        quarantine(run, verdict.refused)

    run.summary.files_read += sum(outcome.status in (ACCEPTED, BAD) for outcome in outcomes)
    run.summary.files_quarantined += len(verdict.refused)
    run.summary.dates_rewritten = sorted({*run.summary.dates_rewritten, *verdict.dates})
    run.summary.dates_guarded = sorted({*run.summary.dates_guarded, *verdict.guarded})
    return [
        replace(outcome.file, chart_date=outcome.chart_date, date_is_fixed=True)
        for outcome in outcomes
        if outcome.status == OTHER_DATE
    ]


def parse_files(spark: SparkSession, raw: Store, files: Sequence[RawFile]) -> DataFrame:
    """One row of PARSED_FILE per file, partitioned by chart date."""
    arrow_schema = to_arrow_schema(PARSED_FILE)

    def parse(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for chunk in chunks([RawFile(**row) for row in batch.to_pylist()]):
                with ThreadPoolExecutor(PARALLEL_REQUESTS) as pool:
                    contents = list(pool.map(lambda file: read_listed(raw, file), chunk))
                rows = [
                    {"key": file.key, "status": CHANGED, "chart_date": file.chart_date}
                    if data is None
                    else parse_file(data, file)
                    for file, data in zip(chunk, contents, strict=True)
                ]
                yield pa.RecordBatch.from_pylist(rows, schema=arrow_schema)

    listed = spark.createDataFrame([asdict(file) for file in files], RAW_FILE)
    dates = len({file.chart_date for file in files})
    partitions = min(dates, 2 * spark.sparkContext.defaultParallelism)
    return listed.mapInArrow(parse, PARSED_FILE).repartition(partitions, "chart_date")


def read_listed(raw: Store, file: RawFile) -> bytes | None:
    """The bytes of the version that was listed; None when the file is gone or has changed."""
    try:
        return raw.read(file.key, file.version)
    except (FileChangedError, FileNotFoundError):
        return None


def chunks(files: Iterable[RawFile]) -> Iterator[list[RawFile]]:
    """Files in groups of about CHUNK_BYTES, so that memory does not grow with their number."""
    chunk: list[RawFile] = []
    size = 0
    for file in files:
        if chunk and size + file.size > CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
        chunk.append(file)
        size += file.size
    if chunk:
        yield chunk


def outcomes_of(parsed: DataFrame, files: Sequence[RawFile]) -> list[Outcome]:
    """The outcome for each file; this makes Spark read them."""
    by_key = {file.key: file for file in files}
    columns = ["status", "problem", "place", "action", "sha8", "chart", "chart_date", "source_key"]
    rows = parsed.select("key", *columns).collect()
    return [Outcome(by_key[row["key"]], **{name: row[name] for name in columns}) for row in rows]


def winning_charts(parsed: DataFrame, outcomes: Sequence[Outcome], winners: Sequence[Outcome]) -> DataFrame:
    """The parsed rows that make the tables, usually all of them."""
    winning = {outcome.file.key for outcome in winners}
    losing = [outcome.file.key for outcome in outcomes if outcome.file.key not in winning]
    # By status too: when Spark reads again what it lost, a file may be gone.
    accepted = parsed.where(F.col("status") == ACCEPTED)
    return accepted.where(~F.col("key").isin(losing)) if losing else accepted


def standing_charts(run: Run, dates: Sequence[str]) -> dict[str, set[str]]:
    """The charts that the lake has now, for each date."""

    def charts(chart_date: str) -> set[str]:
        try:
            partition = run.lake.read(run.partition("chart_load", chart_date))
        except FileNotFoundError:
            return set()
        try:
            return set(pq.read_table(io.BytesIO(partition), columns=["chart"])["chart"].to_pylist())
        except pa.ArrowException as error:
            raise TransformError(
                f"{run.lake.uri}/{run.partition('chart_load', chart_date)} cannot be read ({error}): restore its older "
                f"version, or take it away and rebuild the date from raw/processed/ with --reprocess_from and _to"
            ) from error

    return dict(zip(dates, at_once(charts, dates), strict=True))


def write_tables(run: Run, charts: DataFrame, dates: Sequence[str]) -> dict[str, int]:
    """Write all tables of these dates to staging; returns how many rows each has."""
    # Our own from the slice before, and those of runs that died.
    run.lake.delete("staging/")
    tables = tables_of(charts)
    counts = at_once(lambda name: write_table(run, name, tables[name]), list(tables))
    written = {key.rsplit("/", 1)[0] for key in staged_files(run)}
    for name, table in tables.items():
        for chart_date in dates:
            if f"{run.staging}/{name}/chart_date={chart_date}" not in written:
                # Old rows must not survive on a date for which the table has none any more.
                empty = table.sparkSession.createDataFrame([], table.drop("chart_date").schema)
                empty.write.parquet(f"{run.lake.uri}/{run.staging}/{name}/chart_date={chart_date}")
    return dict(zip(tables, counts, strict=True))


def write_table(run: Run, name: str, table: DataFrame) -> int:
    """Write one table to staging, one file per date; returns its number of rows."""
    seen = Observation()
    counted = table.observe(seen, F.count(F.lit(1)).alias("rows"))
    in_order = counted.sortWithinPartitions("chart_date", *SORTED_BY[name])
    in_order.write.partitionBy("chart_date").parquet(f"{run.lake.uri}/{run.staging}/{name}")
    rows: int = seen.get["rows"]
    return rows


def staged_files(run: Run) -> list[str]:
    """The tables' files in staging, without what S3 clients keep there: pending parts (``__magic``), folder markers."""
    listed = [file.key for file in run.lake.list(run.staging + "/")]
    return [key for key in listed if key.endswith(".parquet") and "/__magic" not in key]


def replace_partitions(run: Run, dates: Sequence[str]) -> None:
    """Replace each partition's file by the staged one, in one atomic step each; chart_load last."""
    staged: dict[tuple[str, str], list[str]] = {}
    for key in staged_files(run):
        table, partition = key.removeprefix(run.staging + "/").split("/")[:2]
        staged.setdefault((table, partition.removeprefix("chart_date=")), []).append(key)
    expected = {(table, chart_date) for table in SORTED_BY for chart_date in dates}
    if set(staged) != expected or any(len(keys) != 1 for keys in staged.values()):
        raise TransformError(
            f"{run.lake.uri}/{run.staging}: expected exactly one file per table and date, found {staged}; "
            "the lake was not touched"
        )

    def put(place: tuple[str, str]) -> None:
        run.lake.replace(staged[place][0], run.partition(*place))

    at_once(put, [place for place in staged if place[0] != "chart_load"])
    at_once(put, [place for place in staged if place[0] == "chart_load"])
    run.lake.delete(run.staging + "/")


def keep_accepted(run: Run, accepted: Sequence[Outcome]) -> None:
    """Move landed files to their canonical key below ``processed/``."""

    def keep(outcome: Outcome) -> None:
        try:
            run.raw.move(outcome.file.key, outcome.file.version, f"processed/{outcome.source_key}")
        except (FileChangedError, FileNotFoundError) as error:
            logger.warning("%s; it stays for the next run", error)

    at_once(keep, [outcome for outcome in accepted if outcome.file.landed])


def quarantine(run: Run, refused: Sequence[Outcome]) -> None:
    """Move refused files to quarantine, each with its reason beside it. Those with the same name go one by one."""
    by_target: dict[str, list[Outcome]] = {}
    for outcome in refused:
        name = quarantine_name(outcome.file.key)
        by_target.setdefault(f"quarantine/chart_date={outcome.file.chart_date}/{name}", []).append(outcome)

    def set_aside(target: str) -> None:
        for outcome in by_target[target]:
            quarantine_one(run.raw, outcome, target)

    at_once(set_aside, list(by_target))


def quarantine_name(key: str) -> str:
    """The file's own name; a very long one is cut to make room for ``.reason.json``."""
    name = key.rsplit("/", 1)[-1]
    if len(name.encode()) <= LONGEST_NAME:
        return name
    fingerprint = hashlib.sha256(key.encode()).hexdigest()[:8]
    return f"{name.encode()[:LONGEST_NAME].decode(errors='ignore')}.{fingerprint}"


def quarantine_one(raw: Store, outcome: Outcome, target: str) -> None:
    """Write the reason, then move the file; a crash in between is completed by the next run."""
    reason = {
        "source_key": outcome.file.key,
        "problem": outcome.problem,
        "place": outcome.place,
        "action": outcome.action,
    }
    logger.warning("quarantined %(source_key)s: %(place)s: %(problem)s", reason)
    if _holds_other_content(raw, target, outcome.sha8):
        stem, dot, ending = target.rpartition(".")
        target = f"{stem}.{outcome.sha8}{dot}{ending}" if stem else f"{target}.{outcome.sha8}"
    raw.write(f"{target}.reason.json", json.dumps(reason, ensure_ascii=False, indent=2).encode())
    try:
        raw.move(outcome.file.key, outcome.file.version, target)
    except (FileChangedError, FileNotFoundError) as error:
        logger.warning("%s; it stays for the next run", error)


def _holds_other_content(raw: Store, key: str, sha8: str | None) -> bool:
    try:
        return hashlib.sha256(raw.read(key)).hexdigest()[:8] != sha8
    except FileNotFoundError:
        return False


Item = TypeVar("Item")
Result = TypeVar("Result")


def at_once(work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """Do the work for all items in parallel; results in order. The first error is raised once all have ended."""
    with ThreadPoolExecutor(PARALLEL_REQUESTS) as pool:
        return list(pool.map(work, items))


# --- Main ------------------------------------------------------------------------------------------------------------

RAW_FILE = schema(
    key=STRING,
    version=STRING,
    size=LONG,
    chart=STRING,
    chart_date=STRING,
    fetched_at=STRING,
    date_is_fixed=BOOLEAN,
    sha8=STRING,
    problem=STRING,
)


def parse_args(argv: Sequence[str]) -> argparse.Namespace:
    """Read our own arguments and leave alone the ones Glue adds."""
    parser = argparse.ArgumentParser(prog="transform.py", description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument("--raw_path", required=True, help="URI/raw: s3://, file:// or a plain path")
    parser.add_argument("--lake_path", required=True, help="URI/lake; staging/ and runs/ lie beside it")
    parser.add_argument("--run_id", help="names staging/<run_id>/ and runs/<run_id>.json")
    parser.add_argument("--default_chart", default="global", help="the chart of files that do not name theirs")
    parser.add_argument("--reprocess_from", help="rebuild from raw/processed/: first chart date")
    parser.add_argument("--reprocess_to", help="last chart date, inclusive")
    parser.add_argument(
        "--allow_drop",
        action="append",
        default=[],
        help="DATE:CHART,...: charts a rewrite may drop from a date; none is what it says",
    )
    args, _added_by_glue = parser.parse_known_args(argv)

    args.run_id = args.run_id or f"{compact(datetime.now(UTC))}-{uuid.uuid4().hex[:8]}"
    if not RUN_ID.fullmatch(args.run_id):
        parser.error(f"--run_id {args.run_id}: use letters, digits and _ . : - (at most 128, a letter or digit first)")
    if not CHART_NAME.fullmatch(args.default_chart):
        parser.error(f"--default_chart {args.default_chart}: use letters, digits, - and _ (at most 64)")
    if (args.reprocess_from is None) != (args.reprocess_to is None):
        parser.error("--reprocess_from and --reprocess_to go together")
    for bound in (args.reprocess_from, args.reprocess_to):
        if bound is not None and not is_date(bound):
            parser.error(f"{bound} is not a date like 2026-11-22")
    drops = [drop.partition(":") for value in args.allow_drop if value != "none" for drop in value.split(",")]
    for chart_date, _colon, chart in drops:
        if not is_date(chart_date) or not CHART_NAME.fullmatch(chart):
            parser.error(f"--allow_drop {chart_date}:{chart}: expected DATE:CHART, like 2026-11-22:global")
    args.allow_drop = {(chart_date, chart) for chart_date, _colon, chart in drops}
    return args


def transform_landed(run: Run, default_chart: str) -> None:
    """Load what has landed: list it once, then go slice by slice, with the processed files of the same dates."""
    with run.summary.phase("list"):
        pending = [landed_file(file, default_chart) for file in run.raw.list("to_processed/")]
    while pending:
        of_other_dates: list[RawFile] = []
        for landed in slices(pending):
            with run.summary.phase("list"):
                dates = sorted({file.chart_date for file in landed})
                listings = at_once(lambda chart_date: run.raw.list(f"processed/chart_date={chart_date}/"), dates)
            processed = canonical(file for listing in listings for file in listing)
            of_other_dates += run_slice(run, landed, processed)
        pending = of_other_dates


def reprocess(run: Run, first_date: str, last_date: str) -> None:
    """Rebuild these dates (inclusive) from ``processed/`` alone."""
    with run.summary.phase("list"):
        processed = canonical(run.raw.list("processed/"))
    for chosen in slices(file for file in processed if first_date <= file.chart_date <= last_date):
        run_slice(run, [], chosen)


def canonical(listing: Iterable[ListedFile]) -> list[RawFile]:
    """The processed files; any other file there is reported and left alone."""
    files = []
    for listed in listing:
        file = processed_file(listed)
        if file is None:
            logger.warning("raw/%s has no canonical name and is not read: land it under raw/to_processed/", listed.key)
        else:
            files.append(file)
    return files


def main(argv: Sequence[str]) -> None:
    """Run the job: gather, compute, apply; print the summary as the last line on stdout."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    logger.setLevel(logging.INFO)
    args = parse_args(argv)
    summary = Summary(args.run_id)
    raw = open_raw(args.raw_path)
    lake, lake_folder = open_lake(args.lake_path)
    run = Run(raw, lake, lake_folder, args.allow_drop, summary)
    with single_writer(run.lake), summary.phase("total"):
        if args.reprocess_from:
            reprocess(run, args.reprocess_from, args.reprocess_to)
        else:
            transform_landed(run, args.default_chart)
    line = json.dumps(asdict(summary))
    run.lake.write(f"runs/{summary.run_id}.json", line.encode())
    print(line, flush=True)  # noqa: T201 - the contract: the summary is the job's last line on stdout.


if __name__ == "__main__":
    main(sys.argv[1:])
