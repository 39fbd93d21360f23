"""What the songs of the charts are like: names, artists, albums."""

import datetime as dt
import unicodedata

import pytest

from local_cloud.spotify.chart import chart_entries
from local_cloud.spotify.ids import is_id
from local_cloud.spotify.markets import CHARTS
from local_cloud.spotify.songs import song_by_id


@pytest.fixture(scope="module")
def songs():
    """Every song on any chart over half a year, once."""
    days = [dt.date(2026, 1, 2) + dt.timedelta(weeks=n) for n in range(0, 27, 3)]
    return list({song.id: song for day in days for chart in CHARTS for song in chart_entries(chart, day)}.values())


def test_titles_and_artists_come_in_many_scripts(songs):
    expected = {"LATIN", "CYRILLIC", "GREEK", "HEBREW", "ARABIC", "DEVANAGARI", "THAI", "HANGUL", "HIRAGANA", "CJK"}

    assert expected <= scripts(song.name for song in songs)
    assert expected - {"HIRAGANA"} <= scripts(song.artists[0].name for song in songs)


def scripts(texts):
    return {unicodedata.name(letter).split()[0] for text in texts for letter in text if letter.isalpha()}


def test_about_half_of_the_songs_have_several_artists(songs):
    counts = [len(song.artists) for song in songs]

    assert 0.35 < sum(count > 1 for count in counts) / len(counts) < 0.65
    assert set(counts) == {1, 2, 3, 4}
    assert all(len({artist.id for artist in song.artists}) == len(song.artists) for song in songs)


def test_some_titles_name_the_guests(songs):
    naming = [song for song in songs if "(feat. " in song.name]

    assert naming
    assert all(song.artists[1].name in song.name for song in naming)


def test_albums_come_in_every_type_and_release_dates_in_every_precision(songs):
    albums = {song.album for song in songs}

    assert {album.album_type for album in albums} == {"single", "album", "compilation"}
    lengths = {(album.release_date_precision, len(album.release_date)) for album in albums}
    assert lengths == {("day", 10), ("month", 7), ("year", 4)}
    assert any(not album.has_images for album in albums)


def test_an_album_is_the_same_wherever_it_appears_and_may_bring_several_songs(songs):
    versions, tracks = {}, {}
    for song in songs:
        versions.setdefault(song.album.id, set()).add(song.album)
        tracks.setdefault(song.album.id, []).append(song.track_number)

    assert all(len(albums) == 1 for albums in versions.values())
    assert all(song.track_number <= song.album.total_tracks for song in songs)
    assert all(len(set(numbers)) == len(numbers) for numbers in tracks.values())
    assert max(map(len, tracks.values())) >= 4


def test_a_single_may_move_to_an_album_under_another_id(songs):
    releases = {}
    for song in songs:
        releases.setdefault((song.isrc, song.name), []).append(song.album)

    moved = [albums for albums in releases.values() if len(albums) == 2]

    assert moved
    assert all({album.album_type for album in albums} == {"single", "album"} for albums in moved)


def test_facts_of_a_song_stay_within_what_spotify_sends(songs):
    assert all(90_000 < song.duration_ms < 430_000 for song in songs)
    assert all(len(song.isrc) == 12 and song.isrc.isalnum() and song.isrc.isupper() for song in songs)
    assert 0.2 < sum(song.explicit for song in songs) / len(songs) < 0.5


def test_every_song_is_found_again_by_its_id(songs):
    assert all(is_id(song.id) for song in songs)
    assert all(song_by_id(song.id) == song for song in songs)
