import moto  # Before any client: one that was built earlier would reach the real AWS.

# isort: split
import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
import pytest

from chart_extract.charts import parse_charts
from chart_extract.config import Config
from chart_extract.retry import RetryPolicy
from chart_extract.spotify import Credentials
from local_cloud.spotify import SpotifyStandIn

BUCKET = "charts-of-a-test"
SECRET_ID = "spotify-of-a-test"
SCOPES = "playlist-read-private playlist-read-collaborative"


@pytest.fixture(autouse=True)
def no_real_account(monkeypatch):
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_REGION": "eu-central-1",
        "AWS_CONFIG_FILE": "/nowhere",
        "AWS_SHARED_CREDENTIALS_FILE": "/nowhere",
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def aws(no_real_account):
    with moto.mock_aws():
        yield


@pytest.fixture
def s3(aws):
    client = boto3.client("s3")
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    return client


@pytest.fixture
def bucket():
    return BUCKET


@pytest.fixture
def stored(s3):
    """The keys in the bucket, and an object's parsed content."""

    class Stored:
        def keys(self, prefix=""):
            return [it["Key"] for it in s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])]

        def read(self, key):
            return json.loads(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())

    return Stored()


@pytest.fixture
def processed(s3):
    """What the transform does with a landed object: a copy, which keeps metadata, under another name."""

    def move(key, new_name):
        folder = key.rpartition("/")[0].replace("to_processed", "processed")
        s3.copy_object(Bucket=BUCKET, Key=f"{folder}/{new_name}", CopySource={"Bucket": BUCKET, "Key": key})
        s3.delete_object(Bucket=BUCKET, Key=key)
        return f"{folder}/{new_name}"

    return move


@pytest.fixture
def store_secret(aws):
    """Put the Spotify secret where the function reads it, or renew it."""

    def store(**values):
        client = boto3.client("secretsmanager")
        text = json.dumps({"client_id": "stand-in-client", "client_secret": "stand-in-secret", **values})
        try:
            client.create_secret(Name=SECRET_ID, SecretString=text)
        except client.exceptions.ResourceExistsException:
            client.put_secret_value(SecretId=SECRET_ID, SecretString=text)
        return SECRET_ID

    return store


@pytest.fixture
def spotify():
    with SpotifyStandIn(date="2026-11-22") as stand_in:
        yield stand_in


@contextmanager
def serving(answer):
    """A server on which ``answer`` deals with each request; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer(self)

        do_POST = do_GET  # noqa: N815 - the name that http.server calls

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Scripted:
    """A server that gives the next answer of a list to whatever it is asked: for what Spotify never documents."""

    url: str = ""
    answers: list = field(default_factory=list)
    requests: list = field(default_factory=list)

    def will_answer(self, status, body, **headers):
        text = body if isinstance(body, str) else json.dumps(body)
        self.answers.append((status, text, {name.replace("_", "-"): value for name, value in headers.items()}))

    def answer(self, request):
        self.requests.append(f"{request.command} {request.path}")
        status, text, headers = self.answers.pop(0)
        request.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(text.encode()))}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(text.encode())


@pytest.fixture
def scripted():
    script = Scripted()
    with serving(script.answer) as script.url:
        yield script


@dataclass
class Dripping:
    """A server whose answers never end: blanks, each in time, until they are let go and the JSON follows."""

    url: str = ""
    body: dict = field(default_factory=dict)
    requests: list = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def answer(self, request):
        self.requests.append(f"{request.command} {request.path}")
        request.send_response(200)
        request.end_headers()
        while not self.released.wait(0.05):
            request.wfile.write(b" ")
        request.wfile.write(json.dumps(self.body).encode())


@pytest.fixture
def dripping():
    drip = Dripping()
    with serving(drip.answer) as drip.url:
        yield drip
        drip.released.set()
    wait_for_the_late()


def wait_for_the_late():
    """Wait for the threads for which a run did not."""
    for thread in threading.enumerate():
        if thread.name.startswith("ThreadPoolExecutor"):
            thread.join(timeout=5)
            assert not thread.is_alive()


@pytest.fixture
def the_late(dripping):
    """Let the dripping answers go, and wait until the run's threads have dealt with them."""

    def end():
        dripping.released.set()
        wait_for_the_late()

    return end


@pytest.fixture
def environment(spotify, s3, store_secret, monkeypatch):
    """Everything that a function finds around it; a test may change it."""
    for name, value in {
        "DATA_BUCKET": BUCKET,
        "CHARTS": "global,us,jp",
        "SPOTIFY_SECRET_ID": store_secret(),
        "SPOTIFY_API_URL": spotify.api_url,
        "SPOTIFY_ACCOUNTS_URL": spotify.accounts_url,
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def config(spotify):
    """Settings of a function that reads three charts from the stand-in."""
    return Config(
        data_bucket=BUCKET,
        charts=parse_charts("global,us,jp"),
        spotify_secret_id=SECRET_ID,
        spotify_api_url=spotify.api_url,
        spotify_accounts_url=spotify.accounts_url,
    )


@pytest.fixture
def app_alone():
    """Credentials without a user."""
    return Credentials("stand-in-client", "stand-in-secret", scopes=frozenset(SCOPES.split()))


@pytest.fixture
def user():
    """Credentials of a user who consented."""
    return Credentials(
        "stand-in-client", "stand-in-secret", "stand-in-refresh-token", frozenset(SCOPES.split()), "2026-05-20"
    )


class FakeTime:
    """A Lambda's time: sleeping costs nothing but the seconds that are left."""

    def __init__(self, left=60.0):
        self.left = left
        self.slept = []

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.left -= seconds


@pytest.fixture
def lambda_time():
    return FakeTime()


@pytest.fixture
def policy(lambda_time):
    return RetryPolicy(seconds_left=lambda: lambda_time.left, sleep=lambda_time.sleep)


@pytest.fixture
def within():
    """A policy by the real clock, for what waits on a server and not on our sleep."""

    def within(seconds):
        end = time.monotonic() + seconds
        return RetryPolicy(seconds_left=lambda: end - time.monotonic())

    return within
