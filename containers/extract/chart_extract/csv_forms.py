"""What a file is that is not a chart's CSV, though a person took it for one."""

import re

AGAIN = "Download it again from charts.spotify.com"
UNCHANGED = f"{AGAIN}, and add it without opening and saving it in a spreadsheet"
BY_BUTTON = "Sign in at charts.spotify.com with a browser, and use the download button on the chart's page"
# A line with a note may come first. Viral ones have no streams.
OLDER = re.compile(r'^"?position"?,"?track name"?,"?artist"?,', re.IGNORECASE | re.MULTILINE)

Form = tuple[str, str]


def is_older(data: bytes) -> bool:
    """Whether it is a chart's CSV as spotifycharts.com exported it until December 2021."""
    return OLDER.search(_start(data)) is not None


def other_form(data: bytes) -> Form | None:
    """What the file is instead, and what to do about it; None when it may be a chart's CSV."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:100]:
        return "it is UTF-16 and not UTF-8, as when a spreadsheet saved it", UNCHANGED
    if data.startswith(b"PK\x03\x04"):
        return "it is a ZIP, or a spreadsheet's own file (xlsx)", f"Unpack a ZIP; otherwise: {UNCHANGED}"
    if data.startswith(b"\x1f\x8b"):
        return "it is compressed with gzip", "Unpack it"
    return _other_text(_start(data))


def _start(data: bytes) -> str:
    return data[:1000].decode("utf-8-sig", errors="replace").lstrip()


def _other_text(start: str) -> Form | None:
    if not start:
        return "it is empty", AGAIN
    if start.startswith("<"):
        return "it is a web page", BY_BUTTON
    if OLDER.search(start):
        return (
            "it is a CSV of the older spotifycharts.com, with other columns",
            "Bring it in with top50 import, or download the chart of that date from charts.spotify.com",
        )
    if found := re.match(r'"?rank"?([;\t])', start):
        separators = {";": "semicolons", "\t": "tabs"}[found[1]]
        return f"its columns are separated by {separators}, as when a spreadsheet saved it", UNCHANGED
    return None
