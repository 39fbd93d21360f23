"""What a person reads before and after an import."""

from collections.abc import Iterator, Mapping, Sequence

from top50.histories import found, some
from top50.imports.landing import Landed
from top50.imports.records import NotTaken
from top50.show import count

# Of reasons that may be many, so many are told.
REASONS = 20


def summary(landed: Landed, not_taken: NotTaken) -> str:
    """Charts and dates found, with their gaps; what is new; what is not taken, and why."""
    lines = [*found(landed.charts), f"new      {count(landed.new, 'date')}, {landed.size / 1e6:,.1f} MB"]
    if landed.there:
        lines.append(f"there    {count(landed.there, 'date')}: the bucket has the same content")
    return "\n".join([*lines, *_reasons("refused  ", not_taken.refused), *_reasons("aside    ", not_taken.aside)])


def _reasons(name: str, reasons: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for why, what in list(reasons.items())[:REASONS]:
        yield f"{name}{len(what):,}: {why}: {some(what)}"
    if len(reasons) > REASONS:
        yield f"{name}for {len(reasons) - REASONS:,} other reasons, too"
