"""What Athena would read, and so bill, for the views and the questions on a generated lake."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chart_check.views import lake_views
from local_cloud.aws.athena import Athena
from top50.athena import TABLES, ask, run
from top50.stack import Stack

QUESTIONS = Path(__file__).parents[2] / "deploy" / "queries"
LEAST_BYTES = 10_000_000
DOLLARS_PER_BYTE = 5 / 1e12
DOLLARS_PER_GET = 0.4 / 1e6
# Of these, one date is less than all of it.
BY_DATE = ("chart_movement", "artist_presence", "chart_overlap")


@dataclass(frozen=True)
class Cost:
    """What one statement has read: opened files (a file as often as it was opened) and their bytes."""

    name: str
    files: tuple[str, ...]
    size: int

    @property
    def dollars(self) -> float:
        """What Athena bills for it; and S3, for the reading."""
        return max(self.size, LEAST_BYTES) * DOLLARS_PER_BYTE + len(self.files) * DOLLARS_PER_GET


def make_views(stack: Stack) -> None:
    """As the check function does."""
    for view in lake_views():
        ask(stack, view.sql)


def tables_of_a_date(stack: Stack, athena: Athena, day: str) -> Iterator[Cost]:
    """Each table, asked for one date."""
    for table in TABLES:
        sql = f"SELECT * FROM {table} WHERE chart_date = '{day}'"
        yield measured(stack, athena, table, sql)


def views(stack: Stack, athena: Athena, day: str) -> Iterator[Cost]:
    """Each view, all columns of it; and where that is less, one date of it."""
    for view in lake_views():
        counts = ", ".join(f"count({name})" for name in _columns(stack, view.name))
        yield measured(stack, athena, view.name, f"SELECT {counts} FROM {view.name}")
        if view.name in BY_DATE:
            of_date = f"SELECT {counts} FROM {view.name} WHERE chart_date = '{day}'"
            yield measured(stack, athena, f"{view.name}, one date", of_date)


def questions(stack: Stack, athena: Athena) -> Iterator[Cost]:
    """Each question of deploy/queries."""
    for file in sorted(QUESTIONS.glob("*.sql")):
        yield measured(stack, athena, file.stem, file.read_text())


def measured(stack: Stack, athena: Athena, name: str, sql: str) -> Cost:
    """What a statement reads; QueryError when Athena ends it, as it does at the workgroup's limit."""
    query = run(stack, sql)
    return Cost(name, tuple(file.key for file in athena.files_read(query.id)), query.bytes_scanned)


def _columns(stack: Stack, view: str) -> list[str]:
    table = stack.client("glue").get_table(DatabaseName=stack.outputs["Database"], Name=view)["Table"]
    return [column["Name"] for column in table["StorageDescriptor"]["Columns"]]
