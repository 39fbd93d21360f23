"""Extract the charts of one request: skip those that have landed, read the others, land complete ones."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from spotipy import Spotify

from chart_extract.chart import read_chart
from chart_extract.charts import Chart
from chart_extract.errors import ExtractError
from chart_extract.event import ExtractRequest
from chart_extract.landing import RawZone
from chart_extract.moments import utc_now
from chart_extract.parallel import in_time, unfinished
from chart_extract.result import ExtractResult, Failed, Landed, Outcome, Skipped
from chart_extract.retry import SECONDS_TO_ANSWER, RetryPolicy


def extract_charts(
    request: ExtractRequest,
    zone: RawZone,
    connect: Callable[[], Spotify],
    policy: RetryPolicy,
    clock: Callable[[], datetime] = utc_now,
) -> ExtractResult:
    """Land each chart that has not landed yet; one that fails does not stop the others.

    ``connect`` is called once, and only when there is something to read. Any exception but an ExtractError is a bug
    here, and raised after all charts were tried. A chart that is not done in time counts as failed.
    """

    def find(chart: Chart) -> Outcome | None:
        key = zone.find(chart)
        return Skipped(chart, key) if key else None

    found = _each(find, request.charts, policy)
    waiting = [chart for chart in request.charts if found[chart] is None]
    if not waiting:
        return ExtractResult.of(found.values())

    subject = "Spotify token"
    connected = in_time({subject: connect}, policy)
    if subject not in connected:
        raise unfinished(subject, policy)
    spotify = connected[subject].result()

    def land(chart: Chart) -> Outcome:
        observed = read_chart(spotify, chart, policy, clock)
        if policy.seconds_left() <= SECONDS_TO_ANSWER:
            # It counts as failed by now; a frozen container may even resume here during a later run.
            raise unfinished(chart, policy)
        unchanged = zone.holds_last(chart, observed.songs)
        if zone.put(chart, observed.to_raw(request.chart_date), observed.songs):
            return Landed(chart, zone.key(chart), observed.entries, observed.fetched_at, unchanged)
        return Skipped(chart, zone.key(chart))

    # Replacing a value keeps a dict's order, here the configured one.
    return ExtractResult.of((found | _each(land, waiting, policy)).values())


def _each(
    step: Callable[[Chart], Outcome | None], charts: Iterable[Chart], policy: RetryPolicy
) -> dict[Chart, Outcome | None]:
    """Run a step for all charts at once, and wait for all of them before raising anything."""

    def outcome(chart: Chart) -> Outcome | None:
        try:
            return step(chart)
        except ExtractError as error:
            return Failed(chart, error)

    steps = {chart: partial(outcome, chart) for chart in charts}
    done = in_time(steps, policy)
    return {
        chart: done[chart].result() if chart in done else Failed(chart, unfinished(chart, policy)) for chart in steps
    }
