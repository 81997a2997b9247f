"""RSS 2.0 (https://www.rssboard.org/rss-specification), the bodies in content:encoded."""

import html
from datetime import timedelta
from functools import partial

from lxml import etree

from feedsvc.model import Entry
from feedsvc.publish.feed import Feed
from feedsvc.publish.serialize.entry_content import choose_summary, format_rfc3339, shows_body
from feedsvc.publish.serialize.feed_format import FeedFormat
from feedsvc.publish.serialize.xml_feed import (
    ATOM_NAMESPACE,
    DUBLIN_CORE_NAMESPACE,
    MEDIA_NAMESPACE,
    XML_LANG,
    HeldBodies,
    add_entry,
    add_picture,
    amend_element,
    make_generator,
    prepare_body,
)
from feedsvc.text.media_types import IMAGE_TYPES, guess_media_type

_SYNDICATION_NAMESPACE = "http://purl.org/rss/1.0/modules/syndication/"
_NAMESPACES = {
    "dc": DUBLIN_CORE_NAMESPACE,
    "media": MEDIA_NAMESPACE,
    "sy": _SYNDICATION_NAMESPACE,
}
_PERIODS = (
    ("hourly", timedelta(hours=1)),
    ("daily", timedelta(days=1)),
    ("weekly", timedelta(weeks=1)),
    ("monthly", timedelta(days=30)),
    ("yearly", timedelta(days=365)),
)
_ICON_TYPES = frozenset({"image/gif", "image/jpeg", "image/png"})  # those that the specification has


def write_rss(feed: Feed) -> bytes:
    """Return `feed` as RSS."""
    generator = make_generator(feed, RSS.media_type)
    amend_element(generator, partial(_amend_channel, feed), _NAMESPACES)
    if guess_media_type(feed.icon, IMAGE_TYPES) in _ICON_TYPES:
        generator.image(feed.icon)
    bodies = HeldBodies()
    for entry in feed.entries:
        item = add_entry(generator, entry)
        amend_element(item, partial(_amend_item, feed, entry))
        # What is not HTML is made HTML: readers take a description for it.
        item.description(html.escape(choose_summary(entry, bodies=feed.bodies), quote=False))
        if shows_body(entry, bodies=feed.bodies):
            item.content(bodies.hold(prepare_body(entry.post.content, players=feed.players)))
        for enclosure in entry.post.enclosures[:1]:  # more than one is none to many readers of RSS
            item.enclosure(enclosure.url, str(enclosure.length), enclosure.type)
        if source_url := feed.source_urls.get(entry.site.name):
            item.source(source_url, entry.site.label)
    return bodies.put_into(generator.rss_str(pretty=True))


RSS = FeedFormat("rss", "RSS", "RSS", "application/rss+xml", write_rss)


def _amend_channel(feed: Feed, root: etree._Element) -> None:
    """Put behind the feed's own link those to other pages, where feedgen writes no link but rel=self, and
    how often it may change.
    """
    (own_link,) = root.iter(f"{{{ATOM_NAMESPACE}}}link")
    added = [
        etree.Element(f"{{{ATOM_NAMESPACE}}}link", href=url, rel=relation, type=RSS.media_type)
        for relation, url in feed.paging_links
    ]
    if feed.update_interval:
        added += _make_update_interval(feed.update_interval)
    for element in reversed(added):
        own_link.addnext(element)


def _make_update_interval(interval: timedelta) -> list[etree._Element]:
    """Return how often a feed may change: in minutes, and as so many times a period (RSS 1.0's module)."""
    period, length = next((each for each in _PERIODS if interval <= each[1]), _PERIODS[-1])
    texts = {
        "ttl": str(max(1, round(interval / timedelta(minutes=1)))),
        f"{{{_SYNDICATION_NAMESPACE}}}updatePeriod": period,
        f"{{{_SYNDICATION_NAMESPACE}}}updateFrequency": str(max(1, round(length / interval))),
    }
    elements = []
    for name, text in texts.items():
        elements.append(etree.Element(name))
        elements[-1].text = text
    return elements


def _amend_item(feed: Feed, entry: Entry, item: etree._Element) -> None:
    """Put in what feedgen does not write, or RSS has no element for: when it was changed, its language."""
    for name in entry.author_names:  # <author> is for an e-mail address
        etree.SubElement(item, f"{{{DUBLIN_CORE_NAMESPACE}}}creator").text = name
    add_picture(item, entry)
    updated = etree.SubElement(item, f"{{{ATOM_NAMESPACE}}}updated")
    updated.text = format_rfc3339(entry.post.changed)
    if language := feed.find_own_language(entry):
        item.set(XML_LANG, language)
