"""What a versioned bucket holds of dates, and how it is removed.

To delete a version that readers see uncovers the one below it: a raw file that was moved away would be back, and the
next run would load it again. So all that nobody sees goes first, and what hides or shows something goes last.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chart_extract.chart_csv import NAME as CSV_NAME
from chart_transform.keys import BUNDLE_ENDING, CHART_NAME, DATE_IN_KEY, is_compact, is_date, moment_in_name
from local_cloud.states import CATALOG, read_json
from top50.lakes import Lake
from top50.versions import OBJECTS_A_REQUEST, delete, listed

# raw/chart_csv/ and raw/quarantine/ too; what a dead run has left in staging/ is of its dates as well.
RAW, PROCESSED, LAKE, STAGING = "raw/", "raw/processed/", "lake/", "staging/"
# They wait for the pipeline.
WAITING = ("raw/to_processed/", "raw/chart_csv/to_processed/")
# Where keys need not name a date.
WITHOUT_DATES = ("raw/to_processed/", "raw/chart_csv/", "raw/quarantine/chart_csv/")


@dataclass(frozen=True)
class Version:
    """One version of an object, or a marker that it was deleted; of those of a key, ``is_latest`` is what shows."""

    key: str
    version_id: str
    chart_date: str
    size: int
    is_latest: bool
    is_marker: bool

    @property
    def waits(self) -> bool:
        """Whether the pipeline is still going to take it."""
        return self.is_shown and self.key.startswith(WAITING)

    @property
    def chart(self) -> str | None:
        """Its chart, where its name says it: ``<chart>.<moment>...`` as extract and job write it, or a chart's CSV."""
        if self.is_bundle:
            return None
        name = self.key.rpartition("/")[2]
        if csv := CSV_NAME.fullmatch(name.removesuffix(".reason.json")):
            return f"{csv['region']}-{csv['period']}"
        chart, _dot, rest = name.partition(".")
        return chart if is_compact(rest.partition(".")[0]) and CHART_NAME.fullmatch(chart) else None

    @property
    def is_bundle(self) -> bool:
        """Whether it holds many charts, which its name does not say."""
        return self.key.endswith(BUNDLE_ENDING)

    @property
    def is_shown(self) -> bool:
        """Whether readers see it."""
        return self.is_latest and not self.is_marker


def versions(s3: Any, bucket: str, prefix: str, chosen: Callable[[str], bool]) -> Iterator[Version]:
    """Everything below ``prefix`` that is about the chosen dates."""
    for item in listed(s3, bucket, prefix):
        chart_date = date_of(item["Key"], item["LastModified"])
        if chart_date is not None and chosen(chart_date):
            marker, size = "Size" not in item, item.get("Size", 0)
            yield Version(item["Key"], item["VersionId"], chart_date, size, item["IsLatest"], marker)


def date_of(key: str, modified: datetime = datetime.max) -> str | None:
    """The date an object is about: ``chart_date=`` in its key; of what landed without one, as the job guesses it.

    None for what is not about a date.
    """
    in_key = DATE_IN_KEY.search(key)
    if in_key and is_date(in_key[1]):
        return in_key[1]
    if not key.startswith(WITHOUT_DATES):
        return None
    moment, _has_time = moment_in_name(key.rsplit("/", 1)[-1]) or (modified, True)
    return moment.date().isoformat()


def dates_in(lake: Lake) -> set[str]:
    """All dates that a local lake's files and its catalog are about: no cloud need start to know that it lacks one."""
    folder = lake.bucket if lake.bucket.exists() else lake.bucket.with_name(f"{lake.bucket.name}.old")
    files = [path for path in folder.rglob("*") if path.is_file()]
    dates = {
        date_of(path.relative_to(folder).as_posix(), datetime.fromtimestamp(path.stat().st_mtime, UTC))
        for path in files
    }
    partitions = read_json(lake.folder / CATALOG).get("partitions", {}).values()
    return {day for day in dates if day} | {values[0] for of_table in partitions for values, _storage in of_table}


def remove(s3: Any, bucket: str, versions: Sequence[Version], advance: Callable[[int], object]) -> None:
    """Delete these versions; ``advance`` hears how many more each time. FailedError when S3 keeps one.

    Every step leaves raw and lake such that a later purge ends what this one began:

    1. What nobody sees. Nothing changes for anybody.
    2. What shows of raw. From here on no re-process can bring a date back; its rows are still complete.
    3. What shows of the lake, a date's six tables in one request, so that the checks find all of a date or none.
    """
    hidden = [version for version in versions if not version.is_latest]
    shown = [version for version in versions if version.is_latest]
    of_raw = [version for version in shown if version.key.startswith(RAW)]
    of_lake = [version for version in shown if not version.key.startswith(RAW)]
    for step in (hidden, of_raw, of_lake):
        for group in _whole_dates(step):
            delete(s3, bucket, [(version.key, version.version_id) for version in group])
            advance(len(group))


def _whole_dates(versions: Iterable[Version]) -> Iterator[list[Version]]:
    """Groups of at most a request's size, oldest date first; a date is cut only when it is too large for one."""
    by_date: dict[str, list[Version]] = {}
    for version in versions:
        by_date.setdefault(version.chart_date, []).append(version)
    group: list[Version] = []
    for chart_date in sorted(by_date):
        if len(group) + len(by_date[chart_date]) > OBJECTS_A_REQUEST:
            yield from _cut(group)
            group = []
        group = group + by_date[chart_date]
    yield from _cut(group)


def _cut(group: list[Version]) -> Iterator[list[Version]]:
    for start in range(0, len(group), OBJECTS_A_REQUEST):
        yield group[start : start + OBJECTS_A_REQUEST]
