import json
from datetime import UTC, datetime

import pytest

from chart_extract.chart import read_chart
from chart_extract.charts import Chart
from chart_extract.spotify import connect
from chart_extract.walls import BadAnswerError, ChartShapeError, IncompleteChartError, ItemsMissingError

CHART = Chart("global", "37i9dQZEVXbMDoHDwVN2tF")
NOON = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)


class FakeSpotify:
    """A playlist in pages of given content."""

    def __init__(self, playlist, *more_pages):
        self._answers = [playlist, *more_pages]

    def playlist(self, _playlist_id, additional_types):
        assert additional_types == ("track",)
        return self._answers.pop(0)

    def next(self, _page):
        return self._answers.pop(0)


def entry(name="Song", **fields):
    return {"track": {"id": "s1", "type": "track", "name": name}} | fields


def page(*entries, total=None, more=None):
    return {"href": "h", "items": list(entries), "next": more, "total": len(entries) if total is None else total}


def playlist(contents, **fields):
    about = {"id": "p1", "name": "Top 50", "owner": {"id": "spotify"}, "snapshot_id": "s1"}
    return about | {"tracks": contents} | fields


@pytest.fixture
def read(policy):
    return lambda *answers: read_chart(FakeSpotify(*answers), CHART, policy, clock=lambda: NOON)


@pytest.mark.parametrize("app", ["extended", "development_new"])
def test_pages_are_kept_exactly_as_spotify_sent_them(spotify, config, app_alone, user, policy, app):
    spotify.configure(app=app, page_size=20, own_playlists={"0" * 22: "global"})
    client = connect(user if app == "development_new" else app_alone, config, policy)
    chart = Chart("mine", "0" * 22)

    observed = read_chart(client, chart, policy, clock=lambda: NOON)

    first = client.playlist(chart.playlist_id)["items" if app == "development_new" else "tracks"]
    second = client.next(first)
    assert observed.pages == [first, second, client.next(second)]
    assert [len(it["items"]) for it in observed.pages] == [20, 20, 10]
    assert observed.entries == observed.total == 50


def test_the_raw_object_is_one_line_of_json_in_the_agreed_order(read):
    contents = page(entry("七つの海 \u2028 🎵"))

    line = read(playlist(contents)).to_raw("2026-11-22").decode()

    assert line == (
        '{"format":"top50-raw/1","chart":"global","chart_date":"2026-11-22","fetched_at":"2026-11-22T12:00:00Z",'
        '"source":"playlist","playlist":{"id":"p1","name":"Top 50","owner_id":"spotify","snapshot_id":"s1"},'
        f'"total":1,"pages":[{json.dumps(contents, ensure_ascii=False, separators=(",", ":"))}]}}'
    )
    assert "七つの海" in line
    assert "\n" not in line


def test_half_a_surrogate_pair_survives(read):
    contents = json.loads('{"items":[{"track":{"id":"s1","type":"track","name":"\\ud83c!"}}],"next":null,"total":1}')

    raw = read(playlist(contents)).to_raw("2026-11-22")

    assert json.loads(raw.decode("utf-8"))["pages"] == [contents]


def test_what_spotify_does_not_say_about_a_playlist_is_null(read):
    raw = json.loads(read({"tracks": page(entry()), "owner": None}).to_raw("2026-11-22"))

    assert raw["playlist"] == {"id": None, "name": None, "owner_id": None, "snapshot_id": None}


def test_the_moment_of_the_first_answer_counts(policy):
    ticks = iter([NOON, AssertionError])
    first = page(entry(), entry(), total=3, more="/next")

    observed = read_chart(
        FakeSpotify(playlist(first), page(entry(), total=3)), CHART, policy, clock=lambda: next(ticks)
    )

    assert observed.fetched_at == NOON


def test_places_may_be_null(read):
    assert read(playlist(page(None, entry(track=None), entry()))).entries == 3


@pytest.mark.parametrize("contents", [{}, {"tracks": None}, {"items": None, "tracks": {"href": "h", "total": 50}}])
def test_metadata_without_entries_is_a_playlist_that_is_not_ours(read, contents):
    with pytest.raises(ItemsMissingError):
        read({"id": "p1", **contents})


@pytest.mark.parametrize(
    "contents",
    [
        *([], "tracks", {"items": [entry()], "total": 1}),
        *(page(entry()) | {"items": items} for items in ({}, None)),
        *(page(entry()) | {"total": total} for total in ("1", None, True)),
        page(entry()) | {"next": 1},
        *(page("entry"), page(entry(), [entry()])),
    ],
)
def test_contents_of_another_shape_are_refused(read, contents):
    with pytest.raises(ChartShapeError, match="chart global"):
        read(playlist(contents))


@pytest.mark.parametrize("answer", [None, [], "playlist", 50])
def test_a_first_or_later_answer_that_is_no_object_is_refused(read, answer):
    for before in ([], [playlist(page(entry(), total=2, more="/next"))]):
        with pytest.raises(BadAnswerError):
            read(*before, answer)


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        (page(total=0), "empty"),
        (page(total=50), "0 of 50"),
        (page(entry(), total=2), "1 of 2"),
        (page(entry(), entry(), total=1), "2 of 1"),
        (page(None, None), "none of its 2 entries holds a track"),
        (page({}, {"added_at": None}), "none of its 2 entries holds a track"),
        (page(entry(track=True)), "none of its 1 entries holds a track"),
    ],
)
def test_an_empty_or_short_chart_is_refused(read, contents, words):
    with pytest.raises(IncompleteChartError, match=words):
        read(playlist(contents))


@pytest.mark.parametrize("second", [page(entry(), total=3), page(total=2), page(total=2, more="/next")])
def test_a_playlist_that_changes_while_it_is_read_is_refused(read, second):
    with pytest.raises(IncompleteChartError, match="changed while it was read"):
        read(playlist(page(entry(), total=2, more="/next")), second)


def test_an_endless_row_of_pages_ends(read):
    endless = page(entry(), total=2, more="/next")

    with pytest.raises(IncompleteChartError, match="3 of 2"):
        read(playlist(endless), *[endless] * 9)
