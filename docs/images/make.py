"""Take the README's picture: the report of the last `top50 demo`, drawn by headless Chromium without a network.

Run: .venv/bin/python docs/images/make.py [REPORT.html]
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
REPORT = ROOT / ".local_cloud" / "demo" / "report.html"
PICTURE = Path(__file__).with_name("report.webp")
WIDTH, HEIGHT = 1000, 1000
# GitHub shows it scaled down, and a clone should stay small.
MOST_BYTES = 200_000


def take_picture(report: Path, picture: Path) -> None:
    """Draw the top of the page; the browser keeps nothing and reaches no address."""
    if not (chromium := shutil.which("chromium")):
        raise SystemExit("chromium is not installed (Debian: apt install chromium)")
    with tempfile.TemporaryDirectory() as profile:
        options = [
            "--headless=new",
            "--no-sandbox",
            "--hide-scrollbars",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            "--virtual-time-budget=5000",
            f"--user-data-dir={profile}",
            f"--window-size={WIDTH},{HEIGHT}",
            f"--screenshot={picture}",
        ]
        subprocess.run([chromium, *options, report.absolute().as_uri()], check=True, capture_output=True)  # noqa: S603 - no shell.


def main() -> None:
    """Take it, and refuse a large one."""
    report = Path(sys.argv[1]) if sys.argv[1:] else REPORT
    if not report.exists():
        raise SystemExit(f"{report} is missing: run top50 demo first")
    take_picture(report, PICTURE)
    size = PICTURE.stat().st_size
    if size > MOST_BYTES:
        raise SystemExit(f"{PICTURE} has {size:,} bytes, more than {MOST_BYTES:,}")
    sys.stdout.write(f"{PICTURE.relative_to(ROOT)}: {size:,} bytes\n")


if __name__ == "__main__":
    main()
