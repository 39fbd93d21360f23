"""A lake that is loaded, with everything landed that makes a run do all it can."""

import os
import shutil
from datetime import UTC, datetime

from glue_jobs.lakes import Lake
from glue_jobs.raw_files import DAY, entry, envelope, land, page, track

NEXT_DAY = "2026-11-23"
LEGACY_DAY = "2023-03-27"


def chart_of(*songs, **fields):
    """A chart of these songs; None for a song that was withdrawn."""
    return envelope(*(song and entry(track(song)) for song in songs), **fields)


# What the lake was loaded from: two charts of a day, and a file that was refused.
LOADED = {
    f"chart_date={DAY}/noon.json": chart_of("n1", "n2", fetched_at="2026-11-22T12:00:00Z"),
    f"chart_date={DAY}/us.json": chart_of("u1", chart="us"),
    f"chart_date={DAY}/bad.json": b"{",
}
# What has landed since: a newer extraction, an older one, a late chart, a new day, a loaded file once more, two bad
# files that want the name of the refused one, and a file of an older pipeline.
LANDED = {
    f"chart_date={DAY}/evening.json": chart_of("e1", "n1", fetched_at="2026-11-22T20:00:00Z"),
    f"chart_date={DAY}/morning.json": chart_of("m1", fetched_at="2026-11-22T06:00:00Z"),
    f"chart_date={DAY}/de.json": chart_of("n1", None, chart="de"),
    f"chart_date={NEXT_DAY}/global.json": chart_of("x1", chart_date=NEXT_DAY),
    f"chart_date={DAY}/us-again.json": LOADED[f"chart_date={DAY}/us.json"],
    f"chart_date={DAY}/bad.json": b"[",
    f"again/chart_date={DAY}/bad.json": b"]",
    f"{LEGACY_DAY} 18_24_36.json": [page(entry(track("legacy")))],
}
# A file that only its age dates; on a bucket nobody can set it.
UNDATED = page(entry(track("undated")))
UNDATED_MODIFIED = datetime(2023, 3, 27, 18, 24, 36, tzinfo=UTC).timestamp()


def loaded_and_landed(root):
    """The scene in a folder."""
    lake = Lake(root)
    for name, document in LOADED.items():
        land(lake.raw, name, document)
    lake.run()
    for name, document in LANDED.items():
        land(lake.raw, name, document)
    undated = land(lake.raw, "undated.json", UNDATED)
    os.utime(undated, (UNDATED_MODIFIED, UNDATED_MODIFIED))
    return lake


def copy_of(lake, root):
    """The same lake in another folder."""
    shutil.copytree(lake.root, root)
    return Lake(root)
