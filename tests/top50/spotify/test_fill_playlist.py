"""Filling a playlist of one's own, through the real spotipy."""

import datetime as dt

import pytest

from chart_extract.charts import Chart
from chart_extract.spotify import Credentials, connect
from chart_extract.walls import ConsentTooNarrowError, NotOwnerError
from local_cloud.spotify import chart_entries, own_playlist_id
from top50.spotify import fill_playlist as tool
from top50.spotify.track_list import Song, TrackListError, read_songs

OWN = Chart("own", own_playlist_id("global"))
READ_AND_WRITE = "playlist-read-private playlist-read-collaborative playlist-modify-private"


def songs_of(chart, day=1):
    return [Song(f"spotify:track:{song.id}", song.name) for song in chart_entries(chart, dt.date(2026, 11, day))]


@pytest.fixture(params=["development_new", "development_old"])
def client(request, spotify, config, policy):
    """A client that may change playlists."""
    spotify.configure(app=request.param, scopes=READ_AND_WRITE)
    scopes = frozenset(READ_AND_WRITE.split())
    client = connect(
        Credentials("stand-in-client", "stand-in-secret", "stand-in-refresh-token", scopes), config, policy
    )
    spotify.forget_requests()
    return client


@pytest.fixture
def holds(client):
    """The songs in the playlist, read by spotipy alone."""

    def holds():
        page = client.playlist_items(OWN.playlist_id)
        items = list(page["items"])
        while page["next"]:
            page = client.next(page)
            items += page["items"]
        return [(entry.get("item") or entry["track"])["uri"] for entry in items]

    return holds


@pytest.fixture
def said():
    return []


@pytest.fixture
def fill(client, policy, said):
    def fill(songs, agrees=True):
        tool.run(client, OWN, songs, policy, lambda: agrees, said.append)

    return fill


def test_the_playlist_then_holds_the_songs_in_their_order(fill, holds):
    songs = songs_of("us")

    fill(songs)

    assert holds() == [song.uri for song in songs]


def test_250_songs_go_in_100_a_request_and_keep_their_order(spotify, fill, holds):
    songs = [song for day in range(1, 6) for song in songs_of("us", day)]

    fill(songs)

    assert [call.partition(" ")[0] for call in spotify.requests() if "GET" not in call] == ["PUT", "POST", "POST"]
    assert holds() == [song.uri for song in songs]


def test_first_it_says_what_would_change_and_changes_nothing(spotify, fill, said, holds):
    now = songs_of("global", 22)
    new = Song(songs_of("us")[0].uri, "A new one")

    fill([new, *now[1:49]], agrees=False)

    told = "".join(said)
    assert f"   1  {now[0].title} -> A new one\n" in told
    assert f"  50  {now[49].title} -> (nothing)\n" in told
    assert "50 songs now, 49 then; 48 stay, 2 places change" in told
    assert "the same command with --apply" in told
    assert holds() == [song.uri for song in now]
    assert not any(call.startswith(("PUT", "POST")) for call in spotify.requests())


def test_a_playlist_that_holds_the_songs_already_is_left_alone_and_not_asked_about(spotify, fill, said):
    fill(songs_of("global", 22), agrees=pytest.fail)

    assert "in this order already" in said[0]
    assert not any(call.startswith("PUT") for call in spotify.requests())


def test_an_empty_playlist_can_be_filled(client, fill, holds):
    client.playlist_replace_items(OWN.playlist_id, [])

    fill(songs_of("us"))

    assert len(holds()) == 50


def test_a_playlist_that_somebody_changes_meanwhile_is_told(spotify, fill, monkeypatch):
    monkeypatch.setattr(tool, "songs_in", lambda _observed: [])

    with pytest.raises(tool.NotFilledError, match="run the same command again"):
        fill(songs_of("us"))


def test_a_wall_that_goes_away_costs_only_time(spotify, fill, holds):
    spotify.fail("rate_limit", endpoint="change", times=2, retry_after=1)

    fill(songs_of("us"))

    assert len(holds()) == 50


@pytest.mark.parametrize(
    ("message", "wall"), [("Forbidden", NotOwnerError), ("scope", ConsentTooNarrowError)], ids=["owner", "scope"]
)
def test_a_playlist_that_may_not_be_changed_names_the_wall(spotify, fill, message, wall):
    spotify.fail("forbidden", endpoint="change", message=message)

    with pytest.raises(wall):
        fill(songs_of("us"))


def test_a_list_holds_uris_urls_ids_and_comments(tmp_path):
    ids = [letter * 22 for letter in "abc"]
    text = f"# my chart\nspotify:track:{ids[0]}\n\nhttps://open.spotify.com/track/{ids[1]}?si=1  # second\r\n{ids[2]}"
    (tmp_path / "songs.txt").write_bytes(text.encode("utf-8-sig"))

    assert [song.uri for song in read_songs(tmp_path / "songs.txt", 1)] == [f"spotify:track:{it}" for it in ids]


def test_of_a_charts_csv_the_first_songs_are_taken(tmp_path):
    header = "rank,uri,artist_names,track_name,source,peak_rank,previous_rank,days_on_chart,streams"
    lines = [f'{rank},spotify:track:{rank:022},"Ana","Song {rank}","L",1,-1,1,"9"' for rank in range(2, 201)]
    (tmp_path / "regional-global-daily-2026-11-21.csv").write_text("\ufeff" + "\n".join([header, *lines]))

    songs = read_songs(tmp_path / "regional-global-daily-2026-11-21.csv", 50)

    # Rank 1 is missing, as where a song was withdrawn.
    assert len(songs) == 49
    assert songs[0] == Song(f"spotify:track:{2:022}", "Song 2 (Ana)")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# nothing\n", "it names no song"),
        ("a" * 22 + "\nspotify:album:x", r"line 2: 'spotify:album:x' is not a track"),
    ],
)
def test_a_list_that_names_something_else_is_refused_with_its_line(tmp_path, text, words):
    (tmp_path / "songs.txt").write_text(text)

    with pytest.raises(TrackListError, match=words):
        read_songs(tmp_path / "songs.txt", 50)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(TrackListError, match=r"songs\.txt: No such file"):
        read_songs(tmp_path / "songs.txt", 50)


@pytest.fixture
def command(tmp_path, spotify, top50, monkeypatch):
    """The command as a person runs it."""
    (tmp_path / "songs.txt").write_text("\n".join(song.uri for song in songs_of("us")))

    def command(*arguments, scopes=READ_AND_WRITE):
        spotify.configure(app="development_new", scopes=scopes)
        settings = {
            "SPOTIFY_CLIENT_ID": "stand-in-client",
            "SPOTIFY_CLIENT_SECRET": "stand-in-secret",
            "SPOTIFY_REFRESH_TOKEN": "stand-in-refresh-token",
            "SPOTIFY_SCOPES": scopes,
            "SPOTIFY_API_URL": spotify.api_url,
            "SPOTIFY_ACCOUNTS_URL": spotify.accounts_url,
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        return top50("fill-playlist", *arguments)

    return command


def test_the_command_needs_apply_to_change_anything(command):
    url = f"https://open.spotify.com/playlist/{OWN.playlist_id}?si=1"

    first, second, third = (command(url, "songs.txt", *more) for more in ([], ["--apply"], []))

    assert [it.exit_code for it in (first, second, third)] == [0, 0, 0]
    assert first.stdout.endswith("Nothing was changed. To change it: the same command with --apply\n")
    assert second.stdout.endswith("Done: 50 songs.\n")
    assert "in this order already" in third.stdout


def test_a_consent_to_reading_alone_is_told_how_to_get_the_other(command):
    finished = command(OWN.playlist_id, "songs.txt", scopes="playlist-read-private")

    assert finished.exit_code == 1
    assert finished.stderr.startswith("Error: Spotify consent: it does not cover changes of playlists.")
    assert "top50 authorize --write" in finished.stderr


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("spotify:album:x", "songs.txt"), "'spotify:album:x' is not a playlist's id, URI or URL"),
        ((OWN.playlist_id, "songs.txt", "--size", "0"), "'--size': 0 is not in the range"),
        ((OWN.playlist_id, "no_such.txt"), "File 'no_such.txt' does not exist"),
    ],
)
def test_wrong_words_are_told_before_anything_is_asked(command, spotify, arguments, problem):
    finished = command(*arguments)

    assert finished.exit_code == 2
    assert problem in finished.stderr
    assert spotify.requests() == []
