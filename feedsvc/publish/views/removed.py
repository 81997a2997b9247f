"""What cleaning took out of a body: elements, attributes and lines of text."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from feedsvc.text.html import extract_visible_text, parse_fragment
from feedsvc.text.shorten import shorten

MAX_LINES = 12
_MAX_LINE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Removed:
    """What is in a source and not in what was made of it: elements and attributes with their numbers, the
    most frequent first; lines of visible text, and how many more there are; the bytes of both.
    """

    elements: Sequence[tuple[str, int]]
    attributes: Sequence[tuple[str, int]]
    lines: Sequence[str]
    more_lines: int
    source_bytes: int
    clean_bytes: int


def compare_bodies(source: str, clean: str) -> Removed:
    """Return what of the body `source`, as WordPress gave it, is not in `clean`."""
    before, after = _count(source), _count(clean)
    elements, attributes = (first - second for first, second in zip(before, after, strict=True))
    kept = {_squeeze(line) for line in extract_visible_text(clean).split("\n")}
    whole = _squeeze(extract_visible_text(clean))
    gone = [
        line
        for line in dict.fromkeys(extract_visible_text(source).split("\n"))
        if line and _squeeze(line) not in kept and _squeeze(line) not in whole
    ]
    return Removed(
        elements.most_common(),
        attributes.most_common(),
        [shorten(line, _MAX_LINE_LENGTH) for line in gone[:MAX_LINES]],
        max(0, len(gone) - MAX_LINES),
        len(source.encode()),
        len(clean.encode()),
    )


def _count(markup: str) -> tuple[Counter[str], Counter[str]]:
    """Return how often each element and each attribute is in `markup`."""
    elements: Counter[str] = Counter()
    attributes: Counter[str] = Counter()
    if markup.strip():
        body = next(parse_fragment(markup).iter("div"))
        for element in body.iterdescendants(etree.Element):
            elements[str(element.tag)] += 1
            attributes.update(str(name) for name in element.attrib)
    return elements, attributes


def _squeeze(text: str) -> str:
    return "".join(text.split())
