"""What an owner trusts the stack with, watched through success and every failure: rights and credentials.

One life of a stack: each wall of Spotify's, a good run, events that come twice, dropped CSVs, a bad file, damage in the
lake. Then: which rights its roles have used, and what docs/iam.md says of the rest; what becomes of a part whose role
has lost a right; and where the credentials have got to.
"""

import base64
import contextlib
import itertools
import json
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from local_pipeline import wait_until_done

from local_cloud.aws.iam.policies import allowed, statements_of
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
# One that waits, waits once; these take no wall's time.
OPTIONS = {"rate_limit": {"retry_after": 3600}, "slow": {"seconds": 0.1}, "server_error": {"times": 1}}


@dataclass
class Life:
    """What is left of a stack's life: its folder, what was told, what its functions called and what they may."""

    state: Path
    told: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    # By role: each single right that it has, and what was done with it.
    rights: dict = field(default_factory=dict)
    used: dict = field(default_factory=dict)
    # What was told when a role had lost a right.
    losses: dict = field(default_factory=dict)

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
        with LocalCloud(life.state, parameters) as cloud, cloud.fill_log_groups():
            for step in (meet_every_wall, succeed, come_twice, take_csvs, meet_bad_data):
                step(cloud, spotify, life.told)
            look_at_rights(cloud, life)
            lose_rights(cloud, spotify, life)
            life.tokens = spotify.tokens()
    return life


def invoke(cloud, function, event, told):
    """Invoke by the template's name of the function; the answer or the error is told."""
    name = names(cloud, "AWS::Lambda::Function")[function]
    answer = cloud.aws.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event).encode())
    told.append(answer["Payload"].read().decode())


def names(cloud, kind):
    """The template's names of the resources of a type, and what they are called."""
    resources = cloud.aws.client("cloudformation").list_stack_resources(StackName="spotify-top50")
    return {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"]
        for resource in resources["StackResourceSummaries"]
        if resource["ResourceType"] == kind
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


def rights_of(cloud, role):
    """The policies of a role as deployed, by their names."""
    iam = cloud.aws.client("iam")
    names_ = iam.list_role_policies(RoleName=role)["PolicyNames"]
    return {name: iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names_}


def look_at_rights(cloud, life):
    """Read the roles as deployed, and what has been done with them."""
    for role, name in names(cloud, "AWS::IAM::Role").items():
        documents = map(json.dumps, rights_of(cloud, name).values())
        life.rights[role] = [one for it in documents for statement in statements_of(it) for one in singly(statement)]
        life.used[role] = {need for user, need in cloud.aws.roles.used if user == name}


def singly(statement):
    """A statement for each of its actions, resources and values of conditions."""
    tested = [(operator, key) for operator, keys in statement.conditions.items() for key in keys]
    values = [statement.conditions[operator][key] for operator, key in tested]
    for action, resource, *chosen in itertools.product(statement.actions, statement.resources, *values):
        conditions = {op: {key: (value,)} for (op, key), value in zip(tested, chosen, strict=True)}
        yield replace(statement, actions=(action,), resources=(resource,), conditions=conditions)


def lose_rights(cloud, spotify, life):
    """A right of four roles is taken away, one at a time, and what needs it is run."""
    invoke_for_real = {
        ("ExtractRole", "secretsmanager:GetSecretValue"): lambda: extract_and_process(cloud, life),
        ("TransformRole", "s3:PutObject"): lambda: extract_and_process(cloud, life),
        ("CrawlerRole", "glue:GetPartitions"): lambda: run_by_hand(cloud, life),
        ("CheckRole", "glue:GetPartitions"): lambda: invoke(cloud, "CheckFunction", {}, life.told),
    }
    for (role, action), run in invoke_for_real.items():
        name = names(cloud, "AWS::IAM::Role")[role]
        granted = rights_of(cloud, name)
        for policy, document in granted.items():
            put_policy(cloud, name, policy, without(action, document))
        before = len(life.told)
        run()
        life.losses[role, action] = life.told[before:]
        for policy, document in granted.items():
            put_policy(cloud, name, policy, document)


def without(action, document):
    """A policy without an action."""
    statements = [
        {**statement, "Action": [it for it in as_list(statement["Action"]) if it != action]}
        for statement in document["Statement"]
    ]
    return {**document, "Statement": [statement for statement in statements if statement["Action"]]}


def as_list(value):
    return value if isinstance(value, list) else [value]


def put_policy(cloud, role, policy, document):
    iam = cloud.aws.client("iam")
    iam.delete_role_policy(RoleName=role, PolicyName=policy)
    if document["Statement"]:
        iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(document))


def extract_and_process(cloud, life):
    # A moment later than any before it: its chart has not been landed.
    invoke(cloud, "ExtractFunction", {"time": f"{DAY}T23:00:00Z", "charts": ["global"]}, life.told)
    process(cloud, life.told)


def run_by_hand(cloud, life):
    cloud.aws.client("stepfunctions").start_execution(stateMachineArn=cloud.outputs["Pipeline"], input="{}")
    process(cloud, life.told)


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


def test_taking_any_right_out_of_a_role_is_noticed_or_it_is_one_of_aws_own_services_on_the_page(life):
    unnoticed = {
        (role, right.actions[0], in_short(right.resources[0]))
        for role, rights in life.rights.items()
        for right in rights
        if all(
            allowed([it for it in rights if it is not right], need, role)
            for need in life.used[role]
            if right.covers(need, role)
        )
    }

    assert sorted(unnoticed - documented().keys()) == []


def test_the_page_lists_no_right_that_is_not_granted(life):
    granted = {
        (role, right.actions[0], in_short(right.resources[0]))
        for role, rights in life.rights.items()
        for right in rights
    }

    assert sorted(documented().keys() - granted) == []


@pytest.mark.parametrize(
    ("role", "action", "told"),
    [
        ("ExtractRole", "secretsmanager:GetSecretValue", "it cannot be read"),
        ("TransformRole", "s3:PutObject", "AccessDenied"),
        ("CrawlerRole", "glue:GetPartitions", "CrawlFailed"),
        ("CheckRole", "glue:GetPartitions", "Insufficient permissions"),
    ],
)
def test_a_part_whose_role_has_lost_a_right_fails_and_says_so(life, role, action, told):
    assert told in "\n".join(life.losses[role, action])


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
    for there in ("charts extracted", "top50-raw/1"):
        assert there.encode() in text
