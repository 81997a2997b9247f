"""Atom 1.0 (RFC 4287)."""

import re
from collections.abc import Sequence

from feedgen.ext.base import BaseEntryExtension
from lxml import etree

from feedsvc.model import Enclosure
from feedsvc.publish.feed import Feed
from feedsvc.publish.serialize.entry_content import shows_body
from feedsvc.publish.serialize.feed_format import FeedFormat
from feedsvc.publish.serialize.xml_feed import add_entry, make_generator, prepare_body

_UTC = re.compile(rb"\+00:00(?=</(?:updated|published)>)")  # as WordPress's own Atom feeds have it


def write_atom(feed: Feed) -> bytes:
    """Return `feed` as Atom."""
    generator = make_generator(feed, ATOM.media_type, next_url=feed.next_url)
    generator.load_extension("media")
    for entry in feed.entries:
        item = add_entry(generator, entry)
        name = entry.author.name if entry.author and entry.author.name else entry.site.label
        item.author(name=name)
        # Before the content, which it would overwrite. An entry has to have some text.
        if entry.post.summary or not entry.post.content:
            item.summary(entry.post.summary or entry.post.title)
        if shows_body(entry, bodies=feed.bodies):
            item.content(prepare_body(entry.post.content, players=feed.players), type="html")
        if entry.post.enclosures:
            item.register_extension("enclosures", extension_class_entry=_Enclosures, rss=False)
            item.enclosures.of_post = entry.post.enclosures
    # In text '<' is escaped, so that these can only be feedgen's own elements.
    return _UTC.sub(b"Z", bytes(generator.atom_str(pretty=True)))


ATOM = FeedFormat("atom", "Atom", "Atom", "application/atom+xml", write_atom)


class _Enclosures(BaseEntryExtension):  # type: ignore[misc]  # feedgen has no types
    """The enclosures of an entry: feedgen writes links without rel, type and length."""

    of_post: Sequence[Enclosure] = ()

    def extend_atom(self, entry: etree._Element) -> etree._Element:
        """Put a link for each at the end."""
        for enclosure in self.of_post:
            # As feedgen has its own elements: of no namespace until the document is written.
            link = etree.SubElement(entry, "link", href=enclosure.url, rel="enclosure", type=enclosure.type)
            if enclosure.length:
                link.set("length", str(enclosure.length))
        return entry
