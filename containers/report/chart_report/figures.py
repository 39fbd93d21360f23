"""The report's pictures as Vega-Lite specifications, their data in them; colours are the page's CSS variables."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from chart_report.history import History

Spec = dict[str, Any]

INK, QUIET, LINE, ACCENT = "var(--ink)", "var(--quiet)", "var(--line)", "var(--accent)"
CAME, BACK, LEFT = "var(--came)", "var(--back)", "var(--left)"
CONFIG = {
    "background": "transparent",
    # The page's: Vega measures with it how much room names need.
    "font": "system-ui, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": QUIET,
        "titleColor": QUIET,
        "domainColor": LINE,
        "tickColor": LINE,
        "gridColor": LINE,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelLimit": 150,
    },
    "legend": {"labelColor": INK, "titleColor": QUIET, "labelFontSize": 12, "orient": "top", "title": None},
    "aria": False,
}
ROW_HEIGHT = 22
DATES_NAMED = 7
TOP = 10


def figures(history: History) -> dict[str, Spec]:
    """Those that the data are enough for, by the name of their place on the page."""
    found = {}
    if len(history.dates) > 1 and history.entries:
        found["bump"] = bump(history)
        found["turnover"] = turnover(history)
    if history.presence:
        found["presence"] = presence(history)
    if history.overlap:
        found["overlap"] = overlap(history)
    return found


def bump(history: History) -> Spec:
    """Positions over the dates, a line for each stay of a song; the page sets ``followed`` to a song_id."""
    entries = history.stays()
    is_followed = {"filter": "datum.song_id === followed"}
    top_today = {row["song_id"] for row in history.latest if row["position"] <= TOP}
    values = [
        # Days are read and shown as UTC, so that no time zone moves them.
        {**entry, "day": _milliseconds(entry["chart_date"]), "top": entry["song_id"] in top_today}
        for entry in entries
    ]
    tooltip = [
        {"field": "song", "title": "Song"},
        {"field": "artists", "title": "Artists"},
        {"field": "chart_date", "title": "Date"},
        {"field": "position", "title": "Position"},
    ]
    line = {"type": "line", "interpolate": "monotone", "strokeCap": "round"}
    by_stay = {"detail": {"field": "stay"}}
    lowest = max(entry["position"] for entry in entries)
    return _spec(
        {
            "height": max(240, 13 * lowest),
            "data": {"values": values},
            "params": [{"name": "followed", "value": ""}],
            "encoding": {
                "x": {
                    "field": "day",
                    "type": "temporal",
                    "scale": {
                        "type": "utc",
                        "domain": [_milliseconds(history.dates[0]), _milliseconds(history.dates[-1])],
                    },
                    "axis": _date_axis("%-d %b", [_milliseconds(each) for each in _named(history.dates)]),
                },
                "y": {
                    "field": "position",
                    "type": "quantitative",
                    "scale": {"domain": [lowest + 1, 0], "nice": False, "zero": False},
                    "axis": {
                        "title": None,
                        "values": [1, *range(10, lowest + 1, 10)],
                        "tickSize": 0,
                        "labelPadding": 10,
                        "domain": False,
                        "grid": False,
                    },
                },
            },
            "layer": [
                {"mark": line | {"stroke": LINE, "strokeWidth": 1.5}, "encoding": by_stay},
                {
                    "transform": [{"filter": "datum.top"}],
                    "mark": line | {"stroke": QUIET, "strokeWidth": 1.5},
                    "encoding": by_stay,
                },
                # Wide enough to be hit by a finger, and unseen.
                {"mark": line | {"stroke": LINE, "strokeWidth": 12, "opacity": 0.01}, "encoding": by_stay},
                {
                    "mark": {"type": "point", "filled": True, "fill": LINE, "size": 40, "opacity": 1},
                    "encoding": {"tooltip": tooltip},
                },
                {
                    "transform": [is_followed],
                    "mark": line | {"stroke": ACCENT, "strokeWidth": 4},
                    "encoding": by_stay,
                },
                {
                    "transform": [is_followed],
                    "mark": {"type": "point", "filled": True, "fill": ACCENT, "size": 90, "opacity": 1},
                    "encoding": {"tooltip": tooltip},
                },
            ],
        }
    )


def turnover(history: History) -> Spec:
    """How many songs came, came back and left on each date."""
    rows = [
        {"chart_date": day.chart_date, "what": what, "songs": songs, "bar": -songs if what == "left" else songs}
        for day in history.turnover()
        for what, songs in (("new", len(day.debuts)), ("back", len(day.re_entries)), ("left", len(day.exits)))
    ]
    return _spec(
        {
            "height": 180,
            "data": {"values": rows},
            "mark": {"type": "bar", "width": {"band": 0.7}},
            "encoding": {
                "x": {
                    "field": "chart_date",
                    "type": "ordinal",
                    "axis": _date_axis(None, _named(history.dates[1:]))
                    | {"labelExpr": "utcFormat(toDate(datum.value), '%-d %b')", "labelAngle": 0},
                },
                "y": {
                    "field": "bar",
                    "type": "quantitative",
                    "title": None,
                    "axis": {"format": "d", "tickMinStep": 1, "tickCount": 5, "labelExpr": "abs(datum.value)"},
                },
                "color": _colours("what", {"new": CAME, "back": BACK, "left": LEFT}),
                "tooltip": [
                    {"field": "chart_date", "type": "nominal", "title": "Date"},
                    {"field": "what", "title": "Songs that are"},
                    {"field": "songs", "title": "Songs"},
                ],
            },
        }
    )


def presence(history: History) -> Spec:
    """The artists with the most songs, as the first named and as a later one."""
    roles = {"main": "as_main", "featured": "as_featured"}
    rows = [
        {
            "artist_id": row["artist_id"],
            "artist": row["artist"],
            "role": role,
            "songs": row[column],
            "best": row["best_position"],
        }
        for row in history.presence
        for role, column in roles.items()
        if row[column]
    ]
    return _bars(
        rows,
        # Two artists may have one name.
        y="artist_id",
        names={row["artist_id"]: row["artist"] or row["artist_id"] for row in history.presence},
        x={"field": "songs", "type": "quantitative", "title": "songs", "axis": {"tickMinStep": 1, "format": "d"}},
        colour=_colours("role", {"main": ACCENT, "featured": BACK}),
        tooltip=[("artist", "Artist"), ("role", "As"), ("songs", "Songs"), ("best_position", "Best position")],
    )


def overlap(history: History) -> Spec:
    """The charts that share the most songs with this one."""
    rows = [row for row in history.overlap if row["share"] is not None]
    return _bars(
        rows,
        y="other_chart",
        names={row["other_chart"]: row["other_chart"] for row in rows},
        x={
            "field": "share",
            "type": "quantitative",
            "title": f"share of {history.chart}'s songs",
            "scale": {"domain": [0, 1]},
            "axis": {"format": "%", "tickCount": 5},
        },
        colour={"value": ACCENT},
        tooltip=[("other_chart", "Chart"), ("songs_in_common", "Songs in common")],
    )


def _bars(
    rows: list[Spec], y: str, names: dict[str, str], x: Spec, colour: Spec, tooltip: list[tuple[str, str]]
) -> Spec:
    """A bar for each key of ``names``, in their order, under its name."""
    axis = {"domain": False, "labelExpr": f"({json.dumps(names)})[datum.value]"}
    return _spec(
        {
            "height": ROW_HEIGHT * len(names),
            "data": {"values": rows},
            "mark": {"type": "bar", "height": {"band": 0.7}},
            "encoding": {
                "y": {"field": y, "type": "nominal", "sort": list(names), "title": None, "axis": axis},
                "x": x,
                "color": colour,
                "tooltip": [{"field": field, "title": title} for field, title in tooltip],
            },
        }
    )


def _colours(field: str, colours: dict[str, str]) -> Spec:
    return {"field": field, "type": "nominal", "scale": {"domain": list(colours), "range": list(colours.values())}}


def _named(dates: Sequence[str]) -> list[str]:
    """The dates that an axis has room for, counted back from the newest."""
    step = -(-len(dates) // DATES_NAMED)
    return list(reversed(dates[::-1][::step]))


def _date_axis(form: str | None, values: Sequence[Any]) -> Spec:
    axis: Spec = {"title": None, "values": values, "grid": False}
    return axis | {"format": form} if form else axis


def _milliseconds(chart_date: str) -> int:
    return int(datetime.fromisoformat(chart_date).replace(tzinfo=UTC).timestamp() * 1000)


def _spec(spec: Spec) -> Spec:
    return {"width": "container", "autosize": {"type": "fit-x", "contains": "padding"}, "config": CONFIG, **spec}
