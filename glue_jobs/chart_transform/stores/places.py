"""The stores that the job's arguments name, and the lock beside a local lake."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlparse

from chart_transform.errors import TransformError
from chart_transform.stores.local import LocalStore
from chart_transform.stores.s3 import S3Store
from chart_transform.stores.store import Store


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
