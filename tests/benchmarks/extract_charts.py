"""Measure the extract function: all 74 charts, of a Spotify that takes 100 ms for each call.

Run it with ``PYTHONPATH=containers/local_cloud``. It prints the median of three runs, each in a process of its own; the
stand-in for Spotify and moto answer from another process.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import boto3

from local_cloud.aws.server import AwsServer
from local_cloud.spotify import SpotifyStandIn
from local_cloud.spotify.remote import RemoteStandIn

ROOT = Path(__file__).parents[2]
RUNS = 3
LATENCY_MS = 100
SETTINGS = {
    "DATA_BUCKET": "charts",
    "CHARTS": "all",
    "SPOTIFY_SECRET_ID": "spotify",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
}
CONTEXT = SimpleNamespace(
    function_name="extract",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:extract",
    aws_request_id="1",
    get_remaining_time_in_millis=lambda: 300_000,
)


def serve() -> None:
    """Be AWS and Spotify until stdin ends, and say where."""
    with AwsServer() as aws, SpotifyStandIn(date="2026-11-22") as spotify:
        print(json.dumps({"aws": aws.url, "spotify": spotify.url}), flush=True)  # noqa: T201
        sys.stdin.read()


def extract(moment: str) -> None:
    """Be the function, invoked once in a new container; say how long that took, and what it needed."""
    from chart_extract.handler import lambda_handler

    loaded = resource.getrusage(resource.RUSAGE_SELF)
    started = time.monotonic()
    answer = lambda_handler({"time": moment}, CONTEXT)
    seconds = time.monotonic() - started
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = used.ru_utime + used.ru_stime - loaded.ru_utime - loaded.ru_stime
    measured = {"seconds": seconds, "cpu": cpu, "megabytes": used.ru_maxrss / 1024}
    print(json.dumps({"landed": len(answer["landed"]), **measured}))  # noqa: T201


@contextmanager
def servers(env: dict[str, str]) -> Iterator[dict[str, str]]:
    """Both servers in one process, with the bucket and the secret that the function needs."""
    command = [sys.executable, __file__, "serve"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env) as process:
        urls = json.loads(process.stdout.readline())
        os.environ |= SETTINGS
        boto3.client("s3", endpoint_url=urls["aws"]).create_bucket(Bucket="charts")
        secret = json.dumps({"client_id": "stand-in-client", "client_secret": "stand-in-secret"})
        boto3.client("secretsmanager", endpoint_url=urls["aws"]).create_secret(Name="spotify", SecretString=secret)
        yield urls
        process.stdin.close()


def main() -> None:
    """Make the charts in a first round, then measure."""
    path = os.pathsep.join(str(ROOT / "containers" / part) for part in ("extract", "local_cloud"))
    env = {**os.environ, **SETTINGS, "PYTHONPATH": path}
    rounds = []
    with servers(env) as urls:
        env |= {"AWS_ENDPOINT_URL": urls["aws"], "SPOTIFY_ACCOUNTS_URL": urls["spotify"]}
        env["SPOTIFY_API_URL"] = f"{urls['spotify']}/v1/"
        for minute in range(RUNS + 1):
            command = [sys.executable, __file__, "extract", f"2026-11-22T23:0{minute}:00Z"]
            finished = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=True)
            rounds.append(json.loads(finished.stdout.splitlines()[-1]))
            RemoteStandIn(urls["spotify"]).configure(latency_ms=LATENCY_MS)
    if any(measured["landed"] != 74 for measured in rounds):
        raise SystemExit("not all charts landed")
    seconds, cpu, memory = (
        statistics.median(measured[name] for measured in rounds[1:]) for name in ("seconds", "cpu", "megabytes")
    )
    print(f"74 charts, {LATENCY_MS} ms a call: {seconds:.1f} s ({cpu:.1f} s of a core), {memory:.0f} MB")  # noqa: T201


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve"]:
            serve()
        case ["extract", moment]:
            extract(moment)
        case _:
            main()
