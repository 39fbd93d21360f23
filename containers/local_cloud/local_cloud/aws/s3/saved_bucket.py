"""Keep S3's objects in a folder between two runs of the local cloud: one file each, and their metadata in an index."""

import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local_cloud.aws.backends import backend
from local_cloud.states import read_json, write_whole

if TYPE_CHECKING:
    from local_cloud.aws.endpoint import AwsEndpoint

INDEX = "index.json"


def save_bucket(aws: "AwsEndpoint", bucket: str, folder: Path) -> None:
    """Write every object of the bucket below ``folder``. The folder is replaced only when all is written."""
    unfinished, old = _beside(folder, "unfinished"), _beside(folder, "old")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        index = json.dumps(_write_objects(aws.client("s3"), bucket, unfinished))
        restore(folder)
        if folder.exists():
            folder.rename(old)
        unfinished.rename(folder)
        write_whole(_beside(folder, INDEX), index)
    finally:
        # On a full disk, half a bucket would keep it full.
        shutil.rmtree(unfinished, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)


def _write_objects(s3: Any, bucket: str, folder: Path) -> dict[str, Any]:
    """Write every object, as old as it is, and return the metadata of those that have any."""
    metadata = {}
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for item in page.get("Contents", []):
            path = folder / item["Key"]
            path.parent.mkdir(parents=True, exist_ok=True)
            stored = s3.get_object(Bucket=bucket, Key=item["Key"])
            path.write_bytes(stored["Body"].read())
            modified = stored["LastModified"].timestamp()
            os.utime(path, (modified, modified))
            if stored["Metadata"]:
                metadata[item["Key"]] = stored["Metadata"]
    return metadata


def load_bucket(aws: "AwsEndpoint", bucket: str, folder: Path) -> None:
    """Put every file below ``folder`` into the bucket, as old as the file; nothing when there is no such folder."""
    restore(folder)
    # Not by requests: a lake of years is thousands of files.
    s3 = backend("s3")
    metadata = read_json(_beside(folder, INDEX))
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            key = path.relative_to(folder).as_posix()
            stored = s3.put_object(bucket, key, path.read_bytes())
            stored.set_metadata({f"x-amz-meta-{name}": text for name, text in metadata.get(key, {}).items()})
            stored.last_modified = datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None)


def restore(folder: Path) -> None:
    """Complete a replacement that was cut off between its two renames."""
    old = _beside(folder, "old")
    if old.exists() and not folder.exists():
        old.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _beside(folder: Path, ending: str) -> Path:
    return folder.with_name(f"{folder.name}.{ending}")
