"""A feed → its bytes: RSS 2.0 and Atom 1.0 by feedgen, with the ways round its traps, and JSON Feed 1.1.

Every date is set from the posts: feedgen would put the present time where one is missing.
"""

import html
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any

import feedgen.entry
import feedgen.feed
from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from feedsvc import __version__
from feedsvc.model import Enclosure, Entry, Term
from feedsvc.publish.feeds import Feed
from feedsvc.query.query import Format

MIMETYPES: Mapping[Format, str] = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}
_UTC = re.compile(rb"\+00:00(?=</(?:updated|published)>)")  # as WordPress's own Atom feeds have it
_FRAME = re.compile(r"(?:<br>)?<iframe\b[^>]*></iframe>")
_BDO = re.compile(r"(</?)bdo\b")
_ATOM = "http://www.w3.org/2005/Atom"

# feedgen writes these dates by way of the process's locale, which other threads then see changed.
feedgen.feed.formatRFC2822 = feedgen.entry.formatRFC2822 = format_datetime


def write(feed: Feed, form: Format) -> bytes:
    """Give the bytes of `feed` in UTF-8; equal for equal feeds."""
    return _WRITERS[form](feed)


def _rss(feed: Feed) -> bytes:
    """Write RSS 2.0 (https://www.rssboard.org/rss-specification), the bodies in content:encoded."""
    generator = _generator(feed, "rss")
    generator.load_extension("dc", atom=False)
    generator.load_extension("media")
    for entry in feed.entries:
        item = _entry(generator, entry)
        if entry.author and entry.author.name:
            item.dc.dc_creator(entry.author.name)  # <author> is for an e-mail address
        # What is not HTML is made HTML: readers take a description for it.
        item.description(html.escape(entry.post.summary, quote=False))
        if shows_body(entry, bodies=feed.bodies):
            item.content(_for_xml(entry.post.content))
        for one in entry.post.enclosures[:1]:  # more than one is none to many readers of RSS
            item.enclosure(one.url, str(one.length), one.type)
    return bytes(generator.rss_str(pretty=True))


def _atom(feed: Feed) -> bytes:
    """Write Atom 1.0 (RFC 4287)."""
    generator = _generator(feed, "atom")
    generator.load_extension("media")
    for entry in feed.entries:
        item = _entry(generator, entry)
        name = entry.author.name if entry.author and entry.author.name else entry.site.label
        item.author(name=name)
        # Before the content, which it would overwrite. An entry has to have some text.
        if entry.post.summary or not entry.post.content:
            item.summary(entry.post.summary or entry.post.title)
        if shows_body(entry, bodies=feed.bodies):
            item.content(_for_xml(entry.post.content), type="html")
        if entry.post.enclosures:
            item.register_extension("enclosures", extension_class_entry=_Enclosures, rss=False)
            item.enclosures.of_post = entry.post.enclosures
    # In text '<' is escaped, so that these can only be feedgen's own elements.
    return _UTC.sub(b"Z", bytes(generator.atom_str(pretty=True)))


def _json(feed: Feed) -> bytes:
    """Write JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""
    data: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.self_url,
        "description": feed.description,
    }
    if feed.next_url:
        data["next_url"] = feed.next_url
    data["items"] = [_json_item(feed, entry) for entry in feed.entries]
    return json.dumps(data, ensure_ascii=False, indent=1).encode() + b"\n"


def _json_item(feed: Feed, entry: Entry) -> dict[str, Any]:
    post = entry.post
    item: dict[str, Any] = {"id": post.guid, "url": post.link, "title": post.title}
    if shows_body(entry, bodies=feed.bodies):
        item["content_html"] = post.content
        if post.summary:
            item["summary"] = post.summary
    else:
        item["content_text"] = post.summary  # an item must have one of the two contents
    item["date_published"] = _rfc3339(post.published)
    item["date_modified"] = _rfc3339(entry.post.changed)
    if post.image:
        item["image"] = post.image.url
    if entry.author and entry.author.name:
        item["authors"] = [{"name": entry.author.name}]
    if labels := [term.label for term in _shown_terms(entry)]:
        item["tags"] = list(dict.fromkeys(labels))
    if post.enclosures:
        item["attachments"] = [
            {"url": one.url, "mime_type": one.type} | ({"size_in_bytes": one.length} if one.length else {})
            for one in post.enclosures
        ]
    return item


def _generator(feed: Feed, form: Format) -> FeedGenerator:
    generator = FeedGenerator()
    generator.id(feed.self_url)
    generator.title(feed.title)
    generator.description(feed.description)
    generator.generator("feedsvc", version=__version__)
    generator.updated(feed.updated)
    generator.lastBuildDate(feed.updated)
    generator.link(href=feed.self_url, rel="self", type=MIMETYPES[form])
    if feed.next_url and form == "atom":
        generator.link(href=feed.next_url, rel="next", type=MIMETYPES[form])
    generator.link(href=feed.home, rel="alternate")  # the last one is RSS's <link>
    if feed.next_url and form == "rss":
        generator.register_extension("paging", _NextLink, atom=False)
        generator.paging.next_url = feed.next_url
    return generator


def _entry(generator: FeedGenerator, entry: Entry) -> Any:
    """Add what RSS and Atom share of an entry, and give feedgen's object for it."""
    post = entry.post
    item = generator.add_entry(order="append")
    item.id(post.guid)
    item.guid(post.guid, permalink=False)
    item.title(post.title)
    item.link(href=post.link, rel="alternate")
    item.published(post.published)
    # Two entries of one second should differ in Atom's 'updated', or validators doubt them both.
    item.updated(post.changed.replace(microsecond=post.id % 1_000_000))
    if image := post.image:
        # Without a group, which would have to offer alternatives.
        item.media.content(url=image.url, medium="image", type=image.type, width=_pixels(image.width),
                           height=_pixels(image.height), group=None)  # fmt: skip
        item.media.thumbnail(url=image.thumbnail or image.url, group=None)
    # All at once: feedgen goes through those that it has with every call.
    item.category([{"term": term.slug, "label": term.label} for term in _shown_terms(entry)])
    return item


class _Enclosures(BaseEntryExtension):  # type: ignore[misc]  # feedgen has no types
    """The enclosures of an Atom entry (RFC 4287): feedgen writes links without rel, type and length."""

    of_post: Sequence[Enclosure] = ()

    def extend_atom(self, entry: etree._Element) -> etree._Element:
        """Put a link for each at the end."""
        for one in self.of_post:
            # As feedgen has its own elements: of no namespace until the document is written.
            link = etree.SubElement(entry, "link", href=one.url, rel="enclosure", type=one.type)
            if one.length:
                link.set("length", str(one.length))
        return entry


class _NextLink(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """The link to the next page in RSS, where feedgen writes no link but rel=self (RFC 5005)."""

    next_url = ""

    def extend_rss(self, feed: etree._Element) -> etree._Element:
        """Put the link behind the feed's own."""
        own = feed.find(f"channel/{{{_ATOM}}}link")
        link = etree.Element(f"{{{_ATOM}}}link", href=self.next_url, rel="next", type=MIMETYPES["rss"])
        if own is not None:
            own.addnext(link)
        return feed


def shows_body(entry: Entry, *, bodies: bool) -> bool:
    """Tell whether an entry carries its content: with content=summary only where it has no summary."""
    return bool(entry.post.content) and (bodies or not entry.post.summary)


def without_frames(content: str) -> str:
    """Give a body without frames, which few readers show; a link to its page stands before each."""
    return _FRAME.sub("", content)


def _for_xml(content: str) -> str:
    """Give a body as RSS and Atom carry it: the W3C validator warns of frames and of bdo."""
    return _BDO.sub(r"\1bdi", without_frames(content))


def _shown_terms(entry: Entry) -> list[Term]:
    return [term for term in (*entry.categories, *entry.tags) if term.label]


def _pixels(size: int) -> str | None:
    return str(size) if size else None


def _rfc3339(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


_WRITERS: Mapping[Format, Callable[[Feed], bytes]] = {"rss": _rss, "atom": _atom, "json": _json}
