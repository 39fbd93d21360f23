"""``make sql Q="select ..."`` or ``FILE=...``: a question in Athena's SQL to the lake of the local cloud used last."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from local_cloud import states
from local_cloud.lake import asked_lake
from local_cloud.queries import QueryError, Stack, results, run, write_csv, write_table

NOTHING_ASKED = (
    'ask something: make sql Q="select * from chart_load", or make sql FILE=deploy/queries/longest_at_number_one.sql'
)

NOTHING_KEPT = (
    "nothing of this is kept: make sql asks a copy of the lake. To change it, keep `make cloud` running and send this "
    "to its Athena"
)
# What Athena calls statements that make or remove something.
CHANGES = ("CREATE", "DROP", "UNLOAD")


def main(argv: Sequence[str]) -> None:
    """Ask and print; exit with Athena's reason when it refuses."""
    parser = argparse.ArgumentParser(prog="make sql", allow_abbrev=False)
    parser.add_argument("sql", nargs="?", default="")
    parser.add_argument("--file", type=Path, help="holds the question")
    parser.add_argument("--csv", action="store_true", help="print CSV and nothing else")
    args = parser.parse_args(argv)
    sql = _read(args.file) if args.file else args.sql
    if not sql.strip():
        raise SystemExit(NOTHING_ASKED)
    state, parameters = states.last_used()
    try:
        with asked_lake(state, parameters) as stack:
            query_id = run(stack, sql)
            answer, would_change = results(stack, query_id), _would_change(stack, query_id)
    except QueryError as error:
        raise SystemExit(str(error)) from None
    try:
        (write_csv if args.csv else write_table)(answer, sys.stdout)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads has seen enough, as `head` has. Python, as it ends, must not try once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if would_change:
        raise SystemExit(NOTHING_KEPT)


def _would_change(stack: Stack, query_id: str) -> bool:
    found = stack.client("athena").get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
    return str(found["SubstatementType"]).startswith(CHANGES)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise SystemExit(f"{file} cannot be read ({error.strerror}): name a file with one question in SQL") from None
    except UnicodeDecodeError as error:
        raise SystemExit(
            f"{file} is not UTF-8 text (byte {error.start}): name a file with one question in SQL"
        ) from None


if __name__ == "__main__":
    main(sys.argv[1:])
