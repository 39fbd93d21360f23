"""``make doctor``: the doctor of the function, with the settings of ``make run``."""

import sys

from chart_extract import doctor
from chart_tools.env_file import read_settings


def main() -> int:
    """Say whether ``make run`` would get its charts."""
    return doctor.main({"CHARTS": "global", **read_settings()})


if __name__ == "__main__":
    sys.exit(main())
