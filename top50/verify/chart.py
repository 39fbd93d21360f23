"""The invented chart of a verification: its date, its files, and what the tables should hold of it."""

import json
import re
from datetime import UTC, date, datetime, timedelta

from top50.errors import RefusedError
from top50.stack import Stack

CHART = "verify"
# No chart of Spotify's is so old. It is for stacks with a crawler: projected dates begin in 2000 at the earliest.
NO_CHARTS_DATE = "1999-12-31"
# By this time of day its files are known from those of a chart that somebody else calls verify.
TIME = "123456"
OURS = re.compile(
    rf"raw/\w+/chart_date=(\d{{4}}-\d\d-\d\d)/{CHART}\.\d{{8}}T{TIME}Z\.|raw/(?:\w+/)?chart_csv/(?:\w+/)?top50-{CHART}\."
)
DATE_IN_KEY = re.compile(r"/chart_date=(\d{4}-\d\d-\d\d)/")
# Neither JSON nor a chart's CSV.
BROKEN = b"This is no chart. `top50 verify` has put it here, and removes it.\n"
CSV_KEY = f"raw/chart_csv/to_processed/top50-{CHART}.csv"
# Position, song, artists, as the view chart_latest shows them.
ENTRIES = [["1", "A Song for a Proof", "Verity Sample, The Examples"], ["2", "Nothing Is Left", "Verity Sample"]]
ROWS = {"chart_entry": 2, "song": 2, "artist": 2, "album": 1, "song_artist": 3, "chart_load": 1}


def key(day: str, ending: str = "json") -> str:
    """Where the chart of a date lands."""
    return f"raw/to_processed/chart_date={day}/{CHART}.{day.replace('-', '')}T{TIME}Z.{ending}"


def body(day: str) -> bytes:
    """The raw file, as extract would land it."""
    items = [
        {"added_at": None, "item": _track(f"top50verifysong{position}", name, artists.split(", "))}
        for position, name, artists in ENTRIES
    ]
    told = {
        "format": "top50-raw/1",
        "chart": CHART,
        "chart_date": day,
        "fetched_at": f"{day}T{TIME[:2]}:{TIME[2:4]}:{TIME[4:]}Z",
        "source": "playlist",
        "playlist": {"id": "top50verifyplaylist", "snapshot_id": "1"},
        "total": len(items),
        "pages": [{"items": items}],
    }
    return json.dumps(told).encode()


def _track(song_id: str, name: str, artists: list[str]) -> dict[str, object]:
    by = [{"id": f"top50verify{artist.replace(' ', '')}", "name": artist} for artist in artists]
    album = {"id": "top50verifyalbum", "name": "Invented", "release_date": "1999", "release_date_precision": "year"}
    return {"id": song_id, "type": "track", "name": name, "explicit": False, "artists": by, "album": album}


def free_date(stack: Stack) -> str:
    """The date that the chart is given: no file has it. RefusedError when there is none."""
    taken = {
        found[1]
        for prefix in ("raw/", "lake/chart_load/")
        for item in stack.objects(prefix)
        if (found := DATE_IN_KEY.search(item["Key"]))
    }
    if stack.output("CatalogMode") == "crawler":
        days = [NO_CHARTS_DATE]
    else:
        first, today = date.fromisoformat(stack.output("ProjectionFrom")), datetime.now(UTC).date()
        # Today belongs to the schedule.
        days = [f"{first + timedelta(days=n)}" for n in range(max(1, (today - first).days))]
    free = [day for day in days if day not in taken]
    if not free:
        raise RefusedError(
            f"nothing was verified: there are files of {days[0]}, which should have none"
            if days == [NO_CHARTS_DATE]
            else f"nothing was verified: no date from ProjectionFrom ({days[0]}) to yesterday is without "
            "a chart. Deploy the stack with ProjectionFrom a day earlier: top50 deploy --guided"
        )
    return free[0]
