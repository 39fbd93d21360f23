"""Chart CSVs, one chart a file, of both forms."""

from pathlib import Path

import pytest
from imported import as_csv, bring_in, loaded, loads, song

from top50.errors import RefusedError
from top50.imports.records import Wanted

NEW = ["rank", "uri", "artist_names", "track_name", "source", "peak_rank", "previous_rank", "days_on_chart", "streams"]
OLD = ["Position", "Track Name", "Artist", "Streams", "URL"]
NOTE = b',,,"Note that these figures are generated using a formula",\n'
RANKS = (2, 3, 5, 200)


def new(ranks=RANKS, columns=NEW, **form):
    """A file of charts.spotify.com, with gaps in its ranks."""
    rows = []
    for rank in ranks:
        song_id, title, credit = song(rank)
        rows.append([rank, f"spotify:track:{song_id}", credit, title, "A label", 1, -1, 7, 1000 - rank])
    return as_csv(rows, columns, **{"encoding": "utf-8-sig", **form})


def old(ranks=RANKS, columns=OLD, **form):
    """A file of spotifycharts.com; viral ones have no streams."""
    rows = []
    for rank in ranks:
        song_id, title, credit = song(rank)
        told = {"Position": rank, "Track Name": title, "Artist": credit, "Streams": 1000 - rank}
        told["URL"] = f"https://open.spotify.com/track/{song_id}"
        rows.append([told[column] for column in columns])
    return as_csv(rows, columns, **form)


def expected(chart, day, ranks=RANKS, *, streams=True):
    return {(chart, day, rank): (*song(rank), 1000 - rank if streams else None) for rank in ranks}


def put(folder, files):
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def test_a_folder_of_both_forms_is_loaded_with_the_charts_and_dates_of_the_names(tmp_path):
    weekly = [*NEW[:7], "weeks_on_chart", NEW[8]]
    files = {
        "new/regional-us-daily-2021-12-01.csv": new(),
        "new/regional-na-weekly-2023-03-09 (1).csv": new(columns=weekly),
        "old/regional-global-daily-2018-07-21.csv": NOTE + old(),
        "old/regional-us-weekly-2018-07-13--2018-07-20.csv": old(newline="\r\n", encoding="utf-8-sig"),
        "old/viral-us-daily-2018-07-21.csv": old(columns=[*OLD[:3], "URL"]),
        "notes.txt": b"mine",
    }

    landed, not_taken = bring_in(put(tmp_path / "downloads", files), tmp_path)

    assert loaded(tmp_path) == {
        **expected("us-daily", "2021-12-01"),
        **expected("na-weekly", "2023-03-09"),
        **expected("global-daily", "2018-07-21"),
        **expected("us-weekly", "2018-07-19"),
        **expected("us-viral", "2018-07-21", streams=False),
    }
    assert not_taken.refused == {}
    assert list(not_taken.aside) == ["not a CSV of charts"]
    assert len(landed.new) == 4
    sources = {key: row["source"] for key, row in loads(tmp_path, "2021-12-01", "2018-07-21").items()}
    assert sources["us-daily", "2021-12-01"] == "chart_csv"
    assert sources["us-viral", "2018-07-21"] == "spotifycharts_csv"


def test_of_a_new_and_an_old_file_of_a_chart_the_new_one_stands_and_of_copies_one_lands(tmp_path):
    files = {
        "new/regional-us-daily-2021-12-01.csv": new(ranks=(1,)),
        "new/regional-us-daily-2021-12-01 (1).csv": new(ranks=(1,)),
        "old/regional-us-daily-2021-12-01.csv": old(ranks=(1, 2)),
    }

    _landed, not_taken = bring_in(put(tmp_path / "downloads", files), tmp_path)

    assert loaded(tmp_path) == expected("us-daily", "2021-12-01", (1,))
    assert list(not_taken.aside) == ["the same chart as in another file"]


def test_size_and_dates_cut_by_rank_and_date(tmp_path):
    files = {f"regional-us-daily-2021-12-0{day}.csv": new() for day in (1, 2, 3)}

    bring_in(put(tmp_path / "downloads", files), tmp_path, Wanted("2021-12-02", "2021-12-02", size=3))

    assert loaded(tmp_path) == expected("us-daily", "2021-12-02", (2, 3))


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("regional-us-daily-2021-12-01.csv", new(encoding="utf-16"), "it is UTF-16"),
        ("regional-us-daily-2021-12-01.csv", new()[:-30], "values, but 9 columns"),
        ("regional-us-daily-2021-12-01.csv", old()[:-30], "is not a track's link"),
        ("regional-us-daily-2021-12-01.csv", old(ranks=(1, 1)), "position 1 after 1: positions must rise"),
        ("regional-us-daily-2021-12-01.csv", old(ranks=(201,)), "positions must rise, to 200 at most"),
        ("regional-us-daily-2021-12-01.csv", old(ranks=()), "there are no rows"),
        ("regional-us-daily-latest.csv", old(), "does not say which chart it is"),
        ("regional-xx-daily-2018-07-21.csv", old(), "does not say which chart it is"),
        ("regional-us-weekly-2018-07-13--2018-07-21.csv", old(), "does not end on a Friday"),
        ("viral-us-weekly-2018-07-12--2018-07-19.csv", old(), "a weekly viral chart"),
    ],
)
def test_a_bad_file_is_refused_with_its_reason_and_all_others_come(tmp_path, name, data, why):
    files = {name: data, "regional-ar-daily-2021-12-01.csv": new()}

    _landed, not_taken = bring_in(put(tmp_path / "downloads", files), tmp_path)

    [(problem, [what])] = not_taken.refused.items()
    assert why in problem
    assert Path(what.split(", line")[0]).name == name
    assert loaded(tmp_path) == expected("ar-daily", "2021-12-01")


def test_two_files_of_a_chart_with_other_rows_are_not_both_right(tmp_path):
    files = {"a/regional-us-daily-2021-12-01.csv": new((1,)), "b/regional-us-daily-2021-12-01.csv": new((2,))}

    _landed, not_taken = bring_in(put(tmp_path / "downloads", files), tmp_path)

    assert [problem.split(" in ")[0] for problem in not_taken.refused] == ["us-daily of 2021-12-01 has other rows"]


def test_a_folder_with_nothing_of_that_kind_is_refused(tmp_path):
    put(tmp_path / "pictures", {"a.png": b"\x89PNG"})

    with pytest.raises(RefusedError, match="holds nothing of that kind"):
        bring_in(tmp_path / "pictures", tmp_path)
