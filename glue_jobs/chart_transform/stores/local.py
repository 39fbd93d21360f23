"""Files in a folder."""

import logging
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from chart_transform.errors import FileChangedError
from chart_transform.stores.store import ListedFile

logger = logging.getLogger(__name__)


class LocalStore:
    """A folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        # Hadoop takes the path as it is, not percent-encoded.
        self.uri = f"file://{root}"

    def list(self, prefix: str) -> list[ListedFile]:
        """See Store; names that begin with a dot are not data (editors' and our own unfinished files)."""
        found = []
        for folder, _folders, names in os.walk(self.root / prefix, onerror=_unless_absent):
            for name in names:
                path = Path(folder, name)
                if name.startswith(".") or not path.is_file():
                    continue
                key = path.relative_to(self.root).as_posix()
                if not _is_utf8(key):
                    logger.warning("%s/%a is not read: its name is not UTF-8, rename it", self.uri, key)
                    continue
                try:
                    stat = path.stat()
                except FileNotFoundError:
                    continue  # Its owner took it away again.
                modified = datetime.fromtimestamp(stat.st_mtime, UTC)
                found.append(ListedFile(key, _local_version(stat), stat.st_size, modified))
        return sorted(found, key=lambda file: file.key)

    def read(self, key: str, version: str | None = None) -> bytes:
        """See Store."""
        with Path(self.root, key).open("rb") as file:
            data = file.read()
            if version is not None and _local_version(os.fstat(file.fileno())) != version:
                raise FileChangedError(f"{self.uri}/{key} changed since it was listed")
        return data

    def write(self, key: str, data: bytes) -> None:
        """See Store."""
        path = self._ready(key)
        # Always the same name, so that the next run overwrites what a killed run has left.
        unfinished = path.with_name(f".{path.name}.unfinished")
        unfinished.write_bytes(data)
        unfinished.replace(path)

    def replace(self, source_key: str, target_key: str) -> None:
        """See Store."""
        Path(self.root, source_key).replace(self._ready(target_key))

    def move(self, key: str, version: str, target_key: str) -> None:
        """See Store."""
        path = Path(self.root, key)
        if not path.exists() or _local_version(path.stat()) != version:
            raise FileChangedError(f"{self.uri}/{key} changed since it was listed")
        if path.is_symlink():
            # Keep the content, not a link to a file that may disappear.
            self.write(target_key, path.read_bytes())
            path.unlink()
        else:
            path.replace(self._ready(target_key))

    def delete(self, prefix: str) -> None:
        """See Store."""
        shutil.rmtree(self.root / prefix, ignore_errors=True)

    def _ready(self, key: str) -> Path:
        path = Path(self.root, key)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


def _local_version(stat: os.stat_result) -> str:
    return f"{stat.st_ino}-{stat.st_size}-{stat.st_mtime_ns}"


def _unless_absent(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
