"""What policies allow: as much of IAM as the template uses. What goes beyond is an error and never a yes."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from operator import eq
from typing import Any

ELEMENTS = {"Sid", "Effect", "Principal", "Action", "Resource", "Condition"}
# What requests are known to say of themselves, or to leave unsaid; of other keys nobody knows.
KEYS = {"aws:ResourceAccount", "aws:SecureTransport", "aws:SourceAccount", "aws:SourceArn", "s3:prefix"}


@dataclass(frozen=True)
class Need:
    """What IAM asks of a call: an action on a resource; ``context`` is what conditions may look at."""

    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Statement:
    """A statement of a policy; ``principals`` are empty in the policy of a role, which is about the role itself."""

    effect: str
    principals: tuple[str, ...]
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict, hash=False)

    def covers(self, need: Need, principal: str) -> bool:
        """Whether it speaks of this need of this principal. Actions have no case."""
        return (
            (not self.principals or principal in self.principals or "*" in self.principals)
            and any(_matches(need.action.lower(), action.lower()) for action in self.actions)
            and any(_matches(need.resource, resource) for resource in self.resources)
            and all(
                key in need.context and any(OPERATORS[operator](need.context[key], value) for value in values)
                for operator, tested in self.conditions.items()
                for key, values in tested.items()
            )
        )


def allowed(statements: Iterable[Statement], need: Need, principal: str = "") -> bool:
    """Whether a statement allows it and none denies it."""
    effects = {statement.effect for statement in statements if statement.covers(need, principal)}
    return effects == {"Allow"}


@cache
def statements_of(policy: str) -> tuple[Statement, ...]:
    """The statements of a policy document; NotImplementedError where it needs more of IAM than there is here."""
    return tuple(_statement(statement) for statement in _list(json.loads(policy)["Statement"]))


def _statement(given: Mapping[str, Any]) -> Statement:
    principals = given.get("Principal", {})
    conditions = {
        operator: {
            key: tuple(str(value).lower() if operator == "Bool" else value for value in _list(values))
            for key, values in tested.items()
        }
        for operator, tested in given.get("Condition", {}).items()
    }
    resources = tuple(_list(given.get("Resource", "*")))
    unknown = [*(given.keys() - ELEMENTS), *(conditions.keys() - OPERATORS)]
    unknown += [key for tested in conditions.values() for key in tested if key not in KEYS]
    unknown += [resource for resource in resources if "${" in resource]
    named = principals.values() if isinstance(principals, Mapping) else [principals]
    principals = tuple(name for names in named for name in _list(names))
    unknown += [name for name in principals if name != "*" and not name.endswith(".amazonaws.com")]
    if unknown:
        raise NotImplementedError(f"the local cloud cannot judge {', '.join(unknown)} in the IAM statement {given}")
    return Statement(
        effect=given["Effect"],
        principals=principals,
        actions=tuple(_list(given["Action"])),
        resources=resources,
        conditions=conditions,
    )


def _matches(text: str, pattern: str) -> bool:
    """``*`` and ``?`` stand for what they do in IAM; fnmatch gives brackets a meaning besides."""
    return fnmatchcase(text, pattern.replace("[", "[[]"))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


OPERATORS = dict.fromkeys(("StringLike", "ArnEquals", "ArnLike", "Bool"), _matches) | {"StringEquals": eq}
