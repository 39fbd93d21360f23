"""Who reads the lake while partitions are replaced finds the old rows or the new ones: never none, never half."""

import io
import threading
from contextlib import contextmanager

import pyarrow as pa
import pyarrow.parquet as pq
from glue_jobs.lakes import TABLES, Lake
from glue_jobs.raw_files import DAY, album, artist, entry, envelope, land, track
from glue_jobs.scenes import NEXT_DAY

from chart_transform.stores.local import LocalStore
from chart_transform.stores.s3 import S3Store

ROWS = 1_000


@contextmanager
def reading(read, places):
    """Read all places again and again meanwhile, and when asked to.

    Gives what was seen in each place, errors included, without repetitions, and what makes a reader look.
    """
    seen = {place: [] for place in places}
    ended, one_at_a_time = threading.Event(), threading.Lock()

    def look():
        with one_at_a_time:
            for place in places:
                try:
                    found = read(place)
                except Exception as error:  # noqa: BLE001 - a reader must meet none, and which it met is the failure.
                    found = error
                if found not in seen[place]:
                    seen[place].append(found)

    def in_a_loop():
        while not ended.wait(0.001):
            look()

    look()
    reader = threading.Thread(target=in_a_loop)
    reader.start()
    try:
        yield seen, look
    finally:
        ended.set()
        reader.join()
    look()


def version(number, day):
    """A chart of which every row of every table tells its version."""
    one, two = f"a{number}", f"b{number}"
    artists = [artist(one), artist(two)]
    songs = [track(name, album=album(name, artists=artists), artists=artists) for name in (one, two)]
    return envelope(*map(entry, songs), chart_date=day, fetched_at=f"2026-11-23T0{number}:00:00Z")


def test_a_reader_of_a_folder_sees_old_rows_or_new_ones_while_a_run_replaces_them(tmp_path, monkeypatch):
    lake = Lake(tmp_path)
    places = [(table, day) for table in TABLES for day in (DAY, NEXT_DAY)]
    versions = []

    def land_and_run(number):
        for day in (DAY, NEXT_DAY):
            land(lake.raw, f"chart_date={day}/{number}.json", version(number, day))
        lake.run()
        versions.append({place: lake.rows(*place) for place in places})

    land_and_run(1)
    with reading(lambda place: lake.rows(*place), places) as (seen, look):
        replace = LocalStore.replace

        def before_a_readers_eyes(store, *keys):
            look()
            replace(store, *keys)
            look()

        monkeypatch.setattr(LocalStore, "replace", before_a_readers_eyes)
        land_and_run(2)

    for place in places:
        assert seen[place] == [rows[place] for rows in versions], place


def test_a_reader_of_a_folder_never_misses_a_file_that_is_replaced(tmp_path):
    assert_seen_whole(LocalStore(tmp_path), lambda key: (tmp_path / key).read_bytes(), turns=500)


def test_a_reader_of_a_bucket_never_misses_a_file_that_is_replaced(bucket, s3):
    store = S3Store(f"s3://{bucket}")

    assert_seen_whole(store, lambda key: s3.get_object(Bucket=bucket, Key=key)["Body"].read(), turns=50)

    store.s3.close()


def assert_seen_whole(store, read, turns):
    """Replace a file by two others in turn while someone reads it."""
    place = f"lake/song/chart_date={DAY}/part-0.parquet"
    files = [parquet(0), parquet(1)]
    store.write(place, files[1])

    with reading(lambda key: pq.read_table(io.BytesIO(read(key))).to_pydict(), [place]) as (seen, _look):
        for turn in range(turns):
            store.write("staging/part", files[turn % 2])
            store.replace("staging/part", place)

    assert seen[place] == [{"song_id": [1] * ROWS}, {"song_id": [0] * ROWS}]


def parquet(number):
    """A file of many rows that all hold the number."""
    file = io.BytesIO()
    pq.write_table(pa.table({"song_id": [number] * ROWS}), file)
    return file.getvalue()
