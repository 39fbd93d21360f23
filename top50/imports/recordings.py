"""Which recordings a file or a folder is, by contents."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from chart_extract.csv_forms import is_older, other_form
from top50.errors import RefusedError
from top50.imports.archive import Archive, is_archive
from top50.imports.chart_files import CHARTS_PAGE, OLDER_PAGE, ChartFiles
from top50.imports.kaggle import CHARTS, TOP_SONGS, Form, KaggleFile
from top50.imports.records import NotTaken, Recording

BEGINNING = 16_384


def recordings(path: Path, not_taken: NotTaken) -> list[Recording]:
    """What is there; RefusedError when it is nothing that can be imported."""
    if path.is_dir() and is_archive(path):
        return [Archive(path)]
    found = list(_of_files(path, not_taken))
    if not found:
        forms = "a chart CSV, one of the two files of Kaggle, or a clone of the playlist archive"
        why = _other(path) if path.is_file() else "it holds nothing of that kind"
        raise RefusedError(f"{path} is not {forms}: {why}. Older raw files are for top50 backfill")
    return found


def _of_files(path: Path, not_taken: NotTaken) -> Iterator[Recording]:
    files: dict[str, list[Path]] = {CHARTS_PAGE: [], OLDER_PAGE: []}
    for file in [path] if path.is_file() else sorted(path.rglob("*")):
        if not file.is_file():
            continue
        with file.open("rb") as opened:
            data = opened.read(BEGINNING)
        header = _header(data)
        if form := _kaggle(header):
            yield KaggleFile(file, form, header)
        elif is_older(data):
            files[OLDER_PAGE].append(file)
        elif {"rank", "uri"} <= set(header) or file.suffix.lower() == ".csv":
            files[CHARTS_PAGE].append(file)
        elif file != path:
            not_taken.leave(str(file), "not a CSV of charts")
    yield from (ChartFiles(source, paths) for source, paths in files.items() if paths)


def _kaggle(header: Sequence[str]) -> Form | None:
    return next((form for form in (CHARTS, TOP_SONGS) if form.needs <= set(header)), None)


def _header(data: bytes) -> list[str]:
    first = data.decode("utf-8-sig", errors="replace").splitlines()[:1]
    return next(csv.reader(first), [])


def _other(path: Path) -> str:
    with path.open("rb") as opened:
        problem, action = other_form(opened.read(BEGINNING)) or ("its columns are others", "")
    return f"{problem}. {action}".removesuffix(". ")
