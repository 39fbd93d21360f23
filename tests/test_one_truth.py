"""Rename one side of a contract between the template and the code: the local pipeline fails and names it."""

import re
import shutil
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from local_pipeline import invoke, stack_of, wait_until_done

from local_cloud.aws.cloudformation.stack import DeploymentError
from local_cloud.cloud import LocalCloud
from local_cloud.spotify import SpotifyStandIn
from top50.errors import FailedError
from top50.pipeline import stop_on_files_left

ROOT = Path(__file__).parents[1]
NOW = datetime.now(UTC)
TEMPLATE, DEFINITION = "deploy/template.yaml", "deploy/pipeline.asl.json"


@pytest.fixture(scope="module")
def spotify():
    with SpotifyStandIn() as stand_in:
        yield stand_in


@pytest.fixture
def renamed(tmp_path, spotify):
    """A local cloud with a copy of what the project ships, in which some words are others."""

    @contextmanager
    def cloud(*changes):
        for part in ("containers", "deploy", "glue_jobs"):
            ignored = shutil.ignore_patterns("local_cloud", "__pycache__", ".aws-sam")
            shutil.copytree(ROOT / part, tmp_path / part, ignore=ignored)
        for file, old, new in changes:
            text = (tmp_path / file).read_text()
            assert len(re.findall(old, text)) >= 1, f"{file} has no {old}: this test must follow the template"
            (tmp_path / file).write_text(re.sub(old, new, text))
        parameters = {"Charts": "global", "BatchWindowSeconds": "1", **spotify.parameters}
        with LocalCloud(tmp_path / "state", parameters, save=False, template=tmp_path / TEMPLATE) as running:
            running.set_spotify_secret({"client_id": "stand-in-client", "client_secret": "stand-in-secret"})
            yield running

    return cloud


def test_a_variable(renamed):
    functions = {
        "DATA_BUCKET": ("ExtractFunction", {"charts": ["global"]}),
        "SPOTIFY_SECRET_ID": ("ExtractFunction", {"charts": ["global"]}),
        "STATE_MACHINE_ARN": ("TriggerFunction", {"Records": []}),
        "WORKGROUP": ("CheckFunction", {}),
    }
    # That every variable is read, those with a default too, is test_template.py's.
    with renamed(*((TEMPLATE, rf"\b{variable}:", f"{variable}_:") for variable in functions)) as cloud:
        for variable, (function, event) in functions.items():
            missing = rf"^set (these|this) environment variables?: .*\b{variable}\b"
            with pytest.raises(FailedError, match=missing):
                invoke(cloud, function, event)


def test_a_handler_and_a_handlers_module(renamed):
    def dockerfile(name):
        return f"containers/{name}/Dockerfile"

    with renamed(
        (dockerfile("extract"), "lambda_handler", "handle_event"),
        (dockerfile("check"), "lambda_handler", "handle_event"),
        (dockerfile("trigger"), "chart_trigger.handler", "chart_trigger.main"),
    ) as cloud:
        for name in ("extract", "check"):
            with pytest.raises(FailedError, match=f"chart_{name}.handler.* has no attribute 'handle_event'"):
                invoke(cloud, f"{name.capitalize()}Function", {})
        with pytest.raises(FailedError, match=r"No module named 'chart_trigger\.main'"):
            invoke(cloud, "TriggerFunction", {})


def test_the_bucket(renamed):
    with (
        renamed((TEMPLATE, "DATA_BUCKET: !Ref DataBucket", "DATA_BUCKET: no-such-bucket")) as cloud,
        pytest.raises(FailedError, match="no-such-bucket"),
    ):
        stack_of(cloud).fire_schedule(NOW)


def test_what_the_schedule_sends(renamed):
    with (
        renamed((TEMPLATE, '{"time": "<aws', '{"moment": "<aws')) as cloud,
        pytest.raises(FailedError, match=r'^the event gives neither "time" nor "charts"'),
    ):
        stack_of(cloud).fire_schedule(NOW)


def test_the_prefix_that_the_queue_is_told_of(renamed):
    with renamed((TEMPLATE, "Value: raw/to_processed/", "Value: raw/landed/")) as cloud:
        stack_of(cloud).fire_schedule(NOW)
        with cloud.poll_queues():
            assert wait_until_done(cloud) == []

        with pytest.raises(FailedError, match=r"no execution took .* notification"):
            stop_on_files_left(stack_of(cloud))


def output(name):
    """Its renaming: outputs are last in the template."""
    return TEMPLATE, rf"(?s)(\nOutputs:.*\n  ){name}:", rf"\1{name}Of:"


@pytest.mark.parametrize("name", ["DataBucket", "Database"])
def test_an_output_that_a_deployment_needs(renamed, name):
    with pytest.raises(DeploymentError, match=f"no output {name}"), renamed(output(name)):
        pass


def test_an_output(renamed):
    names = ("CatalogMode", "ExtractFunction", "LakeCrawler", "LandedQueue", "Pipeline", "Schedule")

    with renamed(*map(output, names)) as cloud:
        for name in names:
            with pytest.raises(DeploymentError, match=f"no output {name}"):
                cloud.outputs[name]


@pytest.mark.parametrize("file", [TEMPLATE, DEFINITION])
def test_a_substitution(renamed, file):
    deployment = renamed((file, r"TransformJobName(?=[:}])", "TransformName"))

    with pytest.raises(DeploymentError, match=r"Pipeline .*TransformJobName"), deployment:
        pass


def test_a_resource(renamed):
    deployment = renamed((TEMPLATE, r"\n  LakeCrawler:\n    #", "\n  Crawler:\n    #"))

    with pytest.raises(DeploymentError, match="it refers to LakeCrawler, which the template does not have"), deployment:
        pass


def test_the_jobs_arguments(renamed):
    with renamed((TEMPLATE, "--(raw|lake)_path:", r"--\1_uri:")) as cloud, cloud.poll_queues():
        cloud.aws.client("stepfunctions").start_execution(stateMachineArn=cloud.outputs["Pipeline"], input="{}")
        [execution] = wait_until_done(cloud)

    assert execution.status == "FAILED"
    assert "the following arguments are required: --raw_path, --lake_path" in execution.cause


@pytest.mark.full
def test_the_run_id_that_the_state_machine_gives_to_the_job(renamed):
    with renamed((DEFINITION, r"--run_id\.\$", "--run.$")) as cloud:
        stack_of(cloud).fire_schedule(NOW)
        with cloud.poll_queues():
            [execution] = wait_until_done(cloud)

    assert execution.status == "FAILED"
    assert f"runs/{execution.name}.json" in execution.cause


@pytest.mark.parametrize(
    ("granted", "instead", "told"),
    [
        (r"sqs:ReceiveMessage, ", "", "not authorized to perform: sqs:ReceiveMessage on resource: .*dropped-csvs"),
        (
            r"- logs:CreateLogDelivery",
            "- logs:GetLogDelivery",
            "not authorized to perform: logs:CreateLogDelivery",
        ),
        (r"Action: sns:Publish", "Action: sns:Subscribe", r"not authorized to perform: sns:Publish"),
        (r"Service: s3\.amazonaws", "Service: sns.amazonaws", "Unable to validate the following destination"),
        (r"Service: states\.amazonaws", "Service: glue.amazonaws", r"cannot be assumed by states\.amazonaws\.com"),
        (r"Service: glue\.amazonaws", "Service: lambda.amazonaws", r"cannot be assumed by glue\.amazonaws\.com"),
    ],
)
def test_a_right_that_aws_looks_for_when_it_deploys(renamed, granted, instead, told):
    with pytest.raises(DeploymentError, match=told), renamed((TEMPLATE, granted, instead)):
        pass
