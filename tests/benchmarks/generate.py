"""Raw files as extract lands them, as many as wanted: the stand-in's charts in the old shape, about 230 KB each.

The same number always makes the same files: 74 charts a day, from the last day of a year backwards.
"""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

from local_cloud.spotify.access import EDITOR, Playlist
from local_cloud.spotify.contents import contents_of
from local_cloud.spotify.json_shapes import OLD, page_json
from local_cloud.spotify.settings import Settings

LAST_DAY = dt.date(2026, 11, 22)
CHARTS = sorted(Settings().charts.items())
A_YEAR = len(CHARTS) * 365


def raw_files(count: int) -> Iterator[tuple[str, bytes]]:
    """Names below ``raw/to_processed/`` and their bytes."""
    for number in range(count):
        days_ago, place = divmod(number, len(CHARTS))
        day = LAST_DAY - dt.timedelta(days=days_ago)
        chart, playlist_id = CHARTS[place]
        yield f"chart_date={day}/{chart}.{day:%Y%m%d}T230000Z.json", raw_file(chart, playlist_id, day)


def raw_file(chart: str, playlist_id: str, day: dt.date) -> bytes:
    """One chart of one day, in the envelope that extract lands."""
    contents = contents_of(Playlist(playlist_id, chart, EDITOR), day, OLD, faults=[], filled={})
    address = f"https://api.spotify.com/v1/playlists/{playlist_id}/tracks"
    envelope = {
        "format": "top50-raw/1",
        "chart": chart,
        "chart_date": f"{day}",
        "fetched_at": f"{day}T23:00:04Z",
        "source": "playlist",
        "playlist": {"id": playlist_id, "name": chart, "owner_id": EDITOR, "snapshot_id": f"{chart}-{day}"},
        "total": contents.total,
        "pages": [page_json(contents.entries, contents.total, address, 100, 0)],
    }
    return json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()


def write_raw_files(folder: Path, count: int) -> None:
    """Write them below ``folder``; what is there already stays."""
    for name, data in raw_files(count):
        path = folder / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
