"""A lake to make reports on, and a browser to look at them."""

import os
import shutil
from datetime import UTC, datetime

import pytest
from hand_made_lake import hand_made_lake
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

from chart_report.page import page
from top50.report import history_of

NOW = datetime(2026, 1, 7, 1, 0, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def lake():
    with hand_made_lake() as lake:
        yield lake


@pytest.fixture
def report(lake, tmp_path):
    """The page on a chart of the lake as a file; returns its path."""

    def report(chart=None):
        file = tmp_path / "report.html"
        file.write_text(page(history_of(lake.stack, chart), NOW), encoding="utf-8")
        return file

    return report


@pytest.fixture(scope="session")
def browser():
    """Debian's chromium without a window and without a network; the skip is a failure with REQUIRE_BROWSER=1."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        told = "needs chromium and chromedriver (Debian: apt install chromium chromium-driver)"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(told)
        pytest.skip(told)
    options = Options()
    options.binary_location = chromium
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"):
        options.add_argument(argument)
    options.add_argument("--host-resolver-rules=MAP * ~NOTFOUND")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    started = webdriver.Chrome(options, Service(driver))
    yield started
    started.quit()
