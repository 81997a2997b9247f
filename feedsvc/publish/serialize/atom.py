"""Atom 1.0 (RFC 4287)."""

from collections import Counter
from datetime import datetime, timedelta, timezone
from functools import partial

from lxml import etree

from feedsvc.model import Entry
from feedsvc.publish.feed import Feed
from feedsvc.publish.serialize.entry_content import choose_summary, format_rfc3339, shows_body
from feedsvc.publish.serialize.feed_format import FeedFormat
from feedsvc.publish.serialize.xml_feed import (
    MEDIA_NAMESPACE,
    XML_LANG,
    HeldBodies,
    add_entry,
    add_picture,
    amend_element,
    make_generator,
    prepare_body,
)


def write_atom(feed: Feed) -> bytes:
    """Return `feed` as Atom."""
    generator = make_generator(feed, ATOM.media_type)
    amend_element(generator, partial(_amend_feed, feed), {"media": MEDIA_NAMESPACE})
    if feed.icon:
        generator.icon(feed.icon)
    written = Counter[datetime]()
    bodies = HeldBodies()
    for entry in feed.entries:
        item = add_entry(generator, entry)
        item.updated(entry.post.changed)
        amend_element(item, partial(_amend_entry, feed, entry, written[entry.post.changed]))
        written[entry.post.changed] += 1
        item.author([{"name": name} for name in entry.author_names or (entry.site.label,)])
        # Before the content, which it would overwrite. An entry has to have some text.
        has_body = shows_body(entry, bodies=feed.bodies)
        if (summary := choose_summary(entry, bodies=feed.bodies)) or not has_body:
            item.summary(summary or entry.post.title)
        if has_body:
            body = prepare_body(entry.post.content, players=feed.players)
            item.content(bodies.hold(body), type="html")
    return bodies.put_into(generator.atom_str(pretty=True))


ATOM = FeedFormat("atom", "Atom", "Atom", "application/atom+xml", write_atom)


def _amend_feed(feed: Feed, root: etree._Element) -> None:
    _set_text(root, "updated", format_rfc3339(feed.updated))


def _amend_entry(feed: Feed, entry: Entry, earlier: int, element: etree._Element) -> None:
    """Put in what feedgen does not write. `earlier` entries of the feed were changed at the same time."""
    add_picture(element, entry)
    _set_text(element, "updated", _spell_moment(entry.post.changed, earlier))
    _set_text(element, "published", format_rfc3339(entry.post.published))
    if language := feed.find_own_language(entry):
        element.set(XML_LANG, language)
    if source_url := feed.source_urls.get(entry.site.name):
        source = etree.SubElement(element, "source")
        etree.SubElement(source, "id").text = source_url
        etree.SubElement(source, "title").text = entry.site.label
        # Of the source it is known from this entry alone when it was changed.
        etree.SubElement(source, "updated").text = format_rfc3339(entry.post.changed)
        etree.SubElement(source, "link", href=entry.site.url, rel="alternate")
        etree.SubElement(source, "link", href=source_url, rel="self", type=ATOM.media_type)
    for enclosure in entry.post.enclosures:
        # feedgen writes links without rel, type and length.
        link = etree.SubElement(element, "link", href=enclosure.url, rel="enclosure", type=enclosure.type)
        if enclosure.length:
            link.set("length", str(enclosure.length))


def _set_text(parent: etree._Element, name: str, text: str) -> None:
    for element in parent.iterchildren(name):
        element.text = text


def _spell_moment(moment: datetime, number: int) -> str:
    """Return a time in the spelling of RFC 3339 that has a number, from 0 on: they all mean the same.

    Validators doubt two entries of a feed whose `updated` is written alike, and posts may well be changed
    in the same second. So the second one has .0 behind its seconds, the third .00, and so forth; as some
    readers know nine digits at the most, the eleventh stands in the time of a zone a minute ahead.
    """
    minutes, digits = divmod(number, 10)
    text = format_rfc3339(moment.astimezone(timezone(timedelta(minutes=minutes))))
    return text[:19] + ("." + "0" * digits if digits else "") + text[19:]
