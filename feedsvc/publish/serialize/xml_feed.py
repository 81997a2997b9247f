"""What RSS and Atom share: feedgen, and the ways around its traps.

Every date is set from the posts: feedgen would put the present time where one is missing.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from types import MappingProxyType
from typing import Any

import feedgen.entry
import feedgen.feed
from feedgen.ext.base import BaseEntryExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from feedsvc import __version__
from feedsvc.model import Entry
from feedsvc.publish.feed import Feed
from feedsvc.publish.serialize.entry_content import list_shown_terms, remove_frames

ATOM_NAMESPACE = "http://www.w3.org/2005/Atom"
DUBLIN_CORE_NAMESPACE = "http://purl.org/dc/elements/1.1/"
MEDIA_NAMESPACE = "http://search.yahoo.com/mrss/"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_NO_NAMESPACES: Mapping[str, str] = MappingProxyType({})
_NOT_CARRIED = re.compile("<iframe|</?bdo")  # looked for first, in one go: hardly any body has it
_BDO = re.compile(r"(</?)bdo\b")

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# No character to Unicode: `remove_illegal_characters` leaves it in no text.
_PLACE = "\ufdd0"


def format_rfc2822(moment: datetime) -> str:
    """Return an aware time as mail has it: what `format_datetime` gives, in a fifth of its time."""
    if moment.tzinfo is not UTC:
        return format_datetime(moment)
    day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
    return f"{day}, {moment.day:02} {month} {moment.year:04} {moment.isoformat()[11:19]} +0000"


# feedgen writes these dates by way of the process's locale, which other threads then see changed.
feedgen.feed.formatRFC2822 = feedgen.entry.formatRFC2822 = format_rfc2822


class _Amendment(BaseEntryExtension):  # type: ignore[misc]  # feedgen has no types
    """What is put right in an element that feedgen has made, of a feed or of an entry, in either format."""

    amend: Callable[[etree._Element], None]
    namespaces: Mapping[str, str] = _NO_NAMESPACES

    def extend_ns(self) -> Mapping[str, str]:
        return self.namespaces

    def extend_rss(self, element: etree._Element) -> etree._Element:
        self.amend(element)
        return element

    extend_atom = extend_rss


def amend_element(
    item: Any, amend: Callable[[etree._Element], None], namespaces: Mapping[str, str] = _NO_NAMESPACES
) -> None:
    """Let `amend` have the element of feedgen's object for a feed or an entry, when it is whole.

    `namespaces` are declared at a feed, by their prefixes: those of elements that are added to its entries.
    feedgen's own extensions for these take as long as all else that it does for an entry.
    In Atom the elements are of no namespace until the document is written.
    """
    item.amendment.amend, item.amendment.namespaces = amend, namespaces


def make_generator(feed: Feed, media_type: str) -> FeedGenerator:
    """Return feedgen's object for `feed`, still without entries; `media_type` is that of the format."""
    generator = FeedGenerator()
    # Its entries get one of their own from it.
    generator.register_extension("amendment", _Amendment, _Amendment)
    generator.id(feed.self_url)
    generator.title(feed.title)
    generator.description(feed.description)
    generator.generator("feedsvc", version=__version__)
    generator.updated(feed.updated)
    generator.lastBuildDate(feed.updated)
    generator.link(href=feed.self_url, rel="self", type=media_type)
    for relation, url in feed.paging_links:  # which feedgen writes in Atom alone
        generator.link(href=url, rel=relation, type=media_type)
    if feed.language:
        generator.language(feed.language)
    generator.link(href=feed.home, rel="alternate")  # the last one is RSS's <link>
    return generator


def add_entry(generator: FeedGenerator, entry: Entry) -> Any:
    """Add what RSS and Atom share of an entry, and return feedgen's object for it, which has no types."""
    post = entry.post
    item = generator.add_entry(order="append")
    item.id(entry.id)  # and RSS's guid
    item.title(post.title)
    item.link(href=post.link, rel="alternate")
    item.published(post.published)
    # All at once: feedgen goes through those that it has with every call.
    item.category([{"term": term.slug, "label": term.label} for term in list_shown_terms(entry)])
    return item


def prepare_body(content: str, *, players: bool) -> str:
    """Return a body as RSS and Atom carry it, with frames if `players`.

    The W3C validator warns of frames, and of bdo.
    """
    if not _NOT_CARRIED.search(content):
        return content
    return _BDO.sub(r"\1bdi", content if players else remove_frames(content))


@dataclass(frozen=True, slots=True)
class HeldBodies:
    """The bodies of a feed, which go into the document when it is written.

    They are nine tenths of it, and elements that hold them would copy and look through each of them several
    times: that took a third of the time of writing.
    """

    _escaped: list[bytes] = field(default_factory=list)

    def hold(self, body: str) -> str:
        """Return the text to write in the place of the next body."""
        text = body.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
        self._escaped.append(text.encode())
        return _PLACE

    def put_into(self, document: bytes) -> bytes:
        """Return a document in UTF-8 with the bodies in their places."""
        first, *others = document.split(_PLACE.encode())
        pieces = [first]
        for body, other in zip(self._escaped, others, strict=True):
            pieces += body, other
        return b"".join(pieces)


def add_picture(element: etree._Element, entry: Entry) -> None:
    """Add an entry's picture (Media RSS) to its element.

    Without a group, which would have to offer alternatives.
    """
    if image := entry.post.image:
        content = etree.SubElement(element, f"{{{MEDIA_NAMESPACE}}}content", url=image.url)
        if image.type:
            content.set("type", image.type)
        content.set("medium", "image")
        for name, pixels in (("height", image.height), ("width", image.width)):
            if pixels:
                content.set(name, str(pixels))
        etree.SubElement(element, f"{{{MEDIA_NAMESPACE}}}thumbnail", url=image.thumbnail or image.url)
