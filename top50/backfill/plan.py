"""What a backfill is going to do: every file of a folder judged, and compared with what the bucket holds."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from chart_transform.errors import FileChangedError
from chart_transform.keys import RawFile, processed_file
from chart_transform.stores.local import LocalStore
from chart_transform.stores.s3 import S3Store
from chart_transform.stores.store import ListedFile
from top50.backfill.judge import Chart, LeftAside, Refused, judge
from top50.histories import at_once
from top50.pipeline import PROCESSED, TO_PROCESSED
from top50.show import Advance

Source = LocalStore | S3Store


@dataclass(frozen=True)
class Held:
    """The raw files that the bucket holds under canonical keys, waiting or processed."""

    files: tuple[RawFile, ...]
    # Some files wait for the pipeline: a backfill that was broken off has left them, or they have just landed.
    some_wait: bool


@dataclass
class Plan:
    """All files of a folder by what becomes of them; ``new`` are sent, oldest date first."""

    new: list[Chart] = field(default_factory=list)
    there: list[Chart] = field(default_factory=list)
    double: list[Chart] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    aside: list[LeftAside] = field(default_factory=list)

    @property
    def charts(self) -> list[Chart]:
        """What the job would load, whether it is there or not, oldest date first."""
        return sorted([*self.new, *self.there, *self.double], key=lambda chart: chart.key)


def held_by(s3: Any, bucket: str) -> Held:
    """List what the bucket has."""
    waiting, processed = (list(_keys(s3, bucket, prefix)) for prefix in (TO_PROCESSED, PROCESSED))
    files = (named(key) for key in waiting + processed)
    return Held(tuple(file for file in files if file), some_wait=bool(waiting))


def _keys(s3: Any, bucket: str, prefix: str) -> Iterable[str]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for item in page.get("Contents", []):
            yield item["Key"].removeprefix(prefix)


def named(key: str) -> RawFile | None:
    """What a canonical key says; None of any other key."""
    return processed_file(ListedFile(key, "", 0, datetime.now(UTC)))


def make_plan(source: Source, chart: str, held: Held, advance: Advance) -> Plan:
    """Read and judge every file below ``source``; ``advance`` hears how many of how many are done.

    Content counts as there, or as double, when the same bytes are known for the same chart and date, whatever time
    their key holds: a copied file may look younger than it is.
    """
    files = sorted([*source.list(""), *_hidden(source)], key=lambda file: file.key)
    plan = Plan()
    in_bucket = {(file.chart_date, file.chart, file.sha8) for file in held.files}
    recorded = {(file.chart_date, file.chart) for file in held.files}
    seen = set()
    for done, verdict in enumerate(at_once(lambda file: _judged(source, file, chart), files), start=1):
        advance(done, len(files))
        match verdict:
            case Refused():
                plan.refused.append(verdict)
            case LeftAside():
                plan.aside.append(verdict)
            case Chart(chart_date=day, chart=of, sha8=sha8):
                known = (day, of, sha8)
                if verdict.dated_by_age and (day, of) in recorded and known not in in_bucket:
                    plan.refused.append(_undated(verdict))
                    continue
                home = plan.there if known in in_bucket else plan.double if known in seen else plan.new
                home.append(verdict)
                seen.add(known)
    plan.new.sort(key=lambda found: found.key)
    return plan


def _undated(chart: Chart) -> Refused:
    """A copy's age is the day of the copying: as the newest file it would take the place of that day's own chart."""
    problem = f"only its age says {chart.chart_date}, and {chart.chart} of that date is there"
    return Refused(chart.file, problem, "file", "put its date into its name, or leave it out")


def _judged(source: Source, file: ListedFile, chart: str) -> Chart | Refused | LeftAside:
    if file.key.rsplit("/", 1)[-1].startswith("."):
        return LeftAside(file)
    try:
        return judge(source.read(file.key, file.version), file, chart)
    except (FileChangedError, FileNotFoundError):
        return Refused(file, "it changed while it was read", "file", "run the same command again")
    except PermissionError as error:
        return Refused(file, f"it cannot be read ({error.strerror})", "file", "let yourself read it (chmod u+r)")


def _hidden(source: Source) -> Iterable[ListedFile]:
    """Files whose names begin with a dot: the job's listing of a folder leaves them out."""
    if isinstance(source, LocalStore):
        for path in source.root.rglob(".*"):
            if path.is_file():
                yield ListedFile(path.relative_to(source.root).as_posix(), "", 0, datetime.now(UTC))
