"""Content codings: which one a client is sent, packing and unpacking (RFC 9110, 8.4 and 12.5.3)."""

import gzip
from typing import Literal

from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

Coding = Literal["identity", "gzip"]

MIN_PACKED_BYTES = 500
_GZIP_LEVEL = 6


def choose_coding(accept_encoding: str, length: int) -> Coding:
    """Return the coding in which a body of `length` bytes goes to a client that sent `accept_encoding`."""
    accepted = parse_accept_header(accept_encoding, Accept)
    return "gzip" if length >= MIN_PACKED_BYTES and accepted.quality("gzip") > 0 else "identity"


def pack(body: bytes, coding: Coding) -> bytes:
    """Return `body` in a coding; equal bytes for equal bodies."""
    return gzip.compress(body, _GZIP_LEVEL, mtime=0) if coding == "gzip" else body


def unpack(packed: bytes, coding: Coding) -> bytes:
    """Return the body that `pack` was given."""
    return gzip.decompress(packed) if coding == "gzip" else packed
