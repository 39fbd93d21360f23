"""A bundle: many charts of one date in one raw file, each an envelope on a line of its own, compressed by gzip."""

import gzip
import zlib
from collections.abc import Iterable

from chart_transform.errors import RawFileError

# Of what it holds: a hundred charts of 200 full tracks have a third of it.
MOST_BYTES = 512 * 2**20
GZIP = b"\x1f\x8b"


def unpack(data: bytes) -> list[bytes]:
    """Its lines; RawFileError when it cannot be decompressed, or holds more than MOST_BYTES."""
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        content = unpacker.decompress(data, MOST_BYTES)
    except zlib.error as error:
        raise RawFileError(f"not gzip that can be read: {error}", "file") from None
    if unpacker.unconsumed_tail:
        raise RawFileError(f"it holds more than {MOST_BYTES:,} bytes", "file", "make smaller bundles")
    if not unpacker.eof:
        raise RawFileError("it is cut off", "file")
    if unpacker.unused_data:
        raise RawFileError("something follows its end", "file")
    return content.split(b"\n")


def pack(lines: Iterable[bytes]) -> bytes:
    """A bundle of these lines: the same bytes for the same lines."""
    # Level 9, the default, takes five times as long for 4% less.
    return gzip.compress(b"".join(line + b"\n" for line in lines), compresslevel=5, mtime=0)
