"""The playlist archive: a git repository with a file for each playlist and about a commit a day, never checked out."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from top50.errors import RefusedError
from top50.imports.places import by_playlist
from top50.imports.playlist_files import PlaylistFileError, parse_playlist, playlist_id
from top50.imports.records import Days, NotTaken, Record, Wanted

FOLDER = "playlists/pretty"
NOTHING = "0" * 40


@dataclass(frozen=True)
class Version:
    """A chart's file as a commit left it. Of a date, the greatest stands."""

    moment: int
    is_json: bool
    order: int
    path: str
    blob: str


@dataclass
class Archive:
    """A clone."""

    root: Path
    _by_day: dict[str, dict[str, Version]] = field(default_factory=dict)

    @property
    def form(self) -> str:
        """See Recording."""
        return f"{self.root}: a clone of the playlist archive"

    def survey(self, wanted: Wanted, not_taken: NotTaken, tell: Callable[[str], object]) -> list[str]:
        """See Recording."""
        tell("reading the history")
        if _git(self.root, "rev-parse", "--is-shallow-repository").strip() == b"true":
            not_taken.leave(str(self.root), "a shallow clone, without older dates (git fetch --unshallow)")
        versions = list(self._versions())
        charts: dict[str, str | None] = {}
        with self._blobs() as read:
            for path, blob in {version.path: version.blob for version in versions}.items():
                known = Path(path).stem if path.endswith(".json") else playlist_id(read(blob))
                charts[path] = by_playlist().get(known or "")
                if charts[path] is None:
                    not_taken.leave(path, "not one of the playlists in charts.csv")
        for version in versions:
            day, chart = f"{datetime.fromtimestamp(version.moment, UTC):%Y-%m-%d}", charts[version.path]
            if chart and wanted.has(chart, day):
                of_day = self._by_day.setdefault(day, {})
                of_day[chart] = max(of_day.get(chart, version), version, key=_last)
        return sorted(self._by_day)

    def read(self, wanted: Wanted, not_taken: NotTaken) -> Days:
        """See Recording."""
        with self._blobs() as read:
            for day, versions in sorted(self._by_day.items()):
                records = []
                for chart, version in versions.items():
                    try:
                        found = parse_playlist(read(version.blob))
                        if by_playlist().get(found.about["id"] or "", chart) != chart:
                            raise PlaylistFileError("it is another playlist than in later commits")
                    except PlaylistFileError as error:
                        not_taken.refuse(f"{chart} of {day}, {version.path} ({version.blob[:10]})", str(error))
                        continue
                    moment = datetime.fromtimestamp(version.moment, UTC)
                    records.append(Record(chart, day, "archive", found.items[: wanted.size], moment, found.about))
                yield day, records

    def _versions(self) -> Iterator[Version]:
        """What commits have made of the charts' files. A file that was only renamed says nothing about its day."""
        paths = [f":(icase){FOLDER}/*top 50*", *(f"{FOLDER}/{known}.json" for known in by_playlist())]
        log = _git(
            self.root, "-c", "log.showSignature=false", "log", "--reverse", "--raw", "--no-renames", "--no-abbrev",
            "-z", "--no-color", "--no-ext-diff", "--no-textconv", "--format=%x01%ct", "--", *paths,
        )  # fmt: skip
        for commit in log.decode(errors="replace").split("\x01")[1:]:
            moment, *changes = commit.split("\0")
            fields = [change.split() for change in changes[0:-1:2]]
            gone = {old for _mode, _to, old, new, _status in fields if new == NOTHING}
            for order, (change, path) in enumerate(zip(fields, changes[1::2], strict=False)):
                if change[3] not in gone | {NOTHING}:
                    yield Version(int(moment), path.endswith(".json"), order, path, change[3])

    @contextmanager
    def _blobs(self) -> Iterator[Callable[[str], bytes]]:
        """Read files by their ids, one after the other."""
        command = ["git", "-C", str(self.root), "cat-file", "--batch"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment())  # noqa: S603
        with process as git:
            assert git.stdin and git.stdout  # noqa: S101 - both are pipes

            def read(blob: str) -> bytes:
                assert git.stdin and git.stdout  # noqa: S101 - both are pipes
                git.stdin.write(f"{blob}\n".encode())
                git.stdin.flush()
                _id, kind, *size = git.stdout.readline().split() or [b"", b"missing"]
                if kind != b"blob":
                    raise RefusedError(f"{self.root}: git has no {blob}. Clone it again, completely")
                data = git.stdout.read(int(size[0]))
                git.stdout.readline()
                return data

            yield read


def is_archive(folder: Path) -> bool:
    """Whether a folder is a clone of the playlist archive, with files checked out or not."""
    if not (folder / ".git").exists() and not ((folder / "HEAD").is_file() and (folder / "objects").is_dir()):
        return False
    return bool(_git(folder, "ls-tree", "-d", "HEAD", f"{FOLDER}").strip())


def _last(version: Version) -> tuple[int, bool, int]:
    return version.moment, version.is_json, version.order


def _git(root: Path, *arguments: str) -> bytes:
    try:
        command = ["git", "-C", str(root), *arguments]
        done = subprocess.run(command, capture_output=True, env=_environment(), check=False)  # noqa: S603
    except FileNotFoundError:
        raise RefusedError(f"{root} is a git repository, and the program git is not installed here") from None
    if done.returncode:
        raise RefusedError(f"{root}: git says: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def _environment() -> dict[str, str]:
    """Of a partial clone, git would fetch each file by itself: it must not, and must not ask anybody."""
    return {**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
