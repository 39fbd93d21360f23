"""Runs of the job in this process, and what a folder holds before and after."""

import json
import uuid
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from glue_jobs.raw_files import DAY

import transform

TABLES = ("chart_entry", "song", "artist", "album", "song_artist", "chart_load")


def here(_run, stage, dates):
    """The work of Spark's executors, in this process: the same, without the seconds that Spark takes to start."""
    return [stage(files) for files in dates]


class Lake:
    """A root with ``raw/`` and ``lake/`` in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.raw = root / "raw"
        self.raw.mkdir(parents=True, exist_ok=True)

    def run(self, *arguments: str, run_id: str = ""):
        """Run the job; returns its summary."""
        run_id = run_id or uuid.uuid4().hex
        paths = ["--raw_path", str(self.raw), "--lake_path", str(self.root / "lake")]
        transform.main([*paths, "--run_id", run_id, *arguments], here)
        return json.loads((self.root / f"runs/{run_id}.json").read_text())

    def files(self, *folders: str):
        """The names of all files in these folders of the root."""
        return sorted(
            path.relative_to(self.root).as_posix()
            for folder in folders
            for path in (self.root / folder).rglob("*")
            if path.is_file()
        )

    def contents(self, *folders: str):
        """The rows of every table's file and the bytes of all others, but for those that each run adds."""
        return {
            name: pq.read_table(path, partitioning=None).to_pylist() if path.suffix == ".parquet" else path.read_bytes()
            for name in self.files(*(folders or ("raw", "lake", "staging")))
            for path in [self.root / name]
        }

    def rows(self, table: str, day: str = DAY):
        """The rows of one partition, as they are stored."""
        return pq.read_table(self.root / f"lake/{table}/chart_date={day}/part-0.parquet", partitioning=None).to_pylist()

    def schema(self, table: str, day: str = DAY) -> pa.Schema:
        """The columns of one partition."""
        return pq.read_schema(self.root / f"lake/{table}/chart_date={day}/part-0.parquet")

    def songs(self, day: str = DAY, chart: str = "global"):
        """The songs of a chart, in the order of their positions."""
        return [row["song_id"] for row in self.rows("chart_entry", day) if row["chart"] == chart]

    def reason(self, quarantined: str):
        """Why a file was set aside; the name is below ``quarantine/``."""
        return json.loads((self.raw / f"quarantine/{quarantined}.reason.json").read_text())
