"""One older file: what the Glue job would make of it, and what to send for it.

The job's own functions judge, so that what is refused here, and why, is what the job would refuse.
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime

from chart_transform import raw_files
from chart_transform.bundles import GZIP
from chart_transform.errors import FIX_IT
from chart_transform.keys import BUNDLE, compact, landed_file, moment_in_name
from chart_transform.raw_files import ACCEPTED, OTHER_DATE, Outcome, parse_file
from chart_transform.raw_format import RAW_FORMAT
from chart_transform.stores.store import ListedFile

# The chart that the job takes bare answers for; the stack does not tell it another.
DEFAULT_CHART = "global"


@dataclass(frozen=True)
class Chart:
    """A file that the job would load. ``key`` is where it goes below ``raw/to_processed/``: the canonical key.

    The key alone decides a bare answer's chart, date and time in the job, so nothing depends on when it is sent.
    """

    file: ListedFile
    chart: str
    chart_date: str
    fetched_at: datetime
    sha8: str
    key: str
    # Its date is the day it was last changed: neither the file nor its name says another.
    dated_by_age: bool


@dataclass(frozen=True)
class Refused:
    """A file that the job would put into quarantine, in the words of its reason file."""

    file: ListedFile
    problem: str
    place: str
    action: str


@dataclass(frozen=True)
class LeftAside:
    """A file that never was meant to be a chart."""

    file: ListedFile


def judge(data: bytes, file: ListedFile, chart: str) -> Chart | Refused | LeftAside:
    """What becomes of a file; ``chart`` is the chart of those that do not name theirs."""
    name = file.key.rsplit("/", 1)[-1]
    if not _is_meant_as_json(data, name):
        return LeftAside(file)
    outcome, charts = _parsed(data, file, chart)
    if outcome.status != ACCEPTED:
        # A person fixes the file in the folder, not in the bucket.
        action = "fix the file, then run the same command again" if outcome.action == FIX_IT else outcome.action
        return Refused(file, outcome.problem or "", outcome.place or "", action or "")
    found = max(charts, key=lambda chart: chart.fetched_at)
    in_name_or_body = moment_in_name(name) is not None or compact(found.fetched_at) != compact(file.modified)
    dated_by_age = not in_name_or_body and found.chart_date == file.modified.date().isoformat()
    if chart != DEFAULT_CHART:
        # What is sent may be another file than this one, with another checksum in its key.
        outcome, [found, *_others] = _parsed(to_send(data, file, chart), file, DEFAULT_CHART)
    of = BUNDLE if outcome.file.is_bundle else found.chart
    return Chart(file, of, found.chart_date, found.fetched_at, outcome.sha8 or "", found.source_key, dated_by_age)


def to_send(data: bytes, file: ListedFile, chart: str) -> bytes:
    """The bytes that go to the bucket: the file as it is, but for a bare answer of another than the default chart.

    The job knows no other chart for a bare answer, so it gets the envelope that extract would have given it, with
    Spotify's page in it as it was.
    """
    if chart == DEFAULT_CHART or data.startswith(GZIP):
        return data
    document = json.loads(data.decode("utf-8-sig"))
    answer = document[0] if isinstance(document, list) else document
    if "format" in answer:
        return data
    _outcome, [found] = _parsed(data, file, chart)
    envelope = {
        "format": RAW_FORMAT,
        "chart": chart,
        "chart_date": found.chart_date,
        "fetched_at": f"{found.fetched_at:%Y-%m-%dT%H:%M:%SZ}",
        "source": found.source,
        "playlist": {"id": found.playlist_id, "snapshot_id": found.snapshot_id},
        "total": found.entries_expected,
        "pages": [next((it for it in (answer.get("items"), answer.get("tracks")) if isinstance(it, dict)), answer)],
    }
    return json.dumps(envelope).encode()


def _parsed(data: bytes, file: ListedFile, chart: str) -> tuple[Outcome, list[raw_files.Chart]]:
    """What the job makes of a file; one whose body names another date than its name is loaded with that date."""
    landed = landed_file(file, chart)
    outcome, charts = parse_file(data, landed)
    if outcome.status == OTHER_DATE:
        return parse_file(data, replace(landed, chart_date=outcome.chart_date, date_is_fixed=True))
    return outcome, charts


def _is_meant_as_json(data: bytes, name: str) -> bool:
    """By its content, or by its name: a broken chart must not be passed over."""
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[") or ".json" in name.lower()
