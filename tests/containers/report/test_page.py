"""The page as a file: all in it, nothing trusted, and plain about what is missing."""

import json
import re

import pytest

D1, D2 = "2026-01-05", "2026-01-06"


@pytest.fixture
def text(report):
    return lambda: report().read_text()


def test_nothing_is_loaded_from_anywhere(lake, text):
    lake.fill({D1: {"global": "a b", "us": "a"}, D2: {"global": "b a", "us": "b"}})

    # Scripts hold addresses in their text; tags must not.
    tags = re.sub(r"(?s)(<script[^>]*>).*?</script>", r"\1", text())

    assert re.findall(r"<(?:script|img|link|iframe|source)[^>]*\s(?:src|href)=\"(?!data:)", tags) == []
    assert "@import" not in tags
    assert "url(" not in tags


def test_a_title_that_looks_like_html_is_text(lake, text):
    title = "</script><script>alert(1)</script>"
    lake.fill({D1: {"global": "a"}, D2: {"global": "a"}}, songs={"a": {"name": title, "url": "javascript:alert(1)"}})

    page = text()

    assert title not in page
    assert 'href="javascript:' not in page
    figures = json.loads(re.search(r'(?s)id="figures">(.*?)</script>', page)[1])
    assert figures["bump"]["data"]["values"][0]["song"] == title


def test_one_date_and_one_chart_say_what_is_missing(lake, text):
    lake.fill({D2: {"global": "a"}})

    page = text()

    assert "Movement needs two recorded dates with songs" in page
    assert "Debuts and exits need two recorded dates" in page
    assert f"No other chart was recorded on {D2}" in page
    assert "No check has left a result in runs/" in page
    assert "Song a" in page


def test_a_date_without_any_song_says_so(lake, text):
    lake.fill({D1: {"global": "a"}, D2: {"global": "-"}})

    assert "On this date the chart was recorded without any song" in text()


def test_freshness_is_counted_from_when_a_chart_was_read(lake, text):
    lake.fill({D1: {"us": "a"}, D2: {"global": "a"}})

    page = text()

    # Read at 23:00:04; the report is made at 01:00:04 on the 7th.
    assert re.search(r"<td>global</td>.*2 hours ago", page)
    assert re.search(r"<td>us</td>.*26 hours ago", page)


def test_checks_that_failed_are_named_with_their_rule(lake, text):
    lake.fill({D2: {"global": "a"}})
    failed = {"name": "song_unique", "passed": False, "rows": 2, "rule": "One row a song."}
    passed = {"name": "album_unique", "passed": True, "rows": 0}
    result = {"started_at": "2026-01-06T23:01:00.000Z", "passed": 20, "failed": 1, "checks": [failed, passed]}
    s3, bucket = lake.stack.client("s3"), lake.stack.outputs["DataBucket"]
    s3.put_object(Bucket=bucket, Key="runs/landed-1.checks.json", Body=json.dumps(result).encode())

    page = text()
    s3.delete_object(Bucket=bucket, Key="runs/landed-1.checks.json")

    assert "20 passed, 1 failed" in page
    assert "<strong>song_unique</strong>: 2 rows. One row a song." in page
    assert "album_unique" not in page
