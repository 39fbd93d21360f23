import datetime as dt
from importlib import resources

import pytest

from chart_extract.chart_csv import ChartCsvError, ChartCsvNameError, CsvChart, parse_chart, parse_rows
from chart_extract.charts import known_charts
from chart_extract.countries import COUNTRIES

HEADER = "rank,uri,artist_names,track_name,source,peak_rank,previous_rank,days_on_chart,streams"
NAME = "regional-global-daily-2026-11-21.csv"
TODAY = dt.date(2026, 11, 22)


def line(rank=1, uri="spotify:track:" + "a" * 22, song="Song", peak=1, previous=-1, days=3, streams=9_000_000):
    return f'{rank},{uri},"Ana, Bo","{song}","Label",{peak},{previous},{days},"{streams}"'


def csv_of(*lines, header=HEADER):
    return "\r\n".join(["\ufeff" + header, *lines, ""]).encode()


def test_rows_come_by_column_as_they_are_written():
    rows = parse_rows(NAME, csv_of(line(1), line(2, previous=7)))

    assert [row["rank"] for row in rows] == ["1", "2"]
    assert rows[0] == {
        "rank": "1",
        "uri": "spotify:track:" + "a" * 22,
        "artist_names": "Ana, Bo",
        "track_name": "Song",
        "source": "Label",
        "peak_rank": "1",
        "previous_rank": "-1",
        "days_on_chart": "3",
        "streams": "9000000",
    }


def test_titles_may_hold_quotes_commas_and_line_breaks():
    rows = parse_rows(NAME, csv_of(line(1, song='A ""B"", c\nd'), line(2, song="七つの海")))

    assert [row["track_name"] for row in rows] == ['A "B", c\nd', "七つの海"]


def test_a_byte_order_mark_may_be_missing_and_lines_may_end_as_on_unix():
    data = csv_of(line(1)).removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")

    assert len(parse_rows(NAME, data)) == 1


def test_a_weekly_chart_counts_weeks():
    rows = parse_rows(NAME, csv_of(line(1), header=HEADER.replace("days_on_chart", "weeks_on_chart")))

    assert rows[0]["weeks_on_chart"] == "3"


@pytest.mark.parametrize(
    ("data", "place", "reason"),
    [
        (csv_of(line(3), line(3)), ", line 3, column rank", "rank 3 after rank 3: ranks must rise"),
        (csv_of(line(1), line(4), line(2)), ", line 4, column rank", "rank 2 after rank 4: ranks must rise"),
        (csv_of(line(200), line(201)), ", line 3, column rank", "rank 201, but a chart ends at 200"),
        (csv_of(line(0)), ", line 2, column rank", "'0' is not a number >= 1"),
        (csv_of(line(1), line("x")), ", line 3, column rank", "'x' is not a number >= 1"),
        (csv_of(line(1, uri="spotify:episode:" + "a" * 22)), ", line 2, column uri", "is not a track URI"),
        (csv_of(line(1, streams="1,5")), ", line 2, column streams", "'1,5' is not a number >= 0"),
        (csv_of(line(1, streams=-1)), ", line 2, column streams", "'-1' is not a number >= 0"),
        (csv_of(line(1, streams="٣")), ", line 2, column streams", "is not a number"),
        (csv_of(line(1, peak=0)), ", line 2, column peak_rank", "'0' is not a number >= 1"),
        (csv_of(line(1, previous="")), ", line 2, column previous_rank", "'' is not a number"),
        (csv_of(line(1, days="one")), ", line 2, column days_on_chart", "'one' is not a number"),
        (csv_of(line(1), "2,spotify"), ", line 3", "2 values, but 9 columns"),
        (csv_of(line(1), line(2) + '"x'), ", line 3", "it is not valid CSV"),
        (csv_of(line(2, song="a\nb"), line(1)), ", line 4, column rank", "rank 1 after rank 2"),
        (csv_of(line(1)) + b"2,\xff", ", line 3", "it is not UTF-8"),
        (csv_of(), ", line 1", "there are no rows"),
        (b"title,rank,date\n", ", line 1", "the header lacks uri"),
        (csv_of(line(1), header=HEADER.replace("uri", "url")), ", line 1", "the header lacks uri"),
        (csv_of(line(1), header=HEADER.replace("days_on_chart", "age")), ", line 1", "the header lacks days_on_chart"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_its_column_and_the_reason(data, place, reason):
    with pytest.raises(ChartCsvError) as raised:
        parse_rows(NAME, data)

    assert str(raised.value).startswith(f"{NAME}{place}: ")
    assert reason in raised.value.problem
    assert "Download it again" in str(raised.value)


def test_a_rank_that_the_file_leaves_out_is_an_empty_place_and_the_size_counts_places():
    chart = CsvChart("in-weekly", "2023-03-09", parse_rows(NAME, csv_of(line(2), line(3), line(6), line(200))))

    ranks = [[row and int(row["rank"]) for row in chart.places(size)] for size in (1, 5, 6, 500)]

    assert ranks[:3] == [[None], [None, 2, 3, None, None], [None, 2, 3, None, None, 6]]
    assert ranks[3] == [rank if rank in (2, 3, 6, 200) else None for rank in range(1, 201)]


OLDER_FORM = b'Position,"Track Name",Artist,Streams,URL\n1,"In My Feelings",Drake,43950715,https://open.spotify.com/x\n'


@pytest.mark.parametrize(
    ("data", "form", "remedy"),
    [
        (b"", "it is empty", "Download it again"),
        (b"\xef\xbb\xbf\r\n", "it is empty", "Download it again"),
        (b"\n <!doctype html><title>Log in</title>", "it is a web page", "Sign in at charts.spotify.com"),
        (csv_of(line(1)).replace(b",", b";"), "separated by semicolons", "without opening and saving it"),
        (csv_of(line(1)).replace(b",", b"\t"), "separated by tabs", "without opening and saving it"),
        (csv_of(line(1)).decode().encode("utf-16"), "it is UTF-16", "without opening and saving it"),
        (csv_of(line(1)).decode().encode("utf-16-le"), "it is UTF-16", "without opening and saving it"),
        (b"PK\x03\x04...", "spreadsheet's own file (xlsx)", "Unpack a ZIP"),
        (b"\x1f\x8b...", "compressed with gzip", "Unpack it"),
        (OLDER_FORM, "older spotifycharts.com", "Bring it in with top50 import"),
        (b',,,"Note that these figures",\n' + OLDER_FORM, "older spotifycharts.com", "Bring it in with top50 import"),
    ],
)
def test_a_file_of_another_form_is_told_what_it_is_and_what_to_do(data, form, remedy):
    with pytest.raises(ChartCsvError) as raised:
        parse_chart("chart.csv", data, TODAY)

    assert form in raised.value.problem
    assert remedy in str(raised.value)


@pytest.mark.parametrize(
    ("name", "chart", "chart_date"),
    [
        ("regional-gb-daily-2026-11-22.csv", "gb-daily", "2026-11-22"),
        ("regional-global-daily-2026-11-21 (1).csv", "global-daily", "2026-11-21"),
        ("regional-global-daily-2026-11-21(12).csv", "global-daily", "2026-11-21"),
        ("regional-cy-daily-2026-11-21-2.csv", "cy-daily", "2026-11-21"),
    ],
)
def test_the_name_says_which_chart_it_is_though_a_browser_numbers_it_or_the_country_is_new(name, chart, chart_date):
    read = parse_chart(name, csv_of(line(1)), TODAY)

    assert (read.chart, read.chart_date) == (chart, chart_date)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("chart.csv", "does not say which chart"),
        ("regional-us-daily-2026-02-30.csv", "does not say which chart"),
        ("regional-us-daily-2026-11-23.csv", "2026-11-23 is still to come"),
        ("regional-xx-daily-2026-11-21.csv", "there is no country xx"),
        ("citytoptrack-amsterdam-weekly-2026-11-19.csv", r"another kind \(citytoptrack\)"),
        ("viral-global-daily-2026-11-21.csv", r"another kind \(viral\)"),
    ],
)
def test_a_name_of_no_chart_that_can_be_added_is_refused(name, problem):
    with pytest.raises(ChartCsvNameError, match=problem):
        parse_chart(name, csv_of(line(1)), TODAY)


def test_the_countries_are_isos_and_kosovo_and_include_all_that_have_charts():
    lines = (resources.files("tzdata") / "zoneinfo" / "iso3166.tab").read_text(encoding="utf-8").splitlines()

    assert {line[:2].lower() for line in lines if not line.startswith("#")} | {"xk"} == COUNTRIES
    assert known_charts().keys() - COUNTRIES == {"global"}
