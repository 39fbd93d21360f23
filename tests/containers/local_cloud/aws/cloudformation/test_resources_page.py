"""docs/resources.md against the code."""

from pathlib import Path

from local_cloud.aws.cloudformation.resources import KINDS

PAGE = Path(__file__).parents[5] / "docs" / "resources.md"


def test_the_page_lists_every_type_with_what_is_real_and_what_is_recorded():
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| `AWS::")]

    assert rows == [f"| `{name}` | {words(kind.real)} | {words(kind.recorded)} |" for name, kind in KINDS.items()]


def words(properties):
    return ", ".join(f"`{name}`" for name in sorted(properties))
