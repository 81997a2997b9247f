"""Delta feeds: of a feed that a client has, the new and changed entries alone (RFC 3229, `A-IM: feed`,
https://bobwyman.typepad.com/main/2004/09/using_rfc3229_w.html).

The ETag of a feed says which entries it has, by four bytes for each. So whichever process is asked, after
whatever restart, knows what the client lacks.
"""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import replace

from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header, parse_etags

from feedsvc import __version__
from feedsvc.model import Entry
from feedsvc.publish.serialize.entry_content import choose_summary, shows_body

_MARK_BYTES = 4
"""Of two entries' digests. A client misses a change when they agree, which is once in four thousand
million times for each entry that it has."""


def mark_entry(entry: Entry, *, players: bool, bodies: bool) -> bytes:
    """Return four bytes that change with anything that a feed of this version says of `entry`, with or
    without `players`, with or without `bodies`.
    """
    if not shows_body(entry, bodies=bodies):
        # What is not shown changes nothing: neither the feed nor its ETag.
        summary = choose_summary(entry, bodies=bodies)
        entry = replace(entry, post=replace(entry.post, content="", summary=summary))
    return hashlib.sha256(f"{__version__} {players} {entry!r}".encode()).digest()[:_MARK_BYTES]


def join_marks(marks: Iterable[bytes]) -> str:
    """Return the marks of a feed's entries as its ETag carries them."""
    return b64encode(b"".join(marks)).decode().rstrip("=")


def read_marks(if_none_match: str) -> frozenset[bytes]:
    """Return the marks of the entries that a client has, by the ETags of feeds that it sent; none where no
    ETag is one of ours that tells.
    """
    tags = parse_etags(if_none_match).as_set(include_weak=True)
    return frozenset[bytes]().union(*map(_read_marks, tags))


def _read_marks(tag: str) -> frozenset[bytes]:
    marks = tag.partition(".")[2].partition("-")[0]  # behind the hash, before the coding
    try:
        packed = b64decode(marks + "=" * (-len(marks) % 4), validate=True)
    except ValueError:
        return frozenset()
    if len(packed) % _MARK_BYTES:
        return frozenset()
    return frozenset(packed[at : at + _MARK_BYTES] for at in range(0, len(packed), _MARK_BYTES))


def accepts_delta(a_im: str) -> bool:
    """Return whether a client that sent `A-IM: a_im` takes the entries that it lacks alone."""
    return bool(a_im) and parse_accept_header(a_im, Accept).quality("feed") > 0
