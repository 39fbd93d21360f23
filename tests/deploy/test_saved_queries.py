"""The questions as Athena's saved queries: the template's are the files', and each runs by its id."""

import subprocess
from pathlib import Path

import pytest
from hand_made_lake import put_charts
from local_pipeline import crawl, stack_of
from samtranslator.yaml_helper import yaml_parse

import saved_queries
from chart_check.athena import Athena, SharedSession
from chart_check.views import lake_views, make_views
from local_cloud.aws.cloudformation.stack import deploy
from local_cloud.cloud import STACK, LocalCloud
from top50.athena import ask

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "deploy" / "template.yaml"
FILES = sorted((ROOT / "deploy" / "queries").iterdir())
CHARTS = {"2026-01-01": {"global": "a b", "us": "b c"}, "2026-01-08": {"global": "b c", "us": "b a"}}


def in_template(text):
    resources = yaml_parse(text)["Resources"].values()
    found = [it["Properties"] for it in resources if it["Type"] == "AWS::Athena::NamedQuery"]
    return {it["Name"]: it for it in found}


def test_the_template_holds_the_files_word_for_word():
    in_files = {path.stem: path.read_text() for path in FILES}

    found = in_template(TEMPLATE.read_text())

    assert {name: it["QueryString"] for name, it in found.items()} == in_files, (
        "deploy/queries was changed: make queries"
    )


def test_a_saved_query_says_what_it_answers_and_stands_in_the_stacks_workgroup_and_database():
    for name, query in in_template(TEMPLATE.read_text()).items():
        assert query["QueryString"].replace("\n-- ", " ").startswith(f"-- {query['Description']}\n"), name
        assert (query["WorkGroup"], query["Database"]) == ({"Ref": "Workgroup"}, {"Ref": "LakeDatabase"}), name
        # Athena takes one for the end of the statement, even in a comment.
        assert ";" not in query["QueryString"], name


def test_make_queries_leaves_a_template_alone_that_holds_them():
    before = TEMPLATE.read_text()

    subprocess.run(["make", "queries"], cwd=ROOT, check=True, timeout=60)

    assert TEMPLATE.read_text() == before


def test_a_changed_file_changes_its_saved_query_and_nothing_else(tmp_path, monkeypatch):
    template = TEMPLATE.read_text()
    for path in FILES:
        tmp_path.joinpath("queries").mkdir(exist_ok=True)
        tmp_path.joinpath("queries", path.name).write_text(path.read_text())
    tmp_path.joinpath("queries", "song_age.sql").write_text("-- How old?\n-- In: days.\nSELECT ': #'\n\nAS age\n")
    monkeypatch.setattr(saved_queries, "DEPLOY", tmp_path)

    changed = in_template(saved_queries.with_queries(template))

    assert changed.pop("song_age") | {"Database": "", "WorkGroup": ""} == {
        "Database": "",
        "WorkGroup": "",
        "Name": "song_age",
        "Description": "How old? In: days.",
        "QueryString": "-- How old?\n-- In: days.\nSELECT ': #'\n\nAS age\n",
    }
    assert changed == {name: it for name, it in in_template(template).items() if name != "song_age"}


def test_a_template_without_the_heading_is_refused():
    with pytest.raises(SystemExit, match="must end with one heading"):
        saved_queries.with_queries("Resources:\n\nOutputs:\n")


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    """A stack whose lake holds two dates, with its views."""
    with LocalCloud(tmp_path_factory.mktemp("stack"), {}, save=False) as cloud:
        put_charts(cloud.outputs["DataBucket"], CHARTS)
        crawl(cloud)
        assert (
            make_views(Athena(SharedSession(), cloud.outputs["Database"], cloud.outputs["Workgroup"]), lake_views())
            == []
        )
        yield cloud


def saved(cloud):
    """The workgroup's saved queries by name, as Athena's console finds them."""
    athena = cloud.aws.client("athena")
    ids = athena.list_named_queries(WorkGroup=cloud.outputs["Workgroup"], MaxResults=50)["NamedQueryIds"]
    found = [athena.get_named_query(NamedQueryId=it)["NamedQuery"] for it in ids]
    return {it["Name"]: it for it in found}


def test_every_saved_query_is_found_in_the_workgroup(cloud):
    found = saved(cloud)

    assert sorted(found) == [path.stem for path in FILES]
    assert {query["Database"] for query in found.values()} == {cloud.outputs["Database"]}


def test_a_saved_query_answers_as_its_file_does(cloud):
    answer = ask(stack_of(cloud), saved(cloud)["longest_at_number_one"]["QueryString"])

    assert [row[1:3] for row in answer.rows] == [["1", "Song a"], ["1", "Song b"]]


def test_a_deployment_with_another_text_replaces_the_saved_query(cloud, tmp_path):
    template = tmp_path / "deploy" / "template.yaml"
    template.parent.mkdir()
    for part in ("containers", "glue_jobs", "deploy/pipeline.asl.json"):
        (tmp_path / part).symlink_to(ROOT / part)
    template.write_text(TEMPLATE.read_text().replace("LIMIT 25", "LIMIT 24"))

    deploy(cloud.aws, template, STACK, {})

    found = saved(cloud)
    assert sorted(found) == [path.stem for path in FILES]
    assert found["artist_pairs"]["QueryString"].endswith("LIMIT 24\n")
