"""The recordings that a body plays or links to."""

import re
from collections.abc import Iterator

from lxml import etree

from feedsvc.clean.urls import strip_player_number
from feedsvc.model import Enclosure, dedupe_enclosures
from feedsvc.text.html import parse_fragment
from feedsvc.text.media_types import RECORDING_TYPES, guess_media_type, parse_media_type

# What has a recording has one of these in lower case: a player, the type of a source, or an address whose
# path ends with such a file's name. Parsers of addresses pass over line feeds and tabs.
_SIGNS = ("<audio", "<video", ' type="')
_FILE = re.compile(rf"\.(?:{'|'.join(suffix[1:] for suffix in RECORDING_TYPES)})[/\"?#]")


def find_recordings(content: str) -> tuple[Enclosure, ...]:
    """Return what a sanitised body plays or links to, each once, in its order.

    WordPress takes the same for the enclosures of a post.
    """
    return dedupe_enclosures(_iter_recordings(content))


def _iter_recordings(content: str) -> Iterator[Enclosure]:
    if not any(tag in content for tag in ("<audio", "<video", "<a ")):
        return
    # Of links only those to recordings count, which their addresses show: most bodies need no parsing.
    lower = content.lower().replace("\n", "").replace("\t", "")
    if not any(sign in lower for sign in _SIGNS) and not _FILE.search(lower):
        return
    body = parse_fragment(content)
    for element in body.iter("audio", "video", "source", "a"):
        address = strip_player_number(element.get("href" if element.tag == "a" else "src", ""))
        media_type = guess_media_type(address, RECORDING_TYPES) or _read_media_type(element)
        if address.startswith("http") and media_type:
            yield Enclosure(address, media_type)


def _read_media_type(element: etree._Element) -> str:
    """Return the media type of what an element plays, as the element says; else an empty string."""
    if element.tag == "source":
        media_type = parse_media_type(element.get("type"))
        return media_type if media_type.startswith(("audio/", "video/")) else ""
    return {"audio": "audio/mpeg", "video": "video/mp4"}.get(str(element.tag), "")
