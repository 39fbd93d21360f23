"""What a resource type of CloudFormation is here."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from local_cloud.aws.server import AwsServer

Properties = dict[str, Any]
# The service's boto3 client, a resource's name (to make it) or what Ref gives (for all else), and its properties.
Call = Callable[[Any, str, Properties], Any]


@dataclass(frozen=True)
class Made:
    """A resource that exists: what Ref gives for it, and what GetAtt gives."""

    ref: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A resource type: made and deleted through a boto3 client, as CloudFormation does through AWS's own API.

    ``real`` are the properties that act here as they do on AWS, ``recorded`` those that are accepted and do nothing;
    one within another is written with a dot. ``make`` returns a Made where Ref gives something else than the name.
    ``change`` gives a resource new properties in place; one without it is only a definition, which is deleted and made
    anew. ``named_by`` is the property that names it: another name makes another resource.
    """

    service: str
    make: Call
    # What AWS looks at before it makes one: whether a service may assume a role, and what that may do.
    check_rights: Callable[[AwsServer, Properties], object] = lambda _aws, _given: None
    # By default it goes with the resource that it belongs to.
    delete: Call = lambda _client, _ref, _given: None
    change: Call | None = None
    named_by: str = ""
    real: frozenset[str] = frozenset()
    recorded: frozenset[str] = frozenset()

    def made(self, aws: AwsServer, name: str, properties: Properties) -> Made:
        """Make a resource of this kind."""
        self.check_rights(aws, properties)
        answer = self.make(aws.client(self.service), name, properties)
        return answer if isinstance(answer, Made) else Made(name)

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
