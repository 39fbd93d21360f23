"""docs/cli.md against the help texts of ``top50``."""

import runpy
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_has_the_help_of_every_command():
    page = runpy.run_path(str(DOCS / "cli.py"))["page"]

    assert (DOCS / "cli.md").read_text() == page(), "a help text was changed: make docs"
