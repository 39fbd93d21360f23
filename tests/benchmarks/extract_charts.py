"""Measure the extract function: all 74 charts, of a Spotify that takes 100 ms for each call.

Prints the median of three runs, each in a process of its own; the stand-in for Spotify and moto answer from this one.
"""

import json
import os
import re
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

from local_cloud.aws.server import AwsServer, client_environment
from local_cloud.spotify import SpotifyStandIn

ROOT = Path(__file__).parents[2]
RUNS = 3
LATENCY_MS = 100


def extract(moment: str) -> None:
    """Be the function, invoked once in a new container; say how long that took, and what it needed."""
    from lambdas import context_of

    from chart_extract.handler import lambda_handler

    context = context_of("extract", get_remaining_time_in_millis=lambda: 300_000)
    loaded = resource.getrusage(resource.RUSAGE_SELF)
    started = time.monotonic()
    answer = lambda_handler({"time": moment}, context)
    seconds = time.monotonic() - started
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = used.ru_utime + used.ru_stime - loaded.ru_utime - loaded.ru_stime
    # Not ru_maxrss, which begins with what the process that started this one had.
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    measured = {"seconds": seconds, "cpu": cpu, "megabytes": int(peak[1]) / 1024}
    print(json.dumps({"landed": len(answer["landed"]), **measured}))  # noqa: T201


def main() -> None:
    """Make the charts in a first round, then measure."""
    rounds = []
    with AwsServer() as aws, SpotifyStandIn(date="2026-11-22") as spotify:
        aws.client("s3").create_bucket(Bucket="charts")
        secret = json.dumps({"client_id": "stand-in-client", "client_secret": "stand-in-secret"})
        aws.client("secretsmanager").create_secret(Name="spotify", SecretString=secret)
        settings = {"DATA_BUCKET": "charts", "CHARTS": "all", "SPOTIFY_SECRET_ID": "spotify"}
        addresses = {"SPOTIFY_ACCOUNTS_URL": spotify.accounts_url, "SPOTIFY_API_URL": spotify.api_url}
        path = os.pathsep.join(str(ROOT / part) for part in ("containers/extract", "tests"))
        env = {**os.environ, **settings, **addresses, **client_environment(aws.url), "PYTHONPATH": path}
        for minute in range(RUNS + 1):
            command = [sys.executable, __file__, "extract", f"2026-11-22T23:0{minute}:00Z"]
            finished = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=True)
            rounds.append(json.loads(finished.stdout.splitlines()[-1]))
            spotify.configure(latency_ms=LATENCY_MS)
    if any(measured["landed"] != 74 for measured in rounds):
        raise SystemExit("not all charts landed")
    seconds, cpu, memory = (
        statistics.median(measured[name] for measured in rounds[1:]) for name in ("seconds", "cpu", "megabytes")
    )
    print(f"74 charts, {LATENCY_MS} ms a call: {seconds:.1f} s ({cpu:.1f} s of a core), {memory:.0f} MB")  # noqa: T201


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["extract", moment]:
            extract(moment)
        case _:
            main()
