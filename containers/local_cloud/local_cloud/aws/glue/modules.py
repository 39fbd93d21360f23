"""``--additional-python-modules``: install a zip of wheels before the job's script starts, and fetch nothing."""

import hashlib
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlparse

from botocore.exceptions import ClientError

from local_cloud.aws.endpoint import AwsEndpoint

# Kept in the environment, whose Python they fit: a folder for each zip.
INSTALLED = Path(sys.prefix, "job-modules")


class ModulesError(Exception):
    """The job cannot start: its modules are not there, or cannot be installed."""


def install_modules(role: AwsEndpoint, arguments: Mapping[str, str]) -> Path | None:
    """The folder that holds what a job's arguments ask for; None if they ask for nothing. The job's role reads it."""
    location = arguments.get("--additional-python-modules")
    if location is None:
        return None
    options = arguments.get("--python-modules-installer-option")
    if not location.endswith(".gluewheels.zip") or "," in location or options != "--no-index":
        raise ModulesError(f"the local cloud installs one .gluewheels.zip, with --no-index: not {location} ({options})")
    address = urlparse(location)
    try:
        stored = role.client("s3").get_object(Bucket=address.netloc, Key=address.path.lstrip("/"))
    except ClientError as error:
        raise ModulesError(f"{location}: {error}") from error
    content = stored["Body"].read()
    folder = INSTALLED / hashlib.sha256(content).hexdigest()[:16]
    if not folder.exists():
        INSTALLED.mkdir(exist_ok=True)
        with TemporaryDirectory(dir=INSTALLED) as unfinished:
            (archive := Path(unfinished, "modules.zip")).write_bytes(content)
            try:
                _install(archive, made := Path(unfinished, "made"))
            except (zipfile.BadZipFile, ModulesError) as error:
                raise ModulesError(f"{location} cannot be installed: {error}") from error
            try:
                made.rename(folder)
            except OSError:
                # Another local cloud has been faster.
                if not folder.exists():
                    raise
    return folder


def _install(archive: Path, target: Path) -> None:
    unpacked = archive.parent / "unpacked"
    with zipfile.ZipFile(archive) as wheels:
        wheels.extractall(unpacked)
    pip = [sys.executable, "-m", "pip", "--isolated", "--disable-pip-version-check", "install", "-qq", "--no-index"]
    source = ["--find-links", str(unpacked / "wheels"), "--requirement", str(unpacked / "wheels" / "requirements.txt")]
    finished = subprocess.run(  # noqa: S603
        [*pip, "--target", str(target), *source],
        # This machine's settings are not Glue's: they could name an index, or more wheels.
        env={**os.environ, "PIP_CONFIG_FILE": os.devnull},
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode:
        raise ModulesError(finished.stderr.strip()[:1000])
