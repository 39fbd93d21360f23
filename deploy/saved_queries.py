"""``make queries``: write the questions of ``deploy/queries`` into the template, as Athena's saved queries.

CloudFormation accepts their text only in the template itself. The files count; a test compares.
"""

import re
from pathlib import Path

DEPLOY = Path(__file__).parent
TEMPLATE = DEPLOY / "template.yaml"
HEADING = "# --- Saved queries: `make queries` writes them from deploy/queries/*.sql; change them there "
# From the heading to the end of the resources.
BLOCK = re.compile(rf"(?<=  {re.escape(HEADING)})(-+\n).*?(?=\nOutputs:\n)", re.DOTALL)


def main() -> None:
    """Replace the template's saved queries by those of the files, where they differ."""
    template = TEMPLATE.read_text(encoding="utf-8")
    written = with_queries(template)
    if written != template:
        TEMPLATE.write_text(written, encoding="utf-8")


def with_queries(template: str) -> str:
    """The template's text with a resource for each file, in the order of their names."""
    resources = "\n".join(resource(path) for path in sorted((DEPLOY / "queries").glob("*.sql")))
    written, count = BLOCK.subn(lambda found: found[1] + resources, template)
    if count != 1:
        raise SystemExit(f"{TEMPLATE.name}: the resources must end with one heading {HEADING!r}: put it back")
    return written


def resource(path: Path) -> str:
    """A question as a resource: named as its file, described by the comment that it begins with."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    comment = [line.removeprefix("-- ") for line in lines[: next(n for n, it in enumerate(lines) if it[:2] != "--")]]
    logical_id = "".join(word.capitalize() for word in path.stem.split("_"))
    return f"""\
  {logical_id}Query:
    Type: AWS::Athena::NamedQuery
    Properties:
      Database: !Ref LakeDatabase
      WorkGroup: !Ref Workgroup
      Name: {path.stem}
      Description: >-
{indented(comment)}
      QueryString: |
{indented(lines)}
"""


def indented(lines: list[str]) -> str:
    """Lines as a block of YAML, below a property of a resource."""
    return "\n".join(f"        {line}".rstrip() for line in lines)


if __name__ == "__main__":
    main()
