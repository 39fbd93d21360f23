"""The views as files: statements of Athena's, made one after the other, with the columns that people rely on."""

import pytest
import trino_sql_validator
from hand_made_lake import hand_made_lake

from chart_check.errors import QueryError
from chart_check.views import FOLDER, View, lake_views, make_views

VIEWS = pytest.mark.parametrize("view", lake_views(), ids=lambda view: view.name)
# As Hive writes them, in their order.
COLUMNS = {
    "chart_latest": "chart string, chart_date string, position int, movement string, song_id string, song string, "
    "artists string, album string, release_day date, explicit boolean, song_url string, image_url string, "
    "label string",
    "chart_movement": "chart string, chart_date string, position int, previous_position int, previous_date string, "
    "movement string, places int",
    "song_run": "chart string, song_id string, song string, artists string, first_date string, last_date string, "
    "days_on_chart int, entries int, peak_position int, days_at_peak int, longest_run int",
    "artist_presence": "chart string, chart_date string, artist_id string, artist string, songs int, as_main int, "
    "as_featured int, best_position int",
    "chart_overlap": "chart_date string, chart string, other_chart string, songs_in_common int, share double",
    "song_latest": "song_id string, name string, album_id string, duration_ms int, explicit boolean, popularity int, "
    "isrc string, disc_number int, track_number int, url string, label string, credited_artists string, "
    "chart_date string",
    "artist_latest": "artist_id string, name string, url string, chart_date string",
    "album_latest": "album_id string, name string, album_type string, release_date string, "
    "release_date_precision string, release_day date, total_tracks int, artist_ids array<string>, url string, "
    "image_url string, chart_date string",
}


@pytest.fixture(scope="module")
def lake():
    with hand_made_lake() as lake:
        lake.fill({"2026-01-01": {"global": "a"}})
        yield lake


class Athena:
    """Takes statements, and refuses those that are told."""

    def __init__(self, refuses=()):
        self.ran = []
        self._refuses = refuses

    def execute(self, sql):
        self.ran.append(sql)
        if sql in self._refuses:
            raise QueryError("TABLE_NOT_FOUND: line 1:1")


def test_the_files_are_the_views_of_the_contract():
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(f"{name}.sql" for name in COLUMNS)


@VIEWS
def test_it_is_one_statement_that_trino_reads_too(view):
    result = trino_sql_validator.validate(view.sql)

    assert result.valid, result.error
    assert (result.statement_count, result.warnings) == (1, ())


@VIEWS
def test_it_makes_or_replaces_the_view_that_its_file_is_named_by(view):
    assert view.sql.startswith(f"CREATE OR REPLACE VIEW {view.name} AS\n")


@VIEWS
def test_its_file_begins_with_what_it_answers(view):
    first = FOLDER.joinpath(f"{view.name}.sql").read_text().splitlines()[0]

    assert first.startswith("-- ")
    assert first.rstrip(".:").count(" ") > 3


@VIEWS
def test_it_comes_after_the_views_that_it_stands_on(view):
    names = [each.name for each in lake_views()]

    assert [name for name in names[names.index(view.name) :] if name in view.sources] == []


@VIEWS
def test_its_columns_are_those_of_the_contract(lake, view):
    assert ", ".join(f"{name} {kind}" for name, kind in lake.columns(view.name).items()) == COLUMNS[view.name]


def test_a_view_that_athena_refuses_is_told_and_the_others_are_made():
    views = [View("first", "CREATE 1"), View("second", "CREATE 2")]
    athena = Athena(refuses=["CREATE 1"])

    refused = make_views(athena, views)

    assert refused == [{"view": "first", "problem": "TABLE_NOT_FOUND: line 1:1"}]
    assert athena.ran == ["CREATE 1", "CREATE 2"]


def test_making_them_again_replaces_them(lake):
    lake.fill({"2026-01-01": {"global": "a b"}})

    assert lake.make_views() == []
    assert lake.rows("SELECT count(*) FROM chart_latest") == [(2,)]
