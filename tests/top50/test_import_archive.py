"""A clone of the playlist archive, made by git itself: what each day's last commit says is what the job loads."""

import json
import os
import subprocess
from datetime import UTC, datetime

import pytest
from glue_jobs.lakes import Lake
from imported import bring_in, loads, song

from top50.errors import RefusedError
from top50.imports.playlist_files import parse_playlist
from top50.imports.records import Wanted

GLOBAL, USA, OTHER = "37i9dQZEVXbMDoHDwVN2tF", "37i9dQZEVXbLRQDuF5jeBp", "0" * 22
SITE = "https://open.spotify.com"
ESCAPES = str.maketrans({letter: f"\\{letter}" for letter in "|[]*_"})


def artists(number):
    """The names of a song's artists, one with a comma in it."""
    return [f"Artist {number}", "Tyler, The Creator"][: 1 + number % 2]


def artist_id(name):
    return name.encode().hex().ljust(22, "0")[:22]


def markdown(numbers, playlist=GLOBAL, *, escape=False):
    """The older form; None is a track without a link."""

    def link(name, kind, of):
        return f"[{name.translate(ESCAPES) if escape else name}]({SITE}/{kind}/{of})"

    lines = [f"pretty - [plain](/playlists/plain/{playlist})", f"### [Top 50 - X]({SITE}/playlist/{playlist})", ""]
    lines += ["| No. | Title | Artist(s) | Album | Length |", "|---|---|---|---|---|"]
    for position, number in enumerate(numbers, start=1):
        if number is None:
            lines.append(f"| {position} | A [local] file | Me | | 1:00 |")
            continue
        song_id, title, _credit = song(number)
        title = title.replace("\n", " ")
        credits = ", ".join(link(name, "artist", artist_id(name)) for name in artists(number))
        album = link(f"Album | of [{title}]", "album", artist_id(title))
        lines.append(f"| {position} | {link(title, 'track', song_id)} | {credits} | {album} | 2:{position:02} |")
    return "\n".join(lines).encode()


def as_json(numbers, playlist=GLOBAL):
    """The newer form."""
    tracks = []
    for number in numbers:
        song_id, title, _credit = song(number)
        tracks.append(
            {
                "added_at": "1970-01-01 00:00:00",
                "album": {"name": "Album", "url": f"{SITE}/album/{artist_id(title)}"},
                "artists": [{"name": name, "url": f"{SITE}/artist/{artist_id(name)}"} for name in artists(number)],
                "duration_ms": 120_000 + number,
                "name": title,
                "url": f"{SITE}/track/{song_id}",
            }
        )
    about = {"description": "", "original_name": "Top 50 - X", "snapshot_id": "snap", "unique_name": "Top 50 - X"}
    return json.dumps({**about, "tracks": tracks, "url": f"{SITE}/playlist/{playlist}"}).encode()


class Clone:
    """A git repository, and commits at given times."""

    def __init__(self, root):
        self.root = root
        (root / "playlists/pretty").mkdir(parents=True)
        self.git("init", "--quiet", ".")

    def git(self, *arguments, when="2021-01-01T00:00:00Z"):
        who = {f"GIT_{role}_{field}": "x@x" for role in ("AUTHOR", "COMMITTER") for field in ("NAME", "EMAIL")}
        times = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when, "GIT_CONFIG_GLOBAL": os.devnull}
        subprocess.run(["git", *arguments], cwd=self.root, check=True, env={**os.environ, **who, **times})

    def commit(self, when, files=(), *, remove=()):
        for name, data in dict(files).items():
            (self.root / "playlists/pretty" / name).write_bytes(data)
        for name in remove:
            (self.root / "playlists/pretty" / name).unlink()
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", when, when=when)


@pytest.fixture
def clone(tmp_path):
    return Clone(tmp_path / "archive")


def charts(root):
    """What the job loads: by chart and date the song, its title and its artists, position by position."""
    lake = Lake(root)
    found = {}
    for day in lake.run()["dates_rewritten"]:
        titles = {row["song_id"]: row["name"] for row in lake.rows("song", day)}
        names = {row["artist_id"]: row["name"] for row in lake.rows("artist", day)}
        links = sorted(lake.rows("song_artist", day), key=lambda row: row["artist_position"])
        for entry in lake.rows("chart_entry", day):
            credit = [names[row["artist_id"]] for row in links if row["song_id"] == entry["song_id"]]
            of = found.setdefault((entry["chart"], day), {})
            of[entry["position"]] = (entry["song_id"], titles[entry["song_id"]], credit)
    return found


def expected(numbers, *, in_markdown=False):
    """The same from what was written."""
    told = {}
    for position, number in enumerate(numbers, start=1):
        if number is not None:
            song_id, title, _credit = song(number)
            told[position] = (song_id, title.replace("\n", " ") if in_markdown else title, artists(number))
    return told


def test_each_days_last_commit_stands_whatever_form_and_name_its_file_has(clone, tmp_path):
    old_name, name, usa = "Global Top 50.md", "Top 50 - Global.md", "Top 50 - USA.md"
    clone.commit("2021-05-01T10:00:00Z", {old_name: markdown([1, 2, None, 3]), "My Top 50.md": markdown([9], OTHER)})
    clone.commit("2021-05-02T02:00:00+04:00", {old_name: markdown([4])})  # The evening of May 1 (UTC).
    clone.commit("2021-05-03T10:00:00Z")
    clone.commit("2021-05-04T10:00:00Z", {name: markdown([4])}, remove=[old_name])  # Renamed, and nothing else.
    clone.commit("2021-05-05T10:00:00Z", {name: markdown([5, 6], escape=True), usa: markdown([7, 2, 3, 4], USA)})
    clone.commit("2021-05-06T10:00:00Z", {f"{GLOBAL}.json": as_json([8, 5])}, remove=[name])

    _landed, not_taken = bring_in(clone.root, tmp_path)

    assert charts(tmp_path) == {
        ("global", "2021-05-01"): expected([4], in_markdown=True),
        ("global", "2021-05-05"): expected([5, 6], in_markdown=True),
        ("us", "2021-05-05"): expected([7, 2, 3, 4], in_markdown=True),
        ("global", "2021-05-06"): expected([8, 5]),
    }
    assert not_taken.refused == {}
    assert not_taken.aside == {"not one of the playlists in charts.csv": ["playlists/pretty/My Top 50.md"]}
    load = loads(tmp_path, "2021-05-01")["global", "2021-05-01"]
    assert (load["source"], load["playlist_id"]) == ("archive", GLOBAL)
    assert load["fetched_at"] == datetime(2021, 5, 1, 22, 0, tzinfo=UTC)


def test_a_clone_without_a_checkout_is_read_too_and_changes_nothing_when_repeated(clone, tmp_path):
    clone.commit("2021-05-01T10:00:00Z", {"Top 50 - Global.md": markdown([1, 2])})
    clone.git("clone", "--quiet", "--bare", str(clone.root), str(tmp_path / "bare"))

    landed, _ = bring_in(tmp_path / "bare", tmp_path, Wanted(size=1))
    again, _ = bring_in(tmp_path / "bare", tmp_path, Wanted(size=1))

    assert (again.there, again.new) == (landed.new, [])
    assert charts(tmp_path) == {("global", "2021-05-01"): expected([1], in_markdown=True)}


def test_a_file_that_is_no_chart_is_refused_and_the_other_days_come(clone, tmp_path):
    clone.commit("2021-05-01T10:00:00Z", {f"{GLOBAL}.json": as_json([1])})
    clone.commit("2021-05-02T10:00:00Z", {f"{GLOBAL}.json": b'{"tracks": "gone"}'})
    clone.commit("2021-05-03T10:00:00Z", {f"{GLOBAL}.json": as_json([1], USA)})

    landed, not_taken = bring_in(clone.root, tmp_path)

    assert [day for _chart, day in landed.charts] == ["2021-05-01"]
    assert sorted(problem.split(":")[0] for problem in not_taken.refused) == [
        "it is another playlist than in later commits",
        "not as the archive writes JSON",
    ]


@pytest.mark.parametrize("escape", [False, True], ids=["as they are", "escaped"])
@pytest.mark.parametrize("title", ["A | B", "[Live] x [y]", "a](b", "50 * _2_", "("])
def test_pipes_and_brackets_in_titles_are_read_escaped_or_not(monkeypatch, title, escape):
    monkeypatch.setitem(globals(), "song", lambda _number: ("x" * 22, title, ""))

    [item] = parse_playlist(markdown([1], escape=escape)).items

    assert (item["item"]["name"], item["item"]["album"]["name"]) == (title, f"Album | of [{title}]")
    assert [artist["name"] for artist in item["item"]["artists"]] == artists(1)
    assert item["item"]["duration_ms"] == 121_000


def test_what_git_cannot_read_is_refused_in_its_words(clone, tmp_path):
    clone.commit("2021-05-01T10:00:00Z", {f"{GLOBAL}.json": as_json([1])})
    (clone.root / ".git/HEAD").write_text("ref: refs/heads/gone\n")

    with pytest.raises(RefusedError, match="git says"):
        bring_in(clone.root, tmp_path)
