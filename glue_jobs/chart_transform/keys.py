"""What a raw file's name says about it."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from chart_transform.stores.store import ListedFile

# Both become part of file names.
CHART_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}")
DATE_IN_KEY = re.compile(r"(?:^|/)chart_date=([^/]*)/")
# A date, perhaps with a time: 2023-03-27 18_24_36.95, 2023-03-27T18:24:36Z, 20230327T182436Z, 20230327.
MOMENT_IN_NAME = re.compile(
    # A look-ahead, so that digits that are not a date do not consume a date that follows.
    r"(?<!\d)(?=((?:19|20)\d{2})([-_.]?)(\d{2})\2(\d{2})"
    r"(?:[T _-]{0,2}(\d{2})[:_.-]?(\d{2})[:_.-]?(\d{2})(?!\d))?(?!\d))"
)
CANONICAL_NAME = re.compile(
    rf"chart_date=(?P<chart_date>\d{{4}}-\d{{2}}-\d{{2}})/"
    rf"(?P<chart>{CHART_NAME.pattern})\.(?P<fetched_at>\d{{8}}T\d{{6}}Z)\.(?P<sha8>[0-9a-f]{{8}})\.json(?:l\.gz)?"
)
# A raw file of many charts of one date, see bundles.py. Charts and times are in its lines.
BUNDLE, BUNDLE_ENDING = "bundle", ".jsonl.gz"
COMPACT_TIME = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class RawFile:
    """A listed raw file, and everything known about it before it is read.

    For a file below ``processed/`` the key is authoritative (``sha8`` is set). For a landed one it is a first guess:
    the envelope counts, but its date must agree with a ``chart_date=`` in the key (``date_is_fixed``).
    """

    key: str
    version: str
    size: int
    chart: str
    chart_date: str
    fetched_at: str
    date_is_fixed: bool
    sha8: str | None
    problem: str | None = None

    @property
    def landed(self) -> bool:
        """Whether this run has to move it: it was listed in ``to_processed/``."""
        return self.sha8 is None

    @property
    def is_bundle(self) -> bool:
        """Whether it holds many charts."""
        return self.key.endswith(BUNDLE_ENDING)


def landed_file(listed: ListedFile, default_chart: str) -> RawFile:
    """A file in ``to_processed/`` from its key: the date by ``chart_date=``, else by name, else by age."""
    name = listed.key.rsplit("/", 1)[-1]
    moment, has_time = moment_in_name(name) or (listed.modified, True)
    in_key = DATE_IN_KEY.search(listed.key)
    problem = None
    chart_date = moment.date().isoformat()
    if in_key and is_date(in_key[1]):
        chart_date = in_key[1]
    elif in_key:
        problem = f"chart_date={in_key[1]} in the key is not a date like 2026-11-22"
    return RawFile(
        key=listed.key,
        version=listed.version,
        size=listed.size,
        chart=default_chart,
        chart_date=chart_date,
        fetched_at=compact(moment if has_time else listed.modified),
        date_is_fixed=in_key is not None,
        sha8=None,
        problem=problem,
    )


def processed_file(listed: ListedFile) -> RawFile | None:
    """A file in ``processed/`` from its canonical key; None when the key is not canonical."""
    name = CANONICAL_NAME.fullmatch(listed.key.removeprefix("processed/"))
    if name is None or not is_date(name["chart_date"]) or not is_compact(name["fetched_at"]):
        return None
    return RawFile(listed.key, listed.version, listed.size, **name.groupdict(), date_is_fixed=True)


def moment_in_name(name: str) -> tuple[datetime, bool] | None:
    """The first date in a file's name (UTC), and whether a time of day follows it."""
    for found in MOMENT_IN_NAME.finditer(name):
        year, _separator, month, day, *clock = found.groups()
        hour, minute, second = (int(part or 0) for part in clock)
        try:
            day_found = datetime(int(year), int(month), int(day), tzinfo=UTC)
        except ValueError:
            continue  # Digits, but no date: an id, a count.
        try:
            return day_found.replace(hour=hour, minute=minute, second=second), clock[0] is not None
        except ValueError:
            return day_found, False  # A date, and digits that are not a time.
    return None


def is_date(text: str) -> bool:
    """Whether ``text`` is a calendar date written 2026-11-22."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def compact(moment: datetime) -> str:
    """A time as in file names, 20261122T230004Z, which sorts by time."""
    # Not by strftime alone, which writes years before 1000 with fewer digits.
    in_utc = moment.astimezone(UTC)
    return f"{in_utc.year:04}{in_utc:%m%dT%H%M%SZ}"


def is_compact(text: str) -> bool:
    """Whether ``text`` is a time as ``compact`` writes it."""
    try:
        return compact(moment_of(text)) == text
    except ValueError:
        return False


def moment_of(text: str) -> datetime:
    """The time that ``compact`` wrote."""
    return datetime.strptime(text, COMPACT_TIME).replace(tzinfo=UTC)


def canonical_key(chart: str, chart_date: str, fetched_at: datetime, sha8: str) -> str:
    """The key of a transformed file below ``processed/``; it has everything that a later re-process needs."""
    return f"chart_date={chart_date}/{chart}.{compact(fetched_at)}.{sha8}.json"


def bundle_key(chart_date: str, newest: datetime, sha8: str) -> str:
    """The same of a bundle; ``newest`` is the greatest time in it."""
    return canonical_key(BUNDLE, chart_date, newest, sha8).removesuffix(".json") + BUNDLE_ENDING
