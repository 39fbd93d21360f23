"""What a function's Dockerfile says of its handler."""

import json
import re
from pathlib import Path

CMD = re.compile(r"^CMD\s+(\[.*\])\s*$", re.MULTILINE)


def handler_of(dockerfile: Path) -> str:
    """The handler that the image starts: the one word of its CMD."""
    found = CMD.findall(dockerfile.read_text())
    words = json.loads(found[-1]) if found else []
    if len(words) != 1:
        raise ValueError(f'{dockerfile}: expected one line like CMD ["package.handler.lambda_handler"]')
    return str(words[0])
