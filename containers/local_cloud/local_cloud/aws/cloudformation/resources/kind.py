"""What a resource type of CloudFormation is here."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from local_cloud.aws.endpoint import AwsEndpoint

Properties = dict[str, Any]


@dataclass(frozen=True)
class Made:
    """A resource that exists: what Ref gives for it, and what GetAtt gives."""

    ref: str
    attributes: Mapping[str, str] = field(default_factory=dict)


Make = Callable[[AwsEndpoint, str, Properties], Made]
Delete = Callable[[AwsEndpoint, Made], Any]
Change = Callable[[AwsEndpoint, Made, Properties], Any]


@dataclass(frozen=True)
class Kind:
    """A resource type: made and deleted through boto3, as CloudFormation does through AWS's own API.

    ``real`` are the properties that act here as they do on AWS, ``recorded`` those that are accepted and do nothing;
    one within another is written with a dot. ``change`` gives a resource new properties in place; one without it is
    only a definition, which is deleted and made anew. ``named_by`` is the property that names it: another name makes
    another resource.
    """

    make: Make
    delete: Delete
    real: frozenset[str]
    recorded: frozenset[str]
    change: Change | None = None
    named_by: str = ""

    def name_of(self, properties: Mapping[str, Any], otherwise: str) -> str:
        """The name that the properties give, or the other one."""
        found: Any = properties
        for part in filter(None, self.named_by.split(".")):
            found = found.get(part, {})
        return str(found) if self.named_by and found else otherwise

    def unknown(self, properties: Mapping[str, Any], path: str = "") -> Iterator[str]:
        """The paths of properties that are neither real nor recorded."""
        known = self.real | self.recorded
        for name, value in properties.items():
            here = f"{path}.{name}".lstrip(".")
            if here in known:
                continue
            if isinstance(value, Mapping) and any(other.startswith(f"{here}.") for other in known):
                yield from self.unknown(value, here)
            else:
                yield here


def names(text: str) -> frozenset[str]:
    """Properties, written as words."""
    return frozenset(text.split())
