"""Where the project's own files are: ``top50`` is installed from a checkout and works from any folder."""

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
TEMPLATE = DEPLOY / "template.yaml"


def command() -> str:
    """How a person can call this program: by its name, or by its path where that is not on PATH."""
    return "top50" if shutil.which("top50") else shown(Path(sys.executable).with_name("top50"))


def shown(path: Path) -> str:
    """A path as a person would type it here: relative when it is below the working folder."""
    absolute, here = path.absolute(), Path.cwd()
    return str(absolute.relative_to(here) if absolute.is_relative_to(here) else path)
