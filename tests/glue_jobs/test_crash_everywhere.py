"""A run on a folder that fails at any of its operations, and the run after it: nothing is lost or left over."""

import itertools
from pathlib import Path

import pytest
from glue_jobs.faults import OPERATIONS, Fault, StorageError, run_with
from glue_jobs.lakes import TABLES
from glue_jobs.raw_files import DAY
from glue_jobs.scenes import LEGACY_DAY, NEXT_DAY, copy_of

from chart_transform.stores.local import LocalStore


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


def test_a_file_that_a_killed_run_has_half_written_is_not_left_over(tmp_path, monkeypatch):
    store = LocalStore(tmp_path)

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
