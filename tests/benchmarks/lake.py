"""A lake made by our job of generated raw files, kept: a year of 74 charts takes minutes."""

import os
import shutil
from pathlib import Path

from arms import assert_loaded, command, timed
from generate import write_raw_files


def generated_lake(work: Path, files: int) -> Path:
    """The folder of a local cloud with nothing but the lake of so many raw files; what is there already stays."""
    state = work / f"lake-{files}"
    lake = state / "bucket" / "lake"
    if not lake.exists():
        generated, run = work / f"raw-{files}", work / "run"
        write_raw_files(generated, files)
        shutil.rmtree(run, ignore_errors=True)
        shutil.copytree(generated, run / "raw" / "to_processed", copy_function=os.link)
        _timing, printed = timed(command("ours", run / "raw", run / "lake"), {}, run / "output")
        assert_loaded(printed, generated)
        lake.parent.mkdir(parents=True, exist_ok=True)
        (run / "lake").rename(lake)
    return state
