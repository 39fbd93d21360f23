"""A run on a folder that fails at any of its operations, and the run after it: nothing is lost or left over."""

import itertools
from pathlib import Path

import pytest
from glue_jobs.faults import OPERATIONS, Fault, StorageError, run_with
from glue_jobs.lakes import TABLES
from glue_jobs.raw_files import DAY
from glue_jobs.scenes import LEGACY_DAY, NEXT_DAY, copy_of

import transform

pytestmark = pytest.mark.spark


def test_the_scene_makes_a_run_do_all_it_can(scene, undisturbed):
    after, asked = undisturbed
    lake = {name for name in after if name.startswith("lake/")}
    quarantined = [name for name in after if name.startswith("raw/quarantine/")]

    assert set(asked) == set(OPERATIONS)
    days = [DAY, NEXT_DAY, LEGACY_DAY]
    assert lake == {f"lake/{table}/chart_date={day}/part-0.parquet" for table in TABLES for day in days}
    assert lake & set(scene.contents()) == {name for name in lake if DAY in name}
    assert len(quarantined) == 6
    assert len([name for name in after if name.startswith("raw/processed/")]) == 8
    assert len(after) == len(lake) + 6 + 8


MORE = [
    ("read", "first", "refused"),
    ("move", "last", "died"),
    ("list", "first", "refused"),
    ("list", "last", "died"),
    ("delete", "last", "refused"),
    ("replace", "first", "died"),
    ("move", "first", "refused"),
    ("write", "first", "died"),
    ("write", "last", "refused"),
]


@pytest.mark.parametrize(
    ("kind", "which", "how"),
    [("replace", "last", "refused"), *(pytest.param(*fault, marks=pytest.mark.full) for fault in MORE)],
)
def test_a_run_that_failed_at_an_operation_is_mended_by_the_next(
    scene, undisturbed, tmp_path, monkeypatch, kind, which, how
):
    after, asked = undisturbed
    lake = copy_of(scene, tmp_path / "lake")
    fault = Fault(kind, 1 if which == "first" else asked[kind], died=how == "died")

    error = run_with(lake, fault, monkeypatch)
    lake.run()

    assert isinstance(error, StorageError)
    assert lake.contents() == after


@pytest.mark.soak
@pytest.mark.parametrize("how", ["refused", "died"])
@pytest.mark.parametrize("kind", OPERATIONS)
def test_a_run_that_failed_at_any_operation_is_mended_by_the_next(scene, undisturbed, tmp_path, monkeypatch, kind, how):
    after, asked = undisturbed
    for number in itertools.count(1):
        lake = copy_of(scene, tmp_path / str(number))
        fault = Fault(kind, number, died=how == "died")
        error = run_with(lake, fault, monkeypatch)
        if not fault.struck:
            break
        lake.run()

        assert isinstance(error, StorageError), number
        assert lake.contents() == after, number
    assert number > asked[kind] > 0


class StagingDenied(Fault):
    """Spark finds a file where it wants to make the folder of a table."""

    def __init__(self, blocked) -> None:
        super().__init__()
        self.blocked = blocked

    def meet(self, kind, operation, *arguments):
        result = super().meet(kind, operation, *arguments)
        if kind == "delete" and self.asked[kind] == 1:
            self.blocked.parent.mkdir(parents=True)
            self.blocked.write_text("in the way")
        return result


@pytest.mark.full
@pytest.mark.parametrize("table", TABLES)
def test_a_table_that_spark_could_not_write_leaves_the_lake_as_it_was(scene, undisturbed, tmp_path, monkeypatch, table):
    after, _asked = undisturbed
    lake = copy_of(scene, tmp_path / "lake")
    blocked = lake.root / "staging/blocked" / table

    error = run_with(lake, StagingDenied(blocked), monkeypatch, run_id="blocked")
    stayed = lake.contents("raw", "lake")
    lake.run()

    assert table in str(error)
    assert stayed == scene.contents("raw", "lake")
    assert lake.contents() == after


@pytest.mark.full
def test_a_raw_file_that_an_executor_could_not_read_is_loaded_by_the_next_run(
    scene, undisturbed, tmp_path, monkeypatch
):
    after, _asked = undisturbed
    lake = copy_of(scene, tmp_path / "lake")

    def unreadable(_raw, file):
        raise OSError(5, "Input/output error", file.key)

    with monkeypatch.context() as patch:
        patch.setattr(transform, "read_listed", unreadable)
        with pytest.raises(Exception, match="Input/output error"):
            lake.run()
    lake.run()

    assert lake.contents() == after


def test_a_file_that_a_killed_run_has_half_written_is_not_left_over(tmp_path, monkeypatch):
    store = transform.LocalStore(tmp_path)

    def die(*_arguments):
        raise StorageError

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", die)
        with pytest.raises(StorageError):
            store.write("quarantine/bad.json.reason.json", b"{")
    listed = store.list("")
    store.write("quarantine/bad.json.reason.json", b"{}")

    assert listed == []
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["bad.json.reason.json"]
