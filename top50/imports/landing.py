"""One date after the other into the bucket: each whole or not at all, and none twice."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console

from chart_transform.stores.local import LocalStore
from local_cloud.aws.s3.saved_bucket import restore
from local_cloud.states import CATALOG, kept_by_one, read_json
from top50.histories import at_once, unseen
from top50.imports.records import NotTaken, Record, Recording, Wanted, bundle
from top50.lakes import Lake
from top50.pipeline import PROCESSED, TO_PROCESSED
from top50.show import progress
from top50.target import Target


@dataclass(frozen=True)
class Bucket:
    """Where bundles land. ``held`` are the keys of raw files there, landed or processed, below their folder."""

    place: str
    held: frozenset[str]
    some_wait: bool
    put: Callable[[str, bytes], object]
    projection_from: str


@dataclass
class Landed:
    """What has become of the dates: ``charts`` are all that were found, with their dates; the others are keys."""

    charts: list[tuple[str, str]] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    there: list[str] = field(default_factory=list)
    size: int = 0


@contextmanager
def in_aws(target: Target) -> Iterator[Bucket]:
    """The data bucket of a stack; its pipeline hears of each file."""
    keys = [it["Key"] for prefix in (TO_PROCESSED, PROCESSED) for it in target.stack.objects(prefix)]
    s3 = target.stack.client("s3")
    yield _bucket(
        target.stack.place,
        keys,
        lambda key, data: s3.put_object(Bucket=target.bucket, Key=f"{TO_PROCESSED}{key}", Body=data),
        target.stack.outputs.get("ProjectionFrom", ""),
    )


@contextmanager
def in_lake(lake: Lake) -> Iterator[Bucket]:
    """A local lake's folder: what has landed there stays when this process is killed, and takes no memory.

    A local cloud that is started afterwards finds it.
    """
    with kept_by_one(lake.folder):
        restore(lake.bucket)
        store = LocalStore(lake.bucket)
        keys = [file.key for prefix in (TO_PROCESSED, PROCESSED) for file in store.list(prefix)]
        outputs = read_json(lake.folder / CATALOG).get("outputs", {})

        def put(key: str, data: bytes) -> None:
            path = lake.bucket / TO_PROCESSED / key
            path.parent.mkdir(parents=True, exist_ok=True)
            # Not beside it: all that is in the bucket's folder counts as landed.
            unfinished = lake.folder / f"{path.name}.unfinished"
            unfinished.write_bytes(data)
            unfinished.replace(path)

        yield _bucket(lake.place, keys, put, outputs.get("ProjectionFrom", ""))


def _bucket(place: str, keys: Iterable[str], put: Callable[[str, bytes], object], projection_from: str) -> Bucket:
    keys = list(keys)
    held = frozenset(key.removeprefix(TO_PROCESSED).removeprefix(PROCESSED) for key in keys)
    return Bucket(place, held, any(key.startswith(TO_PROCESSED) for key in keys), put, projection_from)


def land(
    out: Console, recordings: Iterable[Recording], wanted: Wanted, not_taken: NotTaken, bucket: Bucket, *, apply: bool
) -> Landed:
    """Bring all dates of all recordings in; without ``apply``, only find out what would be brought in."""
    landed = Landed()
    for recording in recordings:
        out.print(f"reads    {recording.form}")
        with out.status("reading") as status:
            dates = recording.survey(wanted, not_taken, status.update)
        if note := unseen(dates, bucket.projection_from):
            out.print(note)
        with progress(out, "dates") as advance:
            days = recording.read(wanted, not_taken)
            for done, _day in enumerate(_land(days, bucket, landed, apply=apply), start=1):
                advance(done, len(dates))
    return landed


def _land(days: Iterable[tuple[str, list[Record]]], bucket: Bucket, landed: Landed, *, apply: bool) -> Iterator[None]:
    """Comes back after each date."""

    def made(of_day: tuple[str, list[Record]]) -> tuple[str, list[tuple[str, str]], int]:
        _day, records = of_day
        if not records:
            return "", [], 0
        key, data = bundle(records)
        if apply and key not in bucket.held:
            bucket.put(key, data)
        return key, [(record.chart, record.chart_date) for record in records], len(data)

    for key, charts, size in at_once(made, days):
        landed.charts += charts
        if key in bucket.held:
            landed.there.append(key)
        elif key:
            landed.new.append(key)
            landed.size += size
        yield
