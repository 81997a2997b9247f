"""OPML 2.0 (http://opml.org/spec2.opml): the list of all feeds, to import into a reader."""

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed in the list: under which heading, what it is called, where it and its site are."""

    group: str
    title: str
    feed_url: str
    home: str


def write_opml(title: str, outlines: Iterable[Outline]) -> bytes:
    """Return the OPML document in UTF-8, a folder for each group; equal for equal outlines."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    folders: dict[str, etree._Element] = {}
    for outline in outlines:
        if outline.group not in folders:
            folders[outline.group] = etree.SubElement(
                body, "outline", text=outline.group, title=outline.group
            )
        etree.SubElement(
            folders[outline.group],
            "outline",
            type="rss",
            text=outline.title,
            title=outline.title,
            xmlUrl=outline.feed_url,
            htmlUrl=outline.home,
        )
    return etree.tostring(root, pretty_print=True, encoding="UTF-8", xml_declaration=True)
