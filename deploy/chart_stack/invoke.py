"""``make invoke``: extract charts now, as the schedule does every day."""

import json
from datetime import UTC, datetime
from typing import Any

from botocore.config import Config
from rich.console import Console

from chart_stack.errors import CommandError, FailedError
from chart_stack.stack import Stack

# The function ends at its timeout of five minutes; a second invocation would not help it.
PATIENT = Config(read_timeout=330, retries={"total_max_attempts": 1})


def invoke(stack: Stack, console: Console, event: str) -> None:
    """Invoke extract and print what it landed; FailedError with the wall that it hit.

    ``event`` is JSON such as ``{"charts": ["global"]}``; without one, all configured charts, observed now.
    """
    answer = stack.client("lambda", config=PATIENT).invoke(
        FunctionName=stack.output("ExtractFunction"), Payload=json.dumps(_event(event)).encode()
    )
    payload = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise FailedError(f"{payload.get('errorType', 'Error')}: {payload.get('errorMessage', payload)}")
    _show(console, payload)


def _event(text: str) -> Any:
    if not text.strip():
        return {"time": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"}
    try:
        return json.loads(text)
    except ValueError as error:
        raise CommandError(f'EVENT is not JSON ({error}): write EVENT=\'{{"charts": ["global"]}}\'') from None


def _show(console: Console, result: dict[str, Any]) -> None:
    if "landed" not in result:
        # The answer to an event of another kind, such as {"doctor": true}.
        console.print(json.dumps(result, indent=2, ensure_ascii=False))
        return
    for chart in result["landed"]:
        same = ", the same as the one before" if chart["chart"] in result.get("unchanged", []) else ""
        console.print(f"landed   {chart['chart']:10} {chart['key']}  {chart['entries']} entries{same}")
    for chart in result["skipped"]:
        console.print(f"skipped  {chart['chart']:10} {chart['key']}  has landed before")
    if result["landed"]:
        console.print("The pipeline starts when the batch's window is over: make status")
