"""Build what the Glue job's package is shipped in: one zip, with its wheel and the locked wheels of what it needs.

Glue installs such a zip before a run and fetches nothing (docs/decisions/0016-locked-wheels.md).
``python -m job_wheels`` downloads what the lock names, as set-up does; ``python -m job_wheels FILE`` writes the zip.
"""

import hashlib
import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from hatchling.builders.wheel import WheelBuilder

JOB = Path(__file__).parents[1] / "glue_jobs"
# Of Glue 5.1 and Glue 6.0, on Amazon Linux 2023.
PYTHONS = ("3.11", "3.13")
PLATFORMS = ("manylinux_2_34_x86_64", "manylinux_2_28_x86_64", "manylinux2014_x86_64")
THIS_MACHINE = "this-machine"
# Kept in the environment, as Spark's jars are: a folder for each lock and Python.
DOWNLOADS = Path(sys.prefix, "job-wheels")
# As the template names the zip; `top50 deploy` and the local cloud put its checksum in.
KEY = "code/transform.gluewheels.zip"
PIN = re.compile(r"^(\w.*?)(?: \\)?$", re.MULTILINE)


class WheelsError(Exception):
    """The zip cannot be built from this lock or this template; the message says which of them to mend."""


def build(job: Path = JOB, *, for_this_machine: bool = False) -> bytes:
    """The zip: the same bytes for the same files.

    ``for_this_machine`` adds wheels for the running Python, which are often among those for Glue.
    """
    lock = job / "requirements.txt"
    pythons = [*PYTHONS, *[THIS_MACHINE] * for_this_machine]
    locked = {wheel.name: _checked(wheel, lock) for python in pythons for wheel in _downloaded(lock, python)}
    name, own = _own_wheel(job)
    # Pins alone: the guide shows no hashes there, and the zip has its checksum.
    requirements = ["==".join(name.split("-")[:2]), *PIN.findall(lock.read_text())]
    text = "".join(f"{line}\n" for line in requirements)
    return _zipped({**locked, name: own, "requirements.txt": text.encode()})


def key_of(content: bytes) -> str:
    """Where a zip lies in the data bucket: another one is another object."""
    return KEY.replace("transform", f"transform-{hashlib.sha256(content).hexdigest()[:16]}")


def with_key(template: str, key: str) -> str:
    """A template's text, in which the job's zip has its name."""
    if template.count(KEY) != 1:
        raise WheelsError(f"the template must name {KEY} once, as the job's --additional-python-modules: put it back")
    return template.replace(KEY, key)


def _downloaded(lock: Path, python: str) -> Iterator[Path]:
    """The wheels that the lock names, for one Python; from the package index the first time."""
    folder = DOWNLOADS / hashlib.sha256(lock.read_bytes()).hexdigest()[:16] / python
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=DOWNLOADS) as unfinished:
            _download(lock, python, loaded := Path(unfinished, "wheels"))
            loaded.rename(folder)
    return folder.glob("*.whl")


def _download(lock: Path, python: str, folder: Path) -> None:
    platforms = [f"--platform={name}" for name in PLATFORMS]
    target = [] if python == THIS_MACHINE else [f"--python-version={python}", *platforms]
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "-qq", "--no-deps"]
    checked = ["--require-hashes", "--only-binary=:all:", f"--requirement={lock}", f"--dest={folder}"]
    finished = subprocess.run([*pip, *checked, *target], capture_output=True, text=True, check=False)  # noqa: S603
    if finished.returncode:
        raise WheelsError(f"pip cannot download what {lock} names, for {python}: {finished.stderr.strip()[:1000]}")


def _checked(wheel: Path, lock: Path) -> bytes:
    """A wheel's content, which may have changed since pip compared it with the lock."""
    content = wheel.read_bytes()
    if f"sha256:{hashlib.sha256(content).hexdigest()}" not in lock.read_text():
        raise WheelsError(f"{wheel} is not the file that {lock} names: delete it, and its folder")
    return content


def _own_wheel(job: Path) -> tuple[str, bytes]:
    with TemporaryDirectory() as folder:
        wheel = Path(next(WheelBuilder(str(job)).build(directory=folder, versions=["standard"])))
        return wheel.name, wheel.read_bytes()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in sorted(files):
            # Without a time of its own, a file has zip's first.
            entry = zipfile.ZipInfo(f"wheels/{name}")
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return content.getvalue()


def main(file: str | None = None) -> None:
    """Download, or build."""
    if file is None:
        for python in (*PYTHONS, THIS_MACHINE):
            _downloaded(JOB / "requirements.txt", python)
    else:
        Path(file).write_bytes(build())


if __name__ == "__main__":
    main(*sys.argv[1:])
