"""Where a text has the words that were asked for: marked in titles and in HTML."""

import html
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from lxml import etree
from lxml import html as lxml_html

from feedsvc.query.condition import Phrase
from feedsvc.text import words
from feedsvc.text.html import (
    Place,
    iter_visible_pieces,
    parse_fragment,
)

Piece = tuple[str, bool]
"""A piece of a text, and whether it is what was asked for."""

_Ranges = list[tuple[int, int]]


def marked_text(text: str, phrases: Sequence[Phrase]) -> list[Piece]:
    """Give `text` in pieces, each with whether it is one of `phrases`."""
    return _cut(text, _ranges(text, phrases), 0)


def marked_html(markup: str, phrases: Sequence[Phrase]) -> str:
    """Give the HTML fragment `markup` with `mark` around what a reader sees of `phrases`.

    A phrase may run across inline markup, and has then a mark within each.
    """
    if not markup.strip():
        return ""
    root = next(parse_fragment(markup).iter("div"))
    pieces = list(iter_visible_pieces(root))
    ranges = _ranges("".join(piece for piece, _, _ in pieces), phrases)
    start = 0
    for piece, element, place in pieces:
        if element is not None and piece:
            _mark(element, place, _cut(piece, ranges, start))
        start += len(piece)
    inner = [root.text or "", *(lxml_html.tostring(child, encoding="unicode") for child in root)]
    return html.escape(inner[0], quote=False) + "".join(inner[1:])


def _ranges(text: str, phrases: Sequence[Phrase]) -> _Ranges:
    """Give where `phrases` stand in `text`, in order, none overlapping."""
    ranges: _Ranges = []
    for start, end in _found(words.locate_tokens(text), phrases):
        if ranges and start <= ranges[-1][1]:
            ranges[-1] = (ranges[-1][0], max(end, ranges[-1][1]))
        else:
            ranges.append((start, end))
    return ranges


def _found(spans: Sequence[words.Span], phrases: Sequence[Phrase]) -> Iterator[tuple[int, int]]:
    beginning: dict[str, list[Phrase]] = {}
    for phrase in phrases:
        if len(phrase.words) > 1 or not phrase.is_prefix:
            beginning.setdefault(phrase.words[0], []).append(phrase)
    prefixes = tuple(one.words[0] for one in phrases if one.is_prefix and len(one.words) == 1)
    for at, (word, start, end) in enumerate(spans):
        if word.startswith(prefixes):
            yield start, end
        for phrase in beginning.get(word, ()):
            part = spans[at : at + len(phrase.words)]
            if _is(phrase, [one for one, _, _ in part]):
                yield start, part[-1][2]


def _is(phrase: Phrase, found: Sequence[str]) -> bool:
    if len(found) < len(phrase.words):
        return False
    *before, last = phrase.words
    same_end = found[-1].startswith(last) if phrase.is_prefix else found[-1] == last
    return same_end and list(found[:-1]) == before


def _cut(text: str, ranges: _Ranges, offset: int) -> list[Piece]:
    """Give `text`, which begins at `offset`, cut where `ranges` begin and end."""
    pieces: list[Piece] = []
    at = 0
    first_here = bisect_right(ranges, offset, key=lambda one: one[1])
    for number in range(first_here, len(ranges)):
        start, end = ranges[number]
        first, last = max(start - offset, at), min(end - offset, len(text))
        if first >= len(text):
            break
        pieces += [(text[at:first], False), (text[first:last], True)]
        at = last
    return [(piece, is_marked) for piece, is_marked in [*pieces, (text[at:], False)] if piece]


def _mark(element: etree._Element, place: Place, pieces: list[Piece]) -> None:
    """Put `mark` elements where the text or the tail of `element` was."""
    # White space between blocks, as between the rows of a table, has no place for a mark.
    if not any(is_marked and piece.strip() for piece, is_marked in pieces):
        return
    before = element if place == "tail" else None
    setattr(element, place, None)
    texts: list[tuple[etree._Element | None, str]] = []
    for piece, is_marked in pieces:
        if not is_marked:
            texts.append((before if before is not element else None, piece))
            continue
        mark = etree.Element("mark")
        mark.text = piece
        if before is None:
            element.insert(0, mark)
        else:
            before.addnext(mark)
        before = mark
    # Last, since what is put behind an element goes before the text that is there.
    for mark_before, piece in texts:
        if mark_before is None:
            setattr(element, place, piece)
        else:
            mark_before.tail = piece
