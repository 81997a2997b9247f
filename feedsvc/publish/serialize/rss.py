"""RSS 2.0 (https://www.rssboard.org/rss-specification), the bodies in content:encoded."""

import html

from feedgen.ext.base import BaseExtension
from lxml import etree

from feedsvc.publish.feed import Feed
from feedsvc.publish.serialize.entry_content import shows_body
from feedsvc.publish.serialize.feed_format import FeedFormat
from feedsvc.publish.serialize.xml_feed import ATOM_NAMESPACE, add_entry, make_generator, prepare_body


def write_rss(feed: Feed) -> bytes:
    """Return `feed` as RSS."""
    generator = make_generator(feed, RSS.media_type)
    if feed.next_url:
        generator.register_extension("paging", _NextLink, atom=False)
        generator.paging.next_url = feed.next_url
    generator.load_extension("dc", atom=False)
    generator.load_extension("media")
    for entry in feed.entries:
        item = add_entry(generator, entry)
        if entry.author and entry.author.name:
            item.dc.dc_creator(entry.author.name)  # <author> is for an e-mail address
        # What is not HTML is made HTML: readers take a description for it.
        item.description(html.escape(entry.post.summary, quote=False))
        if shows_body(entry, bodies=feed.bodies):
            item.content(prepare_body(entry.post.content, players=feed.players))
        for enclosure in entry.post.enclosures[:1]:  # more than one is none to many readers of RSS
            item.enclosure(enclosure.url, str(enclosure.length), enclosure.type)
    return bytes(generator.rss_str(pretty=True))


RSS = FeedFormat("rss", "RSS", "RSS", "application/rss+xml", write_rss)


class _NextLink(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """The link to the next page, where feedgen writes no link but rel=self (RFC 5005)."""

    next_url = ""

    def extend_rss(self, feed: etree._Element) -> etree._Element:
        """Put the link behind the feed's own."""
        own_link = feed.find(f"channel/{{{ATOM_NAMESPACE}}}link")
        link = etree.Element(
            f"{{{ATOM_NAMESPACE}}}link", href=self.next_url, rel="next", type=RSS.media_type
        )
        if own_link is not None:
            own_link.addnext(link)
        return feed
