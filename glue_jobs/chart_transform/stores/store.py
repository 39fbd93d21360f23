"""What a store of files does, and how to ask one for many things at once."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

# Concurrent requests: S3 answers in tens of milliseconds, so most of the time is waiting.
PARALLEL_REQUESTS = 16

Item = TypeVar("Item")
Result = TypeVar("Result")


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


def at_once(work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """Do the work for all items in parallel; results in order. The first error is raised once all have ended."""
    with ThreadPoolExecutor(PARALLEL_REQUESTS) as pool:
        return list(pool.map(work, items))
