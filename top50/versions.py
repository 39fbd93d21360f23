"""Versions of a bucket's objects, and the markers of deleted ones."""

from collections.abc import Iterator, Sequence
from typing import Any

from top50.errors import FailedError

OBJECTS_A_REQUEST = 1000


def listed(s3: Any, bucket: str, prefix: str) -> Iterator[dict[str, Any]]:
    """All versions and markers below a prefix, as S3 lists them; a marker has no ``Size``."""
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
        yield from page.get("Versions", [])
        yield from page.get("DeleteMarkers", [])


def delete(s3: Any, bucket: str, versions: Sequence[tuple[str, str]]) -> None:
    """Delete these versions, each a key and an id, in this order; FailedError when S3 keeps one."""
    for start in range(0, len(versions), OBJECTS_A_REQUEST):
        wanted = [{"Key": key, "VersionId": id_} for key, id_ in versions[start : start + OBJECTS_A_REQUEST]]
        kept = s3.delete_objects(Bucket=bucket, Delete={"Objects": wanted, "Quiet": True}).get("Errors", [])
        if kept:
            first = f"{kept[0]['Key']} ({kept[0].get('Message', kept[0]['Code'])})"
            objects = "1 object" if len(kept) == 1 else f"{len(kept):,} objects"
            raise FailedError(
                f"S3 has kept {objects}, such as {first}. You need the right s3:DeleteObjectVersion; the same command "
                "goes on from here"
            )
