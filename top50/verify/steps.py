"""The steps of a verification, in order; each says what it saw, or raises with what AWS said."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError

from top50.athena import TABLES
from top50.dead_letters import move
from top50.errors import FailedError, QueryError, Top50Error
from top50.pipeline import messages
from top50.runs import read_run
from top50.show import count
from top50.verify import chart
from top50.verify.alarms import alarms
from top50.verify.journey import Journey

DEAD_LETTERS = "LandedDeadLetterQueue"


@dataclass(frozen=True)
class Step:
    """One step; it is skipped unless those it ``needs`` are ok. ``to_do`` helps where it fails."""

    name: str
    do: Callable[[Journey], str]
    needs: tuple[str, ...]
    to_do: str


@dataclass(frozen=True)
class Outcome:
    """How a step ended: ``ok``, ``failed`` or ``skipped``."""

    name: str
    state: str
    seconds: float
    told: str
    to_do: str = ""


def doctor(journey: Journey) -> str:
    """Whether Spotify would answer."""
    found = journey.stack.invoke("ExtractFunction", {"doctor": True})["findings"]
    if failed := [it for it in found if it["state"] == "fail"]:
        raise FailedError("; ".join(f"{it['check']}: {it['came_back']}. {it['to_do']}" for it in failed))
    return f"{count(found, 'finding')}, an extraction would succeed"


def land(journey: Journey) -> str:
    """Our chart lands."""
    key = chart.key(journey.day)
    journey.put(key, chart.body(journey.day))
    return key


def event(journey: Journey) -> str:
    """S3 tells the queue."""
    problem = "no event of the landed file has reached the queue"
    journey.until(lambda: messages(journey.stack, "LandedQueue") or journey.started(), problem)
    return "S3 has sent an event to the queue"


def execution(journey: Journey) -> str:
    """The trigger starts the pipeline."""
    problem = "the trigger has not started an execution"
    return f"the trigger has started {journey.until(journey.started, problem)[0].name}"


def job(journey: Journey) -> str:
    """The job loads the chart."""
    journey.execution = journey.until_taken(lambda summary: journey.day in summary["dates_rewritten"])
    summary = read_run(journey.stack, journey.execution.name).summary or {}
    return f"{count(summary['files_read'], 'file')} read, {summary['rows']['chart_entry']} entries written"


def crawl(journey: Journey) -> str:
    """The crawler finds the date."""

    def over() -> bool:
        return "Check" in journey.states(journey.execution) or not journey.runs(journey.execution)

    journey.until(over, "")
    if "Check" not in journey.states(journey.execution):
        raise FailedError(journey.cause(journey.execution))
    return "the crawler has ended well"


def check(journey: Journey) -> str:
    """The check function judges the lake. What it says of other charts is named, and not ours to fail on."""
    ended = journey.until_ended(journey.execution)
    checks = read_run(journey.stack, ended.name).checks
    if checks is None:
        raise FailedError(journey.cause(ended) or "the check function has left no result")
    failed = [it for it in checks["checks"] if not it["passed"]]
    ours = [it for it in failed if "error" in it or any(_is_ours(row, journey.day) for row in it["sample"])]
    if ours:
        raise FailedError("; ".join(f"{it['name']}: {it.get('error') or it['sample']} {it['rule']}" for it in ours))
    journey.all_passed = not failed
    others = ", ".join(f"{it['name']} ({count(it['rows'], 'row')})" for it in failed)
    return f"{checks['passed']} passed" + (f"; failed, but not on our rows: {others}" if others else "")


def _is_ours(row: dict[str, str], day: str) -> bool:
    told = [row.get(name) or "" for name in ("chart_date", "chart_dates", "source_key")]
    return row.get("chart") == chart.CHART or any(day in it for it in told)


def tables(journey: Journey) -> str:
    """Athena counts our rows."""
    counts = " UNION ALL ".join(
        f"SELECT '{table}' AS name, count(*) AS n FROM {table} WHERE chart_date = '{journey.day}'"  # noqa: S608
        for table in TABLES
    )
    found = {str(name): int(rows or 0) for name, rows in journey.ask(counts)}
    _compare(found, chart.ROWS)
    return f"{sum(found.values())} rows in {count(found, 'table')}"


def views(journey: Journey) -> str:
    """Every view answers, and our songs are in one."""
    rows = journey.ask(
        "SELECT CAST(position AS varchar) AS position, song, artists FROM chart_latest "  # noqa: S608
        f"WHERE chart = '{chart.CHART}' AND chart_date = '{journey.day}' ORDER BY 1"
    )
    _compare(rows, chart.ENTRIES)
    glue, database = journey.stack.client("glue"), journey.stack.output("Database")
    pages = glue.get_paginator("get_tables").paginate(DatabaseName=database)
    names = [it["Name"] for page in pages for it in page["TableList"] if it.get("TableType") == "VIRTUAL_VIEW"]
    for name in names:
        _named(name, journey, f"SELECT count(*) AS n FROM {name}")  # noqa: S608
    return f"{count(names, 'view')}; chart_latest has our songs"


def questions(journey: Journey) -> str:
    """Every saved query answers; those about one chart are asked about ours."""
    athena, workgroup = journey.stack.client("athena"), journey.stack.output("Workgroup")
    pages = athena.get_paginator("list_named_queries").paginate(WorkGroup=workgroup)
    saved = [athena.get_named_query(NamedQueryId=id_)["NamedQuery"] for it in pages for id_ in it["NamedQueryIds"]]
    with_ours = []
    for it in saved:
        sql = it["QueryString"].replace("'global' AS chart", f"'{chart.CHART}' AS chart")
        if any(chart.ENTRIES[0][1] in row for row in _named(it["Name"], journey, sql)):
            with_ours.append(it["Name"])
    if "longest_at_number_one" not in with_ours:
        raise FailedError("longest_at_number_one does not have our song")
    return f"{count(saved, 'saved query').replace('querys', 'queries')}; {len(with_ours)} have our song"


def _named(name: str, journey: Journey, sql: str) -> list[list[str | None]]:
    try:
        return journey.ask(sql)
    except QueryError as error:
        raise FailedError(f"{name}: {error}") from None


def _compare(found: object, expected: object) -> None:
    if found != expected:
        raise FailedError(f"Athena has {found}, and not {expected}")


def redrive(journey: Journey) -> str:
    """A dead letter goes back to its queue, and the trigger takes it."""
    stack = journey.stack
    if waiting := messages(stack, DEAD_LETTERS):
        raise FailedError(f"{count(waiting, 'dead letter')} of others wait there, and would be moved too")
    journey.mark()
    told = {"Records": [{"s3": {"object": {"key": chart.key(journey.day)}}}]}
    stack.client("sqs").send_message(QueueUrl=stack.output(DEAD_LETTERS), MessageBody=json.dumps(told))
    journey.until(lambda: move(stack, DEAD_LETTERS), "SQS has moved no message")
    started = journey.until(journey.started, "the trigger has not started an execution for it")[0]
    journey.until_ended(started)
    if problem := journey.cause(started):
        raise FailedError(problem)
    crawled = {"StartCrawler", "Check"} & set(journey.states(started))
    return f"{started.name} has ended" + ("" if crawled else " after the job, which found nothing new")


def csv(journey: Journey) -> str:
    """A dropped CSV that is none goes to quarantine."""
    journey.put(chart.CSV_KEY, chart.BROKEN)
    reason = f"raw/quarantine/chart_csv/{chart.CSV_KEY.rpartition('/')[2]}.reason.json"
    problem = f"extract has not put it into quarantine: there is no {reason}"
    journey.until(lambda: list(journey.stack.objects(reason)), problem)
    return "extract has put the broken CSV into quarantine"


def failure(journey: Journey) -> str:
    """A broken file goes to quarantine, and the failure topic is told."""
    journey.put(chart.key(journey.day, "broken.json"), chart.BROKEN)
    execution = journey.until_ended(journey.until_taken(lambda summary: summary["files_quarantined"] > 0))
    quarantine = f"raw/quarantine/chart_date={journey.day}/"
    if not any(chart.OURS.match(it["Key"]) for it in journey.stack.objects(quarantine)):
        raise FailedError(f"there is none of our files in {quarantine}")
    if execution.status == "SUCCEEDED":
        raise FailedError(f"execution {execution.name} has succeeded, though a file is in quarantine")
    if journey.states(execution)[-3:] != ["NotifyFailure", "ok", "Failed"]:
        raise FailedError(f"the failure topic has not been told: {journey.cause(execution)}")
    return "the broken file is in quarantine, and the failure topic has been told"


STEPS = (
    Step("doctor", doctor, (), "do what it says; the next steps do not need Spotify"),
    Step("land", land, (), "you need the right s3:PutObject on raw/ of the data bucket (docs/iam.md)"),
    Step("event", event, ("land",), "notification and queue policy are not the template's: top50 deploy"),
    Step("execution", execution, ("event",), "see what the trigger says: top50 logs"),
    Step("job", job, ("execution",), "see the job's log: top50 logs --spark"),
    Step("crawl", crawl, ("job",), "see the crawler's log: top50 logs; for Lake Formation, see docs/deploy.md"),
    Step("check", check, ("job", "crawl"), "do what the check says, or see its log: top50 logs"),
    Step("tables", tables, ("job", "crawl"), "you need what docs/iam.md lists; try it: top50 sql --stack NAME"),
    Step("views", views, ("tables", "check"), "the check function makes the views: top50 check --stack NAME"),
    Step("questions", questions, ("views",), "the template's saved queries are deploy/queries: top50 deploy"),
    Step("redrive", redrive, ("execution",), "return what waits: top50 redrive; see the trigger's log: top50 logs"),
    Step("csv", csv, ("land",), "see what extract says: top50 logs"),
    Step("failure", failure, ("job",), "see what the state machine says: top50 status, top50 logs"),
    Step("alarms", alarms, ("csv",), "the alarms are the template's: top50 deploy"),
)


def take(journey: Journey, tell: Callable[[str], object]) -> Iterator[Outcome]:
    """Take the steps, one after the other; one that fails does not stop those that do not need it."""
    crawled = journey.stack.output("CatalogMode") == "crawler"
    bad: set[str] = set()
    for step in STEPS:
        if step.name == "crawl" and not crawled:
            continue
        tell(step.name)
        if missed := [it for it in step.needs if it in bad]:
            outcome = Outcome(step.name, "skipped", 0, f"it needs {missed[0]}")
        else:
            outcome = timed(step.name, partial(step.do, journey), step.to_do)
        bad |= {step.name} if outcome.state != "ok" else set()
        yield outcome


def timed(name: str, do: Callable[[], str], to_do: str) -> Outcome:
    """Do something and say how it ended."""
    began = time.monotonic()
    try:
        told, state = do(), "ok"
    except (Top50Error, ClientError, BotoCoreError) as error:
        told, state = str(error), "failed"
    return Outcome(name, state, time.monotonic() - began, told, to_do if state == "failed" else "")
