import pytest

from chart_extract.chart_csv import ChartCsvError, parse_rows

HEADER = "rank,uri,artist_names,track_name,source,peak_rank,previous_rank,days_on_chart,streams"
NAME = "regional-global-daily-2026-11-21.csv"


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
        (csv_of(line(1), line(3)), ", line 3, column rank", "rank 3 instead of 2"),
        (csv_of(line(2)), ", line 2, column rank", "rank 2 instead of 1"),
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
        (csv_of(line(1, song="a\nb"), line(9)), ", line 4, column rank", "rank 9 instead of 2"),
        (csv_of(line(1)) + b"2,\xff", ", line 3", "it is not UTF-8"),
        (csv_of(), ", line 1", "there are no rows"),
        (b"", ", line 1", "the header lacks rank, uri"),
        (b"<!doctype html>", ", line 1", "the header lacks rank, uri"),
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
