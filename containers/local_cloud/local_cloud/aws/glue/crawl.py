"""What one run of a crawler does: tables and partitions in the catalogue from the Parquet found under its targets.

One target, one table: a target with several tables below it is refused (on AWS, similar schemas would merge).
"""

import json
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from botocore.exceptions import ClientError

from local_cloud.aws.glue.hive_types import PARQUET, UnknownTypeError, hive_type
from local_cloud.aws.iam.policies import Need
from local_cloud.aws.s3.objects import Location, NoSuchBucketError, NoSuchObjectError, S3Object, data_files, read

logger = logging.getLogger(__name__)

Column = dict[str, str]
# What lies in each partition's folder, by the partition's values.
Folders = dict[tuple[str, ...], list[S3Object]]

# Raises AccessDenied unless the crawler's role may do all of it.
Require = Callable[[Iterable[Need]], None]

# AWS takes no more in one call.
BATCH = 100
MADE_BY_CRAWLER = "UPDATED_BY_CRAWLER"


class CrawlError(Exception):
    """Why a run failed, as LastCrawl tells it."""


def crawl(glue: Any, crawler: Mapping[str, Any], require: Require = lambda _needs: None) -> None:
    """Bring the catalogue in line with what lies under the crawler's targets.

    ``require`` is asked before S3 is read, which is done in this process.
    """
    for target in crawler["Targets"].get("S3Targets", []):
        if target.get("Exclusions") or crawler.get("TablePrefix"):
            raise CrawlError(f"{target['Path']}: exclusions and a prefix of tables are not supported here")
        try:
            _Crawl(glue, crawler, Location.parse(target["Path"]), require).run()
        except NoSuchBucketError as error:
            raise CrawlError(f"The specified bucket does not exist: {error}") from error
        except ClientError as error:
            raise CrawlError(error.response["Error"]["Message"]) from error


class _Crawl:
    def __init__(self, glue: Any, crawler: Mapping[str, Any], location: Location, require: Require) -> None:
        self._glue, self._require = glue, require
        self._location = location
        self._crawler = crawler["Name"]
        self._database = crawler["DatabaseName"]
        folder = location.prefix.rstrip("/").rpartition("/")[2] or location.bucket
        self._name = re.sub(r"[^a-z0-9_]", "_", folder.lower())
        self._inherits = "CrawlerOutput" in _configuration(crawler, location)

    def run(self) -> None:
        bucket = f"arn:aws:s3:::{self._location.bucket}"
        self._require([Need("s3:ListBucket", bucket), Need("s3:GetBucketLocation", bucket)])
        [files] = data_files([self._location])
        # One for all: a policy knows folders, and a year's lake has thousands of files.
        self._require([Need("s3:GetObject", f"{bucket}/{file.key}") for file in files[-1:]])
        keys, folders = _partitions(self._location, files)
        if files:
            columns = self._write_table(self._table(), files, keys)
            self._write_partitions(columns, folders)

    def _table(self) -> dict[str, Any] | None:
        try:
            return dict(self._glue.get_table(DatabaseName=self._database, Name=self._name)["Table"])
        except self._glue.exceptions.EntityNotFoundException:
            return None

    def _write_table(self, old: dict[str, Any] | None, files: list[S3Object], keys: list[str]) -> list[Column]:
        """Make the table, or change it where the files have changed; its columns."""
        partition_keys = [{"Name": key, "Type": "string"} for key in keys]
        if old and [key["Name"] for key in old.get("PartitionKeys", [])] != keys:
            raise CrawlError(f"{self._location.uri}: partitioned by {keys}, the table {self._name} is not")
        columns = _columns(files)
        if columns is None:
            raise CrawlError(f"{files[-1].uri} is not a Parquet file that can be read, nor is another beside it")
        parameters = {
            "classification": "parquet",
            "compressionType": "none",
            "typeOfData": "file",
            MADE_BY_CRAWLER: self._crawler,
            "objectCount": str(len(files)),
            "sizeKey": str(sum(file.size for file in files)),
        }
        table = {
            "Name": self._name,
            "Owner": "owner",
            "Retention": 0,
            "StorageDescriptor": self._storage(self._location, columns),
            "PartitionKeys": partition_keys,
            "TableType": "EXTERNAL_TABLE",
            "Parameters": (old or {}).get("Parameters", {}) | parameters,
        }
        if old is None:
            self._glue.create_table(DatabaseName=self._database, TableInput=table)
        elif any(old.get(name) != value for name, value in table.items()):
            self._glue.update_table(DatabaseName=self._database, TableInput=table)
        return columns

    def _write_partitions(self, columns: list[Column], folders: Folders) -> None:
        """Add and change partitions; of folders that are gone they stay."""
        named = {"DatabaseName": self._database, "TableName": self._name}
        pages = self._glue.get_paginator("get_partitions").paginate(**named)
        old = {tuple(each["Values"]): each["StorageDescriptor"] for page in pages for each in page["Partitions"]}
        new: list[dict[str, Any]] = []
        changed: list[dict[str, Any]] = []
        for values, files in folders.items():
            location = Location(self._location.bucket, files[0].key.rpartition("/")[0] + "/")
            # A folder whose files cannot be read stays a partition: who asks for it is told of the file.
            own = columns if self._inherits else _columns(files) or columns
            partition = {
                "Values": list(values),
                "StorageDescriptor": self._storage(location, own),
                "Parameters": {"classification": "parquet"},
            }
            if values not in old:
                new.append(partition)
            elif old[values] != partition["StorageDescriptor"]:
                changed.append({"PartitionValueList": list(values), "PartitionInput": partition})
        in_batches(self._glue.batch_create_partition, named, "PartitionInputList", new)
        in_batches(self._glue.batch_update_partition, named, "Entries", changed)

    def _storage(self, location: Location, columns: list[Column]) -> dict[str, Any]:
        return {"Columns": columns, "Location": location.uri, **PARQUET}


def _configuration(crawler: Mapping[str, Any], location: Location) -> dict[str, Any]:
    """The crawler's Configuration; CrawlError where it, or a policy, asks for anything but what is known here.

    Partition indexes are not made either way: they change no answer. A table's level counts folders, the bucket is 1.
    """
    policies = {**(crawler.get("SchemaChangePolicy") or {}), **(crawler.get("RecrawlPolicy") or {})}
    told: dict[str, Any] = json.loads(crawler.get("Configuration") or "{}")
    known: dict[str, list[Any]] = {
        "UpdateBehavior": ["UPDATE_IN_DATABASE"],
        "DeleteBehavior": ["LOG"],
        "RecrawlBehavior": ["CRAWL_EVERYTHING"],
        "Version": [1.0],
        "CreatePartitionIndex": [True, False],
        "CrawlerOutput": [{"Partitions": {"AddOrUpdateBehavior": "InheritFromTable"}}],
        "Grouping": [{"TableLevelConfiguration": 1 + location.prefix.strip("/").count("/") + bool(location.prefix)}],
    }
    for name, value in (policies | told).items():
        if value not in known.get(name, []):
            raise CrawlError(f"{location.uri}: {name} {value} is not supported here: {known.get(name)}")
    return told


def in_batches(call: Any, named: dict[str, str], parameter: str, entries: list[dict[str, Any]]) -> None:
    """Add or change partitions of a table, as many in a call as AWS takes."""
    for first in range(0, len(entries), BATCH):
        errors = call(**named, **{parameter: entries[first : first + BATCH]}).get("Errors")
        if errors:
            raise CrawlError(f"{named['TableName']}: {errors}")


def _partitions(location: Location, files: list[S3Object]) -> tuple[list[str], Folders]:
    """The partition keys that the folders are named by, and what lies in each folder."""
    keys: list[str] | None = None
    folders: Folders = {}
    for file in files:
        parts = [part.partition("=") for part in file.key[len(location.prefix) :].split("/")[:-1]]
        if not all(key and equals for key, equals, _value in parts):
            raise CrawlError(f"{file.uri}: give the crawler one target per table; this one has folders below it")
        own = [key.lower() for key, _equals, _value in parts]
        if keys not in (None, own):
            raise CrawlError(f"{file.uri}: its folders are not named as those of the other files")
        keys = own
        if keys:
            folders.setdefault(tuple(value for _key, _equals, value in parts), []).append(file)
    return keys or [], folders


def _columns(files: list[S3Object]) -> list[Column] | None:
    """The columns of the newest file that can be read; None when there is none."""
    newest_first = sorted(files, key=lambda file: (file.modified, file.key), reverse=True)
    return next((columns for columns in map(_columns_of, newest_first) if columns is not None), None)


# Reading a footer takes longer than all else; an ETag stands for the content.
_SCHEMAS: dict[str, list[Column]] = {}


def _columns_of(file: S3Object) -> list[Column] | None:
    """The columns of a Parquet file, in the catalogue's words; None for a file that is damaged or something else."""
    if file.etag not in _SCHEMAS:
        try:
            etag, content = read(file)
            schema = pq.read_schema(pa.BufferReader(content))
            _SCHEMAS[etag] = [{"Name": each.name.lower(), "Type": hive_type(each.type)} for each in schema]
            return _SCHEMAS[etag]
        except (pa.ArrowInvalid, OSError) as error:
            logger.info("%s is not a Parquet file that can be read: %s", file.uri, error)
            return None
        except (UnknownTypeError, NoSuchObjectError) as error:
            raise CrawlError(f"{file.uri} cannot be catalogued: {error}") from error
    return _SCHEMAS[file.etag]
