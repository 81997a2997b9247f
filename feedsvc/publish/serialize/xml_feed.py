"""What RSS and Atom share: feedgen, and the ways around its traps.

Every date is set from the posts: feedgen would put the present time where one is missing.
"""

import re
from collections.abc import Callable
from email.utils import format_datetime
from typing import Any

import feedgen.entry
import feedgen.feed
from feedgen.ext.base import BaseEntryExtension
from feedgen.ext.dc import DcEntryExtension, DcExtension
from feedgen.ext.media import MediaEntryExtension, MediaExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from feedsvc import __version__
from feedsvc.model import Entry
from feedsvc.publish.feed import Feed
from feedsvc.publish.serialize.entry_content import list_shown_terms, remove_frames

ATOM_NAMESPACE = "http://www.w3.org/2005/Atom"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_BDO = re.compile(r"(</?)bdo\b")

# feedgen writes these dates by way of the process's locale, which other threads then see changed.
feedgen.feed.formatRFC2822 = feedgen.entry.formatRFC2822 = format_datetime


class _Amendment(BaseEntryExtension):  # type: ignore[misc]  # feedgen has no types
    """What is put right in an element that feedgen has made, of a feed or of an entry, in either format."""

    amend: Callable[[etree._Element], None]

    def extend_rss(self, element: etree._Element) -> etree._Element:
        self.amend(element)
        return element

    extend_atom = extend_rss


def amend_element(item: Any, amend: Callable[[etree._Element], None]) -> None:
    """Let `amend` have the element of feedgen's object for a feed or an entry, when it is whole.

    In Atom the elements are of no namespace until the document is written.
    """
    if isinstance(item, FeedGenerator):
        item.register_extension("amendment", extension_class_feed=_Amendment)
    else:
        item.register_extension("amendment", extension_class_entry=_Amendment)
    item.amendment.amend = amend


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


def register_media(generator: FeedGenerator) -> None:
    """Let entries have pictures (Media RSS)."""
    # By its classes: load_extension looks through the disk for a module that does not exist, each time.
    generator.register_extension("media", MediaExtension, MediaEntryExtension)


def register_dublin_core(generator: FeedGenerator) -> None:
    """Let entries of RSS have creators (Dublin Core)."""
    generator.register_extension("dc", DcExtension, DcEntryExtension, atom=False)


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
    if image := post.image:
        # Without a group, which would have to offer alternatives.
        item.media.content(url=image.url, medium="image", type=image.type,
                           width=_format_pixels(image.width), height=_format_pixels(image.height),
                           group=None)  # fmt: skip
        item.media.thumbnail(url=image.thumbnail or image.url, group=None)
    # All at once: feedgen goes through those that it has with every call.
    item.category([{"term": term.slug, "label": term.label} for term in list_shown_terms(entry)])
    return item


def prepare_body(content: str, *, players: bool) -> str:
    """Return a body as RSS and Atom carry it, with frames if `players`.

    The W3C validator warns of frames, and of bdo.
    """
    body = content if players else remove_frames(content)
    # Hardly any body has one, and to look for letters takes a hundredth of trying at every tag.
    return _BDO.sub(r"\1bdi", body) if "<bdo" in body or "</bdo" in body else body


def _format_pixels(size: int) -> str | None:
    return str(size) if size else None
