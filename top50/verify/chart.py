"""The invented chart: its date, its files, and the rows that it should become."""

import json
import re
from datetime import UTC, date, datetime, timedelta

from top50.errors import RefusedError
from top50.stack import Stack

CHART = "verify"
# Older than any Spotify chart; ProjectionFrom is 2000-01-01 at the earliest.
BEFORE_ALL_CHARTS = date(1999, 12, 31)
# This time of day tells its files from those of a user's own chart named verify.
TIME = "123456"
OURS = re.compile(
    rf"raw/\w+/chart_date=([\d-]+)/{CHART}\.\d+T{TIME}Z\.|raw/(?:\w+/)?chart_csv/(?:\w+/)?top50-{CHART}\."
)
DATE_IN_KEY = re.compile(r"/chart_date=(\d{4}-\d\d-\d\d)/")
# Neither JSON nor CSV.
BROKEN = b"Not a chart: `top50 verify` put this file here, and removes it.\n"
CSV = f"top50-{CHART}.csv"
# Position, song and artists as in the view chart_latest; then the number of rows in each table.
ENTRIES = [["1", "A Song for a Proof", "Verity Sample, The Examples"], ["2", "Nothing Is Left", "Verity Sample"]]
ROWS = {"chart_entry": 2, "song": 2, "artist": 2, "album": 1, "song_artist": 3, "chart_load": 1}


def key(day: str, ending: str = "json") -> str:
    """Where the chart of a date lands."""
    return f"raw/to_processed/chart_date={day}/{CHART}.{day.replace('-', '')}T{TIME}Z.{ending}"


def body(day: str) -> bytes:
    """The raw file, as extract would land it."""
    items = []
    for position, name, credit in ENTRIES:
        artists = [{"id": f"top50verify{artist.replace(' ', '')}", "name": artist} for artist in credit.split(", ")]
        track = {"id": f"top50verifysong{position}", "name": name, "artists": artists, "album": {"id": "top50verify"}}
        items.append({"item": {"type": "track", **track}})
    fetched_at = f"{datetime.strptime(day + TIME, '%Y-%m-%d%H%M%S'):%Y-%m-%dT%H:%M:%SZ}"
    told = {"format": "top50-raw/1", "chart": CHART, "chart_date": day, "fetched_at": fetched_at, "source": "playlist"}
    return json.dumps({**told, "total": len(items), "pages": [{"items": items}]}).encode()


def free_date(stack: Stack) -> str:
    """The first date without any file, for the invented chart; RefusedError when there is none."""
    keys = [item["Key"] for prefix in ("raw/", "lake/chart_load/") for item in stack.objects(prefix)]
    taken = {found[1] for key in keys if (found := DATE_IN_KEY.search(key))}
    first, dates = BEFORE_ALL_CHARTS, 1
    if stack.output("CatalogMode") == "projection":
        first = date.fromisoformat(stack.output("ProjectionFrom"))
        # Not today's, which belongs to the schedule.
        dates = (datetime.now(UTC).date() - first).days
    for day in (f"{first + timedelta(days=n)}" for n in range(dates)):
        if day not in taken:
            return day
    raise RefusedError(
        f"nothing was verified: there is no date without a chart from {first} on"
        + (" to yesterday. Deploy with an earlier ProjectionFrom: top50 deploy --guided" if dates != 1 else "")
    )
