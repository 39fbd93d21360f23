"""Our names for what others call countries and playlists."""

import csv
from functools import cache

from chart_extract.charts import KNOWN_CHARTS, known_charts
from chart_extract.countries import COUNTRIES

# Where the Kaggle file's name differs from charts.csv, or where Spotify has no playlist of the country.
OTHER_NAMES = {
    "czech republic": "cz",
    "andorra": "ad",
    "cyprus": "cy",
    "liechtenstein": "li",
    "malta": "mt",
    "monaco": "mc",
}


@cache
def _by_name() -> dict[str, str]:
    with KNOWN_CHARTS.open(encoding="utf-8", newline="") as file:
        return {row["name"].lower(): row["chart"] for row in csv.DictReader(file)} | OTHER_NAMES


@cache
def by_playlist() -> dict[str, str]:
    """The charts by the ids of their playlists."""
    return {playlist_id: chart for chart, playlist_id in known_charts().items()}


def named_country(name: str) -> str | None:
    """The chart of a country by its English name; None for a country that is not known."""
    return _by_name().get(name.strip().lower())


def coded_country(code: str) -> str | None:
    """The chart of a country by its two letters (NA is Namibia); an empty code is Global."""
    code = code.strip().lower()
    return code if code in COUNTRIES else None if code else "global"
