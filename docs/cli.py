"""Write docs/cli.md from the help texts of `top50`.

Run: .venv/bin/python docs/cli.py
"""

from collections.abc import Iterator
from pathlib import Path

from click.testing import CliRunner

from top50.cli import SECTIONS, main

PAGE = Path(__file__).with_name("cli.md")
WIDTH = 100
INTRODUCTION = """\
# The command line

This page is written from `--help`, by `docs/cli.py`.

- `top50` is in `.venv/bin` after `make demo` or `make test`: `export PATH=$PWD/.venv/bin:$PATH`.
- Commands work on the local lake (from your last `top50 demo` or `top50 run`). With `--stack NAME`, or with
  `TOP50_STACK` in the environment, they work on that stack on AWS, in its region and with its profile.
- Exit codes: 0 when the work is done, 1 when it failed, 2 when the command was used wrongly, 130 after Ctrl-C.
- The commands under "On AWS" need only Click, boto3, rich and python-dotenv; `deploy` also hatchling, which
  builds the job's package (`pip install -e .`). `deploy` and `destroy` need the SAM CLI, which they install.
- Buckets, logs and lakes of this machine are in `.local_cloud/`, or in the folder named by `LOCAL_CLOUD_HOME`.
"""


def page() -> str:
    """The page as it should be now."""
    return "\n".join([INTRODUCTION, _help(), *_commands()])


def _commands() -> Iterator[str]:
    for section, names in SECTIONS.items():
        yield f"## {section}\n"
        for name in names:
            yield f"### {name}\n"
            yield _help(name)


def _help(*arguments: str) -> str:
    shown = CliRunner().invoke(main, [*arguments, "--help"], prog_name="top50", terminal_width=WIDTH)
    return f"```\n$ {' '.join(['top50', *arguments, '--help'])}\n{shown.output}```\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
