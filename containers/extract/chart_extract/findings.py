"""What ``top50 doctor`` found."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeVar

from chart_extract.errors import ExplainedError

T = TypeVar("T")
State = Literal["ok", "note", "fail", "skip"]
Good = tuple[T, str, str]


@dataclass(frozen=True)
class Finding:
    """One check. A ``note`` does not stop an extraction; a ``skip`` was not tried, because an earlier check failed.

    ``tried`` and ``came_back`` are empty when nothing was tried.
    """

    check: str
    state: State
    tried: str
    came_back: str
    means: str
    to_do: str = ""

    def __str__(self) -> str:
        told = f"{self.tried} -> {self.came_back}" if self.tried else "not tried"
        lines = [f"{self.state:<4}  {self.check}: {told}", f"      means: {self.means}"]
        return "\n".join([*lines, f"      to do: {self.to_do}"] if self.to_do else lines)


@dataclass
class Findings:
    """All checks, in order."""

    found: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether an extraction would succeed now."""
        return all(finding.state in ("ok", "note") for finding in self.found)

    def ask(self, check: str, tried: str, step: Callable[[], Good[T]]) -> T | None:
        """Run a step, which returns its result, what came back and what that means; None when it failed."""
        try:
            result, came_back, means = step()
        except ExplainedError as error:
            self.found.append(Finding(check, "fail", tried, error.problem, error.meaning, error.action))
            return None
        self.found.append(Finding(check, "ok", tried, came_back, means))
        return result

    def note(self, check: str, tried: str, came_back: str, means: str, to_do: str = "") -> None:
        """Add something that is good to know."""
        self.found.append(Finding(check, "note", tried, came_back, means, to_do))

    def skip(self, *checks: str) -> None:
        """Add checks that cannot be run."""
        self.found += [Finding(it, "skip", "", "", "It needs what failed above") for it in checks]

    def to_dict(self) -> dict[str, Any]:
        """Write them as the function's answer."""
        return {"ok": self.ok, "findings": [asdict(finding) for finding in self.found]}

    def __str__(self) -> str:
        failed = sum(finding.state == "fail" for finding in self.found)
        checks = "1 check" if failed == 1 else f"{failed} checks"
        end = "An extraction would succeed." if self.ok else f"An extraction would fail: {checks} failed."
        return "\n".join([*map(str, self.found), "", end])
