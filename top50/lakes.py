"""The lakes on this machine: one of the demo, one of ``top50 run``, and which of them was used last."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local_cloud.states import BUCKET, read_json, write_whole
from top50.errors import LakeError
from top50.paths import ROOT, shown
from top50.stack import DEFAULT_NAME, Stack

if TYPE_CHECKING:
    from local_cloud.cloud import LocalCloud

LAST = "last"
PARAMETERS = "parameters.json"


def home() -> Path:
    """The folder of all lakes."""
    return Path(os.environ.get("LOCAL_CLOUD_HOME") or ROOT / ".local_cloud")


@dataclass(frozen=True)
class Lake:
    """A lake on this machine; ``parameters`` are those of the stack that filled it."""

    folder: Path
    parameters: Mapping[str, str]

    @property
    def place(self) -> str:
        """Where it is, for people."""
        return f"local lake {shown(self.folder)}"

    @property
    def is_demo(self) -> bool:
        """Whether its charts are invented."""
        return self.folder.name == "demo"

    @property
    def bucket(self) -> Path:
        """The folder with the data bucket's objects."""
        return self.folder / BUCKET

    def remember(self) -> None:
        """Make this the lake that commands without a stack work on."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_whole(self.folder / PARAMETERS, json.dumps(dict(self.parameters)))
        write_whole(home() / LAST, self.folder.name)

    @contextmanager
    def asked(self) -> Iterator[Stack]:
        """The lake for questions only, as long as the context lasts: no pipeline runs, and nothing is kept."""
        from local_cloud.lake import asked_lake

        with asked_lake(self.folder, self.parameters) as asked:
            yield Stack(DEFAULT_NAME, self.place, asked.outputs, asked.client, self.bucket)

    def cloud(self, *, save: bool = True, **settings: Any) -> "AbstractContextManager[LocalCloud]":
        """The lake with the whole pipeline around it, in a local cloud; ``save`` keeps what changes."""
        from local_cloud.cloud import LocalCloud

        return LocalCloud(self.folder, self.parameters, save=save, **settings)

    def stack(self, cloud: "LocalCloud") -> Stack:
        """The stack deployed in a local cloud."""
        return Stack(DEFAULT_NAME, self.place, cloud.outputs, cloud.aws.client, self.bucket)


def demo_lake(parameters: Mapping[str, str]) -> Lake:
    """The lake of ``top50 demo``."""
    return Lake(home() / "demo", parameters)


def own_lake(parameters: Mapping[str, str]) -> Lake:
    """The lake of ``top50 run``: real charts only."""
    return Lake(home() / "run", parameters)


def lake_in(folder: Path) -> Lake:
    """The lake in a folder, with the parameters of whoever filled it; none where nobody has."""
    return Lake(folder, read_json(folder / PARAMETERS))


def last_lake() -> Lake:
    """The lake that was used last; LakeError when there is none."""
    marker = home() / LAST
    if not marker.exists():
        raise LakeError("there is no local lake yet: run top50 demo first, or name a stack on AWS by --stack")
    lake = lake_in(home() / marker.read_text().strip())
    if not lake.bucket.exists() and not lake.bucket.with_name(f"{lake.bucket.name}.old").exists():
        raise LakeError(f"the last top50 {lake.folder.name} did not finish and kept no data: run it again")
    return lake


def lake_with_charts() -> Lake:
    """As ``last_lake``; LakeError also when no chart has been loaded into it."""
    lake = last_lake()
    if lake.bucket.exists() and not any(lake.bucket.glob("lake/*/*")):
        to_do = "To fill it: top50 demo" if lake.is_demo else "To add one: top50 add-csv FILE"
        raise LakeError(f"the {lake.place} is empty: no chart has been loaded. {to_do}")
    return lake
