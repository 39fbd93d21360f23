"""``top50 import`` as a person types it."""

import pytest
from imported import as_csv, song

from local_cloud.cloud import STACK, LocalCloud
from top50.imports.kaggle import CHARTS
from top50.imports.landing import in_aws, in_lake
from top50.imports.records import RANKS
from top50.lakes import last_lake
from top50.paths import ROOT
from top50.pipeline import TO_PROCESSED
from top50.target import open_target

COLUMNS = ["title", "rank", "date", "artist", "url", "region", "chart", "trend", "streams"]
DAYS = ["2020-01-01", "2020-01-02", "2020-01-05"]


@pytest.fixture
def charts(tmp_path):
    """A file with a chart on three dates, a second on one, of which a row is damaged, and a place that is none."""
    rows = []
    for day, region, rank in [*((day, "Global", 1) for day in DAYS), (DAYS[0], "Spain", 1), (DAYS[0], "Atlantis", 1)]:
        song_id, title, credit = song(rank)
        rows.append([title, rank, day, credit, f"https://open.spotify.com/track/{song_id}", region, "top200", "", 5])
    rows.append([*rows[3][:1], "one", *rows[3][2:]])
    path = tmp_path / "charts.csv"
    path.write_bytes(as_csv(rows, COLUMNS))
    assert set(COLUMNS) >= CHARTS.needs
    return path


def test_without_apply_it_says_what_it_found_and_changes_nothing(charts, empty_lake, top50):
    finished = top50("import", charts)

    assert finished.exit_code == 0, finished.stderr
    assert finished.stdout.splitlines()[2:] == [
        "found    global-daily: 3 dates, 2020-01-01 to 2020-01-05; without 2 between them: 2020-01-03, 2020-01-04",
        "new      3 dates, 0.0 MB",
        "refused  1: a rank or a number of streams is not a number: es-daily of 2020-01-01",
        "aside    1: not a place or a kind of chart that is known here: Atlantis top200 (1 row)",
        "Nothing was changed. To bring them in: the same command with --apply",
    ]
    assert not any(empty_lake.rglob("*"))


def test_a_stack_gets_each_date_once_and_is_told_of_dates_it_would_not_see(charts, tmp_path, top50, to_aws):
    parameters = {"Charts": "none", "CatalogMode": "projection", "ProjectionFrom": "2020-01-02"}
    with LocalCloud(tmp_path / "aws", parameters, save=False) as cloud:
        to_aws(cloud)
        with open_target(STACK) as target, in_aws(target) as bucket:
            bucket.put(f"chart_date={DAYS[0]}/bundle.20200101T000002Z.01234567.jsonl.gz", b"other content")

        finished = top50("import", charts, "--to", DAYS[1], "--stack", STACK)

        with open_target(STACK) as target, in_aws(target) as bucket:
            assert (len(bucket.held), bucket.some_wait) == (1, True)
    assert finished.exit_code == 0, finished.stderr
    assert "unseen   1 date before ProjectionFrom 2020-01-02" in finished.stdout
    assert "new      2 dates" in finished.stdout


def test_what_lands_in_a_lake_is_there_whole_and_a_second_look_holds_it(empty_lake):
    key = f"chart_date={DAYS[0]}/bundle.20200101T000002Z.01234567.jsonl.gz"

    with in_lake(last_lake()) as bucket:
        bucket.put(key, b"content")

    assert [path for path in empty_lake.parent.rglob("*.gz*") if path.is_file()] == [empty_lake / TO_PROCESSED / key]
    with in_lake(last_lake()) as bucket:
        assert (bucket.held, bucket.some_wait) == ({key}, True)


def test_the_page_on_history_has_the_ranks():
    page = (ROOT / "docs/history.md").read_text()

    assert all(f"| `{source}` | {rank} |" in page for source, rank in RANKS.items())


@pytest.mark.full
def test_what_is_applied_is_loaded_and_checked_and_the_second_time_nothing_changes(charts, empty_lake, top50):
    first = top50("import", charts, "--apply")
    before = sorted(empty_lake.rglob("*"))
    second = top50("import", charts, "--apply")

    assert "rows     3 chart_entry, 3 song, 0 artist, 0 album, 0 song_artist, 3 chart_load" in first.stdout
    assert " passed, 0 failed" in first.stdout
    assert "there    3 dates: the bucket has the same content" in second.stdout
    assert sorted(empty_lake.rglob("*")) == before
    assert (first.exit_code, second.exit_code) == (1, 1)
    assert "1 refused, for the reasons above" in first.stderr
