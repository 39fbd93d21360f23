"""Take the README's picture: the report of the last `top50 demo`, drawn by headless Chromium without a network.

Run: .venv/bin/python docs/images/make.py
"""

import subprocess
import tempfile
from pathlib import Path

REPORT = Path(__file__).parents[2] / ".local_cloud" / "demo" / "report.html"
# The picture's name says its format: PNG would be five times as large.
PICTURE = Path(__file__).with_name("report.webp")


def main() -> None:
    """Draw the top of the page."""
    with tempfile.TemporaryDirectory() as profile:
        options = [
            "--headless=new",
            "--no-sandbox",
            "--hide-scrollbars",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            "--virtual-time-budget=5000",
            "--window-size=1000,1000",
            f"--user-data-dir={profile}",
            f"--screenshot={PICTURE}",
        ]
        subprocess.run(["chromium", *options, REPORT.as_uri()], check=True)  # noqa: S603, S607 - no shell.


if __name__ == "__main__":
    main()
