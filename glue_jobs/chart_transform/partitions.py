"""The raw files of one date to its partitions in staging. This is what executors do."""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

import pyarrow as pa
import pyarrow.parquet as pq

from chart_transform.errors import FileChangedError
from chart_transform.keys import RawFile
from chart_transform.raw_files import CHANGED, Chart, Outcome, parse_file
from chart_transform.stores.store import Store, at_once
from chart_transform.tables import tables_of

# Bytes of raw files that an executor's Python holds at a time.
CHUNK_BYTES = 16 * 2**20


@dataclass(frozen=True)
class StagedDate:
    """What one date came to: the outcome of each file and, if it has a chart, each table's staged key and rows."""

    chart_date: str
    outcomes: list[Outcome]
    keys: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)


def stage_date(raw: Store, lake: Store, staging: str, files: Sequence[RawFile]) -> StagedDate:
    """Read all files of a date, and write its tables below ``staging``, one file each.

    Its names are of its content: should Spark try this again while a first attempt still goes on, both write the same
    files, or each writes its own.
    """
    outcomes: list[Outcome] = []
    winners: dict[str, Chart] = {}
    for chunk in chunks(files):
        contents = at_once(lambda file: read_listed(raw, file), chunk)
        for file, data in zip(chunk, contents, strict=True):
            outcome, charts = parse_file(data, file) if data is not None else (_changed(file), [])
            outcomes.append(outcome)
            keep_newest(winners, charts)
    staged = StagedDate(files[0].chart_date, outcomes)
    if not winners:
        return staged

    def write(item: tuple[str, pa.Table]) -> str:
        name, table = item
        data = parquet(table)
        key = f"{staging}/{name}/chart_date={staged.chart_date}/{sha256(data).hexdigest()[:16]}.parquet"
        lake.write(key, data)
        return key

    tables = tables_of(winners.values())
    staged.keys.update(zip(tables, at_once(write, list(tables.items())), strict=True))
    staged.rows.update({name: table.num_rows for name, table in tables.items()})
    return staged


def keep_newest(winners: dict[str, Chart], charts: Iterable[Chart]) -> None:
    """Of each chart, the record of the greatest ``(fetched_at, source_key)`` stands."""
    for chart in charts:
        other = winners.get(chart.chart)
        if other is None or (other.fetched_at, other.source_key) < (chart.fetched_at, chart.source_key):
            winners[chart.chart] = chart


def parquet(table: pa.Table) -> bytes:
    """The table as a Parquet file."""
    file = io.BytesIO()
    pq.write_table(table, file, compression="zstd", store_schema=False)
    return file.getvalue()


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


def _changed(file: RawFile) -> Outcome:
    return Outcome(file, CHANGED, file.chart_date)
