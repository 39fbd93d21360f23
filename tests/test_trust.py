"""What an owner trusts the stack with, watched through success and every failure: rights and credentials.

One life of a stack: each wall of Spotify's, a good run, events that come twice, dropped CSVs, a bad file, damage in the
lake. Then: which calls its functions made, against what their roles allow and what docs/iam.md says of the rest; and
where the credentials have got to.
"""

import base64
import contextlib
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from deploy.iam import grants, needs_of
from local_pipeline import wait_until_done

from local_cloud.aws.server import SECRET_KEY
from local_cloud.cloud import LocalCloud
from local_cloud.spotify import SpotifyStandIn, chart_csv, csv_name
from local_cloud.spotify.faults import KINDS, MESSAGES
from local_cloud.spotify.settings import CHART_NAMES

pytestmark = pytest.mark.full

PAGE = Path(__file__).parents[1] / "docs" / "iam.md"
DAY = f"{datetime.now(UTC):%Y-%m-%d}"
CREDENTIALS = {
    "client_id": "0123456789abcdefclientidofthistest",
    "client_secret": "5ecret0fthiste5tthatn0b0dysh0uldsee",
    "refresh_token": "AQrefreshtokenofthistestthatnobodyshouldsee",
}
# As a header carries them.
BASIC = base64.b64encode(f"{CREDENTIALS['client_id']}:{CREDENTIALS['client_secret']}".encode()).decode()
# Functions, and the roles they have.
ROLES = {"ExtractFunction": "ExtractRole", "TriggerFunction": "TriggerRole", "CheckFunction": "CheckRole"}
# One that waits, waits once; these take no wall's time.
OPTIONS = {"rate_limit": {"retry_after": 3600}, "slow": {"seconds": 0.1}, "server_error": {"times": 1}}


@dataclass
class Life:
    """What is left of a stack's life: its folder, what was told, what its functions called and what they may."""

    state: Path
    told: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    # By role: what a function with it called, and all that it grants.
    needs: dict = field(default_factory=dict)
    grants: dict = field(default_factory=dict)

    def text(self):
        """Everything that anybody could read afterwards."""
        files = [path.read_bytes() for path in self.state.rglob("*") if path.is_file()]
        return "\n".join(self.told).encode() + b"\n".join(files)


@pytest.fixture(scope="module")
def life(tmp_path_factory):
    life = Life(tmp_path_factory.mktemp("life"))
    with (
        SpotifyStandIn(**CREDENTIALS) as spotify,
        (life.state / "console.txt").open("w") as console,
        contextlib.redirect_stdout(console),
        contextlib.redirect_stderr(console),
    ):
        parameters = {
            "Charts": ",".join(CHART_NAMES),
            "SpotifyApiUrl": spotify.api_url,
            "SpotifyAccountsUrl": spotify.accounts_url,
            "BatchWindowSeconds": "1",
        }
        with LocalCloud(life.state, parameters) as cloud:
            for step in (meet_every_wall, succeed, come_twice, take_csvs, meet_bad_data):
                step(cloud, spotify, life.told)
            look_at_rights(cloud, life)
            life.tokens = spotify.tokens()
    return life


def invoke(cloud, function, event, told):
    """Invoke by the template's name of the function; the answer or the error is told."""
    name = names(cloud)[function]
    answer = cloud.aws.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event).encode())
    told.append(answer["Payload"].read().decode())


def names(cloud):
    """The template's names of functions and roles, and what they are called."""
    resources = cloud.aws.client("cloudformation").list_stack_resources(StackName="spotify-top50")
    return {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"]
        for resource in resources["StackResourceSummaries"]
        if resource["ResourceType"] in ("AWS::IAM::Role", "AWS::Lambda::Function")
    }


def process(cloud, told):
    with cloud.poll_queues():
        told += [execution.cause for execution in wait_until_done(cloud, told.append)]


def meet_every_wall(cloud, spotify, told):
    """All faults of charts and of the token that the stand-in knows, without a secret, with a wrong one, and right."""
    for secret in ({}, CREDENTIALS | {"client_secret": "5ecret0fthiste5tthatiswr0ng"}, CREDENTIALS):
        cloud.set_spotify_secret(secret)
        for app in ("development_old", "development_new"):
            spotify.configure(app=app)
            invoke(cloud, "ExtractFunction", {"charts": ["global"]}, told)
    spotify.configure(app="extended")
    faults = [{"kind": kind, **OPTIONS.get(kind, {})} for kind in KINDS]
    faults += [{"kind": "forbidden", "message": message} for message in MESSAGES.values()]
    of_token = [fault for fault in faults if fault["kind"].startswith("invalid_")]
    of_charts = [fault for fault in faults if fault not in of_token]
    for fault in of_token:
        spotify.fail(**fault)
        invoke(cloud, "ExtractFunction", {"charts": ["global"]}, told)
        spotify.heal()
    # A chart each, all in one invocation.
    charts = dict(zip(CHART_NAMES, of_charts, strict=False))
    for chart, fault in charts.items():
        spotify.fail(**fault, chart=chart)
    invoke(cloud, "ExtractFunction", {"charts": list(charts)}, told)
    spotify.heal()
    for event in ({}, {"charts": "none"}, {"time": "yesterday"}, {"doctor": True}):
        invoke(cloud, "ExtractFunction", event, told)


def succeed(cloud, spotify, told):
    """Two events of a day; the queue's batch starts one execution for both, and comes again when that has ended."""
    for hour in ("00", "01"):
        invoke(cloud, "ExtractFunction", {"time": f"{DAY}T{hour}:00:00Z", "charts": ["global"]}, told)
    messages = cloud.aws.client("sqs").receive_message(QueueUrl=cloud.outputs["LandedQueue"], MaxNumberOfMessages=10)
    batch = {"Records": [{"messageId": it["MessageId"], "body": it["Body"]} for it in messages["Messages"]]}
    cloud.aws.client("sqs").purge_queue(QueueUrl=cloud.outputs["LandedQueue"])
    for _delivery in range(2):
        invoke(cloud, "TriggerFunction", batch, told)
        process(cloud, told)


def come_twice(cloud, spotify, told):
    """The schedule's event, after its chart has been processed."""
    invoke(cloud, "ExtractFunction", {"time": f"{DAY}T00:00:00Z", "charts": ["global"]}, told)


def take_csvs(cloud, spotify, told):
    """A chart's CSV, and one that is none, whose event comes twice: S3 sends them, as when a person drops them."""
    for name, data in ((csv_name("global", DAY), chart_csv("global", date.fromisoformat(DAY))), ("holiday.csv", b"")):
        key = f"raw/chart_csv/to_processed/{name}"
        cloud.aws.client("s3").put_object(Bucket=cloud.outputs["DataBucket"], Key=key, Body=data)
    queue = cloud.outputs["DroppedCsvQueue"]
    messages = cloud.aws.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    cloud.aws.client("sqs").purge_queue(QueueUrl=queue)
    for message in messages * 2:
        invoke(cloud, "ExtractFunction", {"Records": [{"body": message["Body"]}]}, told)
    process(cloud, told)


def meet_bad_data(cloud, spotify, told):
    """A file that is no chart; checks that fail on it, and on a run that left no summary."""
    key = f"raw/to_processed/chart_date={DAY}/broken.json"
    cloud.aws.client("s3").put_object(Bucket=cloud.outputs["DataBucket"], Key=key, Body=b'{"items": "none"}')
    process(cloud, told)
    invoke(cloud, "CheckFunction", {"run_id": "no-such-run"}, told)


def look_at_rights(cloud, life):
    """Read the roles as deployed, and the calls of the functions that have them."""
    iam = cloud.aws.client("iam")
    named = names(cloud)
    for role in named.keys() - ROLES.keys():
        policies = iam.list_role_policies(RoleName=named[role])["PolicyNames"]
        documents = [iam.get_role_policy(RoleName=named[role], PolicyName=it)["PolicyDocument"] for it in policies]
        life.grants[role] = [grant for document in documents for grant in grants(document)]
        life.needs[role] = []
        assert iam.list_attached_role_policies(RoleName=named[role])["AttachedPolicies"] == [], role
    athena = cloud.aws.client("athena")
    workgroups = {}
    for function, role in ROLES.items():
        deployed = cloud.aws.client("lambda").get_function_configuration(FunctionName=named[function])
        assert deployed["Role"].endswith(f"/{named[role]}"), function
        made = cloud.logs / f"{named[function]}.calls.jsonl"
        calls = [json.loads(line) for line in made.read_text().splitlines()]
        for query in {call["parameters"].get("QueryExecutionId") for call in calls} - {None}:
            found = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]
            workgroups[query] = found["WorkGroup"]
        life.needs[role] = [need for call in calls for need in needs_of(call, workgroups)]


def in_short(resource):
    """An ARN as docs/iam.md writes it: without partition, region and account, the stack's names as placeholders."""
    service, *_where, name = resource.split(":", 5)[2:] if resource.startswith("arn:") else ["", resource]
    name = name.replace("spotify-top50-data-123456789012-us-east-1", "<data bucket>")
    for stack in ("spotify-top50", "spotify_top50"):
        name = name.replace(stack, "<stack>")
    return f"{service} {name}".strip()


def documented():
    """Role, action and resource of each row of docs/iam.md, and its source."""
    rows = {}
    for line in PAGE.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `") and len(cells) == 5:
            [role], actions, resources = (re.findall(r"`([^`]+)`", cell) for cell in cells[:3])
            rows |= {(role, action, resource): cells[4] for action in actions for resource in resources}
    return rows


@pytest.mark.parametrize("role", ROLES.values())
def test_a_function_may_make_every_call_that_it_makes(life, role):
    refused = {
        (need.action, need.resource)
        for need in life.needs[role]
        if not any(grant.allows(need) for grant in life.grants[role])
    }

    assert life.needs[role]
    assert refused == set()


def test_every_right_that_no_function_used_is_on_the_page_with_a_reason_and_nothing_else_is(life):
    unused = {
        (role, grant.action, in_short(grant.resource))
        for role, granted in life.grants.items()
        for grant in granted
        if not any(grant.allows(need) for need in life.needs[role])
    }

    assert sorted(unused - documented().keys()) == [], "granted, not used, and not in docs/iam.md"
    assert sorted(documented().keys() - unused) == [], "in docs/iam.md, and used by a function or not granted"


def test_every_row_of_the_page_has_its_source(life):
    for source in documented().values():
        assert re.fullmatch(r"\[[^\]]+\]\(https://docs\.aws\.amazon\.com/\S+\)", source)


def test_the_stack_met_each_wall_and_ended_well(life):
    told = "\n".join(life.told)

    for wall in ("invalid_client", "quota", "Premium", "(404)"):
        assert wall.lower() in told.lower(), wall
    assert f"lake/chart_entry/chart_date={DAY}" in "\n".join(str(path) for path in life.state.rglob("*.parquet"))


def test_no_log_result_error_or_file_holds_a_credential_a_token_a_header_or_the_key_of_an_aws_account(life):
    text = life.text()

    assert life.tokens
    for secret in [CREDENTIALS["client_secret"], CREDENTIALS["refresh_token"], *life.tokens, BASIC, SECRET_KEY]:
        assert secret.encode() not in text
    # The search finds what is there.
    for there in ('"operation": "GetSecretValue"', "charts extracted", "top50-raw/1"):
        assert there.encode() in text
