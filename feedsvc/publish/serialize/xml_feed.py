"""What RSS and Atom share: feedgen, and the ways around its traps.

Every date is set from the posts: feedgen would put the present time where one is missing.
"""

import re
from collections.abc import Callable, Mapping
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
_NOT_CARRIED = re.compile(r"</?(?:bdo|iframe)")  # looked for first, in one go: hardly any body has it
_BDO = re.compile(r"(</?)bdo\b")

# feedgen writes these dates by way of the process's locale, which other threads then see changed.
feedgen.feed.formatRFC2822 = feedgen.entry.formatRFC2822 = format_datetime


class _Amendment(BaseEntryExtension):  # type: ignore[misc]  # feedgen has no types
    """What is put right in an element that feedgen has made, of a feed or of an entry, in either format."""

    amend: Callable[[etree._Element], None]
    namespaces: Mapping[str, str]

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
    if isinstance(item, FeedGenerator):
        item.register_extension("amendment", extension_class_feed=_Amendment)
    else:
        item.register_extension("amendment", extension_class_entry=_Amendment)
    item.amendment.amend, item.amendment.namespaces = amend, namespaces


def make_generator(feed: Feed, media_type: str) -> FeedGenerator:
    """Return feedgen's object for `feed`, still without entries; `media_type` is that of the format."""
    generator = FeedGenerator()
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
    item.id(entry.id)
    item.guid(entry.id, permalink=False)
    item.title(post.title)
    item.link(href=post.link, rel="alternate")
    item.published(post.published)
    item.updated(post.changed)
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
