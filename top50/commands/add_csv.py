"""``top50 add-csv``."""

from pathlib import Path

import click

from top50.cli import stack_option

QUESTION = (
    "select chart, chart_date, position, streams, peak_position, previous_position, days_on_chart "
    "from chart_entry where streams > 0 order by chart_date desc, chart, position limit 10"
)


@click.command("add-csv")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--no-lookup", is_flag=True, help="Do not ask Spotify about the tracks.")
@stack_option
def add_csv(files: tuple[Path, ...], no_lookup: bool, stack: str | None) -> None:
    """Add charts that you downloaded as CSV from charts.spotify.com.

    Each file keeps the name it was downloaded with: regional-us-weekly-2026-11-19.csv becomes the chart us-weekly of
    that date, with streams, peak, previous position and days on chart. A rank that the file leaves out is an empty
    position. All files are validated before the first is added.

    With a Spotify app's credentials, albums, artists and ISRCs are looked up; without, the CSV alone tells.

    \b
    Example: top50 add-csv ~/Downloads/regional-*.csv
    """
    from chart_extract.charts import known_charts
    from top50.csv_files import add, earlier, is_loaded, loaded, read_charts
    from top50.errors import FailedError
    from top50.lakes import last_lake
    from top50.paths import command
    from top50.pipeline import stop_on_failure
    from top50.settings import looks_up, read_settings
    from top50.show import console, count
    from top50.target import open_for_questions, open_target

    out = console()
    charts = read_charts(files)
    for name in sorted({chart.chart for chart in charts.values()}):
        if name.split("-")[0] not in known_charts():
            out.print(f"{name}: a country whose chart we have not seen yet; its CSV has the right form, and is added")
    # On AWS the function knows whether it has credentials; there its answer counts.
    look_up = not no_lookup and (bool(stack) or last_lake().is_demo or looks_up(read_settings()))
    # Asking takes a second, starting the pipeline several.
    with open_for_questions(stack, last_lake) as asked:
        for path, chart in list(charts.items()):
            if is_loaded(asked, chart, look_up):
                out.print(f"{chart.chart} of {chart.chart_date} is in the {asked.place} already: nothing to do")
                del charts[path]
    if not charts:
        return
    with open_target(stack) as target:
        out.print(target.stack.place)
        with out.status("copy") as status:
            failed = add(target, charts, look_up, status.update)
            executions = target.wait(status.update)
        for line in earlier(target.stack, {path.name for path in charts}):
            out.print(line)
        added = [chart for path, chart in charts.items() if path.name not in failed]
        for chart in added:
            # A check that failed, such as that of another chart's age, has not kept the rows away.
            found = loaded(target.stack, chart)
            gaps = f", {count(found.empty, 'position')} empty" if found.empty else ""
            alone = ", from the CSV alone" if found.alone else ""
            out.print(f"{chart.chart} of {chart.chart_date}: {count(found.rows, 'row')}{gaps}{alone}")
            if not found.rows:
                day = chart.chart_date
                failed[chart.chart] = f"it has landed and is not loaded: top50 reprocess --from {day} --to {day}"
        stop_on_failure(executions)
        if added and not stack:
            out.print(f'\nAsk: {command()} sql "{QUESTION}"')
    if failed:
        raise FailedError("\n".join(f"{name}: {why}" for name, why in failed.items()))
