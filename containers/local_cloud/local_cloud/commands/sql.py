"""``make sql Q="select ..."`` or ``FILE=...``: a question in Athena's SQL to the lake of the local cloud used last."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from local_cloud import states
from local_cloud.lake import asked_lake
from local_cloud.queries import QueryError, ask, write_csv, write_table

NOTHING_ASKED = (
    'ask something: make sql Q="select * from chart_load", or make sql FILE=deploy/queries/longest_at_number_one.sql'
)


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
            answer = ask(stack, sql)
    except QueryError as error:
        raise SystemExit(str(error)) from None
    try:
        (write_csv if args.csv else write_table)(answer, sys.stdout)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads has seen enough, as `head` has. Python, as it ends, must not try once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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
