"""``make check``: every SQL file that is shipped is one statement of Trino's grammar, which is Athena's."""

import re
import sys
from pathlib import Path

import trino_sql_validator

ROOT = Path(__file__).parents[2]
# The local Athena has macros of its own; they are DuckDB's.
FOR_ATHENA = ("containers/check", "containers/report", "deploy", "top50")
# ``:name`` stands for a value, ``::`` does not.
PARAMETER = re.compile(r"(?<!:):[a-z_]+")


def problem(path: Path) -> str | None:
    """What is wrong with a file; None when Trino reads it as one statement."""
    result = trino_sql_validator.validate(PARAMETER.sub("'value'", path.read_text(encoding="utf-8")))
    if not result.valid:
        return str(result.error)
    return None if result.statement_count == 1 else f"{result.statement_count} statements, one is wanted"


def main() -> None:
    """Print each file with a problem; exit with how many there are."""
    files = sorted(path for folder in FOR_ATHENA for path in (ROOT / folder).rglob("*.sql"))
    found = {path: told for path in files if (told := problem(path))}
    for path, told in found.items():
        sys.stderr.write(f"{path.relative_to(ROOT)}: {told}\n")
    sys.stdout.write(f"{len(files)} SQL files, {len(found)} that Trino does not read\n")
    if found or not files:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
