"""The Lambda's settings."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from chart_check.errors import ConfigError

REQUIRED = ("DATA_BUCKET", "CHARTS", "DATABASE", "WORKGROUP", "MAX_CHART_AGE_HOURS")
CHART_NAME = re.compile(r"[a-z0-9-]{1,64}")


@dataclass(frozen=True)
class Charts:
    """The charts that must be fresh: those named; with ``all`` also every chart that was ever loaded."""

    names: tuple[str, ...]
    all_loaded: bool

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the setting as extract does: names, ``name=playlist`` or ``all``, separated by commas; or ``none``."""
        if text.strip() == "none":
            return cls((), all_loaded=False)
        entries = [entry.strip() for entry in text.split(",") if entry.strip()]
        if not entries:
            raise ConfigError("CHARTS names no chart: set it as for extract, such as global=<playlist id>,us")
        # all=<playlist id> is a chart of that name.
        names = tuple(entry.partition("=")[0].strip() for entry in entries if entry != "all")
        for name in names:
            if not CHART_NAME.fullmatch(name):
                raise ConfigError(
                    f"CHARTS: {name!r} is not a chart name (a-z, 0-9 and -, at most 64): set it as for extract"
                )
        return cls(names, all_loaded="all" in entries)


@dataclass(frozen=True)
class Config:
    """What to check and where."""

    data_bucket: str
    charts: Charts
    database: str
    workgroup: str
    max_chart_age: timedelta

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Build the settings, or say what is missing."""
        missing = [name for name in REQUIRED if not env.get(name, "").strip()]
        if missing:
            raise ConfigError(f"set these environment variables: {', '.join(missing)}")
        return cls(
            data_bucket=env["DATA_BUCKET"].strip(),
            charts=Charts.parse(env["CHARTS"]),
            database=env["DATABASE"].strip(),
            workgroup=env["WORKGROUP"].strip(),
            max_chart_age=_hours(env["MAX_CHART_AGE_HOURS"]),
        )


def _hours(text: str) -> timedelta:
    try:
        hours = float(text)
        if math.isfinite(hours) and hours > 0:
            return timedelta(hours=hours)
    except (ValueError, OverflowError):
        pass
    raise ConfigError(f"MAX_CHART_AGE_HOURS: {text!r} is not a number of hours: set it to 26, for example")
