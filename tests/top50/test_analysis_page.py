"""docs/analysis.md is true: each of its commands prints what stands below it, on the lake of its demo."""

import datetime as dt
import os
import re
import subprocess
import sys

import pytest
from benchmarks.generate import CHARTS as PLAYLISTS
from benchmarks.generate import raw_file
from local_pipeline import crawl, query
from newcomer import ROOT, shell

from chart_check.views import lake_views
from local_cloud.aws.endpoint import client_environment
from local_cloud.cloud import LocalCloud
from local_cloud.spark.submit import spark_submit
from local_cloud.states import BUCKET
from top50.demo import CHARTS, days_until

PAGE = (ROOT / "docs" / "analysis.md").read_text()
DATE = dt.date.fromisoformat(re.search(r"^\$ top50 demo --date (\S+)$", PAGE, re.MULTILINE)[1])
# A block, and its output where one follows.
BLOCKS = re.compile(r"```(python|console)\n(.*?)```\n(?:\n```\n(.*?)```\n)?", re.DOTALL)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """What `top50 demo` of the page's date leaves for questions: its charts, through the job, and the views."""
    home = tmp_path_factory.mktemp("local_cloud")
    bucket = home / "demo" / BUCKET
    for day in days_until(DATE):
        for chart in CHARTS.split(","):
            file = bucket / f"raw/to_processed/chart_date={day:%Y-%m-%d}/{chart}.{day:%Y%m%dT%H%M%SZ}.json"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(raw_file(chart, dict(PLAYLISTS)[chart], day.date()))
    finished = spark_submit(
        ROOT / "glue_jobs" / "transform.py", ["--raw_path", f"{bucket}/raw", "--lake_path", f"{bucket}/lake"]
    )
    assert finished.returncode == 0, finished.stderr
    with LocalCloud(home / "demo", {"Charts": CHARTS}) as cloud:
        crawl(cloud)
        for view in lake_views():
            query(cloud, view.sql)
    (home / "demo" / "parameters.json").write_text(f'{{"Charts": "{CHARTS}"}}')
    (home / "last").write_text("demo")
    return home


def of_kind(kind):
    return [(code, output) for found, code, output in BLOCKS.findall(PAGE) if found == kind]


@pytest.mark.full
def test_each_question_prints_what_the_page_shows(home):
    asked = [(code, output) for code, output in of_kind("console") if code.startswith("$ top50 sql")]
    assert asked

    for code, output in asked:
        finished = shell(code.removeprefix("$ ").replace("\n> ", "\n"), home)
        assert finished.returncode == 0, finished.stderr
        assert lines(finished.stdout.replace(str(home), ".local_cloud")) == lines(output)


@pytest.mark.full
def test_the_program_prints_what_the_page_shows_and_leaves_a_picture_with_links(home, tmp_path):
    program = "print('=')\n".join(code for code, _output in of_kind("python"))
    with LocalCloud(home / "demo", {"Charts": CHARTS}, save=False) as cloud:
        finished = subprocess.run(
            [sys.executable, "-c", program],
            cwd=tmp_path,
            env={**os.environ, **client_environment(cloud.aws.url)},
            capture_output=True,
            text=True,
            check=False,
        )

    assert finished.returncode == 0, finished.stderr
    assert [lines(it) for it in finished.stdout.split("=\n")] == [lines(output) for _code, output in of_kind("python")]
    picture = (tmp_path / "number_ones.svg").read_text()
    assert picture.startswith("<svg")
    assert len(re.findall(r'href="https://open\.spotify\.com/track/\w+"', picture)) >= 2


def lines(text):
    """Spaces at the end of a line are nobody's business."""
    return [line.rstrip() for line in text.strip("\n").split("\n")]
