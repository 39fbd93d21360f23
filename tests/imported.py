"""Recordings of charts as others have them, generated; and what the job makes of them after an import."""

import csv
import io
import random
from pathlib import Path

from glue_jobs.lakes import Lake
from rich.console import Console

from chart_transform.stores.local import LocalStore
from top50.imports.landing import Bucket, land
from top50.imports.recordings import recordings
from top50.imports.records import NotTaken, Wanted

ALL = Wanted()
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
CREDITS = ["Tyler, The Creator, Lola Young", "Shubh", 'The "Quoted" Ones', "Beyoncé, 宇多田ヒカル", "NULL", "N/A"]
TITLES = [
    "Like Him (feat. Lola Young)",
    'Besharam Rang (From "Pathaan")',
    "A | B [Live]",
    "NA",
    "Grüße, \\o/",
    "Two\nlines",
]


def song(number):
    """Id, title and credit of a song."""
    letters = random.Random(number).choices(LETTERS, k=22)
    return "".join(letters), f"{TITLES[number % len(TITLES)]} {number}", CREDITS[number % len(CREDITS)]


def as_csv(rows, columns, *, encoding="utf-8", newline="\n"):
    """The bytes of a CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=newline)
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def bring_in(path: Path, root: Path, wanted: Wanted = ALL, *, apply: bool = True, put=None):
    """Import a file or a folder into the raw files of a lake; returns what landed, and what was not taken."""
    not_taken, store = NotTaken(), LocalStore(root / "raw")
    listed = [file.key for folder in ("to_processed/", "processed/") for file in store.list(folder)]
    held = frozenset(key.partition("/")[2] for key in listed)
    into = Bucket("a lake", held, False, put or (lambda key, data: store.write(f"to_processed/{key}", data)), "")
    landed = land(Console(), recordings(path, not_taken), wanted, not_taken, into, apply=apply)
    return landed, not_taken


def loaded(root: Path):
    """What the job loads of what has landed: (song id, title, credit, streams) by chart, date and position."""
    lake = Lake(root)
    summary = lake.run()
    assert summary["files_quarantined"] == 0
    found = {}
    for day in summary["dates_rewritten"]:
        songs = {row["song_id"]: row for row in lake.rows("song", day)}
        for entry in lake.rows("chart_entry", day):
            named = songs[entry["song_id"]]
            told = (entry["song_id"], named["name"], named["credited_artists"], entry["streams"])
            found[entry["chart"], day, entry["position"]] = told
    return found


def loads(root: Path, *days):
    """The rows of chart_load of some dates, by chart and date."""
    return {(row["chart"], day): row for day in days for row in Lake(root).rows("chart_load", day)}
