"""Whatever lands in whatever order, and wherever runs die: the lake holds what a model of ten lines says."""

import hashlib
import tempfile
from pathlib import Path

import pytest
from glue_jobs.faults import OPERATIONS, Fault, run_with
from glue_jobs.lakes import Lake
from glue_jobs.raw_files import as_bytes, land
from glue_jobs.scenes import chart_of
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

# Few of each: charts come again, older and newer and from the same instant, and the same file twice.
days = st.sampled_from(["2026-11-21", "2026-11-22"])
charts = st.fixed_dictionaries(
    {
        "chart_date": days,
        "chart": st.sampled_from(["global", "us"]),
        "fetched_at": st.sampled_from(["2026-11-22T06:00:00Z", "2026-11-22T20:00:00Z"]),
        "songs": st.sampled_from([("s1",), ("s2", None), ("s3", "s1")]),
    }
)
bad_files = st.fixed_dictionaries({"chart_date": days, "data": st.sampled_from([b"{", b"[]"])})
# A crash that no run lives to see is a run that nothing disturbs.
faults = st.builds(Fault, st.sampled_from(OPERATIONS), st.integers(1, 12), st.booleans())
rounds = st.tuples(st.lists(charts | bad_files, min_size=2, max_size=8), st.none() | faults)
histories = st.lists(rounds, min_size=1, max_size=2)


class Model:
    """What a lake and its raw folder must hold after a run that ended well."""

    def __init__(self) -> None:
        self.newest, self.processed, self.quarantined = {}, set(), []

    def land(self, day, data, chart=None, fetched_at="", songs=()):
        """Take in a landed file; one without a chart is bad."""
        if chart is None:
            self.quarantined.append((day, data))  # Each under a name of its own.
            return
        age = (fetched_at, hashlib.sha256(data).hexdigest()[:8])
        self.processed.add((day, chart, *age))
        self.newest[day, chart] = max(self.newest.get((day, chart), ((), ())), (age, songs))

    def entries(self):
        """Chart by chart, the songs and their positions."""
        return {
            (day, chart, position, song)
            for (day, chart), (_age, songs) in self.newest.items()
            for position, song in enumerate(songs, 1)
            if song is not None
        }


def assert_holds(lake, model):
    """Compare a lake with the model: entries, songs, receipts, the kept files and the refused ones."""
    loaded = sorted({day for day, _chart in model.newest})
    rows = [(day, row) for day in loaded for row in lake.rows("chart_entry", day)]
    songs = [(day, row["song_id"]) for day in loaded for row in lake.rows("song", day)]
    receipts = [(day, row["chart"], row["entries_loaded"]) for day in loaded for row in lake.rows("chart_load", day)]
    entries = model.entries()
    kept = [(path.parent.name[-10:], *path.name.split(".")[:3]) for path in lake.raw.glob("processed/*/*.json")]
    refused = [path for path in lake.raw.glob("quarantine/*/*") if not path.name.endswith(".reason.json")]
    reasons = list(lake.raw.glob("quarantine/*/*.reason.json"))

    found = [(day, row["chart"], row["position"], row["song_id"]) for day, row in rows]
    assert sorted(found) == sorted(entries)
    assert sorted(songs) == sorted({(day, song) for day, _chart, _position, song in entries})
    assert sorted(receipts) == sorted(
        (day, chart, len([1 for entry in entries if entry[:2] == (day, chart)])) for day, chart in model.newest
    )
    assert len(lake.files("lake")) == 6 * len(loaded)
    assert sorted(kept) == sorted(
        (day, chart, fetched_at.replace("-", "").replace(":", ""), sha8)
        for day, chart, fetched_at, sha8 in model.processed
    )
    assert sorted((path.parent.name[-10:], path.read_bytes()) for path in refused) == sorted(model.quarantined)
    assert {path.name.removesuffix(".reason.json") for path in reasons} == {path.name for path in refused}
    assert lake.files("raw/to_processed", "staging") == []


def play(history):
    """Land files and run, round by round; compare after each run that ended well, and after one at the end."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        lake, model, names = Lake(Path(folder)), Model(), iter(range(100))
        for landings, fault in [*history, ([], None)]:
            for landing in landings:
                fields = dict(landing)
                day = fields["chart_date"]
                data = fields.pop("data", None) or as_bytes(chart_of(*fields["songs"], **_without(fields, "songs")))
                land(lake.raw, f"chart_date={day}/{next(names)}.json", data)
                model.land(day, data, **_without(fields, "chart_date"))
            # Counted anew each time: Hypothesis plays the same history twice.
            error = run_with(lake, Fault(fault.kind, fault.number, fault.died) if fault else Fault(), patch)
            if error is None:
                assert_holds(lake, model)
            assert fault or error is None


def _without(fields, name):
    return {key: value for key, value in fields.items() if key != name}


# Not shrunk: at seconds a run that takes an hour, and histories are short.
slow = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "phases": [Phase.explicit, Phase.reuse, Phase.generate],
    "print_blob": True,
}


def landing(song, hour):
    """A chart of one song, as of an hour."""
    return {
        "chart_date": "2026-11-22",
        "chart": "global",
        "fetched_at": f"2026-11-22T{hour:02}:00:00Z",
        "songs": (song,),
    }


@settings(max_examples=2, derandomize=True, **slow)
@example([([landing("newer", 20), landing("older", 6)], None)])
@given(histories)
def test_a_lake_holds_what_the_model_says(history):
    play(history)


@pytest.mark.full
@settings(max_examples=10, derandomize=True, **slow)
@given(histories)
def test_a_lake_holds_what_the_model_says_in_ten_histories(history):
    play(history)


@pytest.mark.soak
@settings(max_examples=100, **slow)
@given(histories)
def test_a_lake_holds_what_the_model_says_in_many_histories(history):
    play(history)
