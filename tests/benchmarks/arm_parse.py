"""The benchmark's arm `parse`: read every byte and parse it with orjson on all cores, the physical floor."""

import multiprocessing
import sys
from pathlib import Path

import orjson


def parse(path: Path) -> int:
    """Entries of one file."""
    return sum(len(page["items"]) for page in orjson.loads(path.read_bytes())["pages"])


if __name__ == "__main__":
    paths = sorted(Path(sys.argv[1], "to_processed").rglob("*.json"))
    with multiprocessing.Pool() as pool:
        entries = sum(pool.map(parse, paths, chunksize=16))
    assert entries == 50 * len(paths), entries
