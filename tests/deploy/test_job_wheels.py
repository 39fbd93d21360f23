"""The zip that the job's package is shipped in: what is in it, that it is the same each time, and that hashes count."""

import hashlib
import io
import os
import re
import shutil
import tomllib
import zipfile

import pytest
from newcomer import ROOT

import job_wheels


@pytest.fixture
def job(tmp_path):
    """A copy of the job's folder, whose files have other times and rights."""
    copy = shutil.copytree(job_wheels.JOB, tmp_path / "elsewhere" / "glue_jobs")
    for path in copy.rglob("*.*"):
        path.chmod(0o600)
        os.utime(path, (1, 1))
    return copy


@pytest.fixture
def downloads(tmp_path, monkeypatch):
    """Nothing has been downloaded yet; in the index's place is what set-up has downloaded."""
    job_wheels.build(for_this_machine=True)
    [folder] = job_wheels.DOWNLOADS.glob("*/3.11")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", " ".join(str(it) for it in folder.parent.iterdir()))
    monkeypatch.setattr(job_wheels, "DOWNLOADS", tmp_path / "downloads")
    return tmp_path / "downloads"


def test_the_zip_holds_the_package_the_locked_wheels_for_both_pythons_of_glue_and_pins():
    with zipfile.ZipFile(io.BytesIO(job_wheels.build())) as archive:
        assert archive.testzip() is None
        own, for_3_11, for_3_13, requirements = archive.namelist()
        pins = archive.read(requirements).decode().splitlines()
        with zipfile.ZipFile(io.BytesIO(archive.read(own))) as wheel:
            packaged = {name.partition("/")[0] for name in wheel.namelist()}

    assert (own, requirements) == ("wheels/chart_transform-0.1.0-py3-none-any.whl", "wheels/requirements.txt")
    for name, python in ((for_3_11, "cp311"), (for_3_13, "cp313")):
        assert re.fullmatch(rf"wheels/msgspec-[0-9.]+-{python}-{python}-(manylinux\w+x86_64\.?)+\.whl", name)
    assert pins == ["chart_transform==0.1.0", f"msgspec=={for_3_11.split('-')[1]}"]
    # Not the script, which SAM uploads.
    assert packaged == {"chart_transform", "chart_transform-0.1.0.dist-info"}


def test_the_same_files_make_the_same_zip_and_other_files_another_key(job):
    content = job_wheels.build()

    assert job_wheels.build(job) == content
    assert hashlib.sha256(content).hexdigest()[:16] in job_wheels.key_of(content)
    (job / "chart_transform" / "more.py").write_text("")
    assert job_wheels.key_of(job_wheels.build(job)) != job_wheels.key_of(content)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("sha256:[0-9a-f]{64}", f"sha256:{0:064}", "DO NOT MATCH THE HASHES"),
        (r" \\\n +--hash=\S+", "", "Hashes are required"),
    ],
)
def test_a_wheel_whose_hash_the_lock_does_not_name_is_not_downloaded(job, downloads, old, new, told):
    lock = job / "requirements.txt"
    lock.write_text(re.sub(old, new, lock.read_text()))

    with pytest.raises(job_wheels.WheelsError, match=told):
        job_wheels.build(job)
    assert not list(downloads.rglob("*.whl"))


def test_a_wheel_that_was_changed_after_its_download_is_refused(downloads):
    job_wheels.build()
    wheel = next(downloads.glob("*/3.13/*.whl"))
    wheel.write_bytes(wheel.read_bytes() + b" ")

    with pytest.raises(job_wheels.WheelsError, match=f"{wheel.name} is not the file that"):
        job_wheels.build()


def test_a_template_that_does_not_name_the_zip_is_refused():
    with pytest.raises(job_wheels.WheelsError, match="put it back"):
        job_wheels.with_key("--additional-python-modules: msgspec", "code/x.gluewheels.zip")


def test_what_the_package_needs_is_what_is_locked():
    package = tomllib.loads((job_wheels.JOB / "pyproject.toml").read_text())["project"]
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]

    assert package["dependencies"] == groups["transform"]
