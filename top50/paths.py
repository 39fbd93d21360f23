"""Where the project's own files are: ``top50`` is installed from a checkout and works from any folder."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
TEMPLATE = DEPLOY / "template.yaml"


def shown(path: Path) -> str:
    """A path as a person would type it here: relative when it is below the working folder."""
    absolute, here = path.absolute(), Path.cwd()
    return str(absolute.relative_to(here) if absolute.is_relative_to(here) else path)
