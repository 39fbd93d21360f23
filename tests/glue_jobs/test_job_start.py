"""What a run needs before it starts: arguments that make sense, places that exist, nobody else at work."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import chart_transform
import transform
from chart_transform.errors import TransformError
from chart_transform.stores.local import LocalStore
from chart_transform.stores.places import single_writer

SCRIPT = Path(transform.__file__)


ROOT = Path(__file__).parents[2]


def test_the_package_under_test_is_that_of_the_sources_or_the_one_that_make_test_wheels_has_installed():
    expected = ROOT / os.environ.get("JOB_PACKAGE", "glue_jobs")

    assert Path(chart_transform.__file__) == expected / "chart_transform" / "__init__.py"


def test_a_package_that_is_missing_is_named_with_the_command_that_installs_it():
    without = f"import runpy, sys; sys.modules['msgspec'] = None; runpy.run_path({str(SCRIPT)!r}, run_name='__main__')"

    run = subprocess.run([sys.executable, "-c", without], capture_output=True, text=True, check=False)

    assert run.returncode == 1
    assert "the job needs the Python package msgspec, on Spark's driver and on its workers" in run.stderr
    assert "pip install msgspec" in run.stderr


def arguments(root, **more):
    options = {"raw_path": root / "raw", "lake_path": root / "lake"} | more
    return [part for name, value in options.items() for part in (f"--{name}", str(value))]


@pytest.fixture
def root(tmp_path):
    (tmp_path / "raw").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("bad", "complaint"),
    [
        ({"run_id": ".."}, "--run_id ..: use letters"),
        ({"run_id": "a/b"}, "--run_id a/b: use letters"),
        ({"default_chart": "top 50"}, "--default_chart top 50: use letters"),
        ({"reprocess_from": "2026-11-22"}, "--reprocess_from and --reprocess_to go together"),
        ({"reprocess_from": "2026-11-22", "reprocess_to": "tomorrow"}, "tomorrow is not a date like 2026-11-22"),
        ({"reprocess_from": "2026-13-01", "reprocess_to": "2026-11-22"}, "2026-13-01 is not a date"),
        ({"allow_drop": "global"}, "--allow_drop global:: expected DATE:CHART"),
        ({"allow_drop": "2026-11-22:"}, "expected DATE:CHART"),
        ({"allow_drop": "2026-11-22:global,"}, "expected DATE:CHART"),
    ],
)
def test_an_argument_that_makes_no_sense_ends_the_run_before_it_starts(root, capsys, bad, complaint):
    with pytest.raises(SystemExit) as ended:
        transform.main(arguments(root, **bad))

    assert ended.value.code == 2
    assert complaint in capsys.readouterr().err
    assert [path.name for path in root.iterdir()] == ["raw"]


def test_what_failed_on_a_worker_is_told_without_the_stack_of_java():
    python = "Traceback (most recent call last):\n  File x\nTransformError: s3://b/raw: AccessDenied"
    java = f"SparkException: Job aborted: PythonException: {python}\n\n\tat org.apache.spark.X(X.scala:1)\n\t... 1 more"

    assert transform.error_of_worker(java) == python
    assert transform.error_of_worker("SparkException: no executors") == "SparkException: no executors"


def test_paths_are_required(capsys):
    with pytest.raises(SystemExit):
        transform.main(["--raw_path", "raw"])

    assert "--lake_path" in capsys.readouterr().err


def test_arguments_that_glue_adds_are_left_alone():
    own = ["--raw_path", "s3://b/raw", "--lake_path", "s3://b/lake", "--run_id", "jr_1"]
    glue = ["--JOB_NAME", "x", "--job-bookmark-option", "job-bookmark-disable", "--enable-metrics", "true"]
    alike = ["--raw", "y"]

    args = transform.parse_args([*glue, *alike, *own, "--TempDir", "s3://b/tmp/"])

    assert (args.raw_path, args.lake_path, args.run_id) == ("s3://b/raw", "s3://b/lake", "jr_1")


def test_allowed_drops_come_in_a_list_or_one_by_one():
    args = transform.parse_args(
        [*arguments(Path(), allow_drop="2026-11-22:us,2026-11-22:fr"), "--allow_drop", "2026-11-23:de"]
    )

    assert args.allow_drop == {("2026-11-22", "us"), ("2026-11-22", "fr"), ("2026-11-23", "de")}


def test_a_run_with_nothing_landed_says_so_and_needs_no_spark(root, capsys):
    transform.main(arguments(root, run_id="r1"))

    line = capsys.readouterr().out.splitlines()[-1]
    summary = json.loads(line)
    assert (root / "runs/r1.json").read_text() == line
    assert (summary["run_id"], summary["files_read"], summary["dates_rewritten"]) == ("r1", 0, [])
    assert "start_spark" not in summary["seconds"]


def test_a_second_run_at_the_same_time_is_refused(root):
    with single_writer(LocalStore(root)):
        run = subprocess.run([sys.executable, SCRIPT, *arguments(root)], capture_output=True, text=True, check=False)

    assert run.returncode != 0
    assert f"another run is writing the lake in file://{root}: wait until it has ended" in run.stderr


def test_the_lock_of_a_run_that_is_over_stops_nobody(root, capsys):
    (root / "lake.lock").write_text("")

    transform.main(arguments(root))

    assert json.loads(capsys.readouterr().out)["files_read"] == 0


def test_a_raw_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(TransformError, match="there is no folder"):
        transform.main(arguments(tmp_path))

    assert list(tmp_path.iterdir()) == []


def test_a_bucket_that_is_not_there_is_an_error(bucket):
    places = {"raw_path": "s3://no-such-bucket/raw", "lake_path": f"s3://{bucket}/lake"}

    with pytest.raises(TransformError, match="NoSuchBucket"):
        transform.main(arguments(Path(), **places))


def test_a_bucket_in_which_nothing_landed_is_an_idle_run(bucket, s3, capsys):
    places = {"raw_path": f"s3://{bucket}/raw", "lake_path": f"s3://{bucket}/lake", "run_id": "r1"}

    transform.main(arguments(Path(), **places))

    line = capsys.readouterr().out.splitlines()[-1]
    assert s3.get_object(Bucket=bucket, Key="runs/r1.json")["Body"].read().decode() == line
