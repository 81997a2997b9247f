"""The recordings that a body plays or links to."""

from collections.abc import Iterator

from lxml import html as lxml_html

from feedsvc.clean.urls import recording
from feedsvc.model import Enclosure, each_once
from feedsvc.text.media_types import RECORDING_TYPES, media_type, type_by_suffix


def recordings(content: str) -> tuple[Enclosure, ...]:
    """Give what a sanitised body plays or links to, each once, in its order, as WordPress encloses it."""
    return each_once(_within(content))


def _within(content: str) -> Iterator[Enclosure]:
    if not any(tag in content for tag in ("<audio", "<video", "<a ")):
        return
    body = lxml_html.fragment_fromstring(content, create_parent="div")
    for element in body.iter("audio", "video", "source", "a"):
        address = recording(element.get("href" if element.tag == "a" else "src", ""))
        kind = type_by_suffix(address, RECORDING_TYPES) or _told_type(element)
        if address.startswith("http") and kind:
            yield Enclosure(address, kind)


def _told_type(element: lxml_html.HtmlElement) -> str:
    """Give the type of a player's address that does not show it."""
    if element.tag == "source":
        told = media_type(element.get("type"))
        return told if told.startswith(("audio/", "video/")) else ""
    return {"audio": "audio/mpeg", "video": "video/mp4"}.get(str(element.tag), "")
