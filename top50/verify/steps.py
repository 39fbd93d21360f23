"""The steps of a verification, in order. Each returns what it saw, or raises what AWS said."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from top50.dead_letters import move
from top50.errors import FailedError, Top50Error
from top50.pipeline import Tell, messages
from top50.runs import read_run
from top50.show import count
from top50.verify import chart
from top50.verify.alarms import watch_what_is_sent
from top50.verify.journey import Journey


@dataclass(frozen=True)
class Outcome:
    """How a step ended: ``ok``, ``failed`` or ``skipped``."""

    name: str
    state: str
    seconds: float
    told: str
    to_do: str = ""


def _doctor(journey: Journey) -> str:
    found = journey.stack.invoke("ExtractFunction", {"doctor": True})["findings"]
    if failed := [it for it in found if it["state"] == "fail"]:
        raise FailedError("; ".join(f"{it['check']}: {it['came_back']}. {it['to_do']}" for it in failed))
    return "an extraction would succeed"


def _land(journey: Journey) -> str:
    journey.land(chart.key(journey.day), chart.body(journey.day))
    return chart.key(journey.day)


def _trigger(journey: Journey) -> str:
    try:
        return f"S3 sent an event, and the trigger started {journey.until_started().name}"
    except FailedError as error:
        told = "an event is in the queue" if messages(journey.stack, "LandedQueue") else "no event is in the queue"
        raise FailedError(f"{error}; {told}") from None


def _job(journey: Journey) -> str:
    journey.taken = journey.until_taken(lambda summary: journey.day in summary["dates_rewritten"])
    return "the job loaded the chart"


def _crawl(journey: Journey) -> str:
    ours = journey.taken
    journey.until(lambda: "Check" in journey.states(ours) or journey.cause(ours))
    if "Check" not in journey.states(ours):
        raise FailedError(journey.cause(ours))
    return "the crawler succeeded"


def _check(journey: Journey) -> str:
    """Only failures about our chart fail the step: a new stack, for instance, has no fresh charts."""
    cause = journey.ended(journey.taken)
    if (checks := read_run(journey.stack, journey.taken.name).checks) is None:
        raise FailedError(cause or "the check function has left no result")
    failed = [it for it in checks["checks"] if not it["passed"]]
    if ours := [it for it in failed if "error" in it or any(_is_ours(row, journey.day) for row in it["sample"])]:
        raise FailedError("; ".join(f"{it['name']}: {it.get('error') or it['sample']} {it['rule']}" for it in ours))
    journey.all_passed = not failed
    others = ", ".join(f"{it['name']} ({count(it['rows'], 'row')})" for it in failed)
    return f"{checks['passed']} passed" + (f"; failed, but not on our rows: {others}" if others else "")


def _is_ours(row: dict[str, Any], day: str) -> bool:
    return row.get("chart") == chart.CHART or any(day in str(row.get(it)) for it in ("chart_date", "chart_dates"))


def _athena(journey: Journey) -> str:
    """Query tables, views and saved queries; a saved query about one chart is asked about ours."""
    of_ours = f"WHERE chart_date = '{journey.day}'"
    for table, rows in chart.ROWS.items():
        journey.expect(table, f"SELECT count(*) FROM {table} {of_ours}", [[str(rows)]])  # noqa: S608
    latest = f"SELECT position, song, artists FROM chart_latest {of_ours} AND chart = '{chart.CHART}' ORDER BY 1"  # noqa: S608
    journey.expect("chart_latest", latest, chart.ENTRIES)
    athena, glue = journey.stack.client("athena"), journey.stack.client("glue")
    found = glue.get_paginator("get_tables").paginate(DatabaseName=journey.stack.output("Database"))
    views = [it["Name"] for page in found for it in page["TableList"] if it.get("TableType") == "VIRTUAL_VIEW"]
    for view in views:
        journey.ask(view, f"SELECT count(*) FROM {view}")  # noqa: S608
    found = athena.get_paginator("list_named_queries").paginate(WorkGroup=journey.stack.output("Workgroup"))
    answers = {}
    for query_id in (it for page in found for it in page["NamedQueryIds"]):
        saved = athena.get_named_query(NamedQueryId=query_id)["NamedQuery"]
        sql = saved["QueryString"].replace("'global' AS chart", f"'{chart.CHART}' AS chart")
        answers[saved["Name"]] = journey.ask(saved["Name"], sql)
    if not any(chart.ENTRIES[0][1] in row for row in answers.get("longest_at_number_one", [])):
        raise FailedError("the saved query longest_at_number_one does not find our song")
    return f"our rows are in {len(chart.ROWS)} tables, {len(views)} views and {len(answers)} saved queries answer"


def _redrive(journey: Journey) -> str:
    stack, queue = journey.stack, "LandedDeadLetterQueue"
    if waiting := messages(stack, queue):
        raise FailedError(f"{count(waiting, 'dead letter')} of others would be moved, too")
    journey.mark()
    letter = {"Records": [{"s3": {"object": {"key": chart.key(journey.day)}}}]}
    stack.client("sqs").send_message(QueueUrl=stack.output(queue), MessageBody=json.dumps(letter))
    journey.until(lambda: move(stack, queue), "SQS has moved no message")
    started = journey.until_started()
    if problem := journey.ended(started):
        raise FailedError(problem)
    return "a dead letter went back, and the trigger started an execution for it, which succeeded"


def _csv(journey: Journey) -> str:
    journey.land(f"raw/chart_csv/to_processed/{chart.CSV}", chart.BROKEN)
    reason = f"raw/quarantine/chart_csv/{chart.CSV}.reason.json"
    journey.until(lambda: list(journey.stack.objects(reason)), f"extract has not written {reason}")
    return "extract put a broken CSV into quarantine"


def _failure(journey: Journey) -> str:
    journey.land(chart.key(journey.day, "broken.json"), chart.BROKEN)
    taken = journey.until_taken(lambda summary: summary["files_quarantined"] > 0)
    cause = journey.ended(taken)
    quarantined = journey.stack.objects(f"raw/quarantine/chart_date={journey.day}/")
    if not any(chart.OURS.match(it["Key"]) for it in quarantined):
        raise FailedError("the broken file is not in quarantine")
    if journey.states(taken)[-3:] != ["NotifyFailure", "ok", "Failed"]:
        raise FailedError(f"the failure topic got no message: {cause or 'the execution succeeded'}")
    return "a broken file is in quarantine, and the failure topic got a message"


# Name; what it does; the steps without which it is skipped; what to do when it fails.
STEPS: tuple[tuple[str, Callable[[Journey], str], tuple[str, ...], str], ...] = (
    ("doctor", _doctor, (), "do what it says; the next steps do not need Spotify"),
    ("land", _land, (), "you need s3:PutObject on raw/ of the data bucket (docs/iam.md)"),
    ("trigger", _trigger, ("land",), "for an event, see the trigger's log: top50 logs; for none: top50 deploy"),
    ("job", _job, ("trigger",), "see the job's log: top50 logs --spark"),
    ("crawl", _crawl, ("job",), "see the crawler's log: top50 logs; on Lake Formation, see docs/deploy.md"),
    ("check", _check, ("job", "crawl"), "do what the check says; its log: top50 logs"),
    ("athena", _athena, ("check",), "for rights, see docs/iam.md; views: top50 check; saved queries: top50 deploy"),
    ("redrive", _redrive, ("trigger",), "return what waits there: top50 redrive; the trigger's log: top50 logs"),
    ("csv", _csv, ("land",), "see what extract says: top50 logs"),
    ("failure", _failure, ("job",), "see the execution: top50 status, top50 logs"),
    ("alarms", watch_what_is_sent, ("csv",), "the alarms are in the template: top50 deploy"),
)


def take(journey: Journey, tell: Tell) -> Iterator[Outcome]:
    """Run the steps; a step is skipped when one that it needs has failed."""
    bad = set[str]()
    for name, do, needs, to_do in STEPS:
        if name == "crawl" and journey.stack.output("CatalogMode") == "projection":
            continue
        tell(name)
        if missed := [it for it in needs if it in bad]:
            outcome = Outcome(name, "skipped", 0, f"it needs {missed[0]}")
        else:
            outcome = timed(name, partial(do, journey), to_do)
        if outcome.state != "ok":
            bad.add(name)
        yield outcome


def timed(name: str, do: Callable[[], str], to_do: str) -> Outcome:
    """Run a step and say how it ended."""
    began = time.monotonic()
    try:
        return Outcome(name, "ok", told=do(), seconds=time.monotonic() - began)
    except (Top50Error, ClientError, BotoCoreError) as error:
        return Outcome(name, "failed", time.monotonic() - began, str(error), to_do)
