"""The report as one HTML file: nothing in it is loaded from anywhere."""

import json
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files

import vl_convert
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from chart_report.figures import figures
from chart_report.history import History, Row

PACKAGE = "chart_report"
VEGA_LITE = "6.4"
MOVES = {"new": "new", "re-entry": "back", "up": "▲", "down": "▼", "same": "="}


def page(history: History, now: datetime) -> str:
    """The whole file; ``now`` is what ages are counted to."""
    environment = Environment(
        loader=PackageLoader(PACKAGE, "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["age"] = lambda fetched_at: _age(fetched_at, now)
    environment.filters["move"] = _move
    turnover = history.turnover()
    return environment.get_template("page.html.j2").render(
        history=history,
        made_at=f"{now.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        last=turnover[-1] if turnover else None,
        songs=_songs(history),
        # "</" would end the script that it stands in.
        figures=Markup(json.dumps(figures(history)).replace("</", "<\\/")),  # noqa: S704 - JSON, escaped here.
        style=_inlined("page.css"),
        script=_inlined("page.js"),
        library=_library(),
    )


def _songs(history: History) -> list[Row]:
    """Each song of the dates shown once, by name."""
    newest = {entry["song_id"]: entry for entry in history.entries}
    return sorted(newest.values(), key=lambda entry: (entry["song"] or "").casefold())


@cache
def _library() -> Markup:
    """Vega-Lite and what draws it; in the page it is the function ``vegaEmbed``. To bundle it takes seconds."""
    # Its type asks for a snippet to add, which it does without.
    script: str = vl_convert.javascript_bundle(vl_version=VEGA_LITE)  # type: ignore[call-arg]
    return Markup(script.replace("</script", "<\\/script"))  # noqa: S704 - the library's own.


def _inlined(name: str) -> Markup:
    return Markup(files(PACKAGE).joinpath(name).read_text(encoding="utf-8"))  # noqa: S704 - our own file.


def _age(fetched_at: str, now: datetime) -> str:
    """How long ago Athena's timestamp, which is UTC, was."""
    hours = (now - datetime.fromisoformat(fetched_at).replace(tzinfo=UTC)).total_seconds() / 3600
    return f"{hours:.0f} hours" if hours < 48 else f"{hours / 24:.0f} days"


def _move(entry: Row) -> str:
    places = abs(entry["places"]) if entry["places"] else ""
    return f"{MOVES[entry['movement']]} {places}".strip()
