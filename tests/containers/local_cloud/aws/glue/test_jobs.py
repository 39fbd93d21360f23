"""Glue job runs by boto3: arguments, states, refusals, failures as Glue reports them."""

import ast
import io
import time
import zipfile

import pytest
from botocore.exceptions import ClientError
from roles import make_role

import job_wheels
from local_cloud.aws.glue import modules
from local_cloud.aws.glue.jobs import GlueJobs

SCRIPT = b"""
import sys, time
arguments = dict(zip(sys.argv[1::2], sys.argv[2::2]))
time.sleep(float(arguments.get("--sleep", 0)))
if "--fail" in arguments:
    raise ValueError("no such date: " + arguments["--fail"])
print(sorted(arguments.items()))
if "--additional-python-modules" in arguments:
    import chart_transform, msgspec
    print(chart_transform.__file__, msgspec.__file__, sep="\\n")
if "--show_conf" in arguments:
    from pyspark import SparkConf, SparkContext
    SparkContext._ensure_initialized()
    print({name: value for name, value in SparkConf().getAll() if "greeting" in name})
"""


@pytest.fixture
def glue(aws, tmp_path):
    """A client, and a job whose script lies under a hash as deployment leaves it."""
    jobs = GlueJobs(aws, tmp_path)
    aws.operations.update(jobs.operations())
    aws.client("s3").create_bucket(Bucket="artifacts")
    aws.client("s3").put_object(Bucket="artifacts", Key="0123abcd", Body=SCRIPT)
    client = aws.client("glue")
    client.create_job(
        Name="transform",
        Role=make_role(aws, "transform"),
        Command={"Name": "glueetl", "ScriptLocation": "s3://artifacts/0123abcd"},
        DefaultArguments={"--raw_path": "s3://data/raw", "--fetch": "default"},
        ExecutionProperty={"MaxConcurrentRuns": 1},
        Timeout=15,
    )
    yield client
    jobs.close()


def ended(glue, run_id):
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        run = glue.get_job_run(JobName="transform", RunId=run_id)["JobRun"]
        if run["JobRunState"] not in ("STARTING", "RUNNING", "STOPPING"):
            return run
        time.sleep(0.1)
    raise AssertionError("the run did not end in time")


def test_a_run_gets_the_jobs_arguments_its_own_and_glues(glue, tmp_path):
    run_id = glue.start_job_run(JobName="transform", Arguments={"--run_id": "r1", "--fetch": "own"})["JobRunId"]

    run = ended(glue, run_id)

    assert run["JobRunState"] == "SUCCEEDED"
    printed = (tmp_path / f"{run_id}.log").read_text()
    assert "('--raw_path', 's3://data/raw'), ('--run_id', 'r1')" in printed
    assert "('--fetch', 'own')" in printed
    assert f"('--JOB_RUN_ID', '{run_id}')" in printed


def test_sparks_settings_go_to_spark_and_not_to_the_script(glue, tmp_path):
    told = "spark.greeting=good day --conf spark.another.greeting=good night"
    run_id = glue.start_job_run(JobName="transform", Arguments={"--conf": told, "--show_conf": "yes"})["JobRunId"]

    assert ended(glue, run_id)["JobRunState"] == "SUCCEEDED"

    arguments, conf = (tmp_path / f"{run_id}.log").read_text().splitlines()[-2:]
    assert "--conf" not in arguments
    assert ast.literal_eval(conf) == {"spark.greeting": "good day", "spark.another.greeting": "good night"}


def test_a_script_that_raises_is_a_failed_run_with_its_error(glue):
    run_id = glue.start_job_run(JobName="transform", Arguments={"--fail": "2026-13-01"})["JobRunId"]

    run = ended(glue, run_id)

    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"].endswith("ValueError: no such date: 2026-13-01")


def test_a_run_too_many_is_refused_until_the_first_has_ended(glue):
    first = glue.start_job_run(JobName="transform", Arguments={"--sleep": "1"})["JobRunId"]

    with pytest.raises(ClientError, match="ConcurrentRunsExceededException"):
        glue.start_job_run(JobName="transform")
    ended(glue, first)

    second = glue.start_job_run(JobName="transform")["JobRunId"]
    assert ended(glue, second)["JobRunState"] == "SUCCEEDED"
    assert [run["Id"] for run in glue.get_job_runs(JobName="transform")["JobRuns"]] == [second, first]


def test_a_stopped_run_ends_stopped(glue):
    run_id = glue.start_job_run(JobName="transform", Arguments={"--sleep": "60"})["JobRunId"]
    while glue.get_job_run(JobName="transform", RunId=run_id)["JobRun"]["JobRunState"] == "STARTING":
        time.sleep(0.05)

    glue.batch_stop_job_run(JobName="transform", JobRunIds=[run_id])

    assert ended(glue, run_id)["JobRunState"] == "STOPPED"


def test_a_run_or_job_that_does_not_exist_is_an_error(glue):
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        glue.get_job_run(JobName="transform", RunId="jr_none")
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        glue.start_job_run(JobName="no-such-job")


def test_a_script_that_is_not_where_the_job_says_is_a_failed_run(glue, aws):
    aws.client("s3").delete_object(Bucket="artifacts", Key="0123abcd")

    run = ended(glue, glue.start_job_run(JobName="transform")["JobRunId"])

    assert run["JobRunState"] == "FAILED"
    assert "NoSuchKey" in run["ErrorMessage"]


ZIP = "code/transform.gluewheels.zip"


@pytest.fixture
def wheels(aws, glue, tmp_path, monkeypatch):
    """Start a run that asks for a zip of wheels, none of which has been installed before."""
    monkeypatch.setattr(modules, "INSTALLED", tmp_path / "installed")

    def run(content=None, options="--no-index", key=ZIP):
        if content is not None:
            aws.client("s3").put_object(Bucket="artifacts", Key=key, Body=content)
        asked = {"--additional-python-modules": f"s3://artifacts/{key}", "--python-modules-installer-option": options}
        return ended(glue, glue.start_job_run(JobName="transform", Arguments=asked)["JobRunId"])

    return run


def test_a_run_imports_the_jobs_package_and_what_it_needs_from_the_installed_wheels(wheels, tmp_path):
    run = wheels(job_wheels.build(for_this_machine=True))

    assert run["JobRunState"] == "SUCCEEDED", run["ErrorMessage"]
    [installed] = (tmp_path / "installed").iterdir()
    imported = (tmp_path / f"{run['Id']}.log").read_text().splitlines()[-2:]
    assert imported == [str(installed / name / "__init__.py") for name in ("chart_transform", "msgspec")]


def test_a_zip_is_installed_once_and_another_one_beside_it(wheels, tmp_path):
    content = job_wheels.build(for_this_machine=True)
    wheels(content)
    [installed] = (tmp_path / "installed").iterdir()
    (installed / "msgspec" / "__init__.py").write_text("raise MemoryError('from the same folder')")

    assert "from the same folder" in wheels(content)["ErrorMessage"]
    # Anything else in it makes it another zip.
    assert wheels(content + b" ")["JobRunState"] == "SUCCEEDED"


def test_a_run_whose_zip_is_absent_fails_and_names_it(wheels):
    run = wheels()

    assert run["JobRunState"] == "FAILED"
    assert f"s3://artifacts/{ZIP}" in run["ErrorMessage"]
    assert "NoSuchKey" in run["ErrorMessage"]


def zip_of(**files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"wheels/{name}.txt", text)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"no zip", "File is not a zip file"),
        (zip_of(requirements="msgspec==0.22.0"), "No matching distribution found for msgspec==0.22.0"),
        (zip_of(others="msgspec"), "requirements.txt"),
    ],
)
def test_a_run_whose_zip_cannot_be_installed_fails_and_says_why(wheels, tmp_path, content, told):
    for _time in range(2):
        run = wheels(content)

        assert run["JobRunState"] == "FAILED"
        assert "cannot be installed" in run["ErrorMessage"]
        assert told in run["ErrorMessage"]


@pytest.mark.parametrize(("key", "options"), [(ZIP, "--upgrade"), ("code/msgspec.whl", "--no-index")])
def test_other_ways_to_install_are_refused(wheels, key, options):
    assert "the local cloud installs one .gluewheels.zip" in wheels(b"", options, key)["ErrorMessage"]
