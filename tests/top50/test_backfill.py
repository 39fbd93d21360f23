"""Older raw files: judged as the job will judge them, sent once, under keys that say all that the job needs."""

import codecs
import json
import os
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from glue_jobs.raw_files import MODIFIED, as_bytes, entry, envelope, listed, page, playlist, track

from chart_transform.keys import landed_file
from chart_transform.raw_files import ACCEPTED, parse_file
from chart_transform.stores.local import LocalStore
from local_cloud.aws.endpoint import client_environment
from local_cloud.aws.server import AwsServer
from local_cloud.cloud import STACK, LocalCloud
from top50.backfill.judge import LeftAside, Refused, judge, to_send
from top50.backfill.plan import held_by, make_plan
from top50.backfill.send import send
from top50.backfill.summary import summary
from top50.histories import unseen

BUCKET = "data"
LATER = datetime(2026, 12, 24, tzinfo=UTC)
FORMS = {
    "page": page(),
    "page of a new app": page(entry(under="item")),
    "playlist": playlist("tracks"),
    "playlist of a new app": playlist("items", entry(under="item")),
}
# Names, and the date and time that count for a bare answer of that name.
NAMES = {
    "spotify_raw_2023-03-27 18_24_36.954996.json": ("2023-03-27", "20230327T182436Z"),
    "top50_20230327.json": ("2023-03-27", "20261123T010203Z"),
    "chart_date=2023-03-01/20230327T182436Z": ("2023-03-01", "20230327T182436Z"),
    "a/b/response.txt": ("2026-11-23", "20261123T010203Z"),
}


def as_the_job_sees_it(found, sent):
    """The chart that the job makes of what was sent, whenever that was."""
    outcome, charts = parse_file(sent, landed_file(listed(f"to_processed/{found.key}", LATER), "global"))
    assert outcome.status == ACCEPTED, outcome
    return charts[0]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("indent", [None, 4], ids=["one line", "pretty"])
@pytest.mark.parametrize("in_list", [False, True], ids=["as is", "in a list"])
def test_a_bare_answer_is_sent_as_it_is_under_a_key_that_says_its_date_and_time(name, form, indent, in_list):
    document = [FORMS[form]] if in_list else FORMS[form]
    data = codecs.BOM_UTF8 + json.dumps(document, indent=indent).encode()

    found = judge(data, listed(name), "global")

    assert to_send(data, found.file, "global") == data
    assert as_the_job_sees_it(found, data).source_key == found.key
    day, moment = NAMES[name]
    assert found.key.startswith(f"chart_date={day}/global.{moment}.")


@pytest.mark.parametrize("form", FORMS)
def test_a_bare_answer_of_another_chart_gets_the_envelope_it_would_have_had(form):
    data = as_bytes(FORMS[form])

    found = judge(data, listed("spotify_raw_2023-03-27 18_24_36.95.json"), "us")

    sent = to_send(data, found.file, "us")
    chart = as_the_job_sees_it(found, sent)
    assert (chart.chart, chart.source_key) == ("us", found.key)
    assert chart.fetched_at == datetime(2023, 3, 27, 18, 24, 36, tzinfo=UTC)
    _outcome, [bare] = parse_file(data, landed_file(listed("spotify_raw_2023-03-27 18_24_36.95.json"), "us"))
    assert chart == replace(bare, source_key=chart.source_key)


@pytest.mark.parametrize("name", ["x.json", "2020-01-01.json", "chart_date=2026-11-22/global.json"])
def test_an_envelope_keeps_its_own_chart_and_date_whatever_its_name_and_chart_say(name):
    data = as_bytes(envelope(chart="jp"))

    found = judge(data, listed(name), "us")

    assert to_send(data, found.file, "us") == data
    assert found.key.startswith("chart_date=2026-11-22/jp.20261122T230004Z.")
    assert as_the_job_sees_it(found, data).source_key == found.key


@pytest.mark.parametrize(
    ("name", "document", "problem", "place"),
    [
        ("a.json", b"", "the file is empty", "file"),
        ("a.json.gz", b"\x1f\x8b...", "compressed with gzip", "file"),
        ("a", b'{"items": ', "not JSON", "line 1 column 11"),
        ("a.json", {"error": {"status": 404}}, "neither a paging object nor a playlist", "$"),
        ("a.json", [page(), page()], "a list of 2 answers", "$"),
        ("a.json", page(total=50), "fewer than its total", "total"),
        ("a.json", page(entry(track(name=7))), "Expected `str | null`", "items[0].track.name"),
        ("chart_date=2026-11-21/a.json", envelope(), "the key says 2026-11-21", "chart_date"),
        ("chart_date=monday/a.json", page(), "is not a date", "key"),
    ],
)
@pytest.mark.parametrize("chart", ["global", "us"])
def test_what_the_job_would_refuse_is_refused_with_its_reason(name, document, problem, place, chart):
    refused = judge(as_bytes(document), listed(name), chart)

    assert isinstance(refused, Refused)
    assert problem in refused.problem
    assert refused.place == place


def test_what_never_was_a_chart_is_left_aside():
    assert judge(b"Remember the milk", listed("notes.txt"), "global") == LeftAside(listed("notes.txt"))


@pytest.fixture
def s3(monkeypatch):
    with AwsServer() as aws:
        for name, value in client_environment(aws.url).items():
            monkeypatch.setenv(name, value)
        aws.post("/moto-api/reset")
        aws.client("s3").create_bucket(Bucket=BUCKET)
        yield aws.client("s3")


@pytest.fixture
def source(tmp_path):
    """A folder with a chart of each of five days, and their copies in a subfolder."""
    for day in range(1, 6):
        put(tmp_path, f"top_2023-05-0{day} 20_00_00.json", page(entry(track(f"s{day}"))))
        put(tmp_path, f"copies/of 2023-05-0{day} 20_00_00.json", page(entry(track(f"s{day}"))))
    return LocalStore(tmp_path)


def put(folder, name, document):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_bytes(document))
    return path


def plan_for(source, s3):
    return make_plan(source, "global", held_by(s3, BUCKET), say_nothing)


def say_nothing(_done, _total):
    pass


def objects(s3):
    listed_now = s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return {item["Key"]: s3.get_object(Bucket=BUCKET, Key=item["Key"])["Body"].read() for item in listed_now}


class DyingS3:
    """An S3 of a process that is killed after so many files."""

    def __init__(self, s3, puts):
        self._s3, self._puts = s3, puts

    def put_object(self, **wanted):
        if self._puts == 0:
            raise KeyboardInterrupt
        self._puts -= 1
        return self._s3.put_object(**wanted)


def test_a_backfill_that_was_killed_goes_on_and_ends_the_same(source, s3):
    plan = plan_for(source, s3)
    send(source, plan.new, "global", s3, BUCKET, say_nothing)
    unbroken = objects(s3)
    s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": key} for key in unbroken]})

    with pytest.raises(KeyboardInterrupt):
        send(source, plan.new, "global", DyingS3(s3, puts=2), BUCKET, say_nothing)
    again = plan_for(source, s3)
    send(source, again.new, "global", s3, BUCKET, say_nothing)

    assert (len(plan.new), len(plan.double)) == (5, 5)
    assert len(again.there) == 4
    assert objects(s3) == unbroken


def test_what_the_job_has_taken_is_there_too_also_when_a_copy_looks_younger(tmp_path, s3):
    path = put(tmp_path, "no date.json", page())
    source = LocalStore(tmp_path)
    [found] = plan_for(source, s3).new
    s3.put_object(Bucket=BUCKET, Key=f"raw/processed/{found.key}", Body=path.read_bytes())
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime + 1))

    again = plan_for(source, s3)

    assert not again.new
    assert len(again.there) == 1


def test_a_file_that_changes_before_it_is_sent_is_not_sent(source, s3, tmp_path):
    plan = plan_for(source, s3)
    (tmp_path / plan.new[0].file.key).write_text("something else")

    changed = send(source, plan.new, "global", s3, BUCKET, say_nothing)

    assert [refused.file for refused in changed] == [plan.new[0].file]
    assert len(objects(s3)) == 4


def test_the_summary_says_all_that_a_person_decides_on(source, s3, tmp_path):
    (tmp_path / ".env").unlink()
    put(tmp_path, "top_2023-05-09 20_00_00.json", page())
    put(tmp_path, "top_2023-05-09 08_00_00.json", page(entry(track("morning"))))
    put(tmp_path, "undated.json", page(entry(track("undated"))))
    put(tmp_path, "jp.json", envelope(chart="jp"))
    for number in range(4):
        put(tmp_path, f"broken{number}.json", b"{")
    put(tmp_path, ".DS_Store", b"\0")
    put(tmp_path, "notes.txt", b"notes")
    os.utime(tmp_path / "undated.json", (MODIFIED.timestamp(), MODIFIED.timestamp()))
    held = held_by(s3, BUCKET)

    told = summary(make_plan(source, "global", held, say_nothing), held)

    assert "found    global: 7 dates, 2023-05-01 to 2026-11-23; without 1,296 between them: 2023-05-06, " in told
    assert "found    jp: 2026-11-22\n" in told
    assert "new      9 files" in told
    assert "double   5 files" in told
    assert "older    1 file: kept, but a newer one of that chart and date counts: top_2023-05-09 08_00_00.json" in told
    assert "age      1 file without a date in name or content" in told
    assert "undated.json" in told
    assert "refused  4 files" in told
    assert "  4  not JSON: Expecting property name enclosed in double quotes: broken0.json (line 1 column 2), " in told
    assert " and 1 more\n     to do: fix the file, then run the same command again" in told
    assert "aside    2 files, not JSON: .DS_Store, notes.txt" in told


def test_a_file_that_only_its_age_dates_does_not_take_the_place_of_that_days_chart(s3, tmp_path):
    put(tmp_path, "copied_today.json", page(entry(track("of long ago"))))
    os.utime(tmp_path / "copied_today.json", (MODIFIED.timestamp(), MODIFIED.timestamp()))
    s3.put_object(
        Bucket=BUCKET, Key="raw/processed/chart_date=2026-11-23/global.20261123T000004Z.01234567.json", Body=b""
    )

    plan = make_plan(LocalStore(tmp_path), "global", held_by(s3, BUCKET), say_nothing)

    assert plan.new == []
    [refused] = plan.refused
    assert refused.problem == "only its age says 2026-11-23, and global of that date is there"


def test_what_a_name_holds_of_line_breaks_and_terminal_codes_is_written_out(s3, tmp_path):
    put(tmp_path, "new\nline \x1b[31m Grüße.json", b"{")
    held = held_by(s3, BUCKET)

    told = summary(make_plan(LocalStore(tmp_path), "global", held, say_nothing), held)

    assert "new\\nline \\x1b[31m Grüße.json" in told
    assert "\x1b" not in told


def test_a_file_that_nobody_may_read_is_refused_and_the_others_are_judged(tmp_path, s3):
    class Forbidding(LocalStore):
        def read(self, key, version=None):
            if key == "secret.json":
                raise PermissionError(13, "Permission denied", key)
            return super().read(key, version)

    put(tmp_path, "secret.json", page())
    put(tmp_path, "top 2023-05-01.json", page())

    plan = plan_for(Forbidding(tmp_path), s3)

    assert [refused.problem for refused in plan.refused] == ["it cannot be read (Permission denied)"]
    assert len(plan.new) == 1


def test_dates_before_the_first_that_a_stack_projects_are_told(source, s3):
    dates = [chart.chart_date for chart in plan_for(source, s3).new]

    assert unseen(dates, "2023-05-03").startswith(
        "unseen   2 dates before ProjectionFrom 2023-05-03: no query would see them"
    )
    assert unseen(dates, "2023-05-03").endswith("Deploy the stack with ProjectionFrom 2023-05-01 first")
    assert unseen(dates, "2023-05-01") == ""


def test_a_dry_run_from_a_bucket_lists_each_file_and_changes_nothing_on_aws(tmp_path, top50, to_aws):
    parameters = {"Charts": "global", "CatalogMode": "projection", "ProjectionFrom": "2023-03-28"}
    with LocalCloud(tmp_path, parameters, save=False) as cloud:
        to_aws(cloud)
        s3 = cloud.aws.client("s3")
        s3.create_bucket(Bucket="old")
        s3.put_object(Bucket="old", Key="dumps/top 2023-03-27.json", Body=as_bytes(page()))

        finished = top50("backfill", "s3://old/dumps", "--stack", STACK)

        assert s3.list_objects_v2(Bucket=cloud.outputs["DataBucket"], Prefix="raw/")["KeyCount"] == 0
    assert finished.exit_code == 0, finished.stderr
    assert (
        "  global 2023-03-27  top 2023-03-27.json\nfound    global: 2023-03-27\nnew      1 file, 0.0 MB\n"
        in finished.stdout
    )
    assert "unseen   1 date before ProjectionFrom 2023-03-28" in finished.stdout
    assert finished.stdout.endswith("Nothing was changed. To bring them in: the same command with --apply\n")
