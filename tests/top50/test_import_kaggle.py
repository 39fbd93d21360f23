"""Kaggle's two files: every row that the file has, and nothing else, is what the job loads."""

import random
from datetime import UTC, datetime

import pytest
from imported import as_csv, bring_in, loaded, loads, song

from top50.errors import RefusedError
from top50.imports.days import read_days
from top50.imports.records import RANKS, Wanted

CHARTS = ["title", "rank", "date", "artist", "url", "region", "chart", "trend", "streams"]
TOP_SONGS = ["spotify_id", "name", "artists", "daily_rank", "daily_movement", "country", "snapshot_date", "popularity"]
TOP_SONGS += ["album_release_date"]
DAYS = ["2017-01-01", "2017-01-03"]
REGIONS = {"Argentina": "ar", "Global": "global", "Czech Republic": "cz", "Andorra": "ad", "United States": "us"}


def charts_rows(ranks=(2, 3, 5), regions=REGIONS):
    """Rows of charts.csv, shuffled: ranks have gaps, viral charts stand among the top 200, one row is there twice."""
    rows = []
    for number, (day, region, rank, kind) in enumerate(
        (day, region, rank, kind)
        for day in DAYS
        for region in regions
        for rank in ranks
        for kind in ("top200", "viral50")
    ):
        song_id, title, credit = song(number % 17)
        url, streams = f"https://open.spotify.com/track/{song_id}", "" if kind == "viral50" else 1000 + number
        rows.append([title, rank, day, credit, url, region, kind, "NEW_ENTRY", streams])
    random.Random(1).shuffle(rows)
    return [*rows, rows[0]]


def expected(rows):
    """By chart, date and position what the rows say, without the project's code."""
    kinds = {"top200": "daily", "viral50": "viral"}
    return {
        (f"{REGIONS[region]}-{kinds[kind]}", day, rank): (url[-22:], title, credit, streams if streams != "" else None)
        for title, rank, day, credit, url, region, kind, _trend, streams in rows
    }


def put(folder, rows, columns=CHARTS, name="a download.csv", **form):
    path = folder / name
    path.write_bytes(as_csv(rows, columns, **form))
    return path


@pytest.mark.parametrize(
    "form", [{}, {"encoding": "utf-8-sig", "newline": "\r\n"}], ids=["as downloaded", "BOM and CR LF"]
)
def test_what_the_job_loads_of_charts_csv_is_what_its_rows_say(tmp_path, form):
    rows = charts_rows()

    landed, not_taken = bring_in(put(tmp_path, rows, **form), tmp_path)

    assert loaded(tmp_path) == expected(rows)
    assert len(landed.charts) == 2 * len(REGIONS) * 2
    assert (not_taken.refused, not_taken.aside) == ({}, {})
    load = loads(tmp_path, *DAYS)["ar-daily", "2017-01-03"]
    assert (load["source"], load["entries_expected"], load["entries_skipped"]) == ("kaggle_charts", 5, 2)
    assert load["fetched_at"] == datetime(2017, 1, 3, 0, 0, RANKS["kaggle_charts"], tzinfo=UTC)


def test_namibia_and_the_empty_country_which_is_global_are_charts_of_the_top_songs(tmp_path):
    rows = []
    for number, (country, rank) in enumerate((c, r) for c in ("", "NA", "US", "XX") for r in (3, 1, 2)):
        song_id, title, credit = song(number)
        rows.append([song_id, title, credit, rank, -2, country, "2/13/2025", 90, "10/28/2024"])
    names = {"": "global", "NA": "na", "US": "us"}

    _landed, not_taken = bring_in(put(tmp_path, rows, TOP_SONGS), tmp_path)

    assert loaded(tmp_path) == {
        (names[row[5]], "2025-02-13", row[3]): (row[0], row[1], row[2], None) for row in rows if row[5] in names
    }
    assert not_taken.aside == {"not a place or a kind of chart that is known here": ["XX (3 rows)"]}
    assert {row["source"] for row in loads(tmp_path, "2025-02-13").values()} == {"kaggle_top50"}


def test_titles_and_artists_may_be_empty_and_a_row_without_a_link_is_an_empty_position(tmp_path):
    song_id, title, credit = song(1)
    url = f"https://open.spotify.com/track/{song_id}"
    rows = [
        ["", 1, DAYS[0], credit, url, "Global", "top200", "", 7],
        [title, 2, DAYS[0], "", "", "Global", "top200", "", 6],
    ]

    bring_in(put(tmp_path, rows), tmp_path)

    [[position, (found, _title, found_credit, streams)]] = loaded(tmp_path).items()
    assert position == ("global-daily", DAYS[0], 1)
    assert (found, found_credit, streams) == (song_id, credit, 7)


def test_what_was_asked_for_is_all_that_comes(tmp_path):
    rows = charts_rows()
    wanted = Wanted("2017-01-02", "2017-12-31", frozenset({"us-daily", "ar-viral"}), 3)

    bring_in(put(tmp_path, rows), tmp_path, wanted)

    assert loaded(tmp_path) == {
        (chart, day, rank): told
        for (chart, day, rank), told in expected(rows).items()
        if chart in ("us-daily", "ar-viral") and day == "2017-01-03" and rank <= 3
    }


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        (0, "another song", "rank 2 is there twice, with different rows"),
        (1, 201, "ranks are from 1 to 200"),
        (1, "first", "a rank or a number of streams is not a number"),
        (8, "many", "a rank or a number of streams is not a number"),
    ],
)
def test_a_chart_with_an_impossible_row_is_refused_and_all_others_come(tmp_path, column, value, why):
    rows = charts_rows(ranks=(2,))
    bad = list(rows[0])
    bad[column] = value
    [(chart, day, _rank)] = expected([rows[0]])

    _landed, not_taken = bring_in(put(tmp_path, [*rows, bad]), tmp_path)

    assert not_taken.refused == {why: [f"{chart} of {day}"]}
    assert loaded(tmp_path) == {key: told for key, told in expected(rows).items() if key[:2] != (chart, day)}


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda data: data[:-3], "ends within a line"),
        (lambda data: data + b'"An open quote,1,2017-01-01\n', "cannot be read as CSV"),
        (lambda data: data + b"too,few\n", "cannot be read as CSV"),
        (lambda data: data + b"Gr\xfc\xdfe,1,2017-01-01,a,u,Global,top200,,1\n", "cannot be read as CSV"),
        (lambda data: data.decode().encode("utf-16"), "UTF-16"),
        (lambda data: data.replace(b",", b";"), "its columns are others"),
        (lambda data: b"PK\x03\x04" + data, "Unpack a ZIP"),
    ],
)
def test_a_damaged_file_is_refused_before_anything_lands(tmp_path, damage, why):
    path = tmp_path / "charts"
    path.write_bytes(damage(as_csv(charts_rows(), CHARTS)))

    with pytest.raises(RefusedError, match=why):
        bring_in(path, tmp_path)

    assert not (tmp_path / "raw").exists()


@pytest.mark.parametrize(
    ("texts", "others", "days"),
    [
        (["2025-02-12", "2025-02-12 00:00:00"], [], ["2025-02-12", "2025-02-12"]),
        (["2/12/2025", "2/13/2025"], [], ["2025-02-12", "2025-02-13"]),
        (["2.12.2025", "13.2.2025"], [], ["2025-12-02", "2025-02-13"]),
        (["2/12/2025"], ["10/28/2024", "1999"], ["2025-02-12"]),
        (["2/2/2025"], [], ["2025-02-02"]),
        (["yesterday", "31/31/2025", ""], [], []),
    ],
)
def test_the_whole_file_decides_how_a_spreadsheets_dates_are_read(texts, others, days):
    found = read_days(texts, others)

    assert [found[text] for text in texts if text in found] == days


@pytest.mark.parametrize(
    ("texts", "why"),
    [(["2/12/2025"], "no date in the file settles it"), (["2/3/2025", "13/1/2025", "1/13/2025"], "some")],
)
def test_dates_that_can_be_read_in_two_ways_are_refused(texts, why):
    with pytest.raises(RefusedError, match=why):
        read_days(texts)


def test_an_import_that_was_killed_goes_on_and_ends_the_same_and_repeated_changes_nothing(tmp_path):
    path = put(tmp_path, charts_rows())
    bring_in(path, tmp_path / "unbroken")
    landed = []

    def dying(key, data):
        if landed:
            raise KeyboardInterrupt
        landed.append(key)
        (tmp_path / "broken/raw/to_processed" / key).parent.mkdir(parents=True)
        (tmp_path / "broken/raw/to_processed" / key).write_bytes(data)

    with pytest.raises(KeyboardInterrupt):
        bring_in(path, tmp_path / "broken", put=dying)
    rest, _ = bring_in(path, tmp_path / "broken")
    assert (rest.there, len(rest.new)) == (landed, 1)
    assert loaded(tmp_path / "broken") == loaded(tmp_path / "unbroken")
    again, _ = bring_in(path, tmp_path / "broken")

    names = [sorted(it.name for it in (tmp_path / of).rglob("*.gz")) for of in ("broken", "unbroken")]
    assert names[0] == names[1]
    assert (again.new, len(again.there)) == ([], 2)
