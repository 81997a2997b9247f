"""The recordings that a body plays or links to."""

import re
from collections.abc import Iterator

from lxml import html as lxml_html

from feedsvc.clean.urls import strip_player_number
from feedsvc.model import Enclosure, dedupe_enclosures
from feedsvc.text.media_types import RECORDING_TYPES, guess_media_type, parse_media_type

# What has a recording has one of these: a player, a source that says so, or an address whose path ends with
# such a file's name. Parsers of addresses pass over line feeds and tabs.
_SIGN = re.compile(
    rf"<audio|<video|type=\"\s*(?:audio|video)/|(?:{'|'.join(map(re.escape, RECORDING_TYPES))})[/\"?#]",
    re.IGNORECASE,
)


def find_recordings(content: str) -> tuple[Enclosure, ...]:
    """Return what a sanitised body plays or links to, each once, in its order.

    WordPress takes the same for the enclosures of a post.
    """
    return dedupe_enclosures(_iter_recordings(content))


def _iter_recordings(content: str) -> Iterator[Enclosure]:
    # Of links only those to recordings count, which their addresses show: most bodies need no parsing.
    has_holder = any(tag in content for tag in ("<audio", "<video", "<a "))
    if not has_holder or not _SIGN.search(content.replace("\n", "").replace("\t", "")):
        return
    body = lxml_html.fragment_fromstring(content, create_parent="div")
    for element in body.iter("audio", "video", "source", "a"):
        address = strip_player_number(element.get("href" if element.tag == "a" else "src", ""))
        media_type = guess_media_type(address, RECORDING_TYPES) or _read_media_type(element)
        if address.startswith("http") and media_type:
            yield Enclosure(address, media_type)


def _read_media_type(element: lxml_html.HtmlElement) -> str:
    """Return the media type of what an element plays, as the element says; else an empty string."""
    if element.tag == "source":
        media_type = parse_media_type(element.get("type"))
        return media_type if media_type.startswith(("audio/", "video/")) else ""
    return {"audio": "audio/mpeg", "video": "video/mp4"}.get(str(element.tag), "")
